package bolt

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/store"
)

// child starts a process that works on the store; kill ends it without warning and gives what it still said. (Wait
// closes the pipe, so everything must be read before.)
func child(t *testing.T, path string) (acks *bufio.Scanner, kill func() []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childPath+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acks = bufio.NewScanner(out)
	return acks, sync.OnceValue(func() (rest []string) {
		_ = cmd.Process.Kill()
		for acks.Scan() {
			rest = append(rest, acks.Text())
		}
		_ = cmd.Wait()
		return rest
	})
}

// last reads acks until n have come, and returns the number in the last.
func last(t *testing.T, acks *bufio.Scanner, n int) (number int) {
	t.Helper()
	for range n {
		if !acks.Scan() {
			t.Fatalf("the process has stopped by itself: %v", acks.Err())
		}
		if _, err := fmt.Sscanf(acks.Text(), "done %d", &number); err != nil {
			t.Fatalf("%q: %v", acks.Text(), err)
		}
	}
	return number
}

// kills is how often the store is killed.
var kills = flag.Int("kills", 12, "how often the process of a store is killed")

// Killed at any moment, the store has everything it said it has, and at most the one update that was on its way.
func TestKill(t *testing.T) {
	const each = 10 // lives of a file: it grows, and each time all of it is compared
	var path string
	var w *states
	r := rand.New(rand.NewPCG(seed(t), 1))
	for round := range part(*kills) {
		if round%each == 0 {
			path, w = filepath.Join(t.TempDir(), "x.db"), newStates(t)
		}
		acks, kill := child(t, path)
		t.Cleanup(func() { kill() })
		said := last(t, acks, 1+r.IntN(60))
		for _, line := range kill() {
			if _, err := fmt.Sscanf(line, "done %d", &said); err != nil {
				break
			}
		}
		if err := w.intact(t, path, said); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	acks, kill := child(t, path)
	t.Cleanup(func() { kill() })
	last(t, acks, 1)
	_, err := Open(path, Options{LockWait: 100 * time.Millisecond})
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "stop the other one") {
		t.Errorf("a second process: %v", err)
	}
	kill()
	if err := openTest(t, path, Options{}).Close(); err != nil {
		t.Error(err)
	}
}

// A file copied in the middle of an update opens with what was committed before.
func TestCopyOfAFileInUse(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, filepath.Join(dir, "x.db"), Options{})
	defer s.Close()
	for i := range 30 {
		if err := s.Update(t.Context(), set("n", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.SetCursor("n", "on its way"); err != nil {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, "x.db"))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "copy.db"), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	c := openTest(t, filepath.Join(dir, "copy.db"), Options{})
	defer c.Close()
	if got := cursorOf(t, c, "n"); got != "29" {
		t.Errorf("the copy has %q", got)
	}
	sound(t, c)
}

// The wait for the lock ends after three seconds, or earlier when the other lets go.
func TestLockWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.db")
		first := openTest(t, path, Options{})
		start := time.Now()
		if _, err := Open(path, Options{}); !errors.Is(err, store.ErrInUse) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took < 2900*time.Millisecond || took > 3100*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		time.AfterFunc(time.Second, func() { _ = first.Close() })
		if err := openTest(t, path, Options{}).Close(); err != nil {
			t.Error(err)
		}
	})
}

// Many that make the same store at once: one gets it, and no file is left over.
func TestCreateAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	var mu sync.Mutex
	var opened []*Store
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			s, err := Open(path, Options{LockWait: 1})
			if err != nil {
				if !errors.Is(err, store.ErrInUse) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			opened = append(opened, s)
		})
	}
	wg.Wait()
	if len(opened) != 1 {
		t.Errorf("%d opened it", len(opened))
	}
	for _, s := range opened {
		_ = s.Close()
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v: %v", entries, err)
	}
}

func TestFileMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var log strings.Builder
	o := Options{Log: slog.New(slog.NewTextHandler(&log, nil))}
	if err := openTest(t, path, o).Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 || log.Len() > 0 {
		t.Errorf("mode %v, %v, log %q", info.Mode(), err, log.String())
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := openTest(t, path, o).Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "chmod 600") {
		t.Errorf("a file others can read: log %q", log.String())
	}
}

// A file that has the name keeps it.
func TestPublishNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, p := range []string{a, b} {
		if err := os.WriteFile(p, []byte(p), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := publish(a, b); !errors.Is(err, fs.ErrExist) {
		t.Errorf("publishing over a file: %v", err)
	}
	if got, err := os.ReadFile(b); string(got) != b || err != nil {
		t.Errorf("the file has %q: %v", got, err)
	}
}
