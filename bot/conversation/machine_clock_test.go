package conversation_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
	"webcare/bot/nudge"
)

// promise is an answer that promises something for the next day, as promised reads it.
const promise = "Morgen weten we meer"

func promised(answer string, now time.Time) (time.Time, bool) {
	return now.Add(24 * time.Hour), strings.Contains(answer, promise)
}

// clockBook is what the machine knows of whose turn it is.
type clockBook struct {
	// owed is since when the customer waits, from when the ladder of this wait began; anew is from when it begins, since
	// somebody or something began it anew.
	owed, from, anew time.Time
	aside            Snoozing   // until when it is put aside; zero = not
	promises         []Snoozing // what somebody is to be reminded of later
	heard            time.Time  // the customer's latest message
	arrived          time.Time  // when there was something to read last
	step             int        // of the latest that they wait for an answer to
	ticked           time.Time  // when the clock looked last since the ladder began
	told, asked      time.Time  // the last automatic messages
	hours            *nudge.Hours
}

// wind chooses the clock and the rules beside it: one that never rests, or the real one in office hours.
func (m *machine) wind(t *rapid.T) {
	m.rules.Promises, m.rules.Helped = promised, rapid.SampledFrom([]string{"", "Hebben we je geholpen?"}).Draw(t, "helped")
	if rapid.Bool().Draw(t, "office hours") {
		week, err := nudge.ParseWeek([]string{"mon-fri 09:00-17:00"})
		if err != nil {
			t.Fatal(err)
		}
		m.clock.hours = &nudge.Hours{Week: week}
		m.rules.Clock = nudge.Timed{Hours: *m.clock.hours, Ladder: nudge.Ladder{Duty: "S1", Lead: "U7", Steps: []nudge.Step{
			{After: 15 * time.Minute, To: []string{"claimer|duty"}},
			{After: 45 * time.Minute, To: []string{"claimer"}, Direct: true},
			{After: 45 * time.Minute, To: []string{"duty"}},
			{After: time.Hour, To: []string{"lead"}, Direct: true},
		}}}
	}
	m.watch = func(before Conversation, e Event, after Conversation, out []Effect) {
		m.watchTurn(t, before, e, after, out)
		m.watchClaim(t, before, e, after, out)
		m.watchAuto(t, before, after, out)
		m.tookPartBack(before, out)
		if ticked, is := e.(Ticked); is {
			m.watchTick(t, before, ticked, after, out)
		}
		if ended, is := e.(Ended); is {
			m.decidedThen(before, ended)
		}
	}
}

// says has the customer write, out of hours perhaps, and where the network lets us answer for some time only. It says
// whether they wait for an answer to it.
func (m *machine) says(t *rapid.T, id string) bool {
	text := rapid.SampledFrom([]string{"hallo", strings.Repeat("lang ", 200), "Dank je wel!", "👍", "👎"}).Draw(t, "text")
	e := heard(id, text, m.now)
	e.Limits = m.limits
	e.Limits.Until = rapid.SampledFrom([]time.Time{{}, {}, m.now.Add(24 * time.Hour), m.now.Add(time.Hour)}).Draw(t, "until")
	e.Closed = rapid.SampledFrom([]string{"", "Wij zijn dicht"}).Draw(t, "closed")
	rates := m.rates(text)
	waits := !rates && !m.thanks(text)
	m.on(e)
	if m.clock.heard = m.now; !rates {
		m.clock.arrived = m.now
	}
	return waits
}

// rates: a thumb within a week after we asked whether we helped is the answer to that.
func (m *machine) rates(text string) bool {
	asked := m.c.AskedHelped
	return m.c.Turn == Done && !asked.IsZero() && m.now.Sub(asked) <= 7*24*time.Hour && (text == "👍" || text == "👎")
}

// thanks: nobody waits who says no more than thank you within a day after our last word.
func (m *machine) thanks(text string) bool {
	last := m.c.Spoken
	if m.c.Turn == Done && m.c.Closed.After(last) {
		last = m.c.Closed
	}
	ours := m.clock.owed.IsZero()
	return ours && !m.c.Opened.IsZero() && !last.IsZero() && m.now.Sub(last) < 24*time.Hour && (text == "👍" || text == "Dank je wel!")
}

// speaks: the customer waits for an answer to what they have just said.
func (m *machine) speaks() {
	m.said = append(m.said, saying{m.step, m.now})
	m.clock.heard, m.clock.arrived, m.clock.step = m.now, m.now, m.step
	if m.clock.aside != (Snoozing{}) {
		m.clock.keep()
		m.clock.aside, m.clock.anew = Snoozing{}, m.now
	}
}

// closes says that a press ends the conversation.
func (m *machine) closes(p Pressed) bool {
	return p.By.MaySpeak && (p.Action == NoAnswer && !m.unseen(p) || p.Action == Close && m.clock.owed.IsZero())
}

// closed: nobody waits any more.
func (m *machine) closed() { m.quiet, m.clock.aside, m.clock.promises = m.step, Snoozing{}, nil }

// unseen says that whoever pressed cannot have read what the customer wrote.
func (m *machine) unseen(p Pressed) bool {
	seen := p.Seen
	if seen.IsZero() {
		seen = m.now
	}
	return !m.clock.arrived.IsZero() && seen.Sub(m.clock.arrived) < 2*time.Second
}

// claims changes whose the customer is.
func (m *machine) claims(t *rapid.T) {
	m.step++
	p := Pressed{At: m.now, Limits: aLimit(t, m.now)}
	p.By = rapid.SampledFrom([]Person{jan, eva, guest}).Draw(t, "by")
	p.Action = rapid.SampledFrom([]Action{Claim, Claim, TakeOver, Release, HandOver, HandOver}).Draw(t, "button")
	p.To = rapid.SampledFrom([]Person{jan, eva, mute, guest}).Draw(t, "to")
	m.on(p)
}

// owes: we owe an answer since a moment, whatever has arrived until now. One typed after the customer's last message
// and still on its way is such an answer.
func (m *machine) owes(since time.Time) {
	m.said, m.quiet = []saying{{m.clock.step, since}}, m.clock.step-1
	for _, x := range m.typed {
		x.past = x.past || m.there(x)
	}
}

// person carries out the next reminder of somebody directly. One of which nobody knows whether it was sent may stand for
// good: it cannot be looked up.
func (m *machine) person(t *rapid.T) {
	who := rapid.SampledFrom([]string{"U1", "U2", "U3", "U7", "U9"}).Draw(t, "who")
	end := rapid.SampledFrom([]Outcome{OK, OK, OK, Refused, Maybe}).Draw(t, "ends")
	if m.carry(Way("to "+who), end, Left); end == Maybe {
		delete(m.stands, Place{"T", "D" + who, fmt.Sprintf("p%d", m.posts)})
	}
}

// arrived says that an answer reached the customer by an event, and whose.
func arrived(before Conversation, out []Effect) (by string, is bool) {
	for _, e := range out {
		if mark, marks := e.(SetMark); marks && mark.Now == Sent {
			i := slices.IndexFunc(before.Open, func(a Answer) bool { return a.At == mark.On })
			return before.Open[max(i, 0)].By.ID, i >= 0
		}
	}
	return "", false
}

// watchTurn: the clock stops only where an answer of a person has arrived, or a person says that none is needed, or puts
// the customer aside; and within one wait no step is taken back.
func (m *machine) watchTurn(t *rapid.T, before Conversation, e Event, after Conversation, out []Effect) {
	warns := (after.Turn == Waiting || after.Turn == Snoozed) && after.Unreachable == "" && !after.Warned && after.Window.After(m.now)
	if at := after.WarnAt; warns && at.After(m.now) && (after.Due.IsZero() || after.Due.After(at)) {
		t.Fatalf("%T: the clock looks at %v, and staff are to be told of the reply window at %v", e, after.Due, at)
	}
	if before.Turn != Waiting {
		return
	}
	_, answered := arrived(before, out)
	switch e := e.(type) {
	case Echoed:
		answered = !e.Auto
	case Pressed:
		aside := e.Action == Snooze && after.Turn == Snoozed && after.Snooze.Until.Equal(e.Until) && after.Since.Equal(before.Since)
		answered = answered || e.By.MaySpeak && (e.Action == NoAnswer || aside)
	}
	switch same := after.Since.Equal(before.Since); {
	case (after.Turn != Waiting || !same) && !answered:
		t.Fatalf("%T: the turn went from %s since %v to %s since %v, and nobody answered", e, before.Turn, before.Since, after.Turn, after.Since)
	case after.Turn == Waiting && after.Since.Before(before.Since):
		t.Fatalf("%T: the wait since %v began at %v", e, before.Since, after.Since)
	case after.Turn == Waiting && same && after.Step < before.Step:
		t.Fatalf("%T: of the wait since %v step %d was taken, and then step %d", e, before.Since, before.Step, after.Step)
	}
}

// watchClaim: a claim has one owner. It is theirs until they give it back or away, somebody takes it over or answers, or
// the second reminder is due.
func (m *machine) watchClaim(t *rapid.T, before Conversation, e Event, after Conversation, out []Effect) {
	was, is, want := before.Claimer.ID, after.Claimer.ID, []string{before.Claimer.ID}
	if by, answered := arrived(before, out); answered {
		want = []string{by}
		if slices.ContainsFunc(after.Live, func(r Reminder) bool { return r.Kind == Handed }) {
			t.Fatalf("%s has answered, and what was handed over stands", by)
		}
	}
	switch e := e.(type) {
	case Pressed:
		mine := was == e.By.ID
		switch {
		case !e.By.MaySpeak:
		case e.Action == TakeOver && was != "" && m.now.Sub(before.Claimed) < 5*time.Second: // two pressed at once
		case e.Action == Claim && was == "", e.Action == TakeOver:
			want = []string{e.By.ID}
		case e.Action == Release && mine:
			want = []string{""}
		case e.Action == HandOver && e.To.MaySpeak && before.Turn != Done:
			want = []string{e.To.ID}
		}
	case Ticked:
		if before.Step < after.Step && after.Step >= 2 && after.Since.Equal(before.Since) {
			want = append(want, "")
		}
	}
	if !slices.Contains(want, is) {
		t.Fatalf("%T: the claim went from %q to %q, and should be of one of %q", e, was, is, want)
	}
	if (is == "") != after.Claimed.IsZero() || after.Claimed.After(m.now) {
		t.Fatalf("%T: %q has the customer since %v", e, is, after.Claimed)
	}
	if was != is && is == "" && !slices.ContainsFunc(out, func(e Effect) bool {
		n, nudge := e.(Nudge)
		_, tells := e.(Tell)
		return tells || nudge && n.By == before.Claimer.Name
	}) {
		tick, ticked := e.(Ticked) // one message about many says it
		if p, pressed := e.(Pressed); (!pressed || p.Action != Release) && (!ticked || !tick.Grouped) {
			t.Fatalf("%T: the customer is nobody's again, and nothing says so", e)
		}
	}
}

// watchAuto: nobody is told twice in a day that we are closed, nor asked twice in thirty days whether we helped.
func (m *machine) watchAuto(t *rapid.T, before, after Conversation, out []Effect) {
	for _, e := range out {
		auto, is := e.(Auto)
		if !is {
			continue
		}
		last, often := &m.clock.told, 24*time.Hour
		if auto.Kind == DidWeHelp {
			last, often = &m.clock.asked, 30*24*time.Hour
		}
		if !last.IsZero() && m.now.Sub(*last) < often || after.Public || auto.Text == "" {
			t.Fatalf("%s is said at %v, and was at %v", auto.Kind, m.now, *last)
		}
		*last = m.now
		if auto.Kind == WeAreClosed && after.Turn != Waiting || auto.Kind == DidWeHelp && after.Turn != Done {
			t.Fatalf("%s is said where the turn went from %s to %s", auto.Kind, before.Turn, after.Turn)
		}
	}
}

// watchTick: after the clock looked, nothing is due that was due before, each step that is due was taken and somebody
// told of it, and a snooze whose time has come is over.
func (m *machine) watchTick(t *rapid.T, before Conversation, e Ticked, after Conversation, out []Effect) {
	b := &m.clock
	b.ticked = m.now
	back := before.Turn == Snoozed && after.Turn == Waiting && !after.Warned && after.Due.Equal(after.WarnAt) // which was not told meanwhile
	if !back && (!after.Due.IsZero() && !after.Due.After(m.now) || !after.Wakes().IsZero() && !after.Wakes().After(m.now)) {
		t.Fatalf("the clock looked at %v, and is to look at %v, or at %v", m.now, after.Due, after.Wakes())
	}
	if before.Turn == Snoozed && !before.Snooze.Until.After(m.now) {
		m.step++
		m.settles()
		m.wakes()
		if after.Turn != Waiting || e.Grouped == slices.ContainsFunc(out, func(e Effect) bool { n, is := e.(Nudge); return is && n.To[0] == before.Snooze.By.ID }) {
			t.Fatalf("it was put aside until %v, now it is %s, and %s", before.Snooze.Until, after.Turn, say(out))
		}
		return
	}
	if after.Turn != Waiting || before.Turn != Waiting || after.Unreachable != "" || !after.Since.Equal(before.Since) {
		return
	}
	if open := b.hours == nil || b.hours.Open(m.now); open && after.Step < len(after.Deadlines) && !after.Deadlines[after.Step].After(m.now) {
		t.Fatalf("at %v only %d steps of %v are taken", m.now, after.Step, after.Deadlines)
	}
	thread, told := 0, false
	for _, effect := range out {
		n, is := effect.(Nudge)
		told = told || is && n.Step == after.Step && n.Since.Equal(after.Since)
		if is && !n.Direct {
			thread++
		}
	}
	if after.Step > before.Step && !e.Grouped && !told && !m.nobody(before) {
		t.Fatalf("the steps from %d to %d are taken, and what follows is %s", before.Step, after.Step, say(out))
	}
	if thread > 1 || after.Step == before.Step && thread > 0 && after.Warned == before.Warned {
		t.Fatalf("%d reminders in the thread, after step %d as before", thread, after.Step)
	}
}

// nobody says that the steps that are due now name nobody who is there.
func (m *machine) nobody(c Conversation) bool {
	return m.rules.Clock.Decide(c, m.now).Why == NobodyToAsk
}

// checkClock: it runs from the oldest message that no answer came after, and never otherwise; the ladder from there, or
// from when it began anew.
func (m *machine) checkClock(t *rapid.T) {
	m.settles()
	c, b, rests := m.c, &m.clock, m.clock.aside != (Snoozing{})
	switch {
	case rests != (c.Turn == Snoozed) || c.Snooze != b.aside:
		t.Fatalf("the turn is %s, put aside %+v, and should be %+v", c.Turn, c.Snooze, b.aside)
	case !rests && b.owed.IsZero() != (c.Turn != Waiting):
		t.Fatalf("the turn is %s, and a customer waits since %v", c.Turn, b.owed)
	case !c.Since.Equal(b.owed):
		t.Fatalf("the clock runs since %v, and the customer waits since %v", c.Since, b.owed)
	case rests && (c.Due.After(b.aside.Until) || c.Window.IsZero() && !c.Due.Equal(b.aside.Until) || c.Step != 0):
		t.Fatalf("it is put aside until %v, and due is %v, step %d", b.aside.Until, c.Due, c.Step)
	case !rests && c.Turn != Waiting && (!c.Due.IsZero() || c.Step != 0):
		t.Fatalf("nobody waits, and due is %v, step %d", c.Due, c.Step)
	}
	if c.Turn == Waiting {
		m.checkDue(t)
	}
	m.checkLive(t)
}

// settles works out since when we owe an answer, and what is put aside where we owe none.
func (m *machine) settles() {
	for _, x := range m.typed {
		if m.there(x) && !x.past {
			m.quiet = max(m.quiet, x.step)
		}
	}
	var owed time.Time
	for _, s := range m.said {
		if s.step > m.quiet {
			owed = s.at
			break
		}
	}
	b := &m.clock
	if !owed.Equal(b.owed) {
		b.owed, b.from, b.ticked = owed, owed, time.Time{}
	}
	if !b.anew.IsZero() {
		b.from, b.anew, b.ticked = b.anew, time.Time{}, time.Time{}
	}
	switch {
	case !owed.IsZero(): // what we said last may have been taken back
		b.keep()
	case !b.aside.Promise: // answered meanwhile
		b.aside = Snoozing{}
		b.next(m.now, m.c.Spoke)
	}
}

// checkDue: the clock looks at the time of the next step, or when somebody is at work again, and not later for what
// else it looks at.
func (m *machine) checkDue(t *rapid.T) {
	c, b := m.c, &m.clock
	var want time.Time
	if all := m.rules.Clock.Deadlines(b.from); c.Unreachable == "" && c.Step < len(all) {
		want = all[c.Step]
	}
	if !want.IsZero() && !want.After(b.ticked) && b.hours != nil && !c.Due.Equal(want) { // it looked when nobody was at work
		want = b.hours.Opens(b.ticked)
	}
	warns := c.Unreachable == "" && !c.Warned && c.Window.After(m.now)
	switch {
	case c.Window.IsZero() && !c.Due.Equal(want):
		t.Fatalf("due is %v, and should be %v at step %d", c.Due, want, c.Step)
	case !want.IsZero() && (c.Due.IsZero() || c.Due.After(want)):
		t.Fatalf("due is %v, and step %d at %v", c.Due, c.Step, want)
	case warns && (c.Due.IsZero() || c.Due.After(c.WarnAt)) && c.WarnAt.After(b.ticked):
		t.Fatalf("due is %v, and until %v we may answer, of which %v is the time to tell", c.Due, c.Window, c.WarnAt)
	}
}

// checkLive: at most one reminder of a conversation stands in a channel, and none that a customer waits where none does.
func (m *machine) checkLive(t *rapid.T) {
	in := map[string]bool{}
	for _, r := range m.c.Live {
		if in[r.At.Channel] {
			t.Fatalf("two reminders stand in %s: %v", r.At.Channel, m.c.Live)
		}
		in[r.At.Channel] = true
		n, is := m.stands[r.At].(Nudge)
		handed := is && n.Kind == Handed
		may := m.c.Turn == Waiting || handed && m.c.Turn != Done || is && n.Kind == WindowEnds && m.c.Turn == Snoozed
		if !may || handed && n.To[0] != m.c.Claimer.ID {
			t.Fatalf("the turn is %s, %s has the customer, and a reminder stands: %+v", m.c.Turn, m.c.Claimer.ID, n)
		}
	}
}
