package bot_test

import (
	"testing"
	"time"

	"webcare/bot/conversation"
)

// TestKill: the bot is killed at odd moments while customers and staff write, with every call taking its time, and
// starts again. Nothing is lost, split, out of place or out of order, and what Slack can be asked about is not doubled.
func TestKill(t *testing.T) {
	for _, until := range []time.Duration{1010 * time.Millisecond, 2020 * time.Millisecond, 3333 * time.Millisecond} {
		t.Run(until.String(), func(t *testing.T) {
			t.Parallel()
			runs(t, func(w *world) { w.rate = 0 }, func(t *testing.T, w *world) { killed(t, w, until) })
		})
	}
}

func killed(t *testing.T, w *world, until time.Duration) {
	const people, rate, long = 20, 15, 6 * time.Second
	w.slack.Slow(50 * time.Millisecond)
	w.telegram.Slow(50 * time.Millisecond)
	w.onUnsure = conversation.Resend
	town := newTown(w, people)
	for i := range people {
		town.write(i)
	}
	after(10 * time.Second)
	roots := town.roots()
	began := time.Now()
	next := time.Second / rate
	for n := 0; time.Since(began) < long; n++ {
		town.write(n % people)
		town.answer((n+people/2)%people, roots[(n+people/2)%people][0])
		at := time.Since(began)
		switch {
		case at < until && at+next >= until:
			time.Sleep(until - at)
			w.crash()
			time.Sleep(next - (until - at))
		case w.life == nil && at > until+time.Second:
			w.start()
			fallthrough
		default:
			time.Sleep(next)
		}
	}
	after(10 * time.Minute)
	const underway = 2 // sends at once, at this rate and length of a call
	town.want(underway)
	if in := town.inward(); in.twice > 0 {
		t.Errorf("%d mentions are at the desk twice", in.twice)
	}
}

// TestCatchUpKill: much waits at Telegram, and the bot is killed while it takes it in.
func TestCatchUpKill(t *testing.T) {
	for _, until := range []time.Duration{120 * time.Millisecond, 180 * time.Millisecond, 260 * time.Millisecond, 3 * time.Second} {
		t.Run(until.String(), func(t *testing.T) {
			t.Parallel()
			runs(t, func(w *world) { w.rate = 0 }, func(t *testing.T, w *world) {
				const people, each = 60, 5
				w.end()
				w.slack.Slow(50 * time.Millisecond)
				w.telegram.Slow(50 * time.Millisecond)
				town := newTown(w, people)
				for n := range people * each {
					town.write(n % people)
				}
				w.start()
				time.Sleep(until)
				w.crash()
				time.Sleep(time.Second)
				w.start()
				after(5 * time.Minute)
				town.want(0)
			})
		})
	}
}

// TestBurst: answers and mentions come faster than anybody may post, and keep their order.
func TestBurst(t *testing.T) {
	t.Parallel()
	runs(t, nil, func(t *testing.T, w *world) {
		const people, each = 10, 20
		w.slack.RateLimit(1, 5)
		w.slack.Slow(20 * time.Millisecond)
		town := newTown(w, people)
		for i := range people {
			town.write(i)
		}
		after(time.Minute)
		roots := town.roots()
		for n := range people * each {
			town.write(n % people)
			town.answer(n%people, roots[n%people][0])
		}
		after(10 * time.Minute)
		town.want(0)
	})
}
