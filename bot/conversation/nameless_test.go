package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// A message of which Slack does not say who typed it shows that it waits, and nothing of it leaves. Once it is known whose
// it is, what was shown goes, and it is what it would have been.
func TestNameless(t *testing.T) {
	nameless := func(s *scene, ts string) string {
		return s.on(Unattributed{At: staff(ts), Written: s.now})
	}
	for name, c := range map[string]struct {
		text string
		by   Person
		l    Limits
		want string // p2 is the line
		open string
	}{
		"an answer":           {"Dag", jan, private, "remove p2\nsend a1/0 \"Dag\\n— Jan\"", "a1 sending"},
		"an answer in public": {"Dag", jan, public, "remove p2\nsend a1/0 \"Dag ^JJ\"", "a1 sending"},
		"a note":              {"// boos", jan, private, "remove p2\nmark a1 held > inside", ""},
		"a near miss":         {"note that", jan, private, "remove p2\nmark a1 held > inside\nwhisper U1 note_near_miss [send_anyway] about a1", "a1 asking"},
		"by a guest":          {"Dag", guest, private, "remove p2\nmark a1 held > inside\nwhisper U9 may_not_speak guest", ""},
		"nothing":             {"\u200b", jan, private, "remove p2\nmark a1 held > not-sent\ntell not_delivered empty", ""},
		"where nothing goes":  {"Dag", jan, Limits{ReadOnly: true}, "remove p2\nmark a1 held > not-sent\ntell not_delivered read_only [try_again] about a1", "a1 failed"},
	} {
		for _, posted := range []bool{true, false} {
			t.Run(name+flag(!posted, ", before the line is posted"), func(t *testing.T) {
				s := opened(t, Ask)
				is(t, nameless(s, "a1"), "mark a1 none > held\ntell who_unknown")
				is(t, nameless(s, "a1"), "")
				s.open("a1 nameless")
				is(t, nameless(s, "a2"), "mark a2 none > held") // one line is enough
				want := c.want
				if posted {
					s.work()
				} else {
					want = want[len("remove p2\n"):]
				}
				s.has()
				is(t, s.writes("a1", c.text, c.by, c.l), want)
				s.on(Unwrote{At: staff("a2")}) // nobody knows whose it was, nor that it is gone: its own event comes first
				s.writes("a2", "// ook", jan, private)
				s.open(c.open)
				s.work()
				if c.open != "a1 failed" && c.open != "a1 asking" {
					s.settled()
				}
			})
		}
	}
}

// What the customer wrote while nobody knew who had answered is seen before the answer leaves.
func TestNamelessWhileTheCustomerWrites(t *testing.T) {
	s := opened(t, Ask)
	s.on(Unattributed{At: staff("a1"), Written: s.now})
	s.work()
	s.later(time.Minute)
	s.hears("m2", "Laat maar")
	s.work()
	is(t, s.writes("a1", "Komt eraan", jan, private), "remove p2\ntell doubtful customer_wrote [send_anyway do_not_send] about a1")
	s.has()
}
