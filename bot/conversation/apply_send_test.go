package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// three is an answer that the tiny network takes in three parts.
const three = "een twee drie vier vijf"

// mute may speak, and signs nothing.
var mute = Person{ID: "U3", MaySpeak: true}

// The ends of the parts of an answer, one by one, under each setting, and what becomes of the answer.
func TestHowAnswersEnd(t *testing.T) {
	const (
		failed  = "mark a1 none > not-sent\ntell not_delivered rejected [try_again] about a1"
		partly  = "mark a1 none > not-sent\ntell partly_delivered rejected [try_again] about a1"
		asks    = "mark a1 none > not-certain\ntell maybe_delivered rejected [send_again it_is_there] about a1"
		drops   = "mark a1 none > not-certain\ntell maybe_dropped rejected"
		arrived = "mark a1 none > sent\nrender"
	)
	for name, c := range map[string]struct {
		unsure OnUnsure
		text   string
		ends   []Outcome // of the parts, in the order in which they are carried out
		last   string    // what follows the last of them
		open   string
		has    []string
	}{
		"one done":            {Ask, "een", []Outcome{OK}, arrived, "", []string{"een"}},
		"one refused":         {Ask, "een", []Outcome{Refused}, failed, "a1 failed", nil},
		"one maybe: ask":      {Ask, "een", []Outcome{Maybe}, asks, "a1 unsure", []string{"een"}},
		"one maybe: resend":   {Resend, "een", []Outcome{Maybe, OK}, arrived, "", []string{"een", "een"}},
		"one maybe, refused":  {Resend, "een", []Outcome{Maybe, Refused}, failed, "a1 failed", []string{"een"}},
		"one maybe for ever":  {Resend, "een", []Outcome{Maybe, Maybe, Maybe, Maybe}, asks, "a1 unsure", []string{"een", "een", "een", "een"}},
		"one maybe: drop":     {Drop, "een", []Outcome{Maybe}, drops, "", []string{"een"}},
		"all done":            {Ask, three, []Outcome{OK, OK, OK}, arrived, "", []string{"een twee", "drie vier", "vijf"}},
		"all done later":      {Ask, three, []Outcome{Later, OK, Later, OK, OK}, "mark a1 held > sent\nrender", "", []string{"een twee", "drie vier", "vijf"}},
		"first refused":       {Ask, three, []Outcome{Refused}, failed, "a1 failed", nil},
		"middle refused":      {Ask, three, []Outcome{OK, Refused}, partly, "a1 failed", []string{"een twee"}},
		"last refused":        {Ask, three, []Outcome{OK, OK, Refused}, partly, "a1 failed", []string{"een twee", "drie vier"}},
		"first maybe: ask":    {Ask, three, []Outcome{Maybe}, asks, "a1 unsure", []string{"een twee"}},
		"last maybe: ask":     {Ask, three, []Outcome{OK, OK, Maybe}, asks, "a1 unsure", []string{"een twee", "drie vier", "vijf"}},
		"first maybe: resend": {Resend, three, []Outcome{Maybe, OK, OK, OK}, arrived, "", []string{"een twee", "een twee", "drie vier", "vijf"}},
		"last maybe: resend":  {Resend, three, []Outcome{OK, OK, Maybe, OK}, arrived, "", []string{"een twee", "drie vier", "vijf", "vijf"}},
		"each maybe: resend":  {Resend, three, []Outcome{Maybe, OK, Maybe, OK, Maybe, OK}, arrived, "", []string{"een twee", "een twee", "drie vier", "drie vier", "vijf", "vijf"}},
		"first maybe: drop":   {Drop, three, []Outcome{Maybe}, drops, "", []string{"een twee"}},
		"last maybe: drop":    {Drop, three, []Outcome{OK, OK, Maybe}, drops, "", []string{"een twee", "drie vier", "vijf"}},
		"maybe, then refused": {Resend, three, []Outcome{Maybe, OK, Refused}, partly, "a1 failed", []string{"een twee", "een twee"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, c.unsure)
			s.writes("a1", c.text, mute, tiny)
			followed := ""
			for _, o := range c.ends {
				s.skipUnwanted()
				followed = s.sends(o, Rejected)
			}
			is(t, followed, c.last)
			s.work() // what is left in the queue is not wanted
			s.has(c.has...)
			s.open(c.open)
			if want := map[bool]Turn{true: Answered, false: Waiting}[strings.Contains(c.last, "> sent")]; s.c.Turn != want {
				t.Errorf("the turn is %q, want %q", s.c.Turn, want)
			}
		})
	}
}

// skipUnwanted drops what stands in front of the outward queue and is not wanted.
func (s *scene) skipUnwanted() {
	for len(s.jobs[Outward]) > 0 && !s.c.Wants(s.jobs[Outward][0]) {
		s.jobs[Outward] = slices.Clone(s.jobs[Outward][1:])
	}
}

func TestTheNetworksIDsAreKept(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", three, mute, tiny)
	s.sends(OK, "")
	s.sends(Refused, Rejected)
	if parts := s.c.Open[0].Parts; !slices.Equal(parts[0].IDs, []string{"x1"}) || parts[0].Reason != "" || parts[1].IDs != nil || parts[1].Reason != Rejected {
		t.Errorf("kept %+v", parts)
	}
}

func TestSaysOnceThatItIsSentAgain(t *testing.T) {
	s := opened(t, Resend)
	s.writes("a1", "een", mute, private)
	is(t, s.sends(Maybe, Lost), "send a1/0 \"een\"\ntell maybe_resent lost")
	is(t, s.sends(Maybe, Lost), `send a1/0 "een"`)
	is(t, s.sends(OK, ""), "mark a1 none > sent\nrender")
}

func TestTheNetworksOwnWords(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	job := s.jobs[Outward][0]
	is(t, s.on(Ended{Effect: job, Outcome: Refused, Reason: Rejected, Detail: "Bad Request: x"}), "mark a1 none > not-sent\ntell not_delivered rejected Bad Request: x [try_again] about a1")
}

// What a person decides: each click, what follows, and that the second click and a guest's do nothing.
func TestDecisions(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		ends  []Outcome
		click Action
		want  string
		has   []string // in the end, when all goes well
	}{
		"try again, one":           {"een", []Outcome{Refused}, TryAgain, "remove p2\nmark a1 not-sent > held\nsend a1/0 \"een\"", []string{"een"}},
		"try again, the rest":      {three, []Outcome{OK, Refused}, TryAgain, "remove p2\nmark a1 not-sent > held\nsend a1/1 \"drie vier\"\nsend a1/2 \"vijf\"", []string{"een twee", "drie vier", "vijf"}},
		"try again, all":           {three, []Outcome{Refused}, TryAgain, "remove p2\nmark a1 not-sent > held\nsend a1/0 \"een twee\"\nsend a1/1 \"drie vier\"\nsend a1/2 \"vijf\"", []string{"een twee", "drie vier", "vijf"}},
		"send again, one":          {"een", []Outcome{Maybe}, SendAgain, "remove p2\nmark a1 not-certain > held\nsend a1/0 \"een\"", []string{"een", "een"}},
		"send again, and the rest": {three, []Outcome{OK, Maybe}, SendAgain, "remove p2\nmark a1 not-certain > held\nsend a1/1 \"drie vier\"\nsend a1/2 \"vijf\"", []string{"een twee", "drie vier", "drie vier", "vijf"}},
		"it is there, one":         {"een", []Outcome{Maybe}, ItIsThere, "remove p2\nmark a1 not-certain > sent\nrender", []string{"een"}},
		"it is there, the last":    {three, []Outcome{OK, OK, Maybe}, ItIsThere, "remove p2\nmark a1 not-certain > sent\nrender", []string{"een twee", "drie vier", "vijf"}},
		"it is there, not the end": {three, []Outcome{Maybe}, ItIsThere, "remove p2\nmark a1 not-certain > held\nsend a1/1 \"drie vier\"\nsend a1/2 \"vijf\"", []string{"een twee", "drie vier", "vijf"}},
	} {
		for _, stale := range []bool{true, false} { // with jobs in the queue that are not wanted, and without
			t.Run(name+flag(stale, ", stale jobs"), func(t *testing.T) {
				s := opened(t, Ask)
				s.writes("a1", c.text, mute, tiny)
				for _, o := range c.ends {
					s.sends(o, Rejected)
				}
				waiting := s.jobs[Outward]
				s.jobs[Outward] = nil
				s.work()
				if stale {
					s.jobs[Outward] = waiting
				}
				s.state("waiting since 0m due 15m step 0")
				is(t, s.presses(c.click, "a1", guest, tiny), "whisper U9 may_not_press guest")
				for _, other := range []Action{TryAgain, SendAgain, ItIsThere, SendAnyway} {
					if other == c.click || c.click == SendAgain && other == ItIsThere || c.click == ItIsThere && other == SendAgain {
						continue
					}
					is(t, s.presses(other, "a1", jan, tiny), "")
				}
				is(t, s.presses(c.click, "a1", jan, tiny), c.want)
				is(t, s.presses(c.click, "a1", eva, tiny), "")
				s.work()
				s.has(c.has...)
				s.open("")
				s.state("answered since never due never step 0")
				is(t, s.presses(c.click, "a1", jan, tiny), "")
				s.settled()
			})
		}
	}
}

// settled sees to it that no question and no nudge stands.
func (s *scene) settled() {
	s.t.Helper()
	for at, e := range s.stands {
		tell, is := e.(Tell)
		if _, nudge := e.(Nudge); nudge || is && len(tell.Buttons) > 0 {
			s.t.Errorf("%s still stands: %s", at.TS, sayOne(e))
		}
	}
}

func TestGivingUp(t *testing.T) {
	for name, c := range map[string]struct {
		end  Outcome
		want string
		has  []string
	}{
		"what was refused":   {Refused, "remove p2\ntell not_delivered dropped", nil},
		"what may be there":  {Maybe, "remove p2\ntell maybe_dropped dropped", []string{"een twee"}},
		"what is on its way": {Later, "", []string{"een twee", "drie vier", "vijf"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.writes("a1", three, mute, tiny)
			s.sends(c.end, Rejected)
			s.carry(Inward, OK, "")
			is(t, s.presses(GiveUp, "a1", guest, tiny), "whisper U9 may_not_press guest")
			is(t, s.presses(GiveUp, "a1", jan, tiny), c.want)
			s.work()
			s.has(c.has...)
			s.open("")
			s.settled()
			if (s.c.Turn == Waiting) != (c.end != Later) {
				t.Errorf("the turn is %s: what is given up answers nobody", s.c.Turn)
			}
			is(t, s.presses(GiveUp, "a1", jan, tiny), "")
		})
	}
}

// An end that comes after the answer was put before a person changes what is known, and leaves the person the last word.
func TestAnEndThatComesLate(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	job := s.jobs[Outward][0]
	s.sends(Maybe, Lost)
	s.work()
	is(t, s.on(Ended{Effect: job, Outcome: OK}), "")
	s.open("a1 unsure")
	is(t, s.presses(SendAgain, "a1", jan, private), "remove p2\nmark a1 not-certain > sent\nrender")
	s.work()
	s.has("een")
}

func TestUndecidedAgainAndAgain(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	asks := "mark a1 held > not-certain\ntell maybe_delivered lost [send_again it_is_there] about a1"
	s.sends(Maybe, Lost)
	s.work()
	for range 5 {
		s.presses(SendAgain, "a1", jan, private)
		is(t, s.sends(Maybe, Lost), asks)
		is(t, s.presses(SendAgain, "a1", jan, private), "mark a1 not-certain > held\nsend a1/0 \"een\"") // the old question went, the new one is not there yet
		is(t, s.sends(Maybe, Lost), asks)
		s.work()
	}
	s.presses(SendAgain, "a1", jan, private)
	is(t, s.sends(Refused, Blocked), "render\nmark a1 held > not-sent\ntell not_delivered blocked [try_again] about a1")
	s.work()
	s.presses(TryAgain, "a1", jan, private)
	s.work()
	s.open("")
	s.settled()
	if s.c.Unreachable != "" {
		t.Errorf("an answer arrived, and the customer cannot be reached: %s", s.c.Unreachable)
	}
}

// A question that is still being posted when the matter is settled goes as soon as it stands.
func TestQuestionsThatComeTooLate(t *testing.T) {
	for _, click := range []Action{SendAgain, ItIsThere} {
		s := opened(t, Ask)
		s.writes("a1", "een", mute, private)
		s.sends(Maybe, Lost)
		s.presses(click, "a1", jan, private) // pressed on a phone that was quicker
		_, followed := s.carry(Inward, OK, "")
		is(t, followed, "")
		s.work()
		s.settled()
	}
}

// When the first question is posted only after the second was asked, one of them stands.
func TestTwoQuestionsNeverStandTogether(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	s.sends(Maybe, Lost)
	s.presses(SendAgain, "a1", jan, private)
	s.sends(Maybe, Lost)
	s.work()
	if len(s.stands) != 2 {
		t.Errorf("these stand: %v", s.stands)
	}
	s.presses(ItIsThere, "a1", jan, private)
	s.work()
	s.settled()
}

func TestAQuestionThatCannotBePosted(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	s.sends(Maybe, Lost)
	_, followed := s.carry(Inward, Refused, Rejected)
	is(t, followed, "")
	s.open("a1 unsure") // the mark asks, too
	s.presses(SendAgain, "a1", jan, private)
	s.work()
	s.open("")
}

func TestDelays(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	is(t, s.sends(Later, Down), "mark a1 none > held")
	is(t, s.sends(Later, Down), "")
	is(t, s.on(Ended{Effect: s.jobs[Outward][0], Outcome: Later, Reason: Down}), "")
	s.open("a1 sending")
	s.state("waiting since 0m due 15m step 0") // a held answer does not stop the clock
	is(t, s.later(15*time.Minute), "nudge 1 [S1]\nrender")
	is(t, s.sends(OK, ""), "mark a1 held > sent\nrender")
	is(t, s.on(Delayed{Effect: Send{Answer: staff("a1")}}), "")
	is(t, s.on(Delayed{Effect: Render{}}), "")
}

// Every effect's end, for what is not known (any more): nothing may follow.
func TestEndsOfWhatIsSettled(t *testing.T) {
	for _, o := range []Outcome{OK, Refused, Maybe, Later} {
		for _, e := range []Effect{
			Send{Answer: staff("a9")}, Tell{About: staff("a9"), Buttons: []Action{TryAgain}}, SetMark{}, Remove{}, Whisper{}, Announce{}, Render{},
		} {
			s := opened(t, Ask)
			got := s.on(Ended{Effect: e, Outcome: o, Reason: Rejected, Receipt: Receipt{Place: staff("x")}})
			want := ""
			if _, tell := e.(Tell); tell && o == OK {
				want = "remove x"
			}
			if _, card := e.(Render); card && o == Refused {
				want = "tell card_stale rejected"
			}
			is(t, got, want)
		}
	}
	s := opened(t, Ask)
	s.writes("a1", "een", mute, private)
	is(t, s.on(Ended{Effect: Send{Answer: staff("a1"), Part: 7}, Outcome: OK}), "")
	s.open("a1 sending")
}
