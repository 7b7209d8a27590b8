package bot

import (
	"context"
	"errors"
	"strconv"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/store"
)

var _ adapters.Board = deskInbox{}

// Queue: see adapters.Board.
func (i deskInbox) Queue(ctx context.Context, by string, page int) (adapters.Queue, error) {
	if err := i.Admit(ctx, by); err != nil {
		return adapters.Queue{}, err
	}
	var q adapters.Queue
	err := i.b.store.View(ctx, func(tx store.Tx) (err error) {
		q, err = i.b.queue(tx, by, page, time.Now())
		return err
	})
	return q, i.objection(err)
}

// queuedAs is a place in the queue.
type queuedAs struct {
	store.Queued
	turn conversation.Turn
}

// queue is a page of the queue: who waits for the person who looks, who waits for anybody or somebody else, and who is put
// aside. Only what is shown is read.
func (b *Bot) queue(tx store.Tx, by string, page int, now time.Time) (adapters.Queue, error) {
	var mine, all, aside []queuedAs
	accounts := map[string]int{}
	for _, turn := range []conversation.Turn{conversation.Waiting, conversation.Snoozed} {
		for q, err := range tx.Queue(turn) {
			if err != nil {
				return adapters.Queue{}, err
			}
			e := queuedAs{q, turn}
			switch {
			case turn == conversation.Snoozed:
				aside = append(aside, e)
				continue
			case q.Claimer == by:
				mine = append(mine, e)
			default:
				all = append(all, e)
			}
			accounts[q.Account]++
		}
	}
	t, err := b.today(tx, now)
	if err != nil {
		return adapters.Queue{}, err
	}
	lines := len(mine) + len(all) + len(aside)
	pages := max(1, (lines+adapters.QueueLines-1)/adapters.QueueLines)
	page = min(max(page, 0), pages-1)
	q := adapters.Queue{Title: b.words.glance(len(mine)+len(all), accounts, b.order, t.answers()), Page: page, Pages: pages}
	skip, room := page*adapters.QueueLines, adapters.QueueLines
	for _, part := range []struct {
		title   language.Counted
		entries []queuedAs
	}{{language.QueueMine, mine}, {language.QueueWaiting, all}, {language.QueueAside, aside}} {
		from := min(skip, len(part.entries))
		shown := part.entries[from:min(from+room, len(part.entries))]
		skip, room = skip-from, room-len(shown)
		if len(shown) == 0 {
			continue
		}
		s := adapters.QueueSection{Title: b.words.Count(part.title, len(part.entries))}
		for _, e := range shown {
			line, err := b.queueLine(tx, e)
			if err != nil {
				return adapters.Queue{}, err
			}
			s.Lines = append(s.Lines, line)
		}
		q.Sections = append(q.Sections, s)
	}
	return q, nil
}

func (b *Bot) queueLine(tx store.Tx, e queuedAs) (adapters.QueueLine, error) {
	c, err := tx.Conversation(e.ID)
	if err != nil {
		return adapters.QueueLine{}, err
	}
	how, tint := b.words.status(c)
	return adapters.QueueLine{Who: b.words.name(c.Customer) + " · " + b.words.network(c.Ref.Account), How: how, Tint: tint, Thread: c.Thread}, nil
}

// glance sums the queue up: how many wait, on which accounts, and how many were answered today.
func (w *words) glance(waiting int, accounts map[string]int, order []Account, answered int) string {
	text := w.waitingNow(waiting)
	if len(order) > 1 && waiting > 0 {
		on := ""
		for _, a := range order {
			if n := accounts[a.Name]; n > 0 {
				if on != "" {
					on += ", "
				}
				on += w.network(a.Name) + " " + strconv.Itoa(n)
			}
		}
		text += " (" + on + ")"
	}
	return text + " · " + w.Count(language.QueueAnswered, answered)
}

// HandOver: see adapters.Board.
func (i deskInbox) HandOver(ctx context.Context, by string, thread conversation.Place, to string) error {
	if err := i.Admit(ctx, by); err != nil {
		return err
	}
	who, known := i.b.desk.Known(to)
	if !known {
		asking, cancel := context.WithTimeout(ctx, askFor)
		defer cancel()
		var err error
		if who, err = i.b.desk.Who(asking, to); err != nil {
			i.b.log.Warn("slack cannot say who somebody is, to whom a customer was to be handed", "user", to, "err", err)
			return object(adapters.ReadyAll, i.b.words.refusal(notKnown))
		}
	}
	who = i.b.known.named(who)
	if !who.MaySpeak {
		return object(adapters.ReadyAll, i.b.words.notice(conversation.Notice{Kind: conversation.NotHanded, Name: who.Name, Reason: who.Why}))
	}
	return i.press(ctx, by, thread, conversation.Pressed{Action: conversation.HandOver, To: who})
}

// Moment: see adapters.Board.
func (i deskInbox) Moment(ctx context.Context, by, text string) (time.Time, string, error) {
	if err := i.Admit(ctx, by); err != nil {
		return time.Time{}, "", err
	}
	now := time.Now().In(i.b.words.zone)
	until, err := i.b.moment(text, now)
	if err != nil {
		return time.Time{}, "", object(adapters.ReadyText, i.b.words.noMoment(err))
	}
	return until, i.b.words.When(until, now), nil
}

// PutAside: see adapters.Board.
func (i deskInbox) PutAside(ctx context.Context, by string, thread conversation.Place, until, seen time.Time) error {
	if err := i.Admit(ctx, by); err != nil {
		return err
	}
	if !until.After(time.Now()) {
		return object(adapters.ReadyAll, i.b.words.refusal(tooLate))
	}
	return i.press(ctx, by, thread, conversation.Pressed{Action: conversation.Snooze, Until: until, Seen: seen})
}

// press folds what a form asked for in a thread. The form is open until it is on disk.
func (i deskInbox) press(ctx context.Context, by string, thread conversation.Place, e conversation.Pressed) error {
	var out []born
	err := i.b.store.Update(ctx, func(tx store.Tx) error {
		out = nil
		now := time.Now()
		id, err := tx.ByThread(thread)
		if err != nil {
			return err
		}
		c, err := tx.Conversation(id)
		if err != nil {
			return err
		}
		who, known := i.b.desk.Known(by)
		if !known {
			return errUnknown
		}
		if e.Action == conversation.HandOver && !c.MayHand() {
			return errClosed
		}
		if e.Seen.IsZero() {
			e.Seen = now
		}
		if e.Seen, err = hadSeen(tx, c, e.Seen); err != nil {
			return err
		}
		if e.Action == conversation.Snooze && c.Unseen(e, now) {
			return errUnseen
		}
		e.By, e.At, e.Limits = i.b.known.named(who), now, i.b.limits(c)
		out, err = i.b.fold(tx, c, e, now, nil, nil)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return object(adapters.ReadyAll, i.b.words.refusal(noCustomer))
	case errors.Is(err, errClosed):
		return object(adapters.ReadyAll, i.b.words.notice(conversation.Notice{Kind: conversation.HandedClosed}))
	case errors.Is(err, errUnseen):
		return object(adapters.ReadyAll, i.b.words.notice(conversation.Notice{Kind: conversation.WroteMeanwhile}))
	case errors.Is(err, errUnknown):
		return object(adapters.ReadyAll, i.b.words.refusal(notAsked))
	case err != nil:
		return i.objection(err)
	}
	i.b.outbox.took(out)
	i.b.rearm()
	return nil
}

var (
	// errUnknown says that Slack must be asked who somebody is, who was known a moment before.
	errUnknown = errors.New("not known any more")
	// errClosed says that the customer is closed, and cannot be handed over.
	errClosed = errors.New("closed")
	// errUnseen says that the customer wrote after the form was opened.
	errUnseen = errors.New("the customer has written since")
)
