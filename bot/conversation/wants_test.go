package conversation_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestWants(t *testing.T) {
	answer := func(state AnswerState, parts ...Outcome) Conversation {
		a := Answer{At: staff("a1"), State: state}
		for _, o := range parts {
			a.Parts = append(a.Parts, Part{State: o})
		}
		return Conversation{Open: []Answer{{At: staff("a0"), State: Failed}, a}}
	}
	send := func(part int) Effect { return Send{Answer: staff("a1"), Part: part} }
	waiting := Conversation{Turn: Waiting, Step: 1, Thread: staff("p1")}
	spelled := Conversation{Spelled: []Spelled{{Of: staff("a1"), N: 3}}}
	with := func(c Conversation, change func(*Conversation)) Conversation { change(&c); return c }
	for name, c := range map[string]struct {
		c    Conversation
		e    Effect
		want bool
	}{
		"a part that is open":           {answer(Sending, ""), send(0), true},
		"the next part":                 {answer(Sending, OK, ""), send(1), true},
		"behind a file that was no use": {answer(Sending, Refused, ""), send(1), true},
		"before the parts ahead of it":  {answer(Sending, "", ""), send(1), false},
		"a part that is done":           {answer(Sending, OK, ""), send(0), false},
		"a part that was refused":       {answer(Sending, Refused, ""), send(0), false},
		"a part that may be there":      {answer(Sending, Maybe, ""), send(0), false},
		"a part that is not":            {answer(Sending, ""), send(1), false},
		"an answer that failed":         {answer(Failed, ""), send(0), false},
		"an answer nobody is sure of":   {answer(Unsure, Maybe, ""), send(1), false},
		"a message that was asked for":  {answer(Asking, ""), send(0), false},
		"an answer that is settled":     {Conversation{}, send(0), false},
		"a nudge":                       {waiting, Nudge{Step: 1}, true},
		"a nudge for a step taken":      {with(waiting, func(c *Conversation) { c.Step = 2 }), Nudge{Step: 1}, false},
		"a nudge after a new start":     {with(waiting, func(c *Conversation) { c.Step, c.Since = 1, start.Add(time.Hour) }), Nudge{Step: 1}, false},
		"a nudge when answered":         {with(waiting, func(c *Conversation) { c.Turn = Answered }), Nudge{Step: 1}, false},
		"a nudge when closed":           {with(waiting, func(c *Conversation) { c.Turn = Done }), Nudge{Step: 1}, false},
		"a nudge when unreachable":      {with(waiting, func(c *Conversation) { c.Unreachable = Blocked }), Nudge{Step: 1}, false},
		"an older wording of a part":    {answer(Sending, ""), Send{Answer: staff("a1"), Text: Plainly("older")}, false},
		"a line that shows an answer":   {spelled, ShowAnswer{Answer: staff("a1"), N: 3}, true},
		"a line that was replaced":      {spelled, ShowAnswer{Answer: staff("a1"), N: 2}, false},
		"a line of another answer":      {spelled, ShowAnswer{Answer: staff("a2"), N: 3}, false},
		"the card":                      {waiting, Render{}, true},
		"a card that does not stand":    {Conversation{}, Render{}, false},
		"what was said":                 {Conversation{}, Show{}, true},
		"its files":                     {Conversation{}, ShowFiles{}, true},
		"a card to be":                  {Conversation{}, OpenCard{}, true},
		"a line":                        {Conversation{}, Tell{}, true},
		"an announcement":               {Conversation{}, Announce{}, true},
		"a whisper":                     {Conversation{}, Whisper{}, true},
		"a mark":                        {Conversation{}, SetMark{}, true},
		"a removal":                     {Conversation{}, Remove{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.c.Wants(c.e); got != c.want {
				t.Errorf("Wants is %v", got)
			}
		})
	}
}

func TestConsequential(t *testing.T) {
	withFile := Show{Entries: []Entry{{}, {Message: Message{Files: files("a")}}}}
	for name, c := range map[string]struct {
		e    Effect
		want []Outcome // those that count
	}{
		"send":                 {Send{}, []Outcome{OK, Refused, Maybe}},
		"card":                 {OpenCard{}, []Outcome{OK, Refused, Maybe}},
		"nudge":                {Nudge{}, []Outcome{OK, Refused, Maybe}},
		"what was said":        {Show{Entries: []Entry{{}}}, []Outcome{Refused, Maybe}},
		"said with a file":     {withFile, []Outcome{OK, Refused, Maybe}},
		"files":                {ShowFiles{}, []Outcome{Refused, Maybe}},
		"a line":               {Tell{}, []Outcome{Refused, Maybe}},
		"a question":           {Tell{Buttons: []Action{TryAgain}}, []Outcome{OK, Refused, Maybe}},
		"an answer's line":     {ShowAnswer{}, []Outcome{OK, Refused, Maybe}},
		"a whisper":            {Whisper{Buttons: []Action{SendAnyway}}, nil},
		"an announcement":      {Announce{}, nil},
		"the card once again":  {Render{}, []Outcome{Refused, Maybe}},
		"a mark":               {SetMark{Now: Held}, nil},
		"the mark that counts": {SetMark{Now: Sent}, []Outcome{Refused}},
		"the mark of a note":   {SetMark{Now: Inside}, []Outcome{Refused}},
		"a removal":            {Remove{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []Outcome
			for _, o := range []Outcome{OK, Refused, Maybe} {
				if Consequential(c.e, o) {
					got = append(got, o)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("these count: %v, and should: %v", got, c.want)
			}
		})
	}
}

// What is said to have no consequence must have none.
func TestWithoutConsequence(t *testing.T) {
	for _, e := range []Effect{
		Send{},
		OpenCard{},
		Nudge{},
		Show{},
		Show{Entries: []Entry{{Message: Message{Files: files("a")}}}},
		ShowFiles{},
		Tell{},
		ShowAnswer{},
		Tell{Buttons: []Action{TryAgain}},
		Whisper{},
		Announce{},
		Render{},
		SetMark{},
		Remove{},
	} {
		for _, o := range []Outcome{OK, Refused, Maybe} {
			s := opened(t, Ask)
			before := deepCopy(s.c)
			before.Seq++
			if got := s.on(Ended{Effect: e, Outcome: o, Reason: Rejected}); !Consequential(e, o) && (got != "" || !reflect.DeepEqual(s.c, before)) {
				t.Errorf("%T %s has no consequence, and yet %q", e, o, got)
			}
		}
	}
}
