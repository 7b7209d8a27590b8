package bot_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// refused has a customer write and be answered, with an answer that Telegram does not take.
func refused(w *world, people *town) (thread string) {
	people.write(0)
	time.Sleep(time.Second)
	rule := telegramRule("sendMessage", "refuse", 1)
	rule.Code, rule.Text = 400, "Bad Request: it is not liked"
	w.telegram.Fail(rule)
	thread = people.roots()[0][0]
	people.answer(0, thread)
	time.Sleep(5 * time.Second)
	return thread
}

// An answer that was refused, and whose writer deletes it or makes a note of it, is nobody's to decide about any more.
func TestQueueOfWhatIsTakenBack(t *testing.T) {
	for name, takeBack := range map[string]func(w *world, m slacksim.Message) error{
		"deleted":     func(w *world, m slacksim.Message) error { return w.slack.Delete(deskChannel, m.TS) },
		"made a note": func(w *world, m slacksim.Message) error { return w.slack.Edit(m.User, deskChannel, m.TS, "// "+m.Text) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, people *town) {
				refused(w, people)
				if all := queue(t, w); len(all) != 1 {
					t.Fatalf("the queue is %+v", all)
				}
				if err := takeBack(w, staffMessages(w, people)[0]); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Second)
				if all := queue(t, w); len(all) > 0 {
					t.Errorf("still in the queue: %+v", all)
				}
			})
		})
	}
}

// TestQueueAfterARestart: an answer that is tried again when webcare was down since it was refused is looked at first, and
// then nobody's to decide about any more.
func TestQueueAfterARestart(t *testing.T) {
	for name, again := range map[string]func(t *testing.T, w *world, thread string){
		"by its button": func(t *testing.T, w *world, thread string) {
			for _, m := range w.slack.Thread(deskChannel, thread) {
				if id := buttonID(m, "Try again"); id != "" {
					if err := w.slack.Press("U0SANNE01", deskChannel, m.TS, id); err != nil {
						t.Fatal(err)
					}
				}
			}
		},
		"by command": func(t *testing.T, w *world, _ string) {
			if code, body := ask(t, w.life.bot.Control(), "POST", "/queue/retry", url.Values{"job": {queue(t, w)[0].Job}}); code != 200 {
				t.Fatalf("%d %s", code, body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, people *town) {
				thread := refused(w, people)
				w.crash()
				if m := staffMessages(w, people)[0]; w.slack.Edit(m.User, deskChannel, m.TS, m.Text+" (nieuw)") != nil {
					t.Fatal("it could not be edited")
				}
				time.Sleep(3 * time.Hour) // longer than Slack sends events again
				w.start()
				time.Sleep(time.Minute)
				again(t, w, thread)
				time.Sleep(5 * time.Second)
				if got := phone(people, 0); strings.Count(got, "a000x0000") != 1 || !strings.Contains(got, "(nieuw)") {
					t.Errorf("the customer has %q", got)
				}
				if all := queue(t, w); len(all) > 0 {
					t.Errorf("still in the queue: %+v", all)
				}
			})
		})
	}
}
