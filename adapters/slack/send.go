package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// metadataType marks our posts; the id in the payload is the key of the job. Metadata can be read by every app in the
// workspace, so nothing else is in it.
const metadataType = "webcare_post"

// The calls that are made, by what a failure of theirs means.
func posting(name string) method { return method{name: name, posts: true} }
func again(name string) method   { return method{name: name} }

// posted is the answer to chat.postMessage.
type posted struct {
	Channel lax             `json:"channel"`
	TS      lax             `json:"ts"`
	Message json.RawMessage `json:"message"`
}

// outside: the message is there, and stands in no thread.
func (p posted) outside() bool {
	m := lenient[struct {
		TS       lax `json:"ts"`
		ThreadTS lax `json:"thread_ts"`
	}](p.Message)
	return m.TS != "" && m.ThreadTS == ""
}

// Open posts a card as the bot itself in the desk channel.
func (d *Desk) Open(ctx context.Context, key string, c adapters.Card) (conversation.Place, error) {
	h, err := d.indoors(ctx)
	if err != nil {
		return conversation.Place{}, err
	}
	place, _, err := d.post(ctx, posting("chat.postMessage"), h, h.channel, "", key, d.card(c))
	return place, err
}

// Post posts in a thread, or with a zero thread in the channel. What is longer than Slack shows in one message goes in
// several, of which the last carries the key and the others the key and a number, so that a later try posts only those
// that are missing. They go at the pace of the channel: whoever calls has waited for one message only.
func (d *Desk) Post(ctx context.Context, key string, thread conversation.Place, p adapters.Post) (conversation.Receipt, error) {
	h, err := d.indoors(ctx)
	if err != nil {
		return conversation.Receipt{}, err
	}
	if elsewhere(h, thread) {
		return conversation.Receipt{}, gone("the thread is in a channel that is not the desk any more")
	}
	p.Body = spell(visible(d.settings.words(), p.Body))
	return d.postIn(ctx, h, key, h.channel, thread, p)
}

// elsewhere: the thread stands in another channel, since the config names a new one. What is typed there is not heard.
func elsewhere(h *home, thread conversation.Place) bool {
	return thread.TS != "" && thread.Channel != "" && thread.Channel != h.channel
}

func gone(text string) *adapters.SendError {
	return &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Gone, Err: errors.New(text)}
}

// partKey is the key of one of the posts, from 1, of what was too long for one; the last has the key itself.
func partKey(key string, n int) string { return key + "#" + fmt.Sprint(n) }

// postIn posts all parts of a post, whose links are spelled out.
func (d *Desk) postIn(ctx context.Context, h *home, key, channel string, thread conversation.Place, p adapters.Post) (conversation.Receipt, error) {
	parts := split(p.Body, maxBlockText)
	there := map[string]conversation.Place{}
	if len(parts) > 1 {
		var err error
		if there, err = d.keys(ctx, h, channel, thread.TS, time.Now().Add(-partsAge)); err != nil {
			return conversation.Receipt{}, err
		}
	}
	m := posting("chat.postMessage")
	m.direct = channel != h.channel
	var r conversation.Receipt
	further := false
	for i, part := range parts {
		key := key
		one := adapters.Post{As: p.As, Body: part}
		if i == 0 {
			one.Mention = p.Mention
		}
		if i == len(parts)-1 {
			one.Buttons = p.Buttons
		} else {
			key = partKey(key, i+1)
		}
		if i > 0 {
			r.Also = append(r.Also, r.Place)
		}
		if old, ok := there[key]; ok {
			r.Place = old
			continue
		}
		if further {
			if err := d.turn(ctx); err != nil {
				return conversation.Receipt{}, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: err}
			}
		}
		further = true
		var unthreaded bool
		var err error
		r.Place, unthreaded, err = d.post(ctx, m, h, channel, thread.TS, key, d.layout(one))
		if err != nil {
			return conversation.Receipt{}, err
		}
		if unthreaded {
			return conversation.Receipt{}, d.takeBack(ctx, r.Place)
		}
	}
	return r, nil
}

// turn waits until a further part of a long post may go.
func (d *Desk) turn(ctx context.Context) error {
	if turn := adapters.Turn(ctx); turn != nil {
		return turn()
	}
	return pause(ctx, d.settings.between(), nil)
}

// partsAge is how far back the parts of a long post are looked for.
const partsAge = 48 * time.Hour

// post makes one call of chat.postMessage. unthreaded: it landed in the channel although a thread was wanted, which is
// what Slack does, without an error, when the root is gone.
func (d *Desk) post(ctx context.Context, m method, h *home, channel, thread, key string, o slackgo.MsgOption) (at conversation.Place, unthreaded bool, err error) {
	var got posted
	all := []slackgo.MsgOption{
		o, slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
		slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"id": key}}),
	}
	if thread != "" {
		all = append(all, slackgo.MsgOptionTS(thread))
	}
	err = d.ask(ctx, m, &got, func(ctx context.Context, api *slackgo.Client) error {
		_, _, _, err := api.PostMessageWithResponseContext(ctx, channel, all...)
		return err
	})
	if err != nil {
		return conversation.Place{}, false, err
	}
	if got.TS == "" {
		return conversation.Place{}, false, unreadable(m, errors.New("no ts in it"))
	}
	if got.Channel != "" {
		channel = string(got.Channel)
	}
	at = conversation.Place{Team: h.team, Channel: channel, TS: string(got.TS)}
	return at, thread != "" && got.outside(), nil
}

// takeBack deletes what landed in the channel because its root is gone, and says so.
func (d *Desk) takeBack(ctx context.Context, at conversation.Place) error {
	var err error
	for wait := time.Second; wait <= 4*time.Second; wait *= 2 {
		if err = d.Delete(ctx, at); err == nil || pause(ctx, wait, nil) != nil {
			break
		}
	}
	if err != nil {
		d.log.Warn("slack: a reply landed in the channel, since its thread is gone, and could not be deleted", "ts", at.TS, "error", err)
	}
	return gone("the thread's first message was deleted")
}

// content is what every post and update carries. Parse is always told: chat.update has another default.
func content(text string, blocks []slackgo.Block) slackgo.MsgOption {
	return slackgo.MsgOptionCompose(slackgo.MsgOptionText(text, false), slackgo.MsgOptionBlocks(blocks...), slackgo.MsgOptionParse(false))
}

// card lays a card out.
func (d *Desk) card(c adapters.Card) slackgo.MsgOption {
	l := d.settings.words()
	return content(cardText(l, c), cardBlocks(l, c))
}

// layout lays a post out.
func (d *Desk) layout(p adapters.Post) slackgo.MsgOption {
	var lead []slackgo.RichTextSectionElement
	var text strings.Builder
	for _, id := range p.Mention {
		switch {
		case !mentionable(id):
			continue
		case id[0] == 'S':
			lead = append(lead, slackgo.NewRichTextSectionUserGroupElement(id))
			text.WriteString("<!subteam^" + id + "> ")
		default:
			lead = append(lead, slackgo.NewRichTextSectionUserElement(id, nil))
			text.WriteString("<@" + id + "> ")
		}
		lead = append(lead, slackgo.NewRichTextSectionTextElement(" ", nil))
	}
	var blocks []slackgo.Block
	if elements := rich(p.Body, lead...); len(elements) > 0 {
		blocks = append(blocks, slackgo.NewRichTextBlock("", elements...))
	}
	blocks = append(blocks, buttonBlock(p.Buttons)...)
	text.WriteString(escape(cut(p.Body.Plain, maxFallback)))
	if len(blocks) == 0 || text.Len() == 0 {
		text.WriteString("…")
	}
	if len(blocks) == 0 {
		blocks = append(blocks, slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(slackgo.NewRichTextSectionTextElement("…", nil))))
	}
	if p.As == "" {
		return content(text.String(), blocks)
	}
	return slackgo.MsgOptionCompose(content(text.String(), blocks), slackgo.MsgOptionUsername(username(d.settings.words(), p.As, d.people.colleague)))
}

// mentionable is the shape of the ids of users and user groups.
func mentionable(id string) bool { return regexp.MustCompile(`^[UWS][A-Z0-9]{2,}$`).MatchString(id) }

// Direct sends a post to one person, also while the channel cannot be used; what is too long for one message is cut. Never under another name: Slack would put
// it among Slackbot's messages.
func (d *Desk) Direct(ctx context.Context, key, to string, p adapters.Post) (conversation.Place, error) {
	look := d.where
	if channelID(to) { // no person
		look = d.indoors
	}
	h, err := look(ctx)
	if e, ok := errors.AsType[*adapters.SendError](err); ok && e.Reason == conversation.NotAllowed && !channelID(to) {
		h, err = d.self(ctx) // there is no desk, but there are people
	}
	if err != nil {
		return conversation.Place{}, err
	}
	p.As, p.Body = "", spell(visible(d.settings.words(), p.Body)).Cut(maxBlockText)
	r, err := d.postIn(ctx, h, key, to, conversation.Place{}, p)
	return r.Place, err
}

// Whisper shows a post to one person only; it may get lost. Nothing in it can be clicked but buttons: such a post cannot
// be told to leave links alone.
func (d *Desk) Whisper(ctx context.Context, thread conversation.Place, to string, p adapters.Post) error {
	h, err := d.indoors(ctx)
	if err != nil {
		return err
	}
	p.As = ""
	p.Body = spell(p.Body).Without(conversation.Link).Cut(maxBlockText)
	m := method{name: "chat.postEphemeral", direct: true}
	return d.ask(ctx, m, nil, func(ctx context.Context, api *slackgo.Client) error {
		all := []slackgo.MsgOption{d.layout(p)}
		if thread.TS != "" {
			all = append(all, slackgo.MsgOptionTS(thread.TS))
		}
		_, err := api.PostEphemeralContext(ctx, h.channel, to, all...)
		return err
	})
}

// Render draws the card again.
func (d *Desk) Render(ctx context.Context, at conversation.Place, c adapters.Card) error {
	if why := d.outsiders.Load(); why != nil {
		return why
	}
	return d.ask(ctx, again("chat.update"), nil, func(ctx context.Context, api *slackgo.Client) error {
		_, _, _, err := api.UpdateMessageContext(ctx, at.Channel, at.TS, d.card(c))
		return err
	})
}

// Mark replaces one reaction by another. What is there already, gone already, or on a message that is gone, is as
// wanted.
func (d *Desk) Mark(ctx context.Context, on conversation.Place, was, now conversation.Mark) error {
	item := slackgo.NewRefToMessage(on.Channel, on.TS)
	if now != conversation.NoMark {
		err := d.ask(ctx, again("reactions.add"), nil, func(ctx context.Context, api *slackgo.Client) error {
			return api.AddReactionContext(ctx, string(now), item)
		})
		if err = fine(err, "already_reacted", "message_not_found"); err != nil {
			return err
		}
	}
	if was == conversation.NoMark || was == now {
		return nil
	}
	err := d.ask(ctx, again("reactions.remove"), nil, func(ctx context.Context, api *slackgo.Client) error {
		return api.RemoveReactionContext(ctx, string(was), item)
	})
	return fine(err, "no_reaction", "message_not_found")
}

// Delete removes a post of the bot's own; one that is gone already is no error.
func (d *Desk) Delete(ctx context.Context, what conversation.Place) error {
	err := d.ask(ctx, again("chat.delete"), nil, func(ctx context.Context, api *slackgo.Client) error {
		_, _, err := api.DeleteMessageContext(ctx, what.Channel, what.TS)
		return err
	})
	return fine(err, "message_not_found")
}

// fine drops errors that say what is wanted is so already.
func fine(err error, as ...string) error {
	for _, c := range as {
		if code(err) == c {
			return nil
		}
	}
	return err
}
