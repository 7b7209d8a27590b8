package slack

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/language"
)

// Settings are the keys of [slack] in the config.
type Settings struct {
	BotToken  adapters.Secret `toml:"bot_token" doc:"The bot token of the Slack app (OAuth & Permissions)." example:"env:SLACK_BOT_TOKEN"`
	AppToken  adapters.Secret `toml:"app_token" doc:"The app-level token with the scope connections:write (Basic Information)." example:"env:SLACK_APP_TOKEN"`
	Channel   string          `toml:"channel" doc:"The channel where staff work: its name with # or its id. Invite the bot to it." example:"#webcare"`
	APIURL    string          `toml:"api_url" doc:"Where Slack's Web API is." example:"https://slack.com/api/"`
	Language  string          `toml:"language" doc:"What staff read: \"en\" for English, \"nl\" for Dutch." example:"en"`
	PostRate  float64         `toml:"post_rate" doc:"Messages a second in one Slack channel; Slack allows about 1." example:"1.0"`
	PostBurst int             `toml:"post_burst" doc:"How many messages may go at once after a quiet time." example:"5"`
}

var _ adapters.Settings = (*Settings)(nil)

// NewSettings returns the defaults.
func NewSettings() *Settings {
	return &Settings{APIURL: "https://slack.com/api/", Language: language.English.Tag, PostRate: 1, PostBurst: 5}
}

// Problems lists every mistake.
func (s *Settings) Problems() []adapters.Problem {
	var all []adapters.Problem
	add := func(key, text string) { all = append(all, adapters.Problem{Key: key, Text: text}) }
	switch token := s.BotToken.Reveal(); {
	case token == "":
		add("bot_token", "is missing; copy the Bot User OAuth Token from the Slack app's page OAuth & Permissions, it begins with xoxb-")
	case strings.HasPrefix(token, "xapp-"):
		add("bot_token", "holds the app-level token (xapp-); put the Bot User OAuth Token here, it begins with xoxb-")
	case !strings.HasPrefix(token, "xoxb-"):
		add("bot_token", "is no bot token; copy the Bot User OAuth Token from the Slack app's page OAuth & Permissions, it begins with xoxb-")
	}
	switch token := s.AppToken.Reveal(); {
	case token == "":
		add("app_token", "is missing; make an app-level token with the scope connections:write on the Slack app's page Basic Information, it begins with xapp-")
	case strings.HasPrefix(token, "xoxb-"):
		add("app_token", "holds the bot token (xoxb-); put the app-level token here, it begins with xapp-")
	case !strings.HasPrefix(token, "xapp-"):
		add("app_token", "is no app-level token; make one with the scope connections:write on the Slack app's page Basic Information, it begins with xapp-")
	}
	if strings.Trim(s.Channel, "# ") == "" {
		add("channel", `is missing; name the channel where staff work, such as "#webcare"`)
	}
	if u, err := url.Parse(s.APIURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		add("api_url", "is no web address; use https://slack.com/api/")
	}
	if language.Of(s.Language) == nil {
		add("language", `is not one that webcare speaks; use "en" for English or "nl" for Dutch`)
	}
	if s.PostRate <= 0 || s.PostRate > 1000 {
		add("post_rate", "must be more than 0 and at most 1000; 1.0 is what Slack allows")
	}
	if s.PostBurst < 1 || s.PostBurst > 1000 {
		add("post_burst", "must be at least 1 and at most 1000; 5 is safe")
	}
	return all
}

// between is the time from one message in a channel to the next; 0 = they need not be kept apart.
func (s *Settings) between() time.Duration {
	if s.PostRate <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / s.PostRate)
}

// words is the language that staff read.
func (s *Settings) words() *language.Language {
	if l := language.Of(s.Language); l != nil {
		return l
	}
	return language.English
}

// endpoint is the API's address with the slash at its end that slack-go needs.
func (s *Settings) endpoint() string { return strings.TrimRight(s.APIURL, "/") + "/" }

// channelID is the shape of a Slack channel id: C… for public channels, G… for old private ones.
func channelID(s string) bool { return regexp.MustCompile(`^[CG][A-Z0-9]{5,}$`).MatchString(s) }
