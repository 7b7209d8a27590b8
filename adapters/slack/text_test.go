package slack

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"webcare/bot/conversation"
)

const teamURL = "https://acme.slack.test/"

func names(id string) string {
	if id == "U0ANNA" {
		return "Anna"
	}
	return someone
}

// span is short for a Span.
func span(from, to int, s conversation.Style, target ...string) conversation.Span {
	return conversation.Span{From: from, To: to, Style: s, Target: strings.Join(target, "")}
}

func TestRichText(t *testing.T) {
	text := func(elements string) string {
		return `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + elements + `]}]}]`
	}
	for _, tt := range []struct {
		name, blocks, fallback, want string
		spans                        []conversation.Span
	}{
		{"plain", text(`{"type":"text","text":"a < b & c > d <@U1>"}`), "", "a < b & c > d <@U1>", nil},
		{
			"styles", text(`{"type":"text","text":"vet","style":{"bold":true,"italic":true}},{"type":"text","text":" en "},{"type":"text","text":"x","style":{"strike":true}},{"type":"text","text":"y","style":{"code":true}}`), "",
			"vet en xy",
			[]conversation.Span{span(0, 3, conversation.Bold), span(0, 3, conversation.Italic), span(7, 8, conversation.Strike), span(8, 9, conversation.Code)},
		},
		{"emoji with skin tone", text(`{"type":"emoji","name":"wave","skin_tone":3,"unicode":"1f44b-1f3fc"},{"type":"emoji","name":"wave","skin_tone":6,"unicode":"1f44b"}`), "", "👋🏼👋🏿", nil},
		{"emoji of the workspace", text(`{"type":"emoji","name":"acme-logo"}`), "", ":acme-logo:", nil},
		{"emoji with a broken code point", text(`{"type":"emoji","name":"bad","unicode":"d800"}`), "", ":bad:", nil},
		{
			"link", text(`{"type":"link","url":"https://example.com/a?b=1&c=2","text":"hier"},{"type":"text","text":" "},{"type":"link","url":"https://example.com"},{"type":"link","url":"mailto:a@example.com"}`), "",
			"hier https://example.coma@example.com",
			[]conversation.Span{span(0, 4, conversation.Link, "https://example.com/a?b=1&c=2"), span(5, 24, conversation.Link, "https://example.com"), span(24, 37, conversation.Link, "mailto:a@example.com")},
		},
		{"link into our own Slack", text(`{"type":"link","url":"https://acme.slack.test/archives/C1/p1","text":"daar"}`), "", "daar", []conversation.Span{span(0, 4, conversation.Mention, "https://acme.slack.test/archives/C1/p1")}},
		{
			"mentions", text(`{"type":"user","user_id":"U0ANNA"},{"type":"text","text":" "},{"type":"user","user_id":"U0X"},{"type":"text","text":" "},{"type":"usergroup","usergroup_id":"S1"},{"type":"text","text":" "},{"type":"channel","channel_id":"C1"},{"type":"text","text":" "},{"type":"broadcast","range":"here"}`), "",
			"@Anna @… @… #… @here",
			[]conversation.Span{span(0, 5, conversation.Mention, "U0ANNA"), span(6, 10, conversation.Mention, "U0X"), span(11, 15, conversation.Mention, "S1"), span(16, 20, conversation.Mention, "C1"), span(21, 26, conversation.Mention, "here")},
		},
		{"date and colour", text(`{"type":"date","timestamp":1,"format":"{date}","fallback":"1 January"},{"type":"color","value":"#ff0000"}`), "", "1 January#ff0000", nil},
		{"lists", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Doe:"}]},
			{"type":"rich_text_list","style":"ordered","indent":0,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"een"}]}]},
			{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"sub"}]}]},
			{"type":"rich_text_list","style":"ordered","indent":0,"offset":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"twee"}]}]},
			{"type":"rich_text_section","elements":[{"type":"text","text":"Klaar"}]}]}]`, "", "Doe:\n1. een\n  • sub\n2. twee\nKlaar", nil},
		{
			"quote and code", `[{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"q"}]},
			{"type":"rich_text_preformatted","language":"go","elements":[{"type":"text","text":"x := 1"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"na"}]}]}]`, "",
			"q\nx := 1\nna",
			[]conversation.Span{span(0, 1, conversation.Quoted), span(2, 8, conversation.Pre, "go")},
		},
		{"unknown element that names a person", text(`{"type":"user_v2","user_id":"U0X","text":"@Jan"},{"type":"text","text":"?"}`), "", "@Jan?", []conversation.Span{span(0, 4, conversation.Mention, "U0X")}},
		{"unknown element with text", text(`{"type":"shout","text":"hé"}`), "", "hé", nil},
		{"unknown element falls back to the text", text(`{"type":"hologram","id":"H1"}`), "uit de tekst", "uit de tekst", nil},
		{"another block falls back to the text", `[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]`, "a &amp; b", "a & b", nil},
		{"broken blocks fall back to the text", `{"type":7}`, "a", "a", nil},
		{"style of an unknown type", text(`{"type":"text","text":"a","style":"loud"}`), "", "a", nil},
		{"white space at the end", text(`{"type":"text","text":"  a \n\n"}`), "", "  a", nil},
		{"empty blocks, empty text", `[]`, "", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := readText(message{Blocks: json.RawMessage(tt.blocks), Text: lax(tt.fallback)}, teamURL, names)
			if got.Plain != tt.want {
				t.Errorf("text %q, want %q", got.Plain, tt.want)
			}
			if !reflect.DeepEqual(got.Spans, tt.spans) {
				t.Errorf("spans %+v, want %+v", got.Spans, tt.spans)
			}
		})
	}
}

func TestMrkdwn(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		spans    []conversation.Span
	}{
		{"a &lt; b &amp;&amp; c", "a < b && c", nil},
		{"&amp;lt;", "&lt;", nil},
		{"*vet* _schuin_ ~weg~ `code`", "vet schuin weg code", []conversation.Span{span(0, 3, conversation.Bold), span(4, 10, conversation.Italic), span(11, 14, conversation.Strike), span(15, 19, conversation.Code)}},
		{"*_beide_*", "beide", []conversation.Span{span(0, 5, conversation.Bold), span(0, 5, conversation.Italic)}},
		{"2*3*4 en snake_case_naam", "2*3*4 en snake_case_naam", nil},
		{"* los", "* los", nil},
		{"`*geen vet* &amp; <https://example.com>`", "*geen vet* & https://example.com", []conversation.Span{span(0, 32, conversation.Code), span(13, 32, conversation.Link, "https://example.com")}},
		{"<@U0ANNA> <@U0X|jan> <@U0Y>", "@Anna @jan @…", []conversation.Span{span(0, 5, conversation.Mention, "U0ANNA"), span(6, 10, conversation.Mention, "U0X"), span(11, 15, conversation.Mention, "U0Y")}},
		{"<#C1|klanten> <#C2> <#C3|>", "#klanten #… #…", []conversation.Span{span(0, 8, conversation.Mention, "C1"), span(9, 13, conversation.Mention, "C2"), span(14, 18, conversation.Mention, "C3")}},
		{"<!subteam^S1|@team> <!subteam^S2> <!here> <!channel|x>", "@team @… @here @channel", []conversation.Span{span(0, 5, conversation.Mention, "S1"), span(6, 10, conversation.Mention, "S2"), span(11, 16, conversation.Mention, "here"), span(17, 25, conversation.Mention, "channel")}},
		{"<!date^1^{date}^https://example.com|gisteren>", "gisteren", nil},
		{"<https://example.com/?a=1&amp;b=2|hier &amp; daar>", "hier & daar", []conversation.Span{span(0, 11, conversation.Link, "https://example.com/?a=1&b=2")}},
		{"<mailto:a@example.com|a@example.com>", "a@example.com", []conversation.Span{span(0, 13, conversation.Link, "mailto:a@example.com")}},
		{"<https://acme.slack.test/archives/C1/p2>", "https://acme.slack.test/archives/C1/p2", []conversation.Span{span(0, 38, conversation.Mention, "https://acme.slack.test/archives/C1/p2")}},
		{"kijk:\n```x &lt; 1\ny```\nklaar", "kijk:\nx < 1\ny\nklaar", []conversation.Span{span(6, 13, conversation.Pre)}},
		{"``` niet gesloten", "``` niet gesloten", nil},
		{"a\n&gt; citaat\n&gt;twee\nb", "a\ncitaat\ntwee\nb", []conversation.Span{span(2, 13, conversation.Quoted)}},
		{"&gt;&gt;&gt; alles\nook dit", "alles\nook dit", []conversation.Span{span(0, 13, conversation.Quoted)}},
		{":wave::skin-tone-3: :smile:", ":wave::skin-tone-3: :smile:", nil},
		{"open < en dicht", "open < en dicht", nil},
		{"<>", "<>", nil},
		{"", "", nil},
	} {
		got := readText(message{Text: lax(tt.in)}, teamURL, names)
		if got.Plain != tt.want {
			t.Errorf("%q: text %q, want %q", tt.in, got.Plain, tt.want)
		}
		if !reflect.DeepEqual(got.Spans, tt.spans) {
			t.Errorf("%q: spans %+v, want %+v", tt.in, got.Spans, tt.spans)
		}
	}
}

// Wherever an address of our own workspace stands, it makes a note of the message.
func TestAddressesOfOurOwn(t *testing.T) {
	blocks := func(elements string) message {
		return message{Blocks: json.RawMessage(`[{"type":"rich_text","elements":[` + elements + `]}]`)}
	}
	section := func(elements string) message {
		return blocks(`{"type":"rich_text_section","elements":[` + elements + `]}`)
	}
	for name, tt := range map[string]struct {
		in   message
		want string // what is mentioned
	}{
		"plain text":        {section(`{"type":"text","text":"zie https://acme.slack.test/archives/C1/p1?thread_ts=1.1, of bel"}`), "https://acme.slack.test/archives/C1/p1?thread_ts=1.1"},
		"without scheme":    {section(`{"type":"text","text":"(ACME.slack.test/archives/C1/p1)"}`), "ACME.slack.test/archives/C1/p1"},
		"a file":            {section(`{"type":"text","text":"https://acme.slack.test/files/U1/F1/x.pdf"}`), "https://acme.slack.test/files/U1/F1/x.pdf"},
		"the web client":    {section(`{"type":"text","text":"app.slack.com/client/T1/C1"}`), "app.slack.com/client/T1/C1"},
		"the app":           {section(`{"type":"text","text":"slack://channel?team=T1&id=C1"}`), "slack://channel?team=T1&id=C1"},
		"an odd escape":     {section(`{"type":"text","text":"https://acme.slack.test/%zz"}`), "https://acme.slack.test/%zz"},
		"code":              {section(`{"type":"text","text":"https://acme.slack.test/archives/C1/p1","style":{"code":true}}`), "https://acme.slack.test/archives/C1/p1"},
		"two styles":        {section(`{"type":"text","text":"x https://acme.sla","style":{"bold":true}},{"type":"text","text":"ck.test/archives/C1/p1 y","style":{"italic":true}}`), "https://acme.slack.test/archives/C1/p1"},
		"a label":           {section(`{"type":"link","url":"https://example.com/","text":"https://acme.slack.test/archives/C1/p1"}`), "https://acme.slack.test/archives/C1/p1"},
		"preformatted":      {blocks(`{"type":"rich_text_preformatted","elements":[{"type":"text","text":"a\nhttps://acme.slack.test/archives/C1/p1\nb"}]}`), "https://acme.slack.test/archives/C1/p1"},
		"mrkdwn":            {message{Text: "kijk https://acme.slack.test/archives/C1/p1"}, "https://acme.slack.test/archives/C1/p1"},
		"code in mrkdwn":    {message{Text: "`https://acme.slack.test/archives/C1/p1`"}, "https://acme.slack.test/archives/C1/p1"},
		"a block in mrkdwn": {message{Text: "```<https://acme.slack.test/archives/C1/p1>```"}, "https://acme.slack.test/archives/C1/p1"},
		"others":            {section(`{"type":"text","text":"https://example.com/?u=acme.slack.test 12.50 a@acme.nl https://status.slack.com b.v. https://acme.slack.test.example.com/ notacme.slack.test"}`), ""},
		"a link of Slack's": {section(`{"type":"link","url":"https://slack.com/help"}`), ""},
	} {
		got := readText(tt.in, teamURL, names)
		var mentioned []string
		for _, s := range got.Spans {
			if s.Style == conversation.Mention {
				mentioned = append(mentioned, got.Plain[s.From:s.To])
			}
		}
		if strings.Join(mentioned, " ") != tt.want {
			t.Errorf("%s: mentioned %q in %+v", name, mentioned, got)
		}
	}
}

// FuzzReadMessage: whatever Slack sends, reading it ends, keeps the promise of Text, and changes nothing when done
// twice.
func FuzzReadMessage(f *testing.F) {
	for _, s := range []string{
		`{"type":"message","channel":"C1","user":"U1","ts":"1.2","thread_ts":"1.1","text":"*a* <@U1> &lt;","files":[{"id":"F1","original_w":"x","size":1e300}]}`,
		`{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"ordered","offset":99999999999,"indent":-4,"elements":[{"type":"rich_text_section","elements":[{"type":"emoji","unicode":"ffffffff-1"}]}]}]}],"text":"x"}`,
		`{"channel":{"id":"C1"},"user":{"id":"U1"},"ts":1.5,"blocks":{},"files":{},"metadata":[]}`,
		"{\"text\":\"```a``` `b` *c _d* e_ ~~ &gt;&gt;&gt; <!date^x> <|> <#|>\"}",
	} {
		f.Add([]byte(s))
	}
	h := &home{team: "T1", url: teamURL, botUser: "U0BOT", botID: "B0BOT", channel: "C1"}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, ok := readMessage(raw)
		if !ok {
			return
		}
		m.Channel = "C1"
		in, ok := h.message(m, names)
		got := readText(m, teamURL, names)
		if ok {
			w := in.Event.(conversation.Wrote)
			if w.At.TS == "" || in.Thread.TS == "" || in.By == "" || w.Message.IsEmpty() {
				t.Errorf("incomplete: %+v", in)
			}
		}
		sound(t, got)
	})
}

// sound checks the promise of conversation.Text.
func sound(t *testing.T, got conversation.Text) {
	t.Helper()
	if !utf8.ValidString(got.Plain) {
		t.Errorf("no UTF-8: %q", got.Plain)
	}
	if again := tidy(got); !reflect.DeepEqual(again, got) {
		t.Errorf("untidy: %+v becomes %+v", got, again)
	}
	for i, s := range got.Spans {
		if s.From >= s.To || s.To > len(got.Plain) || !utf8.ValidString(got.Plain[s.From:s.To]) {
			t.Errorf("span %+v of %q", s, got.Plain)
		}
		for _, o := range got.Spans[:i] {
			if o.From < s.From && s.From < o.To && o.To < s.To {
				t.Errorf("spans cross: %+v %+v", o, s)
			}
		}
	}
}
