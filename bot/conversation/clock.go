package conversation

import (
	"slices"
	"time"
)

// Clock decides when staff are reminded and who; package nudge implements it. It is pure.
type Clock interface {
	// Deadlines are when the steps of a wait that began at since are due, in order; none = nobody is reminded. They are
	// kept with the conversation, so that what changes in the hours later does not change them.
	Deadlines(since time.Time) []time.Time
	// Warn is when staff must be told that a network lets us answer until then only, what was written at from.
	Warn(from, until time.Time) time.Time
	// OnDuty is who is reminded where no step says it: whoever has the customer, else the group on duty.
	OnDuty(c Conversation) []string
	// AtWork is the first moment from now on at which somebody is at work; zero = never.
	AtWork(now time.Time) time.Time
	// Decide says what is to be done about a conversation at this moment.
	Decide(c Conversation, now time.Time) Decision
}

// Decision is what the clock does about a conversation, and why.
type Decision struct {
	Why Why
	// Steps is how many steps are taken with this, of all there are; Conversation.Step where none is.
	Steps int
	// Thread says that one of them reminds in the thread, of whom it mentions To; Direct lists whom it reminds directly.
	Thread     bool
	To, Direct []string
	// Release: whoever claimed the customer had their time.
	Release bool
	// Next is when to look again; zero = not by the clock.
	Next time.Time
}

// Why is the reason of a decision of the clock.
type Why string

// The reasons.
const (
	StepDue     Why = "due"          // somebody is reminded
	NobodyToAsk Why = "nobody"       // a step is due, and there is nobody whom it names
	NotYet      Why = "not_yet"      // the next step is not due
	OutOfHours  Why = "out_of_hours" // a step is due, and nobody is at work
	Overdue     Why = "overdue"      // a step was due when it could not be told of, and somebody is at work again
	AllTaken    Why = "all_taken"    // there are no more steps
	NoLadder    Why = "no_steps"     // the config names none, or none can be due
	TheirTurn   Why = "answered"     // the customer has the next word
	PutAway     Why = "snoozed"      // until then
	ClosedNow   Why = "done"         // nobody waits
	NotReached  Why = "unreachable"  // no answer could arrive
)

// NudgeKind says what a nudge is about.
type NudgeKind string

// The kinds.
const (
	StillWaits NudgeKind = ""            // the customer waits
	WindowEnds NudgeKind = "window"      // the network lets us answer until Conversation.Window only
	SnoozeOver NudgeKind = "snooze_over" // what was put aside is back
	Promised   NudgeKind = "promised"    // an answer promised something for now
	Handed     NudgeKind = "handed"      // By gave the customer to whom it mentions
)

// Reminder is a nudge that stands in Slack.
type Reminder struct {
	At   Place
	Also []Place
	// Step and Kind are those of the Nudge. With are the other conversations of which it speaks, too: it goes with the last of them.
	Step int
	Kind NudgeKind
	With []ID
}

// waits starts the clock, unless it runs already.
func (f *folding) waits(entry Entry) {
	c := &f.c
	since := f.past(entry.At)
	c.Arrived = f.now
	for i := range c.Open {
		if c.Open[i].Next.IsZero() {
			c.Open[i].Next = since
		}
	}
	switch c.Turn {
	case Waiting:
		return
	case Answered, Done, Snoozed:
	}
	f.keepPromise()
	c.Turn, c.Outcome, c.Snooze = Waiting, "", Snoozing{}
	if c.Since.IsZero() {
		c.Since = since
	} // else nobody has answered what came before it was put aside
	f.restartClock(since)
	f.render()
}

// past is a time a network told, but never later than now: a clock that is wrong somewhere must not keep us from
// being reminded.
func (f *folding) past(at time.Time) time.Time {
	if at.Unix() <= 0 || at.After(f.now) {
		return f.now
	}
	return at
}

// startClock begins a wait.
func (f *folding) startClock(since time.Time) {
	f.c.Since = since
	f.restartClock(since)
}

// restartClock has the ladder begin anew at a moment.
func (f *folding) restartClock(at time.Time) {
	c := &f.c
	c.Step, c.Otherwise, c.Owed, c.OwedBy, c.Deadlines = 0, 0, false, "", f.r.Clock.Deadlines(at)
	f.arm()
}

func (f *folding) stopClock() {
	c := &f.c
	c.Since, c.Step, c.Otherwise, c.Owed, c.OwedBy, c.Uncounted, c.Deadlines, c.Snooze = time.Time{}, 0, 0, false, "", false, nil, Snoozing{}
	f.unnudge()
	f.arm()
}

// arm sets when the clock must look next.
func (f *folding) arm() {
	c := &f.c
	c.Due = time.Time{}
	switch {
	case c.Turn == Snoozed:
		f.dueBy(c.Snooze.Until)
		f.armWindow()
	case c.Turn != Waiting || c.Unreachable != "":
	default:
		if c.Step < len(c.Deadlines) {
			f.dueBy(c.Deadlines[c.Step])
		}
		f.armWindow()
		if c.Owed {
			f.dueBy(f.r.Clock.AtWork(f.now))
		}
	}
}

// dueBy has the clock look at a moment, or before; zero = at none.
func (f *folding) dueBy(t time.Time) {
	if !t.IsZero() && (f.c.Due.IsZero() || t.Before(f.c.Due)) {
		f.c.Due = t
	}
}

// armWindow looks when there is something to tell of the reply window.
func (f *folding) armWindow() {
	c := &f.c
	if !c.Warned && c.Unreachable == "" && c.Window.After(f.now) {
		f.dueBy(c.WarnAt)
	}
	f.dueBy(c.countdown(f.now))
}

// countdown is the next moment at which a card that tells how long the network lets us answer says something else.
func (c *Conversation) countdown(now time.Time) time.Time {
	for _, left := range []time.Duration{12 * time.Hour, 6 * time.Hour, 3 * time.Hour, 2 * time.Hour, time.Hour, 30 * time.Minute, 0} {
		if at := c.Window.Add(-left); !c.Window.IsZero() && at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// opensWindow notes until when the network lets us answer what the customer has just written.
func (f *folding) opensWindow(at, until time.Time) {
	c := &f.c
	switch {
	case until.IsZero() && !c.Window.IsZero():
		c.Window, c.WarnAt, c.Warned = time.Time{}, time.Time{}, false
	case until.After(c.Window):
		c.Window, c.WarnAt, c.Warned = until, f.r.Clock.Warn(at, until), false
	default:
		return
	}
	f.arm()
	f.render()
}

// ticked folds in that the clock reached the time of Wakes.
func (f *folding) ticked(e Ticked) {
	c := &f.c
	if c.Due.IsZero() || c.Due.After(f.now) {
		return
	}
	if c.Turn == Snoozed && !c.Snooze.Until.After(f.now) {
		f.snoozeOver(e.Grouped)
		return
	}
	if c.Turn != Waiting && c.Turn != Snoozed || c.Unreachable != "" {
		f.arm()
		return
	}
	if !c.Window.IsZero() {
		f.render() // it counts down
	}
	d := f.r.Clock.Decide(*c, f.now)
	warn := c.Warns(f.now)
	switch {
	case d.Steps > c.Step:
		f.step(d, e.Grouped || warn, e.Grouped)
	case d.Why == Overdue:
		if !e.Grouped && !warn {
			f.do(Nudge{Step: c.Step, Since: c.Since, To: d.To, By: c.OwedBy})
		}
		c.Owed, c.OwedBy = false, ""
	}
	if warn {
		c.Warned = true
		if !e.Grouped {
			f.do(Nudge{Step: c.Step, Since: c.Since, To: f.r.Clock.OnDuty(*c), Kind: WindowEnds})
		}
	}
	f.arm()
	if !c.Due.After(f.now) { // what is due waits until somebody is at work, but not what the reply window has us tell
		c.Due = time.Time{}
		if d.Next.After(f.now) {
			f.dueBy(d.Next)
		}
		f.armWindow()
	}
}

// Warns says that staff must be told now that the reply window is about to close.
func (c *Conversation) Warns(now time.Time) bool {
	return (c.Turn == Waiting || c.Turn == Snoozed) && c.Unreachable == "" && !c.Warned && !c.WarnAt.IsZero() && !c.WarnAt.After(now) && c.Window.After(now)
}

// owe notes that a reminder could not be given since nobody was at work any more: it is given when somebody is.
func (f *folding) owe(job Nudge) {
	if f.c.wantsNudge(job) {
		f.c.Owed = true
		if f.c.Claimer.ID == "" { // nobody has taken them since
			f.c.OwedBy = job.By
		}
		f.arm()
	}
}

// step takes the steps of a decision. quiet: something else speaks of this customer in the thread or the channel; grouped:
// it is one message about many.
func (f *folding) step(d Decision, quiet, grouped bool) {
	c, tells := &f.c, false // tells: the reminder in the thread tells whose claim is over
	by := c.OwedBy
	c.Step, c.Owed, c.OwedBy = d.Steps, false, ""
	if d.Why == StepDue {
		if d.Thread && !quiet {
			n := Nudge{Step: c.Step, Since: c.Since, To: d.To, By: by}
			if d.Release {
				n.By, tells = c.Claimer.Name, true
			}
			f.do(n)
		}
		if len(d.Direct) > 0 {
			n := Nudge{Step: c.Step, Since: c.Since, To: d.Direct, Direct: true}
			if slices.Equal(d.Direct, []string{c.Claimer.ID}) {
				n.Claimer = c.Claimer.ID
			}
			f.do(n)
		}
		if quiet || !d.Thread {
			f.unnudge()
		}
	}
	if d.Release && c.Claimer.ID != "" {
		if !tells && !(grouped && d.Thread) {
			f.tell(Tell{Notice: Notice{Kind: ClaimReturned, Name: c.Claimer.Name}})
		}
		c.Claimer, c.Claimed = Person{}, time.Time{}
		f.unhand()
	}
	f.render()
}

// unnudge removes the reminders that stand.
func (f *folding) unnudge() {
	for _, r := range f.c.Live {
		f.do(Remove{What: r.At, Also: r.Also, With: r.With})
	}
	f.c.Live = nil
}

// unhand removes what told somebody that a customer is theirs now, once they are somebody else's or were answered.
func (f *folding) unhand() {
	f.c.Live = slices.DeleteFunc(f.c.Live, func(r Reminder) bool {
		if r.Kind != Handed {
			return false
		}
		f.do(Remove{What: r.At, Also: r.Also, With: r.With})
		return true
	})
}

// wantsNudge says that a reminder is about what still is.
func (c *Conversation) wantsNudge(e Nudge) bool {
	if e.Kind == Handed {
		answered := c.Spoke.ID == c.Claimer.ID && c.Spoken.After(c.Claimed)
		return len(e.To) == 1 && c.Claimer.ID == e.To[0] && c.Turn != Done && !answered
	}
	if e.Claimer != "" && c.Claimer.ID != "" && c.Claimer.ID != e.Claimer { // somebody else has them now
		return false
	}
	if e.Kind == WindowEnds { // whatever step comes meanwhile
		return (c.Turn == Waiting || c.Turn == Snoozed) && c.Unreachable == "" && c.Since.Equal(e.Since)
	}
	return c.Turn == Waiting && c.Unreachable == "" && c.Step == e.Step && c.Since.Equal(e.Since)
}

// nudged remembers where a reminder stands. One that came too late goes at once, and so do those before it.
func (f *folding) nudged(job Nudge, e Ended) {
	c := &f.c
	if (e.Outcome == Refused || e.Outcome == Maybe) && c.wantsNudge(job) {
		f.otherwise(job, e)
		return
	}
	if e.Outcome != OK || e.Receipt.Place.IsZero() {
		return
	}
	stands := Reminder{At: e.Receipt.Place, Also: e.Receipt.Also, Step: job.Step, Kind: job.Kind, With: job.With}
	if !c.wantsNudge(job) {
		f.do(Remove{What: stands.At, Also: stands.Also, With: stands.With})
		return
	}
	older := func(r Reminder) bool { return r.Step < job.Step || r.At.Channel == stands.At.Channel }
	for _, r := range c.Live {
		if older(r) {
			f.do(Remove{What: r.At, Also: r.Also, With: r.With})
		}
	}
	c.Live = append(slices.DeleteFunc(c.Live, older), stands)
}

// otherwise reminds in another way than one that failed: in the thread of what nobody may have got directly, directly of
// what Slack does not take in the thread. Where the other way fails, too, the digest is left.
func (f *folding) otherwise(job Nudge, e Ended) {
	c := &f.c
	switch {
	case job.Direct && job.Kind == StillWaits && c.Otherwise == job.Step: // one of several people: it was told of another
		return
	case !job.Direct:
		if to := f.r.Clock.OnDuty(*c); len(to) > 0 && job.Kind != Handed && !job.Instead {
			f.do(Nudge{Step: job.Step, Since: job.Since, To: to, Direct: true, Kind: job.Kind, Instead: true})
		}
		return
	case e.Outcome == Refused:
		f.tell(Tell{Notice: Notice{Kind: NotReminded, Reason: e.Reason, Detail: e.Detail}})
	}
	if job.Kind == StillWaits {
		c.Otherwise = job.Step
	}
	if !job.Instead && !slices.ContainsFunc(c.Live, func(r Reminder) bool { return r.Step == job.Step }) {
		again := Nudge{Step: job.Step, Since: job.Since, Kind: job.Kind, Instead: true}
		if e.Outcome == Maybe {
			again.To = job.To
		}
		f.do(again)
	}
}

// reached folds in that the customer can be reached, or not any more.
func (f *folding) reached(e Reached) {
	c := &f.c
	if c.Unreachable == e.Why {
		return
	}
	if e.Why != "" {
		c.Unreachable = e.Why
		f.unnudge()
		f.arm()
		f.tell(Tell{Notice: Notice{Kind: CannotReach, Reason: e.Why}})
	} else {
		f.canReach()
		f.tell(Tell{Notice: Notice{Kind: CanReachAgain}})
	}
	f.render()
}

// canReach lets the clock go on.
func (f *folding) canReach() {
	f.c.Unreachable = ""
	f.arm()
}
