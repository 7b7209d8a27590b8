package bot_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
)

// TestHostile has customers write, and be called, what is meant to do harm, in everything they control, and reads what
// stands in Slack then with the parser of its sim: nobody is pinged but by us, no link lies, nothing unfurls, nobody
// speaks in the bot's name, and all of it can be read.
func TestHostile(t *testing.T) {
	t.Parallel()
	n := 0
	for some := range slices.Chunk(slacksim.Hostile(), 10) {
		if n++; underRace && n%16 != 1 {
			continue
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSiege(t)
				for _, v := range some {
					s.v = v
					s.private()
					s.places()
					s.broken()
					s.elsewhere()
				}
			})
		})
	}
}

// siege is webcare under attack.
type siege struct {
	*world
	v     slacksim.Vector
	posts map[string]string // what stood there when it was looked at last
	last  string            // the latest reply then
	shop  *telegramsim.Business
	bad   int // errors so far
}

func newSiege(t *testing.T, steps ...nudge.Step) *siege {
	w := newWorld(t)
	w.rate, w.burst = 100, 100
	w.ladder.Steps = steps
	time.Sleep(time.Until(time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC)))
	w.start()
	s := &siege{world: w, posts: map[string]string{}}
	s.shop = w.telegram.Connect(w.telegram.NewUser(telegramsim.User{FirstName: "Eigenaar", Username: "example_owner"}))
	s.settle()
	return s
}

func (s *siege) settle() {
	time.Sleep(3 * time.Second)
	synctest.Wait()
}

func (s *siege) errorf(format string, args ...any) {
	s.t.Helper()
	if s.bad++; s.bad > 200 {
		s.t.Fatal("and more")
	}
	s.t.Errorf("%s, %s", s.v.Name, fmt.Sprintf(format, args...))
}

// fresh are the posts that came or changed since it was asked last, and those among them that came.
func (s *siege) fresh() (all, came []slacksim.Message) {
	there := s.slack.Messages(s.slack.DM("U0LEAD001"))
	for _, root := range s.slack.Messages(deskChannel) {
		there = append(there, root)
		if root.LatestReply > s.last {
			there = append(there, s.slack.Thread(deskChannel, root.TS)[1:]...)
		}
	}
	for _, u := range staff {
		there = append(there, s.slack.Ephemerals(u.ID)...)
	}
	for _, m := range there {
		s.last = max(s.last, m.LatestReply)
		key, now := m.Channel+m.TS+m.To, m.Text+string(m.Blocks)
		was, old := s.posts[key]
		if s.posts[key] = now; old && was == now || m.User != "" && m.BotID == "" {
			continue
		}
		if all = append(all, m); !old {
			came = append(came, m)
		}
	}
	return all, came
}

// look judges what has come or changed, and gives what can be read of what came.
func (s *siege) look(what string, wanted ...string) string {
	s.t.Helper()
	s.settle()
	all, came := s.fresh()
	for _, m := range all {
		for _, harm := range slacksim.Harm(m, wanted...) {
			s.errorf("%s: %s", what, harm)
		}
		s.voice(what, m)
	}
	var plain strings.Builder
	for _, m := range came {
		plain.WriteString(slacksim.Show(m).Plain)
	}
	return plain.String()
}

// voice checks in whose name a post speaks.
func (s *siege) voice(what string, m slacksim.Message) {
	s.t.Helper()
	if m.Username != "" {
		if _, network, _ := lastCut(m.Username, " · "); network != "Telegram" && network != "webhook" {
			s.errorf("%s: posted as %q, without its network", what, m.Username)
		}
		return
	}
	first, _, _ := strings.Cut(strings.TrimSpace(s.v.Text), "\n")
	for line := range strings.Lines(slacksim.Show(m).Voice) {
		if ink := slacksim.Ink(line); len(ink) > 3 && ink == slacksim.Ink(first) && what != "answered there" {
			s.errorf("%s: the bot seems to say %q", what, line)
		}
	}
}

func lastCut(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// reads wants the attack to be readable behind what the bot says of it. cut: it may end with an ellipsis.
func (s *siege) reads(what, plain, before, v string, cut bool) {
	s.t.Helper()
	least := 0
	if cut {
		least = len([]rune(slacksim.Ink(before))) + 1
	}
	if !slacksim.Reads(plain, before+v, least) {
		s.errorf("%s: %.300q does not show %.300q", what, plain, before+v)
	}
}

// card wants a card to show it in its title and its text.
func (s *siege) card(what, plain, v string) {
	s.t.Helper()
	title, rest, _ := strings.Cut(plain, "\n")
	s.reads(what+", title", title, "", s.v.Text, true)
	if !strings.Contains(title, " · ") {
		s.errorf("%s: the title %q does not name the network", what, title)
	}
	s.reads(what+", text", rest, "", v, false)
}

// private is what a customer sends to the bot.
func (s *siege) private() {
	v := short(s.v.Text)
	c := s.telegram.NewUser(telegramsim.User{FirstName: v, Username: v})
	c.Start()
	opening := c.Write(v)
	plain := s.look("the first message")
	s.card("the first message", plain, v)
	s.reads("handle", plain, "@", v, true)
	thread := s.root()

	n := conversation.UTF16(v)
	yes := c.Write(v+"\n"+v+"\nhttps://bank.test", telegramsim.With(
		telegramsim.Entity{Type: "text_link", Length: n, URL: "https://evil.test/"}, telegramsim.Entity{Type: "blockquote", Offset: n + 1, Length: n},
		telegramsim.Entity{Type: "text_link", Offset: 2*n + 2, Length: 17, URL: v},
	))
	plain = s.look("text")
	s.reads("label of a link", plain, "", v+" (https://evil.test/)", false)
	s.reads("text", plain, ")", v+" https://bank.test", false)
	if all := s.slack.Thread(deskChannel, thread); !slacksim.Reads(all[len(all)-1].Username, strings.TrimLeft(slacksim.Ink(v), "@#"), 1) {
		s.errorf("posted as %.200q", all[len(all)-1].Username)
	}

	how := []telegramsim.Option{telegramsim.ForwardedFrom(v), telegramsim.ReplyTo(yes)}
	if slacksim.Ink(v) != "" {
		how = append(how, telegramsim.Quoting(v))
	}
	c.Write("Dank je", how...)
	plain = s.look("forwarded")
	s.reads("forwarded", plain, "Forwarded from ", v, true)
	s.reads("quote", plain, "In reply to “", v, true)
	s.sends(c)

	c.Edit(opening, v+" v2")
	s.reads("edited", s.look("edited"), "Edited: ", v+" v2", true)
	if _, err := s.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: thread, Text: "Komt goed"}); err != nil {
		s.t.Fatal(err)
	}
	s.settle()
	phone := c.Messages()
	c.React(phone[len(phone)-1].MessageID, v)
	s.reads("reaction", s.look("reaction"), "reacted with ", v, true)
	c.Write("En nog iets")
	s.look("and more")
}

// short is what fits into a message of Telegram.
func short(v string) string { return conversation.Plainly(v).Cut(4000).Plain }

// sends is what a customer sends that is no text.
func (s *siege) sends(c *telegramsim.Customer) {
	v := short(s.v.Text)
	name := withoutPath(v)
	c.SendDocument(v, []byte("x"), v)
	s.reads("caption", s.look("caption"), "", v, false)
	s.file(asTitle(name))
	s.telegram.Fail(telegramsim.Rule{Method: "getFile", Fault: telegramsim.Refuse, Code: 400, Text: "Bad Request: " + v})
	c.SendDocument(v, []byte("x"), "")
	plain := s.look("lost file")
	s.reads("name of a file", plain, "File: ", name, true)
	s.reads("lost file", plain, "could not be shown here (", name, true)
	c.SendLocation(52.37, 4.89, v, v)
	plain = s.look("place")
	s.reads("place", plain, "📍", v, true)
	s.reads("address", plain, ", ", v, true)
	c.SendContact(v, v)
	plain = s.look("contact")
	s.reads("contact", plain, "Contact: ", v, true)
	s.reads("phone", plain, " ", v, true)
	c.SendPoll(v, []string{"ja", v})
	plain = s.look("poll")
	s.reads("question of a poll", plain, "📊", v, false)
	s.reads("answer of a poll", plain, "ja • ", v, false)
}

// file looks at the file that came last.
func (s *siege) file(name string) {
	s.t.Helper()
	all := s.slack.Thread(deskChannel, s.root())
	last := all[len(all)-1]
	if len(last.Files) != 1 {
		s.errorf("there is no file, but %q", last.Text)
		return
	}
	if got := strings.ReplaceAll(last.Files[0].Title, "_", ""); !slacksim.Reads(got, name, 1) {
		s.errorf("the file is called %.200q, and not %.200q", got, name)
	}
}

// root is the card that came last.
func (s *siege) root() string {
	all := s.slack.Messages(deskChannel)
	return all[len(all)-1].TS
}

// withoutPath is the last part of a path.
func withoutPath(name string) string {
	return path.Base(strings.ReplaceAll(strings.TrimSpace(name), `\`, "/"))
}

// asTitle is what the title of a file keeps of its name: not the signs that mean something in a path.
func asTitle(name string) string {
	return strings.TrimLeft(strings.NewReplacer("/", "", ":", "", "*", "", "?", "", `"`, "", "<", "", ">", "", "|", "", "_", "").Replace(name), ". ")
}
