package personal

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
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

// What takes no room, looks different or goes on in the next line is found all the same.
func TestFindsWhatLooksOtherwise(t *testing.T) {
	find := Finder(nil)
	for text, want := range map[string]string{
		"Bel 06\u200b1234\u00ad5678":                      "0612345678",
		"Bel 06-1234\u20605678\ufeff":                     "06-12345678",
		"Bel 0️⃣6️⃣12345678":                              "0612345678",
		"NL91\u200bABNA\u00ad0417164300":                  "NL91ABNA0417164300",
		"jan\u200b.jansen@exam\u00adple.com":              "jan.jansen@example.com",
		"jan＠example．com":                                 "jan@example.com",
		"Bel ０６－１２３４５６７８":                                 "06-12345678",
		"ＮＬ９１ＡＢＮＡ０４１７１６４３００":                              "NL91ABNA0417164300",
		"Bel 06—12345678":                                 "06-12345678",
		"Bel 06‑12345678":                                 "06-12345678",
		"Bel 06−12345678":                                 "06-12345678",
		"Bel 06_12345678":                                 "06-12345678",
		"Bel 06 – 12 34 56 78":                            "06 - 12 34 56 78",
		"Bel 06 ― 12345678":                               "06 - 12345678",
		"Bel 06.12.34.56.78":                              "06.12.34.56.78",
		"Bel 06\t12345678":                                "06 12345678",
		"Bel 06-\n12345678":                               "06- 12345678",
		"Bel 06 12 34\r\n56 78":                           "06 12 34 56 78",
		"Bel +31 6 12\n34 56 78":                          "+31 6 12 34 56 78",
		"Bel 0 6 1 2 3 4 5 6 7 8":                         "0 6 1 2 3 4 5 6 7 8",
		"Bel 0 6 12 34 56 78":                             "0 6 12 34 56 78",
		"Bel 06 1 2 3 4 5 6 7 8":                          "06 1 2 3 4 5 6 7 8",
		"Bel + 3 1 6 1 2 3 4 5 6 7 8":                     "+ 3 1 6 1 2 3 4 5 6 7 8",
		"Bel + 31 6 12345678":                             "+ 31 6 12345678",
		"Bel + 32 470 12 34 56":                           "+ 32 470 12 34 56",
		"Bel (+31) 6 12345678":                            "+31) 6 12345678",
		"Bel +(31)6 12345678":                             "+(31)6 12345678",
		"Bel +31 (0)6 12345678":                           "+31 (0)6 12345678",
		"Bel (0)6-12345678":                               "0)6-12345678",
		"Bel (0)20 123 45 67":                             "0)20 123 45 67",
		"Bel 31612345678":                                 "31612345678",
		"Bel 31 6 12345678":                               "31 6 12345678",
		"Bel 31-6-12345678":                               "31-6-12345678",
		"Bel 31 (0)6 12345678":                            "31 (0)6 12345678",
		"Bel 32470123456":                                 "32470123456",
		"Bel 0032 2 123 45 67":                            "0032 2 123 45 67",
		"Bel 00 31 6 12345678":                            "00 31 6 12345678",
		"Bel 001 415 555 2671":                            "001 415 555 2671",
		"Bel 02/123.45.67":                                "02/123.45.67",
		"Bel 010 - 4 12 34 56":                            "010 - 4 12 34 56",
		"https://wa.me/31612345678":                       "31612345678",
		"tel:+31612345678":                                "+31612345678",
		"mailto:jan@example.com?subject=Hoi":              "jan@example.com",
		"https://example.com/?mail=jan%40example.com&x=1": "jan@example.com",
		"https://example.com/?tel=%2B31612345678":         "+31612345678",
		"NL91 ABNA 0417\n1643 00":                         "NL91 ABNA 0417 1643 00",
		"NL 91 ABNA 0417 1643 00":                         "NL 91 ABNA 0417 1643 00",
		"NL91.ABNA.0417.1643.00":                          "NL91.ABNA.0417.1643.00",
		"NL91 - ABNA - 0417164300":                        "NL91 - ABNA - 0417164300",
		"BE68—5390—0754—7034":                             "BE68-5390-0754-7034",
		"GB82 WEST 1234 5698 7654 32":                     "GB82 WEST 1234 5698 7654 32",
		"FR14 2004 1010 0505 0001 3M02 606":               "FR14 2004 1010 0505 0001 3M02 606",
		"IBAN NL91ABNA0417164300 ten name van Jan":        "NL91ABNA0417164300",
		"BSN 111\u00a0222\u00a0333":                       "111 222 333",
		"BSN 1112-22-333":                                 "1112-22-333",
		"ordernummer: 0612345678":                         "0612345678",
		"#0612345678":                                     "0612345678",
		"ORD-+31612345678":                                "+31612345678",
		"BSN-111222333":                                   "111222333",
		"TEL-0201234567":                                  "0201234567",
		"Jean 111222333":                                  "111222333",
		"telefoonnummer 0201234567":                       "0201234567",
		"Bel over uw bestelling: 020-1234567":             "020-1234567",
	} {
		if got := find(text); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string][]string{
		"NL91ABNA0417164300 BE68539007547034":        {"NL91ABNA0417164300", "BE68539007547034"},
		"NL91 ABNA 0417 1643 00\n06-12345678":        {"NL91 ABNA 0417 1643 00", "06-12345678"},
		"0612345678\n0687654321":                     {"0612345678", "0687654321"},
		"06-12345678, of jan@example.com, 111222333": {"jan@example.com", "06-12345678", "111222333"},
		"a@b.nl b@b.nl c@b.nl d@b.nl e@b.nl f@b.nl":  {"a@b.nl", "b@b.nl", "c@b.nl", "d@b.nl", "e@b.nl"},
	} {
		if got := find(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// daily is what a shop writes to its customers every day.
var daily = []string{
	// orders, invoices and articles
	"Uw bestelling 10012345 is onderweg", "Order 123456789", "order 111222333", "Ordernummer: 0123456789", "Ordernr. 012345678",
	"bestelnummer is 111222333", "#111222333", "#0123456789", "ORD-0123456789", "WEB_012345678", "Factuur 2026-0012345", "factuurnummer 202600012345",
	"Uw weborder 100200300", "Ticket #4711234567", "Zaaknummer 0123456789", "artikel 8712345678906 (EAN)", "EAN 87123456", "ISBN 0306406152",
	"ISBN 978-0-306-40615-7", "Serienummer: 012345678", "00012345", "000123456789", "001234567890", "order 12345678", "bestelling 1234567890", "nr 123456789012",
	"2026-0612345678", "Retournummer 0123456789", "kenmerk 111222333", "Art.nr. 1234.567.890",
	// parcels
	"3SABCD012345678", "Track & trace: 3SDEVC0123456789", "https://example.com/track/3SABC12345678?postcode=1234AB", "JVGL06123456789012",
	"JJD000390006012345678", "05222345678901", "0522 2345 6789 01", "1Z 999 AA1 01 2345 6784", "1Z999AA10123456784", "RR123456785NL", "RR 123 456 785 NL",
	"323212345600123456789012", "CD123456785BE", "zending 111222333", "pakketcode 0123456789",
	// dates and times
	"Op 12-11-2026 om 10:30 uur", "01-02-2026 1 stuk", "05-06-2026 14.00", "05/06/2026 12 uur", "2026-02-01 10 30 00", "van 01.02.2026 - 03.04.2026", "01-02-2026\n03-04-2026\n05-06-2026",
	"Ma t/m vr 08.30 - 17.00", "08.30-17.00 1 dag", "09.00 – 17.30 10 minuten", "ma 09:00-17:00\ndi 09:00-17:00\nwo 09:00-21:00", "08.30-12.30 13.00-17.00", "09.00-17.00\n09.00-17.00\n09.00-17.00",
	"2025/2026", "24/7 bereikbaar", "van 9 tot 5, za 10-17", "05:30 06:30 07:30 08:30",
	// prices, sizes and amounts
	"Dat kost € 1.234,56 per 10 stuks", "€ 0.99 12.50 100", "1.234.567,89", "Maten 36 37 38 39 40 41 42 43 44", "Maat 0-3 3-6 6-9 9-12", "0 1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9 10 11 12",
	"120 x 60 x 75 cm", "5 + 12345678", "2 + 3 + 4 + 5 = 14", "0,5 - 1,5 - 2,5", "10% korting op 100 stuks", "Lengte 0.10 0.20 0.30 0.40", "1:1000000", "50 56 62 68 74 80 86 92", "100 g 200 g 300 g",
	// places, companies and pages
	"Postcode 1234 AB, huisnummer 12", "1012 AB 10", "KvK 01234567", "KvK 12345678", "BTW NL001234567B01", "BE 0123.456.789", "BTW BE0123456789", "https://example.com/p/8712345678906", "+++123/4567/89012+++", "*** 123/4567/89012 ***",
	"https://example.com/a?id=1234567", "https://example.com/1_2_3/4-5-6", "@webcare en @jan", "jan@", "@example.com", "5@2", "prijs@stuk", "112", "0900-1234", "14020",
	// sentences that begin like an account, and accounts that are none
	"al 30 dagen de beste service in 100 winkels 12345678 keer", "de 14 dagen bedenktijd gaan in op de dag dat het er is", "is 25 euro per jaar voor 1000 klanten in 2026", "se 12", "NL92ABNA0417164300", "NL91ABNA041716430", "XX91ABNA0417164300",
	"BE68539007547035", "\u200b\u00ad", "", "\n\n\n", "+", "++++", "((((((((((", "+ ", "0)", "()()()()()()()1",
}

func TestHarmless(t *testing.T) {
	find := Finder(nil)
	for _, text := range daily {
		for _, with := range []string{text, text + ".", "Beste klant,\n" + text + "\nGroet, Jan", "(" + text + ")", "Dit is het: " + text + " en dank"} {
			if got := find(with); len(got) > 0 {
				t.Errorf("%q asks about %q", with, got)
			}
		}
	}
}

// A number of an order, of 8 to 12 digits, asks only where it could be a phone number or is a BSN by its check.
func TestOrderNumbers(t *testing.T) {
	find := Finder(nil)
	asked, all := 0, 0
	for n := 10_000_000; n < 1_000_000_000_000; n += 1 + n/997 {
		s := strconv.Itoa(n)
		got := find("Uw nummer is " + s + ", bedankt")
		phone := len(s) == 11 && (strings.HasPrefix(s, "316") || strings.HasPrefix(s, "324")) || len(s) == 12 && strings.HasPrefix(s, "3106")
		if len(got) > 0 && len(s) != 9 && !phone {
			t.Errorf("%s asks about %q", s, got)
		}
		if all++; len(got) > 0 {
			asked++
		}
		if got := find("Ordernummer " + s); len(got) > 0 {
			t.Errorf("order %s asks about %q", s, got)
		}
	}
	if asked > all/30 {
		t.Errorf("%d of %d numbers ask", asked, all)
	}
}

// However a number is written it is found.
func TestAnyWriting(t *testing.T) {
	find := Finder(nil)
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.SliceOfN(rapid.IntRange(0, 9), 8, 8).Draw(t, "digits")
		var text strings.Builder
		text.WriteString(rapid.SampledFrom([]string{"06", "+31 6", "+316", "0031 6", "+31 (0)6", "(06)", "316", "31 6"}).Draw(t, "area"))
		gaps := rapid.SampledFrom([]string{"", " ", "-", ".", "\u00a0", "—", "_", " - ", "\u200b", "\n"})
		text.WriteString(gaps.Draw(t, "gap"))
		once := rapid.SampledFrom([]string{"", " ", "-", ".", "\u00a0", "\u00ad", "‑"}).Draw(t, "then")
		for i, d := range digits {
			if i > 0 && i%2 == 0 {
				text.WriteString(once)
			}
			if rapid.Bool().Draw(t, "wide") {
				text.WriteString(string(rune('０' + d)))
			} else {
				text.WriteString(strconv.Itoa(d))
			}
		}
		if got := find("Bel " + text.String() + " vandaag"); len(got) != 1 {
			t.Fatalf("%q: %q", text.String(), got)
		}
	})
}

func TestPatternsSeeWhatWasTyped(t *testing.T) {
	find := Finder([]*regexp.Regexp{regexp.MustCompile(`ORD_[0-9]{6}`), regexp.MustCompile(`a%40b`)})
	if got := find("ORD\u200b_１23456 en a%40b"); !slices.Equal(got, []string{"ORD_123456", "a%40b"}) {
		t.Errorf("%q", got)
	}
}

// repeated are texts that make a search slow, over and over.
func repeated() []string {
	return []string{"1 ", "1", "12 ", "0 ", "NL91 ", "NL91ABNA0417164301", "a@", "a.", "+1", "+ ", "0612345 ", "1-", "1\n", "1/", "(", "ordernummer ", "\u200b", "9876543 "}
}

// BenchmarkLongTexts: the time for a text grows with its length, whatever it repeats: between 4 KiB and 64 KiB the time for
// a byte must stay about the same.
func BenchmarkLongTexts(b *testing.B) {
	find := Finder(nil)
	for _, s := range repeated() {
		for _, size := range []int{1 << 12, 1 << 16} {
			text := strings.Repeat(s, size/len(s))
			b.Run(fmt.Sprintf("%q/%d", s, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					find(text)
				}
			})
		}
	}
}

// Whatever a text repeats, what is found is bounded.
func TestLongTexts(t *testing.T) {
	find := Finder(nil)
	for _, s := range repeated() {
		if got := find(strings.Repeat(s, 1<<12/len(s))); len(got) > most {
			t.Errorf("%q: %d finds", s, len(got))
		}
	}
}

func FuzzFinder(f *testing.F) {
	for _, s := range append([]string{"NL91 ABNA 0417 1643 00", "+31 6 12345678", "111222333", "a@b.nl", "0 6 1 2 3 4 5 6 7 8", "0)6-\n12345678", "+ 31 6", "％４０\xff"}, daily...) {
		f.Add(s)
	}
	find := Finder(nil)
	f.Fuzz(func(t *testing.T, s string) {
		got := find(s)
		if len(got) > most {
			t.Errorf("%d finds", len(got))
		}
		for _, one := range got {
			if strings.Contains(one, "\n") || !strings.Contains(one, "@") && len(digits(one)) < 8 {
				t.Errorf("%q: found %q", s, one)
			}
		}
	})
}
