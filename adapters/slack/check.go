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
	var all []adapters.Finding
	ok := func(format string, args ...any) {
		all = append(all, adapters.Finding{Level: "ok", Text: fmt.Sprintf(format, args...)})
	}
	fail := func(format string, args ...any) {
		all = append(all, adapters.Finding{Level: "fail", Text: fmt.Sprintf(format, args...)})
	}
	h, err := d.self(ctx)
	if err != nil {
		fail("Slack bot_token: %v", cause(err))
	} else {
		ok("Slack bot_token: the bot @%s in the workspace %s", label(h.name), label(h.teamName))
		all = append(all, missing(h.scopes)...)
	}
	err = d.ask(ctx, again("apps.connections.open"), nil, func(ctx context.Context, api *slackgo.Client) error {
		_, _, err := api.StartSocketModeContext(ctx)
		return err
	})
	if err == nil {
		ok("Slack app_token: Socket Mode opens")
	} else if e := socketTrouble(slackgo.SlackErrorResponse{Err: code(err)}); e != nil {
		fail("Slack app_token: %v", e.Err)
	} else {
		fail("Slack app_token: %v", cause(err))
	}
	if h == nil {
		return all
	}
	if err = d.channel(ctx, h); err == nil {
		err = h.fit()
	}
	if err != nil {
		fail("Slack channel: %v", cause(err))
		return all
	}
	ok("Slack channel: #%s (%s), and the bot is in it", label(h.channelName), h.channel)
	if !live {
		return all
	}
	if err := d.roundTrip(ctx, h); err != nil {
		fail("Slack round trip: %v", cause(err))
	} else {
		ok("Slack round trip: posted, found again by its id, deleted")
	}
	return all
}

// cause is the error without our own classification.
func cause(err error) error {
	if e, ok := err.(*adapters.SendError); ok && e.Err != nil {
		return e.Err
	}
	return err
}

// missing names each scope that the token lacks.
func missing(have []string) []adapters.Finding {
	if len(have) == 0 {
		return []adapters.Finding{{Level: "warn", Text: "Slack scopes: Slack does not tell which the bot has; compare the app with `webcare manifest`"}}
	}
	var all []adapters.Finding
	for _, s := range scopes() {
		if !slices.Contains(have, s.name) {
			all = append(all, adapters.Finding{Level: "fail", Text: "Slack scopes: " + s.name + " is missing, without which the bot cannot " + s.why +
				"; add it on the app's page OAuth & Permissions and install the app again"})
		}
	}
	if len(all) == 0 {
		return []adapters.Finding{{Level: "ok", Text: "Slack scopes: all there"}}
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
	if err == nil && (!there || found != at) {
		err = errors.New("the post could not be found by its id, so that one of unknown fate could be shown twice; see whether the app may read the channel's history")
	}
	return at, err
}
