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

func TestDue(t *testing.T) {
	since := time.Date(2026, 3, 29, 0, 50, 0, 0, time.UTC) // ten minutes before clocks change in Amsterdam
	amsterdam := time.FixedZone("", 3600)
	for name, c := range map[string]struct {
		ladder nudge.Ladder
		since  time.Time
		step   int
		want   time.Time
	}{
		"the first":            {usual, since, 0, since.Add(15 * time.Minute)},
		"the second":           {usual, since, 1, since.Add(45 * time.Minute)},
		"two at the same time": {usual, since, 2, since.Add(45 * time.Minute)},
		"the last":             {usual, since, 3, since.Add(time.Hour)},
		"after the last":       {usual, since, 4, time.Time{}},
		"before the first":     {usual, since, -1, time.Time{}},
		"nobody waits":         {usual, time.Time{}, 0, time.Time{}},
		"an empty ladder":      {nudge.Ladder{}, since, 0, time.Time{}},
		"in another time zone": {usual, since.In(amsterdam), 0, since.Add(15 * time.Minute)},
		"at once":              {nudge.Ladder{Steps: []nudge.Step{{}}}, since, 0, since},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.ladder.Due(c.since, c.step); !got.Equal(c.want) {
				t.Errorf("due %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhom(t *testing.T) {
	claimed := conversation.Conversation{Claimer: conversation.Person{ID: "U1"}}
	byLead := conversation.Conversation{Claimer: conversation.Person{ID: "U9"}}
	one := func(direct bool, to ...string) nudge.Ladder {
		return nudge.Ladder{Duty: "S1", Lead: "U9", Steps: []nudge.Step{{To: to, Direct: direct}}}
	}
	unset := nudge.Ladder{Steps: usual.Steps}
	for name, c := range map[string]struct {
		ladder nudge.Ladder
		c      conversation.Conversation
		step   int
		want   []string
		direct bool
	}{
		"duty, unclaimed":        {usual, conversation.Conversation{}, 0, []string{"S1"}, false},
		"the claimer":            {usual, claimed, 0, []string{"U1"}, false},
		"the claimer, directly":  {usual, claimed, 1, []string{"U1"}, true},
		"no claimer to tell":     {usual, conversation.Conversation{}, 1, nil, true},
		"the group":              {usual, claimed, 2, []string{"S1"}, false},
		"the lead":               {usual, claimed, 3, []string{"U9"}, true},
		"after the last":         {usual, claimed, 4, nil, true},
		"before the first":       {usual, claimed, -1, nil, true},
		"nobody is set":          {unset, conversation.Conversation{}, 0, nil, false},
		"nobody is set, claimed": {unset, claimed, 0, []string{"U1"}, false},
		"no lead is set":         {unset, claimed, 3, nil, true},
		"everybody named":        {one(false, "claimer", "duty", "lead"), claimed, 0, []string{"U1", "S1", "U9"}, false},
		"each only once":         {one(false, "claimer", "lead", "lead"), byLead, 0, []string{"U9"}, false},
		"the first that exists":  {one(false, "claimer|lead|duty"), conversation.Conversation{}, 0, []string{"U9"}, false},
		"with spaces":            {one(true, " claimer | duty "), conversation.Conversation{}, 0, []string{"S1"}, true},
		"a name nobody has":      {one(false, "boss", "boss|duty", ""), claimed, 0, []string{"S1"}, false},
		"nobody named":           {one(false), claimed, 0, nil, false},
		"taken by the first":     {one(false, "claimer|duty", "claimer|lead"), claimed, 0, []string{"U1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			to, direct := c.ladder.Whom(c.c, c.step)
			if !slices.Equal(to, c.want) || direct != c.direct {
				t.Errorf("reminds %v, directly %v; want %v, %v", to, direct, c.want, c.direct)
			}
		})
	}
}

// Whatever the ladder: nobody twice, nobody without an id, no step that does not exist, and the same answer each time.
func TestLadderKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := func(name string, ids ...string) string { return rapid.SampledFrom(append(ids, "")).Draw(t, name) }
		l := nudge.Ladder{Duty: id("duty", "S1", "S2"), Lead: id("lead", "U1", "U9")}
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			l.Steps = append(l.Steps, nudge.Step{
				After:  time.Duration(rapid.IntRange(0, 100).Draw(t, "after")) * time.Minute,
				To:     rapid.SliceOfN(rapid.StringMatching(`(claimer|duty|lead|boss)( ?\| ?(claimer|duty|lead))?`), 0, 4).Draw(t, "to"),
				Direct: rapid.Bool().Draw(t, "direct"),
			})
		}
		c := conversation.Conversation{Claimer: conversation.Person{ID: id("claimer", "U1", "U2")}}
		since := time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "since"), 0)
		step := rapid.IntRange(-2, 7).Draw(t, "step")
		exists := step >= 0 && step < len(l.Steps)
		due := l.Due(since, step)
		to, direct := l.Whom(c, step)
		again, _ := l.Whom(c, step)
		switch {
		case due.IsZero() == exists, exists && due.Before(since):
			t.Fatalf("step %d of %d is due %v, and the wait began %v", step, len(l.Steps), due, since)
		case !exists && (len(to) > 0 || !direct):
			t.Fatalf("a step that does not exist reminds %v, directly %v", to, direct)
		case exists && direct != l.Steps[step].Direct:
			t.Fatalf("directly %v", direct)
		case !slices.Equal(to, again):
			t.Fatalf("first %v, then %v", to, again)
		}
		for i, who := range to {
			if who == "" || slices.Contains(to[:i], who) || !slices.Contains([]string{c.Claimer.ID, l.Duty, l.Lead}, who) {
				t.Fatalf("reminds %q", to)
			}
		}
	})
}

// The ladder climbs as Apply takes its steps, one at a time, also when the bot was down for hours.
func TestTheLadderInUse(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	rules := conversation.Rules{OnUnsure: conversation.Ask, Clock: usual}
	c, _ := conversation.Apply(conversation.New("1", conversation.Ref{}), conversation.Heard{ExternalID: "m1", At: start}, rules, start)
	var got []conversation.Nudge
	var at []time.Duration
	now := start.Add(50 * time.Minute) // the bot was down
	for !c.Due.IsZero() {
		if c.Due.After(now) {
			now = c.Due
		}
		var out []conversation.Effect
		c, out = conversation.Apply(c, conversation.Ticked{}, rules, now)
		for _, e := range out {
			if n, is := e.(conversation.Nudge); is {
				got, at = append(got, n), append(at, now.Sub(start))
			}
		}
	}
	want := []conversation.Nudge{{Step: 0, To: []string{"S1"}}, {Step: 2, To: []string{"S1"}}, {Step: 3, To: []string{"U9"}, Direct: true}}
	same := slices.EqualFunc(got, want, func(a, b conversation.Nudge) bool {
		return a.Step == b.Step && a.Direct == b.Direct && slices.Equal(a.To, b.To)
	})
	if !same || !slices.Equal(at, []time.Duration{50 * time.Minute, 50 * time.Minute, time.Hour}) {
		t.Errorf("reminded %+v at %v, want %+v", got, at, want)
	}
}
