package bot_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/bot/nudge"
)

// stage is where a script is played. Its acts:
//
//	jan writes "…"            jan photo "caption"     jan album 3 "caption"   jan document "name" "caption"
//	jan voice | sticker "😀" | location | contact | poll     jan edits 1 "…"     jan blocks | unblocks
//	sanne answers jan "…"     sanne files jan "text" "name"…     sanne presses jan "Label"     sanne deletes jan
//	sanne rewrites jan "…" "…"     sanne withdraws jan "…"       (a staff message, named by its text)
//	jan asks | chats | comments "…" (in a group with and without a mention of the bot; below a post of our channel)
//	crm says "name" "…"        (by the signed webhook)     crm repeats
//	jan tells shop "…" | shop tells jan "…"     (a Telegram business account)
//	sanne broadcasts jan "…"   (also sent to the channel)  nudge direct
//	wait 15m                  crash                   start                   stop
//	slack down | up | cut | terse | slow 2s | fail METHOD KIND [TIMES]
//	telegram down | up | expires | slow 2s | fail METHOD FAULT [TIMES]
//	hours "mon-fri 09:00-17:00"     ladder     digest     silence 4h     closed_reply     ask_helped (of acme)
//	unsure ask | resend | drop     hold 10s     approve other     nudges off     names U0SANNE01 "Sandra"
//	those of ready answers and of sharing the work: see shelfAct and deskAct
//
// A name in front of an act that nobody has yet is a new customer.
type stage struct {
	w         *world
	r         *recorder
	customers map[string]*telegramsim.Customer
	threads   map[string]string
	sent      map[string][]int
	group     *telegramsim.Group
	channel   *telegramsim.Channel
	post      int
	business  *telegramsim.Business
	hooks     int
	last      func() error // the latest request of crm once more
	others    map[string]bool
}

// act carries out one line.
func (s *stage) act(line string) error {
	words, err := split(line)
	if err != nil || len(words) == 0 {
		return fmt.Errorf("cannot be read: %v", err)
	}
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch words[0] {
	case "wait":
		d, err := time.ParseDuration(arg(1))
		time.Sleep(d - s.pace())
		return err
	case "crash":
		s.w.crash()
		return nil
	case "start":
		s.w.start()
		return nil
	case "stop":
		s.w.end()
		return nil
	case "slack":
		return s.slackLever(words[1:])
	case "telegram":
		return s.telegramLever(words[1:])
	case "unsure":
		return s.restart(func() { s.w.onUnsure = onUnsure(arg(1)) })
	case "crm":
		return s.crm(words[1:])
	case "shop":
		s.shop().Write(s.customer(arg(2)), arg(3))
		return nil
	case "burst": // of so many new customers, all of one name, since their cards come in any order
		n, err := strconv.Atoi(arg(1))
		for range n {
			s.w.telegram.NewCustomer("Nieuw").Write("hoi")
		}
		return err
	case "nudge":
		return s.restart(func() { s.w.ladder.Steps[0] = nudge.Step{After: 15 * time.Minute, To: []string{"duty"}, Direct: true} })
	case "hours": // [hours] week
		week, err := nudge.ParseWeek(words[1:])
		return errors.Join(err, s.restart(func() { s.w.hours = nudge.Hours{Zone: s.w.zone, Week: week} }))
	case "ladder":
		return s.restart(func() { s.w.ladder.Steps = usualSteps() })
	case "digest":
		return s.restart(func() { s.w.digest = true })
	case "silence":
		d, err := time.ParseDuration(arg(1))
		return errors.Join(err, s.restart(func() { s.w.account.Silence = d }))
	case "closed_reply":
		return s.restart(func() { s.w.account.ClosedReply = true })
	case "ask_helped":
		return s.restart(func() { s.w.account.AskHelped = true })
	case "reads": // [slack] language
		return s.restart(func() { s.w.reads = language.Of(arg(1)) })
	case "mode":
		return s.restart(func() { s.w.mode = conversation.Mode(arg(1)) })
	case "approve":
		return s.restart(func() { s.w.otherApproves = arg(1) == "other" })
	case "hold":
		hold, err := time.ParseDuration(arg(1))
		return errors.Join(err, s.restart(func() { s.w.hold = hold }))
	case "names": // in the config: an id and the name that customers see
		return s.restart(func() { s.w.names = map[string]string{arg(1): arg(2)} })
	case "language":
		return s.restart(func() { s.w.language = arg(1) })
	case "nudges":
		return s.restart(func() { s.w.ladder.Steps = nil })
	}
	for _, u := range staff {
		if u.Name != words[0] {
			continue
		}
		if is, err := s.shelfAct(u, words[1:]); is {
			return err
		}
		if is, err := s.deskAct(u, words[1:]); is {
			return err
		}
		return s.staffAct(u, words[1:])
	}
	return s.customerAct(words[0], words[1:])
}

// usualSteps is the ladder that a config without any has.
func usualSteps() []nudge.Step {
	return []nudge.Step{
		{After: 15 * time.Minute, To: []string{"claimer|duty"}},
		{After: 45 * time.Minute, To: []string{"claimer"}, Direct: true},
		{After: 45 * time.Minute, To: []string{"duty"}},
		{After: time.Hour, To: []string{"lead"}, Direct: true},
	}
}

func (s *stage) restart(change func()) error {
	s.w.end()
	change()
	s.w.start()
	return nil
}

func split(line string) ([]string, error) {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] != '"' {
			word, rest, _ := strings.Cut(line, " ")
			out, line = append(out, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, err
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		out, line = append(out, word), line[len(quoted):]
	}
	return out, nil
}

func (s *stage) customer(name string) *telegramsim.Customer {
	c, is := s.customers[name]
	if !is {
		c = s.w.telegram.NewCustomer(strings.ToUpper(name[:1]) + name[1:])
		c.Start()
		s.customers[name] = c
	}
	return c
}

func (s *stage) customerAct(name string, words []string) error {
	if words[0] == "speaks" {
		s.speaks(name, words[1])
		return nil
	}
	c := s.customer(name)
	if s.sent == nil {
		s.sent = map[string][]int{}
	}
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	id := 0
	switch arg(0) {
	case "writes":
		id = c.Write(arg(1))
	case "asks": // in a group, with a mention of the bot
		id = c.Write("@"+s.w.telegram.Bot().Username+" "+arg(1), telegramsim.In(s.room()))
	case "chats": // in the group, not to the bot
		c.Write(arg(1), telegramsim.In(s.room()))
	case "comments": // below a post of our channel
		if s.channel == nil {
			s.channel = s.w.telegram.NewChannel("Nieuws", "example_news")
			_, s.post = s.channel.Post("Onze nieuwe dozen zijn er")
			s.r.room("comments", s.channel.Discussion.ChatID())
		}
		id = c.Write(arg(1), telegramsim.Under(s.post), telegramsim.In(s.channel.Discussion))
	case "tells": // the shop's own account, which the bot answers for
		c.Write(arg(2), telegramsim.Via(s.shop()))
	case "photo":
		id = c.SendPhoto(picture, arg(1))
	case "album":
		n, err := strconv.Atoi(arg(1))
		if err != nil {
			return err
		}
		all := make([][]byte, n)
		for i := range all {
			all[i] = picture
		}
		c.SendAlbum(all, arg(2))
	case "document":
		id = c.SendDocument(arg(1), []byte("content"), arg(2))
	case "voice":
		id = c.SendVoice([]byte("sound"))
	case "sticker":
		id = c.SendSticker(arg(1), []byte("sticker"))
	case "location":
		id = c.SendLocation(52.37, 4.89, "Shop", "Street 1")
	case "contact":
		id = c.SendContact("Piet", "+31 20 1234567")
	case "poll":
		id = c.SendPoll("Good?", []string{"yes", "no"})
	case "edits":
		n, err := strconv.Atoi(arg(1))
		if err != nil || n < 1 || n > len(s.sent[name]) {
			return errors.New("no such message")
		}
		c.Edit(s.sent[name][n-1], arg(2))
	case "blocks":
		c.Block()
	case "unblocks":
		c.Unblock()
	case "odd":
		s.w.telegram.InjectRaw(arg(1))
	default:
		return errors.New("no such act")
	}
	if id != 0 {
		s.sent[name] = append(s.sent[name], id)
	}
	return nil
}

// shop is a business account that the bot is connected to.
func (s *stage) shop() *telegramsim.Business {
	if s.business == nil {
		owner := s.w.telegram.NewUser(telegramsim.User{FirstName: "Eigenaar", Username: "example_owner"})
		s.business = s.w.telegram.Connect(owner)
	}
	return s.business
}

// crm posts what a customer says elsewhere.
func (s *stage) crm(words []string) error {
	if words[0] == "repeats" {
		return s.last()
	}
	if s.others == nil {
		s.others = map[string]bool{}
	}
	s.others[words[1]] = true
	s.hooks++
	id := fmt.Sprint("msg_", s.hooks)
	s.last = func() error {
		r, err := s.w.crm.Request(context.Background(), "http://webcare.test/hook/crm", id,
			map[string]string{"conversation": "c-" + words[1], "id": id, "name": words[1], "text": words[2]})
		if err != nil {
			return err
		}
		answer := httptest.NewRecorder()
		s.w.life.bot.Handler(nil).ServeHTTP(answer, r)
		s.r.note("crm is told %d", answer.Code)
		return nil
	}
	return s.last()
}

// room is the group that the bot is in.
func (s *stage) room() *telegramsim.Group {
	if s.group == nil {
		s.group = s.w.telegram.NewGroup("Klanten", telegramsim.GroupOptions{Username: "example_klanten"})
		s.r.room("group", s.group.ChatID())
	}
	return s.group
}

// thread is the newest thread of a customer.
func (s *stage) thread(name string) (string, error) {
	title := name + " ·"
	if !s.others[name] {
		title = s.customer(name).User().FirstName + " ·"
	}
	all := s.w.slack.Messages(deskChannel)
	for i := len(all) - 1; i >= 0; i-- {
		if strings.HasPrefix(strings.TrimSpace(plain(all[i])), title) {
			return all[i].TS, nil
		}
	}
	return "", fmt.Errorf("%s has no thread", name)
}

func (s *stage) staffAct(u slacksim.User, words []string) error {
	if len(words) < 2 {
		return errors.New("who?")
	}
	ts, err := s.thread(words[1])
	if err != nil {
		return err
	}
	switch words[0] {
	case "answers":
		_, err = s.w.slack.Say(slacksim.Saying{User: u.ID, Channel: deskChannel, ThreadTS: ts, Text: words[2]})
	case "broadcasts":
		_, err = s.w.slack.Say(slacksim.Saying{User: u.ID, Channel: deskChannel, ThreadTS: ts, Text: words[2], Broadcast: true})
	case "files":
		say := slacksim.Saying{User: u.ID, Channel: deskChannel, ThreadTS: ts, Text: words[2]}
		for _, name := range words[3:] {
			say.Files = append(say.Files, slacksim.Upload{Name: name, Content: picture})
		}
		_, err = s.w.slack.Say(say)
	case "deletes":
		err = s.w.slack.Delete(deskChannel, ts)
	case "rewrites", "withdraws":
		for _, m := range s.w.slack.Thread(deskChannel, ts) {
			if m.User == u.ID && m.Text == words[2] {
				if words[0] == "withdraws" {
					return s.w.slack.Delete(deskChannel, m.TS)
				}
				return s.w.slack.Edit(u.ID, deskChannel, m.TS, words[3])
			}
		}
		return fmt.Errorf("%s has not written %q", words[1], words[2])
	case "presses":
		err = s.press(u.ID, ts, words[2])
	default:
		err = errors.New("no such act")
	}
	return err
}

// press finds the newest button with the label in the thread, or among what only this person sees.
func (s *stage) press(user, ts, label string) error {
	all := append(s.w.slack.Thread(deskChannel, ts), s.w.slack.Ephemerals(user)...)
	for i := len(all) - 1; i >= 0; i-- {
		if id := buttonID(all[i], label); id != "" {
			return s.w.slack.Press(user, deskChannel, all[i].TS, id)
		}
	}
	return fmt.Errorf("no button %q", label)
}

func (s *stage) slackLever(words []string) error {
	switch words[0] {
	case "down":
		s.w.slack.Down(true)
	case "up":
		s.w.slack.Down(false)
	case "cut":
		s.w.slack.CutSockets()
	case "terse":
		s.w.slack.Terse(true)
	case "slow":
		d, err := time.ParseDuration(words[1])
		s.w.slack.Slow(d)
		return err
	case "fail":
		f := slacksim.Fault{Method: words[1], Kind: slacksim.Kind(words[2])}
		if len(words) > 3 && !strings.Contains(words[3], "=") {
			f.Code = words[3]
		}
		for _, word := range words[3:] {
			if what, value, is := strings.Cut(word, "="); is {
				f.Match = map[string]string{what: value}
			} else if word == "always" {
				f.Times = -1
			}
		}
		s.w.slack.Fail(f)
	default:
		return errors.New("no such lever")
	}
	return nil
}

func (s *stage) telegramLever(words []string) error {
	switch words[0] {
	case "down":
		s.w.telegram.Down(true)
	case "up":
		s.w.telegram.Down(false)
	case "expires": // what waits to be heard
		s.w.telegram.Expire()
	case "slow":
		d, err := time.ParseDuration(words[1])
		s.w.telegram.Slow(d)
		return err
	case "fail":
		times := 0
		if len(words) > 3 {
			times, _ = strconv.Atoi(words[3])
		}
		s.w.telegram.Fail(telegramsim.Rule{Method: words[1], Fault: telegramsim.Fault(words[2]), Times: times, RetryAfter: 3, Code: 400, Text: "Bad Request: it is not liked"})
	default:
		return errors.New("no such lever")
	}
	return nil
}
