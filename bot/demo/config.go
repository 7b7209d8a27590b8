package demo

import (
	"fmt"
	"os"
	"path/filepath"
)

// nudgeAfter is how long a customer waits in the demo before staff are nudged; a real config says minutes.
const nudgeAfter = "15s"

// configText is the config of the demo: tokens, addresses and paths apart, it is one a company could use.
const configText = `# The config of the demo. It goes away with the demo.
[slack]
bot_token  = %q
app_token  = %q
channel    = "#%s"
api_url    = "%s/slack/api/"
post_rate  = 1.0
post_burst = 5

[store]
path = %q

[answer]
hold = "3s"
on_unsure = "ask"

[hours]
timezone = %q

[nudge]
duty = %q

[[nudge.step]]
after = %q
to    = ["claimer|duty"]
how   = "thread"

[[account]]
name    = "acme"
adapter = "telegram"
token   = %q
api_url = "%s/telegram"
`

// writeConfig writes the config file that the bot is started with, readable by nobody else.
func (d *demo) writeConfig(dir string) (string, error) {
	file := filepath.Join(dir, "config.toml")
	text := fmt.Sprintf(configText, d.secrets.slackBot, d.secrets.slackApp, deskName, d.slackDoor.base(),
		filepath.Join(dir, "webcare.db"), d.zone.String(), dutyGroup, nudgeAfter, d.secrets.telegram, d.telegramDoor.base())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write the demo's config: %w", err)
	}
	return file, nil
}
