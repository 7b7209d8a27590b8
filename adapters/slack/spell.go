package slack

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"

	"webcare/bot/conversation"
)

// maxSpelled is how many characters the addresses of one text may add to it, so that one message with many links does not
// become many posts.
const maxSpelled = 8000

// spell writes out where the links of a text lead, so that the address that opens is the one that is read: a label that
// is the address itself becomes the link, any other label stays text, with the real address behind it. An address that
// must not be opened is text; of one that is too long there is an ellipsis. It comes before a text is cut into parts,
// since the addresses count.
func spell(t conversation.Text) conversation.Text {
	t = tidy(cleanText(t))
	bare := t.Without(conversation.Link)
	var plain strings.Builder
	var spans []conversation.Span
	add := func(more conversation.Text) {
		for _, s := range more.Spans {
			s.From, s.To = s.From+plain.Len(), s.To+plain.Len()
			spans = append(spans, s)
		}
		plain.WriteString(more.Plain)
	}
	at, room := 0, maxSpelled
	for _, s := range t.Spans {
		if s.Style != conversation.Link || s.From < at || s.Target == "" {
			continue
		}
		label := t.Plain[s.From:s.To]
		from := s.From + len(label) - len(strings.TrimLeftFunc(label, unicode.IsSpace))
		to := from + len(strings.TrimSpace(label))
		add(bare.Slice(at, from))
		for _, part := range anchor(bare.Slice(from, to), s.Target, alone(t.Plain[:from], t.Plain[to:]), &room) {
			add(part)
		}
		at = to
	}
	add(bare.Slice(at, len(t.Plain)))
	return conversation.Text{Plain: plain.String(), Spans: spans}
}

// anchor is a link as it is shown. alone: no text around it can be taken for a part of it.
func anchor(text conversation.Text, target string, alone bool, room *int) []conversation.Text {
	shown, opens := address(target)
	size := utf8.RuneCountInString(shown)
	switch {
	case size == 0:
		return []conversation.Text{text}
	case size > maxURL || size > *room:
		return []conversation.Text{text, conversation.Plainly(" (…)")}
	}
	*room -= size
	link := conversation.Plainly(shown)
	if opens {
		link.Spans = []conversation.Span{{To: len(shown), Style: conversation.Link, Target: shown}}
	}
	if alone && sameAddress(label(text.Plain), shown) {
		for _, s := range text.Spans {
			if s.From == 0 && s.To == len(text.Plain) {
				s.To = len(shown)
				link.Spans = append(link.Spans, s)
			}
		}
		return []conversation.Text{link}
	}
	return []conversation.Text{text, conversation.Plainly(" ("), link, conversation.Plainly(")")}
}

// alone says that text between the two would be read for itself: up to the next white space there is nothing but
// brackets, quotation marks and, behind it, the end of a sentence.
func alone(before, after string) bool {
	if i := strings.LastIndexFunc(before, unicode.IsSpace); i >= 0 {
		before = before[i:]
	}
	if i := strings.IndexFunc(after, unicode.IsSpace); i >= 0 {
		after = after[:i]
	}
	opens := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Ps, unicode.Pi, unicode.Pf) || strings.ContainsRune(`"'`, r)
	}
	closes := func(r rune) bool {
		return unicode.In(r, unicode.Pe, unicode.Pi, unicode.Pf) || strings.ContainsRune(`"'.,;:!?…`, r)
	}
	return strings.TrimFunc(before, opens) == "" && strings.TrimFunc(after, closes) == ""
}

// address gives an address as it is shown, and whether it may be clicked: only the web, mail and telephones, and none
// in which something could be taken for what it is not: no name before the host, only hosts in plain ASCII, no spaces,
// nothing that is written from right to left, no sign at their ends, and none longer than Slack takes.
func address(target string) (shown string, opens bool) {
	target = label(target)
	u, err := url.Parse(target)
	if err != nil || len(target) > maxURL || strings.ContainsFunc(target, unclear) {
		return target, false
	}
	target = u.Scheme + target[len(u.Scheme):] // in lower case: Slack knows no other
	switch u.Scheme {
	case "http", "https":
		return target, u.User == nil && !strings.ContainsFunc(u.Host, notOfHosts) && wholeHost(u.Hostname())
	case "mailto", "tel":
		return target, u.Opaque != "" && !strings.ContainsFunc(target, func(r rune) bool { return r >= utf8.RuneSelf })
	}
	return target, false
}

// unclear says that a character could be taken for another one in an address, or end it for a reader.
func unclear(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || strings.ContainsRune("<>|\\\"", r)
	}
	p, _ := bidi.LookupRune(r)
	return p.Class() != bidi.L && p.Class() != bidi.EN || !unicode.IsLetter(r) && !unicode.IsNumber(r)
}

// wholeHost says that nothing at either end of a host could be taken for the end of a sentence.
func wholeHost(host string) bool {
	return host != "" && (strings.Contains(host, ":") || strings.Trim(host, "-._") == host)
}

// notOfHosts says that a character has no place in a host with its port.
func notOfHosts(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_:[]", r)
}

// sameAddress: the label says no more and no less than the address; a scheme that the label does not name, and a last
// slash, do not count.
func sameAddress(label, target string) bool {
	label, target = strings.TrimSuffix(label, "/"), strings.TrimSuffix(target, "/")
	for _, scheme := range []string{"", "https://", "http://", "mailto:", "tel:"} {
		if label != "" && scheme+label == target {
			return true
		}
	}
	return false
}
