package telegram

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"webcare/adapters"
)

// readBusiness decodes a message in a chat of a business account. Such a chat has the id of the customer, so whoever
// else writes in it is the account's owner.
func (r *reader) readBusiness(m *message, fields map[string]json.RawMessage, body json.RawMessage) ([]adapters.Incoming, error) {
	if m.SenderBot != nil { // this bot's own; a greeting or away message of the account has none, see echo
		return nil, nil
	}
	if ok, err := r.allowed(r.ctx, m.Business); !ok {
		return nil, err
	}
	p := place{business: m.Business, chat: m.Chat.ID}
	if m.From == nil || m.From.ID != m.Chat.ID {
		return r.echo(m, fields, p, body), nil
	}
	if m.From.IsBot { // what bots write to the account is no customer's, here as elsewhere
		return nil, nil
	}
	return r.told(m, fields, p, m.From.customer(), body), nil
}

// connected notes a business connection that was made or ended.
func (t *Telegram) connected(c connection) bool {
	ok := c.Enabled && t.trusts(c.User)
	t.mu.Lock()
	t.connections[c.ID] = ok
	t.mu.Unlock()
	if c.Enabled && !ok {
		t.log.Warn("somebody connected the bot to their Telegram account; it is not heard unless the account's business setting lists them",
			"user", c.User.ID, "username", c.User.Username)
	}
	return ok
}

// trusts says whether the settings list a person. Anybody on Telegram may connect a bot to their account, and their
// private chats are nothing for the desk.
func (t *Telegram) trusts(u user) bool {
	return slices.ContainsFunc(t.settings.Business, func(s string) bool {
		s = strings.TrimPrefix(s, "@")
		return s == strconv.FormatInt(u.ID, 10) || u.Username != "" && strings.EqualFold(s, u.Username)
	})
}

// allowed says whether a business connection may be heard, and asks Telegram whose it is where that is not known.
func (t *Telegram) allowed(ctx context.Context, id string) (bool, error) {
	t.mu.Lock()
	ok, known := t.connections[id]
	t.mu.Unlock()
	if known || len(t.settings.Business) == 0 {
		return ok, nil
	}
	var c connection
	err := t.ask(ctx, "getBusinessConnection", map[string]any{"business_connection_id": id}, &c)
	if f, is := asFault(err); is && f.code == 400 {
		c = connection{ID: id} // it is gone
	} else if err != nil {
		return false, err
	}
	// A connection that ended meanwhile was on when the message was written.
	c.Enabled = c.User.ID != 0
	return t.connected(c), nil
}
