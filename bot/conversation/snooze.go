package conversation

import (
	"slices"
	"strings"
	"time"
)

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

// glance is how long it takes at least to read what has just come in.
const glance = 2 * time.Second

// Unseen says that whoever pressed a button cannot have read what the customer wrote last. All of it is by our own clock,
// since Slack's may be another; what arrived later than now did so before that was set. It is pure.
func (c Conversation) Unseen(e Pressed, now time.Time) bool {
	seen := e.Seen
	if seen.IsZero() {
		seen = now
	}
	return c.Arrived.After(seen.Add(-glance)) && !c.Arrived.After(now)
}

// Theirs says that the customer has the next word, whether or not somebody will be reminded of a promise. It is pure.
func (c Conversation) Theirs() bool {
	return c.Turn == Answered || c.Turn == Snoozed && c.Snooze.Promise
}

// snooze puts a conversation aside.
func (f *folding) snooze(by Person, until time.Time) {
	c := &f.c
	if c.Turn == Done || !until.After(f.now) || until.After(f.now.Add(mostAside)) {
		return
	}
	s := Snoozing{Until: until, By: by, Promise: c.Theirs()}
	if s.Promise { // it takes the place of what they put it aside for themselves
		if c.Snooze.By.ID != by.ID {
			f.keepPromise()
		}
		f.promise(s)
		return
	}
	f.putAside(s)
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
	f.c.Offers = append(f.c.Offers, Offer{Of: a.At, Until: until})
	f.c.Offers = f.c.Offers[max(0, len(f.c.Offers)-mostPromises):]
	f.do(Whisper{To: a.By.ID, Notice: Notice{Kind: PromiseSeen, At: until}, About: a.At, Buttons: []Action{Remind}})
}

// remind takes up an offer.
func (f *folding) remind(e Pressed) {
	c := &f.c
	i := slices.IndexFunc(c.Offers, func(o Offer) bool { return o.Of == e.About })
	switch {
	case i < 0 && c.remembers(e.By): // pressed twice
	case i < 0, len(c.Promises) == mostPromises:
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: OfferOver}})
	case c.Turn == Waiting || c.Turn == Snoozed && !c.Snooze.Promise:
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: StillWaiting}})
	default:
		s := Snoozing{Until: later(c.Offers[i].Until, f.now), By: e.By, Promise: true}
		c.Offers, c.Outcome = slices.Delete(c.Offers, i, i+1), ""
		f.keepPromise()
		f.promise(s)
	}
}

// remembers says that somebody will be reminded of a promise.
func (c *Conversation) remembers(by Person) bool {
	mine := func(s Snoozing) bool { return s.Promise && s.By.ID == by.ID }
	return mine(c.Snooze) || slices.ContainsFunc(c.Promises, mine)
}

// mostPromises is how many are kept of one conversation: of offers the newest, of promises the first that are due.
const mostPromises = 20

// promise puts a conversation aside for a promise, or for one that is due before it.
func (f *folding) promise(s Snoozing) {
	f.c.Snooze = s
	f.keepPromise()
	f.promised()
}

// keepPromise keeps the promise for which a conversation is put aside, which ends.
func (f *folding) keepPromise() {
	c := &f.c
	if !c.Snooze.Promise {
		return
	}
	c.Promises = append(slices.Clone(c.Promises), c.Snooze)
	slices.SortStableFunc(c.Promises, func(a, b Snoozing) int { return a.Until.Compare(b.Until) })
	c.Promises = c.Promises[:min(len(c.Promises), mostPromises)]
	c.Snooze = Snoozing{}
}

// promised puts a conversation in which nobody waits aside for the first promise. One that fell due while the customer
// waited was seen to by whoever promised it, where that is who answered; else its person is reminded now.
func (f *folding) promised() {
	c := &f.c
	c.Promises = slices.DeleteFunc(slices.Clone(c.Promises), func(s Snoozing) bool {
		return s.Until.Before(f.now) && s.By.ID == c.Spoke.ID
	})
	if len(c.Promises) == 0 {
		return
	}
	s := c.Promises[0]
	c.Promises = c.Promises[1:]
	s.Until = later(s.Until, f.now)
	f.putAside(s)
}
