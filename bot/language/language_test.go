package language

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCatalogs: every sentence is there in each language, with the same places to fill in.
func TestCatalogs(t *testing.T) {
	places := func(s string) []string {
		found := regexp.MustCompile(`\{[a-z]+\}`).FindAllString(s, -1)
		slices.Sort(found)
		return found
	}
	if len(english) < 100 {
		t.Errorf("only %d sentences", len(english))
	}
	for _, l := range All {
		for _, k := range slices.Sorted(maps.Keys(l.says)) {
			switch want, there := english[k]; {
			case !there:
				t.Errorf("%s says %s, English does not", l.Tag, k)
			case !slices.Equal(places(l.says[k]), places(want)):
				t.Errorf("%s: %s has the places %v, in English %v", l.Tag, k, places(l.says[k]), places(want))
			}
		}
		for k := range english {
			if !l.Says(k) || l.says[k] == "" {
				t.Errorf("%s has no words for %s", l.Tag, k)
			}
		}
		if len(l.days) != 7 || len(l.months) != 12 {
			t.Errorf("%s has %d days and %d months", l.Tag, len(l.days), len(l.months))
		}
	}
}

// TestTranslated: what reads the same in both languages was probably forgotten.
func TestTranslated(t *testing.T) {
	same := []Key{"view.later", "kind.sticker", "kind.video", "kind.audio", Contact, Unusual}
	for k, s := range english {
		letters := strings.Trim(regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(s, ""), " .,:;()“”•·⏎")
		if s == dutch[k] && letters != "" && !slices.Contains(same, k) {
			t.Errorf("%s is the same in both languages: %q", k, s)
		}
	}
}

// TestKeys: each Key that is declared has words.
func TestKeys(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		if v, is := node.(*ast.BasicLit); is && v.Kind == token.STRING {
			s, err := strconv.Unquote(v.Value)
			if err == nil && !strings.HasSuffix(s, ".") && !strings.HasPrefix(s, "webcare/") {
				n++
				if !English.Says(Key(s)) {
					t.Errorf("there are no words for %s", s)
				}
			}
		}
		return true
	})
	if n < 20 {
		t.Errorf("only %d keys found: this test looks in the wrong place", n)
	}
}

// TestCounted: what is said of a number has words for one and for many, nothing else has words for one, and Count is
// given no bare string, of which nobody would know.
func TestCounted(t *testing.T) {
	declared := map[Key]bool{}
	for _, v := range constants(t, "Counted") {
		declared[v] = true
		for _, l := range All {
			if !l.Says(v) || !l.Says(v+".one") {
				t.Errorf("%s has no words for both %s and %s.one", l.Tag, v, v)
			}
			for _, n := range []int{0, 1, 2} {
				if got := l.Count(Counted(v), n); strings.HasPrefix(got, string(v)) || strings.Contains(got, "{n}") {
					t.Errorf("%s: %d of %s: %q", l.Tag, n, v, got)
				}
			}
		}
	}
	if len(declared) < 10 {
		t.Errorf("only %d counted sentences found: this test looks in the wrong place", len(declared))
	}
	for k := range english {
		if of, one := strings.CutSuffix(string(k), ".one"); one && k != PreviewOne && !declared[Key(of)] {
			t.Errorf("%s is no form of a counted sentence", k)
		}
	}
	calls := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, call := range regexp.MustCompile(`(\S*)\.Count\(([^,()]+), `).FindAllStringSubmatch(string(raw), -1) {
			if of := call[1]; strings.HasSuffix(of, "strings") || strings.HasSuffix(of, "bytes") {
				continue
			}
			if calls++; strings.Contains(call[2], `"`) {
				t.Errorf("%s: %s", path, call[0])
			}
		}
		return err
	})
	if err != nil || calls < 10 {
		t.Errorf("%d calls found, and %v", calls, err)
	}
}

// constants are those of a type in keys.go.
func constants(t *testing.T, name string) (all []Key) {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if v, is := node.(*ast.ValueSpec); is {
			if of, is := v.Type.(*ast.Ident); is && of.Name == name {
				s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, Key(s))
			}
		}
		return true
	})
	return all
}

func TestSay(t *testing.T) {
	// What is filled in is not read again.
	if got := English.Say(PreviewOne, "n", "{of}", "of", "{n}"); got != " ({of} of {n} characters)" {
		t.Errorf("got %q", got)
	}
	if got := Dutch.Count(Minutes, 1) + ", " + Dutch.Count(Minutes, 2); got != "een minuut, 2 minuten" {
		t.Errorf("got %q", got)
	}
	if got := English.Count(Hours, 1200) + ", " + Dutch.Count(Hours, 1200); got != "1,200 hours, 1.200 uur" {
		t.Errorf("got %q", got)
	}
	if got := English.Say("no such key"); got != "no such key" {
		t.Errorf("got %q", got)
	}
}

func TestOf(t *testing.T) {
	for tag, want := range map[string]*Language{
		"en": English, "nl": Dutch, "nl-BE": Dutch, "NL_be": Dutch, "en-US": English, "de": nil, "": nil, "nld": nil,
	} {
		if got := Of(tag); got != want {
			t.Errorf("%q: got %v", tag, got)
		}
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("CET", 3600))
	for at, want := range map[time.Time]string{
		now.Add(-time.Hour):                              "11:00 11:00",
		time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC):    "00:30 00:30",
		time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC):    "Sun 1 Mar 23:30 zo 1 mrt 23:30",
		time.Date(2025, 12, 31, 22, 30, 0, 0, time.UTC):  "Wed 31 Dec 2025 23:30 wo 31 dec 2025 23:30",
		time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC):  "Thu 1 Jan 00:30 do 1 jan 00:30",
		time.Date(2026, 10, 25, 22, 30, 0, 0, time.UTC):  "Sun 25 Oct 23:30 zo 25 okt 23:30",
		time.Date(2026, 5, 25, 22, 30, 0, 500, time.UTC): "Mon 25 May 23:30 ma 25 mei 23:30",
	} {
		if got := English.When(at, now) + " " + Dutch.When(at, now); got != want {
			t.Errorf("%v: got %q, want %q", at, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	for at, want := range map[time.Time]string{
		time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC):                                "Mon 2 Mar 2026, ma 2 mrt 2026",
		time.Date(2025, 12, 31, 23, 59, 0, 0, time.UTC):                            "Wed 31 Dec 2025, wo 31 dec 2025",
		time.Date(2026, 5, 10, 0, 30, 0, 0, time.FixedZone("of the moment", 7200)): "Sun 10 May 2026, zo 10 mei 2026",
	} {
		if got := English.Date(at) + ", " + Dutch.Date(at); got != want {
			t.Errorf("%v: got %q, want %q", at, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 0", 7: "7 7", 999: "999 999", 1000: "1,000 1.000", 12345: "12,345 12.345", 999999: "999,999 999.999",
		1234567: "1,234,567 1.234.567", -1: "-1 -1", -999: "-999 -999", -1000: "-1,000 -1.000",
		math.MaxInt64: "9,223,372,036,854,775,807 9.223.372.036.854.775.807",
		math.MinInt64: "-9,223,372,036,854,775,808 -9.223.372.036.854.775.808",
	} {
		if got := English.Number(n) + " " + Dutch.Number(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
