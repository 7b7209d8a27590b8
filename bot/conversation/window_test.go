package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
	"webcare/bot/nudge"
)

// TestWindowClosesOutOfHours: a reminder that is due waits until somebody is at work, and the end of a reply window does not.
func TestWindowClosesOutOfHours(t *testing.T) {
	week, err := nudge.ParseWeek([]string{"mon-fri 09:00-17:00"})
	if err != nil {
		t.Fatal(err)
	}
	s := newScene(t, Ask)
	s.rules.Clock = nudge.Timed{Hours: nudge.Hours{Week: week}, Ladder: nudge.Ladder{Duty: "S1", Steps: []nudge.Step{{After: 15 * time.Minute, To: []string{"duty"}}}}}
	s.now = start.AddDate(0, 0, 4).Add(7 * time.Hour) // Friday at four
	s.limits.Until = s.now.Add(24 * time.Hour)
	s.hears("m1", "Mijn pakket is kapot")
	s.now = s.now.Add(2 * time.Hour) // the machine slept
	s.on(Ticked{})
	s.limits.Until = s.now.Add(24 * time.Hour)
	s.hears("m2", "Hallo?")
	ends := s.limits.Until
	for s.on(Ticked{}); !s.c.Warned && s.now.Before(ends); s.on(Ticked{}) {
		if !s.c.Due.After(s.now) {
			t.Fatalf("at %v the clock looks at %v next", s.now, s.c.Due)
		}
		s.now = s.c.Due
	}
	if want := ends.Add(-6 * time.Hour); !s.now.Equal(want) {
		t.Errorf("staff are told of the end of the window at %v, want %v", s.now, want)
	}
}
