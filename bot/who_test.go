package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	webhooksim "webcare/adapters/webhook/sim"
)

// square is a group on Telegram where one customer asks, with its thread: what is answered there is signed with initials.
type square struct {
	*testing.T
	w     *world
	jan   *telegramsim.Customer
	place *telegramsim.Group
}

func inSquare(t *testing.T, prepare func(w *world), play func(s *square)) {
	t.Helper()
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		prepare(w)
		w.end()
		w.start()
		s := &square{t, w, c.people[0], w.telegram.NewGroup("Klanten", telegramsim.GroupOptions{Username: "example_klanten"})}
		s.asks()
		play(s)
	})
}

func (s *square) asks() {
	s.jan.Write("@"+s.w.telegram.Bot().Username+" vraag", telegramsim.In(s.place))
	time.Sleep(3 * time.Second)
}

// joins has somebody come into the channel.
func (s *square) joins(id, name string) {
	s.Helper()
	first, _, _ := strings.Cut(name, " ")
	s.w.slack.AddUser(slacksim.User{ID: id, Name: strings.ToLower(first), RealName: name, FirstName: first})
	if err := s.w.slack.Join(deskChannel, id); err != nil {
		s.Fatal(err)
	}
	time.Sleep(time.Second)
}

func (s *square) root() string {
	all := s.w.slack.Messages(deskChannel)
	i := slices.IndexFunc(all, func(m slacksim.Message) bool { return strings.Contains(plain(m), "vraag") })
	if i < 0 {
		s.Fatal("there is no thread")
	}
	return all[i].TS
}

// answers has somebody write an answer and post it, and gives what the group reads.
func (s *square) answers(id, text string) string {
	s.Helper()
	if _, err := s.w.slack.Say(slacksim.Saying{User: id, Channel: deskChannel, ThreadTS: s.root(), Text: text}); err != nil {
		s.Fatal(err)
	}
	time.Sleep(5 * time.Second)
	for _, m := range s.w.slack.Thread(deskChannel, s.root()) {
		if button := buttonID(m, "Post publicly"); button != "" {
			if err := s.w.slack.Press(id, deskChannel, m.TS, button); err != nil {
				s.Fatal(err)
			}
		}
	}
	time.Sleep(5 * time.Second)
	for _, m := range slices.Backward(s.w.telegram.Messages(s.place.ChatID())) {
		if m.ByBot && strings.HasPrefix(m.Text, text) {
			return m.Text
		}
	}
	return ""
}

// told lists what the desk was told about initials.
func (s *square) told() (out []string) {
	for _, m := range s.w.slack.Messages(deskChannel) {
		if text := strings.Join(strings.Fields(plain(m)), " "); strings.HasPrefix(text, "✍️") {
			out = append(out, text)
		}
	}
	return out
}

func (s *square) signs(id, text, want string) {
	s.Helper()
	if got := s.answers(id, text); got != text+" ^"+want {
		s.Errorf("%s posts %q, want it signed %s", id, got, want)
	}
}

// Who has initials keeps them, whoever comes, across restarts and crashes; who comes later gets others, and the desk is
// told once how to settle it.
func TestInitialsOfTwoPeople(t *testing.T) {
	inSquare(t, func(*world) {}, func(s *square) {
		s.signs("U0SANNE01", "een", "SB")
		s.joins("U0A00STIJ", "Stijn Bos") // whose id is lower
		s.signs("U0A00STIJ", "twee", "STB")
		s.signs("U0SANNE01", "drie", "SB")
		s.w.crash()
		s.w.start()
		s.joins("U0Z00SIEM", "Siem de Boer")
		s.signs("U0Z00SIEM", "vier", "SIB")
		s.signs("U0A00STIJ", "vijf", "STB")
		if err := s.w.slack.Kick(deskChannel, "U0SANNE01"); err != nil { // what she signed with stays hers
			t.Fatal(err)
		}
		s.signs("U0A00STIJ", "zes", "STB")
		s.w.slack.AddUser(slacksim.User{ID: "U0A00STIJ", Name: "stijn", RealName: "Stijn van Dam", FirstName: "Stijn"}) // he marries
		time.Sleep(time.Second)
		s.signs("U0A00STIJ", "zeven", "STB")
		want := []string{
			`✍️ Somebody else has the initials of Stijn already, so Stijn signs what others can read with ^STB. To choose otherwise, put this below [answer] in the config and start webcare again: initials = ["U0A00STIJ = STB"]`,
			`✍️ Somebody else has the initials of Siem already, so Siem signs what others can read with ^SIB. To choose otherwise, put this below [answer] in the config and start webcare again: initials = ["U0Z00SIEM = SIB"]`,
		}
		if got := s.told(); !slices.Equal(got, want) {
			t.Errorf("the desk was told\n%s", strings.Join(got, "\n"))
		}
		if log := s.w.log.String(); strings.Count(log, "two people have the same initials") != 2 || !strings.Contains(log, `U0A00STIJ = STB`) {
			t.Error("the log does not tell the line that settles it")
		}
	})
}

// The config settles it, also against who had the initials before; they are told what they sign with now.
func TestInitialsOfTheConfig(t *testing.T) {
	inSquare(t, func(w *world) {
		w.names = map[string]string{"U0BRAM001": "Kim"}
	}, func(s *square) {
		s.signs("U0SANNE01", "een", "SB")
		s.signs("U0BRAM001", "twee", "KV") // Kim, whose profile says Bram Visser
		s.joins("U0STIJN01", "Stijn Bos")
		s.w.end()
		s.w.initials = map[string]string{"U0STIJN01": "SB", "U0LEAD001": "Lo"}
		s.w.start()
		s.signs("U0SANNE01", "drie", "SAB")
		s.signs("U0STIJN01", "vier", "SB")
		s.signs("U0LEAD001", "vijf", "Lo")
		want := `✍️ Somebody else has the initials of Sanne already, so Sanne signs what others can read with ^SAB. To choose otherwise, put this below [answer] in the config and start webcare again: initials = ["U0LEAD001 = Lo", "U0SANNE01 = SAB", "U0STIJN01 = SB"]`
		if got := s.told(); !slices.Equal(got, []string{want}) {
			t.Errorf("the desk was told\n%s", strings.Join(got, "\n"))
		}
	})
}

// In private nobody signs with initials, and nobody hears of them.
func TestInitialsInPrivate(t *testing.T) {
	inPostOffice(t, func(p *postOffice) {
		s := &square{T: t, w: p.w}
		s.joins("U0STIJN01", "Stijn Bos")
		p.shares("een")
		time.Sleep(25 * time.Second)
		if _, err := p.w.slack.Say(slacksim.Saying{User: "U0STIJN01", Channel: deskChannel, ThreadTS: p.root, Text: "twee"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		p.want("the phone", p.phone(), []string{"een\n— Sanne", "twee\n— Stijn"})
		if got := s.told(); got != nil {
			t.Errorf("the desk was told %q", got)
		}
	})
}

// A network that can show who speaks is told the name and the photo, also where the answer waits over a restart.
func TestThePhotoOfWhoSpeaks(t *testing.T) {
	const photo = "https://avatars.slack-edge.com/sanne_192.png"
	bubble(t, 0, func(t *testing.T, w *world, _ *town) {
		w.slack.AddUser(slacksim.User{ID: "U0SANNE01", Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne", Photo: photo})
		w.slack.AddUser(slacksim.User{ID: "U0BRAM001", Name: "bram", RealName: "Bram Visser", FirstName: "Bram", Photo: "https://files.slack.com/secret.png"})
		s := &stage{w: w, r: &recorder{w: w}}
		if err := s.crm([]string{"says", "Ann", "Hallo"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		root := w.slack.Messages(deskChannel)[0].TS
		say := func(id, text string) {
			if _, err := w.slack.Say(slacksim.Saying{User: id, Channel: deskChannel, ThreadTS: root, Text: text}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(30 * time.Second)
		}
		w.crm.Fail(webhooksim.Fault{Times: 1000, Status: 503})
		say("U0SANNE01", "Dag Ann")
		w.crash()
		w.crm.Heal()
		w.start()
		time.Sleep(2 * time.Minute)
		say("U0BRAM001", "En van mij")
		var got []string
		for _, a := range w.crm.Answers() {
			got = append(got, a.By+" "+a.Photo)
		}
		if want := []string{"Sanne " + photo, "Bram "}; !slices.Equal(got, want) {
			t.Errorf("crm got %q, want %q", got, want)
		}
	})
}
