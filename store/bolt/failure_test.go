package bolt

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"webcare/store"
)

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
	if !errors.Is(err, cause) || !errors.Is(err, store.ErrFailed) || errors.Is(err, store.ErrFull) {
		t.Errorf("got %v, want %v as %v", err, cause, store.ErrFailed)
	}
	ran := func(store.Tx) error { t.Error("a function ran in a failed store"); return nil }
	_, verify := s.Verify(t.Context())
	for _, err := range []error{s.Update(t.Context(), ran), s.View(t.Context(), ran), s.Backup(t.Context(), "nowhere"), verify} {
		if !errors.Is(err, cause) || !errors.Is(err, store.ErrFailed) {
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

// Where making a file or a copy finds no room, it says that the disk is full, however bbolt puts it.
func TestNoRoom(t *testing.T) {
	for _, tc := range []struct {
		err  error
		full bool
	}{
		{nil, false},
		{&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, true},
		{&os.PathError{Op: "sync", Path: "x", Err: syscall.EDQUOT}, true},
		{errors.New("file resize error: truncate x: no space left on device"), true},
		{errors.New("file sync error: sync x: disk quota exceeded"), true},
		{errors.New("file resize error: truncate x: input/output error"), false},
		{syscall.EIO, false},
	} {
		if got := noRoom(tc.err); errors.Is(got, store.ErrFull) != tc.full || !errors.Is(got, tc.err) {
			t.Errorf("%v: got %v", tc.err, got)
		}
	}
}
