package nudge_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"webcare/bot/nudge"
)

func week(t interface {
	Helper()
	Fatal(...any)
}, entries ...string,
) nudge.Week {
	t.Helper()
	w, err := nudge.ParseWeek(entries)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func days(t interface {
	Helper()
	Fatal(...any)
}, entries ...string,
) nudge.Days {
	t.Helper()
	d, err := nudge.ParseDays(entries)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseWeek(t *testing.T) {
	for name, c := range map[string]struct{ entries, want string }{
		"nothing":                     {"", ""},
		"one day":                     {"mon 09:00-17:30", "mon 09:00-17:30"},
		"a range":                     {"mon-fri 09:00-17:30", "mon-fri 09:00-17:30"},
		"two entries":                 {"mon-fri 09:00-17:30|sat 10:00-16:00", "mon-fri 09:00-17:30|sat 10:00-16:00"},
		"in any order":                {"sat 10:00-16:00|mon-fri 09:00-17:30", "mon-fri 09:00-17:30|sat 10:00-16:00"},
		"several spans":               {"mon-fri 09:00-12:30 13:00-17:30", "mon-fri 09:00-12:30 13:00-17:30"},
		"spans in any order":          {"mon 13:00-17:30 09:00-12:30", "mon 09:00-12:30 13:00-17:30"},
		"spans that touch":            {"mon 09:00-12:30 12:30-17:30 17:30-18:00", "mon 09:00-18:00"},
		"spans added by an entry":     {"mon-fri 09:00-17:00|wed 19:00-21:00", "mon-tue 09:00-17:00|wed 09:00-17:00 19:00-21:00|thu-fri 09:00-17:00"},
		"touching the next entry":     {"tue 12:00-17:00|tue 09:00-12:00", "tue 09:00-17:00"},
		"Dutch":                       {"ma-vr 09:00-17:30|za 10:00-16:00|zo dicht", "mon-fri 09:00-17:30|sat 10:00-16:00"},
		"as one says it in Dutch":     {"ma t/m vr 9.00 - 17.30|vr T/M ma 20-22", "mon 09:00-17:30 20:00-22:00|tue-thu 09:00-17:30|fri 09:00-17:30 20:00-22:00|sat-sun 20:00-22:00"},
		"each day in Dutch":           {"ma 1-2|di 2-3|wo 3-4|do 4-5|vr 5-6|za 6-7|zo 7-8", "mon 01:00-02:00|tue 02:00-03:00|wed 03:00-04:00|thu 04:00-05:00|fri 05:00-06:00|sat 06:00-07:00|sun 07:00-08:00"},
		"whole names":                 {"Monday-Wednesday 9-17|donderdag 10-12|zaterdag gesloten", "mon-wed 09:00-17:00|thu 10:00-12:00"},
		"capitals and full stops":     {"MA. t 9-17", "error"},
		"a full stop behind a day":    {"Ma.-Vr.: 9-17", "mon-fri 09:00-17:00"},
		"a list of days":              {"mon,wed, fri 09:00-17:00", "mon 09:00-17:00|wed 09:00-17:00|fri 09:00-17:00"},
		"a list with a range":         {"mon-tue fri-sat 09:00-17:00", "mon-tue 09:00-17:00|fri-sat 09:00-17:00"},
		"over the weekend":            {"fri-mon 09:00-17:00", "mon 09:00-17:00|fri-sun 09:00-17:00"},
		"sunday to saturday":          {"sun-sat 09:00-17:00", "mon-sun 09:00-17:00"},
		"a range of one":              {"mon-mon 09:00-17:00", "mon 09:00-17:00"},
		"a day named twice":           {"mon,mon-tue 09:00-17:00", "mon-tue 09:00-17:00"},
		"spaces and dashes":           {"  mon – fri   9:00 - 12:30,\t13.00 —17.30 ", "mon-fri 09:00-12:30 13:00-17:30"},
		"from midnight to midnight":   {"mon-sun 00:00-24:00", "mon-sun 00:00-24:00"},
		"over midnight":               {"fri 22:00-24:00|sat 00:00-02:00", "fri 22:00-24:00|sat 00:00-02:00"},
		"one minute":                  {"sun 23:59-24:00", "sun 23:59-24:00"},
		"closed said aloud":           {"mon 9-17|sun closed", "mon 09:00-17:00"},
		"closed said twice":           {"mon 9-17|sun closed|sun closed", "mon 09:00-17:00"},
		"closed all week":             {"mon-sun closed", "mon-sun closed"},
		"closed all week in pieces":   {"mon-fri closed|sat-sun dicht", "mon-sun closed"},
		"an hour that does not exist": {"mon 09:00-24:01", "error"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := nudge.ParseWeek(entries(c.entries))
			if c.want == "error" {
				if err == nil {
					t.Errorf("got %q", w.Entries())
				}
				return
			}
			if got := strings.Join(w.Entries(), "|"); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func entries(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func TestParseDays(t *testing.T) {
	for name, c := range map[string]struct{ entries, want string }{
		"nothing":             {"", ""},
		"closed":              {"2026-12-27 closed", "2026-12-27 closed"},
		"closed in Dutch":     {"2026-12-27 Dicht|2026-12-28 gesloten", "2026-12-27 closed|2026-12-28 closed"},
		"open":                {"2026-12-24 09:00-15:00", "2026-12-24 09:00-15:00"},
		"in order":            {"2027-01-02 9-12|2026-12-24 9-12", "2026-12-24 09:00-12:00|2027-01-02 09:00-12:00"},
		"several spans":       {"2026-12-24 13-15, 9-12", "2026-12-24 09:00-12:00 13:00-15:00"},
		"in two entries":      {"2026-12-24 13:00-15:00|2026-12-24 09:00-13:00", "2026-12-24 09:00-15:00"},
		"a leap day":          {"2028-02-29 closed", "2028-02-29 closed"},
		"long ago and far on": {"1899-12-31 closed|9999-12-31 closed", "1899-12-31 closed|9999-12-31 closed"},
		"all day":             {"2026-12-24 00:00-24:00", "2026-12-24 00:00-24:00"},
		"several dates":       {"2026-12-28, 2026-12-30 2026-12-29 closed", "2026-12-28 closed|2026-12-29 closed|2026-12-30 closed"},
		"spaces":              {" 2026 - 12 - 24  9 - 12 ", "2026-12-24 09:00-12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := nudge.ParseDays(entries(c.entries))
			if got := strings.Join(d.Entries(), "|"); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

const (
	sayDays  = `days are mon, tue, wed, thu, fri, sat and sun, or ma, di, wo, do, vr, za and zo, and mon-fri is five of them`
	sayBegin = `begin with the days: "mon-fri 09:00-17:30"`
	sayHours = `say which hours, such as 09:00-17:30, or closed`
	sayTimes = `hours are written as 09:00-17:30, with times from 00:00 to 24:00`
	sayLater = `hours end later than they begin: midnight as an end is 24:00, and what goes on past midnight is two entries, such as "fri 22:00-24:00" and "sat 00:00-02:00"`
	sayOne   = `give either hours, such as 09:00-17:30, or closed`
	sayDate  = `begin with a date that exists, as year-month-day: "2026-12-24 09:00-15:00" or "2026-12-27 closed"`
	sayOpen  = `no day is open: add one, such as "mon-fri 09:00-17:30"; to be there around the clock leave the list empty, and to be there on certain dates only write "mon-sun closed"`
)

func TestMistakesInAWeek(t *testing.T) {
	for name, c := range map[string]struct{ entries, want string }{
		"an empty entry":             {" ", "entry 1: " + sayBegin + "|entry 1: " + sayHours},
		"only days":                  {"mon-fri", "entry 1: " + sayHours},
		"only hours":                 {"09:00-17:00", "entry 1: " + sayBegin},
		"no such day":                {"mon-fri 9-17|mor 9-17", "entry 2: " + sayDays},
		"no such day in a range":     {"mon-fry 9-17|fry-mon 9-17|-mon 9-17|mon- 9-17|mon-tue-wed 9-17", "entry 1: " + sayDays + "|entry 2: " + sayDays + "|entry 3: " + sayDays + "|entry 4: " + sayDays + "|entry 4: " + sayHours + "|entry 5: " + sayDays},
		"the same mistake twice":     {"mor,fry 9-17", "entry 1: " + sayDays},
		"a date":                     {"2026-12-24 9-17", "entry 1: " + sayBegin + "|entry 1: " + sayTimes},
		"a time that does not exist": {"mon 09:60-10:00|tue 9-25|wed 9:5-10|thu 009-10|fri 9-10-11|sat 9|sun 24:01-24:02|mon 9:+1-10", all(8, sayTimes)},
		"the other way round":        {"mon 17:30-09:00|tue 09:00-09:00|wed 22:00-00:00|thu 24:00-24:00", all(4, sayLater)},
		"closed, but open":           {"mon closed 9-17|tue 9-17 closed", all(2, sayOne)},
		"all of an entry":            {"mor 9-25 17-9", "entry 1: " + sayDays + "|entry 1: " + sayTimes + "|entry 1: " + sayLater},
		"overlapping in an entry":    {"mon-fri 09:00-12:30 12:00-17:00", "entry 1: the hours overlap on Monday: change or remove one"},
		"overlapping entries":        {"mon-fri 09:00-17:00|sat 9-12|fri 09:00-16:00", "entries 1 and 3: the hours overlap on Friday: change or remove one"},
		"overlapping the last but one": {
			"mon 09:00-17:00|mon 10:00-11:00|mon 12:00-18:00",
			"entries 1 and 2: the hours overlap on Monday: change or remove one|entries 1 and 3: the hours overlap on Monday: change or remove one",
		},
		"the same twice":            {"sun 9-17|sun 9-17", "entries 1 and 2: the hours overlap on Sunday: change or remove one"},
		"open and closed":           {"fri dicht|mon-fri 9-17", "entries 1 and 2: one is open and the other closed on Friday: change or remove one"},
		"never open":                {"sat-sun closed", sayOpen},
		"never open, one day short": {"mon-sat closed", sayOpen},
		"a mistake, and never open": {"sat closed|mon 9-", "entry 2: " + sayTimes},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := nudge.ParseWeek(entries(c.entries))
			if err == nil || strings.ReplaceAll(err.Error(), "\n", "|") != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if !reflect.DeepEqual(w, nudge.Week{}) {
				t.Errorf("a week with mistakes has hours: %q", w.Entries())
			}
		})
	}
}

func all(n int, text string) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("entry %d: %s", i+1, text))
	}
	return strings.Join(list, "|")
}

func TestMistakesInDays(t *testing.T) {
	for name, c := range map[string]struct{ entries, want string }{
		"an empty entry":           {" ", "entry 1: " + sayDate + "|entry 1: " + sayHours},
		"only a date":              {"2026-12-24", "entry 1: " + sayHours},
		"only closed":              {"closed", "entry 1: " + sayDate},
		"no such date":             {"2026-02-29 closed|2026-13-01 closed|24-12-2026 closed|2026-1-2 closed|26-12-24 closed", all(5, sayDate)},
		"a name":                   {"2026-12-24 9-17|christmas 9-17", "entry 2: " + sayDate + "|entry 2: " + sayTimes},
		"hours that do not exist":  {"2026-12-24 9-25|2026-12-25 17-9", "entry 1: " + sayTimes + "|entry 2: " + sayLater},
		"open and closed":          {"2026-12-24 9-17|2026-12-24 closed", "entries 1 and 2: one is open and the other closed on 2026-12-24: change or remove one"},
		"overlapping":              {"2026-12-24 9-17|2026-12-25 closed|2026-12-24 16-18", "entries 1 and 3: the hours overlap on 2026-12-24: change or remove one"},
		"overlapping in one entry": {"2026-12-24 9-17 16-18", "entry 1: the hours overlap on 2026-12-24: change or remove one"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := nudge.ParseDays(entries(c.entries))
			if err == nil || strings.ReplaceAll(err.Error(), "\n", "|") != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if !reflect.DeepEqual(d, nudge.Days{}) {
				t.Errorf("dates with mistakes have hours: %q", d.Entries())
			}
		})
	}
}

// A secret may stand anywhere in a config: no mistake repeats what was written.
func TestNoMistakeRepeatsWhatWasWritten(t *testing.T) {
	const canary = "xoxb-canary-7f3a"
	for _, s := range []string{canary, "mon " + canary, canary + " 9-17", "mon 9-" + canary, "mon-" + canary + " 9-17", "2026-12-24 " + canary, canary + " closed", "mon 9:" + canary + "-10"} {
		_, err := nudge.ParseWeek([]string{s})
		_, err2 := nudge.ParseDays([]string{s})
		if err == nil || err2 == nil || strings.Contains(err.Error()+err2.Error(), "canary") {
			t.Errorf("%q: %v; %v", s, err, err2)
		}
	}
}

func FuzzParseWeek(f *testing.F) {
	for _, s := range []string{"", "mon-fri 09:00-12:30 13:00-17:30\nsat closed", "ma–vr 9.00 - 17\nza,zo 0-24", "mon-sun dicht", "fri-mon 22:00-24:00", "mon 9-17\nmon closed", "mon 9-10 9:30-11", "mon. 9\u00a0- 17", "- : , 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := nudge.ParseWeek(strings.Split(s, "\n"))
		if err != nil {
			if !reflect.DeepEqual(w, nudge.Week{}) || err.Error() == "" {
				t.Errorf("%q: %v, and %q", s, err, w.Entries())
			}
			return
		}
		again, err := nudge.ParseWeek(w.Entries())
		if err != nil || !reflect.DeepEqual(again, w) || !slices.Equal(again.Entries(), w.Entries()) {
			t.Errorf("%q is %q, and that is %q, %v", s, w.Entries(), again.Entries(), err)
		}
	})
}

func FuzzParseDays(f *testing.F) {
	for _, s := range []string{"", "2026-12-24 09:00-15:00\n2026-12-27 closed", "2026-12-24 9-12\n2026-12-24 13-15", "0000-01-01 closed", "9999-12-31 0-24", "2028-02-29 dicht", "2026-12-24 closed\n2026-12-24 9-10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := nudge.ParseDays(strings.Split(s, "\n"))
		if err != nil {
			if !reflect.DeepEqual(d, nudge.Days{}) || err.Error() == "" {
				t.Errorf("%q: %v, and %q", s, err, d.Entries())
			}
			return
		}
		again, err := nudge.ParseDays(d.Entries())
		if err != nil || !reflect.DeepEqual(again, d) || !slices.Equal(again.Entries(), d.Entries()) {
			t.Errorf("%q is %q, and that is %q, %v", s, d.Entries(), again.Entries(), err)
		}
	})
}
