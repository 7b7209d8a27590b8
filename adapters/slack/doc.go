// Package slack is the desk: the Slack channel where staff see what customers said and answer them.
//
// It speaks to Slack by the Web API and hears by Socket Mode, over two sockets side by side, so that one may break or
// be recycled while the other hears on. What it promises:
//
//   - In: an envelope is acknowledged only after Deliver has returned nil for what was in it. What cannot be read is
//     handed on raw. What was typed while no socket was open is looked up in the channel's history (catchup.go).
//
//   - Out: each call ends in nil or in a *adapters.SendError that says whether it surely did not happen, was refused,
//     or may have happened (errors.go). Every post carries its key in its metadata, by which Find finds it again.
//
//   - Nothing a customer controls can ping, format, link under a false label, unfurl or take a colleague's name
//     (clean.go, render.go).
//
//   - Views (the Home tab, forms, the command) are served beside all that, by whatever the inbox is besides one: an
//     adapters.Board, an adapters.Shelf (views.go). Slack tells of those acts once. What fails shows as an error to the
//     person, who does it again; nothing is done twice by that.
//
// States: a Desk is made by New without any I/O. The first call resolves its home (which team, which bot, which
// channel; home.go) and remembers it; Run hears until its context ends. Nothing is kept that a restart may not lose:
// the cursor lives in the store, people are a cache of five minutes, and what somebody saw
// on the Home tab is published again.
package slack
