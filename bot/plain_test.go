package bot_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	slacksim "webcare/adapters/slack/sim"
)

// plain is what a reader sees of a Slack message: its text, and its buttons in brackets.
func plain(m slacksim.Message) string {
	if text, is := read.of(string(m.Blocks)); is {
		return text
	}
	return m.Text
}

// readings remembers what was read, since tests look at the same messages again and again.
type readings struct {
	mu    sync.Mutex
	texts map[string]reading
}

// reading is what blocks say; is: there are any.
type reading struct {
	text string
	is   bool
}

var read = readings{texts: map[string]reading{}}

func (r *readings) of(raw string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	got, known := r.texts[raw]
	if !known {
		if len(r.texts) == 10_000 {
			clear(r.texts)
		}
		got = readBlocks(raw)
		r.texts[raw] = got
	}
	return got.text, got.is
}

func readBlocks(raw string) reading {
	var blocks []any
	if json.Unmarshal([]byte(raw), &blocks) != nil || len(blocks) == 0 {
		return reading{}
	}
	var out strings.Builder
	for _, b := range blocks {
		out.WriteString(walk(b))
	}
	return reading{out.String(), true}
}

func walk(v any) string {
	m, is := v.(map[string]any)
	if !is {
		return ""
	}
	kind, _ := m["type"].(string)
	text, _ := m["text"].(string)
	switch kind {
	case "user":
		return fmt.Sprintf("@%v", m["user_id"])
	case "usergroup":
		return fmt.Sprintf("@%v", m["usergroup_id"])
	case "link":
		if text != "" {
			return text
		}
		return fmt.Sprint(m["url"])
	case "emoji":
		return fmt.Sprintf(":%v:", m["name"])
	case "static_select":
		label, _ := m["placeholder"].(map[string]any)
		return fmt.Sprintf(" [%v ▾]", label["text"])
	case "button":
		label, _ := m["text"].(map[string]any)
		return fmt.Sprintf(" [%v]", label["text"])
	}
	var out strings.Builder
	out.WriteString(text)
	if inner, is := m["text"].(map[string]any); is {
		out.WriteString(walk(inner))
	}
	for _, key := range []string{"elements", "fields"} {
		list, _ := m[key].([]any)
		for _, e := range list {
			out.WriteString(walk(e))
		}
	}
	switch kind {
	case "rich_text", "section", "header", "context":
		out.WriteString("\n")
	}
	return out.String()
}
