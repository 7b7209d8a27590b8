package sim

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// inked says that a character leaves something to be seen.
func inked(r rune) bool {
	switch {
	case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2800': // the last is an empty Braille cell
		return false
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // of the class of the invisible, but they are drawn
		return true
	}
	return !unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// flags are the three flags that are drawn of a black flag and tags (https://unicode.org/reports/tr51/, ED-14a).
func flags() *strings.Replacer {
	tags := func(s string) string {
		return "🏴" + strings.Map(func(r rune) rune { return 0xE0000 + r }, s) + "\U000E007F"
	}
	return strings.NewReplacer(tags("gbeng"), "🏴[eng]", tags("gbsct"), "🏴[sct]", tags("gbwls"), "🏴[wls]")
}

// tall is how many marks on one character make a stack of which parts may be left out.
const tall = 4

// letter is what stands on the screen together: a base, and the marks on it. Letters of one text begin with one without
// a base, where the marks stand that nothing is in front of.
type letter struct {
	base  rune
	marks []rune // sorted: which of two is drawn first is not to be seen
}

// letters parts a text into what is seen of it. White space parts no letter from its marks, since a post may break a
// line, or leave out a break, in their midst.
func letters(s string) []letter {
	s = strings.Map(func(r rune) rune {
		if !inked(r) || r == '\uFFFD' { // of a bad byte nothing can be read
			return -1
		}
		return r
	}, flags().Replace(strings.ToValidUTF8(s, "\uFFFD")))
	out := []letter{{}}
	for _, r := range norm.NFD.String(s) {
		last := &out[len(out)-1]
		switch {
		case !inked(r): // the normal form may break long stacks with U+034F
		case unicode.In(r, unicode.Mn, unicode.Me), norm.NFD.PropertiesString(string(r)).CCC() != 0:
			last.marks = append(last.marks, r)
		default:
			out = append(out, letter{base: r})
		}
	}
	for _, l := range out {
		slices.Sort(l.marks)
	}
	return out
}

// stacked says that parts of a letter may be left out.
func (l letter) stacked() bool { return len(l.marks) >= tall }

// wears says whether all marks of m stand on l, and, if whole, no others.
func (l letter) wears(m letter, whole bool) bool {
	if l.stacked() || m.stacked() {
		return true
	}
	if whole {
		return slices.Equal(l.marks, m.marks)
	}
	return l.has(m.marks)
}

// has says whether all these marks, sorted, are among those of l.
func (l letter) has(marks []rune) bool {
	rest := l.marks
	for _, mark := range marks {
		at := slices.Index(rest, mark)
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
	}
	return true
}

// Ink is what a text leaves on the screen: no white space, nothing that is not seen, accents apart from their letters,
// and without stacks of four or more marks on one character. Two texts with the same Ink say the same.
func Ink(s string) string {
	var out []rune
	for _, l := range letters(s) {
		if l.base != 0 {
			out = append(out, l.base)
		}
		if !l.stacked() {
			out = append(out, l.marks...)
		}
	}
	return string(out)
}

// Reads says whether somebody who reads shown finds all of text in it. Where least is not 0, text may be cut: then at
// least so many of its letters must be there, with an ellipsis behind them.
func Reads(shown, text string, least int) bool {
	page, want := letters(shown), letters(text)
	for at := range page {
		n := same(page[at:], want)
		if n == len(want) {
			return true
		}
		if least > 0 && n > least && at+n < len(page) && page[at+n].base == '…' {
			return true
		}
	}
	return false
}

// ReadsApart is Reads of a text in which something else, as an address, may stand anywhere.
func ReadsApart(shown, text string, least int) bool {
	page, want := letters(shown), letters(text)
	n := 1 // behind the letter without a base
	var there, missing []rune
	for _, l := range page {
		if n < len(want) && l.base == want[n].base {
			n++
		}
		there = append(there, l.marks...)
	}
	if n < len(want) {
		return least > 0 && n > least
	}
	for _, l := range want {
		if !l.stacked() {
			missing = append(missing, l.marks...)
		}
	}
	slices.Sort(there)
	slices.Sort(missing)
	return letter{marks: there}.has(missing)
}

// same counts the letters at the start of page that are those of text. What is around text on the page may have put
// more marks on its first letter and on its last.
func same(page, text []letter) int {
	for i, l := range text {
		first := i == 0 // of which only the marks are text's own
		if i == len(page) || !first && page[i].base != l.base {
			return i
		}
		cut := i+1 < len(page) && page[i+1].base == '…'
		if !cut && !page[i].wears(l, !first && i < len(text)-1) {
			return i
		}
	}
	return len(text)
}
