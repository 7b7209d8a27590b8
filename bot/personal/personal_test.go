package personal

import (
	"regexp"
	"slices"
	"testing"
)

func TestFinder(t *testing.T) {
	find := Finder([]*regexp.Regexp{regexp.MustCompile(`ORD-[0-9]{6}`)})
	for text, want := range map[string][]string{
		"":                                     nil,
		"Uw pakket komt morgen tussen 9 en 12": nil,
		"Dat kost € 1.234,56 per 10 stuks":     nil,
		"Op 12-11-2026 om 10:30 uur":           nil,
		"Mail naar jan.de-vries+x@example.co.uk!": {"jan.de-vries+x@example.co.uk"},
		"Bel 06-12345678":                         {"06-12345678"},
		"Bel 06 12 34 56 78 even":                 {"06 12 34 56 78"},
		"Bel (020) 123 45 67":                     {"020) 123 45 67"},
		"Bel +31 6 12345678":                      {"+31 6 12345678"},
		"Bel 0031612345678":                       {"0031612345678"},
		"Bel 0470 12 34 56":                       {"0470 12 34 56"}, // Belgium, mobile
		"Bel 02 123 45 67":                        {"02 123 45 67"},  // Belgium, Brussels
		"Call +1 (415) 555-2671":                  {"+1 (415) 555-2671"},
		"Call +44 20 7946 0958":                   {"+44 20 7946 0958"},
		"NL91ABNA0417164300":                      {"NL91ABNA0417164300"},
		"Naar NL91 ABNA 0417 1643 00 graag":       {"NL91 ABNA 0417 1643 00"},
		"nl91abna0417164300":                      {"nl91abna0417164300"},
		"NL92ABNA0417164300":                      nil, // a wrong check digit
		"BE68 5390 0754 7034":                     {"BE68 5390 0754 7034"},
		"DE89370400440532013000":                  {"DE89370400440532013000"},
		"BSN 111222333":                           {"111222333"},
		"BSN 1112.22.333":                         {"1112.22.333"},
		"nummer 111222334":                        nil, // fails the eleven-test
		"000000000":                               nil,
		"Uw bestelling ORD-123456 is onderweg":    {"ORD-123456"},
		"Postcode 1234 AB, huisnummer 12":         nil,
		"a@b.nl en a@b.nl en c@d.be":              {"a@b.nl", "c@d.be"},
		"https://example.com/track/3SABC12345678": nil,
	} {
		if got := find(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzFinder(f *testing.F) {
	for _, s := range []string{"NL91 ABNA 0417 1643 00", "+31 6 12345678", "111222333", "a@b.nl"} {
		f.Add(s)
	}
	find := Finder(nil)
	f.Fuzz(func(t *testing.T, s string) {
		if got := find(s); len(got) > most {
			t.Errorf("%d finds", len(got))
		}
	})
}
