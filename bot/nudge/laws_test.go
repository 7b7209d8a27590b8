package nudge_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/nudge"
)

// drawDuration draws what a ladder asks for, and more.
func drawDuration(t *rapid.T, name string) time.Duration {
	return rapid.OneOf(
		rapid.SampledFrom([]time.Duration{0, 1, time.Second, 15 * time.Minute, 45 * time.Minute, time.Hour}),
		rapid.Map(rapid.IntRange(0, 100*60), func(n int) time.Duration { return time.Duration(n) * time.Minute }),
		rapid.Map(rapid.Int64Range(0, int64(500*time.Hour)), func(n int64) time.Duration { return time.Duration(n) }),
	).Draw(t, name)
}

// aWhile draws a moment that is near another.
func aWhile(t *rapid.T, from time.Time, name string) time.Time {
	return from.Add(rapid.SampledFrom([]time.Duration{-1, 1}).Draw(t, name+", which way") * drawDuration(t, name))
}

func TestLawsOfBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		h := r.hours(t)
		a := r.near
		b := a.Add(drawDuration(t, "b"))
		c := b.Add(drawDuration(t, "c"))
		ab, bc, ac := h.Between(a, b), h.Between(b, c), h.Between(a, c)
		switch {
		case ab+bc != ac:
			t.Fatalf("%v and %v, but %v together", ab, bc, ac)
		case ab < 0 || ab > b.Sub(a):
			t.Fatalf("%v of %v", ab, b.Sub(a))
		case h.Between(a, a) != 0 || b.After(a) && h.Between(b, a) != 0:
			t.Fatalf("%v and %v backwards", h.Between(a, a), h.Between(b, a))
		case ab != h.Between(a.In(time.FixedZone("", -3600)), b.In(r.zone)):
			t.Fatal("it depends on the zone that a moment is told in")
		}
	})
}

func TestLawsOfAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		h := r.hours(t)
		from, d, e := r.near, drawDuration(t, "d"), drawDuration(t, "e")
		at, more := h.Add(from, d), h.Add(from, d+e)
		if at.IsZero() {
			if !more.IsZero() {
				t.Fatalf("never after %v, but after %v it is %v", d, d+e, more)
			}
			return
		}
		if at.Before(from) || h.Between(from, at) != d {
			t.Fatalf("%v after %v is %v, and between are %v", d, from, at, h.Between(from, at))
		}
		if d > 0 && h.Between(from, at.Add(-1)) >= d {
			t.Fatalf("%v after %v was before %v", d, from, at)
		}
		if more.IsZero() {
			return
		}
		if more.Before(at) {
			t.Fatalf("%v is later than %v for more", at, more)
		}
		if onward := h.Add(at, e); e > 0 && !onward.Equal(more) {
			t.Fatalf("in two steps it is %v, in one %v", onward, more)
		}
		later := from.Add(e)
		if then := h.Add(later, d); !then.IsZero() && then.Before(at) {
			t.Fatalf("from %v on it is %v, from %v on %v", from, at, later, then)
		}
	})
}

func TestLawsOfOpening(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		h := r.hours(t)
		at := aWhile(t, r.near, "at")
		opens, closes := h.Opens(at), h.Closes(at)
		open := h.Open(at)
		if open != opens.Equal(at) || open == closes.Equal(at) {
			t.Fatalf("open %v at %v, opens %v, closes %v", open, at, opens, closes)
		}
		if !opens.IsZero() && (opens.Before(at) || !h.Open(opens) || h.Between(at, opens) != 0) {
			t.Fatalf("at %v it opens %v, and %v before that", at, opens, h.Between(at, opens))
		}
		if !closes.IsZero() && (closes.Before(at) || h.Open(closes) || h.Between(at, closes) != closes.Sub(at)) {
			t.Fatalf("at %v it closes %v, and has %v until then", at, closes, h.Between(at, closes))
		}
		if !opens.IsZero() && !h.Opens(opens).Equal(opens) {
			t.Fatalf("it opens %v and %v", opens, h.Opens(opens))
		}
		if open && h.Holiday(at) != "" {
			t.Fatalf("open on %s", h.Holiday(at))
		}
	})
}

// Any hours in any zone, against the clock on the wall.
func TestAnyHoursAgainstTheWall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		h, w := r.hours(t), wall{rules: r.rules}
		if _, offset := r.near.In(r.zone).Zone(); offset%60 != 0 {
			t.Skip("the clocks of this zone did not tick with the minutes of the world")
		}
		from := r.near.Truncate(time.Minute)
		var sum time.Duration
		for at := from; at.Before(from.Add(40 * time.Hour)); at = at.Add(time.Minute) {
			if got := h.Between(from, at); got != sum {
				t.Fatalf("%v from %v to %v, want %v", got, from.In(r.zone), at.In(r.zone), sum)
			}
			if open := w.open(at); open != h.Open(at) {
				t.Fatalf("%v: open %v, want %v", at.In(r.zone), !open, open)
			} else if open {
				sum += time.Minute
			}
		}
	})
}

// What is printed of any week and any dates is read as the same, in whatever order it stands.
func TestPrintedIsReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		w, d := week(t, r.weekEntries()...), days(t, r.dayEntries()...)
		for range 2 {
			again, err := nudge.ParseWeek(rapid.Permutation(w.Entries()).Draw(t, "week"))
			if err != nil || !reflect.DeepEqual(again, w) {
				t.Fatalf("%q became %q, %v", w.Entries(), again.Entries(), err)
			}
			dates, err := nudge.ParseDays(rapid.Permutation(d.Entries()).Draw(t, "days"))
			if err != nil || !reflect.DeepEqual(dates, d) {
				t.Fatalf("%q became %q, %v", d.Entries(), dates.Entries(), err)
			}
		}
	})
}
