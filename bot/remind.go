package bot

import (
	"context"
	"errors"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// dueBatch is how many conversations are looked at in one transaction.
const dueBatch = 100

// remind looks at each conversation at its time: one timer, set for the earliest, found by the store's index.
func (b *Bot) remind(ctx context.Context) {
	for {
		next, err := b.tick(ctx)
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, store.ErrFull) {
				b.broken(err)
				return
			}
			next = time.Now().Add(10 * time.Second)
		}
		var due <-chan time.Time
		var t *time.Timer
		if !next.IsZero() {
			t = time.NewTimer(min(time.Until(next), time.Hour)) // an hour: the wall clock may have been set
			due = t.C
		}
		select {
		case <-ctx.Done():
		case <-due:
		case <-b.dueChanged:
		}
		if t != nil {
			t.Stop()
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// rearm has the timer set anew.
func (b *Bot) rearm() {
	select {
	case b.dueChanged <- struct{}{}:
	default:
	}
}

// tick folds the clock into every conversation that is due and says when the next one is.
func (b *Bot) tick(ctx context.Context) (next time.Time, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		next, err = tx.NextDue()
		return err
	})
	if err != nil || next.IsZero() || next.After(time.Now()) {
		return next, err
	}
	g := grants{o: b.outbox}
	for _, a := range b.outbox.out {
		g.ask(a, 1)
	}
	var out []born
	err = b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out = nil
		now := time.Now()
		var ids []conversation.ID
		for id, err := range tx.Due(now) {
			if err != nil {
				return err
			}
			if ids = append(ids, id); len(ids) == dueBatch {
				break
			}
		}
		for _, id := range ids {
			c, err := tx.Conversation(id)
			if err != nil {
				return err
			}
			jobs, err := b.fold(tx, c, conversation.Ticked{Limits: b.limits(c), Hearing: b.desk.Hearing()}, now, nil, &g)
			if err != nil {
				return err
			}
			out = append(out, jobs...)
		}
		next, err = tx.NextDue()
		return err
	})
	g.end(err == nil)
	if err == nil {
		b.outbox.took(out)
	}
	return next, err
}
