package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"webcare/adapters/slack/sim"
)

// TestBlocks: what Slack takes and what it refuses, and where it says the fault is.
func TestBlocks(t *testing.T) {
	text := func(kind, content string) string { return `{"type":"` + kind + `","text":"` + content + `"}` }
	section := func(content string) string { return `{"type":"section","text":` + text("mrkdwn", content) + `}` }
	button := func(more string) string {
		return `{"type":"actions","elements":[{"type":"button","text":` + text("plain_text", "Go") + more + `}]}`
	}
	rich := func(elements string) string { return `{"type":"rich_text","elements":[` + elements + `]}` }
	part := func(elements string) string {
		return rich(`{"type":"rich_text_section","elements":[` + elements + `]}`)
	}
	rows := []struct{ name, block, pointer string }{ // no pointer = accepted
		{"section", section("x"), ""},
		{"section with fields", `{"type":"section","fields":[` + text("plain_text", "a") + `]}`, ""},
		{"section with a button", `{"type":"section","text":` + text("plain_text", "a") + `,"accessory":{"type":"button","text":` + text("plain_text", "b") + `}}`, ""},
		{"section without text", `{"type":"section"}`, "/blocks/0"},
		{"empty text", section(""), "/blocks/0/text/text"},
		{"3000 characters", section(strings.Repeat("é", 3000)), ""},
		{"3001 characters", section(strings.Repeat("é", 3001)), "/blocks/0/text/text"},
		{"unknown key", `{"type":"divider","colour":"red"}`, "/blocks/0/colour"},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "/blocks/0/text/emoji"},
		{"verbatim in plain_text", `{"type":"header","text":{"type":"plain_text","text":"x","verbatim":true}}`, "/blocks/0/text/verbatim"},
		{"header", `{"type":"header","text":` + text("plain_text", strings.Repeat("x", 150)) + `}`, ""},
		{"long header", `{"type":"header","text":` + text("plain_text", strings.Repeat("x", 151)) + `}`, "/blocks/0/text/text"},
		{"mrkdwn header", `{"type":"header","text":` + text("mrkdwn", "x") + `}`, "/blocks/0/text/type"},
		{"context", `{"type":"context","elements":[` + text("mrkdwn", "x") + `,{"type":"image","image_url":"https://example.com/i.png","alt_text":"i"}]}`, ""},
		{"empty context", `{"type":"context","elements":[]}`, "/blocks/0/elements"},
		{"context is no list", `{"type":"context","elements":"x"}`, "/blocks/0/elements"},
		{"image", `{"type":"image","image_url":"https://example.com/i.png","alt_text":"i"}`, ""},
		{"image from nowhere", `{"type":"image","image_url":"javascript:x","alt_text":"i"}`, "/blocks/0/image_url"},
		{"button", button(`,"action_id":"a","value":"v","style":"danger"`), ""},
		{"link button", button(`,"url":"https://example.com"`), ""},
		{"button with a bad link", button(`,"url":"example"`), "/blocks/0/elements/0/url"},
		{"button in pink", button(`,"style":"pink"`), "/blocks/0/elements/0/style"},
		{"long value", button(`,"value":"` + strings.Repeat("v", 2001) + `"`), "/blocks/0/elements/0/value"},
		{"button asks", button(`,"confirm":{"title":` + text("plain_text", "t") + `,"text":` + text("mrkdwn", "t") + `,"confirm":` + text("plain_text", "y") + `,"deny":` + text("plain_text", "n") + `}`), ""},
		{"menu", `{"type":"actions","elements":[{"type":"overflow","action_id":"a","options":[{"text":` + text("plain_text", "t") + `,"value":"v"}]}]}`, ""},
		{"menu without options", `{"type":"actions","elements":[{"type":"static_select","options":[]}]}`, "/blocks/0/elements/0/options"},
		{"same action twice", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":` + text("plain_text", "1") + `},{"type":"button","action_id":"a","text":` + text("plain_text", "2") + `}]}`, "/blocks/0"},
		{"unknown control", `{"type":"actions","elements":[{"type":"lever"}]}`, "/blocks/0/elements/0/type"},
		{"input in a message", `{"type":"input","label":` + text("plain_text", "l") + `,"element":{"type":"plain_text_input"}}`, "/blocks/0"},
		{"rich text", part(`{"type":"text","text":"a","style":{"bold":true}},{"type":"link","url":"https://example.com"},{"type":"emoji","name":"wave"},{"type":"user","user_id":"U1"},{"type":"usergroup","usergroup_id":"S1"},{"type":"channel","channel_id":"C1"},{"type":"broadcast","range":"here"},{"type":"date","timestamp":1,"format":"{date}"},{"type":"color","value":"#fff"}`), ""},
		{"list", rich(`{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[]}]}`), ""},
		{"list of text", rich(`{"type":"rich_text_list","style":"bullet","elements":[{"type":"text","text":"x"}]}`), "/blocks/0/elements/0/elements/0/type"},
		{"list in stars", rich(`{"type":"rich_text_list","style":"star","elements":[]}`), "/blocks/0/elements/0/style"},
		{"quote and code", rich(`{"type":"rich_text_quote","elements":[{"type":"text","text":"q"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"p"}]}`), ""},
		{"emoji in code", rich(`{"type":"rich_text_preformatted","elements":[{"type":"emoji","name":"wave"}]}`), "/blocks/0/elements/0/elements/0/type"},
		{"text outside a section", rich(`{"type":"text","text":"x"}`), "/blocks/0/elements/0/type"},
		{"empty rich text", part(`{"type":"text","text":""}`), "/blocks/0/elements/0/elements/0/text"},
		{"style that is none", part(`{"type":"text","text":"x","style":{"blink":true}}`), "/blocks/0/elements/0/elements/0/style/blink"},
		{"style in words", part(`{"type":"text","text":"x","style":{"bold":"yes"}}`), "/blocks/0/elements/0/elements/0/style/bold"},
		{"unknown element", part(`{"type":"marquee"}`), "/blocks/0/elements/0/elements/0/type"},
		{"same block_id", `{"type":"divider","block_id":"d"},{"type":"divider","block_id":"d"}`, "/blocks/1/block_id"},
		{"no object", `"x"`, "/blocks/0"},
	}
	in(t, sim.Options{}, func(b *bench) {
		for _, row := range rows {
			if !json.Valid([]byte("[" + row.block + "]")) {
				t.Fatalf("%s: the row is no JSON", row.name)
			}
			got := b.call("chat.postMessage", "channel", "CDESK", "text", "f", "blocks", "["+row.block+"]")
			said := fmt.Sprint(got["response_metadata"])
			switch {
			case row.pointer == "" && got["ok"] != true:
				t.Errorf("%s: refused: %v", row.name, got)
			case row.pointer != "" && (got["error"] != "invalid_blocks" || !strings.Contains(said, "[json-pointer:"+row.pointer+"]")):
				t.Errorf("%s: %v, want it to point at %s", row.name, got, row.pointer)
			}
		}
	})
}

func TestBlocksGetIDsAndDefaults(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ts := b.post("blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"x"}},{"type":"header","text":{"type":"plain_text","text":"h"}}]`)
		m, _ := b.Message("CDESK", ts)
		var blocks []struct {
			ID   string `json:"block_id"`
			Text struct{ Emoji, Verbatim *bool }
		}
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			t.Fatal(err)
		}
		if blocks[0].ID == "" || blocks[0].ID == blocks[1].ID || *blocks[0].Text.Verbatim || !*blocks[1].Text.Emoji {
			t.Errorf("blocks: %s", m.Blocks)
		}
	})
}

func TestAttachments(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		for _, row := range []struct{ name, list, want string }{
			{"colour and blocks", `[{"color":"#36a64f","blocks":[{"type":"divider"}]}]`, ""},
			{"bad blocks inside", `[{"blocks":[{"type":"marquee"}]}]`, "invalid_blocks"},
			{"unknown key", `[{"author_name":"x"}]`, "invalid_attachments"},
			{"no list", `{}`, "invalid_attachments"},
		} {
			got := b.call("chat.postMessage", "channel", "CDESK", "text", "f", "attachments", row.list)
			if e, _ := got["error"].(string); e != row.want {
				t.Errorf("%s: %v", row.name, got)
			}
		}
	})
}

// FuzzBlocks: no JSON makes the check of blocks fall over, and what it takes it takes again as it gave it back.
func FuzzBlocks(f *testing.F) {
	for _, seed := range []string{`[]`, `[{}]`, `[{"type":"section","text":{}}]`, cardBlocks, `[{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[1]}]}]`, `null`, `[null]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		s := sim.New(sim.Options{})
		defer s.Close()
		s.AddUser(sim.User{ID: "UANN"})
		s.AddChannel(sim.Channel{ID: "CDESK", Members: []string{"U0SIM"}})
		got := direct(t, s, "chat.postMessage", "channel", "CDESK", "text", "f", "blocks", list)
		if got["ok"] != true {
			return
		}
		m, _ := s.Message("CDESK", got["ts"].(string))
		sim.Show(m)
		if m.Blocks == nil {
			return
		}
		if again := direct(t, s, "chat.postMessage", "channel", "CDESK", "text", "f", "blocks", string(m.Blocks)); again["ok"] != true {
			t.Fatalf("%s became %s, which is refused: %v", list, m.Blocks, again)
		}
	})
}
