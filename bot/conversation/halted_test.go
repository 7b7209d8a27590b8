package conversation_test

import (
	"strings"
	"testing"

	. "webcare/bot/conversation"
)

// changeable is a network on which all that was sent can be changed, and answers are cut into many parts.
func changeable() Limits {
	l := tiny
	l.Edit, l.Delete = true, true
	return l
}

// TestHalted: what was done to an answer while a part of it was on its way counts for the rest, as soon as that is not.
func TestHalted(t *testing.T) {
	for name, c := range map[string]struct {
		do      func(s *scene)
		follows string
		has     []string
		open    string
	}{
		"deleted": {
			func(s *scene) { s.deletes("a1", s.limits) },
			"take back a1 [x1]", nil, "",
		},
		"made a note": {
			func(s *scene) { s.rewrites("a1", "// niet voor haar", jan, s.limits) },
			"mark a1 none > not-sent\ntell change_is_note [change_anyway] about a1",
			[]string{"een twee"},
			"a1 asking",
		},
		"edited": { // the rest goes, and then all of it is changed
			func(s *scene) { s.rewrites("a1", "nieuw", jan, s.limits) },
			"mark a1 none > held",
			[]string{"nieu", "w\n— Jan"},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.limits = changeable()
			s.writes("a1", three, jan, s.limits)
			s.sends(OK, "")
			c.do(s)
			is(t, s.sends(Later, Busy), c.follows)
			s.work()
			s.has(c.has...)
			s.open(c.open)
		})
	}
}

// TestCopiesNobodySees: of a part that was uncertain nobody knows where it stands, nor of the first copy of one that was
// sent twice. What is changed and deleted is the rest, and that is said.
func TestCopiesNobodySees(t *testing.T) {
	for name, press := range map[string]Action{"it is there": ItIsThere, "sent again": SendAgain} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.limits = changeable()
			s.writes("a1", three, jan, s.limits)
			s.sends(OK, "")
			s.sends(Maybe, Lost)
			s.work()
			s.presses(press, "a1", eva, s.limits)
			s.work()
			told := s.rewrites("a1", "nu", jan, s.limits)
			if !strings.Contains(told, "tell part_changed") {
				t.Errorf("an edit: %s", told)
			}
			s.work()
			told = s.deletes("a1", s.limits)
			if !strings.Contains(told, "tell part_taken_back") {
				t.Errorf("a deletion: %s", told)
			}
			s.work()
			s.state("waiting since 0m due 15m step 0")
		})
	}
}

// Of two edits, one while it was on its way and one when it had been refused, the newer counts.
func TestHaltedByTheNewestEdit(t *testing.T) {
	s := opened(t, Ask)
	s.limits = private
	s.writes("a1", "een", jan, private)
	s.rewrites("a1", "twee", jan, private)
	s.sends(Refused, Rejected)
	s.rewrites("a1", "drie", jan, private)
	s.presses(TryAgain, "a1", jan, private)
	s.sends(Later, Down)
	s.later(0)
	s.work()
	s.has("drie\n— Jan")
}
