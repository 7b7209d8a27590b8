package conversation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is plain text with styled stretches. Plain holds everything a reader sees; spans only say how. Spans are in
// order of From, lie within Plain, start and end on rune boundaries, and may nest but not cross.
type Text struct {
	Plain string
	Spans []Span
}

// Span styles Plain[From:To], in bytes.
type Span struct {
	From, To int
	Style    Style
	// Target is the URL of a Link, the language of a Pre, and of a Mention what is mentioned: the Slack id of a person
	// (U… or W…), user group or channel, the word of a broadcast, or an address inside Slack.
	Target string
}

// Style is how a stretch of text looks or what it is.
type Style string

// The styles. Lists need none: their bullets and numbers are part of Plain.
const (
	Bold      Style = "bold"
	Italic    Style = "italic"
	Underline Style = "underline"
	Strike    Style = "strike"
	Spoiler   Style = "spoiler"
	Code      Style = "code"
	Pre       Style = "pre"
	Quoted    Style = "quote"
	Link      Style = "link"
	// Mention is a person, group, channel or everybody in Slack. It stands only in what staff wrote; it makes the
	// message a note and never leaves.
	Mention Style = "mention"
)

// Plainly makes Text without spans.
func Plainly(s string) Text { return Text{Plain: s} }

// Slice is Plain[from:to] with the spans that lie in it, cut to fit.
func (t Text) Slice(from, to int) Text {
	out := Text{Plain: t.Plain[from:to]}
	for _, s := range t.Spans {
		s.From, s.To = max(s.From, from)-from, min(s.To, to)-from
		if s.From < s.To {
			out.Spans = append(out.Spans, s)
		}
	}
	return out
}

// Add puts more behind t.
func (t Text) Add(more Text) Text {
	out := Text{Plain: t.Plain + more.Plain, Spans: slices.Clone(t.Spans)}
	for _, s := range more.Spans {
		s.From += len(t.Plain)
		s.To += len(t.Plain)
		out.Spans = append(out.Spans, s)
	}
	return out
}

// Trim cuts white space off both ends.
func (t Text) Trim() Text {
	from := len(t.Plain) - len(strings.TrimLeftFunc(t.Plain, unicode.IsSpace))
	to := len(strings.TrimRightFunc(t.Plain, unicode.IsSpace))
	if from >= to {
		return Text{}
	}
	return t.Slice(from, to)
}

// Cut is at most limit runes of t, with an ellipsis where something was left out.
func (t Text) Cut(limit int) Text {
	if utf8.RuneCountInString(t.Plain) <= limit {
		return t
	}
	switch {
	case limit < 1:
		return Text{}
	case limit == 1:
		return Plainly("…")
	}
	end := boundary(t.Plain, prefix(t.Plain, limit-1, utf8.RuneCountInString))
	return t.Slice(0, end).Add(Plainly("…"))
}

// Without is t free of the spans of a style; the text in them stays.
func (t Text) Without(style Style) Text {
	return Text{Plain: t.Plain, Spans: slices.DeleteFunc(slices.Clone(t.Spans), func(s Span) bool { return s.Style == style })}
}

// Has says whether some stretch has the style.
func (t Text) Has(style Style) bool {
	return slices.ContainsFunc(t.Spans, func(s Span) bool { return s.Style == style })
}

// Equal compares text and spans.
func (t Text) Equal(o Text) bool { return t.Plain == o.Plain && slices.Equal(t.Spans, o.Spans) }
