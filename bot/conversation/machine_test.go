package conversation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// machine plays random histories: what customers, staff and the clock do, and how jobs end, in any order in which each
// way keeps its own. Beside the conversation it keeps books of its own, by which it judges.
type machine struct {
	*scene
	step  int
	typed []*typed
	said  []saying // what waits for an answer, if no answer came after it
	quiet int      // the last step whose answer reached the customer: what was said before waits no more
	clock clockBook
}

// typed is a staff message.
type typed struct {
	at      Place
	step    int
	leaves  bool // it is an answer, or a person said "send anyway"
	resent  bool // a person, or the config, had a part sent again
	vouched bool // a person said that an uncertain part is there
	retried bool // parts may come in another order
	gaveUp  bool // a person put it down
	kept    bool // a person decided, or an edit said, that it stays among us
	noted   bool // an edit said so when it was on its way
	deleted bool // the staff message is gone
	past    bool // what it stopped runs again
	by      Person
	tried   []int
	calls   bool // it was typed with ready answers, and not edited since
	unshown bool // the line that shows it was refused, or there was no thread for it
}

type saying struct {
	step int
	at   time.Time
}

func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unsure := rapid.SampledFrom([]OnUnsure{Ask, Resend, Drop}).Draw(t, "on_unsure")
		m := &machine{scene: newScene(t, unsure)}
		m.rules.Hold = rapid.SampledFrom([]time.Duration{0, 0, 10 * time.Second}).Draw(t, "hold")
		m.rules.Mode = rapid.SampledFrom([]Mode{Direct, Direct, "", Confirm}).Draw(t, "mode")
		m.rules.OtherApproves = rapid.Bool().Draw(t, "other approves")
		m.limits, m.done = private, m.tookBack
		m.wind(t)
		m.customer(t)
		t.Repeat(map[string]func(*rapid.T){
			"customer":   m.customer,
			"staff":      m.staff,
			"staff also": m.staff,
			"button":     m.button,
			"claims":     m.claims,
			"puts aside": m.putsAside,
			"person":     m.person,
			"edit":       m.edit,
			"time":       m.time,
			"in":         m.inward,
			"in also":    m.inward,
			"out":        m.outward,
			"out also":   m.outward,
			"touch":      func(t *rapid.T) { m.carry(Touch, OK, "") },
			"desk":       m.desk,
			"":           m.check,
		})
		m.work()
		m.check(t)
		m.checkEnd(t)
		m.checkAwake(t)
	})
}

// customer does anything a customer can do.
func (m *machine) customer(t *rapid.T) {
	m.step++
	id := fmt.Sprint("m", m.step)
	speaks := true
	switch rapid.SampledFrom([]string{"hears", "hears", "hears", "file", "edits", "edits the first", "unreadable", "blocks", "comes back", "withdraws", "reacts"}).Draw(t, "what") {
	case "hears":
		speaks = m.says(t, id)
	case "file":
		m.on(Heard{ExternalID: id, At: m.now, Customer: Customer{Name: "Ann"}, Message: Message{Files: files(id)}})
	case "edits":
		m.on(Changed{ExternalID: id, At: m.now, Message: Message{Text: Plainly(id)}})
	case "edits the first":
		m.on(Changed{ExternalID: m.c.OpeningID, At: m.now, Message: Message{Text: Plainly(id)}})
	case "unreadable":
		m.on(Unreadable{RawID: id, At: m.now, What: "poll"})
	case "blocks":
		m.on(Reached{Why: Blocked, At: m.now})
		speaks = false
	case "comes back":
		m.on(Reached{At: m.now})
		speaks = false
	case "withdraws":
		m.on(Withdrawn{ExternalIDs: []string{id}, At: m.now})
		speaks = false
	case "reacts":
		m.on(Reacted{ExternalID: id, Emoji: "👍", At: m.now})
		speaks = false
	}
	if speaks {
		m.speaks()
	}
}

// aLimit draws what the network takes.
func aLimit(t *rapid.T, now time.Time) Limits {
	closed, big := private, private
	closed.Until, big.FileSize = now, 0
	beside := public
	beside.Privately = "c7"
	return rapid.SampledFrom([]Limits{private, private, public, beside, tiny, tiny, {}, {ReadOnly: true}, closed, big}).Draw(t, "limits")
}

// staff types something.
func (m *machine) staff(t *rapid.T) {
	m.step++
	by := rapid.SampledFrom([]Person{jan, jan, eva, mute, guest}).Draw(t, "by")
	e := wrote(fmt.Sprint("a", m.step), "", by, aLimit(t, m.now), m.now)
	switch rapid.SampledFrom([]string{"answer", "answer", "answer", "files", "note", "mention", "near miss", "empty", "ready", "ready", "not ready", "twice"}).Draw(t, "what") {
	case "answer":
		e.Message.Text = Plainly(rapid.SampledFrom(slicesOf(answers, []string{three, three, promise})).Draw(t, "text"))
	case "files":
		e.Message.Text = Plainly(rapid.SampledFrom([]string{"", "Hierbij", three}).Draw(t, "text"))
		e.Message.Files = append(files("a", "b", "c")[:rapid.IntRange(0, 3).Draw(t, "small")], File{ID: "x", Name: "x", Size: rapid.SampledFrom([]int64{1000, 1001}).Draw(t, "size")})
	case "note":
		e.Message.Text = Plainly(decorated(t))
	case "mention":
		e.Message = mentioning("kijk", "U2")
	case "near miss":
		e.Message.Text = Plainly("note that")
	case "empty":
		e.Message.Text = Plainly(" \u200b")
	case "ready":
		e.Message.Text = Plainly(rapid.SampledFrom([]string{"!hours", "Hoi\n!DAG tot dan", "!let-op", "// weg\n!dag"}).Draw(t, "text"))
	case "not ready":
		e.Message.Text = Plainly(rapid.SampledFrom([]string{"!nergens", "!hours\n!nergens"}).Draw(t, "text"))
	case "twice":
		if len(m.c.Open) > 0 {
			e.At = m.c.Open[0].At
			is(m.t, m.on(e), "")
		}
		return
	}
	e.Called = called(e.Message)
	m.typed = append(m.typed, &typed{
		at: e.At, step: m.step, by: by, leaves: judged(e.Message, by, e.Called) == IsAnswer, resent: m.rules.OnUnsure == Resend, calls: len(e.Called.Found) > 0, unshown: m.c.Thread.IsZero(),
	})
	if rapid.IntRange(0, 3).Draw(t, "nameless") == 0 { // at first Slack does not say who typed it
		m.on(Unattributed{At: e.At, Written: e.Written})
		if rapid.Bool().Draw(t, "shown") {
			m.inward(t)
		}
	}
	before := m.c
	m.on(e)
	m.replaced(before)
}

// replaced: a preview that another took the place of stays inside.
func (m *machine) replaced(before Conversation) {
	for _, a := range before.Open {
		if x := m.find(a.At); a.Preview && a.State == Asking && m.where(a.At) == "" {
			x.kept = true
		}
	}
}

func (m *machine) find(at Place) *typed {
	i := slices.IndexFunc(m.typed, func(x *typed) bool { return x.at == at })
	if i < 0 {
		return &typed{}
	}
	return m.typed[i]
}

// state is where an answer stands, "" when it is settled or none.
func (m *machine) where(at Place) AnswerState {
	for _, a := range m.c.Open {
		if a.At == at {
			return a.State
		}
	}
	return ""
}

// time passes; the clock strikes when it is due, and sometimes when it is not.
func (m *machine) time(t *rapid.T) {
	m.hearing = rapid.SampledFrom([]time.Time{m.hearing, m.hearing, m.now, {}}).Draw(t, "hearing")
	long := rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, 15 * time.Minute, time.Hour, 8 * 24 * time.Hour}).Draw(t, "long")
	if rapid.IntRange(0, 3).Draw(t, "asleep") == 0 { // nothing runs meanwhile
		m.now = m.now.Add(long)
	} else {
		m.later(long)
	}
	if rapid.Bool().Draw(t, "strikes") {
		m.on(Ticked{Hearing: m.hearing, Limits: m.limits, Grouped: rapid.IntRange(0, 3).Draw(t, "grouped") == 0})
	}
}

// inward carries out the next post. One that fails is never the end of it.
func (m *machine) inward(t *rapid.T) {
	how := rapid.SampledFrom([]string{"well", "well", "well", "gone", "refused"}).Draw(t, "how")
	var job Effect
	var followed string
	switch how {
	case "well":
		job, followed = m.carry(Inward, OK, "")
	case "gone":
		job, followed = m.carry(Inward, Refused, Gone)
	case "refused":
		job, followed = m.carry(Inward, Refused, Rejected)
	}
	switch job := job.(type) {
	case ShowAnswer:
		x := m.find(job.Answer)
		x.unshown = x.unshown || m.lines(x) == 0
	case Tell: // a question that could not be posted
		x := m.find(job.About)
		x.gaveUp = x.gaveUp || m.where(x.at) == Asking && m.marks[x.at] == NotSent
	case OpenCard, Show, ShowFiles:
		if how != "well" && followed == "" {
			t.Fatalf("%s was %s, and nothing follows", sayOne(job), how)
		}
	}
}

// outward carries out the next message to the customer, whatever way it ends.
func (m *machine) outward(t *rapid.T) {
	if len(m.jobs[Outward]) == 0 {
		return
	}
	send, is := m.jobs[Outward][0].(Send)
	if !is { // a change, which is done again until it is done or refused
		m.carry(Outward, rapid.SampledFrom([]Outcome{OK, OK, Refused}).Draw(t, "changed"), Rejected)
		return
	}
	if !m.c.Wants(send) {
		m.carry(Outward, OK, "")
		return
	}
	end := rapid.SampledFrom([]Outcome{OK, OK, OK, Later, Refused, Maybe, Maybe}).Draw(t, "ends")
	why := rapid.SampledFrom([]Reason{Rejected, Blocked, Gone, Lost}).Draw(t, "why")
	before, was, pending := len(m.got), m.c, m.open1(send.Answer)
	m.carry(Outward, end, why)
	m.replaced(was) // by the preview of one that could not be sent privately
	if end == Later {
		m.halted(pending)
		return
	}
	if end == Maybe && rapid.Bool().Draw(t, "did not happen") {
		m.got, m.ids = m.got[:before], m.ids[:before]
	}
	x := m.find(send.Answer)
	x.tried = append(x.tried, send.Part)
}

// desk is what else happens in Slack and outside.
func (m *machine) desk(t *rapid.T) {
	m.step++
	switch rapid.SampledFrom([]string{"card gone", "echo", "greeting", "moved"}).Draw(t, "what") {
	case "card gone":
		delete(m.stands, m.c.Thread)
		m.on(CardGone{At: m.now})
	case "echo":
		m.on(Echoed{At: m.now, By: "Jan", Message: Message{Text: Plainly("buitenom")}})
		m.quiet = m.step
	case "greeting":
		m.on(Echoed{At: m.now, Message: Message{Text: Plainly("wij zijn dicht")}, Auto: true})
	case "moved":
		m.on(Moved{To: Ref{"telegram", "acme", fmt.Sprint(m.step)}})
	}
}

// check sees to what must hold after every step.
func (m *machine) check(t *rapid.T) {
	if all := m.c.Contradictions(); len(all) > 0 {
		t.Fatalf("the conversation contradicts itself: %q", all)
	}
	for _, x := range m.typed {
		m.checkAnswer(t, x)
	}
	m.checkClock(t)
	m.checkThread(t)
	for _, e := range m.jobs[Outward] {
		var of Place
		switch e := e.(type) {
		case Send:
			of = e.Answer
		case Edit:
			of = e.Answer
		case TakeBack:
			of = e.Answer
		case Auto: // nobody typed it
			continue
		}
		if !m.find(of).leaves && m.c.Wants(e) {
			t.Fatalf("a note is on its way: %s", sayOne(e))
		}
	}
	for _, send := range m.got {
		if !m.find(send.Answer).leaves || send.Text.Has(Mention) {
			t.Fatalf("a note has left: %s", sayOne(send))
		}
		if len(send.Text.Calls()) > 0 {
			t.Fatalf("a ready answer that is not there has left: %s", sayOne(send))
		}
	}
	if len(m.c.Greeted) > 3 {
		t.Fatalf("greeted by %v", m.c.Greeted)
	}
}

// there says that the customer has, or had, all of an answer.
func (m *machine) there(x *typed) bool {
	return m.marks[x.at] == Sent || x.deleted && m.parts[x.at] > 0 && len(m.ended[x.at]) == m.parts[x.at]
}

// checkAnswer: nothing is dropped silently, nothing arrives twice unasked, parts keep their order.
func (m *machine) checkAnswer(t *rapid.T, x *typed) {
	state, shows := m.where(x.at), m.marks[x.at]
	has := map[int]int{}
	for _, send := range m.got {
		if send.Answer == x.at {
			has[send.Part]++
		}
	}
	for part, n := range has {
		if sure := m.ended[x.at][part]; sure > 1 || n > 1 && !x.resent {
			t.Fatalf("the customer has part %d of %s %d times, and %d surely", part, x.at.TS, n, sure)
		}
	}
	if !x.retried && !slices.IsSorted(x.tried) {
		t.Fatalf("the parts of %s were sent in the order %v", x.at.TS, x.tried)
	}
	if x.deleted {
		if state != "" && state != Sending && state != Unsure {
			t.Fatalf("%s is deleted, and it is %s", x.at.TS, state)
		}
		return
	}
	if x.kept && state == "" {
		if shows != Inside && shows != NoMark && shows != NotSent && (!x.noted || shows != NotCertain) {
			t.Fatalf("%s was kept, and shows %s", x.at.TS, mark(shows))
		}
		return
	}
	if !x.leaves {
		if shows != Inside && shows != NotSent || state != "" && state != Asking {
			t.Fatalf("%s never leaves, and it is %q and shows %s", x.at.TS, state, mark(shows))
		}
		return
	}
	switch state {
	case "":
		if shows != Sent && (m.rules.OnUnsure != Drop || shows != NotCertain) && (!x.gaveUp || shows != NotSent && shows != NotCertain && shows != Inside) {
			t.Fatalf("%s is settled, and shows %s", x.at.TS, mark(shows))
		}
	case Sending:
		queued := slices.ContainsFunc(m.jobs[Outward], func(e Effect) bool {
			send, is := e.(Send)
			return is && send.Answer == x.at && m.c.Wants(e)
		})
		if !queued || shows != NoMark && shows != Held {
			t.Fatalf("%s is on its way, shows %s, and queued is %v", x.at.TS, mark(shows), queued)
		}
	case Holding:
		if want := map[bool]Mark{true: Held, false: NoMark}[m.rules.Hold > 0]; shows != want && (!x.retried || shows != Held) || !x.resent && slices.ContainsFunc(m.got, func(s Send) bool { return s.Answer == x.at }) {
			t.Fatalf("%s is held, and shows %s", x.at.TS, mark(shows))
		}
	case Asking: // about a note, a doubt, or the change of what was sent
		x.gaveUp = x.gaveUp || shows == NotSent // the question could not be posted
		if shows != Inside && shows != Held && shows != NotSent && len(m.open1(x.at).There) == 0 {
			t.Fatalf("%s is asked about, and shows %s", x.at.TS, mark(shows))
		}
	case Failed, Unsure:
		if want := map[AnswerState]Mark{Failed: NotSent, Unsure: NotCertain}[state]; shows != want {
			t.Fatalf("%s is %s, and shows %s", x.at.TS, state, mark(shows))
		}
	}
	for part := range m.parts[x.at] {
		if state == "" && shows == Sent && !x.vouched && m.ended[x.at][part] != 1 {
			t.Fatalf("%s is sent, and part %d of %d is not there", x.at.TS, part, m.parts[x.at])
		}
	}
}

// checkThread: a card stands or is coming, and at most one nudge stands, which is known.
func (m *machine) checkThread(t *rapid.T) {
	c := m.c
	coming := 0
	for _, e := range m.jobs[Inward] {
		if _, is := e.(OpenCard); is {
			coming++
		}
	}
	if want := map[bool]int{true: 1}[!c.Opened.IsZero() && c.Thread.IsZero()]; coming != want {
		t.Fatalf("%d cards are coming, and should be %d", coming, want)
	}
	going := map[Place]bool{}
	for _, e := range m.jobs[Touch] {
		if gone, is := e.(Remove); is {
			going[gone.What] = true
		}
	}
	for at, e := range m.stands {
		live := slices.ContainsFunc(c.Live, func(r Reminder) bool { return r.At == at })
		if _, nudge := e.(Nudge); nudge && !going[at] && !live {
			t.Fatalf("nudge %s stands, and %v is live", at.TS, c.Live)
		}
	}
}

// checkEnd: when all jobs are done, what stands is what is open.
func (m *machine) checkEnd(t *rapid.T) {
	for at, e := range m.stands {
		tell, is := e.(Tell)
		if !is || len(tell.Buttons) == 0 && tell.Notice.Kind != WhoUnknown || tell.Notice.Kind == Thanked {
			continue
		}
		if !slices.ContainsFunc(m.c.Open, func(a Answer) bool { return a.Notice == at }) {
			t.Fatalf("%s stands at %s, and nothing is to be asked", sayOne(e), at.TS)
		}
	}
	for _, x := range m.typed {
		if m.where(x.at) == Sending {
			t.Fatalf("%s is on its way for ever", x.at.TS)
		}
		m.checkLines(t, x)
	}
}
