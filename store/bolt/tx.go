package bolt

import (
	"errors"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"webcare/bot/conversation"
	"webcare/store"
)

// bucket is one sorted table of the file.
type bucket string

// The buckets. A record stands once; ref, thread, due and open are ways to it and hold nothing else. Every bucket that a
// message touches costs two or three pages more in its commit, so what belongs together stands together.
const (
	meta          bucket = "meta"         // "format" -> format
	conversations bucket = "conversation" // id -> record; id, seq -> event of its history
	byRef         bucket = "ref"          // adapter, account, key -> id
	byThread      bucket = "thread"       // team, channel, ts -> id
	byDue         bucket = "due"          // time, id; and FF, turn, time, id -> account, claimer
	byOpened      bucket = "open"         // time, id: where the turn is not done
	seen          bucket = "seen"         // period, account, id
	cursors       bucket = "cursor"       // account -> record
	parked        bucket = "parked"       // number -> record
	raws          bucket = "raw"          // account, id -> bytes
	ready         bucket = "ready"        // word, language -> ready answer
	lanes         bucket = "queue"        // id, way, seq, n -> job that is ready or doing
	stuck         bucket = "stuck"        // id, seq, n -> job that is refused or maybe
)

func buckets() []bucket {
	return []bucket{meta, conversations, byRef, byThread, byDue, byOpened, seen, cursors, parked, raws, ready, lanes, stuck}
}

var (
	errReadOnly = errors.New("a View cannot change the store")
	errLacks    = errors.New("it lacks the bucket")
	errOver     = errors.New("the transaction is over")
	// errOrder: without it, a scan of a file with a page in a wrong place would go in circles.
	errOrder = fmt.Errorf("%w: its keys are not in order; %s", store.ErrDamaged, restore)
)

// tx is a store.Tx. Everything it knows of bbolt is in this file.
type tx struct {
	bolt     *bbolt.Tx
	writable bool
	changes  uint64 // how often something was written
	over     bool
	// moved says at which change a due time was written, so that a scan of Due does not meet what was moved since it
	// began.
	moved map[string]uint64
	// indexed are the entries of the conversation that was read or put last; indexedID is empty for none.
	indexed   index
	indexedID conversation.ID
}

var _ store.Tx = (*tx)(nil)

func (t *tx) rollback() {
	t.over = true
	var err error
	defer guard(&err) // of a damaged file; there is nothing left to do
	_ = t.bolt.Rollback()
}

func (t *tx) bucket(name bucket) (b *bbolt.Bucket, err error) {
	if t.over {
		return nil, errOver
	}
	defer guard(&err)
	if b = t.bolt.Bucket([]byte(name)); b == nil {
		return nil, fmt.Errorf("%w: %w %s; %s", store.ErrDamaged, errLacks, name, restore)
	}
	if name == parked {
		b.FillPercent = 0.9 // new keys come at its end
	}
	return b, nil
}

func get(b *bbolt.Bucket, key []byte) (v []byte, err error) {
	defer guard(&err)
	return b.Get(key), nil
}

// get returns nil where there is no such key. The value is valid until the transaction ends.
func (t *tx) get(name bucket, key []byte) ([]byte, error) {
	b, err := t.bucket(name)
	if err != nil {
		return nil, err
	}
	return get(b, key)
}

func (t *tx) has(name bucket, key []byte) (bool, error) {
	v, err := t.get(name, key)
	return v != nil, err
}

func (t *tx) put(name bucket, key, value []byte) error {
	return t.change(name, func(b *bbolt.Bucket) error { return b.Put(key, value) })
}

// mark puts a key that needs no value.
func (t *tx) mark(name bucket, key []byte) error { return t.put(name, key, []byte{}) }

func (t *tx) del(name bucket, key []byte) error {
	return t.change(name, func(b *bbolt.Bucket) error { return b.Delete(key) })
}

func (t *tx) change(name bucket, fn func(*bbolt.Bucket) error) (err error) {
	if !t.writable {
		return errReadOnly
	}
	b, err := t.bucket(name)
	if err != nil {
		return err
	}
	defer guard(&err)
	t.changes++
	return fn(b)
}

// next gives the next number of a bucket; the first is 1.
func (t *tx) next(name bucket) (n uint64, err error) {
	err = t.change(name, func(b *bbolt.Bucket) error {
		n, err = b.NextSequence()
		return err
	})
	return n, err
}

type pair struct{ key, value []byte }

// firstChunk and lastChunk are how many keys a scan reads ahead, doubling from the one to the other.
const (
	firstChunk = 16
	lastChunk  = 1024
)

// scan reads the keys from (included) to (excluded; nil = the end) in order. The bucket may change meanwhile: what was
// deleted is not met, what was put behind the place reached may be.
func (t *tx) scan(name bucket, from, to []byte) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		for size := firstChunk; ; size = min(2*size, lastChunk) {
			chunk, err := t.chunk(name, from, to, size)
			if !t.give(name, chunk, err, yield) || len(chunk) < size {
				return
			}
			from = append(append([]byte{}, chunk[len(chunk)-1].key...), 0)
		}
	}
}

func (t *tx) chunk(name bucket, from, to []byte, size int) (chunk []pair, err error) {
	b, err := t.bucket(name)
	if err != nil {
		return nil, err
	}
	defer guard(&err)
	c := b.Cursor()
	for k, v := c.Seek(from); k != nil && len(chunk) < size && (to == nil || string(k) < string(to)); k, v = c.Next() {
		if string(k) < string(from) || len(chunk) > 0 && string(k) <= string(chunk[len(chunk)-1].key) {
			return nil, errOrder
		}
		chunk = append(chunk, pair{k, v})
	}
	return chunk, nil
}

// back reads the keys before to (excluded; nil = the end) from the last to the first.
func (t *tx) back(name bucket, to []byte) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		for size := firstChunk; ; size = min(2*size, lastChunk) {
			chunk, err := t.chunkBack(name, to, size)
			if !t.give(name, chunk, err, yield) || len(chunk) < size {
				return
			}
			to = chunk[len(chunk)-1].key
		}
	}
}

func (t *tx) chunkBack(name bucket, to []byte, size int) (chunk []pair, err error) {
	b, err := t.bucket(name)
	if err != nil {
		return nil, err
	}
	defer guard(&err)
	c := b.Cursor()
	k, v := c.Last()
	if to != nil {
		if k, v = c.Seek(to); k == nil {
			k, v = c.Last()
		}
		for k != nil && string(k) >= string(to) {
			k, v = c.Prev()
		}
	}
	for ; k != nil && len(chunk) < size; k, v = c.Prev() {
		if len(chunk) > 0 && string(k) >= string(chunk[len(chunk)-1].key) {
			return nil, errOrder
		}
		chunk = append(chunk, pair{k, v})
	}
	return chunk, nil
}

// give yields what was read ahead, as it is by now, and says whether to go on.
func (t *tx) give(name bucket, chunk []pair, err error, yield func(pair, error) bool) bool {
	if err != nil {
		yield(pair{}, err)
		return false
	}
	read := t.changes
	for _, p := range chunk {
		if t.changes != read {
			if p.value, err = t.get(name, p.key); err == nil && p.value == nil {
				continue
			}
		}
		if !yield(p, err) || err != nil {
			return false
		}
	}
	return true
}
