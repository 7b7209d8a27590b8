package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/store"
)

// bubble runs a test in a bubble with a world that has started and people who are known to Slack.
func bubble(t *testing.T, people int, fn func(t *testing.T, w *world, c *town)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := newTown(w, people)
		w.start()
		time.Sleep(time.Second)
		fn(t, w, c)
	})
}

// A look-up that cannot work holds up its own conversation and nobody else, whether Slack refuses it or fails at it.
func TestLookUpsThatCannotWork(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{
		"a scope is missing":   {Method: "conversations.history", Kind: slacksim.Refuse, Code: "missing_scope", Times: -1},
		"Slack fails at it":    {Method: "conversations.history", Kind: slacksim.ServerError, Times: -1},
		"the connection drops": {Method: "conversations.history", Kind: slacksim.Drop, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 6, func(t *testing.T, w *world, c *town) {
				w.slack.Fail(fault)
				w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.ErrorAfter})
				c.write(0)
				time.Sleep(20 * time.Second)
				for i := 1; i < 6; i++ {
					c.write(i)
				}
				time.Sleep(3 * time.Minute) // a look-up is the better probe for a while
				if n := c.shown(); n != 6 {
					t.Errorf("%d of 6 messages are shown while one post cannot be looked up", n)
				}
				w.slack.Heal()
				time.Sleep(2 * time.Minute)
				if sum := c.inward(); sum != (tally{}) {
					t.Errorf("once it can: %+v", sum)
				}
			})
		})
	}
}

// The trouble of the network a file lies on is not trouble of the network it goes to.
func TestFilesOfANetworkInTrouble(t *testing.T) {
	bubble(t, 4, func(t *testing.T, w *world, c *town) {
		w.telegram.Fail(telegramRule("getFile", "429", 100))
		w.telegram.Fail(telegramRule("getFile", "401", 100))
		c.people[0].SendPhoto(picture, "")
		time.Sleep(time.Second)
		began := time.Now()
		for i := 1; i < 4; i++ {
			c.write(i)
		}
		time.Sleep(5 * time.Second)
		if n := c.shown(); n != 3 {
			t.Errorf("%d of 3 messages are shown %v after they were written", n, time.Since(began))
		}
	})
}

// Each answer says that it waits, also one that is not tried before its network is back.
func TestAnswersWhileTheTokenIsDead(t *testing.T) {
	bubble(t, 3, func(t *testing.T, w *world, c *town) {
		for i := range 3 {
			c.write(i)
		}
		time.Sleep(time.Second)
		w.telegram.Revoke(true)
		for i, roots := range c.roots() {
			c.answer(i, roots[0])
			time.Sleep(time.Second)
			c.answer(i, roots[0])
			time.Sleep(time.Second)
		}
		for _, m := range staffMessages(w, c) {
			if got := marks(m); !slices.Equal(got, []string{"⏳"}) {
				t.Errorf("%q is marked %v while nothing can be sent", plain(m), got)
			}
		}
		w.telegram.Revoke(false)
		time.Sleep(time.Minute)
		for _, m := range staffMessages(w, c) {
			if got := marks(m); !slices.Equal(got, []string{"✅"}) {
				t.Errorf("%q is marked %v after everything could be sent", plain(m), got)
			}
		}
		if sum := c.outward(); sum != (tally{}) {
			t.Errorf("%+v", sum)
		}
	})
}

// staffMessages is what staff wrote in all threads.
func staffMessages(w *world, c *town) []slacksim.Message {
	var out []slacksim.Message
	for _, roots := range c.roots() {
		for _, root := range roots {
			for _, m := range w.slack.Thread(deskChannel, root) {
				if strings.HasPrefix(m.User, "U0SANNE") {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// What a guest presses decides nothing: the queue of what a person must look at stays.
func TestAGuestDecidesNothing(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		c.write(0)
		time.Sleep(time.Second)
		root := c.roots()[0][0]
		w.telegram.Fail(telegramRule("sendMessage", "drop after", 1))
		c.answer(0, root)
		time.Sleep(5 * time.Second)
		press := func(user, label string) {
			for _, m := range w.slack.Thread(deskChannel, root) {
				if id := buttonID(m, label); id != "" {
					if err := w.slack.Press(user, deskChannel, m.TS, id); err != nil {
						t.Error(err)
					}
				}
			}
			time.Sleep(2 * time.Second)
		}
		for _, step := range []struct {
			user, label string
			want        int
		}{{"U0GUEST01", "It is there", 1}, {"U0SANNE01", "It is there", 0}} {
			press(step.user, step.label)
			if n := len(stuckJobs(t, w)); n != step.want {
				t.Errorf("%d jobs wait for a decision after %s pressed %q, want %d", n, step.user, step.label, step.want)
			}
		}
	})
}

func stuckJobs(t *testing.T, w *world) (out []store.Job) {
	t.Helper()
	err := w.life.db.View(t.Context(), func(tx store.Tx) error {
		for j, err := range tx.Stuck() {
			if err != nil {
				return err
			}
			out = append(out, j)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A disk that is full is told at the desk, though nothing can be stored, and so is its end.
func TestAFullDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var disk *frail
		w.disk = func(s store.Store) store.Store {
			disk = &frail{Store: s, file: w.db}
			return disk
		}
		c := newTown(w, 1)
		w.start()
		time.Sleep(time.Second)
		disk.set(true, 0)
		c.write(0)
		time.Sleep(20 * time.Minute)
		disk.set(false, 0)
		time.Sleep(2 * time.Minute)
		var told []string
		for _, m := range w.slack.Messages(deskChannel) {
			if cardOf(m) < 0 {
				told = append(told, strings.TrimSpace(plain(m)))
			}
		}
		want := []string{
			"🚨 The disk of webcare is full: nothing that customers or we write can be taken in until there is room. Nothing is lost; it shows up then.",
			"The disk of webcare has room again.",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q", told)
		}
		if sum := c.inward(); sum != (tally{}) {
			t.Errorf("%+v", sum)
		}
	})
}

// Nudges of many, and of a long sleep: one for each who waits, not one for each step that was missed.
func TestNudgesAfterALongSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const many = 130 // more than one batch
		w := newWorld(t)
		w.rate, w.burst = 0, 0
		w.ladder.Steps = append(w.ladder.Steps, w.ladder.Steps[0], w.ladder.Steps[0])
		w.ladder.Steps[1].After, w.ladder.Steps[2].After = 30*time.Minute, time.Hour
		c := newTown(w, many)
		w.start()
		time.Sleep(time.Second)
		for i := range many {
			c.write(i)
		}
		time.Sleep(time.Minute)
		w.end()
		time.Sleep(72 * time.Hour)
		w.start()
		time.Sleep(10 * time.Minute)
		for i, roots := range c.roots() {
			for _, m := range w.slack.Thread(deskChannel, roots[0])[1:] {
				if strings.Contains(plain(m), "⏰") {
					t.Errorf("customer %d has a reminder of their own", i)
				}
			}
		}
		var all []string
		for _, m := range w.slack.Messages(deskChannel) {
			if strings.Contains(plain(m), "customers have been waiting") {
				all = append(all, plain(m))
			}
		}
		if len(all) != 1 || !strings.Contains(all[0], "130 customers") || !strings.Contains(all[0], "110 more") {
			t.Errorf("the channel is told %q", all)
		}
		var due string
		err := w.life.db.View(t.Context(), func(tx store.Tx) error {
			next, err := tx.NextDue()
			if !next.IsZero() {
				due = fmt.Sprint(next)
			}
			return err
		})
		if err != nil || due != "" {
			t.Errorf("something is still due %s, %v", due, err)
		}
	})
}
