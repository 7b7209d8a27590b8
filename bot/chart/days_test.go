package chart

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/go-analyze/charts"

	"webcare/bot/language"
)

// days are the days that the tests draw.
func days(t testing.TB) map[string]Day {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, zone)
	}
	return map[string]Day{
		"empty":     {From: at(3, 1, 0, 0), Hours: make([]Hour, 24)},
		"quiet":     {From: at(3, 7, 9, 0), Hours: counted(0, []int{0, 1, 2, 0, 0, 1, 1, 0}, []int{0, 1, 1, 1, 0, 1, 0, 1})},
		"burst":     burst(at(3, 2, 9, 0)),
		"half past": {From: at(3, 3, 8, 30), Before: 4, Hours: counted(4, []int{3, 5, 8, 2, 6, 7, 4, 1, 2}, []int{5, 6, 6, 4, 5, 6, 5, 2, 1})},
		"all hours": {From: at(3, 4, 0, 0), Before: 2, Hours: wavy(24)},
		"autumn":    {From: at(10, 25, 0, 0), Before: 2, Hours: wavy(25)},
		"spring":    {From: at(3, 29, 0, 0), Before: 2, Hours: wavy(23)},
		"night":     {From: at(3, 5, 18, 0), Hours: wavy(12)},
		"one hour":  {From: at(3, 6, 12, 0), Before: 1, Hours: []Hour{{4, 3, 2}}},
		"crowded":   {From: at(10, 25, 0, 0), Hours: slices.Repeat([]Hour{{mostCount, mostCount, mostCount}}, mostHours)},
		"enormous":  {From: at(12, 31, 9, 0), Before: mostCount, Hours: []Hour{{mostCount, mostCount, mostCount}, {1, mostCount, 0}, {mostCount, 1, mostCount}}},
	}
}

// burst is a day of 13 hours and about 400 mentions, with ten times as many at 14:00, when it begins at 9:00.
func burst(from time.Time) Day {
	return Day{From: from, Before: 3, Hours: counted(
		3,
		[]int{14, 18, 16, 12, 15, 160, 48, 30, 22, 18, 16, 12, 9},
		[]int{15, 17, 16, 12, 14, 40, 75, 80, 38, 20, 17, 12, 9},
	)}
}

// counted are hours in which nobody is left without an answer but those who wait.
func counted(waiting int, asked, answered []int) []Hour {
	var all []Hour
	for i := range asked {
		waiting += asked[i] - answered[i]
		all = append(all, Hour{asked[i], answered[i], waiting})
	}
	return all
}

// wavy are so many hours that differ.
func wavy(n int) []Hour {
	var all []Hour
	for i := range n {
		all = append(all, Hour{i * 7 % 23, i * 5 % 19, i * 3 % 11})
	}
	return all
}

// noon is a day of that many hours, in UTC.
func noon(hours ...Hour) Day {
	return Day{From: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Hours: hours}
}

// fatal is a test, a benchmark or a property.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

// draw is the picture as bytes.
func draw(t fatal, d Day, l *language.Language) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PNG(&b, d, l); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// see is the picture that those bytes are.
func see(t fatal, b []byte) *image.RGBA {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	opaque, is := m.(*image.RGBA) // what has any transparency is decoded as another type
	if !is {
		t.Fatal("it can be seen through")
	}
	return opaque
}

// plot is where in the picture of a day things stand.
func plot(d Day) axes {
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: height})
	_, _, _, most := d.sums()
	return drawing{p, language.English}.axes(d, most)
}

// rgb is a colour that is written as #rrggbb.
func rgb(hex string) [3]uint8 {
	digit := func(i int) uint8 {
		if c := hex[i]; c >= 'a' {
			return c - 'a' + 10
		}
		return hex[i] - '0'
	}
	return [3]uint8{digit(1)<<4 | digit(2), digit(3)<<4 | digit(4), digit(5)<<4 | digit(6)}
}

// count is how many pixels of a part have just that colour.
func count(m *image.RGBA, part image.Rectangle, hex string) (n int) {
	want := rgb(hex)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := m.Pix[m.PixOffset(part.Min.X, y):m.PixOffset(part.Max.X, y)]
		for ; len(row) > 0; row = row[4:] {
			if [3]uint8(row) == want {
				n++
			}
		}
	}
	return n
}

// tallest is the most pixels of that colour in one column of the plot, between two columns.
func tallest(m *image.RGBA, from, to int, hex string) int {
	most := 0
	for x := from; x < to; x++ {
		most = max(most, count(m, image.Rect(x, plotTop, x+1, plotBottom), hex))
	}
	return most
}
