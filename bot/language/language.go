// Package language is what webcare says to people, in each language it speaks.
//
// A sentence has a Key and, in its catalog, a text with places for what varies: "{name} has it". What is filled in is
// never read again, so that a customer's words cannot fill in places of their own. Pure; the words of the log, of the
// commands and of mistakes in the config are English and stand where they are said.
package language

import (
	"strconv"
	"strings"
	"time"
)

// Language is one language. The zero Language says the keys themselves; English and Dutch say sentences.
type Language struct {
	// Tag is the language's BCP 47 tag: "en".
	Tag          string
	says         map[Key]string
	days, months []string
}

// Key names a sentence.
type Key string

// Counted names a sentence about a number. It has two keys: itself, and with ".one" behind it for one.
type Counted string

// The languages.
var (
	English = &Language{"en", english, strings.Fields("Sun Mon Tue Wed Thu Fri Sat"), strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")}
	Dutch   = &Language{"nl", dutch, strings.Fields("zo ma di wo do vr za"), strings.Fields("jan feb mrt apr mei jun jul aug sep okt nov dec")}
)

// All are the languages that webcare speaks.
var All = []*Language{English, Dutch}

// Of finds the language for a BCP 47 tag, of which the first part counts ("nl-BE" is Dutch); nil where it is not spoken.
func Of(tag string) *Language {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	for _, l := range All {
		if l.Tag == base {
			return l
		}
	}
	return nil
}

// Say is the sentence with its places filled in: pairs are a place and what stands there, as in
// Say(Claimed, "name", "Sanne").
func (l *Language) Say(k Key, pairs ...string) string {
	text, known := l.says[k]
	if !known {
		return string(k)
	}
	if len(pairs) == 0 {
		return text
	}
	fill := make([]string, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		fill[i], fill[i+1] = "{"+pairs[i]+"}", pairs[i+1]
	}
	return strings.NewReplacer(fill...).Replace(text)
}

// Says tells whether there is such a sentence.
func (l *Language) Says(k Key) bool {
	_, known := l.says[k]
	return known
}

// Count is the sentence for so many: that of ".one" for one of them, else the other with {n}. Both languages have these two forms.
func (l *Language) Count(c Counted, n int, pairs ...string) string {
	k := Key(c)
	if n == 1 {
		k += ".one"
	}
	return l.Say(k, append(pairs, "n", l.Number(n))...)
}

// When is a moment as a person says it at another: the time alone on the same day, the year only where it differs. Both
// are in the zone of now.
func (l *Language) When(t, now time.Time) string {
	t = t.In(now.Location())
	clock := t.Format("15:04")
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return clock
	}
	if t.Year() != now.Year() {
		return l.Date(t) + " " + clock
	}
	return l.day(t) + " " + clock
}

// Date is the day of a moment in its own zone, with the year: "Mon 2 Mar 2026".
func (l *Language) Date(t time.Time) string { return l.day(t) + " " + strconv.Itoa(t.Year()) }

func (l *Language) day(t time.Time) string {
	return l.days[t.Weekday()] + " " + strconv.Itoa(t.Day()) + " " + l.months[t.Month()-1]
}

// Number is a number as a person writes it: in groups of three digits.
func (l *Language) Number(n int) string {
	digits := strconv.Itoa(n)
	first := 0 // the first digit, behind a sign
	if n < 0 {
		first = 1
	}
	for at := len(digits) - 3; at > first; at -= 3 {
		digits = digits[:at] + l.Say(Thousands) + digits[at:]
	}
	return digits
}
