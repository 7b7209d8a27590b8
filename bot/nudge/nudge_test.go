package nudge_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/conversation"
	"webcare/bot/nudge"
)

// usual is the ladder that answering.md calls the default.
var usual = nudge.Ladder{
	Duty: "S1", Lead: "U9",
	Steps: []nudge.Step{
		{After: 15 * time.Minute, To: []string{"claimer|duty"}},
		{After: 45 * time.Minute, To: []string{"claimer"}, Direct: true},
		{After: 45 * time.Minute, To: []string{"duty"}},
		{After: 60 * time.Minute, To: []string{"lead"}, Direct: true},
	},
}

var amsterdam = func() *time.Location {
	l, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return l
}()

// nineToFive is nine to five on working days.
func nineToFive(t testing.TB) nudge.Hours {
	t.Helper()
	week, err := nudge.ParseWeek([]string{"mon-fri 09:00-17:00"})
	if err != nil {
		t.Fatal(err)
	}
	return nudge.Hours{Zone: amsterdam, Week: week}
}

// at is a moment of the first week of March 2026, which begins on Monday the second.
func at(day int, clock string) time.Time {
	c, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, day, c.Hour(), c.Minute(), c.Second(), 0, amsterdam)
}

func TestDeadlines(t *testing.T) {
	round, work := nudge.Timed{Ladder: usual}, nudge.Timed{Ladder: usual, Hours: nineToFive(t)}
	closed := nudge.Timed{Ladder: usual, Hours: nudge.Hours{Zone: amsterdam, Week: mustWeek(t)}}
	for name, c := range map[string]struct {
		clock nudge.Timed
		since time.Time
		want  []time.Time
	}{
		"on whole minutes":         {round, at(2, "09:00:02"), []time.Time{at(2, "09:16:00"), at(2, "09:46:00"), at(2, "09:46:00"), at(2, "10:01:00")}},
		"at night":                 {work, at(2, "23:00:00"), []time.Time{at(3, "09:15:00"), at(3, "09:45:00"), at(3, "09:45:00"), at(3, "10:00:00")}},
		"over the end of the day":  {work, at(2, "16:50:00"), []time.Time{at(3, "09:05:00"), at(3, "09:35:00"), at(3, "09:35:00"), at(3, "09:50:00")}},
		"over the weekend":         {work, at(6, "16:30:00"), []time.Time{at(6, "16:45:00"), at(9, "09:15:00"), at(9, "09:15:00"), at(9, "09:30:00")}},
		"nobody waits":             {work, time.Time{}, nil},
		"nobody is reminded":       {nudge.Timed{Hours: nineToFive(t)}, at(2, "09:00:00"), nil},
		"a desk that never opens":  {closed, at(2, "09:00:00"), nil},
		"steps in the wrong order": {nudge.Timed{Ladder: nudge.Ladder{Steps: []nudge.Step{{After: time.Hour}, {After: time.Minute}}}}, at(2, "09:00:00"), []time.Time{at(2, "10:00:00"), at(2, "10:00:00")}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.clock.Deadlines(c.since); !slices.EqualFunc(got, c.want, time.Time.Equal) {
				t.Errorf("due %v\nwant %v", got, c.want)
			}
		})
	}
}

// mustWeek is a week without any hours.
func mustWeek(t testing.TB) nudge.Week {
	t.Helper()
	w, err := nudge.ParseWeek([]string{"mon-sun closed"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestDecide(t *testing.T) {
	clock := nudge.Timed{Ladder: usual, Hours: nineToFive(t)}
	since := at(2, "09:00:00")
	waiting := conversation.Conversation{Turn: conversation.Waiting, Since: since, Deadlines: clock.Deadlines(since)}
	with := func(change func(*conversation.Conversation)) conversation.Conversation {
		c := waiting
		change(&c)
		return c
	}
	claimed := with(func(c *conversation.Conversation) { c.Claimer.ID, c.Claimed = "U1", since })
	for name, c := range map[string]struct {
		c    conversation.Conversation
		now  time.Time
		want conversation.Decision
	}{
		"too early":     {waiting, at(2, "09:14:59"), conversation.Decision{Why: conversation.NotYet, Next: at(2, "09:15:00")}},
		"the first":     {waiting, at(2, "09:15:00"), conversation.Decision{Why: conversation.StepDue, Steps: 1, Thread: true, To: []string{"S1"}, Next: at(2, "09:45:00")}},
		"to who has it": {claimed, at(2, "09:15:00"), conversation.Decision{Why: conversation.StepDue, Steps: 1, Thread: true, To: []string{"U1"}, Next: at(2, "09:45:00")}},
		"the second, of nobody's": {
			with(func(c *conversation.Conversation) { c.Step = 1 }), at(2, "09:45:00"),
			conversation.Decision{Why: conversation.StepDue, Steps: 3, Thread: true, To: []string{"S1"}, Next: at(2, "10:00:00")},
		},
		"the second, of somebody's": {
			with(func(c *conversation.Conversation) { c.Step, c.Claimer.ID, c.Claimed = 1, "U1", since }), at(2, "09:45:00"),
			conversation.Decision{Why: conversation.StepDue, Steps: 3, Thread: true, To: []string{"S1"}, Direct: []string{"U1"}, Release: true, Next: at(2, "10:00:00")},
		},
		"the second, just claimed": {
			with(func(c *conversation.Conversation) { c.Step, c.Claimer.ID, c.Claimed = 1, "U1", at(2, "09:40:00") }), at(2, "09:45:00"),
			conversation.Decision{Why: conversation.StepDue, Steps: 3, Thread: true, To: []string{"S1"}, Direct: []string{"U1"}, Next: at(2, "10:00:00")},
		},
		"the last":          {with(func(c *conversation.Conversation) { c.Step = 3 }), at(2, "10:00:00"), conversation.Decision{Why: conversation.StepDue, Steps: 4, Direct: []string{"U9"}}},
		"after the last":    {with(func(c *conversation.Conversation) { c.Step = 4 }), at(3, "10:00:00"), conversation.Decision{Why: conversation.AllTaken, Steps: 4}},
		"all at once":       {claimed, at(2, "11:00:00"), conversation.Decision{Why: conversation.StepDue, Steps: 4, Thread: true, To: []string{"U1", "S1"}, Direct: []string{"U1", "U9"}, Release: true}},
		"the machine slept": {waiting, at(2, "19:00:00"), conversation.Decision{Why: conversation.OutOfHours, Next: at(3, "09:00:00")}},
		"just closed":       {with(func(c *conversation.Conversation) { c.Deadlines = []time.Time{at(2, "17:00:00")} }), at(2, "17:00:01"), conversation.Decision{Why: conversation.StepDue, Steps: 1, Thread: true, To: []string{"S1"}}},
		"answered":          {with(func(c *conversation.Conversation) { c.Turn = conversation.Answered }), at(2, "09:15:00"), conversation.Decision{Why: conversation.TheirTurn}},
		"done":              {with(func(c *conversation.Conversation) { c.Turn = conversation.Done }), at(2, "09:15:00"), conversation.Decision{Why: conversation.ClosedNow}},
		"put aside": {
			with(func(c *conversation.Conversation) { c.Turn, c.Snooze.Until = conversation.Snoozed, at(3, "09:00:00") }), at(2, "09:15:00"),
			conversation.Decision{Why: conversation.PutAway, Next: at(3, "09:00:00")},
		},
		"unreachable": {with(func(c *conversation.Conversation) { c.Unreachable = conversation.Blocked }), at(2, "09:15:00"), conversation.Decision{Why: conversation.NotReached}},
		"no ladder":   {with(func(c *conversation.Conversation) { c.Deadlines = nil }), at(2, "09:15:00"), conversation.Decision{Why: conversation.NoLadder}},
		"a longer ladder once": {
			with(func(c *conversation.Conversation) {
				c.Step, c.Deadlines = 4, append(slices.Clone(c.Deadlines), at(2, "10:30:00"))
			}), at(2, "10:30:00"), conversation.Decision{Why: conversation.NobodyToAsk, Steps: 5},
		},
		"one is owed where a step names nobody": {
			with(func(c *conversation.Conversation) {
				c.Step, c.Owed, c.Deadlines = 4, true, append(slices.Clone(c.Deadlines), at(3, "09:00:00"))
			}), at(3, "09:00:00"), conversation.Decision{Why: conversation.StepDue, Steps: 5, Thread: true, To: []string{"S1"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := clock.Decide(c.c, c.now)
			if got.Why != c.want.Why || got.Steps != c.want.Steps || got.Thread != c.want.Thread || got.Release != c.want.Release ||
				!slices.Equal(got.To, c.want.To) || !slices.Equal(got.Direct, c.want.Direct) || !got.Next.Equal(c.want.Next) {
				t.Errorf("decided %+v\nwant    %+v", got, c.want)
			}
		})
	}
}

func TestWhom(t *testing.T) {
	claimed := conversation.Conversation{Claimer: conversation.Person{ID: "U1"}}
	byLead := conversation.Conversation{Claimer: conversation.Person{ID: "U9"}}
	one := func(to ...string) nudge.Ladder {
		return nudge.Ladder{Duty: "S1", Lead: "U9", Steps: []nudge.Step{{To: to}}}
	}
	for name, c := range map[string]struct {
		ladder nudge.Ladder
		c      conversation.Conversation
		want   []string
	}{
		"whoever claimed":          {one("claimer|duty"), claimed, []string{"U1"}},
		"else the group":           {one("claimer|duty"), conversation.Conversation{}, []string{"S1"}},
		"everybody named":          {one("claimer", "duty", "lead"), claimed, []string{"U1", "S1", "U9"}},
		"nobody twice":             {one("claimer", "lead"), byLead, []string{"U9"}},
		"who is not set":           {nudge.Ladder{Steps: []nudge.Step{{To: []string{"duty"}}}}, claimed, nil},
		"spaces do not matter":     {one(" claimer | duty "), claimed, []string{"U1"}},
		"a name that means nobody": {one("boss"), claimed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			waits := c.c
			waits.Turn, waits.Since = conversation.Waiting, at(2, "09:00:00")
			waits.Deadlines = []time.Time{waits.Since}
			if got := (nudge.Timed{Ladder: c.ladder}).Decide(waits, waits.Since).To; !slices.Equal(got, c.want) {
				t.Errorf("reminds %v, want %v", got, c.want)
			}
		})
	}
	if got := usual.OnDuty(claimed); !slices.Equal(got, []string{"U1"}) {
		t.Errorf("on duty is %v", got)
	}
}

func TestWarn(t *testing.T) {
	round, work := nudge.Timed{}, nudge.Timed{Hours: nineToFive(t)}
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		clock nudge.Timed
		from  time.Time
		want  time.Time
	}{
		"around the clock":                {round, at(2, "09:00:00"), at(3, "03:00:00")},
		"before the desk closes":          {work, at(2, "09:00:00"), at(2, "17:00:00")},
		"in the morning":                  {work, at(2, "15:30:00"), at(3, "09:30:00")},
		"when the desk opens again":       {work, at(2, "14:30:00"), at(3, "09:00:00")},
		"an hour is left then":            {work, at(2, "10:00:00"), at(3, "09:00:00")},
		"less than an hour is left then":  {work, at(2, "09:59:59"), at(2, "17:00:00")},
		"the weekend is between":          {work, at(6, "14:30:00"), at(6, "17:00:00")},
		"written at night":                {work, at(2, "23:00:00"), at(3, "17:00:00")},
		"written at night, closed till 9": {work, at(2, "18:00:00"), at(3, "12:00:00")},
		"written on a Saturday":           {work, at(7, "12:00:00"), at(8, "06:00:00")}, // nobody is at work before it closes
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.clock.Warn(c.from, c.from.Add(day)); !got.Equal(c.want) {
				t.Errorf("warns at %v, want %v", got, c.want)
			}
		})
	}
}

// A short window leaves little: a quarter of what is left is enough then.
func TestWarnShort(t *testing.T) {
	work := nudge.Timed{Hours: nineToFive(t)}
	for _, c := range []struct{ from, until, want time.Time }{
		{at(2, "08:06:00"), at(2, "09:06:00"), at(2, "09:00:00")}, // six minutes are left at nine, of 15
		{at(2, "08:04:00"), at(2, "09:04:00"), at(2, "09:00:00")},
		{at(2, "08:02:00"), at(2, "09:02:00"), at(2, "09:00:00")}, // two are not enough, but there is nothing before
		{at(2, "16:30:00"), at(3, "09:10:00"), at(2, "17:00:00")},
		{at(2, "17:30:00"), at(2, "18:30:00"), at(2, "18:15:00")}, // nobody is at work before it closes
		{at(2, "16:50:00"), at(3, "10:00:00"), at(3, "09:00:00")},
	} {
		if got := work.Warn(c.from, c.until); !got.Equal(c.want) {
			t.Errorf("from %v until %v: warns at %v, want %v", c.from, c.until, got, c.want)
		}
	}
}

// Whenever the customer wrote and however long we may answer, somebody who is at work is told where there is one, and as
// late as leaves enough to do it.
func TestWarnAnyWindow(t *testing.T) {
	work := nudge.Timed{Hours: nineToFive(t)}
	open := func(t time.Time) bool { // nine to five on working days, without package nudge
		return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= 9 && t.Hour() < 17
	}
	rapid.Check(t, func(t *rapid.T) {
		from := at(2, "00:00:00").Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "from")) * time.Minute)
		until := from.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "quarters")*4) * 15 * time.Minute)
		most := from.Add(until.Sub(from) * 3 / 4)
		before, behind := time.Time{}, 0 // the last minute of service before, and how many come later
		first := time.Time{}
		for m := from; m.Before(until); m = m.Add(time.Minute) {
			switch {
			case !open(m):
			case m.Before(most):
				before = m.Add(time.Minute)
			default:
				if behind++; first.IsZero() {
					first = m
				}
			}
		}
		left := min(time.Hour, until.Sub(most)/4)
		want := most
		switch {
		case open(most) || before.Equal(most):
		case behind > 0 && time.Duration(behind)*time.Minute >= left:
			want = first
		case !before.IsZero():
			want = before
		case behind > 0:
			want = first
		}
		if got := work.Warn(from, until); !got.Equal(want) {
			t.Fatalf("from %v until %v: warns at %v, want %v", from, until, got, want)
		}
	})
}

// Whatever the ladder and the hours, each step is taken once, in order, in hours, and none before its time.
func TestRandomLadders(t *testing.T) {
	hours := nineToFive(t)
	rapid.Check(t, func(t *rapid.T) {
		var l nudge.Ladder
		l.Duty = "S1"
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			l.Steps = append(l.Steps, nudge.Step{
				After: time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute, To: []string{"claimer|duty"}, Direct: rapid.Bool().Draw(t, "direct"),
			})
		}
		clock := nudge.Timed{Ladder: l, Hours: hours}
		since := at(2, "00:00:00").Add(time.Duration(rapid.IntRange(0, 14*24*3600).Draw(t, "since")) * time.Second)
		c := conversation.Conversation{Turn: conversation.Waiting, Since: since, Deadlines: clock.Deadlines(since)}
		if len(c.Deadlines) != len(l.Steps) || !slices.IsSortedFunc(c.Deadlines, time.Time.Compare) {
			t.Fatalf("deadlines %v", c.Deadlines)
		}
		now := since
		for range 20 {
			d := clock.Decide(c, now)
			if d.Steps < c.Step || d.Steps > len(c.Deadlines) {
				t.Fatalf("takes %d steps after %d", d.Steps, c.Step)
			}
			for _, at := range c.Deadlines[c.Step:d.Steps] {
				if at.After(now) || !hours.Open(now) && !hours.Open(now.Add(-time.Minute)) {
					t.Fatalf("a step due at %v is taken at %v", at, now)
				}
			}
			c.Step = d.Steps
			if d.Next.IsZero() {
				break
			}
			if !d.Next.After(now) {
				t.Fatalf("at %v it looks again at %v", now, d.Next)
			}
			now = d.Next.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "late")) * time.Minute)
		}
		if c.Step != len(c.Deadlines) {
			t.Fatalf("%d of %d steps were taken", c.Step, len(c.Deadlines))
		}
	})
}
