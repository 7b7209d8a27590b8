package conversation_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

func TestSlice(t *testing.T) {
	text := Text{"een twee drie", []Span{{0, 13, Bold, ""}, {4, 8, Link, "u"}, {9, 13, Code, ""}}}
	for name, c := range map[string]struct {
		from, to int
		want     Text
	}{
		"all":                   {0, 13, text},
		"nothing":               {4, 4, Text{}},
		"spans cut on the left": {6, 13, Text{"ee drie", []Span{{0, 7, Bold, ""}, {0, 2, Link, "u"}, {3, 7, Code, ""}}}},
		"and on the right":      {0, 6, Text{"een tw", []Span{{0, 6, Bold, ""}, {4, 6, Link, "u"}}}},
		"spans outside go":      {0, 3, Text{"een", []Span{{0, 3, Bold, ""}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := text.Slice(c.from, c.to); !got.Equal(c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestAddAndTrim(t *testing.T) {
	a := Text{" een ", []Span{{1, 4, Bold, ""}}}
	b := Text{"twee\n", []Span{{0, 5, Italic, ""}}}
	if got, want := a.Add(b), (Text{" een twee\n", []Span{{1, 4, Bold, ""}, {5, 10, Italic, ""}}}); !got.Equal(want) {
		t.Errorf("Add: got %+v, want %+v", got, want)
	}
	if got, want := a.Add(b).Trim(), (Text{"een twee", []Span{{0, 3, Bold, ""}, {4, 8, Italic, ""}}}); !got.Equal(want) {
		t.Errorf("Trim: got %+v, want %+v", got, want)
	}
	if got := (Text{" \n ", []Span{{0, 3, Bold, ""}}}).Trim(); !got.Equal(Text{}) {
		t.Errorf("Trim of nothing: %+v", got)
	}
	if len(a.Spans) != 1 || a.Spans[0] != (Span{1, 4, Bold, ""}) {
		t.Errorf("Add changed what it was called on: %+v", a)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"hallo", 5, "hallo"},
		{"hallo", 4, "hal…"},
		{"hallo", 1, "…"},
		{"hallo", 0, ""},
		{"hallo", -1, ""},
		{"", 0, ""},
		{"", 3, ""},
		{"ab👨‍👩‍👧", 5, "ab…"},
		{"ae\u0301b", 3, "a…"},
		{"a🇳🇱🇧🇪", 4, "a🇳🇱…"},
		{"世界世界", 3, "世界…"},
		{"👍🏽👍🏽", 3, "👍🏽…"},
	} {
		if got := Plainly(c.text).Cut(c.limit).Plain; got != c.want {
			t.Errorf("%q cut to %d is %q, want %q", c.text, c.limit, got, c.want)
		}
	}
	if got, want := (Text{"hallo", []Span{{1, 5, Bold, ""}}}).Cut(3), (Text{"ha…", []Span{{1, 2, Bold, ""}}}); !got.Equal(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWithoutAndHas(t *testing.T) {
	text := Text{"@eva kijk", []Span{{0, 4, Mention, "U2"}, {0, 9, Bold, ""}}}
	if !text.Has(Mention) || text.Has(Code) {
		t.Error("Has is wrong")
	}
	if got, want := text.Without(Mention), (Text{"@eva kijk", []Span{{0, 9, Bold, ""}}}); !got.Equal(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !text.Has(Mention) {
		t.Error("Without changed what it was called on")
	}
	if text.Equal(text.Without(Mention)) || text.Equal(Plainly("x")) || !text.Equal(text) {
		t.Error("Equal is wrong")
	}
}

func TestTextKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := aText(t), aText(t)
		limit := rapid.IntRange(0, 30).Draw(t, "limit")
		was := deepCopy(a)
		for name, got := range map[string]Text{"Add": a.Add(b), "Trim": a.Trim(), "Cut": a.Cut(limit), "Without": a.Without(Mention)} {
			if wrong := sound(got); wrong != "" {
				t.Fatalf("%s of %+v is %+v: %s", name, a, got, wrong)
			}
		}
		switch cut := a.Cut(limit); {
		case utf8.RuneCountInString(cut.Plain) > limit:
			t.Fatalf("%q cut to %d is %q", a.Plain, limit, cut.Plain)
		case cut.Plain != a.Plain && limit > 0 && !strings.HasPrefix(a.Plain, strings.TrimSuffix(cut.Plain, "…")):
			t.Fatalf("%q cut to %d is %q", a.Plain, limit, cut.Plain)
		}
		if a.Trim().Plain != strings.TrimFunc(a.Plain, unicode.IsSpace) || a.Add(b).Plain != a.Plain+b.Plain || a.Without(Mention).Plain != a.Plain {
			t.Fatal("the text itself is wrong")
		}
		if a.Without(Mention).Has(Mention) {
			t.Fatal("a mention is left")
		}
		if !reflect.DeepEqual(a, was) {
			t.Fatalf("%+v was changed into %+v", was, a)
		}
	})
}
