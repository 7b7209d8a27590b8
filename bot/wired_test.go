package bot_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	webhooksim "webcare/adapters/webhook/sim"
)

// tell has one customer of the webhook account say something.
func (w *world) tell(id, text string) {
	w.t.Helper()
	r, err := w.crm.Request(context.Background(), "http://webcare.test/hook/crm", id, map[string]string{"conversation": "c-1", "id": id, "name": "Piet", "text": text})
	if err != nil {
		w.t.Error(err)
		return
	}
	answer := httptest.NewRecorder()
	w.life.bot.Handler(nil).ServeHTTP(answer, r)
	if answer.Code != 200 {
		w.t.Errorf("the webhook answers %d", answer.Code)
	}
}

// wireUp hands everything that one bot answers to another as what its customer says, until the function it gives is called.
func wireUp(from, to *world) (cut func()) {
	quit := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		seen := 0
		for {
			select {
			case <-quit:
				return
			case <-time.After(time.Second):
			}
			for _, a := range from.crm.Answers()[seen:] {
				seen++
				to.tell(a.ID, a.Text)
			}
		}
	})
	return sync.OnceFunc(func() {
		close(quit)
		done.Wait()
	})
}

// root is the thread of the customer of the webhook account.
func (w *world) root() string {
	w.t.Helper()
	for _, m := range w.slack.Messages(deskChannel) {
		if strings.HasPrefix(plain(m), "Piet ·") {
			return m.TS
		}
	}
	w.t.Fatal("the customer has no thread")
	return ""
}

func texts(all []webhooksim.Answer) string {
	var out []string
	for _, a := range all {
		out = append(out, a.Text)
	}
	return strings.Join(out, " | ")
}

// TestTwoBotsWiredToEachOther: each is the other's customer, so that whatever one answers the other hears. Each says only
// what its staff typed, and then it is quiet: nothing that webcare does by itself reaches a customer.
func TestTwoBotsWiredToEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		one, other := newWorld(t), newWorld(t)
		one.start()
		other.start()
		defer wireUp(one, other)()
		defer wireUp(other, one)()
		time.Sleep(time.Until(time.Date(2000, 1, 3, 9, 0, 0, 0, time.UTC)))
		one.tell("m1", "Hallo, hier Piet")
		time.Sleep(10 * time.Second)
		say := func(w *world, user, text string) {
			if _, err := w.slack.Say(slacksim.Saying{User: user, Channel: deskChannel, ThreadTS: w.root(), Text: text}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
		}
		say(one, "U0SANNE01", "Goedemorgen")
		say(other, "U0BRAM001", "Ook goedemorgen")
		say(one, "U0SANNE01", "// dat is een bot")
		say(one, "U0GUEST01", "Zal ik?")
		if underRace {
			time.Sleep(15 * time.Minute)
		} else {
			time.Sleep(2 * time.Hour)
		}
		if got := texts(one.crm.Answers()); got != "Goedemorgen\n— Sanne" {
			t.Errorf("the one said %q", got)
		}
		if got := texts(other.crm.Answers()); got != "Ook goedemorgen\n— Bram" {
			t.Errorf("the other said %q", got)
		}
		if n := len(one.slack.Thread(deskChannel, one.root())); n > 10 {
			t.Errorf("%d messages in the thread", n)
		}
	})
}

// TestCustomerWhoAnswersEverything: a customer, or a bot that looks like one, who says back whatever it gets gets each
// answer once.
func TestCustomerWhoAnswersEverything(t *testing.T) {
	onTheLine(t, 0, func(t *testing.T, l *line) {
		var done sync.WaitGroup
		quit := make(chan struct{})
		done.Go(func() {
			for seen := 0; ; {
				select {
				case <-quit:
					return
				case <-time.After(time.Second):
				}
				for _, text := range l.phone()[seen:] {
					seen++
					l.jan.Write("U schreef: " + text)
				}
			}
		})
		l.rest(time.Minute)
		l.say(vector{typed: "Het pakket komt morgen"}, false)
		l.rest(2 * time.Hour)
		close(quit)
		done.Wait()
		if got := strings.Join(l.phone(), " | "); got != "Goedemorgen\n— Sanne | Het pakket komt morgen" {
			t.Errorf("the customer has %q", got)
		}
		heard := 0
		for _, m := range l.slack.Thread(deskChannel, l.thread) {
			heard += strings.Count(plain(m), "U schreef:")
		}
		if heard != 2 {
			t.Errorf("%d echoes in the thread, want 2", heard)
		}
	})
}

// TestParrotInTheThread: a bot in the desk channel that replies to each message, also to those of webcare, is no staff:
// nothing of it reaches the customer, and webcare says no more than it would without.
func TestParrotInTheThread(t *testing.T) {
	posts := map[string]int{}
	for _, parrot := range []string{"nobody", "U0ROBOT01", "U0APP0001"} { // the third posts without a bot's id
		t.Run(parrot, func(t *testing.T) {
			onTheLine(t, 0, func(t *testing.T, l *line) {
				quit := make(chan struct{})
				var done sync.WaitGroup
				said := 0
				done.Go(func() {
					seen := map[string]bool{}
					for parrot != "nobody" {
						select {
						case <-quit:
							return
						case <-time.After(time.Second):
						}
						for _, m := range l.slack.Thread(deskChannel, l.thread) {
							if seen[m.TS] || m.User == parrot {
								continue
							}
							seen[m.TS] = true
							if _, err := l.slack.Say(slacksim.Saying{User: parrot, Channel: deskChannel, ThreadTS: l.thread, Text: fmt.Sprint("Ook dat nog: ", plain(m))}); err != nil {
								t.Error(err)
								return
							}
							said++
						}
					}
				})
				before := l.slack.Calls("chat.postMessage")
				l.jan.Write("Is het er al?")
				l.rest(time.Minute)
				l.say(vector{typed: "Bijna"}, false)
				l.jan.Write("Fijn!")
				l.jan.Block()
				l.jan.Unblock()
				l.rest(2 * time.Hour)
				close(quit)
				done.Wait()
				posts[parrot] = l.slack.Calls("chat.postMessage") - before
				if got := strings.Join(l.phone(), " | "); got != "Goedemorgen\n— Sanne | Bijna" {
					t.Errorf("the customer has %q", got)
				}
				if parrot != "nobody" && (said < 5 || said > 20 || posts[parrot] != posts["nobody"]) {
					t.Errorf("the parrot spoke %d times, and webcare %d times, without it %d times", said, posts[parrot], posts["nobody"])
				}
			})
		})
	}
}
