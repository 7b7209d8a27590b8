package moment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"webcare/bot/moment"
)

const form = "2006-01-02 15:04"

// amsterdam is a time on the clocks there.
func amsterdam(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(form, s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func check(t *testing.T, r moment.Reader, now string, vectors ...vector) {
	t.Helper()
	for _, v := range vectors {
		at, err := r.Parse(v.text, amsterdam(t, now))
		got := at.Format(form)
		if e, ok := errors.AsType[*moment.Error](err); ok {
			got = string(e.Why)
		}
		if got != v.want {
			t.Errorf("on %s, %q: %s, want %s", now, v.text, got, v.want)
		}
	}
}

func TestParse(t *testing.T) {
	r := moment.Reader{}
	check(t, r, today, dutch...)
	check(t, r, today, english...)
	check(t, r, today, refused...)
	for now, vectors := range elsewhen {
		check(t, r, now, vectors...)
	}
}

// TestForm: case, spaces, punctuation and formatting do not matter.
func TestForm(t *testing.T) {
	for _, v := range append(dutch, english...) {
		for _, text := range []string{
			strings.ToUpper(v.text), "  " + strings.ReplaceAll(v.text, " ", "   ") + "\n", "*" + v.text + "*", "(" + v.text + ")", v.text + "!", "_" + v.text + "_",
			strings.ReplaceAll(v.text, " ", "\u00a0"), "\u200b" + v.text,
		} {
			if text == strings.ToUpper(v.text) && strings.Contains(text, "T14:00") {
				continue
			}
			check(t, moment.Reader{}, today, vector{text, v.want})
		}
	}
}

func TestReader(t *testing.T) {
	early := moment.Reader{Morning: 8*time.Hour + 30*time.Minute, Close: 18 * time.Hour}
	check(t, early, today,
		vector{"morgen", "2026-11-19 08:30"},
		vector{"Monday", "2026-11-23 08:30"},
		vector{"morgenochtend", "2026-11-19 08:30"},
		vector{"vandaag", "2026-11-18 18:00"},
		vector{"eind van de middag", "2026-11-18 18:00"},
		vector{"this week", "2026-11-20 18:00"},
		vector{"morgen 9 uur", "2026-11-19 09:00"})
	for _, r := range []moment.Reader{{Morning: 13 * time.Hour, Close: 11 * time.Hour}, {Morning: -time.Hour, Close: 24 * time.Hour}} {
		check(t, r, today, vector{"morgen", "2026-11-19 09:00"}, vector{"vandaag", "2026-11-18 17:00"})
	}
}

func TestError(t *testing.T) {
	for text, want := range map[string]moment.Error{
		"hallo":              {Why: moment.Unclear},
		"gisteren":           {Why: moment.Past},
		"3-12-2020":          {Why: moment.Past, At: amsterdam(t, "2020-12-03 09:00")},
		"vandaag 9 uur":      {Why: moment.Past, At: amsterdam(t, "2026-11-18 09:00")},
		"over 2 jaar":        {Why: moment.Far, At: amsterdam(t, "2028-11-18 09:00")},
		"vrijdag 3 december": {Why: moment.WrongDay, At: amsterdam(t, "2026-12-03 09:00")},
	} {
		at, err := moment.Reader{}.Parse(text, amsterdam(t, today))
		e, ok := errors.AsType[*moment.Error](err)
		if !ok || e.Why != want.Why || !e.At.Equal(want.At) || !at.IsZero() || strings.Contains(e.Error(), text) {
			t.Errorf("%q: %v, %+v", text, at, err)
		}
	}
}

// TestTwice: in the night when the clocks go back, an hour comes twice. The moments are UTC.
func TestTwice(t *testing.T) {
	zone := amsterdam(t, today).Location()
	for _, c := range []struct{ now, text, want string }{
		{"2026-10-24 10:00", "morgen 02:30", "2026-10-25 00:30"},
		{"2026-10-25 00:30", "02:45", "2026-10-25 00:45"},
		{"2026-10-25 00:50", "02:45", "2026-10-25 01:45"},
		{"2026-10-25 01:50", "02:45", "2026-10-26 01:45"},
		{"2026-10-25 00:30", "vandaag 02:45", "2026-10-25 00:45"},
		{"2026-10-25 00:30", "over 2 uur", "2026-10-25 02:30"},
		{"2026-10-25 00:30", "over een kwartier", "2026-10-25 00:45"},
	} {
		now, err := time.Parse(form, c.now)
		if err != nil {
			t.Fatal(err)
		}
		at, err := moment.Reader{}.Parse(c.text, now.In(zone))
		if got := at.UTC().Format(form); err != nil || got != c.want || at.Location() != zone {
			t.Errorf("at %s, %q: %s, %v; want %s", c.now, c.text, got, err, c.want)
		}
	}
}

func TestPromised(t *testing.T) {
	now := amsterdam(t, today)
	for _, a := range promises {
		got, ok := moment.Reader{}.Promised(a.text, now)
		if at := got.At.Format(form); !ok || at != a.want || a.text[got.From:got.To] != a.words {
			t.Errorf("%q: %v, %q at %s; want %q at %s", a.text, ok, a.text[got.From:got.To], at, a.words, a.want)
		}
	}
	for _, text := range chatter {
		if got, ok := (moment.Reader{}).Promised(text, now); ok {
			t.Errorf("%q: %q at %s, want none", text, text[got.From:got.To], got.At.Format(form))
		}
	}
}

// TestPromisedAmong: a promise is found among sentences that hold none, wherever it stands.
func TestPromisedAmong(t *testing.T) {
	now := amsterdam(t, today)
	for i, a := range promises {
		before, after := chatter[i%len(chatter)], chatter[(7*i+3)%len(chatter)]
		text := before + "\n" + a.text + "\n" + after
		got, ok := moment.Reader{}.Promised(text, now)
		if at := got.At.Format(form); !ok || at != a.want || got.From < len(before) || text[got.From:got.To] != a.words {
			t.Errorf("%q: %v, %q at %s; want %q at %s", text, ok, text[got.From:got.To], at, a.words, a.want)
		}
	}
}

// TestPromisedLate: today is over at its end, and what the words mean then is not before.
func TestPromisedLate(t *testing.T) {
	for _, c := range []struct{ now, text, want string }{
		{"2026-11-18 16:00", "U hoort vandaag van ons.", "2026-11-18 17:00"},
		{"2026-11-18 18:00", "U hoort vandaag van ons.", "2026-11-18 22:00"},
		{"2026-11-18 23:00", "U hoort vandaag van ons.", "2026-11-18 23:59"},
		{"2026-11-18 16:00", "We bellen u vanmiddag.", "2026-11-18 17:00"},
		{"2026-11-18 18:00", "We bellen u vanmiddag.", ""},
		{"2026-11-18 12:00", "We bellen u om 10:00 uur.", "2026-11-19 10:00"},
		{"2026-12-30 18:00", "We bellen u vrijdag 2 januari.", "2027-01-02 09:00"}, // which is a Saturday
		{"2026-12-30 18:00", "We bellen u op 2 januari.", "2027-01-02 09:00"},
		{"2026-12-30 18:00", "We sturen het op 29 december.", ""}, // a year ahead
	} {
		got, ok := moment.Reader{}.Promised(c.text, amsterdam(t, c.now))
		if at := got.At.Format(form); ok != (c.want != "") || ok && at != c.want {
			t.Errorf("on %s, %q: %v %s, want %s", c.now, c.text, ok, at, c.want)
		}
	}
}

// BenchmarkPromised reads an answer of 2,000 characters with four moments, one of which is promised.
func BenchmarkPromised(b *testing.B) {
	sorry := strings.Repeat("We vinden het heel vervelend dat uw bestelling niet compleet is aangekomen en begrijpen dat u daar last van heeft. ", 7)
	text := "Bedankt voor uw bericht van maandag. " + sorry + "Ons magazijn is van 9 tot 17 uur open. " + sorry +
		"Uiterlijk vrijdag om 12:00 uur hoort u van ons. Op 12 november is het verzonden. " + sorry
	text = text[:2000]
	now := amsterdam(b, today)
	if _, ok := (moment.Reader{}).Promised(text, now); !ok {
		b.Fatal("nothing is promised")
	}
	b.ReportAllocs()
	for b.Loop() {
		moment.Reader{}.Promised(text, now)
	}
}
