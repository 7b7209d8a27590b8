package moment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"webcare/bot/moment"
)

var (
	maanden = strings.Fields("januari februari maart april mei juni juli augustus september oktober november december")
	dagen   = strings.Fields("zondag maandag dinsdag woensdag donderdag vrijdag zaterdag")
)

// printers print a moment in a way that says all of it.
var printers = map[string]func(at time.Time) string{
	"iso":      func(at time.Time) string { return at.Format("2006-01-02 15:04") },
	"iso, T":   func(at time.Time) string { return at.Format("2006-01-02T15:04") },
	"numbers":  func(at time.Time) string { return at.Format("2-1-2006 15:04") },
	"slashes":  func(at time.Time) string { return at.Format("02/01/06 15.04 uur") },
	"no year":  func(at time.Time) string { return at.Format("2-1 15:04") },
	"Dutch":    func(at time.Time) string { return dutchDate(at) + at.Format(" 2006 om 15:04 uur") },
	"Dutch, h": func(at time.Time) string { return dutchDate(at) + at.Format(" 15u04") },
	"reverse":  func(at time.Time) string { return at.Format("om 15:04 op ") + dutchDate(at) },
	"weekday":  func(at time.Time) string { return dagen[at.Weekday()] + " " + dutchDate(at) + at.Format(", 15:04") },
	"English":  func(at time.Time) string { return at.Format("Monday, January 2, 2006 at 3:04 pm") },
	"British":  func(at time.Time) string { return at.Format("2 January 15:04") },
	"short":    func(at time.Time) string { return at.Format("Mon 2 Jan 3:04PM") },
	"ordinal": func(at time.Time) string {
		return at.Format("15:04 on the ") + ordinal(at.Day()) + at.Format(" of January")
	},
}

func dutchDate(at time.Time) string { return fmt.Sprint(at.Day(), " ", maanden[at.Month()-1]) }

func ordinal(n int) string {
	switch {
	case n%10 == 1 && n != 11:
		return fmt.Sprint(n, "st")
	case n%10 == 2 && n != 12:
		return fmt.Sprint(n, "nd")
	case n%10 == 3 && n != 13:
		return fmt.Sprint(n, "rd")
	}
	return fmt.Sprint(n, "th")
}

// drawNow draws a time of the years 2020 to 2039, in a zone with or without clocks that change.
func drawNow(t *rapid.T) time.Time {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(rapid.Int64Range(1577836800, 2208988800).Draw(t, "now"), 0).In(zone)
}

// TestPrinted: what is printed is read back.
func TestPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := drawNow(t)
		at := now.Add(time.Duration(rapid.IntRange(1, 364*24*60).Draw(t, "minutes")) * time.Minute).Truncate(time.Minute)
		if !at.After(now) {
			at = at.Add(time.Minute)
		}
		for name, printed := range printers {
			text := printed(at)
			got, err := moment.Reader{}.Parse(text, now)
			if err != nil || got.Format(form) != at.Format(form) || got.Before(now) {
				t.Fatalf("%s: %q on %v: %v, %v; want %v", name, text, now, got, err, at)
			}
		}
	})
}

// TestNear: moments of the next days by their names, and spans.
func TestNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := drawNow(t)
		in, minute := rapid.IntRange(1, 6).Draw(t, "days"), rapid.IntRange(0, 24*60-1).Draw(t, "minute")
		y, m, d := now.Date()
		at := time.Date(y, m, d+in, minute/60, minute%60, 0, 0, now.Location())
		clock := fmt.Sprintf("%02d:%02d", minute/60, minute%60)
		if at.Format("15:04") != clock {
			return // is skipped
		}
		texts := []string{dagen[at.Weekday()] + " " + clock, at.Weekday().String() + " at " + clock, clock + " komende " + dagen[at.Weekday()], fmt.Sprintf("over %d dagen om %s", in, clock), fmt.Sprintf("in %d days, %s", in, clock)}
		switch in {
		case 1:
			texts = append(texts, "morgen om "+clock+" uur", "tomorrow "+clock)
		case 2:
			texts = append(texts, "overmorgen "+clock, clock+" the day after tomorrow")
		}
		for _, text := range texts {
			if got, err := (moment.Reader{}).Parse(text, now); err != nil || got.Format(form) != at.Format(form) {
				t.Fatalf("%q on %v: %v, %v; want %v", text, now, got, err, at)
			}
		}
		n := rapid.IntRange(1, 500).Draw(t, "span")
		for text, want := range map[string]time.Duration{
			"over %d minuten": time.Minute, "in %d minutes": time.Minute, "binnen %d uur": time.Hour, "within %d hours": time.Hour, "%d min": time.Minute, "%dh": time.Hour,
		} {
			text = fmt.Sprintf(text, n)
			if got, err := (moment.Reader{}).Parse(text, now); err != nil || !got.Equal(now.Add(time.Duration(n)*want)) {
				t.Fatalf("%q on %v: %v, %v", text, now, got, err)
			}
		}
	})
}

// words are such as moments are made of, and others.
var words = strings.Fields(`over in binnen within om at op on voor before tot until van of from tussen between en and or t/m - , . ? de het the s
	vandaag today morgen tomorrow overmorgen vanmiddag tonight maandag monday vr sunday weekend 1 2 3 10 12 24 31 99 2026 2027 half kwart quarter past to
	een a an twee twelve anderhalf paar few couple uur u h min dagen days week weken maand months jaar werkdagen working december may jan
	10:00 10.30 9u30 3-12 3/12 29-2 2027-02-28 31.12.2027 1,5 9-12 24:00 e th am pm p.m. noon midnight ochtend afternoon avond nacht eod
	deze this komende a.s. next volgende begin eind end half now nu later geleden ago vorige last we u bellen niet hebben verstuurd will`)

func drawText(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 9).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", " "}).Draw(t, "gap"))
}

// TestAhead: whatever is understood lies ahead, and not more than a year.
func TestAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := drawNow(t)
		r := moment.Reader{Morning: time.Duration(rapid.IntRange(-1, 30).Draw(t, "morning")) * time.Hour, Close: time.Duration(rapid.IntRange(-1, 30).Draw(t, "close")) * time.Hour}
		text := drawText(t)
		parsed(t, r, text, now)
		promised(t, r, text, now)
	})
}

type fataler interface{ Fatalf(string, ...any) }

func parsed(t fataler, r moment.Reader, text string, now time.Time) {
	at, err := r.Parse(text, now)
	switch {
	case err == nil && (!at.After(now) || at.After(now.AddDate(1, 0, 1)) || at.Location() != now.Location()):
		t.Fatalf("%q on %v is %v", text, now, at)
	case err != nil && !at.IsZero():
		t.Fatalf("%q on %v: %v and %v", text, now, at, err)
	}
}

func promised(t fataler, r moment.Reader, text string, now time.Time) {
	f, ok := r.Promised(text, now)
	switch {
	case !ok && f != moment.Found{}:
		t.Fatalf("%q on %v: %+v is not found", text, now, f)
	case ok && (!f.At.After(now) || f.At.After(now.AddDate(1, 0, 1)) || f.From < 0 || f.From >= f.To || f.To > len(text)):
		t.Fatalf("%q on %v: %+v", text, now, f)
	case ok && utf8.ValidString(text) && !utf8.ValidString(text[f.From:f.To]):
		t.Fatalf("%q: %d to %d is not between runes", text, f.From, f.To)
	}
}

// TestLong: what is pasted in is read in time that grows with its length: if it grew with the square, this would take
// long.
func TestLong(t *testing.T) {
	now := amsterdam(t, today)
	for _, word := range words {
		text := strings.Repeat(word+" ", 20000/(len(word)+1))
		parsed(t, moment.Reader{}, text, now)
		promised(t, moment.Reader{}, text[:len(text)/2]+"morgen over 2 uur "+text[len(text)/2:], now)
	}
}

// seeds are what the fuzzers begin with.
func seeds(f *testing.F) {
	for _, vectors := range [][]vector{dutch, english, refused} {
		for _, v := range vectors {
			f.Add(v.text, int64(1795000800))
		}
	}
	for _, text := range chatter {
		f.Add(text, int64(1774744200)) // the clocks change
	}
	for _, a := range promises {
		f.Add(a.text, int64(1798761599)) // the year ends
	}
}

func fuzz(f *testing.F, check func(t fataler, r moment.Reader, text string, now time.Time)) {
	seeds(f)
	zone := amsterdam(f, today).Location()
	f.Fuzz(func(t *testing.T, text string, now int64) {
		if now < 0 || now > 1<<33 {
			t.Skip("not in the years that matter")
		}
		check(t, moment.Reader{}, text, time.Unix(now, 0).In(zone))
	})
}

func FuzzParse(f *testing.F) { fuzz(f, parsed) }

func FuzzPromised(f *testing.F) { fuzz(f, promised) }
