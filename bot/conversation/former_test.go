package conversation_test

import (
	"testing"

	. "webcare/bot/conversation"
)

// What is done to the pictures of an answer that was sent is not done to the customer's, and that is said.
func TestFilesAfterSending(t *testing.T) {
	one, other := File{ID: "F1 https://x", Name: "a.png", Size: 10}, File{ID: "F2 https://y", Name: "a.png", Size: 11}
	for name, c := range map[string]struct {
		files   []File
		text    string
		follows string
	}{
		"removed":               {nil, "Zo", "tell not_changed files_stay"},
		"swapped":               {[]File{other}, "Zo", "tell not_changed files_stay"},
		"added":                 {[]File{one, other}, "Zo", "tell not_changed files_stay"},
		"removed, other words":  {nil, "Zo!", "tell not_changed files_stay\nedit a1/0 x1: \"Zo!\\n— Jan\" +a.png"},
		"the same":              {[]File{one}, "Zo", ""},
		"the same, other words": {[]File{one}, "Zo!", "edit a1/0 x1: \"Zo!\\n— Jan\" +a.png"},
		"the same, told anew":   {[]File{{ID: "F1", Name: "a.png"}}, "Zo", ""},
	} {
		s, l := holding(t)
		s.rules.Hold = 0
		e := wrote("a1", "Zo", jan, l, s.now)
		e.Message.Files = []File{one}
		s.on(e)
		s.work()
		if got := s.on(s.rewrote(staff("a1"), Message{Text: Plainly(c.text), Files: c.files}, jan, l)); got != c.follows {
			t.Errorf("%s: %q, want %q", name, got, c.follows)
		}
	}
}
