package chart

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"webcare/bot/language"
)

func TestAlt(t *testing.T) {
	all := days(t)
	all["unheard"] = noon(Hour{2, 0, 2}, Hour{0, 0, 2})
	all["overnight"] = Day{From: all["quiet"].From, Before: 3, Hours: []Hour{{0, 3, 0}}}
	all["nobody waits"] = noon(Hour{2, 2, 0}, Hour{1, 1, 0})
	all["first of two"] = noon(Hour{5, 1, 4}, Hour{5, 5, 4}, Hour{1, 0, 5})
	all["one"] = noon(Hour{1, 1, 0}, Hour{})
	for name, want := range map[string][2]string{
		"empty": {
			"Customers on Sun 1 Mar 2026, from 00:00 to 00:00: nobody asked anything, and nobody was waiting.",
			"Klanten op zo 1 mrt 2026, van 00:00 tot 00:00: niemand stelde een vraag en niemand wachtte.",
		},
		"quiet": {
			"Customers on Sat 7 Mar 2026, from 09:00 to 17:00: 5 asked something, 5 got their first answer. The busiest hour was from 11:00 to 12:00, with 2. At most 1 was waiting, at 12:00; at the end 0.",
			"Klanten op za 7 mrt 2026, van 09:00 tot 17:00: 5 stelden een vraag, 5 kregen hun eerste antwoord. Het drukste uur was van 11:00 tot 12:00, met 2. Hoogstens 1 wachtte, om 12:00; aan het eind 0.",
		},
		"burst": {
			"Customers on Mon 2 Mar 2026, from 09:00 to 22:00: 390 asked something, 365 got their first answer. The busiest hour was from 14:00 to 15:00, with 160. At most 124 were waiting, at 15:00; at the end 28.",
			"Klanten op ma 2 mrt 2026, van 09:00 tot 22:00: 390 stelden een vraag, 365 kregen hun eerste antwoord. Het drukste uur was van 14:00 tot 15:00, met 160. Hoogstens 124 wachtten, om 15:00; aan het eind 28.",
		},
		"one hour": {
			"Customers on Fri 6 Mar 2026, from 12:00 to 13:00: 4 asked something, 3 got their first answer. At most 2 were waiting, at 13:00; at the end 2.",
			"Klanten op vr 6 mrt 2026, van 12:00 tot 13:00: 4 stelden een vraag, 3 kregen hun eerste antwoord. Hoogstens 2 wachtten, om 13:00; aan het eind 2.",
		},
		"night": {
			"Customers on Thu 5 Mar 2026, from 18:00 to 06:00: 117 asked something, 102 got their first answer. The busiest hour was from 21:00 to 22:00, with 21. At most 10 were waiting, at 02:00; at the end 0.",
			"Klanten op do 5 mrt 2026, van 18:00 tot 06:00: 117 stelden een vraag, 102 kregen hun eerste antwoord. Het drukste uur was van 21:00 tot 22:00, met 21. Hoogstens 10 wachtten, om 02:00; aan het eind 0.",
		},
		"enormous": {
			"Customers on Thu 31 Dec 2026, from 09:00 to 12:00: 2,000,001 asked something, 2,000,001 got their first answer. The busiest hour was from 09:00 to 10:00, with 1,000,000. At most 1,000,000 were waiting, at 09:00; at the end 1,000,000.",
			"Klanten op do 31 dec 2026, van 09:00 tot 12:00: 2.000.001 stelden een vraag, 2.000.001 kregen hun eerste antwoord. Het drukste uur was van 09:00 tot 10:00, met 1.000.000. Hoogstens 1.000.000 wachtten, om 09:00; aan het eind 1.000.000.",
		},
		"unheard": {
			"Customers on Mon 2 Mar 2026, from 12:00 to 14:00: 2 asked something, 0 got their first answer. The busiest hour was from 12:00 to 13:00, with 2. At most 2 were waiting, at 13:00; at the end 2.",
			"Klanten op ma 2 mrt 2026, van 12:00 tot 14:00: 2 stelden een vraag, 0 kregen hun eerste antwoord. Het drukste uur was van 12:00 tot 13:00, met 2. Hoogstens 2 wachtten, om 13:00; aan het eind 2.",
		},
		"overnight": {
			"Customers on Sat 7 Mar 2026, from 09:00 to 10:00: 0 asked something, 3 got their first answer. At most 3 were waiting, at 09:00; at the end 0.",
			"Klanten op za 7 mrt 2026, van 09:00 tot 10:00: 0 stelden een vraag, 3 kregen hun eerste antwoord. Hoogstens 3 wachtten, om 09:00; aan het eind 0.",
		},
		"nobody waits": {
			"Customers on Mon 2 Mar 2026, from 12:00 to 14:00: 3 asked something, 3 got their first answer. The busiest hour was from 12:00 to 13:00, with 2. Nobody was waiting at the end of any hour.",
			"Klanten op ma 2 mrt 2026, van 12:00 tot 14:00: 3 stelden een vraag, 3 kregen hun eerste antwoord. Het drukste uur was van 12:00 tot 13:00, met 2. Aan het eind van elk uur wachtte niemand.",
		},
		"first of two": {
			"Customers on Mon 2 Mar 2026, from 12:00 to 15:00: 11 asked something, 6 got their first answer. The busiest hour was from 12:00 to 13:00, with 5. At most 5 were waiting, at 15:00; at the end 5.",
			"Klanten op ma 2 mrt 2026, van 12:00 tot 15:00: 11 stelden een vraag, 6 kregen hun eerste antwoord. Het drukste uur was van 12:00 tot 13:00, met 5. Hoogstens 5 wachtten, om 15:00; aan het eind 5.",
		},
		"one": {
			"Customers on Mon 2 Mar 2026, from 12:00 to 14:00: 1 asked something, 1 got a first answer. The busiest hour was from 12:00 to 13:00, with 1. Nobody was waiting at the end of any hour.",
			"Klanten op ma 2 mrt 2026, van 12:00 tot 14:00: 1 stelde een vraag, 1 kreeg een eerste antwoord. Het drukste uur was van 12:00 tot 13:00, met 1. Aan het eind van elk uur wachtte niemand.",
		},
	} {
		for i, l := range []*language.Language{language.English, language.Dutch} {
			if got := Alt(all[name], l); got != want[i] {
				t.Errorf("%s:\n got %s\nwant %s", name, got, want[i])
			}
		}
	}
}

// TestRefused: what cannot be drawn is said, and has no words.
func TestRefused(t *testing.T) {
	hours := func(n int) []Hour { return make([]Hour, n) }
	for name, c := range map[string]struct {
		day  Day
		want string
	}{
		"nothing":            {Day{}, "does not say when it begins"},
		"no beginning":       {Day{Hours: hours(24)}, "does not say when it begins"},
		"no hours":           {noon(), "a day of 0 hours; it has 1 to 25"},
		"26 hours":           {noon(hours(26)...), "a day of 26 hours; it has 1 to 25"},
		"100 hours":          {noon(hours(100)...), "a day of 100 hours; it has 1 to 25"},
		"fewer than nobody":  {noon(Hour{}, Hour{Asked: -1}), "hour 2: -1 asked, 0 answered, 0 waiting; each can be 0 to 1000000"},
		"answered":           {noon(Hour{Answered: math.MinInt}), "hour 1: 0 asked, -9223372036854775808 answered"},
		"waiting":            {noon(Hour{}, Hour{}, Hour{Waiting: -7}), "hour 3: 0 asked, 0 answered, -7 waiting"},
		"too many asked":     {noon(Hour{Asked: mostCount + 1}), "hour 1: 1000001 asked"},
		"too many answered":  {noon(Hour{Answered: math.MaxInt}), "9223372036854775807 answered"},
		"too many waiting":   {noon(Hour{Waiting: math.MaxInt}), "9223372036854775807 waiting"},
		"fewer before":       {Day{From: time.Unix(0, 0), Before: -1, Hours: hours(1)}, "-1 waiting before the first hour; it can be 0 to 1000000"},
		"too many before":    {Day{From: time.Unix(0, 0), Before: mostCount + 1, Hours: hours(1)}, "1000001 waiting before the first hour"},
		"many and too large": {noon(append(hours(24), Hour{Waiting: mostCount + 1})...), "hour 25: 0 asked, 0 answered, 1000001 waiting"},
	} {
		var b bytes.Buffer
		if err := PNG(&b, c.day, language.English); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("%s: got %v and %d bytes, want %q", name, err, b.Len(), c.want)
		}
		if got := Alt(c.day, language.English); got != "" {
			t.Errorf("%s: and yet it says %q", name, got)
		}
	}
}
