package telegram

import (
	"net/url"
	"regexp"
	"slices"

	"webcare/adapters"
)

// Name is what the config calls this kind of network.
const Name = "telegram"

// Settings are the keys of one [[account]] with adapter = "telegram".
type Settings struct {
	Token    adapters.Secret `toml:"token" doc:"The token of the bot, from @BotFather." example:"123456:…"`
	APIURL   string          `toml:"api_url" doc:"Where the Bot API is."`
	Keywords []string        `toml:"keywords" doc:"Words that make a message in a group one for us, besides a mention of the bot and a reply to it."`
	Business []string        `toml:"business" doc:"Whose own account the bot may answer for (Telegram Business): user names or numeric ids. Others who connect the bot to theirs are not heard."`
}

// Kind lists this adapter in adapters/all.
func Kind() adapters.Kind {
	return adapters.Kind{
		Name:     Name,
		Label:    "Telegram",
		Settings: func() adapters.Settings { return &Settings{APIURL: "https://api.telegram.org"} },
		New: func(account string, s adapters.Settings, env adapters.Env) (adapters.Adapter, error) {
			return New(account, s.(*Settings), env)
		},
	}
}

var tokenForm = regexp.MustCompile(`^[0-9]+:[^\s/?#]+$`)

// Problems lists what is wrong with the settings.
func (s *Settings) Problems() []adapters.Problem {
	var out []adapters.Problem
	switch {
	case s.Token.IsZero():
		out = append(out, adapters.Problem{Key: "token", Text: "is missing: ask @BotFather on Telegram for one"})
	case !tokenForm.MatchString(s.Token.Reveal()):
		out = append(out, adapters.Problem{Key: "token", Text: "is no bot token: it looks like 123456:ABC-DEF, a number, a colon and letters"})
	}
	u, err := url.Parse(s.APIURL)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		out = append(out, adapters.Problem{Key: "api_url", Text: "must be an address such as https://api.telegram.org"})
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		out = append(out, adapters.Problem{Key: "api_url", Text: "must have no user name, no ? and no #"})
	}
	if slices.Contains(s.Keywords, "") {
		out = append(out, adapters.Problem{Key: "keywords", Text: "has an empty word, which would make every message one for us"})
	}
	return out
}
