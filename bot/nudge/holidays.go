package nudge

import "time"

// Holiday names a public holiday; it is a key for texts, such as "kings_day".
type Holiday string

// The holidays of the Netherlands.
const (
	NewYear       Holiday = "new_year"       // Nieuwjaarsdag
	GoodFriday    Holiday = "good_friday"    // Goede Vrijdag
	Easter        Holiday = "easter"         // Eerste Paasdag
	EasterMonday  Holiday = "easter_monday"  // Tweede Paasdag
	KingsDay      Holiday = "kings_day"      // Koningsdag
	LiberationDay Holiday = "liberation_day" // Bevrijdingsdag
	Ascension     Holiday = "ascension"      // Hemelvaartsdag
	WhitSunday    Holiday = "whit_sunday"    // Eerste Pinksterdag
	WhitMonday    Holiday = "whit_monday"    // Tweede Pinksterdag
	Christmas     Holiday = "christmas"      // Eerste Kerstdag
	BoxingDay     Holiday = "boxing_day"     // Tweede Kerstdag
)

// Liberation is in which years a desk is closed on 5 May.
type Liberation string

// No law gives anybody the day off. Since 1959 the Stichting van de Arbeid advises employers to do so every five years;
// some do every year, some never.
const (
	LiberationNever          Liberation = "never" // and so is the zero Liberation
	LiberationEveryYear      Liberation = "every year"
	LiberationEveryFiveYears Liberation = "every five years" // 2025, 2030 …
)

// Holidays says on which holidays a desk is closed. The zero Holidays has none. A holiday lasts from midnight to
// midnight, and one on a weekend is not made up for on another day, as is the custom.
type Holidays struct {
	// Dutch is closed on the days of the Algemene termijnenwet, article 3 (1), without 5 May, and on the Sundays of
	// Easter and Pentecost, which that law leaves out because it counts every Sunday.
	Dutch bool
	// GoodFriday is closed on Good Friday, too: article 3 (2) puts it on a level with the others, but most companies
	// work.
	GoodFriday bool
	// Liberation is closed on Liberation Day, too.
	Liberation Liberation
}

// on names the holiday of a day, counted from 1970-01-01; "" is none. Where two fall on one day, which only 5 May and
// Ascension can, it is 5 May.
func (h Holidays) on(day int64) Holiday {
	if h.none() {
		return ""
	}
	year, month, date := time.Unix(day*secondsOfDay, 0).UTC().Date()
	switch {
	case h.Dutch && month == time.January && date == 1:
		return NewYear
	case h.Dutch && month == time.December && date == 25:
		return Christmas
	case h.Dutch && month == time.December && date == 26:
		return BoxingDay
	case h.Dutch && month == time.April && date == kingsDay(year, day+27-int64(date)):
		return KingsDay
	case month == time.May && date == 5 && h.liberated(year):
		return LiberationDay
	case month < time.March || month > time.June: // Good Friday is 20 March or later, Whit Monday 14 June or earlier
		return ""
	}
	m, d := easter(year)
	since := day - floor(time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Unix(), secondsOfDay)
	if since == -2 && h.GoodFriday {
		return GoodFriday
	}
	if !h.Dutch {
		return ""
	}
	switch since {
	case 0:
		return Easter
	case 1:
		return EasterMonday
	case 39:
		return Ascension
	case 49:
		return WhitSunday
	case 50:
		return WhitMonday
	}
	return ""
}

func (h Holidays) none() bool {
	return !h.Dutch && !h.GoodFriday && h.Liberation != LiberationEveryYear && h.Liberation != LiberationEveryFiveYears
}

func (h Holidays) liberated(year int) bool {
	return h.Liberation == LiberationEveryYear || h.Liberation == LiberationEveryFiveYears && year%5 == 0
}

// kingsDay is the date of King's Day in April of a year, of which the 27th is the given day counted from 1970-01-01. It
// is the 26th where the 27th is a Sunday (koninklijkhuis.nl, Koningsdag); before 2014 there was none.
func kingsDay(year int, the27th int64) int {
	switch {
	case year < 2014:
		return 0
	case weekday(the27th) == time.Sunday:
		return 26
	}
	return 27
}

// weekday is that of a day counted from 1970-01-01, a Thursday.
func weekday(day int64) time.Weekday {
	return time.Weekday(day - 7*floor(day+4, 7) + 4)
}

// easter is the date of Easter Sunday in the Gregorian calendar, for every year from 1583 on, by the method that Nature
// printed in 1876 and Meeus gives in Astronomical Algorithms, chapter 8.
func easter(year int) (time.Month, int) {
	a, b, c := year%19, year/100, year%100
	moon := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30 // days from 21 March to the full moon
	sunday := (32 + 2*(b%4) + 2*(c/4) - moon - c%4) % 7   // days from there to the next Sunday, less one
	late := (a + 11*moon + 22*sunday) / 451               // 1 in the few years in which that is a week late
	n := moon + sunday - 7*late + 114
	return time.Month(n / 31), n%31 + 1
}
