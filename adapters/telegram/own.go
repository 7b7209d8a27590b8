package telegram

import (
	"encoding/json"
	"strconv"

	"webcare/adapters"
)

// learn notes which channel's posts a group discusses, from the copy of a post or a comment on one.
func (r *reader) learn(m *message) {
	post := m
	if !m.IsForwarded {
		post = m.ReplyTo
	}
	if post != nil && post.IsForwarded && post.SenderChat != nil {
		r.memory.discuss(m.Chat.ID, post.SenderChat.ID)
	}
}

// ours says that a message in a group stands in the name of the group (an administrator who stays anonymous) or of the
// channel whose posts are discussed there.
func (r *reader) ours(m *message) bool {
	c := m.SenderChat
	return c != nil && (c.ID == m.Chat.ID || r.memory.discusses(m.Chat.ID, c.ID))
}

// own reads what is ours: an answer where it replies to a customer, and else nothing for the desk.
func (r *reader) own(m *message, fields map[string]json.RawMessage, body json.RawMessage) []adapters.Incoming {
	to := m.ReplyTo
	if to == nil || to.IsForwarded || opensTopic(m) || r.ours(to) {
		return nil
	}
	who, robot := r.author(to)
	if robot {
		return nil
	}
	p := place{chat: m.Chat.ID}
	p.who, _ = strconv.ParseInt(who.ID, 10, 64)
	switch post := r.memory.comment(m.Chat.ID, m.Thread, who.ID); {
	case m.IsTopic:
		p.thread = m.Thread
	case post != 0:
		p.post = post
	case r.memory.last(p.key()) == 0 && r.memory.discusses(m.Chat.ID, 0):
		p.post = m.Thread // forgotten, so most likely a comment; a key that no conversation has does no harm
	}
	return r.echo(m, fields, p, body)
}
