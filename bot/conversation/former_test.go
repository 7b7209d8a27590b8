package conversation_test

import (
	"testing"
	"time"

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

// An edit that comes late, since Slack keeps no order and sends again what was not acknowledged, counts for nothing.
func TestLateEdit(t *testing.T) {
	for name, c := range map[string]struct {
		waits time.Duration // until the old edit comes
		gone  bool
		has   []string
	}{
		"while it is held":      {time.Second, false, []string{"derde\n— Jan"}},
		"when it was sent":      {time.Minute, false, []string{"derde\n— Jan"}},
		"when it was deleted":   {time.Minute, true, nil},
		"when it was withdrawn": {time.Second, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, l := holding(t)
			l.Edit, l.Delete = true, true
			s.writes("a1", "eerst", jan, l)
			s.later(time.Second)
			old := s.rewrote(staff("a1"), Message{Text: Plainly("tweede")}, jan, l)
			s.later(time.Second)
			s.rewrites("a1", "derde", jan, l)
			s.later(c.waits)
			s.work()
			if c.gone {
				s.deletes("a1", l)
				s.work()
			}
			old.Was = s.former(staff("a1"))
			if got := s.on(old); got != "" {
				t.Errorf("the late edit does %q", got)
			}
			s.later(time.Minute)
			s.work()
			s.has(c.has...)
		})
	}
}

// Of an answer that was edited before it was heard, what was older than that counts for nothing.
func TestLateEditOfUnheard(t *testing.T) {
	s, l := holding(t)
	e := wrote("a1", "derde", jan, l, s.now)
	e.Edited = s.now
	s.on(e)
	old := s.rewrote(staff("a1"), Message{Text: Plainly("tweede")}, jan, l)
	old.Edited = s.now.Add(-time.Second)
	s.on(old)
	s.later(time.Minute)
	s.work()
	s.has("derde\n— Jan")
}
