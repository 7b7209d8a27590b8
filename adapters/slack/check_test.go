package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*sim.Sim)
		want   []string // part of each finding that is not ok
	}{
		{"all well", func(*sim.Sim) {}, nil},
		{"scopes missing", func(s *sim.Sim) { s.MissingScope("files:read"); s.MissingScope("reactions:write") }, []string{"reactions:write is missing", "files:read is missing"}},
		{"minor scopes missing", func(s *sim.Sim) {
			s.MissingScope("commands")
			s.MissingScope("reactions:read")
			s.MissingScope("dnd:read")
		}, []string{"commands is missing", "reactions:read is missing", "dnd:read is missing"}},
		{"dead bot token", func(s *sim.Sim) { s.RevokeToken("") }, []string{"bot_token", "app_token"}},
		{"dead app token", func(s *sim.Sim) {
			s.Fail(sim.Fault{Method: "apps.connections.open", Kind: sim.Refuse, Code: "invalid_auth"})
		}, []string{"app-level token"}},
		{"not in the channel", func(s *sim.Sim) { _ = s.Kick(channel, "U0SIM") }, []string{"type there: /invite @webcare"}},
		{"archived", func(s *sim.Sim) { _ = s.Archive(channel, true) }, []string{"archived"}},
		{"shared", func(s *sim.Sim) { _ = s.Share(channel, true) }, []string{"outside the company"}},
		{"cannot be looked up", func(s *sim.Sim) { s.MissingScope("channels:history") }, []string{"channels:history is missing", "a trial message"}},
		{"down", func(s *sim.Sim) { s.Down(true) }, []string{"503", "503"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
				tt.change(w.sim)
				var bad []string
				all := w.desk.Check(t.Context(), true)
				for _, f := range all {
					if f.Level != "ok" {
						bad = append(bad, f.Text)
					}
					if minor := regexp.MustCompile("scope (commands|reactions:read|dnd:read) ").MatchString(f.Text); minor != (f.Level == adapters.Warn) {
						t.Errorf("%q is %s", f.Text, f.Level)
					}
					if strings.Contains(f.Text, "xoxb-") || strings.Contains(f.Text, "xapp-sim") {
						t.Errorf("a token in %q", f.Text)
					}
				}
				if len(bad) != len(tt.want) {
					t.Fatalf("findings %q, want %q", bad, tt.want)
				}
				for i, want := range tt.want {
					if !strings.Contains(bad[i], want) {
						t.Errorf("finding %q, want %q in it", bad[i], want)
					}
				}
				if len(tt.want) == 0 && len(all) != 5 {
					t.Errorf("findings %+v", all)
				}
				if left := w.sim.Messages(channel); len(left) > 0 && tt.name != "not in the channel" {
					t.Errorf("left behind: %+v", left)
				}
			})
		})
	}
}

func TestManifest(t *testing.T) {
	folder := os.Getenv("WEBCARE_REFERENCE_DATA")
	if folder == "" {
		t.Skip("WEBCARE_REFERENCE_DATA is not set: the manifest is not checked against Slack's schema")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "slack-manifest.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) {
		return regexp.Compile(strings.ReplaceAll(s, `(?![\.\-])`, "")) // a look-ahead, which Go has not; of domains, which we have not
	})
	if err := c.AddResource("manifest.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range language.All {
		ours, err := jsonschema.UnmarshalJSON(bytes.NewReader(Manifest(l)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(ours); err != nil {
			t.Errorf("%s: %v", l.Tag, err)
		}
	}
	var wrong map[string]any
	if err := json.Unmarshal(Manifest(language.English), &wrong); err != nil {
		t.Fatal(err)
	}
	wrong["settings"].(map[string]any)["socket_mode_enabled"] = "yes"
	if schema.Validate(wrong) == nil {
		t.Error("the schema takes a manifest that is wrong")
	}
}

// The manifest asks for what the desk uses, and names it by words that Slack takes.
func TestManifestNames(t *testing.T) {
	for _, l := range language.All {
		var m struct {
			Features struct {
				Shortcuts []struct {
					Name, Description string
					Callback          string `json:"callback_id"`
				}
				Commands []struct {
					Command, Description string
					Hint                 string `json:"usage_hint"`
					Escape               bool   `json:"should_escape"`
				} `json:"slash_commands"`
			}
			OAuth    struct{ Scopes struct{ Bot []string } } `json:"oauth_config"`
			Settings struct {
				Subscriptions struct {
					Bot []string `json:"bot_events"`
				} `json:"event_subscriptions"`
			}
		}
		if err := json.Unmarshal(Manifest(l), &m); err != nil {
			t.Fatal(err)
		}
		var callbacks []string
		for _, s := range m.Features.Shortcuts {
			callbacks = append(callbacks, s.Callback)
			if n := utf8.RuneCountInString(s.Name); n == 0 || n > 24 || s.Description == "" {
				t.Errorf("%s: a shortcut is called %q", l.Tag, s.Name)
			}
		}
		if !slices.Equal(callbacks, []string{handOver, saveReady}) {
			t.Errorf("shortcuts %q", callbacks)
		}
		if c := m.Features.Commands; len(c) != 1 || c[0].Command != "/webcare" || !c[0].Escape || c[0].Hint == "" || c[0].Description == "" {
			t.Errorf("%s: commands %+v", l.Tag, c)
		}
		for _, scope := range []string{"reactions:read", "dnd:read", "commands"} {
			if !slices.Contains(m.OAuth.Scopes.Bot, scope) {
				t.Errorf("no scope %s", scope)
			}
		}
		for _, event := range []string{"reaction_added", "reaction_removed", "app_home_opened"} {
			if !slices.Contains(m.Settings.Subscriptions.Bot, event) {
				t.Errorf("no event %s", event)
			}
		}
		for _, k := range []language.Key{
			"view.moment", "view.hand_over", "view.next", "view.title", "view.cancel", "view.close", language.Action(conversation.Snooze), language.Action(conversation.HandOver),
		} {
			if n := utf8.RuneCountInString(l.Say(k)); n > 24 {
				t.Errorf("%s: %s is longer than a title or button of a form may be", l.Tag, k)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	good := func() *Settings {
		s := NewSettings()
		s.BotToken, s.AppToken, s.Channel = adapters.NewSecret("xoxb-1"), adapters.NewSecret("xapp-1"), "#webcare"
		return s
	}
	for _, tt := range []struct {
		name   string
		change func(*Settings)
		want   string
	}{
		{"good", func(*Settings) {}, ""},
		{"nothing", func(s *Settings) { *s = Settings{} }, "bot_token app_token channel api_url language post_rate post_burst"},
		{"tokens swapped", func(s *Settings) { s.BotToken, s.AppToken = s.AppToken, s.BotToken }, "bot_token app_token"},
		{"other tokens", func(s *Settings) { s.BotToken, s.AppToken = adapters.NewSecret("abc"), adapters.NewSecret("def") }, "bot_token app_token"},
		{"channel of signs", func(s *Settings) { s.Channel = " # " }, "channel"},
		{"no address", func(s *Settings) { s.APIURL = "slack.com/api" }, "api_url"},
		{"too fast", func(s *Settings) { s.PostRate, s.PostBurst = 1e6, 1e6 }, "post_rate post_burst"},
	} {
		s := good()
		tt.change(s)
		var keys []string
		for _, p := range s.Problems() {
			keys = append(keys, p.Key)
			if strings.Contains(p.Text, "abc") || strings.Contains(p.Text, "xoxb-1") {
				t.Errorf("%s: a secret in %q", tt.name, p.Text)
			}
		}
		if got := strings.Join(keys, " "); got != tt.want {
			t.Errorf("%s: problems with %q, want %q", tt.name, got, tt.want)
		}
		if _, err := New(s, adapters.Env{}); (err == nil) != (tt.want == "") {
			t.Errorf("%s: New says %v", tt.name, err)
		}
	}
}
