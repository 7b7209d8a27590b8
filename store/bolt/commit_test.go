package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"webcare/store"
)

// counted lets a test count commits, and make them fail.
type counted struct {
	commits atomic.Int64
	fail    func(*bbolt.Tx) error // nil = the real thing
}

func (c *counted) commit(b *bbolt.Tx) error {
	c.commits.Add(1)
	if c.fail != nil {
		return c.fail(b)
	}
	return b.Commit()
}

func set(account, cursor string) func(store.Tx) error {
	return func(tx store.Tx) error { return tx.SetCursor(account, cursor) }
}

func cursorOf(t *testing.T, s *Store, account string) (cursor string) {
	t.Helper()
	err := s.View(t.Context(), func(tx store.Tx) (err error) {
		cursor, err = tx.Cursor(account)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return cursor
}

// behind starts one update that holds the writer until release is called; what is started after it waits together.
func behind(t *testing.T, s *Store) (release func()) {
	begun, hold := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := s.Update(context.WithoutCancel(t.Context()), func(store.Tx) error {
			begun <- struct{}{}
			<-hold
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	return func() { close(hold); wg.Wait() }
}

// Whatever waits shares one commit, in order of arrival; what fails costs those before it a second run, never a third.
func TestGroupCommit(t *testing.T) {
	const n = 60
	for _, tc := range []struct {
		name    string
		bad     func(i int) bool
		commits int64
	}{
		{"all well", func(int) bool { return false }, 1},
		{"one fails", func(i int) bool { return i == 30 }, 2},
		{"the first fails", func(i int) bool { return i == 0 }, 1},
		{"the last fails", func(i int) bool { return i == n-1 }, 1},
		{"two in a row fail", func(i int) bool { return i == 10 || i == 11 }, 2},
		{"all fail", func(int) bool { return true }, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &counted{}
				s := newStore(t, Options{commit: c.commit})
				release := behind(t, s)
				var order []int
				var runs [n]int
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() {
						err := s.Update(t.Context(), func(tx store.Tx) error {
							if runs[i]++; runs[i] == 1 {
								order = append(order, i)
							}
							if err := tx.SetCursor(fmt.Sprint(i), "x"); err != nil || tc.bad(i) {
								return errors.Join(err, io.ErrUnexpectedEOF)
							}
							return nil
						})
						if errors.Is(err, io.ErrUnexpectedEOF) != tc.bad(i) {
							t.Errorf("update %d: %v", i, err)
						}
					})
					synctest.Wait() // so that they arrive in this order
				}
				release()
				wg.Wait()
				if got := c.commits.Load(); got != tc.commits {
					t.Errorf("%d commits, want %d", got, tc.commits)
				}
				for i := range n {
					if order[i] != i {
						t.Fatalf("the order was %v", order)
					}
					if runs[i] > 2 {
						t.Errorf("update %d ran %d times", i, runs[i])
					}
					if got := cursorOf(t, s, fmt.Sprint(i)); (got == "x") == tc.bad(i) {
						t.Errorf("update %d left %q", i, got)
					}
				}
			})
		})
	}
}

func TestBatchIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		s := newStore(t, Options{commit: c.commit})
		release := behind(t, s)
		var wg sync.WaitGroup
		for i := range 2*maxBatch + 1 {
			wg.Go(func() {
				if err := s.Update(t.Context(), set(fmt.Sprint(i), "x")); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		release()
		wg.Wait()
		if got := c.commits.Load(); got != 3 {
			t.Errorf("%d commits, want 3", got)
		}
	})
}

// What writes nothing costs no sync: an event that was there before, a look into a lane.
func TestNothingWrittenNothingSynced(t *testing.T) {
	c := &counted{}
	s := newStore(t, Options{commit: c.commit})
	for range 3 {
		if err := s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.Saw("a", "1", time.Unix(1, 0)); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.commits.Load(); got != 1 {
		t.Errorf("%d commits, want 1", got)
	}
}

// An update waits for the writer without a timer, gives up when its context ends before its turn, and then never runs.
func TestWaitingUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		release := behind(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var err error
		var wg sync.WaitGroup
		wg.Go(func() { err = s.Update(ctx, func(store.Tx) error { t.Error("it ran"); return nil }) })
		time.Sleep(2 * time.Hour)
		release()
		wg.Wait()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// A function that panics or ends its goroutine costs itself, wherever it stands among those that share a commit.
func TestPanicInABatch(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("as wanted") }, "Goexit": runtime.Goexit} {
		for _, bad := range []int{0, 4, 8} {
			t.Run(fmt.Sprint(name, " of ", bad), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore(t, Options{})
					release := behind(t, s)
					var wg sync.WaitGroup
					for i := range 9 {
						wg.Go(func() {
							defer func() { _ = recover() }()
							err := s.Update(t.Context(), func(tx store.Tx) error {
								if err := tx.SetCursor(fmt.Sprint(i), "x"); err != nil || i != bad {
									return err
								}
								end()
								return nil
							})
							if err != nil || i == bad {
								t.Errorf("update %d returned %v", i, err)
							}
						})
						synctest.Wait()
					}
					release()
					wg.Wait()
					for i := range 9 {
						if got := cursorOf(t, s, fmt.Sprint(i)); (got == "x") == (i == bad) {
							t.Errorf("update %d left %q", i, got)
						}
					}
				})
			})
		}
	}
}

// Close lets the commit under way end and sends away everybody else.
func TestCloseWhileUpdatesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		release := behind(t, s)
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				if err := s.Update(t.Context(), set(fmt.Sprint(i), "x")); !errors.Is(err, os.ErrClosed) {
					t.Errorf("update %d: %v", i, err)
				}
			})
		}
		synctest.Wait()
		wg.Go(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		release()
		wg.Wait()
		if err := s.Update(t.Context(), set("late", "x")); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// A transaction that is kept beyond its function is an error, not a crash.
func TestKeptTx(t *testing.T) {
	s := newStore(t, Options{})
	var kept []store.Tx
	keep := func(tx store.Tx) error { kept = append(kept, tx); return nil }
	if err := errors.Join(s.Update(t.Context(), keep), s.View(t.Context(), keep)); err != nil {
		t.Fatal(err)
	}
	for _, tx := range kept {
		if _, err := tx.Cursor("a"); !errors.Is(err, errOver) {
			t.Errorf("reading: %v", err)
		}
		if err := tx.SetCursor("a", "x"); err == nil {
			t.Error("writing: no error")
		}
	}
}
