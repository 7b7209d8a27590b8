package bolt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"webcare/bot/conversation"
	"webcare/store"
)

func (t *tx) Conversation(id conversation.ID) (conversation.Conversation, error) {
	c, found, err := t.conversation(id)
	if err == nil && !found {
		err = fmt.Errorf("conversation %s: %w", id, store.ErrNotFound)
	}
	return c, err
}

func (t *tx) conversation(id conversation.ID) (c conversation.Conversation, found bool, err error) {
	key := idKey(id)
	b, err := t.get(conversations, key)
	if err != nil || b == nil {
		return c, false, err
	}
	if c, err = decodeConversation(key, b); err != nil {
		return c, false, err
	}
	t.indexed, t.indexedID = indexOf(c), id
	return c, true, nil
}

// index holds the entries that a conversation has in the indexes.
type index struct {
	refs, threads [][]byte
	due           time.Time
	opened        []byte // empty where it is not open
	queue, glance []byte // its entry in the queue, and what it says; empty where it is not in it
}

func indexOf(c conversation.Conversation) index {
	x := index{due: c.Wakes()}
	if c.Ref != (conversation.Ref{}) {
		x.refs = [][]byte{refKey(c.Ref)}
	}
	for _, p := range append([]conversation.Place{c.Thread}, c.Old...) {
		if !p.IsZero() {
			x.threads = append(x.threads, placeKey(p))
		}
	}
	if c.Turn != conversation.Done {
		x.opened = timeIDKey(c.Opened, c.ID)
	}
	switch c.Turn {
	case conversation.Waiting:
		x.queue = queueKey(c.Turn, c.Since, c.ID)
	case conversation.Snoozed:
		x.queue = queueKey(c.Turn, c.Snooze.Until, c.ID)
	case conversation.Answered, conversation.Done:
		return x
	}
	x.glance = appendText(appendText(nil, c.Ref.Account), c.Claimer.ID)
	return x
}

// index gives the entries of the conversation as it is stored; none where it is not. One that was read last in this
// transaction is not read again.
func (t *tx) index(id conversation.ID) (index, error) {
	if t.indexedID == id {
		return t.indexed, nil
	}
	c, found, err := t.conversation(id)
	if err != nil || !found {
		return index{}, err
	}
	return indexOf(c), nil
}

func (t *tx) ByRef(ref conversation.Ref) (conversation.ID, error) {
	return t.pointer(byRef, refKey(ref))
}

func (t *tx) ByThread(thread conversation.Place) (conversation.ID, error) {
	return t.pointer(byThread, placeKey(thread))
}

func (t *tx) pointer(name bucket, key []byte) (conversation.ID, error) {
	b, err := t.get(name, key)
	if err != nil {
		return "", err
	}
	if b == nil {
		return "", fmt.Errorf("conversation by %s: %w", name, store.ErrNotFound)
	}
	return conversation.ID(b), nil
}

// Put changes only those entries of the indexes that are different from before. Where it returns ErrTaken it has
// changed nothing, and the transaction may go on.
func (t *tx) Put(c conversation.Conversation) error {
	if err := checkID(c.ID); err != nil {
		return err
	}
	was, err := t.index(c.ID)
	if err != nil {
		return err
	}
	now := indexOf(c)
	key := idKey(c.ID)
	b, err := encodeConversation(key, c)
	if err != nil {
		return fmt.Errorf("conversation %s: %w", c.ID, err)
	}
	newRefs, err := t.free(byRef, c.ID, now.refs)
	if err != nil {
		return err
	}
	newThreads, err := t.free(byThread, c.ID, now.threads)
	if err != nil {
		return err
	}
	t.indexedID = "" // until all is written
	if err := t.point(byRef, c.ID, newRefs, gone(was.refs, now.refs)); err != nil {
		return err
	}
	if err := t.point(byThread, c.ID, newThreads, gone(was.threads, now.threads)); err != nil {
		return err
	}
	if err := t.moveDue(c.ID, was.due, now.due); err != nil {
		return err
	}
	if err := t.moveQueue(was, now); err != nil {
		return err
	}
	if err := t.move(byOpened, was.opened, now.opened); err != nil {
		return err
	}
	if err := t.put(conversations, key, b); err != nil {
		return err
	}
	t.indexed, t.indexedID = now, c.ID
	return nil
}

// free gives those of the keys that lead nowhere yet, and ErrTaken where one leads to another conversation.
func (t *tx) free(name bucket, id conversation.ID, keys [][]byte) ([][]byte, error) {
	var free [][]byte
	for _, k := range keys {
		holder, err := t.get(name, k)
		if err != nil {
			return nil, err
		}
		if holder == nil {
			free = append(free, k)
		} else if string(holder) != string(id) {
			return nil, fmt.Errorf("%s of conversation %s, taken by %s: %w", name, id, holder, store.ErrTaken)
		}
	}
	return free, nil
}

// gone gives those of was that are not in now.
func gone(was, now [][]byte) [][]byte {
	return slices.DeleteFunc(slices.Clone(was), func(k []byte) bool {
		return slices.ContainsFunc(now, func(o []byte) bool { return bytes.Equal(k, o) })
	})
}

// point lets some keys lead to id, and others nowhere.
func (t *tx) point(name bucket, id conversation.ID, to, nowhere [][]byte) error {
	for _, k := range to {
		if err := t.put(name, k, []byte(id)); err != nil {
			return err
		}
	}
	for _, k := range nowhere {
		if err := t.del(name, k); err != nil {
			return err
		}
	}
	return nil
}

// move replaces one key without a value by another; either may be empty.
func (t *tx) move(name bucket, was, now []byte) error {
	if string(was) == string(now) {
		return nil
	}
	if was != nil {
		if err := t.del(name, was); err != nil {
			return err
		}
	}
	if now == nil {
		return nil
	}
	return t.mark(name, now)
}

func (t *tx) moveDue(id conversation.ID, was, now time.Time) error {
	var from, to []byte
	if !was.IsZero() {
		from = timeIDKey(was, id)
	}
	if !now.IsZero() {
		to = timeIDKey(now, id)
	}
	if string(from) == string(to) {
		return nil
	}
	if err := t.move(byDue, from, to); err != nil {
		return err
	}
	if to != nil {
		t.moved[string(to)] = t.changes
	}
	return nil
}

func (t *tx) moveQueue(was, now index) error {
	if string(was.queue) == string(now.queue) && string(was.glance) == string(now.glance) {
		return nil
	}
	if was.queue != nil && string(was.queue) != string(now.queue) {
		if err := t.del(byDue, was.queue); err != nil {
			return err
		}
	}
	if now.queue == nil {
		return nil
	}
	return t.put(byDue, now.queue, now.glance)
}

func (t *tx) Queue(turn conversation.Turn) iter.Seq2[store.Queued, error] {
	return func(yield func(store.Queued, error) bool) {
		if turn != conversation.Waiting && turn != conversation.Snoozed {
			return
		}
		prefix := queuePrefix(turn)
		for p, err := range t.scan(byDue, prefix, after(prefix)) {
			var q store.Queued
			if err == nil {
				q, err = queued(p, len(prefix))
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

func queued(p pair, prefix int) (q store.Queued, err error) {
	at, rest, err := cutTime(p.key[prefix:])
	if err != nil {
		return q, err
	}
	id, _, err := cutID(rest)
	if err != nil {
		return q, err
	}
	account, rest, err := cutText(p.value)
	if err != nil {
		return q, err
	}
	claimer, _, err := cutText(rest)
	return store.Queued{ID: id, At: at, Account: account, Claimer: claimer}, err
}

func (t *tx) Open(before time.Time) iter.Seq2[conversation.ID, error] {
	return ids(t.back(byOpened, appendTime(nil, before)), func([]byte) bool { return true })
}

// Due does not meet again what was moved to another time that is due as well, since it began.
func (t *tx) Due(now time.Time) iter.Seq2[conversation.ID, error] {
	return func(yield func(conversation.ID, error) bool) {
		began := t.changes
		old := func(key []byte) bool { return t.moved[string(key)] <= began }
		ids(t.scan(byDue, nil, after(appendTime(nil, now))), old)(yield)
	}
}

// ids reads the ids out of keys of a time and an id, those that wanted says yes to.
func ids(keys iter.Seq2[pair, error], wanted func(key []byte) bool) iter.Seq2[conversation.ID, error] {
	return func(yield func(conversation.ID, error) bool) {
		for p, err := range keys {
			var id conversation.ID
			if err == nil && !wanted(p.key) {
				continue
			}
			if err == nil {
				id, err = timeKeyID(p.key)
			}
			if !yield(id, err) || err != nil {
				return
			}
		}
	}
}

func timeKeyID(key []byte) (conversation.ID, error) {
	_, rest, err := cutTime(key)
	if err != nil {
		return "", err
	}
	id, _, err := cutID(rest)
	return id, err
}

func (t *tx) NextDue() (time.Time, error) {
	for p, err := range t.scan(byDue, nil, []byte{inQueue}) {
		if err != nil {
			return time.Time{}, err
		}
		due, _, err := cutTime(p.key)
		return due, err
	}
	return time.Time{}, nil
}

func (t *tx) Append(id conversation.ID, seq uint64, at time.Time, e conversation.Event) error {
	if err := checkID(id); err != nil {
		return err
	}
	key := eventKey(id, seq)
	switch there, err := t.has(conversations, key); {
	case err != nil:
		return err
	case there:
		return fmt.Errorf("conversation %s has an event %d already", id, seq)
	}
	b, err := encodeRecorded(key, store.Recorded{At: at, Event: e})
	if err != nil {
		return fmt.Errorf("event %d of conversation %s: %w", seq, id, err)
	}
	return t.put(conversations, key, b)
}

func (t *tx) History(id conversation.ID) iter.Seq2[store.Recorded, error] {
	prefix := idKey(id)
	return func(yield func(store.Recorded, error) bool) {
		for p, err := range t.scan(conversations, append(prefix[:len(prefix):len(prefix)], 0), after(prefix)) {
			var r store.Recorded
			if err == nil {
				r, err = historic(p, len(prefix))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (t *tx) About(id conversation.ID, name string) iter.Seq2[store.Recorded, error] {
	prefix, text := idKey(id), []byte(nil)
	if name != "" && utf8.ValidString(name) && !strings.Contains(name, "\x00") { // in every form of a body it is the same
		text, _ = json.Marshal(name)
	}
	return func(yield func(store.Recorded, error) bool) {
		for p, err := range t.back(conversations, after(prefix)) {
			if err == nil && (len(p.key) <= len(prefix) || !bytes.HasPrefix(p.key, prefix)) {
				return // at the conversation itself, which is before its events, or at another
			}
			if err == nil && !bytes.Contains(p.value, text) {
				continue
			}
			var r store.Recorded
			if err == nil {
				r, err = historic(p, len(prefix))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func historic(p pair, prefix int) (store.Recorded, error) {
	if len(p.key) != prefix+8 {
		return store.Recorded{}, fmt.Errorf("event %s: %w: its key has no number", readable(p.key), store.ErrDamaged)
	}
	r, err := decodeRecorded(p.key, p.value)
	r.Seq = seqOf(p.key[prefix:])
	return r, err
}
