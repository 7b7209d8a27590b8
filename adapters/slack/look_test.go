package slack

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// TestLook: what became of a message is told with the ids of the events that were missed.
func TestLook(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		old, now := w.card(), w.card()
		say := func(thread conversation.Place, text string) conversation.Place {
			return conversation.Place{Team: now.Team, Channel: channel, TS: w.say(thread, text)}
		}
		look := func(at conversation.Place) adapters.Incoming {
			t.Helper()
			found, err := w.desk.Look(t.Context(), []conversation.Place{now, old}, at)
			if err != nil || len(found) != 1 {
				t.Fatalf("found %+v, %v", found, err)
			}
			return found[0]
		}
		same, changed, gone, before := say(now, "een"), say(now, "twee"), say(now, "drie"), say(old, "vier")
		_ = w.sim.Edit(anna, channel, changed.TS, "twee, of toch drie")
		_ = w.sim.Delete(channel, gone.TS)
		synctest.Wait()

		for _, at := range []conversation.Place{same, before} {
			if got := look(at); got.ID != "m/"+channel+"/"+at.TS {
				t.Errorf("of one that is as it was: %+v", got)
			}
		}
		rewrote, is := look(changed).Event.(conversation.Rewrote)
		if !is || rewrote.At != changed || rewrote.Message.Text.Plain != "twee, of toch drie" || rewrote.Of != "m/"+channel+"/"+changed.TS {
			t.Errorf("of one that was changed: %+v", rewrote)
		}
		got := look(gone)
		if unwrote, is := got.Event.(conversation.Unwrote); !is || unwrote.At != gone || got.ID != "d/m/"+channel+"/"+gone.TS || got.Thread.IsZero() {
			t.Errorf("of one that was deleted: %+v", got)
		}
		for _, in := range []adapters.Incoming{look(changed), look(gone)} {
			if !w.box.seen[in.ID] {
				t.Errorf("the event was heard under another id than %s", in.ID)
			}
		}

		_ = w.sim.Delete(channel, now.TS)
		if _, is := look(gone).Event.(conversation.Unwrote); !is {
			t.Error("a thread that is gone hides that the message is")
		}
		w.sim.Fail(sim.Fault{Method: "conversations.replies", Kind: sim.Refuse, Code: "internal_error"})
		if found, err := w.desk.Look(t.Context(), []conversation.Place{now, old}, same); err == nil {
			t.Errorf("after an error it is certain of %+v", found)
		}
	})
}

// What was typed in the thread while nothing could be heard comes with a look, as long as catching up has not found it.
func TestLookInAGap(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		card := w.card()
		w.rest(time.Minute)
		if !w.desk.CaughtUp() {
			t.Fatal("it has not caught up")
		}
		w.sim.Down(true)
		w.rest(time.Minute)
		if w.desk.CaughtUp() {
			t.Error("it has caught up while Slack is down")
		}
		first, second := w.say(card, "een"), w.say(card, "twee")
		w.sim.Forget()
		w.sim.Fail(sim.Fault{Method: "conversations.history", Kind: sim.ServerError, Times: -1})
		w.sim.Down(false)
		w.rest(time.Minute)
		if w.desk.CaughtUp() {
			t.Error("it has caught up without the history")
		}
		later := w.say(card, "drie")
		at := conversation.Place{Team: card.Team, Channel: channel, TS: later}
		found, err := w.desk.Look(t.Context(), []conversation.Place{card}, at)
		var got []string
		for _, in := range found {
			got = append(got, in.ID)
		}
		if want := []string{"m/" + channel + "/" + first, "m/" + channel + "/" + second, "m/" + channel + "/" + later}; err != nil || !slices.Equal(got, want) {
			t.Errorf("found %q, %v, want %q", got, err, want)
		}
		w.sim.Heal()
		w.rest(2 * time.Minute)
		if found, err = w.desk.Look(t.Context(), []conversation.Place{card}, at); !w.desk.CaughtUp() || err != nil || len(found) != 1 {
			t.Errorf("after it has caught up: %+v, %v", found, err)
		}
	})
}

// TestHearing: since when nothing was missed.
func TestHearing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		began := w.desk.Hearing()
		if began.IsZero() || time.Since(began) > time.Minute {
			t.Fatalf("heard since %v", began)
		}
		w.rest(time.Minute)
		if now := w.desk.Hearing(); now != began {
			t.Errorf("heard since %v, want %v", now, began)
		}
		w.sim.Down(true)
		w.rest(time.Minute)
		if now := w.desk.Hearing(); !now.IsZero() {
			t.Errorf("heard since %v while Slack is down", now)
		}
		w.sim.Down(false)
		w.rest(time.Minute)
		if now := w.desk.Hearing(); now.Sub(began) < 2*time.Minute {
			t.Errorf("heard since %v, though Slack was down", now)
		}
		w.halt()
		if now := w.desk.Hearing(); !now.IsZero() {
			t.Errorf("heard since %v when nobody listens", now)
		}
	})
}
