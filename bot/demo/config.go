package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// configText is the config of the demo: tokens, addresses and paths apart, it is one a company could use.
const configText = `# The config of the demo. It goes away with the demo.
[slack]
bot_token  = %q
app_token  = %q
channel    = "#%s"
api_url    = "%s/slack/api/"
language   = %q
post_rate  = 1.0
post_burst = 5

[store]
path = %q

[answer]
hold = "3s"
approve = %q
on_unsure = "ask"

[hours]
timezone = %q

[nudge]
duty = %q
lead = %q
%s
[[account]]
name    = "acme"
adapter = "telegram"
token   = %q
api_url = "%s/telegram"
reply_mode = %q
`

// fastLadder is the usual ladder, which a config without any step has, with a step at each full minute: deadlines lie on
// full minutes, so that faster steps would come together.
const fastLadder = `
[[nudge.step]]
after = "5s"
to    = ["claimer|duty"]
how   = "thread"

[[nudge.step]]
after = "1m5s"
to    = ["claimer"]
how   = "direct"

[[nudge.step]]
after = "1m5s"
to    = ["duty"]
how   = "thread"

[[nudge.step]]
after = "2m5s"
to    = ["lead"]
how   = "direct"
`

// settings are what of the config can be changed on the page; the bot is then started again.
type settings struct {
	mu  sync.Mutex
	dir string // where the config stands
	is  settingState
}

// settingState is what the page shows of the settings.
type settingState struct {
	// FourEyes: what others can read is posted by somebody else than its writer.
	FourEyes bool `json:"fourEyes"`
	// Dutch: what staff read is in Dutch.
	Dutch bool `json:"dutch"`
	// Form: an answer is written in the form behind the card's button, and what is typed in the thread stays inside.
	Form bool `json:"form"`
	// Fast: the ladder takes minutes where a real one takes an hour.
	Fast bool `json:"fast"`
}

func (s *settings) state() settingState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.is
}

// writeConfig writes the config file that the bot is started with, into dir, readable by nobody else.
func (d *demo) writeConfig(dir string) (string, error) {
	d.settings.mu.Lock()
	defer d.settings.mu.Unlock()
	d.settings.dir = dir
	return d.writeSettings(dir, d.settings.is)
}

// writeSettings writes the config with these settings.
func (d *demo) writeSettings(dir string, is settingState) (string, error) {
	approve := "anyone"
	if is.FourEyes {
		approve = "other"
	}
	language, mode := "en", ""
	if is.Dutch {
		language = "nl"
	}
	if is.Form {
		mode = "command"
	}
	steps := ""
	if is.Fast {
		steps = fastLadder
	}
	file := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf(configText, d.secrets.slackBot, d.secrets.slackApp, deskName, d.slackDoor.base(), language,
		filepath.Join(dir, "webcare.db"), approve, d.zone.String(), dutyGroup, leadUser, steps, d.secrets.telegram, d.telegramDoor.base(), mode)
	fresh := file + ".new" // in one step, since the bot may start at any moment
	err := os.WriteFile(fresh, []byte(text), 0o600)
	if err == nil {
		err = os.Rename(fresh, file)
	}
	if err != nil {
		return "", fmt.Errorf("write the demo's config: %w", err)
	}
	return file, nil
}

// changeSetting writes the config with another value and starts the bot again.
func (d *demo) changeSetting(f form) error {
	s := &d.settings
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.is
	switch name := f.of("name"); name {
	case "fourEyes":
		next.FourEyes = f.on("on")
	case "dutch":
		next.Dutch = f.on("on")
	case "form":
		next.Form = f.on("on")
	case "fast":
		next.Fast = f.on("on")
	default:
		return fmt.Errorf("there is no setting %q", name)
	}
	if s.dir == "" {
		return errors.New("there is no config yet: try again in a moment")
	}
	if next == s.is {
		return nil
	}
	if _, err := d.writeSettings(s.dir, next); err != nil {
		return err
	}
	s.is = next
	d.plug.restart()
	return nil
}
