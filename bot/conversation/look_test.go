package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// deafSince is a scene where an answer asks before it leaves, and the desk was deaf since it was typed.
func deafSince(t *testing.T) (*scene, Limits) {
	s, l := holding(t)
	s.writes("a1", "Dag", jan, l)
	s.hears("m2", "Hallo?")
	s.later(10 * time.Second)
	s.work()
	s.open("a1 asking")
	s.hearing = s.now.Add(time.Minute)
	s.now = s.now.Add(2 * time.Minute)
	return s, l
}

// What may have been changed unheard is looked at before a decision about it counts, once.
func TestDecidedAboutWhatWasDeaf(t *testing.T) {
	s, l := deafSince(t)
	is(t, s.presses(SendAnyway, "a1", eva, l), "look a1")
	is(t, s.presses(SendAnyway, "a1", jan, l), "")
	s.open("a1 asking")
	s.work()
	s.has("Dag\n— Jan")

	s, l = deafSince(t)
	s.presses(SendAnyway, "a1", eva, l)
	s.work()
	s.sends(Refused, Rejected)
	s.work()
	s.state("answered since never due never step 0")
}

// What is known to have been heard is not looked at, and what sends nothing waits for nothing.
func TestDecidedWithoutALook(t *testing.T) {
	for _, action := range []Action{DoNotSend, SendAgain, TryAgain, Publish} {
		s, l := deafSince(t)
		if said := s.presses(action, "a1", eva, l); action != DoNotSend && said != "" {
			t.Errorf("%s says %q", action, said)
		}
		s.work()
		s.has()
	}
	s, l := deafSince(t)
	s.hearing = s.now.Add(-time.Hour)
	s.presses(SendAnyway, "a1", eva, l)
	s.jobs[Touch] = nil
	s.work()
	s.has("Dag\n— Jan")
}

// A decision that waits counts for what was asked only.
func TestDecidedAndOvertaken(t *testing.T) {
	for name, x := range map[string]struct {
		meanwhile func(s *scene, l Limits)
		has       []string
	}{
		"deleted":           {func(s *scene, l Limits) { s.deletes("a1", l) }, nil},
		"made a note":       {func(s *scene, l Limits) { s.rewrites("a1", "// Dag", jan, l) }, nil},
		"another wording":   {func(s *scene, l Limits) { s.rewrites("a1", "Dag Ann", jan, l) }, nil}, // it asks anew
		"not to be sent":    {func(s *scene, l Limits) { s.presses(DoNotSend, "a1", jan, l) }, nil},
		"the customer adds": {func(s *scene, _ Limits) { s.now = s.now.Add(time.Second); s.hears("m3", "Laat maar") }, nil},
		"a day passes":      {func(s *scene, l Limits) { s.now = s.now.Add(25 * time.Hour); s.writes("a2", "// en nu?", jan, l) }, []string{"Dag\n— Jan"}},
		"two decide":        {func(s *scene, l Limits) { s.hearing = s.now.Add(-time.Hour); s.presses(SendAnyway, "a1", jan, l) }, []string{"Dag\n— Jan"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, l := deafSince(t)
			is(t, s.presses(SendAnyway, "a1", eva, l), "look a1")
			x.meanwhile(s, l)
			s.work()
			s.has(x.has...)
		})
	}
}

// Whoever decided before the customer wrote is told.
func TestDecidedBeforeTheCustomerWrote(t *testing.T) {
	s, l := deafSince(t)
	s.presses(SendAnyway, "a1", eva, l)
	s.now = s.now.Add(time.Second)
	s.hears("m3", "Laat maar")
	_, said := s.carry(Touch, OK, "")
	is(t, said, "whisper U2 wrote_meanwhile")
	s.open("a1 asking")
	s.presses(SendAnyway, "a1", eva, l)
	s.work()
	s.has("Dag\n— Jan")
}

// A refused answer that was edited unheard leaves as it says now.
func TestTriedAgainAsItIsNow(t *testing.T) {
	s, l := holding(t)
	s.rules.Hold = 0
	s.writes("a1", "Dag", jan, l)
	s.sends(Refused, Blocked)
	s.work()
	s.open("a1 failed")
	s.now = s.now.Add(time.Hour)
	s.hearing = s.now
	is(t, s.presses(TryAgain, "a1", jan, l), "look a1")
	s.rewrites("a1", "Dag Ann", jan, l)
	s.work()
	s.has("Dag Ann\n— Jan")
}
