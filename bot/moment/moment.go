// Package moment reads moments as people write them, in Dutch and in English and in both at once: "morgen 10 uur", "in 2
// uur", "next Monday 9:30", "uiterlijk 3 december". It serves staff who say until when a conversation may rest, and finds
// what an answer promises a customer. What it reads is a proposal: it is said back in words before it counts. Pure, the
// standard library only.
//
// How a moment is read:
//   - No hour: the start of the working day, Reader.Morning. Today, the end of the day and this week end at Reader.Close;
//     later than that at 22:00, then at 23:59. This week ends on Friday, and on Sunday where it is weekend.
//   - The morning starts at Reader.Morning and ends at 12:00, the afternoon is 14:00 to Reader.Close, the evening 19:00 to
//     22:00. A part of today is its start, and its end once it has started. "Eind van de middag" is its end.
//   - Hours from 1 to 6 are those of the afternoon ("3 uur", "half 3", "at 3:15") unless a part of the day, am or a leading
//     zero ("03:00") says otherwise; all others are as written. "Half tien" is 9:30, "half ten" is 10:30. "2 uur" is two
//     o'clock, "2 hours", "2h" and "over 2 uur" are a span. An hour without a day is the next such hour. Between two hours
//     it is the first.
//   - Minutes and hours of a span are elapsed time; days, working days (Monday to Friday), weeks and months are counted on
//     the calendar, at the hour that is named or in the morning. Of "2 tot 3 dagen" the last counts.
//   - "Maandag" is the next Monday; said on a Monday it is today where an hour is named that is still to come. "Komende
//     maandag" is never today. "Volgende maandag", "next Monday" is the Monday of next week; weeks start on Monday, so on
//     a Sunday that is tomorrow. "Volgende week" is its Monday, "volgende maand" its first day.
//   - 3-12 and 3/12 are the third of December. A date without a year is the next such date; today's is today.
//   - A time on the clock that is skipped in spring moves forward, one that comes twice in autumn is the first that is
//     still to come (RFC 5545, section 3.3.5).
//
// How it is done: a text is cut into words and numbers (tokens.go), of which the vocabulary knows some (words.go). Rules
// make pieces of moments of known words that follow each other, in a fixed order (grammar.go, read.go). What the pieces
// say together becomes a time. In running text the words around it tell whether it is promised (promise.go).
//
// No library reads Dutch well enough: github.com/olebedev/when (v1.1.0 of 2024) and github.com/markusmobius/go-dateparser
// (v1.4.7) read less than a fifth of the vectors in our tests as people mean them, about a third if their own hour is
// accepted where none is named; neither reads "morgen half tien" or "over anderhalf uur".
package moment

import (
	"slices"
	"time"
)

// Reader reads moments. The zero Reader works from 09:00 to 17:00.
type Reader struct {
	// Morning is when a working day begins, on the clock since midnight; what is not between 00:00 and 12:00 is 09:00.
	Morning time.Duration
	// Close is when it ends; what is not between 12:00 and 24:00 is 17:00.
	Close time.Duration
}

// Why says why a text is not read as a moment.
type Why string

// The reasons.
const (
	Unclear  Why = "not understood"
	Past     Why = "in the past"
	Far      Why = "more than a year ahead"
	WrongDay Why = "on another day of the week" // "vrijdag 3 december", which is a Thursday
)

// Error is why a text is not read as a moment. It does not hold the text.
type Error struct {
	Why Why
	// At is what was understood; zero where nothing was, and for words like "gisteren".
	At time.Time
}

func (e *Error) Error() string { return "the moment is " + string(e.Why) }

// Parse reads a whole text as one moment after now, on the clocks of now's zone. The error is an *Error.
func (r Reader) Parse(text string, now time.Time) (time.Time, error) {
	s := r.scan(text, now)
	known := s.words[:len(s.words)-1]
	all, clean := s.phrases(known[:min(len(known), reach)])
	if len(all) != 1 || !clean || len(known) > reach {
		why := Unclear
		if slices.ContainsFunc(known, func(t token) bool { return t.kind&gone != 0 }) {
			why = Past
		}
		return time.Time{}, &Error{Why: why}
	}
	at, why := s.resolve(all[0].reading)
	if why != "" {
		return time.Time{}, &Error{why, at}
	}
	return at, nil
}

// scan is one text being read.
type scan struct {
	now            time.Time
	today          time.Time // its date
	morning, close int       // minutes since midnight
	text           string
	words          []token
	row            [8]*token // what a rule is given
	strict         bool      // in running text, where doubtful forms do not count
}

func (r Reader) scan(text string, now time.Time) *scan {
	now = now.Round(0)
	s := &scan{text: text, now: now, today: civil(now.Date()), morning: int(r.Morning.Minutes()), close: int(r.Close.Minutes()), words: tokens(text)}
	if s.morning <= 0 || s.morning >= 12*60 {
		s.morning = 9 * 60
	}
	if s.close <= 12*60 || s.close >= 24*60 {
		s.close = 17 * 60
	}
	return s
}

// civil is a date without a zone.
func civil(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// resolve gives the moment that m means, or why there is none.
func (s *scan) resolve(m reading) (time.Time, Why) {
	if m.elapsed != 0 {
		return s.near(s.now.Add(m.elapsed))
	}
	on, again := s.day(m)
	named := m.timed || m.part > 0
	switch {
	case !m.on.IsZero() && m.weekday > 0 && int(on.Weekday()) != m.weekday%7:
		return s.wall(on, s.morning), WrongDay
	case again == 7 && on.Equal(s.today) && !named:
		on = on.AddDate(0, 0, 7)
	}
	times := s.times(m, on.Equal(s.today))
	for _, minute := range times {
		if at := s.wall(on, minute); at.After(s.now) {
			return s.near(at)
		}
	}
	if again > 0 {
		return s.near(s.wall(on.AddDate(0, 0, again), times[0]))
	}
	return s.wall(on, times[len(times)-1]), Past
}

// day is the date that m means, and after how many days it comes again if it is over.
func (s *scan) day(m reading) (on time.Time, again int) {
	monday := s.today.AddDate(0, 0, -(int(s.today.Weekday())+6)%7)
	switch {
	case !m.on.IsZero():
		on = m.on
	case m.weekday > 0 && m.week > 0:
		on = monday.AddDate(0, 0, 7*m.week+m.weekday-8)
	case m.weekday > 0:
		in := (m.weekday - int(s.today.Weekday()) + 7) % 7
		if in == 0 && m.after {
			in = 7
		}
		on, again = s.today.AddDate(0, 0, in), 7
	case m.week == 2:
		on = monday.AddDate(0, 0, 7)
	case m.week == 1:
		on = monday.AddDate(0, 0, 4)
		if on.Before(s.today) {
			on = monday.AddDate(0, 0, 6)
		}
	default:
		on, again = s.today, 1
	}
	return on, again
}

// times are the minutes since midnight that m means, the first that is still to come counts.
func (s *scan) times(m reading, today bool) []int {
	var part []int
	switch {
	case m.timed:
		return []int{m.minute()}
	case m.part == morning:
		part = []int{s.morning, 12 * 60}
	case m.part == afternoon:
		part = []int{14 * 60, s.close}
	case m.part == evening:
		part = []int{19 * 60, 22 * 60}
	case m.part == night:
		part = []int{23 * 60}
	case m.part == closing || today || m.week == 1 && m.weekday == 0:
		return []int{s.close, 22 * 60, 24*60 - 1}
	default:
		part = []int{s.morning}
	}
	if m.late {
		return part[len(part)-1:]
	}
	return part
}

// minute is the clock of m, since midnight, in the part of the day that was named or is likely.
func (m reading) minute() int {
	switch hour := m.clock / 60; {
	case m.part == evening && hour >= 4 && hour <= 12,
		m.part == night && hour >= 8 && hour <= 12,
		m.part == afternoon && hour >= 1 && hour < 8,
		m.part == 0 && m.loose && hour >= 1 && hour <= 6:
		return m.clock + 12*60
	}
	return m.clock
}

// near refuses what is more than a year ahead.
func (s *scan) near(at time.Time) (time.Time, Why) {
	if civil(at.Date()).After(s.today.AddDate(1, 0, 0)) {
		return at, Far
	}
	return at, ""
}

// wall is the moment when the clocks of the zone show so many minutes since midnight. Of two it is the first after now;
// where there is none it is as far from the hour before the clocks changed (RFC 5545, section 3.3.5).
func (s *scan) wall(on time.Time, minute int) time.Time {
	want := on.Add(time.Duration(minute) * time.Minute)
	_, before := want.Add(-24 * time.Hour).In(s.now.Location()).Zone()
	_, after := want.Add(24 * time.Hour).In(s.now.Location()).Zone()
	first := want.Add(-time.Duration(before) * time.Second).In(s.now.Location())
	second := want.Add(-time.Duration(after) * time.Second).In(s.now.Location())
	_, is := second.Zone()
	if _, was := first.Zone(); is == after && (was != before || !first.After(s.now)) {
		return second
	}
	return first
}
