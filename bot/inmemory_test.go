package bot_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// inMemory is a store without a disk, for what would take hours on one. An update that fails is undone, writing in a
// View is refused, and everything is in the order that the contract asks for. A View and an Update wait for each other,
// it keeps no histories unless told, and a copy of it cannot be made; TestYearOnDisk holds the rest to the real store.
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

// sawOnce is when something was heard first.
type sawOnce struct {
	at time.Time
	id [2]string
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

var errOnlyReads = errors.New("a View cannot change the store")

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

func (t memoryTx) Put(c conversation.Conversation) error {
	m := t.m
	if !t.writable {
		return errOnlyReads
	}
	was := m.convs[c.ID]
	places := slices.DeleteFunc(append([]conversation.Place{c.Thread}, c.Old...), conversation.Place.IsZero)
	for _, p := range places {
		if id, taken := m.threads[p]; taken && id != c.ID {
			return store.ErrTaken
		}
	}
	if id, taken := m.refs[c.Ref]; taken && id != c.ID {
		return store.ErrTaken
	}
	for _, p := range places {
		set(m, m.threads, p, c.ID)
	}
	if was != nil && was.Ref != c.Ref {
		unset(m, m.refs, was.Ref)
	}
	set(m, m.refs, c.Ref, c.ID)
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
	if !t.writable {
		return errOnlyReads
	}
	if t.m.histories {
		all := t.m.history[id]
		set(t.m, t.m.history, id, append(all[:len(all):len(all)], store.Recorded{Seq: seq, At: at, Event: e}))
	}
	return nil
}

// each gives all of a list.
func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (t memoryTx) History(id conversation.ID) iter.Seq2[store.Recorded, error] {
	return each(t.m.history[id])
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

func (t memoryTx) Due(now time.Time) iter.Seq2[conversation.ID, error] {
	var all []conversation.ID
	for _, x := range t.m.due {
		if x.at.After(now) {
			break
		}
		all = append(all, x.id)
	}
	return each(all)
}

func (t memoryTx) NextDue() (time.Time, error) {
	if len(t.m.due) == 0 {
		return time.Time{}, nil
	}
	return t.m.due[0].at, nil
}

func (t memoryTx) Saw(account, id string, at time.Time) (bool, error) {
	if !t.writable {
		return false, errOnlyReads
	}
	k := [2]string{account, id}
	if t.m.seen[k] {
		return false, nil
	}
	set(t.m, t.m.seen, k, true)
	was := t.m.saw
	t.m.undo = append(t.m.undo, func() { t.m.saw = was })
	t.m.saw = append(was, sawOnce{at, k})
	return true, nil
}

func (t memoryTx) ForgetSeen(before time.Time, limit int) (n int, err error) {
	was := t.m.saw
	t.m.undo = append(t.m.undo, func() { t.m.saw = was })
	for n < limit && len(t.m.saw) > 0 && t.m.saw[0].at.Before(before) {
		unset(t.m, t.m.seen, t.m.saw[0].id)
		t.m.saw = t.m.saw[1:]
		n++
	}
	return n, nil
}

func (t memoryTx) Cursor(account string) (string, error) { return t.m.cursors[account], nil }

func (t memoryTx) SetCursor(account, cursor string) error {
	if !t.writable {
		return errOnlyReads
	}
	set(t.m, t.m.cursors, account, cursor)
	return nil
}

func (t memoryTx) Park(p store.Parked) (uint64, error) {
	if !t.writable {
		return 0, errOnlyReads
	}
	was := t.m.parked
	t.m.undo = append(t.m.undo, func() { t.m.parked = was })
	t.m.parks++
	p.Seq = t.m.parks
	t.m.parked = append(was[:len(was):len(was)], p)
	return p.Seq, nil
}

func (t memoryTx) Parked() iter.Seq2[store.Parked, error] { return each(t.m.parked) }

func (t memoryTx) Unpark(seq uint64) error {
	was := t.m.parked
	t.m.undo = append(t.m.undo, func() { t.m.parked = was })
	t.m.parked = slices.DeleteFunc(slices.Clone(was), func(p store.Parked) bool { return p.Seq == seq })
	return nil
}

func (t memoryTx) KeepRaw(account, id string, raw []byte) error {
	set(t.m, t.m.raws, [2]string{account, id}, slices.Clone(raw))
	return nil
}

func (t memoryTx) Raw(account, id string) ([]byte, error) {
	if raw, is := t.m.raws[[2]string{account, id}]; is {
		return raw, nil
	}
	return nil, store.ErrNotFound
}

func (t memoryTx) PutReady(r conversation.Ready) error {
	set(t.m, t.m.ready, [2]string{r.Word, r.Language}, r)
	return nil
}

func (t memoryTx) DropReady(word, language string) error {
	unset(t.m, t.m.ready, [2]string{word, language})
	return nil
}

func (t memoryTx) Ready(word string) iter.Seq2[conversation.Ready, error] {
	return func(yield func(conversation.Ready, error) bool) {
		for r := range t.ReadyAnswers() {
			if r.Word == word && !yield(r, nil) {
				return
			}
		}
	}
}

func (t memoryTx) ReadyAnswers() iter.Seq2[conversation.Ready, error] {
	return each(slices.SortedFunc(maps.Values(t.m.ready), func(a, b conversation.Ready) int {
		return strings.Compare(a.Word+"\x00"+a.Language, b.Word+"\x00"+b.Language)
	}))
}
