package conversation

import "time"

// What may have been done to a staff message while the desk could not be heard is looked at before the message leaves: one
// that was held when its time is over, one that waits for a person when they decide.

// lookAt looks at a held answer before it leaves. Who could not be heard has some time, once they can be, to do what
// they were about to do; where that lasts, it is looked at all the same.
func (f *folding) lookAt(a *Answer, hearing time.Time) {
	heard := hearing
	if hearing.IsZero() && !a.Waited {
		heard = f.now
	}
	if until := heard.Add(afterDeaf); a.Came.Before(heard) && until.After(f.now) {
		a.Waited, a.Until = true, until
		return
	}
	a.Looking = true
	f.do(Look{Answer: a.At})
}

// looksFirst says that a decision about an answer waits, since what was done to the answer may not have been heard.
func (f *folding) looksFirst(a *Answer, e Pressed) bool {
	if !a.leavesBy(e.Action) {
		return false
	}
	if !e.Hearing.IsZero() && !a.Came.Before(e.Hearing) {
		a.Press = nil // this one is carried out
		return false
	}
	if a.Press != nil && a.Press.Question == a.Question { // two pressed
		return true
	}
	a.Press = &Press{Action: e.Action, By: e.By, At: f.now, Question: a.Question}
	if !a.Looking {
		a.Looking = true
		f.do(Look{Answer: a.At})
	}
	return true
}

// leavesBy says that something of an answer may leave when somebody presses that.
func (a *Answer) leavesBy(action Action) bool {
	switch action {
	case SendAnyway:
		return a.State == Asking && len(a.There) == 0
	case ChangeAnyway:
		return a.State == Asking && len(a.There) > 0
	case Publish, SendPrivately:
		return a.State == Asking && a.Preview
	case SendAgain, ItIsThere:
		return a.State == Unsure
	case TryAgain:
		return a.State == Failed
	}
	return false
}

// looked: what is known of an answer is what it is now. One that Slack refuses to show is as it was.
func (f *folding) looked(job Look, l Limits) {
	i := f.c.answer(job.Answer)
	if i < 0 {
		return
	}
	a := &f.c.Open[i]
	a.Looking, a.Looked = false, true
	if a.State == Holding {
		a.Until = later(a.Until, f.now)
	}
	if press := a.Press; press != nil {
		a.Press = nil
		f.decidedThen(i, *press, l)
	}
	if i := f.c.answer(job.Answer); i >= 0 {
		f.c.Open[i].Came = f.now
	}
}

// decidedThen carries out what was decided about an answer before it was looked at, where it asks the same still.
func (f *folding) decidedThen(i int, p Press, l Limits) {
	switch {
	case p.Question != f.c.Open[i].Question:
	case f.c.Arrived.After(p.At):
		f.do(Whisper{To: p.By.ID, Notice: Notice{Kind: WroteMeanwhile}})
	default:
		f.decide(i, Pressed{Action: p.Action, By: p.By, At: p.At, About: f.c.Open[i].At, Limits: l})
	}
}
