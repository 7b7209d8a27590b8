// Package personal finds in a text what looks like personal data: e-mail addresses, phone numbers of the Netherlands and
// Belgium and of any country in international notation, IBANs and Dutch citizen service numbers (BSN). It is pure and
// rather asks once too often than not; what has check digits is believed only where they are right.
package personal

import (
	"regexp"
	"slices"
	"strings"
)

// most is how many things are named; one is reason enough to ask.
const most = 5

var (
	email = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN.-]+\.\pL{2,}`)
	// iban: ISO 13616, two letters, two check digits and up to 30 letters and digits, often in groups of four.
	iban = regexp.MustCompile(`(?i)\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}\b`)
	// numbers is a stretch in which phone numbers and BSNs may stand, also several of them.
	numbers = regexp.MustCompile(`(?:\+|\b)[0-9(][0-9 ().\-/+]{6,}[0-9]\b`)
	// ascii writes spaces and hyphens that only look different as the plain ones.
	ascii = strings.NewReplacer("\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-")
)

// pieces is of how many groups of digits one number is made at most.
const pieces = 8

// Finder gives a function that lists what was found, in order and each thing once.
func Finder(patterns []*regexp.Regexp) func(text string) []string {
	return func(text string) []string {
		text = ascii.Replace(text)
		var found []string
		see := func(s string) {
			if s = strings.TrimSpace(s); s != "" && len(found) < most && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
		for _, s := range email.FindAllString(text, most) {
			see(s)
		}
		rest := iban.ReplaceAllStringFunc(text, func(s string) string {
			account, ok := account(s)
			if ok {
				see(account)
				return " "
			}
			return s
		})
		for _, stretch := range numbers.FindAllString(rest, -1) {
			for _, s := range inStretch(stretch) {
				see(s)
			}
		}
		for _, p := range patterns {
			for _, s := range p.FindAllString(text, most) {
				see(s)
			}
		}
		return found
	}
}

// inStretch finds the numbers in a stretch, of which one may be all of it or some of its groups: from each group on the
// longest that is one.
func inStretch(s string) (found []string) {
	groups := regexp.MustCompile(`[^ /]+`).FindAllStringIndex(s, -1)
	for from := 0; from < len(groups); {
		next := from + 1
		for to := min(from+pieces, len(groups)); to > from; to-- {
			if one := s[groups[from][0]:groups[to-1][1]]; phone(one) || bsn(one) {
				found, next = append(found, one), to
				break
			}
		}
		from = next
	}
	return found
}

// account is the longest beginning of s that is an IBAN: words may follow it that look like a part of it.
func account(s string) (string, bool) {
	for end := len(s); end > 0; end-- {
		if last := s[end-1]; last == ' ' || last == '-' {
			continue
		}
		if valid(s[:end]) {
			return s[:end], true
		}
	}
	return "", false
}

// valid checks an IBAN by its remainder of 97 (ISO 7064, MOD 97-10).
func valid(s string) bool {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// phone: E.164 has a plus (or 00) and 8 to 15 digits; in the Netherlands a number is ten digits from a 0, in Belgium nine
// or ten.
func phone(s string) bool {
	d := digits(s)
	switch {
	case strings.HasPrefix(s, "+"):
		return len(d) >= 8 && len(d) <= 15
	case strings.HasPrefix(d, "00"):
		return len(d) >= 10 && len(d) <= 17
	case strings.HasPrefix(d, "0"):
		return (len(d) == 9 || len(d) == 10) && d[1] != '0'
	}
	return false
}

// bsn: nine digits that pass the eleven-test: 9, 8, … 2 and -1 times the digits is a multiple of eleven.
func bsn(s string) bool {
	d := digits(s)
	if len(d) != 9 || strings.Trim(d, "0") == "" {
		return false
	}
	sum := 0
	for i, r := range d {
		weight := 9 - i
		if i == 8 {
			weight = -1
		}
		sum += weight * int(r-'0')
	}
	return sum%11 == 0
}
