package slack

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"webcare/bot/conversation"
)

// readText reads what staff typed: the rich_text blocks where all of them can be read, else the top-level text. team is
// the address of our workspace, name gives the name of a person by id.
func readText(m message, team string, name func(string) string) conversation.Text {
	r := &reader{team: team, name: name}
	if r.blocks(m.Blocks) && strings.TrimSpace(r.text()) != "" {
		return r.done()
	}
	r = &reader{team: team, name: name}
	r.mrkdwn(string(m.Text))
	return r.done()
}

// reader builds a Text.
type reader struct {
	team  string
	name  func(string) string
	b     strings.Builder
	spans []conversation.Span
}

func (r *reader) text() string { return r.b.String() }

// add appends text under a style.
func (r *reader) add(s string, styles ...conversation.Span) {
	from := r.b.Len()
	r.b.WriteString(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
	for _, sp := range styles {
		if sp.From, sp.To = from, r.b.Len(); sp.From < sp.To {
			r.spans = append(r.spans, sp)
		}
	}
}

// span puts a span over everything from a position to the end, outside of the spans that are there.
func (r *reader) span(from int, sp conversation.Span) { r.spanTo(from, r.b.Len(), sp) }

func (r *reader) spanTo(from, to int, sp conversation.Span) {
	if sp.From, sp.To = from, to; from >= to {
		return
	}
	i := slices.IndexFunc(r.spans, func(s conversation.Span) bool { return s.From >= from })
	if i < 0 {
		i = len(r.spans)
	}
	r.spans = slices.Insert(r.spans, i, sp)
}

// newline starts a new line where we are not at the start of one.
func (r *reader) newline() {
	if s := r.b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		r.b.WriteByte('\n')
	}
}

// done trims the white space at the end and orders the spans, the outer before the inner.
func (r *reader) done() conversation.Text {
	plain := strings.TrimRight(r.b.String(), " \t\n")
	return tidy(r.insiders(tidy(conversation.Text{Plain: plain, Spans: r.spans})))
}

// styling is the style object of a rich_text element.
type styling struct {
	Bold, Italic, Strike, Code, Underline flag
}

// piece is any element of a rich_text block, at any depth.
type piece struct {
	Type      lax               `json:"type"`
	Elements  []json.RawMessage `json:"elements"`
	Style     json.RawMessage   `json:"style"` // an object, or the kind of a list
	Indent    number            `json:"indent"`
	Offset    number            `json:"offset"`
	Language  lax               `json:"language"`
	Text      lax               `json:"text"`
	URL       lax               `json:"url"`
	User      lax               `json:"user_id"`
	Group     lax               `json:"usergroup_id"`
	Channel   lax               `json:"channel_id"`
	Team      lax               `json:"team_id"`
	Range     lax               `json:"range"`
	Name      lax               `json:"name"`
	Unicode   lax               `json:"unicode"`
	Tone      number            `json:"skin_tone"`
	Fallback  lax               `json:"fallback"`
	Value     lax               `json:"value"`
	MessageTS lax               `json:"message_ts"`
}

// blocks reads rich_text blocks; false where something in them cannot be read.
func (r *reader) blocks(raw json.RawMessage) bool {
	all := lenient[[]piece](raw)
	if len(all) == 0 {
		return false
	}
	for _, b := range all {
		if b.Type != "rich_text" {
			return false
		}
		for _, raw := range b.Elements {
			if !r.element(raw) {
				return false
			}
		}
	}
	return true
}

// element reads a section, list, quote or preformatted stretch.
func (r *reader) element(raw json.RawMessage) bool {
	p, ok := readPiece(raw)
	if !ok {
		return false
	}
	r.newline()
	from := r.b.Len()
	switch p.Type {
	case "rich_text_section":
		return r.inline(p.Elements)
	case "rich_text_quote":
		ok = r.inline(p.Elements)
		r.span(from, conversation.Span{Style: conversation.Quoted})
	case "rich_text_preformatted":
		ok = r.inline(p.Elements)
		r.span(from, conversation.Span{Style: conversation.Pre, Target: string(p.Language)})
	case "rich_text_list":
		ok = r.list(p)
	default:
		return false
	}
	return ok
}

// maxIndent bounds the depth of lists.
const maxIndent = 8

// list puts the bullets and numbers into the text, since networks have no lists.
func (r *reader) list(p piece) bool {
	indent := strings.Repeat("  ", int(min(max(p.Indent, 0), maxIndent)))
	for i, raw := range p.Elements {
		item, ok := readPiece(raw)
		if !ok {
			return false
		}
		r.newline()
		bullet := "• "
		if lenient[lax](p.Style) == "ordered" {
			bullet = strconv.FormatInt(int64(max(p.Offset, 0))+int64(i)+1, 10) + ". "
		}
		r.add(indent + bullet)
		if !r.inline(item.Elements) {
			return false
		}
	}
	return true
}

func readPiece(raw json.RawMessage) (piece, bool) {
	var p piece
	return p, json.Unmarshal(raw, &p) == nil
}

// inline reads what stands within a line.
func (r *reader) inline(all []json.RawMessage) bool {
	for _, raw := range all {
		p, ok := readPiece(raw)
		if !ok || !r.one(p) {
			return false
		}
	}
	return true
}

// one reads one inline element; false where it is of a kind that shows nothing we know.
func (r *reader) one(p piece) bool {
	look := looks(p.Style)
	mention := func(text string, target lax) {
		r.add(text, append(look, conversation.Span{Style: conversation.Mention, Target: string(target)})...)
	}
	switch p.Type {
	case "text":
		r.add(string(p.Text), look...)
	case "link":
		r.link(string(p.URL), string(p.Text), look)
	case "emoji":
		r.add(emoji(p), look...)
	case "user":
		mention("@"+r.name(string(p.User)), p.User)
	case "usergroup":
		mention("@"+someone, p.Group)
	case "channel":
		mention("#"+someone, p.Channel)
	case "team":
		mention("@team", p.Team)
	case "broadcast":
		mention("@"+string(p.Range), p.Range)
	case "date":
		r.add(string(first(p.Fallback, p.Text)), look...)
	case "color":
		r.add(string(p.Value), look...)
	case "message_mention", "canvas", "file", "list_record":
		mention("link", p.Channel)
	default:
		inside := first(p.User, p.Group, p.Channel, p.Team, p.Range)
		switch {
		case p.Text == "":
			return false
		case inside != "": // of a kind we do not know, but it speaks of somebody or something in Slack
			mention(string(p.Text), inside)
		default:
			r.add(string(p.Text), look...)
		}
	}
	return true
}

// looks lists the styles, the outer first.
func looks(raw json.RawMessage) []conversation.Span {
	s := lenient[styling](raw)
	var all []conversation.Span
	for _, one := range []struct {
		on    flag
		style conversation.Style
	}{{s.Bold, conversation.Bold}, {s.Italic, conversation.Italic}, {s.Underline, conversation.Underline}, {s.Strike, conversation.Strike}, {s.Code, conversation.Code}} {
		if one.on {
			all = append(all, conversation.Span{Style: one.style})
		}
	}
	return all
}

// link adds a link. One into our own Slack is a mention of something inside, which no customer can open.
func (r *reader) link(target, text string, look []conversation.Span) {
	if text == "" {
		text = strings.TrimPrefix(target, "mailto:")
	}
	style := conversation.Link
	if r.inside(target) {
		style = conversation.Mention
	}
	r.add(text, append(look, conversation.Span{Style: style, Target: target})...)
}

// emoji gives the characters, or :name: for an emoji of the workspace's own.
func emoji(p piece) string {
	var out strings.Builder
	for code := range strings.SplitSeq(string(p.Unicode), "-") {
		n, err := strconv.ParseUint(code, 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) || n < 0x20 {
			return ":" + string(p.Name) + ":"
		}
		out.WriteRune(rune(n))
	}
	if tone := rune(0x1F3FB + p.Tone - 2); p.Tone >= 2 && p.Tone <= 6 && !strings.ContainsRune(out.String(), tone) {
		out.WriteRune(tone)
	}
	return out.String()
}
