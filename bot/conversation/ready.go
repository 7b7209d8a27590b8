package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ready is a ready answer: what stands in the place of !Word at the start of a line.
type Ready struct {
	// Word is without the sign and as FoldWord writes it; Language a base language of BCP 47 ("nl"), empty = of any.
	Word, Language string
	// Text may hold {customer} and {me}.
	Text Text
}

// The bounds of a ready answer, in runes.
const (
	MaxReadyWord = 30
	MaxReadyText = 3000
)

// Called is what there is of the ready answers that a staff message calls; empty where it calls none.
type Called struct {
	// Found are those that are there, chosen for the customer's language.
	Found []Ready
	// Words are all that there are, at most MostWords, and More how many others: where the message calls one that is
	// not among them.
	Words []string
	More  int
}

// MostWords is how many words a list of all of them names.
const MostWords = 40

// FoldWord is how words are compared: in lower case, without accents.
func FoldWord(s string) string { return fold(s) }

// wordRune says that a character may stand in a word.
func wordRune(r rune) bool {
	return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// IsReadyWord says that s can be the word of a ready answer: letters, digits, - and _, of them 1 to MaxReadyWord, and
// one of them a letter or a digit.
func IsReadyWord(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 0 && n <= MaxReadyWord && strings.IndexFunc(s, func(r rune) bool { return !wordRune(r) }) < 0 && strings.ContainsFunc(s, alphanumeric)
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// call is where in a text a ready answer is called, the sign included.
type call struct {
	from, to int
	word     string
}

// calls finds the ready answers that a text calls: a ! at the start of a line and a word directly behind it, which ends
// at the first character that cannot be in one. The start is that of a note, so that spaces, what nobody sees, bullets,
// list numbers and quotation marks may stand in front; a ! that was typed twice or full-width is one.
func calls(s string) []call {
	if !strings.ContainsAny(s, "!！﹗︕") {
		return nil
	}
	var all []call
	for at := 0; at < len(s); {
		line := s[at:]
		if end := strings.IndexFunc(line, endsLine); end >= 0 {
			line = line[:end]
		}
		folded, from := foldFrom(line)
		start := undecorated(folded)
		rest := strings.TrimLeft(start, "!")
		word := rest[:len(rest)-len(strings.TrimLeftFunc(rest, wordRune))]
		if len(rest) < len(start) && strings.ContainsFunc(word, alphanumeric) {
			first, last := len(folded)-len(start), len(folded)-len(rest)+len(word)
			all = append(all, call{at + from[first], at + from[last], word})
		}
		_, size := utf8.DecodeRuneInString(s[at+len(line):])
		at += len(line) + size
	}
	return all
}

// endsLine: a reader sees what follows in a new line.
func endsLine(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) }

// Calls lists the words of the ready answers that a text calls, as it stands or as a customer would read it, each once.
func (t Text) Calls() []string {
	all := calls(t.Plain)
	if t.Has(Mention) {
		all = append(all, calls(t.WithoutMentions().Plain)...)
	}
	var words []string
	for _, c := range all {
		if !slices.Contains(words, c.word) {
			words = append(words, c.word)
		}
	}
	return words
}

// Choose picks from the ready answers of one word: the first that is in one of the languages (BCP 47, empty = not
// known), in their order, else one for any language, else the first. False = there is none.
func Choose(all []Ready, languages ...string) (Ready, bool) {
	if len(all) == 0 {
		return Ready{}, false
	}
	in := func(language string) int {
		return slices.IndexFunc(all, func(r Ready) bool { return BaseLanguage(r.Language) == language })
	}
	for _, want := range languages {
		if base := BaseLanguage(want); base != "" {
			if i := in(base); i >= 0 {
				return all[i], true
			}
		}
	}
	return all[max(0, in(""))], true
}

// BaseLanguage is the language of a BCP 47 tag without script and region: "nl" for "nl-BE".
func BaseLanguage(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}

// expand puts the ready answers where a text calls them, and what stands around a call around them; only a full stop or !
// that ends a sentence goes where the ready answer ends in punctuation of its own. Those that are not there are left as
// they were typed; so a text that still calls one must not leave.
func expand(t Text, found []Ready, customer Customer, by Person) Text {
	var out Text
	end := 0 // of what is done of t
	for _, c := range calls(t.Plain) {
		i := slices.IndexFunc(found, func(r Ready) bool { return r.Word == c.word })
		if i < 0 {
			continue
		}
		text := fill(found[i].Text.Trim(), customer, by)
		out = out.Add(t.Slice(end, c.from)).Add(text)
		if end = c.to; endsTwice(text.Plain, t.Plain[end:]) {
			end++
		}
	}
	return out.Add(t.Slice(end, len(t.Plain)))
}

// endsTwice says that what stands behind a ready answer only ends its last sentence, which has an end.
func endsTwice(text, behind string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	if !unicode.IsPunct(last) || behind == "" || behind[0] != '.' && behind[0] != '!' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(behind[1:])
	return behind[1:] == "" || invisible(next)
}

// variable is a {name} in a ready answer.
type variable struct {
	from, to int
	name     string // in lower case
}

// variables finds what stands in braces and looks like a name.
func variables(s string) []variable {
	var all []variable
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '{')
		if i < 0 {
			return all
		}
		from := at + i
		name := s[from+1:]
		name = name[:len(name)-len(strings.TrimLeftFunc(name, unicode.IsLetter))]
		at = from + 1
		if to := at + len(name); name != "" && strings.HasPrefix(s[to:], "}") {
			all = append(all, variable{from, to + 1, strings.ToLower(name)})
			at = to + 1
		}
	}
}

// fill puts names into a ready answer: {customer} is the customer's, {me} the writer's. Where there is no name the gap
// closes: "Hello {customer}," is "Hello,", and "{customer}, thank you" is "Thank you".
func fill(t Text, customer Customer, by Person) Text {
	all := variables(t.Plain)
	for _, v := range slices.Backward(all) {
		name := ""
		switch v.name {
		case "customer":
			name = spokenTo(customer)
		case "me":
			name = by.Name
		default:
			continue
		}
		if name != "" {
			t = t.replace(v.from, v.to, name)
			continue
		}
		t = t.close(v.from, v.to)
	}
	return t
}

// close takes out a name that is not known, with what only makes sense beside it.
func (t Text) close(from, to int) Text {
	before := t.Plain[:from]
	if r, size := utf8.DecodeLastRuneInString(before); before != "" && r != '\n' {
		if unicode.IsSpace(r) {
			from -= size
		}
		return t.replace(from, to, "")
	}
	to += len(t.Plain[to:]) - len(strings.TrimLeft(t.Plain[to:], " ,;:.!"))
	if r, size := utf8.DecodeRuneInString(t.Plain[to:]); unicode.IsLower(r) {
		t = t.replace(to, to+size, string(unicode.ToUpper(r)))
	}
	return t.replace(from, to, "")
}

// replace is t with s in the place of Plain[from:to]. Styles over that place are over s; those within it are gone.
func (t Text) replace(from, to int, s string) Text {
	out := Text{Plain: t.Plain[:from] + s + t.Plain[to:]}
	for _, span := range t.Spans {
		switch {
		case span.From >= to:
			span.From += len(s) - (to - from)
		case span.From > from:
			span.From = from + len(s)
		}
		switch {
		case span.To >= to:
			span.To += len(s) - (to - from)
		case span.To > from:
			span.To = from
		}
		if span.From < span.To {
			out.Spans = append(out.Spans, span)
		}
	}
	return out
}

// longestName is the most runes of a name that a customer is spoken to by.
const longestName = 60

// spokenTo is how a customer is spoken to: by the first name where the network tells it apart, else by the whole name;
// empty where there is none. A name is hostile, and what we write is read by others: only what names are made of is kept
// of it, so that it can be no address, no signature and no line of its own.
func spokenTo(c Customer) string {
	for _, name := range []string{c.First, c.Name} {
		var b strings.Builder
		letters := 0
		for rest := name; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
			next, _ := utf8.DecodeRuneInString(rest)
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r):
				letters++
			case unicode.In(r, unicode.Mn, unicode.Mc), r == '-', r == '\'', r == '’':
			case r == '.' && (rest == "" || unicode.IsSpace(next)): // of an initial, never of an address
			case unicode.IsSpace(r):
				r = ' '
			default:
				continue
			}
			b.WriteRune(r)
		}
		if clean := strings.Join(strings.Fields(b.String()), " "); letters > 0 {
			return Plainly(clean).Cut(longestName).Plain
		}
	}
	return ""
}

// Fault is what is wrong with a ready answer that somebody wants to keep.
type Fault string

// The faults.
const (
	BadWord      Fault = "bad_word"      // see IsReadyWord
	NoText       Fault = "no_text"       // a reader sees nothing of it
	LongText     Fault = "long_text"     // longer than MaxReadyText
	LikeNote     Fault = "like_note"     // it begins as a note does, and would stay inside
	HasMention   Fault = "has_mention"   // it mentions somebody or something in Slack, and would stay inside
	CallsAnother Fault = "calls_another" // a line of it begins with ! and a word
	NoVariable   Fault = "no_variable"   // something else than {customer} and {me} in braces
)

// Faults says what is wrong with the word and with the text; empty = nothing.
func (r Ready) Faults() (word, text Fault) {
	if !IsReadyWord(r.Word) {
		word = BadWord
	}
	switch Judge(Message{Text: r.Text}, Person{MaySpeak: true}) {
	case IsEmptyText:
		return word, NoText
	case IsNote, IsNearMiss:
		return word, LikeNote
	case IsMention:
		return word, HasMention
	case IsForbidden, IsUnknownWord, IsAnswer:
	}
	switch {
	case utf8.RuneCountInString(r.Text.Plain) > MaxReadyText:
		text = LongText
	case len(calls(r.Text.Plain)) > 0:
		text = CallsAnother
	case slices.ContainsFunc(variables(r.Text.Plain), func(v variable) bool { return v.name != "customer" && v.name != "me" }):
		text = NoVariable
	}
	return word, text
}
