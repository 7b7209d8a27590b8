package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"webcare/bot/conversation"
)

// mrkdwn reads the top-level text, for messages without blocks that can be read: API posts, old clients. Entities are
// decoded last and once. Source of the grammar: docs.slack.dev, "Formatting message text".
func (r *reader) mrkdwn(s string) {
	for i, part := range strings.Split(s, "```") {
		if i%2 == 0 || strings.Count(s, "```") < 2*((i+1)/2) {
			if i%2 == 1 {
				part = "```" + part
			}
			r.lines(part)
			continue
		}
		r.newline()
		from := r.b.Len()
		r.literal(strings.Trim(part, "\n"))
		r.span(from, conversation.Span{Style: conversation.Pre})
		r.b.WriteByte('\n')
	}
}

// lines reads lines, of which those that begin with > are a quote.
func (r *reader) lines(s string) {
	quote, all := -1, false
	s = strings.TrimPrefix(s, "\n")
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			r.b.WriteByte('\n')
		}
		rest, ok := strings.CutPrefix(line, "&gt;")
		if more, deep := strings.CutPrefix(line, "&gt;&gt;&gt;"); deep {
			rest, all = more, true
		}
		switch {
		case (ok || all) && quote < 0:
			quote = r.b.Len()
		case !ok && !all && quote >= 0:
			r.spanTo(quote, r.b.Len()-1, conversation.Span{Style: conversation.Quoted})
			quote = -1
		}
		if ok {
			line = strings.TrimPrefix(rest, " ")
		}
		r.line(line, nil)
	}
	if quote >= 0 {
		r.span(quote, conversation.Span{Style: conversation.Quoted})
	}
}

// maxNest bounds how deep styles may nest.
const maxNest = 6

// line reads what stands within a line: code, <...>, and *bold* _italic_ ~strike~.
func (r *reader) line(s string, open []byte) {
	from := 0
	flush := func(to int) {
		r.add(entities(s[from:to]))
	}
	for i := 0; i < len(s); {
		var end int
		switch c := s[i]; c {
		case '`':
			if end = strings.IndexByte(s[i+1:], '`'); end <= 0 {
				i++
				continue
			}
			flush(i)
			start := r.b.Len()
			r.literal(s[i+1 : i+1+end])
			r.span(start, conversation.Span{Style: conversation.Code})
		case '<':
			if end = strings.IndexByte(s[i+1:], '>'); end <= 0 {
				i++
				continue
			}
			flush(i)
			r.token(s[i+1 : i+1+end])
		case '*', '_', '~':
			if end = closing(s, i, open); end < 0 {
				i++
				continue
			}
			flush(i)
			start := r.b.Len()
			r.line(s[i+1:i+1+end], append(open, c))
			r.span(start, conversation.Span{Style: map[byte]conversation.Style{'*': conversation.Bold, '_': conversation.Italic, '~': conversation.Strike}[c]})
		default:
			i++
			continue
		}
		i += end + 2
		from = i
	}
	flush(len(s))
}

// closing finds the end of an emphasis that may begin at i: the length of what is inside, or -1. Signs count only at
// the edges of words.
func closing(s string, i int, open []byte) int {
	c := s[i]
	if len(open) >= maxNest || strings.IndexByte(string(open), c) >= 0 {
		return -1
	}
	if before, _ := utf8.DecodeLastRuneInString(s[:i]); i > 0 && !edge(before) {
		return -1
	}
	if next, _ := utf8.DecodeRuneInString(s[i+1:]); i+1 >= len(s) || unicode.IsSpace(next) || next == rune(c) {
		return -1
	}
	for j := i + 2; j < len(s); j++ {
		if s[j] == '<' || s[j] == '`' { // not inside of these
			stop := strings.IndexByte(s[j+1:], map[byte]byte{'<': '>', '`': '`'}[s[j]])
			if stop > 0 {
				j += stop + 1
				continue
			}
		}
		if s[j] != c {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:j])
		after, _ := utf8.DecodeRuneInString(s[j+1:])
		if !unicode.IsSpace(before) && (j+1 >= len(s) || edge(after)) {
			return j - i - 1
		}
	}
	return -1
}

func edge(r rune) bool {
	return unicode.IsSpace(r) || ((unicode.IsPunct(r) || unicode.IsSymbol(r)) && r != utf8.RuneError)
}

// literal adds text in which only <...> and entities are read, as within code.
func (r *reader) literal(s string) {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			break
		}
		r.add(entities(s[:i]))
		r.token(s[i+1 : i+end])
		s = s[i+end+1:]
	}
	r.add(entities(s))
}

// token reads what stands between < and >.
func (r *reader) token(s string) {
	if s == "" {
		return
	}
	id, label, _ := strings.Cut(s, "|")
	label = entities(label)
	mention := func(sign, name, target string) {
		r.add(sign+strings.TrimLeft(name, "@#"), conversation.Span{Style: conversation.Mention, Target: target})
	}
	switch {
	case s[0] == '@':
		name := r.name(id[1:])
		if name == someone && label != "" {
			name = label
		}
		mention("@", name, id[1:])
	case s[0] == '#':
		mention("#", or(label, someone), id[1:])
	case strings.HasPrefix(id, "!subteam^"):
		group := strings.TrimPrefix(id, "!subteam^")
		mention("@", or(label, someone), group)
	case id == "!here" || id == "!channel" || id == "!everyone" || id == "!group":
		mention("@", id[1:], id[1:])
	case s[0] == '!':
		r.add(label)
	default:
		r.link(entities(id), label, nil)
	}
}

// or is the first that is not empty.
func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// entities decodes the three that Slack knows, once.
func entities(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
