package conversation_test

import (
	"strings"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestFirstMessageOpensACard(t *testing.T) {
	s := newScene(t, Ask)
	is(t, s.hears("m1", "Mijn pakket is kapot"), `card "Mijn pakket is kapot"`)
	s.state("waiting since 0m due 15m step 0")
	s.now = s.now.Add(time.Minute)
	is(t, s.hears("m2", "Hallo?"), `show "Hallo?"`)
	s.state("waiting since 0m due 15m step 0")
	s.work()
	if s.c.Thread != staff("p1") {
		t.Errorf("the thread is %v", s.c.Thread)
	}
	if s.c.Opening.Text.Plain != "Mijn pakket is kapot" || s.c.OpeningID != "m1" || !s.c.Opened.Equal(start) || !s.c.Heard.Equal(s.now) {
		t.Errorf("kept %+v", s.c)
	}
}

func TestAWaitingCustomerIsWhoWroteLast(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Goedemorgen", jan, private)
	s.work()
	s.state("answered since never due never step 0")
	s.now = start.Add(time.Hour)
	is(t, s.hears("m2", "Daar"), "render\nshow \"Daar\"")
	s.state("waiting since 60m due 75m step 0")
}

func TestWhenTheNetworksClockIsWrong(t *testing.T) {
	for name, at := range map[string]time.Time{"no time": {}, "the future": start.Add(1000 * time.Hour)} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, Ask)
			s.on(heard("m1", "hallo", at))
			s.state("waiting since 0m due 15m step 0")
			if s.c.Heard.After(s.now) {
				t.Errorf("heard at %v, and it is %v", s.c.Heard, s.now)
			}
		})
	}
	s := newScene(t, Ask)
	s.on(heard("m1", "hallo", start.Add(-time.Hour))) // we were down
	s.state("waiting since -60m due -45m step 0")
	s.on(heard("m0", "nog eerder", start.Add(-2*time.Hour)))
	s.state("waiting since -60m due -45m step 0")
	if !s.c.Heard.Equal(start.Add(-time.Hour)) {
		t.Errorf("last heard %v", s.c.Heard)
	}
	is(t, s.on(Ticked{}), "nudge 2 [S1]")
}

func TestLongOpeningStandsInTheThreadInFull(t *testing.T) {
	s := newScene(t, Ask)
	long := strings.Repeat("a", CardLimit+1)
	m := heard("m1", long, s.now)
	m.Message.Files = []File{{ID: "f1", Name: "a.jpg"}}
	s.on(m)
	if _, followed := s.carry(Inward, OK, ""); !strings.HasPrefix(followed, `show "aaa`) {
		t.Errorf("behind a long card comes %s", followed)
	}
	if _, followed := s.carry(Inward, OK, ""); followed != `files "" +a.jpg` {
		t.Errorf("behind the whole text comes %s", followed)
	}
	if n := len([]rune(s.c.Opening.Text.Plain)); n != CardLimit {
		t.Errorf("the card keeps %d characters", n)
	}
}

func TestFilesFollowTheirMessage(t *testing.T) {
	file := File{ID: "f1", Name: "a.jpg", Kind: Photo}
	for _, c := range []struct {
		outcome Outcome
		want    string
	}{{OK, `files "" +a.jpg`}, {Refused, "tell shown_missing rejected"}, {Maybe, "tell shown_missing rejected"}} {
		s := opened(t, Ask)
		s.on(Heard{ExternalID: "m2", At: s.now, Customer: s.c.Customer, Message: Message{Files: []File{file}}})
		_, followed := s.carry(Inward, c.outcome, Rejected)
		is(t, followed, c.want)
	}
	s := newScene(t, Ask)
	s.on(Heard{ExternalID: "m1", At: s.now, Message: Message{Files: []File{file}}})
	_, followed := s.carry(Inward, OK, "")
	is(t, followed, `files "" +a.jpg`)
	_, followed = s.carry(Inward, Refused, FileTooBig)
	is(t, followed, "tell shown_missing file_too_big a.jpg")
	s.work()
	is(t, s.on(Ended{Effect: ShowFiles{}, Outcome: Refused, Reason: FileGone}), "tell shown_missing file_gone")
}

// Each file that is missing is named with its own reason, whatever became of the others.
func TestMissingFilesAreNamed(t *testing.T) {
	all := []File{{ID: "f1", Name: "a.jpg"}, {ID: "f2", Name: "b.mp4"}, {ID: "f3", Name: "c.mp4"}}
	for name, c := range map[string]struct {
		outcome Outcome
		why     Reason
		missing []Missing
		want    string
	}{
		"all there":           {OK, "", nil, ""},
		"one":                 {OK, "", []Missing{{"b.mp4", FileTooBig, ""}}, "tell shown_missing file_too_big b.mp4"},
		"two for one reason":  {OK, "", []Missing{{"b.mp4", FileTooBig, ""}, {"c.mp4", FileTooBig, ""}}, "tell shown_missing file_too_big b.mp4, c.mp4"},
		"two reasons":         {OK, "", []Missing{{"a.jpg", Rejected, "x"}, {"b.mp4", FileGone, ""}, {"c.mp4", Rejected, "x"}}, "tell shown_missing rejected a.jpg, c.mp4 x\ntell shown_missing file_gone b.mp4"},
		"without a name":      {OK, "", []Missing{{"", FileTooBig, ""}}, "tell shown_missing file_too_big"},
		"none there":          {Refused, FileGone, []Missing{{"a.jpg", FileTooBig, ""}, {"b.mp4", FileGone, ""}}, "tell shown_missing file_too_big a.jpg\ntell shown_missing file_gone b.mp4"},
		"none for one reason": {Refused, Rejected, nil, "tell shown_missing rejected a.jpg, b.mp4, c.mp4"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			is(t, s.on(Ended{Effect: ShowFiles{Files: all}, Outcome: c.outcome, Reason: c.why, Receipt: Receipt{Missing: c.missing}}), c.want)
		})
	}
}

func TestEdits(t *testing.T) {
	was := Message{Text: Plainly("Mijn pakket is kapot")}
	for name, c := range map[string]struct {
		id   string
		was  *Message
		now  Message
		want string
	}{
		"the opening":         {"m1", &was, Message{Text: Plainly("Heel")}, "render\nshow edited \"Heel\""},
		"another message":     {"m2", &Message{Text: Plainly("x")}, Message{Text: Plainly("y")}, `show edited "y"`},
		"without difference":  {"m1", &was, was, ""},
		"formatting only":     {"m1", &was, Message{Text: Text{was.Text.Plain, []Span{{0, 4, Bold, ""}}}}, ""},
		"not known before":    {"m3", nil, was, `show edited "Mijn pakket is kapot"`},
		"another file":        {"m2", &Message{Files: []File{{ID: "f1"}}}, Message{Files: []File{{ID: "f2", Name: "b"}}}, `show edited "" +b`},
		"the same file":       {"m2", &Message{Files: []File{{ID: "f1"}}}, Message{Files: []File{{ID: "f1", Name: "b"}}}, ""},
		"a place that moves":  {"m2", &Message{Location: &Location{Lat: 1}}, Message{Location: &Location{Lat: 2}}, `show edited ""`},
		"a place that stays":  {"m2", &Message{Location: &Location{Lat: 1}}, Message{Location: &Location{Lat: 1}}, ""},
		"a contact":           {"m2", &Message{}, Message{Contact: &Contact{Name: "x"}}, `show edited ""`},
		"the same contact":    {"m2", &Message{Contact: &Contact{Name: "x"}}, Message{Contact: &Contact{Name: "x"}}, ""},
		"what we cannot read": {"m2", &Message{}, Message{Unknown: "poll"}, `show edited "" unknown poll`},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			is(t, s.on(Changed{ExternalID: c.id, At: s.now, Was: c.was, Message: c.now}), c.want)
			if name == "the opening" && s.c.Opening.Text.Plain != "Heel" {
				t.Errorf("the card still says %q", s.c.Opening.Text.Plain)
			}
		})
	}
}

func TestAnEditWaitsForAnAnswer(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Goedemorgen", jan, private)
	s.work()
	s.now = start.Add(time.Hour)
	is(t, s.on(Changed{ExternalID: "m2", At: s.now, Message: Message{Text: Plainly("Toch niet")}}), "render\nshow edited \"Toch niet\"")
	s.state("waiting since 60m due 75m step 0")
	s.now = start.Add(2 * time.Hour)
	s.writes("a2", "Jammer", jan, private)
	s.work()
	same := Message{Text: Plainly("Toch niet")}
	is(t, s.on(Changed{ExternalID: "m2", At: s.now, Was: &same, Message: same}), "")
	s.state("answered since never due never step 0")
}

func TestAnEditOfWhatNeverGotACard(t *testing.T) {
	s := newScene(t, Ask)
	is(t, s.on(Changed{ExternalID: "m1", At: s.now, Message: Message{Text: Plainly("hallo")}}), `card edited "hallo"`)
	s.state("waiting since 0m due 15m step 0")
}

func TestWhatElseCustomersDo(t *testing.T) {
	for name, c := range map[string]struct {
		event Event
		want  string
	}{
		"deletes a message": {Withdrawn{ExternalIDs: []string{"m1"}}, "tell withdrawn"},
		"reacts":            {Reacted{Emoji: "👍"}, "tell reacted 👍"},
		"takes it back":     {Reacted{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			is(t, s.on(c.event), c.want)
			s.state("waiting since 0m due 15m step 0")
			s.work()
			s.writes("a1", "Dag", jan, private)
			s.work()
			s.on(c.event)
			s.state("answered since never due never step 0")
		})
	}
}

func TestUnreachable(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.on(Reached{Why: Blocked, At: s.now}), "tell cannot_reach blocked\nrender")
	s.state("waiting since 0m due never step 0")
	is(t, s.on(Reached{Why: Blocked, At: s.now}), "")
	is(t, s.later(24*time.Hour), "")
	is(t, s.on(Ticked{}), "")
	is(t, s.on(Reached{At: s.now}), "tell can_reach_again\nrender")
	s.state("waiting since 0m due 15m step 0")
	is(t, s.on(Reached{At: s.now}), "")
	is(t, s.on(Reached{Why: Deactivated, At: s.now}), "tell cannot_reach deactivated\nrender")
	s.now = s.now.Add(time.Minute)
	is(t, s.hears("m2", "Hallo?"), "render\nshow \"Hallo?\"") // who writes can be written to
	s.state("waiting since 0m due 15m step 0")
	if s.c.Unreachable != "" {
		t.Errorf("still unreachable: %s", s.c.Unreachable)
	}
}

func TestUnreachableWhileAnswered(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	s.work()
	s.on(Reached{Why: Blocked, At: s.now})
	s.on(Reached{At: s.now})
	s.state("answered since never due never step 0")
}

func TestABlockThatAnAnswerRunsInto(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	is(t, s.sends(Refused, Blocked), "render\nmark a1 none > not-sent\ntell not_delivered blocked [try_again] about a1")
	s.state("waiting since 0m due never step 0")
	s.work()
	s.now = s.now.Add(time.Hour)
	s.hears("m2", "Daar ben ik weer")
	s.state("waiting since 0m due 15m step 0")
}

func TestAnsweredOutside(t *testing.T) {
	s := opened(t, Ask)
	s.later(20 * time.Minute)
	s.work()
	echo := Echoed{ExternalID: "e1", At: s.now, By: "Jan", Message: Message{Text: Plainly(strings.Repeat("a", 700))}}
	is(t, s.on(echo), "tell answered_outside Jan "+strings.Repeat("a", CardLimit-1)+"…\nremove p2\nrender")
	s.state("answered since never due never step 0")
	fresh := newScene(t, Ask)
	is(t, fresh.on(echo), "")
	fresh.hears("m1", "Dank")
	fresh.state("waiting since 0m due 15m step 0")
}

func TestAnsweredAutomatically(t *testing.T) {
	s := opened(t, Ask)
	s.later(20 * time.Minute)
	s.work()
	waits := "waiting since 0m due 45m step 1"
	s.state(waits)
	away := Echoed{ExternalID: "e1", At: s.now, By: "Jan", Message: Message{Text: Plainly("Wij zijn dicht")}, Auto: true}
	is(t, s.on(away), "tell answered_outside Jan by_itself Wij zijn dicht")
	s.state(waits)
	is(t, newScene(t, Ask).on(away), "")
}

func TestMoved(t *testing.T) {
	s := opened(t, Ask)
	to := Ref{"telegram", "acme", "-100"}
	is(t, s.on(Moved{To: to}), "")
	if s.c.Ref != to {
		t.Errorf("the ref is %v", s.c.Ref)
	}
	s.state("waiting since 0m due 15m step 0")
}

func TestUnreadable(t *testing.T) {
	e := Unreadable{RawID: "r1", At: start, What: "hologram", Link: "https://example.com/1"}
	s := newScene(t, Ask)
	is(t, s.on(e), `card "" unknown hologram`)
	s.state("waiting since 0m due 15m step 0")
	s.work()
	is(t, s.on(e), "tell cannot_read hologram https://example.com/1")
	s.writes("a1", "Wat is dat?", jan, private)
	s.work()
	s.now = start.Add(time.Hour)
	e.At = s.now
	is(t, s.on(e), "render\ntell cannot_read hologram https://example.com/1")
	s.state("waiting since 60m due 75m step 0")
	desk := newScene(t, Ask)
	desk.c = New(DeskID, Ref{})
	is(t, desk.on(e), "announce cannot_read hologram https://example.com/1")
	desk.state("answered since never due never step 0")
}

func TestCustomersNamesAndPlaces(t *testing.T) {
	s := opened(t, Ask)
	e := heard("m2", "Ik heet nu anders", s.now)
	e.Customer.Name, e.Title, e.Link, e.Public = "Bea", "De groep", "https://example.com/2", true
	is(t, s.on(e), "show \"Ik heet nu anders\"\nrender")
	e.Link = "https://example.com/3"
	is(t, s.on(e), `show "Ik heet nu anders"`)
	if s.c.Customer.Name != "Bea" || s.c.Title != "De groep" || s.c.Link != "https://example.com/2" || !s.c.Public {
		t.Errorf("kept %+v", s.c)
	}
}
