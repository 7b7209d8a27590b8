package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// commanding is a scene in which only what is written in the form leaves.
func commanding(t *testing.T) (*scene, Limits) {
	s, l := holding(t)
	s.rules.Mode = Command
	return s, l
}

func (s *scene) forms(text string, by Person, l Limits) string {
	s.t.Helper()
	s.limits = l
	return s.on(Formed{Written: s.now, By: by, Message: Message{Text: Plainly(text)}, Limits: l})
}

func TestForm(t *testing.T) {
	s, l := commanding(t)
	is(t, s.forms("Dag Ann", jan, l), `stand U1 "Dag Ann"`)
	_, followed := s.carry(Inward, OK, "")
	is(t, followed, `send p2/0 "Dag Ann\n— Jan"`)
	is(t, s.sends(OK, ""), "mark p2 none > sent\nrender")
	s.work()
	s.has("Dag Ann\n— Jan")
	s.state("answered since never due never step 0")
}

// What is typed in the thread never leaves, whatever it is and becomes.
func TestOnlyTheForm(t *testing.T) {
	s, l := commanding(t)
	for ts, text := range map[string]string{"a1": "Dag Ann", "a2": "note dag", "a3": "// dag"} {
		is(t, s.writes(ts, text, jan, l), "mark "+ts+" none > inside")
		is(t, s.rewrites(ts, text+", tot morgen", jan, l), "")
		is(t, s.presses(SendAnyway, ts, jan, l), "")
		is(t, s.deletes(ts, l), "")
	}
	mention := wrote("a4", "", jan, l, s.now)
	mention.Message = mentioning("kijk", "U2")
	is(t, s.on(mention), "mark a4 none > inside")
	is(t, s.writes("a5", "Dag", guest, l), "mark a5 none > inside\nwhisper U9 may_not_speak guest")
	s.later(time.Minute)
	s.work()
	s.has()
}

func TestFormRefused(t *testing.T) {
	s, l := commanding(t)
	is(t, s.forms("Dag Ann", guest, l), "whisper U9 may_not_speak guest")
	s.forms("Dag Ann", jan, l)
	_, followed := s.carry(Inward, Refused, TooLong)
	is(t, followed, "tell not_delivered too_long Dag Ann")
	s.work()                      // so that the words are there
	s.forms("// Dag Ann", jan, l) // a slip
	_, followed = s.carry(Inward, OK, "")
	is(t, followed, "mark p3 none > inside")
	s.rules.Mode = Alerts
	s.forms("Dag Ann", jan, l)
	_, followed = s.carry(Inward, OK, "")
	is(t, followed, "mark p4 none > inside\nwhisper U1 may_not_speak read_only")
	s.work()
	s.has()
}

// What others can read needs no preview, for it was written for them; but somebody else, where the config says so.
func TestFormInPublic(t *testing.T) {
	s, _ := commanding(t)
	s.forms("Dag Ann", jan, public)
	_, followed := s.carry(Inward, OK, "")
	is(t, followed, `send p2/0 "Dag Ann ^JJ"`)
	s.rules.OtherApproves = true
	s.forms("Dag Ann", jan, public)
	_, followed = s.carry(Inward, OK, "")
	is(t, followed, "mark p3 none > held\ntell preview Jan Dag Ann ^JJ [publish do_not_send] about p3")
	s.work()
	is(t, s.presses(Publish, "p3", eva, public), "remove p4\nsend p3/0 \"Dag Ann ^JJ\"")
}
