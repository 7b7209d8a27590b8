package slack

import (
	"fmt"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

func TestCatchesUp(t *testing.T) {
	for _, tt := range []struct {
		name string
		gap  func(t *testing.T, w *world, say func())
	}{
		{"after a cut of both sockets", func(t *testing.T, w *world, say func()) {
			w.net.refuse(fmt.Errorf("network is unreachable"))
			w.sim.CutSockets()
			w.rest(time.Second)
			say()
			w.rest(time.Minute)
			w.sim.Forget()
			w.net.refuse(nil)
			w.rest(10 * time.Second)
		}},
		{"after Slack was down", func(t *testing.T, w *world, say func()) {
			w.sim.Down(true)
			w.rest(time.Minute)
			say()
			w.sim.Forget()
			w.sim.Down(false)
			w.rest(10 * time.Second)
		}},
		{"after a restart", func(t *testing.T, w *world, say func()) {
			w.halt()
			w.rest(time.Hour)
			say()
			w.rest(3 * time.Hour)
			w.sim.Forget()
			w.run()
			w.rest(10 * time.Second)
		}},
		{"after ten days", func(t *testing.T, w *world, say func()) {
			w.halt()
			w.rest(time.Hour)
			say()
			w.rest(10 * 24 * time.Hour)
			w.run()
			w.rest(time.Minute)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				first, second := w.card(), w.card()
				w.say(first, "before")
				w.rest(time.Minute)
				tt.gap(t, w, func() {
					w.say(first, "one")
					w.say(second, "two")
					if _, err := w.sim.Say(sim.Saying{User: anna, Channel: channel, ThreadTS: first.TS, Text: "wide", Broadcast: true}); err != nil {
						t.Fatal(err)
					}
				})
				w.wantSaid("before", "one", "two", "wide")
				w.say(second, "after")
				w.rest(time.Second)
				w.wantSaid("before", "one", "two", "wide", "after")
				if got, want := w.box.cursor, w.box.last().Event.(conversation.Wrote).At.TS; got != want {
					t.Errorf("cursor %s, want %s", got, want)
				}
			})
		})
	}
}

func TestCatchesUpInOldThreads(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at, lost := w.card(), w.card()
		w.say(at, "before")
		w.say(lost, "there")
		w.rest(time.Second)
		w.box.threads = []conversation.Place{at, lost, {Team: "T0SIM", Channel: "C0ELSE", TS: "1.000001"}}
		w.halt()
		w.rest(20 * 24 * time.Hour)
		w.say(at, "late")
		if err := w.sim.Delete(channel, lost.TS); err != nil {
			t.Fatal(err)
		}
		w.rest(time.Hour)
		w.sim.Forget()
		w.run()
		w.rest(time.Minute)
		w.wantSaid("before", "there", "late", "gone "+lost.TS)
	})
}

// A sweep that is interrupted by another gap must not close it, and what was heard live meanwhile must not move the
// cursor past what is missing.
func TestCursorStaysWhileAGapIsOpen(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.say(at, "before")
		w.rest(time.Minute)
		cursor := w.box.cursor
		w.sim.Fail(sim.Fault{Method: "conversations.history", Kind: sim.ServerError, Times: -1})
		w.net.refuse(fmt.Errorf("network is unreachable"))
		w.sim.CutSockets()
		w.rest(time.Second)
		w.say(at, "missed")
		w.rest(time.Second)
		w.sim.Forget()
		w.net.refuse(nil)
		w.rest(10 * time.Second)
		w.say(at, "live")
		w.rest(time.Second)
		w.wantSaid("before", "live")
		if w.box.cursor != cursor {
			t.Errorf("the cursor moved from %s to %s although %q is missing", cursor, w.box.cursor, "missed")
		}
		w.sim.Heal()
		w.rest(time.Minute)
		w.wantSaid("before", "live", "missed")
		if w.box.cursor == cursor {
			t.Error("the cursor did not move after the gap was closed")
		}
	})
}

func TestCatchingUpKeepsSlacksPace(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.halt()
		for range 120 {
			at := w.card()
			w.say(at, "hi")
			w.rest(time.Millisecond)
		}
		_ = w.desk.Close()
		w.rest(time.Hour)
		w.sim.Forget()
		before := w.sim.Calls("conversations.replies")
		w.sim.Fail(sim.Fault{Method: "conversations.replies", Kind: sim.Busy, After: 7 * time.Second, Skip: 10})
		w.run()
		w.rest(time.Minute)
		if n := w.sim.Calls("conversations.replies") - before; n > 75 {
			t.Errorf("%d calls in the first minute", n)
		}
		w.rest(3 * time.Minute)
		if got := len(w.box.said()); got != 120 {
			t.Errorf("heard %d of 120", got)
		}
	})
}

func TestFirstStartHearsNothingOld(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		at := w.card()
		w.say(at, "long ago")
		w.rest(time.Hour)
		w.sim.Forget()
		w.run()
		w.rest(time.Minute)
		w.wantSaid()
		if timeOf(w.box.cursor).IsZero() {
			t.Errorf("cursor %q", w.box.cursor)
		}
		w.halt()
		w.say(at, "while we were away")
		w.rest(time.Minute)
		w.sim.Forget()
		w.run()
		w.rest(time.Minute)
		w.wantSaid("while we were away")
	})
}

// Slack's own next try comes a minute after an outage; we are not to wait for it.
func TestComesBackFast(t *testing.T) {
	for _, d := range []time.Duration{5 * time.Second, time.Minute, 10 * time.Minute} {
		t.Run(d.String(), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				w.rest(time.Minute)
				ups := w.box.ups
				w.sim.Down(true)
				w.rest(d)
				calls := w.sim.Calls("apps.connections.open")
				w.sim.Down(false)
				w.say(at, "right after")
				w.rest(3 * time.Second)
				w.wantSaid("right after")
				if w.box.ups == ups {
					t.Error("Up was not told")
				}
				if rate := float64(calls) / d.Seconds(); d > time.Minute && rate > 2 {
					t.Errorf("%.1f tries a second", rate)
				}
			})
		})
	}
	t.Run("woken by a call", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			w.rest(time.Minute)
			w.sim.Down(true)
			w.rest(time.Minute)
			_, _ = w.desk.Open(t.Context(), "k1", adapters.Card{Title: "x"})
			w.sim.Down(false)
			if _, err := w.desk.Open(t.Context(), "k2", adapters.Card{Title: "x"}); err != nil {
				t.Fatal(err)
			}
			w.rest(1100 * time.Millisecond)
			if n := w.sim.Sockets(); n != sockets {
				t.Errorf("%d sockets open", n)
			}
		})
	})
}

func TestDisconnects(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "too_many_websockets"} {
		t.Run(reason, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				w.rest(time.Minute)
				w.sim.Disconnect(reason)
				for i := range 10 {
					w.say(at, fmt.Sprint(i))
					w.rest(500 * time.Millisecond)
				}
				w.rest(10 * time.Second)
				if got := w.box.said(); len(got) != 10 {
					t.Errorf("heard %q", got)
				}
				if n := w.sim.Sockets(); n != sockets {
					t.Errorf("%d sockets open", n)
				}
			})
		})
	}
}

func TestLinkDisabledIsNoStorm(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.rest(time.Minute)
		before := w.sim.Calls("apps.connections.open")
		w.sim.Disconnect("link_disabled")
		w.rest(10 * time.Minute)
		if n := w.sim.Calls("apps.connections.open") - before; n > 2*(10*60/30)+20 {
			t.Errorf("%d tries in ten minutes", n)
		}
	})
}

// What was typed while the bot was not in the channel is found, though its sockets were open all the time.
func TestCatchesUpAfterAKick(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.rest(time.Minute)
		_ = w.sim.Kick(channel, "U0SIM")
		w.rest(time.Minute)
		w.say(at, "early")
		w.rest(time.Hour)
		w.say(at, "late")
		_ = w.sim.Join(channel, "U0SIM")
		w.say(at, "live")
		w.rest(40 * time.Second)
		w.wantSaid("early", "late", "live")
		if w.box.trouble() != nil || w.sim.Pending() != 0 {
			t.Errorf("trouble %v, %d not acknowledged", w.box.trouble(), w.sim.Pending())
		}
	})
}
