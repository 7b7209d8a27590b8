package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Verdict says what a staff message is.
type Verdict string

// The verdicts.
const (
	IsAnswer    Verdict = "answer"
	IsNote      Verdict = "note"       // marked as a note by its first characters
	IsMention   Verdict = "mention"    // a note, since it speaks to somebody in Slack
	IsNearMiss  Verdict = "near_miss"  // starts like a note, but not quite: ask
	IsForbidden Verdict = "may_not"    // its writer may not speak for us
	IsEmptyText Verdict = "empty_text" // nothing in it
	// IsUnknownWord: it calls a ready answer that is not there. Judge knows nothing of those; see folding.read.
	IsUnknownWord Verdict = "unknown_word"
)

// noteWords start a note when a colon follows; alone they are a near miss. Without accents and in lower case.
var noteWords = []string{"note", "notitie", "nota", "intern", "internal", "private", "prive"}

// Judge tells whether what by wrote is an answer or a note (R1 and R2).
func Judge(m Message, by Person) Verdict {
	switch {
	case !by.MaySpeak:
		return IsForbidden
	case len(m.Files) == 0 && strings.TrimLeftFunc(m.Text.Plain, invisible) == "":
		return IsEmptyText
	}
	start := noteStart(m.Text.Plain)
	for _, sign := range []string{"🔒", ":lock:", "//", ";;", `\\`} {
		if strings.HasPrefix(start, sign) {
			return IsNote
		}
	}
	near := false
	for _, word := range noteWords {
		rest, ok := strings.CutPrefix(start, word)
		if !ok {
			continue
		}
		if strings.HasPrefix(strings.TrimLeftFunc(rest, decoration), ":") {
			return IsNote
		}
		if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			near = true
		}
	}
	switch {
	case m.Text.Has(Mention):
		return IsMention
	case near:
		return IsNearMiss
	}
	return IsAnswer
}

// noteStart is the beginning of s as R2 compares it: without spaces, invisible characters, formatting, bullets and
// quotation marks at its start; without accents, in lower case, with plain colons and slashes.
func noteStart(s string) string { return undecorated(fold(s)) }

// undecorated is what is left of s, which is folded, without what noteStart leaves out.
func undecorated(s string) string {
	for {
		rest := strings.TrimLeftFunc(s, decoration)
		rest = strings.TrimPrefix(rest, "&gt;")
		rest = withoutNumber(rest)
		if rest == s {
			return s
		}
		s = rest
	}
}

// decoration says that a character is a space, formatting, a bullet or a quotation mark. Besides those that Unicode
// calls quotation marks these are the signs that stand in for them, and the bullets of editors that text is pasted from.
func decoration(r rune) bool {
	return invisible(r) || strings.ContainsRune("*_~`>|-+", r) ||
		unicode.In(r, unicode.Quotation_Mark, unicode.Pi, unicode.Pf, unicode.Pd) ||
		strings.ContainsRune("´ʹʺʻʼʽ′″‴‵❛❜❝❞❟❠❮❯", r) || strings.ContainsRune("•◦▪▫●○■□‣⁃∙·−➢➤►▶▸❖◆◇", r)
}

// withoutNumber cuts a list number ("1." or "12)") off the start.
func withoutNumber(s string) string {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 || digits == len(s) || s[digits] != '.' && s[digits] != ')' {
		return s
	}
	return s[digits+1:]
}

// invisible says that a reader sees nothing, or only a gap.
func invisible(r rune) bool { return unicode.IsSpace(r) || unseen(r) || gap(r) }

// unseen says that a character takes no room. An object replacement character is what is left of a picture in pasted
// text.
func unseen(r rune) bool {
	switch {
	case unicode.IsSpace(r), gap(r):
		return false
	case r < utf8.RuneSelf:
		return unicode.IsControl(r)
	}
	return r == 0xFFFC || unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// gap says that a character looks like a space, though Unicode calls it none: an empty Hangul letter, an empty Braille
// pattern.
func gap(r rune) bool { return slices.Contains([]rune{0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800}, r) }

// fold writes s in lower case, without accents and invisible marks, full-width forms as ASCII.
func fold(s string) string {
	folded, _ := foldFrom(s)
	return folded
}

// foldFrom is fold, and where in s each byte of it and its end come from.
func foldFrom(s string) (folded string, from []int) {
	var b strings.Builder
	for i, r := range s {
		switch {
		case unseen(r) || unicode.In(r, unicode.Mn, unicode.Me):
			continue
		case r < utf8.RuneSelf:
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFF01 - '!'
		}
		r = unicode.ToLower(r)
		if plain, ok := plainLetters[r]; ok {
			r = plain
		}
		b.WriteRune(r)
		for len(from) < b.Len() {
			from = append(from, i)
		}
	}
	return b.String(), append(from, len(s))
}

// plainLetters holds the letters with accents that the note words can be written with, and the signs that look like
// the ones notes start with.
var plainLetters = map[rune]rune{
	'é': 'e', 'è': 'e', 'ê': 'e', 'ë': 'e', 'ē': 'e', 'ě': 'e', 'í': 'i', 'ì': 'i', 'î': 'i', 'ï': 'i', 'ī': 'i',
	'ó': 'o', 'ò': 'o', 'ô': 'o', 'ö': 'o', 'á': 'a', 'à': 'a', 'â': 'a', 'ä': 'a', 'ñ': 'n', 'ń': 'n', 'ť': 't',
	'ŕ': 'r', 'ř': 'r', 'ı': 'i', 'ſ': 's',
	'∶': ':', '꞉': ':', '﹕': ':', '︓': ':', '⁄': '/', '∕': '/', '⧸': '/', '∖': '\\', '⧵': '\\', '﹨': '\\', '﹔': ';', '\u037E': ';',
	'﹗': '!', '︕': '!',
}
