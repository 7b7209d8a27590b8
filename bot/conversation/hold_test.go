package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// holding is a scene where answers are held for ten seconds and sent ones can be changed and taken back.
func holding(t *testing.T) (*scene, Limits) {
	s := opened(t, Ask)
	s.rules.Hold = 10 * time.Second
	l := private
	l.Edit, l.Delete = true, true
	s.limits = l
	return s, l
}

func TestHold(t *testing.T) {
	s, l := holding(t)
	is(t, s.writes("a1", "Dag", jan, l), "mark a1 none > held")
	s.open("a1 holding")
	is(t, s.later(9*time.Second), "")
	is(t, s.rewrites("a1", "Dag Ann", jan, l), "") // and the ten seconds begin anew
	is(t, s.later(9*time.Second), "")
	is(t, s.later(time.Second), `send a1/0 "Dag Ann\n— Jan"`)
	s.work()
	s.has("Dag Ann\n— Jan")
	s.state("answered since never due never step 0")
}

func TestHoldCancelled(t *testing.T) {
	s, l := holding(t)
	s.writes("a1", "Dag", jan, l)
	is(t, s.deletes("a1", l), "")
	is(t, s.writes("a2", "Wat een zeur", jan, l), "mark a2 none > held")
	is(t, s.rewrites("a2", "// Wat een zeur", jan, l), "mark a2 held > inside")
	is(t, s.writes("a3", "Kijk even", jan, l), "mark a3 none > held")
	is(t, s.rewrites("a3", "note that", jan, l), "mark a3 held > inside\nwhisper U1 note_near_miss [send_anyway] about a3")
	s.later(time.Minute)
	s.work()
	s.has()
	s.state("waiting since 0m due 15m step 0")
}

// Answers leave in the order in which they were typed, however late they come in; one that came late is held longer,
// since what was done to it meanwhile may come later still.
func TestHoldKeepsTheOrder(t *testing.T) {
	s, l := holding(t)
	s.later(time.Minute)
	second := wrote("a2", "twee", jan, l, s.now)
	s.on(second)
	s.later(5 * time.Second)
	first := wrote("a1", "een", jan, l, second.Written.Add(-time.Second))
	s.on(first) // six seconds late
	is(t, s.later(14*time.Second), "")
	is(t, s.later(time.Second), "send a1/0 \"een\\n— Jan\"\nsend a2/0 \"twee\"")
}

// What may have been changed unheard is looked at before it leaves.
func TestHoldLooks(t *testing.T) {
	t.Run("the machine slept", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.now = s.now.Add(5 * time.Minute)
		is(t, s.on(Ticked{Limits: l, Hearing: s.hearing}), "look a1")
		is(t, s.later(5*time.Minute), "") // the clock does not ask again
		s.work()
		is(t, s.later(0), `send a1/0 "een\n— Jan"`)
	})
	t.Run("hearing was interrupted", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.hearing = s.now.Add(5 * time.Second)
		is(t, s.later(19*time.Second), "") // 15 s after it began again
		is(t, s.later(time.Second), "look a1")
		s.later(2 * time.Second)
		s.work()
		is(t, s.later(0), `send a1/0 "een\n— Jan"`)
	})
	t.Run("nothing is heard", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.hearing = time.Time{}
		is(t, s.later(24*time.Second), "")
		is(t, s.later(time.Second), "look a1")
	})
	t.Run("it was deleted", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.writes("a2", "twee", jan, l)
		s.hearing = s.now.Add(time.Second)
		is(t, s.later(time.Minute), "look a1")
		s.deletes("a1", l)
		s.work()
		is(t, s.later(0), "look a2") // each is looked at by itself
		s.work()
		is(t, s.later(0), `send a2/0 "twee\n— Jan"`)
		s.work()
		s.has("twee\n— Jan")
	})
	t.Run("it was changed", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.hearing = time.Time{}
		s.later(25 * time.Second)
		s.rewrites("a1", "// een", jan, l)
		s.work()
		is(t, s.later(5*time.Minute), "")
		s.has()
	})
	t.Run("it was changed, and is held on", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.hearing = time.Time{}
		s.later(25 * time.Second)
		s.rewrites("a1", "anders", jan, l)
		s.work()
		s.hearing = s.now.Add(-time.Second)
		is(t, s.later(9*time.Second), "")
		is(t, s.later(time.Second), `send a1/0 "anders\n— Jan"`)
	})
	t.Run("Slack does not show it", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "een", jan, l)
		s.hearing = time.Time{}
		s.later(25 * time.Second)
		s.carry(Touch, OK, "") // the mark
		s.carry(Touch, Refused, Rejected)
		s.hearing = start
		is(t, s.later(0), `send a1/0 "een\n— Jan"`)
	})
	t.Run("without a hold nothing is looked at", func(t *testing.T) {
		s, l := holding(t)
		s.rules.Hold, s.hearing = 0, time.Time{}
		is(t, s.writes("a1", "een", jan, l), `send a1/0 "een\n— Jan"`)
	})
}

func TestDoubts(t *testing.T) {
	t.Run("a colleague was first", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "Morgen", jan, l)
		s.later(2 * time.Second)
		s.writes("a2", "Overmorgen", eva, l)
		is(t, s.later(8*time.Second), `send a1/0 "Morgen\n— Jan"`)
		is(t, s.later(2*time.Second), "tell doubtful crossed Jan [send_anyway do_not_send] about a2")
		s.work()
		is(t, s.presses(DoNotSend, "a2", eva, l), "remove p2\nmark a2 held > inside")
		s.work()
		s.has("Morgen\n— Jan")
	})
	t.Run("a colleague was first and is held for long", func(t *testing.T) {
		s, l := holding(t)
		s.rules.Hold = time.Minute
		s.writes("a1", "Morgen", jan, l)
		s.later(30 * time.Second)
		s.writes("a2", "Overmorgen", eva, l)
		s.later(30 * time.Second)
		is(t, s.later(30*time.Second), "tell doubtful crossed Jan [send_anyway do_not_send] about a2")
	})
	t.Run("the customer wrote", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "Morgen", jan, l)
		s.hears("m2", "Laat maar")
		is(t, s.later(10*time.Second), "tell doubtful customer_wrote [send_anyway do_not_send] about a1")
		s.work()
		is(t, s.presses(SendAnyway, "a1", jan, l), "remove p3\nsend a1/0 \"Morgen\\n— Jan\"")
		s.work()
		s.state("answered since never due never step 0") // whoever pressed had read it
	})
	t.Run("the window is over", func(t *testing.T) {
		s, l := holding(t)
		s.limits.Until = s.now.Add(5 * time.Second)
		s.writes("a1", "Morgen", jan, l)
		is(t, s.later(10*time.Second), "tell doubtful window_over [send_anyway do_not_send] about a1")
	})
	t.Run("personal data in public", func(t *testing.T) {
		s, _ := holding(t)
		s.rules.Hold = 0
		s.rules.Secrets = func(string) []string { return []string{"06-12345678"} }
		is(t, s.writes("a1", "Bel 06-12345678", jan, public), "mark a1 none > held\ntell doubtful personal 06-12345678 [send_anyway do_not_send] about a1")
		is(t, s.writes("a2", "Bel 06-12345678", jan, private), `send a2/0 "Bel 06-12345678\n— Jan"`)
	})
	t.Run("nobody decides for days", func(t *testing.T) {
		s, l := holding(t)
		s.writes("a1", "Morgen", jan, l)
		s.hears("m2", "Laat maar")
		s.later(72 * time.Hour)
		s.writes("a2", "Nog iets", jan, l)
		s.open("a1 asking, a2 holding")
	})
}

func TestWhatWasSentIsChanged(t *testing.T) {
	three := "een twee drie vier vijf zes zeven" // three parts of eleven
	short := Limits{Length: 11, Edit: true, Delete: true}
	for name, c := range map[string]struct {
		limits   Limits
		was, now string
		follows  string
		has      []string
	}{
		"a word":            {private, "Dag", "Dag Ann", `edit a1/0 x1: "Dag Ann\n— Jan"`, []string{"Dag Ann\n— Jan"}},
		"nothing":           {private, "Dag", "Dag", "", []string{"Dag\n— Jan"}},
		"in public":         {public, "Dag", "Dag Ann", `edit a1/0 x1: "Dag Ann ^JJ"`, []string{"Dag Ann ^JJ"}},
		"to fewer parts":    {short, three, "een twee", "edit a1/0 x1: \"een\"\nedit a1/1 x2: \"twee\\n— Jan\"\ntake back a1 [x3] (the rest)\ntake back a1 [x4] (the rest)", []string{"een", "twee\n— Jan"}},
		"to more parts":     {short, "een", three, "tell not_changed too_long", []string{"een\n— Jan"}},
		"to a note":         {private, "Dag", "// Dag", "tell change_is_note [change_anyway] about a1", []string{"Dag\n— Jan"}},
		"to nothing at all": {private, "Dag", " ", "tell change_is_note [change_anyway] about a1", []string{"Dag\n— Jan"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			l := c.limits
			l.Edit, l.Delete = true, true
			s.writes("a1", c.was, jan, l)
			s.work()
			is(t, s.rewrites("a1", c.now, jan, l), c.follows)
			s.work()
			s.has(c.has...)
			s.state("answered since never due never step 0")
		})
	}
}

func TestChangesThatCannotBe(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private) // a network that can change nothing
	s.work()
	is(t, s.rewrites("a1", "Dag Ann", jan, private), "tell not_changed not_allowed")
	is(t, s.deletes("a1", private), "tell not_taken_back not_allowed")
	s.has("Dag\n— Jan")
}

// What the network never confirmed cannot be found there again.
func TestChangesOfWhatWasNotConfirmed(t *testing.T) {
	s := opened(t, Ask)
	l := private
	l.Edit, l.Delete = true, true
	s.writes("a1", "Dag", jan, l)
	s.sends(Maybe, Lost)
	s.work()
	s.presses(ItIsThere, "a1", jan, l)
	s.work()
	is(t, s.rewrites("a1", "Dag Ann", jan, l), "tell not_changed unconfirmed")
	is(t, s.deletes("a1", l), "tell not_taken_back unconfirmed")
}

// Text that is typed under a photo which went alone comes under it there.
func TestCaptionComesLater(t *testing.T) {
	s := opened(t, Ask)
	l := private
	l.Edit = true
	photo := wrote("a1", "", jan, l, s.now)
	photo.Message.Files = []File{{Kind: Photo, Name: "doos.jpg"}}
	s.on(photo)
	s.work()
	is(t, s.on(s.rewrote(staff("a1"), Message{Text: Plainly("Deze doos"), Files: photo.Message.Files}, jan, l)), `edit a1/0 x1: "Deze doos" +doos.jpg`)
}

// An answer that crossed with one which never left asks nobody.
func TestCrossedWithNothing(t *testing.T) {
	for name, drop := range map[string]func(s *scene, l Limits){
		"deleted": func(s *scene, l Limits) { s.deletes("a1", l) },
		"a note":  func(s *scene, l Limits) { s.rewrites("a1", "// Dag", jan, l) },
	} {
		t.Run(name, func(t *testing.T) {
			s, l := holding(t)
			s.writes("a1", "Dag", jan, l)
			s.writes("a2", "Hoi", eva, l)
			drop(s, l)
			s.work()
			is(t, s.later(10*time.Second), `send a2/0 "Hoi\n— Eva"`)
		})
	}
}

// An answer that is taken back answers nobody.
func TestTakenBack(t *testing.T) {
	s, l := holding(t)
	s.rules.Hold = 0
	s.writes("a1", "Dag", jan, l)
	s.work()
	s.state("answered since never due never step 0")
	is(t, s.deletes("a1", l), "take back a1 [x1]")
	is(t, s.sends(OK, ""), "tell taken_back\nrender")
	s.has()
	s.state("waiting since 0m due 15m step 0")
	s.writes("a2", "Dag Ann", jan, l) // who it is was taken back, too
	s.work()
	s.has("Dag Ann\n— Jan")
}

// What is done to a staff message while its answer is on its way is done once it has arrived.
func TestChangedOnItsWay(t *testing.T) {
	s, l := holding(t)
	s.rules.Hold = 0
	s.writes("a1", "Dag", jan, l)
	is(t, s.rewrites("a1", "Dag Ann", jan, l), "")
	is(t, s.sends(OK, ""), "mark a1 none > sent\nrender\nedit a1/0 x1: \"Dag Ann\\n— Jan\"")
	s.writes("a2", "Tot ziens", jan, l)
	is(t, s.deletes("a2", l), "")
	s.work()
	s.has("Dag Ann\n— Jan")
	s.writes("a3", "Nogmaals", jan, l)
	s.sends(Refused, Rejected)
	is(t, s.rewrites("a3", "Nog eens", jan, l), "")
	s.work()
	s.presses(TryAgain, "a3", jan, l)
	s.work()
	s.has("Dag Ann\n— Jan", "Nog eens")
}

// A note stays a note, whatever it is edited into.
func TestANoteStaysOne(t *testing.T) {
	s, l := holding(t)
	s.writes("a1", "// rustig blijven", jan, l)
	is(t, s.rewrites("a1", "Rustig blijven", jan, l), "mark a1 not-sent > inside\nwhisper U1 was_a_note [send_anyway] about a1")
	s.later(time.Minute)
	s.work()
	s.has()
	s.presses(SendAnyway, "a1", jan, l)
	s.work()
	s.has("Rustig blijven\n— Jan")
}
