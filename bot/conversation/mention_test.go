package conversation_test

import (
	"testing"

	. "webcare/bot/conversation"
)

func TestWithoutMentions(t *testing.T) {
	for name, c := range map[string]struct {
		pieces []string // plain, target, plain, target …
		want   string
	}{
		"a person":              {[]string{"Vraag het ", "@Anna|U0ANNA", " maar"}, "Vraag het Anna maar"},
		"somebody unknown":      {[]string{"Vraag het ", "@…|W0X", "."}, "Vraag het a colleague."},
		"a group":               {[]string{"Vraag het ", "@team-oost|S1", " maar"}, "Vraag het maar"},
		"everybody":             {[]string{"", "@here|here", " hallo ", "@channel|channel", ""}, "hallo"},
		"a channel":             {[]string{"zie ", "#klanten|C1", ""}, "zie"},
		"an address":            {[]string{"zie ", "https://acme.slack.com/archives/C1/p1|https://acme.slack.com/archives/C1/p1", ", dus"}, "zie , dus"},
		"an address like an id": {[]string{"", "daar|U0ANNA.slack.com/x", ""}, ""},
		"two in a row":          {[]string{"", "@Anna|U1", " en ", "@Ben|U2", ""}, "Anna en Ben"},
		"nothing else":          {[]string{"", "@here|here", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var text Text
			for i, p := range c.pieces {
				if i%2 == 0 {
					text = text.Add(Plainly(p))
					continue
				}
				shown, target, _ := cutAt(p)
				text = text.Add(Text{Plain: shown, Spans: []Span{{To: len(shown), Style: Bold}, {To: len(shown), Style: Mention, Target: target}}})
			}
			got := text.WithoutMentions().Trim()
			if got.Plain != c.want || got.Has(Mention) {
				t.Errorf("%q reads %+v, want %q", text.Plain, got, c.want)
			}
			for _, s := range got.Spans {
				if s.From < 0 || s.From >= s.To || s.To > len(got.Plain) {
					t.Errorf("the span %+v does not lie in %q", s, got.Plain)
				}
			}
			if same := text.Mentions(func(_, shown string) string { return shown }); same.Plain != text.Plain {
				t.Errorf("shown as it was: %q", same.Plain)
			}
		})
	}
}

func cutAt(p string) (shown, target string, is bool) {
	for i := range p {
		if p[i] == '|' {
			return p[:i], p[i+1:], true
		}
	}
	return p, "", false
}

// Of a note that is sent anyway and of which nothing is left, nothing goes, not even a signature.
func TestSendAnywayNothing(t *testing.T) {
	s := opened(t, Ask)
	e := wrote("a1", "", jan, private, s.now)
	e.Message.Text = Text{Plain: "@here", Spans: []Span{{To: 5, Style: Mention, Target: "here"}}}
	s.on(e)
	is(t, s.presses(SendAnyway, "a1", jan, private), "mark a1 inside > not-sent\ntell not_delivered empty [try_again] about a1")
	s.presses(TryAgain, "a1", jan, private)
	s.work()
	s.has()
}
