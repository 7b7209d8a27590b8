package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// Where an account is only read, no way leads out: not by a question, not by an edit, not by a button of before.
func TestAlertsLetNothingOut(t *testing.T) {
	s, l := holding(t)
	s.writes("a0", "note dag", jan, l) // asked about before the mode was changed
	s.rules.Mode = Alerts
	is(t, s.presses(SendAnyway, "a0", jan, l), "whisper U1 may_not_press read_only")
	mention := wrote("a1", "", jan, l, s.now)
	mention.Message = mentioning("kijk", "U2")
	is(t, s.on(mention), "mark a1 none > inside")
	is(t, s.writes("a2", "note dag", jan, l), "mark a2 none > inside")
	is(t, s.writes("a3", "Dag", jan, l), "mark a3 none > inside\nwhisper U1 may_not_speak read_only")
	for _, ts := range []string{"a1", "a2", "a3"} {
		is(t, s.rewrites(ts, "Dag Ann", jan, l), "")
		is(t, s.presses(SendAnyway, ts, jan, l), "")
	}
	s.later(time.Minute)
	s.work()
	s.has()
}

// Four eyes see every wording that others read: also where answers leave by themselves, and also after an edit.
func TestFourEyesSeeEverything(t *testing.T) {
	l := public
	l.Edit, l.Delete = true, true
	s := previewing(t)
	s.rules.OtherApproves, s.rules.Mode, s.limits = true, Direct, l
	is(t, s.writes("a1", "Ja", jan, l), "mark a1 none > held\ntell preview Jan Ja ^JJ [publish do_not_send] about a1")
	s.work()
	s.presses(Publish, "a1", eva, l)
	s.work()
	s.has("Ja ^JJ")
	is(t, s.rewrites("a1", "Nee", jan, l), "tell change_in_public [change_anyway] about a1")
	s.work()
	is(t, s.presses(ChangeAnyway, "a1", jan, l), "whisper U1 other_must")
	s.presses(ChangeAnyway, "a1", eva, l)
	s.work()
	s.has("Nee ^JJ")

	s.writes("a2", "Dag", jan, l)
	s.work()
	s.presses(Publish, "a2", eva, l)
	s.sends(Refused, Rejected)
	s.work()
	is(t, s.rewrites("a2", "Doei", jan, l), "remove p6\nmark a2 not-sent > held\ntell preview Jan Doei ^JJ [publish do_not_send] about a2")
	s.work()
	s.presses(TryAgain, "a2", jan, l)
	s.work()
	s.has("Nee ^JJ")
}

// A button says what its own post shows: one that was replaced does nothing.
func TestAButtonOfAReplacedCard(t *testing.T) {
	s := previewing(t)
	s.writes("a1", "Dag Ann", jan, public)
	s.work()
	s.rewrites("a1", "Dag Piet", jan, public)
	s.work()
	press := func(post string, n uint64) string {
		return s.on(Pressed{Action: Publish, By: eva, At: s.now, About: staff("a1"), On: Place{"T", "C", post}, N: n, Limits: public})
	}
	is(t, press("p2", s.c.Questions-1), "")
	is(t, press("p2", 0), "")
	s.has()
	is(t, press("p3", s.c.Questions), "remove p3\nsend a1/0 \"Dag Piet ^JJ\"")
}

// Deaf for as long as it takes: an answer that was looked at leaves all the same, and is looked at once.
func TestLookedAtWhileDeaf(t *testing.T) {
	s, l := holding(t)
	s.writes("a1", "een", jan, l)
	s.hearing = time.Time{}
	is(t, s.later(30*time.Second), "look a1")
	s.work()
	is(t, s.later(time.Minute), `send a1/0 "een\n— Jan"`)
}

// An edit of a link's address alone is an edit.
func TestAnotherAddressBehindTheSameWords(t *testing.T) {
	s, l := holding(t)
	s.rules.Hold = 0
	linked := func(target string) Message {
		return Message{Text: Text{Plain: "klik hier", Spans: []Span{{From: 5, To: 9, Style: Link, Target: target}}}}
	}
	w := wrote("a1", "", jan, l, s.now)
	w.Message = linked("https://example.com/a")
	s.on(w)
	s.work()
	is(t, s.on(s.rewrote(staff("a1"), linked("https://example.com/a"), jan, l)), "")
	is(t, s.on(s.rewrote(staff("a1"), linked("https://example.com/b"), jan, l)), `edit a1/0 x1: "klik hier\n— Jan"`)
}

// An answer that waits for its network can still be stopped, and changed.
func TestStoppedWhileItWaits(t *testing.T) {
	s, l := holding(t)
	s.rules.Hold = 0
	waits := func() {
		t.Helper()
		s.on(Delayed{Effect: s.jobs[Outward][0], Reason: Down, At: s.now})
	}
	s.writes("a1", "Dag", jan, l)
	waits()
	is(t, s.on(Unwrote{At: staff("a1"), Deleted: s.now, Limits: l, Was: s.former(staff("a1")), Unbegun: true}), "")
	s.work()
	s.has()

	s.writes("a2", "Dag", jan, l)
	waits()
	e := s.rewrote(staff("a2"), Message{Text: Plainly("// Dag")}, jan, l)
	e.Unbegun = true
	is(t, s.on(e), "mark a2 held > inside")
	s.work()
	s.has()

	s.writes("a3", "Dag", jan, l)
	waits()
	e = s.rewrote(staff("a3"), Message{Text: Plainly("Dag Ann")}, jan, l)
	e.Unbegun = true
	is(t, s.on(e), "")
	is(t, s.later(0), `send a3/0 "Dag Ann\n— Jan"`)
	s.work()
	s.has("Dag Ann\n— Jan")
}
