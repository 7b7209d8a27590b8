package conversation_test

import (
	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// judged is what a message is, whose ready answers may be missing, or read like a note.
func judged(m Message, by Person, c Called) Verdict {
	v := Judge(m, by)
	switch {
	case v == IsAnswer && len(c.Words) > 0:
		return IsNote
	case v == IsAnswer && m.Text.Plain == "!let-op":
		return IsNearMiss
	}
	return v
}

// lines are those that show an answer, or will.
func (m *machine) lines(x *typed) (n int) {
	is := func(e Effect) bool { line, is := e.(ShowAnswer); return is && line.Answer == x.at }
	for _, e := range m.stands {
		if is(e) {
			n++
		}
	}
	for _, e := range m.jobs[Inward] {
		if is(e) {
			n++
		}
	}
	return n
}

// checkLines: what a customer has, or would get, by ready answers stands in the thread, and nothing else.
func (m *machine) checkLines(t *rapid.T, x *typed) {
	lines := 0
	for _, e := range m.stands {
		if line, is := e.(ShowAnswer); is && line.Answer == x.at {
			lines++
		}
	}
	state := m.where(x.at)
	switch {
	case state == "" && len(x.tried) == 0 && len(m.ended[x.at]) == 0 && lines > 0:
		t.Fatalf("%s never left, and %d lines show it", x.at.TS, lines)
	case (state == Holding || state == Asking && len(m.open1(x.at).There) == 0) && lines > 1:
		t.Fatalf("%s is %s, and %d lines show it", x.at.TS, state, lines)
	case x.calls && !x.unshown && m.marks[x.at] == Sent && lines == 0:
		t.Fatalf("%s is sent, and no line shows it", x.at.TS)
	}
	if state != "" {
		return
	}
	for _, s := range m.c.Spelled {
		if s.Of == x.at {
			t.Fatalf("%s is settled, and its line is remembered: %+v", x.at.TS, s)
		}
	}
}
