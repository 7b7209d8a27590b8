package telegram_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

func heards(w *world) []conversation.Heard {
	var out []conversation.Heard
	for _, in := range w.in.events() {
		if h, is := in.Event.(conversation.Heard); is {
			out = append(out, h)
		}
	}
	return out
}

func TestInAGroupOnlyWhatIsForUsIsHeard(t *testing.T) {
	keywords := func(s *telegram.Settings) { s.Keywords = []string{"Acme"} }
	for _, c := range []struct {
		name string
		say  func(w *world, g *sim.Group, jan *sim.Customer)
		want []string
	}{
		{"talk", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("hello all", sim.In(g)) }, nil},
		{"mention", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("hey @Example_Bot help", sim.In(g)) }, []string{"hey @Example_Bot help"}},
		{"mention behind emoji", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("👍🏽 é @example_bot", sim.In(g)) }, []string{"👍🏽 é @example_bot"}},
		{"another bot", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("hey @example_bot2", sim.In(g)) }, nil},
		{"command to the bot", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("/help@example_bot", sim.In(g)) }, []string{"/help@example_bot"}},
		{"command to all", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("/help", sim.In(g)) }, nil},
		{"keyword", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.Write("is ACME down?", sim.In(g)) }, []string{"is ACME down?"}},
		{"caption", func(_ *world, g *sim.Group, jan *sim.Customer) { jan.SendPhoto(png, "see @example_bot", sim.In(g)) }, []string{"see @example_bot"}},
		{"album", func(_ *world, g *sim.Group, jan *sim.Customer) {
			jan.SendAlbum([][]byte{png, png}, "see @example_bot", sim.In(g))
		}, []string{"see @example_bot", ""}},
		{"text mention", func(w *world, g *sim.Group, jan *sim.Customer) {
			jan.Write("you there", sim.In(g), sim.With(sim.Entity{Type: "text_mention", Offset: 0, Length: 3, User: new(w.sim.Bot())}))
		}, []string{"you there"}},
		{"in the name of a channel", func(w *world, g *sim.Group, jan *sim.Customer) {
			jan.Write("hey @example_bot", sim.In(g), sim.As(w.sim.NewChannel("News", "news_example")))
		}, []string{"hey @example_bot"}},
		{"another bot writes", func(w *world, g *sim.Group, _ *sim.Customer) {
			w.sim.NewUser(sim.User{FirstName: "Robot", IsBot: true}).Write("hey @example_bot", sim.In(g))
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{ReadsGroups: true}, keywords, func(w *world) {
				g := w.sim.NewGroup("Fans", sim.GroupOptions{Username: "fans_example"})
				w.run()
				c.say(w, g, w.sim.NewCustomer("Jan Example"))
				w.settle()
				equal(t, "heard", w.in.texts(), c.want)
				for _, h := range heards(w) {
					if !h.Public || h.Title != "Fans" || !strings.HasPrefix(h.Link, "https://t.me/fans_example/") {
						t.Errorf("%+v", h)
					}
				}
			})
		})
	}
}

func TestEachCustomerOfAGroupHasAConversation(t *testing.T) {
	play(t, sim.Options{ReadsGroups: true}, nil, func(w *world) {
		g := w.sim.NewGroup("Fans", sim.GroupOptions{})
		jan, eva := w.sim.NewCustomer("Jan Example"), w.sim.NewCustomer("Eva Example")
		w.run()
		asked := jan.Write("@example_bot where is it?", sim.In(g))
		w.settle()
		jans := w.ref()
		eva.Write("@example_bot and mine?", sim.In(g))
		w.settle()
		if w.ref() == jans {
			t.Fatal("two customers share a conversation")
		}
		r, no := w.send(jans, plain("on its way"))
		if no != nil {
			t.Fatal(no)
		}
		got := g.Messages()
		last := got[len(got)-1]
		if last.ReplyToMessage == nil || last.ReplyToMessage.MessageID != asked {
			t.Errorf("the answer replies to %+v, want message %d", last.ReplyToMessage, asked)
		}
		jan.Write("thanks", sim.In(g), sim.ReplyTo(mustInt(t, r.IDs[0])))
		w.settle()
		equal(t, "a reply to the answer", w.ref(), jans)
		equal(t, "limits", w.tg.Limits(jans, time.Now()).Public, true)

		// What an answer replies to survives a restart.
		w.end()
		w.make()
		w.run()
		if _, no := w.send(jans, plain("you are welcome")); no != nil {
			t.Fatal(no)
		}
		got = g.Messages()
		if r := got[len(got)-1].ReplyToMessage; r == nil || r.Text != "thanks" {
			t.Errorf("after a restart the answer replies to %+v", r)
		}
		if h := heards(w)[0]; !strings.HasPrefix(h.Link, "https://t.me/c/") {
			t.Errorf("link %q", h.Link)
		}
	})
}

func TestCommentsBelowAPost(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		ch := w.sim.NewChannel("News", "news_example")
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		_, post := ch.Post("We are open")
		_, post2 := ch.Post("We are closed")
		w.settle()
		equal(t, "events for posts", len(w.in.events()), 0)
		jan.Write("until when?", sim.In(ch.Discussion), sim.Under(post))
		w.settle()
		first := w.ref()
		jan.Write("why?", sim.In(ch.Discussion), sim.Under(post2))
		w.settle()
		if w.ref() == first {
			t.Error("comments below two posts share a conversation")
		}
		r, no := w.send(first, plain("until six"))
		if no != nil {
			t.Fatal(no)
		}
		got := ch.Discussion.Messages()
		if last := got[len(got)-1]; last.MessageThreadID != post || last.ReplyToMessage.Text != "until when?" {
			t.Errorf("the answer is in thread %d below %+v", last.MessageThreadID, last.ReplyToMessage)
		}
		jan.Write("thanks", sim.In(ch.Discussion), sim.ReplyTo(mustInt(t, r.IDs[0])))
		w.settle()
		equal(t, "a reply to the answer", w.ref(), first)
		jan.Write("just chatting", sim.In(ch.Discussion))
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"until when?", "why?", "thanks"})
	})
}

func TestForumTopics(t *testing.T) {
	play(t, sim.Options{ReadsGroups: true}, nil, func(w *world) {
		g := w.sim.NewGroup("Forum", sim.GroupOptions{Forum: true})
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		jan.Write("@example_bot a", sim.In(g), sim.InTopic(7))
		w.settle()
		if _, no := w.send(w.ref(), plain("answer")); no != nil {
			t.Fatal(no)
		}
		got := g.Messages()
		equal(t, "topic of the answer", got[len(got)-1].MessageThreadID, 7)
	})
}

func TestDirectMessagesToAChannel(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		g := w.sim.NewDirectMessages("News")
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		jan.Write("psst", sim.In(g))
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"psst"})
		equal(t, "public", heards(w)[0].Public, false)
		if _, no := w.send(w.ref(), plain("answer")); no != nil {
			t.Fatal(no)
		}
		got := g.Messages()
		equal(t, "topic of the answer", got[len(got)-1].DirectMessagesTopic.TopicID, jan.ChatID())
	})
}

func TestAGroupThatGetsAnotherID(t *testing.T) {
	play(t, sim.Options{ReadsGroups: true}, nil, func(w *world) {
		g := w.sim.NewGroup("Fans", sim.GroupOptions{Basic: true})
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		jan.Write("@example_bot a", sim.In(g))
		w.settle()
		old := w.ref()
		w.end() // the move happens while nobody listens, so that only the answer to a call tells of it
		up := g.Upgrade(jan)
		if _, no := w.send(old, plain("answer")); no != nil {
			t.Fatal(no)
		}
		got := up.Messages()
		equal(t, "the answer is in the new group", got[len(got)-1].Text, "answer")
		w.make()
		w.run()
		jan.Write("@example_bot b", sim.In(up))
		w.settle()
		var moved *conversation.Moved
		for _, in := range w.in.events() {
			if m, is := in.Event.(conversation.Moved); is {
				equal(t, "what moved", in.Ref.Key, old.Key)
				moved = &m
			}
		}
		if moved == nil || moved.To.Key != w.ref().Key {
			t.Fatalf("moved %+v, want to %+v", moved, w.ref())
		}
		if _, no := w.send(old, plain("again")); no != nil {
			t.Fatal(no)
		}
	})
}

func TestBusinessAccounts(t *testing.T) {
	owner := func(s *telegram.Settings) { s.Business = []string{"@Owner_Example"} }
	play(t, sim.Options{}, owner, func(w *world) {
		boss := w.sim.NewUser(sim.User{FirstName: "Boss", Username: "owner_example"})
		stranger := w.sim.NewUser(sim.User{FirstName: "Stranger", Username: "stranger_example"})
		jan := w.sim.NewCustomer("Jan Example")
		b, other := w.sim.Connect(boss), w.sim.Connect(stranger)
		w.run()
		id := jan.Write("hello shop", sim.Via(b))
		jan.Write("hello friend", sim.Via(other))
		b.Write(jan, "hi, it is me")
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"hello shop"})
		ref := w.ref()
		echo, is := w.in.events()[1].Event.(conversation.Echoed)
		if !is || echo.By != "Boss" || echo.Message.Text.Plain != "hi, it is me" {
			t.Errorf("echo %+v", w.in.events()[1])
		}
		if _, no := w.send(ref, plain("from the desk")); no != nil {
			t.Fatal(no)
		}
		got := b.Messages(jan)
		equal(t, "the phone shows", got[len(got)-1].Text, "from the desk")
		b.Delete(jan, id)
		w.settle()
		all := w.in.events()
		gone, is := all[len(all)-1].Event.(conversation.Withdrawn)
		if !is || len(gone.ExternalIDs) != 1 || gone.ExternalIDs[0] != fmt.Sprint(id) || all[len(all)-1].Ref.Key != ref.Key {
			t.Errorf("last event %+v", all[len(all)-1])
		}
		last := time.Now()
		equal(t, "window", w.tg.Limits(ref, last).Until, last.Add(24*time.Hour))

		// A restart knows no connections: it asks.
		w.end()
		w.make()
		w.run()
		jan.Write("and?", sim.Via(b))
		jan.Write("private", sim.Via(other))
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"hello shop", "and?"})

		time.Sleep(25 * time.Hour)
		_, no := w.send(ref, plain("too late"))
		if no == nil || no.Outcome != conversation.Refused || no.Reason != conversation.WindowClosed {
			t.Errorf("after 25 hours: %v", no)
		}
	})
}

func TestAGreetingOfABusinessAccountIsNobodysAnswer(t *testing.T) {
	owner := func(s *telegram.Settings) { s.Business = []string{"owner_example"} }
	play(t, sim.Options{}, owner, func(w *world) {
		b := w.sim.Connect(w.sim.NewUser(sim.User{FirstName: "Boss", Username: "owner_example"}))
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		jan.Write("hello shop", sim.Via(b))
		b.Greet(jan, "we are closed")
		b.Write(jan, "no, we are open")
		w.settle()
		var got []string
		for _, in := range w.in.events()[1:] {
			if e, is := in.Event.(conversation.Echoed); is && in.Ref == w.ref() {
				got = append(got, fmt.Sprintf("%s: %s, auto %t", e.By, e.Message.Text.Plain, e.Auto))
			}
		}
		equal(t, "echoes", got, []string{"Boss: we are closed, auto true", "Boss: no, we are open, auto false"})
	})
}

// TestACustomerMaySchedule: what is flagged as scheduled is a customer's message all the same.
func TestACustomerMaySchedule(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"is_from_offline":true,"text":"hello"}}`)
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"hello"})
	})
}

func TestABusinessChatIsReadAgainWhenItsConnectionCannotBeAsked(t *testing.T) {
	owner := func(s *telegram.Settings) { s.Business = []string{"owner_example"} }
	play(t, sim.Options{}, owner, func(w *world) {
		b := w.sim.Connect(w.sim.NewUser(sim.User{FirstName: "Boss", Username: "owner_example"}))
		w.run()
		w.end()
		w.make()
		w.sim.NewCustomer("Jan Example").Write("hello", sim.Via(b))
		w.sim.Fail(sim.Rule{Method: "getBusinessConnection", Times: 2, Fault: sim.BadGateway})
		w.run()
		time.Sleep(20 * time.Second)
		equal(t, "heard", w.in.texts(), []string{"hello"})
	})
}

func TestAnotherProgramThatPollsIsTroubleUntilItStops(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		other, err := telegram.New("other", &w.cfg, adapters.Env{Dial: w.sim.Dial})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(w.t.Context())
		defer stop()
		w.ended.Go(func() { _ = other.Run(ctx, &inbox{seen: map[string]bool{}}) })
		time.Sleep(10 * time.Minute)
		all := w.in.trouble()
		if len(all) == 0 {
			t.Fatal("nothing was told")
		}
		for _, err := range all {
			if err == nil {
				t.Fatalf("the trouble was over in between: %v", all)
			}
		}
		if n := w.sim.Calls()["getUpdates"]; n > 60 {
			t.Errorf("%d calls in ten minutes", n)
		}
		stop()
		time.Sleep(3 * time.Minute)
		if all := w.in.trouble(); all[len(all)-1] != nil {
			t.Errorf("the trouble lasts: %v", all[len(all)-1])
		}
	})
}

func TestEditsInAGroupCountWhereTheyAreForUs(t *testing.T) {
	play(t, sim.Options{ReadsGroups: true}, nil, func(w *world) {
		g := w.sim.NewGroup("Fans", sim.GroupOptions{})
		jan := w.sim.NewCustomer("Jan Example")
		w.run()
		id := jan.Write("@example_bot one", sim.In(g))
		talk := jan.Write("just talk", sim.In(g))
		jan.Edit(id, "@example_bot two", sim.In(g))
		jan.Edit(talk, "more talk", sim.In(g))
		w.settle()
		all := w.in.events()
		if len(all) != 2 {
			t.Fatalf("events: %+v", all)
		}
		if e, is := all[1].Event.(conversation.Changed); !is || e.ExternalID != fmt.Sprint(id) || all[1].Ref != all[0].Ref {
			t.Errorf("got %+v", all[1])
		}
	})
}

func TestAChannelsOwnAnswerInDirectMessagesIsAnEcho(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":-1009,"type":"supergroup","title":"News","is_direct_messages":true},"direct_messages_topic":{"topic_id":5,"user":{"id":7,"first_name":"J"}},"from":{"id":8,"first_name":"Admin"},"sender_chat":{"id":-1008,"type":"channel","title":"News"},"text":"hi"}}`)
		w.settle()
		all := w.in.events()
		if len(all) != 1 {
			t.Fatalf("events: %+v", all)
		}
		if e, is := all[0].Event.(conversation.Echoed); !is || e.By != "News" || all[0].Ref.Key != "c-1009/d5" {
			t.Errorf("got %+v", all[0])
		}
	})
}

func TestTelegramMayBeDownAtTheStart(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.sim.Down(true)
		w.sim.NewCustomer("Jan Example").Write("hello")
		w.run()
		time.Sleep(time.Hour)
		if n := w.sim.Calls()["getMe"]; n > 130 {
			t.Errorf("%d calls in an hour", n)
		}
		w.sim.Down(false)
		time.Sleep(31 * time.Second)
		equal(t, "heard", w.in.texts(), []string{"hello"})
	})
}
