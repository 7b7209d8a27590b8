package bot

import (
	"context"
	"encoding/json"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// An account is silent when customers wait there and nobody has answered any of them for a long time: going silent in a
// crisis is the worst that can happen. What must be known of it is stored with the answers.
type silence struct {
	// Spoke is when somebody answered there last, Told whether the lead was alarmed since.
	Spoke time.Time `json:"spoke,omitzero"`
	Told  bool      `json:"told,omitempty"`
}

// silenceName is under which name it is stored; no account has it.
func silenceName(account string) string { return "spoke/" + account }

func silenceOf(tx store.Tx, account string) (s silence, err error) {
	raw, err := tx.Cursor(silenceName(account))
	if err == nil && raw != "" && json.Unmarshal([]byte(raw), &s) != nil {
		return silence{}, nil
	}
	return s, err
}

func putSilence(tx store.Tx, account string, s silence) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.SetCursor(silenceName(account), string(raw))
}

// spoke notes that somebody answered a customer, which ends a silence: an answer arrived, whether or not the customer had
// the next word, or was given elsewhere.
func (b *Bot) spoke(tx store.Tx, was, is conversation.Conversation, e conversation.Event, now time.Time) ([]born, error) {
	a := b.accounts[is.Ref.Account]
	if a.Silence <= 0 || !arrived(e) && (!is.Theirs() || was.Theirs()) {
		return nil, nil
	}
	s, err := silenceOf(tx, a.Name)
	if err != nil {
		return nil, err
	}
	var out []born
	if s.Told {
		if out, err = b.announce(tx, conversation.Notice{Kind: conversation.SilentOver, Name: b.words.network(a.Name)}, now); err != nil {
			return nil, err
		}
	}
	return out, putSilence(tx, a.Name, silence{Spoke: now})
}

// arrived says that a part of an answer is with the customer.
func arrived(e conversation.Event) bool {
	ended, is := e.(conversation.Ended)
	if !is || ended.Outcome != conversation.OK {
		return false
	}
	_, sent := ended.Effect.(conversation.Send)
	return sent
}

// watchSilence alarms the lead when an account falls silent.
func (b *Bot) watchSilence(ctx context.Context) {
	for {
		next, err := b.alarmSilence(ctx)
		if err != nil {
			_ = b.storeError(err)
			next = time.Now().Add(time.Minute)
		}
		wait := 10 * time.Minute // a customer may begin to wait meanwhile; silence is counted in hours
		if !next.IsZero() {
			wait = min(wait, time.Until(next))
		}
		if sleep(ctx, max(wait, time.Second), nil) != nil {
			return
		}
	}
}

// alarmSilence tells of accounts that are silent and says when the next one would be.
func (b *Bot) alarmSilence(ctx context.Context) (next time.Time, err error) {
	for _, a := range b.order {
		if a.Silence <= 0 {
			continue
		}
		due, oldest, told, aside, err := b.silentAt(ctx, a)
		switch {
		case err != nil:
			return next, err
		case told && oldest.IsZero() && !aside:
			if err := b.silenceOver(ctx, a); err != nil {
				return next, err
			}
			continue
		case told || due.IsZero(): // one whom somebody put aside waits on
			continue
		}
		if due.After(time.Now()) {
			if next.IsZero() || due.Before(next) {
				next = due
			}
			continue
		}
		if !a.Hours.Open(time.Now()) { // nobody is there who could answer
			continue
		}
		if err := b.tellSilence(ctx, a, oldest); err != nil {
			return next, err
		}
	}
	return next, nil
}

// silentAt is when an account has been silent for too long, since when somebody has been waiting there, and whether the
// lead was told; zero where nobody waits. aside: those who wait there have all been put aside. It is looked for once the
// lead was told.
func (b *Bot) silentAt(ctx context.Context, a Account) (due, oldest time.Time, told, aside bool, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		due, aside = time.Time{}, false
		s, err := silenceOf(tx, a.Name)
		if err != nil {
			return err
		}
		told = s.Told
		if oldest, err = waitingSince(tx, a, conversation.Waiting); err != nil {
			return err
		}
		if told && oldest.IsZero() {
			since, err := waitingSince(tx, a, conversation.Snoozed)
			aside = !since.IsZero()
			return err
		}
		if !oldest.IsZero() {
			from := oldest
			if s.Spoke.After(from) {
				from = s.Spoke
			}
			due = a.Hours.Add(from, a.Silence)
		}
		return nil
	})
	return due, oldest, told, aside, err
}

// waitingSince is how long somebody waits at an account who can be answered, of those of a turn; zero = nobody does.
func waitingSince(tx store.Tx, a Account, turn conversation.Turn) (time.Time, error) {
	for q, err := range tx.Queue(turn) {
		if err != nil {
			return time.Time{}, err
		}
		if q.Account != a.Name {
			continue
		}
		c, err := tx.Conversation(q.ID)
		if err != nil {
			return time.Time{}, err
		}
		if c.Unreachable == "" && !c.Theirs() {
			return q.At, nil
		}
	}
	return time.Time{}, nil
}

func (b *Bot) tellSilence(ctx context.Context, a Account, oldest time.Time) error {
	n := conversation.Notice{Kind: conversation.Silent, Name: b.words.network(a.Name), At: oldest, Detail: b.words.howLong(a.Silence)}
	var out []born
	err := b.store.Update(ctx, func(tx store.Tx) error {
		now := time.Now()
		s, err := silenceOf(tx, a.Name)
		if err != nil || s.Told {
			out = nil
			return err
		}
		s.Told = true
		if err := putSilence(tx, a.Name, s); err != nil {
			return err
		}
		if out, err = b.announce(tx, n, now); err != nil || b.ladder.Lead == "" {
			return err
		}
		lane := conversation.LaneOf(b.ladder.Lead)
		j := store.Job{Key: store.Key{Conversation: lane, Seq: uint64(now.UnixNano())}, Effect: conversation.Notify{To: b.ladder.Lead, Notice: n}, State: store.Ready, At: now}
		j, err = enqueueAnew(tx, j)
		out = append(out, born{job: j, of: conversation.Conversation{ID: lane}})
		return err
	})
	if err == nil {
		b.outbox.took(out)
	}
	return err
}

// stillSilent says that an alarm that waited for its reader is not over yet.
func (b *Bot) stillSilent(tx store.Tx, e conversation.Effect) (bool, error) {
	alarm, is := e.(conversation.Notify)
	if !is || alarm.Notice.Kind != conversation.Silent {
		return true, nil
	}
	for _, a := range b.order {
		if b.words.network(a.Name) == alarm.Notice.Name {
			s, err := silenceOf(tx, a.Name)
			return s.Told, err
		}
	}
	return false, nil
}

// silenceOver forgets a silence that ended since nobody waits there any more.
func (b *Bot) silenceOver(ctx context.Context, a Account) error {
	var out []born
	err := b.store.Update(ctx, func(tx store.Tx) error {
		out = nil
		s, err := silenceOf(tx, a.Name)
		if err != nil || !s.Told {
			return err
		}
		now := time.Now()
		if out, err = b.announce(tx, conversation.Notice{Kind: conversation.SilentOver, Name: b.words.network(a.Name)}, now); err != nil {
			return err
		}
		return putSilence(tx, a.Name, silence{Spoke: s.Spoke})
	})
	if err == nil {
		b.outbox.took(out)
	}
	return err
}
