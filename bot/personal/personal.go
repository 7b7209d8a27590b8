// Package personal finds in a text what looks like personal data: e-mail addresses, phone numbers of the Netherlands and
// Belgium and of any country in international notation, IBANs and Dutch citizen service numbers (BSN). It is pure, takes
// time in proportion to the text, and rather asks once too often than not; what has check digits is believed only where
// they are right, and what the customers of a shop read every day (order numbers, dates, opening hours, track-and-trace
// codes) is left alone where its form tells.
package personal

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// most is how many things are named; one is reason enough to ask.
const most = 5

var (
	email = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN.-]+\.\pL{2,}`)
	// escaped writes what an address of a page or of mail cannot hold as it is.
	escaped = strings.NewReplacer("%40", "@", "%2B", "+", "%2b", "+", "%20", " ")
)

// Finder gives a function that lists what was found, in order and each thing once; it looks for the patterns, too.
func Finder(patterns []*regexp.Regexp) func(text string) []string {
	return func(text string) []string {
		text = strings.Map(plainly, text)
		var found []string
		see := func(s string) {
			s = strings.Join(strings.Fields(s), " ")
			if s != "" && len(found) < most && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
		open := escaped.Replace(text)
		for _, s := range email.FindAllString(open, most) {
			see(s)
		}
		rest := strings.Map(dashes, open)
		rest = accounts(rest, see)
		numbers(rest, see)
		for _, p := range patterns {
			for _, s := range p.FindAllString(text, most) {
				see(s)
			}
		}
		return found
	}
}

// plainly is what a reader sees of a character: nothing of those that take no room, a plain space or hyphen for those
// that only look different, and ASCII for its full-width forms.
func plainly(r rune) rune {
	switch {
	case r == '\n' || r >= ' ' && r <= '~':
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!'
	case unicode.IsSpace(r):
		return ' '
	case r >= 0x2010 && r <= 0x2013: // hyphens, and the dash between numbers
		return '-'
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Me, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	}
	return r
}

// dashes writes all that people put between digits as a dash as one.
func dashes(r rune) rune {
	if r == '_' || r == '−' || r == '⁃' || unicode.Is(unicode.Pd, r) {
		return '-'
	}
	return r
}
