package bot_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// inMemory is a store without a disk, for what would take hours on one. An update that fails is undone, writing in a
// View is refused, and everything is in the order that the contract asks for. A View and an Update wait for each other,
// it keeps no histories unless told, and a copy of it cannot be made; the rest is as the exam of stores wants it.
type inMemory struct {
	mu        sync.RWMutex
	histories bool

	convs   map[conversation.ID]*conversation.Conversation
	refs    map[conversation.Ref]conversation.ID
	threads map[conversation.Place]conversation.ID
	due     sorted
	opened  sorted
	queue   map[conversation.Turn]*sorted
	history map[conversation.ID][]store.Recorded
	seen    map[[2]string]bool
	saw     []sawOnce // in order of time
	cursors map[string]string
	parked  []store.Parked
	parks   uint64
	raws    map[[2]string][]byte
	ready   map[[2]string]conversation.Ready
	jobs    map[store.Key]store.Job
	lanes   map[store.Lane][]store.Key
	undo    []func()
}

// stamped is an entry of an index by time.
type stamped struct {
	at time.Time
	id conversation.ID
}

func (a stamped) compare(b stamped) int {
	if c := a.at.Compare(b.at); c != 0 {
		return c
	}
	return strings.Compare(string(a.id), string(b.id))
}

type sorted []stamped

func (s *sorted) put(x stamped) {
	if i, there := slices.BinarySearchFunc(*s, x, stamped.compare); !there {
		*s = slices.Insert(*s, i, x)
	}
}

func (s *sorted) drop(x stamped) {
	if i, there := slices.BinarySearchFunc(*s, x, stamped.compare); there {
		*s = slices.Delete(*s, i, i+1)
	}
}

func newInMemory() *inMemory {
	return &inMemory{
		convs: map[conversation.ID]*conversation.Conversation{}, refs: map[conversation.Ref]conversation.ID{}, threads: map[conversation.Place]conversation.ID{},
		queue:   map[conversation.Turn]*sorted{conversation.Waiting: new(sorted), conversation.Snoozed: new(sorted)},
		history: map[conversation.ID][]store.Recorded{}, seen: map[[2]string]bool{}, cursors: map[string]string{}, raws: map[[2]string][]byte{},
		ready: map[[2]string]conversation.Ready{}, jobs: map[store.Key]store.Job{}, lanes: map[store.Lane][]store.Key{},
	}
}

// View: see store.Store.
func (m *inMemory) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(memoryTx{m, false})
}

// Update: see store.Store.
func (m *inMemory) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.undo = m.undo[:0]
	well := false
	defer func() {
		if well {
			return
		}
		for _, back := range slices.Backward(m.undo) {
			back()
		}
	}()
	err := fn(memoryTx{m, true})
	well = err == nil
	return err
}

// Backup is not what this store is for.
func (m *inMemory) Backup(context.Context, string) error { return errors.ErrUnsupported }

// Close does nothing: the next life finds what was there.
func (m *inMemory) Close() error { return nil }

// memoryTx is a transaction.
type memoryTx struct {
	m        *inMemory
	writable bool
}

var (
	errOnlyReads = errors.New("a View cannot change the store")
	errNoID      = errors.New("a conversation has an id")
)

// set changes an entry of a map and remembers how to take it back.
func set[K comparable, V any](m *inMemory, in map[K]V, k K, v V) {
	was, had := in[k]
	m.undo = append(m.undo, func() {
		if had {
			in[k] = was
		} else {
			delete(in, k)
		}
	})
	in[k] = v
}

func unset[K comparable, V any](m *inMemory, in map[K]V, k K) {
	if was, had := in[k]; had {
		m.undo = append(m.undo, func() { in[k] = was })
		delete(in, k)
	}
}

// move replaces an entry of an index; the zero one is none.
func (m *inMemory) move(in *sorted, was, now stamped) {
	if was == now {
		return
	}
	if was.id != "" {
		in.drop(was)
	}
	if now.id != "" {
		in.put(now)
	}
	m.undo = append(m.undo, func() {
		if now.id != "" {
			in.drop(now)
		}
		if was.id != "" {
			in.put(was)
		}
	})
}

func (t memoryTx) Conversation(id conversation.ID) (conversation.Conversation, error) {
	if c := t.m.convs[id]; c != nil {
		return *c, nil
	}
	return conversation.Conversation{}, fmt.Errorf("conversation %s: %w", id, store.ErrNotFound)
}

func (t memoryTx) ByRef(ref conversation.Ref) (conversation.ID, error) {
	if id, is := t.m.refs[ref]; is {
		return id, nil
	}
	return "", fmt.Errorf("by ref: %w", store.ErrNotFound)
}

func (t memoryTx) ByThread(thread conversation.Place) (conversation.ID, error) {
	if id, is := t.m.threads[thread]; is {
		return id, nil
	}
	return "", fmt.Errorf("by thread: %w", store.ErrNotFound)
}

// indexesOf are the entries of a conversation by time: due, opened, and in the queue of its turn.
func indexesOf(c *conversation.Conversation) (due, opened, queued stamped) {
	if c == nil {
		return due, opened, queued
	}
	if at := c.Wakes(); !at.IsZero() {
		due = stamped{at, c.ID}
	}
	if c.Turn != conversation.Done {
		opened = stamped{c.Opened, c.ID}
	}
	switch c.Turn {
	case conversation.Waiting:
		queued = stamped{c.Since, c.ID}
	case conversation.Snoozed:
		queued = stamped{c.Snooze.Until, c.ID}
	case conversation.Answered, conversation.Done:
	}
	return due, opened, queued
}

// placesOf are the threads that lead to a conversation; nil has none.
func placesOf(c *conversation.Conversation) []conversation.Place {
	if c == nil {
		return nil
	}
	return slices.DeleteFunc(append([]conversation.Place{c.Thread}, c.Old...), conversation.Place.IsZero)
}

func (t memoryTx) Put(c conversation.Conversation) error {
	m := t.m
	switch {
	case !t.writable:
		return errOnlyReads
	case c.ID == "":
		return errNoID
	}
	was, places := m.convs[c.ID], placesOf(&c)
	for _, p := range places {
		if id, taken := m.threads[p]; taken && id != c.ID {
			return store.ErrTaken
		}
	}
	if id, taken := m.refs[c.Ref]; taken && id != c.ID {
		return store.ErrTaken
	}
	for _, p := range placesOf(was) {
		if !slices.Contains(places, p) {
			unset(m, m.threads, p)
		}
	}
	for _, p := range places {
		set(m, m.threads, p, c.ID)
	}
	if was != nil && was.Ref != c.Ref {
		unset(m, m.refs, was.Ref)
	}
	if c.Ref != (conversation.Ref{}) {
		set(m, m.refs, c.Ref, c.ID)
	}
	due, opened, queued := indexesOf(was)
	due2, opened2, queued2 := indexesOf(&c)
	m.move(&m.due, due, due2)
	m.move(&m.opened, opened, opened2)
	for turn, in := range m.queue {
		var from, to stamped
		if was != nil && was.Turn == turn {
			from = queued
		}
		if c.Turn == turn {
			to = queued2
		}
		m.move(in, from, to)
	}
	set(m, m.convs, c.ID, &c)
	return nil
}

func (t memoryTx) Append(id conversation.ID, seq uint64, at time.Time, e conversation.Event) error {
	switch {
	case !t.writable:
		return errOnlyReads
	case e == nil:
		return errors.New("an event is something")
	case !t.m.histories:
		return nil
	}
	all := t.m.history[id]
	i, there := slices.BinarySearchFunc(all, seq, func(r store.Recorded, seq uint64) int { return cmp.Compare(r.Seq, seq) })
	if there {
		return fmt.Errorf("conversation %s has an event %d already", id, seq)
	}
	set(t.m, t.m.history, id, slices.Insert(all[:len(all):len(all)], i, store.Recorded{Seq: seq, At: at, Event: unlimited(e)}))
	return nil
}

// unlimited is an event without the limits of the moment, which are not stored.
func unlimited(e conversation.Event) conversation.Event {
	with := reflect.New(reflect.TypeOf(e)).Elem()
	with.Set(reflect.ValueOf(e))
	if limits := with.FieldByName("Limits"); limits.IsValid() {
		limits.SetZero()
	}
	return with.Interface().(conversation.Event)
}

// each gives all of a list.
func each[T any](all []T) iter.Seq2[T, error] {
	return now(all, func(x T) (T, bool) { return x, true })
}

// now gives what each of a list is by the time that it is met; those that are gone are not.
func now[T, V any](all []T, is func(T) (V, bool)) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, x := range all {
			if v, there := is(x); there && !yield(v, nil) {
				return
			}
		}
	}
}

func (t memoryTx) History(id conversation.ID) iter.Seq2[store.Recorded, error] {
	return each(t.m.history[id])
}

// About gives all of them.
func (t memoryTx) About(id conversation.ID, _ string) iter.Seq2[store.Recorded, error] {
	all := slices.Clone(t.m.history[id])
	slices.Reverse(all)
	return each(all)
}

func (t memoryTx) Open(before time.Time) iter.Seq2[conversation.ID, error] {
	end, _ := slices.BinarySearchFunc(t.m.opened, stamped{at: before}, stamped.compare)
	return func(yield func(conversation.ID, error) bool) {
		for _, x := range slices.Backward(slices.Clone(t.m.opened[:end])) {
			if !yield(x.id, nil) {
				return
			}
		}
	}
}

func (t memoryTx) Queue(turn conversation.Turn) iter.Seq2[store.Queued, error] {
	return func(yield func(store.Queued, error) bool) {
		if t.m.queue[turn] == nil {
			return
		}
		for _, x := range *t.m.queue[turn] {
			c := t.m.convs[x.id]
			if !yield(store.Queued{ID: x.id, At: x.at, Account: c.Ref.Account, Claimer: c.Claimer.ID}, nil) {
				return
			}
		}
	}
}

func (t memoryTx) Due(until time.Time) iter.Seq2[conversation.ID, error] {
	n, _ := slices.BinarySearchFunc(t.m.due, until, func(x stamped, until time.Time) int { return cmp.Or(x.at.Compare(until), -1) })
	return now(slices.Clone(t.m.due[:n]), func(x stamped) (conversation.ID, bool) {
		_, there := slices.BinarySearchFunc(t.m.due, x, stamped.compare)
		return x.id, there
	})
}

func (t memoryTx) NextDue() (time.Time, error) {
	if len(t.m.due) == 0 {
		return time.Time{}, nil
	}
	return t.m.due[0].at, nil
}
