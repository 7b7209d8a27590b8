//go:build !race

package main

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"maps"
	"slices"
	"time"

	"github.com/go-analyze/charts"
)

// picture draws the gauges of a long run, four charts in one PNG.
func (l *longRun) picture() []byte {
	const wide, high = 560, 300
	all := image.NewRGBA(image.Rect(0, 0, 2*wide, 2*high))
	put := func(nth int, title string, names []string, values [][]float64, labels []string) {
		chart := charts.NewLineChartOptionWithData(values)
		chart.Title.Text, chart.Legend.SeriesNames = title, names
		chart.XAxis.Labels, chart.XAxis.LabelCount = labels, 7
		chart.YAxis = []charts.YAxisOption{{Min: new(0.0)}}
		chart.Symbol = charts.Symbol{Shape: charts.SymbolNone}
		p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: wide, Height: high})
		err := p.LineChart(chart)
		var b []byte
		if err == nil {
			b, err = p.Bytes()
		}
		var one image.Image
		if err == nil {
			one, err = png.Decode(bytes.NewReader(b))
		}
		if err != nil {
			l.w.t.Fatalf("the picture: %v", err)
		}
		to := image.Pt(nth%2*wide, nth/2*high)
		draw.Draw(all, image.Rectangle{Min: to, Max: to.Add(image.Pt(wide, high))}, one, image.Point{}, draw.Src)
	}
	var labels []string
	series := make([][]float64, 4)
	for _, g := range l.gauges {
		labels = append(labels, g.at.Round(time.Second).String())
		for i, v := range []float64{g.heap / 1e6, g.resident / 1e6, g.goroutines, g.files} {
			series[i] = append(series[i], v)
		}
	}
	put(0, "Memory, MB", []string{"heap in use", "resident"}, series[:2], labels)
	put(1, "Goroutines and open files", []string{"goroutines", "files"}, series[2:], labels)
	var used, size []float64
	var lives []string
	for _, f := range l.files {
		used, size, lives = append(used, f.used/1e6), append(size, f.size/1e6), append(lives, f.at.Round(time.Second).String())
	}
	put(2, "Data file, MB", []string{"in use", "size"}, [][]float64{used, size}, lives)
	delays, when := l.delaysByTime()
	put(3, "To the desk, ms", []string{"p50", "p99"}, delays, when)
	var out bytes.Buffer
	if err := png.Encode(&out, all); err != nil {
		l.w.t.Fatal(err)
	}
	return out.Bytes()
}

// delaysByTime are the delays of each sixtieth of the run, p50 and p99, in milliseconds.
func (l *longRun) delaysByTime() (values [][]float64, when []string) {
	parts := map[time.Duration][]delay{}
	part := *longFor / 60
	for _, d := range l.delays() {
		parts[d.asked/part] = append(parts[d.asked/part], d)
	}
	values = make([][]float64, 2)
	for _, n := range slices.Sorted(maps.Keys(parts)) {
		when = append(when, (n * part).Round(time.Second).String())
		for i, q := range []float64{0.5, 0.99} {
			values[i] = append(values[i], float64(quantile(parts[n], q))/1e6)
		}
	}
	return values, when
}
