package conversation

import "time"

// claim gives a customer who is nobody's to whoever asks first. Who is late sees who was before, and since when.
func (f *folding) claim(by Person) {
	c := &f.c
	switch c.Claimer.ID {
	case "":
		f.give(by)
	case by.ID:
	default:
		f.do(Whisper{To: by.ID, Notice: Notice{Kind: TakenBy, Name: c.Claimer.Name, At: c.Claimed}, Buttons: []Action{TakeOver}})
	}
}

// give makes a customer somebody's. Reminders that stand named somebody else.
func (f *folding) give(to Person) {
	f.c.Claimer, f.c.Claimed, f.c.OwedBy = to, f.now, ""
	f.unhand()
	f.render()
}

// unclaim makes a customer nobody's again. Only whoever has them can do that.
func (f *folding) unclaim(by Person) {
	c := &f.c
	switch c.Claimer.ID {
	case "":
	case by.ID:
		c.Claimer, c.Claimed = Person{}, time.Time{}
		f.unhand()
		f.render()
	default:
		f.do(Whisper{To: by.ID, Notice: Notice{Kind: TakenBy, Name: c.Claimer.Name, At: c.Claimed}, Buttons: []Action{TakeOver}})
	}
}

// blink is how soon behind somebody who took a customer nobody can take them away: two pressed at once.
const blink = 5 * time.Second

// pressedTakeOver takes over, unless somebody else did in the same moment: whoever pressed has not seen that, and is told.
func (f *folding) pressedTakeOver(by Person) {
	if f.c.Claimer.ID != "" && f.now.Sub(f.c.Claimed) < blink {
		f.claim(by)
		return
	}
	f.takeOver(by)
}

// takeOver takes a customer from whoever has them, who is told.
func (f *folding) takeOver(by Person) {
	was := f.c.Claimer
	if was.ID == by.ID {
		return
	}
	f.give(by)
	if was.ID != "" {
		f.do(Whisper{To: was.ID, Notice: Notice{Kind: TakenOver, Name: by.Name}})
	}
}

// MayHand says that a customer can be given to a colleague. One who is closed cannot: nobody would be told.
func (c Conversation) MayHand() bool { return c.Turn != Done }

// handOver gives a customer to a colleague, who is told in the thread.
func (f *folding) handOver(by, to Person) {
	switch {
	case !f.c.MayHand():
		f.do(Whisper{To: by.ID, Notice: Notice{Kind: HandedClosed}})
	case !to.MaySpeak:
		f.do(Whisper{To: by.ID, Notice: Notice{Kind: NotHanded, Name: to.Name, Reason: to.Why}})
	case to.ID == f.c.Claimer.ID:
	case to.ID == by.ID:
		f.takeOver(by)
	default:
		was := f.c.Claimer
		f.give(to)
		f.do(Nudge{Step: f.c.Step, Since: f.c.Since, To: []string{to.ID}, Kind: Handed, By: by.Name})
		if was.ID != "" && was.ID != by.ID {
			f.do(Whisper{To: was.ID, Notice: Notice{Kind: TakenOver, Name: to.Name}})
		}
	}
}

// close ends a conversation until the customer writes again.
func (f *folding) close(how Action, by Person) {
	c := &f.c
	if c.Turn == Done {
		return
	}
	if how == Close && (c.Turn == Waiting || c.Turn == Snoozed && !c.Snooze.Promise) { // the customer wrote in the moment before
		f.do(Whisper{To: by.ID, Notice: Notice{Kind: StillWaiting}})
		f.render()
		return
	}
	if how == Close {
		f.askHelped()
	}
	c.Turn, c.Outcome, c.Closed, c.Promises = Done, OutcomeAnswered, f.now, nil
	if how == NoAnswer {
		c.Outcome = OutcomeNoAnswer
	}
	f.stopClock()
	f.render()
}

// The outcomes of a conversation that was closed.
const (
	OutcomeAnswered = "answered"
	OutcomeNoAnswer = "no answer needed"
)

// reopened takes up again what was closed, or taken for a thank-you. The customer waits since their last message.
func (f *folding) reopened() {
	c := &f.c
	if c.Turn != Done && !c.Theirs() {
		return
	}
	f.keepPromise()
	c.Turn, c.Outcome, c.Last, c.Snooze = Waiting, "", Place{}, Snoozing{}
	since := c.Heard
	if since.IsZero() {
		since = f.now
	}
	c.Since, c.Uncounted = since, true
	f.restartClock(f.now)
	f.render()
}
