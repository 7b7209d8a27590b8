package slack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// shape is an event as Slack sends it, and what it must become: answer, note (its writer may not speak), untold (a note whose writer Slack cannot tell), asks, empty,
// edit, deletion, gone (the card was deleted), parked (in a thread that is not known), nothing.
type shape struct {
	Name, Becomes string
	Event         json.RawMessage
}

func shapes(t *testing.T) []shape {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "messages.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []shape
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// filled is the event with its placeholders filled in.
func (s shape) filled(t *testing.T, thread, sent string, at time.Time) map[string]any {
	t.Helper()
	var event map[string]any
	text := strings.NewReplacer(
		"{team}", "T0SIM", "{channel}", channel, "{other}", "C0OTHER", "{staff}", anna, "{guest}", guest, "{bot}", "U0SIM", "{bot_id}", "B0SIM",
		"{thread}", thread, "{sent}", sent, "{ts}", stamp(at), "{later}", stamp(at.Add(time.Second)), "{before}", "before", "{text}", "the text",
	).Replace(string(s.Event))
	if err := json.Unmarshal([]byte(text), &event); err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return event
}

// kindOfEvent says what was heard.
func kindOfEvent(in adapters.Incoming) string {
	switch e := in.Event.(type) {
	case conversation.Wrote:
		return "wrote " + e.Message.Text.Plain + e.Message.Unknown + " by " + in.By
	case conversation.Rewrote:
		return "rewrote " + e.Message.Text.Plain + " by " + in.By
	case conversation.Unwrote:
		return "unwrote"
	case conversation.CardGone:
		return "gone"
	}
	return fmt.Sprintf("%T", in.Event)
}

// TestShapesOfMessages: of all that Slack sends only what a person types, changes or deletes in a thread is heard, and
// that once, however often it is delivered.
func TestShapesOfMessages(t *testing.T) {
	all := shapes(t)
	if len(all) < 45 {
		t.Errorf("only %d shapes", len(all))
	}
	inWorld(t, func(t *testing.T, w *world) {
		w.sim.AddChannel(sim.Channel{ID: "C0OTHER", Name: "other", Members: []string{anna, "U0SIM"}})
		play := func(s shape, inThread bool) {
			t.Helper()
			at := w.card()
			sent := w.say(at, "before")
			w.rest(10 * time.Second)
			n := len(w.box.heard)
			event := s.filled(t, at.TS, sent, time.Now())
			if inThread {
				event["thread_ts"] = at.TS
			}
			w.sim.Duplicate(1)
			w.sim.SendEvent(event)
			w.sim.SendEvent(event)
			w.rest(time.Second)
			want := map[string]string{
				"answer": "wrote the text by " + anna, "parked": "wrote the text by " + anna, "edit": "rewrote the text by " + anna, "deletion": "unwrote", "gone": "gone",
				"asks": "wrote @webcare the text by " + anna, "empty": "wrote attachment by " + anna,
			}[s.Becomes]
			if s.Becomes == "note" || s.Becomes == "untold" {
				want = "wrote the text by " + event["user"].(string)
				if _, foreign := event["source_team"]; foreign {
					want += "@T0OTHER"
				}
			}
			if event["subtype"] == "message_deleted" && event["previous_message"] == nil && event["channel"] == channel {
				want = "unwrote" // what it was the bot finds out
			}
			var got []string
			for _, in := range w.box.heard[n:] {
				got = append(got, kindOfEvent(in))
			}
			if strings.Join(got, "; ") != want {
				t.Errorf("%s (in the thread: %v): heard %q, want %q", s.Name, inThread, got, want)
			}
		}
		for _, s := range all {
			play(s, false)
			event := s.filled(t, "", "", time.Now())
			switch event["subtype"] {
			case nil, "message_changed", "message_deleted", "file_share", "thread_broadcast", "":
			default: // it is the subtype that counts, not that it stands in no thread
				play(s, true)
			}
		}
		if w.sim.Pending() != 0 || w.sim.Lost() != 0 {
			t.Errorf("%d events are not acknowledged, %d were given up", w.sim.Pending(), w.sim.Lost())
		}
	})
}

// extras are keys that Slack's published shapes leave out; the documentation of each event has them.
var extras = []string{
	"app_id", "assistant_app_thread", "bot_link", "comment", "file", "file_id", "is_ephemeral", "item_type", "language", "no_notifications", "permalink", "reply_count",
	"room", "source_team", "user_team", "x_files",
}

// TestShapesAreSlacks compares the shapes with those that Slack publishes: each subtype there is played, and no key is
// made up. The folder comes from WEBCARE_REFERENCE_DATA; only its keys count.
func TestShapesAreSlacks(t *testing.T) {
	dir := os.Getenv("WEBCARE_REFERENCE_DATA")
	if dir == "" {
		t.Skip("WEBCARE_REFERENCE_DATA is not set: the shapes of messages are not compared with Slack's")
	}
	files, err := filepath.Glob(filepath.Join(dir, "slack-events", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no shapes: %v", err)
	}
	known, subtypes := map[string]bool{}, map[string]bool{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Event map[string]any }
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key := range c.Event {
			known[key] = true
		}
		if sub, _ := c.Event["subtype"].(string); c.Event["type"] == "message" {
			subtypes[sub] = true
		}
	}
	for _, s := range shapes(t) {
		event := s.filled(t, "1.1", "1.2", time.Now())
		sub, _ := event["subtype"].(string)
		delete(subtypes, sub)
		for key := range event {
			if !known[key] && !slices.Contains(extras, key) {
				t.Errorf("%s has %q, which Slack's events have not", s.Name, key)
			}
		}
	}
	for sub := range subtypes {
		t.Errorf("no shape of the subtype %q", sub)
	}
}
