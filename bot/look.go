package bot

import (
	"context"
	"errors"
	"slices"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// errParked: what was found is not folded in yet.
var errParked = errors.New("what became of the message waits for its turn")

// look has the desk see what an answer is now, and folds in what was done to it unheard.
func (b *Bot) look(ctx context.Context, c conversation.Conversation, e conversation.Look) error {
	threads := slices.Concat([]conversation.Place{c.Thread}, c.Old)
	found, err := b.desk.Look(ctx, threads, e.Answer)
	if err != nil {
		return err
	}
	if err := (deskInbox{b}).Deliver(ctx, "", found...); err != nil {
		return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, Err: err}
	}
	if slices.ContainsFunc(threads, b.parked.waits) {
		return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Unknown, Err: errParked}
	}
	return nil
}
