package conversation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// mostResends is how often on_unsure = "resend" sends one message again before it asks a person after all.
const mostResends = 3

// Consequential says whether the end of a job must be folded into its conversation; otherwise it is simply over.
// One with a receipt that names missing files always must.
func Consequential(e Effect, o Outcome) bool {
	switch e := e.(type) {
	case Send, OpenCard, Nudge, Auto:
		return true
	case Show:
		return o != OK || slices.ContainsFunc(e.Entries, func(x Entry) bool { return len(x.Message.Files) > 0 })
	case Edit, TakeBack, Look, Stand, ShowAnswer:
		return true
	case Tell:
		return o != OK || len(e.Buttons) > 0 || e.Notice.Kind == WhoUnknown
	case ShowFiles, Render:
		return o != OK
	case SetMark: // of the other marks a line in the thread tells anyway
		return o == Refused && (e.Now == Sent || e.Now == Inside)
	}
	return false
}

func (f *folding) ended(e Ended) {
	if e.Outcome == Later {
		return // it has not ended: it will be tried again
	}
	_, drawn := e.Effect.(Render)
	if e.Outcome == Refused && e.Reason == Gone && (drawn || e.Effect.Way() == Inward) && f.reopen(e.Effect) {
		return
	}
	switch job := e.Effect.(type) {
	case Send:
		f.sent(job, e)
	case Edit:
		f.edited(job, e)
	case TakeBack:
		f.tookBack(job, e)
	case Stand:
		f.stood(job, e)
	case Look:
		f.looked(job, e.Limits)
	case OpenCard:
		f.carded(job, e)
	case Show:
		f.shown(job, e)
	case ShowFiles:
		f.filesShown(job, e)
	case Tell:
		f.told(job, e)
	case Nudge:
		f.nudged(job, e)
	case Auto:
		f.autoSent(job, e)
	case ShowAnswer:
		f.answerShown(job, e)
	case Render:
		if e.Outcome == Refused && e.Reason != Gone {
			f.tell(Tell{Notice: Notice{Kind: CardStale, Reason: e.Reason, Detail: e.Detail}})
		}
	case SetMark:
		if Consequential(job, e.Outcome) && e.Reason != Gone {
			f.tell(Tell{Notice: Notice{Kind: MarkRefused, Name: string(job.Now), Reason: e.Reason, Detail: e.Detail}})
		}
	}
}

// reopen posts a new card when a post found its root deleted or never posted, and the post again behind it.
func (f *folding) reopen(e Effect) bool {
	c := &f.c
	switch e := e.(type) {
	case OpenCard:
		return false
	case Nudge:
		if e.Direct {
			return false // a person is gone, not the thread
		}
	case Show:
		if c.Opened.IsZero() && len(e.Entries) > 0 { // the card was refused: the next message is its next try
			f.open(e.Entries[0])
			if rest := e.Entries[1:]; len(rest) > 0 {
				f.do(Show{Entries: rest})
			}
			return true
		}
	}
	switch {
	case c.Thread.IsZero() && c.Opened.IsZero():
		return false
	case !c.Thread.IsZero():
		f.cardGone()
	}
	f.do(e)
	return true
}

func (f *folding) carded(job OpenCard, e Ended) {
	switch {
	case e.Outcome != OK && !job.Bare: // something in the customer's words that Slack does not take: a card without them
		job.Bare = true
		f.do(job)
		return
	case e.Outcome != OK:
		f.do(Announce{Notice: Notice{Kind: CardRefused, Name: f.c.Customer.Name, Reason: e.Reason, Detail: e.Detail, Link: f.c.Link}})
		f.c.Opened = time.Time{} // the next message tries again
		return
	}
	f.c.Thread = e.Receipt.Place
	if f.c.Opened.IsZero() { // it was refused, and somebody had it tried again
		f.c.Opened = f.now
	}
	if n := len(f.c.Old); n > 0 {
		f.do(Render{})
	} else if f.c.Turn != Waiting || f.c.Claimer.ID != "" || f.c.Unreachable != "" {
		f.do(Render{})
	}
	switch message := job.Entry.Message; {
	case job.Again && !job.Bare:
	case job.Bare, utf8.RuneCountInString(message.Text.Plain) > CardLimit: // the card shows the beginning, the thread all of it
		f.do(Show{Entries: []Entry{job.Entry}})
	case len(message.Files) > 0:
		f.do(ShowFiles{Files: message.Files})
	}
}

func (f *folding) shown(job Show, e Ended) {
	if e.Outcome != OK {
		f.tell(Tell{Notice: Notice{Kind: ShownMissing, Reason: e.Reason, Detail: e.Detail, Link: f.c.Link}})
		return
	}
	var files []File
	for _, entry := range job.Entries {
		files = append(files, entry.Message.Files...)
	}
	if len(files) > 0 {
		f.do(ShowFiles{Files: files})
	}
}

// filesShown names the files that are missing in the thread, in one line for each reason.
func (f *folding) filesShown(job ShowFiles, e Ended) {
	missing := e.Receipt.Missing
	if e.Outcome != OK && len(missing) == 0 { // none of them was at fault
		missing = []Missing{{"", e.Reason, e.Detail}}
		for _, file := range job.Files {
			missing = append(missing, Missing{file.Name, e.Reason, e.Detail})
		}
	}
	for len(missing) > 0 {
		first := missing[0]
		var names []string
		var rest []Missing
		for _, m := range missing {
			switch {
			case m.Reason != first.Reason || m.Detail != first.Detail:
				rest = append(rest, m)
			case m.Name != "":
				names = append(names, m.Name)
			}
		}
		f.tell(Tell{Notice: Notice{Kind: ShownMissing, Reason: first.Reason, Name: strings.Join(names, ", "), Detail: first.Detail}})
		missing = rest
	}
}

// told remembers where a question stands, so that it can go when it is settled.
func (f *folding) told(job Tell, e Ended) {
	i := f.c.answer(job.About)
	if e.Outcome == Refused && i >= 0 && f.c.Open[i].State == Asking && f.c.Open[i].Mark == Held {
		f.mark(&f.c.Open[i], NotSent) // nobody can be asked
	}
	if e.Outcome != OK || job.About.IsZero() {
		return
	}
	if i < 0 || f.c.Open[i].Question != job.N { // settled, or asked anew, while the question was being posted
		f.do(Remove{What: e.Receipt.Place, Also: e.Receipt.Also})
		return
	}
	if a := &f.c.Open[i]; !a.Notice.IsZero() { // it was posted twice
		f.do(Remove{What: a.Notice, Also: a.NoticeAlso})
	}
	f.c.Open[i].Notice, f.c.Open[i].NoticeAlso = e.Receipt.Place, e.Receipt.Also
}

// sent folds in how one part of an answer ended.
func (f *folding) sent(job Send, e Ended) {
	i := f.c.answer(job.Answer)
	if i < 0 || job.Part >= len(f.c.Open[i].Parts) {
		return
	}
	a := &f.c.Open[i]
	p := &a.Parts[job.Part]
	p.State, p.Reason = e.Outcome, e.Reason
	switch e.Outcome {
	case OK:
		p.IDs, p.To, p.Reason = e.Receipt.IDs, job.To, ""
		if job.To == "" && f.c.Unreachable != "" { // it arrived
			f.canReach()
			f.render()
		}
	case Refused:
		if f.setApart(a, job.Part, e.Reason) {
			return
		}
		if a.onlySigned(p.Text) && ofFile(e.Reason) {
			break // one file of several
		}
		for n := range a.Parts { // what comes behind makes no sense without it
			if a.Parts[n].State == "" {
				a.Parts[n].State, a.Parts[n].Reason = Refused, e.Reason
			}
		}
		if job.To == "" && (e.Reason == Blocked || e.Reason == Deactivated) {
			f.c.Unreachable = e.Reason
			f.arm()
			f.render()
		}
	case Maybe:
		f.unsure(a, p)
	case Later:
	}
	f.settle(i, e.Detail, e.Limits)
}

// unsure sends a part again where the config says so. What comes behind it is sent again too, behind it: the jobs that
// are queued for that are not wanted any more, or the customer would read the parts out of order.
func (f *folding) unsure(a *Answer, p *Part) {
	if f.r.OnUnsure == Resend && p.Again < mostResends && !a.Deleted && !a.Asks {
		p.Again++
		p.State = ""
		f.sendParts(a)
		if p.Again == 1 {
			f.tell(Tell{Notice: Notice{Kind: MaybeResent, Reason: p.Reason}})
		}
	}
}

// settle looks whether an answer's fate is known: all of it there, some refused, or some uncertain.
func (f *folding) settle(i int, detail string, l Limits) {
	a := &f.c.Open[i]
	if a.State != Sending {
		return
	}
	has := func(o Outcome) (Reason, bool) {
		n := slices.IndexFunc(a.Parts, func(p Part) bool { return p.State == o })
		if n < 0 {
			return "", false
		}
		return a.Parts[n].Reason, true
	}
	if reason, is := has(Maybe); is {
		if a.Deleted {
			f.letGo(i, reason, l)
			return
		}
		f.mark(a, NotCertain)
		if f.r.OnUnsure == Drop {
			f.tell(Tell{Notice: Notice{Kind: MaybeDropped, Reason: reason}})
			f.spelt(a.At)
			f.c.Open = slices.Delete(f.c.Open, i, i+1)
			return
		}
		a.State = Unsure
		f.question(a, Notice{Kind: MaybeDelivered, Reason: reason}, SendAgain, ItIsThere)
		return
	}
	if _, open := has(""); open {
		return
	}
	if reason, is := has(Refused); is {
		if a.Deleted {
			f.withdrawn(i, l)
			return
		}
		if f.previewAgain(i, reason, detail, l) {
			return
		}
		a.State = Failed
		f.mark(a, NotSent)
		kind := NotDelivered
		if _, some := has(OK); some {
			kind = PartlyDelivered // and the clock goes on: half an answer is none
		} else if a.Greets { // whoever answers next has not been introduced
			f.c.Greeted = slices.DeleteFunc(f.c.Greeted, func(id string) bool { return id == a.By.ID })
		}
		refused := a.refusedFiles()
		for _, m := range refused[1:] {
			f.tell(Tell{Notice: Notice{Kind: kind, Reason: m.Reason, Name: m.Name}})
		}
		f.question(a, Notice{Kind: kind, Reason: refused[0].Reason, Name: refused[0].Name, Detail: detail}, TryAgain)
		return
	}
	f.mark(a, Sent)
	f.delivered(a)
	if a.Aside != nil {
		f.tell(Tell{Notice: Notice{Kind: SentAside}})
	}
	f.spelt(a.At)
	done := *a
	f.c.Open = slices.Delete(f.c.Open, i, i+1)
	f.followUp(&done, l)
}

// delivered stops the clock, unless the customer wrote again while the answer was on its way.
func (f *folding) delivered(a *Answer) {
	c := &f.c
	if a.Greets && !slices.Contains(c.Greeted, a.By.ID) {
		c.Greeted = append(c.Greeted, a.By.ID)
	}
	if c.Claimer.ID != a.By.ID {
		c.Claimer, c.Claimed = a.By, f.now
		f.render()
	}
	f.unhand()
	f.offer(a)
	if !a.Next.IsZero() {
		switch {
		case !a.Next.After(c.Since):
		case c.Turn == Waiting:
			f.unnudge()
			f.startClock(a.Next)
			f.render()
		case c.Turn == Snoozed && !c.Snooze.Promise:
			c.Since = a.Next
			f.render()
		}
		return
	}
	stops := c.Turn == Waiting || c.Turn == Snoozed && !c.Snooze.Promise
	f.answered()
	if stops {
		c.Last = a.At
	}
}

// answered stops the clock. What was put aside while the customer waited is answered, too.
func (f *folding) answered() {
	f.c.Last = Place{}
	if f.c.Turn != Waiting && (f.c.Turn != Snoozed || f.c.Snooze.Promise) {
		return
	}
	f.c.Turn = Answered
	f.stopClock()
	f.render()
	f.promised()
}

// unnamed forgets that the customer knows somebody's name, which went with the answer that was taken back.
func (f *folding) unnamed(id string) {
	if id != "" {
		f.c.Greeted = slices.DeleteFunc(f.c.Greeted, func(known string) bool { return known == id })
	}
}

// unanswered has the customer wait again when the answer they had last is taken back.
func (f *folding) unanswered(answer Place) {
	c := &f.c
	closed := c.Turn == Done && c.Outcome == OutcomeAnswered
	if !c.Theirs() && !closed || c.Last != answer || c.Heard.IsZero() {
		return
	}
	f.keepPromise()
	c.Snooze = Snoozing{}
	c.Turn, c.Outcome, c.Last = Waiting, "", Place{}
	c.Since, c.Uncounted = c.Heard, true
	f.restartClock(f.now)
	f.render()
}

// delayed shows the first time that an answer takes longer.
func (f *folding) delayed(e Delayed) {
	if nudge, is := e.Effect.(Nudge); is {
		f.owe(nudge)
		return
	}
	job, is := e.Effect.(Send)
	if !is {
		return
	}
	i := f.c.answer(job.Answer)
	if i < 0 || e.Stopped && f.c.Open[i].State == Sending && f.halted(i, e.Limits) {
		return
	}
	if f.c.Open[i].Mark == NoMark {
		f.mark(&f.c.Open[i], Held)
	}
}

// edited folds in how a change of what the customer has ended.
func (f *folding) edited(job Edit, e Ended) {
	switch {
	case e.Outcome != OK:
		f.tell(Tell{Notice: Notice{Kind: NotChanged, Reason: e.Reason, Detail: e.Detail}})
	case job.Last:
		f.tell(Tell{Notice: Notice{Kind: ChangedThere}})
	}
}

func (f *folding) tookBack(job TakeBack, e Ended) {
	switch {
	case e.Outcome != OK:
		f.tell(Tell{Notice: Notice{Kind: NotTakenBack, Reason: e.Reason, Detail: e.Detail}})
	case !job.Rest:
		f.tell(Tell{Notice: Notice{Kind: TakenBack}})
		f.unnamed(job.Named)
		f.unanswered(job.Answer)
	}
}
