package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// parked looks after events of the desk that wait: for the post that opened their thread to return, or for Slack to
// say who did it. The events are in the store; memory holds only how many wait for each thread.
type parked struct {
	b    *Bot
	wake chan struct{}

	mu     sync.Mutex
	counts map[conversation.Place]int
}

const (
	// threadWait is how long an event may wait for its thread. Longer, and it belongs to people talking in the desk
	// channel about something else.
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

// look has the parked events looked at.
func (p *parked) look() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run looks whenever something changed, and while something waits.
func (p *parked) run(ctx context.Context) {
	for {
		left, err := p.work(ctx)
		if err != nil && ctx.Err() == nil {
			p.b.broken(err)
			return
		}
		var again <-chan time.Time
		if left {
			t := time.NewTimer(askAgain)
			defer t.Stop()
			again = t.C
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-again:
		}
	}
}

// work handles what can be handled, in order of arrival within each thread, and says whether something is left.
func (p *parked) work(ctx context.Context) (bool, error) {
	all, err := p.list(ctx)
	if err != nil {
		return false, err
	}
	behind := map[conversation.Place]bool{}
	deaf := false
	for _, e := range all {
		if behind[e.Thread] {
			continue
		}
		who, known := p.b.personOf(e)
		if !known && !deaf {
			var err error
			if who, err = p.b.desk.Who(ctx, e.By); err != nil {
				p.b.log.Warn("slack cannot say who somebody is; their message waits", "user", e.By, "err", err)
				deaf = true
			}
			who, known = p.b.named(who), err == nil
		}
		if !known {
			behind[e.Thread] = true
			continue
		}
		done, err := p.one(ctx, e, who)
		if err != nil {
			return false, err
		}
		if !done {
			behind[e.Thread] = true
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.counts) > 0, nil
}

// one folds a parked event and removes it, in one transaction.
func (p *parked) one(ctx context.Context, e store.Parked, who conversation.Person) (bool, error) {
	g := grants{o: p.b.outbox}
	for _, a := range p.b.outbox.out {
		g.ask(a, 1)
	}
	var out []born
	done := false
	err := p.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		now := time.Now()
		var err error
		out, err = p.b.foldStaff(tx, e, who, now, &g)
		if errors.Is(err, errNoThread) {
			if done = now.Sub(e.At) > threadWait; !done {
				return nil
			}
			err = nil
		}
		if err != nil {
			return err
		}
		done = true
		return tx.Unpark(e.Seq)
	})
	g.end(err == nil)
	if err != nil {
		return false, err
	}
	if done {
		p.sub([]conversation.Place{e.Thread})
	}
	p.b.outbox.took(out)
	p.b.rearm()
	return done, nil
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
