package bot

import (
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// TestCrowdOfOne: a message about many of whom one is left speaks of one, in words.
func TestCrowdOfOne(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	c := conversation.New("c", conversation.Ref{Account: "acme"})
	c.Customer.Name, c.Since = "Jan", now.Add(-time.Hour)
	for _, test := range []struct {
		in   *language.Language
		kind conversation.NudgeKind
		more int
		want string
	}{
		{language.English, conversation.StillWaits, 0, "⏰ 1 customer has been waiting too long:\n• Jan · "},
		{language.English, conversation.SnoozeOver, 0, "⏰ 1 customer needs somebody now:\n• Jan · "},
		{language.English, conversation.StillWaits, 1, "⏰ 2 customers have been waiting too long:\n• Jan · "},
		{language.Dutch, conversation.StillWaits, 0, "⏰ 1 klant wacht te lang:\n• Jan · "},
		{language.Dutch, conversation.SnoozeOver, 0, "⏰ 1 klant heeft nu iemand nodig:\n• Jan · "},
		{language.Dutch, conversation.SnoozeOver, 1, "⏰ 2 klanten hebben nu iemand nodig:\n• Jan · "},
	} {
		w := newWords(Options{Language: test.in, Location: time.UTC})
		p := w.crowd([]reminded{{c, test.kind, ""}}, test.more, func(conversation.Place) string { return "" }, now)
		if !strings.HasPrefix(p.Body.Plain, test.want) {
			t.Errorf("%s, %s and %d more: got %q", test.in.Tag, test.kind, test.more, p.Body.Plain)
		}
	}
}
