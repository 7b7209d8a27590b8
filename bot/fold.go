package bot

import (
	"errors"
	"fmt"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// albumWait is how long an album is waited for before its first picture is shown.
const albumWait = 1500 * time.Millisecond

// born is a job that a transaction made, with the conversation as it was then.
type born struct {
	job     store.Job
	of      conversation.Conversation
	doing   bool // committed as doing: its call may begin at once, its gate is passed
	patient bool // its call went well, and the end of it may be stored a moment later
}

// grants are calls that gates let through in advance, so that a job can be born doing in the commit of its event.
type grants struct {
	o    *outbox
	got  map[*gate]int
	used map[*gate]int
}

// ask reserves calls at a gate.
func (g *grants) ask(at *gate, n int) {
	if at == nil || n == 0 {
		return
	}
	if g.got == nil {
		g.got = map[*gate]int{}
	}
	g.got[at] += at.reserve(n)
}

// begin forgets what an earlier run of the same transaction used.
func (g *grants) begin() { g.used = map[*gate]int{} }

func (g *grants) use(at *gate) bool {
	if g == nil || g.used[at] >= g.got[at] {
		return false
	}
	g.used[at]++
	return true
}

// end gives back what was not used; committed says whether the transaction holds.
func (g *grants) end(committed bool) {
	for at, n := range g.got {
		if committed {
			n -= g.used[at]
		}
		at.giveBack(n)
	}
}

// foldError says that the rules cannot digest an event, of which nothing is written.
type foldError struct {
	id conversation.ID
	e  conversation.Event
	error
}

// Unwrap is so that the log can tell from where a panic came.
func (e *foldError) Unwrap() error { return e.error }

// Error names the event by its type, not by what somebody wrote.
func (e *foldError) Error() string {
	return fmt.Sprintf("%T in conversation %s: %v", e.e, e.id, e.error)
}

// foldOrLeave is fold of something that happened by itself, and which must not come again for ever: what the rules cannot
// digest is left, and the log says so.
func (b *Bot) foldOrLeave(tx store.Tx, c conversation.Conversation, e conversation.Event, now time.Time, parent *store.Job, g *grants) ([]born, error) {
	out, err := b.fold(tx, c, e, now, parent, g)
	if fault, is := errors.AsType[*foldError](err); is {
		b.log.Error("what happened cannot be told to its conversation", "conversation", string(c.ID), "err", fault, stackOf(fault))
		return nil, nil
	}
	return out, err
}

// fold applies an event to a conversation and stores everything that follows, in one transaction.
func (b *Bot) fold(tx store.Tx, c conversation.Conversation, e conversation.Event, now time.Time, parent *store.Job, g *grants) ([]born, error) {
	rules, err := b.rulesIn(tx, c, e, now)
	if err != nil {
		return nil, err
	}
	var next conversation.Conversation
	var effects []conversation.Effect
	err = contained(func() error {
		next, effects = b.apply(c, e, rules, now)
		return nil
	})
	if err != nil {
		return nil, &foldError{c.ID, e, err}
	}
	if err := tell(tx, c, next); err != nil {
		return nil, err
	}
	if err := tx.Put(next); err != nil {
		return nil, fmt.Errorf("store conversation %s: %w", next.ID, err)
	}
	if err := tx.Append(next.ID, next.Seq, now, e); err != nil {
		return nil, fmt.Errorf("store event of %s: %w", next.ID, err)
	}
	if err := dropStuck(tx, next, decidesOn(c, e)); err != nil {
		return nil, err
	}
	if err := b.count(tx, c, next, now); err != nil {
		return nil, err
	}
	out, err := b.spoke(tx, c, next, e, now)
	if err != nil {
		return nil, err
	}
	busy := map[conversation.Way]bool{}
	numbers := numbered(effects)
	for n, effect := range effects {
		if nudge, is := effect.(conversation.Nudge); is && nudge.Direct {
			more, err := b.callPeople(tx, next, nudge, now)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		}
		j := store.Job{Key: store.Key{Conversation: next.ID, Seq: next.Seq, N: numbers[n]}, Effect: effect, State: store.Ready, At: now, After: wait(effect, c, now)}
		if err := place(tx, &j, n, e, parent); err != nil {
			return nil, err
		}
		if _, render := effect.(conversation.Render); render {
			if queued, err := hasRender(tx, j.Lane()); err != nil || queued {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		x := born{job: j, of: next}
		way := effect.Way()
		if !busy[way] && j.After.IsZero() {
			idle, err := isIdle(tx, j.Lane(), parent)
			if err != nil {
				return nil, err
			}
			if x.doing = idle && g.use(b.outbox.gateOf(next, effect)); x.doing {
				begin(&x.job, now)
			}
		}
		busy[way] = true
		if x.job, err = enqueueAnew(tx, x.job); err != nil {
			return nil, fmt.Errorf("enqueue %s: %w", j.Key, err)
		}
		if x.doing {
			b.outbox.handing(x.job.Key)
		}
		out = append(out, x)
	}
	return out, nil
}

// begin turns a job into one whose call may have happened.
func begin(j *store.Job, now time.Time) {
	if j.State != store.Doing || j.Started.IsZero() {
		j.Started = now
	}
	j.State, j.Tried, j.After, j.Reason, j.Detail = store.Doing, now, time.Time{}, "", ""
	j.Attempt++
}

// wait is until when an effect must be kept back: a part of an album, until the others had time to come; a card, where
// the one before it, of the conversation as it was, did not last.
func wait(e conversation.Effect, was conversation.Conversation, now time.Time) time.Time {
	grouped := false
	switch e := e.(type) {
	case conversation.OpenCard:
		if pause := was.Pause(now); e.Again && pause > 0 {
			return now.Add(pause)
		}
		grouped = e.Entry.Message.Group != ""
	case conversation.Show:
		grouped = len(e.Entries) == 1 && e.Entries[0].Message.Group != ""
	}
	if grouped {
		return now.Add(albumWait)
	}
	return time.Time{}
}

// isIdle says that a lane has no job but the one that has just ended.
func isIdle(tx store.Tx, l store.Lane, ended *store.Job) (bool, error) {
	for j, err := range tx.Lane(l) {
		if err != nil {
			return false, err
		}
		if ended == nil || j.Key != ended.Key {
			return false, nil
		}
	}
	return true, nil
}

// hasRender says that the card will be drawn again anyway.
func hasRender(tx store.Tx, l store.Lane) (bool, error) {
	for j, err := range tx.Lane(l) {
		if err != nil {
			return false, err
		}
		if _, is := j.Effect.(conversation.Render); is && j.State == store.Ready {
			return true, nil
		}
	}
	return false, nil
}

// decidesOn is the answer about which an event may decide: by a button, by deleting it, by making a note of it;
// at once, or when it was looked at.
func decidesOn(c conversation.Conversation, e conversation.Event) conversation.Place {
	switch e := e.(type) {
	case conversation.Pressed:
		return e.About
	case conversation.Unwrote:
		return e.At
	case conversation.Rewrote:
		return e.At
	case conversation.Ended:
		if look, is := e.Effect.(conversation.Look); is && c.Undecided(look.Answer) {
			return look.Answer
		}
	}
	return conversation.Place{}
}

// dropStuck forgets the stored failures of an answer that a person has decided about; c is the conversation behind the
// decision. Where the answer still waits for one, as when a guest pressed the button, they stay.
func dropStuck(tx store.Tx, c conversation.Conversation, about conversation.Place) error {
	if about.IsZero() || c.Undecided(about) {
		return nil
	}
	var gone []store.Key
	for j, err := range tx.Stuck() {
		if err != nil {
			return err
		}
		if send, is := j.Effect.(conversation.Send); is && j.Key.Conversation == c.ID && send.Answer == about {
			gone = append(gone, j.Key)
		}
	}
	for _, k := range gone {
		if err := tx.Drop(k); err != nil {
			return err
		}
	}
	return nil
}

// load is the conversation of a ref, or a new one; found says which.
func (b *Bot) load(tx store.Tx, ref conversation.Ref, now time.Time) (c conversation.Conversation, found bool, err error) {
	id, err := tx.ByRef(ref)
	if errors.Is(err, store.ErrNotFound) {
		return conversation.New(newID(now), ref), false, nil
	}
	if err != nil {
		return c, false, err
	}
	c, err = tx.Conversation(id)
	return c, err == nil, err
}
