package slack

import (
	"context"
	"encoding/json"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
)

const (
	// viewers is how many people are served at the same time, viewersWait how many may wait for it.
	viewers     = 4
	viewersWait = 64
	// viewTime bounds serving one of them: Slack waits three seconds, and so does the person.
	viewTime = 2500 * time.Millisecond
)

// counter serves people who look at a view: the forms and the list of ready answers. They wait for it, so it stands
// beside the queue of events, which may be long. Slack tells of each act once: what is not served shows as an error there
// and can simply be done again.
type counter struct {
	d     *Desk
	home  *home
	in    adapters.DeskInbox
	shelf adapters.Shelf
	words viewWords
	queue chan func(context.Context)
}

func newCounter(d *Desk, h *home, in adapters.DeskInbox) *counter {
	shelf, is := in.(adapters.Shelf)
	if !is {
		return nil
	}
	return &counter{d: d, home: h, in: in, shelf: shelf, words: newViewWords(d.settings.words()), queue: make(chan func(context.Context), viewersWait)}
}

// run serves until ctx ends.
func (c *counter) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case serve := <-c.queue:
			serve(ctx)
		}
	}
}

// wait has something served; false = too many wait.
func (c *counter) wait(serve func(context.Context)) bool {
	select {
	case c.queue <- serve:
		return true
	default:
		c.d.log.Warn("slack: too many people look at ready answers at once")
		return false
	}
}

// interaction is the payload of what a person did with a shortcut or a view.
type interaction struct {
	Type     lax `json:"type"`
	Callback lax `json:"callback_id"`
	Trigger  lax `json:"trigger_id"`
	User     struct {
		ID lax `json:"id"`
	} `json:"user"`
	Container struct {
		Type      lax `json:"type"`
		Channel   lax `json:"channel_id"`
		MessageTS lax `json:"message_ts"`
	} `json:"container"`
	Message json.RawMessage `json:"message"`
	View    struct {
		ID       lax `json:"id"`
		Callback lax `json:"callback_id"`
		Metadata lax `json:"private_metadata"`
		State    struct {
			Values json.RawMessage `json:"values"`
		} `json:"state"`
	} `json:"view"`
	Actions []pressedButton `json:"actions"`
}

// takes serves a frame where it is one for the counter; false = it goes the way of all others.
func (c *counter) takes(e envelope) bool {
	if c == nil || e.Type != "interactive" {
		return false
	}
	i := lenient[interaction](e.Payload)
	var serve func(context.Context)
	answer := func(payload any) {
		if err := e.ack(payload); err != nil {
			c.d.log.Debug("slack: an acknowledgement was lost; the person must try again", "error", err)
		}
	}
	switch {
	case i.Type == "message_action" && i.Callback == saveReady:
		serve = func(ctx context.Context) { answer(nil); c.saveMessage(ctx, i) }
	case i.Type == "block_actions" && i.Container.Type == "view":
		serve = func(ctx context.Context) { answer(nil); c.pressed(ctx, i) }
	case i.opensAnswer():
		serve = func(ctx context.Context) { answer(nil); c.write(ctx, i) }
	case i.Type == "view_submission" && i.View.Callback == answerForm:
		serve = func(ctx context.Context) { c.written(ctx, i, answer) }
	case i.Type == "view_submission" && i.View.Callback == readyForm:
		serve = func(ctx context.Context) { c.submitted(ctx, i, answer) }
	default:
		return false
	}
	c.wait(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, viewTime)
		defer cancel()
		serve(ctx)
	})
	return true
}

// opened shows the list to somebody who opened the app's home.
func (c *counter) opened(user string) {
	if c == nil || user == "" {
		return
	}
	c.wait(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, apiTimeout)
		defer cancel()
		c.publish(ctx, user, 0, "")
	})
}

// open opens a modal. A trigger that is older than three seconds opens nothing, and the person tries again.
func (c *counter) open(ctx context.Context, trigger string, v slackgo.ModalViewRequest) {
	v.Type = slackgo.VTModal
	err := c.d.ask(ctx, method{name: "views.open", direct: true}, nil, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.OpenViewContext(ctx, trigger, v)
		return err
	})
	if err != nil {
		c.d.log.Warn("slack: a form could not be opened", "error", err)
	}
}

// show publishes the home of a person.
func (c *counter) show(ctx context.Context, user string, blocks []slackgo.Block) {
	err := c.d.ask(ctx, method{name: "views.publish", direct: true}, nil, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{
			UserID: user, View: slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}},
		})
		return err
	})
	if err != nil {
		c.d.log.Warn("slack: the Home tab could not be shown; see whether it is switched on for the app, as in `webcare manifest`", "user", user, "error", err)
	}
}
