package sim

import (
	"cmp"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// patterns are what Slack finds in plain text; urlHere and mailHere only find it where the text begins.
type patterns struct{ url, mail, name, urlHere, mailHere *regexp.Regexp }

func newPatterns() patterns {
	const (
		url  = `https?://[^\s<>|"]*[^\s<>|".,;:!?')\]}*_~]`
		mail = `[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`
	)
	return patterns{
		url: regexp.MustCompile(url), urlHere: regexp.MustCompile("^" + url),
		mail: regexp.MustCompile(mail), mailHere: regexp.MustCompile("^" + mail),
		name: regexp.MustCompile(`(^|[\s(])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}])`),
	}
}

// segment is a piece of Slack's markup: literal text (with entities), or what stands between < and >.
type segment struct {
	text  string
	angle bool
}

// segments cuts markup apart. A < without > is text.
func segments(text string) iter.Seq[segment] {
	return func(yield func(segment) bool) {
		for text != "" {
			open := strings.IndexByte(text, '<')
			if open < 0 {
				yield(segment{text: text})
				return
			}
			end := strings.IndexAny(text[open+1:], "<>\n")
			if end < 0 || text[open+1+end] != '>' || end == 0 {
				if !yield(segment{text: text[:open+1]}) {
					return
				}
				text = text[open+1:]
				continue
			}
			if open > 0 && !yield(segment{text: text[:open]}) {
				return
			}
			if !yield(segment{text: text[open+1 : open+1+end], angle: true}) {
				return
			}
			text = text[open+end+2:]
		}
	}
}

// escape replaces the three control characters. https://docs.slack.dev/messaging/formatting-message-text#escaping
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// unescape decodes the three entities, once.
func unescape(text string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)
}

// normalise is what Slack makes of the text of a post before it keeps it: stray control characters become entities,
// bare links (unless parse is none) and names (with link_names, or parse full) become tokens, emoji become names.
func (s *Sim) normalise(text, parse string, linkNames bool) string {
	var b strings.Builder
	for seg := range segments(text) {
		if seg.angle && parse != "full" && token(seg.text) {
			b.WriteString("<" + seg.text + ">")
			continue
		}
		plain := seg.text
		if seg.angle {
			plain = "<" + plain + ">"
		}
		literal := s.emoji.toNames(unescape(plain))
		if parse == "none" {
			b.WriteString(escape(literal))
			continue
		}
		b.WriteString(s.autolink(literal, linkNames || parse == "full"))
	}
	return b.String()
}

// token tells whether what stands in angle brackets means something to Slack.
func token(text string) bool {
	switch text[0] {
	case '@', '#', '!':
		return len(text) > 1
	}
	for _, scheme := range []string{"http://", "https://", "mailto:", "tel:", "slack://"} {
		if strings.HasPrefix(text, scheme) {
			return true
		}
	}
	return false
}

// autolink escapes text and wraps what looks like a link or, where asked, a name.
func (s *Sim) autolink(text string, names bool) string {
	var b strings.Builder
	at := 0
	for _, hit := range s.linkable(text, names) {
		if hit.from < at {
			continue
		}
		b.WriteString(escape(text[at:hit.from]))
		b.WriteString(hit.wrapped)
		at = hit.to
	}
	b.WriteString(escape(text[at:]))
	return b.String()
}

// hit is a place in text that becomes a token.
type hit struct {
	from, to int
	wrapped  string
}

// linkable finds links, mail addresses and names, in order.
func (s *Sim) linkable(text string, names bool) []hit {
	var hits []hit
	p := s.patterns
	for _, m := range p.url.FindAllStringIndex(text, -1) {
		hits = append(hits, hit{m[0], m[1], "<" + escape(text[m[0]:m[1]]) + ">"})
	}
	for _, m := range p.mail.FindAllStringIndex(text, -1) {
		a := escape(text[m[0]:m[1]])
		hits = append(hits, hit{m[0], m[1], "<mailto:" + a + "|" + a + ">"})
	}
	if names {
		for _, m := range p.name.FindAllStringSubmatchIndex(text, -1) {
			if t := s.nameToken(text[m[4]:m[5]], text[m[6]:m[7]]); t != "" {
				hits = append(hits, hit{m[4], m[7], t})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.from, b.from) })
	return hits
}

// nameToken is the token of @here, @group, @person or #channel; "" where nobody is called that.
func (s *Sim) nameToken(sign, name string) string {
	if sign == "#" {
		for _, c := range s.channels {
			if c.im == "" && c.Name == name {
				return "<#" + c.ID + "|" + name + ">"
			}
		}
		return ""
	}
	switch name {
	case "here", "channel", "everyone":
		return "<!" + name + ">"
	}
	for _, g := range s.groups {
		if g.Handle == name {
			return "<!subteam^" + g.ID + ">"
		}
	}
	for _, u := range s.users {
		if u.Name == name {
			return "<@" + u.ID + ">"
		}
	}
	return ""
}
