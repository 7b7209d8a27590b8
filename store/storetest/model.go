package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
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
	raw     map[[2]string]string
	ready   map[[2]string]conversation.Ready // by word and language
	jobs    map[store.Key]store.Job
}

func newModel() *model {
	return &model{
		convs:   map[conversation.ID]conversation.Conversation{},
		history: map[conversation.ID][]store.Recorded{},
		seen:    map[[2]string]time.Time{},
		cursors: map[string]string{},
		raw:     map[[2]string]string{},
		ready:   map[[2]string]conversation.Ready{},
		jobs:    map[store.Key]store.Job{},
	}
}

func (m *model) clone() *model {
	c := &model{
		convs: maps.Clone(m.convs), history: map[conversation.ID][]store.Recorded{}, seen: maps.Clone(m.seen),
		cursors: maps.Clone(m.cursors), parked: slices.Clone(m.parked), raw: maps.Clone(m.raw), ready: maps.Clone(m.ready), jobs: maps.Clone(m.jobs),
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

// errExists stands for the error of an event that takes another's place; its text is the store's own.
var errExists = errors.New("there is such an event already")

func (m *model) append(id conversation.ID, r store.Recorded) error {
	at, there := slices.BinarySearchFunc(m.history[id], r, func(a, b store.Recorded) int { return int(a.Seq) - int(b.Seq) })
	if there {
		return errExists
	}
	m.history[id] = slices.Insert(m.history[id], at, r)
	return nil
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

// check compares everything that can be asked of the store with the model.
func (m *model) check(t testing.TB, tx store.Tx) {
	t.Helper()
	m.checkConversations(t, tx)
	m.checkTimes(t, tx)
	m.checkJobs(t, tx)
	for _, account := range modelTexts() {
		cursor, err := tx.Cursor(account)
		same(t, "cursor of "+account, cursor, m.cursors[account])
		raw, err2 := tx.Raw(account, account)
		want, there := m.raw[[2]string{account, account}]
		if errors.Is(err2, store.ErrNotFound) && !there {
			err2 = nil
		}
		same(t, "raw of "+account, string(raw), want)
		if err := joined(err, err2); err != nil {
			t.Error(err)
		}
	}
	sameScan(t, "parked", tx.Parked(), m.parked...)
	m.checkReady(t, tx)
}

// checkReady compares the ready answers, all of them and by word.
func (m *model) checkReady(t testing.TB, tx store.Tx) {
	t.Helper()
	var all []conversation.Ready
	byWord := map[string][]conversation.Ready{}
	for _, k := range slices.SortedFunc(maps.Keys(m.ready), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		all = append(all, m.ready[k])
		byWord[k[0]] = append(byWord[k[0]], m.ready[k])
	}
	sameScan(t, "ready answers", tx.ReadyAnswers(), all...)
	for _, word := range modelTexts() {
		sameScan(t, "ready answers of "+word, tx.Ready(word), byWord[word]...)
	}
}

func (m *model) checkConversations(t testing.TB, tx store.Tx) {
	t.Helper()
	byRef, byThread := map[conversation.Ref]conversation.ID{}, map[conversation.Place]conversation.ID{}
	for _, id := range modelIDs() {
		got, err := tx.Conversation(id)
		want, there := m.convs[id]
		if !there {
			missing(t, "conversation "+string(id), err)
			continue
		}
		if err != nil {
			t.Error(err)
		}
		same(t, "conversation", got, want)
		byRef[want.Ref] = id
		for _, p := range threads(want) {
			byThread[p] = id
		}
	}
	delete(byRef, conversation.Ref{})
	for _, s := range modelTexts() {
		lead(t, "ref "+s, tx.ByRef, ref(s), byRef)
		lead(t, "thread "+s, tx.ByThread, place(s), byThread)
	}
	for _, id := range modelIDs() {
		sameScan(t, "history", tx.History(id), m.history[id]...)
	}
}

func lead[K comparable](t testing.TB, what string, ask func(K) (conversation.ID, error), k K, want map[K]conversation.ID) {
	t.Helper()
	id, err := ask(k)
	if _, there := want[k]; !there {
		missing(t, what, err)
	} else if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	same(t, what, id, want[k])
}

func (m *model) checkTimes(t testing.TB, tx store.Tx) {
	t.Helper()
	ids := slices.Sorted(maps.Keys(m.convs))
	byDue := func(id conversation.ID) int64 { return m.convs[id].Due.UnixNano() }
	byOpened := func(id conversation.ID) int64 { return -m.convs[id].Opened.UnixNano() }
	var next time.Time
	for minute := -1; minute <= modelMinutes+1; minute++ {
		now := at(minute)
		var due, open []conversation.ID
		for _, id := range ids {
			c := m.convs[id]
			if !c.Due.IsZero() && !c.Due.After(now) {
				due = append(due, id)
			}
			if c.Turn != conversation.Done && c.Opened.Before(now) {
				open = append(open, id)
			}
			if !c.Due.IsZero() && (next.IsZero() || c.Due.Before(next)) {
				next = c.Due
			}
		}
		sameOrder(t, fmt.Sprintf("due at %v", now), tx.Due(now), due, byDue)
		sameOrder(t, fmt.Sprintf("open before %v", now), tx.Open(now), open, byOpened)
	}
	for _, turn := range modelTurns() {
		var want []store.Queued
		for _, id := range ids {
			c := m.convs[id]
			when := c.Since
			if turn == conversation.Snoozed {
				when = c.Snooze.Until
			}
			if c.Turn == turn && (turn == conversation.Waiting || turn == conversation.Snoozed) {
				want = append(want, store.Queued{ID: id, At: when, Account: c.Ref.Account, Claimer: c.Claimer.ID})
			}
		}
		sameQueue(t, turn, tx, want)
	}
	got, err := tx.NextDue()
	if err != nil {
		t.Error(err)
	}
	same(t, "next due", got, next)
}

// sameQueue compares a queue with what is wanted; those of the same time may come in any order.
func sameQueue(t testing.TB, turn conversation.Turn, tx store.Tx, want []store.Queued) {
	t.Helper()
	got, err := all(tx.Queue(turn))
	if err != nil {
		t.Error(err)
	}
	if !slices.IsSortedFunc(got, func(a, b store.Queued) int { return a.At.Compare(b.At) }) {
		t.Errorf("the queue of %s is out of order: %v", turn, got)
	}
	byID := func(a, b store.Queued) int { return strings.Compare(string(a.ID), string(b.ID)) }
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	same(t, "queue of "+string(turn), len(got), len(want))
	for i := range min(len(got), len(want)) {
		same(t, "queue of "+string(turn), got[i], want[i])
	}
}

func (m *model) checkJobs(t testing.TB, tx store.Tx) {
	t.Helper()
	lanes := map[store.Lane][]store.Job{}
	var stuck []store.Job
	order := func(a, b store.Key) int {
		if a.Seq != b.Seq {
			return int(a.Seq) - int(b.Seq)
		}
		return a.N - b.N
	}
	for _, k := range slices.SortedFunc(maps.Keys(m.jobs), order) {
		j := m.jobs[k]
		got, err := tx.Job(k)
		if err != nil {
			t.Error(err)
		}
		same(t, "job", got, j)
		if j.State == store.Ready || j.State == store.Doing {
			lanes[j.Lane()] = append(lanes[j.Lane()], j)
		} else {
			stuck = append(stuck, j)
		}
	}
	listed, err := all(tx.Lanes())
	if err != nil || len(listed) != len(lanes) {
		t.Errorf("lanes: got %v, want %d of them: %v", listed, len(lanes), err)
	}
	for l, want := range lanes {
		if !slices.Contains(listed, l) {
			t.Errorf("the lane %v is not among %v", l, listed)
		}
		sameScan(t, "lane", tx.Lane(l), want...)
	}
	got, err := all(tx.Stuck())
	if err != nil {
		t.Error(err)
	}
	same(t, "stuck jobs", len(got), len(stuck))
	for _, j := range got {
		same(t, "stuck job", j, m.jobs[j.Key])
	}
}
