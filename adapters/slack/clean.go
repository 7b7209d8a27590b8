package slack

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// Bounds of names, in runes.
const (
	maxName = 80  // Slack's own bound of a username
	maxFile = 100 // of a file name
)

// maxMarks is how many combining marks may follow each other; more only serve to paint over other lines.
const maxMarks = 4

// maxJoiners is the same for joiners and selectors, which are not to be seen; emoji have two of them in a row.
const maxJoiners = 2

// clean makes hostile text harmless to look at: valid UTF-8 in NFC, without control characters (but line feeds and
// tabs), without what turns the direction of writing or is not to be seen. Joiners stay: emoji families and Persian
// need them.
func clean(s string) string { return cleanText(conversation.Plainly(s)).Plain }

// cleanText is clean for a text with spans. What stacks up does so whatever spans there are in it, so it is counted over
// all of the text.
func cleanText(t conversation.Text) conversation.Text {
	t.Spans = aroundFlags(t)
	var f filter
	var plain strings.Builder
	moved := map[int]int{}
	at := 0
	for _, r := range runs(t) {
		moved[at] = plain.Len()
		at += len(r.text)
		plain.WriteString(norm.NFC.String(f.through(norm.NFC.String(strings.ToValidUTF8(r.text, "\uFFFD")))))
	}
	moved[at] = plain.Len()
	out := conversation.Text{Plain: plain.String()}
	for _, s := range t.Spans {
		s.From, s.To = moved[boundary(t.Plain, s.From)], moved[boundary(t.Plain, s.To)]
		if s.From < s.To {
			out.Spans = append(out.Spans, s)
		}
	}
	return out
}

// aroundFlags is the spans, none of which begins or ends within a flag.
func aroundFlags(t conversation.Text) []conversation.Span {
	spans := slices.Clone(t.Spans)
	for end := 0; ; {
		at := strings.IndexRune(t.Plain[end:], '🏴')
		if at < 0 {
			return spans
		}
		at += end
		end = at + len("🏴") + len(string(rune(0xE007F)))*flagTags(t.Plain[at:])
		for i, s := range spans {
			if s.From > at && s.From < end {
				spans[i].From = at
			}
			if s.To > at && s.To < end {
				spans[i].To = at
			}
		}
	}
}

// filter remembers what has come through of what stands on one character.
type filter struct{ marks, joiners, tags int }

// through is what is left of s.
func (f *filter) through(s string) string {
	var b strings.Builder
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f' || r == '\u0085':
			r = '\n'
		case joins(r): // the next mark stands on the same character
			if f.joiners++; f.joiners <= maxJoiners {
				b.WriteRune(r)
			}
			continue
		case f.tags > 0:
			f.tags--
			b.WriteRune(r)
			continue
		case unicode.IsControl(r), unseen(r):
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) || norm.NFC.PropertiesString(s[i:]).CCC() != 0 {
			if f.marks++; f.marks > maxMarks {
				continue
			}
		} else {
			f.marks = 0
		}
		f.joiners = 0
		if r == '🏴' {
			f.tags = flagTags(s[i:])
		}
		b.WriteRune(r)
	}
	return b.String()
}

// joins: joiners, and what chooses between two shapes of a character.
func joins(r rune) bool {
	return r == '\u200C' || r == '\u200D' || r < 0xE0000 && unicode.Is(unicode.Variation_Selector, r)
}

// flagTags is how many tags follow a black flag to make it that of England, Scotland or Wales, the only ones that are
// drawn so (unicode.org/reports/tr51, ED-14a); 0 = any others, which say what nobody sees.
func flagTags(s string) int {
	for _, land := range []string{"gbeng", "gbsct", "gbwls"} {
		want := []rune{'🏴'}
		for _, r := range land {
			want = append(want, 0xE0000+r)
		}
		if strings.HasPrefix(s, string(append(want, 0xE007F))) {
			return len(want)
		}
	}
	return 0
}

// unseen: format characters that reorder or hide: bidi controls, zero-width ones, tags, fillers. A few of their class
// are drawn: signs that Arabic and Syriac put before numbers.
func unseen(r rune) bool {
	switch {
	case joins(r), unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	case r >= 0xE0000 && r <= 0xE0FFF: // tags, and selectors of variants that few fonts have
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}

// label is clean on one line, without spaces around it. An empty Braille cell is a space that is not called one.
func label(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(clean(s), "\u2800", " ")), " ")
}

// cut keeps at most n runes; what is cut shows an ellipsis.
func cut(s string, n int) string { return conversation.Plainly(s).Cut(n).Plain }

// fold makes names comparable: no case, no accents, no spaces.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(label(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// blank: a reader sees nothing of it.
func blank(s string) bool {
	return strings.IndexFunc(clean(s), func(r rune) bool {
		return !unicode.IsSpace(r) && !joins(r) && r != '\u2800'
	}) < 0
}

// between parts the name of a customer from that of the network.
const between = " · "

// nameAt shows the name of a customer, and behind it the network, in at most n runes: of the two the name is cut.
// It does not begin with one of the signs.
func nameAt(l *language.Language, s, signs string, n int) string {
	network := ""
	if i := strings.LastIndex(s, between); i >= 0 {
		s, network = s[:i], cut(label(s[i+len(between):]), n/2)
	}
	if s = strings.TrimLeft(label(s), signs); blank(s) {
		s = l.Say(language.ACustomer)
	}
	if network == "" {
		return cut(s, n)
	}
	return cut(s, n-utf8.RuneCountInString(between+network)) + between + network
}

// username is what a customer's post is shown under: never empty, never a name that means something in Slack, never
// one of a colleague's.
func username(l *language.Language, s string, colleague func(folded string) bool) string {
	s = nameAt(l, s, "@#", maxName)
	apart := " (" + l.Say(language.NotStaff) + ")"
	switch f := fold(s); f {
	case "slack", "slackbot", "channel", "here", "everyone", "group", "all", "admin", "administrator", "webcare":
		return s + apart
	default:
		if f != "" && colleague != nil && colleague(f) {
			s = cut(s, maxName-utf8.RuneCountInString(apart)) + apart
		}
	}
	return cut(s, maxName)
}

// fileName makes a name that is no path; never empty.
func fileName(s string) string {
	s = label(strings.ReplaceAll(s, "\\", "/"))
	s = path.Base(s)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.TrimRight(strings.TrimLeft(s, "./ "), " "))
	if blank(s) {
		return "file"
	}
	if utf8.RuneCountInString(s) > maxFile {
		ext := path.Ext(s)
		if utf8.RuneCountInString(ext) > 10 {
			ext = ""
		}
		s = cut(s, maxFile-utf8.RuneCountInString(ext)) + ext
	}
	return s
}

// escape is Slack's escaping of the top-level text, & < > and nothing else, with the words broken that would ping or
// link by themselves. Source: docs.slack.dev, "Formatting message text".
func escape(s string) string {
	s = clean(s)
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '@', '#':
			b.WriteRune(r)
			if triggers(r, s[i+1:]) {
				b.WriteRune('\u2060') // a word joiner: not to be seen, and the word is no longer one of Slack's
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// triggers: behind the sign stands a word that Slack might read as a mention or a channel.
func triggers(sign rune, after string) bool {
	if sign == '#' {
		next, _ := utf8.DecodeRuneInString(after)
		return unicode.IsLetter(next) || unicode.IsDigit(next)
	}
	for _, word := range []string{"here", "channel", "everyone", "group"} {
		if len(after) >= len(word) && strings.EqualFold(after[:len(word)], word) {
			return true
		}
	}
	return false
}
