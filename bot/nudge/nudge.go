// Package nudge decides when staff are reminded of a customer who waits, and who is reminded. It is pure: no clock, no
// input or output. A decision is a function of the conversation, the ladder and the hours, so it is made again, and the
// same, after every restart.
//
// A deadline lies in service hours and on a whole minute, so that what is due to one person together is one message. It
// is kept with the conversation. What could not be told at its deadline, since nothing ran then, is told once and as one,
// by the highest step that is due; and where nobody is at work any more, when the desk opens.
package nudge

import (
	"slices"
	"strings"
	"time"

	"webcare/bot/conversation"
)

// Ladder is what the config says about reminding. The zero Ladder reminds nobody.
type Ladder struct {
	// Duty is the Slack user group on duty, Lead the person who leads the team; empty = not set.
	Duty, Lead string
	Steps      []Step
}

// Step is one rung.
type Step struct {
	// After is counted from the oldest unanswered message, in service hours.
	After time.Duration
	// To lists who is reached: "claimer", "duty" or "lead"; "a|b" is the first of them that exists.
	To []string
	// Direct: by direct message instead of in the thread.
	Direct bool
}

// Timed is a ladder in the service hours of an account.
type Timed struct {
	Ladder
	Hours Hours
}

var _ conversation.Clock = Timed{}

const (
	// justClaimed is how long ago somebody must have claimed a customer to lose them at the second nudge.
	justClaimed = 10 * time.Minute
	// slack is how long after closing time what was due before it is still told.
	slack = time.Minute
	// enough is how much service time must be left of a reply window for staff to be told when the desk opens.
	enough = time.Hour
)

// Deadlines are when the steps of a wait that began at since are due: on whole minutes, each not before the one ahead.
func (t Timed) Deadlines(since time.Time) []time.Time {
	if since.IsZero() {
		return nil
	}
	var all []time.Time
	for _, s := range t.Steps {
		at := t.Hours.Add(since, s.After)
		if at.IsZero() {
			break // it never opens again
		}
		if at = ceil(at); len(all) > 0 && at.Before(all[len(all)-1]) {
			at = all[len(all)-1]
		}
		all = append(all, at)
	}
	return all
}

// ceil is the first whole minute that is not before t.
func ceil(t time.Time) time.Time {
	if at := t.Truncate(time.Minute); at.Before(t) {
		return at.Add(time.Minute)
	}
	return t
}

// Warn is when three quarters of a reply window are over. Where nobody is at work then, it is when the desk opens next, if
// enough service time is left behind that to answer: an hour, or a quarter of what is left of a short window. Else it is
// when the desk closes for the last time before.
func (t Timed) Warn(from, until time.Time) time.Time {
	at := ceil(from.Add(until.Sub(from) * 3 / 4))
	if t.inHours(at) {
		return at
	}
	opens := t.Hours.Opens(at)
	if !opens.IsZero() && t.Hours.Between(opens, until) >= max(time.Second, min(enough, until.Sub(at)/4)) {
		return opens
	}
	if worked := t.Hours.Between(from, at); worked > 0 {
		if last := t.Hours.Add(from, worked); !last.IsZero() && !last.After(at) {
			return last.Truncate(time.Minute)
		}
	}
	if !opens.IsZero() && opens.Before(until) {
		return opens
	}
	return at
}

// inHours says that somebody is at work, or was until a moment ago.
func (t Timed) inHours(at time.Time) bool { return t.Hours.Open(at) || t.Hours.Open(at.Add(-slack)) }

// AtWork is now, or when the desk opens next.
func (t Timed) AtWork(now time.Time) time.Time {
	if t.inHours(now) {
		return now
	}
	return t.Hours.Opens(now)
}

// OnDuty is whoever has the customer, else the group on duty.
func (l Ladder) OnDuty(c conversation.Conversation) []string { return l.whom(nil, c, "claimer|duty") }

// Directly are the ids of the config that a step may reach by direct message.
func (l Ladder) Directly() (ids []string) {
	for _, s := range l.Steps {
		for _, names := range s.To {
			for name := range strings.SplitSeq(names, "|") {
				id := l.id(conversation.Conversation{}, strings.TrimSpace(name))
				if s.Direct && id != "" && !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	return ids
}

// Decide says what is to be done about a conversation now.
func (t Timed) Decide(c conversation.Conversation, now time.Time) conversation.Decision {
	d := conversation.Decision{Steps: c.Step}
	switch c.Turn {
	case conversation.Done:
		d.Why = conversation.ClosedNow
		return d
	case conversation.Answered:
		d.Why = conversation.TheirTurn
		return d
	case conversation.Snoozed:
		d.Why, d.Next = conversation.PutAway, c.Snooze.Until
		return d
	case conversation.Waiting:
	}
	due := c.Step < len(c.Deadlines) && !c.Deadlines[c.Step].After(now)
	switch {
	case c.Unreachable != "":
		d.Why = conversation.NotReached
		return d
	case c.Owed && !due && t.inHours(now):
		d.Why, d.Thread, d.To = conversation.Overdue, true, t.Ladder.OnDuty(c)
		if c.Step < len(c.Deadlines) {
			d.Next = c.Deadlines[c.Step]
		}
		return d
	case len(c.Deadlines) == 0:
		d.Why = conversation.NoLadder
		return d
	case c.Step >= len(c.Deadlines):
		d.Why = conversation.AllTaken
		return d
	case !due:
		d.Why, d.Next = conversation.NotYet, c.Deadlines[c.Step]
		return d
	case !t.inHours(now):
		d.Why, d.Next = conversation.OutOfHours, t.Hours.Opens(now)
		return d
	}
	for d.Steps < len(c.Deadlines) && !c.Deadlines[d.Steps].After(now) {
		t.add(&d, c, d.Steps)
		d.Steps++
	}
	d.Why = conversation.StepDue
	switch {
	case d.Thread || len(d.Direct) > 0:
	case c.Owed: // in place of a step that names nobody
		d.Thread, d.To = true, t.Ladder.OnDuty(c)
	default:
		d.Why = conversation.NobodyToAsk
	}
	second := slices.IndexFunc(c.Deadlines, func(at time.Time) bool { return at.After(c.Deadlines[0]) })
	late := second >= 0 && d.Steps > second && (c.Step <= second || c.Claimed.Before(c.Deadlines[second])) // at the second, or had just been claimed then
	d.Release = late && c.Claimer.ID != "" && now.Sub(c.Claimed) >= justClaimed
	if d.Steps < len(c.Deadlines) {
		d.Next = c.Deadlines[d.Steps]
	}
	return d
}

// add adds whom a step reaches. In the thread it reaches all who read it, also where it names nobody.
func (l Ladder) add(d *conversation.Decision, c conversation.Conversation, step int) {
	if step >= len(l.Steps) { // the ladder was longer when the customer wrote
		return
	}
	s := l.Steps[step]
	for _, who := range s.To {
		if s.Direct {
			d.Direct = l.whom(d.Direct, c, who)
		} else {
			d.To = l.whom(d.To, c, who)
		}
	}
	d.Thread = d.Thread || !s.Direct
}

// whom adds the first of some names who exists.
func (l Ladder) whom(to []string, c conversation.Conversation, names string) []string {
	for name := range strings.SplitSeq(names, "|") {
		if id := l.id(c, strings.TrimSpace(name)); id != "" {
			if slices.Contains(to, id) {
				return to
			}
			return append(to, id)
		}
	}
	return to
}

func (l Ladder) id(c conversation.Conversation, name string) string {
	switch name {
	case "claimer":
		return c.Claimer.ID
	case "duty":
		return l.Duty
	case "lead":
		return l.Lead
	}
	return ""
}
