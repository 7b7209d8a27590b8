package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// meanwhile is what can happen when the customer wrote, at two minutes and again, after an answer was typed at one minute.
var meanwhile = map[string]struct {
	play func(*scene)
	want string
}{
	"it arrives": {func(s *scene) {
		s.sends(OK, "")
	}, "waiting since 2m due 17m step 0"},
	"it arrives, and so does the next": {func(s *scene) {
		s.sends(OK, "")
		minute(s, 3)
		s.writes("a2", "Nu wel", jan, private)
		s.sends(OK, "")
	}, answered},
	"both on their way": {func(s *scene) {
		minute(s, 3)
		s.writes("a2", "Nu wel", jan, private)
		s.sends(OK, "")
		s.state("waiting since 2m due 17m step 0")
		s.sends(OK, "")
	}, answered},
	"the first fails, the second arrives": {func(s *scene) {
		minute(s, 3)
		s.sends(Refused, Rejected)
		s.state("waiting since 0m due 15m step 0")
		s.writes("a2", "Nu wel", jan, private)
		s.sends(OK, "")
	}, answered},
	"it fails, and is tried again": {func(s *scene) {
		s.sends(Refused, Rejected)
		s.presses(TryAgain, "a1", jan, private)
		s.sends(OK, "")
	}, "waiting since 2m due 17m step 0"},
	"it was there all the time": {func(s *scene) {
		s.sends(Maybe, Lost)
		minute(s, 30)
		s.presses(ItIsThere, "a1", jan, private)
	}, "waiting since 2m due 17m step 0"},
	"answered meanwhile, then it was there": {func(s *scene) {
		s.sends(Maybe, Lost)
		s.writes("a2", "Nu wel", jan, private)
		s.sends(OK, "")
		s.state(answered)
		minute(s, 10)
		s.hears("m4", "Nog een vraag")
		minute(s, 12)
		s.presses(ItIsThere, "a1", jan, private)
	}, "waiting since 10m due 25m step 0"},
	"answered outside": {func(s *scene) {
		s.on(Echoed{By: "Jan"})
		s.sends(OK, "")
	}, answered},
	"answered outside, and another question": {func(s *scene) {
		s.on(Echoed{By: "Jan"})
		minute(s, 5)
		s.hears("m4", "Nog een vraag")
		s.sends(OK, "")
	}, "waiting since 5m due 20m step 0"},
	"closed": {func(s *scene) {
		s.presses(NoAnswer, "", jan, private)
		s.sends(OK, "")
	}, "done since never due never step 0"},
	"dropped": {func(s *scene) {
		s.rules.OnUnsure = Drop
		s.sends(Maybe, Lost)
		s.writes("a2", "Nu wel", jan, private)
		s.sends(OK, "")
	}, answered},
}

const answered = "answered since never due never step 0"

// minute sets the time, in minutes after the start.
func minute(s *scene, n int) { s.now = start.Add(time.Duration(n) * time.Minute) }

// The clock runs from the oldest message that no delivered answer came after.
func TestTheCustomerWritesWhileAnAnswerIsOnItsWay(t *testing.T) {
	for name, c := range meanwhile {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			minute(s, 1)
			s.writes("a1", "Een ogenblik", jan, private)
			minute(s, 2)
			s.hears("m2", "Hallo?")
			s.hears("m3", "Hallooo?")
			c.play(s)
			s.state(c.want)
		})
	}
}

func TestANewWaitBeginsWithoutTheOldNudge(t *testing.T) {
	s := opened(t, Ask)
	s.later(15 * time.Minute)
	s.work()
	s.writes("a1", "Een ogenblik", mute, private)
	s.hears("m2", "Hallo?")
	is(t, s.sends(OK, ""), "mark a1 none > sent\nrender\nremove p2")
	s.state("waiting since 15m due 30m step 0")
	s.writes("a2", "Daar ben ik", mute, private)
	s.hears("m3", "Fijn")
	s.later(time.Minute)
	s.hears("m4", "Nou?")
	s.later(time.Minute)
	is(t, s.sends(OK, ""), "mark a2 none > sent") // the wait it began at is not another
	s.writes("a3", "Ja", mute, private)
	s.later(time.Minute)
	s.hears("m5", "Nou nou")
	is(t, s.sends(OK, ""), "mark a3 none > sent\nrender")
	s.state("waiting since 18m due 33m step 0")
}

// An answer before the customer writes at all, and one typed to whom we spoke last.
func TestAnAnswerNobodyWaitsFor(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	s.writes("a2", "twee", mute, private)
	s.sends(OK, "")
	s.state("answered since never due never step 0")
	s.now = start.Add(time.Minute)
	s.hears("m2", "en ik")
	s.state("waiting since 1m due 16m step 0")
	s.later(15 * time.Minute)
	s.work() // the second arrives, which was typed before
	s.state("waiting since 1m due 46m step 1")
	s.writes("a3", "drie", mute, private)
	s.work()
	s.state("answered since never due never step 0")
	s.settled()
}
