package chart

import (
	"math"
	"testing"
)

// light is a colour as amounts of red, green and blue light, 0 to 1 (sRGB, IEC 61966-2-1).
func light(hex string) (l [3]float64) {
	for i, v := range rgb(hex) {
		s := float64(v) / 255
		if l[i] = s / 12.92; s > 0.04045 {
			l[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return l
}

func times(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i, row := range m {
		out[i] = row[0]*v[0] + row[1]*v[1] + row[2]*v[2]
	}
	return out
}

// contrast is as WCAG 2.2 counts it: 1 to 21.
func contrast(a, b string) float64 {
	luminance := func(hex string) float64 {
		l := light(hex)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// apart is how far two lights look apart: CIE 1976 ΔE, where 2 is just seen and black and white are 100 apart.
func apart(a, b [3]float64) float64 {
	lab := func(l [3]float64) [3]float64 {
		xyz := times([3][3]float64{{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}, l)
		var f [3]float64
		for i, white := range []float64{0.9505, 1, 1.089} {
			if v := xyz[i] / white; v > 216.0/24389 {
				f[i] = math.Cbrt(v)
			} else {
				f[i] = (v*24389/27 + 16) / 116
			}
		}
		return [3]float64{116*f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])}
	}
	p, q := lab(a), lab(b)
	return math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2])
}

// sights are how people see colours: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
// Color Vision Deficiency" (2009), at its full severity, and grey.
func sights() map[string][3][3]float64 {
	grey := [3]float64{0.2126, 0.7152, 0.0722}
	return map[string][3][3]float64{
		"all colours":  {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
		"grey":         {grey, grey, grey},
	}
}

// TestColours: the colours stand out on white, and are told apart by everybody.
func TestColours(t *testing.T) {
	for hex, least := range map[string]float64{
		colourInk: 7, colourFaint: 4.5, // text: WCAG 2.2, 1.4.3 and 1.4.6
		colourAsked: 3, colourAnswered: 3, // graphics: 1.4.11
	} {
		if got := contrast(hex, colourPaper); got < least {
			t.Errorf("%s has a contrast of %.1f on white, want %.1f", hex, got, least)
		}
	}
	signs := []string{colourAsked, colourAnswered, colourWaiting, colourGrid, colourPaper}
	for who, sight := range sights() {
		least := 20.0
		if who == "grey" {
			least = 15
		}
		for i, a := range signs[:3] {
			for _, b := range signs[i+1:] {
				if got := apart(times(sight, light(a)), times(sight, light(b))); got < least {
					t.Errorf("%s: %s and %s are %.0f apart, want %.0f", who, a, b, got, least)
				}
			}
		}
	}
}

// TestMeasures keeps the measures honest: known contrasts and distances.
func TestMeasures(t *testing.T) {
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"black on white", contrast("#000000", "#ffffff"), 21},
		{"#767676 on white", contrast("#767676", "#ffffff"), 4.54},
		{"black and white", apart(light("#000000"), light("#ffffff")), 100},
		{"red and green", apart(light("#ff0000"), light("#00ff00")), 170.6},
		{"one colour", apart(light(colourAsked), light(colourAsked)), 0},
	} {
		if math.Abs(c.got-c.want) > 0.05+c.want/1000 {
			t.Errorf("%s: %.2f, want %.2f", c.what, c.got, c.want)
		}
	}
}
