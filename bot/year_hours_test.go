package bot_test

import (
	"slices"
	"sort"
	"time"
)

// minutes are the service hours of an account, worked out minute by minute and without package nudge: what the year is
// judged by.
type minutes struct {
	from time.Time
	open []bool
	sum  []int32 // the open minutes before each
}

// newMinutes works out the minutes from one time to another, of which is says whether they are open, by the clock on the
// wall.
func newMinutes(from, to time.Time, zone *time.Location, is func(wall time.Time) bool) *minutes {
	m := &minutes{from: from, sum: []int32{0}}
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		open, n := is(at.In(zone)), m.sum[len(m.sum)-1]
		if open {
			n++
		}
		m.open, m.sum = append(m.open, open), append(m.sum, n)
	}
	return m
}

func (m *minutes) index(t time.Time) int   { return int(t.Sub(m.from) / time.Minute) }
func (m *minutes) start(i int) time.Time   { return m.from.Add(time.Duration(i) * time.Minute) }
func (m *minutes) isOpen(t time.Time) bool { return m.open[m.index(t)] }
func (m *minutes) atWork(t time.Time) bool { return m.isOpen(t) || m.isOpen(t.Add(-time.Minute)) }

func (m *minutes) opens(t time.Time) time.Time { return later(t, m.start(m.nextOpen(m.index(t)))) }
func (m *minutes) nextOpen(i int) int          { return i + slices.Index(m.open[i:], true) }
func later(a, b time.Time) time.Time           { return map[bool]time.Time{true: a, false: b}[a.After(b)] }
func wallClock(t time.Time) int                { return t.Hour()*100 + t.Minute() }

func within(clock int, spans ...int) (open bool) { // pairs of hours and minutes, such as 830, 1230
	for i := 0; i < len(spans); i += 2 {
		open = open || clock >= spans[i] && clock < spans[i+1]
	}
	return open
}

// add is when so much service time has passed.
func (m *minutes) add(t time.Time, d time.Duration) time.Time {
	i := m.index(t)
	if m.open[i] {
		rest := m.start(i + 1).Sub(t)
		if d <= rest {
			return t.Add(d)
		}
		d -= rest
		i++
	}
	whole, rest := int32(d/time.Minute), d%time.Minute
	j := i + sort.Search(len(m.open)-i, func(n int) bool { return m.sum[i+n]-m.sum[i] >= whole })
	if rest > 0 || whole == 0 {
		j = m.nextOpen(j)
	}
	return m.start(j).Add(rest)
}

// between is the service time between two moments.
func (m *minutes) between(a, b time.Time) time.Duration {
	upTo := func(t time.Time) time.Duration {
		i := m.index(t)
		d := time.Duration(m.sum[i]) * time.Minute
		if m.open[i] {
			d += t.Sub(m.start(i))
		}
		return d
	}
	return max(0, upTo(b)-upTo(a))
}

// The hours of the year: of the account acme and of the desk, and of the account shop, which is open at night when the
// clocks change.
var (
	acmeWeek = []string{"mon-fri 08:30-12:30 13:00-17:30", "sat 10:00-16:00"}
	acmeDays = []string{"2026-06-10 closed", "2026-12-24 08:30-15:00", "2026-12-31 08:30-15:00"}
	shopWeek = []string{"mon-fri 09:00-21:00", "sat 09:00-24:00", "sun 00:00-24:00"}
)

// holidays2026 are those of the Netherlands, from a calendar: King's Day is on a Monday, Liberation Day is no holiday
// this year.
var holidays2026 = []string{"01-01", "04-05", "04-06", "04-27", "05-14", "05-24", "05-25", "12-25", "12-26"}

func acmeOpen(wall time.Time) bool {
	clock := wallClock(wall)
	switch date := wall.Format("01-02"); {
	case slices.Contains(holidays2026, date), date == "06-10":
		return false
	case date == "12-24", date == "12-31":
		return within(clock, 830, 1500)
	}
	switch wall.Weekday() {
	case time.Sunday:
		return false
	case time.Saturday:
		return within(clock, 1000, 1600)
	}
	return within(clock, 830, 1230, 1300, 1730)
}

func shopOpen(wall time.Time) bool {
	clock := wallClock(wall)
	if slices.Contains(holidays2026, wall.Format("01-02")) {
		return false
	}
	switch wall.Weekday() {
	case time.Sunday:
		return true
	case time.Saturday:
		return clock >= 900
	}
	return within(clock, 900, 2100)
}
