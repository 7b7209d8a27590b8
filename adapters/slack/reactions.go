package slack

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// asks is what an emoji on a card asks for when it is put there, and when it is taken away; "" = nothing. A tone of skin
// behind the name does not count.
func asks(emoji string) (added, removed conversation.Action) {
	emoji, _, _ = strings.Cut(emoji, "::")
	switch emoji {
	case "eyes":
		return conversation.Claim, conversation.Release
	case "white_check_mark", "heavy_check_mark":
		return conversation.Close, ""
	}
	return "", ""
}

// reaction reads an emoji that a person put on a post of the bot's in the desk channel, or took away. Whether that post is
// a card is not in the event: whoever takes it in looks for the thread, and drops what belongs to none. A customer's words
// are posted under another name, and such a post has no author here. Source: reaction_added on docs.slack.dev.
func (h *home) reaction(m message, seen *reactions, robot func(id string) bool) (adapters.Incoming, bool) {
	action, removed := asks(string(m.Reaction))
	if m.Type == "reaction_removed" {
		action = removed
	}
	on := m.item()
	at := timeOf(string(m.EventTS))
	switch {
	case action == "", on.Type != "message", string(on.Channel) != h.channel, string(m.ItemUser) != h.botUser:
		return adapters.Incoming{}, false
	case m.User == "", string(m.User) == h.botUser, m.robot(), robot(string(m.User)):
		return adapters.Incoming{}, false
	case timeOf(string(on.TS)).IsZero(), at.IsZero():
		return adapters.Incoming{}, false
	case seen.overtaken(string(on.TS)+" "+string(m.User)+" "+string(m.Reaction), at):
		return adapters.Incoming{}, false
	}
	card := conversation.Place{Team: h.team, Channel: h.channel, TS: string(on.TS)}
	return adapters.Incoming{
		ID:     fmt.Sprintf("r/%s/%s/%s/%s/%s/%s", h.channel, on.TS, m.User, m.Reaction, action, m.EventTS),
		Thread: card, By: h.writer(m), Event: conversation.Pressed{Action: action, At: at, On: card},
	}, true
}

// reactions remembers when each person last put an emoji on a card or took it away: two sockets keep no order, and Slack
// sends again what was not acknowledged, so that an older act may come behind a newer one. It does not count then. The
// same act once more does: it has an id.
type reactions struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// maxReactions bounds the memory; beyond it all is forgotten, and an act that comes late may count.
const maxReactions = 1000

// overtaken says that something newer was heard of, and else remembers this.
func (r *reactions) overtaken(key string, at time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at.Before(r.last[key]) {
		return true
	}
	if r.last == nil || len(r.last) >= maxReactions {
		r.last = map[string]time.Time{}
	}
	r.last[key] = at
	return false
}
