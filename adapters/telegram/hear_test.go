package telegram_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

func TestAPrivateMessageIsHeardAndAnswered(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewUser(sim.User{FirstName: "Jan", LastName: "Example", Username: "jan_example", LanguageCode: "nl"})
		jan.Start()
		id := jan.Write("Mijn pakket is kapot")
		w.run()
		var heard *conversation.Heard
		for _, in := range w.in.events() {
			if h, is := in.Event.(conversation.Heard); is {
				heard = &h
			}
		}
		if heard == nil {
			t.Fatalf("heard nothing but %+v", w.in.events())
		}
		equal(t, "customer", heard.Customer, conversation.Customer{ID: fmt.Sprint(jan.ChatID()), Name: "Jan Example", First: "Jan", Handle: "jan_example", Language: "nl"})
		equal(t, "id", heard.ExternalID, fmt.Sprint(id))
		equal(t, "text", heard.Message.Text, conversation.Plainly("Mijn pakket is kapot"))
		equal(t, "public", heard.Public, false)
		r, no := w.send(w.ref(), plain("Wat vervelend!"))
		if no != nil {
			t.Fatal(no)
		}
		got := jan.Messages()
		last := got[len(got)-1]
		equal(t, "the phone shows", last.Text, "Wat vervelend!")
		equal(t, "receipt", r.IDs, []string{fmt.Sprint(last.MessageID)})
		if last.ReplyToMessage != nil {
			t.Error("an answer in a private chat replies to a message")
		}
		if all := w.in.trouble(); len(all) != 1 || all[0] != nil { // at first it says that all is well
			t.Errorf("troubles: %v", all)
		}
	})
}

func TestNothingIsConfirmedBeforeItIsStored(t *testing.T) {
	for _, c := range []struct {
		name       string
		lost, kept int
	}{
		{name: "the store failed and holds nothing", lost: 3},
		{name: "the store failed and yet holds it", kept: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				w.in.lost, w.in.kept = c.lost, c.kept
				jan := w.sim.NewCustomer("Jan Example")
				for _, s := range []string{"a", "b", "c"} {
					jan.Write(s)
				}
				w.run()
				time.Sleep(20 * time.Second)
				equal(t, "heard", w.in.texts(), []string{"a", "b", "c"})
				if n := w.sim.Pending(); n != 0 {
					t.Errorf("%d updates were never confirmed", n)
				}
			})
		})
	}
}

func TestARestartGoesOnWhereItStood(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		jan.Write("one")
		w.run()
		w.end()
		jan.Write("two")
		w.make()
		w.run()
		equal(t, "heard", w.in.texts(), []string{"one", "two"})
	})
}

func TestIDsMayGoDown(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		jan.Write("one")
		w.run()
		w.sim.NextUpdateID(4000)
		jan.Write("two")
		w.settle()
		jan.Write("three")
		time.Sleep(2 * time.Minute)
		equal(t, "heard", w.in.texts(), []string{"one", "two", "three"})
	})
}

func TestUpdatesOfOneAnswerAreReadInOrder(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		w.sim.Reverse(true)
		for _, text := range []string{"one", "two", "three"} {
			jan.Write(text)
		}
		w.run()
		equal(t, "heard", w.in.texts(), []string{"one", "two", "three"})
	})
}

func TestTheSameUpdateUnderTwoIDsIsOneEvent(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		w.sim.Duplicate(true)
		w.sim.Reverse(true)
		w.run()
		id := jan.Write("one")
		jan.Edit(id, "two")
		time.Sleep(2 * time.Minute)
		equal(t, "events", len(w.in.events()), 2)
		equal(t, "pending", w.sim.Pending(), 0)
	})
}

func TestFaultsOfPollingDelayAndLoseNothing(t *testing.T) {
	for _, c := range []struct {
		fault  sim.Fault
		times  int
		reason conversation.Reason
		within time.Duration
		most   int // calls of getUpdates that may be made within that time
	}{
		{sim.Internal, 3, conversation.Down, 20 * time.Second, 8},
		{sim.BadGateway, 3, conversation.Down, 20 * time.Second, 8},
		{sim.DropBefore, 3, conversation.Down, 20 * time.Second, 8},
		{sim.DropAfter, 3, conversation.Down, 4 * time.Minute, 12},
		{sim.Truncated, 3, conversation.Down, 4 * time.Minute, 12},
		{sim.Hang, 1, conversation.Down, 3 * time.Minute, 8},
		{sim.TooMany, 2, conversation.Busy, 30 * time.Second, 8},
		{sim.Unauthorized, 2, conversation.TokenDead, 2 * time.Minute, 8},
		{sim.Conflict, 2, conversation.NotAllowed, 2 * time.Minute, 8},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				jan := w.sim.NewCustomer("Jan Example")
				w.sim.Fail(sim.Rule{Method: "getUpdates", Times: c.times, Fault: c.fault, RetryAfter: 7})
				jan.Write("one")
				w.run()
				time.Sleep(c.within)
				equal(t, "heard", w.in.texts(), []string{"one"})
				all := w.in.trouble()
				if len(all) < 2 || all[len(all)-1] != nil {
					t.Fatalf("troubles: %v", all)
				}
				told, is := all[0].(*adapters.SendError)
				if !is || told.Reason != c.reason {
					t.Errorf("told %v, want reason %s", all[0], c.reason)
				}
				if n := w.sim.Calls()["getUpdates"]; n > c.most {
					t.Errorf("%d calls: a hot loop", n)
				}
			})
		})
	}
}

func TestARevokedTokenIsTriedEvery30Seconds(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.Revoke(true)
		time.Sleep(11 * time.Minute)
		if n := w.sim.Calls()["getUpdates"]; n > 25 {
			t.Errorf("%d calls in eleven minutes", n)
		}
		w.sim.Revoke(false)
		w.sim.NewCustomer("Jan Example").Write("one")
		time.Sleep(31 * time.Second)
		equal(t, "heard", w.in.texts(), []string{"one"})
	})
}

func TestAWebhookOfAnotherProgramIsTold(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.sim.Fail(sim.Rule{Method: "getUpdates", Times: -1, Fault: sim.Refuse, Code: 409, Text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"})
		w.run()
		if all := w.in.trouble(); len(all) == 0 || !strings.Contains(all[0].Error(), "set a webhook") {
			t.Errorf("told %v", all)
		}
	})
}

func TestPoisonIsShownAndTheRestGoesOn(t *testing.T) {
	for _, raw := range []string{
		`{"message":"no object"}`,
		`{"message":{"message_id":"x","chat":{"id":1}}}`,
		`{"message":{"message_id":5}}`,
		`{"something_new":{"a":1}}`,
		`{"message":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"},"photo":{}}}`,
		`{}`,
		`"just words"`,
		`null`,
		`17`,
	} {
		t.Run(raw, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				jan := w.sim.NewCustomer("Jan Example")
				jan.Write("before")
				w.sim.InjectRaw(raw)
				jan.Write("after")
				w.run()
				equal(t, "heard", w.in.texts(), []string{"before", "after"})
				found := false
				for _, in := range w.in.events() {
					if e, is := in.Event.(conversation.Unreadable); is {
						found = len(in.Raw) > 0 && e.What != "" && !e.At.IsZero()
					}
				}
				if !found {
					t.Errorf("what could not be read is not shown: %+v", w.in.events())
				}
			})
		})
	}
}

func TestUpdatesOfKindsThatWeDoNotAskForAreIgnored(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.sim.InjectRaw(`{"channel_post":{"message_id":5,"chat":{"id":-100,"type":"channel"},"text":"x"}}`)
		w.sim.InjectRaw(`{"poll":{}}`)
		w.run()
		equal(t, "events", len(w.in.events()), 0)
		equal(t, "pending after the next poll", w.sim.Calls()["getUpdates"] > 1, true)
	})
}

func TestALongGapIsTold(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.Down(true)
		time.Sleep(30 * time.Hour)
		w.sim.Down(false)
		time.Sleep(time.Minute)
		all := w.in.events()
		if len(all) != 1 {
			t.Fatalf("events: %+v", all)
		}
		missed, is := all[0].Event.(conversation.Missed)
		if deaf := missed.To.Sub(missed.From); !is || deaf < 5*time.Hour || deaf > 8*time.Hour {
			t.Fatalf("of 30 hours without hearing, with a day's memory at Telegram, %+v was missed", all[0])
		}
		time.Sleep(50 * time.Hour) // nobody writes: that is no gap
		equal(t, "events", len(w.in.events()), 1)
		w.end()
		w.make()
		w.run()
		equal(t, "events after a restart", len(w.in.events()), 1)
	})
}

func TestEditsBlocksAndReactions(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		jan := w.sim.NewCustomer("Jan Example")
		id := jan.Write("one")
		w.settle()
		r, no := w.send(w.ref(), plain("answer"))
		if no != nil {
			t.Fatal(no)
		}
		jan.Edit(id, "two")
		jan.React(mustInt(t, r.IDs[0]), "👍")
		jan.React(mustInt(t, r.IDs[0]), "")
		jan.Block()
		jan.Unblock()
		w.settle()
		var got []string
		for _, in := range w.in.events() {
			if in.Ref.Key != w.ref().Key {
				t.Errorf("%+v is in another conversation", in)
			}
			switch e := in.Event.(type) {
			case conversation.Heard:
				got = append(got, "heard "+e.Message.Text.Plain)
			case conversation.Changed:
				got = append(got, "changed "+e.ExternalID+" "+e.Message.Text.Plain)
			case conversation.Reacted:
				got = append(got, "reacted "+e.ExternalID+" "+e.Emoji)
			case conversation.Reached:
				got = append(got, "reached "+string(e.Why))
			default:
				got = append(got, fmt.Sprintf("%T", e))
			}
		}
		equal(t, "events", got, []string{
			"heard one", fmt.Sprintf("changed %d two", id), "reacted " + r.IDs[0] + " 👍", "reacted " + r.IDs[0] + " ", "reached blocked", "reached ",
		})
	})
}

func TestStartAloneIsNoQuestion(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		jan := w.sim.NewCustomer("Jan Example")
		jan.Start()
		jan.Write("/start order-7")
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"/start order-7"})
		if e, is := w.in.events()[0].Event.(conversation.Reached); !is || e.Why != "" {
			t.Errorf("/start gave %+v", w.in.events()[0])
		}
	})
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		o     sim.Options
		spoil func(*sim.Sim)
		want  string
	}{
		{"fine", sim.Options{ReadsGroups: true}, func(*sim.Sim) {}, "ok"},
		{"privacy mode", sim.Options{}, func(*sim.Sim) {}, "ok warn"},
		{"token", sim.Options{}, func(s *sim.Sim) { s.Revoke(true) }, "fail"},
		{"down", sim.Options{}, func(s *sim.Sim) { s.Down(true) }, "down"},
		{"unwell", sim.Options{}, func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.Internal}) }, "down"},
		{"busy", sim.Options{}, func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.TooMany, RetryAfter: 7}) }, "down"},
		{"cut off", sim.Options{}, func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.DropBefore, Times: -1}) }, "down"},
		{"silent", sim.Options{}, func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.Hang}) }, "down"},
		{"down in between", sim.Options{ReadsGroups: true}, func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getWebhookInfo", Fault: sim.BadGateway}) }, "ok down"},
		{"updates wait", sim.Options{ReadsGroups: true}, func(s *sim.Sim) { s.NewCustomer("Jan").Write("x") }, "ok ok"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, c.o, nil, func(w *world) {
				c.spoil(w.sim)
				var levels []string
				for _, f := range w.tg.Check(w.t.Context()) {
					levels = append(levels, f.Level)
					if strings.Contains(f.Text, "CANARY") || f.Text == "" {
						t.Errorf("finding %q", f.Text)
					}
				}
				equal(t, "levels", strings.Join(levels, " "), c.want)
			})
		})
	}
}

// Whatever a ping does not get an answer to, it may be asked again at once: it changes nothing.
func TestPing(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*sim.Sim)
		want  conversation.Reason // "" = it serves us
		after time.Duration
	}{
		{"fine", func(*sim.Sim) {}, "", 0},
		{"token", func(s *sim.Sim) { s.Revoke(true) }, conversation.TokenDead, 0},
		{"down", func(s *sim.Sim) { s.Down(true) }, conversation.Down, 0},
		{"unwell", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.Internal}) }, conversation.Down, 0},
		{"busy", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.TooMany, RetryAfter: 7}) }, conversation.Busy, 7 * time.Second},
		{"cut off before", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.DropBefore, Times: -1}) }, conversation.Down, 0},
		{"cut off behind", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.DropAfter, Times: -1}) }, conversation.Down, 0},
		{"silent", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getMe", Fault: sim.Hang}) }, conversation.Down, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				c.spoil(w.sim)
				began := time.Now()
				err := w.tg.Ping(w.t.Context())
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
				if c.want == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				e, is := errors.AsType[*adapters.SendError](err)
				if !is || e.Reason != c.want || e.After != c.after {
					t.Errorf("got %v, want %s", err, c.want)
				} else if strings.Contains(e.Error(), "CANARY") {
					t.Errorf("it tells the token: %v", err)
				}
			})
		})
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		s     telegram.Settings
		wrong string
	}{
		{"fine", telegram.Settings{Token: adapters.NewSecret("123:abc"), APIURL: "https://api.telegram.org"}, ""},
		{"empty", telegram.Settings{}, "token api_url"},
		{"odd", telegram.Settings{Token: adapters.NewSecret("abc"), APIURL: "ftp://x", Keywords: []string{""}}, "token api_url keywords"},
		{"with a query", telegram.Settings{Token: adapters.NewSecret("1:a"), APIURL: "https://x/?a=b"}, "api_url"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var keys []string
			for _, p := range c.s.Problems() {
				keys = append(keys, p.Key)
			}
			equal(t, "keys", strings.Join(keys, " "), c.wrong)
		})
	}
}

func mustInt(t *testing.T, s string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}
