package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// Answers that one moment lets go stay in order, and all of them arrive, though each is sent anew. They were typed while
// the bot was down: their hold ends together.
func TestAnswersOfOneMomentSentAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.onUnsure, w.hold = conversation.Resend, 10*time.Second
		c := newTown(w, 1)
		w.start()
		time.Sleep(time.Second)
		c.write(0)
		time.Sleep(2 * time.Second)
		root := c.roots()[0][0]
		w.end()
		for range 4 {
			c.answer(0, root)
			time.Sleep(time.Second)
		}
		w.telegram.Fail(telegramRule("sendMessage", "drop after", 3))
		w.start()
		time.Sleep(5 * time.Minute)
		if sum := c.outward(); sum != (tally{twice: 3}) {
			t.Errorf("%+v; three answers were sent anew", sum)
		}
		for _, m := range staffMessages(w, c) {
			if got := marks(m); !slices.Equal(got, []string{"✅"}) {
				t.Errorf("%q is marked %v", plain(m), got)
			}
		}
	})
}

// What is typed once the bot hears again waits for what was typed while it did not, however long it takes to find that.
func TestAnswersOfAGap(t *testing.T) {
	for _, hold := range []time.Duration{0, 10 * time.Second} {
		for _, n := range sample([]int{0, 1, 2, 3, 4, 5, 6, 7}, 4) {
			failures, forgets := []int{0, 1, 2, 6}[n/2], n%2 == 0 // of catching up, each after 8 s; Slack sends nothing again
			t.Run(fmt.Sprint("hold ", hold, ", ", failures, " failures, forgets ", forgets), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					w.hold = hold
					c := newTown(w, 1)
					w.start()
					time.Sleep(time.Second)
					c.write(0)
					time.Sleep(2 * time.Second)
					root := c.roots()[0][0]
					w.end()
					c.answer(0, root)
					time.Sleep(time.Second)
					c.answer(0, root)
					if forgets {
						w.slack.Forget()
					}
					w.slack.Fail(slacksim.Fault{Method: "conversations.replies", Kind: slacksim.Hang, After: 8 * time.Second, Times: failures})
					w.start()
					for n := range 10 {
						time.Sleep(2 * time.Second)
						c.answer(0, root)
						if n == 1 || n == 4 {
							time.Sleep(200 * time.Millisecond)
							w.crash()
							w.start()
						}
					}
					time.Sleep(5 * time.Minute)
					if sum := c.outward(); sum != (tally{}) {
						t.Errorf("%+v", sum)
					}
					for _, m := range staffMessages(w, c) {
						if got := marks(m); !slices.Equal(got, []string{"✅"}) {
							t.Errorf("%q is marked %v", plain(m), got)
						}
					}
				})
			})
		}
	}
}
