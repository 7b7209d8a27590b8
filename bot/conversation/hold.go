package conversation

import (
	"slices"
	"time"
)

const (
	// afterDeaf is the least hold of an answer that came late, since what was changed or deleted meanwhile may come later
	// still, and of any answer after the desk could not be heard.
	afterDeaf = 15 * time.Second
	// lateBy is from when on an answer, or the clock, came late.
	lateBy = 3 * time.Second
	// behindLeast and behindLong are the bounds of the pauses after which an answer sees again whether all is known that
	// was typed before it, and behindMost is how long it only waits for that; then it has its thread looked through.
	behindLeast = 50 * time.Millisecond
	behindLong  = 2 * time.Second
	behindMost  = 15 * time.Second
	// crossing is how soon behind a colleague's answer another one asks before it leaves.
	crossing = 20 * time.Second
)

// Wakes is when the clock must look at this conversation: the customer has waited long enough for a reminder, or an
// answer has been held long enough. Zero = never.
func (c Conversation) Wakes() time.Time {
	i := c.nextHeld()
	if i < 0 || c.Open[i].Looking {
		return c.Due
	}
	if until := c.Open[i].Until; c.Due.IsZero() || until.Before(c.Due) {
		return until
	}
	return c.Due
}

// nextHeld is the held answer that leaves first: the one typed first, however late it came in. -1 = none.
func (c *Conversation) nextHeld() int {
	first := -1
	for i, a := range c.Open {
		if a.State == Holding && (first < 0 || typedBefore(a, c.Open[first])) {
			first = i
		}
	}
	return first
}

func typedBefore(a, b Answer) bool {
	if inArrivalOrder() {
		return a.Came.Before(b.Came)
	}
	return a.Wrote.Before(b.Wrote) || a.Wrote.Equal(b.Wrote) && a.At.TS < b.At.TS
}

// hold keeps an answer back for a while, so that its writer can still change it, or begins to send it at once, as one
// from a form.
func (f *folding) hold(i int, m Message, l Limits, form bool) {
	a := &f.c.Open[i]
	a.State, a.Parts = Holding, []Part{{Text: m.Text, Files: m.Files}}
	long := f.r.Hold
	if form {
		long = 0
	}
	if long > 0 {
		f.mark(a, Held)
		f.spellOut(*a, m, l)
		if f.now.Sub(a.Wrote) > lateBy {
			long = max(long, afterDeaf)
		}
	}
	a.Came, a.Until = f.now, f.now.Add(long)
	f.release(l, f.now)
}

// release lets go of what was held long enough, in the order in which it was typed: what was typed later waits for what
// was typed before. What may have been changed unheard while it was held is looked at first, and what was typed before it
// unheard is waited for. The desk has been heard since hearing.
func (f *folding) release(l Limits, hearing time.Time) {
	late := false // the clock: the machine may have slept
	if i := f.c.nextHeld(); i >= 0 {
		late = f.now.Sub(f.c.Open[i].Until) > lateBy
	}
	for {
		i := f.c.nextHeld()
		if i < 0 || f.c.Open[i].Looking || f.c.Open[i].Until.After(f.now) {
			return
		}
		a := &f.c.Open[i]
		interrupted := hearing.IsZero() && !a.Looked || a.Came.Before(hearing)
		if held := f.r.Hold > 0; held && (interrupted || late && a.Came.Before(f.now)) {
			f.lookAt(a, hearing)
			continue
		}
		if f.r.Behind && !a.Looked && !a.Found {
			f.waitBehind(a)
			continue
		}
		if doubts := f.doubts(a, l); len(doubts) > 0 {
			f.ask(a, doubts, l)
			continue
		}
		f.send(i, Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}, a.By, l)
	}
}

// waitBehind keeps an answer back until all is known that was typed before it in its thread.
func (f *folding) waitBehind(a *Answer) {
	if waited := f.now.Sub(a.Came) - f.r.Hold; waited < behindMost {
		a.Until = f.now.Add(min(max(waited, behindLeast), behindLong))
		return
	}
	a.Looking = true
	f.do(Look{Answer: a.At})
}

// Doubt is why an answer asks before it leaves.
type Doubt string

// The doubts.
const (
	Crossed       Doubt = "crossed"        // a colleague's answer has just left, or was about to: Name
	CustomerWrote Doubt = "customer_wrote" // after it was typed
	WindowOver    Doubt = "window_over"    // the network does not let us write any more
	Personal      Doubt = "personal"       // others would read what looks like personal data: Detail
)

// Doubted is a doubt with what was seen.
type Doubted struct {
	Doubt Doubt
	// Name is of a colleague, Detail what was seen in the answer.
	Name, Detail string
}

// doubts are the reasons to ask before an answer leaves (R5).
func (f *folding) doubts(a *Answer, l Limits) []Doubted {
	var all []Doubted
	switch c := &f.c; {
	case c.Spoke.ID != "" && c.Spoke.ID != a.By.ID && f.now.Sub(c.Spoken) < crossing:
		all = append(all, Doubted{Doubt: Crossed, Name: c.Spoke.Name})
	case a.Crossed != "":
		all = append(all, Doubted{Doubt: Crossed, Name: a.Crossed})
	}
	if !a.Next.IsZero() {
		all = append(all, Doubted{Doubt: CustomerWrote})
	}
	if !l.Until.IsZero() && !f.now.Before(l.Until) {
		all = append(all, Doubted{Doubt: WindowOver})
	}
	return append(all, f.personal(a, l)...)
}

// personal is what looks like personal data, where others would read it.
func (f *folding) personal(a *Answer, l Limits) (all []Doubted) {
	if l.Public {
		for _, seen := range f.r.Secrets.InText(a.Parts[0].Text) {
			all = append(all, Doubted{Doubt: Personal, Detail: seen})
		}
	}
	return all
}

// ask holds an answer until a person says what to do with it.
func (f *folding) ask(a *Answer, doubts []Doubted, l Limits) {
	a.State, a.Until = Asking, time.Time{}
	f.mark(a, Held)
	if !f.c.isSpelled(a.At) {
		f.spellOut(*a, Message{Text: a.Parts[0].Text, Files: a.Parts[0].Files}, l)
	}
	f.question(a, Notice{Kind: Doubtful, Doubts: doubts}, SendAnyway, DoNotSend)
}

// question asks about an answer, in place of what was asked before.
func (f *folding) question(a *Answer, n Notice, buttons ...Action) {
	f.dropNotice(a)
	f.c.Questions++
	a.Question = f.c.Questions
	f.tell(Tell{Notice: n, About: a.At, Buttons: buttons, N: a.Question})
}

// crossed is a colleague whose answer is held while by types, and where that stands; "" = none.
func (c *Conversation) crossed(by Person) (name string, at Place) {
	i := slices.IndexFunc(c.Open, func(a Answer) bool { return a.State == Holding && a.By.ID != by.ID })
	if i < 0 {
		return "", Place{}
	}
	return c.Open[i].By.Name, c.Open[i].At
}

// neverLeft forgets what was shown and kept of an answer that stays inside.
func (f *folding) neverLeft(at Place) {
	f.unspell(at)
	for i := range f.c.Open {
		if a := &f.c.Open[i]; a.CrossedAt == at {
			a.Crossed, a.CrossedAt = "", Place{}
		}
	}
}
