package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// windowed is what a customer says where the network lets us answer for some time only.
func (s *scene) windowed(id string, until time.Time) string {
	s.t.Helper()
	h := heard(id, "Hallo?", s.now)
	h.Limits = private
	h.Limits.Until = until
	return s.on(h)
}

// Each message may give us longer to answer, also one of a customer who has been waiting for so long that nothing was
// due any more.
func TestAWindowThatOpensWhileTheyWait(t *testing.T) {
	s := newScene(t, Ask)
	s.windowed("m1", s.now.Add(2*time.Hour))
	s.work()
	s.later(3 * time.Hour)
	s.work()
	s.state("waiting since 0m due never step 2")
	is(t, s.windowed("m2", s.now.Add(8*time.Hour)), "render\nshow \"Hallo?\"")
	s.state("waiting since 0m due 300m step 2") // six hours are left
	is(t, s.later(6*time.Hour), "render\nrender\nrender\nnudge 2 [S1]")
	s.windowed("m3", time.Time{}) // now it takes answers for ever
	s.state("waiting since 0m due never step 2")
}

// An answer that crosses a message reaches the customer though somebody has put them aside meanwhile: they wait since that
// message.
func TestPutAsideWhileAnAnswerIsOnItsWay(t *testing.T) {
	s := opened(t, Ask)
	minute(s, 1)
	s.writes("a1", "Een ogenblik", mute, private)
	minute(s, 2)
	s.hears("m2", "Hallo?")
	s.on(Pressed{Action: Snooze, By: jan, At: s.now, Until: s.now.Add(time.Hour), Seen: s.now.Add(time.Minute)})
	s.work()
	s.state("snoozed since 2m due 62m step 0")
	s.later(2 * time.Hour)
	s.state("waiting since 2m due never step 2")
}

// A thumb belongs to the thread of the question, also where nobody has said anything in it for a week.
func TestAThumbInAQuietThread(t *testing.T) {
	s := opened(t, Ask)
	s.rules.Helped = "Hebben we je geholpen?"
	s.writes("a1", "Ja", mute, private)
	s.work()
	s.later(3 * 24 * time.Hour)
	s.presses(Close, "", jan, private)
	s.work()
	s.later(5 * 24 * time.Hour)
	is(t, s.hears("m2", "👍"), "render\nshow \"👍\"")
	s.work()
	s.state("done since never due never step 0")
	if s.c.Rating != "👍" || s.c.Thread != (Place{"T", "C", "p1"}) {
		t.Errorf("the rating is %q, the thread %v", s.c.Rating, s.c.Thread)
	}
	is(t, s.hears("m3", "Nog een vraag"), "card \"Nog een vraag\"")
	s.work()
	s.state("waiting since 11520m due 11535m step 0")
}
