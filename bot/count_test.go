package bot_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/store"
)

// These tests count what does not depend on the speed of a machine: calls, commits, refusals, messages. They run in a
// bubble, so that a minute of a network being down is a minute of the bubble's clock.

// runs plays a test in a world of its own, without reminders, until everybody is idle.
func runs(t *testing.T, change func(*world), play func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.ladder.Steps = nil
		if change != nil {
			change(w)
		}
		w.start()
		after(10 * time.Second)
		play(t, w)
	})
}

// after lets time pass and everybody finish.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// want fails where something was lost, doubled, misplaced or out of order.
func (t *town) want(doubles int) {
	t.w.t.Helper()
	for way, sum := range map[string]tally{"to the desk": t.inward(), "to the customers": t.outward()} {
		bad := sum
		if bad.twice <= doubles {
			bad.twice = 0
		}
		if bad != (tally{}) {
			t.w.t.Errorf("%s: %d lost, %d twice, %d in the wrong place, %d customers with several threads, %d out of order",
				way, sum.lost, sum.twice, sum.wrong, sum.split, sum.swapped)
		}
	}
}

// TestOneHTTPPostPerMessage: a message costs one post, an answer one send, and neither costs more than a few commits.
func TestOneHTTPPostPerMessage(t *testing.T) {
	t.Parallel()
	const people, each = 5, 6
	runs(t, nil, func(t *testing.T, w *world) {
		people := newTown(w, people)
		after(5 * time.Second)
		began, had := time.Now(), commits(t, w.db)
		polled := w.telegram.Calls()["getUpdates"]
		for n := range each * len(people.people) {
			people.write(n % len(people.people))
			after(3 * time.Second)
		}
		messages := each * len(people.people)
		got := w.tape.counts(began)
		if got["chat.postMessage"] != messages || len(got) != 1 {
			t.Errorf("%d mentions caused the calls %v", messages, got)
		}
		if n := commits(t, w.db) - had; n > 2*messages {
			t.Errorf("%d mentions caused %d commits", messages, n)
		}
		if n := w.telegram.Calls()["getUpdates"] - polled; n > messages+1 {
			t.Errorf("%d mentions took %d polls", messages, n)
		}
		roots := people.roots()
		began, had = time.Now(), commits(t, w.db)
		for n := range each * len(people.people) {
			people.answer(n%len(people.people), roots[n%len(people.people)][0])
			after(3 * time.Second)
		}
		got = w.tape.counts(began)
		if sent := w.telegram.Calls()["sendMessage"]; sent != messages || got["chat.postMessage"] != 0 || got["reactions.add"] > messages {
			t.Errorf("%d answers caused %d sends and the calls %v", messages, sent, got)
		}
		if n := commits(t, w.db) - had; n > 5*messages {
			t.Errorf("%d answers caused %d commits", messages, n)
		}
		people.want(0)
	})
}

// TestEndsShareCommits: the end of a post goes along with what comes in meanwhile, so that on a busy day a message costs
// little more than one commit.
func TestEndsShareCommits(t *testing.T) {
	t.Parallel()
	const people, messages, every = 50, 200, 8 * time.Millisecond
	runs(t, func(w *world) { w.rate, w.burst = 1000, 1000 }, func(t *testing.T, w *world) {
		people := newTown(w, people)
		for n := range people.people {
			people.write(n)
			after(time.Second)
		}
		had := commits(t, w.db)
		for n := range messages {
			people.write(n % len(people.people))
			after(every)
		}
		after(5 * time.Second)
		n := commits(t, w.db) - had
		t.Logf("%d mentions, %v apart, caused %d commits", messages, every, n)
		if n > messages*5/4 {
			t.Errorf("%d mentions caused %d commits", messages, n)
		}
		people.want(0)
	})
}

// TestRateLimit429: three messages a second come in where Slack takes one a second and five at once.
func TestRateLimit429(t *testing.T) {
	for _, senders := range []int{1, 4, 36} {
		t.Run(fmt.Sprint(senders, " customers"), func(t *testing.T) {
			t.Parallel()
			runs(t, nil, func(t *testing.T, w *world) {
				const messages, rate, burst = 36, 1.0, 5
				w.slack.RateLimit(rate, burst)
				people := newTown(w, senders)
				began := time.Now()
				for n := range messages {
					people.write(n % senders)
					after(time.Second / 3)
				}
				after(2 * time.Minute)
				people.want(0)
				posts := len(w.tape.list("chat.postMessage", 200, began))
				limited := len(w.tape.list("chat.postMessage", 429, began))
				took := lastOf(people.arrived()).Sub(began).Seconds()
				ideal := float64(posts-burst) / rate
				t.Logf("%d posts, %d refused, %.1f s where %.1f s is ideal", posts, limited, took, ideal)
				if limited > messages/20 {
					t.Errorf("Slack said 429 %d times", limited)
				}
				if took > 12 && took > 1.03*ideal {
					t.Errorf("took %.1f s, at best it is %.1f s", took, ideal)
				}
				if used := float64(posts) / (burst + rate*took); took > 12 && used < 0.98 {
					t.Errorf("%.3f of the limit was used", used)
				}
			})
		})
	}
}

// TestOutage: Slack is down for a minute while customers go on writing.
func TestOutage(t *testing.T) {
	for _, row := range []struct {
		name  string
		rate  float64
		burst int
	}{{"no limit", 0, 0}, {"one post a second", 1, 5}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			limit := func(w *world) { w.rate, w.burst = row.rate, max(row.burst, 1) }
			runs(t, limit, func(t *testing.T, w *world) { outage(t, w, row.rate, row.burst) })
		})
	}
}

func outage(t *testing.T, w *world, rate float64, burst int) {
	const long = time.Minute
	if rate > 0 {
		w.slack.RateLimit(rate, burst)
	}
	people := newTown(w, 20)
	n := 0
	write := func(d time.Duration) {
		for range int(d / (time.Second / 2)) {
			people.write(n % len(people.people))
			n++
			after(time.Second / 2)
		}
	}
	write(5 * time.Second)
	w.slack.Down(true)
	down := time.Now()
	write(long)
	up := time.Now()
	w.slack.Down(false)
	backlog := n - people.shown()
	var socket time.Duration
	for socket = 0; w.slack.Sockets() == 0 && socket < long; socket += 100 * time.Millisecond {
		after(100 * time.Millisecond)
	}
	write(4 * time.Second)
	after(2 * time.Minute)
	people.want(0)
	refused := w.tape.list("chat.postMessage", 503, down)
	posts := len(w.tape.list("chat.postMessage", 200, up))
	limited := len(w.tape.list("chat.postMessage", 429, down))
	last := time.Time{}
	for s, at := range people.arrived() {
		var who, nth int
		if _, err := fmt.Sscanf(s, "q%03dx%04d", &who, &nth); err == nil && nth*len(people.people)+who < 130 && at.After(last) {
			last = at
		}
	}
	out := last.Sub(up)
	allowed := 2 * time.Second
	if rate > 0 {
		allowed += time.Duration(float64(posts) / rate * float64(time.Second))
	}
	t.Logf("%d waited; refused %d; socket back after %v; backlog out after %v in %d posts (%v allowed), %d times 429", backlog, len(refused), socket, out, posts, allowed, limited)
	if socket > 5*time.Second {
		t.Errorf("the socket was back after %v", socket)
	}
	if len(refused) > int(long/(5*time.Second)) {
		t.Errorf("%d posts were refused in %v", len(refused), long)
	}
	if out > allowed {
		t.Errorf("the backlog was out after %v, it should take %v", out, allowed)
	}
	if limited > posts/20 {
		t.Errorf("Slack said 429 %d times in %d posts", limited, posts)
	}
}

// TestBacklogAcks: thousands of events wait when Slack comes back, and the disk is slow. Slack sends again what is not
// acknowledged within 3 s, so by then all must be.
func TestBacklogAcks(t *testing.T) {
	t.Parallel()
	const people, within = 100, 2900 * time.Millisecond
	events := 5000
	if underRace {
		events = 500
	}
	slow := &slowDisk{lap: 10 * time.Millisecond}
	runs(t, func(w *world) { w.disk = slow.over }, func(t *testing.T, w *world) {
		people := newTown(w, people)
		for i := range people.people {
			people.write(i)
		}
		after(2 * time.Minute)
		roots := people.roots()
		w.slack.Down(true)
		for n := range events {
			i := n % len(people.people)
			people.answer(i, roots[i][0])
			time.Sleep(time.Millisecond)
		}
		after(time.Second)
		had := len(w.slack.Acks())
		w.slack.Down(false)
		for w.slack.Sockets() == 0 {
			after(10 * time.Millisecond)
		}
		heard := time.Now()
		for w.slack.Pending() > 0 && time.Since(heard) < within {
			after(10 * time.Millisecond)
		}
		acks := len(w.slack.Acks()) - had
		t.Logf("%d events acknowledged within %v", acks, time.Since(heard))
		if acks < events {
			t.Errorf("%d of %d events were acknowledged within %v", acks, events, time.Since(heard))
		}
	})
}

// slowDisk makes every commit end at the next lap of a clock: those that wait together share one, as they do on a disk.
type slowDisk struct {
	store.Store
	lap time.Duration
	mu  sync.Mutex
	n   int
}

func (s *slowDisk) over(real store.Store) store.Store {
	s.Store = real
	return s
}

// Update commits at the next lap.
func (s *slowDisk) Update(ctx context.Context, fn func(store.Tx) error) error {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	now := time.Now()
	time.Sleep(now.Truncate(s.lap).Add(s.lap).Sub(now))
	return s.Store.Update(ctx, fn)
}
