package storetest

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// model is the contract in plain maps, slow and obvious. It returns the errors a store must return.
type model struct {
	convs   map[conversation.ID]conversation.Conversation
	history map[conversation.ID][]store.Recorded
	seen    map[[2]string]time.Time
	cursors map[string]string
	parked  []store.Parked
	parks   uint64 // the highest number that was given
	raw     map[string]string
	ready   map[[2]string]conversation.Ready // by word and language
	jobs    map[store.Key]store.Job
}

func newModel() *model {
	return &model{
		convs:   map[conversation.ID]conversation.Conversation{},
		history: map[conversation.ID][]store.Recorded{},
		seen:    map[[2]string]time.Time{},
		cursors: map[string]string{},
		raw:     map[string]string{},
		ready:   map[[2]string]conversation.Ready{},
		jobs:    map[store.Key]store.Job{},
	}
}

func (m *model) clone() *model {
	c := &model{
		convs: maps.Clone(m.convs), history: map[conversation.ID][]store.Recorded{}, seen: maps.Clone(m.seen), cursors: maps.Clone(m.cursors),
		parked: slices.Clone(m.parked), parks: m.parks, raw: maps.Clone(m.raw), ready: maps.Clone(m.ready), jobs: maps.Clone(m.jobs),
	}
	for id, h := range m.history {
		c.history[id] = slices.Clone(h)
	}
	return c
}

func (m *model) put(c conversation.Conversation) error {
	for id, o := range m.convs {
		if id == c.ID {
			continue
		}
		if c.Ref != (conversation.Ref{}) && o.Ref == c.Ref {
			return store.ErrTaken
		}
		for _, p := range threads(c) {
			if slices.Contains(threads(o), p) {
				return store.ErrTaken
			}
		}
	}
	m.convs[c.ID] = c
	return nil
}

// threads are the places that lead to the conversation.
func threads(c conversation.Conversation) []conversation.Place {
	return slices.DeleteFunc(append([]conversation.Place{c.Thread}, c.Old...), conversation.Place.IsZero)
}

// errAny stands for an error whose text is the store's own.
var errAny = errors.New("any error")

func (m *model) append(id conversation.ID, r store.Recorded) error {
	at, there := slices.BinarySearchFunc(m.history[id], r, func(a, b store.Recorded) int { return cmp.Compare(a.Seq, b.Seq) })
	if there {
		return errAny
	}
	m.history[id] = slices.Insert(m.history[id], at, r)
	return nil
}

func (m *model) saw(k [2]string, at time.Time) bool {
	_, there := m.seen[k]
	if !there {
		m.seen[k] = at
	}
	return !there
}

func (m *model) forget(before time.Time, limit int) int {
	var old [][2]string
	for k, at := range m.seen {
		if at.Before(before) {
			old = append(old, k)
		}
	}
	slices.SortFunc(old, func(a, b [2]string) int { return m.seen[a].Compare(m.seen[b]) })
	old = old[:min(len(old), limit)]
	for _, k := range old {
		delete(m.seen, k)
	}
	return len(old)
}

// park keeps an event under the number that the store chose; false where it may not choose that.
func (m *model) park(p store.Parked) bool {
	if p.Seq <= m.parks {
		return false
	}
	m.parks = p.Seq
	m.parked = append(m.parked, p)
	return true
}

// unpark removes the nth event that waits and gives its number; 0 where there is none.
func (m *model) unpark(n int) uint64 {
	if n >= len(m.parked) {
		return 0
	}
	seq := m.parked[n].Seq
	m.parked = slices.Delete(slices.Clone(m.parked), n, n+1)
	return seq
}

// facts are what a store must answer.
func (m *model) facts() *facts {
	f := newFacts()
	f.Conversations = m.convs
	for id, c := range m.convs {
		if c.Ref != (conversation.Ref{}) {
			f.ByRef[c.Ref] = id
		}
		for _, p := range threads(c) {
			f.ByThread[p] = id
		}
	}
	f.History = m.history
	m.tellTimes(f)
	m.tellJobs(f)
	for account, cursor := range m.cursors {
		if cursor != "" {
			f.Cursors[account] = cursor
		}
	}
	f.Raw = m.raw
	f.Parked = m.parked
	if len(m.parked) == 0 {
		f.Parked = nil
	}
	for _, k := range slices.SortedFunc(maps.Keys(m.ready), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		f.ReadyAnswers = append(f.ReadyAnswers, m.ready[k])
		f.Ready[k[0]] = append(f.Ready[k[0]], m.ready[k])
	}
	f.Saw = map[[2]string]bool{}
	for k := range m.seen {
		f.Saw[k] = true
	}
	return f
}

func (m *model) tellTimes(f *facts) {
	var due, open []conversation.Conversation
	for _, id := range slices.Sorted(maps.Keys(m.convs)) {
		c := m.convs[id]
		if !c.Wakes().IsZero() {
			due = append(due, c)
		}
		if c.Turn != conversation.Done {
			open = append(open, c)
		}
		switch c.Turn {
		case conversation.Waiting:
			f.Queue[c.Turn] = append(f.Queue[c.Turn], store.Queued{ID: id, At: c.Since, Account: c.Ref.Account, Claimer: c.Claimer.ID})
		case conversation.Snoozed:
			f.Queue[c.Turn] = append(f.Queue[c.Turn], store.Queued{ID: id, At: c.Snooze.Until, Account: c.Ref.Account, Claimer: c.Claimer.ID})
		case conversation.Answered, conversation.Done:
		}
	}
	for _, q := range f.Queue {
		slices.SortStableFunc(q, func(a, b store.Queued) int { return a.At.Compare(b.At) })
	}
	slices.SortStableFunc(due, func(a, b conversation.Conversation) int { return a.Wakes().Compare(b.Wakes()) })
	slices.SortStableFunc(open, func(a, b conversation.Conversation) int { return b.Opened.Compare(a.Opened) })
	if len(due) > 0 {
		f.NextDue = due[0].Wakes()
	}
	for _, now := range dueTimes() {
		for _, c := range due {
			if !c.Wakes().After(now) {
				f.Due[now] = append(f.Due[now], c.ID)
			}
		}
	}
	for _, before := range openTimes() {
		for _, c := range open {
			if c.Opened.Before(before) {
				f.Open[before] = append(f.Open[before], c.ID)
			}
		}
	}
}

func (m *model) tellJobs(f *facts) {
	f.Jobs = m.jobs
	for _, k := range slices.SortedFunc(maps.Keys(m.jobs), compareKeys) {
		j := m.jobs[k]
		if j.State != store.Ready && j.State != store.Doing {
			f.Stuck = append(f.Stuck, j)
			continue
		}
		f.Lane[j.Lane()] = append(f.Lane[j.Lane()], j)
	}
	f.Lanes = slices.SortedFunc(maps.Keys(f.Lane), compareLanes)
}
