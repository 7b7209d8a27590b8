package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/store"
)

// aside starts an update that stands aside for so long; what it gives is told when the update has returned.
func aside(ctx context.Context, s *Store, d time.Duration, fn func(store.Tx) error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- s.Update(store.Patient(ctx, d), fn) }()
	synctest.Wait()
	return done
}

// What is in no hurry is committed alone when its time is up, and no later.
func TestPatientAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		s := newStore(t, Options{commit: c.commit})
		begun := time.Now()
		done := aside(t.Context(), s, 20*time.Millisecond, set("a", "x"))
		if got := c.commits.Load(); got != 0 {
			t.Fatalf("%d commits at once", got)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took != 20*time.Millisecond || c.commits.Load() != 1 || cursorOf(t, s, "a") != "x" {
			t.Errorf("after %v: %d commits, %q", took, c.commits.Load(), cursorOf(t, s, "a"))
		}
	})
}

// Whoever comes next takes along what stands aside, and sees it.
func TestPatientGoesAlong(t *testing.T) {
	for _, tc := range []struct {
		name    string
		bad     string // whose function fails
		commits int64
	}{{"all well", "", 1}, {"the patient one fails", "a", 1}, {"the leader fails", "c", 1}} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &counted{}
				s := newStore(t, Options{commit: c.commit})
				var order []string
				step := func(name string) func(store.Tx) error {
					return func(tx store.Tx) error {
						if !slices.Contains(order, name) {
							order = append(order, name)
						}
						if err := tx.SetCursor(name, "x"); err != nil || name == tc.bad {
							return errors.Join(err, io.ErrUnexpectedEOF)
						}
						return nil
					}
				}
				begun := time.Now()
				a, b := aside(t.Context(), s, time.Second, step("a")), aside(t.Context(), s, time.Minute, step("b"))
				results := map[string]error{"c": s.Update(t.Context(), step("c")), "a": <-a, "b": <-b}
				if took := time.Since(begun); took != 0 || c.commits.Load() != tc.commits || !slices.Equal(order, []string{"a", "b", "c"}) {
					t.Errorf("%v, %d commits, in the order %v", took, c.commits.Load(), order)
				}
				for name, err := range results {
					bad := name == tc.bad
					if errors.Is(err, io.ErrUnexpectedEOF) != bad || !bad && err != nil || (cursorOf(t, s, name) == "x") == bad {
						t.Errorf("%s: %v, %q", name, err, cursorOf(t, s, name))
					}
				}
			})
		})
	}
}

// What runs out of patience while another commits waits for its turn like all others.
func TestPatientDuringACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		s := newStore(t, Options{commit: c.commit})
		release := behind(t, s)
		done := aside(t.Context(), s, time.Second, set("a", "x"))
		time.Sleep(time.Minute)
		release()
		if err := <-done; err != nil || cursorOf(t, s, "a") != "x" || c.commits.Load() != 1 {
			t.Errorf("%v, %q, %d commits", err, cursorOf(t, s, "a"), c.commits.Load())
		}
	})
}

func TestPatientGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		left := aside(ctx, s, time.Hour, set("a", "x"))
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("its context has ended: %v", err)
		}
		closed := aside(t.Context(), s, time.Hour, set("a", "x"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-closed; !errors.Is(err, errClosed) {
			t.Errorf("the store was closed: %v", err)
		}
	})
}

// Under load each update that is said to be committed is committed once, whoever leads, and none of the others is.
func TestPatientAmongMany(t *testing.T) {
	s := newStore(t, Options{})
	const each = 200
	patience := []time.Duration{0, 0, time.Microsecond, 50 * time.Microsecond, time.Millisecond, time.Hour}
	committed := make([]int, len(patience))
	var wg sync.WaitGroup
	for i, d := range patience {
		wg.Go(func() {
			for range each {
				ctx, leave := context.WithTimeout(t.Context(), time.Minute)
				if d == time.Hour {
					ctx, leave = context.WithTimeout(t.Context(), 300*time.Microsecond)
				}
				err := s.Update(store.Patient(ctx, d), func(tx store.Tx) error {
					n, err := tx.Cursor(fmt.Sprint(i))
					return errors.Join(err, tx.SetCursor(fmt.Sprint(i), n+"."))
				})
				leave()
				if err == nil {
					committed[i]++
				} else if d < time.Hour || !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i, n := range committed {
		if got := len(cursorOf(t, s, fmt.Sprint(i))); got != n || n < each && patience[i] < time.Hour {
			t.Errorf("patience %v: %d are in the store, %d were committed", patience[i], got, n)
		}
	}
}
