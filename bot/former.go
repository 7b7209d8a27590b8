package bot

import (
	"fmt"
	"slices"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// neverHeard is how old a message may be that was never heard and that its edit stands for: as long as store.Tx.Saw
// surely remembers what was. An unedited one is found after two weeks, too, and must not fare better.
const neverHeard = 30 * 24 * time.Hour

// rewritten fills in what the message of an edit was until now. The edit of one that was never heard is all that is
// left of it, and becomes the message itself; the message may come later still, and is then dropped as heard before.
// Nil = nothing is to be done.
func rewritten(tx store.Tx, c conversation.Conversation, e conversation.Rewrote) (conversation.Event, error) {
	was, err := former(tx, c, e.At)
	if err != nil {
		return nil, err
	}
	if e.Was = was; was != nil {
		e.Unbegun, err = unbegun(tx, c, e.At)
		return e, err
	}
	first, err := tx.Saw(deskName, e.Of, time.Now())
	if err == nil && !first {
		first, err = overtaken(tx, e.At, e.Of)
	}
	if err != nil || !first || time.Since(e.Written) > neverHeard {
		return nil, err
	}
	return conversation.Wrote{At: e.At, Written: e.Written, By: e.By, Message: e.Message, Limits: e.Limits, Called: e.Called, Edited: e.Edited}, nil
}

// unwritten fills in what a deleted message was. One that was never heard must not be heard later.
func unwritten(tx store.Tx, c conversation.Conversation, e conversation.Unwrote) (conversation.Event, error) {
	was, err := former(tx, c, e.At)
	if err != nil {
		return nil, err
	}
	if e.Was = was; was != nil {
		e.Unbegun, err = unbegun(tx, c, e.At)
		return e, err
	}
	first, err := tx.Saw(deskName, e.Of, time.Now())
	if err == nil && !first {
		_, err = overtaken(tx, e.At, e.Of)
	}
	return nil, err
}

// dropped is in front of the ID of a message that is parked and will not be heard.
const dropped = "dropped/"

// overtaken says that a message is parked behind its own edit or deletion, since Slack keeps no order. It is then dropped
// when its turn comes.
func overtaken(tx store.Tx, message conversation.Place, id string) (bool, error) {
	for p, err := range tx.Parked() {
		if err != nil {
			return false, fmt.Errorf("what is parked: %w", err)
		}
		if typedAt(p.Event) == message {
			_, err := tx.Saw(deskName, dropped+id, time.Now())
			return true, err
		}
	}
	return false, nil
}

// former reads in the history of a conversation what became of a staff message; nil where it was never heard.
func former(tx store.Tx, c conversation.Conversation, at conversation.Place) (*conversation.Former, error) {
	var about []conversation.Event
	for r, err := range tx.About(c.ID, at.TS) {
		if err != nil {
			return nil, fmt.Errorf("what became of a message: %w", err)
		}
		about = append(about, r.Event)
	}
	var was *conversation.Former
	for _, e := range slices.Backward(about) {
		was = was.Then(at, e)
	}
	return was, nil
}

// unbegun says that an answer is queued, and that nothing of it is on its way: what was tried surely did not arrive.
func unbegun(tx store.Tx, c conversation.Conversation, answer conversation.Place) (bool, error) {
	queued := false
	for j, err := range tx.Lane(store.Lane{Conversation: c.ID, Way: conversation.Outward}) {
		if err != nil {
			return false, fmt.Errorf("what is queued: %w", err)
		}
		if send, is := j.Effect.(conversation.Send); is && send.Answer == answer {
			if j.State != store.Ready {
				return false, nil
			}
			queued = true
		}
	}
	return queued, nil
}
