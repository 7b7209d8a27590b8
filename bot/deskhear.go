package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// deskName is the account name of the desk in the store and in logs; no [[account]] may have it.
const deskName = "slack"

// deskInbox is what the desk delivers into.
type deskInbox struct{ b *Bot }

var _ adapters.DeskInbox = deskInbox{}

// Cursor: see adapters.Inbox.
func (i deskInbox) Cursor(ctx context.Context) (cursor string, err error) {
	err = i.b.store.View(ctx, func(tx store.Tx) error {
		cursor, err = tx.Cursor(deskName)
		return err
	})
	return cursor, err
}

// Trouble: see adapters.Inbox.
func (i deskInbox) Trouble(err error) { i.b.health.trouble(deskName, err) }

// Up: see adapters.DeskInbox.
func (i deskInbox) Up() {
	i.b.outbox.desk.up()
	i.b.outbox.soft.up()
	i.b.outbox.people.up()
	i.b.parked.look()
}

// Threads: see adapters.DeskInbox.
func (i deskInbox) Threads(ctx context.Context, before time.Time, limit int) ([]conversation.Place, error) {
	var out []conversation.Place
	err := i.b.store.View(ctx, func(tx store.Tx) error {
		out = out[:0]
		for id, err := range tx.Open(before) {
			if err != nil {
				return err
			}
			c, err := tx.Conversation(id)
			if err != nil {
				return err
			}
			if !c.Thread.IsZero() {
				out = append(out, c.Thread)
			}
			if len(out) >= limit {
				return nil
			}
		}
		return nil
	})
	return out, err
}

// atOnce is how many events of staff are folded in one transaction. Where more come together they are a backlog: Slack
// waits three seconds to be told that all of it is stored, and storing an event is cheaper than folding it.
const atOnce = 8

// Deliver stores what staff did. What can be folded at once is; what must wait for its thread or for Slack to say who
// did it, and a backlog, is parked in the same transaction.
func (i deskInbox) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	return i.b.storeAll(ctx, deskName, i.deliver, cursor, heard)
}

func (i deskInbox) deliver(ctx context.Context, cursor string, heard []adapters.Incoming) error {
	if len(heard) > atOnce {
		defer i.b.parked.wait()()
	}
	g := grants{o: i.b.outbox}
	for _, a := range i.b.outbox.out {
		g.ask(a, min(len(heard), 4))
	}
	var out []born
	var waiting []conversation.Place
	err := i.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		i.b.parked.sub(waiting)
		out, waiting = nil, nil
		now := time.Now()
		for _, in := range heard {
			first, err := tx.Saw(deskName, in.ID, now)
			if err != nil {
				return err
			}
			if !first {
				continue
			}
			in, ours, err := i.placed(tx, in, now)
			if err != nil {
				return err
			}
			if !ours {
				continue
			}
			jobs, waits, err := i.hear(tx, in, now, &g, len(heard) <= atOnce)
			if err != nil {
				return err
			}
			out = append(out, jobs...)
			if waits {
				i.b.parked.add(in.Thread)
				waiting = append(waiting, in.Thread)
			}
		}
		if cursor == "" {
			return nil
		}
		return tx.SetCursor(deskName, cursor)
	})
	g.end(err == nil)
	if err != nil {
		i.b.parked.sub(waiting)
		return err
	}
	i.b.outbox.took(out)
	i.b.rearm()
	if len(waiting) > 0 {
		i.b.parked.look()
	}
	i.b.metrics.heard(deskName, len(heard))
	return nil
}

// hear folds one event of staff if it may, or parks it.
func (i deskInbox) hear(tx store.Tx, in adapters.Incoming, now time.Time, g *grants, may bool) (jobs []born, parked bool, err error) {
	if unreadable, is := in.Event.(conversation.Unreadable); is {
		if err := tx.KeepRaw(deskName, in.ID, in.Raw); err != nil {
			return nil, false, err
		}
		jobs, err := i.b.atDesk(tx, deskName, unreadable, now)
		return jobs, false, err
	}
	p := store.Parked{Account: deskName, Thread: in.Thread, At: now, ID: in.ID, By: in.By, Event: in.Event}
	who, known := i.b.personOf(p)
	if may && known && !i.b.parked.waits(in.Thread) {
		jobs, err = i.b.foldStaff(tx, p, who, now, g)
		if !errors.Is(err, errNoThread) {
			return jobs, false, err
		}
	}
	if _, err := tx.Park(p); err != nil {
		return nil, false, fmt.Errorf("park event %s: %w", in.ID, err)
	}
	return nil, true, nil
}

// errNoThread says that no conversation has the thread (yet).
var errNoThread = errors.New("no conversation has this thread")

// personOf tells who did it, if that is known without asking Slack. Events nobody did are nobody's.
func (b *Bot) personOf(p store.Parked) (conversation.Person, bool) {
	if p.By == "" {
		return conversation.Person{}, true
	}
	who, known := b.desk.Known(p.By)
	return b.known.named(who), known
}

// mentioned is how a mention reads: a person under the name that customers see.
func (b *Bot) mentioned(target, shown string) string {
	if name := b.known.Names[target]; name != "" {
		return "@" + name
	}
	return shown
}

// foldStaff folds what staff did into the conversation of the thread.
func (b *Bot) foldStaff(tx store.Tx, p store.Parked, who conversation.Person, now time.Time, g *grants) ([]born, error) {
	id, err := tx.ByThread(p.Thread)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoThread
	}
	if err != nil {
		return nil, err
	}
	c, err := tx.Conversation(id)
	if err != nil {
		return nil, fmt.Errorf("conversation of a thread: %w", err)
	}
	event := p.Event
	var told []born
	switch e := event.(type) {
	case conversation.Wrote:
		told, err = b.complete(tx, c, who, now, &e.By, &e.Limits, &e.Message, &e.Called)
		event = e
	case conversation.Formed:
		told, err = b.complete(tx, c, who, now, &e.By, &e.Limits, &e.Message, &e.Called)
		event = e
	case conversation.Rewrote:
		if told, err = b.complete(tx, c, who, now, &e.By, &e.Limits, &e.Message, &e.Called); err == nil {
			event, err = rewritten(tx, c, e)
		}
	case conversation.Unwrote:
		e.Limits = b.limits(c)
		event, err = unwritten(tx, c, e)
	case conversation.Pressed:
		e.By, e.Limits, e.Hearing = who, b.limits(c), b.desk.Hearing()
		if e.Seen.IsZero() { // it may have waited until we knew who pressed
			e.Seen = p.At
		}
		if e.Seen, err = hadSeen(tx, c, e.Seen); err != nil {
			return nil, err
		}
		if e.Action == conversation.Snooze && e.Until.IsZero() {
			e.Until = b.chosen(e.Choice, now)
		}
		event = e
	case conversation.CardGone:
		if c.Thread != p.Thread { // an old thread: it may go
			return nil, nil
		}
	}
	if err != nil || event == nil {
		return told, err
	}
	jobs, err := b.fold(tx, c, event, now, nil, g)
	jobs = append(jobs, told...)
	if wrote, is := event.(conversation.Wrote); is && err == nil && b.isShut(c.Ref.Account) {
		delayed, err := b.delay(tx, id, wrote.At, now)
		return append(jobs, delayed...), err
	}
	return jobs, err
}

// hadSeen is when somebody had seen what they pressed about: before the customer's last message, where that does not stand in
// Slack yet.
func hadSeen(tx store.Tx, c conversation.Conversation, at time.Time) (time.Time, error) {
	for j, err := range tx.Lane(store.Lane{Conversation: c.ID, Way: conversation.Inward}) {
		if err != nil {
			return at, fmt.Errorf("what is to be shown: %w", err)
		}
		switch j.Effect.(type) {
		case conversation.OpenCard, conversation.Show:
			if c.Arrived.Before(at) {
				at = c.Arrived
			}
		}
	}
	return at, nil
}

// complete fills in what the bot adds to what somebody said: who they are, what the network takes, how mentions read, and
// the ready answers that are called.
func (b *Bot) complete(tx store.Tx, c conversation.Conversation, who conversation.Person, now time.Time,
	by *conversation.Person, l *conversation.Limits, m *conversation.Message, called *conversation.Called,
) (told []born, err error) {
	*l = b.limits(c)
	if *by, told, err = b.signed(tx, who, *l, now); err != nil {
		return nil, err
	}
	m.Text = m.Text.Mentions(b.mentioned)
	*called, err = b.called(tx, c, *m)
	return told, err
}

func (b *Bot) isShut(account string) bool {
	g := b.outbox.out[account]
	return g != nil && g.isShut()
}

// delay marks an answer as waiting where its network does not seem to work: its first try may be hours away.
func (b *Bot) delay(tx store.Tx, id conversation.ID, answer conversation.Place, now time.Time) ([]born, error) {
	c, err := tx.Conversation(id)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(c.Open, func(a conversation.Answer) bool { return a.At == answer && a.State == conversation.Sending }) {
		return nil, nil
	}
	late := conversation.Delayed{Effect: conversation.Send{Answer: answer}, Reason: conversation.Down, At: now}
	return b.foldOrLeave(tx, c, late, now, nil, nil)
}

// limits is what the network of a conversation takes. An account that is not in the config any more takes nothing.
func (b *Bot) limits(c conversation.Conversation) conversation.Limits {
	a, is := b.accounts[c.Ref.Account]
	if !is {
		return conversation.Limits{ReadOnly: true}
	}
	return a.Adapter.Limits(c.Ref, c.Heard)
}
