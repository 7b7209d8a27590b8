package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"webcare/adapters/slack/sim"
)

// TestHarm: the judge of harm finds it. Each row is a message that one of the rules is for, or one that is just allowed.
func TestHarm(t *testing.T) {
	text := func(kind, text string) string {
		b, _ := json.Marshal(map[string]string{"type": kind, "text": text})
		return string(b)
	}
	link := func(before, label, url, after string) json.RawMessage {
		b, _ := json.Marshal(map[string]string{"type": "link", "url": url, "text": label})
		return json.RawMessage(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + text("text", before) + "," + string(b) + "," + text("text", after) + `]}]}]`)
	}
	rich := func(s string) json.RawMessage { return link(s, "https://a.test", "https://a.test", "") }
	button := func(label, url string) json.RawMessage {
		return json.RawMessage(`[{"type":"actions","elements":[{"type":"button","text":` + text("plain_text", label) + `,"url":"` + url + `"}]}]`)
	}
	for _, row := range []struct {
		name string
		m    sim.Message
		want string // a part of what is found; empty = nothing
	}{
		{"nothing", sim.Message{Text: "x", Parse: "none", Blocks: rich("zie ")}, ""},
		{"ping", sim.Message{Text: "<@U1>", Parse: "none"}, "pings U1"},
		{"wanted ping", sim.Message{Text: "<@U2>", Parse: "none"}, ""},
		{"channel", sim.Message{Text: "<#C1>", Parse: "none"}, "channel C1"},
		{"bare names", sim.Message{Text: "hi @ann #desk", LinkNames: true}, "pings ann"},
		{"bare channel", sim.Message{Text: "hi #desk", LinkNames: true}, "channel desk"},
		{"mail is no name", sim.Message{Text: "a.b@example", LinkNames: true, Parse: "none"}, ""},
		{"word that pings", sim.Message{Text: "hi @Here", Parse: "none"}, "@here stands whole"},
		{"broken word", sim.Message{Text: "hi @\u2060here", Parse: "none"}, ""},
		{"broken word in the blocks", sim.Message{Parse: "none", Blocks: rich("@\u2060here ")}, "U+2060"},
		{"picture", sim.Message{Blocks: json.RawMessage(`[{"type":"image","image_url":"https://a.test/x.png","alt_text":"x"}]`)}, "picture"},
		{"markdown", sim.Message{Blocks: json.RawMessage(`[{"type":"markdown","text":"<!here>"}]`)}, "pings here"},
		{"attachment", sim.Message{Text: "x", Attachments: json.RawMessage(`[]`)}, "attachments"},
		{"unfurling", sim.Message{Text: "https://a.test", UnfurlMedia: true}, "unfurls"},
		{"ready to unfurl", sim.Message{Text: "x", UnfurlMedia: true}, "would unfurl"},
		{"ready to unfurl, whispered", sim.Message{Text: "x", UnfurlMedia: true, To: "U1"}, ""},
		{"script", sim.Message{Text: "<javascript:alert(1)|klik>", Parse: "none"}, `opens "javascript`},
		{"app", sim.Message{Text: "<slack://open|klik>", Parse: "none"}, `opens "slack`},
		{"date", sim.Message{Text: "<!date^0^{date}^https://a.test|x>", Parse: "none"}, `opens "https`},
		{"linked host", sim.Message{Text: "zie a.test", Parse: "full"}, `opens "a.test`},
		{"label", sim.Message{Blocks: link("", "klik", "https://a.test", "")}, `"klik" opens`},
		{"false label", sim.Message{Blocks: link("", "https://bank.test", "https://a.test", "")}, `"https://bank.test" opens`},
		{"name before the host", sim.Message{Blocks: link("", "https://bank.test@a.test", "https://bank.test@a.test", "")}, "opens"},
		{"look-alike", sim.Message{Blocks: link("", "https://bаnk.test", "https://bаnk.test", "")}, "opens"},
		{"space", sim.Message{Blocks: link("", "https://a.test/ https://bank.test", "https://a.test/ https://bank.test", "")}, "opens"},
		{"Hebrew", sim.Message{Blocks: link("", "https://a.test/א", "https://a.test/א", "")}, "opens"},
		{"accents", sim.Message{Blocks: link("", "https://a.test/é", "https://a.test/é", "")}, ""},
		{"port", sim.Message{Blocks: link("(", "https://a.test:8443/x?y=z#q", "https://a.test:8443/x?y=z#q", ").")}, ""},
		{"goes on behind", sim.Message{Blocks: link("", "https://a.test", "https://a.test", ".bank.test/login")}, "opens"},
		{"goes on behind with a name", sim.Message{Blocks: link("", "https://a.test", "https://a.test", "@bank.test/login")}, "opens"},
		{"goes on before", sim.Message{Blocks: link("https://bank.test/", "http://a.test", "http://a.test", "")}, "opens"},
		{"goes on in wide letters", sim.Message{Blocks: link("", "https://a.test", "https://a.test", "．ｂａｎｋ．ｔｅｓｔ")}, "opens"},
		{"goes on behind a hole", sim.Message{Blocks: link("", "https://a.test", "https://a.test", "\u200D.bank.test")}, "opens"},
		{"goes on behind a host of one word", sim.Message{Blocks: link("", "https://intranet", "https://intranet", ".evil.test/")}, "opens"},
		{"host of one word", sim.Message{Blocks: link("(", "https://intranet/a.html", "https://intranet/a.html", ")…")}, ""},
		{"end of a sentence", sim.Message{Blocks: link("", "https://a.test", "https://a.test", "…”")}, ""},
		{"another beside it", sim.Message{Blocks: link("https://bank.test (", "http://a.test", "http://a.test", ")")}, ""},
		{"mail", sim.Message{Blocks: link("", "mailto:a@b.test", "mailto:a@b.test", "")}, ""},
		{"false mail", sim.Message{Blocks: link("", "c@b.test", "mailto:a@b.test", "")}, "opens"},
		{"telephone", sim.Message{Blocks: link("", "tel:+31201234567", "tel:+31201234567", "")}, ""},
		{"false telephone", sim.Message{Blocks: link("", "0201234567", "tel:+4420", "")}, "opens"},
		{"button", sim.Message{Blocks: button("Open there", "https://a.test")}, ""},
		{"false button", sim.Message{Blocks: button("bank.test", "https://a.test")}, "opens"},
		{"override", sim.Message{Blocks: rich("\u202Ex ")}, "U+202E"},
		{"control", sim.Message{Blocks: rich("\u0007x ")}, "U+0007"},
		{"line break", sim.Message{Blocks: rich("a\u2028x ")}, "U+2028"},
		{"family", sim.Message{Blocks: rich("👨‍👩‍👧‍👦 ❤️ ")}, ""},
		{"flag", sim.Message{Blocks: rich("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F ")}, ""},
		{"tags", sim.Message{Blocks: rich("🏴\U000E0067\U000E0067\U000E007F ")}, "U+E0067"},
		{"tower", sim.Message{Blocks: rich("a\u0301\u200D\u0301\uFE0F\u0301\u0301\u20DD ")}, "tower"},
		{"low tower", sim.Message{Blocks: rich("a\u0301\u0301\u0301\u0301 ")}, ""},
		{"override in a name", sim.Message{Subtype: "bot_message", Username: "a\u202E", Text: "x"}, "U+202E in the name"},
		{"no name", sim.Message{Subtype: "bot_message", Username: "\u200D", Text: "x"}, "empty"},
		{"long name", sim.Message{Subtype: "bot_message", Username: strings.Repeat("x", 81), Text: "x"}, "too long"},
		{"name of Slack", sim.Message{Subtype: "bot_message", Username: "Ｓlackbot", Text: "x"}, "belongs to Slack"},
		{"file", sim.Message{Files: []sim.File{{Name: "a b.pdf", Title: "a b.pdf"}}}, ""},
		{"path", sim.Message{Files: []sim.File{{Name: "a.pdf", Title: "../a.pdf"}}}, "../a.pdf"},
		{"gap", sim.Message{Files: []sim.File{{Name: "a.pdf    .exe", Title: "a.pdf"}}}, ".exe"},
		{"turned file", sim.Message{Files: []sim.File{{Name: "\u202Egpj.exe", Title: "x"}}}, "U+202E in the name of the file"},
	} {
		got := sim.Harm(row.m, "U2")
		if row.want == "" && len(got) > 0 || row.want != "" && !strings.Contains(fmt.Sprint(got), row.want) {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// A link to a place that is wanted may be called as one likes, unless what it is called is another place.
func TestHarmOfWantedLinks(t *testing.T) {
	message := func(before, label, url string) sim.Message {
		blocks, err := json.Marshal([]any{map[string]any{"type": "rich_text", "elements": []any{map[string]any{"type": "rich_text_section", "elements": []any{
			map[string]any{"type": "text", "text": before}, map[string]any{"type": "link", "url": url, "text": label},
		}}}}})
		if err != nil {
			t.Fatal(err)
		}
		return sim.Message{Blocks: blocks}
	}
	const ours = "https://example.slack.com/archives/C1/p1"
	for _, row := range []struct {
		before, label, url, wanted string
		harm                       bool
	}{
		{"Jan ", "open", ours, ours, false},
		{"Jan ", "open", ours, "", true},
		{"Jan ", "open", "https://evil.test/", ours, true},
		{"Jan ", "bank.test", ours, ours, true},
		{"https://bank.test/", "open", ours, ours, true},
		{"https://bank.test/ ", "open", ours, ours, false},
		{"Jan ", "open", "https://evil.test/", "U1", true},
	} {
		if got := sim.Harm(message(row.before, row.label, row.url), row.wanted); len(got) > 0 != row.harm {
			t.Errorf("%+v: %q", row, got)
		}
	}
	v := sim.View{JSON: json.RawMessage(`{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"<!here>"}}]}`)}
	if len(sim.Harm(v.Message())) == 0 || len(sim.Harm(sim.View{}.Message())) != 0 {
		t.Error("a view is not judged")
	}
}

func TestReads(t *testing.T) {
	for _, row := range []struct {
		shown, text string
		least       int
		want        bool
	}{
		{"a b", "ab", 0, true},
		{"xaby", "a\u200Bb", 0, true},
		{"ab", "ac", 0, false},
		{"", "\u200B \n", 0, true},
		{"\u00E9", "e\u0301", 0, true},
		{"e", "e\u0301", 0, false},
		{"e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301\u0301\u0301", 0, true},
		{"\u0661", "\u06DD\u0661", 0, false},
		{"🏴", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 0, false},
		{"abc…", "abcdef", 0, false},
		{"abc…", "abcdef", 3, true},
		{"abc…", "abcdef", 4, false},
		{"abx…", "abcdef", 3, false},
		{"\uFFFD", "\xff\xfe", 0, true},
		{"e\u0301\u0301\n\u0301\u0301", "e\u0301\u0301\u0301\u0301", 0, true},
		{"e\u0302", "e\u0301", 0, false},
		{"e\u0301\u0301", "e\u0301", 0, true},
		{"e\u0301\u0301x", "e\u0301x", 0, false},
		{"e\u0301 a", "\u0301a", 0, true},
		{"e\u0302 a", "\u0301a", 0, false},
		{"abbc", "bc", 0, true},
		{"abc…", "abcde\u0301", 2, true},
		{"abc…", "bcdef", 1, true},
		{"abc… ", "abc…", 0, true},
	} {
		if got := sim.Reads(row.shown, row.text, row.least); got != row.want {
			t.Errorf("Reads(%q, %q, %d) = %v", row.shown, row.text, row.least, got)
		}
	}
	for _, row := range []struct {
		shown, text string
		least       int
		want        bool
	}{
		{"a (https://x.test) b", "ab", 0, true},
		{"a (https://x.test)", "ab", 0, false},
		{"a (https://x.test)", "ab", 1, true},
		{"a (https://x.test) \u0301b", "a\u0301b", 0, true},
		{"a (https://x.test) b", "a\u0301b", 0, false},
		{"a (https://x.test)", "ba", 0, false},
	} {
		if got := sim.ReadsApart(row.shown, row.text, row.least); got != row.want {
			t.Errorf("ReadsApart(%q, %q, %d) = %v", row.shown, row.text, row.least, got)
		}
	}
}

// What is quoted is not said in the author's own voice.
func TestVoice(t *testing.T) {
	part := func(kind, text string) string {
		return `{"type":"rich_text_` + kind + `","elements":[{"type":"text","text":"` + text + `"}]}`
	}
	show := sim.Show(sim.Message{Blocks: json.RawMessage(`[{"type":"rich_text","elements":[` + strings.Join([]string{part("section", "a"), part("quote", "b"), part("preformatted", "c"), part("section", "d")}, ",") + `]}]`)})
	if strings.TrimSpace(show.Plain) != "a\nb\nc\nd" || !slices.Equal(strings.Fields(show.Voice), []string{"a", "d"}) {
		t.Errorf("%+v", show)
	}
}

// The attacks are what they claim to be: most of them do harm where they are put into Slack as they are.
func TestHostile(t *testing.T) {
	harmful, names := 0, map[string]bool{}
	for _, v := range sim.Hostile() {
		if names[v.Name] {
			t.Errorf("two are called %s", v.Name)
		}
		names[v.Name] = true
		if len(sim.Harm(sim.Message{Text: v.Text, LinkNames: true})) > 0 {
			harmful++
		}
	}
	if len(names) < 60 || harmful < 60 {
		t.Errorf("%d attacks, %d of them do harm", len(names), harmful)
	}
}
