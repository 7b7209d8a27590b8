package nudge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Week is the hours of an ordinary week. The zero Week is around the clock.
type Week struct {
	days *[7][]span // by time.Weekday; the spans of a day are in order and do not touch
}

// Days are the dates that have hours of their own, or none. The zero Days has no such dates.
type Days struct {
	dates []dated // in order
}

// dated is a day, counted from 1970-01-01, and its hours; no spans = closed.
type dated struct {
	day   int64
	spans []span
}

// span is a part of a day in minutes as the clock on the wall shows them, at most 24:00; from is in it and to is not.
type span struct{ from, to int16 }

// wholeDay is 00:00-24:00.
var wholeDay = []span{{0, 24 * 60}}

// on lists the hours of a day, counted from 1970-01-01.
func (w Week) on(day int64) []span {
	if w.days == nil {
		return wholeDay
	}
	return w.days[weekday(day)]
}

func (w Week) always() bool {
	if w.days == nil {
		return true
	}
	for _, spans := range w.days {
		if !slices.Equal(spans, wholeDay) {
			return false
		}
	}
	return true
}

// on says whether a day, counted from 1970-01-01, has hours of its own, and which.
func (d Days) on(day int64) ([]span, bool) {
	at, is := slices.BinarySearchFunc(d.dates, day, func(d dated, day int64) int { return cmp.Compare(d.day, day) })
	if !is {
		return nil, false
	}
	return d.dates[at].spans, true
}

func (d Days) always() bool {
	return !slices.ContainsFunc(d.dates, func(d dated) bool { return !slices.Equal(d.spans, wholeDay) })
}

// Entries is the week in the words of ParseWeek, with days of the same hours together; none for the zero Week.
func (w Week) Entries() []string {
	if w.days == nil {
		return nil
	}
	var all []string
	for first := monday; first < monday+7; {
		spans, last := w.days[first%7], first
		for last+1 < monday+7 && slices.Equal(w.days[(last+1)%7], spans) {
			last++
		}
		name := dayNames[first%7][0]
		if last > first {
			name += "-" + dayNames[last%7][0]
		}
		if len(spans) > 0 || last-first == 6 {
			all = append(all, name+" "+written(spans))
		}
		first = last + 1
	}
	return all
}

// Entries is the dates in the words of ParseDays, in order.
func (d Days) Entries() []string {
	var all []string
	for _, one := range d.dates {
		all = append(all, dateOf(one.day)+" "+written(one.spans))
	}
	return all
}

func written(spans []span) string {
	if len(spans) == 0 {
		return closed[0]
	}
	var all []string
	for _, s := range spans {
		all = append(all, fmt.Sprintf("%02d:%02d-%02d:%02d", s.from/60, s.from%60, s.to/60, s.to%60))
	}
	return strings.Join(all, " ")
}

func dateOf(day int64) string { return time.Unix(day*secondsOfDay, 0).UTC().Format(time.DateOnly) }
