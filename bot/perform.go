package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// breath is how long the end of a lane's first call, behind a pause, may wait to be stored, unless it goes along with
// what comes in meanwhile: on a busy day that halves the commits. The lane's next job waits as long. Should a crash come
// in between, a post is looked up, and a mark set again. Messages to customers are noted at once: most networks cannot be
// asked.
const breath = 20 * time.Millisecond

// perform makes the call and stores what came of it; first says that the lane had nothing to do before, or waited at its gate.
func (o *outbox) perform(x born, first bool) {
	o.mu.Lock()
	delete(o.handed, x.job.Key)
	o.mu.Unlock()
	at := o.gateOf(x.of, x.job.Effect)
	ctx := adapters.WithTurn(o.hard, func() error { return at.turn(o.ctx, x.urgency()) })
	_, beside := x.job.Effect.(conversation.Picture) // it may hang, and no call waits for the end of it
	if beside {
		at.giveBack(1)
		ctx = o.hard
	}
	receipt, err := o.b.carrySafely(ctx, &x)
	how, after := wentWell, time.Duration(0)
	outcome, reason, detail := conversation.OK, conversation.Reason(""), ""
	if err != nil {
		fault, is := errors.AsType[*adapters.SendError](err)
		if !is {
			fault = &adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost, Err: err}
		}
		outcome, reason, after, detail = fault.Outcome, fault.Reason, fault.After, causeOf(fault)
		switch {
		case fault.Whole:
			how, after = wasDown, rest(fault)
		case fault.Outcome == conversation.Later && fault.Reason == conversation.Busy:
			how = saidWait
		case fault.Outcome == conversation.Maybe:
			how = wasLost
		}
	}
	if !beside {
		at.done(how, after)
	}
	if o.hard.Err() != nil && outcome != conversation.OK {
		return // broken off: it is doing in the store, and settled at the next start
	}
	o.b.metrics.job(x.job.Effect, outcome)
	if n := x.job.Attempt; err != nil && n&(n-1) == 0 { // the 1st, 2nd, 4th, 8th … try
		o.b.log.Log(context.Background(), level(outcome), "job did not go through", "job", x.job.Key.String(), "effect", kindOf(x.job.Effect),
			"outcome", string(outcome), "reason", string(reason), "attempt", x.job.Attempt, "err", detail)
	}
	x.patient = first && err == nil && x.job.Effect.Way() != conversation.Outward
	pause := max(after, backoff(x.job.Attempt))
	if how == wasDown { // the gate does the waiting
		pause = 0
	}
	o.keepTrying(func() error { return o.ended(x, outcome, reason, detail, pause, receipt) })
}

// keepTrying stores what must be stored. While the disk is full it waits: what was done must not be forgotten.
func (o *outbox) keepTrying(fn func() error) {
	for waited := false; ; waited = true {
		err := fn()
		if err == nil || !errors.Is(err, store.ErrFull) {
			switch {
			case err == nil && waited:
				_ = o.b.storeError(nil)
			case err != nil && o.hard.Err() == nil:
				o.b.broken(err)
			}
			return
		}
		_ = o.b.storeError(err)
		if sleep(o.hard, fullPause, nil) != nil {
			return
		}
	}
}

// fullPause is how long to wait for room on the disk before trying again.
const fullPause = 2 * time.Second

func level(o conversation.Outcome) slog.Level {
	if o == conversation.Later {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

func causeOf(e *adapters.SendError) string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}
