package conversation_test

import (
	"slices"
	"strings"
	"testing"

	. "webcare/bot/conversation"
)

func TestSecretsBehindLinks(t *testing.T) {
	var asked []string
	find := Secrets(func(text string) []string {
		asked = append(asked, text)
		return strings.Fields(text)
	})
	link := func(plain, target string) Text {
		return Text{Plain: plain, Spans: []Span{{To: 3, Style: Bold, Target: "x"}, {To: len(plain), Style: Link, Target: target}}}
	}
	for _, c := range []struct {
		text Text
		want string
	}{
		{Plainly("Mail ons"), "Mail ons"},
		{link("Mail ons", "mailto:jan@example.com"), "Mail ons\n|\nmailto:jan@example.com"},
		{link("Bel ons", "tel:+31612345678").Add(link(" of ons", "tel:0612345678")), "Bel ons of ons\n|\ntel:+31612345678\n|\ntel:0612345678"},
		{link("https://example.com", "https://example.com"), "https://example.com"},
		{Text{}, ""},
	} {
		asked = nil
		if got := find.InText(c.text); !slices.Equal(asked, []string{c.want}) || !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%+v: looked for in %q, found %q", c.text, asked, got)
		}
	}
	if got := Secrets(nil).InText(link("Mail ons", "mailto:jan@example.com")); got != nil {
		t.Errorf("nothing finds %q", got)
	}
}
