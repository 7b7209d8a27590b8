package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRatio(t *testing.T) {
	for name, row := range map[string]struct {
		a, a2, x []float64
		want     float64
		noisy    string
	}{
		"quiet":            {[]float64{1, 2, 4}, []float64{1, 2, 4}, []float64{2, 3, 8}, 2, ""},
		"one round noisy":  {[]float64{1, 1, 1}, []float64{1, 1.3, 1.1}, []float64{1, 9, 1.2}, 1.1, "1 of 3 rounds too noisy"},
		"every one noisy":  {[]float64{1, 1}, []float64{2, 0.5}, []float64{3, 5}, 4, "too noisy: all 2 rounds"},
		"nothing measured": {nil, nil, nil, 0, "not measured"},
		"A is nothing":     {[]float64{0}, []float64{0}, []float64{1}, 0, "not measured"},
	} {
		got, noisy := series{"A": row.a, "A2": row.a2, "webcare": row.x}.ratio("webcare", "A")
		if got != row.want || noisy != row.noisy {
			t.Errorf("%s: %v %q, want %v %q", name, got, noisy, row.want, row.noisy)
		}
	}
}

func TestTally(t *testing.T) {
	at := func(number, place string) arrival { return arrival{number: number, place: place} }
	written := []string{"q00000x0000", "q00000x0001", "q00000x0002", "q00001x0000"}
	for name, row := range map[string]struct {
		arrived []arrival
		want    tally
	}{
		"all well":     {[]arrival{at(written[0], "a"), at(written[1], "a"), at(written[3], "b"), at(written[2], "a")}, tally{}},
		"nothing":      {nil, tally{Lost: 4}},
		"twice":        {[]arrival{at(written[0], "a"), at(written[0], "a"), at(written[1], "a"), at(written[2], "a"), at(written[3], "b")}, tally{Twice: 1}},
		"two threads":  {[]arrival{at(written[0], "a"), at(written[1], "c"), at(written[2], "c"), at(written[3], "b")}, tally{Split: 1}},
		"wrong place":  {[]arrival{at(written[0], "a"), at(written[1], "a"), at(written[2], "a"), at(written[3], "a")}, tally{Wrong: 1}},
		"out of order": {[]arrival{at(written[2], "a"), at(written[0], "a"), at(written[1], "a"), at(written[3], "b")}, tally{Swapped: 2}},
	} {
		w := &world{written: map[string]time.Time{}, arrived: row.arrived}
		for _, n := range written {
			w.written[n] = time.Now()
		}
		if got := (&town{w: w}).tally(); got != row.want {
			t.Errorf("%s: %+v, want %+v", name, got, row.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	if got := numbers("q00001x0002 and a00001x0003, q00001x0002"); !slices.Equal(got, []string{"q00001x0002", "a00001x0003"}) {
		t.Error(got)
	}
}

func TestQuantile(t *testing.T) {
	all := make([]time.Duration, 100)
	for i := range all {
		all[i] = time.Duration(i)
	}
	if a, b, c := quantile(all, 0.5), quantile(all, 0.99), quantile(nil, 0.5); a != 50 || b != 99 || c != 0 {
		t.Error(a, b, c)
	}
}

func TestPrint(t *testing.T) {
	b := &bench{lines: []line{{Row: 8, What: "memory", Value: 2, Limit: 1.5, Others: "E 1"}, {Row: 1, What: "lost"}}}
	var table, data bytes.Buffer
	if err := b.print(&table, false); err == nil || err.Error() != "1 of 2 results do not hold" {
		t.Error(err)
	}
	if lines := strings.Split(table.String(), "\n"); !strings.Contains(lines[1], "lost") || !strings.Contains(lines[2], "FAILS") {
		t.Error(table.String())
	}
	_ = b.print(&data, true)
	var got []line
	if err := json.Unmarshal(data.Bytes(), &got); err != nil || !slices.Equal(got, b.lines) {
		t.Error(err, got)
	}
}
