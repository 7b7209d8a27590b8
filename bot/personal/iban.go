package personal

import (
	"regexp"
	"strings"
)

// accountStart is how an IBAN begins (ISO 13616): the country and two check digits.
var accountStart = regexp.MustCompile(`(?i)\b[A-Z]{2}[ .-]?[0-9]{2}`)

// accountDigits is how many digits follow the check digits at least: words of a sentence are no account.
const accountDigits = 8

// accountGap is how many spaces, dashes and ends of lines may stand between two characters of an IBAN.
const accountGap = 3

// accountLength is of how many characters an IBAN of a country is (the IBAN registry of ISO 13616).
var accountLength = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
	"IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
	"LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
	"NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
	"SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26,
	"UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// accounts sees the IBANs in s, and gives s without them.
func accounts(s string, see func(string)) string {
	var rest strings.Builder
	end := 0
	for _, at := range accountStart.FindAllStringIndex(s, -1) {
		if at[0] < end {
			continue
		}
		if to := account(s, at[0]); to > 0 {
			see(s[at[0]:to])
			rest.WriteString(s[end:at[0]] + "|")
			end = to
		}
	}
	return rest.String() + s[end:]
}

// account is where the IBAN ends that begins at from; 0 where none does. Words may follow it without a gap.
func account(s string, from int) int {
	var all []byte
	length, gap := accountLength[strings.ToUpper(s[from:from+2])], 0
	for i := from; i < len(s) && length > 0 && gap <= accountGap; i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
			all, gap = append(all, c), 0
		case c >= 'a' && c <= 'z':
			all, gap = append(all, c-'a'+'A'), 0
		case c == ' ', c == '-', c == '.', c == '\n':
			gap++
			continue
		default:
			return 0
		}
		if len(all) < length {
			continue
		}
		if valid(all) {
			return i + 1
		}
		return 0
	}
	return 0
}

// valid checks an IBAN by its remainder of 97 (ISO 7064, MOD 97-10).
func valid(iban []byte) bool {
	rest, figures := 0, -2
	for i := range iban {
		if iban[i] <= '9' {
			figures++
		}
		if c := iban[(i+4)%len(iban)]; c <= '9' {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1 && figures >= accountDigits
}
