package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// sayAfter is how long what was typed waits for Slack to say by whom, before its thread tells of it.
const sayAfter = time.Minute

// ask asks Slack who somebody is. Where it is not this person alone whom Slack cannot name, Slack is left alone for a
// while, also where it answers other questions: that alone must not make us ask again and again.
func (p *parked) ask(ctx context.Context, id string) (who conversation.Person, known bool) {
	who, err := p.b.desk.Who(ctx, id)
	if err == nil {
		return p.b.known.named(who), true
	}
	level := slog.LevelWarn
	if p.said {
		level = slog.LevelDebug
	}
	p.b.log.Log(ctx, level, "slack cannot say who somebody is; their message waits", "user", id, "err", err)
	how, after := faultEnding(err)
	if fault, is := errors.AsType[*adapters.SendError](err); is && rest(fault) > 0 { // a right is missing
		how, after = wasDown, rest(fault)
	}
	if how != wentWell {
		p.asks = time.Now().Add(max(after, askAgain))
	}
	return who, false
}

// explain shows in the thread that something typed there waits for Slack to say who typed it, when it has waited long.
func (p *parked) explain(ctx context.Context, e store.Parked) error {
	wrote, is := e.Event.(conversation.Wrote)
	if !is || time.Since(e.At) < sayAfter {
		return nil
	}
	var c conversation.Conversation
	look := func(tx store.Tx) error {
		id, err := tx.ByThread(e.Thread)
		if err == nil {
			c, err = tx.Conversation(id)
		}
		if err == nil && slices.ContainsFunc(c.Open, func(a conversation.Answer) bool { return a.At == wrote.At }) {
			err = errSaid
		}
		return err
	}
	if err := p.b.store.View(ctx, look); err != nil {
		return ignore(err, errSaid, store.ErrNotFound)
	}
	var out []born
	err := p.b.store.Update(ctx, func(tx store.Tx) (err error) {
		if err = look(tx); err != nil {
			return err
		}
		out, err = p.b.foldOrLeave(tx, c, conversation.Unattributed{At: wrote.At, Written: wrote.Written}, time.Now(), nil, nil)
		return err
	})
	if err == nil {
		p.b.outbox.took(out)
	}
	return ignore(err, errSaid, store.ErrNotFound)
}

// errSaid says that a thread was told already.
var errSaid = errors.New("it was said")

func ignore(err error, these ...error) error {
	if slices.ContainsFunc(these, func(one error) bool { return errors.Is(err, one) }) {
		return nil
	}
	return err
}
