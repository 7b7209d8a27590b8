package nudge

import (
	"math"
	"time"
)

// Hours is when a desk answers. The zero Hours is around the clock, in UTC.
//
// The desk is open when the clock on its wall shows a time that the date on its wall has among its hours, the first
// moment included, the last one not. Nothing else is needed for the days on which clocks change: an hour that the clock
// skips is not served, an hour that it shows twice is served twice, and 00:00-24:00 lasts 23 or 25 hours. Service time is
// the time that really passes meanwhile.
//
// Days go before Holidays, and Holidays before the Week. Copies share what they were made of, which never changes.
type Hours struct {
	// Zone is where the clock hangs; nil is UTC.
	Zone     *time.Location
	Week     Week
	Holidays Holidays
	Days     Days
}

const (
	secondsOfDay = 24 * 60 * 60
	// patience is for how many seconds a desk may be closed on end before nobody waits for it any more: 400 days.
	patience = 400 * secondsOfDay
	// farthest is how far off a moment can be that Add finds, in seconds: 100 years.
	farthest = 36525 * secondsOfDay
)

// Always says that the desk is around the clock: no moment is closed. A desk that keeps holidays is not.
func (h Hours) Always() bool {
	return h.Week.always() && h.Holidays.none() && h.Days.always()
}

// Open says whether the desk is open at t.
func (h Hours) Open(t time.Time) bool {
	w := walk{h: &h, at: t.Unix()}
	_, _, open := w.next(w.at + 1) // what is true of its first moment is true of the whole second
	return open
}

// Opens is the first moment from t on that is open: t itself if the desk is open then; zero if it stays closed for 400
// days.
func (h Hours) Opens(t time.Time) time.Time { return h.Add(t, 0) }

// Closes is the first moment from t on that is closed: t itself if the desk is closed then; zero if it stays open for
// 400 days. Hours that go on past midnight are one stretch of time.
func (h Hours) Closes(t time.Time) time.Time {
	if h.Always() {
		return time.Time{}
	}
	w := walk{h: &h, at: t.Unix()}
	begin, limit := w.at, w.at+patience
	from, to, open := w.next(limit)
	if !open || from > begin {
		return t.In(h.zone())
	}
	for to < limit {
		further, until, open := w.next(limit)
		if !open || further > to {
			return time.Unix(to, 0).In(h.zone())
		}
		to = until
	}
	return time.Time{}
}

// Add is the moment at which the desk has been open for d since from, in the zone of the desk. A d below zero is zero.
//
// Where that is both the moment at which the desk closes and the one at which it opens again, it is the first of them:
// what is due at the end of a day is due then, and not the next morning. Only a d of zero has no end to fall on: it is
// the moment from which service time begins to pass, that is from itself or the next opening.
//
// It is zero if the desk is closed for 400 days on end before, or the moment is more than 100 years away. Its cost grows
// with the days between.
func (h Hours) Add(from time.Time, d time.Duration) time.Time {
	d = max(d, 0)
	if h.Always() {
		return from.Add(d).In(h.zone())
	}
	w := walk{h: &h, at: from.Unix()}
	begin := w.at
	last := begin + farthest
	left, parts := int64(d/time.Second), int64(d%time.Second) // seconds and nanoseconds
	limit := begin + patience
	for {
		a, b, open := w.next(limit)
		if !open {
			return time.Time{}
		}
		if a == begin { // the walk began at a whole second, before from
			parts += int64(from.Nanosecond())
			left, parts = left+parts/1e9, parts%1e9
		}
		if left < b-a || left == b-a && parts == 0 {
			return time.Unix(a+left, parts).In(h.zone())
		}
		left -= b - a
		limit = min(b+patience, last)
	}
}

// Between is for how long the desk is open from one moment to another: 0 when to is not after from, and at most what a
// Duration can hold, 292 years. Its cost grows with the days between.
func (h Hours) Between(from, to time.Time) time.Duration {
	if !to.After(from) {
		return 0
	}
	if h.Always() {
		return to.Sub(from)
	}
	w := walk{h: &h, at: from.Unix()}
	limit, sum := to.Unix(), int64(0)
	for {
		a, b, open := w.next(limit)
		if !open {
			break
		}
		sum += b - a
	}
	if sum >= math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	d := time.Duration(sum) * time.Second
	if n := from.Nanosecond(); n > 0 && h.Open(from) {
		d -= time.Duration(n)
	}
	if n := to.Nanosecond(); n > 0 && h.Open(to) {
		d += time.Duration(n)
	}
	return d
}

// Holiday is the one for which the desk is closed on the day of t, or "". A date that Days opens is none.
func (h Hours) Holiday(t time.Time) Holiday {
	_, offset := t.In(h.zone()).Zone()
	day := floor(t.Unix()+int64(offset), secondsOfDay)
	if spans, is := h.Days.on(day); is && len(spans) > 0 {
		return ""
	}
	return h.Holidays.on(day)
}

func (h *Hours) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}

// on lists the hours of a day, which is counted from 1970-01-01.
func (h *Hours) on(day int64) []span {
	if spans, is := h.Days.on(day); is {
		return spans
	}
	if h.Holidays.on(day) != "" {
		return nil
	}
	return h.Week.on(day)
}

// walk goes through the open time of a desk, forward from the second at. It goes from one change of the zone's clocks to
// the next: between them, the clock on the wall is the seconds since 1970 and a fixed offset. So there is nothing special
// about days that a zone skips, repeats or begins at one o'clock.
type walk struct {
	h           *Hours
	at          int64 // seconds since 1970: what lies before is done with
	offset, end int64 // what the clocks add, in seconds, and until when
	began       bool
	day         int64 // the day that spans belong to
	spans       []span
}

// next is the next piece of open time before the second limit, in seconds since 1970: from is in it and to is not. A day
// or a change of the clocks can cut open time into pieces that touch.
func (w *walk) next(limit int64) (from, to int64, open bool) {
	for w.at < limit {
		if !w.began || w.at >= w.end {
			w.change()
		}
		day := floor(w.at+w.offset, secondsOfDay)
		if !w.began || day != w.day {
			w.began, w.day, w.spans = true, day, w.h.on(day)
		}
		midnight, stop := day*secondsOfDay-w.offset, min(w.end, limit)
		for _, s := range w.spans {
			from, to = midnight+int64(s.from)*60, midnight+int64(s.to)*60
			if to <= w.at {
				continue
			}
			from, to = max(from, w.at), min(to, stop)
			if from < to {
				w.at = to
				return from, to, true
			}
			break
		}
		w.at = min(midnight+secondsOfDay, stop)
	}
	return 0, 0, false
}

// change finds out what the clocks add, and until when.
func (w *walk) change() {
	t := time.Unix(w.at, 0).In(w.h.zone())
	_, offset := t.Zone()
	w.offset, w.end = int64(offset), math.MaxInt64
	if _, end := t.ZoneBounds(); !end.IsZero() {
		w.end = end.Unix()
	}
	if w.end <= w.at {
		// Package time takes some leap years to end on 30 December, https://go.dev/issue/81583; clocks do not change
		// on the day after.
		w.end = (floor(w.at, secondsOfDay) + 1) * secondsOfDay
	}
}

// floor is a/b, rounded down also below zero.
func floor(a, b int64) int64 {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}
