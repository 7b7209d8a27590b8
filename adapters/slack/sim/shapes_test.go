package sim_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"webcare/adapters/slack/sim"
)

// TestEventsUseKnownKeysOnly compares every event that the sim emits with published shapes of Slack's events. The
// folder of shapes comes from WEBCARE_REFERENCE_DATA. Only the keys count: the shapes hold placeholders.
func TestEventsUseKnownKeysOnly(t *testing.T) {
	data := os.Getenv("WEBCARE_REFERENCE_DATA")
	if data == "" {
		t.Skip("WEBCARE_REFERENCE_DATA is not set: the shapes of Slack's events are not compared")
	}
	known := knownPaths(t, filepath.Join(data, "slack-events"))
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		everything(t, b)
		seen := map[string]bool{}
		for _, e := range k.events() {
			var frame struct{ Payload map[string]any }
			if err := json.Unmarshal(e.raw, &frame); err != nil {
				t.Fatal(err)
			}
			kind := e.Payload.Event["type"].(string)
			sub, _ := e.Payload.Event["subtype"].(string)
			seen[kind+"/"+sub] = true
			for _, path := range paths("", frame.Payload, nil) {
				if !known[kind][path] && !known[kind][whole(path)] {
					t.Errorf("%s/%s has %s, which Slack's events have not", kind, sub, path)
				}
			}
		}
		t.Logf("compared: %v", seen)
		if len(seen) < 20 {
			t.Errorf("only %d kinds of event were seen: %v", len(seen), seen)
		}
	})
}

// whole is the path of a message inside another event as if it stood alone: a file_share that was edited has files.
func whole(path string) string {
	for _, inside := range []string{".event.message.", ".event.previous_message.", ".event.root."} {
		if rest, ok := strings.CutPrefix(path, inside); ok {
			return ".event." + rest
		}
	}
	return path
}

// everything makes the sim emit every kind of event.
func everything(t *testing.T, b *bench) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	root := b.post("text", "card", "blocks", cardBlocks)
	b.post("text", "under a name", "thread_ts", root, "username", "Jan", "icon_url", "https://example.com/i.png")
	ts := b.say(sim.Saying{Text: "*hi* <@U0SIM> https://example.com :wave:", ThreadTS: root})
	b.say(sim.Saying{Text: "pic", ThreadTS: root, Files: []sim.Upload{{Name: "a.png", Content: []byte("x")}}})
	b.say(sim.Saying{Text: "for all", ThreadTS: root, Broadcast: true})
	b.say(sim.Saying{Text: "waves", Subtype: "me_message"})
	check(b.Edit("UANN", "CDESK", ts, "- changed\n- twice"))
	b.must("chat.update", "channel", "CDESK", "ts", root, "text", "new")
	check(b.React("UBOB", "CDESK", ts, "eyes"))
	check(b.Unreact("UBOB", "CDESK", ts, "eyes"))
	check(b.Delete("CDESK", ts))
	check(b.Delete("CDESK", root))
	b.AddUser(sim.User{ID: "UNEW", Name: "new", Email: "new@example.com"})
	check(b.Join("CDESK", "UNEW"))
	check(b.Kick("CDESK", "UNEW"))
	check(b.Rename("CDESK", "service"))
	check(b.Share("CDESK", true))
	check(b.Share("CDESK", false))
	check(b.OpenHome("UANN"))
	b.AddUser(sim.User{ID: "UNEW", Name: "newer"})
	b.AddUser(sim.User{ID: "UNEW", Name: "newer", Deleted: true})
	b.AddChannel(sim.Channel{ID: "CPRIV", Private: true, Members: []string{"U0SIM", "UANN"}})
	check(b.ChangeChannelID("CPRIV", "CPRIV2"))
	check(b.Archive("CPRIV2", true))
	check(b.Archive("CDESK", true))
	b.RevokeToken("")
}

// paths lists the keys of a JSON value, with lists as [] and with the kinds of blocks and elements told apart by
// their own keys only: everything below blocks is checked as one.
func paths(at string, v any, all []string) []string {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			path := at + "." + k
			if k == "blocks" || k == "view" || strings.HasSuffix(at, ".shares") {
				all = append(all, path)
				continue
			}
			all = paths(path, inner, append(all, path))
		}
	case []any:
		for _, inner := range v {
			all = paths(at+"[]", inner, all)
		}
	}
	return all
}

// knownPaths reads the shapes, by type of event. All subtypes of message share one set, since Slack's shapes of one
// leave out what those of another show; what an event wraps is taken from all.
func knownPaths(t *testing.T, folder string) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no shapes in WEBCARE_REFERENCE_DATA/slack-events: %v", err)
	}
	byKind, outer := map[string]map[string]bool{}, map[string]bool{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var payload map[string]any
		if err := json.Unmarshal(text, &payload); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		event, _ := payload["event"].(map[string]any)
		kind := fmt.Sprint(event["type"])
		if byKind[kind] == nil {
			byKind[kind] = map[string]bool{}
		}
		for _, path := range paths("", payload, nil) {
			byKind[kind][path] = true
			if !strings.HasPrefix(path, ".event.") {
				outer[path] = true
			}
		}
	}
	for _, set := range byKind {
		for path := range outer {
			set[path] = true
		}
	}
	return byKind
}
