package sim

import (
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

// Ink is what a text leaves on the screen: no white space, nothing that is not seen, accents apart from their letters,
// and without stacks of four or more marks on one character. Two texts with the same Ink say the same.
func Ink(s string) string {
	s = flags().Replace(strings.ToValidUTF8(s, "\uFFFD"))
	var out, stack []rune
	marks := func() {
		if len(stack) < tall {
			out = append(out, stack...)
		}
		stack = stack[:0]
	}
	s = strings.Map(func(r rune) rune {
		if !inked(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.IsSpace(r): // a mark behind it stands on nothing of what is before
			marks()
		case !inked(r): // the normal form may break long stacks with U+034F
		case unicode.In(r, unicode.Mn, unicode.Me), norm.NFD.PropertiesString(string(r)).CCC() != 0:
			stack = append(stack, r)
		case r == '\uFFFD': // one for each bad byte, or for all
			if marks(); len(out) == 0 || out[len(out)-1] != r {
				out = append(out, r)
			}
		default:
			marks()
			out = append(out, r)
		}
	}
	marks()
	return string(out)
}

// Reads says whether somebody who reads shown finds all of text in it. Where least is not 0, text may be cut: then at
// least so many of its characters must be there, with an ellipsis behind them.
func Reads(shown, text string, least int) bool {
	shown, text = Ink(shown), Ink(text)
	if strings.Contains(shown, text) {
		return true
	}
	for at, r := range shown {
		if r != '…' || least == 0 {
			continue
		}
		n, cut := 0, strings.TrimRightFunc(shown[:at], unicode.IsMark)
		for end := range text {
			if n++; n > least && strings.HasSuffix(cut, text[:end]) {
				return true
			}
		}
	}
	return false
}
