package slack

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// home is where the desk is and who we are there.
type home struct {
	team, teamName, url    string
	botUser, botID, name   string
	channel, channelName   string
	archived, shared, here bool // of the channel; here: the bot is a member
	scopes                 []string
}

// homes remembers the home. gate lets one caller at a time look for it.
type homes struct {
	gate  chan struct{}
	known atomic.Pointer[home]
}

// where gives the home, asking Slack where it is not known yet.
func (d *Desk) where(ctx context.Context) (*home, error) {
	if h := d.home.known.Load(); h != nil {
		return h, nil
	}
	select {
	case d.home.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Err: ctx.Err()}
	}
	defer func() { <-d.home.gate }()
	if h := d.home.known.Load(); h != nil {
		return h, nil
	}
	h, err := d.find(ctx)
	if err == nil {
		err = h.fit()
	}
	if err != nil {
		return nil, err
	}
	d.home.known.Store(h)
	return h, nil
}

// find asks Slack who we are and which channel is the desk.
func (d *Desk) find(ctx context.Context) (*home, error) {
	h, err := d.self(ctx)
	if err != nil {
		return nil, err
	}
	return h, d.channel(ctx, h)
}

// self asks who the bot token belongs to.
func (d *Desk) self(ctx context.Context) (*home, error) {
	var who struct {
		URL    lax `json:"url"`
		Team   lax `json:"team"`
		TeamID lax `json:"team_id"`
		User   lax `json:"user"`
		UserID lax `json:"user_id"`
		BotID  lax `json:"bot_id"`
	}
	h := &home{}
	err := d.ask(ctx, method{name: "auth.test", finds: true}, &who, func(ctx context.Context, api *slackgo.Client) error {
		got, err := api.AuthTestContext(ctx)
		if got != nil {
			for scope := range strings.SplitSeq(got.Header.Get("X-OAuth-Scopes"), ",") {
				if scope = strings.TrimSpace(scope); scope != "" {
					h.scopes = append(h.scopes, scope)
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	h.team, h.teamName, h.url = string(who.TeamID), string(who.Team), string(who.URL)
	h.botUser, h.botID, h.name = string(who.UserID), string(who.BotID), string(who.User)
	if h.team == "" || h.botUser == "" {
		return nil, unreadable(method{name: "auth.test"}, errors.New("no team_id or user_id in it"))
	}
	return h, nil
}

// channelInfo is what is read of a channel.
type channelInfo struct {
	ID       lax  `json:"id"`
	Name     lax  `json:"name"`
	Archived flag `json:"is_archived"`
	Shared   flag `json:"is_ext_shared"`
	Member   flag `json:"is_member"`
}

// channel looks the desk channel up by its id or name.
func (d *Desk) channel(ctx context.Context, h *home) error {
	want := strings.Trim(d.settings.Channel, "# ")
	if !channelID(want) || strings.HasPrefix(d.settings.Channel, "#") {
		id, err := d.channelByName(ctx, h, want)
		if err != nil {
			return err
		}
		want = id
	}
	var got struct {
		Channel channelInfo `json:"channel"`
	}
	err := d.ask(ctx, method{name: "conversations.info", finds: true}, &got, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: want})
		return err
	})
	if err != nil {
		return err
	}
	c := got.Channel
	h.channel, h.channelName = string(c.ID), string(c.Name)
	h.archived, h.shared, h.here = bool(c.Archived), bool(c.Shared), bool(c.Member)
	if h.channel == "" {
		return unreadable(method{name: "conversations.info"}, errors.New("no id in it"))
	}
	return nil
}

// channelByName pages through the channels that the bot can see.
func (d *Desk) channelByName(ctx context.Context, h *home, name string) (string, error) {
	for cursor := ""; ; {
		var page struct {
			Channels []channelInfo `json:"channels"`
			Metadata more          `json:"response_metadata"`
		}
		err := d.ask(ctx, method{name: "conversations.list", finds: true}, &page, func(ctx context.Context, api *slackgo.Client) error {
			_, _, err := api.GetConversationsContext(ctx, &slackgo.GetConversationsParameters{
				Cursor: cursor, Limit: 999, Types: []string{"public_channel", "private_channel"},
			})
			return err
		})
		if err != nil {
			return "", err
		}
		for _, c := range page.Channels {
			if strings.EqualFold(string(c.Name), name) {
				return string(c.ID), nil
			}
		}
		if cursor = string(page.Metadata.Cursor); cursor == "" {
			return "", notAllowed(sayf("there is no channel #%s that the bot can see; if it was renamed, put its new name into the config; if it is private, type in it: /invite @%s", name, h.name))
		}
	}
}

// fit says in plain words why the channel cannot be the desk; nil = it can.
func (h *home) fit() error {
	switch {
	case h.archived:
		return notAllowed(sayf("the channel #%s is archived; unarchive it, or choose another channel in the config", h.channelName))
	case h.shared:
		return h.overheard()
	case !h.here:
		return notAllowed(sayf("the bot is not in #%s; type there: /invite @%s", h.channelName, h.name))
	}
	return nil
}

// moved says that the channel is no longer where its threads are.
func moved(h *home) *adapters.SendError {
	return notAllowed(sayf("the channel #%s has another id now, %s: Slack changes it when a channel becomes shared; choose a channel of your own in the config and restart", h.channelName, h.channel))
}

func (h *home) overheard() *adapters.SendError {
	return notAllowed(sayf("the channel #%s is shared with %w; choose another channel", h.channelName, adapters.ErrOverheard))
}

// overheard notes that people from outside can read the channel, or may. From now on nothing is shown there.
func (d *Desk) overheard(why *adapters.SendError) {
	d.outsiders.Store(why)
	d.told.set(sourceChannel, why)
}

// indoors is where, for what is shown in the channel: refused, without any call, while others than staff would see it.
func (d *Desk) indoors(ctx context.Context) (*home, error) {
	if why := d.outsiders.Load(); why != nil {
		return nil, why
	}
	return d.where(ctx)
}

func notAllowed(why error) *adapters.SendError {
	return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.NotAllowed, Whole: true, Err: why}
}

// Located: see adapters.Desk.
func (d *Desk) Located(ctx context.Context) error {
	_, err := d.where(ctx)
	return err
}

// Permalink links to a post, without I/O; "" as long as the team's address is not known.
func (d *Desk) Permalink(p conversation.Place) string {
	h := d.home.known.Load()
	if h == nil || h.url == "" || p.Channel == "" || p.TS == "" {
		return ""
	}
	return strings.TrimRight(h.url, "/") + "/archives/" + p.Channel + "/p" + strings.ReplaceAll(p.TS, ".", "")
}
