package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// shelf is what every scene has of ready answers.
var shelf = []Ready{
	{Word: "hours", Text: Plainly("Open 9 tot 17")},
	{Word: "dag", Language: "nl", Text: Text{Plain: "Dag {customer}, hier {me}", Spans: []Span{{From: 0, To: 3, Style: Bold}}}},
	{Word: "privaat", Text: Plainly("Intern: niet sturen")},
	{Word: "let-op", Text: Plainly("Note that")},
}

// called is what the bot finds for a message.
func called(m Message) Called {
	var c Called
	for _, word := range m.Text.Calls() {
		i := slices.IndexFunc(shelf, func(r Ready) bool { return r.Word == word })
		if i < 0 {
			c.Words, c.More = []string{"dag", "hours"}, 2
			continue
		}
		c.Found = append(c.Found, shelf[i])
	}
	return c
}

func TestCalls(t *testing.T) {
	for text, want := range map[string]string{
		"!hours":                   "hours",
		"!Hours":                   "hours",
		"  !hours":                 "hours",
		"\u200b!hours":             "hours",
		"!hours tot dan":           "hours",
		"!hours\ntot dan":          "hours",
		"Dag\n!hours\n!return":     "hours return",
		"!hours\n!HOURS":           "hours",
		"!café":                    "cafe",
		"!cafe\u0301":              "cafe",
		"!open-2_x":                "open-2_x",
		"!24":                      "24",
		"!營業":                      "營業",
		"!hours\t":                 "hours",
		"!hours\u00a0x":            "hours",
		"!hours\r\n!dag":           "hours dag",
		"!hours!":                  "hours",
		"!hours.":                  "hours",
		"!hours, tot dan":          "hours",
		"!hours: zie daar":         "hours",
		"!hours/dag":               "hours",
		"!hours!dag":               "hours",
		"!!hours":                  "hours",
		"！hours":                   "hours",
		"﹗hours":                   "hours",
		"!\u200bhou\u00adrs\ufeff": "hours",
		"• !hours":                 "hours",
		"- !hours\n- !dag":         "hours dag",
		"> !hours":                 "hours",
		"&gt; !hours":              "hours",
		"1. !hours\n2) !dag":       "hours dag",
		"\"!hours\"":               "hours",
		"„!hours”":                 "hours",
		"*!hours*":                 "hours",
		"＞ 1． ！hours":              "hours",
		"Dag\u2028!hours":          "hours",
		"Dag\v!hours\u0085!dag":    "hours dag",
		"!-5":                      "-5",
		"!":                        "",
		"!!":                       "",
		"!!!":                      "",
		"! hours":                  "",
		"!! Let op":                "",
		"!= 3":                     "",
		"!?":                       "",
		"!...":                     "",
		"!--":                      "",
		"!(hours)":                 "",
		"¡hola":                    "",
		"¡Hola! !":                 "",
		"Let op!":                  "",
		"Let op! !hours":           "",
		"Let op: !hours":           "",
		"Nee!hours":                "",
		"Nee !hours":               "",
		"€ 5,- !hours":             "",
		"Nu € 5! 3 voor € 12":      "",
		"7 !hours":                 "",
		"(!hours)":                 "",
		"👉 !hours":                 "",
		"":                         "",
		"\n\n":                     "",
		"!😀":                       "",
		"!\xff":                    "",
		"!\u0301":                  "",
		strings.Repeat("!", 99):    "",
	} {
		if got := strings.Join(Plainly(text).Calls(), " "); got != want {
			t.Errorf("%q calls %q, want %q", text, got, want)
		}
	}
	m := mentioning("kijk", "U2") // with the mention away the word stands at the start
	m.Text = Text{Plain: "@here !hours", Spans: []Span{{From: 0, To: 5, Style: Mention, Target: "here"}}}
	if got := m.Text.Calls(); !slices.Equal(got, []string{"hours"}) {
		t.Errorf("behind a mention %q is called", got)
	}
}

func TestReadyWords(t *testing.T) {
	for word, want := range map[string]bool{
		"hours": true, "a": true, "open-2_x": true, "café": true, "營業": true, strings.Repeat("a", MaxReadyWord): true,
		"": false, "-_": false, "a b": false, "!a": false, "a.b": false, "a\n": false, strings.Repeat("a", MaxReadyWord+1): false,
	} {
		if IsReadyWord(word) != want {
			t.Errorf("%q is a word: %v", word, !want)
		}
	}
}

func TestChoose(t *testing.T) {
	nl, en, de, any := Ready{Language: "nl"}, Ready{Language: "en"}, Ready{Language: "de"}, Ready{}
	for name, c := range map[string]struct {
		all       []Ready
		languages []string
		want      string
	}{
		"the customer's":                {[]Ready{any, en, nl}, []string{"nl", "en"}, "nl"},
		"of a region":                   {[]Ready{any, en, nl}, []string{"nl-BE", "en"}, "nl"},
		"in capitals":                   {[]Ready{any, en, nl}, []string{"NL_nl", "en"}, "nl"},
		"the account's":                 {[]Ready{any, en, nl}, []string{"fr", "en"}, "en"},
		"of a network that tells none":  {[]Ready{any, en, nl}, []string{"", "en"}, "en"},
		"of any language":               {[]Ready{any, en, nl}, []string{"fr", "pl"}, ""},
		"where nothing is known":        {[]Ready{any, en, nl}, []string{"", ""}, ""},
		"the only one":                  {[]Ready{de}, []string{"nl", ""}, "de"},
		"the first where none is right": {[]Ready{de, en}, []string{"nl", ""}, "de"},
	} {
		if got, found := Choose(c.all, c.languages...); !found || got.Language != c.want {
			t.Errorf("%s: %q, want %q", name, got.Language, c.want)
		}
	}
	if _, found := Choose(nil, "nl"); found {
		t.Error("something of nothing")
	}
}

// fills says what a ready answer becomes for a customer.
func fills(t *testing.T, text Text, customer Customer, by Person) Text {
	t.Helper()
	s := newScene(t, Ask)
	s.on(Heard{ExternalID: "m1", At: s.now, Customer: customer, Message: Message{Text: Plainly("?")}})
	s.work()
	by.ID, by.MaySpeak = "U1", true
	s.c.Greeted = []string{"U1"}
	s.on(Wrote{At: staff("a1"), Written: s.now, By: by, Limits: private, Message: Message{Text: Plainly("!x")}, Called: Called{Found: []Ready{{Word: "x", Text: text}}}})
	s.work()
	if len(s.got) != 1 {
		t.Fatalf("%q: the customer has %v", text.Plain, s.got)
	}
	return s.got[0].Text
}

func TestVariables(t *testing.T) {
	ann := Customer{Name: "Ann de Boer", First: "Ann"}
	for _, c := range []struct {
		text     string
		customer Customer
		me, want string
	}{
		{"Dag {customer}, ik ben {me}", ann, "Jan", "Dag Ann, ik ben Jan"},
		{"Dag {Customer} {ME}", ann, "Jan", "Dag Ann Jan"},
		{"{customer}{customer}", ann, "Jan", "AnnAnn"},
		{"Dag {klant} { me } {} {", ann, "Jan", "Dag {klant} { me } {} {"},
		{"Dag {customer}", Customer{Name: "Ann de Boer"}, "Jan", "Dag Ann de Boer"},
		{"Dag {customer}, fijn!", Customer{}, "Jan", "Dag, fijn!"},
		{"Dag {customer}!", Customer{Name: "😀"}, "Jan", "Dag!"},
		{"{customer}, fijn!", Customer{}, "Jan", "Fijn!"},
		{"Dag\n{customer}: één", Customer{}, "Jan", "Dag\nÉén"},
		{"Groet, {me}", ann, "", "Groet,"},
		{"Dag {customer}", Customer{Name: "Ann 🌷 O'Neil-Smit"}, "Jan", "Dag Ann O'Neil-Smit"},
		{"Dag {customer}", Customer{Name: "Dhr. J. van Dijk"}, "Jan", "Dag Dhr. J. van Dijk"},
		{"Dag {customer}", Customer{Name: "evil.example/x?y=1"}, "Jan", "Dag evilexamplexy1"},
		{"Dag {customer}", Customer{Name: "https://evil.example"}, "Jan", "Dag httpsevilexample"},
		{"Dag {customer}", Customer{Name: "Ann\n\n// weg\u202e @here <!channel> ^SB"}, "Jan", "Dag Ann weg here channel SB"},
		{"Dag {customer}", Customer{Name: "{me} !hours {customer}"}, "Jan", "Dag me hours customer"},
		{"Dag {customer}", Customer{Name: "\xff\xfeAnn\xff"}, "Jan", "Dag Ann"},
		{"Dag {customer}", Customer{Name: strings.Repeat("a", 99)}, "Jan", "Dag " + strings.Repeat("a", 59) + "…"},
		{"Dag {customer}", Customer{Name: "Ann", First: "..."}, "Jan", "Dag Ann"},
	} {
		if got := fills(t, Plainly(c.text), c.customer, Person{Name: c.me}); got.Plain != c.want {
			t.Errorf("%q for %+v is %q, want %q", c.text, c.customer, got.Plain, c.want)
		}
	}
}

// The styles of a ready answer stay where they are, whatever the names in it.
func TestVariablesKeepStyles(t *testing.T) {
	text := Text{Plain: "Dag {customer}, ik ben {me}!", Spans: []Span{
		{From: 0, To: 28, Style: Italic}, {From: 4, To: 14, Style: Bold}, {From: 5, To: 13, Style: Code}, {From: 16, To: 28, Style: Underline},
	}}
	for name, want := range map[string]string{"Ann": "Dag Ann, ik ben Jan!", "": "Dag, ik ben Jan!", "Annemarie van Dam": "Dag Annemarie van Dam, ik ben Jan!"} {
		got := fills(t, text, Customer{Name: name}, Person{Name: "Jan"})
		styled := map[Style]string{}
		for _, s := range got.Spans {
			styled[s.Style] = got.Plain[s.From:s.To]
		}
		if got.Plain != want || styled[Italic] != want || styled[Bold] != name || styled[Underline] != "ik ben Jan!" || styled[Code] != "" {
			t.Errorf("%q: %q with %q", name, got.Plain, styled)
		}
	}
}

func TestReadyFaults(t *testing.T) {
	mention := Text{Plain: "Vraag @Eva", Spans: []Span{{From: 6, To: 10, Style: Mention, Target: "U2"}}}
	for _, c := range []struct {
		word string
		text Text
		want [2]Fault
	}{
		{"hours", Plainly("Open! {customer} {ME}"), [2]Fault{}},
		{"", Plainly("Open"), [2]Fault{BadWord, ""}},
		{"two words", Plainly(" \u200b"), [2]Fault{BadWord, NoText}},
		{"a", Plainly("// Open"), [2]Fault{"", LikeNote}},
		{"a", Plainly("Note that"), [2]Fault{"", LikeNote}},
		{"a", mention, [2]Fault{"", HasMention}},
		{"a", Plainly(strings.Repeat("é", MaxReadyText)), [2]Fault{}},
		{"a", Plainly(strings.Repeat("é", MaxReadyText+1)), [2]Fault{"", LongText}},
		{"a", Plainly("Open\n!hours"), [2]Fault{"", CallsAnother}},
		{"a", Plainly("Dag {klant}"), [2]Fault{"", NoVariable}},
		{"a", Plainly("func() { return } {1}"), [2]Fault{}},
	} {
		word, text := Ready{Word: c.word, Text: c.text}.Faults()
		if got := [2]Fault{word, text}; got != c.want {
			t.Errorf("%q %q: %q, want %q", c.word, c.text.Plain, got, c.want)
		}
	}
}

// What is nothing without the names is no answer.
func TestVariablesAlone(t *testing.T) {
	s := opened(t, Ask)
	s.c.Customer = Customer{}
	m := Message{Text: Plainly("!x")}
	is(t, s.on(Wrote{At: staff("a1"), Written: s.now, By: jan, Limits: private, Message: m, Called: Called{Found: []Ready{{Word: "x", Text: Plainly("{customer}")}}}}),
		"mark a1 none > not-sent\ntell not_delivered empty")
	s.open("")
}

// What stands around a call stays around the ready answer; an end that it has already is not doubled.
func TestAroundACall(t *testing.T) {
	open, back := Plainly("Open 9 tot 17"), Plainly("Stuur het terug.")
	for _, c := range []struct {
		typed string
		text  Text
		want  string
	}{
		{"!x.", open, "Open 9 tot 17."},
		{"!x.", back, "Stuur het terug."},
		{"!x!", back, "Stuur het terug."},
		{"!x. Tot dan!", back, "Stuur het terug. Tot dan!"},
		{"!x.\nTot dan!", back, "Stuur het terug.\nTot dan!"},
		{"!x, tot dan", open, "Open 9 tot 17, tot dan"},
		{"!x...", back, "Stuur het terug...."},
		{"!x?", back, "Stuur het terug.?"},
		{"!x.nl", back, "Stuur het terug..nl"},
		{"!x.", Plainly("Groet 🌷"), "Groet 🌷."},
		{"• !x\n• !x.", back, "• Stuur het terug.\n• Stuur het terug."},
		{"1. !x", open, "1. Open 9 tot 17"},
		{"\"!x\"", open, "\"Open 9 tot 17\""},
		{"> ！Ｘ.", open, "> Open 9 tot 17."},
		{"!!x", open, "Open 9 tot 17"},
		{"!\u200bx\u200b\u00ad tot dan", open, "Open 9 tot 17 tot dan"},
		{"*!x*", Text{Plain: "Open", Spans: []Span{{From: 0, To: 4, Style: Bold}}}, "*Open*"},
	} {
		s := opened(t, Ask)
		s.c.Greeted = []string{"U1"}
		s.on(Wrote{At: staff("a1"), Written: s.now, By: jan, Limits: private, Message: Message{Text: Plainly(c.typed)}, Called: Called{Found: []Ready{{Word: "x", Text: c.text}}}})
		s.work()
		if s.has(c.want); len(c.text.Spans) > 0 && s.got[0].Text.Slice(1, 5).Spans[0] != c.text.Spans[0] {
			t.Errorf("%q has the styles %+v", c.typed, s.got[0].Text.Spans)
		}
	}
}

// Whatever is typed: styles stay in order and in the text, and what calls a ready answer that is not there does not leave.
func TestExpandsAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"!hours", "!dag", "!nergens", "!privaat x", "!let-op", "Dag", "  !HOURS x", "@here !dag", "// x", "!!!", "", "• !nergens.", "！nergens", "2) !hours!", "\"!!dag\""}), 1, 5).Draw(t, "lines")
		text := Plainly(strings.Join(lines, "\n"))
		for range rapid.IntRange(0, 3).Draw(t, "styles") {
			from := rapid.IntRange(0, len(text.Plain)).Draw(t, "from")
			to := rapid.IntRange(from, len(text.Plain)).Draw(t, "to")
			if n := len(text.Spans); from < to && (n == 0 || from >= text.Spans[n-1].To) {
				text.Spans = append(text.Spans, Span{From: from, To: to, Style: rapid.SampledFrom([]Style{Bold, Mention, Link}).Draw(t, "style"), Target: "U2"})
			}
		}
		s := opened(t, Ask)
		m := Message{Text: text}
		s.on(Wrote{At: staff("a1"), Written: s.now, By: jan, Message: m, Limits: private, Called: called(m)})
		s.presses(SendAnyway, "a1", jan, private)
		s.work()
		for _, send := range s.got {
			from := 0
			for _, span := range send.Text.Spans {
				if span.From < from || span.From >= span.To || span.To > len(send.Text.Plain) {
					t.Fatalf("%q has the styles %+v", send.Text.Plain, send.Text.Spans)
				}
				from = span.From
			}
			if strings.Contains(send.Text.Plain, "nergens") || len(send.Text.Calls()) > 0 {
				t.Fatalf("%q left as %q", text.Plain, send.Text.Plain)
			}
		}
	})
}

// Whatever stands on the shelf and whatever people are called: what leaves calls nothing, is valid and has its styles
// within itself.
func FuzzReady(f *testing.F) {
	f.Add("!hours x", "Dag {customer}, {me}", "Ann", "Jan", uint8(3), uint8(9))
	f.Add("Hoi\n !HOURS\n!nergens", "{customer}, één\n{me}", "", "", uint8(0), uint8(99))
	f.Add("• !!hours.\n2) ！nergens!", "{customer}", "", "Jan", uint8(0), uint8(1))
	f.Add("!hours!nergens", "{customer}", "", "", uint8(0), uint8(0))
	f.Add("!hours", "!hours {customer}", "!hours\n\xff", "\u200b", uint8(1), uint8(2))
	f.Fuzz(func(t *testing.T, typed, text, customer, me string, from, to uint8) {
		s := opened(t, Ask)
		s.c.Customer = Customer{Name: customer}
		ready := Ready{Word: "hours", Text: Plainly(strings.ToValidUTF8(text, ""))}
		if a, b := int(from), int(to); a < b && b <= len(ready.Text.Plain) && utf8.ValidString(ready.Text.Plain[a:]) && utf8.ValidString(ready.Text.Plain[b:]) {
			ready.Text.Spans = []Span{{From: a, To: b, Style: Bold}}
		}
		by := jan
		name := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(me, "")), " "))
		by.Name = string(name[:min(len(name), 80)]) // Slack takes no more, on one line
		m := Message{Text: Plainly(strings.ToValidUTF8(typed, ""))}
		s.on(Wrote{At: staff("a1"), Written: s.now, By: by, Message: m, Limits: Limits{}, Called: Called{Found: []Ready{ready}}})
		s.presses(SendAnyway, "a1", by, Limits{})
		s.work()
		for _, send := range s.got {
			body := send.Text
			if sign := "\n— " + by.Name; by.Name != "" {
				body.Plain = strings.TrimSuffix(body.Plain, sign)
			}
			if calls := body.Calls(); len(calls) > 0 || !utf8.ValidString(send.Text.Plain) {
				t.Errorf("%q left as %q and calls %q", typed, send.Text.Plain, calls)
			}
			for _, span := range send.Text.Spans {
				if span.From >= span.To || span.To > len(send.Text.Plain) || !utf8.ValidString(send.Text.Plain[span.From:span.To]) {
					t.Errorf("%q has the style %+v", send.Text.Plain, span)
				}
			}
		}
	})
}
