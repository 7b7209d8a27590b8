package bot

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/language"
	"webcare/bot/nudge"
	"webcare/store/bolt"
)

// wallHours are spans of a week in minutes since its Sunday began: hours that the oracle reads without package nudge.
type wallHours struct {
	entries []string
	spans   [7][][2]int // by weekday, in minutes of the day
}

// weekly makes hours that are the same on some weekdays, from lines such as "mon-fri 08:00-12:00 13:00-24:00".
func weekly(lines ...string) wallHours {
	days := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	w := wallHours{entries: lines}
	for _, line := range lines {
		words := strings.Fields(line)
		first, last, isRange := strings.Cut(words[0], "-")
		if !isRange {
			last = first
		}
		for d := slices.Index(days, first); ; d = (d + 1) % 7 {
			for _, span := range words[1:] {
				var h1, m1, h2, m2 int
				if _, err := fmt.Sscanf(span, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
					panic(err)
				}
				w.spans[d] = append(w.spans[d], [2]int{h1*60 + m1, h2*60 + m2})
			}
			if days[d] == last {
				break
			}
		}
	}
	return w
}

// The Dutch holidays of 2026 in the months that are played, from a calendar.
var dutch2026 = []string{"04-05", "04-06", "04-27", "05-14", "05-24", "05-25", "12-25", "12-26"}

func (w wallHours) open(wall time.Time, dutch bool) bool {
	if dutch && (slices.Contains(dutch2026, wall.Format("01-02")) || wall.Format("01-02") == "01-01") {
		return false
	}
	now := wall.Hour()*60 + wall.Minute()
	return slices.ContainsFunc(w.spans[wall.Weekday()], func(s [2]int) bool { return now >= s[0] && now < s[1] })
}

// night is what parts two service days.
type night struct{ from, to int }

// oracle finds the turns of a time by looking at each of its minutes.
type oracle struct {
	start     time.Time
	zone      *time.Location
	open      []bool
	midnights []int // by minute
}

func newOracle(w wallHours, dutch bool, from, to time.Time) *oracle {
	o := &oracle{start: from, zone: from.Location()}
	day := -1
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		wall := at.In(o.zone)
		if wall.YearDay() != day {
			day = wall.YearDay()
			o.midnights = append(o.midnights, len(o.open))
		}
		o.open = append(o.open, w.open(wall, dutch))
	}
	return o
}

func (o *oracle) at(i int) time.Time { return o.start.Add(time.Duration(i) * time.Minute) }

// hour is the minute at which the clock shows an hour on a date.
func (o *oracle) hour(day, hour int) int {
	i := o.midnights[day]
	for o.at(i).In(o.zone).Hour() != hour {
		i++
	}
	return i
}

// night is the one before a date; opened is when the service day before it opened.
func (o *oracle) night(day, opened int) night {
	m := o.midnights[day]
	if !o.open[m] || !o.open[m-1] {
		n := night{m, m}
		for n.from > 0 && !o.open[n.from-1] {
			n.from--
		}
		for n.to < len(o.open) && !o.open[n.to] {
			n.to++
		}
		return n
	}
	var best night
	next := o.midnights[day+1]
	for i := m; i < next; i++ {
		if o.open[i] {
			continue
		}
		n := night{i, i}
		for n.to < len(o.open) && !o.open[n.to] {
			n.to++
		}
		if n.to-n.from > best.to-best.from && (n.to < next || o.at(i).In(o.zone).Hour() < 12) {
			best = n
		}
		i = n.to
	}
	if best.to > 0 {
		return best
	}
	best = night{m, o.hour(day, 9)}
	if five := o.hour(day-1, 17); five > opened && o.open[five-1] {
		best.from = five
	}
	return best
}

// turns are all turns of the time but those of its first and last days.
func (o *oracle) turns() (all []turn) {
	before := o.night(2, 0)
	for day := 2; day < len(o.midnights)-12; day++ {
		after := o.night(day+1, before.to)
		if after.from > before.to {
			of := o.at(o.midnights[day])
			all = append(all, turn{o.at(before.to), of, false}, turn{o.at(after.from), of, true})
		}
		before = after
	}
	return all
}

var zoneOfDays = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}()

// matches follows the turns of some hours and compares them with the oracle's.
func matches(t interface {
	Helper()
	Fatalf(string, ...any)
}, w wallHours, dutch bool, from, to time.Time,
) {
	t.Helper()
	week, err := nudge.ParseWeek(w.entries)
	if err != nil {
		t.Fatalf("%v: %v", w.entries, err)
	}
	h := nudge.Hours{Zone: from.Location(), Week: week, Holidays: nudge.Holidays{Dutch: dutch}}
	want := newOracle(w, dutch, from, to).turns()
	if len(want) < 4 {
		t.Fatalf("%v: only %d turns", w.entries, len(want))
	}
	at := want[0].at.Add(-time.Second)
	for i, next := range want {
		got := nextTurn(context.Background(), h, from.Location(), at)
		if !got.at.Equal(next.at) || !got.day.Equal(next.day) || got.closing != next.closing {
			t.Fatalf("%v, holidays %v: turn %d after %v is %v, want %v", w.entries, dutch, i, at, got, next)
		}
		if again := nextTurn(context.Background(), h, from.Location(), got.at.Add(-time.Nanosecond)); again != got {
			t.Fatalf("%v, holidays %v: just before %v the next is %v", w.entries, dutch, got, again)
		}
		at = got.at
	}
}

// TestTurns: each service day has a morning and an evening, with and without holidays, over both changes of the clocks,
// as whoever looks at each minute finds them.
func TestTurns(t *testing.T) {
	t.Parallel()
	spring := [2]time.Time{time.Date(2026, 3, 1, 0, 0, 0, 0, zoneOfDays), time.Date(2026, 6, 15, 0, 0, 0, 0, zoneOfDays)}
	autumn := [2]time.Time{time.Date(2026, 10, 1, 0, 0, 0, 0, zoneOfDays), time.Date(2026, 12, 31, 0, 0, 0, 0, zoneOfDays)}
	for _, lines := range [][]string{
		{"mon-fri 09:00-17:00"},
		{"mon-fri 08:30-12:30 13:00-17:30", "sat 10:00-16:00"},
		{"mon-sun 00:00-24:00"},
		{"mon-sun 08:00-24:00 00:00-01:00"},
		{"mon-sun 00:00-12:00 13:00-24:00"},
		{"mon-sun 00:00-02:30 02:45-24:00"}, // in the hour that the clocks skip or repeat
		{"mon-sun 20:00-24:00 00:00-08:00"},
		{"mon-fri 09:00-21:00", "sat 09:00-24:00", "sun 00:00-24:00"},
		{"mon-thu 00:00-24:00", "fri 00:00-18:00"},
		{"mon-fri 00:00-24:00"},
		{"fri 09:00-24:00", "sat 00:00-02:00 10:00-16:00"},
		{"mon-sat 08:00-24:00", "tue-sun 00:00-01:00"},
		{"mon-sun 07:00-10:00 19:00-23:00"},
		{"mon-sun 00:00-16:00 20:00-24:00"},
		{"mon-sun 00:00-01:00 03:00-05:00 11:00-24:00"},
		{"mon 00:00-24:00", "tue 00:00-10:00 14:00-24:00", "wed-sun 00:00-24:00"},
		{"mon-sun 08:00-24:00"},
		{"mon-sun 00:00-16:00"},
	} {
		for _, dutch := range []bool{true, false} {
			for _, during := range [][2]time.Time{spring, autumn} {
				matches(t, weekly(lines...), dutch, during[0], during[1])
			}
		}
		if UnderRace { // nothing runs beside it
			return
		}
	}
}

// TestTurnsOfAnyWeek does the same with weeks that nobody thought of.
func TestTurnsOfAnyWeek(t *testing.T) {
	t.Parallel()
	if UnderRace { // nothing runs beside it
		return
	}
	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		for _, day := range days {
			edges := rapid.SliceOfNDistinct(rapid.SampledFrom([]int{0, 1, 2, 3, 8, 9, 11, 12, 13, 16, 17, 18, 22, 23, 24}), 0, 6, rapid.ID).Draw(t, day)
			slices.Sort(edges)
			words := []string{day}
			for i := 0; i+1 < len(edges); i += 2 {
				words = append(words, fmt.Sprintf("%02d:00-%02d:00", edges[i], edges[i+1]))
			}
			if len(words) > 1 {
				lines = append(lines, strings.Join(words, " "))
			}
		}
		if len(lines) == 0 {
			return
		}
		from := time.Date(2026, rapid.SampledFrom([]time.Month{3, 10}).Draw(t, "month"), 8, 0, 0, 0, 0, zoneOfDays)
		matches(t, weekly(lines...), rapid.Bool().Draw(t, "holidays"), from, from.AddDate(0, 0, 45))
	})
}

// TestTurnsSaid says for some desks when the digests of a week are: what a person would say.
func TestTurnsSaid(t *testing.T) {
	for lines, want := range map[string]string{
		"mon-fri 09:00-17:00":                                           "mo 2 09:00, ev 2 17:00, mo 3 09:00, ev 3 17:00, mo 4 09:00",
		"mon-sun 00:00-24:00":                                           "mo 2 09:00, ev 2 17:00, mo 3 09:00, ev 3 17:00, mo 4 09:00",
		"mon-sun 08:00-24:00 00:00-01:00":                               "mo 2 08:00, ev 3 01:00 of 2, mo 3 08:00, ev 4 01:00 of 3, mo 4 08:00",
		"mon-sun 00:00-12:00 13:00-24:00":                               "ev 2 12:00 of 1, mo 2 13:00, ev 3 12:00 of 2, mo 3 13:00, ev 4 12:00 of 3",
		"mon-sun 20:00-24:00 00:00-08:00":                               "ev 2 08:00 of 1, mo 2 20:00, ev 3 08:00 of 2, mo 3 20:00, ev 4 08:00 of 3",
		"mon 09:00-24:00; tue 00:00-02:00 10:00-16:00; wed 10:00-16:00": "mo 2 09:00, ev 3 02:00 of 2, mo 3 10:00, ev 3 16:00, mo 4 10:00",
	} {
		w, err := nudge.ParseWeek(strings.Split(lines, "; "))
		if err != nil {
			t.Fatal(err)
		}
		h := nudge.Hours{Zone: zoneOfDays, Week: w}
		var said []string
		for at := time.Date(2026, 3, 2, 1, 30, 0, 0, zoneOfDays); len(said) < 5; {
			next := nextTurn(t.Context(), h, zoneOfDays, at)
			text := "mo "
			if next.closing {
				text = "ev "
			}
			text += next.at.Format("2 15:04")
			if next.day.Day() != next.at.Day() {
				text += " of " + next.day.Format("2")
			}
			said, at = append(said, text), next.at
		}
		if got := strings.Join(said, ", "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", lines, got, want)
		}
	}
}

// TestNoTurn: a desk that never opens, or one that is being stopped, has no next turn, and that is known at once.
func TestNoTurn(t *testing.T) {
	never, err := nudge.ParseDays([]string{"2020-01-01 09:00-17:00"})
	if err != nil {
		t.Fatal(err)
	}
	closed := nudge.Hours{Zone: zoneOfDays, Days: never}
	if closed.Week, err = nudge.ParseWeek([]string{"mon-sun closed"}); err != nil {
		t.Log(err) // then no config can say so either
	} else if got := nextTurn(t.Context(), closed, zoneOfDays, time.Date(2026, 3, 2, 1, 30, 0, 0, zoneOfDays)); got != (turn{}) {
		t.Errorf("a desk that never opens has %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := nextTurn(ctx, nudge.Hours{}, zoneOfDays, time.Now()); got != (turn{}) {
		t.Errorf("a desk that is being stopped has %v", got)
	}
}

// TestTurnsWhereMidnightIsSkipped: in Santiago the clocks change at midnight, which no clock shows then.
func TestTurnsWhereMidnightIsSkipped(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 8, 20, 0, 0, 0, 0, zone)
	for _, lines := range []string{"mon-sun 09:00-17:00", "mon-sun 00:00-24:00", "mon-sun 08:00-24:00 00:00-01:00", "mon-sun 08:00-24:00 00:00-03:00"} {
		matches(t, weekly(lines), false, from, from.AddDate(0, 0, 40))
	}
}

// TestNextDigest: the one after the last that was stored, at most an hour ago.
func TestNextDigest(t *testing.T) {
	w, err := nudge.ParseWeek([]string{"mon-sun 08:00-24:00 00:00-01:00"})
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "x.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	b := &Bot{
		store: db, hours: nudge.Hours{Zone: zoneOfDays, Week: w, Holidays: nudge.Holidays{Dutch: true}}, log: slog.New(slog.DiscardHandler),
		words: newWords(Options{Language: language.English, Location: zoneOfDays}),
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, zoneOfDays) }
	for now, want := range map[time.Time]turn{
		at(2, 12, 0): {at(3, 1, 0), at(2, 0, 0), true},
		at(3, 1, 59): {at(3, 1, 0), at(2, 0, 0), true}, // a little late
		at(3, 2, 0):  {at(3, 8, 0), at(3, 0, 0), false},
	} {
		if got := b.nextDigest(t.Context(), now); !got.at.Equal(want.at) || !got.day.Equal(want.day) || got.closing != want.closing {
			t.Errorf("at %v: got %v, want %v", now, got, want)
		}
	}
}
