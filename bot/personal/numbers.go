package personal

import (
	"regexp"
	"strings"
)

var (
	// harmless is what consists of digits in a form of its own: dates, opening hours, the codes of parcels of UPS
	// ("1Z 999 AA1 01 2345 6784") and of the post (UPU S10: "RR 123 456 785 NL"), and in Belgium what stands on a payment
	// ("+++123/4567/89012+++") and names a company ("BE 0123.456.789").
	harmless = regexp.MustCompile(strings.Join([]string{
		`\b[0-3]?[0-9][-./][01]?[0-9][-./](?:19|20)[0-9]{2}\b`,
		`\b(?:19|20)[0-9]{2}[-./][01]?[0-9][-./][0-3]?[0-9]\b`,
		`\b[0-2]?[0-9][.:][0-5][0-9]\s*-\s*[0-2]?[0-9][.:][0-5][0-9]\b`,
		`\b1Z\s*[0-9A-Z]{3}\s*[0-9A-Z]{3}\s*[0-9]{2}\s*[0-9]{4}\s*[0-9]{4}\b`,
		`\b[A-Z]{2}\s*[0-9]{3}\s*[0-9]{3}\s*[0-9]{3}\s*[A-Z]{2}\b`,
		`\b(?:BE|KBO|BTW|TVA)\s*[01][0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}\b`,
		`(?:\+{3}|\*{3})\s*[0-9]{3}/[0-9]{4}/[0-9]{5}\s*(?:\+{3}|\*{3})`,
	}, "|"))
	// stretches are those in which phone numbers and BSNs may stand, also several of them.
	stretches = regexp.MustCompile(`(?:\+ ?|\b)[0-9(][0-9 ().\-/+\n]{6,}[0-9]\b`)
	groups    = regexp.MustCompile(`\+ [^ /\n]+|[^ /\n]+`)
	// citizen is how a BSN is written: its digits in one, or in groups of two and more.
	citizen = regexp.MustCompile(`^[0-9]{2,}(?:[ .-][0-9]{2,})*$`)
	// counted is the end of a line's beginning behind which a number counts orders, parcels or things; named is one that
	// also says that it is a number.
	counted = regexp.MustCompile(`(?i)(?:` + things + `|#)(?: is)?[ .:#-]*$`)
	named   = regexp.MustCompile(`(?i)(?:(?:` + things + `)[ .-]?(?:nummer|nr|number|no|code)|\b(?:isbn|ean)\pL*|#)(?: is)?[ .:#-]*$`)
	// glued is a code in capitals, of which a number is the rest; titled is none.
	glued  = regexp.MustCompile(`[A-Z]{2}-$`)
	titled = regexp.MustCompile(`\b(?:BSN|TEL|MOB|GSM|FAX|NR)-$`)
)

const (
	things = `(?:(?:order|bestel|factuur|artikel|ticket|dossier|pakket|zending|track|retour|invoice|parcel|shipment|serial|referen|kenmerk)|` +
		`\b(?:zaak|product|serie|return|case|item|isbn|ean))\pL*`
	// pieces is of how many groups of digits one number is made at most.
	pieces = 10
	// longest is how many bytes a number takes at most.
	longest = 40
	// before is how far a number's name stands before it, in bytes.
	before = 40
)

// numbers sees the phone numbers and BSNs in s.
func numbers(s string, see func(string)) {
	s = harmless.ReplaceAllString(s, "|")
	for _, at := range stretches.FindAllStringIndex(s, -1) {
		inStretch(s, at[0], at[1], see)
	}
}

// inStretch sees the numbers in the stretch s[from:to], of which one may be all of it or some of its groups: from each
// group on the longest that is one.
func inStretch(s string, from, to int, see func(string)) {
	all := groups.FindAllStringIndex(s[from:to], -1)
	for first := 0; first < len(all); {
		if n := singles(s[from:to], all[first:]); n >= pieces {
			if one := s[from+all[first][0] : from+all[first+n-1][1]]; spelled(one) {
				see(one)
			}
			first += n
			continue
		}
		next := first + 1
		for last := min(first+pieces, len(all)) - 1; last >= first; last-- {
			start, end := from+all[first][0], from+all[last][1]
			if end-start > longest {
				continue
			}
			if one := strings.TrimRight(s[start:end], "(.-+"); isNumber(one, s[max(0, start-before):start]) {
				see(one)
				next = last + 1
				break
			}
		}
		first = next
	}
}

// isNumber says that one is a phone number or a BSN; ahead is what stands before it.
func isNumber(one, ahead string) bool {
	d := digits(one)
	line := ahead[strings.LastIndexByte(ahead, '\n')+1:]
	rest := glued.MatchString(line) && !titled.MatchString(line)
	switch {
	case abroad(one, d), mobile(one, d):
		return true
	case national(one, d), zeros(one, d):
		return !rest && !named.MatchString(line)
	case bsn(one, d), withoutPlus(one, d):
		return !rest && !counted.MatchString(line)
	}
	return false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// abroad: E.164 has a plus and 8 to 15 digits. A plus with a space behind it may add things up, so that there the country
// must be the Netherlands or Belgium.
func abroad(s, d string) bool {
	switch {
	case strings.Count(s, "\n") > 1, strings.LastIndexByte(s, '+') > 0:
		return false
	case strings.HasPrefix(s, "+ "):
		return len(d) >= 10 && len(d) <= 12 && (d[:2] == "31" || d[:2] == "32")
	}
	return strings.HasPrefix(s, "+") && len(d) >= 8 && len(d) <= 15
}

// zeros: 00 stands for the plus. A number that is only filled up with zeros is mostly shorter, or has more of them; of
// twelve digits are those of some countries in Europe, and of thirteen those of North America.
func zeros(s, d string) bool {
	switch {
	case len(d) < 12 || len(d) > 17 || d[:2] != "00" || !within(s):
		return false
	case len(d) == 12:
		return d[2] == '3' || d[2] == '4'
	case d[2] == '1':
		return len(d) == 13
	}
	return d[2] != '0'
}

// mobile: in the Netherlands such a number is ten digits from 06.
func mobile(s, d string) bool {
	return len(d) == 10 && d[:2] == "06" && within(s) && (areaOf(s) >= 2 || s[:3] == "0 6")
}

// national: in the Netherlands a number is ten digits from a 0, in Belgium nine or ten. The first group is an area.
func national(s, d string) bool {
	return (len(d) == 9 || len(d) == 10) && d[0] == '0' && d[1] != '0' && within(s) && areaOf(s) >= 2
}

// withoutPlus: a mobile number of the Netherlands (316…) or of Belgium (324…) as some programs store it.
func withoutPlus(s, d string) bool {
	dutch := len(d) == 11 && d[:3] == "316" || len(d) == 12 && d[:4] == "3106"
	belgian := len(d) == 11 && d[:3] == "324" && d[3] >= '5'
	return (dutch || belgian) && within(s) && areaOf(s) >= 2
}

// within: the number goes over two lines at most, and adds nothing up.
func within(s string) bool { return strings.Count(s, "\n") <= 1 && !strings.Contains(s, "+") }

// areaOf counts the digits of the first group, of which the 0 may stand in brackets.
func areaOf(s string) int {
	s = strings.Replace(s, "0)", "0", 1)
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

// bsn: nine digits that pass the eleven-test: 9, 8, … 2 and -1 times the digits is a multiple of eleven.
func bsn(s, d string) bool {
	if len(d) != 9 || strings.Trim(d, "0") == "" || !citizen.MatchString(s) {
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

// singles counts the groups of one digit that begin all, with one space between them.
func singles(s string, all [][]int) int {
	n := 0
	for n < len(all) && len(strings.TrimPrefix(strings.TrimPrefix(s[all[n][0]:all[n][1]], "+"), " ")) == 1 && (n == 0 || all[n][0] == all[n-1][1]+1 && s[all[n][0]-1] == ' ') {
		n++
	}
	return n
}

// spelled: a mobile number of the Netherlands, digit by digit.
func spelled(s string) bool {
	d := digits(s)
	for _, country := range []string{"0", "31", "0031"} {
		if strings.HasPrefix(d, country+"6") && len(d) == len(country)+9 {
			return true
		}
	}
	return false
}
