package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"webcare/store"
)

func seqOf(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

func (t *tx) Saw(account, id string, at time.Time) (bool, error) {
	key := pairKey(account, id)
	there, err := t.has(seen, key)
	if err != nil || there {
		return false, err
	}
	stamp := appendTime(nil, at)
	if err := t.put(seen, key, stamp); err != nil {
		return false, err
	}
	return true, t.mark(bySeen, append(bytes.Clone(stamp), key...))
}

func (t *tx) ForgetSeen(before time.Time, limit int) (int, error) {
	n := 0
	if limit <= 0 {
		return 0, nil
	}
	for p, err := range t.scan(bySeen, nil, appendTime(nil, before)) {
		if err != nil {
			return n, err
		}
		if err := t.del(seen, p.key[timeSize:]); err != nil {
			return n, err
		}
		if err := t.del(bySeen, p.key); err != nil {
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
	return func(yield func(store.Parked, error) bool) {
		for p, err := range t.scan(parked, nil, nil) {
			var r store.Parked
			if err == nil {
				if r, err = decodeParked(p.key, p.value); err == nil {
					r.Seq = seqOf(p.key)
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
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
