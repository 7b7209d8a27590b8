package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

func TestHome(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at := w.card()
		q := queueOf("3 wait, the longest since 09:00", 2, at)
		q.Sections = append(q.Sections, adapters.QueueSection{Title: "Snoozed", Lines: []adapters.QueueLine{{Who: "Eva · Telegram", How: "until 12:00"}}}, adapters.QueueSection{Title: "Empty"})
		b.set(q)
		w.must(w.sim.OpenHome(anna))
		v, _ := w.sim.Home(anna)
		want := "3 wait, the longest since 09:00\n[Ready answers] \nWaiting longest\n🟠 Jan 0 · Telegram · since 09:00 → open\n🟠 Jan 1 · Telegram · since 09:00 → open\nSnoozed\nEva · Telegram · until 12:00\n"
		show := sim.Show(v.Message())
		if show.Plain != want {
			t.Errorf("the queue is\n%s\nwant\n%s", show.Plain, want)
		}
		for _, l := range show.Links {
			if l.URL != w.desk.Permalink(at) || l.Label != "open" {
				t.Errorf("the link %+v", l)
			}
		}
		if len(show.Links) != 2 {
			t.Errorf("links %+v", show.Links)
		}
		w.must(w.sim.OpenHome(guest))
		if got := w.homeOf(guest); got != "The queue | Guests cannot." {
			t.Errorf("a guest sees %q", got)
		}
		b.set()
		w.must(w.sim.OpenHome(anna))
		if got := w.homeOf(anna); got != "Nobody waits | Ready answers | Nobody is waiting." {
			t.Errorf("an empty queue is %q", got)
		}
		b.hang(true)
		w.must(w.sim.OpenHome(anna))
		w.rest(10 * time.Second)
		if got := w.homeOf(anna); got != "Nobody waits | Ready answers | Nobody is waiting." {
			t.Errorf("it shows %q", got)
		}
		w.answered()
	})
}

// Pages are turned, and the ready answers are there as well; whoever opens the tab again sees the queue from its start.
func TestHomeTurns(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		b.set(queueOf("one", 1, conversation.Place{}), queueOf("two", 1, conversation.Place{}), queueOf("three", 1, conversation.Place{}))
		shows := func(want string) {
			t.Helper()
			if got, _, _ := strings.Cut(w.homeOf(anna), " | Waiting"); got != want {
				t.Errorf("it shows %q, want %q", got, want)
			}
		}
		w.must(w.sim.OpenHome(anna))
		shows("one | Ready answers | Later | Page 1 of 3")
		w.must(w.sim.PressHome(anna, "", "queue_later"))
		shows("two | Ready answers | Earlier | Later | Page 2 of 3")
		w.must(w.sim.PressHome(anna, "", "queue_later"))
		shows("three | Ready answers | Earlier | Page 3 of 3")
		b.set(queueOf("one", 1, conversation.Place{}), queueOf("two", 1, conversation.Place{}))
		w.desk.QueueChanged()
		w.rest(time.Minute)
		shows("two | Ready answers | Earlier | Page 2 of 2")
		w.must(w.sim.PressHome(anna, "", "queue_earlier"))
		shows("one | Ready answers | Later | Page 1 of 2")
		w.must(w.sim.PressHome(anna, "", "queue_ready"))
		if got := w.homeOf(anna); !strings.HasPrefix(got, "Ready answers | ") || !strings.Contains(got, "New ready answer | Back to the queue | !hours") {
			t.Errorf("the ready answers are %q", got)
		}
		b.set(queueOf("other", 1, conversation.Place{}))
		w.desk.QueueChanged() // is none of theirs now
		w.must(w.sim.PressHome(anna, "ready/hours/pl", "ready_change"))
		w.must(w.sim.SubmitForm(anna, map[string]string{"text": "9-17"}))
		w.rest(time.Minute)
		if got := w.homeOf(anna); !strings.HasPrefix(got, "Ready answers | ") {
			t.Errorf("it shows %q", got)
		}
		w.must(w.sim.PressHome(anna, "ready/hours/", "ready_remove"))
		if got := b.noted(); !strings.Contains(got, "keep hours/pl/v2") || !strings.Contains(got, "drop hours//v1") {
			t.Errorf("asked for %q", got)
		}
		w.must(w.sim.PressHome(anna, "", "queue_back"))
		shows("other | Ready answers")
		w.must(w.sim.PressHome(anna, "", "queue_ready"))
		w.must(w.sim.OpenHome(anna))
		shows("other | Ready answers")
		ts := w.say(w.card(), "Dag") // saving one from a message does not take the queue away
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		w.must(w.sim.SubmitForm(anna, map[string]string{"word": "dag"}))
		shows("other | Ready answers")
		w.answered()
	})
}

// The tab is published when it changed, and only then.
func TestHomeOnlyWhenItChanged(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		b.set(queueOf("one", 3, conversation.Place{}))
		published := func(want int, after string) {
			t.Helper()
			if got := w.sim.Calls("views.publish"); got != want {
				t.Errorf("%s: published %d times, want %d", after, got, want)
			}
		}
		w.must(w.sim.OpenHome(anna))
		published(1, "opened")
		w.must(w.sim.OpenHome(anna))
		w.desk.QueueChanged()
		w.rest(time.Minute)
		published(1, "opened again, and nothing changed")
		b.set(queueOf("two", 3, conversation.Place{}))
		for range 100 {
			w.desk.QueueChanged()
			w.rest(10 * time.Millisecond)
		}
		published(2, "changed")
		b.set(queueOf("three", 3, conversation.Place{}))
		w.desk.QueueChanged()
		w.rest(5 * time.Second)
		published(2, "changed again within ten seconds")
		w.rest(10 * time.Second)
		published(3, "ten seconds later")
		if got := w.homeOf(anna); !strings.HasPrefix(got, "three") {
			t.Errorf("it shows %q", got)
		}
		asked := b.times()
		w.rest(time.Hour)
		if b.times() != asked {
			t.Error("the queue is asked for although nothing changed")
		}
		b.set(queueOf("four", 3, conversation.Place{}))
		w.desk.QueueChanged()
		w.rest(time.Minute)
		published(3, "nobody looks any more")
		w.halt()
		w.run()
		w.rest(time.Second)
		b.set(queueOf("three", 3, conversation.Place{}))
		w.must(w.sim.OpenHome(anna))
		published(4, "a restart forgets")
		w.answered()
	})
}

// What failed is shown when it can be; nothing that is certain is shown twice.
func TestHomeFails(t *testing.T) {
	for _, f := range []struct {
		name  string
		fault sim.Fault
		calls int // of views.publish, within a minute of the change
	}{
		{"refused", sim.Fault{Kind: sim.Refuse, Code: "not_enabled", Times: 1}, 1},
		{"busy", sim.Fault{Kind: sim.Busy, After: 20 * time.Second, Times: 1}, 2},
		{"broken off before", sim.Fault{Kind: sim.Drop, Times: 1}, 2},
		{"broken off after", sim.Fault{Kind: sim.DropAfter, Times: 1}, 2},
		{"an error page after", sim.Fault{Kind: sim.ErrorAfter, Times: 2}, 3},
		{"no answer", sim.Fault{Kind: sim.Hang, Times: 1}, 2},
		{"no answer though done", sim.Fault{Kind: sim.HangAfter, Times: 1}, 2},
		{"half an answer", sim.Fault{Kind: sim.TruncAfter, Times: 1}, 2},
	} {
		t.Run(f.name, func(t *testing.T) {
			withBoard(t, func(t *testing.T, w *world, b *board) {
				b.set(queueOf("one", 1, conversation.Place{}))
				w.must(w.sim.OpenHome(anna))
				before := w.sim.Calls("views.publish")
				b.set(queueOf("two", 1, conversation.Place{}))
				f.fault.Method = "views.publish"
				w.sim.Fail(f.fault)
				w.desk.QueueChanged()
				w.rest(time.Minute)
				if got := w.sim.Calls("views.publish") - before; got != f.calls {
					t.Errorf("published %d times, want %d", got, f.calls)
				}
				w.must(w.sim.OpenHome(anna))
				if got := w.homeOf(anna); !strings.HasPrefix(got, "two") {
					t.Errorf("it shows %q", got)
				}
				w.rest(time.Second)
			})
		})
	}
	withBoard(t, func(t *testing.T, w *world, b *board) { // the store is away for a while
		b.set(queueOf("one", 1, conversation.Place{}))
		w.must(w.sim.OpenHome(anna))
		b.set(queueOf("two", 1, conversation.Place{}))
		b.hang(true)
		w.desk.QueueChanged()
		w.rest(30 * time.Second)
		if got := w.homeOf(anna); !strings.HasPrefix(got, "one") {
			t.Errorf("it shows %q", got)
		}
		b.hang(false)
		w.rest(30 * time.Second)
		if got := w.homeOf(anna); !strings.HasPrefix(got, "two") {
			t.Errorf("it shows %q", got)
		}
	})
}

// While the queue cannot be read few ask for it, and once it can be, all see it.
func TestHomeOfManyFails(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		b.set(queueOf("one", 1, conversation.Place{}))
		for i := range 10 {
			id := fmt.Sprintf("U0MANY%02d", i)
			w.sim.AddUser(sim.User{ID: id})
			w.must(w.sim.OpenHome(id))
		}
		b.set(queueOf("two", 1, conversation.Place{}))
		b.hang(true)
		asked := b.times()
		w.desk.QueueChanged()
		w.rest(time.Minute)
		if n := b.times() - asked; n > 9 {
			t.Errorf("asked %d times in a minute", n)
		}
		b.hang(false)
		w.rest(time.Minute)
		for i := range 10 {
			if got := w.homeOf(fmt.Sprintf("U0MANY%02d", i)); !strings.HasPrefix(got, "two") {
				t.Errorf("no. %d sees %q", i, got)
			}
		}
	})
}

// What Slack says is not there is published, whatever we remember.
func TestHomeThatIsGone(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		w.must(w.sim.OpenHome(anna))
		before := w.sim.Calls("views.publish")
		w.desk.counter.Load().opened(anna, true)
		w.rest(time.Second)
		w.desk.counter.Load().opened(anna, false) // the app was installed again
		w.rest(time.Second)
		if n := w.sim.Calls("views.publish") - before; n != 1 {
			t.Errorf("published %d times", n)
		}
	})
}

// An inbox with a queue and no ready answers shows the queue alone.
func TestHomeWithoutReadyAnswers(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		b := &board{shelf: &shelf{box: w.box}}
		w.in = struct {
			*box
			adapters.Board
		}{w.box, b}
		w.run()
		w.rest(0)
		ts := w.say(w.card(), "Dag")
		w.must(w.sim.OpenHome(anna))
		if got := w.homeOf(anna); got != "Nobody waits | Nobody is waiting." {
			t.Errorf("it shows %q", got)
		}
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		if got := w.modal(anna); got != "" || w.sim.Unanswered() != 0 {
			t.Errorf("open %q, unanswered %d", got, w.sim.Unanswered())
		}
		for _, id := range []string{showReady, newReady, changeReady, removeReady, turnReady} { // of a tab from before
			w.desk.counter.Load().pressed(t.Context(), interaction{Actions: []pressedButton{{ActionID: lax(id)}}})
		}
	})
}

// Many look at it: at most so many are shown a new queue, at a pace that Slack allows, and the memory is bounded.
func TestHomeOfMany(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		b.set(queueOf("one", 1, conversation.Place{}))
		for i := range 60 {
			id := fmt.Sprintf("U0MANY%02d", i)
			w.sim.AddUser(sim.User{ID: id})
			w.must(w.sim.OpenHome(id))
			w.rest(time.Millisecond)
		}
		before := w.sim.Calls("views.publish")
		b.set(queueOf("two", 1, conversation.Place{}))
		w.desk.QueueChanged()
		w.rest(2 * time.Second)
		if got := w.sim.Calls("views.publish") - before; got > tier3Burst+5 {
			t.Errorf("published %d times in two seconds", got)
		}
		w.rest(2 * time.Minute)
		if got := w.sim.Calls("views.publish") - before; got != maxWatching {
			t.Errorf("published %d times, want %d", got, maxWatching)
		}
		if got := w.homeOf("U0MANY59"); !strings.HasPrefix(got, "two") {
			t.Errorf("who came last sees %q", got)
		}
		w.answered()
	})
	var v visitors
	now := time.Now()
	for i := range maxVisitors + 10 {
		v.of(fmt.Sprint("U", i)).opened = now.Add(time.Duration(i) * time.Second)
	}
	if _, there := v.all["U9"]; there || len(v.all) != maxVisitors {
		t.Errorf("%d are remembered", len(v.all))
	}
	if all := v.watching(now); len(all) != maxWatching || all[0] != fmt.Sprint("U", maxVisitors+9) {
		t.Errorf("watching: %v", all)
	}
}

// The largest page there is, of the widest lines, is one that Slack takes.
func TestHomeFits(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		wide := strings.Repeat("🏳️‍🌈<&>", 100)
		q := adapters.Queue{Title: wide}
		for range adapters.QueueSections + 3 {
			s := adapters.QueueSection{Title: wide}
			for range 9 {
				s.Lines = append(s.Lines, adapters.QueueLine{Who: wide + " · " + wide, How: wide, Tint: "waiting", Thread: w.card()})
			}
			q.Sections = append(q.Sections, s)
		}
		short := queueOf("few", 1, conversation.Place{})
		short.Sections[0].Lines[0].How = strings.Repeat("x", maxHow)
		b.set(short)
		w.must(w.sim.OpenHome(anna))
		if got := w.homeOf(anna); !strings.Contains(got, strings.Repeat("x", maxHow)) {
			t.Errorf("where there is room it shows %q", got)
		}
		b.set(q)
		w.must(w.sim.OpenHome(anna))
		v, there := w.sim.Home(anna)
		if n := strings.Count(string(v.JSON), `"rich_text_section"`); !there || n != adapters.QueueLines {
			t.Errorf("%d lines are shown: %.300s\n%s", n, v.JSON, w.log)
		}
	})
}
