package bot

import (
	"context"
	"errors"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

const (
	// dueBatch is how many conversations are looked at in one transaction.
	dueBatch = 2000
	// crowded is how many reminders in threads may be due at once, where the desk takes so many within soonEnough; more
	// become one message in the channel.
	crowded, soonEnough = 10, 4 * time.Second
)

// lookAtClock is how soon the clock is looked at again, whatever is due: it may have been set, or the machine slept.
const lookAtClock = time.Minute

// undigested are conversations whose time the rules could not digest. They are left alone for a while, and then tried
// again: answers that they hold leave by the clock too.
type undigested map[conversation.ID]resting

// resting is until when one is left alone, and how long that is.
type resting struct {
	until time.Time
	long  time.Duration
}

const shortestRest, longestRest = time.Minute, time.Hour

// add leaves one alone, each time for longer.
func (u undigested) add(id conversation.ID) time.Duration {
	r := u[id]
	r.long = min(max(2*r.long, shortestRest), longestRest)
	r.until = time.Now().Add(r.long)
	u[id] = r
	return r.long
}

// now are those that are left alone now.
func (u undigested) now() map[conversation.ID]bool {
	left := map[conversation.ID]bool{}
	for id, r := range u {
		if r.until.After(time.Now()) {
			left[id] = true
		}
	}
	return left
}

// remind looks at each conversation at its time: one timer, set for the earliest, found by the store's index.
func (b *Bot) remind(ctx context.Context) {
	past := undigested{}
	for {
		next, err := b.tick(ctx, past.now())
		if fault, is := errors.AsType[*foldError](err); is {
			rest := past.add(fault.id)
			b.log.Error("the clock cannot be told to a conversation; that is tried again", "conversation", string(fault.id), "in", rest.String(), "err", err, stackOf(err))
			continue
		}
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
			t = time.NewTimer(min(time.Until(next), lookAtClock))
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

// tick folds the clock into every conversation that is due, but for those left out, and says when the next one is.
func (b *Bot) tick(ctx context.Context, left map[conversation.ID]bool) (next time.Time, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		next, err = nextDue(tx, left)
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
	var all []decided
	err = b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out, next = nil, time.Time{}
		now := time.Now()
		if all, err = b.due(tx, now, left); err != nil {
			return err
		}
		crowd := crowdOf(all)
		for _, d := range all {
			tick := conversation.Ticked{Limits: b.limits(d.c), Hearing: b.desk.Hearing(), Grouped: len(crowd) > b.outbox.crowd}
			jobs, err := b.fold(tx, d.c, tick, now, nil, &g)
			if err != nil {
				return err
			}
			out = append(out, jobs...)
		}
		if len(crowd) > b.outbox.crowd {
			job, err := b.tellAll(tx, crowd, now)
			if err != nil {
				return err
			}
			out = append(out, job)
		}
		next, err = nextDue(tx, left)
		return err
	})
	g.end(err == nil)
	if err == nil {
		b.outbox.took(out)
		b.record(all)
	}
	return next, err
}

// nextDue is when the next conversation is due that is not left out, or when to look again for one.
func nextDue(tx store.Tx, left map[conversation.ID]bool) (time.Time, error) {
	if len(left) == 0 {
		return tx.NextDue()
	}
	soon := time.Now().Add(lookAtClock)
	for id, err := range tx.Due(soon) {
		if err != nil {
			return soon, err
		}
		if !left[id] {
			c, err := tx.Conversation(id)
			return c.Wakes(), err
		}
	}
	return soon, nil
}

// decided is a conversation that is due, and what the clock decides about it.
type decided struct {
	c conversation.Conversation
	conversation.Decision
	// back: it was put aside until now. warns: its reply window is about to close.
	back, warns bool
}

// due reads what is due, and decides.
func (b *Bot) due(tx store.Tx, now time.Time, left map[conversation.ID]bool) ([]decided, error) {
	var ids []conversation.ID
	for id, err := range tx.Due(now) {
		if err != nil {
			return nil, err
		}
		if left[id] {
			continue
		}
		if ids = append(ids, id); len(ids) == dueBatch {
			break
		}
	}
	all := make([]decided, 0, len(ids))
	for _, id := range ids {
		c, err := tx.Conversation(id)
		if err != nil {
			return nil, err
		}
		err = contained(func() error {
			all = append(all, decided{
				c, b.clockOf(c).Decide(c, now), c.Turn == conversation.Snoozed && !c.Snooze.Until.After(now), c.Warns(now),
			})
			return nil
		})
		if err != nil {
			return nil, &foldError{id, conversation.Ticked{}, err}
		}
	}
	return all, nil
}

// crowdOf is whom a reminder in their thread is due about.
func crowdOf(all []decided) (crowd []decided) {
	for _, d := range all {
		if d.Thread && (d.Why == conversation.StepDue || d.Why == conversation.Overdue) || d.back || d.warns {
			crowd = append(crowd, d)
		}
	}
	return crowd
}

// tellAll enqueues one message in the channel about many customers.
func (b *Bot) tellAll(tx store.Tx, crowd []decided, now time.Time) (born, error) {
	e := conversation.NudgeAll{}
	seen := map[string]bool{}
	for _, d := range crowd {
		to, kind := d.To, conversation.StillWaits
		switch {
		case d.back && d.c.Snooze.Promise:
			to, kind = []string{d.c.Snooze.By.ID}, conversation.Promised
		case d.back:
			to, kind = []string{d.c.Snooze.By.ID}, conversation.SnoozeOver
		case d.warns:
			to, kind = append(to, b.ladder.OnDuty(d.c)...), conversation.WindowEnds
		}
		for _, id := range to {
			if !seen[id] {
				seen[id] = true
				e.To = append(e.To, id)
			}
		}
		c, err := tx.Conversation(d.c.ID) // as the tick left it
		if err != nil {
			return born{}, err
		}
		w := conversation.Waits{ID: c.ID, Step: c.Step, Since: c.Since, Kind: kind}
		if w.By = d.c.OwedBy; d.Release {
			w.By = d.c.Claimer.Name
		}
		e.Of = append(e.Of, w)
	}
	j := store.Job{Key: store.Key{Conversation: conversation.DeskID, Seq: uint64(now.UnixNano())}, Effect: e, State: store.Ready, At: now}
	j, err := enqueueAnew(tx, j)
	return born{job: j, of: conversation.Conversation{ID: conversation.DeskID}}, err
}

// record logs and counts what was decided.
func (b *Bot) record(all []decided) {
	for _, d := range all {
		switch {
		case d.back:
			d.Why = "snooze_over"
		case d.warns:
			d.Why = "window"
		case d.c.Turn != conversation.Waiting || d.Why == conversation.NotYet: // an answer in hold was due, or a card counts down
			continue
		}
		b.metrics.decided.WithLabelValues(string(d.Why)).Inc()
		b.log.Info("the clock decided", "conversation", string(d.c.ID), "why", string(d.Why), "steps", d.Steps, "to", d.To, "direct", d.Direct, "release", d.Release)
	}
}
