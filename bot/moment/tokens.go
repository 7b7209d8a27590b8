package moment

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a dash of a text, or what rules have made of some of them. There are hundreds in a text:
// their size counts.
type token struct {
	*word
	means    *reading // of a piece of a moment
	from, to int32    // its bytes
	at, next int32    // its place among the words of the text, and that of the next
	gap      gap      // what stands before it; 0 is nothing at all
	loose    bool     // as a clock it may be one of the afternoon
}

// What is not in a text, a word that is not known, and a dash.
var (
	absent  = &token{word: unknown}
	unknown = &word{}
	aDash   = &word{kind: dash}
)

// gap is what stands between two words.
type gap uint8

const (
	blank    gap = 1 << iota // a space, a bracket, formatting
	comma                    // a comma or colon: a clause may end
	stop                     // the sentence ends
	question                 // and is a question
	tied                     // a sign that makes one of both, or belongs to no sentence: "morgen.nl", "€"
)

// tokens cuts a text into words and numbers. The last token is its end and says nothing.
func tokens(text string) []token {
	all := make([]token, 0, len(text)/5+2)
	before := stop
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		}
		t := token{from: int32(i), at: int32(len(all)), next: int32(len(all) + 1), gap: before, loose: c != '0'}
		end := i + size
		switch {
		case c == ' ':
			before, i = before|blank, end
			continue
		case c >= '0' && c <= '9':
			end, t.word = numeral(text, i)
		case unicode.IsLetter(c):
			end, t.word = wordAt(text, i)
			if end == i+1 && t.kind&minute != 0 && (len(all) == 0 || all[len(all)-1].kind&(number|clock|pair) == 0) {
				t.word = you // "u" is an hour, and is you
			}
		case c == '-', c > utf8.RuneSelf && strings.ContainsRune("–—‑", c):
			t.word = aDash
		default:
			last := absent
			if n := len(all); n > 0 && int(all[n-1].to) == i {
				last = &all[n-1]
			}
			before, i = before|between(c, last, text[end:]), end
			continue
		}
		t.to, before, i = int32(end), 0, end
		all = append(all, t)
	}
	return append(all, token{word: unknown, from: int32(len(text)), to: int32(len(text)), at: int32(len(all)), gap: before | stop})
}

// between says what the sign c stands for between last, if it follows that directly, and rest.
func between(c rune, last *token, rest string) gap {
	next, _ := utf8.DecodeRuneInString(rest)
	tight := last.to > 0 && (unicode.IsLetter(next) || unicode.IsDigit(next))
	switch {
	case c == '?':
		return stop | question
	case strings.ContainsRune("\n!;…", c):
		return stop
	case strings.ContainsRune("/\\@#=&%+€$£", c), tight && strings.ContainsRune(".,:_", c):
		return tied
	case c == '.' && last.kind&brief == 0 && last.to-last.from != 1 && !strings.Contains(last.text, "."):
		return stop
	case c == ',' || c == ':':
		return comma
	}
	return blank
}

// wordAt reads the word at i: letters, apostrophes within it, and the full stops of some abbreviations.
func wordAt(text string, i int) (end int, w *word) {
	for end = i; end < len(text) && text[end] >= 'a' && text[end] <= 'z'; end++ {
	}
	plain := end == len(text) || end > i+1 && strings.IndexByte(" .,!?", text[end]) >= 0 // as most words
	for !plain && end < len(text) && text[end] != ' ' {
		c, size := utf8.DecodeRuneInString(text[end:])
		after, _ := utf8.DecodeRuneInString(text[end+size:])
		if !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) && (c != '\'' && c != '’' || !unicode.IsLetter(after)) {
			break
		}
		end += size
	}
	if !plain && end == i+1 && end+2 <= len(text) && (text[end] == '.' || text[end] == '/') {
		if w = vocabulary[strings.ToLower(text[i:end+2])]; w != nil { // "a.s", "t/m"
			return end + 2, w
		}
	}
	key := text[i:end]
	if !plain {
		key = fold(key)
	}
	if w = vocabulary[key]; w == nil {
		w = unknown
	}
	return end, w
}

// accents are those that Dutch and English are written with, and composing ones.
var accents = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i",
	"ï", "i", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "\u0300", "", "\u0301", "", "\u0302", "", "\u0308", "", "’", "'")

// fold writes s in lower case and without accents.
func fold(s string) string {
	s = strings.ToLower(s)
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return accents.Replace(s)
		}
	}
	return s
}

// joined are digits and what joins them.
var joined = regexp.MustCompile(`^\d+(?:[-‑–/.,:uUhH]\d+)*`)

// numerals are the forms of numbers: what their groups are multiplied by and added up to are minutes since midnight,
// 20261203 for a date, hundredths, or two numbers in one.
var numerals = []struct {
	form  *regexp.Regexp
	kind  kind
	times [3]int
	plus  int
}{
	{regexp.MustCompile(`^([01]?\d|2[0-4])[:.uUhH]([0-5]\d)(?::\d\d)?()(?:$|[-‑–])`), clock, [3]int{60, 1}, 0},
	{regexp.MustCompile(`^(\d{4})[-/.](\d\d?)[-/.](\d\d?)$`), date, [3]int{10000, 100, 1}, 0},
	{regexp.MustCompile(`^(\d\d?)[-/.](\d\d?)[-/.](\d{4})$`), date, [3]int{1, 100, 10000}, 0},
	{regexp.MustCompile(`^(\d\d?)[-/.](\d\d?)[-/.](\d\d)$`), date, [3]int{1, 100, 10000}, 2000 * 10000},
	{regexp.MustCompile(`^(\d\d?)[.,](\d)()$`), decimal, [3]int{100, 10}, 0},
	{regexp.MustCompile(`^(\d\d?)[-‑–/](\d\d?)()$`), pair, [3]int{100, 1}, 0},
}

// numeral reads the number at i. What has another form (telephone, order, money) is one word that says nothing.
func numeral(text string, i int) (end int, w *word) {
	end = i + 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	all := text[i:end]
	if end+1 < len(text) && text[end] != ' ' && text[end] != '\n' {
		all = joined.FindString(text[i:min(len(text), i+64)])
	}
	w, end = &word{}, i+len(all)
	if n, err := strconv.Atoi(all); err == nil && len(all) <= 4 {
		w.kind, w.n = number, n
		if n >= 1900 && n < 2200 {
			w.kind |= year
		}
		return end, w
	}
	for _, f := range numerals {
		m := f.form.FindStringSubmatchIndex(all)
		if m == nil {
			continue
		}
		w.kind, w.n = f.kind, f.plus
		for g, times := range f.times {
			n, _ := strconv.Atoi(all[m[2*g+2]:m[2*g+3]]) // an empty group is 0
			w.n += n * times
		}
		return i + m[7], w
	}
	return end, w
}
