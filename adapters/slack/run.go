package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// batch is how many envelopes one Deliver takes at most.
const batch = 256

// recheck is how often we look whether trouble with the channel is over.
const recheck = 30 * time.Second

// Run hears until ctx ends. It returns early, with the reason in plain words, where the tokens or the channel do not
// serve at the start; the same later on is trouble, and Run goes on trying.
func (d *Desk) Run(ctx context.Context, in adapters.DeskInbox) error {
	d.inbox.Store(&inbox{in})
	defer d.base.CloseIdleConnections()
	h, err := d.arrive(ctx)
	if ctx.Err() != nil {
		return nil
	}
	d.told.set(sourceChannel, err)
	if err != nil {
		return fmt.Errorf("slack: %w", err)
	}
	defer d.sweeper.Store(nil)
	d.log.Info("slack: found the desk", "team", h.team, "channel", h.channel, "bot", h.botUser)
	l := d.listener(h, in)
	if err := l.sweep.begin(ctx); err != nil {
		return fmt.Errorf("slack: reading the cursor: %w", err)
	}
	all := newCrew(ctx, d.log)
	for n := range sockets {
		all.run(func(ctx context.Context) { l.keep(ctx, n+1) })
	}
	all.run(l.deliver)
	if l.counter != nil {
		for range viewers {
			all.run(l.counter.run)
		}
		all.run(l.counter.refresh)
	}
	all.run(l.sweep.run)
	all.run(func(ctx context.Context) { d.watch(ctx, l.sweep) })
	all.run(func(ctx context.Context) { d.meet(ctx, h) })
	return all.wait()
}

// crew are goroutines that end together, should one of them panic: the desk is then run anew, and nothing else ends.
type crew struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	log    *slog.Logger
	wg     sync.WaitGroup
}

func newCrew(ctx context.Context, log *slog.Logger) *crew {
	c := &crew{log: log}
	c.ctx, c.cancel = context.WithCancelCause(ctx)
	return c
}

func (c *crew) run(fn func(context.Context)) {
	c.wg.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				c.log.Error("slack: a panic; the desk is run anew", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				c.cancel(fmt.Errorf("slack: panic: %v", p))
			}
		}()
		fn(c.ctx)
	})
}

// wait gives the panic, or nil.
func (c *crew) wait() error {
	c.wg.Wait()
	defer c.cancel(nil)
	if err := context.Cause(c.ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// arrive finds the home, waiting for as long as Slack is out of reach.
func (d *Desk) arrive(ctx context.Context) (*home, error) {
	for wait := backoffLeast; ; wait = min(2*wait, backoffMost) {
		wake := d.pulse.wait()
		h, err := d.where(ctx)
		e, ok := errors.AsType[*adapters.SendError](err)
		if !ok || (e.Reason != conversation.Down && e.Reason != conversation.Lost && e.Reason != conversation.Busy) {
			return h, err
		}
		d.told.set(sourceChannel, err)
		if err := pause(ctx, max(wait, e.After), wake); err != nil {
			return nil, err
		}
	}
}

func (d *Desk) listener(h *home, in adapters.DeskInbox) *listener {
	l := &listener{d: d, home: h, in: in, log: d.log, queue: make(chan envelope, waiting), counter: newCounter(d, h, in)}
	d.counter.Store(l.counter)
	l.dial = &websocket.Dialer{HandshakeTimeout: openTimeout, WriteBufferSize: writeBuffer, Proxy: http.ProxyFromEnvironment}
	if d.base.DialContext != nil {
		l.dial.Proxy, l.dial.NetDialContext = nil, d.base.DialContext
	}
	l.sweep = newSweeper(d, h, in)
	d.sweeper.Store(l.sweep)
	return l
}

// deliver stores what came in and acknowledges it: whatever is in hand goes in one Deliver, so that a backlog costs
// one commit and no ack waits longer than one.
func (l *listener) deliver(ctx context.Context) {
	for {
		var all []envelope
		select {
		case <-ctx.Done():
			return
		case e := <-l.queue:
			all = append(all, e)
		}
		l.sweep.caughtUp(ctx)
		for more := true; more && len(all) < batch; {
			select {
			case e := <-l.queue:
				all = append(all, e)
			default:
				more = false
			}
		}
		if l.store(ctx, all) != nil {
			return
		}
		for _, e := range all {
			if e.ack == nil {
				continue
			}
			if err := e.ack(nil); err != nil {
				l.log.Debug("slack: an acknowledgement was lost; Slack sends the event again", "envelope", string(e.EnvelopeID), "error", err)
			}
		}
	}
}

// store delivers until it succeeds; the error is ctx's.
func (l *listener) store(ctx context.Context, all []envelope) error {
	var heard []adapters.Incoming
	newest := ""
	for _, e := range all {
		got, ts := l.hear(e)
		heard = append(heard, got...)
		if later(ts, newest) {
			newest = ts
		}
	}
	if len(heard) == 0 {
		return nil
	}
	slices.SortStableFunc(heard, func(a, b adapters.Incoming) int { return typed(a).Compare(typed(b)) })
	for wait := deliverPause; ; wait = min(2*wait, deliverPauses) {
		err := l.in.Deliver(ctx, l.sweep.advance(newest), heard...)
		if err == nil {
			return nil
		}
		l.log.Warn("slack: events could not be stored; they are not acknowledged", "events", len(heard), "error", err)
		if err := pause(ctx, wait, nil); err != nil {
			return err
		}
	}
}

// hear is Desk.hear, with a panic turned into something that cannot be read: Slack would send it again, for ever.
func (l *listener) hear(e envelope) (heard []adapters.Incoming, newest string) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("slack: an event cannot be handled", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			heard, newest = l.d.unreadable(e), ""
		}
	}()
	return l.d.hear(l.home, e)
}

// typed is when a person did it, for two sockets keep no order between them.
func typed(in adapters.Incoming) time.Time {
	switch e := in.Event.(type) {
	case conversation.Wrote:
		return e.Written
	case conversation.Rewrote:
		return e.Edited
	case conversation.Unwrote:
		return e.Deleted
	case conversation.Pressed:
		return e.At
	case conversation.CardGone:
		return e.At
	case conversation.Unreadable:
		return e.At
	}
	return time.Time{}
}

// watch looks again while there is trouble with the channel or the token, until it is over. Trouble with the
// channel is a gap like that of closed sockets, for nothing is told to a bot that is not in the channel.
func (d *Desk) watch(ctx context.Context, s *sweeper) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.told.raised:
		}
		deaf := false
		for d.told.any(sourceChannel, sourceCalls) {
			if d.told.any(sourceChannel) && !deaf {
				deaf = true
				s.lost()
			}
			timer := time.NewTimer(recheck)
			select {
			case <-ctx.Done():
			case <-timer.C:
			case <-d.told.raised: // something changed
			}
			timer.Stop()
			if ctx.Err() != nil {
				return
			}
			d.look(ctx)
			if deaf && !d.told.any(sourceChannel) {
				deaf = false
				s.reconnected(true)
			}
		}
	}
}

// look asks Slack whether the desk can be worked at.
func (d *Desk) look(ctx context.Context) {
	before := d.outsiders.Load()
	h, err := d.find(ctx)
	known := d.home.known.Load()
	switch {
	case ctx.Err() != nil:
	case err != nil:
		d.told.set(sourceChannel, err)
	case h.shared:
		d.overheard(h.overheard())
	case known != nil && known.channel != h.channel:
		d.overheard(moved(h))
	case h.fit() != nil:
		d.told.set(sourceChannel, h.fit())
	case !d.outsiders.CompareAndSwap(before, nil): // it was shared while we looked
		d.told.raise()
	default:
		d.told.set(sourceChannel, nil)
		d.told.calm(sourceCalls, func(err error) bool {
			e, ok := errors.AsType[*adapters.SendError](err)
			return ok && (e.Reason == conversation.TokenDead || slices.Contains([]string{"not_in_channel", "channel_not_found", "is_archived"}, code(err)))
		})
		d.pulse.beat()
	}
}
