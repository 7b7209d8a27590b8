package conversation_test

import (
	"slices"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// edit changes or deletes any staff message, settled or not.
func (m *machine) edit(t *rapid.T) {
	if len(m.typed) == 0 {
		return
	}
	x := m.typed[rapid.IntRange(0, len(m.typed)-1).Draw(t, "message")]
	if x.deleted {
		return
	}
	l := aLimit(t, m.now)
	l.Edit, l.Delete = rapid.Bool().Draw(t, "can edit"), rapid.Bool().Draw(t, "can delete")
	waits := m.where(x.at) == Holding || m.where(x.at) == Asking && len(m.open1(x.at).There) == 0 ||
		m.where(x.at) == Failed && !slices.ContainsFunc(m.open1(x.at).Parts, func(p Part) bool { return p.State != Refused })
	if rapid.IntRange(0, 3).Draw(t, "deletes") == 0 {
		x.deleted = true
		m.on(Unwrote{At: x.at, Deleted: m.now, Limits: l, Was: m.former(x.at)})
		return
	}
	text := rapid.SampledFrom([]string{"anders", "// toch niet", "note that", three, "", "!hours", "!dag x", "!nergens", "// weg\n!nergens"}).Draw(t, "text")
	e := m.rewrote(x.at, Message{Text: Plainly(text)}, x.by, l)
	x.calls = false
	x.retried = x.retried || m.where(x.at) == Failed // it is cut anew
	if held := m.where(x.at) == Holding; waits {
		switch judged(e.Message, x.by, e.Called) {
		case IsNote, IsForbidden, IsEmptyText:
			x.kept = true
		case IsMention, IsNearMiss:
			x.leaves = slices.ContainsFunc(m.got, func(s Send) bool { return s.Answer == x.at }) // before nobody was sure, and then it was refused
			x.gaveUp = x.gaveUp || x.leaves
		case IsUnknownWord:
		case IsAnswer:
			x.leaves = x.leaves || held
		}
	}
	before := m.c
	m.on(e)
	m.replaced(before)
}

// halted: nothing of an answer is on its way any more, to which something was done while it was.
func (m *machine) halted(pending Answer) {
	if !pending.Deleted && pending.Edit == nil {
		return
	}
	x := m.find(pending.At)
	if (pending.Deleted || pending.Asks) && m.where(x.at) == Sending {
		m.t.Fatalf("%s is deleted or a note, and is sent", x.at.TS)
	}
	x.noted, x.kept, x.retried = x.noted || pending.Asks, x.kept || pending.Asks, true
}

func (m *machine) open1(at Place) Answer { return open(m.c, at) }

func open(c Conversation, at Place) Answer {
	for _, a := range c.Open {
		if a.At == at {
			return a
		}
	}
	return Answer{}
}

// tookBack: where the answer that the customer had last is taken back, the customer waits again.
func (m *machine) tookBack(job Effect) {
	if back, is := job.(TakeBack); is && !back.Rest {
		m.unanswered(m.c, back.Answer)
	}
}

// tookPartBack: of an answer that may be there twice only one copy can be taken back, and the customer waits at once.
func (m *machine) tookPartBack(before Conversation, out []Effect) {
	for _, e := range out {
		if back, is := e.(TakeBack); is && slices.ContainsFunc(out, func(e Effect) bool {
			tell, is := e.(Tell)
			return is && tell.Notice.Kind == PartTakenBack
		}) {
			m.unanswered(before, back.Answer)
		}
	}
}

func (m *machine) unanswered(c Conversation, answer Place) {
	answered := c.Turn == Answered || c.Turn == Done && c.Outcome == OutcomeAnswered
	if len(m.said) == 0 || !answered || c.Last != answer {
		return
	}
	m.owes(m.clock.heard)
	m.clock.anew = m.now
}
