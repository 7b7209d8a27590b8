package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/nudge"
)

// places is what is written where others read along, and to a business account.
func (s *siege) places() {
	v := short(s.v.Text)
	c := s.telegram.NewUser(telegramsim.User{FirstName: v})
	group := s.telegram.NewGroup(v, telegramsim.GroupOptions{Username: v})
	c.Write("@"+s.telegram.Bot().Username+" "+v, telegramsim.In(group))
	plain := s.look("group")
	s.card("group", plain, v)
	s.reads("title of a group", plain, "in public: ", v, true)
	c.Write(v, telegramsim.Via(s.shop))
	s.card("business", s.look("business"), v)
	s.shop.Write(c, v)
	s.reads("answered there", s.look("answered there"), "by Eigenaar:", v, true)
}

// broken is what cannot be read, and what Slack refuses.
func (s *siege) broken() {
	v := short(s.v.Text)
	c := s.telegram.NewUser(telegramsim.User{FirstName: v})
	inject := func(update map[string]any) {
		raw, err := json.Marshal(update)
		if err != nil {
			s.t.Fatal(err)
		}
		s.telegram.InjectRaw(string(raw))
	}
	from := map[string]any{"id": c.ChatID(), "first_name": v}
	inject(map[string]any{"message": map[string]any{
		"message_id": 900001, "date": time.Now().Unix(), "chat": map[string]any{"id": c.ChatID(), "type": "private"}, "from": from, v: 1,
	}})
	plain := s.look("unknown kind of message")
	s.card("unknown kind of message", plain, "This customer sent something that cannot be shown here")
	s.reads("unknown kind of message", plain, "cannot be shown here (", v, true)
	inject(map[string]any{v: map[string]any{"x": 1}})
	s.reads("unknown kind of update", s.look("unknown kind of update"), "cannot be read (", v, true)

	s.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Refuse, Code: "invalid_blocks", Times: 2})
	s.telegram.NewUser(telegramsim.User{FirstName: v}).Write("Hallo")
	s.reads("refused card", s.look("refused card"), "the thread of a customer (", v, true)
}

// elsewhere is what comes by the signed webhook.
func (s *siege) elsewhere() {
	v := s.v.Text
	id := fmt.Sprint("msg_", time.Now().UnixNano())
	r, err := s.crm.Request(context.Background(), "http://webcare.test/hook/crm", id, map[string]any{
		"conversation": id, "id": id, "name": v, "text": v, "link": v, "files": []map[string]string{{"name": v, "url": v}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	s.life.bot.Handler(nil).ServeHTTP(answer, r)
	if answer.Code != 200 {
		s.t.Fatalf("crm is told %d: %s", answer.Code, answer.Body)
	}
	if len(v) > 8000 { // it comes in many parts
		time.Sleep(20 * time.Second)
	}
	s.card("webhook", s.look("webhook"), v+" "+v+"\n"+v)
}

// TestHostileNudges: the reminders name the customer, and ping whom they are for alone.
func TestHostileNudges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSiege(t, nudge.Step{After: 5 * time.Hour, To: []string{"duty"}}, nudge.Step{After: 10 * time.Hour, To: []string{"lead"}, Direct: true})
		roots := map[string]slacksim.Vector{}
		for _, v := range sample(slacksim.Hostile(), 6) {
			s.v = v
			s.telegram.NewUser(telegramsim.User{FirstName: short(v.Text)}).Write("Hallo")
			s.look("nudge, the card")
			roots[s.root()] = v
			time.Sleep(time.Minute) // each is due at a minute of its own
		}
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		for root, v := range roots {
			s.v = v
			s.nudge("nudge", s.slack.Thread(deskChannel, root)[1:], "@"+groupDuty+" ⏰ ", groupDuty)
		}
		time.Sleep(5 * time.Hour) // the next reminder takes the place of the one before
		synctest.Wait()
		direct := map[string][]slacksim.Message{}
		for _, m := range s.slack.Messages(s.slack.DM("U0LEAD001")) {
			_, link, _ := lastCut(strings.TrimSpace(slacksim.Show(m).Plain), "/p")
			direct[link] = append(direct[link], m)
		}
		for root, v := range roots {
			s.v = v
			s.nudge("direct nudge", direct[strings.ReplaceAll(root, ".", "")], "⏰ ")
		}
	})
}

// nudge judges a reminder, which is all there must be.
func (s *siege) nudge(what string, all []slacksim.Message, before string, wanted ...string) {
	s.t.Helper()
	if len(all) != 1 {
		s.errorf("%s: there are %d", what, len(all))
		return
	}
	for _, harm := range slacksim.Harm(all[0], wanted...) {
		s.errorf("%s: %s", what, harm)
	}
	s.reads(what, slacksim.Show(all[0]).Plain, before, s.v.Text, true)
}

// TestHostileBytes: what is no text at all is shown as far as it can be.
func TestHostileBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSiege(t)
		for i, raw := range []string{`a\ud83db`, `a\ude00b`, `a\ud83d\ud83d\ude00b`, `a\u0000b`, "a\xffb", "a\xed\xa0\xbdb", `a\ufffeb`} {
			s.v = slacksim.Vector{Name: raw}
			s.telegram.InjectRaw(fmt.Sprintf(`{"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"first_name":"%s"},"text":"%s","entities":[{"type":"text_link","offset":1,"length":99,"url":"%s"}]}}`,
				i+1, time.Now().Unix(), 7000+i, 7000+i, raw, raw, raw))
			plain := s.look("raw")
			title, text, _ := strings.Cut(plain, "\n")
			for where, shown := range map[string]string{"title": title, "text": text} {
				if first := strings.IndexByte(shown, 'a'); first < 0 || !strings.Contains(shown[first:], "b") {
					s.errorf("%s: %q", where, shown)
				}
			}
		}
	})
}
