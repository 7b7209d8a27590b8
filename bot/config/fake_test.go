package config

import (
	"net/http"
	"net/url"
	"time"

	"webcare/adapters"
)

// The settings of made-up networks, with every type of field that settings may have.

type fakeSlack struct {
	Token adapters.Secret `toml:"bot_token" doc:"The token." example:"xoxb-…"`
	Chan  string          `toml:"channel" doc:"The channel." example:"#webcare"`
	Rate  float64         `toml:"post_rate" doc:"Messages a second."`
	Burst int             `toml:"post_burst" doc:"Messages at once."`
}

func newFakeSlack() *fakeSlack { return &fakeSlack{Rate: 1, Burst: 5} }

func (s *fakeSlack) Problems() []adapters.Problem {
	var all []adapters.Problem
	if s.Token.IsZero() {
		all = append(all, adapters.Problem{Key: "bot_token", Text: "it is missing"})
	}
	if s.Rate <= 0 {
		all = append(all, adapters.Problem{Key: "post_rate", Text: "this must be more than zero"})
	}
	return all
}

type fakePigeon struct {
	Token adapters.Secret `toml:"token" doc:"The ring number." example:"env:PIGEON"`
	URL   string          `toml:"api_url" doc:"The loft."`
	Words []string        `toml:"words" doc:"Words."`
	Loud  bool            `toml:"loud" doc:"Coo."`
	Rest  time.Duration   `toml:"rest" doc:"Between flights."`
	Other int             // no tag: no key
}

func (p *fakePigeon) Problems() []adapters.Problem {
	var all []adapters.Problem
	if p.Token.IsZero() {
		all = append(all, adapters.Problem{Key: "token", Text: "it is missing"})
	}
	if u, err := url.Parse(p.URL); err != nil || u.Scheme != "https" {
		all = append(all, adapters.Problem{Key: "api_url", Text: "this must be an https address"})
	}
	return all
}

func fakeKinds() []adapters.Kind {
	return []adapters.Kind{
		{Name: "pigeon", Settings: func() adapters.Settings {
			return &fakePigeon{URL: "https://loft.example", Rest: 90 * time.Minute, Words: []string{"a", "b"}}
		}},
		{Name: "pole", Settings: func() adapters.Settings { return &fakeWire{} }, New: func(string, adapters.Settings, adapters.Env) (adapters.Adapter, error) {
			return fakePole{}, nil
		}},
		{Name: "telegraph", Settings: func() adapters.Settings { return &fakeWire{} }},
	}
}

type fakeWire struct {
	Key string `toml:"key" example:"dot"`
}

func (w *fakeWire) Problems() []adapters.Problem { return nil }

// fakePole hears by HTTP.
type fakePole struct{ adapters.Adapter }

func (fakePole) Handler(adapters.Inbox) http.Handler { return http.NotFoundHandler() }
