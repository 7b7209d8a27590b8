package telegram

import (
	"context"
	"fmt"
	"net/http"

	"webcare/adapters"
)

// Check asks Telegram who the bot is and what stands in its way.
func (t *Telegram) Check(ctx context.Context) []adapters.Finding {
	var me self
	if err := t.ask(ctx, "getMe", map[string]any{}, &me); err != nil {
		return []adapters.Finding{problem(err)}
	}
	out := []adapters.Finding{{Level: adapters.Fine, Text: fmt.Sprintf("the token belongs to the bot @%s", me.Username)}}
	if !me.ReadsGroups {
		out = append(out, adapters.Finding{Level: adapters.Warn, Text: "privacy mode is on, so that in groups the bot hears replies to it but may miss mentions and comments: where it should hear them, make it an administrator of the group, or turn privacy mode off with /setprivacy at @BotFather and add the bot anew"})
	}
	if len(t.settings.Business) > 0 && !me.CanBusiness {
		out = append(out, adapters.Finding{Level: adapters.Warn, Text: "business accounts are listed, but the bot cannot be connected to any: turn business mode on with /mybots at @BotFather"})
	}
	var hook struct {
		URL     string `json:"url"`
		Pending int    `json:"pending_update_count"`
	}
	if err := t.ask(ctx, "getWebhookInfo", map[string]any{}, &hook); err != nil {
		return append(out, problem(err))
	}
	if hook.URL != "" {
		return append(out, adapters.Finding{Level: adapters.Fail, Text: "another program has set a webhook for this bot, so that it cannot be polled: end it there (deleteWebhook), or make a bot for each program"})
	}
	if hook.Pending > 0 {
		out = append(out, adapters.Finding{Level: adapters.Fine, Text: fmt.Sprintf("%d updates of customers wait to be heard", hook.Pending)})
	}
	return out
}

// Ping asks Telegram who the bot is, see adapters.Pinger.
func (t *Telegram) Ping(ctx context.Context) error {
	if err := t.ask(ctx, "getMe", map[string]any{}, nil); err != nil {
		return plain(err)
	}
	return nil
}

// problem is a finding that says what to do. Only a clear no of Telegram is a fault of ours.
func problem(err error) adapters.Finding {
	f, is := asFault(err)
	switch {
	case is && f.code == http.StatusTooManyRequests, is && f.code >= 500:
		return adapters.Finding{Level: adapters.Down, Text: "Telegram does not serve us at the moment, so nothing is known about the token; try again later: " + err.Error()}
	case is:
		return adapters.Finding{Level: adapters.Fail, Text: plain(err).Err.Error()}
	}
	return adapters.Finding{Level: adapters.Down, Text: "Telegram cannot be reached, so nothing is known about the token; look at api_url and at the network: " + err.Error()}
}
