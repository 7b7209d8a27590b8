package conversation_test

import (
	"strings"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// TestContradictions: what can be wrong with a conversation, and how it is said. That no history leads to any of it, the
// random ones show.
func TestContradictions(t *testing.T) {
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	sending := deepCopy(s.c)
	s.presses(Claim, "", jan, private)
	s.work()
	s.hears("m2", "Hallo?")
	s.work()
	waits := deepCopy(s.c)
	s.now = start.Add(16 * time.Minute)
	s.on(Ticked{Hearing: s.hearing})
	s.work()
	reminded := deepCopy(s.c)
	s.presses(NoAnswer, "", jan, private)
	done := deepCopy(s.c)
	s = opened(t, Ask)
	s.on(Pressed{Action: Snooze, By: jan, Until: at(60), Seen: at(1)})
	aside := deepCopy(s.c)
	open := func(a Answer) func(c *Conversation) { return func(c *Conversation) { c.Open = []Answer{a} } }
	part := func(o Outcome) []Part { return []Part{{State: o}} }
	for _, tc := range []struct {
		of     Conversation
		change func(c *Conversation)
		say    string
	}{
		{waits, func(c *Conversation) { c.Ref = Ref{} }, "it has no place on a network"},
		{waits, func(c *Conversation) { c.Opened = time.Time{} }, "it has a thread and was never opened"},
		{waits, func(c *Conversation) { c.Old = []Place{c.Thread} }, "its thread is one of its old ones"},
		{waits, func(c *Conversation) { c.Claimer = Person{} }, `it has a claimer "" since 2026`},
		{waits, func(c *Conversation) { c.Claimed = time.Time{} }, `it has a claimer "U1" since 0001`},
		{waits, func(c *Conversation) { c.Offers = []Offer{{Until: at(1)}} }, "it offers a reminder of {  } at 2026"},
		{waits, func(c *Conversation) { c.WarnAt = at(1) }, "a reply window that it does not have"},
		{waits, func(c *Conversation) { c.Warned = true }, "a reply window that it does not have"},
		{waits, func(c *Conversation) { c.Since = time.Time{} }, "the customer waits, and nobody knows since when"},
		{waits, func(c *Conversation) { c.Snooze = aside.Snooze }, "it is put aside, and its turn is waiting"},
		{waits, func(c *Conversation) { c.Turn = "elsewhere" }, `its turn is "elsewhere"`},
		{waits, func(c *Conversation) { c.Turn = Answered }, "nobody waits (answered), and somebody does since 2026"},
		{waits, func(c *Conversation) { c.Turn = Done }, `it was closed at 0001-01-01 00:00:00 +0000 UTC as ""`},
		{waits, func(c *Conversation) { c.Turn = Answered }, "it has 2 reminders, one owed: false, and its turn is answered"},
		{waits, func(c *Conversation) { c.Step = 3 }, "3 of its 2 reminders were given"},
		{waits, func(c *Conversation) { c.Step = -1 }, "-1 of its 2 reminders were given"},
		{waits, func(c *Conversation) { c.Deadlines[0] = at(50) }, "its reminders are out of order"},
		{reminded, func(c *Conversation) { c.Live[0].At = Place{} }, "a reminder stands nowhere"},
		{reminded, func(c *Conversation) { c.Live = append(c.Live, c.Live[0]) }, "two reminders stand in the channel C"},
		{done, func(c *Conversation) { c.Live = reminded.Live }, "it is done, and 1 reminders stand"},
		{done, func(c *Conversation) { c.Due = at(1) }, "nobody waits (done), and the clock looks at 2026"},
		{done, func(c *Conversation) { c.Owed = true }, "one owed: true, and its turn is done"},
		{done, func(c *Conversation) { c.Outcome = "" }, "it was closed at 2026"},
		{aside, func(c *Conversation) { c.Snooze.Until = time.Time{} }, "it is put aside for ever"},
		{aside, func(c *Conversation) { c.Due = time.Time{} }, "and the clock looks at 0001"},
		{aside, func(c *Conversation) { c.Due = at(61) }, "and the clock looks at 2026-03-02 10:01"},
		{aside, func(c *Conversation) { c.Snooze.Promise = true }, "it is put aside, promised: true, and the customer waits since 2026"},
		{sending, func(c *Conversation) { c.Open[0].At = Place{} }, "an answer belongs to no staff message"},
		{sending, func(c *Conversation) { c.Open = append(c.Open, c.Open[0]) }, "there are two answers of the staff message"},
		{sending, func(c *Conversation) { c.Open[0].Question = 9 }, "asks question 9 of 0"},
		{sending, func(c *Conversation) { c.Open[0].Parts[0].State = OK }, `is "sending" until 0001-01-01 00:00:00 +0000 UTC, its 1 parts [done]`},
		{sending, open(Answer{At: staff("1"), State: Holding, Parts: part("")}), `is "holding" until 0001`},
		{sending, open(Answer{At: staff("1"), State: Holding, Until: at(1)}), `is "holding" until 2026`},
		{sending, open(Answer{At: staff("1"), State: Asking}), `is "asking"`},
		{sending, open(Answer{At: staff("1"), State: Unsure, Parts: part(Refused)}), `is "unsure"`},
		{sending, open(Answer{At: staff("1"), State: Failed, Parts: part(Maybe)}), `is "failed"`},
		{sending, open(Answer{At: staff("1"), State: Failed, Parts: append(part(Refused), Part{})}), `its 2 parts [refused ]`},
		{sending, open(Answer{At: staff("1"), State: "lost"}), `is "lost"`},
		{sending, func(c *Conversation) { c.Spelled = []Spelled{{}} }, "or one of nothing"},
		{sending, func(c *Conversation) { c.Spelled = []Spelled{{Of: staff("1")}, {Of: staff("1"), N: 2}} }, "two lines show"},
	} {
		if all := tc.of.Contradictions(); len(all) > 0 {
			t.Fatalf("as it was played it contradicts itself: %q", all)
		}
		c := deepCopy(tc.of)
		tc.change(&c)
		if said := strings.Join(c.Contradictions(), "\n"); !strings.Contains(said, tc.say) {
			t.Errorf("want %q, got %q", tc.say, said)
		}
	}
	if all := (Conversation{ID: DeskID, Turn: Answered}).Contradictions(); len(all) > 0 {
		t.Errorf("the desk: %q", all)
	}
	if all := New("0123", Ref{"telegram", "acme", "7"}).Contradictions(); len(all) > 0 {
		t.Errorf("a new one: %q", all)
	}
}
