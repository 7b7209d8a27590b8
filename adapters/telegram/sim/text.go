package sim

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// parseText reads a text with its entities or its markup.
func parseText(p *params, text, mode, entities string) (string, []Entity, *apiError) {
	var list []Entity
	if bad := p.json(entities, &list); bad != nil {
		return "", nil, bad
	}
	return parsed(p.str(text), p.str(mode), list)
}

// parsed gives the text as a reader sees it. Of the markups only HTML is known to the sim.
func parsed(text, mode string, list []Entity) (string, []Entity, *apiError) {
	switch strings.ToLower(mode) {
	case "":
	case "html":
		var bad *apiError
		if text, list, bad = parseHTML(text); bad != nil {
			return "", nil, bad
		}
	default:
		return "", nil, badf("unsupported parse_mode")
	}
	total := units(text)
	for i, e := range list {
		if e.Offset < 0 || e.Length <= 0 || e.Offset > total || e.Length > total-e.Offset {
			return "", nil, badf("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, e.Offset+e.Length)
		}
		if !slices.Contains(entityTypes(), e.Type) {
			return "", nil, badf("can't parse MessageEntity: Unsupported type specified")
		}
		list[i] = e
	}
	return trim(text, list)
}

func entityTypes() []string {
	return []string{
		"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
		"strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
	}
}

// trim removes white space around the text, as the server does, and moves the entities along.
func trim(text string, list []Entity) (string, []Entity, *apiError) {
	cut := strings.TrimLeft(text, " \n\t\r")
	shift := units(text) - units(cut)
	cut = strings.TrimRight(cut, " \n\t\r")
	total := units(cut)
	var out []Entity
	for _, e := range list {
		from, to := max(e.Offset-shift, 0), min(e.Offset+e.Length-shift, total)
		if from < to {
			e.Offset, e.Length = from, to-from
			out = append(out, e)
		}
	}
	for _, e := range found(cut) {
		if !slices.ContainsFunc(out, func(o Entity) bool { return o.Offset < e.Offset+e.Length && e.Offset < o.Offset+o.Length }) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return cut, out, nil
}

var (
	tag  = regexp.MustCompile(`</?([a-zA-Z-]+)((?:\s+[^<>]*)?)>`)
	href = regexp.MustCompile(`(?:href|class)\s*=\s*"([^"]*)"`)
)

func tagTypes() map[string]string {
	return map[string]string{
		"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
		"strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre", "a": "text_link",
		"tg-spoiler": "spoiler", "blockquote": "blockquote",
	}
}

// parseHTML reads the HTML style of the Bot API.
func parseHTML(text string) (string, []Entity, *apiError) {
	var plain strings.Builder
	var list, open []Entity
	var names []string
	at := 0
	for _, hit := range tag.FindAllStringSubmatchIndex(text, -1) {
		plain.WriteString(html.UnescapeString(text[at:hit[0]]))
		at = hit[1]
		name := strings.ToLower(text[hit[2]:hit[3]])
		kind, ok := tagTypes()[name]
		if !ok {
			return "", nil, badf("can't parse entities: Unsupported start tag %q at byte offset %d", name, hit[0])
		}
		if strings.HasPrefix(text[hit[0]:], "</") {
			if len(names) == 0 || names[len(names)-1] != name {
				return "", nil, badf("can't parse entities: Unmatched end tag at byte offset %d", hit[0])
			}
			e := open[len(open)-1]
			open, names = open[:len(open)-1], names[:len(names)-1]
			if e.Length = units(plain.String()) - e.Offset; e.Length > 0 {
				list = append(list, e)
			}
			continue
		}
		e := Entity{Type: kind, Offset: units(plain.String())}
		if m := href.FindStringSubmatch(text[hit[4]:hit[5]]); m != nil && kind == "text_link" {
			e.URL = html.UnescapeString(m[1])
		}
		open, names = append(open, e), append(names, name)
	}
	if len(names) > 0 {
		return "", nil, badf("can't parse entities: Can't find end tag corresponding to start tag %q", names[len(names)-1])
	}
	plain.WriteString(html.UnescapeString(text[at:]))
	return plain.String(), list, nil
}

// Covered is the part of a text that an entity styles.
func Covered(text string, e Entity) string {
	u := utf16.Encode([]rune(text))
	from, to := min(max(e.Offset, 0), len(u)), min(max(e.Offset+e.Length, 0), len(u))
	if from >= to {
		return ""
	}
	return string(utf16.Decode(u[from:to]))
}
