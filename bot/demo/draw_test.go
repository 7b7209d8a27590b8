package demo

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	slack "webcare/adapters/slack/sim"
	telegram "webcare/adapters/telegram/sim"
)

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		name, text string
		entities   []telegram.Entity
		want       []span
	}{
		{"nothing", "", nil, nil},
		{"plain", "hi", nil, []span{{Text: "hi"}}},
		{"after an emoji", "😢 bold", []telegram.Entity{{Type: "bold", Offset: 3, Length: 4}}, []span{{Text: "😢 "}, {Text: "bold", Style: "b"}}},
		{
			"nested", "abc",
			[]telegram.Entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "italic", Offset: 1, Length: 1}},
			[]span{{Text: "a", Style: "b"}, {Text: "b", Style: "bi"}, {Text: "c", Style: "b"}},
		},
		{"a link", "here", []telegram.Entity{{Type: "text_link", Offset: 0, Length: 4, URL: "https://example.com"}}, []span{{Text: "here", Link: "https://example.com"}}},
		{"no link", "here", []telegram.Entity{{Type: "text_link", Offset: 0, Length: 4, URL: "javascript:alert(1)"}}, []span{{Text: "here"}}},
		{"beyond the end", "ab", []telegram.Entity{{Type: "bold", Offset: 1, Length: 99}}, []span{{Text: "a"}, {Text: "b", Style: "b"}}},
		{"before the start", "ab", []telegram.Entity{{Type: "bold", Offset: -5, Length: 6}}, []span{{Text: "a", Style: "b"}, {Text: "b"}}},
		{"unknown", "ab", []telegram.Entity{{Type: "glitter", Offset: 0, Length: 2}}, []span{{Text: "ab"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := spans(c.text, c.entities); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	v := &viewer{names: map[string]string{"U1": "Ada"}}
	for _, c := range []struct {
		name, blocks, text string
		want               []block
	}{
		{"text", "", "a &lt;b&gt; <https://example.com|<b>label> <@U1> <!here> <!subteam^S0ONDUTY> <#C0WEBCARE>", []block{{Kind: "text", Spans: []span{
			{Text: "a <b> "},
			{Text: "<b", Link: "https://example.com"},
			{Text: "label> "},
			{Text: "@Ada", Style: "m"},
			{Text: " "},
			{Text: "@here", Style: "m"},
			{Text: " "},
			{Text: "@webcare-on-duty", Style: "m"},
			{Text: " "},
			{Text: "#webcare", Style: "m"},
		}}}},
		{
			"rich text",
			`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":true,"italic":true}},
			{"type":"link","url":"https://example.com"},{"type":"link","url":"javascript:x","text":"t"},{"type":"emoji","name":"wave","unicode":"1f44b-1f3fd"},
			{"type":"emoji","name":"own"},{"type":"user","user_id":"U2"}]},
			{"type":"rich_text_list","style":"ordered","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]}]},
			{"type":"rich_text_quote","elements":[{"type":"text","text":"q"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"p"}]}]}]`, "",
			[]block{
				{Kind: "text", Spans: []span{{Text: "a", Style: "bi"}, {Text: "https://example.com", Link: "https://example.com"}, {Text: "t"}, {Text: "👋🏽"}, {Text: ":own:"}, {Text: "@U2", Style: "m"}}},
				{Kind: "list", Level: 1, Numbered: true, Items: [][]span{{{Text: "one"}}}},
				{Kind: "quote", Spans: []span{{Text: "q"}}},
				{Kind: "pre", Spans: []span{{Text: "p"}}},
			},
		},
		{
			"others",
			`[{"type":"section","text":{"type":"mrkdwn","text":"s <@U1>"},"fields":[{"type":"mrkdwn","text":"f"}],"accessory":{"type":"button","action_id":"x","text":{"type":"plain_text","text":"X"}}},
			{"type":"context","elements":[{"type":"plain_text","text":"c"}]},{"type":"header","text":{"type":"plain_text","text":"<h>"}},{"type":"divider"},
			{"type":"actions","elements":[{"type":"button","action_id":"open","url":"https://example.com","style":"primary","text":{"type":"plain_text","text":"O"}},{"type":"datepicker","action_id":"d"}]},
			{"type":"actions","elements":[{"type":"static_select","action_id":"snooze@x","placeholder":{"type":"plain_text","text":"Snooze"},
				"options":[{"value":"1h","text":{"type":"plain_text","text":"1 hour"}}]},
				{"type":"button","action_id":"open","url":"https://example.slack.com/archives/C0WEBCARE/p1700000000000100","text":{"type":"plain_text","text":"E"}}]},
			{"type":"video"}]`, "",
			[]block{
				{Kind: "text", Spans: []span{{Text: "s "}, {Text: "@Ada", Style: "m"}}},
				{Kind: "text", Spans: []span{{Text: "f"}}},
				{Kind: "buttons", Buttons: []button{{Action: "x", Label: "X"}}},
				{Kind: "context", Spans: []span{{Text: "c"}}},
				{Kind: "header", Spans: []span{{Text: "<h>"}}},
				{Kind: "divider"},
				{Kind: "buttons", Buttons: []button{{Action: "open", Label: "O", Style: "primary", Link: "https://example.com"}}},
				{Kind: "buttons", Buttons: []button{
					{Action: "snooze@x", Label: "Snooze", Options: []choice{{"1h", "1 hour"}}},
					{Action: "open", Label: "E", Link: "https://example.slack.com/archives/C0WEBCARE/p1700000000000100", Thread: "1700000000.000100"},
				}},
				{Kind: "unknown", Spans: []span{{Text: "(a block of the kind video)"}}},
			},
		},
		{"broken blocks", `{"no":"list"}`, "the text", []block{{Kind: "text", Spans: []span{{Text: "the text"}}}}},
		{"nothing", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := slack.Message{Text: c.text}
			if c.blocks != "" {
				m.Blocks = json.RawMessage(c.blocks)
			}
			if got := v.body(m); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestThreadAt(t *testing.T) {
	const desk = "https://example.slack.com/archives/C0WEBCARE/p"
	for address, want := range map[string]string{
		desk + "1700000000000100":     "1700000000.000100",
		desk + "1700000000000100?x=1": "",
		desk + "170000a000000100":     "",
		desk + "000100":               "",
		desk:                          "",
		"https://example.slack.com/archives/C0OTHER/p1700000000000100": "",
		"https://slack.example/archives/C0WEBCARE/p1700000000000100":   "",
		"slack://x.slack.com/archives/C0WEBCARE/p1700000000000100":     "",
		"": "",
	} {
		if got := threadAt(address); got != want {
			t.Errorf("%q leads to %q, want %q", address, got, want)
		}
	}
	v := &viewer{names: map[string]string{}}
	if got := v.markup("<" + desk + "1700000000000100|open>"); len(got) != 1 || got[0].Thread != "1700000000.000100" || got[0].Text != "open" {
		t.Errorf("a link in markup is %+v", got)
	}
}

// FuzzBody holds that whatever stands in a message, no link leads anywhere but to the web.
func FuzzBody(f *testing.F) {
	f.Add(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"data:x"}]}]}]`, "<javascript:x|y> > <")
	f.Fuzz(func(t *testing.T, blocks, text string) {
		v := &viewer{names: map[string]string{}}
		check := func(s span) {
			if s.Link != "" && !strings.HasPrefix(s.Link, "https://") && !strings.HasPrefix(s.Link, "http://") {
				t.Errorf("a link to %q", s.Link)
			}
		}
		for _, b := range append(v.body(slack.Message{Text: text}), v.body(slack.Message{Blocks: json.RawMessage(blocks)})...) {
			for _, s := range b.Spans {
				check(s)
			}
			for _, x := range b.Buttons {
				check(span{Link: x.Link})
			}
		}
	})
}

// TestMarks holds that every mark of the bot has a drawing in the page and a meaning.
func TestMarks(t *testing.T) {
	sprite, err := assets.ReadFile("page/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hourglass_flowing_sand", "white_check_mark", "lock", "warning", "question", "eyes"} {
		if emoji, means := markOf(name); means == "" || strings.HasPrefix(emoji, ":") {
			t.Errorf("%s is %q, %q", name, emoji, means)
		}
		if !strings.Contains(string(sprite), `<symbol id="`+name+`"`) {
			t.Errorf("%s has no drawing", name)
		}
	}
	if emoji, means := markOf("tada"); emoji != ":tada:" || means != "" {
		t.Errorf("any other: %q, %q", emoji, means)
	}
}
