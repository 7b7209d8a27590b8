package nudge_test

import (
	"strings"
	"testing"
	"time"

	"webcare/bot/nudge"
)

// everyHoliday closes on all that there are.
var everyHoliday = nudge.Holidays{Dutch: true, GoodFriday: true, Liberation: nudge.LiberationEveryYear}

// moving are the dates that are not the same in each year: Good Friday, the two days of Easter, King's Day, Ascension
// and the two days of Pentecost.
var moving = map[int]string{
	2024: "03-29 03-31 04-01 04-27 05-09 05-19 05-20",
	2025: "04-18 04-20 04-21 04-26 05-29 06-08 06-09",
	2026: "04-03 04-05 04-06 04-27 05-14 05-24 05-25",
	2027: "03-26 03-28 03-29 04-27 05-06 05-16 05-17",
	2028: "04-14 04-16 04-17 04-27 05-25 06-04 06-05",
	2029: "03-30 04-01 04-02 04-27 05-10 05-20 05-21",
	2030: "04-19 04-21 04-22 04-27 05-30 06-09 06-10",
	2031: "04-11 04-13 04-14 04-26 05-22 06-01 06-02",
	2032: "03-26 03-28 03-29 04-27 05-06 05-16 05-17",
	2033: "04-15 04-17 04-18 04-27 05-26 06-05 06-06",
	2034: "04-07 04-09 04-10 04-27 05-18 05-28 05-29",
	2035: "03-23 03-25 03-26 04-27 05-03 05-13 05-14",
}

func TestHolidaysOfTwelveYears(t *testing.T) {
	order := []nudge.Holiday{nudge.GoodFriday, nudge.Easter, nudge.EasterMonday, nudge.KingsDay, nudge.Ascension, nudge.WhitSunday, nudge.WhitMonday}
	h := nudge.Hours{Zone: zone(t, "Europe/Amsterdam"), Holidays: everyHoliday}
	seen := 0
	for year, dates := range moving {
		want := map[string]nudge.Holiday{"01-01": nudge.NewYear, "05-05": nudge.LiberationDay, "12-25": nudge.Christmas, "12-26": nudge.BoxingDay}
		for i, date := range strings.Fields(dates) {
			want[date] = order[i]
		}
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, h.Zone); day.Year() == year; day = day.AddDate(0, 0, 1) {
			got, want := h.Holiday(day), want[day.Format("01-02")]
			if got != want {
				t.Errorf("%s is %q, want %q", day.Format(time.DateOnly), got, want)
			}
			if h.Open(day) != (got == "") {
				t.Errorf("%s: open %v on %q", day.Format(time.DateOnly), h.Open(day), got)
			}
			if got != "" {
				seen++
			}
		}
	}
	if seen != 12*11 {
		t.Errorf("%d holidays in twelve years", seen)
	}
}

func TestWhichHolidays(t *testing.T) {
	const none = nudge.Holiday("")
	dutch := nudge.Holidays{Dutch: true}
	with := func(l nudge.Liberation) nudge.Holidays { return nudge.Holidays{Dutch: true, Liberation: l} }
	for name, c := range map[string]struct {
		rules nudge.Holidays
		date  string
		want  nudge.Holiday
	}{
		"none at all":                          {nudge.Holidays{}, "2026-12-25", none},
		"none, and said so":                    {nudge.Holidays{Liberation: nudge.LiberationNever}, "2026-12-25", none},
		"companies work on Good Friday":        {dutch, "2026-04-03", none},
		"not all do":                           {nudge.Holidays{GoodFriday: true}, "2026-04-03", nudge.GoodFriday},
		"Good Friday alone":                    {nudge.Holidays{GoodFriday: true}, "2026-04-06", none},
		"Good Friday in March":                 {everyHoliday, "2035-03-23", nudge.GoodFriday},
		"the earliest there is":                {everyHoliday, "1818-03-20", nudge.GoodFriday},
		"the latest there is":                  {dutch, "2038-06-14", nudge.WhitMonday},
		"liberation, nothing said":             {dutch, "2025-05-05", none},
		"liberation, never":                    {with(nudge.LiberationNever), "2025-05-05", none},
		"liberation, a word nobody knows":      {with("sometimes"), "2025-05-05", none},
		"liberation, every year":               {with(nudge.LiberationEveryYear), "2026-05-05", nudge.LiberationDay},
		"liberation, 2025":                     {with(nudge.LiberationEveryFiveYears), "2025-05-05", nudge.LiberationDay},
		"liberation, 2026":                     {with(nudge.LiberationEveryFiveYears), "2026-05-05", none},
		"liberation, 2029":                     {with(nudge.LiberationEveryFiveYears), "2029-05-05", none},
		"liberation, 2030":                     {with(nudge.LiberationEveryFiveYears), "2030-05-05", nudge.LiberationDay},
		"liberation alone":                     {nudge.Holidays{Liberation: nudge.LiberationEveryFiveYears}, "2030-05-05", nudge.LiberationDay},
		"not the day before":                   {everyHoliday, "2025-05-04", none},
		"liberated on Ascension":               {everyHoliday, "2016-05-05", nudge.LiberationDay},
		"Ascension, and 5 May is worked":       {dutch, "2016-05-05", nudge.Ascension},
		"the first King's Day was moved":       {dutch, "2014-04-26", nudge.KingsDay},
		"King's Day, moved":                    {dutch, "2025-04-26", nudge.KingsDay},
		"King's birthday on a Sunday":          {dutch, "2025-04-27", none},
		"King's Day, not moved":                {dutch, "2026-04-27", nudge.KingsDay},
		"the day before King's Day":            {dutch, "2026-04-26", none},
		"King's Day on a Saturday":             {dutch, "2024-04-27", nudge.KingsDay},
		"King's Day on a Monday":               {dutch, "2020-04-27", nudge.KingsDay},
		"King's Day, moved, 2036":              {dutch, "2036-04-26", nudge.KingsDay},
		"the Queen's days are over":            {dutch, "2013-04-30", none},
		"before there was a King's Day":        {dutch, "2012-04-27", none},
		"Christmas on a weekend":               {dutch, "2027-12-26", nudge.BoxingDay},
		"and not made up for":                  {dutch, "2027-12-27", none},
		"New Year's Eve":                       {everyHoliday, "2026-12-31", none},
		"Easter before 1970":                   {dutch, "1954-04-18", nudge.Easter},
		"Easter in the first year of its kind": {dutch, "1583-04-10", nudge.Easter},
	} {
		t.Run(name, func(t *testing.T) {
			date, err := time.Parse(time.DateOnly, c.date)
			if err != nil {
				t.Fatal(err)
			}
			h := nudge.Hours{Holidays: c.rules}
			if got := h.Holiday(date); got != c.want {
				t.Errorf("%s is %q, want %q", c.date, got, c.want)
			}
			if first, last := h.Open(date), h.Open(date.Add(24*time.Hour-1)); first != (c.want == none) || last != first {
				t.Errorf("open from the first moment %v, to the last %v, on %q", first, last, c.want)
			}
		})
	}
}

// knuth is Easter Sunday by another way than the package takes: The Art of Computer Programming, volume 1, 1.3.2,
// exercise 14.
func knuth(year int) time.Time {
	golden := year%19 + 1
	century := year/100 + 1
	skipped := 3*century/4 - 12
	moon := (8*century+5)/25 - 5
	sunday := 5*year/4 - skipped - 10
	epact := ((11*golden+20+moon-skipped)%30 + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	n := 44 - epact
	if n < 21 {
		n += 30
	}
	n += 7 - (sunday+n)%7
	return time.Date(year, 3, n, 0, 0, 0, 0, time.UTC)
}

// All that moves with Easter, from the first year of the calendar to long after us.
func TestEasterByAnotherWay(t *testing.T) {
	h := nudge.Hours{Holidays: everyHoliday}
	for year := 1583; year < 10000; year++ {
		sunday := knuth(year)
		for after, want := range map[int]nudge.Holiday{-2: nudge.GoodFriday, 0: nudge.Easter, 1: nudge.EasterMonday, 39: nudge.Ascension, 49: nudge.WhitSunday, 50: nudge.WhitMonday} {
			day := sunday.AddDate(0, 0, after)
			if got := h.Holiday(day); got != want && !(after == 39 && got == nudge.LiberationDay) {
				t.Fatalf("%s, %d days after Easter, is %q, want %q", day.Format(time.DateOnly), after, got, want)
			}
		}
	}
}

// holidayOn is what the package should find, the slow way; date is a midnight in UTC.
func holidayOn(rules nudge.Holidays, date time.Time) nudge.Holiday {
	kings := time.Date(date.Year(), 4, 27, 0, 0, 0, 0, time.UTC)
	if kings.Weekday() == time.Sunday {
		kings = kings.AddDate(0, 0, -1)
	}
	lustrum := date.Year()%10 == 0 || date.Year()%10 == 5
	switch {
	case date.Format("01-02") == "05-05" && (rules.Liberation == nudge.LiberationEveryYear || rules.Liberation == nudge.LiberationEveryFiveYears && lustrum):
		return nudge.LiberationDay
	case rules.GoodFriday && date.Equal(knuth(date.Year()).AddDate(0, 0, -2)):
		return nudge.GoodFriday
	case !rules.Dutch:
		return ""
	case date.Equal(kings) && date.Year() >= 2014:
		return nudge.KingsDay
	}
	switch date.Format("01-02") {
	case "01-01":
		return nudge.NewYear
	case "12-25":
		return nudge.Christmas
	case "12-26":
		return nudge.BoxingDay
	}
	for after, name := range map[int]nudge.Holiday{0: nudge.Easter, 1: nudge.EasterMonday, 39: nudge.Ascension, 49: nudge.WhitSunday, 50: nudge.WhitMonday} {
		if date.Equal(knuth(date.Year()).AddDate(0, 0, after)) {
			return name
		}
	}
	return ""
}

func TestHolidayOfAMoment(t *testing.T) {
	h := nudge.Hours{Zone: zone(t, "Europe/Amsterdam"), Holidays: everyHoliday, Days: days(t, "2026-12-25 10:00-14:00", "2026-12-26 closed", "2026-12-28 closed")}
	for at, want := range map[string]nudge.Holiday{
		"2026-04-26T21:59:59Z": "",
		"2026-04-26T22:00:00Z": nudge.KingsDay, // midnight in Amsterdam
		"2026-04-27T21:59:59Z": nudge.KingsDay,
		"2026-04-27T22:00:00Z": "",
		"2026-12-25T12:00:00Z": "", // a date that is open is no holiday
		"2026-12-25T22:00:00Z": "",
		"2026-12-26T12:00:00Z": nudge.BoxingDay,
		"2026-12-28T12:00:00Z": "",
	} {
		if got := h.Holiday(moment(t, at)); got != want {
			t.Errorf("%s is %q, want %q", at, got, want)
		}
	}
}
