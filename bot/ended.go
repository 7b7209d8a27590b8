package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

const (
	// lookFirst and lookAgain are how long after an uncertain post Slack is asked for it, and from when on its "no
	// such post" is believed.
	lookFirst, lookAgain = 5 * time.Second, 30 * time.Second
	// patience is how many look-ups of one job may fail before other jobs try whether the network is up. Until then the
	// look-up is the better probe: a post that meets a network that is down is one more whose fate is uncertain.
	patience = 20
	// giveUp is how long an answer to a customer is tried before a person is told that it did not go.
	giveUp = 24 * time.Hour
	// shutOutPause is the time between two tries of a network that does not let us in.
	shutOutPause = 30 * time.Second
)

// ended stores how a job ended and what follows from it.
func (o *outbox) ended(x born, outcome conversation.Outcome, reason conversation.Reason, detail string, pause time.Duration, r conversation.Receipt) error {
	if outcome == conversation.Later {
		send := x.job.Effect.Way() == conversation.Outward
		if !send || time.Since(x.job.At) < giveUp {
			return o.later(x, reason, detail, pause)
		}
		outcome = conversation.Refused
	}
	if outcome == conversation.Maybe && o.b.canSettle(x) {
		return o.uncertain(x, reason, detail)
	}
	return o.final(x, outcome, reason, detail, r)
}

// final takes a job out of its lane.
func (o *outbox) final(x born, outcome conversation.Outcome, reason conversation.Reason, detail string, r conversation.Receipt) error {
	var out []born
	var opened conversation.Place
	g := grants{o: o}
	counts := conversation.Consequential(x.job.Effect, outcome) || len(r.Missing) > 0
	if counts {
		g.ask(o.desk, 1)
	}
	ctx := context.WithoutCancel(o.ctx)
	if x.patient {
		ctx = store.Patient(ctx, breath)
	}
	err := o.b.store.Update(ctx, func(tx store.Tx) error {
		g.begin()
		out, opened = nil, conversation.Place{}
		now := time.Now()
		if err := o.put(tx, x.job, outcome, reason, detail); err != nil {
			return err
		}
		if one, is := x.job.Effect.(conversation.NudgeOne); is {
			var err error
			out, err = o.b.nudged(tx, one.Of, []string{one.To}, true, conversation.Ended{Outcome: outcome, Reason: reason, Detail: detail, Receipt: r, At: now})
			return err
		}
		if all, is := x.job.Effect.(conversation.NudgeAll); is {
			var err error
			out, err = o.b.nudged(tx, all.Of, all.To, false, conversation.Ended{Outcome: outcome, Reason: reason, Detail: detail, Receipt: r, At: now})
			return err
		}
		if d, is := x.job.Effect.(conversation.Digest); is && d.Closing && outcome == conversation.OK {
			var err error
			out, err = enqueuePicture(tx, d, r.Place, now)
			return err
		}
		if !counts || !x.job.Key.Conversation.Customers() {
			return nil
		}
		c, err := tx.Conversation(x.job.Key.Conversation)
		if err != nil {
			return fmt.Errorf("conversation of job %s: %w", x.job.Key, err)
		}
		before := c.Thread
		out, err = o.b.foldOrLeave(tx, c, conversation.Ended{Effect: x.job.Effect, Outcome: outcome, Reason: reason, Detail: detail, Receipt: r, At: now, Limits: o.b.limits(c)}, now, &x.job, &g)
		if before.IsZero() {
			opened = r.Place
		}
		if err != nil || outcome == conversation.OK {
			return err
		}
		return dropSettled(tx, x.job)
	})
	g.end(err == nil)
	if err != nil {
		return fmt.Errorf("store the end of %s: %w", x.job.Key, err)
	}
	o.b.downloads.forget(x.job.Key)
	if _, card := x.job.Effect.(conversation.OpenCard); card && !opened.IsZero() {
		o.b.parked.look()
	}
	o.took(out)
	o.b.rearm()
	return nil
}

// dropSettled forgets the failure of a job for an answer that needs nobody's decision: it is being sent again, or the
// config says to leave it.
func dropSettled(tx store.Tx, j store.Job) error {
	send, is := j.Effect.(conversation.Send)
	if !is {
		return nil
	}
	c, err := tx.Conversation(j.Key.Conversation)
	if err != nil || c.Undecided(send.Answer) {
		return err
	}
	return tx.Drop(j.Key)
}

// put drops a job, or keeps one that a person must decide about.
func (o *outbox) put(tx store.Tx, j store.Job, outcome conversation.Outcome, reason conversation.Reason, detail string) error {
	_, send := j.Effect.(conversation.Send)
	one := !j.Key.Conversation.Customers() && j.Key.Conversation != conversation.DeskID
	stuck := !one && (outcome == conversation.Maybe && send || outcome == conversation.Refused && (send || j.Effect.Way() == conversation.Inward && reason != conversation.Gone))
	if !stuck {
		return tx.Drop(j.Key)
	}
	j.State, j.Reason, j.Detail = store.Refused, reason, detail
	if outcome == conversation.Maybe {
		j.State = store.Maybe
	}
	return tx.Set(j)
}

// later puts a job back, to be tried again.
func (o *outbox) later(x born, reason conversation.Reason, detail string, pause time.Duration) error {
	return o.keep(x, reason, detail, pause, func(j *store.Job) { j.State, j.Started = store.Ready, time.Time{} })
}

// keep leaves a job in its lane for some time. The first time an answer is kept, its mark says so; one that was changed or
// deleted while it was on its way, and is not now, does not leave as it was.
func (o *outbox) keep(x born, reason conversation.Reason, detail string, pause time.Duration, change func(*store.Job)) error {
	var out []born
	err := o.b.store.Update(context.WithoutCancel(o.ctx), func(tx store.Tx) error {
		out = nil
		now := time.Now()
		j := x.job
		j.Reason, j.Detail, j.After = reason, detail, now.Add(pause)
		change(&j)
		if err := tx.Set(j); err != nil {
			return err
		}
		send, is := j.Effect.(conversation.Send)
		if !is {
			return nil
		}
		c, err := tx.Conversation(j.Key.Conversation)
		if err != nil || j.Attempt > 1 && !c.Overtaken(send.Answer) {
			return err
		}
		delayed := conversation.Delayed{Effect: j.Effect, Reason: reason, At: now, Stopped: j.State == store.Ready, Limits: o.b.limits(c)}
		out, err = o.b.foldOrLeave(tx, c, delayed, now, nil, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep %s for later: %w", x.job.Key, err)
	}
	o.took(out)
	o.b.rearm()
	return nil
}

// backoff is how long to wait after a try that failed surely. The gate does the waiting where a whole network is
// down; this is for what concerns one message.
func backoff(attempt int) time.Duration {
	return min(time.Minute, time.Second<<min(6, max(0, attempt-1)))
}

// uncertain keeps a job as doing until the network can tell what became of it.
func (o *outbox) uncertain(x born, reason conversation.Reason, detail string) error {
	pause := lookFirst
	if o.b.mayRepeat(x) { // it is not looked up but done again
		pause = max(pause, backoff(x.job.Attempt))
	}
	return o.keep(x, reason, detail, pause, func(*store.Job) {})
}

// unsettled deals with a job that is doing in the store though nobody is at it: it may have happened. It returns true
// when the job is settled or must wait, false when it may simply be done (again).
func (o *outbox) unsettled(x *born, w *lane) (bool, error) {
	j := &x.job
	if !o.b.canSettle(*x) {
		reason := j.Reason
		if reason == "" {
			reason = conversation.Crashed
		}
		return true, o.final(*x, conversation.Maybe, reason, j.Detail, conversation.Receipt{})
	}
	if o.b.mayRepeat(*x) {
		return false, nil
	}
	if wait := time.Until(j.Tried.Add(lookFirst)); wait > 0 {
		return true, o.postpone(*x, wait)
	}
	at := o.gateOf(x.of, j.Effect)
	priority := -1
	if w.unlucky >= patience { // a look-up that cannot work must not keep others from finding the network up for ever
		priority = last
	}
	if err := at.take(o.ctx, priority); err != nil {
		return false, err
	}
	receipt, found, err := o.b.find(o.hard, *x)
	switch {
	case err != nil:
		how, after := faultEnding(err)
		at.done(how, after)
		if w.unlucky == 0 { // of many in a row the first is told
			o.b.log.Warn("what became of a job cannot be looked up; trying again", "job", j.Key.String(), "effect", kindOf(j.Effect), "err", err)
		}
		if how == wentWell {
			return true, o.postpone(*x, lookAgain)
		}
		w.unlucky++ // the gate says when to ask again
		return true, nil
	case found:
		w.unlucky = 0
		at.done(wentWell, 0)
		return true, o.final(*x, conversation.OK, "", "", receipt)
	}
	w.unlucky = 0
	at.done(wentWell, 0)
	if wait := time.Until(j.Tried.Add(lookAgain)); wait > 0 {
		return true, o.postpone(*x, wait)
	}
	return false, nil
}

// faultEnding tells what the failure of a look-up says about the network.
func faultEnding(err error) (ending, time.Duration) {
	fault, is := errors.AsType[*adapters.SendError](err)
	switch {
	case is && fault.Reason == conversation.Busy:
		return saidWait, fault.After
	case is && !fault.Whole && fault.Reason != conversation.Down && fault.Reason != conversation.Lost:
		return wentWell, 0 // it answers; it does not like this question
	}
	if is {
		return wasDown, rest(fault)
	}
	return wasDown, 0
}

// rest is how long a network is left alone that does not let us in. Only a person can change that: a try now and then
// finds out that it is changed.
func rest(e *adapters.SendError) time.Duration {
	if e.Reason == conversation.TokenDead || e.Reason == conversation.NotAllowed {
		return max(e.After, shutOutPause)
	}
	return e.After
}

// postpone has an unsettled job looked at later.
func (o *outbox) postpone(x born, d time.Duration) error {
	return o.b.store.Update(context.WithoutCancel(o.ctx), func(tx store.Tx) error {
		j, err := tx.Job(x.job.Key)
		if err != nil {
			return err
		}
		now := time.Now()
		if j.Tried.After(now) { // the clock was set back since
			j.Tried = now
		}
		j.After = now.Add(d)
		return tx.Set(j)
	})
}
