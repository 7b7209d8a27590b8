package conversation_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// keep remembers the promise for which it is put aside.
func (b *clockBook) keep() {
	if !b.aside.Promise {
		return
	}
	b.promises = append(b.promises, b.aside)
	slices.SortStableFunc(b.promises, func(x, y Snoozing) int { return x.Until.Compare(y.Until) })
	b.promises = b.promises[:min(len(b.promises), 20)]
	b.aside = Snoozing{}
}

// next puts it aside for the first promise. Who answered when their own was due has seen to it.
func (b *clockBook) next(now time.Time, answered Person) {
	b.promises = slices.DeleteFunc(b.promises, func(s Snoozing) bool { return s.By.ID == answered.ID && s.Until.Before(now) })
	if b.aside != (Snoozing{}) || len(b.promises) == 0 {
		return
	}
	b.aside, b.promises = b.promises[0], b.promises[1:]
	if b.aside.Until.Before(now) {
		b.aside.Until = now
	}
}

// putsAside puts the customer aside, or ends that, or takes up again what is over.
func (m *machine) putsAside(t *rapid.T) {
	m.step++
	b := &m.clock
	p := Pressed{At: m.now, Limits: aLimit(t, m.now)}
	p.By = rapid.SampledFrom([]Person{jan, eva, guest}).Draw(t, "by")
	p.Action = rapid.SampledFrom([]Action{Snooze, Snooze, Wake, Reopen, Remind, Remind, Close, NoAnswer}).Draw(t, "button")
	p.Until = m.now.Add(rapid.SampledFrom([]time.Duration{-time.Second, 0, time.Minute, time.Hour, 24 * time.Hour, 400 * 24 * time.Hour, 401 * 24 * time.Hour}).Draw(t, "for"))
	if n := len(m.c.Offers); n > 0 {
		p.About = m.c.Offers[rapid.IntRange(0, n-1).Draw(t, "offer")].Of
	}
	if len(m.typed) > 0 && rapid.IntRange(0, 3).Draw(t, "another") == 0 {
		p.About = m.typed[rapid.IntRange(0, len(m.typed)-1).Draw(t, "about")].at
	}
	p.Seen = rapid.SampledFrom([]time.Time{{}, m.now, m.now.Add(-time.Hour)}).Draw(t, "seen")
	before := m.c
	closes := m.closes(p)
	m.on(p)
	if !p.By.MaySpeak || m.unseen(p) && (p.Action == Snooze || p.Action == NoAnswer) {
		return
	}
	waits, rests := !b.owed.IsZero(), b.aside != (Snoozing{})
	switch p.Action {
	case Snooze:
		if before.Turn != Done && p.Until.After(m.now) && !p.Until.After(m.now.Add(400*24*time.Hour)) {
			if b.aside.Promise && b.aside.By.ID != p.By.ID { // of a colleague
				b.keep()
			}
			b.aside = Snoozing{Until: p.Until, By: p.By, Promise: !waits}
			b.keep()
			b.next(m.now, m.c.Spoke)
		}
	case Remind:
		if i := slices.IndexFunc(before.Offers, func(o Offer) bool { return o.Of == p.About }); i >= 0 && !waits && len(before.Promises) < 20 {
			s := Snoozing{Until: before.Offers[i].Until, By: p.By, Promise: true}
			if s.Until.Before(m.now) {
				s.Until = m.now
			}
			b.keep()
			b.aside = s
			b.keep()
			b.next(m.now, m.c.Spoke)
		}
	case Wake:
		if rests {
			m.wakes()
		}
	case Reopen:
		if !waits {
			b.keep()
			since := b.heard
			if since.IsZero() { // nobody has written yet
				since = m.now
			}
			m.owes(since)
			b.aside, b.anew = Snoozing{}, m.now
		}
	case Close, NoAnswer:
		if closes {
			m.closed()
		}
	}
}

// wakes: what was put aside is back. Who was promised something waits from now on.
func (m *machine) wakes() {
	b := &m.clock
	if b.aside.Promise {
		m.owes(m.now)
	}
	b.aside, b.anew = Snoozing{}, m.now
}

// checkAwake: whatever is put aside comes back, and then nothing is due for ever.
func (m *machine) checkAwake(t *rapid.T) {
	m.later(410 * 24 * time.Hour)
	m.work()
	for range len(m.typed) + 1 { // who could not be reached may be, once an answer has arrived
		m.later(10 * 24 * time.Hour)
		m.work()
	}
	m.check(t)
	if m.c.Turn == Snoozed {
		t.Fatalf("it is put aside for ever: %+v", m.c.Snooze)
	}
	if m.c.Step < len(m.c.Deadlines) && m.c.Unreachable == "" {
		t.Fatalf("after a year %d of the steps at %v are taken", m.c.Step, m.c.Deadlines)
	}
}
