// Package webhook is the network for everything that has no adapter of its own: any system that can sign a request
// brings customers in with POST /hook/<account>, and answers go to its address in the same way. Both directions follow
// Standard Webhooks (headers webhook-id, webhook-timestamp and webhook-signature v1; HMAC-SHA256 over the raw body).
//
// A request is answered 2xx only when what it brought is stored; the same webhook-id twice is one event. An answer is
// sent with the same webhook-id at every try, so that the other side can drop the second one.
package webhook

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"webcare/adapters"
)

// Kind is this network's line in adapters/all.
func Kind() adapters.Kind {
	return adapters.Kind{Name: "webhook", Label: "Webhook", Settings: func() adapters.Settings { return new(Settings) }, New: newHook}
}

// Settings are the keys of a webhook account.
type Settings struct {
	Secret    adapters.Secret `toml:"secret" doc:"Signs both directions. Make one: echo whsec_$(openssl rand -base64 32)" example:"env:WEBHOOK_SECRET"`
	OldSecret adapters.Secret `toml:"old_secret" doc:"While the other side changes over to a new secret: the old one, still believed."`
	URL       string          `toml:"url" doc:"Where answers are posted; empty = this account only hears." example:"https://crm.example/webcare"`
}

// Problems lists every mistake.
func (s *Settings) Problems() (all []adapters.Problem) {
	for key, secret := range map[string]string{"secret": s.Secret.Reveal(), "old_secret": s.OldSecret.Reveal()} {
		if _, err := standardwebhooks.NewWebhook(secret); err != nil || len(secret) < 32 && (key == "secret" || secret != "") {
			all = append(all, adapters.Problem{Key: key, Text: "must be whsec_ and 24 bytes or more in base64; make one: echo whsec_$(openssl rand -base64 32)"})
		}
	}
	u, err := url.Parse(s.URL)
	near := err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
	if s.URL != "" && (err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && !near) {
		all = append(all, adapters.Problem{Key: "url", Text: "must be an https address without a user name in it; http only on this machine itself"})
	}
	return all
}

// hook is one account.
type hook struct {
	url     string
	secrets []*standardwebhooks.Webhook // the first one signs, each is believed
	client  *http.Client
}

var _, _ = adapters.HTTPHandler((*hook)(nil)), adapters.Keyed((*hook)(nil))

func newHook(_ string, s adapters.Settings, env adapters.Env) (adapters.Adapter, error) {
	for _, p := range s.Problems() {
		return nil, errors.New(p.Key + " " + p.Text)
	}
	set := s.(*Settings)
	h := &hook{url: set.URL, client: &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{DialContext: env.Dial, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for _, secret := range []adapters.Secret{set.Secret, set.OldSecret} {
		if w, err := standardwebhooks.NewWebhook(secret.Reveal()); err == nil && !secret.IsZero() {
			h.secrets = append(h.secrets, w)
		}
	}
	return h, nil
}
