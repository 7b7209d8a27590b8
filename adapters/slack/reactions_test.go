package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// reacted are the acts that were heard, each with the card it is on.
func (b *box) reacted() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, in := range b.heard {
		if p, is := in.Event.(conversation.Pressed); is {
			all = append(all, fmt.Sprintf("%s %s by %s", p.Action, in.Thread.TS, in.By))
		}
	}
	return strings.Join(all, ", ")
}

func TestReactions(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.must(w.sim.React(anna, channel, at.TS, "eyes"))
		p, is := w.box.last().Event.(conversation.Pressed)
		if in := w.box.last(); !is || p.Action != conversation.Claim || p.On != at || in.Thread != at || in.By != anna || time.Since(p.At) > time.Second {
			t.Fatalf("heard %+v", in)
		}
		w.rest(time.Second)
		w.must(w.sim.Unreact(anna, channel, at.TS, "eyes"))
		w.rest(time.Second)
		w.must(w.sim.React(anna, channel, at.TS, "eyes")) // again: another act
		w.must(w.sim.React(guest, channel, at.TS, "white_check_mark"))
		w.must(w.sim.React(anna, channel, at.TS, "heavy_check_mark"))
		want := "claim {} by U0ANNA, release {} by U0ANNA, claim {} by U0ANNA, done {} by U0GUEST, done {} by U0ANNA"
		if got := w.box.reacted(); got != strings.ReplaceAll(want, "{}", at.TS) {
			t.Errorf("heard %s", got)
		}
		before := w.box.reacted()
		w.must(w.sim.Unreact(anna, channel, at.TS, "heavy_check_mark"))
		w.must(w.sim.React(anna, channel, at.TS, "tada"))
		w.must(w.sim.Unreact(anna, channel, at.TS, "tada"))
		ts := w.say(at, "Hello")
		w.must(w.sim.React(anna, channel, ts, "eyes")) // of a person
		post, err := w.desk.Post(t.Context(), "k", at, adapters.Post{As: "Jan · Telegram", Body: conversation.Plainly("Help!")})
		w.must(err)
		w.must(w.sim.React(anna, channel, post.Place.TS, "eyes")) // of a customer
		w.must(w.desk.Mark(t.Context(), conversation.Place{Channel: channel, TS: ts}, "", "white_check_mark"))
		w.must(w.desk.Mark(t.Context(), at, "", "ballot_box_with_check"))
		if got := w.box.reacted(); got != before {
			t.Errorf("heard %s", strings.TrimPrefix(got, before))
		}
		if w.sim.Pending() != 0 {
			t.Errorf("%d events are not acknowledged", w.sim.Pending())
		}
	})
}

// Slack sends events again, twice and in any order; each act counts once, and the last one stands.
func TestReactionsComeOddly(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.sim.Duplicate(1)
		w.must(w.sim.React(anna, channel, at.TS, "eyes"))
		w.sim.HoldAcks(true)
		w.rest(time.Second)
		w.must(w.sim.Unreact(anna, channel, at.TS, "eyes"))
		w.rest(2 * time.Minute)
		w.sim.HoldAcks(false)
		w.rest(10 * time.Minute)
		if got, want := w.box.reacted(), strings.ReplaceAll("claim {} by U0ANNA, release {} by U0ANNA", "{}", at.TS); got != want {
			t.Errorf("heard %s", got)
		}
		w.sim.Reorder(2)
		w.must(w.sim.React(anna, channel, at.TS, "eyes"))
		w.rest(time.Second)
		w.must(w.sim.Unreact(anna, channel, at.TS, "eyes"))
		if p := w.box.last().Event.(conversation.Pressed); p.Action != conversation.Release {
			t.Errorf("the last that was heard is %s", p.Action)
		}
		w.box.setFail(true)
		w.must(w.sim.React(anna, channel, at.TS, "eyes"))
		w.rest(time.Minute)
		w.box.setFail(false)
		w.rest(10 * time.Minute)
		if p := w.box.last().Event.(conversation.Pressed); p.Action != conversation.Claim || w.sim.Pending() != 0 || w.sim.Lost() != 0 {
			t.Errorf("after the disk was full the last that was heard is %s; lost %d", p.Action, w.sim.Lost())
		}
	})
}

// What another bot does is nothing, as far as it is known for one; neither is what stands elsewhere.
func TestReactionsOfOthers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sim.AddUser(sim.User{ID: "U0ROBOT", Name: "robot", IsBot: true})
		w.must(w.sim.Join(channel, "U0ROBOT"))
		at := w.card()
		if _, err := w.desk.Who(t.Context(), "U0ROBOT"); err != nil {
			t.Fatal(err)
		}
		w.must(w.sim.React("U0ROBOT", channel, at.TS, "eyes"))
		w.sim.AddChannel(sim.Channel{ID: "C0OTHER", Members: []string{anna, "U0SIM"}})
		ts, err := w.sim.Say(sim.Saying{User: anna, Channel: "C0OTHER", Text: "x"})
		w.must(err)
		w.must(w.sim.React(anna, "C0OTHER", ts, "eyes"))
		if got := w.box.reacted(); got != "" {
			t.Errorf("heard %s", got)
		}
	})
}

func TestReactionEvent(t *testing.T) {
	h := &home{team: "T1", channel: "C1", botUser: "UBOT", botID: "BBOT"}
	const event = `{"type":"reaction_added","user":"U1","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"1700000000.000100"},"item_user":"UBOT","event_ts":"1700000001.000200"}`
	for _, tt := range []struct {
		name, from, to string
		want           conversation.Action
	}{
		{"as it is", "", "", conversation.Claim},
		{"taken away", "reaction_added", "reaction_removed", conversation.Release},
		{"with a tone", `"eyes"`, `"eyes::skin-tone-3"`, conversation.Claim},
		{"a check", `"eyes"`, `"white_check_mark"`, conversation.Close},
		{"another emoji", `"eyes"`, `"eyeglasses"`, ""},
		{"no emoji", `"eyes"`, `{"a":1}`, ""},
		{"on a file", `"message"`, `"file"`, ""},
		{"elsewhere", `"C1"`, `"C2"`, ""},
		{"on what a person wrote", `"item_user":"UBOT"`, `"item_user":"U2"`, ""},
		{"on what nobody wrote", `"item_user":"UBOT"`, `"x":1`, ""},
		{"by the bot", `"user":"U1"`, `"user":"UBOT"`, ""},
		{"by Slack", `"user":"U1"`, `"user":"USLACKBOT"`, ""},
		{"by nobody", `"user":"U1"`, `"user":null`, ""},
		{"by another bot", `"user":"U1"`, `"user":"U9"`, ""},
		{"at no time", `"event_ts":"1700000001.000200"`, `"event_ts":"soon"`, ""},
		{"on no message", `"1700000000.000100"`, `"x"`, ""},
		{"no item", `{"type":"message","channel":"C1","ts":"1700000000.000100"}`, `[1]`, ""},
	} {
		m, ok := readMessage([]byte(strings.Replace(event, tt.from, tt.to, 1)))
		if !ok {
			t.Fatalf("%s: not read", tt.name)
		}
		in, is := h.reaction(m, &reactions{}, func(id string) bool { return id == "U9" })
		p, _ := in.Event.(conversation.Pressed)
		if is != (tt.want != "") || p.Action != tt.want {
			t.Errorf("%s: %v %+v", tt.name, is, in)
		}
	}
}

// However the acts of a person come, the one that is heard last is the last one, and none has the id of another.
func TestReactionsKeepTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "acts")
		var seen reactions
		last, ids := time.Time{}, map[string]time.Time{}
		h := &home{channel: "C1", botUser: "UBOT"}
		for range rapid.IntRange(1, 20).Draw(t, "events") {
			act := rapid.IntRange(1, n).Draw(t, "act")
			kind := []string{"reaction_added", "reaction_removed"}[act%2]
			m, _ := readMessage(fmt.Appendf(nil, `{"type":%q,"user":"U1","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"1.0"},"item_user":"UBOT","event_ts":"%d.0"}`, kind, 100+act))
			in, is := h.reaction(m, &seen, func(string) bool { return false })
			at := timeOf(string(m.EventTS))
			if is == at.Before(last) {
				t.Fatalf("act %d after %v: %v", act, last, is)
			}
			if is {
				if was, known := ids[in.ID]; known && was != at {
					t.Fatalf("%s is the id of two acts", in.ID)
				}
				last, ids[in.ID] = at, at
			}
		}
	})
	var seen reactions
	for i := range 3 * maxReactions {
		seen.overtaken(fmt.Sprint(i), time.Now())
	}
	if len(seen.last) > maxReactions {
		t.Errorf("it remembers %d", len(seen.last))
	}
}
