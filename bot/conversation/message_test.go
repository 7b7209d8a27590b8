package conversation_test

import (
	"testing"

	. "webcare/bot/conversation"
)

func TestIsEmpty(t *testing.T) {
	for name, c := range map[string]struct {
		m    Message
		want bool
	}{
		"nothing":             {Message{}, true},
		"only what it quotes": {Message{Quote: "x", Forwarded: "y", Group: "g"}, true},
		"text":                {Message{Text: Plainly("x")}, false},
		"a file":              {Message{Files: files("a")}, false},
		"a place":             {Message{Location: &Location{}}, false},
		"a contact":           {Message{Contact: &Contact{}}, false},
		"what we cannot read": {Message{Unknown: "poll"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.m.IsEmpty(); got != c.want {
				t.Errorf("IsEmpty is %v", got)
			}
		})
	}
}
