package bot_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// sawOnce is when something was heard first.
type sawOnce struct {
	at time.Time
	id [2]string
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
	all, i := was, len(was)
	if i > 0 && was[i-1].at.After(at) { // the clock was set back
		all = slices.Clone(was)
		i, _ = slices.BinarySearchFunc(all, at, func(x sawOnce, at time.Time) int { return x.at.Compare(at) })
	}
	t.m.saw = slices.Insert(all, i, sawOnce{at, k})
	return true, nil
}

func (t memoryTx) ForgetSeen(before time.Time, limit int) (n int, err error) {
	if !t.writable {
		return 0, errOnlyReads
	}
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

func (t memoryTx) Parked() iter.Seq2[store.Parked, error] {
	return now(t.m.parked, func(p store.Parked) (store.Parked, bool) {
		_, there := slices.BinarySearchFunc(t.m.parked, p.Seq, func(p store.Parked, seq uint64) int { return cmp.Compare(p.Seq, seq) })
		return p, there
	})
}

func (t memoryTx) Unpark(seq uint64) error {
	if !t.writable {
		return errOnlyReads
	}
	was := t.m.parked
	t.m.undo = append(t.m.undo, func() { t.m.parked = was })
	t.m.parked = slices.DeleteFunc(slices.Clone(was), func(p store.Parked) bool { return p.Seq == seq })
	return nil
}

func (t memoryTx) KeepRaw(account, id string, raw []byte) error {
	if !t.writable {
		return errOnlyReads
	}
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
	switch {
	case !t.writable:
		return errOnlyReads
	case r.Word == "", len(r.Word) > 255, len(r.Language) > 255:
		return fmt.Errorf("a ready answer has a word of 1 to 255 bytes and a language of at most 255, not %q and %q", r.Word, r.Language)
	}
	set(t.m, t.m.ready, [2]string{r.Word, r.Language}, r)
	return nil
}

func (t memoryTx) DropReady(word, language string) error {
	if !t.writable {
		return errOnlyReads
	}
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
		return cmp.Or(cmp.Compare(a.Word, b.Word), cmp.Compare(a.Language, b.Language))
	}))
}
