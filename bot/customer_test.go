package bot

import (
	"testing"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// TestCustomerReads: what the bot says to a customer is in their language where the network tells it and we speak it,
// else in the account's, else in that of staff.
func TestCustomerReads(t *testing.T) {
	for _, c := range []struct {
		customer, account string
		staff             *language.Language
		want              string
	}{
		{"nl-BE", "en", language.English, "een collega"},
		{"en", "nl", language.Dutch, "a colleague"},
		{"tr", "nl", language.English, "een collega"},
		{"", "nl", language.English, "een collega"},
		{"tr", "tr", language.Dutch, "een collega"},
		{"", "", language.English, "a colleague"},
	} {
		b := &Bot{words: &words{Language: c.staff}, accounts: map[string]Account{"acme": {Name: "acme", Language: c.account}}}
		who := conversation.Conversation{Ref: conversation.Ref{Account: "acme"}, Customer: conversation.Customer{Language: c.customer}}
		if got := b.rulesOf(who).Colleague; got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}
