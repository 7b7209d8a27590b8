package demo

import (
	"encoding/json"
	"strconv"
	"strings"

	slack "webcare/adapters/slack/sim"
)

// block is a part of a post as the page draws it.
type block struct {
	// Kind is "text", "quote", "pre", "list", "context", "header", "divider", "buttons" or "unknown".
	Kind  string `json:"kind"`
	Spans []span `json:"spans,omitempty"`
	// Items are the lines of a list, Level how deep it stands; Numbered says which kind.
	Items    [][]span `json:"items,omitempty"`
	Level    int      `json:"level,omitempty"`
	Numbered bool     `json:"numbered,omitempty"`
	Buttons  []button `json:"buttons,omitempty"`
}

// button is something to press, with a Link to follow, with Options a menu to choose from.
type button struct {
	Action  string   `json:"action"`
	Label   string   `json:"label"`
	Style   string   `json:"style,omitempty"`
	Link    string   `json:"link,omitempty"`
	Thread  string   `json:"thread,omitempty"` // the link leads to this message of the desk
	Options []choice `json:"options,omitempty"`
}

// element is any object in blocks, with the keys that the page draws.
// https://docs.slack.dev/reference/block-kit/blocks
type element struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a string or a text object
	Elements []element       `json:"elements"`
	Fields   []element       `json:"fields"`
	Style    json.RawMessage `json:"style"` // a string or an object
	Indent   int             `json:"indent"`
	URL      string          `json:"url"`
	Name     string          `json:"name"`
	Unicode  string          `json:"unicode"`
	User     string          `json:"user_id"`
	Group    string          `json:"usergroup_id"`
	Channel  string          `json:"channel_id"`
	Range    string          `json:"range"`
	Action   string          `json:"action_id"`
	Access   *element        `json:"accessory"`
	Prompt   json.RawMessage `json:"placeholder"`
	Options  []option        `json:"options"`
}

// option is one of those that a menu offers.
type option struct {
	Text  json.RawMessage `json:"text"`
	Value string          `json:"value"`
}

func choices(all []option) []choice {
	var out []choice
	for _, o := range all {
		out = append(out, choice{o.Value, str(o.Text)})
	}
	return out
}

// body is what a message says: its blocks, or its text where it has none.
func (v *viewer) body(m slack.Message) []block {
	var all []element
	if m.Blocks != nil && json.Unmarshal(m.Blocks, &all) == nil {
		var out []block
		for _, e := range all {
			out = append(out, v.block(e)...)
		}
		return out
	}
	if m.Text == "" {
		return nil
	}
	return []block{{Kind: "text", Spans: v.markup(m.Text)}}
}

func (v *viewer) block(e element) []block {
	switch e.Type {
	case "rich_text":
		var out []block
		for _, part := range e.Elements {
			out = append(out, v.rich(part))
		}
		return out
	case "section":
		var out []block
		if spans := v.textObject(e); spans != nil {
			out = append(out, block{Kind: "text", Spans: spans})
		}
		for _, f := range e.Fields {
			out = append(out, block{Kind: "text", Spans: v.markup(str(f.Text))})
		}
		if e.Access != nil {
			out = append(out, buttons([]element{*e.Access})...)
		}
		return out
	case "context":
		var spans []span
		for _, part := range e.Elements {
			spans = append(spans, v.markup(str(part.Text))...)
		}
		return []block{{Kind: "context", Spans: spans}}
	case "header":
		return []block{{Kind: "header", Spans: v.textObject(e)}}
	case "actions":
		return buttons(e.Elements)
	case "divider":
		return []block{{Kind: "divider"}}
	}
	return []block{{Kind: "unknown", Spans: []span{{Text: "(a block of the kind " + e.Type + ")"}}}}
}

// textObject reads the text object of a block.
func (v *viewer) textObject(e element) []span {
	var o struct{ Type, Text string }
	if json.Unmarshal(e.Text, &o) != nil || o.Text == "" {
		return nil
	}
	if o.Type == "plain_text" {
		return []span{{Text: o.Text}}
	}
	return v.markup(o.Text)
}

// buttons reads the elements of an actions block.
func buttons(elements []element) []block {
	var row []button
	for _, e := range elements {
		switch e.Type {
		case "button":
			row = append(row, button{Action: e.Action, Label: str(e.Text), Style: str(e.Style), Link: webLink(e.URL), Thread: threadAt(e.URL)})
		case "static_select":
			row = append(row, button{Action: e.Action, Label: str(e.Prompt), Options: choices(e.Options)})
		}
	}
	if row == nil {
		return nil
	}
	return []block{{Kind: "buttons", Buttons: row}}
}

// rich reads one part of a rich_text block.
func (v *viewer) rich(e element) block {
	switch e.Type {
	case "rich_text_list":
		b := block{Kind: "list", Level: e.Indent, Numbered: str(e.Style) == "ordered"}
		for _, item := range e.Elements {
			b.Items = append(b.Items, v.inline(item.Elements))
		}
		return b
	case "rich_text_quote":
		return block{Kind: "quote", Spans: v.inline(e.Elements)}
	case "rich_text_preformatted":
		return block{Kind: "pre", Spans: v.inline(e.Elements)}
	}
	return block{Kind: "text", Spans: v.inline(e.Elements)}
}

// inline reads the elements of a line.
func (v *viewer) inline(all []element) []span {
	var out []span
	for _, e := range all {
		one := span{Text: str(e.Text), Style: styleOf(e.Style)}
		switch e.Type {
		case "link":
			one.Link, one.Thread = webLink(e.URL), threadAt(e.URL)
			if one.Text == "" {
				one.Text = e.URL
			}
		case "emoji":
			one.Text = characters(e.Unicode)
			if one.Text == "" {
				one.Text = ":" + e.Name + ":"
			}
		case "user":
			one.Text, one.Style = "@"+v.name(e.User), one.Style+"m"
		case "usergroup":
			one.Text, one.Style = "@"+v.name(e.Group), one.Style+"m"
		case "channel":
			one.Text, one.Style = "#"+v.name(e.Channel), one.Style+"m"
		case "broadcast":
			one.Text, one.Style = "@"+e.Range, one.Style+"m"
		}
		if one.Text != "" {
			out = append(out, one)
		}
	}
	return out
}

// name is what an id stands for.
func (v *viewer) name(id string) string {
	switch id {
	case dutyGroup:
		return "webcare-on-duty"
	case deskChannel:
		return deskName
	}
	if name := v.names[id]; name != "" {
		return name
	}
	return id
}

// markup reads Slack's own markup as far as tokens and entities go; other marks stay as they are written.
func (v *viewer) markup(text string) []span {
	var out []span
	add := func(s span) {
		if s.Text != "" {
			out = append(out, s)
		}
	}
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		end := open + strings.IndexByte(text[open:], '>')
		if end < open {
			break
		}
		add(span{Text: unescape(text[:open])})
		add(v.token(text[open+1 : end]))
		text = text[end+1:]
	}
	add(span{Text: unescape(text)})
	return out
}

// token reads what stands in angle brackets.
func (v *viewer) token(token string) span {
	target, label, labelled := strings.Cut(token, "|")
	target = unescape(target)
	switch {
	case strings.HasPrefix(target, "@"):
		return span{Text: "@" + v.name(target[1:]), Style: "m"}
	case strings.HasPrefix(target, "#"):
		return span{Text: "#" + v.name(target[1:]), Style: "m"}
	case strings.HasPrefix(target, "!subteam^"):
		return span{Text: "@" + v.name(target[len("!subteam^"):]), Style: "m"}
	case strings.HasPrefix(target, "!"):
		return span{Text: "@" + target[1:], Style: "m"}
	case labelled:
		return span{Text: unescape(label), Link: webLink(target), Thread: threadAt(target)}
	}
	return span{Text: target, Link: webLink(target), Thread: threadAt(target)}
}

// threadAt is the ts of the message in the desk that an address in Slack leads to; "" for any other address.
func threadAt(address string) string {
	_, digits, _ := strings.Cut(webLink(address), ".slack.com/archives/"+deskChannel+"/p")
	const micros = 6 // digits behind the dot
	if len(digits) <= micros || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits[:len(digits)-micros] + "." + digits[len(digits)-micros:]
}

// styleOf turns a style object into the letters of span.Style.
func styleOf(raw json.RawMessage) string {
	var s struct{ Bold, Italic, Strike, Code, Underline bool }
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	var out strings.Builder
	for _, one := range []struct {
		on     bool
		letter string
	}{{s.Bold, "b"}, {s.Italic, "i"}, {s.Strike, "s"}, {s.Code, "c"}, {s.Underline, "u"}} {
		if one.on {
			out.WriteString(one.letter)
		}
	}
	return out.String()
}

// str is a JSON string, or the text of a text object; "" for anything else.
func str(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var o struct{ Text string }
	if json.Unmarshal(raw, &o) == nil {
		return o.Text
	}
	return ""
}

// characters reads code points such as "1f44d-1f3fd".
func characters(codes string) string {
	var b strings.Builder
	for code := range strings.SplitSeq(codes, "-") {
		if r, err := strconv.ParseInt(code, 16, 32); err == nil {
			b.WriteRune(rune(r))
		}
	}
	return b.String()
}
