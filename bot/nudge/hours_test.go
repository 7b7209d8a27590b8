package nudge_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"webcare/bot/nudge"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// moment reads RFC 3339, with a space for the T where that is easier to read.
func moment(t testing.TB, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "T", 1))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// office is two spans a day, a short Saturday, holidays, a short Christmas Eve and a day off.
func office(t testing.TB) nudge.Hours {
	t.Helper()
	return nudge.Hours{
		Zone:     zone(t, "Europe/Amsterdam"),
		Week:     week(t, "mon-fri 09:00-12:30 13:00-17:30", "sat 10:00-16:00"),
		Holidays: nudge.Holidays{Dutch: true, Liberation: nudge.LiberationEveryFiveYears},
		Days:     days(t, "2026-12-24 09:00-15:00", "2026-12-28 closed"),
	}
}

// 2026-03-02 is a Monday in winter time.
func TestAdd(t *testing.T) {
	h := office(t)
	for name, c := range map[string]struct {
		from string
		d    time.Duration
		want string
	}{
		"within hours":                 {"2026-03-02 09:20:00+01:00", 15 * time.Minute, "2026-03-02 09:35:00+01:00"},
		"seconds and less count":       {"2026-03-02 09:20:10.123456789+01:00", 15*time.Minute + time.Nanosecond, "2026-03-02 09:35:10.12345679+01:00"},
		"seen from another zone":       {"2026-03-02 08:20:00Z", 15 * time.Minute, "2026-03-02 09:35:00+01:00"},
		"over lunch":                   {"2026-03-02 12:20:00+01:00", 15 * time.Minute, "2026-03-02 13:05:00+01:00"},
		"from lunch":                   {"2026-03-02 12:45:00+01:00", 15 * time.Minute, "2026-03-02 13:15:00+01:00"},
		"exactly at closing time":      {"2026-03-02 17:15:00+01:00", 15 * time.Minute, "2026-03-02 17:30:00+01:00"},
		"exactly at lunch":             {"2026-03-02 12:15:00+01:00", 15 * time.Minute, "2026-03-02 12:30:00+01:00"},
		"just past closing time":       {"2026-03-02 17:15:00+01:00", 15*time.Minute + 1, "2026-03-03 09:00:00.000000001+01:00"},
		"just from past the start":     {"2026-03-02 17:15:00.000000001+01:00", 15 * time.Minute, "2026-03-03 09:00:00.000000001+01:00"},
		"over the night":               {"2026-03-02 17:20:00+01:00", 15 * time.Minute, "2026-03-03 09:05:00+01:00"},
		"from the night":               {"2026-03-02 23:59:59.999+01:00", 15 * time.Minute, "2026-03-03 09:15:00+01:00"},
		"from the last moment":         {"2026-03-02 17:29:59.9+01:00", 100 * time.Millisecond, "2026-03-02 17:30:00+01:00"},
		"over the weekend":             {"2026-03-07 15:50:00+01:00", 15 * time.Minute, "2026-03-09 09:05:00+01:00"},
		"from a Sunday":                {"2026-03-08 12:00:00+01:00", time.Hour, "2026-03-09 10:00:00+01:00"},
		"a whole day of service":       {"2026-03-02 09:00:00+01:00", 8 * time.Hour, "2026-03-02 17:30:00+01:00"},
		"a whole week of service":      {"2026-03-02 09:00:00+01:00", 46 * time.Hour, "2026-03-07 16:00:00+01:00"},
		"nothing, within hours":        {"2026-03-02 09:20:00.5+01:00", 0, "2026-03-02 09:20:00.5+01:00"},
		"nothing, out of hours":        {"2026-03-02 08:20:00.5+01:00", 0, "2026-03-02 09:00:00+01:00"},
		"nothing, at closing time":     {"2026-03-02 17:30:00+01:00", 0, "2026-03-03 09:00:00+01:00"},
		"nothing, at opening time":     {"2026-03-02 13:00:00+01:00", 0, "2026-03-02 13:00:00+01:00"},
		"less than nothing":            {"2026-03-02 17:30:00+01:00", -time.Hour, "2026-03-03 09:00:00+01:00"},
		"over Easter Monday":           {"2026-04-04 15:50:00+02:00", 15 * time.Minute, "2026-04-07 09:05:00+02:00"},
		"Good Friday is worked":        {"2026-04-03 09:00:00+02:00", 15 * time.Minute, "2026-04-03 09:15:00+02:00"},
		"over King's Day, a Monday":    {"2026-04-25 15:50:00+02:00", 15 * time.Minute, "2026-04-28 09:05:00+02:00"},
		"over King's Day, moved":       {"2025-04-25 17:20:00+02:00", 15 * time.Minute, "2025-04-28 09:05:00+02:00"},
		"5 May is worked in 2026":      {"2026-05-05 09:00:00+02:00", 15 * time.Minute, "2026-05-05 09:15:00+02:00"},
		"and not in 2025":              {"2025-05-05 09:00:00+02:00", 15 * time.Minute, "2025-05-06 09:15:00+02:00"},
		"a short day, Christmas, more": {"2026-12-24 14:50:00+01:00", 15 * time.Minute, "2026-12-29 09:05:00+01:00"},
		"no lunch on a date":           {"2026-12-24 12:20:00+01:00", 15 * time.Minute, "2026-12-24 12:35:00+01:00"},
		"over New Year":                {"2026-12-31 17:20:00+01:00", 15 * time.Minute, "2027-01-02 10:05:00+01:00"},
		"over the clocks' change":      {"2026-03-28 15:50:00+01:00", 15 * time.Minute, "2026-03-30 09:05:00+02:00"},
		"and back":                     {"2026-10-24 15:50:00+02:00", 15 * time.Minute, "2026-10-26 09:05:00+01:00"},
		"long ago":                     {"1999-12-31 17:20:00+01:00", 15 * time.Minute, "2000-01-03 09:05:00+01:00"},
		"far on":                       {"2061-07-01 17:20:00+02:00", 15 * time.Minute, "2061-07-02 10:05:00+02:00"},
		"over a leap year's end":       {"2040-12-31 17:20:00+01:00", 15 * time.Minute, "2041-01-02 09:05:00+01:00"},
		"within a leap year's end":     {"2040-12-31 09:00:00+01:00", 15 * time.Minute, "2040-12-31 09:15:00+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got, want := h.Add(moment(t, c.from), c.d), moment(t, c.want)
			if !got.Equal(want) || got.Location() != h.Zone {
				t.Errorf("%s and %v is %v, want %s", c.from, c.d, got, c.want)
			}
			if between := h.Between(moment(t, c.from), want); between != max(0, c.d) {
				t.Errorf("between %s and %s is %v, want %v", c.from, c.want, between, c.d)
			}
		})
	}
}

// Amsterdam's clocks go from 02:00 to 03:00 on 2026-03-29 and from 03:00 to 02:00 on 2026-10-25, both at 01:00 UTC. All
// of these were worked out by hand.
func TestClocksChange(t *testing.T) {
	const spring, autumn = "2026-03-29", "2026-10-25" // Sundays
	for name, c := range map[string]struct {
		week     string
		from, to string
		want     time.Duration
	}{
		"spring, the whole day":                   {"sun 00:00-24:00", spring + "T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23 * time.Hour},
		"spring, around the clock, three days":    {"mon-sun 00:00-24:00", "2026-03-28T00:00:00+01:00", "2026-03-31T00:00:00+02:00", 71 * time.Hour},
		"spring, the hour that does not exist":    {"sun 02:00-03:00", "2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 0},
		"spring, half of it":                      {"sun 01:30-02:30", "2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 30 * time.Minute},
		"spring, the other half":                  {"sun 02:30-03:30", "2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 30 * time.Minute},
		"spring, around it":                       {"sun 01:00-04:00", "2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 2 * time.Hour},
		"spring, a minute each way":               {"sun 01:00-04:00", spring + "T01:59:00+01:00", spring + "T03:01:00+02:00", 2 * time.Minute},
		"spring, office hours are what they were": {"sun 09:00-17:00", "2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 8 * time.Hour},
		"autumn, the whole day":                   {"sun 00:00-24:00", autumn + "T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25 * time.Hour},
		"autumn, around the clock, three days":    {"mon-sun 00:00-24:00", "2026-10-24T00:00:00+02:00", "2026-10-27T00:00:00+01:00", 73 * time.Hour},
		"autumn, the hour that exists twice":      {"sun 02:00-03:00", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 2 * time.Hour},
		"autumn, the first of them":               {"sun 02:00-03:00", "2026-10-24T00:00:00+02:00", autumn + "T02:00:00+01:00", time.Hour},
		"autumn, the second of them":              {"sun 02:00-03:00", autumn + "T02:00:00+01:00", "2026-10-26T00:00:00+01:00", time.Hour},
		"autumn, its first half, twice":           {"sun 01:30-02:30", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 90 * time.Minute},
		"autumn, its second half, twice":          {"sun 02:30-03:30", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 90 * time.Minute},
		"autumn, between the halves":              {"sun 01:30-02:30", autumn + "T02:30:00+02:00", autumn + "T02:00:00+01:00", 0},
		"autumn, around it":                       {"sun 01:00-04:00", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 4 * time.Hour},
		"autumn, office hours are what they were": {"sun 09:00-17:00", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 8 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := nudge.Hours{Zone: zone(t, "Europe/Amsterdam"), Week: week(t, c.week)}
			if got := h.Between(moment(t, c.from), moment(t, c.to)); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		week, from string
		d          time.Duration
		want       string
	}{
		"spring, over the change":              {"sun 00:00-24:00", spring + "T01:50:00+01:00", 15 * time.Minute, spring + "T03:05:00+02:00"},
		"spring, onto the change":              {"sun 00:00-24:00", spring + "T01:45:00+01:00", 15 * time.Minute, spring + "T03:00:00+02:00"},
		"spring, hours that do not exist":      {"sun 02:00-03:00", "2026-03-28T12:00:00+01:00", 15 * time.Minute, "2026-04-05T02:15:00+02:00"},
		"spring, the end is skipped":           {"sun 01:30-02:30", spring + "T01:30:00+01:00", 30 * time.Minute, spring + "T03:00:00+02:00"},
		"spring, and a minute more":            {"sun 01:30-02:30", spring + "T01:30:00+01:00", 31 * time.Minute, "2026-04-05T01:31:00+02:00"},
		"spring, nothing, in the skipped hour": {"sun 02:30-03:30", spring + "T01:59:59+01:00", 0, spring + "T03:00:00+02:00"},
		"autumn, over the change":              {"sun 00:00-24:00", autumn + "T02:50:00+02:00", 15 * time.Minute, autumn + "T02:05:00+01:00"},
		"autumn, onto the change":              {"sun 00:00-24:00", autumn + "T02:45:00+02:00", 15 * time.Minute, autumn + "T02:00:00+01:00"},
		"autumn, a quarter from the first":     {"sun 02:00-02:30", autumn + "T02:20:00+02:00", 15 * time.Minute, autumn + "T02:05:00+01:00"},
		"autumn, the end of the first":         {"sun 02:00-02:30", autumn + "T02:15:00+02:00", 15 * time.Minute, autumn + "T02:30:00+02:00"},
		"autumn, the end of the second":        {"sun 02:00-02:30", autumn + "T02:20:00+02:00", 40 * time.Minute, autumn + "T02:30:00+01:00"},
		"autumn, and a minute more":            {"sun 02:00-02:30", autumn + "T02:20:00+02:00", 41 * time.Minute, "2026-11-01T02:01:00+01:00"},
		"autumn, nothing, between the two":     {"sun 02:00-02:30", autumn + "T02:40:00+02:00", 0, autumn + "T02:00:00+01:00"},
		"a day around the clock, in spring":    {"mon-sun 00:00-24:00", "2026-03-28T12:00:00+01:00", 24 * time.Hour, "2026-03-29T13:00:00+02:00"},
		"a day around the clock, in autumn":    {"mon-sun 00:00-24:00", "2026-10-24T12:00:00+02:00", 24 * time.Hour, "2026-10-25T11:00:00+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			h := nudge.Hours{Zone: zone(t, "Europe/Amsterdam"), Week: week(t, c.week)}
			if got := h.Add(moment(t, c.from), c.d); !got.Equal(moment(t, c.want)) {
				t.Errorf("%v, want %s", got, c.want)
			}
		})
	}
}

func TestOpensAndCloses(t *testing.T) {
	night := nudge.Hours{Zone: zone(t, "Europe/Amsterdam"), Week: week(t, "fri 22:00-24:00", "sat 00:00-02:00 02:30-24:00", "sun 00:00-04:00")}
	for name, c := range map[string]struct {
		h                 nudge.Hours
		at, opens, closes string
	}{
		"within hours":            {office(t), "2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00+01:00", "2026-03-02T12:30:00+01:00"},
		"the first moment":        {office(t), "2026-03-02T13:00:00+01:00", "2026-03-02T13:00:00+01:00", "2026-03-02T17:30:00+01:00"},
		"the last moment":         {office(t), "2026-03-02T17:29:59.999999999+01:00", "2026-03-02T17:29:59.999999999+01:00", "2026-03-02T17:30:00+01:00"},
		"closing time":            {office(t), "2026-03-02T17:30:00+01:00", "2026-03-03T09:00:00+01:00", "2026-03-02T17:30:00+01:00"},
		"just before opening":     {office(t), "2026-03-02T08:59:59.999999999+01:00", "2026-03-02T09:00:00+01:00", "2026-03-02T08:59:59.999999999+01:00"},
		"a holiday":               {office(t), "2026-04-06T10:00:00+02:00", "2026-04-07T09:00:00+02:00", "2026-04-06T10:00:00+02:00"},
		"a night through":         {night, "2026-03-06T23:00:00+01:00", "2026-03-06T23:00:00+01:00", "2026-03-07T02:00:00+01:00"},
		"a night that is shorter": {night, "2026-03-28T03:00:00+01:00", "2026-03-28T03:00:00+01:00", "2026-03-29T04:00:00+02:00"},
		"a night that is longer":  {night, "2026-10-24T23:00:00+02:00", "2026-10-24T23:00:00+02:00", "2026-10-25T04:00:00+01:00"},
		"over a year's end":       {night, "2050-12-31T12:00:00+01:00", "2050-12-31T12:00:00+01:00", "2051-01-01T04:00:00+01:00"},
		"around the clock":        {nudge.Hours{}, "2026-03-02T10:00:00.5Z", "2026-03-02T10:00:00.5Z", ""},
		"around the clock, but":   {nudge.Hours{Days: days(t, "2026-03-04 closed")}, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-04T00:00:00Z"},
		"but not soon":            {nudge.Hours{Days: days(t, "2027-04-06 closed")}, "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", ""},
		"400 days, and closes":    {nudge.Hours{Days: days(t, "2027-04-06 closed")}, "2026-03-02T00:00:01Z", "2026-03-02T00:00:01Z", "2027-04-06T00:00:00Z"},
		"never":                   {nudge.Hours{Week: week(t, "mon-sun closed")}, "2026-03-02T10:00:00Z", "", "2026-03-02T10:00:00Z"},
		"not for 400 days":        {nudge.Hours{Week: week(t, "mon-sun closed"), Days: days(t, "2027-04-06 closed", "2027-04-07 9-10")}, "2026-03-02T09:00:00Z", "", "2026-03-02T09:00:00Z"},
		"400 days, and opens":     {nudge.Hours{Week: week(t, "mon-sun closed"), Days: days(t, "2027-04-06 9-10")}, "2026-03-02T09:00:01Z", "2027-04-06T09:00:00Z", "2026-03-02T09:00:01Z"},
	} {
		t.Run(name, func(t *testing.T) {
			at := moment(t, c.at)
			opens, closes := c.h.Opens(at), c.h.Closes(at)
			if !opens.Equal(moment(t, c.opens)) || !closes.Equal(moment(t, c.closes)) {
				t.Errorf("opens %v, closes %v; want %s, %s", opens, closes, c.opens, c.closes)
			}
			if open := c.h.Open(at); open != opens.Equal(at) || open == closes.Equal(at) {
				t.Errorf("open %v, opens %v, closes %v", open, opens, closes)
			}
			if opens.IsZero() != opens.Equal(time.Time{}) || opens.IsZero() && opens != (time.Time{}) || closes.IsZero() && closes != (time.Time{}) {
				t.Errorf("never is not the zero time: %v, %v", opens, closes)
			}
		})
	}
}

func TestAlways(t *testing.T) {
	allWeek := week(t, "mon-fri 00:00-12:00 12:00-24:00", "za-zo 0-24")
	for name, c := range map[string]struct {
		h    nudge.Hours
		want bool
	}{
		"the zero Hours":              {nudge.Hours{}, true},
		"in a zone":                   {nudge.Hours{Zone: zone(t, "Asia/Kathmandu")}, true},
		"a whole week":                {nudge.Hours{Week: allWeek}, true},
		"holidays, but none":          {nudge.Hours{Holidays: nudge.Holidays{Liberation: nudge.LiberationNever}}, true},
		"a date that changes nothing": {nudge.Hours{Days: days(t, "2026-03-04 00:00-24:00")}, true},
		"not on a date":               {nudge.Hours{Days: days(t, "2026-03-04 00:00-23:59")}, false},
		"not on holidays":             {nudge.Hours{Week: allWeek, Holidays: nudge.Holidays{Dutch: true}}, false},
		"not on Good Friday":          {nudge.Hours{Holidays: nudge.Holidays{GoodFriday: true}}, false},
		"not on 5 May":                {nudge.Hours{Holidays: nudge.Holidays{Liberation: nudge.LiberationEveryFiveYears}}, false},
		"a minute is missing":         {nudge.Hours{Week: week(t, "mon-sat 00:00-24:00", "sun 00:00-23:59")}, false},
		"office hours":                {office(t), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.h.Always(); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
	h := nudge.Hours{Week: allWeek}
	at := moment(t, "2026-03-29T00:50:00.5Z")
	if got := h.Add(at, 90*time.Minute); !got.Equal(at.Add(90 * time.Minute)) {
		t.Errorf("ninety minutes on it is %v", got)
	}
	if got := h.Between(at, at.Add(time.Hour)); got != time.Hour {
		t.Errorf("an hour is %v", got)
	}
	if got := h.Between(at, at.Add(-time.Hour)); got != 0 {
		t.Errorf("backwards it is %v", got)
	}
}

// What no desk asks for ends, too, and soon.
func TestFarOff(t *testing.T) {
	minute := nudge.Hours{Week: week(t, "mon 00:00-00:01")}
	at := moment(t, "2026-03-03T00:00:00Z") // a Tuesday
	if got, want := minute.Add(at, 52*time.Minute), moment(t, "2027-03-01T00:01:00Z"); !got.Equal(want) {
		t.Errorf("52 weeks on it is %v, want %v", got, want)
	}
	if got := minute.Add(at, 100*time.Hour); !got.IsZero() {
		t.Errorf("more than a hundred years on it is %v", got)
	}
	if got := minute.Add(at, 1<<63-1); !got.IsZero() {
		t.Errorf("a Duration of everything is %v", got)
	}
	if got := office(t).Between(at.AddDate(-1000, 0, 0), at.AddDate(1000, 0, 0)); got != 1<<63-1 {
		t.Errorf("two thousand years are %v", got)
	}
	if got := office(t).Between(time.Time{}, at); got <= 0 {
		t.Errorf("since the zero time are %v", got)
	}
	year := nudge.Hours{Week: week(t, "mon-sun closed"), Days: days(t, "2027-03-01 09:00-10:00", "2028-03-31 09:00-10:00", "2029-06-01 09:00-10:00")}
	for d, want := range map[time.Duration]string{
		0:               "2027-03-01T09:00:00Z",
		time.Hour:       "2027-03-01T10:00:00Z",
		time.Hour + 1:   "2028-03-31T09:00:00.000000001Z", // 396 days later
		2 * time.Hour:   "2028-03-31T10:00:00Z",
		2*time.Hour + 1: "", // 427 days later
	} {
		if got := year.Add(at, d); !got.Equal(moment(t, want)) {
			t.Errorf("after %v it is %v, want %s", d, got, want)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	h := office(b)
	for name, c := range map[string]struct {
		from string
		d    time.Duration
	}{
		"minutes":        {"2026-03-02T10:00:00+01:00", 15 * time.Minute},
		"over the night": {"2026-03-02T17:20:00+01:00", 15 * time.Minute},
		"a day":          {"2026-03-02T09:00:00+01:00", 8 * time.Hour},
		"a day, in 2045": {"2045-03-06T09:00:00+01:00", 8 * time.Hour}, // past the zone's table
		"over Easter":    {"2026-04-04T15:50:00+02:00", 15 * time.Minute},
		"a month":        {"2026-03-02T09:00:00+01:00", 160 * time.Hour},
	} {
		from := moment(b, c.from)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Add(from, c.d)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	h, at := office(b), moment(b, "2026-03-02T10:00:00+01:00")
	b.ReportAllocs()
	for b.Loop() {
		h.Open(at)
	}
}

func BenchmarkBetween(b *testing.B) {
	h, from := office(b), moment(b, "2026-03-02T10:00:00+01:00")
	for name, to := range map[string]time.Time{"a day": from.AddDate(0, 0, 1), "a year": from.AddDate(1, 0, 0)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Between(from, to)
			}
		})
	}
}
