package conversation

import (
	"fmt"
	"slices"
	"time"
)

// Contradictions are sentences about what no history leads to: parts of the state that cannot be so together. A
// conversation that has one still works as far as it can, but a customer, an answer or a reminder may be stuck. Nothing in
// them is of a customer's own words.
func (c Conversation) Contradictions() []string {
	var x contradictions
	x.is(c.ID.Customers() && c.Ref == Ref{}, "it has no place on a network")
	x.is(!c.Thread.IsZero() && c.Opened.IsZero(), "it has a thread and was never opened")
	x.is(slices.Contains(c.Old, c.Thread) && !c.Thread.IsZero(), "its thread is one of its old ones")
	x.is((c.Claimer.ID == "") != c.Claimed.IsZero(), "it has a claimer %q since %v", c.Claimer.ID, c.Claimed)
	for _, o := range c.Offers {
		x.is(o.Of.IsZero() || o.Until.IsZero(), "it offers a reminder of %v at %v", o.Of, o.Until)
	}
	x.is(len(c.Promises) > 0 && c.Turn == Done, "it is closed, and %d promises are kept", len(c.Promises))
	for _, p := range c.Promises {
		x.is(p.Until.IsZero() || !p.Promise, "what was promised for %v is none: %v", p.Until, p.Promise)
	}
	x.is(c.Window.IsZero() && (c.Warned || !c.WarnAt.IsZero()), "it warns of the end of a reply window that it does not have")
	c.turnContradicts(&x)
	c.remindersContradict(&x)
	c.answersContradict(&x)
	return x
}

type contradictions []string

func (x *contradictions) is(so bool, format string, args ...any) {
	if so {
		*x = append(*x, fmt.Sprintf(format, args...))
	}
}

// turnContradicts: who has the next word says what the clock does.
func (c Conversation) turnContradicts(x *contradictions) {
	switch c.Turn {
	case Waiting:
		x.is(c.Since.IsZero(), "the customer waits, and nobody knows since when")
	case Snoozed:
		x.is(c.Snooze.Until.IsZero(), "it is put aside for ever")
		x.is(c.Due.IsZero() || c.Due.After(c.Snooze.Until), "it is put aside until %v, and the clock looks at %v", c.Snooze.Until, c.Due)
		x.is(c.Since.IsZero() != c.Snooze.Promise, "it is put aside, promised: %v, and the customer waits since %v", c.Snooze.Promise, c.Since)
	case Answered, Done:
		x.is(!c.Since.IsZero(), "nobody waits (%s), and somebody does since %v", c.Turn, c.Since)
		x.is(!c.Due.IsZero(), "nobody waits (%s), and the clock looks at %v", c.Turn, c.Due)
	default:
		x.is(true, "its turn is %q", c.Turn)
	}
	x.is(c.Turn != Snoozed && c.Snooze != Snoozing{}, "it is put aside, and its turn is %s", c.Turn)
	x.is(c.Turn == Done && (c.Outcome == "" || c.Closed.IsZero()), "it was closed at %v as %q", c.Closed, c.Outcome)
}

// remindersContradict: the steps of the ladder are those of a wait, and a reminder stands where one is wanted.
func (c Conversation) remindersContradict(x *contradictions) {
	x.is(c.Step < 0 || c.Step > len(c.Deadlines), "%d of its %d reminders were given", c.Step, len(c.Deadlines))
	x.is(!slices.IsSortedFunc(c.Deadlines, time.Time.Compare), "its reminders are out of order: %v", c.Deadlines)
	x.is(c.Turn != Waiting && (len(c.Deadlines) > 0 || c.Owed), "it has %d reminders, one owed: %v, and its turn is %s", len(c.Deadlines), c.Owed, c.Turn)
	in := map[string]bool{}
	for _, r := range c.Live {
		x.is(r.At.IsZero(), "a reminder stands nowhere")
		x.is(in[r.At.Channel], "two reminders stand in the channel %s", r.At.Channel)
		in[r.At.Channel] = true
	}
	x.is(c.Turn == Done && len(c.Live) > 0, "it is done, and %d reminders stand", len(c.Live))
}

// answersContradict: a staff message stands once, and its state says what is known of its parts.
func (c Conversation) answersContradict(x *contradictions) {
	at := map[Place]bool{}
	for _, a := range c.Open {
		x.is(a.At.IsZero(), "an answer belongs to no staff message")
		x.is(at[a.At], "there are two answers of the staff message %v", a.At)
		at[a.At] = true
		x.is(a.Press != nil && !a.Looking, "what was decided about the answer %v waits for nothing", a.At)
		x.is(a.Question > c.Questions, "the answer %v asks question %d of %d", a.At, a.Question, c.Questions)
		has := func(o Outcome) bool { return slices.ContainsFunc(a.Parts, func(p Part) bool { return p.State == o }) }
		wrong := false
		switch a.State {
		case Nameless:
		case Holding:
			wrong = len(a.Parts) == 0 || a.Until.IsZero()
		case Asking:
			wrong = len(a.Parts) == 0
		case Sending:
			wrong = !has("")
		case Unsure:
			wrong = !has(Maybe)
		case Failed:
			wrong = !has(Refused) || has("")
		default:
			wrong = true
		}
		x.is(wrong, "the answer %v is %q until %v, its %d parts %s", a.At, a.State, a.Until, len(a.Parts), states(a.Parts))
	}
	of := map[Place]bool{}
	for _, s := range c.Spelled {
		x.is(of[s.Of] || s.Of.IsZero(), "two lines show what the customer gets of the answer %v, or one of nothing", s.Of)
		of[s.Of] = true
	}
}

func states(parts []Part) (all []Outcome) {
	for _, p := range parts {
		all = append(all, p.State)
	}
	return all
}
