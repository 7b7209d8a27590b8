package bot_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
)

// TestABugInWhatHappensByItself: what happens by itself, and which the rules cannot digest, does not end the process, which
// would meet it again in each life.
func TestABugInWhatHappensByItself(t *testing.T) {
	for name, bug := range map[string]struct {
		in   func(e conversation.Event) bool
		play func(w *world, c *town)
	}{
		"a try that fails": {
			func(e conversation.Event) bool { _, is := e.(conversation.Delayed); return is },
			func(w *world, c *town) {
				w.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.TooMany, RetryAfter: 3})
			},
		},
		"the end of a direct reminder": {
			func(e conversation.Event) bool {
				ended, is := e.(conversation.Ended)
				if !is {
					return false
				}
				_, is = ended.Effect.(conversation.Nudge)
				return is
			},
			func(*world, *town) {},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.ladder.Steps[0] = nudge.Step{After: 15 * time.Minute, To: []string{"duty"}, Direct: true}
				w.wrong = func(string, ...any) {} // the conversation does not know all
				var met atomic.Bool
				w.bug = func(c conversation.Conversation, e conversation.Event) {
					if c.Customer.Name == "P000" && bug.in(e) {
						met.Store(true)
						panic("a bug")
					}
				}
				c := newTown(w, 2)
				w.start()
				c.write(0)
				c.write(1)
				time.Sleep(20 * time.Minute)
				bug.play(w, c)
				c.answer(0, c.roots()[0][0])
				time.Sleep(time.Second) // who is answered first is sent to first: the call that goes wrong is theirs
				c.answer(1, c.roots()[1][0])
				time.Sleep(time.Minute)
				select {
				case err := <-w.life.done:
					t.Errorf("the bot ended: %v", err)
					w.life.done <- err
				default:
				}
				if !met.Load() {
					t.Error("it was not met")
				}
				if phone(c, 0) == "" || phone(c, 1) == "" {
					t.Errorf("the customers have %q and %q", phone(c, 0), phone(c, 1))
				}
			})
		})
	}
}

// TestABugOfTheClockIsTriedAgain: answers leave by the clock too, so a conversation whose time could not be digested is
// not left alone for ever.
func TestABugOfTheClockIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.hold = 10 * time.Second
		var times atomic.Int64
		w.bug = func(c conversation.Conversation, e conversation.Event) {
			if _, is := e.(conversation.Ticked); is && c.Customer.Name == "P000" && times.Load() < 3 {
				times.Add(1)
				panic("a bug")
			}
		}
		c := newTown(w, 2)
		w.start()
		c.write(0)
		c.write(1)
		time.Sleep(5 * time.Second)
		c.answer(0, c.roots()[0][0])
		c.answer(1, c.roots()[1][0])
		time.Sleep(time.Minute)
		if phone(c, 0) != "" || phone(c, 1) == "" {
			t.Errorf("after a minute the customers have %q and %q", phone(c, 0), phone(c, 1))
		}
		time.Sleep(9 * time.Minute) // it is tried after one, two and four
		if phone(c, 0) == "" || times.Load() != 3 {
			t.Errorf("after %d bugs the customer has %q", times.Load(), phone(c, 0))
		}
	})
}
