package slack

import (
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// maxBlockText is how many characters one message's blocks may hold. Slack's own bound is hidden and lies somewhere
// between 11,341 and 13,200 (bolt-js issues 2509 and 2867).
const maxBlockText = 8000

// visible is a text of which a reader sees something, unless there is none at all.
func visible(l *language.Language, t conversation.Text) conversation.Text {
	if t.Plain != "" && blank(t.Plain) {
		return conversation.Plainly(l.Say(language.Empty))
	}
	return t
}

// maxURL is how long an address behind a button may be, in characters; we count bytes, of which there are never fewer.
// A button or link with a longer one has Slack refuse the whole message (docs.slack.dev, "Button element").
const maxURL = 3000

// maxFallback is how many characters the top-level text holds: what notifications and screen readers say. Escaping may
// make five of each, and chat.update takes 4,000 (docs.slack.dev, "chat.update").
const maxFallback = 750

// rich renders a text as the elements of one rich_text block. Whatever stands in it is literal: text elements are not
// parsed, and no element that pings is ever made here. Mention spans are ignored, and so are Link spans, but over an
// address that is the link's own: see spell.
func rich(t conversation.Text, lead ...slackgo.RichTextSectionElement) []slackgo.RichTextElement {
	w := &richWriter{line: lead, kind: slackgo.RTESection}
	for _, r := range runs(cleanText(t)) {
		w.write(r)
	}
	w.flush()
	return w.out
}

// richWriter collects inline elements and closes them into sections, quotes and preformatted stretches.
type richWriter struct {
	out  []slackgo.RichTextElement
	kind slackgo.RichTextElementType
	line []slackgo.RichTextSectionElement
	ours bool // our own people wrote it, and edit it: links keep their labels
}

// composed is rich for a field in which our own people edit their text.
func composed(t conversation.Text) []slackgo.RichTextElement {
	w := &richWriter{kind: slackgo.RTESection, ours: true}
	for _, r := range runs(t) {
		w.write(r)
	}
	w.flush()
	return w.out
}

func (w *richWriter) write(r run) {
	kind, link, labelled := slackgo.RTESection, false, ""
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
		case conversation.Link:
			shown, opens := address(s.Target)
			link = opens && r.text == shown && s.To-s.From == len(shown)
			if w.ours && opens {
				labelled = shown
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
	if labelled != "" && kind != slackgo.RTEPreformatted {
		w.line = append(w.line, slackgo.NewRichTextSectionLinkElement(labelled, r.text, style))
	} else if link && kind != slackgo.RTEPreformatted {
		w.line = append(w.line, slackgo.NewRichTextSectionLinkElement(r.text, "", style))
	} else if r.text != "" {
		w.line = append(w.line, slackgo.NewRichTextSectionTextElement(r.text, style))
	}
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
