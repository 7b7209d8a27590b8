package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

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

func TestPanicInABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		release := behind(t, s)
		var wg sync.WaitGroup
		for i := range 9 {
			wg.Go(func() {
				defer func() {
					if p := recover(); (p != nil) != (i == 4) {
						t.Errorf("update %d: panic %v", i, p)
					}
				}()
				err := s.Update(t.Context(), func(tx store.Tx) error {
					if err := tx.SetCursor(fmt.Sprint(i), "x"); err != nil || i != 4 {
						return err
					}
					panic("as wanted")
				})
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		release()
		wg.Wait()
		for i := range 9 {
			if got := cursorOf(t, s, fmt.Sprint(i)); (got == "x") == (i == 4) {
				t.Errorf("update %d left %q", i, got)
			}
		}
	})
}

// Every way a commit fails, each with "did not happen" and "happened all the same".
func TestFailingCommit(t *testing.T) {
	write := func(err error) error { return &os.PathError{Op: "write", Path: "x", Err: err} }
	for _, tc := range []struct {
		name     string
		err      error
		happened bool
		want     error // nil = the store has failed
	}{
		{"no room for pages", write(syscall.ENOSPC), false, store.ErrFull},
		{"quota for pages", write(syscall.EDQUOT), false, store.ErrFull},
		{"no room to grow", errors.New("file resize error: truncate x: no space left on device"), false, store.ErrFull},
		{"largest size", bolterrors.ErrMaxSizeReached, false, store.ErrFull},
		{"no room, but the root is there", write(syscall.ENOSPC), true, nil},
		{"a write fails", write(syscall.EIO), false, nil},
		{"a write fails late", write(syscall.EIO), true, nil},
		{"the sync fails", syscall.EIO, false, nil},
		{"the last sync fails", syscall.EIO, true, nil},
		{"the sync finds no room", syscall.ENOSPC, false, nil},
		{"the last sync finds no room", syscall.ENOSPC, true, nil},
		{"growing fails otherwise", errors.New("file resize error: input/output error"), false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := &counted{}
			path := filepath.Join(t.TempDir(), "x.db")
			var log strings.Builder
			s := openTest(t, path, Options{commit: c.commit, Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err := s.Update(t.Context(), set("a", "before")); err != nil {
				t.Fatal(err)
			}
			c.fail = func(b *bbolt.Tx) error {
				if tc.happened {
					_ = b.Commit()
				} else {
					_ = b.Rollback()
				}
				return tc.err
			}
			err := s.Update(t.Context(), set("a", "after"))
			c.fail = nil
			if tc.want != nil {
				checkFull(t, s, err)
			} else {
				checkFailed(t, s, err, tc.err, log.String())
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openTest(t, path, Options{})
			defer s.Close()
			want := map[bool]string{false: "before", true: "after"}[tc.happened || tc.want != nil]
			if got := cursorOf(t, s, "a"); got != want {
				t.Errorf("the file has %q, want %q", got, want)
			}
		})
	}
}

// checkFull: nothing has changed, and trying again works.
func checkFull(t *testing.T, s *Store, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrFull) {
		t.Errorf("got %v, want %v", err, store.ErrFull)
	}
	if got := cursorOf(t, s, "a"); got != "before" {
		t.Errorf("after the failure the store has %q", got)
	}
	if err := s.Update(t.Context(), set("a", "after")); err != nil {
		t.Errorf("trying again: %v", err)
	}
}

// checkFailed: from now on everything returns the error that was the cause.
func checkFailed(t *testing.T, s *Store, err, cause error, log string) {
	t.Helper()
	if !errors.Is(err, cause) || errors.Is(err, store.ErrFull) {
		t.Errorf("got %v, want %v", err, cause)
	}
	ran := func(store.Tx) error { t.Error("a function ran in a failed store"); return nil }
	_, verify := s.Verify(t.Context())
	for _, err := range []error{s.Update(t.Context(), ran), s.View(t.Context(), ran), s.Backup(t.Context(), "nowhere"), verify} {
		if !errors.Is(err, cause) {
			t.Errorf("later: %v", err)
		}
	}
	if strings.Count(log, "\n") != 1 {
		t.Errorf("the failure is logged as %q", log)
	}
}

// Everybody in a batch hears of its commit, and those behind it of the failed store.
func TestFailingBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		s := newStore(t, Options{commit: c.commit})
		c.fail = func(b *bbolt.Tx) error { _ = b.Rollback(); return syscall.EIO }
		release := behind(t, s)
		var wg sync.WaitGroup
		for i := range maxBatch + 10 {
			wg.Go(func() {
				err := s.Update(t.Context(), func(tx store.Tx) error {
					return errors.Join(tx.SetCursor(fmt.Sprint(i), "x"), map[bool]error{true: io.EOF}[i%100 == 7])
				})
				if !errors.Is(err, syscall.EIO) { // also who failed alone: what it saw may never have been
					t.Errorf("update %d: %v", i, err)
				}
			})
			synctest.Wait()
		}
		release()
		wg.Wait()
		if got := c.commits.Load(); got != 1 {
			t.Errorf("%d commits were tried", got)
		}
	})
}

// A file that may not grow: full, then again room after something was dropped, and never damaged.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := openTest(t, path, Options{MaxSize: 20 << 20})
	stored, full := 0, false
	for i := 0; i < 100 && !full; i++ {
		err := s.Update(t.Context(), func(tx store.Tx) error { return tx.KeepRaw("a", fmt.Sprint(i), make([]byte, 1<<20)) })
		switch {
		case errors.Is(err, store.ErrFull):
			full = true
		case err != nil:
			t.Fatal(err)
		default:
			stored++
		}
	}
	if !full || stored == 0 {
		t.Fatalf("full: %v, after %d", full, stored)
	}
	if err := s.Update(t.Context(), set("a", "small")); err != nil && !errors.Is(err, store.ErrFull) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, path, Options{}) // the disk was made larger
	defer s.Close()
	if err := s.Update(t.Context(), set("a", "more")); err != nil {
		t.Fatal(err)
	}
	err := s.View(t.Context(), func(tx store.Tx) error {
		for i := range stored {
			if raw, err := tx.Raw("a", fmt.Sprint(i)); err != nil || len(raw) != 1<<20 {
				return fmt.Errorf("raw %d: %d bytes, %w", i, len(raw), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	sound(t, s)
}

func sound(t *testing.T, s *Store) {
	t.Helper()
	report, err := s.Verify(t.Context())
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("verify: %v %q", err, report.Problems)
	}
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
