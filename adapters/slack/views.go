package slack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

const (
	// viewers is how many people are served at the same time, viewersWait how many may wait for it.
	viewers     = 4
	viewersWait = 64
	// viewTime bounds serving one of them: Slack waits three seconds, and so does the person.
	viewTime = 2500 * time.Millisecond
)

// counter serves people who look at a view: the queue, the list of ready answers, the forms. They wait for it, so it
// stands beside the queue of events, which may be long. Slack tells of each act once: what is not served shows as an error
// there and can simply be done again.
type counter struct {
	d     *Desk
	home  *home
	in    adapters.DeskInbox
	shelf adapters.Shelf // nil = there are no ready answers
	board adapters.Board // nil = there is no queue to show
	words viewWords
	queue chan func(context.Context)
	// visitors are those who looked at the Home tab; changed has one waiting sign that the queue is another one.
	visitors visitors
	changed  chan struct{}
}

// newCounter looks what the inbox is, besides one; nil where there is nothing to serve.
func newCounter(d *Desk, h *home, in adapters.DeskInbox) *counter {
	c := &counter{d: d, home: h, in: in, words: newViewWords(d.settings.words()), queue: make(chan func(context.Context), viewersWait), changed: make(chan struct{}, 1)}
	c.shelf, _ = in.(adapters.Shelf)
	c.board, _ = in.(adapters.Board)
	if c.shelf == nil && c.board == nil {
		return nil
	}
	return c
}

// admit says whether a person is served.
func (c *counter) admit(ctx context.Context, by string) error {
	if c.board != nil {
		return c.board.Admit(ctx, by)
	}
	return c.shelf.Admit(ctx, by)
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
		c.d.log.Warn("slack: too many people look at views at once")
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
		ThreadTS  lax `json:"thread_ts"`
	} `json:"container"`
	Channel struct {
		ID lax `json:"id"`
	} `json:"channel"`
	MessageTS lax             `json:"message_ts"`
	Message   json.RawMessage `json:"message"`
	View      struct {
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
	if c == nil {
		return false
	}
	answer := func(payload any) {
		if err := e.ack(payload); err != nil {
			c.d.log.Debug("slack: an acknowledgement was lost; the person must try again", "error", err)
		}
	}
	switch {
	case e.Type == "slash_commands" && c.board != nil:
		c.command(e, answer)
		return true
	case e.Type != "interactive":
		return false
	}
	i := lenient[interaction](e.Payload)
	serve := c.forReady(i, answer)
	if serve == nil {
		serve = c.forQueue(i, answer)
	}
	switch {
	case serve != nil:
	case i.Type == "block_actions" && i.Container.Type == "view":
		serve = func(ctx context.Context) { answer(nil); c.pressed(ctx, i) }
	case i.opensAnswer():
		serve = func(ctx context.Context) { answer(nil); c.write(ctx, i) }
	case i.Type == "view_submission" && i.View.Callback == answerForm:
		serve = func(ctx context.Context) { c.written(ctx, i, answer) }
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

// forReady is how what somebody did about ready answers is served; nil = it is about something else.
func (c *counter) forReady(i interaction, answer func(any)) func(context.Context) {
	switch {
	case c.shelf == nil:
	case i.Type == "message_action" && i.Callback == saveReady:
		return func(ctx context.Context) { answer(nil); c.saveMessage(ctx, i) }
	case i.Type == "view_submission" && i.View.Callback == readyForm:
		return func(ctx context.Context) { c.submitted(ctx, i, answer) }
	}
	return nil
}

// forQueue is the same for the queue and for customers in it.
func (c *counter) forQueue(i interaction, answer func(any)) func(context.Context) {
	switch {
	case c.board == nil:
	case i.Type == "message_action" && i.Callback == handOver:
		return func(ctx context.Context) { answer(nil); c.handOver(ctx, i) }
	case i.Type == "view_submission" && i.View.Callback == handOver:
		return func(ctx context.Context) { c.handedOver(ctx, i, answer) }
	case i.opensMoment():
		return func(ctx context.Context) { answer(nil); c.askMoment(ctx, i) }
	case i.Type == "view_submission" && i.View.Callback == momentForm:
		return func(ctx context.Context) { c.moment(ctx, i, answer) }
	case i.Type == "view_submission" && i.View.Callback == untilForm:
		return func(ctx context.Context) { c.putAside(ctx, i, answer) }
	}
	return nil
}

// thread is the thread in which somebody used a button or a shortcut; zero = in another channel than the desk.
func (c *counter) thread(i interaction) conversation.Place {
	if channel := first(i.Container.Channel, i.Channel.ID, lax(c.home.channel)); string(channel) != c.home.channel {
		return conversation.Place{}
	}
	on := lenient[message](i.Message)
	ts := first(on.ThreadTS, i.Container.ThreadTS, on.TS, i.Container.MessageTS, i.MessageTS)
	return conversation.Place{Team: c.home.team, Channel: c.home.channel, TS: string(ts)}
}

// why says in a sentence why something about the queue was not done.
func (c *counter) why(err error) string {
	if o, is := errors.AsType[*adapters.Objections](err); is {
		return o.Error()
	}
	c.d.log.Warn("slack: what somebody asked for in a view could not be done; they were told", "error", err)
	return c.words.in.Say("view.not_done")
}

// typed is what stands in a field of a form that was sent.
func (i interaction) typed(block string) field {
	fields := lenient[map[string]json.RawMessage](i.View.State.Values)
	return lenient[map[string]field](fields[block])[fieldElement]
}

// objects shows what is wrong beside a field of a form, which stays open.
func objects(block, text string) any {
	return slackgo.NewErrorsViewSubmissionResponse(map[string]string{block: text})
}

// instead shows another modal in place of the one that was sent.
func instead(v slackgo.ModalViewRequest) any {
	v.Type = slackgo.VTModal
	return slackgo.NewUpdateViewSubmissionResponse(&v)
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

// tell says something in a modal.
func (c *counter) tell(ctx context.Context, i interaction, title, text string) {
	c.open(ctx, string(i.Trigger), slackgo.ModalViewRequest{
		Title: plainText(title), Close: plainText(c.words.closes), Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{sentence(text)}},
	})
}

// sentence is a text that stands alone.
func sentence(text string) slackgo.Block {
	return slackgo.NewSectionBlock(plainText(cut(label(text), maxStatus)), nil, nil)
}

// show publishes the home of a person.
func (c *counter) show(ctx context.Context, user string, blocks []slackgo.Block) error {
	return c.d.ask(ctx, method{name: "views.publish", direct: true}, nil, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{
			UserID: user, View: slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}},
		})
		return err
	})
}
