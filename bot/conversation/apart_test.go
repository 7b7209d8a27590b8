package conversation_test

import (
	"testing"

	. "webcare/bot/conversation"
)

// answersWith is an answer with files, in a scene where its writer is known to the customer.
func answersWith(t *testing.T, text string, l Limits, all []File) *scene {
	s := opened(t, Ask)
	s.c.Greeted = []string{jan.ID}
	e := wrote("a1", text, jan, l, s.now)
	e.Message.Files = all
	s.on(e)
	return s
}

// A file that is refused takes neither the text nor the other files with it; [Try again] sends what is missing.
func TestARefusedFileTakesNothingWithIt(t *testing.T) {
	type end struct {
		how Outcome
		why Reason
	}
	ok := end{how: OK}
	no := func(why Reason) end { return end{Refused, why} }
	for name, c := range map[string]struct {
		text  string
		files []File
		l     Limits
		ends  []end // of what is wanted, in order
		last  string
		has   []string
		again []string // when all is well the second time
	}{
		"one, beside text": {
			"Zo:", files("a"), private,
			[]end{no(FileType), ok, no(FileType)},
			"mark a1 none > not-sent\ntell partly_delivered file_type a [try_again] about a1",
			[]string{"Zo:"},
			[]string{"Zo:", "+a"},
		},
		"one of three, beside text": {
			"Zo:", files("a", "b", "c"), private,
			[]end{no(FileGone), ok, ok, no(FileGone), ok},
			"mark a1 none > not-sent\ntell partly_delivered file_gone b [try_again] about a1",
			[]string{"Zo:", "+a", "+c"},
			[]string{"Zo:", "+a", "+c", "+b"},
		},
		"one of three, without text": {
			"", files("a", "b", "c"), private,
			[]end{no(FileTooBig), ok, no(FileTooBig), ok},
			"mark a1 none > not-sent\ntell partly_delivered file_too_big b [try_again] about a1",
			[]string{"+a", "+c"},
			[]string{"+a", "+c", "+b"},
		},
		"each for a reason of its own": {
			"Zo:", files("a", "b", "c"), private,
			[]end{no(FileGone), ok, no(FileGone), no(FileType), no(FileGone)},
			"mark a1 none > not-sent\ntell partly_delivered file_type b\ntell partly_delivered file_gone a, c [try_again] about a1",
			[]string{"Zo:"},
			[]string{"Zo:", "+a", "+b", "+c"},
		},
		"one of the first of two messages": {
			"Zo:", files("a", "b", "c"), tiny, []end{no(FileType), ok, ok, no(FileType), ok}, // the message with c comes in its turn
			"mark a1 none > not-sent\ntell partly_delivered file_type a [try_again] about a1", []string{"Zo:", "+c", "+b"}, []string{"Zo:", "+c", "+b", "+a"},
		},
		"and the text as well": {
			"Zo:", files("a"), private,
			[]end{no(NotAllowed), no(NotAllowed)},
			"mark a1 none > not-sent\ntell not_delivered not_allowed a [try_again] about a1", nil,
			[]string{"Zo:", "+a"},
		},
		"all of one": {
			"", files("a"), private,
			[]end{no(FileType)},
			"mark a1 none > not-sent\ntell not_delivered file_type a [try_again] about a1", nil,
			[]string{"+a"},
		},
		"not for a file": {
			"Zo:", files("a", "b"), private,
			[]end{no(Gone)},
			"mark a1 none > not-sent\ntell not_delivered gone a, b [try_again] about a1", nil,
			[]string{"Zo:+a+b"},
		},
		"beside a signature alone": {
			"", files("a", "b"), public,
			[]end{no(FileGone), no(FileGone), ok},
			"mark a1 none > not-sent\ntell partly_delivered file_gone a [try_again] about a1",
			[]string{"+b"},
			[]string{"+b", "^JJ+a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := answersWith(t, c.text, c.l, c.files)
			followed := ""
			for _, e := range c.ends {
				s.skipUnwanted()
				followed = s.sends(e.how, e.why)
			}
			is(t, followed, c.last)
			s.work()
			s.has(c.has...)
			s.open("a1 failed")
			s.state("waiting since 0m due 15m step 0")
			s.presses(TryAgain, "a1", jan, c.l)
			s.work()
			s.has(c.again...)
			s.open("")
			s.settled()
		})
	}
}

// A signature alone is no message.
func TestNothingButASignatureIsNotSent(t *testing.T) {
	for _, l := range []Limits{private, public} {
		s := opened(t, Ask)
		e := wrote("a1", "", jan, l, s.now)
		e.Message.Files = []File{{ID: "big", Name: "big", Size: 1001}}
		is(t, s.on(e), "mark a1 none > not-sent\ntell not_delivered file_too_big big [try_again] about a1")
		s.work()
		s.has()
		s.writes("a2", "Dag", jan, private)
		s.work()
		s.has("Dag\n— Jan") // who did not arrive introduces himself with the next one
	}
}

// What staff deleted meanwhile does not go, in whole or in part.
func TestARefusedFileOfADeletedMessage(t *testing.T) {
	s := answersWith(t, "Zo:", private, files("a"))
	s.deletes("a1", private)
	s.sends(Refused, FileType)
	s.work()
	s.has()
	s.open("")
}
