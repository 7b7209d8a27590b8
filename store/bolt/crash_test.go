package bolt

import (
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// crashSeed is what the random choices of a test that crashes the store hang on; 0 = another one each time.
var crashSeed = flag.Uint64("seed", 0, "the seed of the crashes and power cuts; 0 = any")

// What a copy of the test binary is told: the store to work on until it is killed, how many updates are in it when it
// ends by itself (none or 0 = it does not), and where to it makes a backup before that (empty = none).
const (
	childPath   = "WEBCARE_TEST_CHILD"
	childSteps  = "WEBCARE_TEST_CHILD_STEPS"
	childBackup = "WEBCARE_TEST_CHILD_BACKUP"
)

// TestChild is what the copy runs; in the test run itself it has nothing to do. It says on its standard output what was
// acknowledged ("done 7"), and what a failing disk does to it: "full 7" where the store says that it is full, and it
// tries again; "failed 7" where the store has failed; "unopened" where it cannot be opened; "copied" or "uncopied" of the
// backup.
func TestChild(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		return
	}
	runtime.LockOSThread() // so that all writes and syncs are calls of one thread, and can be counted
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println("unopened", err)
		return
	}
	most, _ := strconv.Atoi(os.Getenv(childSteps))
	has, _ := strconv.Atoi(cursorOf(t, s, "n"))
	full := 0
	for n := has + 1; most == 0 || n <= most; n++ {
		switch err := s.Update(t.Context(), step(n)); {
		case err == nil:
			fmt.Println("done", n)
		case errors.Is(err, store.ErrFull):
			fmt.Println("full", n)
			n--
			if full++; full > 3 {
				t.Fatal("it stays full")
			}
		case errors.Is(err, store.ErrFailed):
			if again := s.Update(t.Context(), step(n)); !errors.Is(again, store.ErrFailed) {
				t.Errorf("the store has failed, and yet an update says %v", again)
			}
			fmt.Println("failed", n)
			return
		default:
			t.Fatal(err)
		}
	}
	if to := os.Getenv(childBackup); to != "" {
		if err := s.Backup(t.Context(), to); err != nil {
			fmt.Println("uncopied", err)
		} else {
			fmt.Println("copied")
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// step is the n-th update of a store that is to crash. What n updates leave in the store hangs on n alone.
func step(n int) func(store.Tx) error {
	return func(tx store.Tx) error {
		c := conversation.Conversation{
			ID: conversation.ID(fmt.Sprintf("0190aaaa0000%012x", n%20)), Ref: conversation.Ref{Adapter: "x", Account: "a", Key: fmt.Sprint(n % 20)},
			Thread: conversation.Place{Team: "T", Channel: "C", TS: fmt.Sprint(n % 40)}, Seq: uint64(n), Due: fixtureTime(n), Opened: fixtureTime(n),
		}
		event := conversation.Reacted{ExternalID: strings.Repeat("x", n*7%13*50)}
		job := store.Job{Key: store.Key{Conversation: c.ID, Seq: uint64(n)}, Effect: conversation.Render{}, At: fixtureTime(n)}
		job.State = []store.State{store.Ready, store.Doing, store.Maybe}[n%3]
		_, saw := tx.Saw("a", fmt.Sprint(n), halfDays(n))
		err := errors.Join(
			saw, tx.SetCursor("n", fmt.Sprint(n)), tx.Put(c), tx.Append(c.ID, uint64(n), fixtureTime(n), event),
			tx.Enqueue(job), tx.Drop(store.Key{Conversation: c.ID, Seq: uint64(n - 20)}),
		)
		switch {
		case err != nil:
		case n%7 == 3: // more than a page
			err = tx.KeepRaw("a", fmt.Sprint(n%14), make([]byte, 3000*(n%5)))
		case n%7 == 5:
			_, err = tx.Park(store.Parked{Account: "a", At: fixtureTime(n), ID: fmt.Sprint(n), Event: event})
		case n%7 == 6:
			err = tx.Unpark(uint64(n / 7))
		case n%30 == 0:
			_, err = tx.ForgetSeen(halfDays(n-40), 20)
		}
		return err
	}
}

func halfDays(n int) time.Time { return fixtureTime(12 * 60 * n) }

// states knows what a store holds behind so many updates.
type states struct {
	mu   sync.Mutex
	s    *Store
	sums []uint64
}

func newStates(t *testing.T) *states {
	w := &states{s: newStore(t, Options{noSync: true})}
	sum, err := w.s.sum()
	if err != nil {
		t.Fatal(err)
	}
	w.sums = []uint64{sum}
	return w
}

func (w *states) after(t *testing.T, n int) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.sums) <= n {
		if err := w.s.Update(t.Context(), step(len(w.sums))); err != nil {
			return 0, err
		}
		sum, err := w.s.sum()
		if err != nil {
			return 0, err
		}
		w.sums = append(w.sums, sum)
	}
	return w.sums[n], nil
}

// sum is a checksum of every key and value.
func (s *Store) sum() (uint64, error) {
	h := fnv.New64a()
	err := s.view(func(t *tx) error {
		for _, name := range buckets() {
			for p, err := range t.scan(name, nil, nil) {
				if err != nil {
					return err
				}
				fmt.Fprintf(h, "%s %d %d ", name, len(p.key), len(p.value))
				_, _ = h.Write(p.key)
				_, _ = h.Write(p.value)
			}
		}
		return nil
	})
	return h.Sum64(), err
}

// intact opens what a crash left: it is sound, it holds exactly what some number of updates leave, that is the number
// last acknowledged or one more, and it goes on from there.
func (w *states) intact(t *testing.T, path string, said int) error {
	s, err := Open(path, Options{noSync: true})
	if err != nil {
		return err
	}
	return errors.Join(w.holds(t, s, said), s.Close())
}

func (w *states) holds(t *testing.T, s *Store, said int) error {
	report, err := s.Verify(t.Context())
	if err != nil || len(report.Problems) > 0 {
		return fmt.Errorf("verify: %w %q", err, report.Problems)
	}
	cursor := ""
	err = s.View(t.Context(), func(tx store.Tx) (err error) {
		cursor, err = tx.Cursor("n")
		return err
	})
	if err != nil {
		return err
	}
	has, _ := strconv.Atoi(cursor)
	if has < said || has > said+1 {
		return fmt.Errorf("it said %d and has %d", said, has)
	}
	for n := has; ; n++ {
		want, err := w.after(t, n)
		if err != nil {
			return err
		}
		if got, err := s.sum(); err != nil || got != want {
			return fmt.Errorf("it holds something else than %d updates left (and had %d): %w", n, has, err)
		}
		if n > has {
			return nil
		}
		if err := s.Update(t.Context(), step(n+1)); err != nil {
			return fmt.Errorf("it does not go on: %w", err)
		}
	}
}

// What n updates leave hangs on n alone: not on failures, restarts and what was undone in between.
func TestSteps(t *testing.T) {
	w := newStates(t)
	path := filepath.Join(t.TempDir(), "x.db")
	undone := errors.New("undone")
	for n := 1; n <= 100; n++ {
		s := openTest(t, path, Options{noSync: true})
		err := s.Update(t.Context(), func(tx store.Tx) error { return errors.Join(step(n)(tx), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := s.Update(t.Context(), step(n)); err != nil {
			t.Fatal(err)
		}
		want, err := w.after(t, n)
		if got, err2 := s.sum(); got != want || err != nil || err2 != nil {
			t.Fatalf("after %d updates: %x, want %x: %v %v", n, got, want, err, err2)
		}
		sound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.after(t, 5); err != nil || w.sums[5] == w.sums[6] {
		t.Error("two states look alike", err)
	}
}

// seed is what the random choices of a test hang on; it is told where the test fails.
func seed(t *testing.T) uint64 {
	s := *crashSeed
	for s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	return s
}
