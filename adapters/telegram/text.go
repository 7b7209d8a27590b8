package telegram

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"webcare/bot/conversation"
)

// units counts as Telegram does: in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// text makes Text of a message's text and entities. Entities that lie outside, cross or split a character are cut to
// what makes sense; the plain text is never changed, but for bytes that are no UTF-8.
func text(plain string, list []entity) conversation.Text {
	plain = strings.ToValidUTF8(plain, "\uFFFD")
	out := conversation.Text{Plain: plain}
	if len(list) == 0 {
		return out
	}
	at := offsets(plain)
	for _, e := range list {
		style, target := styleOf(e)
		last := len(at) - 1
		if style == "" || e.Length <= 0 || e.Offset < 0 || e.Offset >= last {
			continue
		}
		from, to := at[e.Offset], at[e.Offset+min(e.Length, last-e.Offset)]
		if from < to {
			out.Spans = append(out.Spans, conversation.Span{From: from, To: to, Style: style, Target: target})
		}
	}
	slices.SortStableFunc(out.Spans, func(a, b conversation.Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	out.Spans = nest(out.Spans)
	return out
}

// offsets maps UTF-16 offsets to bytes; the middle of a character is its start.
func offsets(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i, r := range s {
		for range utf16.RuneLen(r) {
			at = append(at, i)
		}
	}
	return append(at, len(s))
}

// nest cuts spans that cross an earlier one off at its end. They are in order of From.
func nest(spans []conversation.Span) []conversation.Span {
	var open []int // ends of the spans that the next may lie in
	out := spans[:0]
	for _, s := range spans {
		for len(open) > 0 && open[len(open)-1] <= s.From {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			s.To = min(s.To, open[len(open)-1])
		}
		if s.From < s.To {
			open = append(open, s.To)
			out = append(out, s)
		}
	}
	return out
}

// styleOf is how an entity is shown; nothing for those that are plain to see in the text (addresses, names, tags).
func styleOf(e entity) (conversation.Style, string) {
	switch e.Type {
	case "bold":
		return conversation.Bold, ""
	case "italic":
		return conversation.Italic, ""
	case "underline":
		return conversation.Underline, ""
	case "strikethrough":
		return conversation.Strike, ""
	case "spoiler":
		return conversation.Spoiler, ""
	case "code":
		return conversation.Code, ""
	case "pre":
		return conversation.Pre, e.Language
	case "blockquote", "expandable_blockquote":
		return conversation.Quoted, ""
	case "text_link":
		return conversation.Link, e.URL
	}
	return "", ""
}

// entities makes what Telegram wants of a text's spans.
func entities(t conversation.Text) []models.MessageEntity {
	var out []models.MessageEntity
	for _, s := range t.Spans {
		kind, ok := kindOf(s.Style)
		if !ok || s.From < 0 || s.To > len(t.Plain) || s.From >= s.To {
			continue
		}
		e := models.MessageEntity{Type: kind, Offset: units(t.Plain[:s.From]), Length: units(t.Plain[s.From:s.To])}
		switch s.Style {
		case conversation.Link:
			e.URL = s.Target
		case conversation.Pre:
			e.Language = s.Target
		}
		out = append(out, e)
	}
	return out
}

func kindOf(s conversation.Style) (models.MessageEntityType, bool) {
	switch s {
	case conversation.Bold:
		return models.MessageEntityTypeBold, true
	case conversation.Italic:
		return models.MessageEntityTypeItalic, true
	case conversation.Underline:
		return models.MessageEntityTypeUnderline, true
	case conversation.Strike:
		return models.MessageEntityTypeStrikethrough, true
	case conversation.Spoiler:
		return models.MessageEntityTypeSpoiler, true
	case conversation.Code:
		return models.MessageEntityTypeCode, true
	case conversation.Pre:
		return models.MessageEntityTypePre, true
	case conversation.Quoted:
		return models.MessageEntityTypeBlockquote, true
	case conversation.Link:
		return models.MessageEntityTypeTextLink, true
	case conversation.Mention: // means something inside Slack only
	}
	return "", false
}

// excerpt cuts a text to n runes.
func excerpt(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
