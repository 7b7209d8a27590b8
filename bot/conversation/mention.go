package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// WithoutMentions is t as a customer may read it: of a person who is mentioned the name alone, and nothing of a group,
// a channel, everybody, or an address inside Slack.
func (t Text) WithoutMentions() Text { return t.unmentioned("a colleague") }

// NoName is what a mention shows, behind its sign, of whom or what the name is not known: a word in no language.
const NoName = "…"

// unmentioned is WithoutMentions; colleague stands for a person whose name is not known.
func (t Text) unmentioned(colleague string) Text {
	return t.Mentions(func(target, shown string) string {
		if !personal(target) {
			return ""
		}
		if name := strings.TrimLeft(shown, "@"); name != "" && name != NoName {
			return name
		}
		return colleague
	}).Without(Mention)
}

// Mentions is t with each mention shown as another text. Where that is empty a space goes with it.
func (t Text) Mentions(show func(target, shown string) string) Text {
	var out Text
	end := 0 // of what is done of t
	for _, s := range t.Spans {
		if s.Style != Mention || s.From < end {
			continue
		}
		out = out.Add(t.Slice(end, s.From))
		end = s.To
		shown := show(s.Target, t.Plain[s.From:s.To])
		if shown == "" {
			before, _ := utf8.DecodeLastRuneInString(out.Plain)
			if end < len(t.Plain) && t.Plain[end] == ' ' && (out.Plain == "" || unicode.IsSpace(before)) {
				end++
			}
			continue
		}
		piece := t.Slice(s.From, s.To)
		for i := range piece.Spans {
			piece.Spans[i].From, piece.Spans[i].To = 0, len(shown)
		}
		out = out.Add(Text{Plain: shown, Spans: piece.Spans})
	}
	return out.Add(t.Slice(end, len(t.Plain)))
}

// personal is the shape of a Slack id of a person.
func personal(id string) bool {
	return len(id) > 1 && (id[0] == 'U' || id[0] == 'W') && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
