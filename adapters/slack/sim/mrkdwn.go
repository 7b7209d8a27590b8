package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// typed is what Slack's composer makes of typed text: the escaped text and the rich_text block that says the same.
func (s *Sim) typed(text string) (string, json.RawMessage) {
	if text == "" {
		return "", nil
	}
	parts := s.paragraphs(strings.Split(text, "\n"))
	var out []string
	for _, p := range parts {
		out = append(out, strings.TrimSuffix(partText(p), "\n"))
	}
	s.serial++
	block := object{"type": "rich_text", "block_id": fmt.Sprintf("r%05d", s.serial), "elements": parts}
	return strings.Join(out, "\n"), raw([]object{block})
}

// linePatterns tell lists from other lines.
type linePatterns struct{ bullet, number, emoji *regexp.Regexp }

func newLinePatterns() linePatterns {
	return linePatterns{
		bullet: regexp.MustCompile(`^(\s*)[•◦*-]\s+(.*)$`),
		number: regexp.MustCompile(`^(\s*)\d+[.)]\s+(.*)$`),
		emoji:  regexp.MustCompile(`^:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?`),
	}
}

// paragraphs groups lines into sections, lists, quotes and preformatted text.
func (s *Sim) paragraphs(lines []string) []object {
	var parts []object
	for len(lines) > 0 {
		var part object
		used := 1
		switch line := lines[0]; {
		case strings.HasPrefix(line, "```"):
			part, used = fence(lines)
		case strings.HasPrefix(line, ">"):
			used = prefix(lines, func(l string) bool { return strings.HasPrefix(l, ">") })
			var quoted []string
			for _, l := range lines[:used] {
				quoted = append(quoted, strings.TrimPrefix(strings.TrimPrefix(l, ">"), " "))
			}
			part = object{"type": "rich_text_quote", "elements": s.inline(strings.Join(quoted, "\n"), nil)}
		case s.lines.bullet.MatchString(line):
			part, used = s.list(lines, "bullet", s.lines.bullet)
		case s.lines.number.MatchString(line):
			part, used = s.list(lines, "ordered", s.lines.number)
		default:
			used = prefix(lines, s.isPlain)
			text := strings.Join(lines[:used], "\n")
			if used < len(lines) {
				text += "\n" // as the composer does before a list or a quote
			}
			part = object{"type": "rich_text_section", "elements": s.inline(text, nil)}
		}
		parts = append(parts, part)
		lines = lines[used:]
	}
	return parts
}

func (s *Sim) isPlain(l string) bool {
	return !strings.HasPrefix(l, "```") && !strings.HasPrefix(l, ">") && !s.lines.bullet.MatchString(l) &&
		!s.lines.number.MatchString(l)
}

// prefix counts the lines at the start that fit.
func prefix(lines []string, fits func(string) bool) int {
	for i, l := range lines {
		if !fits(l) {
			return i
		}
	}
	return len(lines)
}

// fence is preformatted text between two lines of three backticks, or on one line.
func fence(lines []string) (object, int) {
	text := strings.Join(lines, "\n")[3:]
	body, _, closed := strings.Cut(text, "```")
	used := len(lines)
	if closed {
		used = strings.Count(body, "\n") + 1
	}
	body = strings.TrimSuffix(strings.TrimPrefix(body, "\n"), "\n")
	return object{
		"type": "rich_text_preformatted", "border": 0, "elements": []object{{"type": "text", "text": body}},
	}, used
}

// list is a run of items of one kind and depth: Slack starts a new one where the depth changes.
func (s *Sim) list(lines []string, style string, item *regexp.Regexp) (object, int) {
	depth := func(l string) int {
		space := strings.ReplaceAll(item.FindStringSubmatch(l)[1], "\t", "    ")
		return min(len(space)/4+min(len(space)%4/2, 1), 8)
	}
	indent := depth(lines[0])
	used := prefix(lines, func(l string) bool { return item.MatchString(l) && depth(l) == indent })
	items := []object{}
	for _, l := range lines[:used] {
		items = append(items, object{"type": "rich_text_section", "elements": s.inline(item.FindStringSubmatch(l)[2], nil)})
	}
	return object{"type": "rich_text_list", "style": style, "indent": indent, "border": 0, "elements": items}, used
}

// inline reads marks, tokens, links and emoji within one section.
func (s *Sim) inline(text string, style object) []object {
	all := []object{}
	from, at := 0, 0 // of what is nothing but text
	flush := func() {
		if from < at {
			all = append(all, styled(object{"type": "text", "text": text[from:at]}, style))
		}
	}
	before := ' '
	for at < len(text) {
		found, size := s.element(text[at:], before, style)
		if size == 0 {
			r, n := utf8.DecodeRuneInString(text[at:])
			at, before = at+n, r
			continue
		}
		flush()
		all = append(all, found...)
		before, _ = utf8.DecodeLastRuneInString(text[at : at+size])
		at += size
		from = at
	}
	flush()
	return all
}

func styled(o, style object) object {
	if len(style) > 0 {
		o["style"] = maps.Clone(style)
	}
	return o
}

// element reads what stands at the start of text; size 0 = nothing but text.
func (s *Sim) element(text string, before rune, style object) (found []object, size int) {
	marks := map[byte]string{'*': "bold", '_': "italic", '~': "strike", '`': "code"}
	if name := marks[text[0]]; name != "" && !unicode.IsLetter(before) && !unicode.IsDigit(before) {
		if body, ok := marked(text, text[0]); ok {
			inner := maps.Clone(style)
			if inner == nil {
				inner = object{}
			}
			inner[name] = true
			if name == "code" {
				return []object{styled(object{"type": "text", "text": body}, inner)}, len(body) + 2
			}
			return s.inline(body, inner), len(body) + 2
		}
	}
	if text[0] == '<' {
		if end := strings.IndexByte(text, '>'); end > 1 {
			if o := angleElement(text[1:end]); o != nil {
				return []object{styled(o, style)}, end + 1
			}
		}
	}
	if m := s.lines.emoji.FindStringSubmatch(text); m != nil && s.emoji.known(m[1]) {
		tone := 0
		if m[2] != "" {
			tone = int(m[2][0] - '0')
		}
		return []object{styled(s.emoji.element(m[1], tone), style)}, len(m[0])
	}
	if name, tone, n := s.emoji.at(text); n > 0 {
		return []object{styled(s.emoji.element(name, tone), style)}, n
	}
	if unicode.IsLetter(before) || unicode.IsDigit(before) {
		return nil, 0
	}
	if m := s.patterns.urlHere.FindStringIndex(text); m != nil {
		return []object{styled(object{"type": "link", "url": text[:m[1]]}, style)}, m[1]
	}
	if strings.ContainsRune("._+-", before) { // an address would have begun before
		return nil, 0
	}
	if m := s.patterns.mailHere.FindStringIndex(text); m != nil {
		return []object{styled(object{"type": "link", "url": "mailto:" + text[:m[1]], "text": text[:m[1]]}, style)}, m[1]
	}
	return nil, 0
}

// marked is the text between a mark and its like; the marks hug what they enclose and end at a word's end.
func marked(text string, mark byte) (string, bool) {
	if len(text) < 3 || text[1] == mark || unicode.IsSpace(rune(text[1])) {
		return "", false
	}
	for i := 2; i < len(text) && text[i] != '\n'; i++ {
		if text[i] != mark || unicode.IsSpace(rune(text[i-1])) {
			continue
		}
		after, _ := utf8.DecodeRuneInString(text[i+1:])
		if i+1 == len(text) || (!unicode.IsLetter(after) && !unicode.IsDigit(after)) {
			return text[1:i], true
		}
	}
	return "", false
}

// angleElement is the element of a token; nil where it is none.
func angleElement(inside string) object {
	body, label, _ := strings.Cut(inside, "|")
	switch {
	case !token(inside):
		return nil
	case body[0] == '@':
		return object{"type": "user", "user_id": body[1:]}
	case body[0] == '#':
		return object{"type": "channel", "channel_id": body[1:]}
	case strings.HasPrefix(body, "!subteam^"):
		return object{"type": "usergroup", "usergroup_id": strings.TrimPrefix(body, "!subteam^")}
	case slices.Contains([]string{"!here", "!channel", "!everyone"}, body):
		return object{"type": "broadcast", "range": body[1:]}
	case body[0] == '!':
		return nil
	}
	o := object{"type": "link", "url": unescape(body)}
	if label != "" {
		o["text"] = unescape(label)
	}
	return o
}

// partText writes a part of a rich_text block as the text field says it.
func partText(p object) string {
	elements := p["elements"].([]object)
	switch p["type"] {
	case "rich_text_quote":
		return "&gt; " + strings.ReplaceAll(markup(elements), "\n", "\n&gt; ")
	case "rich_text_preformatted":
		return "```" + escape(elements[0]["text"].(string)) + "```"
	case "rich_text_list":
		var items []string
		indent := strings.Repeat("    ", p["indent"].(int))
		for i, item := range elements {
			sign := "• "
			switch {
			case p["style"] == "ordered":
				sign = fmt.Sprintf("%d. ", i+1)
			case indent != "":
				sign = "◦ "
			}
			items = append(items, indent+sign+markup(item["elements"].([]object)))
		}
		return strings.Join(items, "\n")
	}
	return markup(elements)
}

// markup writes elements as escaped text with marks, which stay open over neighbours of the same style.
func markup(elements []object) string {
	var b strings.Builder
	open := ""
	for _, e := range append(slices.Clip(elements), object{}) {
		style, _ := e["style"].(object)
		var want strings.Builder
		for _, mark := range []struct{ name, sign string }{{"bold", "*"}, {"italic", "_"}, {"strike", "~"}, {"code", "`"}} {
			if style[mark.name] == true {
				want.WriteString(mark.sign)
			}
		}
		for !strings.HasPrefix(want.String(), open) {
			b.WriteByte(open[len(open)-1])
			open = open[:len(open)-1]
		}
		b.WriteString(want.String()[len(open):])
		open = want.String()
		b.WriteString(elementText(e))
	}
	return b.String()
}

func elementText(e object) string {
	switch e["type"] {
	case "text":
		return escape(e["text"].(string))
	case "link":
		if label, ok := e["text"].(string); ok {
			return "<" + escape(e["url"].(string)) + "|" + escape(label) + ">"
		}
		return "<" + escape(e["url"].(string)) + ">"
	case "emoji":
		if tone, ok := e["skin_tone"].(int); ok {
			return fmt.Sprintf(":%s::skin-tone-%d:", e["name"], tone)
		}
		return fmt.Sprintf(":%s:", e["name"])
	case "user":
		return fmt.Sprintf("<@%s>", e["user_id"])
	case "channel":
		return fmt.Sprintf("<#%s>", e["channel_id"])
	case "usergroup":
		return fmt.Sprintf("<!subteam^%s>", e["usergroup_id"])
	case "broadcast":
		return fmt.Sprintf("<!%s>", e["range"])
	}
	return ""
}
