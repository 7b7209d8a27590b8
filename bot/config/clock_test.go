package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/nudge"
)

// clockMistakes are those in the hours, the ladder and the alarms.
func clockMistakes() []mistakeRow {
	const (
		account = "\n[[account]]\nname='b'\nadapter='telegraph'\n"
		dayName = "days are mon, tue, wed, thu, fri, sat and sun, or ma, di, wo, do, vr, za and zo, and mon-fri is five of them"
		hours   = "hours are written as 09:00-17:30, with times from 00:00 to 24:00"
		dates   = `begin with a date that exists, as year-month-day: "2026-12-24 09:00-15:00" or "2026-12-27 closed"`
		later   = `hours end later than they begin: midnight as an end is 24:00, and what goes on past midnight is two entries, such as "fri 22:00-24:00" and "sat 00:00-02:00"`
		far     = `this must be at most "720h", which is 30 days`
	)
	return []mistakeRow{
		{"week as a text", "\n[hours]\nweek = 'mon-fri 09:00-17:30'\n", []string{"line 8: hours.week: this must be a list in square brackets, not a text in quotes"}},
		{"week of numbers", "\n[hours]\nweek = ['mon-fri 09:00-17:30', 9]\n", []string{"line 8: hours.week: entry 2 of the list: this must be a text in quotes, not a number"}},
		{"every entry of a week is told", "\n[hours]\nweek = ['mon 9-17h', 'tue 09:00-17:30', 'noday 09:00-17:30', 'wed 17:00-09:00']\n", []string{
			"line 8: hours.week: entry 1: " + hours, "line 8: hours.week: entry 3: " + dayName, "line 8: hours.week: entry 4: " + later,
		}},
		{"entries that overlap", "\n[hours]\nweek = ['mon-fri 09:00-17:00', 'tue 16:00-20:00', 'fri closed']\n", []string{
			"line 8: hours.week: entries 1 and 2: the hours overlap on Tuesday: change or remove one",
			"line 8: hours.week: entries 1 and 3: one is open and the other closed on Friday: change or remove one",
		}},
		{"week without hours", "\n[hours]\nweek = ['mon-fri']\n", []string{"line 8: hours.week: entry 1: say which hours, such as 09:00-17:30, or closed"}},
		{"empty entry", "\n[hours]\nweek = ['']\n", []string{
			`line 8: hours.week: entry 1: begin with the days: "mon-fri 09:00-17:30"`, "line 8: hours.week: entry 1: say which hours, such as 09:00-17:30, or closed",
		}},
		{"no day open", "\n[hours]\nweek = ['sat closed']\n", []string{
			`line 8: hours.week: no day is open: add one, such as "mon-fri 09:00-17:30"; to be there around the clock leave the list empty, and to be there on certain dates only write "mon-sun closed"`,
		}},
		{"week that ends lines below", "\n[hours]\nweek = [\n 'mon 09:00-17:00',\n 'tues',\n]\ndays = ['x']\n", []string{
			"line 8: hours.week: entry 2: say which hours, such as 09:00-17:30, or closed",
			"line 12: hours.days: entry 1: " + dates, "line 12: hours.days: entry 1: " + hours,
		}},
		{"dates that do not exist", "\n[hours]\ndays = ['2026-02-29 closed', '24-12-2026 closed', '2026-12-24 9-5']\n", []string{
			"line 8: hours.days: entry 1: " + dates, "line 8: hours.days: entry 2: " + dates, "line 8: hours.days: entry 3: " + later,
		}},
		{"dates of TOML", "\n[hours]\ndays = [2026-12-24]\n", []string{"line 8: hours.days: entry 1 of the list: this must be a text in quotes, not a date or time"}},
		{"a date twice", "\n[hours]\ndays = ['2026-12-24 closed', '2026-12-24 09:00-12:00']\n", []string{
			"line 8: hours.days: entries 1 and 2: one is open and the other closed on 2026-12-24: change or remove one",
		}},
		{"holidays of elsewhere", "\n[hours]\nholidays = 'be'\n", []string{`line 8: hours.holidays: only the holidays of the Netherlands are known: write "nl", or leave it empty for none`}},
		{"holidays as a switch", "\n[hours]\nholidays = true\n", []string{"line 8: hours.holidays: this must be a text in quotes, not true or false"}},
		{"Good Friday as a text", "\n[hours]\ngood_friday = 'yes'\n", []string{"line 8: hours.good_friday: this must be true or false, without quotes, not a text in quotes"}},
		{"Liberation Day now and then", "\n[hours]\nliberation_day = 'every four years'\n", []string{
			"line 8: hours.liberation_day: this must be one of never, every year, every five years; did you mean every five years?",
		}},
		{"unknown key of the hours, near", "\n[hours]\nweeks = []\nliberation-day = 'never'\n", []string{
			"line 8: hours.weeks: there is no such key; did you mean week?", "line 9: hours.liberation-day: there is no such key; did you mean liberation_day?",
		}},
		{"unknown key of the hours", "\n[hours]\nopening_times = 1\n", []string{
			"line 8: hours.opening_times: there is no such key; known here: timezone, week, holidays, good_friday, liberation_day, days",
		}},
		{"hours without their table", "week = ['x']\nholidays = 'de'\n" + minimal, []string{"line 1: week: it belongs below [hours]", "line 2: holidays: it belongs below [hours]"}},
		{"silence without its table", "silence = '4h'\ndigest = 1\n" + minimal, []string{"line 1: silence: it belongs below an [[account]]", "line 2: digest: it belongs below [nudge]"}},
		{"hours with dots", "hours.week = ['fry 09:00-17:00']\n" + minimal, []string{"line 1: hours.week: entry 1: " + dayName}},
		{"hours in one line", "hours = { week = ['mon 09:00-25:00'], holiday = 'nl' }\n" + minimal, []string{
			"line 1: hours.week: entry 1: " + hours, "line 1: hours.holiday: there is no such key; did you mean holidays?",
		}},
		{"several hours", "\n[[hours]]\nweek = ['mon']\n", []string{
			"line 7: hours: there is only one of it: write [hours]", "line 8: hours.week: entry 1: say which hours, such as 09:00-17:30, or closed",
		}},
		{"hours of an account", account + "week = ['mon 17:00-09:00']\ndays = ['tomorrow closed']\n", []string{
			"line 10: account.week: entry 1: " + later, "line 11: account.days: entry 1: " + dates, "line 11: account.days: entry 1: give either hours, such as 09:00-17:30, or closed",
		}},
		{"alarms of an account", account + "silence = '4'\nclosed_reply = 'no'\nask_helped = 1\n", []string{
			`line 10: account.silence: this is no length of time: write a number and a unit in quotes, such as "10s", "15m" or "2h"`,
			"line 11: account.closed_reply: this must be true or false, without quotes, not a text in quotes",
			"line 12: account.ask_helped: this must be true or false, without quotes, not a number",
		}},
		{"silence for years", account + "silence = '721h'\n", []string{"line 10: account.silence: " + far}},
		{"silence below nothing", account + "silence = '-1h'\n", []string{"line 10: account.silence: a length of time cannot be negative"}},
		{"unknown key of an account, near", account + "closed_replay = true\nsilense = '4h'\nask_help = true\n", []string{
			"line 10: account.closed_replay: there is no such key; did you mean closed_reply?", "line 11: account.silense: there is no such key; did you mean silence?",
			"line 12: account.ask_help: there is no such key; did you mean ask_helped?",
		}},
		{"digest as a text", "\n[nudge]\ndigest = 'daily'\n", []string{"line 8: nudge.digest: this must be true or false, without quotes, not a text in quotes"}},
		{"steps out of order", "\n[nudge]\nduty='S1'\n[[nudge.step]]\nafter='1h'\n[[nudge.step]]\nafter='15m'\n[[nudge.step]]\nafter='45m'\n[[nudge.step]]\nafter='1h'\n", []string{
			"line 12: nudge.step.after: this is less than that of the step at line 9: put the steps in the order of after",
			"line 14: nudge.step.after: this is less than that of the step at line 9: put the steps in the order of after",
		}},
		{"a step whose after was forgotten", "\n[[nudge.step]]\nafter='45m'\nto=['claimer']\n[[nudge.step]]\nto=['claimer']\n", []string{
			"line 10: nudge.step: it has no after, and the default of 15m is less than that of the step at line 7: add after",
		}},
		{"steps around one that is wrong", "\n[nudge]\nduty='S1'\n[[nudge.step]]\nafter='1h'\n[[nudge.step]]\nafter='soon'\n[[nudge.step]]\nafter='721h'\n[[nudge.step]]\nafter='0s'\n[[nudge.step]]\nafter='2h'\n[[nudge.step]]\nafter='90m'\n", []string{
			`line 12: nudge.step.after: this is no length of time: write a number and a unit in quotes, such as "10s", "15m" or "2h"`,
			"line 14: nudge.step.after: " + far,
			`line 16: nudge.step.after: this must be more than zero, such as "15m"`,
			"line 20: nudge.step.after: this is less than that of the step at line 17: put the steps in the order of after",
		}},
		{"a step with a line that cannot be read", "\n[[nudge.step]]\nafter='1h'\nto=['claimer']\n[[nudge.step]]\nafter=\nto=['claimer']\n", []string{"line 11: the value behind = is missing"}},
		{"too many steps", "\n[nudge]\nduty='S1'\n" + strings.Repeat("[[nudge.step]]\n", 13), []string{
			"line 19: nudge.step: there are more than 10 steps: remove some, because nobody heeds what comes that often",
		}},
		{"a later step names nobody set", "\n[nudge]\nduty='S1'\n[[nudge.step]]\n[[nudge.step]]\nto=['lead']\n[[nudge.step]]\nto=['leed','duty']\n", []string{
			"line 11: nudge.step.to: lead is named here, so set lead under [nudge]",
			`line 13: nudge.step.to: use claimer, duty and lead, with | between alternatives, such as ["claimer|duty"]; did you mean lead?`,
		}},
		{"step with everything wrong", "\n[[nudge.step]]\nafter='0s'\nto=[]\nhow='phone'\nwhen=1\n", []string{
			`line 8: nudge.step.after: this must be more than zero, such as "15m"`, `line 9: nudge.step.to: name somebody, such as ["claimer|duty"]`,
			"line 10: nudge.step.how: this must be one of thread, direct", "line 11: nudge.step.when: there is no such key; known here: after, to, how",
		}},
	}
}

// below is a config with more text.
func below(t *testing.T, more string) *Config {
	t.Helper()
	c, err := Parse("c.toml", []byte(minimal+more), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatalf("%q: %v", more, err)
	}
	return c
}

func TestSteps(t *testing.T) {
	some := func(which ...int) (all []Step) {
		for _, i := range which {
			all = append(all, usual()[i])
		}
		return all
	}
	for name, row := range map[string]struct {
		text string
		want []Step
	}{
		"no table":             {"", some(0, 1)},
		"an empty table":       {"[nudge]\n", some(0, 1)},
		"duty":                 {"[nudge]\nduty='S1'\n", some(0, 1, 2)},
		"lead":                 {"[nudge]\nlead='U1'\n", some(0, 1, 3)},
		"duty and lead":        {"[nudge]\nduty='S1'\nlead='U1'\n", some(0, 1, 2, 3)},
		"duty and lead, empty": {"[nudge]\nduty=''\nlead=''\n", some(0, 1)},
		"none, on purpose":     {"[nudge]\nduty='S1'\nstep=[]\n", nil},
		"one of its own":       {"[nudge]\nduty='S1'\nlead='U1'\n[[nudge.step]]\n", some(0)},
		"the same moment":      {"[nudge]\nduty='S1'\n[[nudge.step]]\n[[nudge.step]]\nto=['claimer','duty']\nhow='direct'\n", []Step{step(), {After: 15 * time.Minute, To: []string{"claimer", "duty"}, How: Direct}}},
		"the longest":          {"[[nudge.step]]\nafter='1ns'\nto=['claimer']\n[[nudge.step]]\nafter='720h'\nto=['claimer']\n", []Step{{After: 1, To: []string{"claimer"}, How: InThread}, {After: 720 * time.Hour, To: []string{"claimer"}, How: InThread}}},
		"ten":                  {"[nudge]\nduty='S1'\n" + strings.Repeat("[[nudge.step]]\n", 10), some(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)},
		"all in one line": {"nudge = {duty='S1', step=[{after='1m'}, {after='2m'}]}\n", []Step{
			{After: time.Minute, To: []string{"claimer|duty"}, How: InThread}, {After: 2 * time.Minute, To: []string{"claimer|duty"}, How: InThread},
		}},
	} {
		text := minimal + row.text
		if strings.HasPrefix(row.text, "nudge =") {
			text = row.text + minimal
		}
		c, err := Parse("c.toml", []byte(text), newFakeSlack(), fakeKinds())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same := func(a, b Step) bool { return a.After == b.After && slices.Equal(a.To, b.To) && a.How == b.How }
		if !slices.EqualFunc(c.Nudge.Steps, row.want, same) {
			t.Errorf("%s: %+v, want %+v", name, c.Nudge.Steps, row.want)
		}
	}
}

func TestService(t *testing.T) {
	const hours = "[hours]\ntimezone='Europe/Brussels'\nweek=['ma-vr 9-17']\ndays=['2026-12-31 dicht']\n"
	const account = "[[account]]\nname='b'\nadapter='telegraph'\n"
	for name, row := range map[string]struct {
		text       string
		zone       string
		week, days []string
		holidays   nudge.Holidays
	}{
		"nothing said":                 {account, "Europe/Amsterdam", nil, nil, nudge.Holidays{}},
		"those of the desk":            {hours + account, "Europe/Brussels", []string{"mon-fri 09:00-17:00"}, []string{"2026-12-31 closed"}, nudge.Holidays{}},
		"a week of its own":            {hours + account + "week=['sat 10:00-12:00 13:00-16:00']\n", "Europe/Brussels", []string{"sat 10:00-12:00 13:00-16:00"}, []string{"2026-12-31 closed"}, nudge.Holidays{}},
		"dates of its own":             {hours + account + "days=['2026-12-30 closed']\n", "Europe/Brussels", []string{"mon-fri 09:00-17:00"}, []string{"2026-12-30 closed"}, nudge.Holidays{}},
		"both of its own":              {hours + account + "week=['sun 10:00-12:00']\ndays=['2026-12-30 closed']\n", "Europe/Brussels", []string{"sun 10:00-12:00"}, []string{"2026-12-30 closed"}, nudge.Holidays{}},
		"empty ones of its own":        {hours + account + "week=[]\ndays=[]\n", "Europe/Brussels", []string{"mon-fri 09:00-17:00"}, []string{"2026-12-31 closed"}, nudge.Holidays{}},
		"hours of its own alone":       {account + "week=['sun 10:00-12:00']\n", "Europe/Amsterdam", []string{"sun 10:00-12:00"}, nil, nudge.Holidays{}},
		"holidays":                     {"[hours]\nholidays='nl'\n" + account, "Europe/Amsterdam", nil, nil, nudge.Holidays{Dutch: true, Liberation: nudge.LiberationEveryFiveYears}},
		"all holidays":                 {"[hours]\nholidays='nl'\ngood_friday=true\nliberation_day='every year'\n" + account, "Europe/Amsterdam", nil, nil, nudge.Holidays{Dutch: true, GoodFriday: true, Liberation: nudge.LiberationEveryYear}},
		"5 May is worked":              {"[hours]\nholidays='nl'\nliberation_day='never'\n" + account, "Europe/Amsterdam", nil, nil, nudge.Holidays{Dutch: true, Liberation: nudge.LiberationNever}},
		"no holidays, but the details": {"[hours]\nholidays=''\ngood_friday=true\nliberation_day='every year'\n" + account, "Europe/Amsterdam", nil, nil, nudge.Holidays{}},
	} {
		c := below(t, row.text)
		h := c.Hours.Service(c.Accounts[1].Manner)
		if h.Zone.String() != row.zone || !slices.Equal(h.Week.Entries(), row.week) || !slices.Equal(h.Days.Entries(), row.days) || h.Holidays != row.holidays {
			t.Errorf("%s: %v, week %q, days %q, %+v", name, h.Zone, h.Week.Entries(), h.Days.Entries(), h.Holidays)
		}
		if desk, plain := c.Hours.Service(Manner{}), c.Hours.Service(c.Accounts[0].Manner); !slices.Equal(desk.Week.Entries(), plain.Week.Entries()) || !slices.Equal(desk.Days.Entries(), plain.Days.Entries()) {
			t.Errorf("%s: an account without hours of its own has others than the desk", name)
		}
	}
	if c := below(t, ""); !c.Hours.Service(Manner{}).Always() {
		t.Error("a config without hours is not around the clock")
	}
}

func TestMannerOfAnAccount(t *testing.T) {
	for text, want := range map[string]Manner{
		"":               {Silence: 4 * time.Hour},
		"silence='0s'\n": {},
		"silence='720h'\nclosed_reply=true\nask_helped=true\n": {Silence: 720 * time.Hour, ClosedReply: true, AskHelped: true},
	} {
		got := below(t, "[[account]]\nname='b'\nadapter='telegraph'\n"+text).Accounts[1].Manner
		if got.Silence != want.Silence || got.ClosedReply != want.ClosedReply || got.AskHelped != want.AskHelped {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if !below(t, "").Nudge.Digest || below(t, "[nudge]\ndigest=false\n").Nudge.Digest {
		t.Error("the digest is not on by default, or cannot be switched off")
	}
}

func TestWarnings(t *testing.T) {
	const (
		duty  = "[nudge]\nduty='S1'\n"
		own   = "[[account]]\nname='b'\nadapter='telegraph'\n"
		week  = "[hours]\nweek=['mon-fri 09:00-17:30']\n"
		alone = "neither duty nor lead is set under [nudge]: a reminder of a customer whom nobody has claimed mentions nobody"
		cure  = `so staff are expected around the clock, but for those: set week, or, if that is meant, write week = ["mon-sun 00:00-24:00"]`
	)
	for name, row := range map[string]struct {
		text string
		want []string
	}{
		"duty":                             {duty, nil},
		"lead":                             {"[nudge]\nlead='U1'\n", nil},
		"nobody":                           {"", []string{alone}},
		"nobody, in words":                 {"[nudge]\nduty=''\nlead=''\n", []string{alone}},
		"no steps":                         {"[nudge]\nstep=[]\n", []string{"there is no [[nudge.step]]: nobody is reminded of customers who wait"}},
		"no steps, though somebody is set": {"[nudge]\nduty='S1'\nstep=[]\n", []string{"there is no [[nudge.step]]: nobody is reminded of customers who wait"}},
		"steps to the claimer alone":       {"[[nudge.step]]\nto=['claimer']\nhow='direct'\n", nil},
		"steps to nobody": {
			"[nudge]\nduty=''\nlead='U1'\n[[nudge.step]]\nto=['duty']\n[[nudge.step]]\nto=['duty']\nhow='direct'\n[[nudge.step]]\nto=['duty|lead']\n[[nudge.step]]\nto=['duty','claimer']\n",
			[]string{
				"the [[nudge.step]] at line 9 mentions nobody, because whom it names is empty under [nudge]: set duty or lead there, or remove the step",
				"the [[nudge.step]] at line 11 reaches nobody, because whom it names is empty under [nudge]: set duty or lead there, or remove the step",
			},
		},
		"a week":                          {duty + week + "holidays='nl'\ngood_friday=true\nliberation_day='every year'\ndays=['2026-12-31 closed']\n", nil},
		"holidays without a week":         {duty + "[hours]\nholidays='nl'\n", []string{"[hours] has holidays or days but no week, " + cure}},
		"days without a week":             {duty + "[hours]\ndays=['2026-12-31 closed']\n", []string{"[hours] has holidays or days but no week, " + cure}},
		"a week around the clock":         {duty + "[hours]\nweek=['mon-sun 00:00-24:00']\nholidays='nl'\ndays=['2026-12-31 closed']\n", nil},
		"Good Friday without holidays":    {duty + "[hours]\ngood_friday=true\n", []string{`good_friday and liberation_day under [hours] mean nothing without holidays = "nl"`}},
		"Liberation Day without holidays": {duty + "[hours]\nliberation_day='every year'\n", []string{`good_friday and liberation_day under [hours] mean nothing without holidays = "nl"`}},
		"defaults in words":               {duty + "[hours]\ngood_friday=false\nliberation_day='every five years'\nholidays=''\n", nil},
		"days of an account":              {duty + own + "days=['2026-12-31 closed']\n", []string{"the [[account]] at line 8 has days but no week, nor has [hours], " + cure}},
		"days of an account, with a week": {duty + week + own + "days=['2026-12-31 closed']\n", nil},
		"closed_reply, never closed":      {duty + own + "closed_reply=true\n", []string{"the [[account]] at line 8 has closed_reply but is never closed: set week, there or under [hours]"}},
		"closed_reply, closed at night":   {duty + week + own + "closed_reply=true\n", nil},
		"closed_reply, hours of its own":  {duty + own + "closed_reply=true\nweek=['mon 09:00-12:00']\n", nil},
		"closed_reply, open for all that": {duty + week + own + "closed_reply=true\nweek=['mon-sun 00:00-24:00']\n", []string{"the [[account]] at line 10 has closed_reply but is never closed: set week, there or under [hours]"}},
		"several at once":                 {"[hours]\nholidays='nl'\n" + own + "closed_reply=true\ndays=['2026-12-31 closed']\n", []string{alone, "[hours] has holidays or days but no week, " + cure, "the [[account]] at line 8 has days but no week, nor has [hours], " + cure}},
	} {
		if got := below(t, row.text).Warnings; !slices.Equal(got, row.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
		}
	}
}

// Whatever steps stand in a file: they come out as they stand there and in order, or there is a mistake.
func TestLadders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		afters := rapid.SliceOfN(rapid.Int64Range(0, 31*24*60), 0, 12).Draw(t, "minutes")
		if rapid.Bool().Draw(t, "sorted") {
			slices.Sort(afters)
		}
		var text strings.Builder
		text.WriteString(minimal + "[nudge]\nduty='S1'\nlead='U1'\n")
		right := slices.IsSorted(afters) && len(afters) <= mostSteps
		for _, minutes := range afters {
			right = right && minutes > 0 && minutes <= 30*24*60
			text.WriteString("[[nudge.step]]\nto=['lead']\nafter='" + itoa(int(minutes)) + "m'\n")
		}
		c, err := Parse("c.toml", []byte(text.String()), newFakeSlack(), fakeKinds())
		if (err == nil) != right {
			t.Fatalf("right %v, but %v", right, err)
		}
		if err != nil {
			return
		}
		if len(afters) == 0 {
			afters = []int64{15, 45, 45, 60}
		}
		var got []int64
		for _, s := range c.Nudge.Steps {
			got = append(got, int64(s.After/time.Minute))
		}
		if !slices.Equal(got, afters) {
			t.Fatalf("%v became %v", afters, got)
		}
	})
}
