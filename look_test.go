package main

import (
	"fmt"
	"strconv"
	"strings"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// thread finds the thread in which somebody said something; "" = there is none.
func (w *town) thread(text string) string {
	for _, root := range w.slack.Messages(desk) {
		for _, m := range append(w.slack.Thread(desk, root.TS), root) {
			if strings.Contains(m.Text+string(m.Blocks), text) {
				return root.TS
			}
		}
	}
	return ""
}

// shown waits until the desk shows a text, and gives its thread.
func (w *town) shown(text string, log ...fmt.Stringer) string {
	w.t.Helper()
	await(w.t, "the desk shows "+strconv.Quote(text), func() bool { return w.thread(text) != "" }, log...)
	return w.thread(text)
}

func (w *town) answer(thread, text string) string {
	w.t.Helper()
	ts, err := w.slack.Say(slacksim.Saying{User: sanne, Channel: desk, ThreadTS: thread, Text: text})
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

// joins has somebody come into the channel.
func (w *town) joins(id, name string) {
	w.t.Helper()
	first, _, _ := strings.Cut(name, " ")
	w.slack.AddUser(slacksim.User{ID: id, Name: strings.ToLower(first), RealName: name, FirstName: first})
	if err := w.slack.Join(desk, id); err != nil {
		w.t.Fatal(err)
	}
}

// marked waits until a staff message has a mark.
func (w *town) marked(ts, mark string, log ...fmt.Stringer) {
	w.t.Helper()
	await(w.t, "the mark "+mark, func() bool {
		m, _ := w.slack.Message(desk, ts)
		return len(m.Reactions) == 1 && m.Reactions[0].Name == mark
	}, log...)
}

// got waits until a customer on Telegram has a text; the name of whoever answered may follow.
func (w *town) got(c *telegramsim.Customer, text string, log ...fmt.Stringer) {
	w.t.Helper()
	await(w.t, "the customer gets "+strconv.Quote(text), func() bool {
		for _, m := range c.Messages() {
			if m.From != nil && m.From.IsBot && strings.HasPrefix(m.Text, text) {
				return true
			}
		}
		return false
	}, log...)
}
