package personal

import (
	"regexp"
	"slices"
	"testing"
)

func TestFinder(t *testing.T) {
	find := Finder([]*regexp.Regexp{regexp.MustCompile(`ORD-[0-9]{6}`)})
	for _, row := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Uw pakket komt morgen tussen 9 en 12", nil},
		{"Dat kost € 1.234,56 per 10 stuks", nil},
		{"Op 12-11-2026 om 10:30 uur", nil},
		{"Mail naar jan.de-vries+x@example.co.uk!", []string{"jan.de-vries+x@example.co.uk"}},
		{"Bel 06-12345678", []string{"06-12345678"}},
		{"Bel 06 12 34 56 78 even", []string{"06 12 34 56 78"}},
		{"Bel (020) 123 45 67", []string{"020) 123 45 67"}},
		{"Bel +31 6 12345678", []string{"+31 6 12345678"}},
		{"Bel 0031612345678", []string{"0031612345678"}},
		// Belgium, mobile
		{"Bel 0470 12 34 56", []string{"0470 12 34 56"}},
		// Belgium, Brussels
		{"Bel 02 123 45 67", []string{"02 123 45 67"}},
		{"Bel 0612345678 0687654321", []string{"0612345678", "0687654321"}},
		{"06-12345678 / 020-1234567", []string{"06-12345678", "020-1234567"}},
		{"ma-vr 9-17 0612345678", []string{"0612345678"}},
		{"geboren 01-02-1980 111222333", []string{"111222333"}},
		{"Bel 06\u00a012\u202f34\u00a056\u00a078", []string{"06 12 34 56 78"}},
		{"Bel 06\u201112345678", []string{"06-12345678"}},
		{"Call +1 (415) 555-2671", []string{"+1 (415) 555-2671"}},
		{"Call +44 20 7946 0958", []string{"+44 20 7946 0958"}},
		{"NL91ABNA0417164300", []string{"NL91ABNA0417164300"}},
		{"Naar NL91 ABNA 0417 1643 00 graag", []string{"NL91 ABNA 0417 1643 00"}},
		{"nl91abna0417164300", []string{"nl91abna0417164300"}},
		// a wrong check digit
		{"NL92ABNA0417164300", nil},
		{"BE68 5390 0754 7034", []string{"BE68 5390 0754 7034"}},
		{"DE89370400440532013000", []string{"DE89370400440532013000"}},
		{"BSN 111222333", []string{"111222333"}},
		{"BSN 1112.22.333", []string{"1112.22.333"}},
		// fails the eleven-test
		{"nummer 111222334", nil},
		{"000000000", nil},
		{"Uw bestelling ORD-123456 is onderweg", []string{"ORD-123456"}},
		{"Postcode 1234 AB, huisnummer 12", nil},
		{"a@b.nl en a@b.nl en c@d.be", []string{"a@b.nl", "c@d.be"}},
		{"https://example.com/track/3SABC12345678", nil},
	} {
		if got := find(row.text); !slices.Equal(got, row.want) {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
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
