package conversation_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// start is when every scene begins.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// The people of every scene.
var (
	jan   = Person{ID: "U1", Name: "Jan", Initials: "JJ", MaySpeak: true}
	eva   = Person{ID: "U2", Name: "Eva", Initials: "EV", MaySpeak: true}
	guest = Person{ID: "U9", Name: "Gust", Initials: "GU", Why: Guest}
)

// The networks of every scene.
var (
	private = Limits{Length: 4096, Caption: 1024, Count: UTF16, Files: 10, FileSize: 1000}
	public  = Limits{Length: 280, Files: 4, FileSize: 1000, Public: true}
	tiny    = Limits{Length: 10, Files: 2, FileSize: 1000} // cuts answers into many parts
)

// ladder is a Clock with a step every so often: in the thread to the claimer, or to the group where nobody claimed.
type ladder []time.Duration

func (l ladder) Deadlines(since time.Time) (all []time.Time) {
	for _, after := range l {
		all = append(all, since.Add(after))
	}
	return all
}

func (l ladder) Warn(from, until time.Time) time.Time { return from.Add(until.Sub(from) * 3 / 4) }

func (l ladder) AtWork(now time.Time) time.Time { return now }

func (l ladder) OnDuty(c Conversation) []string {
	if c.Claimer.ID != "" {
		return []string{c.Claimer.ID}
	}
	return []string{"S1"}
}

func (l ladder) Decide(c Conversation, now time.Time) Decision {
	d := Decision{Why: NotYet, Steps: c.Step}
	for d.Steps < len(c.Deadlines) && !c.Deadlines[d.Steps].After(now) {
		d.Why, d.Steps, d.Thread, d.To = StepDue, d.Steps+1, true, l.OnDuty(c)
	}
	if d.Why == NotYet && c.Owed {
		d.Why, d.Thread, d.To = Overdue, true, l.OnDuty(c)
	}
	d.Release = c.Step < 2 && d.Steps >= 2
	return d
}

// scene plays a conversation: events go in, jobs wait in their ways until they are carried out.
type scene struct {
	t     rapid.TB
	c     Conversation
	rules Rules
	now   time.Time
	jobs  map[Way][]Effect
	posts int
	// stands holds what the bot has posted and not removed.
	stands map[Place]Effect
	marks  map[Place]Mark
	// parts is how many parts each answer was cut into, ended how often each part surely arrived.
	parts map[Place]int
	ended map[Place]map[int]int
	// got is what the customer has, and how often.
	got  []Send
	ids  []string // of got
	sent int
	// done is told of every job that went well, before it is folded in.
	done func(Effect)
	// limits is what the network takes when the clock strikes; log is everything that happened.
	limits Limits
	log    []Event
	// hearing is since when the desk has been heard.
	hearing time.Time
	// watch is told of every event, with the conversation before and after it, and what follows.
	watch func(before Conversation, e Event, after Conversation, out []Effect)
}

func newScene(t rapid.TB, unsure OnUnsure) *scene {
	return &scene{
		t: t, c: New("0123", Ref{"telegram", "acme", "7"}), now: start,
		rules: Rules{OnUnsure: unsure, Mode: Direct, Clock: ladder{15 * time.Minute, 45 * time.Minute}},
		jobs:  map[Way][]Effect{}, stands: map[Place]Effect{}, marks: map[Place]Mark{},
		parts: map[Place]int{}, ended: map[Place]map[int]int{}, hearing: start.Add(-time.Hour),
	}
}

// opened is a scene with a customer whose first message stands on a card.
func opened(t rapid.TB, unsure OnUnsure) *scene {
	s := newScene(t, unsure)
	s.hears("m1", "Mijn pakket is kapot")
	s.work()
	return s
}

// on folds an event, sees to it that Apply keeps its promises, and enqueues what follows, which it returns in words.
func (s *scene) on(e Event) string {
	s.t.Helper()
	before := deepCopy(s.c)
	if p, is := e.(Pressed); is && p.Hearing.IsZero() {
		p.Hearing = s.hearing
		e = p
	}
	s.log = append(s.log, e)
	if gone, is := e.(Unwrote); is {
		delete(s.marks, gone.At)
	}
	next, out := Apply(s.c, e, s.rules, s.now)
	if !reflect.DeepEqual(s.c, before) {
		s.t.Fatalf("Apply(%T) changed its argument:\n was %+v\n is  %+v", e, before, s.c)
	}
	again, same := Apply(before, e, s.rules, s.now)
	if !reflect.DeepEqual(again, next) || !reflect.DeepEqual(same, out) {
		s.t.Fatalf("Apply(%T) is not deterministic:\n %+v %s\n %+v %s", e, next, say(out), again, say(same))
	}
	if next.Seq != s.c.Seq+1 {
		s.t.Fatalf("Apply(%T): Seq went from %d to %d", e, s.c.Seq, next.Seq)
	}
	s.c = next
	for _, a := range next.Open {
		if len(a.There) == 0 { // else the parts are another wording
			s.parts[a.At] = len(a.Parts)
		}
	}
	for _, effect := range out {
		if m, is := effect.(SetMark); is {
			either := m.Was == NotSent && m.Now == Inside && s.marks[m.On] == Inside // of a message long settled
			if s.marks[m.On] != m.Was && !either || m.Was == m.Now {
				s.t.Fatalf("Apply(%T): %s, and it shows %s", e, sayOne(m), mark(s.marks[m.On]))
			}
			s.marks[m.On] = m.Now
		}
		s.enqueue(effect)
	}
	if s.watch != nil {
		s.watch(before, e, next, out)
	}
	return say(out)
}

// enqueue puts a job into its way. A direct reminder goes to each person by a way of their own.
func (s *scene) enqueue(e Effect) {
	way := e.Way()
	if nudge, is := e.(Nudge); is && nudge.Direct {
		for _, id := range nudge.To {
			nudge.To, way = []string{id}, Way("to "+id)
			s.jobs[way] = append(s.jobs[way], nudge)
		}
		return
	}
	s.jobs[way] = append(s.jobs[way], e)
}

// carry carries out the first job of a way with the outcome given, unless it is not wanted any more. It says what was
// done, and what followed.
func (s *scene) carry(way Way, o Outcome, why Reason) (job Effect, followed string) {
	s.t.Helper()
	if len(s.jobs[way]) == 0 {
		return nil, ""
	}
	job = s.jobs[way][0]
	if o == Later {
		return job, s.on(Delayed{Effect: job, Reason: why, At: s.now, Stopped: true, Limits: s.limits})
	}
	s.jobs[way] = slices.Clone(s.jobs[way][1:])
	if !s.c.Wants(job) {
		return nil, ""
	}
	var receipt Receipt
	if inThread(job) && s.c.Thread.IsZero() { // there is no thread to post in
		o, why = Refused, Gone
	}
	if o == OK || o == Maybe && way != Inward { // a post is looked up: it never ends in maybe
		receipt = s.happen(job)
	}
	if o != OK {
		receipt = Receipt{}
	}
	if send, is := job.(Send); is && o == OK {
		if s.ended[send.Answer] == nil {
			s.ended[send.Answer] = map[int]int{}
		}
		s.ended[send.Answer][send.Part]++
	}
	if o == OK && s.done != nil {
		s.done(job)
	}
	if !Consequential(job, o) {
		return job, ""
	}
	return job, s.on(Ended{Effect: job, Outcome: o, Reason: why, Receipt: receipt, At: s.now, Limits: s.limits})
}

// happen is the world outside.
func (s *scene) happen(job Effect) Receipt {
	switch job := job.(type) {
	case OpenCard, Tell, Nudge, Show, ShowFiles, Stand, ShowAnswer:
		s.posts++
		at := Place{"T", "C", fmt.Sprintf("p%d", s.posts)}
		if nudge, is := job.(Nudge); is && nudge.Direct {
			at.Channel = "D" + nudge.To[0]
		}
		s.stands[at] = job
		return Receipt{Place: at}
	case Remove:
		delete(s.stands, job.What)
	case Send:
		s.sent++
		id := fmt.Sprint("x", s.sent)
		s.got, s.ids = append(s.got, job), append(s.ids, id)
		return Receipt{IDs: []string{id}}
	case Edit:
		if i := slices.Index(s.ids, job.ID); i >= 0 {
			s.got[i].Text = job.Text
		}
	case TakeBack:
		for _, id := range job.IDs {
			if i := slices.Index(s.ids, id); i >= 0 {
				s.got, s.ids = slices.Delete(s.got, i, i+1), slices.Delete(s.ids, i, i+1)
			}
		}
	}
	return Receipt{}
}

// inThread says that a job posts in the thread.
func inThread(e Effect) bool {
	switch e := e.(type) {
	case Show, ShowFiles, Tell, Stand, ShowAnswer:
		return true
	case Nudge:
		return !e.Direct
	}
	return false
}

// work carries out all jobs, each going well.
func (s *scene) work() {
	s.t.Helper()
	for range 1000 {
		ways := slices.Sorted(maps.Keys(s.jobs))
		if ways = slices.DeleteFunc(ways, func(w Way) bool { return len(s.jobs[w]) == 0 }); len(ways) == 0 {
			return
		}
		for _, way := range ways {
			s.carry(way, OK, "")
		}
	}
	s.t.Fatal("the jobs never end")
}

func (s *scene) hears(id, text string) string {
	s.t.Helper()
	h := heard(id, text, s.now)
	h.Limits = s.limits
	return s.on(h)
}

func heard(id, text string, at time.Time) Heard {
	return Heard{ExternalID: id, At: at, Customer: Customer{ID: "7", Name: "Ann"}, Message: Message{Text: Plainly(text)}}
}

func (s *scene) writes(ts, text string, by Person, l Limits) string {
	s.t.Helper()
	return s.on(wrote(ts, text, by, l, s.now))
}

func wrote(ts, text string, by Person, l Limits, at time.Time) Wrote {
	m := Message{Text: Plainly(text)}
	return Wrote{At: staff(ts), Written: at, By: by, Message: m, Limits: l, Called: called(m)}
}

// rewrites edits a staff message.
func (s *scene) rewrites(ts, text string, by Person, l Limits) string {
	s.t.Helper()
	return s.on(s.rewrote(staff(ts), Message{Text: Plainly(text)}, by, l))
}

func (s *scene) rewrote(at Place, m Message, by Person, l Limits) Rewrote {
	return Rewrote{At: at, Written: s.now, Edited: s.now, By: by, Message: m, Limits: l, Was: s.former(at), Called: called(m)}
}

// deletes deletes a staff message.
func (s *scene) deletes(ts string, l Limits) string {
	s.t.Helper()
	return s.on(Unwrote{At: staff(ts), Deleted: s.now, Limits: l, Was: s.former(staff(ts))})
}

// former is what the history says of a staff message.
func (s *scene) former(at Place) *Former {
	var was *Former
	for _, e := range s.log {
		was = was.Then(at, e)
	}
	return was
}

func (s *scene) presses(a Action, ts string, by Person, l Limits) string {
	s.t.Helper()
	p := Pressed{Action: a, By: by, At: s.now, Limits: l, Seen: s.now.Add(time.Minute)} // who presses has read all
	if ts != "" {
		p.About = staff(ts)
	}
	return s.on(p)
}

// sends carries out the next message to the customer.
func (s *scene) sends(o Outcome, why Reason) string {
	s.t.Helper()
	_, followed := s.carry(Outward, o, why)
	return followed
}

// later lets time pass and the clock strike whenever it is due.
func (s *scene) later(d time.Duration) string {
	s.t.Helper()
	var all []string
	end := s.now.Add(d)
	for wakes := s.c.Wakes(); !wakes.IsZero() && !wakes.After(end); wakes = s.c.Wakes() {
		if wakes.After(s.now) { // else nothing ran then
			s.now = wakes
		}
		if said := s.on(Ticked{Limits: s.limits, Hearing: s.hearing}); said != "" {
			all = append(all, said)
		}
	}
	s.now = end
	return strings.Join(all, "\n")
}

// staff is the place of a staff message.
func staff(ts string) Place { return Place{"T", "C", ts} }

// is compares what followed with what should have, line by line.
func is(t rapid.TB, got, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if want = strings.Join(lines, "\n"); got != want {
		t.Fatalf("what follows is\n\t%s\nand should be\n\t%s", strings.ReplaceAll(got, "\n", "\n\t"), strings.ReplaceAll(want, "\n", "\n\t"))
	}
}

// state compares turn, wait and next look of the clock: "waiting since 0m due 15m step 0", in minutes after the start.
func (s *scene) state(want string) {
	s.t.Helper()
	minutes := func(at time.Time) string {
		if at.IsZero() {
			return "never"
		}
		return fmt.Sprintf("%gm", at.Sub(start).Minutes())
	}
	got := fmt.Sprintf("%s since %s due %s step %d", s.c.Turn, minutes(s.c.Since), minutes(s.c.Due), s.c.Step)
	if got != want {
		s.t.Fatalf("the conversation is %q and should be %q", got, want)
	}
}

// open compares the answers whose fate is open: "a1 sending, a2 failed".
func (s *scene) open(want string) {
	s.t.Helper()
	var all []string
	for _, a := range s.c.Open {
		all = append(all, a.At.TS+" "+string(a.State))
	}
	if got := strings.Join(all, ", "); got != want {
		s.t.Fatalf("the open answers are %q and should be %q", got, want)
	}
}

// has compares what the customer has, in order.
func (s *scene) has(want ...string) {
	s.t.Helper()
	var got []string
	for _, m := range s.got {
		names := []string{m.Text.Plain}
		for _, f := range m.Files {
			names = append(names, f.Name)
		}
		got = append(got, strings.Join(names, "+"))
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("the customer has %q and should have %q", got, want)
	}
}

// shows compares the lines that show what customers get, in order of posting.
func (s *scene) shows(want ...string) {
	s.t.Helper()
	var got []string
	for n := range s.posts {
		if line, is := s.stands[Place{"T", "C", fmt.Sprintf("p%d", n+1)}].(ShowAnswer); is {
			got = append(got, line.Text.Plain)
		}
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("the thread shows %q and should show %q", got, want)
	}
}

// work1 carries out the first job of a way.
func (s *scene) work1(way Way) { s.carry(way, OK, "") }

// deepCopy shares nothing with v.
func deepCopy[T any](v T) T {
	return copied(reflect.ValueOf(v)).Interface().(T)
}

func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(copied(v.Index(i)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(copied(v.Elem()))
		}
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(copied(v.Field(i)))
			}
		}
	default:
		out.Set(v)
	}
	return out
}
