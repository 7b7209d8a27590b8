package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
	"golang.org/x/text/unicode/norm"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

func TestLinksShowWhereTheyLead(t *testing.T) {
	link := func(label, target string) conversation.Text {
		return conversation.Text{Plain: "zie " + label + " ja", Spans: []conversation.Span{{From: 4, To: 4 + len(label), Style: conversation.Link, Target: target}}}
	}
	for _, tt := range []struct {
		label, target string
		want          string
		opens         string
	}{
		{"https://example.com/a?b=1", "https://example.com/a?b=1", "zie https://example.com/a?b=1 ja", "https://example.com/a?b=1"},
		{"example.com/a", "https://example.com/a", "zie https://example.com/a ja", "https://example.com/a"},
		{"example.com", "http://example.com/", "zie http://example.com/ ja", "http://example.com/"},
		{"a@example.com", "mailto:a@example.com", "zie mailto:a@example.com ja", "mailto:a@example.com"},
		{"de bank", "http://evil.test", "zie de bank (http://evil.test) ja", "http://evil.test"},
		{"https://bank.test", "http://evil.test", "zie https://bank.test (http://evil.test) ja", "http://evil.test"},
		{"https://bank.test", "http://bank.test@evil.test", "zie https://bank.test (http://bank.test@evil.test) ja", ""},
		{"аррӏе.test", "https://аррӏе.test", "zie https://аррӏе.test ja", ""},
		{"klik", "javascript:alert(1)", "zie klik (javascript:alert(1)) ja", ""},
		{"klik", "slack://open", "zie klik (slack://open) ja", ""},
		{"klik", "http://evil.test|http://bank.test", "zie klik (http://evil.test|http://bank.test) ja", ""},
		{"klik", "", "zie klik ja", ""},
		{"https://example.com", "http://example.com", "zie https://example.com (http://example.com) ja", "http://example.com"},
		{"example.com", "HTTPS://example.com", "zie https://example.com ja", "https://example.com"},
		{"klik", "https://evil.test/ https://bank.test", "zie klik (https://evil.test/ https://bank.test) ja", ""},
		{"klik", "https://evil.test/\u05D0/bank.test", "zie klik (https://evil.test/\u05D0/bank.test) ja", ""},
		{"klik", "https://nl.example.com/Café", "zie klik (https://nl.example.com/Café) ja", "https://nl.example.com/Café"},
		{"klik", "https://bank.test／evil.test", "zie klik (https://bank.test／evil.test) ja", ""},
		{"klik", "https://bank.test&x.evil.test", "zie klik (https://bank.test&x.evil.test) ja", ""},
		{"klik", "https://evil.test:8443/", "zie klik (https://evil.test:8443/) ja", "https://evil.test:8443/"},
		{"klik", "https://[2001:db8::1]/", "zie klik (https://[2001:db8::1]/) ja", "https://[2001:db8::1]/"},
		{"klik", "\u200B", "zie klik ja", ""},
		{"klik", "https://://evil.test", "zie klik (https://://evil.test) ja", ""},
		{"klik", "mailto:", "zie klik (mailto:) ja", ""},
		{" \n klik ", "https://evil.test", "zie  \n klik (https://evil.test)  ja", "https://evil.test"},
		{"\u200B", "https://evil.test", "zie  ja", ""},
		{"klik", "https://evil.test/" + strings.Repeat("x", maxURL), "zie klik (…) ja", ""},
	} {
		blocks, err := json.Marshal([]slackgo.Block{slackgo.NewRichTextBlock("", rich(spell(link(tt.label, tt.target)))...)})
		if err != nil {
			t.Fatal(err)
		}
		show := sim.Show(sim.Message{Blocks: blocks})
		if got := strings.TrimSpace(show.Plain); got != tt.want {
			t.Errorf("%s -> %s: shown %q, want %q", tt.label, tt.target, got, tt.want)
		}
		var opens []string
		for _, l := range show.Links {
			opens = append(opens, l.URL)
			if l.Label != "" && l.Label != l.URL {
				t.Errorf("%s -> %s: label %q over %q", tt.label, tt.target, l.Label, l.URL)
			}
		}
		if got := strings.Join(opens, " "); got != tt.opens {
			t.Errorf("%s -> %s: opens %q, want %q", tt.label, tt.target, got, tt.opens)
		}
	}
}

// An address that goes on in the text beside it is not clicked there: the whole would be read as another one.
func TestAddressesAmongText(t *testing.T) {
	for text, opens := range map[string]string{
		"(LINK)": "(LINK)", "zie “LINK”.": "zie “LINK”.", "LINK, of bel!": "LINK, of bel!", "a\nLINK\nb": "a\nLINK\nb", "«LINK»?": "«LINK»?",
		"LINK.bank.test": "evil.test (LINK).bank.test", "bank.test/LINK": "bank.test/evil.test (LINK)", "LINK@bank.test": "evil.test (LINK)@bank.test",
		"LINK\u200B.bank.test": "evil.test (LINK).bank.test", "LINK-bank.test": "evil.test (LINK)-bank.test", "bank.test(LINK)": "bank.test(evil.test (LINK))",
	} {
		before, after, _ := strings.Cut(text, "LINK")
		in := conversation.Plainly(before).Add(whole("evil.test", conversation.Link, "https://evil.test")).Add(conversation.Plainly(after))
		blocks, err := json.Marshal([]slackgo.Block{slackgo.NewRichTextBlock("", rich(spell(in))...)})
		if err != nil {
			t.Fatal(err)
		}
		m := sim.Message{Blocks: blocks}
		show := sim.Show(m)
		if want := strings.ReplaceAll(opens, "LINK", "https://evil.test"); strings.TrimSpace(show.Plain) != want || len(show.Links) != 1 {
			t.Errorf("%q: shown %q with %v, want %q", text, show.Plain, show.Links, want)
		}
		if harm := sim.Harm(m); len(harm) > 0 {
			t.Errorf("%q: %v", text, harm)
		}
	}
}

// The addresses of one message do not make many of it.
func TestManyLongLinks(t *testing.T) {
	var in conversation.Text
	for range 100 {
		in = in.Add(whole("hier", conversation.Link, "https://evil.test/"+strings.Repeat("x", 1000))).Add(conversation.Plainly(" "))
	}
	if parts := split(spell(in), maxBlockText); len(parts) != 2 {
		t.Errorf("%d posts", len(parts))
	}
	out := spell(in)
	if n := strings.Count(out.Plain, "(https://"); n != 7 || strings.Count(out.Plain, "(…)") != 93 || len(out.Spans) != n {
		t.Errorf("%d addresses, %d left out, %d links", n, strings.Count(out.Plain, "(…)"), len(out.Spans))
	}
	if body := cardBody(language.English, in); strings.Contains(body.Plain, "https://") || strings.Count(body.Plain, "hier") != 100 {
		t.Errorf("on the card: %q", body.Plain)
	}
}

func TestClean(t *testing.T) {
	scotland := "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"
	for in, want := range map[string]string{
		"a\u202Eb\u200Bc\uFEFFd": "abcd", "a\r\nb\rc\u2028d\u0085e": "a\nb\nc\nd\ne", "nul\x00\x1b[1m": "nul[1m", "\xff\xfea": "\uFFFDa",
		"Z\u0316\u0316\u0316\u0316\u0316\u0316a":      "Z\u0316\u0316\u0316\u0316a",
		"Z" + strings.Repeat("\u0316\u200D", 9) + "a": "Z\u0316\u200D\u0316\u200D\u0316\u200D\u0316\u200D\u200Da",
		"Z" + strings.Repeat("\u0336\uFE0F", 9) + "a": "Z\u0336\uFE0F\u0336\uFE0F\u0336\uFE0F\u0336\uFE0F\uFE0Fa",
		"Z\u0489\u0489\u0489\u0489\u0489":             "Z\u0489\u0489\u0489\u0489",
		"\uFB2C\u05B8\u05B8\u05B8\u05B8":              "\u05E9\u05B8\u05B8\u05B8\u05B8", "\u06DD\u0661": "\u06DD\u0661",
		scotland: scotland, "🏴\U000E0067\U000E0062": "🏴", "x\U000E0067": "x", "👩🏽‍❤️‍💋‍👨🏿": "👩🏽‍❤️‍💋‍👨🏿", "می\u200Cخواهم": "می\u200Cخواهم",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%+q) = %+q, want %+q", in, got, want)
		}
	}
	flag := conversation.Text{Plain: "a" + scotland + "b", Spans: []conversation.Span{span(0, 9, conversation.Bold), span(13, 30, conversation.Italic)}}
	if got := cleanText(flag); got.Plain != flag.Plain || fmt.Sprint(got.Spans) != fmt.Sprint([]conversation.Span{span(0, 1, conversation.Bold), span(1, 30, conversation.Italic)}) {
		t.Errorf("a flag between two styles: %+q with %v", got.Plain, got.Spans)
	}
	tower := conversation.Text{Plain: "Z" + strings.Repeat("\u0316", 9)}
	for i := 1; i < len(tower.Plain); i += 4 {
		tower.Spans = append(tower.Spans, span(i, i+2, conversation.Bold))
	}
	if got := cleanText(tower); got.Plain != "Z\u0316\u0316\u0316\u0316" || len(got.Spans) != 2 {
		t.Errorf("a tower of marks in many styles: %+q with %v", got.Plain, got.Spans)
	}
}

func TestRich(t *testing.T) {
	for _, tt := range []struct {
		text conversation.Text
		want string
	}{
		{conversation.Plainly("a"), `[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]`},
		{
			conversation.Text{Plain: "vet kop", Spans: []conversation.Span{span(0, 7, conversation.Bold), span(4, 7, conversation.Italic)}},
			`[{"type":"rich_text_section","elements":[{"type":"text","text":"vet ","style":{"bold":true}},{"type":"text","text":"kop","style":{"bold":true,"italic":true}}]}]`,
		},
		{
			conversation.Text{Plain: "a\nq\nb", Spans: []conversation.Span{span(2, 3, conversation.Quoted)}},
			`[{"type":"rich_text_section","elements":[{"type":"text","text":"a\n"}]},{"type":"rich_text_quote","elements":[{"type":"text","text":"q"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"\nb"}]}]`,
		},
		{
			conversation.Text{Plain: "x=1", Spans: []conversation.Span{span(0, 3, conversation.Pre, "go")}},
			`[{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x=1"}]}]`,
		},
		{
			conversation.Text{Plain: "uit", Spans: []conversation.Span{span(0, 3, conversation.Mention, "U0ANNA"), span(0, 3, conversation.Spoiler), span(-4, 99, conversation.Strike)}},
			`[{"type":"rich_text_section","elements":[{"type":"text","text":"uit","style":{"strike":true}}]}]`,
		},
		{conversation.Plainly(""), `null`},
	} {
		var got []map[string]any
		b, _ := json.Marshal(rich(tt.text))
		var want []map[string]any
		if json.Unmarshal(b, &got) != nil || json.Unmarshal([]byte(tt.want), &want) != nil {
			t.Fatalf("%s", b)
		}
		for _, e := range got {
			delete(e, "border")
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v:\n got %s\nwant %s", tt.text, b, tt.want)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  []string
	}{
		{"", 5, []string{""}},
		{"abcde", 5, []string{"abcde"}},
		{"abcdef", 5, []string{"abcde", "f"}},
		{"abc defg", 6, []string{"abc", "defg"}},
		{"abcd\nef gh", 7, []string{"abcd", "ef gh"}},
		{"ééééé", 2, []string{"éé", "éé", "é"}},
	} {
		var got []string
		for _, p := range split(conversation.Plainly(tt.in), tt.limit) {
			got = append(got, p.Plain)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
			t.Errorf("split(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestUsername(t *testing.T) {
	colleague := func(f string) bool { return f == "anna" }
	for in, want := range map[string]string{
		"Jan Jansen": "Jan Jansen", "": "a customer", "\u202E\u200B": "a customer", "\u200D\uFE0F": "a customer", " · Telegram": "a customer · Telegram", "\u200B · Telegram": "a customer · Telegram", "@jan · Telegram": "jan · Telegram", "@jan": "jan", "Slackbot": "Slackbot (customer)", "ＳＬＡＣＫＢＯＴ": "ＳＬＡＣＫＢＯＴ (customer)",
		"here": "here (customer)", "Anna": "Anna (customer)", " a  nna ": "a nna (customer)", "Änna": "Änna (customer)", "a\nb": "a b", "👋": "👋", strings.Repeat("x", 200): strings.Repeat("x", 79) + "…",
		strings.Repeat("x", 300) + " · Telegram": strings.Repeat("x", 68) + "… · Telegram", "a · b · Telegram": "a · b · Telegram", "\u200B\u200D · Telegram": "a customer · Telegram",
		"x · " + strings.Repeat("y", 300): "x · " + strings.Repeat("y", 39) + "…", "Anna\u2800\u2800\u2800\u2800 · Telegram": "Anna · Telegram", "Anna\u2800": "Anna (customer)",
	} {
		if got := username(language.English, in, colleague); got != want {
			t.Errorf("username(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"bon.pdf": "bon.pdf", "../../etc/passwd": "passwd", `C:\x\y.exe`: "y.exe", "": "file", "..": "file", "/": "file", "\u202Egpj.exe": "gpj.exe", "a\x00b": "ab", ".htaccess": "htaccess", "a<b>|c": "a_b__c",
		"a\r\nb.pdf": "a b.pdf", "a\u2028b.pdf": "a b.pdf", "\u200E\U000E0041\u3164bon\u202D.pdf": "bon.pdf", "....//bon.pdf": "bon.pdf", `..\..\bon.pdf`: "bon.pdf", "\x1b[2Jbon.pdf": "[2Jbon.pdf",
		strings.Repeat("é", 300) + ".jpeg":                       strings.Repeat("é", 94) + "….jpeg",
		strings.Repeat("x", 99) + "." + strings.Repeat("y", 300): strings.Repeat("x", 99) + "…", // too long for an extension
	} {
		if got := fileName(in); got != want {
			t.Errorf("fileName(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, v := range sim.Hostile() {
		f.Add(v.Text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := clean(s)
		if !utf8.ValidString(c) || !norm.NFC.IsNormalString(c) {
			t.Errorf("clean(%q) = %q", s, c)
		}
		if again := clean(c); again != c {
			t.Errorf("clean(%q) = %q, and again %q", s, c, again)
		}
		if e := escape(s); strings.ContainsAny(e, "<>") || strings.Contains(strings.ToLower(e), "@here") || strings.Contains(strings.ToLower(e), "@channel") {
			t.Errorf("escape(%q) = %q", s, e)
		}
		name := username(language.Dutch, s, nil)
		if name == "" || utf8.RuneCountInString(name) > maxName || strings.ContainsAny(name, "\n\t") {
			t.Errorf("username(%q) = %q", s, name)
		}
		if n := fileName(s); n == "" || strings.ContainsAny(n, `/\`) || utf8.RuneCountInString(n) > maxFile {
			t.Errorf("fileName(%q) = %q", s, n)
		}
		var b strings.Builder
		parts := split(conversation.Plainly(strings.ToValidUTF8(s, "?")), 7)
		for _, p := range parts {
			b.WriteString(p.Plain)
			if utf8.RuneCountInString(p.Plain) > 7 {
				t.Errorf("part %q is too long", p.Plain)
			}
		}
		keep := func(r rune) rune {
			if r == ' ' || r == '\n' {
				return -1
			}
			return r
		}
		if strings.Map(keep, b.String()) != strings.Map(keep, strings.ToValidUTF8(s, "?")) {
			t.Errorf("split loses text of %q: %+v", s, parts)
		}
	})
}

// What stands in for a name or a text that cannot be shown is in the language of staff.
func TestStandInsInDutch(t *testing.T) {
	w := language.Dutch
	if got := username(w, "Slackbot", nil); got != "Slackbot (klant)" {
		t.Errorf("username: %q", got)
	}
	if got := username(w, "\u200b · Telegram", nil); got != "een klant · Telegram" {
		t.Errorf("username: %q", got)
	}
	if got := visible(w, conversation.Plainly("\u3164")).Plain; got != "(een leeg bericht)" {
		t.Errorf("visible: %q", got)
	}
}

// What a customer sends that cannot be seen is still seen to be there.
func TestNothingToBeSeen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "\u200B · Telegram", Body: conversation.Plainly("\u200B\u200D")})
		if err != nil {
			t.Fatal(err)
		}
		reply := post(t, w, at, adapters.Post{As: "\u200D · Telegram", Body: conversation.Plainly("\u2800\u200D")})
		for ts, want := range map[string]string{at.TS: "a customer · Telegram: (an empty message)", reply.TS: "(an empty message)"} {
			m, _ := w.sim.Message(channel, ts)
			if m.Text != want || !strings.Contains(string(m.Blocks), "(an empty message)") {
				t.Errorf("shown as %q %s", m.Text, m.Blocks)
			}
		}
		if m, _ := w.sim.Message(channel, reply.TS); m.Username != "a customer · Telegram" {
			t.Errorf("shown under %q", m.Username)
		}
	})
}
