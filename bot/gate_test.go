package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGatePaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 5)
		began := time.Now()
		for range 25 {
			if err := g.take(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			g.done(wentWell, 0)
		}
		took := time.Since(began).Seconds() // 5 at once, then one a second
		if took < 20 || took > 20*1.03 {
			t.Errorf("25 calls at 1 a second with a burst of 5 took %.2f s, not 20 to 20.6", took)
		}
	})
}

func TestGateLetsTheUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 1)
		if g.reserve(1) != 1 {
			t.Fatal("an idle gate gave no call")
		}
		g.done(wentWell, 0)
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for _, priority := range []int{3, 2, 0, 1, 2} {
			wg.Go(func() {
				if err := g.take(t.Context(), priority); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, priority)
				mu.Unlock()
				g.done(wentWell, 0)
			})
			synctest.Wait()
		}
		wg.Wait()
		if want := []int{0, 1, 2, 2, 3}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

// A network that is down is tried once every five seconds, whoever waits, and all go when one call succeeds.
func TestGateWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		up := false
		tries, served := 0, 0
		var mu sync.Mutex
		began := time.Now()
		for range 50 {
			go func() {
				for {
					if g.take(t.Context(), 0) != nil {
						return
					}
					mu.Lock()
					works := up
					if !works {
						tries++
					} else {
						served++
					}
					mu.Unlock()
					if works {
						g.done(wentWell, 0)
						return
					}
					g.done(wasDown, 0)
				}
			}()
		}
		synctest.Wait()
		mu.Lock()
		first := tries // those that were under way at once when it went down
		mu.Unlock()
		time.Sleep(61 * time.Second) // a second past a try, or the next one might come before it is up
		mu.Lock()
		if n := tries - first; n > 12 {
			t.Errorf("%d calls in a minute of outage, not at most one in five seconds", n)
		}
		up = true
		mu.Unlock()
		time.Sleep(probeEvery)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if served != 50 {
			t.Errorf("%d of 50 served %v after the network was back", served, time.Since(began)-60*time.Second)
		}
	})
}

func TestGateOpensAtOnceWhenToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		g.done(wasDown, 0)
		if !g.isDown() {
			t.Fatal("not down")
		}
		let := make(chan error, 1)
		go func() { let <- g.take(t.Context(), 0) }()
		synctest.Wait()
		g.up()
		synctest.Wait()
		select {
		case err := <-let:
			if err != nil {
				t.Error(err)
			}
			g.done(wentWell, 0)
		default:
			t.Error("still waiting though the network is back")
		}
	})
}

func TestGateHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 5)
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		g.done(saidWait, 7*time.Second)
		began := time.Now()
		for want := range 3 { // one at once after the wait, then at the pace: the burst is used up
			if err := g.take(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			g.done(wentWell, 0)
			if at := time.Since(began).Seconds(); at < 7 || at > 7+float64(want)*1.03+0.01 {
				t.Errorf("call %d at %.2f s", want, at)
			}
		}
	})
}

// That a network is back does not shorten the wait it asked for.
func TestGateIsBackButAskedUsToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		began := time.Now()
		for _, end := range []ending{wasDown, saidWait} {
			if err := g.take(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			g.done(end, time.Minute)
			g.up()
		}
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		g.done(wentWell, 0)
		if took := time.Since(began); took != time.Minute {
			t.Errorf("let through after %v", took)
		}
	})
}

// Whoever stops waiting leaves nothing behind, and a call let through in the same moment is passed on.
func TestGateGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 1)
		g.most = 1
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() { left <- g.take(ctx, 0) }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if n := g.length(); n != 0 {
			t.Errorf("%d wait", n)
		}
		g.done(wentWell, 0)
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		g.done(wentWell, 0)
		if g.underway != 0 {
			t.Errorf("%d under way", g.underway)
		}
	})
}

func TestGateReservations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 3)
		if n := g.reserve(10); n != 3 {
			t.Errorf("reserved %d of a burst of 3", n)
		}
		g.giveBack(2)
		if n := g.reserve(10); n != 2 {
			t.Errorf("reserved %d of 2 given back", n)
		}
		if g.underway != 3 {
			t.Errorf("%d under way", g.underway)
		}
	})
}

// What is too long for one call takes its turn for each part of it, between the calls of others, and holds nobody up while
// it waits.
func TestGateTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const parts = 10
		g := newGate(1, 1)
		var wg sync.WaitGroup
		for range mostUnderway + 1 { // more than may be under way at once
			wg.Go(func() {
				if err := g.take(t.Context(), 2); err != nil {
					t.Error(err)
				}
				for range parts - 1 {
					if err := g.turn(t.Context(), 2); err != nil {
						t.Error(err)
					}
				}
				g.done(wentWell, 0)
			})
		}
		time.Sleep(10 * time.Second)
		for range 20 {
			began := time.Now()
			if err := g.take(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			g.done(wentWell, 0)
			if waited := time.Since(began); waited > 1100*time.Millisecond {
				t.Errorf("a short call waited %v", waited)
			}
		}
		wg.Wait()
		if g.underway != 0 || len(g.waiting) != 0 {
			t.Errorf("%d are under way and %d wait after all has ended", g.underway, len(g.waiting))
		}
	})
}

// Whoever gives up waiting for a turn is still let through, until it is done.
func TestGateTurnGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0.01, 1)
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.turn(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("gave up with %v", err)
		}
		if g.underway != 1 {
			t.Errorf("%d are under way", g.underway)
		}
		g.done(wentWell, 0)
		if g.underway != 0 || len(g.waiting) != 0 {
			t.Errorf("%d are under way and %d wait after all has ended", g.underway, len(g.waiting))
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add("0123456789abcdef01234567.12.3")
	f.Add("desk.1.0")
	f.Add("..")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := parseKey(s)
		if err != nil {
			return
		}
		if again, err := parseKey(k.String()); err != nil || again != k {
			t.Errorf("%q reads as %v and then as %v, %v", s, k, again, err)
		}
	})
}
