package conversation_test

import (
	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// button presses any button, of the card or of any staff message, settled or not.
func (m *machine) button(t *rapid.T) {
	m.step++
	by := rapid.SampledFrom([]Person{jan, eva, guest}).Draw(t, "by")
	action := rapid.SampledFrom([]Action{Claim, Release, Close, NoAnswer, SendAgain, SendAgain, ItIsThere, ItIsThere, TryAgain, TryAgain, SendAnyway, SendAnyway, Publish, Publish, SendPrivately, DoNotSend, ChangeAnyway, GiveUp}).Draw(t, "button")
	p := Pressed{Action: action, By: by, At: m.now, Limits: aLimit(t, m.now), Hearing: m.hearing}
	if len(m.typed) > 0 {
		x := m.typed[rapid.IntRange(0, len(m.typed)-1).Draw(t, "about")]
		if len(m.c.Open) > 0 && rapid.IntRange(0, 3).Draw(t, "open") > 0 {
			x = m.find(m.c.Open[rapid.IntRange(0, len(m.c.Open)-1).Draw(t, "which")].At)
		}
		p.About = x.at
	}
	before := m.c
	closes := m.closes(p)
	m.on(p)
	if m.open1(p.About).Press == nil {
		m.decided(before, p)
	}
	if closes {
		m.closed()
	}
}

// decidedThen: what was decided about an answer that had to be looked at first.
func (m *machine) decidedThen(before Conversation, end Ended) {
	look, is := end.Effect.(Look)
	if !is {
		return
	}
	a := open(before, look.Answer)
	if p := a.Press; p != nil && p.Question == a.Question && !before.Arrived.After(p.At) {
		m.decided(before, Pressed{Action: p.Action, By: p.By, At: p.At, About: a.At, Limits: end.Limits})
	}
}

// decided: a button was carried out, of a conversation that was as before.
func (m *machine) decided(before Conversation, p Pressed) {
	if pending := open(before, p.About); p.By.MaySpeak && !pending.At.IsZero() {
		x := m.find(p.About)
		switch pending.State {
		case Asking:
			if len(pending.There) == 0 {
				if p.Action == Publish && pending.Preview && !(m.rules.OtherApproves && p.By.ID == x.by.ID) {
					x.step, x.kept = m.step, false
				}
				if p.Action == SendPrivately && pending.Preview && p.Limits.Privately != "" {
					x.step, x.kept = m.step, false
				}
				if p.Action == SendAnyway {
					x.leaves, x.step = true, m.step // whoever pressed has seen what was written until now
				}
				x.kept = (x.kept || p.Action == DoNotSend) && p.Action != SendAnyway
			}
		case Unsure:
			x.resent = x.resent || p.Action == SendAgain
			x.vouched = x.vouched || p.Action == ItIsThere
			x.gaveUp = p.Action == GiveUp
		case Failed:
			x.retried = x.retried || p.Action == TryAgain
			x.gaveUp = p.Action == GiveUp
		case Holding, Nameless, Sending:
		}
		if p.Action == SendAgain && pending.State == Unsure || p.Action == TryAgain && pending.State == Failed {
			m.halted(pending)
		}
	}
	m.replaced(before)
}
