package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Check proves that the desk works: both tokens, the scopes, the channel, and with live one round trip that posts a
// line, finds it by its key and deletes it. Each finding is a sentence that says what to do.
func (d *Desk) Check(ctx context.Context, live bool) []adapters.Finding {
	h, all := d.checkBot(ctx)
	all = append(all, d.checkApp(ctx))
	if h == nil {
		return all
	}
	err := d.channel(ctx, h)
	if err == nil {
		err = h.fit()
	}
	if err != nil {
		f := wrong("the channel", err)
		if f.Level == adapters.Fail {
			f.Text = cause(err).Error() // which names the channel
		}
		return append(all, f)
	}
	all = append(all, right("the channel #%s is there (%s), and the bot is in it", label(h.channelName), h.channel))
	if !live {
		return all
	}
	if err := d.roundTrip(ctx, h); err != nil {
		return append(all, wrong("a trial message", err))
	}
	return append(all, right("a trial message was posted, found again by its id, and deleted"))
}

// checkBot finds out who the bot token belongs to and what it may do; nil where that cannot be known.
func (d *Desk) checkBot(ctx context.Context) (*home, []adapters.Finding) {
	h, err := d.self(ctx)
	if err != nil {
		return nil, []adapters.Finding{wrong("bot_token", err)}
	}
	who := right("bot_token belongs to the bot @%s in the workspace %s", label(h.name), label(h.teamName))
	return h, append([]adapters.Finding{who}, missing(h.scopes)...)
}

// checkApp finds out whether the app token opens Socket Mode.
func (d *Desk) checkApp(ctx context.Context) adapters.Finding {
	err := d.ask(ctx, again("apps.connections.open"), nil, func(ctx context.Context, api *slackgo.Client) error {
		_, _, err := api.StartSocketModeContext(ctx)
		return err
	})
	if err == nil {
		return right("app_token opens Socket Mode")
	}
	if e := socketTrouble(slackgo.SlackErrorResponse{Err: code(err)}); e != nil {
		err = e
	}
	return wrong("app_token", err)
}

func right(format string, args ...any) adapters.Finding {
	return adapters.Finding{Level: adapters.Fine, Text: fmt.Sprintf(format, args...)}
}

// wrong tells what is wrong with something. Where Slack could not be asked, nothing is known.
func wrong(what string, err error) adapters.Finding {
	text := cause(err).Error()
	if e, is := errors.AsType[*adapters.SendError](err); is {
		switch e.Reason {
		case conversation.Down, conversation.Lost, conversation.Busy:
			return adapters.Finding{Level: adapters.Down, Text: what + " could not be tried, because Slack cannot be asked now; look at api_url and at the network, and try again (" + text + ")"}
		}
	}
	return adapters.Finding{Level: adapters.Fail, Text: what + ": " + text}
}

// cause is the error without our own classification.
func cause(err error) error {
	if e, ok := errors.AsType[*adapters.SendError](err); ok && e.Err != nil {
		return e.Err
	}
	return err
}

// missing names each scope that the token lacks.
func missing(have []string) []adapters.Finding {
	if len(have) == 0 {
		return []adapters.Finding{{Level: adapters.Warn, Text: "Slack does not tell which scopes the bot has; compare the app with `webcare manifest`"}}
	}
	var all []adapters.Finding
	for _, s := range scopes() {
		if !slices.Contains(have, s.name) {
			level := adapters.Fail
			if s.minor {
				level = adapters.Warn
			}
			all = append(all, adapters.Finding{Level: level, Text: "the scope " + s.name + " is missing, without which the bot cannot " + s.why +
				"; add it on the app's page OAuth & Permissions and install the app again"})
		}
	}
	if len(all) == 0 {
		return []adapters.Finding{right("the bot has every scope it needs")}
	}
	return all
}

// roundTrip posts a line and a reply to it, looks both up and deletes them.
func (d *Desk) roundTrip(ctx context.Context, h *home) error {
	d.home.known.Store(h)
	began := time.Now()
	key := "check." + strings.ReplaceAll(stamp(began), ".", "")
	root, err := d.probe(ctx, key, conversation.Place{}, began)
	if root.IsZero() {
		return err
	}
	if err == nil {
		var reply conversation.Place
		if reply, err = d.probe(ctx, key+".reply", root, began); !reply.IsZero() {
			err = errors.Join(err, d.Delete(ctx, reply))
		}
	}
	return errors.Join(err, d.Delete(ctx, root))
}

// probe posts and looks up.
func (d *Desk) probe(ctx context.Context, key string, thread conversation.Place, began time.Time) (conversation.Place, error) {
	at, err := d.Post(ctx, key, thread, adapters.Post{Body: conversation.Plainly("webcare check: this line is deleted at once.")})
	if err != nil {
		return conversation.Place{}, err
	}
	found, there, err := d.Find(ctx, key, thread, began)
	if err == nil && (!there || found.Place != at.Place) {
		err = errors.New("the post could not be found by its id, so that one of unknown fate could be shown twice; see whether the app may read the channel's history")
	}
	return at.Place, err
}
