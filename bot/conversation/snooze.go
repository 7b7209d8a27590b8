package conversation

import "strings"

import "time"

// Snoozing is until when a conversation is put aside.
type Snoozing struct {
	Until time.Time
	By    Person
	// Promise: the customer does not wait for us; an answer of ours says that they will hear more then.
	Promise bool
}

// Offer is a reminder that is offered to whoever promised something.
type Offer struct {
	// Of is the staff message with the promise.
	Of    Place
	Until time.Time
}

// Promises finds the moment that an answer promises to the customer. It is pure.
type Promises func(answer string, now time.Time) (until time.Time, found bool)

// mostAside is how long a conversation can be put aside.
const mostAside = 400 * 24 * time.Hour

// snooze puts a conversation aside.
func (f *folding) snooze(by Person, until time.Time) {
	c := &f.c
	if c.Turn == Done || !until.After(f.now) || until.After(f.now.Add(mostAside)) {
		return
	}
	promise := c.Turn == Answered || c.Turn == Snoozed && c.Snooze.Promise
	f.putAside(Snoozing{Until: until, By: by, Promise: promise})
}

// putAside stops the ladder until then. The customer goes on waiting.
func (f *folding) putAside(s Snoozing) {
	c := &f.c
	c.Turn, c.Snooze = Snoozed, s
	c.Step, c.Owed, c.Deadlines = 0, false, nil
	f.unnudge()
	f.arm()
	f.render()
}

// snoozeOver takes a conversation up again at its time.
func (f *folding) snoozeOver(grouped bool) {
	s := f.c.Snooze
	kind := SnoozeOver
	if s.Promise {
		kind = Promised
	}
	f.wakeUp()
	if grouped {
		return // one message speaks of all that are back
	}
	f.do(Nudge{Step: f.c.Step, Since: f.c.Since, To: []string{s.By.ID}, Kind: kind})
}

// wakeUp ends a snooze: it is our turn, and the ladder begins anew.
func (f *folding) wakeUp() {
	c := &f.c
	if c.Turn != Snoozed {
		return
	}
	if c.Since.IsZero() {
		c.Since, c.Uncounted = f.now, true
	}
	c.Turn, c.Snooze = Waiting, Snoozing{}
	f.restartClock(f.now)
	f.render()
}

// offer asks the writer of an answer that promises something whether they want to be reminded.
func (f *folding) offer(a *Answer) {
	if f.r.Promises == nil || a.By.ID == "" {
		return
	}
	var said strings.Builder
	for _, p := range a.Parts {
		said.WriteString(p.Text.Plain + "\n")
	}
	until, found := f.r.Promises(said.String(), f.now)
	if !found || !until.After(f.now) {
		return
	}
	f.c.Offer = Offer{Of: a.At, Until: until}
	f.do(Whisper{To: a.By.ID, Notice: Notice{Kind: PromiseSeen, At: until}, About: a.At, Buttons: []Action{Remind}})
}

// remind takes up an offer.
func (f *folding) remind(e Pressed) {
	c := &f.c
	o := c.Offer
	switch {
	case o.Of.IsZero() || o.Of != e.About:
	case c.Turn == Waiting || c.Turn == Snoozed && !c.Snooze.Promise:
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: StillWaiting}})
	default:
		c.Offer, c.Outcome = Offer{}, ""
		f.putAside(Snoozing{Until: later(o.Until, f.now), By: e.By, Promise: true})
	}
}
