package conversation_test

import (
	"reflect"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// previewing is a scene in public, where what is typed is shown before it is posted.
func previewing(t *testing.T) *scene {
	s := opened(t, Ask)
	s.rules.Mode, s.rules.Hold = "", 10*time.Second
	return s
}

func TestPreview(t *testing.T) {
	s := previewing(t)
	is(t, s.writes("a1", "Dag Ann", jan, public), "mark a1 none > held\ntell preview Dag Ann ^JJ [publish do_not_send] about a1")
	is(t, s.later(12*time.Minute), "") // it waits for a person, for as long as it takes
	s.work()
	is(t, s.presses(Publish, "a1", eva, public), "remove p2\nsend a1/0 \"Dag Ann ^JJ\"")
	s.work()
	s.has("Dag Ann ^JJ")
	s.state("answered since never due never step 0")
	is(t, s.presses(Publish, "a1", eva, public), "")
}

// What is too long for one post goes with all of them.
func TestLongPreviewIsRemoved(t *testing.T) {
	s := previewing(t)
	s.writes("a1", "Dag Ann", jan, public)
	also := []Place{{Team: "T1", Channel: "C1", TS: "above"}}
	s.on(Ended{Effect: Tell{Notice: Notice{Kind: Previewed}, About: staff("a1"), N: s.c.Questions}, Outcome: OK, Receipt: Receipt{Place: Place{Team: "T1", Channel: "C1", TS: "last"}, Also: also}})
	_, out := Apply(s.c, Pressed{Action: DoNotSend, By: jan, About: staff("a1"), Limits: public}, s.rules, s.now)
	if want := (Remove{What: Place{Team: "T1", Channel: "C1", TS: "last"}, Also: also}); len(out) == 0 || !reflect.DeepEqual(out[0], want) {
		t.Errorf("got %v, want %v", out, want)
	}
}

// The customer writes while a preview stands: it is drawn once more, below what they wrote, and says so.
func TestPreviewWhileTheCustomerWrites(t *testing.T) {
	s := previewing(t)
	s.hears("m1", "Zijn jullie open?")
	s.writes("a1", "Ja", jan, public)
	s.work()
	s.limits = public
	is(t, s.hears("m2", "Of toch niet?"), "show \"Of toch niet?\"\nremove p3\ntell preview Ja ^JJ customer_wrote [publish do_not_send] about a1")
	s.work()
	is(t, s.hears("m3", "Hallo?"), "show \"Hallo?\"") // once is enough
	s.work()
	s.presses(Publish, "a1", jan, public)
	s.work()
	s.has("Ja ^JJ")
	s.state("answered since never due never step 0") // whoever pressed had read it
}

func TestPreviewIsReplaced(t *testing.T) {
	s := previewing(t)
	s.writes("a1", "Dag Ann", jan, public)
	s.work()
	is(t, s.writes("a2", "Dag Anna", eva, public),
		"remove p2\nmark a1 held > inside\nwhisper U1 replaced Eva\nmark a2 none > held\ntell preview Dag Anna ^EV [publish do_not_send] about a2")
	s.work()
	is(t, s.rewrites("a2", "Dag Annie", eva, public), "remove p3\ntell preview Dag Annie ^EV [publish do_not_send] about a2")
	s.work()
	is(t, s.presses(Publish, "a1", jan, public), "")
	s.presses(Publish, "a2", jan, public)
	s.work()
	s.has("Dag Annie ^EV")
}

func TestPreviewIsDropped(t *testing.T) {
	s := previewing(t)
	s.writes("a1", "Dag Ann", jan, public)
	s.work()
	is(t, s.presses(DoNotSend, "a1", eva, public), "remove p2\nmark a1 held > inside")
	s.writes("a2", "Dag", jan, public)
	s.work()
	is(t, s.deletes("a2", public), "remove p3")
	s.writes("a3", "Dag", jan, public)
	s.work()
	is(t, s.rewrites("a3", "// Dag", jan, public), "remove p4\nmark a3 held > inside")
	s.work()
	s.has()
	s.open("")
}

func TestFourEyes(t *testing.T) {
	s := previewing(t)
	s.rules.OtherApproves = true
	is(t, s.writes("a1", "Dag Ann", jan, public), "mark a1 none > held\ntell preview Jan Dag Ann ^JJ [publish do_not_send] about a1")
	s.work()
	is(t, s.presses(Publish, "a1", jan, public), "whisper U1 other_must")
	is(t, s.presses(Publish, "a1", guest, public), "whisper U9 may_not_press guest")
	s.presses(Publish, "a1", eva, public)
	s.work()
	s.has("Dag Ann ^JJ")
}

func TestPreviewCountsAndWarns(t *testing.T) {
	s := previewing(t)
	s.rules.Secrets = func(string) []string { return []string{"06-12345678"} }
	var told []Notice
	e := wrote("a1", "abc def ghi", jan, Limits{Length: 9, Public: true, Files: 1}, s.now)
	e.Message.Files = files("a.jpg")
	_, out := Apply(s.c, e, s.rules, s.now)
	for _, effect := range out {
		if tell, is := effect.(Tell); is {
			told = append(told, tell.Notice)
		}
	}
	if len(told) != 1 || told[0].Parts != 3 || told[0].Of != 9 || told[0].Count > 9 || len(told[0].Doubts) != 1 || told[0].Quote.Plain != "abc def\n⁂\nghi ^JJ\n⁂\n\n📎 a.jpg" {
		t.Errorf("told %+v", told)
	}
}

func TestAlerts(t *testing.T) {
	s := previewing(t)
	s.rules.Mode = Alerts
	is(t, s.writes("a1", "Dag", jan, private), "mark a1 none > inside\nwhisper U1 may_not_speak read_only")
	s.open("")
}

// A note that is to be sent after all is previewed like everything else in public.
func TestANoteIsPreviewedToo(t *testing.T) {
	s := previewing(t)
	s.writes("a1", "note that", jan, public)
	is(t, s.presses(SendAnyway, "a1", jan, public), "mark a1 inside > held\ntell preview note that ^JJ [publish do_not_send] about a1")
}

// What was asked in public is answered in private.
func TestAside(t *testing.T) {
	l := public
	l.Privately, l.Edit, l.Delete = "c7", true, true
	s := previewing(t)
	is(t, s.writes("a1", "Nummer 12", jan, l), "mark a1 none > held\ntell preview Nummer 12 ^JJ [publish send_privately do_not_send] about a1")
	s.work()
	is(t, s.presses(SendPrivately, "a1", jan, public), "") // where there is no such place
	is(t, s.presses(SendPrivately, "a1", jan, l), "remove p2\nsend a1/0 \"Nummer 12\\n— Jan\" to c7")
	s.limits = l
	is(t, s.sends(OK, ""), "mark a1 held > sent\nrender\ntell sent_aside")
	s.state("answered since never due never step 0")
	is(t, s.rewrites("a1", "Nummer 14", jan, l), `edit a1/0 x1: "Nummer 14\n— Jan" to c7`)
	is(t, s.deletes("a1", l), "take back a1 [x1] to c7")
	s.work()

	// It says nothing about whom the customer knows here, and the writer may send it alone.
	s.rules.OtherApproves = true
	s.writes("a2", "Nummer 15", jan, l)
	is(t, s.presses(Publish, "a2", jan, l), "whisper U1 other_must")
	is(t, s.presses(SendPrivately, "a2", jan, l), "send a2/0 \"Nummer 15\\n— Jan\" to c7")
}

// A customer who never wrote to us privately cannot be answered there: the preview comes again.
func TestAsideRefused(t *testing.T) {
	l := public
	l.Privately = "c7"
	s := previewing(t)
	s.limits = l
	s.writes("a1", "Nummer 12", jan, l)
	s.work()
	s.presses(SendPrivately, "a1", jan, l)
	is(t, s.sends(Refused, NotStarted), "tell not_delivered not_started\ntell preview Nummer 12 ^JJ [publish send_privately do_not_send] about a1")
	s.work()
	s.presses(SendPrivately, "a1", jan, l)
	is(t, s.sends(Refused, Gone), "tell not_delivered not_started\ntell preview Nummer 12 ^JJ [publish send_privately do_not_send] about a1")
	s.presses(Publish, "a1", jan, l)
	s.work()
	s.has("Nummer 12 ^JJ")

	s.writes("a2", "Nog iets", jan, l)
	s.presses(SendPrivately, "a2", jan, l)
	s.sends(Refused, Blocked)
	if s.c.Unreachable != "" {
		t.Error("whoever blocked us in private is still in the group")
	}
}
