package bot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// parked looks after events of the desk that wait: for the post that opened their thread to return, or for Slack to
// say who did it. The events are in the store; memory holds only how many wait for each thread.
type parked struct {
	b    *Bot
	wake chan struct{}

	// asks is when Slack may be asked again who somebody is, said that it could not be. Only run reads and writes them.
	asks time.Time
	said bool

	mu     sync.Mutex
	counts map[conversation.Place]int
	quiet  chan struct{} // closed when no backlog is being stored; nil = there was none
}

const (
	// threadWait is how long an event may wait for its thread. Longer, and it belongs to people talking in the desk
	// channel about something else; unless the post of some card is uncertain, for then it may be that card's.
	threadWait = 10 * time.Minute
	// askAgain is how soon Slack is asked again who somebody is when it did not answer.
	askAgain = 3 * time.Second
)

func newParked(b *Bot) *parked {
	return &parked{b: b, wake: make(chan struct{}, 1), counts: map[conversation.Place]int{}}
}

// waits says that something of this thread is parked, so that what comes later must wait behind it.
func (p *parked) waits(thread conversation.Place) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[thread] > 0
}

// add counts an event, in the transaction that parks it, so that whatever comes later in its thread sees it.
func (p *parked) add(thread conversation.Place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[thread]++
}

// sub takes back the counts of events that are parked no more, or whose transaction did not hold.
func (p *parked) sub(threads []conversation.Place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, thread := range threads {
		if p.counts[thread]--; p.counts[thread] <= 0 {
			delete(p.counts, thread)
		}
	}
}

// start counts what an earlier life left behind.
func (p *parked) start(ctx context.Context) error {
	all, err := p.list(ctx)
	for _, e := range all {
		p.add(e.Thread)
	}
	p.look()
	return err
}

// wait has the parked events wait while a backlog is being stored, which is more urgent; the function it gives ends that.
func (p *parked) wait() (end func()) {
	quiet := make(chan struct{})
	p.mu.Lock()
	p.quiet = quiet
	p.mu.Unlock()
	return func() { close(quiet) }
}

// look has the parked events looked at.
func (p *parked) look() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run looks whenever something changed, and while something waits.
func (p *parked) run(ctx context.Context) {
	failed := false
	for {
		left, err := p.work(ctx)
		if err != nil || failed { // looking at nothing says nothing about the disk
			err = p.b.storeError(err)
			failed = err != nil
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrFull) {
			p.b.broken(err)
			return
		}
		wait := time.Duration(math.MaxInt64)
		if left || err != nil {
			wait = askAgain
		}
		if sleep(ctx, wait, p.wake) != nil {
			return
		}
	}
}

// work handles what can be handled, in order of arrival within each thread, and says whether something is left.
func (p *parked) work(ctx context.Context) (bool, error) {
	all, err := p.list(ctx)
	if err != nil {
		return false, err
	}
	behind, nameless := map[conversation.Place]bool{}, map[conversation.Place]bool{}
	var batch []attributed
	for _, e := range all {
		if len(batch) == atOnce {
			if err := p.fold(ctx, batch, behind); err != nil {
				return false, err
			}
			batch = nil
		}
		who, known := p.b.personOf(e)
		if !behind[e.Thread] && !known && !time.Now().Before(p.asks) {
			who, known = p.ask(ctx, e.By)
		}
		switch {
		case nameless[e.Thread], !behind[e.Thread] && !known:
			behind[e.Thread], nameless[e.Thread] = true, true
			if err := p.explain(ctx, e); err != nil {
				return false, err
			}
		case !behind[e.Thread]:
			batch = append(batch, attributed{e, who})
		}
	}
	if err := p.fold(ctx, batch, behind); err != nil {
		return false, err
	}
	p.said = len(nameless) > 0
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.counts) > 0, nil
}

// attributed is a parked event of which it is known who caused it.
type attributed struct {
	store.Parked
	who conversation.Person
}

// fold handles events in one transaction or, where one of them must wait or cannot be handled, each in its own. It
// notes the threads in which something is left.
func (p *parked) fold(ctx context.Context, batch []attributed, behind map[conversation.Place]bool) error {
	p.mu.Lock()
	quiet := p.quiet
	p.mu.Unlock()
	if quiet != nil {
		select {
		case <-quiet:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if len(batch) > 1 && p.together(ctx, batch) {
		return nil
	}
	for _, e := range batch {
		if behind[e.Thread] {
			continue
		}
		done, err := p.one(ctx, e.Parked, e.who)
		if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrFull) && !errors.Is(err, store.ErrFailed) {
			p.b.log.Error("what staff did cannot be handled; it is shown as unreadable", "event", e.ID, "err", err, stackOf(err))
			done, err = p.giveUp(ctx, e.Parked)
		}
		if err != nil {
			return err
		}
		if !done {
			behind[e.Thread] = true
		}
	}
	return nil
}

// together folds events in one transaction; false where that cannot be, and then nothing has changed.
func (p *parked) together(ctx context.Context, batch []attributed) bool {
	g := grants{o: p.b.outbox}
	for _, a := range p.b.outbox.out {
		g.ask(a, min(len(batch), 4))
	}
	var out []born
	err := p.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out = nil
		now := time.Now()
		for _, e := range batch {
			if err := p.fate(tx, e.Parked, now); err != nil {
				return err
			}
			jobs, err := p.hear(tx, e.Parked, e.who, now, &g)
			if err != nil {
				return err
			}
			out = append(out, jobs...)
			if err := tx.Unpark(e.Seq); err != nil {
				return err
			}
		}
		return nil
	})
	g.end(err == nil)
	if err != nil {
		return false
	}
	for _, e := range batch {
		p.sub([]conversation.Place{e.Thread})
	}
	p.b.outbox.took(out)
	p.b.rearm()
	return true
}

// hear folds an event, unless it is a message that was changed or deleted before its turn came.
func (p *parked) hear(tx store.Tx, e store.Parked, who conversation.Person, now time.Time, g *grants) ([]born, error) {
	if _, is := e.Event.(conversation.Wrote); is {
		if first, err := tx.Saw(deskName, dropped+e.ID, now); err != nil || !first {
			return nil, err
		}
	}
	return p.b.foldStaff(tx, e, who, now, g)
}

// errWait says that the thread of a parked event may still turn out to be one of ours.
var errWait = errors.New("the thread is not known yet")

// fate is nil where the thread of a parked event is known, errNoThread where it is none of ours, errWait where nobody
// can tell yet.
func (p *parked) fate(tx store.Tx, e store.Parked, now time.Time) error {
	_, err := tx.ByThread(e.Thread)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if now.Sub(e.At) <= threadWait {
		return errWait
	}
	for l, err := range tx.Lanes() {
		if err != nil {
			return err
		}
		if l.Way != conversation.Inward {
			continue
		}
		x, err := head(tx, l)
		if err != nil {
			return err
		}
		if _, card := x.job.Effect.(conversation.OpenCard); card && x.job.State == store.Doing {
			return errWait
		}
	}
	return errNoThread
}

// giveUp tells the desk of an event that cannot be handled, and removes it.
func (p *parked) giveUp(ctx context.Context, e store.Parked) (bool, error) {
	var out []born
	err := p.b.store.Update(ctx, func(tx store.Tx) (err error) {
		now := time.Now()
		if err := tx.KeepRaw(deskName, e.ID, asRaw(adapters.Incoming{ID: e.ID, Thread: e.Thread, By: e.By, Event: e.Event})); err != nil {
			return err
		}
		if out, err = p.b.atDesk(tx, deskName, conversation.Unreadable{At: now, What: gist(e.Event)}, now); err != nil {
			return err
		}
		return tx.Unpark(e.Seq)
	})
	if err != nil {
		return false, fmt.Errorf("give up event %s: %w", e.ID, err)
	}
	p.sub([]conversation.Place{e.Thread})
	p.b.outbox.took(out)
	return true, nil
}

// one folds a parked event and removes it, in one transaction. Nothing is written while it must wait.
func (p *parked) one(ctx context.Context, e store.Parked, who conversation.Person) (bool, error) {
	err := p.b.store.View(ctx, func(tx store.Tx) error { return p.fate(tx, e, time.Now()) })
	if errors.Is(err, errWait) {
		return false, nil
	}
	if err != nil && !errors.Is(err, errNoThread) {
		return false, err
	}
	g := grants{o: p.b.outbox}
	for _, a := range p.b.outbox.out {
		g.ask(a, 1)
	}
	var out []born
	err = p.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out = nil
		now := time.Now()
		err := p.fate(tx, e, now)
		if err == nil {
			out, err = p.hear(tx, e, who, now, &g)
		}
		if err != nil && !errors.Is(err, errNoThread) {
			return err
		}
		return tx.Unpark(e.Seq)
	})
	g.end(err == nil)
	if errors.Is(err, errWait) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	p.sub([]conversation.Place{e.Thread})
	p.b.outbox.took(out)
	p.b.rearm()
	return true, nil
}

func (p *parked) list(ctx context.Context) ([]store.Parked, error) {
	var all []store.Parked
	err := p.b.store.View(ctx, func(tx store.Tx) error {
		all = all[:0]
		for e, err := range tx.Parked() {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	return all, err
}
