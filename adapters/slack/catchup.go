package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Times of catching up.
const (
	overlap      = 5 * time.Minute     // read again before the cursor: clocks differ, events come out of order
	window       = 14 * 24 * time.Hour // of the channel's history; older threads are asked of the store
	oldThreads   = 500                 // at most
	partialPause = time.Minute         // between sweeps for one socket of two that came back
	liveWait     = 1500 * time.Millisecond
	sweepMost    = 30 * time.Second // back-off of a sweep that fails

	// Tier 3 of Slack's rate limits is 50 calls a minute and method; a few more at once are borne.
	tier3Burst = 20
	tier3Every = 1200 * time.Millisecond
)

// sweeper finds what was typed while no socket was open. A gap opens when the last socket closes (and at the start);
// while it is open the cursor stays where it is, and the sweep that follows the next hello closes it: what came after
// the hello was heard live, what came before it is in the history. Buttons cannot be caught up: Slack keeps no record
// of them. Neither are reactions on cards: the history says that they are there, but not since when, so that an old one
// would claim or close again what somebody else has by now. Slack itself sends again what was made in the last minutes.
type sweeper struct {
	d    *Desk
	home *home
	in   adapters.DeskInbox
	work chan struct{} // one waiting request

	mu    sync.Mutex
	at    string // the cursor: the timestamp up to which all is stored
	open  bool
	shut  chan struct{} // closed when the gap is
	until time.Time     // how long what comes in live waits for that
	gap   int           // counts the gaps
	swept time.Time
	since time.Time // when hearing began; zero = nothing is heard

	history, replies pacer
}

func newSweeper(d *Desk, h *home, in adapters.DeskInbox) *sweeper {
	return &sweeper{d: d, home: h, in: in, work: make(chan struct{}, 1), open: true, shut: make(chan struct{})}
}

// begin reads the cursor. At the very first start there is nothing to catch up.
func (s *sweeper) begin(ctx context.Context) error {
	at, err := s.in.Cursor(ctx)
	if err != nil {
		return err
	}
	if timeOf(at).IsZero() {
		at = stamp(time.Now())
		if err := s.in.Deliver(ctx, at); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = at
	return nil
}

// lost: nothing can be heard from now on.
func (s *sweeper) lost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open {
		s.open, s.shut = true, make(chan struct{})
	}
	s.gap++
	s.since = time.Time{}
}

// hearing is since when nothing was missed.
func (s *sweeper) hearing() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since
}

// caught says that there is no gap.
func (s *sweeper) caught() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.open
}

// behind is since when something may have been typed that was not handed on; zero = since never.
func (s *sweeper) behind() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open {
		return time.Time{}
	}
	return timeOf(s.at).Add(-overlap)
}

// caughtUp lets what comes in live wait for what was typed before it, while we could not hear: for a moment only, since
// Slack wants its acknowledgement within three seconds.
func (s *sweeper) caughtUp(ctx context.Context) {
	s.mu.Lock()
	shut, wait := s.shut, time.Until(s.until)
	if !s.open {
		wait = 0
	}
	s.mu.Unlock()
	if wait > 0 {
		_ = pause(ctx, wait, shut)
	}
}

// reconnected asks for a sweep. whole: no other socket was open meanwhile.
func (s *sweeper) reconnected(whole bool) {
	s.mu.Lock()
	skip := !whole && !s.open && time.Since(s.swept) < partialPause
	if whole && s.open {
		s.until = time.Now().Add(liveWait)
	}
	if s.since.IsZero() {
		s.since = time.Now()
	}
	s.mu.Unlock()
	if skip {
		return
	}
	select {
	case s.work <- struct{}{}:
	default:
	}
}

// advance gives the cursor to store with live events, the newest of which is given; "" = it stays.
func (s *sweeper) advance(newest string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open || newest == "" || later(s.at, newest) {
		return ""
	}
	s.at = newest
	return newest
}

// run sweeps at each request until ctx ends.
func (s *sweeper) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.work:
		}
		for wait := time.Second; ; wait = min(2*wait, sweepMost) {
			wake := s.d.pulse.wait()
			err := s.sweep(ctx)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			s.d.log.Warn("slack: catching up failed; trying again", "error", err, "wait", wait)
			if pause(ctx, wait, wake) != nil {
				return
			}
		}
	}
}

// sweep looks through the channel's history and, for older conversations, through their threads.
func (s *sweeper) sweep(ctx context.Context) error {
	s.mu.Lock()
	gap, at := s.gap, s.at
	s.mu.Unlock()
	began := time.Now()
	from := timeOf(at).Add(-overlap)
	newest := at
	see := func(ts string) {
		if later(ts, newest) {
			newest = ts
		}
	}
	err := s.page(ctx, &s.history, "", stamp(began.Add(-window)), func(roots []message) error {
		return s.roots(ctx, roots, from, see)
	})
	if err != nil {
		return err
	}
	old, err := s.in.Threads(ctx, began.Add(-window), oldThreads)
	if err != nil {
		return err
	}
	if len(old) == oldThreads {
		s.d.log.Warn("slack: of the threads older than two weeks only the newest were looked through for answers typed while webcare was down", "threads", oldThreads)
	}
	for _, root := range old {
		if root.Channel != s.home.channel {
			continue
		}
		if err := s.thread(ctx, root.TS, from, see); err != nil {
			return err
		}
	}
	return s.close(ctx, gap, newest, began)
}

// close stores the cursor, and closes the gap unless another one opened meanwhile.
func (s *sweeper) close(ctx context.Context, gap int, newest string, began time.Time) error {
	s.mu.Lock()
	if later(s.at, newest) {
		newest = s.at
	}
	closed := gap == s.gap
	if closed {
		if s.open {
			close(s.shut)
		}
		s.open, s.at, s.swept = false, newest, began
	}
	s.mu.Unlock()
	if !closed {
		return nil
	}
	return s.in.Deliver(ctx, newest)
}

// roots looks at one page of the history.
func (s *sweeper) roots(ctx context.Context, roots []message, from time.Time, see func(string)) error {
	var heard []adapters.Incoming
	var changed []string
	for _, m := range roots {
		if timeOf(string(m.TS)).After(from) {
			if in, ok := s.d.found(s.home, m, s.d.people.name); ok { // "also send to channel"
				heard = append(heard, in)
			}
			see(string(m.TS))
		}
		if m.Subtype == "tombstone" && isRoot(m, string(m.TS)) {
			heard = append(heard, s.home.gone(string(m.TS)))
		}
		if timeOf(string(m.LatestReply)).After(from) {
			changed = append(changed, string(m.TS))
		}
	}
	if err := s.deliver(ctx, heard); err != nil {
		return err
	}
	for _, ts := range changed {
		if err := s.thread(ctx, ts, from, see); err != nil {
			return err
		}
	}
	return nil
}

// thread reads the newer replies of one thread. One that is gone is told as such.
func (s *sweeper) thread(ctx context.Context, root string, from time.Time, see func(string)) error {
	err := s.page(ctx, &s.replies, root, stamp(from), func(all []message) error {
		var heard []adapters.Incoming
		for _, m := range all {
			if string(m.TS) == root && m.Subtype == "tombstone" {
				heard = append(heard, s.home.gone(root))
			}
			if string(m.TS) == root || !timeOf(string(m.TS)).After(from) {
				continue
			}
			see(string(m.TS))
			if in, ok := s.d.found(s.home, m, s.d.people.name); ok {
				heard = append(heard, in)
			}
		}
		markFound(heard)
		return s.deliver(ctx, heard)
	})
	if c := code(err); c == "thread_not_found" || c == "message_not_found" {
		return s.deliver(ctx, []adapters.Incoming{s.home.gone(root)})
	}
	return err
}

func (s *sweeper) deliver(ctx context.Context, heard []adapters.Incoming) error {
	if len(heard) == 0 {
		return nil
	}
	return s.in.Deliver(ctx, "", heard...)
}

// page reads messages at the pace that Slack allows.
func (s *sweeper) page(ctx context.Context, p *pacer, thread, oldest string, each func([]message) error) error {
	return s.d.messages(ctx, s.home.channel, thread, oldest, p.wait, each)
}

// pacer is a token bucket of Tier 3.
type pacer struct {
	free time.Time // when the bucket will be full
}

func (p *pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(tier3Every)
	return pause(ctx, p.free.Sub(now)-tier3Burst*tier3Every, nil)
}

// patient repeats a reading call for as long as Slack asks us to wait.
func patient(ctx context.Context, call func() error) error {
	for {
		err := call()
		e, ok := errors.AsType[*adapters.SendError](err)
		if !ok || e.Reason != conversation.Busy {
			return err
		}
		if pause(ctx, max(e.After, busyPause), nil) != nil {
			return err
		}
	}
}

// markFound says of what was typed in threads that it was read there, in order.
func markFound(all []adapters.Incoming) {
	for i, in := range all {
		if wrote, is := in.Event.(conversation.Wrote); is {
			wrote.Found = true
			all[i].Event = wrote
		}
	}
}
