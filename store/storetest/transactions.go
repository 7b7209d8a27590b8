package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"webcare/bot/conversation"
	"webcare/store"
)

// fillAll writes by every verb.
func fillAll(tx store.Tx) error {
	if _, err := tx.Saw("a", "1", at(0)); err != nil {
		return err
	}
	if _, err := tx.Park(store.Parked{Event: conversation.Ticked{}}); err != nil {
		return err
	}
	return joined(
		tx.Put(conversation.Conversation{ID: id1, Ref: ref("1"), Thread: place("1"), Due: at(1), Opened: at(0)}),
		tx.Append(id1, 1, at(0), conversation.Ticked{}),
		tx.SetCursor("a", "x"),
		tx.KeepRaw("a", "1", []byte("x")),
		tx.PutReady(conversation.Ready{Word: "w", Text: conversation.Plainly("x")}),
		tx.Enqueue(job(id1, 1, 0, conversation.Send{})),
	)
}

// nothing checks that fillAll left no trace.
func nothing(t testing.TB) func(tx store.Tx) error {
	return func(tx store.Tx) error {
		_, err := tx.Conversation(id1)
		missing(t, "conversation", err)
		_, err = tx.ByRef(ref("1"))
		missing(t, "ref", err)
		_, err = tx.ByThread(place("1"))
		missing(t, "thread", err)
		_, err = tx.Raw("a", "1")
		missing(t, "raw", err)
		_, err = tx.Job(store.Key{Conversation: id1, Seq: 1})
		missing(t, "job", err)
		sameScan(t, "due", tx.Due(at(60)))
		sameScan(t, "open", tx.Open(at(60)))
		sameScan(t, "history", tx.History(id1))
		sameScan(t, "parked", tx.Parked())
		sameScan(t, "ready answers", tx.ReadyAnswers())
		sameScan(t, "lanes", tx.Lanes())
		cursor, err := tx.Cursor("a")
		same(t, "cursor", cursor, "")
		return err
	}
}

func testAllOrNothing(t *testing.T, x *exam) {
	x.fails(errGiveUp{}, func(tx store.Tx) error {
		if err := fillAll(tx); err != nil {
			return err
		}
		if _, err := tx.Conversation(id1); err != nil { // a transaction sees its own changes
			return err
		}
		return errGiveUp{}
	})
	x.twice(nothing(t))
	x.update(func(tx store.Tx) error {
		if is, err := tx.Saw("a", "1", at(0)); !is || err != nil {
			return fmt.Errorf("saw stayed: %v, %w", is, err)
		}
		return nil
	})
}

func testPanic(t *testing.T, x *exam) {
	caught := func() (p any) {
		defer func() { p = recover() }()
		_ = x.store.Update(t.Context(), func(tx store.Tx) error {
			if err := fillAll(tx); err != nil {
				return err
			}
			panic("as wanted")
		})
		return nil
	}()
	same(t, "the panic that reaches the caller", caught, any("as wanted"))
	x.view(nothing(t))
	x.update(fillAll) // the store goes on
}

func testGoexit(t *testing.T, x *exam) {
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = x.store.Update(t.Context(), func(tx store.Tx) error {
			if err := fillAll(tx); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	})
	wg.Wait()
	x.view(nothing(t))
	x.update(fillAll)
}

func testReadOnly(t *testing.T, x *exam) {
	for name, verb := range map[string]func(store.Tx) error{
		"Put":       func(tx store.Tx) error { return tx.Put(conversation.Conversation{ID: id1, Due: at(1)}) },
		"Append":    func(tx store.Tx) error { return tx.Append(id1, 1, at(0), conversation.Ticked{}) },
		"Saw":       func(tx store.Tx) error { _, err := tx.Saw("a", "1", at(0)); return err },
		"SetCursor": func(tx store.Tx) error { return tx.SetCursor("a", "x") },
		"Park":      func(tx store.Tx) error { _, err := tx.Park(store.Parked{Event: conversation.Ticked{}}); return err },
		"Unpark":    func(tx store.Tx) error { return tx.Unpark(1) },
		"KeepRaw":   func(tx store.Tx) error { return tx.KeepRaw("a", "1", nil) },
		"PutReady":  func(tx store.Tx) error { return tx.PutReady(conversation.Ready{Word: "w"}) },
		"DropReady": func(tx store.Tx) error { return tx.DropReady("w", "") },
		"Enqueue":   func(tx store.Tx) error { return tx.Enqueue(job(id1, 1, 0, conversation.Send{})) },
	} {
		if err := x.store.View(t.Context(), verb); err == nil {
			t.Errorf("%s in a View returned no error", name)
		}
	}
	x.view(nothing(t))
}

// A View sees nothing of an Update that is committed after the View has begun, and an Update does not wait for it.
func testOneState(t *testing.T, x *exam) {
	x.view(func(tx store.Tx) error {
		if err := nothing(t)(tx); err != nil {
			return err
		}
		var wg sync.WaitGroup
		wg.Go(func() { x.update(fillAll) })
		wg.Wait()
		return nothing(t)(tx)
	})
	x.view(func(tx store.Tx) error {
		_, err := tx.Conversation(id1)
		return err
	})
}

func testContext(t *testing.T, x *exam) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	fn := func(store.Tx) error { ran = true; return nil }
	for name, err := range map[string]error{"Update": x.store.Update(ctx, fn), "View": x.store.View(ctx, fn)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a context that has ended: %v", name, err)
		}
	}
	if ran {
		t.Error("a function ran although its context had ended")
	}
	// Once begun, it is carried through.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	if err := x.store.Update(ctx, func(tx store.Tx) error { cancel(); return fillAll(tx) }); err != nil {
		t.Errorf("the context ended during the update: %v", err)
	}
	x.twice(func(tx store.Tx) error { _, err := tx.Conversation(id1); return err })
}

func testConcurrent(t *testing.T, x *exam) {
	const writers, rounds = 16, 25
	put(x, conversation.Conversation{ID: id1}, conversation.Conversation{ID: id2})
	stop := make(chan struct{})
	var readers, wg sync.WaitGroup
	readers.Go(func() { // both counters are always the same
		for {
			select {
			case <-stop:
				return
			default:
			}
			x.view(func(tx store.Tx) error {
				a, err := tx.Conversation(id1)
				b, err2 := tx.Conversation(id2)
				if a.Seq != b.Seq {
					t.Errorf("half a transaction: %d and %d", a.Seq, b.Seq)
				}
				return joined(err, err2)
			})
		}
	})
	for w := range writers {
		wg.Go(func() {
			for r := range rounds {
				err := x.store.Update(t.Context(), func(tx store.Tx) error {
					for _, id := range []conversation.ID{id1, id2} {
						c, err := tx.Conversation(id)
						if err != nil {
							return err
						}
						c.Seq++
						if err := joined(tx.Put(c), tx.Append(id, c.Seq, at(r), conversation.Reacted{Emoji: fmt.Sprint(w)})); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	readers.Wait()
	x.twice(func(tx store.Tx) error {
		c, err := tx.Conversation(id1)
		same(t, "updates", c.Seq, uint64(writers*rounds))
		history, err2 := all(tx.History(id2))
		same(t, "events", len(history), writers*rounds)
		return joined(err, err2)
	})
}

// Updates that wait together do not share each other's errors, nor see each other's undone changes.
func testErrorsApart(t *testing.T, x *exam) {
	const n = 120
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := x.store.Update(t.Context(), func(tx store.Tx) error {
				if _, err := tx.Cursor("poison"); err != nil {
					return err
				}
				if err := tx.SetCursor(fmt.Sprint(i), "x"); err != nil {
					return err
				}
				if i%3 == 0 {
					return joined(tx.SetCursor("poison", "x"), errGiveUp{})
				}
				if p, err := tx.Cursor("poison"); p != "" || err != nil {
					return fmt.Errorf("saw what was undone: %w", err)
				}
				return nil
			})
			if want := i%3 == 0; errors.Is(err, errGiveUp{}) != want || (err != nil) != want {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	x.twice(func(tx store.Tx) error {
		for i := range n {
			got, err := tx.Cursor(fmt.Sprint(i))
			if want := i%3 != 0; (got == "x") != want || err != nil {
				t.Errorf("update %d left %q: %v", i, got, err)
			}
		}
		return nil
	})
}

func testClose(t *testing.T, x *exam) {
	x.update(fillAll)
	if err := joined(x.store.Close(), x.store.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	fn := func(store.Tx) error { t.Error("ran in a closed store"); return nil }
	for name, err := range map[string]error{"Update": x.store.Update(t.Context(), fn), "View": x.store.View(t.Context(), fn)} {
		if err == nil {
			t.Errorf("%s after Close: no error", name)
		}
	}
	// Updates on their way when the store is closed are either done or not, and their callers know which.
	x.store = x.open(t, x.path)
	const n = 50
	var done [n]error
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			done[i] = x.store.Update(t.Context(), func(tx store.Tx) error { return tx.SetCursor(fmt.Sprint(i), "x") })
		})
	}
	if err := x.store.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	x.reopen()
	x.view(func(tx store.Tx) error {
		for i, sent := range done {
			if got, err := tx.Cursor(fmt.Sprint(i)); (got == "x") != (sent == nil) || err != nil {
				t.Errorf("update %d said %v and left %q: %v", i, sent, got, err)
			}
		}
		return nil
	})
}

func testBackup(t *testing.T, x *exam) {
	x.update(fillAll)
	x.update(func(tx store.Tx) error { return tx.KeepRaw("a", "big", make([]byte, 1<<20)) })
	path := filepath.Join(t.TempDir(), "copy")
	if err := x.store.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := x.store.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup over another: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.store.Backup(ctx, path+"2"); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup whose context has ended: %v", err)
	}
	if left, err := filepath.Glob(path + "?*"); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
	x.update(func(tx store.Tx) error { return tx.SetCursor("a", "later") })
	old := &exam{t: t, open: x.open, path: path, store: x.open(t, path)}
	defer old.close()
	old.twice(func(tx store.Tx) error {
		c, err := tx.Conversation(id1)
		same(t, "conversation", c, conversation.Conversation{ID: id1, Ref: ref("1"), Thread: place("1"), Due: at(1), Opened: at(0)})
		cursor, err2 := tx.Cursor("a")
		same(t, "cursor", cursor, "x")
		raw, err3 := tx.Raw("a", "big")
		same(t, "raw", len(raw), 1<<20)
		sameScan(t, "due", tx.Due(at(60)), id1)
		return joined(err, err2, err3)
	})
	seq := func(x *exam) (n uint64) {
		x.update(func(tx store.Tx) (err error) {
			n, err = tx.Park(store.Parked{Event: conversation.Ticked{}})
			return err
		})
		return n
	}
	same(t, "the number of the next parked event", seq(old), seq(x))
}
