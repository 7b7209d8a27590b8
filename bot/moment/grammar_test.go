package moment

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// known says that every kind in "a|b" has a name.
func known(text string) bool {
	for name := range strings.SplitSeq(text, "|") {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

func TestNames(t *testing.T) {
	if len(names) > 64 {
		t.Errorf("%d kinds do not fit", len(names))
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			t.Errorf("two kinds are called %s", name)
		}
		seen[name] = true
	}
	if got := bits("filler|of"); got != 1|1<<2 {
		t.Errorf("filler and of are %b", got)
	}
}

// TestVocabulary: the table has the form that it says, and no word is in it twice with two numbers, save those that are.
func TestVocabulary(t *testing.T) {
	numbers := map[string]string{}
	for line := range strings.Lines(moments) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) < 3 || !known(f[0]) || strings.Trim(f[1], "0123456789+") != "" {
			t.Errorf("%q is no line of it", line)
			continue
		}
		for i, group := range f[2:] {
			n := f[1]
			if base, counts := strings.CutSuffix(n, "+"); counts {
				n = fmt.Sprint(base, "+", i)
			}
			for text := range strings.SplitSeq(group, ",") {
				if fold(text) != text {
					t.Errorf("%q is not folded", text)
				}
				if other := numbers[text]; n != "0" && other != "" && other != n {
					if at := map[string]bool{"a": true, "half": true, "mei": true}; !at[text] {
						t.Errorf("%q is %s and %s", text, other, n)
					}
				}
				if n != "0" {
					numbers[text] = n
				}
			}
		}
	}
	for _, texts := range contexts() {
		for text := range strings.FieldsSeq(texts) {
			if fold(text) != text {
				t.Errorf("%q is not folded", text)
			}
		}
	}
	for text, want := range map[string]word{
		"maandag": {kind: bits("weekday"), n: 1}, "sunday": {kind: bits("weekday"), n: 7}, "zo": {kind: bits("brief"), n: 7},
		"overmorgen": {kind: bits("day"), n: 2}, "tonight": {kind: bits("day"), part: evening}, "vanmiddag": {kind: bits("day"), part: afternoon},
		"maandagmorgen": {kind: bits("weekday"), n: 1, part: morning}, "morgenavond": {kind: bits("day"), n: 1, part: evening},
		"december": {kind: bits("month"), n: 12}, "okt": {kind: bits("month|brief"), n: 10}, "may": {kind: bits("month"), n: 5},
		"twaalf": {kind: bits("count"), n: 12}, "fifteen": {kind: bits("count"), n: 15}, "night": {kind: bits("part"), n: evening},
	} {
		if w := vocabulary[text]; w == nil || w.kind != want.kind || w.n != want.n || w.part != want.part {
			t.Errorf("%q is %+v, want %+v", text, w, want)
		}
	}
}

// TestPatterns: each names kinds that exist, takes no more words than a row holds, and can be made by known words.
func TestPatterns(t *testing.T) {
	var can kind
	for _, w := range vocabulary {
		can |= w.kind
	}
	can |= number | clock | pair | date | decimal | amount | piece | elapsed | year
	for _, r := range slices.Concat(amounts(), hours(), spans(), dates(), clocks(), days()) {
		texts := strings.Fields(strings.TrimPrefix(r.pattern, "~"))
		if len(texts) > len(scan{}.row) {
			t.Errorf("%q has %d parts", r.pattern, len(texts))
		}
		for _, text := range texts {
			text = strings.Trim(text, "?!&")
			if !slices.Contains([]string{"VALUE", "UNIT", "HOUR"}, text) && !known(strings.NewReplacer("HOUR|", "", "VALUE|", "", "UNIT|", "").Replace(text)) {
				t.Errorf("%q: %q is no kind", r.pattern, text)
			}
		}
		c := compile([]rule{r})[0]
		if len(c.must) == 0 {
			t.Errorf("%q fits everything", r.pattern)
		}
		for _, must := range c.must {
			if must&can == 0 {
				t.Errorf("%q can never fit", r.pattern)
			}
		}
	}
}

// TestUsed: there is no rule that no vector needs.
func TestUsed(t *testing.T) {
	texts := strings.Split("maandag t/m vrijdag|over twee en een half uur|over een half uur|over een paar dagen|in 2 to 3 weeks|half past two|half tien|morgen tussen 9 en 12|kwart over tien|12 noon|"+
		"vrijdag over een week|over 1u30|over een dag of twee|over 2 tot 3 uur|over 2 dagen|within the hour|30 minutes from now|de volgende werkdag|over 1 uur en 30 minuten|in an hour and a half|"+
		"vr 4 dec|3 december|December 3|2026-12-03|3-12|3-12 14:00|op 3-12|ma 30/11|de 25e|day after tomorrow|ma|5 pm|9-12 uur|10 uur 30|10 uur|10:00 tot 12:00|14:00|om 10|2 dagen|"+
		"eind van de week|eind van de maand|eind januari|eind van de middag|einde van de dag|eind van maandag|volgende vrijdag|vrijdag a.s.|na het weekend|volgende week|volgende maand|this morning|maandag|weekend|morgen|morgen ochtend", "|")
	made := make([]int, len(rules))
	used := make([]compiled, len(rules))
	for i, c := range rules {
		used[i] = c
		used[i].make = func(s *scan, row []*token) token {
			got := c.make(s, row)
			if got.word != nil {
				made[i]++
			}
			return got
		}
	}
	for _, text := range texts {
		for _, strict := range []bool{false, true} {
			s := Reader{}.scan(text, time.Date(2026, 11, 18, 11, 20, 0, 0, time.UTC))
			s.strict = strict
			s.reduce(used, s.words[:len(s.words)-1])
		}
	}
	all := slices.Concat(amounts(), hours(), spans(), dates(), clocks(), days())
	for i, n := range made {
		if n == 0 {
			t.Errorf("%q makes nothing", all[i].pattern)
		}
	}
}
