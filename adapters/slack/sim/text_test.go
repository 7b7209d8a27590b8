package sim_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

// TestTyped: what people type becomes the text field and the rich_text block that Slack would send.
func TestTyped(t *testing.T) {
	rows := []struct{ name, typed, text, elements string }{
		{"plain", "hello", "hello", `section(text:hello)`},
		{"control characters", "a < b & c > d", "a &lt; b &amp; c &gt; d", `section(text:a < b & c > d)`},
		{"bold and italic", "*b* _i_ ~s~", "*b* _i_ ~s~", `section(text/bold:b text:  text/italic:i text:  text/strike:s)`},
		{"nested", "*b _bi_*", "*b _bi_*", `section(text/bold:b  text/bold/italic:bi)`},
		{"no marks inside words", "a*b*c snake_case_name 2*3*4", "a*b*c snake_case_name 2*3*4", `section(text:a*b*c snake_case_name 2*3*4)`},
		{"code", "`x < *y*`", "`x &lt; *y*`", `section(text/code:x < *y*)`},
		{"fence", "look\n```a\n<b>```\nend", "look\n```a\n&lt;b&gt;```\nend", `section(text:look↵) preformatted(text:a↵<b>) section(text:end)`},
		{"quote", "> one\n> two\nme", "&gt; one\n&gt; two\nme", `quote(text:one↵two) section(text:me)`},
		{"bullets", "- one\n- two", "• one\n• two", `list(section(text:one) section(text:two))`},
		{"nested bullets", "- one\n    - two", "• one\n    ◦ two", `list(section(text:one)) list(section(text:two))`},
		{"numbers", "1. one\n2. two", "1. one\n2. two", `list(section(text:one) section(text:two))`},
		{"link", "see https://example.com/a?b=1&c.", "see <https://example.com/a?b=1&amp;c>.", `section(text:see  link:https://example.com/a?b=1&c text:.)`},
		{"labelled link", "<https://example.com|here>", "<https://example.com|here>", `section(link:https://example.com=here)`},
		{"mail", "mail a@example.com", "mail <mailto:a@example.com|a@example.com>", `section(text:mail  link:mailto:a@example.com=a@example.com)`},
		{"emoji by name", "hi :wave:", "hi :wave:", `section(text:hi  emoji:wave=1f44b)`},
		{"skin tone", ":wave::skin-tone-3:", ":wave::skin-tone-3:", `section(emoji:wave=1f44b-1f3fc)`},
		{"emoji as character", "👋🏼", ":wave::skin-tone-3:", `section(emoji:wave=1f44b-1f3fc)`},
		{"custom emoji", ":webcare:", ":webcare:", `section(emoji:webcare=)`},
		{"no emoji", "10:30:45 :nonsense:", "10:30:45 :nonsense:", `section(text:10:30:45 :nonsense:)`},
		{
			"mentions", "<@UANN> <!subteam^SDUTY> <!here> <#CDESK>", "<@UANN> <!subteam^SDUTY> <!here> <#CDESK>",
			`section(user:UANN text:  usergroup:SDUTY text:  broadcast:here text:  channel:CDESK)`,
		},
		{"tag that is none", "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;", `section(text:<b>x</b>)`},
	}
	s := sim.New(sim.Options{})
	defer s.Close()
	s.AddUser(sim.User{ID: "UANN"})
	s.AddChannel(sim.Channel{ID: "CDESK", Members: []string{"UANN"}})
	for _, row := range rows {
		ts, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: row.typed})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := s.Message("CDESK", ts)
		if m.Text != row.text {
			t.Errorf("%s: text %q, want %q", row.name, m.Text, row.text)
		}
		if got := outline(t, m.Blocks); got != row.elements {
			t.Errorf("%s: blocks\n got %s\nwant %s", row.name, got, row.elements)
		}
		var decoded slack.Blocks
		if err := json.Unmarshal(m.Blocks, &decoded); err != nil || decoded.BlockSet[0].BlockType() != slack.MBTRichText {
			t.Errorf("%s: slack-go reads %v", row.name, err)
		}
	}
}

// outline writes a rich_text block shortly.
func outline(t *testing.T, blocks json.RawMessage) string {
	t.Helper()
	type element struct {
		Type, Text, URL, Name, Unicode, Range string
		User                                  string `json:"user_id"`
		Group                                 string `json:"usergroup_id"`
		Channel                               string `json:"channel_id"`
		Style                                 json.RawMessage
		Elements                              []json.RawMessage
	}
	var write func(raw json.RawMessage) string
	write = func(raw json.RawMessage) string {
		var e element
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		if name, ok := strings.CutPrefix(e.Type, "rich_text_"); ok {
			var inner []string
			for _, one := range e.Elements {
				inner = append(inner, write(one))
			}
			return name + "(" + strings.Join(inner, " ") + ")"
		}
		var style map[string]bool
		if len(e.Style) > 0 && e.Style[0] == '{' {
			if err := json.Unmarshal(e.Style, &style); err != nil {
				t.Fatal(err)
			}
		}
		var kind strings.Builder
		kind.WriteString(e.Type)
		for _, name := range []string{"bold", "italic", "strike", "code"} {
			if style[name] {
				kind.WriteString("/" + name)
			}
		}
		switch e.Type {
		case "link":
			if e.Text != "" {
				return kind.String() + ":" + e.URL + "=" + e.Text
			}
			return kind.String() + ":" + e.URL
		case "emoji":
			return kind.String() + ":" + e.Name + "=" + e.Unicode
		}
		return strings.ReplaceAll(kind.String()+":"+e.Text+e.User+e.Group+e.Channel+e.Range, "\n", "↵")
	}
	var list []struct{ Elements []json.RawMessage }
	if err := json.Unmarshal(blocks, &list); err != nil || len(list) != 1 {
		t.Fatalf("blocks %s: %v", blocks, err)
	}
	var all []string
	for _, e := range list[0].Elements {
		all = append(all, write(e))
	}
	return strings.Join(all, " ")
}

// TestPostedText: what Slack keeps of the text of a post.
func TestPostedText(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		for _, row := range []struct{ text, parse, names, want string }{
			{"a & b < c", "", "", "a &amp; b &lt; c"},
			{"a &amp; b &lt;!here&gt;", "", "", "a &amp; b &lt;!here&gt;"},
			{"<!here> <@UANN>", "", "", "<!here> <@UANN>"},
			{"@here #desk @ann", "", "", "@here #desk @ann"},
			{"@here #desk @ann @duty", "", "1", "<!here> <#CDESK|desk> <@UANN> <!subteam^SDUTY>"},
			{"https://example.com", "", "", "<https://example.com>"},
			{"https://example.com", "none", "", "https://example.com"},
			{"👍", "", "", ":+1:"},
		} {
			args := []string{"text", row.text}
			if row.parse != "" {
				args = append(args, "parse", row.parse)
			}
			if row.names != "" {
				args = append(args, "link_names", row.names)
			}
			m, _ := b.Message("CDESK", b.post(args...))
			if m.Text != row.want {
				t.Errorf("%q parse=%s names=%s: %q, want %q", row.text, row.parse, row.names, m.Text, row.want)
			}
		}
	})
}

func TestShow(t *testing.T) {
	section := func(kind, text, more string) json.RawMessage {
		quoted, _ := json.Marshal(text)
		return json.RawMessage(`[{"type":"section","text":{"type":"` + kind + `","text":` + string(quoted) + more + `}}]`)
	}
	rich := func(element string) json.RawMessage {
		return json.RawMessage(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + element + `]}]}]`)
	}
	for _, row := range []struct {
		name  string
		m     sim.Message
		pings []string
		links int
		unfur bool
		plain string
	}{
		{"text token", sim.Message{Text: "<!here> x"}, []string{"here"}, 0, false, "@here x"},
		{"escaped token", sim.Message{Text: "&lt;!here&gt;"}, nil, 0, false, "<!here>"},
		{"entity of an entity", sim.Message{Text: "&amp;lt;!here&amp;gt;"}, nil, 0, false, "&lt;!here&gt;"},
		{"people and groups", sim.Message{Text: "<@U1> <@W2|w> <!subteam^S1|@x>"}, []string{"U1", "W2", "S1"}, 0, false, "@U1 @W2 @S1"},
		{"bare name", sim.Message{Text: "@here"}, nil, 0, false, "@here"},
		{"bare name with link_names", sim.Message{Text: "@here", LinkNames: true}, []string{"here"}, 0, false, "@here"},
		{"bare name with parse full", sim.Message{Text: "@channel", Parse: "full"}, []string{"channel"}, 0, false, "@channel"},
		{"false label", sim.Message{Text: "<http://evil.example|http://bank.example>", UnfurlLinks: true}, nil, 1, true, "http://bank.example"},
		{"date link", sim.Message{Text: "<!date^0^{date}^http://evil.example|x>"}, nil, 1, false, "x"},
		{"bare link", sim.Message{Text: "http://evil.example", UnfurlMedia: true}, nil, 1, true, "http://evil.example"},
		{"bare link, parse none", sim.Message{Text: "http://evil.example", Parse: "none", UnfurlLinks: true}, nil, 0, false, "http://evil.example"},
		{"mrkdwn bare name", sim.Message{Blocks: section("mrkdwn", "@here", "")}, []string{"here"}, 0, false, "@here\n"},
		{"mrkdwn verbatim", sim.Message{Blocks: section("mrkdwn", "@here http://x.example", `,"verbatim":true`)}, nil, 0, false, "@here http://x.example\n"},
		{"mrkdwn verbatim token", sim.Message{Blocks: section("mrkdwn", "<!here>", `,"verbatim":true`)}, []string{"here"}, 0, false, "@here\n"},
		{"plain_text", sim.Message{Blocks: section("plain_text", "<!here> @here", "")}, nil, 0, false, "<!here> @here\n"},
		{"rich text literal", sim.Message{Blocks: rich(`{"type":"text","text":"<!here> @here http://x.example"}`)}, nil, 0, false, "<!here> @here http://x.example\n"},
		{"rich text broadcast", sim.Message{Blocks: rich(`{"type":"broadcast","range":"channel"}`)}, []string{"channel"}, 0, false, "@channel\n"},
		{"rich text user", sim.Message{Blocks: rich(`{"type":"user","user_id":"U1"},{"type":"usergroup","usergroup_id":"S1"}`)}, []string{"U1", "S1"}, 0, false, "@U1@S1\n"},
		{"fallback behind blocks", sim.Message{Text: "<!here>", Blocks: rich(`{"type":"text","text":"x"}`)}, []string{"here"}, 0, false, "x\n"},
		{"attachment", sim.Message{Attachments: json.RawMessage(`[{"color":"#fff","blocks":` + string(rich(`{"type":"user","user_id":"U1"}`)) + `}]`)}, []string{"U1"}, 0, false, "@U1\n"},
	} {
		got := sim.Show(row.m)
		if !slices.Equal(got.Pings, row.pings) || len(got.Links) != row.links || got.Unfurls != row.unfur || got.Plain != row.plain {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
}

// FuzzText: whatever people or the app write, text and blocks stay valid, and what was escaped pings nobody.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "*a*", "<", "<>", "<!here>", "```", "> x\n- y\n1. z", "👋🏼️⃣1️⃣", ":wave:", "https://", "a@b.c", "`*_~", "\xff", "<@U|<>"} {
		f.Add(seed)
	}
	f.Add(strings.Repeat("a.", 20_000)) // as much as Slack takes, where an address could begin anywhere
	f.Fuzz(func(t *testing.T, text string) {
		s := sim.New(sim.Options{})
		defer s.Close()
		s.AddUser(sim.User{ID: "UANN"})
		s.AddChannel(sim.Channel{ID: "CDESK", Members: []string{"UANN"}})
		ts, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := s.Message("CDESK", ts)
		if text == "" {
			return
		}
		var decoded slack.Blocks
		if err := json.Unmarshal(m.Blocks, &decoded); err != nil {
			t.Fatalf("%q: %v in %s", text, err, m.Blocks)
		}
		if utf8.ValidString(text) && !utf8.ValidString(m.Text) {
			t.Fatalf("%q: text %q", text, m.Text)
		}
		safe := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
		if pings := sim.Pings(sim.Message{Text: safe}); pings != nil {
			t.Fatalf("%q pings %v although escaped", text, pings)
		}
		sim.Show(sim.Message{Text: text, Blocks: json.RawMessage(text), Attachments: json.RawMessage(text)})
	})
}
