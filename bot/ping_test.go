package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// A network that can be pinged gets no call behind one that was lost before it has answered, and while it is down it is
// pinged once every five seconds, whoever waits.
func TestGatePings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		var mu sync.Mutex
		pings, let, up := 0, 0, false
		g.ping = func(then func(ending, time.Duration)) {
			go func() {
				time.Sleep(20 * time.Millisecond)
				mu.Lock()
				pings++
				works := up
				mu.Unlock()
				if works {
					then(wentWell, 0)
				} else {
					then(wasDown, 0)
				}
			}()
		}
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		g.done(wasLost, 0)
		if g.isDown() || !g.isShut() || g.reserve(1) != 0 {
			t.Error("behind a call that was lost the next is let through unasked, or the network is called down")
		}
		for range 50 {
			go func() {
				if g.take(t.Context(), 0) == nil {
					mu.Lock()
					let++
					mu.Unlock()
					g.done(wentWell, 0)
				}
			}()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		mu.Lock()
		if pings < 11 || pings > 12 || let != 0 || !g.isDown() {
			t.Errorf("in a minute %d pings, %d calls let through; down: %v", pings, let, g.isDown())
		}
		up = true
		mu.Unlock()
		time.Sleep(probeEvery + time.Second)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if let != 50 || g.isShut() || g.underway != 0 {
			t.Errorf("%d of 50 let through once the network answered; %d are under way", let, g.underway)
		}
	})
}

// A call that went well tells as much as a ping, and what a ping says behind it is old.
func TestGatePingOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		var answer func(ending, time.Duration)
		pings := 0
		g.ping = func(then func(ending, time.Duration)) { answer, pings = then, pings+1 }
		for range 2 {
			if err := g.take(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
		}
		g.done(wasLost, 0)
		let := make(chan error, 1)
		go func() { let <- g.take(t.Context(), 0) }()
		synctest.Wait()
		g.done(wentWell, 0)
		synctest.Wait()
		if len(let) != 1 || pings != 1 {
			t.Errorf("%d let through, %d pings", len(let), pings)
		}
		answer(wasDown, 0)
		if g.isShut() || g.reserve(1) != 1 {
			t.Error("an old ping shut the gate")
		}
	})
}

// A network that answers a ping with a wish for time works, and gets the time.
func TestGatePingedNetworkIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0, 1)
		pings := 0
		g.ping = func(then func(ending, time.Duration)) {
			pings++
			go then(saidWait, 7*time.Second)
		}
		g.doubt()
		began := time.Now()
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 7*time.Second || pings != 1 {
			t.Errorf("let through after %v and %d pings", took, pings)
		}
	})
}

// pinger answers pings as it is told.
type pinger func(ctx context.Context) error

func (p pinger) Ping(ctx context.Context) error { return p(ctx) }

// What a ping says is put into what the gate understands, a panic is no answer, and behind the end nobody is asked.
func TestPingsOfTheOutbox(t *testing.T) {
	for _, c := range []struct {
		name  string
		ping  pinger
		how   ending
		after time.Duration
	}{
		{"it answers", func(context.Context) error { return nil }, wentWell, 0},
		{"it wants time", func(context.Context) error {
			return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: 7 * time.Second}
		}, saidWait, 7 * time.Second},
		{"it is down", func(context.Context) error {
			return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Whole: true}
		}, wasDown, 0},
		{"it fails in its own way", func(context.Context) error { return errors.New("odd") }, wasDown, 0},
		{"it panics", func(context.Context) error { panic("odd") }, wasDown, 0},
		{"it hangs until the end", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, wasDown, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &outbox{}
				o.ctx, o.stop = context.WithTimeout(t.Context(), time.Minute)
				defer o.stop()
				asked := 0
				ask := o.pings(pinger(func(ctx context.Context) error { asked++; return c.ping(ctx) }))
				var how ending
				var after time.Duration
				ask(func(h ending, d time.Duration) { how, after = h, d })
				o.wg.Wait()
				if how != c.how || after != c.after {
					t.Errorf("it ended as %v after %v, want %v after %v", how, after, c.how, c.after)
				}
				o.drain()
				ask(func(ending, time.Duration) { t.Error("called behind the end") })
				o.wg.Wait()
				if asked != 1 {
					t.Errorf("asked %d times", asked)
				}
			})
		})
	}
}
