package bot

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// tally is what a day was, of all accounts, by the clock of the desk. It is stored with the events that it counts.
type tally struct {
	// Asked counts the waits that began on this day and are over, Answered those an answer ended on it, Closed those that
	// needed none, each by the hour.
	Asked    map[int]int `json:"asked,omitempty"`
	Answered map[int]int `json:"answered,omitempty"`
	Closed   map[int]int `json:"closed,omitempty"`
	// Needless counts those of Asked that needed no answer.
	Needless int `json:"needless,omitempty"`
	// Old counts the waits of earlier days that ended on this one.
	Old int `json:"old,omitempty"`
	// First counts the answers by how long the customer had waited, in whole minutes of service time.
	First map[int]int `json:"first,omitempty"`
}

// tallyName is under which name a day is stored; no account has it.
func tallyName(day time.Time) string { return "day/" + day.Format(time.DateOnly) }

// today is the tally of the day that now is part of.
func (b *Bot) today(tx store.Tx, now time.Time) (tally, error) {
	var t tally
	raw, err := tx.Cursor(tallyName(now.In(b.words.zone)))
	if err != nil || raw == "" {
		return t, err
	}
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		b.log.Warn("what this day was cannot be read; it is counted anew", "err", err)
		return tally{}, nil
	}
	return t, nil
}

// count notes in the tally of the day that a wait is over.
func (b *Bot) count(tx store.Tx, was, is conversation.Conversation, now time.Time) error {
	ended := is.Since.IsZero() && !was.Since.IsZero() && !was.Uncounted
	if !ended {
		return nil
	}
	t, err := b.today(tx, now)
	if err != nil {
		return err
	}
	now = now.In(b.words.zone)
	since := was.Since.In(b.words.zone)
	if since.Format(time.DateOnly) == now.Format(time.DateOnly) {
		add(&t.Asked, since.Hour())
	} else {
		t.Old++
	}
	if is.Theirs() {
		add(&t.Answered, now.Hour())
		add(&t.First, int(b.clockOf(is).Hours.Between(was.Since, now).Minutes()))
	} else {
		add(&t.Closed, now.Hour())
		if since.Format(time.DateOnly) == now.Format(time.DateOnly) {
			t.Needless++
		}
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("count what ended: %w", err)
	}
	return tx.SetCursor(tallyName(now), string(raw))
}

func add(m *map[int]int, k int) {
	if *m == nil {
		*m = map[int]int{}
	}
	(*m)[k]++
}

func sum(m map[int]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

func (t tally) answers() int { return sum(t.Answered) }

// within is in how many minutes a share of the first answers came, such as 0.9; 0 where there were none.
func (t tally) within(share float64) int {
	all := t.answers()
	need := int(share*float64(all) + 0.999999)
	for _, minutes := range slices.Sorted(maps.Keys(t.First)) {
		if need -= t.First[minutes]; need <= 0 {
			return minutes
		}
	}
	return 0
}
