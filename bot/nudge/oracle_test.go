package nudge_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/nudge"
)

// rules are hours as somebody would write them down, and what is open by them is found out the slow way: by looking at
// the clock on the wall, moment by moment. It shares no code with the package.
type rules struct {
	zone     *time.Location
	week     [7][]part
	dates    map[string][]part // by "2006-01-02"
	holidays nudge.Holidays
}

// part is from one minute of the day to another.
type part struct{ from, to int }

func (p part) String() string {
	return fmt.Sprintf("%d:%02d-%d:%02d", p.from/60, p.from%60, p.to/60, p.to%60)
}

func partsOf(all []part) string {
	if len(all) == 0 {
		return "closed"
	}
	var list []string
	for _, p := range all {
		list = append(list, p.String())
	}
	return strings.Join(list, " ")
}

func (r rules) weekEntries() []string {
	var list []string
	for day, name := range strings.Fields("zo ma di wo do vr za") {
		list = append(list, name+" "+partsOf(r.week[day]))
	}
	return list
}

func (r rules) dayEntries() []string {
	var list []string
	for _, date := range slices.Sorted(maps.Keys(r.dates)) {
		list = append(list, date+" "+partsOf(r.dates[date]))
	}
	return list
}

func (r rules) hours(t interface {
	Helper()
	Fatal(...any)
},
) nudge.Hours {
	t.Helper()
	return nudge.Hours{Zone: r.zone, Week: week(t, r.weekEntries()...), Days: days(t, r.dayEntries()...), Holidays: r.holidays}
}

// wall looks at the clock, and remembers what it found out about the last date.
type wall struct {
	rules
	year, day int
	month     time.Month
	parts     []part
}

func (w *wall) open(t time.Time) bool {
	t = t.In(w.zone)
	if year, month, day := t.Date(); year != w.year || month != w.month || day != w.day {
		w.year, w.month, w.day = year, month, day
		own, has := w.dates[t.Format(time.DateOnly)]
		switch {
		case has:
			w.parts = own
		case holidayOn(w.holidays, time.Date(year, month, day, 0, 0, 0, 0, time.UTC)) != "":
			w.parts = nil
		default:
			w.parts = w.week[t.Weekday()]
		}
	}
	hour, minute, _ := t.Clock()
	now := hour*60 + minute
	for _, p := range w.parts {
		if p.from <= now && now < p.to {
			return true
		}
	}
	return false
}

// fiveYears are two spans a day; those of Sunday lie where the clocks change.
func fiveYears(t testing.TB) rules {
	office := []part{{9 * 60, 12*60 + 30}, {13 * 60, 17*60 + 30}}
	return rules{
		zone: zone(t, "Europe/Amsterdam"),
		week: [7][]part{{{30, 150}, {165, 240}}, office, office, office, office, office, {{600, 780}, {810, 960}}},
		dates: map[string][]part{
			"2026-04-27": {{720, 1080}}, // King's Day, worked
			"2026-12-24": {{540, 900}},
			"2026-12-28": nil,
			"2027-03-28": {{0, 1440}}, // 23 hours
			"2027-12-31": {{540, 720}, {780, 900}},
			"2028-02-29": nil,
			"2028-10-29": {{0, 1440}}, // 25 hours
			"2028-12-31": {{1320, 1440}},
			"2029-01-01": {{0, 60}}, // New Year, begun on the day before
			"2029-03-25": {{60, 179}, {181, 200}},
			"2029-10-28": {{121, 179}},
			"2030-10-27": nil,
		},
		holidays: nudge.Holidays{Dutch: true, GoodFriday: true, Liberation: nudge.LiberationEveryFiveYears},
	}
}

// minutes is what the clock on the wall says of each minute since begin.
type minutes struct {
	begin  time.Time
	open   []bool
	before []int // how many before this one are open
	opened []int // which are open
}

func look(r rules, begin, end time.Time) minutes {
	m, w := minutes{begin: begin}, wall{rules: r}
	for t := begin; t.Before(end); t = t.Add(time.Minute) {
		m.before = append(m.before, len(m.opened))
		open := w.open(t)
		if open {
			m.opened = append(m.opened, len(m.open))
		}
		m.open = append(m.open, open)
	}
	return m
}

func (m minutes) at(i int) time.Time { return m.begin.Add(time.Duration(i) * time.Minute) }

func (m minutes) index(t time.Time) int { return int(t.Sub(m.begin) / time.Minute) }

func (m minutes) between(i, j int) time.Duration {
	return time.Duration(m.before[j]-m.before[i]) * time.Minute
}

// add is when n open minutes have passed since minute i.
func (m minutes) add(i, n int) time.Time {
	if n == 0 {
		return m.at(m.opened[m.before[i]])
	}
	return m.at(m.opened[m.before[i]+n-1] + 1)
}

// closes is the first minute from i on that is closed.
func (m minutes) closes(i int) time.Time {
	for m.open[i] {
		i++
	}
	return m.at(i)
}

func TestEveryMinuteOfFiveYears(t *testing.T) {
	r := fiveYears(t)
	h := r.hours(t)
	begin := time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)
	m := look(r, begin, time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC))
	for year := 2026; year <= 2030; year++ {
		t.Run(fmt.Sprint(year), func(t *testing.T) {
			t.Parallel()
			first, last := m.index(time.Date(year, 1, 1, 0, 0, 0, 0, r.zone)), m.index(time.Date(year+1, 1, 1, 0, 0, 0, 0, r.zone))
			every := 1
			if underRace {
				every = 13 // nothing here runs side by side
			}
			for i := first; i < last; i += every {
				checkMinute(t, h, m, i, first)
			}
			if got, want := h.Between(m.at(first), m.at(last)), m.between(first, last); got != want {
				t.Errorf("the year has %v, want %v", got, want)
			}
			t.Logf("%d minutes, %d of them open", last-first, m.before[last]-m.before[first])
		})
	}
}

// checkMinute asks everything about one minute; year is the first minute of its year.
func checkMinute(t *testing.T, h nudge.Hours, m minutes, i, year int) {
	t.Helper()
	at, next := m.at(i), m.at(i+1)
	if got := h.Open(at); got != m.open[i] {
		t.Fatalf("%v: open %v", at.In(h.Zone), got)
	}
	if got, want := h.Between(at, next), m.between(i, i+1); got != want {
		t.Fatalf("%v: the minute has %v, want %v", at.In(h.Zone), got, want)
	}
	ladder := []int{15, 45, 60, 0, 1, 8 * 60, 24 * 60}
	n := ladder[i%len(ladder)]
	if got, want := h.Add(at, time.Duration(n)*time.Minute), m.add(i, n); !got.Equal(want) {
		t.Fatalf("%v: %d minutes on it is %v, want %v", at.In(h.Zone), n, got, want.In(h.Zone))
	}
	const day = 24 * 60
	if midnight := i - i%day; midnight < i {
		if got, want := h.Between(m.at(midnight), at), m.between(midnight, i); got != want {
			t.Fatalf("%v: since midnight in UTC %v, want %v", at.In(h.Zone), got, want)
		}
	}
	switch i % 5 {
	case 0:
		if got, want := h.Closes(at), m.closes(i); !got.Equal(want) {
			t.Fatalf("%v: closes %v, want %v", at.In(h.Zone), got, want.In(h.Zone))
		}
	case 1:
		late := next.Add(-time.Nanosecond)
		if got := h.Open(late); got != m.open[i] {
			t.Fatalf("%v: open %v", late.In(h.Zone), got)
		}
	case 2:
		half := at.Add(30 * time.Second)
		if got, want := h.Between(half, half.Add(time.Minute)), (m.between(i, i+1)+m.between(i+1, i+2))/2; got != want {
			t.Fatalf("%v: the minute has %v, want %v", half.In(h.Zone), got, want)
		}
	}
	if i%day == 0 {
		if got, want := h.Between(m.at(year), at), m.between(year, i); got != want {
			t.Fatalf("%v: since New Year %v, want %v", at.In(h.Zone), got, want)
		}
	}
}

// Zones have done stranger things than ours. Each is looked at for some days around, or by the second for some hours
// where its clocks did not tick with the minutes of the world.
func TestOddZones(t *testing.T) {
	for name, c := range map[string]struct {
		zone, change string
		clocks       string // before and after, so that a corrected zone tells on this test
		step         time.Duration
	}{
		"midnight does not exist":         {"America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-03 23:59:59, 2018-11-04 01:00:00", time.Minute},
		"the hour before it exists twice": {"America/Sao_Paulo", "2018-02-18T02:00:00Z", "2018-02-17 23:59:59, 2018-02-17 23:00:00", time.Minute},
		"midnight, every year":            {"Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-23 23:59:59, 2026-04-24 01:00:00", time.Minute},
		"and the way back":                {"Africa/Cairo", "2026-10-29T21:00:00Z", "2026-10-29 23:59:59, 2026-10-29 23:00:00", time.Minute},
		"past 2037":                       {"Africa/Cairo", "2050-04-28T22:00:00Z", "2050-04-28 23:59:59, 2050-04-29 01:00:00", time.Minute},
		"back to yesterday":               {"America/St_Johns", "2010-11-07T02:31:00Z", "2010-11-07 00:00:59, 2010-11-06 23:01:00", time.Minute},
		"a day that never was":            {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-29 23:59:59, 2011-12-31 00:00:00", time.Minute},
		"another":                         {"Pacific/Kwajalein", "1993-08-21T12:00:00Z", "1993-08-20 23:59:59, 1993-08-22 00:00:00", time.Minute},
		"a day that was nearly twice":     {"Pacific/Kwajalein", "1969-09-30T13:00:00Z", "1969-09-30 23:59:59, 1969-09-30 01:00:00", time.Minute},
		"half an hour of summer":          {"Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04 01:59:59, 2026-10-04 02:30:00", time.Minute},
		"two hours of summer":             {"Antarctica/Troll", "2026-03-29T01:00:00Z", "2026-03-29 00:59:59, 2026-03-29 03:00:00", time.Minute},
		"summer at a quarter to":          {"Pacific/Chatham", "2026-04-04T14:00:00Z", "2026-04-05 03:44:59, 2026-04-05 02:45:00", time.Minute},
		"a quarter for ever":              {"Asia/Kathmandu", "1985-12-31T18:30:00Z", "1985-12-31 23:59:59, 1986-01-01 00:15:00", time.Minute},
		"winter is what changes":          {"Europe/Dublin", "2026-03-29T01:00:00Z", "2026-03-29 00:59:59, 2026-03-29 02:00:00", time.Minute},
		"south of us":                     {"Australia/Sydney", "2060-04-03T16:00:00Z", "2060-04-04 02:59:59, 2060-04-04 02:00:00", time.Minute},
		"the last day of a leap year":     {"Europe/Amsterdam", "2040-12-31T00:00:00Z", "2040-12-31 00:59:59, 2040-12-31 01:00:00", time.Minute},
		"the last day south of us":        {"Pacific/Auckland", "2096-12-31T00:00:00Z", "2096-12-31 12:59:59, 2096-12-31 13:00:00", time.Minute},
		"the last day on the other side":  {"Pacific/Honolulu", "2040-12-31T00:00:00Z", "2040-12-30 13:59:59, 2040-12-30 14:00:00", time.Minute},
		"a time of its own":               {"Africa/Monrovia", "1972-01-07T00:44:30Z", "1972-01-06 23:59:59, 1972-01-07 00:44:30", time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc, at := zone(t, c.zone), moment(t, c.change)
			if got := at.Add(-time.Second).In(loc).Format(time.DateTime) + ", " + at.In(loc).Format(time.DateTime); got != c.clocks {
				t.Fatalf("the clocks go %s, want %s: look for another example", got, c.clocks)
			}
			for n, parts := range [][]part{{{0, 1440}}, {{0, 30}, {1410, 1440}}, {{15, 150}, {165, 170}}, {{1381, 1382}, {1439, 1440}}} {
				r := rules{zone: loc, week: [7][]part{parts, parts, {{540, 1020}}, parts, parts, parts, parts}}
				around := 50 * time.Hour
				if c.step < time.Minute {
					around = 2 * time.Hour
				}
				from, to := at.Add(-around), at.Add(around)
				h, w := r.hours(t), wall{rules: r}
				var sum time.Duration
				for now := from; now.Before(to); now = now.Add(c.step) {
					open := w.open(now)
					if h.Open(now) != open {
						t.Fatalf("hours %d, %v: open %v", n, now.In(loc), !open)
					}
					if got := h.Between(from, now); got != sum {
						t.Fatalf("hours %d: %v until %v, want %v", n, got, now.In(loc), sum)
					}
					if open {
						sum += c.step
						if got, want := h.Add(from, sum), now.Add(c.step); !got.Equal(want) {
							t.Fatalf("hours %d: after %v it is %v, want %v", n, sum, got, want.In(loc))
						}
					}
				}
			}
		})
	}
}

// zones are drawn from where there is something to get wrong.
var zones = strings.Fields("UTC Europe/Amsterdam Europe/Dublin Africa/Cairo Africa/Casablanca America/Sao_Paulo America/St_Johns America/Havana " +
	"Asia/Kathmandu Asia/Gaza Asia/Beirut Australia/Lord_Howe Pacific/Apia Pacific/Chatham Antarctica/Troll America/Godthab Pacific/Honolulu")

// drawn are rules and a moment that their dates are near.
type drawn struct {
	rules
	near time.Time
}

func drawRules(t *rapid.T) drawn {
	loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	d := drawn{rules{zone: loc, dates: make(map[string][]part)}, drawMoment(t)}
	for day := range d.week {
		d.week[day] = drawParts(t)
	}
	for range rapid.IntRange(0, 4).Draw(t, "dates") {
		day := d.near.AddDate(0, 0, rapid.IntRange(-3, 10).Draw(t, "day"))
		d.dates[day.Format(time.DateOnly)] = drawParts(t)
	}
	d.holidays = nudge.Holidays{
		Dutch: rapid.Bool().Draw(t, "dutch"), GoodFriday: rapid.Bool().Draw(t, "good friday"),
		Liberation: rapid.SampledFrom([]nudge.Liberation{"", nudge.LiberationNever, nudge.LiberationEveryYear, nudge.LiberationEveryFiveYears}).Draw(t, "liberation"),
	}
	return d
}

// drawParts draws at most three spans that stand apart.
func drawParts(t *rapid.T) []part {
	edge := rapid.OneOf(rapid.IntRange(0, 96), rapid.Just(0), rapid.Just(96))
	cuts := rapid.SliceOfNDistinct(edge, 0, 6, rapid.ID).Draw(t, "cuts")
	slices.Sort(cuts)
	var all []part
	for ; len(cuts) > 1; cuts = cuts[2:] {
		all = append(all, part{cuts[0] * 15, cuts[1] * 15})
	}
	return all
}

// drawMoment draws one of 230 years, often from a day on which clocks change or a year begins.
func drawMoment(t *rapid.T) time.Time {
	at := time.Date(rapid.IntRange(1920, 2150).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
	days := rapid.OneOf(rapid.IntRange(0, 366), rapid.IntRange(78, 125), rapid.IntRange(290, 310), rapid.IntRange(362, 367))
	at = at.AddDate(0, 0, days.Draw(t, "day"))
	at = at.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute)
	return at.Add(rapid.SampledFrom([]time.Duration{0, 0, 1, time.Second / 3, time.Minute - 1}).Draw(t, "more"))
}
