package bot_test

import (
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// An answer that was refused, and whose writer deletes it or makes a note of it, is nobody's to decide about any more.
func TestQueueOfWhatIsTakenBack(t *testing.T) {
	for name, takeBack := range map[string]func(w *world, m slacksim.Message) error{
		"deleted":     func(w *world, m slacksim.Message) error { return w.slack.Delete(deskChannel, m.TS) },
		"made a note": func(w *world, m slacksim.Message) error { return w.slack.Edit(m.User, deskChannel, m.TS, "// "+m.Text) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, people *town) {
				people.write(0)
				time.Sleep(time.Second)
				rule := telegramRule("sendMessage", "refuse", 1)
				rule.Code, rule.Text = 400, "Bad Request: it is not liked"
				w.telegram.Fail(rule)
				people.answer(0, people.roots()[0][0])
				time.Sleep(5 * time.Second)
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
