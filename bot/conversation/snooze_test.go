package conversation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// snoozes puts the conversation aside.
func (s *scene) snoozes(by Person, until time.Time) string {
	s.t.Helper()
	return s.on(Pressed{Action: Snooze, By: by, At: s.now, Until: until, Seen: s.now.Add(time.Minute)})
}

func TestSnooze(t *testing.T) {
	s := opened(t, Ask)
	s.later(15 * time.Minute)
	s.work()
	is(t, s.snoozes(jan, s.now), "")
	is(t, s.snoozes(jan, s.now.Add(401*24*time.Hour)), "")
	is(t, s.snoozes(jan, start.Add(2*time.Hour)), "remove p2\nrender")
	s.state("snoozed since 0m due 120m step 0")
	is(t, s.later(time.Hour), "")
	is(t, s.snoozes(eva, start.Add(3*time.Hour)), "render") // another moment
	is(t, s.presses(Close, "", jan, private), "whisper U1 still_waiting\nrender")
	is(t, s.later(105*time.Minute), "render\nnudge 0 [U2]")
	s.state("waiting since 0m due 195m step 0")
	s.work()
	is(t, s.later(time.Hour), "nudge 1 [S1]\nrender\nnudge 2 [S1]\nrender")
	s.work()
	s.writes("a1", "Dag", mute, private)
	s.work()
	s.settled()
	is(t, s.presses(Wake, "", jan, private), "")
}

func TestSnoozeEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(s *scene) string
		want string
		then string
	}{
		"the customer writes":   {func(s *scene) string { return s.hears("m2", "Of eerder?") }, "render\nshow \"Of eerder?\"", "waiting since 0m due 75m step 0"},
		"somebody takes it up":  {func(s *scene) string { return s.presses(Wake, "", eva, private) }, "render", "waiting since 0m due 75m step 0"},
		"no answer is needed":   {func(s *scene) string { return s.presses(NoAnswer, "", eva, private) }, "render", "done since never due never step 0"},
		"answered on the phone": {func(s *scene) string { return s.on(Echoed{By: "Jan"}) }, "tell answered_outside Jan\nrender", "answered since never due never step 0"},
		"answered":              {func(s *scene) string { s.writes("a1", "Dag", mute, private); return s.sends(OK, "") }, "mark a1 none > sent\nrender", "answered since never due never step 0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.c.Claimer = mute
			s.snoozes(jan, start.Add(4*time.Hour))
			s.work()
			s.now = start.Add(time.Hour)
			is(t, c.end(s), c.want)
			s.state(c.then)
		})
	}
}

func TestPromise(t *testing.T) {
	tomorrow := start.Add(25 * time.Hour)
	promising := func(t *testing.T) *scene {
		s := opened(t, Ask)
		s.rules.Promises = func(answer string, _ time.Time) (time.Time, bool) { return tomorrow, answer == "Morgen\n— Jan\n" }
		s.writes("a1", "Morgen", jan, private)
		return s
	}
	s := promising(t)
	is(t, s.sends(OK, ""), "mark a1 none > sent\nrender\nwhisper U1 promise_seen [remind] about a1")
	is(t, s.presses(Remind, "a9", jan, private), "whisper U1 offer_over")
	is(t, s.presses(Remind, "a1", jan, private), "render")
	is(t, s.presses(Remind, "a1", jan, private), "") // once
	s.state("snoozed since never due 1500m step 0")
	s.work()
	is(t, s.later(25*time.Hour), "render\nnudge 0 [U1]")
	s.state("waiting since 1500m due 1515m step 0") // it is our turn, and the ladder runs
	s.work()
	is(t, s.later(15*time.Minute), "nudge 1 [U1]\nrender")

	s = promising(t)
	s.sends(OK, "")
	s.hears("m2", "Hoe laat?")
	is(t, s.presses(Remind, "a1", jan, private), "whisper U1 still_waiting")

	s = promising(t)
	s.sends(OK, "")
	s.presses(Remind, "a1", jan, private)
	s.presses(Close, "", jan, private)
	s.state("done since never due never step 0")
	is(t, s.later(48*time.Hour), "")
}

func TestWindow(t *testing.T) {
	s := newScene(t, Ask)
	s.rules.Clock = ladder{}
	s.limits.Until = start.Add(24 * time.Hour)
	s.hears("m1", "Open?")
	s.work()
	s.state("waiting since 0m due 720m step 0") // the card counts down
	is(t, s.later(12*time.Hour), "render")
	is(t, s.later(6*time.Hour), "render\nnudge 0 [S1]")
	s.work()
	for range 5 {
		s.now = s.c.Due
		is(t, s.on(Ticked{}), "render")
		s.work()
	}
	s.state("waiting since 0m due never step 0")
	s.limits.Until = s.now.Add(24 * time.Hour)
	s.hears("m2", "Hallo?") // a new window
	s.work()
	s.state("waiting since 0m due 2160m step 0")
	s.writes("a1", "Ja", mute, private)
	s.work()
	s.settled()
	s.state("answered since never due never step 0")
}

func TestClosedReply(t *testing.T) {
	s := newScene(t, Ask)
	h := heard("m1", "Is er iemand?", s.now)
	h.Closed = "Tot morgen"
	is(t, s.on(h), "card \"Is er iemand?\"\nauto \"Tot morgen\"")
	s.work()
	s.state("waiting since 0m due 15m step 0") // it answers nothing
	h.ExternalID, h.At = "m2", s.now
	is(t, s.on(h), `show "Is er iemand?"`)
	s.now = s.now.Add(24 * time.Hour)
	h.ExternalID = "m3"
	is(t, s.on(h), "show \"Is er iemand?\"\nauto \"Tot morgen\"")
	h.ExternalID, h.Public = "m4", true
	s.now = s.now.Add(24 * time.Hour)
	is(t, s.on(h), `show "Is er iemand?"`)
}

func TestDidWeHelp(t *testing.T) {
	s := opened(t, Ask)
	s.rules.Helped = "Geholpen?"
	s.writes("a1", "Dag", mute, private)
	s.work()
	is(t, s.presses(Close, "", jan, private), "auto \"Geholpen?\"\nrender")
	_, followed := s.carry(Outward, Maybe, Lost)
	is(t, followed, "") // nobody is asked twice
	is(t, s.hears("m2", "👎"), "render\nshow \"👎\"")
	if s.c.Rating != "👎" || s.c.Turn != Done {
		t.Errorf("%q, %s", s.c.Rating, s.c.Turn)
	}
	is(t, s.on(Reacted{Emoji: "👍", At: s.now}), "render")
	s.hears("m3", "Toch nog iets")
	s.state("waiting since 0m due 15m step 0")
	s.writes("a2", "Zo dan", mute, private)
	s.work()
	is(t, s.presses(Close, "", jan, private), "render") // not again within 30 days
	s.now = s.now.Add(31 * 24 * time.Hour)
	s.presses(Reopen, "", jan, private)
	is(t, s.presses(NoAnswer, "", jan, private), "render")
}

// Nobody puts aside, or closes, what they cannot have read: what came in the moment before they pressed, or after they
// opened a form.
func TestUnseen(t *testing.T) {
	for name, c := range map[string]struct {
		press Pressed
		late  time.Duration // behind the customer's message
		done  bool
	}{
		"in the same moment":   {Pressed{Action: Snooze}, 0, false},
		"a moment later":       {Pressed{Action: Snooze}, 1900 * time.Millisecond, false},
		"when it was read":     {Pressed{Action: Snooze}, 2 * time.Second, true},
		"no answer is needed":  {Pressed{Action: NoAnswer}, time.Second, false},
		"and it is not":        {Pressed{Action: NoAnswer}, 2 * time.Second, true},
		"a form from before":   {Pressed{Action: Snooze, Seen: start.Add(9 * time.Minute)}, time.Hour, false},
		"a form from behind":   {Pressed{Action: Snooze, Seen: start.Add(11 * time.Minute)}, time.Hour, true},
		"who only claims":      {Pressed{Action: Claim}, 0, true},
		"Slack's clock is off": {Pressed{Action: Snooze, At: start.Add(-time.Hour)}, time.Minute, true},
		"our clock was set":    {Pressed{Action: Snooze}, -time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.now = start.Add(10 * time.Minute)
			s.hears("m2", "Het is al gekomen!")
			s.work()
			s.now = s.now.Add(c.late)
			c.press.By, c.press.Until = jan, s.now.Add(time.Hour)
			if got := s.on(c.press); (got != "whisper U1 wrote_meanwhile") != c.done {
				t.Errorf("it did %q", got)
			}
		})
	}
}

// Two who promised are both reminded, each at their time, whatever is said in between.
func TestTwoPromises(t *testing.T) {
	for name, c := range map[string]struct {
		between func(s *scene)
		want    []string
	}{
		"nobody says more":     {func(*scene) {}, []string{"nudge 0 [U2]", "nudge 0 [U1]"}},
		"an answer in between": {func(s *scene) { s.hears("m2", "En nu?"); s.writes("a3", "Nee", eva, private); s.work() }, []string{"nudge 0 [U2]", "nudge 0 [U1]"}},
		"closed":               {func(s *scene) { s.presses(Close, "", eva, private) }, nil},
		"the second is moved":  {func(s *scene) { s.snoozes(eva, start.Add(72*time.Hour)) }, []string{"nudge 0 [U1]", "nudge 0 [U2]"}},
		"the customer is not in time": {func(s *scene) {
			s.hears("m2", "En?")
			s.later(30 * time.Hour)
			s.writes("a3", "Dag", eva, private)
			s.work()
		}, []string{"nudge 0 [U1]"}},
		"a colleague answers when it is too late": {func(s *scene) {
			s.hears("m2", "En?")
			s.later(30 * time.Hour)
			s.writes("a3", "Dag", jan, private)
			s.work()
		}, []string{"nudge 0 [U2]", "nudge 0 [U1]"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.rules.Clock = ladder{}
			s.rules.Promises = func(answer string, _ time.Time) (time.Time, bool) {
				switch {
				case strings.HasPrefix(answer, "Overmorgen"):
					return start.Add(48 * time.Hour), true
				case strings.HasPrefix(answer, "Morgen"):
					return start.Add(24 * time.Hour), true
				}
				return time.Time{}, false
			}
			s.writes("a1", "Overmorgen", jan, private)
			s.work()
			s.now = start.Add(time.Minute) // else Eva is asked, since Jan answered just now
			s.writes("a2", "Morgen", eva, private)
			s.work()
			s.presses(Remind, "a1", jan, private)
			s.presses(Remind, "a2", eva, private)
			s.presses(Remind, "a1", jan, private) // twice
			s.work()
			c.between(s)
			var got []string
			for range 4 {
				for line := range strings.SplitSeq(s.later(25*time.Hour), "\n") {
					if strings.HasPrefix(line, "nudge 0") {
						got = append(got, line)
					}
				}
				s.work()
				s.writes(fmt.Sprint("b", s.now.Unix()), "Nog niet", mute, private)
				s.work()
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, and should be %q", got, c.want)
			}
		})
	}
}

// A reminder that is owed since closing time tells whose claim is over, unless somebody has taken the customer since; and
// what told somebody that a customer is theirs goes when it is settled.
func TestOwedTellsWhoseClaimIsOver(t *testing.T) {
	s := opened(t, Ask)
	s.presses(Claim, "", jan, private)
	s.later(16 * time.Minute)
	s.work()
	is(t, s.later(30*time.Minute), "nudge 2 [U1] returned by Jan\nrender")
	job := s.jobs[Inward][0].(Nudge)
	s.jobs[Inward] = s.jobs[Inward][1:]
	s.on(Delayed{Effect: job, At: s.now})
	if !s.c.Owed || s.c.OwedBy != "Jan" {
		t.Fatalf("owed %v, of %q", s.c.Owed, s.c.OwedBy)
	}
	after := s.c
	s.presses(Claim, "", eva, private)
	if s.c.OwedBy != "" {
		t.Errorf("Eva has it, and %q is told of", s.c.OwedBy)
	}
	s.c = after
	if got := s.later(time.Minute); !strings.Contains(got, "returned by Jan") {
		t.Errorf("what is told is %q", got)
	}
}

func TestHandedGoes(t *testing.T) {
	for name, c := range map[string]struct {
		settle func(s *scene) string
	}{
		"answered":   {func(s *scene) string { s.writes("a2", "Dag", eva, private); return s.sends(OK, "") }},
		"given back": {func(s *scene) string { return s.presses(Release, "", eva, private) }},
		"taken over": {func(s *scene) string { return s.presses(TakeOver, "", jan, private) }},
		"closed":     {func(s *scene) string { return s.presses(Close, "", eva, private) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.writes("a1", "Een ogenblik", jan, private)
			s.work()
			s.now = s.now.Add(time.Minute)
			s.on(Pressed{Action: HandOver, By: jan, To: eva, At: s.now})
			s.work()
			s.now = s.now.Add(time.Minute)
			if got := c.settle(s); !strings.Contains(got, "remove ") {
				t.Errorf("it stands: %q", got)
			}
			s.work()
			s.settled()
		})
	}
}
