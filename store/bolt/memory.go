package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"

	"webcare/store"
)

func seqOf(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

// What was seen stands under the period it was seen in, and is forgotten with it: no index by time is needed, and a
// handful of periods is all there is to look into.
const (
	periodSize = 8
	period     = 10 * 24 * time.Hour
)

// periodOf begins the key of what is seen at a moment; it sorts as the moment does.
func periodOf(at time.Time) []byte {
	since, length := at.Unix(), int64(period/time.Second)
	n := since / length
	if since%length < 0 {
		n--
	}
	return binary.BigEndian.AppendUint64(nil, uint64(n)^(1<<63))
}

func (t *tx) Saw(account, id string, at time.Time) (bool, error) {
	pair := pairKey(account, id)
	for from := []byte(nil); ; {
		next, err := t.chunk(seen, from, nil, 1)
		if err != nil {
			return false, err
		}
		if len(next) == 0 || len(next[0].key) < periodSize {
			break
		}
		begun := next[0].key[:periodSize]
		there, err := t.has(seen, slices.Concat(begun, pair))
		if err != nil || there {
			return false, err
		}
		if from = after(begun); from == nil {
			break
		}
	}
	return true, t.mark(seen, append(periodOf(at), pair...))
}

// checkSeen says what is wrong with a key of what was seen.
func checkSeen(key []byte) error {
	if len(key) < periodSize {
		return damaged("no period in the key")
	}
	return checkTexts(key[periodSize:], 2)
}

// checkTexts says what is wrong with a key of so many texts.
func checkTexts(key []byte, n int) (err error) {
	for range n {
		if key, err = skipText(key); err != nil {
			return err
		}
	}
	if len(key) > 0 {
		return damaged("the key does not end")
	}
	return nil
}

// ForgetSeen forgets period by period, so that what was seen in the ten days before stays.
func (t *tx) ForgetSeen(before time.Time, limit int) (int, error) {
	n := 0
	if limit <= 0 {
		return 0, nil
	}
	for p, err := range t.scan(seen, nil, periodOf(before)) {
		if err != nil {
			return n, err
		}
		if err := t.del(seen, p.key); err != nil {
			return n, err
		}
		if n++; n == limit {
			break
		}
	}
	return n, nil
}

func (t *tx) Cursor(account string) (string, error) {
	key := appendText(nil, account)
	b, err := t.get(cursors, key)
	if err != nil || b == nil {
		return "", err
	}
	var r recCursor
	if _, err := open("cursor", key, b, &r); err != nil {
		return "", err
	}
	return r.Cursor, nil
}

func (t *tx) SetCursor(account, cursor string) error {
	key := appendText(nil, account)
	b, err := encode(key, &recCursor{cursor})
	if err != nil {
		return err
	}
	return t.put(cursors, key, b)
}

func (t *tx) Park(p store.Parked) (uint64, error) {
	seq, err := t.next(parked)
	if err != nil {
		return 0, err
	}
	key := seqKey(seq)
	b, err := encodeParked(key, p)
	if err != nil {
		return 0, fmt.Errorf("parking an event: %w", err)
	}
	return seq, t.put(parked, key, b)
}

func (t *tx) Parked() iter.Seq2[store.Parked, error] {
	return read(t.scan(parked, nil, nil), parkedEvent)
}

func parkedEvent(p pair) (store.Parked, error) {
	r, err := decodeParked(p.key, p.value)
	if err == nil && len(p.key) != 8 {
		err = fmt.Errorf("parked event %x: %w", p.key, damaged("its key has no number"))
	}
	if err != nil {
		return store.Parked{}, err
	}
	r.Seq = seqOf(p.key)
	return r, nil
}

// Unpark of what is not there changes nothing.
func (t *tx) Unpark(seq uint64) error { return t.del(parked, seqKey(seq)) }

func (t *tx) KeepRaw(account, id string, raw []byte) error {
	key := pairKey(account, id)
	return t.put(raws, key, seal(key, bare, raw))
}

func (t *tx) Raw(account, id string) ([]byte, error) {
	key := pairKey(account, id)
	b, err := t.get(raws, key)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("raw bytes %q of %q: %w", id, account, store.ErrNotFound)
	}
	f, body, err := unseal(key, b)
	if err == nil && f != bare {
		err = fmt.Errorf("%w: the record holds fields instead of bytes", store.ErrDamaged)
	}
	if err != nil {
		return nil, fmt.Errorf("raw bytes %q of %q: %w", id, account, err)
	}
	return bytes.Clone(body), nil
}
