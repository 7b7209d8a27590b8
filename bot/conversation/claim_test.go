package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestTakeOver(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.presses(TakeOver, "", eva, private), "render") // it was nobody's
	is(t, s.presses(TakeOver, "", eva, private), "")
	is(t, s.presses(TakeOver, "", jan, private), "whisper U1 taken_by Eva [take_over]") // they pressed at once
	s.now = s.now.Add(6 * time.Second)
	is(t, s.presses(TakeOver, "", jan, private), "render\nwhisper U2 taken_over Jan")
	is(t, s.presses(Release, "", eva, private), "whisper U2 taken_by Jan [take_over]")
	is(t, s.presses(TakeOver, "", guest, private), "whisper U9 may_not_press guest")
	robot := Person{ID: "U8", Why: Robot}
	is(t, s.presses(Claim, "", robot, private), "")
	if s.c.Claimer != jan {
		t.Errorf("%v has it", s.c.Claimer)
	}
}

func TestHandOver(t *testing.T) {
	s := opened(t, Ask)
	hand := func(by, to Person) string { return s.on(Pressed{Action: HandOver, By: by, To: to, At: s.now}) }
	is(t, hand(jan, guest), "whisper U1 not_handed guest Gust")
	is(t, hand(jan, eva), "render\nnudge 0 [U2]")
	is(t, hand(jan, eva), "") // sent twice
	s.work()
	is(t, hand(eva, jan), "remove p2\nrender\nnudge 0 [U1]")
	s.work()
	is(t, hand(eva, eva), "remove p3\nrender\nwhisper U1 taken_over Eva")
	s.writes("a1", "Dag", mute, private)
	s.work()
	s.settled()
}

// A customer who is closed goes to nobody, since nobody would be told; reopened, they do.
func TestHandOverClosed(t *testing.T) {
	for _, has := range []string{"", "jan"} {
		s := opened(t, Ask)
		if has != "" {
			s.presses(Claim, "", jan, private)
		}
		s.presses(NoAnswer, "", jan, private)
		before := s.c.Claimer
		for _, to := range []Person{eva, jan, guest} {
			is(t, s.on(Pressed{Action: HandOver, By: jan, To: to, At: s.now}), "whisper U1 handed_closed")
		}
		if s.c.Claimer != before {
			t.Errorf("%v has it, and had it %v", s.c.Claimer, before)
		}
		s.presses(Reopen, "", jan, private)
		is(t, s.on(Pressed{Action: HandOver, By: jan, To: eva, At: s.now}), "render\nnudge 0 [U2]")
		if job := s.jobs[Inward][len(s.jobs[Inward])-1]; !s.c.Wants(job) || s.c.Claimer != eva {
			t.Errorf("%v has it, and %v is not wanted", s.c.Claimer, job)
		}
	}
}

// Who has a customer and does not answer loses them, and a reminder that comes after it was handed on is not given.
func TestClaimsEnd(t *testing.T) {
	s := opened(t, Ask)
	s.presses(Claim, "", jan, private)
	is(t, s.later(15*time.Minute), "nudge 1 [U1]\nrender")
	is(t, s.later(30*time.Minute), "nudge 2 [U1] returned by Jan\nrender")
	if s.c.Claimer.ID != "" {
		t.Errorf("%v has it", s.c.Claimer)
	}
	s.on(Pressed{Action: HandOver, By: jan, To: eva, At: s.now})
	handed := s.jobs[Inward][len(s.jobs[Inward])-1]
	s.now = s.now.Add(6 * time.Second)
	s.presses(TakeOver, "", jan, private)
	if s.c.Wants(handed) {
		t.Error("Eva is told of a customer who is Jan's")
	}
}
