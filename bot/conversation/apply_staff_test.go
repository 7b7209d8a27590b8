package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestWhatStaffType(t *testing.T) {
	for name, c := range map[string]struct {
		message Message
		by      Person
		want    string
	}{
		"an answer":       {Message{Text: Plainly("Goedemorgen")}, jan, `send a1/0 "Goedemorgen\n— Jan"`},
		"a note":          {Message{Text: Plainly("// boos")}, jan, "mark a1 none > inside"},
		"a mention":       {mentioning("kijk", "U2"), jan, "mark a1 none > inside\nwhisper U1 note_by_mention [send_anyway] about a1"},
		"a near miss":     {Message{Text: Plainly("note that")}, jan, "mark a1 none > inside\nwhisper U1 note_near_miss [send_anyway] about a1"},
		"by a guest":      {Message{Text: Plainly("Goedemorgen")}, guest, "mark a1 none > inside\nwhisper U9 may_not_speak guest"},
		"nothing":         {Message{Text: Plainly("\u200b")}, jan, "mark a1 none > not-sent\ntell not_delivered empty"},
		"only files":      {Message{Files: files("a.pdf")}, jan, `send a1/0 "— Jan" +a.pdf`},
		"files and text":  {Message{Text: Plainly("Hierbij"), Files: files("a.pdf", "b.pdf")}, jan, `send a1/0 "Hierbij\n— Jan" +a.pdf +b.pdf`},
		"white space":     {Message{Text: Plainly("\n  Dag \n")}, jan, `send a1/0 "Dag\n— Jan"`},
		"without a name":  {Message{Text: Plainly("Dag")}, Person{ID: "U3", MaySpeak: true}, `send a1/0 "Dag"`},
		"note with files": {Message{Text: Plainly("note: zie bijlage"), Files: files("a.pdf")}, jan, "mark a1 none > inside"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			e := wrote("a1", "", c.by, private, s.now)
			e.Message = c.message
			is(t, s.on(e), c.want)
			if job, _ := s.carry(Outward, OK, ""); (job != nil) != (Judge(c.message, c.by) == IsAnswer) {
				t.Errorf("carried %v", job)
			}
			if s.c.Turn == Answered && Judge(c.message, c.by) != IsAnswer {
				t.Error("a note stopped the clock")
			}
		})
	}
}

// files makes small files with these names.
func files(names ...string) []File {
	var out []File
	for _, name := range names {
		out = append(out, File{ID: name, Name: name, Size: 10})
	}
	return out
}

func TestNotesNeverStopTheClock(t *testing.T) {
	for _, text := range notes {
		s := opened(t, Ask)
		s.writes("n1", text, jan, private)
		s.work()
		s.has()
		s.state("waiting since 0m due 15m step 0")
		s.open("")
	}
}

func TestTheSameMessageTwice(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	is(t, s.writes("a1", "Dag", jan, private), "")
	s.writes("n1", "note that", jan, private)
	is(t, s.writes("n1", "note that", jan, private), "")
	s.open("a1 sending, n1 asking")
	s.work()
	s.has("Dag\n— Jan")
}

// crossing is how long a colleague's answer must be past for the next one to leave unasked.
const crossing = 20 * time.Second

func TestSignatures(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "een", jan, private)
	s.writes("a2", "twee", jan, private)
	s.later(crossing)
	s.writes("a3", "drie", eva, private)
	s.later(crossing)
	s.writes("a4", "vier", jan, private)
	s.later(crossing)
	s.writes("a5", "vijf", eva, public)
	s.later(crossing)
	s.writes("a6", "zes", jan, public)
	s.later(crossing)
	s.writes("a7", "zeven", Person{ID: "U3", MaySpeak: true}, public)
	s.later(crossing)
	e := wrote("a8", "", eva, public, s.now)
	e.Message.Files = files("a.jpg")
	s.on(e)
	s.work()
	s.has("een\n— Jan", "twee", "drie\n— Eva", "vier", "vijf ^EV", "zes ^JJ", "zeven", "^EV+a.jpg")
}

func TestSignaturesCountInTheLength(t *testing.T) {
	s := opened(t, Ask)
	limits := Limits{Length: 9, Public: true}
	is(t, s.writes("a1", "abcde", jan, limits), `send a1/0 "abcde ^JJ"`)
	is(t, s.writes("a2", "abc def", jan, limits), "send a2/0 \"abc\"\nsend a2/1 \"def ^JJ\"")
}

func TestMentionsNeverLeave(t *testing.T) {
	s := opened(t, Ask)
	e := wrote("a1", "", jan, Limits{ReadOnly: true}, s.now)
	e.Message = mentioning("vraag het aan", "U2")
	s.on(e)
	s.presses(SendAnyway, "a1", jan, Limits{ReadOnly: true})
	s.presses(TryAgain, "a1", jan, private)
	s.work()
	s.has("vraag het aan x\n— Jan")
	if len(s.got[0].Text.Spans) != 0 {
		t.Errorf("it left with %+v", s.got[0].Text.Spans)
	}
}

func TestSendAnyway(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "note that we are closed", jan, private)
	s.open("a1 asking")
	is(t, s.presses(SendAnyway, "a1", guest, private), "whisper U9 may_not_press guest")
	is(t, s.presses(SendAnyway, "a9", jan, private), "")
	is(t, s.presses(TryAgain, "a1", jan, private), "")
	is(t, s.presses(SendAgain, "a1", jan, private), "")
	is(t, s.presses(ItIsThere, "a1", jan, private), "")
	s.state("waiting since 0m due 15m step 0")
	is(t, s.presses(SendAnyway, "a1", eva, private), "mark a1 inside > held\nsend a1/0 \"note that we are closed\\n— Jan\"")
	is(t, s.presses(SendAnyway, "a1", eva, private), "")
	s.work()
	s.has("note that we are closed\n— Jan")
	s.state("answered since never due never step 0")
	is(t, s.presses(SendAnyway, "a1", jan, private), "")
	s.open("")
}

func TestQuestionsNobodyAnsweredAreForgotten(t *testing.T) {
	s := opened(t, Ask)
	s.writes("n1", "note that", jan, private)
	s.now = s.now.Add(24 * time.Hour)
	s.writes("n2", "// x", jan, private)
	s.open("n1 asking")
	s.now = s.now.Add(time.Second)
	s.writes("n3", "// x", jan, private)
	s.open("")
}

func TestFilesTheNetworkDoesNotTake(t *testing.T) {
	big := File{ID: "big", Name: "big", Size: 1001}
	small := files("a", "b", "c")
	for name, c := range map[string]struct {
		message Message
		limits  Limits
		want    string
		end     string // when all that was sent has arrived
	}{
		"too big":               {Message{Files: []File{big}}, private, "mark a1 none > not-sent\ntell not_delivered file_too_big big [try_again] about a1", ""},
		"too big, beside text":  {Message{Text: Plainly("Dag"), Files: []File{big}}, private, `send a1/1 "Dag"`, "mark a1 none > not-sent\ntell partly_delivered file_too_big big [try_again] about a1"},
		"too big, and one that": {Message{Text: Plainly("Dag"), Files: []File{big, small[0]}}, private, `send a1/1 "Dag" +a`, "mark a1 none > not-sent\ntell partly_delivered file_too_big big [try_again] about a1"},
		"no files at all":       {Message{Text: Plainly("Dag"), Files: small}, Limits{}, `send a1/3 "Dag"`, "mark a1 none > not-sent\ntell partly_delivered file_type a, b, c [try_again] about a1"},
		"size not told":         {Message{Files: []File{{ID: "x", Name: "x"}}}, private, `send a1/0 "" +x`, "mark a1 none > sent\nrender"},
		"just small enough":     {Message{Files: []File{{ID: "x", Name: "x", Size: 1000}}}, private, `send a1/0 "" +x`, "mark a1 none > sent\nrender"},
		"no limit on size":      {Message{Files: []File{big}}, Limits{Files: 1}, `send a1/0 "" +big`, "mark a1 none > sent\nrender"},
		"more than one takes":   {Message{Text: Plainly("Dag"), Files: small}, tiny, "send a1/0 \"Dag\" +a +b\nsend a1/1 \"\" +c", "mark a1 none > sent\nrender"},
		"a caption too long":    {Message{Text: Plainly("Goedemorgen"), Files: small[:1]}, Limits{Files: 1, Caption: 5}, "send a1/0 \"Goedemorgen\"\nsend a1/1 \"\" +a", "mark a1 none > sent\nrender"},
		"a caption that fits":   {Message{Text: Plainly("Dag"), Files: small[:1]}, Limits{Files: 1, Caption: 5, Length: 2}, `send a1/0 "Dag" +a`, "mark a1 none > sent\nrender"},
		"a caption like a text": {Message{Text: Plainly("Goede morgen"), Files: small[:1]}, Limits{Files: 1, Length: 6}, "send a1/0 \"Goede\"\nsend a1/1 \"morgen\"\nsend a1/2 \"\" +a", "mark a1 none > sent\nrender"},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.c.Claimer = Person{ID: "U3", MaySpeak: true}
			s.c.Greeted = []string{"U3"}
			e := wrote("a1", "", s.c.Claimer, c.limits, s.now)
			e.Message = c.message
			is(t, s.on(e), c.want)
			followed := ""
			for len(s.jobs[Outward]) > 0 {
				_, followed = s.carry(Outward, OK, "")
			}
			is(t, followed, c.end)
			if s.c.Turn == Answered != (len(s.c.Open) == 0) {
				t.Errorf("%s, and open is %v", s.c.Turn, s.c.Open)
			}
		})
	}
}

func TestTryAgainWithAFileThatIsTooBig(t *testing.T) {
	s := opened(t, Ask)
	e := wrote("a1", "Dag", jan, private, s.now)
	e.Message.Files = []File{{ID: "big", Name: "big", Size: 1001}}
	s.on(e)
	s.work()
	s.has("Dag\n— Jan")
	s.open("a1 failed")
	is(t, s.presses(TryAgain, "a1", jan, private), "remove p2\ntell partly_delivered file_too_big big [try_again] about a1")
	s.work()
	larger := private
	larger.FileSize = 5000
	is(t, s.presses(TryAgain, "a1", jan, larger), "remove p3\nmark a1 not-sent > held\nsend a1/0 \"\" +big")
	s.work()
	s.has("Dag\n— Jan", "+big")
	s.open("")
	s.state("answered since never due never step 0")
}

func TestWhenWeMayNotWrite(t *testing.T) {
	for name, c := range map[string]struct {
		limits Limits
		why    Reason
	}{"read only": {Limits{ReadOnly: true}, ReadOnly}, "still read only": {Limits{ReadOnly: true, Length: 5000}, ReadOnly}} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			failed := "mark a1 none > not-sent\ntell not_delivered " + string(c.why) + " [try_again] about a1"
			is(t, s.writes("a1", "Dag", jan, c.limits), failed)
			s.state("waiting since 0m due 15m step 0")
			s.work()
			is(t, s.presses(TryAgain, "a1", jan, c.limits), "remove p2\ntell not_delivered "+string(c.why)+" [try_again] about a1")
			s.work()
			s.has()
			is(t, s.presses(TryAgain, "a1", jan, private), "remove p3\nmark a1 not-sent > held\nsend a1/0 \"Dag\\n— Jan\"")
			s.work()
			s.has("Dag\n— Jan")
		})
	}
}

func TestClaims(t *testing.T) {
	s := opened(t, Ask)
	is(t, s.presses(Claim, "", guest, private), "whisper U9 may_not_press guest")
	is(t, s.presses(Claim, "", jan, private), "render")
	is(t, s.presses(Claim, "", jan, private), "")
	is(t, s.presses(Claim, "", eva, private), "whisper U2 taken_by Jan [take_over]")
	is(t, s.presses(Release, "", eva, private), "whisper U2 taken_by Jan [take_over]")
	is(t, s.presses(Release, "", jan, private), "render")
	is(t, s.presses(Release, "", jan, private), "")
	is(t, s.presses(Claim, "", eva, private), "render")
	if s.c.Claimer != eva || !s.c.Claimed.Equal(s.now) {
		t.Errorf("claimed by %v", s.c.Claimer)
	}
	s.writes("a1", "Dag", jan, private)
	s.work()
	if s.c.Claimer != jan {
		t.Errorf("claimed by %v, and Jan answered last", s.c.Claimer)
	}
}

func TestClosing(t *testing.T) {
	for action, outcome := range map[Action]string{NoAnswer: "no answer needed"} {
		s := opened(t, Ask)
		s.later(15 * time.Minute)
		s.work()
		is(t, s.presses(Close, "", jan, private), "whisper U1 still_waiting\nrender") // nobody has answered
		is(t, s.presses(action, "", guest, private), "whisper U9 may_not_press guest")
		s.state("waiting since 0m due 45m step 1")
		is(t, s.presses(action, "", jan, private), "remove p2\nrender")
		is(t, s.presses(NoAnswer, "", jan, private), "")
		s.state("done since never due never step 0")
		if s.c.Outcome != outcome {
			t.Errorf("%s: the outcome is %q", action, s.c.Outcome)
		}
		s.work()
		s.writes("a1", "Nog iets", jan, private) // closed it stays, whatever we say
		s.work()
		s.state("done since never due never step 0")
		is(t, s.hears("m2", "Hallo?"), "render\nshow \"Hallo?\"")
		s.state("waiting since 15m due 30m step 0")
		if s.c.Outcome != "" {
			t.Errorf("the outcome of an open conversation is %q", s.c.Outcome)
		}
	}
}

func TestButtonsThatDoNotExist(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", jan, private)
	for _, a := range []Action{"", "destroy", SendAgain, ItIsThere, TryAgain, SendAnyway} {
		is(t, s.presses(a, "", jan, private), "")
		is(t, s.presses(a, "a1", jan, private), "")
	}
	s.work()
	s.has("Dag\n— Jan")
}
