package bot_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/store"
)

// state is all that a Slack event may change.
type state struct {
	phone, cards    []string
	history, parked int
	calls           int // of methods that show something in Slack
	asked, told     int
}

// look looks at a customer's phone, at their thread and into the store.
func (l *line) look(jan *telegramsim.Customer, thread string) (s state) {
	l.t.Helper()
	s.phone = (&line{world: l.world, jan: jan}).phone()
	for _, m := range l.slack.Messages(deskChannel) {
		if strings.HasPrefix(plain(m), jan.User().FirstName+" ·") {
			s.cards = append(s.cards, m.TS)
		}
	}
	for _, method := range []string{"chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral", "reactions.add", "reactions.remove"} {
		s.calls += l.slack.Calls(method)
	}
	for _, u := range append(slices.Clone(staff), strangers...) {
		asked, told := l.questions(u.ID)
		s.asked, s.told = s.asked+asked, s.told+told
	}
	err := l.life.db.View(l.t.Context(), func(tx store.Tx) error {
		for _, err := range tx.Parked() {
			if err != nil {
				return err
			}
			s.parked++
		}
		id, err := tx.ByThread(conversation.Place{Team: "T0SIM", Channel: deskChannel, TS: thread})
		if err != nil {
			return err
		}
		for _, err := range tx.History(id) {
			if err != nil {
				return err
			}
			s.history++
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// TestOnlySpeechLeaves plays the shapes of adapters/slack/testdata/messages.json, each in the thread of a customer who
// has one answer, and each three times: only what a person of ours typed, changed or deleted there reaches the customer.
func TestOnlySpeechLeaves(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "adapters", "slack", "testdata", "messages.json"))
	if err != nil {
		t.Fatal(err)
	}
	var shapes []struct {
		Name, Becomes string
		Event         json.RawMessage
	}
	if err := json.Unmarshal(raw, &shapes); err != nil {
		t.Fatal(err)
	}
	onTheLine(t, 0, func(t *testing.T, l *line) {
		l.slack.AddChannel(slacksim.Channel{ID: "C0OTHER01", Name: "other", Members: []string{"U0SANNE01", "U0SIM"}})
		for n, s := range sample(shapes, 4) {
			jan := l.telegram.NewCustomer(fmt.Sprintf("Klant%d", n))
			jan.Write("Wanneer komt het?")
			l.rest(pace)
			root := l.look(jan, l.thread).cards
			if len(root) != 1 {
				t.Fatalf("%s: %d cards", s.Name, len(root))
			}
			thread := root[0]
			sent, err := l.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: thread, Text: "Antwoord"})
			if err != nil {
				t.Fatal(err)
			}
			l.rest(2 * pace)
			before := l.look(jan, thread)
			at := func(d time.Duration) string {
				us := time.Now().Add(d).UnixMicro()
				return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
			}
			var event map[string]any
			text := strings.NewReplacer(
				"{team}", "T0SIM", "{channel}", deskChannel, "{other}", "C0OTHER01", "{staff}", "U0SANNE01", "{guest}", "U0GUEST01", "{bot}", "U0SIM", "{bot_id}", "B0SIM",
				"{thread}", thread, "{sent}", sent, "{ts}", at(0), "{later}", at(time.Second), "{before}", "Antwoord", "{text}", "Nieuwe tekst",
			).Replace(string(s.Event))
			if err := json.Unmarshal([]byte(text), &event); err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			l.slack.Duplicate(1)
			l.slack.SendEvent(event)
			l.slack.SendEvent(event)
			l.rest(2 * pace)
			after := l.look(jan, thread)
			if wrong := becomes(s.Becomes, before, after); wrong != "" {
				t.Errorf("%s does not become %q: %s\nwas %+v\nis  %+v", s.Name, s.Becomes, wrong, before, after)
			}
			if s.Becomes == "parked" { // it is none of ours
				l.rest(11 * time.Minute)
				if later := l.look(jan, thread); later.parked != 0 || !slices.Equal(later.phone, before.phone) {
					t.Errorf("%s, later: %+v", s.Name, later)
				}
			}
		}
	})
}

// becomes says what is wrong where an event did not become what it must.
func becomes(what string, was, is state) string {
	answered := "Antwoord\n— Sanne"
	phone := map[string][]string{
		"answer": {answered, "Nieuwe tekst"}, "edit": {"Nieuwe tekst\n— Sanne"}, "deletion": nil,
	}
	want, changes := phone[what]
	if !changes {
		want = []string{answered}
	}
	switch {
	case !slices.Equal(is.phone, want):
		return fmt.Sprintf("the customer has %q, want %q", is.phone, want)
	case what == "nothing" && (is.history != was.history || is.parked != was.parked || is.calls != was.calls):
		return "something happened"
	case what == "parked" && (is.parked != was.parked+1 || is.calls != was.calls):
		return "it must wait, and nothing else"
	case what != "nothing" && what != "parked" && is.history == was.history:
		return "it was not heard"
	case what == "gone" && len(is.cards) != len(was.cards)+1:
		return "the card does not stand again"
	case is.asked-was.asked != map[string]int{"asks": 1}[what] || is.told-was.told != map[string]int{"note": 1}[what]:
		return "its writer is not told"
	}
	return ""
}
