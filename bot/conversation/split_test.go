package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// characters are what a reader sees as one: none may be cut.
var characters = []string{
	"a", "é", "e\u0301", "o\u0308\u0323", "ß", "世", "ش", "👍", "👍🏽", "👍🏿", "❤️", "👨‍👩‍👧‍👦", "👩🏽‍🚀", "🏳️‍🌈", "👩‍❤️‍💋‍👨", "🇳🇱", "🇧🇪", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "1️⃣", "न", "कि", "ก็",
}

// counts are the ways networks measure.
var counts = map[string]func(string) int{
	"runes": nil, "utf16": UTF16, "bytes": func(s string) int { return len(s) },
}

func measure(count func(string) int, s string) int {
	if count == nil {
		return utf8.RuneCountInString(s)
	}
	return count(s)
}

func TestSplit(t *testing.T) {
	long := strings.Repeat("a", 9)
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"nothing":                       {"", 10, nil},
		"only white space":              {" \n\t ", 10, nil},
		"fits":                          {"hallo", 5, []string{"hallo"}},
		"no limit":                      {"hallo daar", 0, []string{"hallo daar"}},
		"a limit that makes no sense":   {"hallo daar", -1, []string{"hallo daar"}},
		"trimmed before it is measured": {"  hallo  ", 5, []string{"hallo"}},
		"at a space":                    {"hallo daar", 6, []string{"hallo", "daar"}},
		"at the space behind":           {"hallo daar", 5, []string{"hallo", "daar"}},
		"as late as it can":             {"aaaa hello world", 10, []string{"aaaa hello", "world"}},
		"at a line rather than a space": {"een twee\ndrie vier", 14, []string{"een twee", "drie vier"}},
		"at the line right behind":      {"een twee\ndrie", 8, []string{"een twee", "drie"}},
		"at a paragraph":                {"een\ntwee\n\ndrie\nvier", 14, []string{"een\ntwee", "drie\nvier"}},
		"at the paragraph right behind": {"een\ntwee\n\ndrie", 8, []string{"een\ntwee", "drie"}},
		"no scraps":                     {"a\n\n" + long + " " + long, 15, []string{"a\n\n" + long, long}},
		"a word too long":               {long + long, 10, []string{long + "a", long[1:]}},
		"many":                          {"a b c d", 1, []string{"a", "b", "c", "d"}},
		"flags":                         {"🇳🇱🇧🇪🇩🇪", 3, []string{"🇳🇱", "🇧🇪", "🇩🇪"}},
		"a letter before flags":         {"a🇳🇱🇧🇪", 4, []string{"a🇳🇱", "🇧🇪"}},
		"an accent":                     {"ae\u0301", 2, []string{"a", "e\u0301"}},
		"a family":                      {"a👨‍👩‍👧", 5, []string{"a", "👨‍👩‍👧"}},
		"a family too long":             {"👨\u200d👩\u200d👧", 3, []string{"👨\u200d👩", "\u200d👧"}},
		"broken bytes":                  {"a\xff😀b", 2, []string{"a\xff", "😀b"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, piece := range Split(Plainly(c.text), c.limit, nil) {
				got = append(got, piece.Plain)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Split(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
			}
		})
	}
}

func TestOneCharacterLongerThanTheLimit(t *testing.T) {
	pieces := Split(Plainly("😀😀"), 1, UTF16)
	if len(pieces) != 2 || pieces[0].Plain != "😀" || pieces[1].Plain != "😀" {
		t.Errorf("got %v: better too long than never", pieces)
	}
}

func TestUTF16(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a": 1, "é": 1, "世": 1, "😀": 2, "🇳🇱": 4, "a😀": 3, "\xff": 1, "👨‍👩‍👧": 8} {
		if got := UTF16(s); got != want {
			t.Errorf("UTF16(%q) = %d, want %d", s, got, want)
		}
	}
}

// aText draws whole characters, white space between some, and spans on their borders.
func aText(t *rapid.T) Text {
	var b strings.Builder
	borders := []int{0}
	parts := rapid.SliceOfN(rapid.SampledFrom(slicesOf(characters, []string{" ", " ", "\n", "\n\n", "\u00a0", "woord", "langer woord"})), 0, 60).Draw(t, "characters")
	for _, c := range parts {
		b.WriteString(c)
		borders = append(borders, b.Len())
	}
	out := Text{Plain: b.String()}
	for range rapid.IntRange(0, 5).Draw(t, "spans") {
		from := rapid.SampledFrom(borders).Draw(t, "from")
		to := rapid.SampledFrom(borders).Draw(t, "to")
		if from < to {
			out.Spans = append(out.Spans, Span{from, to, rapid.SampledFrom([]Style{Bold, Italic, Link, Code, Mention}).Draw(t, "style"), "x"})
		}
	}
	slices.SortStableFunc(out.Spans, func(a, b Span) int { return a.From - b.From })
	return out
}

// sound says what is wrong with a text's spans.
func sound(t Text) string {
	last := 0
	for _, s := range t.Spans {
		switch {
		case s.From < 0 || s.To > len(t.Plain) || s.From >= s.To:
			return "a span out of bounds"
		case s.From < last:
			return "spans out of order"
		case s.From < len(t.Plain) && !utf8.RuneStart(t.Plain[s.From]), s.To < len(t.Plain) && !utf8.RuneStart(t.Plain[s.To]):
			return "a span inside a character"
		}
		last = s.From
	}
	return ""
}

// bare is s without white space.
func bare(s string) string {
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), "")
}

// longest is the longest character in s, as count measures.
func longest(s string, count func(string) int) int {
	most := 0
	for _, c := range characters {
		if strings.Contains(s, c) {
			most = max(most, measure(count, c))
		}
	}
	return most
}

// cutInside is the character of the list that a cut goes through, if it does.
func cutInside(whole string, at int) string {
	for _, c := range characters {
		for from := max(0, at-len(c)+1); from < at && from+len(c) <= len(whole); from++ {
			if whole[from:from+len(c)] != c {
				continue
			}
			if regionalsBefore(c) == 2 && regionalsBefore(whole[:from])%2 == 1 {
				continue // the middle of two flags looks like a third
			}
			return c
		}
	}
	return ""
}

// regionalsBefore counts the halves of flags at the end of s.
func regionalsBefore(s string) int {
	n := 0
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if r < 0x1F1E6 || r > 0x1F1FF {
			break
		}
		n, s = n+1, s[:len(s)-size]
	}
	return n
}

func TestSplitKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := aText(t)
		name := rapid.SampledFrom([]string{"runes", "utf16", "bytes"}).Draw(t, "count")
		count := counts[name]
		limit := rapid.IntRange(1, 80).Draw(t, "limit")
		pieces := Split(text, limit, count)
		var joined strings.Builder
		at := 0
		for i, p := range pieces {
			switch {
			case p.Plain == "" || p.Plain != strings.TrimFunc(p.Plain, unicode.IsSpace):
				t.Fatalf("piece %d is %q", i, p.Plain)
			case measure(count, p.Plain) > limit && utf8.RuneCountInString(p.Plain) > 1:
				t.Fatalf("piece %d, %q, measures %d %s, more than %d", i, p.Plain, measure(count, p.Plain), name, limit)
			case sound(p) != "":
				t.Fatalf("piece %d, %+v: %s", i, p, sound(p))
			case !utf8.ValidString(p.Plain):
				t.Fatalf("piece %d, %q, is cut inside a character", i, p.Plain)
			}
			found := strings.Index(text.Plain[at:], p.Plain)
			if found < 0 || bare(text.Plain[at:at+found]) != "" {
				t.Fatalf("piece %d, %q, does not follow on %q in %q", i, p.Plain, text.Plain[:at], text.Plain)
			}
			from := at + found
			if c := cutInside(text.Plain, from); from > 0 && found == 0 && c != "" && limit >= longest(text.Plain, count) {
				t.Fatalf("%q is cut in front of %q, inside %q", text.Plain, p.Plain, c)
			}
			at = from + len(p.Plain)
			joined.WriteString(p.Plain)
			checkStyles(t, text, p, from)
		}
		if bare(joined.String()) != bare(text.Plain) {
			t.Fatalf("%q became %q", text.Plain, joined.String())
		}
	})
}

// checkStyles sees to it that every byte of a piece has the styles it had.
func checkStyles(t *rapid.T, whole, piece Text, from int) {
	styles := func(x Text, at int) (out []Style) {
		for _, s := range x.Spans {
			if s.From <= at && at < s.To {
				out = append(out, s.Style)
			}
		}
		slices.Sort(out)
		return out
	}
	for i := range len(piece.Plain) {
		if got, want := styles(piece, i), styles(whole, from+i); !slices.Equal(got, want) {
			t.Fatalf("byte %d of %q is %v, and was %v", i, piece.Plain, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range slicesOf(notes[:20], answers[:20], characters) {
		f.Add(s, 5)
	}
	f.Add(strings.Repeat("🇳🇱", 40), 7)
	f.Add(strings.Repeat("e\u0301", 100), 1)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if len(s) > 2000 || limit > 0 && len(s) > limit*500 {
			return
		}
		for name, count := range counts {
			var joined strings.Builder
			for _, p := range Split(Plainly(s), limit, count) {
				if limit > 0 && measure(count, p.Plain) > limit && utf8.RuneCountInString(p.Plain) > 1 {
					t.Errorf("%q measures %d %s, more than %d", p.Plain, measure(count, p.Plain), name, limit)
				}
				if utf8.ValidString(s) && !utf8.ValidString(p.Plain) {
					t.Errorf("%q is cut inside a character", p.Plain)
				}
				joined.WriteString(p.Plain + " ") // else what is no character at two ends may be one together
			}
			if bare(joined.String()) != bare(s) {
				t.Errorf("%q became %q", s, joined.String())
			}
		}
	})
}
