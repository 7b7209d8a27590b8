package slack

import (
	"net/url"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"webcare/bot/conversation"
)

// maxBlockText is how many characters one message's blocks may hold. Slack's own bound is hidden and lies somewhere
// between 11,341 and 13,200 (bolt-js issues 2509 and 2867).
const maxBlockText = 8000

// visible is a text of which a reader sees something, unless there is none at all.
func visible(t conversation.Text) conversation.Text {
	if t.Plain != "" && blank(t.Plain) {
		return conversation.Plainly("(empty message)")
	}
	return t
}

// maxURL is how long an address behind a button may be, in characters; we count bytes, of which there are never fewer.
// A button or link with a longer one has Slack refuse the whole message (docs.slack.dev, "Button element").
const maxURL = 3000

// maxFallback is how many characters the top-level text holds: what notifications and screen readers say.
const maxFallback = 1000

// rich renders a text as the elements of one rich_text block. Whatever stands in it is literal: text elements are not
// parsed, and no element that pings is ever made here. Mention spans are ignored.
func rich(t conversation.Text, lead ...slackgo.RichTextSectionElement) []slackgo.RichTextElement {
	w := &richWriter{line: lead, kind: slackgo.RTESection}
	all := runs(t)
	for i, r := range all {
		link, ends := linkOf(r, all, i)
		w.write(r, link, ends)
	}
	w.flush()
	return w.out
}

// richWriter collects inline elements and closes them into sections, quotes and preformatted stretches.
type richWriter struct {
	out   []slackgo.RichTextElement
	kind  slackgo.RichTextElementType
	line  []slackgo.RichTextSectionElement
	label strings.Builder // of the link we are in
	ours  bool            // our own people wrote it, and edit it: links keep their labels
}

// composed is rich for a field in which our own people edit their text.
func composed(t conversation.Text) []slackgo.RichTextElement {
	w := &richWriter{kind: slackgo.RTESection, ours: true}
	all := runs(t)
	for i, r := range all {
		link, ends := linkOf(r, all, i)
		w.write(r, link, ends)
	}
	w.flush()
	return w.out
}

// linkOf gives the link a run is in, and whether the run is the last of it.
func linkOf(r run, all []run, i int) (target string, ends bool) {
	for _, s := range r.on {
		if s.Style == conversation.Link {
			target, ends = s.Target, true
			if i+1 < len(all) {
				for _, next := range all[i+1].on {
					if next == s {
						ends = false
					}
				}
			}
		}
	}
	return target, ends
}

func (w *richWriter) write(r run, link string, ends bool) {
	kind := slackgo.RTESection
	style := &slackgo.RichTextSectionTextStyle{}
	for _, s := range r.on {
		switch s.Style {
		case conversation.Bold:
			style.Bold = true
		case conversation.Italic:
			style.Italic = true
		case conversation.Underline:
			style.Underline = true
		case conversation.Strike:
			style.Strike = true
		case conversation.Code:
			style.Code = true
		case conversation.Pre:
			kind = slackgo.RTEPreformatted
		case conversation.Quoted:
			if kind == slackgo.RTESection {
				kind = slackgo.RTEQuote
			}
		}
	}
	if kind != w.kind {
		w.flush()
		w.kind = kind
	}
	if kind == slackgo.RTEPreformatted || *style == (slackgo.RichTextSectionTextStyle{}) {
		style = nil
	}
	text := clean(r.text)
	if link != "" && kind != slackgo.RTEPreformatted {
		w.label.WriteString(text)
		w.link(text, link, ends, style)
		return
	}
	w.text(text, style)
}

func (w *richWriter) text(s string, style *slackgo.RichTextSectionTextStyle) {
	if s != "" {
		w.line = append(w.line, slackgo.NewRichTextSectionTextElement(s, style))
	}
}

// link shows a customer's link so that the address that opens is the one that is read: a label that is the address
// itself becomes the link, any other label stays text, with the real address behind it. An address that is too long to
// open is left out.
func (w *richWriter) link(text, target string, ends bool, style *slackgo.RichTextSectionTextStyle) {
	shown, opens := address(target)
	if w.ours && opens {
		w.label.Reset()
		w.line = append(w.line, slackgo.NewRichTextSectionLinkElement(shown, text, style))
		return
	}
	if len(shown) > maxURL {
		if w.text(text, style); ends {
			w.label.Reset()
		}
		return
	}
	if whole := w.label.String(); ends && whole == text && sameAddress(whole, shown) {
		w.label.Reset()
		w.open(shown, opens, style)
		return
	}
	w.text(text, style)
	if ends {
		w.label.Reset()
		w.text(" (", nil)
		w.open(shown, opens, nil)
		w.text(")", nil)
	}
}

func (w *richWriter) open(shown string, opens bool, style *slackgo.RichTextSectionTextStyle) {
	if !opens {
		w.text(shown, style)
		return
	}
	w.line = append(w.line, slackgo.NewRichTextSectionLinkElement(shown, "", style))
}

// address gives an address as it is shown, and whether it may be clicked: only the web, mail and telephones, and only
// hosts in plain ASCII, so that no look-alike letter can be clicked; and none longer than Slack takes.
func address(target string) (shown string, opens bool) {
	target = label(target)
	u, err := url.Parse(target)
	if err != nil || len(target) > maxURL {
		return target, false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return target, u.Host != "" && u.User == nil && ascii(u.Host) && !strings.ContainsAny(target, "<>|\\")
	case "mailto", "tel":
		return target, ascii(target) && !strings.ContainsAny(target, "<>|\\")
	}
	return target, false
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] <= ' ' {
			return false
		}
	}
	return true
}

// sameAddress: the label says no more and no less than the address; scheme and a last slash do not count.
func sameAddress(label, target string) bool {
	bare := func(s string) string {
		s = strings.TrimSpace(s)
		for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
			if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
				s = s[len(scheme):]
				break
			}
		}
		return strings.TrimSuffix(s, "/")
	}
	return bare(label) == bare(target)
}

func (w *richWriter) flush() {
	line := w.line
	w.line = nil
	if len(line) == 0 {
		return
	}
	switch w.kind {
	case slackgo.RTEPreformatted:
		w.out = append(w.out, &slackgo.RichTextPreformatted{Type: slackgo.RTEPreformatted, Elements: line})
	case slackgo.RTEQuote:
		w.out = append(w.out, &slackgo.RichTextQuote{Type: slackgo.RTEQuote, Elements: line})
	default:
		w.out = append(w.out, slackgo.NewRichTextSection(line...))
	}
}

// split cuts a text into parts of at most limit runes, at a line's end or a space where one is near. Nothing is lost
// but the white space at the cuts.
func split(t conversation.Text, limit int) []conversation.Text {
	var parts []conversation.Text
	from := 0
	for {
		to := from
		for n := 0; n < limit && to < len(t.Plain); n++ {
			_, size := utf8.DecodeRuneInString(t.Plain[to:])
			to += size
		}
		if to == len(t.Plain) {
			return append(parts, slice(t, from, to))
		}
		at := to
		window := t.Plain[from:to]
		if i := strings.LastIndexByte(window, '\n'); i > 0 && i >= len(window)/2 {
			at = from + i
		} else if i := strings.LastIndexByte(window, ' '); i > 0 && i >= len(window)/2 {
			at = from + i
		}
		parts = append(parts, slice(t, from, at))
		from = at
		if t.Plain[from] == '\n' || t.Plain[from] == ' ' {
			from++
		}
	}
}
