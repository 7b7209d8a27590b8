package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestAQuietThreadIsLeftBehind(t *testing.T) {
	week := 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		after time.Duration
		what  func(*scene) // happens half way
		want  string
	}{
		"six days":                 {week - time.Second, nil, "render\nshow \"Weer ik\""},
		"seven days":               {week, nil, "card \"Weer ik\""},
		"a note in between":        {week, func(s *scene) { s.writes("n2", "// denk eraan", jan, private) }, "render\nshow \"Weer ik\""},
		"an answer in between":     {week, func(s *scene) { s.writes("a2", "Nog iets?", jan, private) }, "render\nshow \"Weer ik\""},
		"an edit in between":       {week, func(s *scene) { s.on(Changed{ExternalID: "m1", At: s.now}); s.on(Echoed{By: "Jan"}) }, "render\nshow \"Weer ik\""},
		"a riddle in between":      {week, func(s *scene) { s.on(Unreadable{At: s.now}); s.presses(NoAnswer, "", jan, private) }, "render\nshow \"Weer ik\""},
		"sent anyway in between":   {week, func(s *scene) { s.presses(SendAnyway, "n1", jan, private) }, "render\nshow \"Weer ik\""},
		"a guest in between":       {week, func(s *scene) { s.writes("g1", "Zeg", guest, private) }, "card \"Weer ik\""},
		"an echo in between":       {week, func(s *scene) { s.on(Echoed{At: s.now, By: "Jan"}) }, "render\nshow \"Weer ik\""},
		"a reaction in between":    {week, func(s *scene) { s.on(Reacted{Emoji: "👍"}) }, "card \"Weer ik\""},
		"closed in between":        {week, func(s *scene) { s.presses(NoAnswer, "", jan, private) }, "card \"Weer ik\""},
		"the clock strikes, twice": {week, func(s *scene) { s.on(Ticked{}); s.on(Ticked{}) }, "card \"Weer ik\""},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.writes("a1", "Dag", jan, private)
			s.writes("n1", "note that", jan, private)
			s.work()
			if c.what != nil {
				s.now = start.Add(c.after / 2)
				c.what(s)
				s.work()
			}
			s.now = start.Add(c.after)
			is(t, s.hears("m2", "Weer ik"), c.want)
			if s.c.Turn != Waiting || !s.c.Since.Equal(s.now) {
				t.Errorf("%s since %v", s.c.Turn, s.c.Since)
			}
		})
	}
}

func TestTheOldThreadIsKept(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	s.work()
	old := s.c.Thread
	s.now = start.Add(8 * 24 * time.Hour)
	s.hears("m2", "Weer ik")
	if !s.c.Thread.IsZero() || len(s.c.Old) != 1 || s.c.Old[0] != old {
		t.Fatalf("thread %v, old %v", s.c.Thread, s.c.Old)
	}
	is(t, s.hears("m3", "En nog iets"), `show "En nog iets"`) // behind the card that is on its way
	_, followed := s.carry(Inward, OK, "")
	is(t, followed, "render") // the card links to the old thread
	if s.c.Opening.Text.Plain != "Weer ik" || !s.c.Opened.Equal(start) {
		t.Errorf("the card says %q, opened %v", s.c.Opening.Text.Plain, s.c.Opened)
	}
	s.work()
	s.writes("a2", "Welkom terug", jan, private) // typed in the old thread or the new: the same
	s.work()
	s.has("Dag\n— Jan", "Welkom terug")
}

func TestAQuietThreadWhereSomebodyStillWaits(t *testing.T) {
	s := opened(t, Ask)
	s.later(time.Hour)
	s.work()
	live := s.c.Live
	s.now = start.Add(8 * 24 * time.Hour)
	is(t, s.hears("m2", "Nou?"), `card "Nou?"`)
	s.state("waiting since 0m due never step 2")
	s.work()
	s.writes("a1", "Sorry", jan, private)
	s.work()
	if _, stands := s.stands[live[0].At]; stands || len(s.c.Live) > 0 {
		t.Error("the nudge in the old thread stands for ever")
	}
}

func TestADeletedCardIsPostedAgain(t *testing.T) {
	s := opened(t, Ask)
	s.later(20 * time.Minute)
	s.work()
	is(t, s.on(CardGone{At: s.now}), "remove p2\ncard \"Mijn pakket is kapot\" again")
	is(t, s.on(CardGone{At: s.now}), "") // there is no card now
	s.work()
	if s.c.Thread != staff("p3") || len(s.c.Old) != 1 || s.c.Old[0] != staff("p1") {
		t.Errorf("thread %v, old %v", s.c.Thread, s.c.Old)
	}
	s.state("waiting since 0m due 45m step 1")
	is(t, s.hears("m2", "Hallo?"), `show "Hallo?"`)
}

func TestAPostThatFindsItsRootDeleted(t *testing.T) {
	for name, c := range map[string]struct {
		event Event
		want  string
	}{
		"what the customer says": {heard("m2", "Hallo?", start), "card \"Mijn pakket is kapot\" again\nshow \"Hallo?\""},
		"a line of the bot":      {Withdrawn{}, "card \"Mijn pakket is kapot\" again\ntell withdrawn"},
		"a nudge":                {Ticked{}, "card \"Mijn pakket is kapot\" again\nnudge 1 [S1]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.now = start.Add(15 * time.Minute)
			s.on(c.event)
			_, followed := s.carry(Inward, Refused, Gone)
			is(t, followed, c.want)
			s.work()
			if s.c.Thread != staff("p2") || len(s.c.Old) != 1 || len(s.stands) != 3 {
				t.Errorf("thread %v, old %v, %d posts stand", s.c.Thread, s.c.Old, len(s.stands))
			}
		})
	}
}

func TestSeveralPostsThatFindTheirRootDeleted(t *testing.T) {
	s := opened(t, Ask)
	s.now = start.Add(time.Minute)
	s.hears("m2", "een")
	s.hears("m3", "twee")
	_, followed := s.carry(Inward, Refused, Gone)
	is(t, followed, "card \"Mijn pakket is kapot\" again\nshow \"een\"")
	_, followed = s.carry(Inward, OK, "") // there is no thread now
	is(t, followed, `show "twee"`)
	s.work()
	if len(s.stands) != 4 {
		t.Errorf("%d posts stand", len(s.stands))
	}
}

// Somebody's clean-up bot that deletes every card must not keep ours busy, nor make us lose a message.
func TestCardsThatAreDeletedAtOnce(t *testing.T) {
	s := opened(t, Ask)
	s.now = s.now.Add(time.Minute)
	s.hears("m2", "een")
	_, followed := s.carry(Inward, Refused, Gone)
	is(t, followed, "card \"Mijn pakket is kapot\" again\nshow \"een\"") // the first time is no habit
	s.carry(Inward, OK, "")
	if pause := s.c.Pause(s.now); pause != 20*time.Second {
		t.Errorf("the next card is held back for %v", pause)
	}
	_, followed = s.carry(Inward, Refused, Gone)
	is(t, followed, "card \"Mijn pakket is kapot\" again\nshow \"een\"")
	if pause := s.c.Pause(s.now.Add(39 * time.Second)); pause != 40*time.Second {
		t.Errorf("the one after that is held back for %v", pause)
	}
	if pause := s.c.Pause(s.now.Add(40 * time.Second)); pause != 0 {
		t.Errorf("a card that lasted does not hold back the next, but for %v", pause)
	}
	s.c.Old = make([]Place, 100)
	if pause := s.c.Pause(s.now); pause != 320*time.Second {
		t.Errorf("after a hundred threads a card is held back for %v", pause)
	}
}

func TestACardThatIsDeletedAfterAQuietWeek(t *testing.T) {
	s := opened(t, Ask)
	s.now = s.now.Add(8 * 24 * time.Hour)
	s.hears("m2", "Weer ik")
	s.work()
	s.hears("m3", "een")
	_, followed := s.carry(Inward, Refused, Gone)
	is(t, followed, "card \"Weer ik\" again\nshow \"een\"") // the second card, and deleted at once: nothing is lost
}

func TestFilesAreNotShownAgainWithTheirCard(t *testing.T) {
	s := newScene(t, Ask)
	s.on(Heard{ExternalID: "m1", At: s.now, Message: Message{Text: Plainly("Kijk"), Files: files("a.jpg")}})
	s.work()
	s.on(CardGone{At: s.now})
	_, followed := s.carry(Inward, OK, "")
	is(t, followed, "render")
}

func TestADirectReminderToSomebodyWhoIsGone(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.on(Ended{Effect: Nudge{To: []string{"U1"}, Direct: true, Step: 9}, Outcome: Refused, Reason: Gone}), "")
	if s.c.Thread.IsZero() {
		t.Error("the thread is gone with the person")
	}
}

// What Slack does not take of a customer's words must not cost us the customer: the card is posted without them, and they
// follow in the thread.
func TestACardThatIsRefused(t *testing.T) {
	for _, why := range []Reason{Rejected, Gone} {
		s := newScene(t, Ask)
		s.on(Heard{ExternalID: "m1", At: s.now, Message: Message{Text: Plainly("een"), Files: files("a.jpg")}})
		_, followed := s.carry(Inward, Refused, why)
		is(t, followed, `card "een" +a.jpg`)
		_, followed = s.carry(Inward, OK, "")
		is(t, followed, `show "een" +a.jpg`)
	}
}

func TestACardThatIsRefusedAltogether(t *testing.T) {
	s := newScene(t, Ask)
	s.hears("m1", "een")
	s.carry(Inward, Refused, Rejected)
	_, followed := s.carry(Inward, Refused, Rejected)
	is(t, followed, "announce card_refused rejected Ann")
	is(t, s.hears("m3", "drie"), `card "drie"`)
	s.work()
	if s.c.Thread.IsZero() || s.c.Opening.Text.Plain != "drie" {
		t.Errorf("thread %v, card %q", s.c.Thread, s.c.Opening.Text.Plain)
	}
	if s.c.Wants(OpenCard{}) {
		t.Error("another card is wanted though one stands")
	}
}

func TestMessagesOfOnePostBehindARefusedCard(t *testing.T) {
	s := newScene(t, Ask)
	s.hears("m1", "een")
	s.carry(Inward, Refused, Rejected)
	s.carry(Inward, Refused, Rejected)
	both := Show{Entries: []Entry{{Message: Message{Text: Plainly("twee")}}, {Message: Message{Text: Plainly("drie")}}}}
	is(t, s.on(Ended{Effect: both, Outcome: Refused, Reason: Gone}), "card \"twee\"\nshow \"drie\"")
}

func TestACardIsRightWhenItStands(t *testing.T) {
	for name, what := range map[string]func(*scene){
		"claimed meanwhile":  func(s *scene) { s.presses(Claim, "", jan, private) },
		"blocked meanwhile":  func(s *scene) { s.on(Reached{Why: Blocked}) },
		"closed meanwhile":   func(s *scene) { s.presses(NoAnswer, "", jan, private) },
		"answered meanwhile": func(s *scene) { s.on(Echoed{By: "Jan"}) },
		"nothing meanwhile":  func(*scene) {},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, Ask)
			s.hears("m1", "hallo")
			what(s)
			_, followed := s.carry(Inward, OK, "")
			is(t, followed, flag(name != "nothing meanwhile", "render"))
		})
	}
}

func TestNudges(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.later(14*time.Minute), "")
	is(t, s.on(Ticked{}), "") // too early
	is(t, s.later(time.Minute), "nudge 1 [S1]\nrender")
	is(t, s.on(Ticked{}), "") // once
	s.work()
	s.state("waiting since 0m due 45m step 1")
	s.presses(Claim, "", eva, private)
	is(t, s.later(30*time.Minute), "nudge 2 [U2] returned by Eva\nrender")
	s.state("waiting since 0m due never step 2")
	s.work()
	is(t, s.later(1000*time.Hour), "")
	is(t, s.writes("a1", "Sorry", jan, private), "send a1/0 \"Sorry\\n— Jan\"")
	is(t, s.sends(OK, ""), "mark a1 none > sent\nrender\nremove p3")
	s.state("answered since never due never step 0")
	s.work()
	if len(s.stands) != 1 {
		t.Errorf("besides the card stand %v", s.stands)
	}
}

func TestNudgesOfAnswered(t *testing.T) {
	for name, end := range map[string]func(*scene){
		"answered":          func(s *scene) { s.writes("a1", "Dag", jan, private); s.sends(OK, "") },
		"answered outside":  func(s *scene) { s.on(Echoed{By: "Jan"}) },
		"done":              func(s *scene) { s.presses(NoAnswer, "", jan, private) },
		"no answer needed":  func(s *scene) { s.presses(NoAnswer, "", jan, private) },
		"and written again": func(s *scene) { s.on(Echoed{By: "Jan"}); s.hears("m9", "Nog iets") },
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.later(15 * time.Minute)
			nudge := s.jobs[Inward][0]
			end(s)
			if name != "and written again" && s.c.Wants(nudge) {
				t.Error("a nudge that waits is still wanted")
			}
			// It was being posted when the answer came.
			is(t, s.on(Ended{Effect: nudge, Outcome: OK, Receipt: Receipt{Place: staff("n1")}}), "remove n1")
			if len(s.c.Live) > 0 {
				t.Errorf("%v is live", s.c.Live)
			}
		})
	}
}

func TestANudgeThatFails(t *testing.T) {
	for _, o := range []Outcome{Refused, Maybe, Later} {
		s := opened(t, Ask)
		s.later(15 * time.Minute)
		want := "nudge 1 [S1] direct instead" // somebody must know
		if o == Later {
			want = ""
		}
		is(t, s.on(Ended{Effect: s.jobs[Inward][0], Outcome: o, Reason: Down}), want)
		if len(s.c.Live) > 0 {
			t.Error("it is live")
		}
		s.state("waiting since 0m due 45m step 1")
	}
}

// Where the other way fails, too, it is not tried in turns for ever.
func TestANudgeThatFailsBothWays(t *testing.T) {
	for _, o := range []Outcome{Refused, Maybe} {
		s := opened(t, Ask)
		s.later(15 * time.Minute)
		is(t, s.on(Ended{Effect: s.jobs[Inward][0], Outcome: Refused, Reason: Rejected}), "nudge 1 [S1] direct instead")
		instead := Nudge{Step: 1, Since: s.c.Since, To: []string{"S1"}, Direct: true, Instead: true}
		want := ""
		if o == Refused {
			want = "tell not_reminded rejected"
		}
		is(t, s.on(Ended{Effect: instead, Outcome: o, Reason: Rejected}), want)
		is(t, s.on(Ended{Effect: Nudge{Step: 1, Since: s.c.Since, Instead: true}, Outcome: o, Reason: Rejected}), "")
	}
}

// Of a step that reaches several people directly the thread tells once, however many of them got nothing.
func TestANudgeThatFailsForMany(t *testing.T) {
	for _, first := range []Outcome{Refused, Maybe} {
		s := opened(t, Ask)
		s.later(15 * time.Minute)
		s.jobs = map[Way][]Effect{}
		of := func(step int, to ...string) Nudge {
			return Nudge{Step: step, Since: s.c.Since, To: to, Direct: true}
		}
		want := "tell not_reminded rejected\nnudge 1 [] instead"
		if first == Maybe {
			want = "nudge 1 [U1] instead"
		}
		is(t, s.on(Ended{Effect: of(1, "U1"), Outcome: first, Reason: Rejected}), want)
		is(t, s.on(Ended{Effect: of(1, "U2"), Outcome: Refused, Reason: Rejected}), "")
		is(t, s.on(Ended{Effect: of(1, "U3"), Outcome: Maybe, Reason: Lost}), "")
		s.later(45 * time.Minute)
		is(t, s.on(Ended{Effect: of(2, "U2"), Outcome: Refused, Reason: Rejected}), "tell not_reminded rejected\nnudge 2 [] instead")
	}
}

// What was due when nobody could be told is given when somebody is at work again, unless one message tells of many.
func TestOverdue(t *testing.T) {
	for _, grouped := range []bool{false, true} {
		s := opened(t, Ask)
		s.later(15 * time.Minute)
		s.on(Delayed{Effect: Nudge{Step: 1, Since: s.c.Since}, At: s.now})
		if !s.c.Owed {
			t.Fatal("it is not owed")
		}
		is(t, s.on(Ticked{Grouped: grouped}), flag(!grouped, "nudge 1 [S1]"))
		if s.c.Owed {
			t.Error("it is owed still")
		}
	}
}

func TestTwoNudgesNeverStandTogether(t *testing.T) {
	s := opened(t, Ask)
	s.later(15 * time.Minute)
	first := s.jobs[Inward][0]
	is(t, s.on(Ended{Effect: first, Outcome: OK, Receipt: Receipt{Place: staff("n1")}}), "")
	s.later(30 * time.Minute)
	second := s.jobs[Inward][1]
	is(t, s.on(Ended{Effect: second, Outcome: OK, Receipt: Receipt{Place: staff("n2")}}), "remove n1")
	is(t, s.on(Ended{Effect: second, Outcome: OK, Receipt: Receipt{Place: staff("n3")}}), "remove n2")
	is(t, s.on(Ended{Effect: Nudge{Step: 2, Direct: true}, Outcome: OK}), "")
	is(t, s.on(Ended{Effect: Nudge{Step: 2}, Outcome: Refused, Reason: Rejected}), "")
	if len(s.c.Live) != 1 || s.c.Live[0].At != staff("n3") {
		t.Errorf("%v is live", s.c.Live)
	}
}

func TestOldStepsAreNotTakenTwice(t *testing.T) {
	s := opened(t, Ask)
	s.later(15 * time.Minute)
	first := s.jobs[Inward][0]
	s.later(30 * time.Minute)
	if s.c.Wants(first) || !s.c.Wants(s.jobs[Inward][1]) {
		t.Error("after hours without Slack only the latest nudge is wanted")
	}
	s.on(Reached{Why: Blocked})
	if s.c.Wants(s.jobs[Inward][1]) {
		t.Error("nobody can help a customer who blocked us")
	}
}

func TestNobodyToRemind(t *testing.T) {
	for name, c := range map[string]struct {
		whom nobody
		want string
	}{
		"in the thread: without a mention": {nobody{direct: false}, "nudge 1 []\nrender"},
		"directly: not at all":             {nobody{direct: true}, "render"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.rules.Clock = c.whom
			is(t, s.later(15*time.Minute), c.want)
			s.state("waiting since 0m due 45m step 1")
		})
	}
}

// nobody is a Clock that knows nobody.
type nobody struct{ direct bool }

func (nobody) Deadlines(since time.Time) []time.Time {
	return ladder{15 * time.Minute, 45 * time.Minute}.Deadlines(since)
}

func (nobody) Warn(time.Time, time.Time) time.Time { return time.Time{} }

func (nobody) AtWork(now time.Time) time.Time { return now }

func (nobody) OnDuty(Conversation) []string { return nil }

func (n nobody) Decide(c Conversation, _ time.Time) Decision {
	if n.direct {
		return Decision{Why: NobodyToAsk, Steps: c.Step + 1}
	}
	return Decision{Why: StepDue, Steps: c.Step + 1, Thread: true}
}

// A card that was refused, and that an operator has posted after all, is a card like any other: what the customer says
// next stands below it.
func TestARefusedCardIsTriedAgain(t *testing.T) {
	s := newScene(t, Ask)
	s.hears("m1", "Mijn pakket is kapot")
	s.carry(Inward, Refused, Rejected)
	card := s.jobs[Inward][0]
	s.carry(Inward, Refused, Rejected)
	s.work() // the desk is told
	s.jobs[Inward] = append(s.jobs[Inward], card)
	s.work()
	if s.c.Thread.IsZero() {
		t.Fatal("the card does not stand")
	}
	if all := s.c.Contradictions(); len(all) > 0 {
		t.Error(all)
	}
	thread := s.c.Thread
	is(t, s.hears("m2", "Hallo?"), `show "Hallo?"`)
	s.work()
	if s.c.Thread != thread {
		t.Errorf("the thread went from %v to %v, the old ones are %v", thread, s.c.Thread, s.c.Old)
	}
}
