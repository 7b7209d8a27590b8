package bot

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// gate lets calls to one network (or into one Slack channel) through at the pace the network allows. Whoever waits is
// let through by priority, then in order of arrival; since a conversation waits with one job at a time, a noisy
// customer cannot push others back.
//
// While the network is down the gate lets one call through every few seconds, and everybody else as soon as one of
// them succeeds, or when somebody who knows says that the network is back. Where the network can be pinged nobody is let
// through as long as it does not answer, and neither behind a call of which nobody knows what became: each further one
// might end like it.
type gate struct {
	rate  float64 // calls a second; 0 = no limit
	burst float64
	most  int // calls under way at once
	// ping asks the network for something harmless, which takes a while; it calls then, from another goroutine. Nil = it
	// cannot be asked.
	ping func(then func(how ending, after time.Duration))

	mu       sync.Mutex
	tokens   float64
	counted  time.Time // when tokens was right
	blocked  time.Time // the network asked us to wait: nobody is let through before
	down     bool
	doubted  bool // nobody knows what became of the last call; see ping
	pinging  bool
	probe    time.Time // while it is down: when the next call may try
	underway int
	waiting  waiters
	arrivals uint64
	timer    *time.Timer
}

const (
	// probeEvery is how often a network that is down is tried.
	probeEvery = 5 * time.Second
	// mostUnderway bounds the calls to one network at the same time.
	mostUnderway = 64
)

func newGate(rate float64, burst int) *gate {
	return &gate{rate: rate, burst: float64(max(1, burst)), tokens: float64(max(1, burst)), most: mostUnderway, counted: time.Now()}
}

// waiter is somebody in the queue of a gate.
type waiter struct {
	priority int
	arrival  uint64
	let      func() // called once, with the gate locked
	index    int    // in the heap; -1 = let through
}

type waiters []*waiter

func (w waiters) Len() int { return len(w) }
func (w waiters) Less(i, j int) bool {
	if w[i].priority != w[j].priority {
		return w[i].priority < w[j].priority
	}
	return w[i].arrival < w[j].arrival
}
func (w waiters) Swap(i, j int) { w[i], w[j] = w[j], w[i]; w[i].index, w[j].index = i, j }
func (w *waiters) Push(x any)   { x.(*waiter).index = len(*w); *w = append(*w, x.(*waiter)) }
func (w *waiters) Pop() any {
	old := *w
	x := old[len(old)-1]
	x.index, *w = -1, old[:len(old)-1]
	return x
}

// reserve lets up to n calls through at once, if nobody waits, and says how many. Each must be followed by done or
// giveBack.
func (g *gate) reserve(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	got := 0
	for got < n && len(g.waiting) == 0 && !g.pingFirst() && g.free(time.Now()) == 0 {
		g.use()
		got++
	}
	return got
}

// giveBack returns what reserve gave and nobody used.
func (g *gate) giveBack(n int) {
	if n == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underway -= n
	g.tokens = min(g.burst, g.tokens+float64(n))
	g.dispatch()
}

// take waits until a call may begin. Low priorities go first. A nil error must be followed by done.
func (g *gate) take(ctx context.Context, priority int) error {
	g.mu.Lock()
	let := make(chan struct{})
	w := g.enter(priority, func() { close(let) })
	g.dispatch()
	g.mu.Unlock()
	select {
	case <-let:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.index >= 0 {
		heap.Remove(&g.waiting, w.index)
		return ctx.Err()
	}
	g.underway-- // let through in the same moment: pass it on
	g.tokens = min(g.burst, g.tokens+1)
	g.dispatch()
	return ctx.Err()
}

// turn is take for a further call of a job that was let through already: behind those who wait, or one long message would
// have the network to itself. The done of the job ends this call as well, whatever the error.
func (g *gate) turn(ctx context.Context, priority int) error {
	g.mu.Lock()
	g.underway-- // it is none while it waits
	g.dispatch()
	g.mu.Unlock()
	err := g.take(ctx, priority)
	if err != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.underway++
	}
	return err
}

// ask lets a call through at once and says true, or says false and calls let when it may begin. Let must not block and
// not come back to the gate. A call that was let through must be followed by done or giveBack.
func (g *gate) ask(priority int, let func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 && !g.pingFirst() && g.free(time.Now()) == 0 {
		g.use()
		return true
	}
	g.enter(priority, let)
	g.dispatch()
	return false
}

// enter puts somebody in the queue.
func (g *gate) enter(priority int, let func()) *waiter {
	w := &waiter{priority: priority, arrival: g.arrivals, let: let}
	g.arrivals++
	heap.Push(&g.waiting, w)
	return w
}

// ending is what a call says about its network.
type ending int

const (
	wentWell ending = iota // the network works
	saidWait               // the network asked us to wait
	wasDown                // the network cannot be used at all
	wasLost                // the network may work or not: what became of the call is not known
)

// done ends a call. After is how long the network asked us to wait; it may come with any ending.
func (g *gate) done(how ending, after time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underway--
	g.ended(how, after)
	g.dispatch()
}

// ended notes what a call or a ping says about the network.
func (g *gate) ended(how ending, after time.Duration) {
	now := time.Now()
	switch how {
	case wentWell:
		g.open()
	case wasLost:
		if g.ping == nil {
			g.open()
			break
		}
		g.doubted = true
	case saidWait:
		g.refill(now)
		g.tokens = min(g.tokens, 1)
		g.blocked = later(g.blocked, now.Add(max(after, time.Second)))
	case wasDown:
		g.down = true
		g.probe = later(g.probe, now.Add(max(after, probeEvery)))
	}
}

// up says that the network works again.
func (g *gate) up() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open()
	g.dispatch()
}

func (g *gate) open() { g.down, g.doubted, g.probe = false, false, time.Time{} }

// pingFirst says that nobody is let through before the network has answered a ping.
func (g *gate) pingFirst() bool { return g.ping != nil && (g.down || g.doubted) }

// startPing asks the network whether it answers.
func (g *gate) startPing() {
	g.pinging = true
	g.ping(func(how ending, after time.Duration) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pinging = false
		if how == saidWait { // it answers
			g.open()
			g.ended(how, after)
		} else if g.pingFirst() { // or else a call has told us meanwhile
			g.ended(how, after)
		}
		g.dispatch()
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (g *gate) isDown() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.down
}

// isShut says that nobody is let through before the network is known to work again.
func (g *gate) isShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.down || g.doubted
}

// doubt says that the network may not work, as far as somebody knows who makes no calls through the gate.
func (g *gate) doubt() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doubted = g.ping != nil
}

// free says how long the next call must wait: 0 = not at all, negative = until another call ends.
func (g *gate) free(now time.Time) time.Duration {
	switch {
	case g.pingFirst() && g.pinging, g.down && g.ping == nil && g.underway > 0, g.underway >= g.most:
		return -1
	case now.Before(g.blocked):
		return g.blocked.Sub(now)
	case now.Before(g.probe):
		return g.probe.Sub(now)
	case g.rate <= 0:
		return 0
	}
	g.refill(now)
	if g.tokens >= 1 {
		return 0
	}
	return max(time.Millisecond, time.Duration((1-g.tokens)/g.pace()*float64(time.Second)))
}

// pace is a hair slower than what the network allows, so that a call that arrives sooner than its predecessor did is
// not too early.
func (g *gate) pace() float64 { return g.rate * 0.99 }

func (g *gate) refill(now time.Time) {
	if g.rate > 0 {
		g.tokens = min(g.burst, g.tokens+max(0, now.Sub(g.counted).Seconds())*g.pace())
	}
	g.counted = now
}

func (g *gate) use() {
	g.underway++
	if g.rate > 0 {
		g.tokens--
	}
}

// dispatch lets through whoever may go now and sets the timer for the next.
func (g *gate) dispatch() {
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
	now := time.Now()
	for len(g.waiting) > 0 {
		wait := g.free(now)
		if wait == 0 && g.pingFirst() {
			g.startPing()
			return
		}
		if wait < 0 {
			return
		}
		if wait > 0 {
			g.timer = time.AfterFunc(wait, func() {
				g.mu.Lock()
				defer g.mu.Unlock()
				g.dispatch()
			})
			return
		}
		w := heap.Pop(&g.waiting).(*waiter)
		g.use()
		w.let()
	}
}

// length is how many calls wait.
func (g *gate) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}
