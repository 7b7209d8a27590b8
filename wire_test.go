package main

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/bot/nudge"
)

// inTown is what a config of the town, with pairs of old and new text, is put together to.
func inTown(t *testing.T, pairs ...string) *parts {
	t.Helper()
	w := newTown(t)
	w.change(pairs...)
	p, err := load(w.config, adapters.Env{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOptionsOfAPlainConfig(t *testing.T) {
	o := inTown(t).options()
	if !o.Hours.Always() || o.Hours.Zone.String() != "Europe/Amsterdam" || o.Location != o.Hours.Zone || !o.Digest {
		t.Errorf("hours %+v, times in %v, digest %v", o.Hours, o.Location, o.Digest)
	}
	want := nudge.Ladder{Duty: "S0DUTY001", Steps: []nudge.Step{{After: 15 * time.Minute, To: []string{"claimer|duty"}}}}
	if !reflect.DeepEqual(o.Ladder, want) {
		t.Errorf("the ladder %+v, want %+v", o.Ladder, want)
	}
	for _, a := range o.Accounts {
		if !a.Hours.Always() || a.Silence != 0 || a.ClosedReply || a.AskHelped {
			t.Errorf("account %+v", a)
		}
	}
}

func TestOptionsOfTheUsualLadder(t *testing.T) {
	const steps = "[[nudge.step]]\nafter = \"15m\"\nto = [\"claimer|duty\"]\nhow = \"thread\"\n"
	all := []nudge.Step{
		{After: 15 * time.Minute, To: []string{"claimer|duty"}},
		{After: 45 * time.Minute, To: []string{"claimer"}, Direct: true},
		{After: 45 * time.Minute, To: []string{"duty"}},
		{After: 60 * time.Minute, To: []string{"lead"}, Direct: true},
	}
	for name, tt := range map[string]struct {
		keys string
		want nudge.Ladder
	}{
		"duty and lead": {"duty = \"S0DUTY001\"\nlead = \"U0SANNE01\"\n", nudge.Ladder{Duty: "S0DUTY001", Lead: "U0SANNE01", Steps: all}},
		"duty":          {"duty = \"S0DUTY001\"\n", nudge.Ladder{Duty: "S0DUTY001", Steps: all[:3]}},
		"lead":          {"lead = \"U0SANNE01\"\n", nudge.Ladder{Lead: "U0SANNE01", Steps: []nudge.Step{all[0], all[1], all[3]}}},
		"nobody":        {"", nudge.Ladder{Steps: all[:2]}},
	} {
		o := inTown(t, "duty = \"S0DUTY001\"\n", tt.keys, steps, "").options()
		if !reflect.DeepEqual(o.Ladder, tt.want) {
			t.Errorf("%s: %+v, want %+v", name, o.Ladder, tt.want)
		}
	}
}

func TestOptionsOfEverything(t *testing.T) {
	p := inTown(t,
		"[nudge]\n", `[hours]
week = ["mon-fri 09:00-17:30"]
holidays = "nl"
good_friday = true
days = ["2026-12-31 closed"]
[nudge]
digest = false
lead = "U0SANNE01"
`,
		"how = \"thread\"\n", `how = "thread"
[[nudge.step]]
after = "30m"
to = ["duty", "claimer"]
how = "direct"
[[nudge.step]]
after = "30m"
to = ["lead"]
`,
		"adapter = \"telegram\"\n", `adapter = "telegram"
week = ["sat-sun 10:00-16:00"]
days = ["2026-12-25 10:00-12:00"]
closed_reply = true
ask_helped = true
`)
	o := p.options()
	week := func(entries ...string) nudge.Week {
		w, err := nudge.ParseWeek(entries)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	days := func(entries ...string) nudge.Days {
		d, err := nudge.ParseDays(entries)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	desk := nudge.Hours{
		Zone: o.Location, Week: week("mon-fri 09:00-17:30"), Days: days("2026-12-31 closed"),
		Holidays: nudge.Holidays{Dutch: true, GoodFriday: true, Liberation: nudge.LiberationEveryFiveYears},
	}
	own := desk
	own.Week, own.Days = week("sat-sun 10:00-16:00"), days("2026-12-25 10:00-12:00")
	if !reflect.DeepEqual(o.Hours, desk) || o.Digest {
		t.Errorf("the desk's hours %+v, digest %v", o.Hours, o.Digest)
	}
	acme, crm := o.Accounts[0], o.Accounts[1]
	if !reflect.DeepEqual(acme.Hours, own) || !acme.ClosedReply || !acme.AskHelped {
		t.Errorf("acme: %+v", acme)
	}
	if !reflect.DeepEqual(crm.Hours, desk) || crm.ClosedReply || crm.AskHelped {
		t.Errorf("crm: %+v", crm)
	}
	want := nudge.Ladder{Duty: "S0DUTY001", Lead: "U0SANNE01", Steps: []nudge.Step{
		{After: 15 * time.Minute, To: []string{"claimer|duty"}},
		{After: 30 * time.Minute, To: []string{"duty", "claimer"}, Direct: true},
		{After: 30 * time.Minute, To: []string{"lead"}},
	}}
	if !reflect.DeepEqual(o.Ladder, want) {
		t.Errorf("the ladder %+v, want %+v", o.Ladder, want)
	}
	// Silence, unlike the rest, is on by itself.
	for _, a := range inTown(t, "silence = \"0s\"\n", "").options().Accounts {
		if a.Silence != 4*time.Hour {
			t.Errorf("%s is silent after %v", a.Name, a.Silence)
		}
	}
	if a := inTown(t, `silence = "0s"`, `silence = "90m"`).options().Accounts[0]; a.Silence != 90*time.Minute {
		t.Errorf("%s is silent after %v", a.Name, a.Silence)
	}
}

func TestHoursInWords(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	const office = "[hours]\nweek = [\"mon-fri 09:00-17:30\"]\nholidays = \"nl\"\ndays = [\"2026-12-24 09:00-15:00\", \"2026-12-31 closed\"]\n"
	for name, tt := range map[string]struct{ hours, now, want string }{
		"around the clock":          {"", "2026-04-20 12:00", "✔ open around the clock"},
		"open":                      {office, "2026-04-20 12:00", "✔ open now until 17:30 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"the last minute":           {office, "2026-04-20 17:29", "✔ open now until 17:30 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"just closed":               {office, "2026-04-20 17:30", "✔ closed now until Tuesday 21 April 09:00 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"early":                     {office, "2026-04-20 08:00", "✔ closed now until 09:00 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"a weekend":                 {office, "2026-04-25 12:00", "✔ closed now until Tuesday 28 April 09:00 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"a holiday":                 {office, "2026-04-27 12:00", "✔ closed today, King's Day, until Tuesday 28 April 09:00 (Europe/Amsterdam); next closed day: Ascension Day, 14 May"},
		"the day after a holiday":   {office, "2026-05-14 23:59", "✔ closed today, Ascension Day, until Friday 15 May 09:00 (Europe/Amsterdam); next closed day: Whit Monday, 25 May"},
		"a holiday on a weekend":    {office, "2026-12-26 12:00", "✔ closed today, Boxing Day, until Monday 28 December 09:00 (Europe/Amsterdam); next closed day: 31 December"},
		"a short day":               {office, "2026-12-24 12:00", "✔ open now until 15:00 (Europe/Amsterdam); next closed day: Christmas Day, 25 December"},
		"a date that is closed":     {office, "2026-12-31 12:00", "✔ closed now until Monday 4 January 09:00 (Europe/Amsterdam); next closed day: New Year's Day, 1 January"},
		"into the next year":        {office, "2026-12-31 23:59", "✔ closed now until Monday 4 January 09:00 (Europe/Amsterdam); next closed day: New Year's Day, 1 January"},
		"without holidays":          {"[hours]\nweek = [\"mon-fri 09:00-17:30\"]\n", "2026-04-20 12:00", "✔ open now until 17:30 (Europe/Amsterdam)"},
		"past midnight":             {"[hours]\nweek = [\"fri 20:00-24:00\", \"sat 00:00-02:00\"]\n", "2026-04-24 21:00", "✔ open now until Saturday 25 April 02:00 (Europe/Amsterdam)"},
		"until a holiday":           {"[hours]\nweek = [\"mon-sun 00:00-24:00\"]\nholidays = \"nl\"\n", "2026-04-20 12:00", "✔ open now until Monday 27 April 00:00 (Europe/Amsterdam); next closed day: King's Day, 27 April"},
		"a date of long ago":        {"[hours]\ndays = [\"2001-12-31 closed\"]\n", "2026-04-20 12:00", "✔ open for the next 400 days and more"},
		"never":                     {"[hours]\nweek = [\"mon-sun closed\"]\n", "2026-04-20 12:00", "! closed for the next 400 days and more, so nobody is reminded of anything; look at week and days in the config"},
		"Good Friday":               {office + "good_friday = true\n", "2026-04-01 12:00", "✔ open now until 17:30 (Europe/Amsterdam); next closed day: Good Friday, 3 April"},
		"Good Friday is worked":     {office, "2026-04-01 12:00", "✔ open now until 17:30 (Europe/Amsterdam); next closed day: Easter Monday, 6 April"},
		"5 May":                     {office + "liberation_day = \"every year\"\n", "2026-05-01 12:00", "✔ open now until 17:30 (Europe/Amsterdam); next closed day: Liberation Day, 5 May"},
		"Sundays are worked":        {"[hours]\nweek = [\"sun 10:00-12:00\"]\nholidays = \"nl\"\n", "2026-03-30 12:00", "✔ closed now until Sunday 12 April 10:00 (Europe/Amsterdam); next closed day: Easter Sunday, 5 April"},
		"Pentecost":                 {"[hours]\nweek = [\"sun 10:00-12:00\"]\nholidays = \"nl\"\n", "2026-05-22 12:00", "✔ closed now until Sunday 31 May 10:00 (Europe/Amsterdam); next closed day: Whit Sunday, 24 May"},
		"another zone":              {"[hours]\ntimezone = \"America/New_York\"\nweek = [\"mon-fri 09:00-17:30\"]\n", "2026-04-20 12:00", "✔ closed now until 09:00 (America/New_York)"},
		"the night the clocks skip": {"[hours]\nweek = [\"mon-sun 00:00-04:00\"]\n", "2026-03-29 01:30", "✔ open now until 04:00 (Europe/Amsterdam)"},
	} {
		p := inTown(t, "[nudge]\n", tt.hours+"[nudge]\n")
		now, err := time.ParseInLocation("2006-01-02 15:04", tt.now, amsterdam)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		printGroup(&out, group{"service hours", p.hours(now.UTC())}, map[string]int{})
		if want := "service hours\n  " + tt.want + "\n"; out.String() != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, out.String(), want)
		}
	}
}

func TestHoursOfAccountsInWords(t *testing.T) {
	p := inTown(t, "[nudge]\n", "[hours]\nweek = [\"mon-fri 09:00-17:30\"]\n[nudge]\n", "adapter = \"telegram\"\n", "adapter = \"telegram\"\nweek = [\"mon-sun 08:00-22:00\"]\n")
	now := time.Date(2026, 4, 20, 18, 0, 0, 0, p.cfg.Hours.Timezone.Location())
	var out strings.Builder
	printGroup(&out, group{"service hours", p.hours(now)}, map[string]int{})
	const want = `service hours
  ✔ closed now until Tuesday 21 April 09:00 (Europe/Amsterdam)
  ✔ account acme: open now until 22:00 (Europe/Amsterdam)
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
