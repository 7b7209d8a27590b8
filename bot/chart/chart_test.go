package chart

import (
	"bytes"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"webcare/bot/language"
)

const mostBytes = 60_000

// well says what is wrong with a picture, whatever it shows.
func well(t fatal, b []byte) (wrong []string) {
	t.Helper()
	m := see(t, b)
	if m.Bounds() != image.Rect(0, 0, 800, 320) {
		return []string{"its size is " + m.Bounds().String()}
	}
	if len(b) > mostBytes {
		wrong = append(wrong, "it has too many bytes")
	}
	const edge = 6 // nothing is cut off where nothing comes near the edge
	inside := image.Rect(edge, edge, width-edge, height-edge)
	if count(m, m.Bounds(), colourPaper)-count(m, inside, colourPaper) != width*height-inside.Dx()*inside.Dy() {
		wrong = append(wrong, "something stands at its edge")
	}
	return wrong
}

// TestPNG draws each day in each language. With -artifacts the pictures are kept, to be looked at.
func TestPNG(t *testing.T) {
	dir := t.ArtifactDir()
	for name, d := range days(t) {
		seen := map[string]string{}
		for _, l := range language.All {
			b := draw(t, d, l)
			for _, wrong := range well(t, b) {
				t.Errorf("%s in %s: %s", name, l.Tag, wrong)
			}
			if other, same := seen[string(b)]; same {
				t.Errorf("%s: the same in %s and %s", name, l.Tag, other)
			}
			seen[string(b)] = l.Tag
			if err := os.WriteFile(filepath.Join(dir, name+"."+l.Tag+".png"), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAtOnce: the same day gives the same bytes, also where pictures are drawn side by side.
func TestAtOnce(t *testing.T) {
	d := days(t)["burst"]
	want := draw(t, d, language.Dutch)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var b bytes.Buffer
			if err := PNG(&b, d, language.Dutch); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("another picture, and %v", err)
			}
		})
	}
	all.Wait()
}

// TestBurst: the bar of the hour with ten times as many is about ten times as high, and stands at 14:00.
func TestBurst(t *testing.T) {
	d := days(t)["burst"]
	for i := range d.Hours {
		d.Hours[i].Waiting = 0 // the line covers a part of the bars
	}
	d.Before = 0
	m, a := see(t, draw(t, d, language.English)), plot(d)
	heights := map[string][]int{}
	for i, h := range d.Hours {
		for colour, n := range map[string]int{colourAsked: h.Asked, colourAnswered: h.Answered} {
			got, want := tallest(m, a.x(i), a.x(i+1), colour), (plotBottom-plotTop)*n/a.top
			if got > want+1 || got < want-4 { // the line lies over the foot of a bar
				t.Errorf("hour %d, %s: %d pixels high for %d, want %d", i, colour, got, n, want)
			}
			heights[colour] = append(heights[colour], got)
		}
	}
	if h := heights[colourAsked]; h[5] < 9*h[4] || h[5] < 9*h[2] {
		t.Errorf("the bars are %v high: that of 14:00 is not the highest by far", h)
	}
	if p := see(t, draw(t, days(t)["quiet"], language.English)); tallest(p, 0, width, colourAsked) > 100 {
		t.Error("two customers look like a crowd")
	}
}

// TestSmall: one customer is seen beside a million, in each hour of the longest day.
func TestSmall(t *testing.T) {
	d := noon(make([]Hour, mostHours)...)
	for i := range d.Hours {
		d.Hours[i] = Hour{Asked: 1, Answered: 1}
	}
	d.Hours[3] = Hour{Asked: mostCount}
	m, a := see(t, draw(t, d, language.Dutch)), plot(d)
	for i, h := range d.Hours {
		if tallest(m, a.x(i), a.x(i+1), colourAsked) == 0 {
			t.Errorf("hour %d: who asked is not seen", i)
		}
		if seen := tallest(m, a.x(i), a.x(i+1), colourAnswered) > 0; seen != (h.Answered > 0) {
			t.Errorf("hour %d: %d answered, seen: %v", i, h.Answered, seen)
		}
	}
}

// TestBars: a higher number is never a lower bar, and one that is clearly higher is a higher one, up to 100.
func TestBars(t *testing.T) {
	asked, answered := make([]int, 101), make([]int, 101)
	for first := 1; first < 100; first += mostHours - 1 {
		d := noon(Hour{Asked: 100})
		for n := first; n < first+mostHours-1 && n <= 100; n++ {
			d.Hours = append(d.Hours, Hour{Asked: n, Answered: 101 - n})
		}
		m, a := see(t, draw(t, d, language.English)), plot(d)
		for i, h := range d.Hours[1:] {
			asked[h.Asked] = tallest(m, a.x(i+1), a.x(i+2), colourAsked)
			answered[h.Answered] = tallest(m, a.x(i+1), a.x(i+2), colourAnswered)
		}
	}
	for n := 1; n <= 100; n++ {
		if asked[n] != answered[n] || asked[n] < asked[n-1] || n > 4 && asked[n] <= asked[n-2] {
			t.Errorf("%d asked are %d high, %d answered are %d; one fewer %d", n, asked[n], n, answered[n], asked[n-1])
		}
	}
}

// TestLine: the line goes through what was waiting, at the beginning and at the end of each hour.
func TestLine(t *testing.T) {
	for name, d := range days(t) {
		_, _, _, most := d.sums()
		if most == 0 {
			continue
		}
		m, a := see(t, draw(t, d, language.English)), plot(d)
		for i := range len(d.Hours) + 1 {
			n := d.Before
			if i > 0 {
				n = d.Hours[i-1].Waiting
			}
			x, y := a.x(i), a.y(n)
			if count(m, image.Rect(x, y, x+1, y+1), colourPaper) != 1 {
				t.Errorf("%s: no dot at %s for %d", name, d.at(i).Format("15:04"), n)
			}
			if count(m, image.Rect(x-6, y-6, x+7, y+7), colourWaiting) < 8 {
				t.Errorf("%s: no line at %s for %d", name, d.at(i).Format("15:04"), n)
			}
		}
	}
	if m := see(t, draw(t, days(t)["empty"], language.English)); tallest(m, 0, width, colourWaiting) > 0 {
		t.Error("a line on an empty day")
	}
}

// TestHours: so many hours are named, none over another, and round ones where not all of them are.
func TestHours(t *testing.T) {
	for name, want := range map[string]int{
		"empty": 13, "all hours": 13, "autumn": 13, "crowded": 13, "spring": 12, "burst": 14, "quiet": 9, "half past": 10, "night": 13,
		"one hour": 2, "enormous": 4,
	} {
		d := days(t)[name]
		m, a := see(t, draw(t, d, language.English)), plot(d)
		middles := named(m)
		if len(middles) != want {
			t.Errorf("%s: %d hours are named, want %d", name, len(middles), want)
		}
		for _, x := range middles {
			hour := ((x-a.left)*a.hours + (a.right-a.left)/2) / (a.right - a.left)
			if h := d.at(hour).Hour(); want <= len(d.Hours) && h%2 != 0 {
				t.Errorf("%s: %d:00 is named, and not each hour is", name, h)
			}
		}
		if got := count(m, image.Rect(a.left, plotBottom+5, width, plotBottom+6), colourFaint); got != len(d.Hours)+1 {
			t.Errorf("%s: %d hours are marked, want %d", name, got, len(d.Hours)+1)
		}
	}
}

// named are the middles of the names of the hours, which stand 5 pixels apart at least.
func named(m *image.RGBA) (middles []int) {
	from, last := -1, -1
	for x := range width {
		switch {
		case count(m, image.Rect(x, hourLine-12, x+1, hourLine+3), colourPaper) < 15:
			if from < 0 {
				from = x
			}
			last = x
		case from >= 0 && x-last >= 5:
			middles, from = append(middles, (from+last)/2), -1
		}
	}
	return middles
}

func TestScale(t *testing.T) {
	for most, want := range map[int][2]int{
		0: {1, 5}, 1: {1, 5}, 5: {1, 5}, 6: {1, 6}, 7: {2, 8}, 12: {2, 12}, 13: {5, 15}, 30: {5, 30}, 31: {10, 40},
		160: {50, 200}, 300: {50, 300}, 301: {100, 400}, 999: {200, 1000}, mostCount: {200_000, mostCount},
	} {
		if step, top := scale(most); step != want[0] || top != want[1] {
			t.Errorf("up to %d: each %d up to %d, want %v", most, step, top, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(0, mostCount).Draw(t, "most")
		step, top := scale(most)
		if top < most || top%step != 0 || top/step > 6 || top/step < 3 {
			t.Fatalf("up to %d: each %d up to %d", most, step, top)
		}
	})
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("the disk is full")

func TestFull(t *testing.T) {
	if err := PNG(full{}, noon(Hour{}), language.English); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

// TestHostile: whatever the numbers are, there is a picture that is well or an error that says what is wrong.
func TestHostile(t *testing.T) {
	number := rapid.OneOf(rapid.IntRange(0, 400), rapid.IntRange(0, mostCount), rapid.Map(rapid.IntRange(0, 1999), func(n int) int {
		if n > 0 {
			return n
		}
		return -1
	}), rapid.Int())
	sane := rapid.IntRange(0, mostCount)
	rapid.Check(t, func(t *rapid.T) {
		n := number
		if rapid.IntRange(0, 3).Draw(t, "sane") == 0 {
			n = sane
		}
		d := Day{
			From:   time.Unix(rapid.OneOf(rapid.Int64(), rapid.Int64Range(0, 1<<33)).Draw(t, "from"), 0).In(time.FixedZone("", rapid.IntRange(-86399, 86399).Draw(t, "zone"))),
			Before: n.Draw(t, "before"),
		}
		for range rapid.OneOf(rapid.IntRange(0, 25), rapid.IntRange(0, 100)).Draw(t, "hours") {
			d.Hours = append(d.Hours, Hour{n.Draw(t, "asked"), n.Draw(t, "answered"), n.Draw(t, "waiting")})
		}
		l := rapid.SampledFrom(language.All).Draw(t, "language")
		var b bytes.Buffer
		err, alt := PNG(&b, d, l), Alt(d, l)
		switch {
		case err != nil && (b.Len() > 0 || alt != ""):
			t.Fatalf("%v, and yet %d bytes and %q", err, b.Len(), alt)
		case err != nil && !strings.HasPrefix(err.Error(), "chart: "):
			t.Fatalf("who says %q?", err)
		case err == nil && (alt == "" || utf8.RuneCountInString(alt) > 1000 || strings.ContainsAny(alt, "{}")):
			t.Fatalf("the words for it are %q", alt)
		case err == nil:
			for _, wrong := range well(t, b.Bytes()) {
				t.Fatal(wrong)
			}
		}
	})
}

func BenchmarkPNG(b *testing.B) {
	d := days(b)["burst"]
	b.ReportAllocs()
	for b.Loop() {
		draw(b, d, language.Dutch)
	}
}
