package conversation

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts text into pieces of at most limit, as count measures: between paragraphs where that leaves no piece
// under a third of the limit, else between lines, sentences' spaces, and only then between characters; never inside
// an emoji or between a letter and its accent. White space at the cuts is dropped, nothing else. A limit below 1 means no
// limit; a nil count counts runes.
func Split(t Text, limit int, count func(string) int) []Text {
	if count == nil {
		count = utf8.RuneCountInString
	}
	t = t.Trim()
	var out []Text
	for limit > 0 && count(t.Plain) > limit {
		end := goodCut(t.Plain, prefix(t.Plain, limit, count))
		out = append(out, t.Slice(0, end).Trim())
		t = t.Slice(end, len(t.Plain)).Trim()
	}
	if t.Plain != "" {
		out = append(out, t)
	}
	return out
}

// prefix is the length in bytes of the longest prefix, on a rune boundary, that count measures as at most limit; but
// never less than one rune: better too long than never.
func prefix(s string, limit int, count func(string) int) int {
	var ends []int
	for i := range s {
		if i > 0 {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(s))
	n := sort.Search(len(ends), func(i int) bool { return count(s[:ends[i]]) > limit })
	return ends[max(0, n-1)]
}

// goodCut moves a cut at end back to a better place.
func goodCut(s string, end int) int {
	if end == len(s) {
		return end
	}
	_, size := utf8.DecodeRuneInString(s[end:]) // white space right behind the piece is a place to cut, too
	least := end / 3
	for _, at := range []int{
		strings.LastIndex(s[:min(len(s), end+2)], "\n\n"),
		strings.LastIndexByte(s[:end+1], '\n'),
		strings.LastIndexFunc(s[:end+size], unicode.IsSpace),
	} {
		if at > least {
			return at
		}
	}
	return boundary(s, end)
}

// boundary moves a cut back until it stands between two whole characters, as a reader sees them. It looks at most 64
// bytes back.
func boundary(s string, end int) int {
	for at := end; at > 0 && end-at <= 64; {
		before, size := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at:])
		if at == len(s) || !joins(before, after) || isRegional(after) && evenFlags(s[:at]) {
			return at
		}
		at -= size
	}
	return end
}

// evenFlags says that s ends between two flags: a flag is two letters of the regional alphabet.
func evenFlags(s string) bool {
	even := true
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !isRegional(r) {
			break
		}
		even, s = !even, s[:len(s)-size]
	}
	return even
}

const zeroWidthJoiner = '\u200d'

// joins says that no reader would put a cut between the two.
func joins(before, after rune) bool {
	switch {
	case before == zeroWidthJoiner, after == zeroWidthJoiner:
		return true
	case unicode.In(after, unicode.Mn, unicode.Me, unicode.Mc), unicode.Is(unicode.Variation_Selector, after):
		return true
	case after >= 0x1F3FB && after <= 0x1F3FF: // skin tones
		return true
	case isRegional(before) && isRegional(after): // flags
		return true
	case after >= 0xE0020 && after <= 0xE007F: // tag sequences
		return true
	}
	return false
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// UTF16 counts as Telegram does: UTF-16 code units.
func UTF16(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
