package conversation_test

import (
	"fmt"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestReadyInAHold(t *testing.T) {
	s, l := holding(t)
	is(t, s.writes("a1", "!dag", jan, l), `mark a1 none > held
		show answer a1: "Dag Ann, hier Jan\n— Jan"`)
	s.work()
	is(t, s.rewrites("a1", "Hoi\n!hours tot dan", jan, l), `remove p2
		show answer a1: "Hoi\nOpen 9 tot 17 tot dan\n— Jan"`)
	is(t, s.later(10*time.Second), `send a1/0 "Hoi\nOpen 9 tot 17 tot dan\n— Jan"`)
	s.work()
	s.has("Hoi\nOpen 9 tot 17 tot dan\n— Jan")
	s.shows("Hoi\nOpen 9 tot 17 tot dan\n— Jan")
	if len(s.c.Spelled) > 0 {
		t.Errorf("remembered: %+v", s.c.Spelled)
	}
	s.state("answered since never due never step 0")
}

// The line of an answer that does not leave goes, whenever that is and whatever becomes of it.
func TestReadyThatDoesNotLeave(t *testing.T) {
	for name, change := range map[string]func(*scene, Limits){
		"deleted":                      func(s *scene, l Limits) { s.deletes("a1", l) },
		"a note":                       func(s *scene, l Limits) { s.rewrites("a1", "// weg\n!dag", jan, l) },
		"nearly a note":                func(s *scene, l Limits) { s.rewrites("a1", "note that", jan, l) },
		"a word that is not there":     func(s *scene, l Limits) { s.rewrites("a1", "!nergens", jan, l) },
		"its own words":                func(s *scene, l Limits) { s.rewrites("a1", "Zelf getypt", jan, l); s.deletes("a1", l) },
		"asked about, and told not to": func(s *scene, l Limits) { s.hears("m2", "?"); s.later(time.Minute); s.presses(DoNotSend, "a1", jan, l) },
	} {
		for _, posted := range []bool{true, false} {
			s, l := holding(t)
			s.writes("a1", "!dag", jan, l)
			if posted {
				s.work()
			}
			change(s, l)
			s.later(time.Hour)
			s.work()
			s.has()
			if s.shows(); len(s.c.Spelled) > 0 {
				t.Errorf("%s, posted %v: remembered %+v", name, posted, s.c.Spelled)
			}
		}
	}
}

// The line stays when the answer has left, also where Slack was slower than the customer's network; one that was
// replaced before it was posted never stands.
func TestReadyWhileSlackIsSlow(t *testing.T) {
	s, l := holding(t)
	s.writes("a1", "!dag", jan, l)
	s.rewrites("a1", "!hours", jan, l)
	s.later(10 * time.Second)
	is(t, s.sends(OK, ""), "mark a1 held > sent\nrender")
	s.work()
	s.shows("Open 9 tot 17\n— Jan")
	if len(s.c.Spelled) > 0 {
		t.Errorf("remembered: %+v", s.c.Spelled)
	}
}

// What is shown is what leaves, also where somebody is introduced by another answer meanwhile.
func TestReadyShowsTheSignature(t *testing.T) {
	s, l := holding(t)
	s.writes("a1", "Hoi", jan, l)
	s.later(time.Second)
	is(t, s.writes("a2", "!hours", jan, l), `mark a2 none > held
		show answer a2: "Open 9 tot 17\n— Jan"`)
	s.work()
	is(t, s.later(10*time.Second), `send a1/0 "Hoi\n— Jan"
		remove p2
		show answer a2: "Open 9 tot 17"
		send a2/0 "Open 9 tot 17"`)
	s.work()
	s.shows("Open 9 tot 17")
}

func TestReadyWithoutHold(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.writes("a1", "!hours", jan, private), `show answer a1: "Open 9 tot 17\n— Jan"
		send a1/0 "Open 9 tot 17\n— Jan"`)
	s.work()
	s.shows("Open 9 tot 17\n— Jan")
}

func TestReadyInAPreview(t *testing.T) {
	s := previewing(t)
	is(t, s.writes("a1", "!dag", jan, public), `mark a1 none > held
		tell preview Dag Ann, hier Jan ^JJ [publish do_not_send] about a1`)
	s.work()
	is(t, s.presses(Publish, "a1", eva, public), `remove p2
		show answer a1: "Dag Ann, hier Jan ^JJ"
		send a1/0 "Dag Ann, hier Jan ^JJ"`)
	s.work()
	s.has("Dag Ann, hier Jan ^JJ")
	s.shows("Dag Ann, hier Jan ^JJ")
}

func TestUnknownWord(t *testing.T) {
	const list = "whisper U1 unknown_word !nergens !dag, !hours"
	s, l := holding(t)
	is(t, s.writes("a1", "!nergens", jan, l), "mark a1 none > inside\n"+list)
	is(t, s.writes("a2", "!hours\n!Nergens", jan, l), "mark a2 none > inside\n"+list)
	is(t, s.writes("a3", "// weg\n!nergens", jan, l), "mark a3 none > inside") // a note says it to nobody
	is(t, s.writes("a4", "!nergens", guest, l), "mark a4 none > inside\nwhisper U9 may_not_speak guest")
	for n, text := range []string{"!nergens.", "• !nergens", "> !nergens", "1. !nergens", "！nergens", "!!nergens", "\"!nergens\"", "Dag\n- !\u200bnergens, !hours"} {
		is(t, s.writes(fmt.Sprint("b", n), text, jan, l), fmt.Sprintf("mark b%d none > inside\n%s", n, list))
	}
	s.open("")
	e := s.rewrote(staff("a5"), mentioning("kijk", "U2"), jan, l)
	e.Message.Text = Text{Plain: "@here !nergens", Spans: []Span{{From: 0, To: 5, Style: Mention, Target: "here"}}}
	is(t, s.on(Wrote{At: staff("a5"), Written: s.now, By: jan, Message: e.Message, Limits: l, Called: called(e.Message)}), "mark a5 none > inside\n"+list)
	s.later(time.Hour)
	for _, ts := range []string{"a1", "a2", "a3", "a4", "a5"} {
		is(t, s.presses(SendAnyway, ts, jan, l), "")
	}
	// Put right, it asks: what was marked as a note does not leave by being edited.
	is(t, s.rewrites("a1", "!hours", jan, l), "mark a1 not-sent > inside\nwhisper U1 was_a_note [send_anyway] about a1")
	is(t, s.rewrites("a2", "!nergens", jan, l), list)
	is(t, s.presses(SendAnyway, "a1", jan, l), `mark a1 inside > held
		show answer a1: "Open 9 tot 17\n— Jan"
		send a1/0 "Open 9 tot 17\n— Jan"`)
	s.work()
	s.has("Open 9 tot 17\n— Jan")
}

// A ready answer that reads like a note is one, or asks.
func TestReadyLikeANote(t *testing.T) {
	s, l := holding(t)
	is(t, s.writes("a1", "!privaat", jan, l), "mark a1 none > inside")
	is(t, s.writes("a2", "!let-op", jan, l), "mark a2 none > inside\nwhisper U1 note_near_miss [send_anyway] about a2")
	is(t, s.writes("a3", "Dag\n!privaat", jan, l), "mark a3 none > held\nshow answer a3: \"Dag\\nIntern: niet sturen\\n— Jan\"")
}

// A mention makes a note of it; sent all the same, it leaves in full and without the mention.
func TestReadyBehindAMention(t *testing.T) {
	s, l := holding(t)
	m := Message{Text: Text{Plain: "@here !hours", Spans: []Span{{From: 0, To: 5, Style: Mention, Target: "here"}}}}
	is(t, s.on(Wrote{At: staff("a1"), Written: s.now, By: jan, Message: m, Limits: l, Called: called(m)}),
		"mark a1 none > inside\nwhisper U1 note_by_mention [send_anyway] about a1")
	s.presses(SendAnyway, "a1", jan, l)
	s.work()
	s.has("Open 9 tot 17\n— Jan")
}

func TestReadyAfterSending(t *testing.T) {
	const list = "whisper U1 unknown_word !nergens !dag, !hours"
	s, l := holding(t)
	s.rules.Hold = 0
	s.writes("a1", "!dag", jan, l)
	s.work()
	is(t, s.rewrites("a1", "!hours", jan, l), `edit a1/0 x1: "Open 9 tot 17\n— Jan"
		show answer a1: "Open 9 tot 17\n— Jan"`)
	s.work()
	s.shows("Dag Ann, hier Jan\n— Jan", "Open 9 tot 17\n— Jan") // what the customer read before stays
	is(t, s.rewrites("a1", "!nergens", jan, l), "tell not_changed no_such_word\n"+list)
	is(t, s.rewrites("a1", "// weg\n!nergens", jan, l), "tell change_is_note") // with no button to send it all the same
	is(t, s.rewrites("a1", "// weg\n!dag", jan, l), "tell change_is_note [change_anyway] about a1")
	is(t, s.rewrites("a1", "// weg\n!nergens", jan, l), "tell change_is_note")
	s.open("")
	is(t, s.rewrites("a1", "// weg", jan, l), "tell change_is_note [change_anyway] about a1")
	is(t, s.rewrites("a1", "!nergens", jan, l), "tell not_changed no_such_word\n"+list)
	s.open("")
	s.work()
	s.has("Open 9 tot 17\n— Jan")
	is(t, s.presses(ChangeAnyway, "a1", jan, l), "")
}

func TestReadyOnItsWay(t *testing.T) {
	const list = "whisper U1 unknown_word !nergens !dag, !hours"
	s, l := holding(t)
	s.rules.Hold = 0
	s.writes("a1", "Dag", jan, l)
	is(t, s.rewrites("a1", "!nergens", jan, l), "tell not_changed no_such_word\n"+list)
	is(t, s.rewrites("a1", "!hours", jan, l), "")
	is(t, s.sends(OK, ""), `mark a1 none > sent
		render
		edit a1/0 x1: "Open 9 tot 17\n— Jan"
		show answer a1: "Open 9 tot 17\n— Jan"`)
	s.work()
	s.has("Open 9 tot 17\n— Jan")
}

// An edit that looks like a note asks, also where it was made while the answer was on its way.
func TestNoteOnItsWay(t *testing.T) {
	here := []Span{{From: 0, To: 5, Style: Mention, Target: "here"}}
	for name, c := range map[string]struct {
		text    Text
		follows string
	}{
		"a note":             {Plainly("// Dag"), "tell change_is_note [change_anyway] about a1"},
		"nearly one":         {Plainly("note that"), "tell change_is_note [change_anyway] about a1"},
		"a mention":          {Text{Plain: "@here Dag Ann", Spans: here}, "tell change_is_note [change_anyway] about a1"},
		"behind a mention":   {Text{Plain: "@here !hours", Spans: here}, "tell change_is_note [change_anyway] about a1"},
		"a note that calls":  {Plainly("// weg\n!nergens"), "tell change_is_note"},
		"what reads like it": {Plainly("!privaat"), "tell change_is_note [change_anyway] about a1"},
	} {
		s, l := holding(t)
		s.rules.Hold = 0
		s.writes("a1", "Dag", jan, l)
		is(t, s.on(s.rewrote(staff("a1"), Message{Text: c.text}, jan, l)), "")
		if got, want := s.sends(OK, ""), "mark a1 none > sent\nrender\n"+c.follows; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		s.work()
		s.has("Dag\n— Jan")
	}
}

// An answer that did not arrive, and then was edited into a note, must not leave by [Try again].
func TestFailedThenANote(t *testing.T) {
	for text, follows := range map[string]string{
		"// laat maar": "",
		"":             "",
		"!nergens":     "\nwhisper U1 unknown_word !nergens !dag, !hours",
		"note that":    "\nwhisper U1 note_near_miss [send_anyway] about a1",
	} {
		s, l := holding(t)
		s.rules.Hold = 0
		s.writes("a1", "!dag", jan, l)
		s.work1(Inward)
		s.sends(Refused, Rejected)
		s.work()
		is(t, s.rewrites("a1", text, jan, l), "remove p3\nremove p2\nmark a1 not-sent > inside"+follows)
		s.presses(TryAgain, "a1", jan, l)
		s.work()
		s.has()
		s.shows()
	}
}

// The line of a ready answer that was refused goes when the answer is edited and previewed anew: the customer has neither.
func TestLineOfARefusedPreview(t *testing.T) {
	s := opened(t, Ask)
	s.rules.Mode = Confirm
	s.writes("a1", "!hours", jan, private)
	s.presses(Publish, "a1", jan, private)
	s.work1(Inward)
	s.work1(Inward)
	s.sends(Refused, Blocked)
	s.work()
	is(t, s.rewrites("a1", "anders", jan, private), "remove p2\nremove p3\nmark a1 not-sent > held\ntell preview anders\n— Jan [publish do_not_send] about a1")
}
