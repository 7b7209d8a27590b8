package conversation_test

import (
	"testing"
	"time"

	. "webcare/bot/conversation"
)

func TestThanks(t *testing.T) {
	for text, want := range map[string]bool{
		"Dank je wel": true, "dankjewel!": true, "Bedankt": true, "BEDANKT!!!": true, "Hartelijk dank": true, "Super bedankt voor de snelle reactie!": true,
		"Top, dankjewel 👍": true, "👍": true, "👍🏽👍🏽": true, "🙏": true, "❤️": true, "Thanks!": true, "thank you so much": true, "Thx": true, "Oké, bedankt": true,
		"Dank u wel, team": true, "Merci": true, "Heel erg bedankt allemaal": true, "dánk je": true, "Ok thanks, great": true, "😊 bedankt 😊": true, "Thank you 🙏🏻": true,

		"": false, "Oké": false, "top": false, "Fijn": false, "?": false, "Bedankt?": false, "Bedankt, maar hij werkt nog niet": false, "Dank, wanneer komt het": false,
		"Bedankt voor niets": false, "Nee bedankt, ik wil mijn geld terug": false, "Bedankt! Kan het ook morgen": false, "Thanks for nothing": false, "no thanks": false,
		"Thanks but it is broken": false, "12345": false, "bedankt 12345": false, "https://example.com bedankt": false, "👎": false, "Bedankt 😡": false,
		"dank dank dank dank dank dank dank dank dank": false, "Niet bedankt": false,
	} {
		if got := Thanks(Message{Text: Plainly(text)}); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for name, m := range map[string]Message{
		"a photo":    {Text: Plainly("bedankt"), Files: []File{{Kind: Photo}}},
		"a place":    {Text: Plainly("bedankt"), Location: &Location{}},
		"a contact":  {Text: Plainly("bedankt"), Contact: &Contact{}},
		"who knows":  {Text: Plainly("bedankt"), Unknown: "poll"},
		"at nothing": {},
	} {
		if Thanks(m) {
			t.Errorf("%s is a thank-you", name)
		}
	}
}

func TestABareThankYou(t *testing.T) {
	for name, c := range map[string]struct {
		before func(s *scene)
		after  time.Duration
		want   string
	}{
		"after an answer":       {func(s *scene) {}, time.Hour, "show \"Bedankt!\"\ntell thanked [reopen]"},
		"after it was closed":   {func(s *scene) { s.presses(Close, "", jan, private) }, 23 * time.Hour, "show \"Bedankt!\"\ntell thanked [reopen]"},
		"a day later":           {func(s *scene) {}, 24 * time.Hour, "render\nshow \"Bedankt!\""},
		"with a promise":        {func(s *scene) { s.snoozes(jan, s.now.Add(48*time.Hour)) }, time.Hour, "show \"Bedankt!\"\ntell thanked [reopen]"},
		"while they still wait": {func(s *scene) { s.hears("m8", "En dit?") }, time.Hour, "show \"Bedankt!\""},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Ask)
			s.rules.Clock = ladder{}
			s.writes("a1", "Het komt eraan", mute, private)
			s.work()
			c.before(s)
			s.work()
			turn := s.c.Turn
			s.now = s.now.Add(c.after)
			is(t, s.hears("m9", "Bedankt!"), c.want)
			if waits := s.c.Turn == Waiting; waits != (turn == Waiting || c.after >= 24*time.Hour) {
				t.Errorf("the turn is %s", s.c.Turn)
			}
		})
	}
	s := newScene(t, Ask) // nobody knows what for
	is(t, s.hears("m1", "Bedankt!"), `card "Bedankt!"`)
	s.state("waiting since 0m due 15m step 0")
}

func TestReopen(t *testing.T) {
	s := opened(t, Ask)
	s.writes("a1", "Dag", mute, private)
	s.work()
	s.now = s.now.Add(time.Hour)
	s.hears("m2", "Bedankt!")
	s.work()
	is(t, s.presses(Reopen, "", eva, private), "render")
	if s.c.Turn != Waiting || !s.c.Since.Equal(s.now) {
		t.Errorf("%s since %v", s.c.Turn, s.c.Since)
	}
	is(t, s.presses(Reopen, "", eva, private), "")
	s.presses(NoAnswer, "", eva, private)
	is(t, s.presses(Reopen, "", eva, private), "render")
}
