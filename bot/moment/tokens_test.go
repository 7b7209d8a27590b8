package moment

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// told prints tokens: the gap before each, and what numbers are.
func told(text string) string {
	var b strings.Builder
	gaps := []string{" ", ",", ".", "?", "~"}
	all := tokens(text)
	for _, w := range all[:len(all)-1] {
		for i, sign := range gaps {
			if w.gap&(1<<i) != 0 {
				b.WriteString(sign)
			}
		}
		b.WriteString("[" + text[w.from:w.to])
		for _, name := range []string{"number", "clock", "pair", "date", "decimal", "year"} {
			if w.kind&bits(name) != 0 {
				fmt.Fprintf(&b, " %s %d", name, w.n)
			}
		}
		b.WriteString("]")
	}
	return b.String()
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"morgen":                 ".[morgen]",
		"We bellen u, morgen.":   ".[We] [bellen] [u] ,[morgen]",
		"Ja! Morgen? Nee":        ".[Ja] .[Morgen] .?[Nee]",
		"op vr. 4 dec. om 9":     ".[op] [vr] [4 number 4] [dec] [om] [9 number 9]",
		"morgen.nl":              ".[morgen]~[nl]",
		"a.s. maandag t/m vr":    ".[a.s] [maandag] [t/m] [vr]",
		"5 p.m., o'clock":        ".[5 number 5] [p.m] ,[o'clock]",
		"één uur":                ".[één] [uur]",
		"’s avonds":              " .[s] [avonds]",
		"10:30":                  ".[10:30 clock 630]",
		"10.30 uur":              ".[10.30 clock 630] [uur]",
		"10u30":                  ".[10u30 clock 630]",
		"10u":                    ".[10 number 10][u]",
		"10:30:15":               ".[10:30:15 clock 630]",
		"24:00":                  ".[24:00 clock 1440]",
		"25:00":                  ".[25:00]",
		"9:00-17:00":             ".[9:00 clock 540][-][17:00 clock 1020]",
		"9.00–17.00":             ".[9.00 clock 540][–][17.00 clock 1020]",
		"2,5":                    ".[2,5 decimal 250]",
		"1.5":                    ".[1.5 decimal 150]",
		"3-12":                   ".[3-12 pair 312]",
		"3/12":                   ".[3/12 pair 312]",
		"3-12-2026":              ".[3-12-2026 date 20261203]",
		"3.12.26":                ".[3.12.26 date 20261203]",
		"2026-12-03T14:00":       ".[2026-12-03 date 20261203][T][14:00 clock 840]",
		"2026":                   ".[2026 number 2026 year 2026]",
		"1430":                   ".[1430 number 1430]",
		"12345":                  ".[12345]",
		"06-12345678":            ".[06-12345678]",
		"1.234,56":               ".[1.234,56]",
		"3-12-2026-4711":         ".[3-12-2026-4711]",
		"€ 10.30":                " .~[10.30 clock 630]",
		"3e 25th":                ".[3 number 3][e] [25 number 25][th]",
		"(morgen), *maandag*":    " .[morgen] ,[maandag]",
		"a - b":                  ".[a] [-] [b]",
		"morgen\nmaandag…":       ".[morgen].[maandag]",
		"jan/feb":                ".[jan]~[feb]",
		"\u200bmorgen\u00a010":   " .[morgen] [10 number 10]",
		"e\u0301e\u0301n \xff 1": ".[e\u0301e\u0301n] [1 number 1]",
	} {
		if got := told(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestTokensCover: tokens stand in order, between runes, and their places are theirs.
func TestTokensCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aAeé\u0301'’.,:/-–? \n10239uhTmp€_x")), -1, 60, -1).Draw(t, "text")
		var end int32
		for i, w := range tokens(text) {
			if w.word == nil || w.from < end || w.to < w.from || int(w.at) != i || !utf8.ValidString(text[w.from:w.to]) || !utf8.ValidString(text[end:w.from]) {
				t.Fatalf("%q: %+v after byte %d", text, w, end)
			}
			end = w.to
		}
		if int(end) != len(text) {
			t.Fatalf("%q ends at %d", text, end)
		}
	})
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{"Één": "een", "MAANDAG": "maandag", "’s": "'s", "e\u0301": "e", "ÄÖÜ": "aou", "日": "日", "": ""} {
		if got := fold(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestParticiple(t *testing.T) {
	for text, want := range map[string]bool{
		"verstuurd": true, "verzonden": true, "ontvangen": true, "gestuurd": true, "teruggebeld": true, "aangekomen": true, "betaald": true, "gezien": true, "afgegeven": true,
		"bericht": false, "bellen": false, "versturen": false, "bezorgen": false, "morgen": false, "geen": false, "geld": false, "regelen": false, "volgende": false, "betaalt": false,
	} {
		if participle.MatchString(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
