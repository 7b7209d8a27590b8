// Package chart draws the day of a desk: per hour how many customers asked something, how many got their first answer,
// and how many were waiting when the hour ended. The picture is a PNG on white, so that it reads the same in a light and
// in a dark theme of Slack; its colours are told apart by the colour-blind and in grey. It is pure: the same day gives the
// same bytes.
package chart

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-analyze/charts"

	"webcare/bot/language"
)

// Day is what a picture shows.
type Day struct {
	// From is when the first hour begins, in the zone of the desk: midnight, or the opening.
	From time.Time
	// Before is how many customers were waiting at From.
	Before int
	// Hours are 60 minutes each: 1 to 25 of them, as the day on which summer time ends has.
	Hours []Hour
}

// Hour is one hour. Each number is 0 to 1,000,000.
type Hour struct {
	// Asked is how many customers began to wait, Answered how many got the first answer to that.
	Asked, Answered int
	// Waiting is how many were waiting when the hour ended.
	Waiting int
}

const (
	mostHours = 25
	mostCount = 1_000_000
)

// at is when so many hours have passed.
func (d Day) at(hours int) time.Time { return d.From.Add(time.Duration(hours) * time.Hour) }

// check says why no picture can be drawn.
func (d Day) check() error {
	if d.From.IsZero() {
		return errors.New("chart: the day does not say when it begins")
	}
	if n := len(d.Hours); n < 1 || n > mostHours {
		return fmt.Errorf("chart: a day of %d hours; it has 1 to %d", n, mostHours)
	}
	wrong := func(n int) bool { return n < 0 || n > mostCount }
	if wrong(d.Before) {
		return fmt.Errorf("chart: %d waiting before the first hour; it can be 0 to %d", d.Before, mostCount)
	}
	for i, h := range d.Hours {
		if wrong(h.Asked) || wrong(h.Answered) || wrong(h.Waiting) {
			return fmt.Errorf("chart: hour %d: %d asked, %d answered, %d waiting; each can be 0 to %d", i+1, h.Asked, h.Answered, h.Waiting, mostCount)
		}
	}
	return nil
}

// sums are what the whole day comes to: how many asked and were answered, how many were waiting at its end, and the
// highest number in the picture.
func (d Day) sums() (asked, answered, left, most int) {
	left, most = d.Before, d.Before
	for _, h := range d.Hours {
		asked, answered, left = asked+h.Asked, answered+h.Answered, h.Waiting
		most = max(most, h.Asked, h.Answered, h.Waiting)
	}
	return asked, answered, left, most
}

// Alt says in words what the picture shows: at most 1,000 characters, the bound of Slack for alt_txt (error
// alt_txt_too_large of files.getUploadURLExternal, https://docs.slack.dev/reference/methods/files.getUploadURLExternal).
// It is empty for a day that PNG refuses.
func Alt(d Day, words *language.Language) string {
	if d.check() != nil {
		return ""
	}
	clock := func(t time.Time) string { return t.Format("15:04") }
	span := func(from, to time.Time) string {
		return words.Say(language.FromTo, "from", clock(from), "to", clock(to))
	}
	asked, answered, left, most := d.sums()
	title, hours := words.Say(language.ChartTitle, "day", words.Date(d.From)), span(d.From, d.at(len(d.Hours)))
	if most == 0 {
		return words.Say(language.AltNone, "title", title, "span", hours)
	}
	text := words.Say(language.ChartAlt, "title", title, "span", hours,
		"asked", words.Count(language.AltAsked, asked), "answered", words.Count(language.AltAnswered, answered))
	busiest, peak, peaked := 0, d.Before, d.From
	for i, h := range d.Hours {
		if h.Asked > d.Hours[busiest].Asked {
			busiest = i
		}
		if h.Waiting > peak {
			peak, peaked = h.Waiting, d.at(i+1)
		}
	}
	if n := d.Hours[busiest].Asked; n > 0 && len(d.Hours) > 1 {
		text += words.Say(language.AltBusiest, "span", span(d.at(busiest), d.at(busiest+1)), "n", words.Number(n))
	}
	if peak == 0 {
		return text + words.Say(language.AltNobody)
	}
	return text + words.Count(language.AltWaiting, peak, "at", clock(peaked), "left", words.Number(left))
}

// The measures of the picture, in pixels. A thread shows it smaller than it is, so the letters are large.
const (
	width, height = 800, 320
	margin        = 16

	titleSize, legendSize, labelSize, noneSize = 22, 17, 15, 19

	titleLine, legendLine = 35, 64 // where the letters stand
	plotTop, plotBottom   = 86, 282
	hourLine              = 303
)

// The colours: vermilion and a dark blue differ in hue and in lightness, and the line is nearly black.
const (
	colourPaper    = "#ffffff"
	colourInk      = "#1d1c1d"
	colourFaint    = "#5c5b5d"
	colourGrid     = "#dddddf"
	colourAsked    = "#d55e00"
	colourAnswered = "#00588f"
	colourWaiting  = colourInk
)

// PNG writes the picture of a day, 800 x 320 pixels and less than 60 kB, in some tens of milliseconds. It refuses a day
// without a beginning, of no hours or more than 25, and numbers below 0 or above 1,000,000.
func PNG(w io.Writer, d Day, words *language.Language) error {
	if err := d.check(); err != nil {
		return err
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: height})
	g := drawing{p, words}
	g.box(0, 0, width, height, colourPaper)
	g.text(words.Say(language.ChartTitle, "day", words.Date(d.From)), margin, titleLine, titleSize, colourInk)
	asked, answered, left, most := d.sums()
	g.legend(
		words.Say(language.ChartAsked, "n", words.Number(asked)),
		words.Say(language.ChartAnswered, "n", words.Number(answered)),
		words.Say(language.ChartWaiting, "n", words.Number(left), "at", d.at(len(d.Hours)).Format("15:04")),
	)
	a := g.axes(d, most)
	g.bars(d, a)
	if most > 0 {
		g.line(d, a)
	} else {
		none := words.Say(language.ChartNone)
		g.text(none, (a.left+a.right-g.long(none, noneSize))/2, (plotTop+plotBottom)/2, noneSize, colourFaint)
	}
	b, err := p.Bytes()
	if err != nil {
		return fmt.Errorf("chart: draw: %w", err)
	}
	_, err = w.Write(b)
	return err
}

// drawing is a picture that is being drawn.
type drawing struct {
	p     *charts.Painter
	words *language.Language
}

func ink(size int, colour string) charts.FontStyle {
	const point = 72.0 / 96 // the painter counts in points of 1/72 inch, at 96 pixels an inch
	return charts.FontStyle{FontSize: float64(size) * point, FontColor: charts.ColorFromHex(colour)}
}

// long is how many pixels a text is long.
func (g drawing) long(s string, size int) int {
	return g.p.MeasureText(s, 0, ink(size, colourInk)).Width()
}

func (g drawing) text(s string, x, y, size int, colour string) {
	g.p.Text(s, x, y, 0, ink(size, colour))
}

func (g drawing) box(x1, y1, x2, y2 int, colour string) {
	c := charts.ColorFromHex(colour)
	g.p.FilledRect(x1, y1, x2, y2, c, c, 0)
}

func (g drawing) dots(at []charts.Point) {
	g.p.Dots(at, charts.ColorFromHex(colourPaper), charts.ColorFromHex(colourWaiting), 2, 3.5)
}

// legend names the bars and the line, in smaller letters where numbers are very long.
func (g drawing) legend(asked, answered, waiting string) {
	const sign, gap, next = 14, 8, 28
	size, room := legendSize, width-2*margin-3*(sign+gap)-2*next-sign
	for size > 8 && g.long(asked, size)+g.long(answered, size)+g.long(waiting, size) > room {
		size--
	}
	x, middle := margin, legendLine-6
	for _, bar := range [][2]string{{asked, colourAsked}, {answered, colourAnswered}} {
		g.box(x, middle-sign/2, x+sign, middle+sign/2, bar[1])
		x += sign + gap
		g.text(bar[0], x, legendLine, size, colourInk)
		x += g.long(bar[0], size) + next
	}
	g.p.LineStroke([]charts.Point{{X: x, Y: middle}, {X: x + 2*sign, Y: middle}}, charts.ColorFromHex(colourWaiting), 3)
	g.dots([]charts.Point{{X: x + sign, Y: middle}})
	g.text(waiting, x+2*sign+gap, legendLine, size, colourInk)
}

// axes says where in the picture an hour and a number lie.
type axes struct {
	left, right int
	hours, top  int
}

// x is where the hour with this index begins; of the last one, it is where the next would begin.
func (a axes) x(hour int) int { return a.left + (a.right-a.left)*hour/a.hours }

func (a axes) y(n int) int { return plotBottom - (plotBottom-plotTop)*n/a.top }

// axes draws the numbers with their lines, and the hours.
func (g drawing) axes(d Day, most int) axes {
	step, top := scale(most)
	clock := g.long("00:00", labelSize)
	numbers := g.long(g.words.Number(top), labelSize)
	a := axes{left: margin + max(numbers+10, clock/2), right: width - margin - clock/2, hours: len(d.Hours), top: top}
	for n := 0; n <= top; n += step {
		s, y := g.words.Number(n), a.y(n)
		g.box(a.left, y, a.right, y+1, colourGrid)
		g.text(s, a.left-10-g.long(s, labelSize), y+6, labelSize, colourFaint)
	}
	g.box(a.left, plotBottom, a.right, plotBottom+1, colourFaint)
	// Not every hour is named where they are narrow. What counts is the clock, not the hours passed, so that the names
	// stay round on the day on which it is changed.
	var every int
	for _, every = range []int{1, 2, 3, 4, 6, 12} {
		if every*(a.right-a.left) >= (clock+10)*a.hours {
			break
		}
	}
	free := 0
	for i := range a.hours + 1 {
		t, x := d.at(i), a.x(i)
		g.box(x, plotBottom, x+1, plotBottom+6, colourFaint)
		s := t.Format("15:04")
		if from := x - g.long(s, labelSize)/2; (t.Hour()-d.From.Hour()+24)%every == 0 && from >= free {
			g.text(s, from, hourLine, labelSize, colourFaint)
			free = x + clock/2 + 6
		}
	}
	return a
}

// scale is how far apart the lines of the numbers are, and the highest one: at most six whole numbers, and room for
// five customers on a quiet day.
func scale(most int) (step, top int) {
	const lines = 6
	most = max(most, 5)
	for unit := 1; ; unit *= 10 {
		for _, step := range []int{unit, 2 * unit, 5 * unit} {
			if step*lines >= most {
				return step, (most + step - 1) / step * step
			}
		}
	}
}

// bars draws who asked and, beside it, who was answered. A bar of one is seen however high the others are.
func (g drawing) bars(d Day, a axes) {
	for i, h := range d.Hours {
		middle := (a.x(i) + a.x(i+1)) / 2
		wide := min((a.x(i+1)-a.x(i))*3/8, 48)
		for _, bar := range []struct {
			n, x   int
			colour string
		}{{h.Asked, middle - wide, colourAsked}, {h.Answered, middle + 1, colourAnswered}} {
			if bar.n > 0 {
				g.box(bar.x, min(a.y(bar.n), plotBottom-4), bar.x+wide, plotBottom, bar.colour)
			}
		}
	}
}

// line draws who was waiting, from the beginning to the end of each hour, with a seam that parts it from the bars.
func (g drawing) line(d Day, a axes) {
	at := []charts.Point{{X: a.x(0), Y: a.y(d.Before)}}
	for i, h := range d.Hours {
		at = append(at, charts.Point{X: a.x(i + 1), Y: a.y(h.Waiting)})
	}
	g.p.LineStroke(at, charts.ColorFromHex(colourPaper), 5)
	g.p.LineStroke(at, charts.ColorFromHex(colourWaiting), 3)
	g.dots(at)
}
