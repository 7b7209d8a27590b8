package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// inbox is what one account's adapter delivers into.
type inbox struct {
	b       *Bot
	account Account
}

var _ adapters.Inbox = inbox{}

// Cursor: see adapters.Inbox.
func (i inbox) Cursor(ctx context.Context) (cursor string, err error) {
	err = i.b.store.View(ctx, func(tx store.Tx) error {
		cursor, err = tx.Cursor(i.account.Name)
		return err
	})
	return cursor, err
}

// Trouble: see adapters.Inbox.
func (i inbox) Trouble(err error) {
	g := i.b.outbox.out[i.account.Name]
	if err != nil {
		g.doubt()
	} else {
		g.up()
	}
	i.b.health.trouble(i.account.Name, err)
}

// Deliver stores everything an adapter has in hand in one transaction. Should one of the events be more than the rules
// or the store can digest, the others are stored without it, and it is kept raw and shown.
func (i inbox) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	return i.b.storeAll(ctx, i.account.Name, i.deliver, cursor, heard)
}

// storeAll stores events together, or else one by one, and those that cannot be handled as unreadable.
func (b *Bot) storeAll(ctx context.Context, account string, deliver func(context.Context, string, []adapters.Incoming) error, cursor string, heard []adapters.Incoming) error {
	err := deliver(ctx, cursor, heard)
	if err == nil || ctx.Err() != nil || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrFailed) || len(heard) == 0 {
		return b.storeError(err)
	}
	b.log.Error("events could not be stored together; storing them one by one", "account", account, "events", len(heard), "err", err)
	for _, in := range heard {
		err := deliver(ctx, "", []adapters.Incoming{in})
		if err == nil {
			continue
		}
		if ctx.Err() != nil || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrFailed) {
			return b.storeError(err) // nothing is wrong with the event: it comes again
		}
		b.log.Error("an event cannot be handled; it is shown as unreadable", "account", account, "event", in.ID, "err", err, stackOf(err))
		in.Raw = asRaw(in)
		in.Event, in.Ref.Key, in.By = conversation.Unreadable{At: time.Now(), What: gist(in.Event), Link: linkOf(in.Event)}, "", ""
		if err := deliver(ctx, "", []adapters.Incoming{in}); err != nil {
			return b.storeError(err)
		}
	}
	return b.storeError(deliver(ctx, cursor, nil))
}

// asRaw is all that is known of an event that cannot be handled, as JSON, to be kept.
func asRaw(in adapters.Incoming) []byte {
	raw, err := json.Marshal(in)
	if err != nil {
		return fmt.Appendf(nil, "%+v", in)
	}
	return raw
}

// gist is who said what in an event that cannot be handled, so that a person can see to it: hostile text.
func gist(e conversation.Event) string {
	const most = 300
	said := ""
	switch e := e.(type) {
	case conversation.Heard:
		said = e.Customer.Name + ": " + e.Message.Text.Plain
	case conversation.Changed:
		said = e.Message.Text.Plain
	case conversation.Wrote:
		said = e.Message.Text.Plain
	case conversation.Rewrote:
		said = e.Message.Text.Plain
	}
	return conversation.Plainly(said).Cut(most).Plain
}

// linkOf is where a message stands outside; "" = not told.
func linkOf(e conversation.Event) string {
	if heard, is := e.(conversation.Heard); is {
		return heard.Link
	}
	return ""
}

func (i inbox) deliver(ctx context.Context, cursor string, heard []adapters.Incoming) error {
	g := grants{o: i.b.outbox}
	g.ask(i.b.outbox.desk, len(heard))
	var out []born
	err := i.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out = nil
		now := time.Now()
		for _, in := range heard {
			jobs, err := i.hear(tx, in, now, &g)
			if err != nil {
				return err
			}
			out = append(out, jobs...)
		}
		if cursor == "" {
			return nil
		}
		return tx.SetCursor(i.account.Name, cursor)
	})
	g.end(err == nil)
	if err != nil {
		return err
	}
	i.b.outbox.took(out)
	i.b.rearm()
	i.b.metrics.heard(i.account.Name, len(heard))
	return nil
}

// hear folds one event of a customer.
func (i inbox) hear(tx store.Tx, in adapters.Incoming, now time.Time, g *grants) ([]born, error) {
	first, err := tx.Saw(i.account.Name, in.ID, now)
	if err != nil || !first {
		return nil, err
	}
	ref := in.Ref
	ref.Adapter, ref.Account = i.account.Kind, i.account.Name
	event := in.Event
	if unreadable, is := event.(conversation.Unreadable); is {
		unreadable.RawID = in.ID
		event = unreadable
		if err := tx.KeepRaw(i.account.Name, in.ID, in.Raw); err != nil {
			return nil, fmt.Errorf("keep what could not be read: %w", err)
		}
	}
	if ref.Key == "" {
		return i.b.atDesk(tx, i.account.Name, event, now)
	}
	c, found, err := i.b.load(tx, ref, now)
	if err != nil {
		return nil, fmt.Errorf("find conversation: %w", err)
	}
	switch e := event.(type) {
	case conversation.Heard:
		if said, since, err := wordingOf(tx, c.ID, e.ExternalID); err != nil || said != nil && e.At.Before(since) {
			return nil, err // its edit came first, and stands for it
		}
		last := c
		if e.At.After(last.Heard) {
			last.Heard = e.At
		}
		e.Limits = i.b.limits(last)
		e.Closed, err = i.b.closedTo(tx, c, e.Customer, now)
		event = e
	case conversation.Changed:
		var since time.Time
		e.Was, since, err = wordingOf(tx, c.ID, e.ExternalID)
		if err == nil && !since.IsZero() && e.At.Before(since) {
			return nil, nil // it comes late: the message says something newer by now
		}
		if event = e; e.Was == nil && in.Unheard != nil {
			event = in.Unheard
		}
	case conversation.Moved:
		if _, err := tx.ByRef(conversation.Ref{Adapter: ref.Adapter, Account: ref.Account, Key: e.To.Key}); err == nil {
			return nil, nil // it was heard under its new key before: what belongs to the old one ends here
		}
		e.To.Adapter, e.To.Account = ref.Adapter, ref.Account
		event = e
	}
	if err != nil || !found && !opens(event) {
		return nil, err
	}
	return i.b.fold(tx, c, tame(event), now, nil, g)
}

// opens says that an event begins a conversation where there was none.
func opens(e conversation.Event) bool {
	switch e.(type) {
	case conversation.Heard, conversation.Unreadable:
		return true
	}
	return false
}

// mostCalled is how many characters are kept of what a customer and the place where they write are called: they are read
// again whenever the customer is shown anywhere. Of an address with more bytes nothing is kept.
const mostCalled = 4096

func brief(s string) string { return conversation.Plainly(s).Cut(mostCalled).Plain }

// tame takes from a customer's words what only staff's may hold, and from their names what nobody can read.
func tame(e conversation.Event) conversation.Event {
	switch e := e.(type) {
	case conversation.Heard:
		e.Message.Text = e.Message.Text.Without(conversation.Mention)
		c := &e.Customer
		c.Name, c.Handle, c.First, c.Language, e.Title = brief(c.Name), brief(c.Handle), brief(c.First), brief(c.Language), brief(e.Title)
		if len(e.Link) > mostCalled {
			e.Link = ""
		}
		return e
	case conversation.Changed:
		e.Message.Text = e.Message.Text.Without(conversation.Mention)
		return e
	case conversation.Echoed:
		e.Message.Text = e.Message.Text.Without(conversation.Mention)
		return e
	}
	return e
}

// wordingOf is what a message of the customer said last, nil where it was never heard, and since when.
func wordingOf(tx store.Tx, id conversation.ID, externalID string) (said *conversation.Message, since time.Time, err error) {
	for r, err := range tx.About(id, externalID) {
		if err != nil {
			return nil, since, err
		}
		switch e := r.Event.(type) {
		case conversation.Heard:
			if e.ExternalID == externalID {
				return &e.Message, e.At, nil
			}
		case conversation.Changed:
			if e.ExternalID == externalID {
				return &e.Message, e.At, nil
			}
		}
	}
	return nil, since, nil
}

// atDesk deals with what belongs to no conversation.
func (b *Bot) atDesk(tx store.Tx, account string, e conversation.Event, now time.Time) ([]born, error) {
	switch e := e.(type) {
	case conversation.Unreadable:
		kind := conversation.CannotRead
		if account == deskName {
			kind = conversation.CannotHandle
		}
		return b.announce(tx, conversation.Notice{Kind: kind, Detail: e.What, Link: e.Link}, now)
	case conversation.Missed:
		return b.announce(tx, conversation.Notice{Kind: conversation.LongGap, Name: account, Detail: b.words.span(e.From, e.To)}, now)
	}
	return nil, nil
}

// announce enqueues a line for the desk channel itself.
func (b *Bot) announce(tx store.Tx, n conversation.Notice, now time.Time) ([]born, error) {
	j := store.Job{
		Key:    store.Key{Conversation: conversation.DeskID, Seq: uint64(now.UnixNano())},
		Effect: conversation.Announce{Notice: n}, State: store.Ready, At: now,
	}
	j, err := enqueueAnew(tx, j)
	return []born{{job: j, of: conversation.Conversation{ID: conversation.DeskID}}}, err
}
