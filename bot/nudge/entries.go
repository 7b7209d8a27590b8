package nudge

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// monday is where people begin to count.
const monday = int(time.Monday)

// dayNames are what a day is called, by time.Weekday; the first is the name it is given.
var dayNames = [7][]string{
	{"sun", "sunday", "zo", "zondag"},
	{"mon", "monday", "ma", "maandag"},
	{"tue", "tues", "tuesday", "di", "dinsdag"},
	{"wed", "wednesday", "wo", "woensdag"},
	{"thu", "thur", "thurs", "thursday", "do", "donderdag"},
	{"fri", "friday", "vr", "vrijdag"},
	{"sat", "saturday", "za", "zaterdag"},
}

// closed is what a day without hours is called.
var closed = []string{"closed", "dicht", "gesloten"}

// ParseWeek reads entries such as "mon-fri 09:00-12:30 13:00-17:30" and "sat closed". A day has the hours of all entries
// that name it, and none if no entry does. Days are English or Dutch, short or whole; "fri-mon" is four days, and so is
// "vr t/m ma". Hours are from 00:00 to 24:00 and touch or stand apart. No entries are the zero Week.
//
// The error joins one for each mistake. They number the entries from 1, say what to do, and repeat nothing that was
// written there.
func ParseWeek(entries []string) (Week, error) {
	if len(entries) == 0 {
		return Week{}, nil
	}
	var found mistakes
	var week [7]said
	for i, e := range entries {
		all := words(e)
		n := slices.IndexFunc(all, isHours)
		if n < 0 {
			n = len(all)
		}
		days := parseDays(all[:n], i, &found)
		spans, fine := parseSpans(all[n:], i, &found)
		for day, named := range days {
			if named && fine {
				week[day].add(spans, i)
			}
		}
	}
	w := Week{new([7][]span)}
	open, silent := false, false
	for n := monday; n < monday+7; n++ {
		day := n % 7
		w.days[day] = week[day].join(time.Weekday(day).String(), &found)
		open = open || len(w.days[day]) > 0
		silent = silent || len(week[day].closed) == 0
	}
	if !open && silent && len(found) == 0 {
		return Week{}, errors.New(`no day is open: add one, such as "mon-fri 09:00-17:30"; to be there around the clock ` +
			`leave the list empty, and to be there on certain dates only write "mon-sun closed"`)
	}
	if err := errors.Join(found...); err != nil {
		return Week{}, err
	}
	return w, nil
}

// ParseDays reads entries such as "2026-12-24 09:00-15:00" and "2026-12-27 2026-12-28 closed". A date has the hours of
// all entries that name it. The error is as that of ParseWeek.
func ParseDays(entries []string) (Days, error) {
	var found mistakes
	dates := make(map[int64]*said)
	for i, e := range entries {
		all := words(e)
		n := slices.IndexFunc(all, func(word string) bool { return strings.Count(word, "-") != 2 })
		if n < 0 {
			n = len(all)
		}
		named := parseDates(all[:n], i, &found)
		spans, fine := parseSpans(all[n:], i, &found)
		for _, day := range named {
			if dates[day] == nil {
				dates[day] = new(said)
			}
			if fine {
				dates[day].add(spans, i)
			}
		}
	}
	var d Days
	for _, day := range slices.Sorted(maps.Keys(dates)) {
		d.dates = append(d.dates, dated{day, dates[day].join(dateOf(day), &found)})
	}
	if err := errors.Join(found...); err != nil {
		return Days{}, err
	}
	return d, nil
}

// words are those of an entry: in small letters, without commas, and with what a dash ties together as one word.
func words(entry string) []string {
	dashes := strings.NewReplacer("–", "-", "—", "-", "‑", "-", "t/m", "-", ",", " ")
	s := strings.Join(strings.Fields(dashes.Replace(strings.ToLower(entry))), " ")
	return strings.Fields(strings.NewReplacer(" - ", "-", " -", "-", "- ", "-").Replace(s))
}

// isHours says that a word is no longer about which day it is.
func isHours(word string) bool {
	return slices.Contains(closed, word) || word[0] >= '0' && word[0] <= '9'
}

// parseDays tells the named days apart, by time.Weekday.
func parseDays(all []string, entry int, found *mistakes) (days [7]bool) {
	if len(all) == 0 {
		found.add(entry, `begin with the days: "mon-fri 09:00-17:30"`)
	}
	for _, word := range all {
		first, last, isRange := strings.Cut(word, "-")
		if !isRange {
			last = first
		}
		from, to := weekdayOf(first), weekdayOf(last)
		if from < 0 || to < 0 {
			found.add(entry, `days are mon, tue, wed, thu, fri, sat and sun, or ma, di, wo, do, vr, za and zo, and mon-fri is five of them`)
			continue
		}
		for day := from; ; day = (day + 1) % 7 {
			days[day] = true
			if day == to {
				break
			}
		}
	}
	return days
}

// parseDates counts the named dates from 1970-01-01.
func parseDates(all []string, entry int, found *mistakes) (dates []int64) {
	for _, word := range all {
		t, err := time.Parse(time.DateOnly, word)
		if err == nil {
			dates = append(dates, floor(t.Unix(), secondsOfDay))
		}
	}
	if len(all) == 0 || len(dates) < len(all) {
		found.add(entry, `begin with a date that exists, as year-month-day: "2026-12-24 09:00-15:00" or "2026-12-27 closed"`)
	}
	return dates
}

// weekdayOf is the time.Weekday of a name, or -1.
func weekdayOf(name string) int {
	name = strings.TrimRight(name, ".:")
	return slices.IndexFunc(dayNames[:], func(names []string) bool { return slices.Contains(names, name) })
}

// parseSpans reads the hours of an entry; none = closed.
func parseSpans(all []string, entry int, found *mistakes) (spans []span, fine bool) {
	switch {
	case len(all) == 0:
		found.add(entry, `say which hours, such as 09:00-17:30, or closed`)
		return nil, false
	case slices.ContainsFunc(all, func(word string) bool { return slices.Contains(closed, word) }):
		if len(all) > 1 {
			found.add(entry, `give either hours, such as 09:00-17:30, or closed`)
		}
		return nil, len(all) == 1
	}
	fine = true
	for _, word := range all {
		first, last, _ := strings.Cut(word, "-")
		from, begins := parseClock(first)
		to, ends := parseClock(last)
		switch {
		case !begins || !ends:
			found.add(entry, `hours are written as 09:00-17:30, with times from 00:00 to 24:00`)
			fine = false
		case from >= to:
			found.add(entry, `hours end later than they begin: midnight as an end is 24:00, and what goes on past midnight `+
				`is two entries, such as "fri 22:00-24:00" and "sat 00:00-02:00"`)
			fine = false
		}
		spans = append(spans, span{from, to})
	}
	return spans, fine
}

// parseClock reads 9, 9:00, 09:00 or 09.00 as minutes of the day, at most 24:00.
func parseClock(s string) (int16, bool) {
	hour, minute, both := strings.Cut(strings.Replace(s, ".", ":", 1), ":")
	if !both {
		minute = "00"
	}
	if len(hour) > 2 || len(minute) != 2 {
		return 0, false
	}
	h, err := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if err != nil || err2 != nil || m > 59 || h*60+m > 24*60 {
		return 0, false
	}
	return int16(h*60 + m), true
}

// said is what the entries say of one day; entries are counted from 0.
type said struct {
	spans  []spanOf
	closed []int
}

// spanOf is a span and the entry that has it.
type spanOf struct {
	span
	entry int
}

// add takes what an entry says: no spans = closed.
func (s *said) add(spans []span, entry int) {
	if len(spans) == 0 {
		s.closed = append(s.closed, entry)
	}
	for _, one := range spans {
		s.spans = append(s.spans, spanOf{one, entry})
	}
}

// join puts the spans in order and those that touch together. day is what a mistake calls it.
func (s *said) join(day string, found *mistakes) (spans []span) {
	if len(s.closed) > 0 && len(s.spans) > 0 {
		found.pair(s.closed[0], s.spans[0].entry, "one is open and the other closed on", day)
	}
	slices.SortStableFunc(s.spans, func(a, b spanOf) int { return cmp.Compare(a.from, b.from) })
	var before spanOf // of those so far, the one that ends last
	for _, one := range s.spans {
		switch n := len(spans); {
		case one.from < before.to:
			found.pair(before.entry, one.entry, "the hours overlap on", day)
		case n > 0 && one.from == before.to:
			spans[n-1].to = one.to
		default:
			spans = append(spans, one.span)
		}
		if one.to > before.to {
			before = one
		}
	}
	return spans
}

// mistakes are those found so far. Their entries are counted from 0, and from 1 in what is said.
type mistakes []error

// add notes a mistake in an entry, but not the same twice.
func (m *mistakes) add(entry int, text string) { m.once(fmt.Sprintf("entry %d: ", entry+1)+text, "") }

// pair notes what is wrong between two entries, for the first day that has it.
func (m *mistakes) pair(a, b int, text, day string) {
	where := fmt.Sprintf("entries %d and %d: ", min(a, b)+1, max(a, b)+1)
	if a == b {
		where = fmt.Sprintf("entry %d: ", a+1)
	}
	m.once(where+text, " "+day+": change or remove one")
}

func (m *mistakes) once(text, rest string) {
	if !slices.ContainsFunc(*m, func(err error) bool { return strings.HasPrefix(err.Error(), text) }) {
		*m = append(*m, errors.New(text+rest))
	}
}
