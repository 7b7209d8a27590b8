package telegram

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// readMessage decodes a message, new or edited, of any kind of chat; false = it cannot.
func (r *reader) readMessage(body json.RawMessage) ([]adapters.Incoming, bool, error) {
	var m message
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &m) != nil || json.Unmarshal(body, &fields) != nil || m.Chat.ID == 0 || m.ID == 0 {
		return nil, false, nil
	}
	if m.MovedTo != 0 {
		r.memory.moved(m.Chat.ID, m.MovedTo)
		return nil, true, nil
	}
	if m.Business != "" {
		in, err := r.readBusiness(&m, fields, body)
		return in, true, err
	}
	r.learn(&m)
	who, robot := r.author(&m)
	if robot || m.IsForwarded {
		return nil, true, nil
	}
	p := place{chat: m.Chat.ID}
	if m.IsTopic {
		p.thread = m.Thread
	}
	switch {
	case m.Chat.IsDirectMessages:
		if m.Topic == nil {
			return nil, false, nil
		}
		p.thread, p.topic = 0, m.Topic.ID
		if m.SenderChat != nil || m.Topic.User != nil && m.From != nil && m.From.ID != m.Topic.User.ID {
			return r.echo(&m, fields, p, body), true, nil
		}
	case m.Chat.Type != "private":
		if r.ours(&m) {
			return r.own(&m, fields, body), true, nil
		}
		if !r.addressed(&m) {
			return nil, true, nil
		}
		if m.ReplyTo != nil && m.ReplyTo.IsForwarded {
			p.post = m.ReplyTo.ID
		} else if post := r.memory.comment(m.Chat.ID, m.Thread, who.ID); !m.IsTopic && post != 0 {
			p.post = post
		}
		p.who, _ = strconv.ParseInt(who.ID, 10, 64)
	case m.Text == "/start":
		return []adapters.Incoming{{
			ID: messageID(&m, body), Ref: conversation.Ref{Key: p.key()},
			Event: conversation.Reached{At: time.Unix(m.Date, 0).UTC()},
		}}, true, nil
	}
	return r.told(&m, fields, p, who, body), true, nil
}

// told makes the events of a message that a customer wrote or edited.
func (r *reader) told(m *message, fields map[string]json.RawMessage, p place, who conversation.Customer, body json.RawMessage) []adapters.Incoming {
	msg := content(m, fields)
	if msg.IsEmpty() {
		return nil
	}
	in := adapters.Incoming{ID: messageID(m, body), Ref: conversation.Ref{Key: p.key()}}
	id := strconv.Itoa(m.ID)
	heard := conversation.Heard{
		ExternalID: id, At: time.Unix(m.Date, 0).UTC(), Customer: who, Message: msg, Public: p.public(), Link: link(m.Chat, m.ID),
	}
	if m.Chat.Type != "private" {
		heard.Title = m.Chat.name()
	}
	in.Event = heard
	if m.EditDate != 0 {
		heard.At = time.Unix(m.EditDate, 0).UTC()
		in.Event, in.Unheard = conversation.Changed{ExternalID: id, At: heard.At, Message: msg}, heard
		return []adapters.Incoming{in}
	}
	if !p.public() {
		return []adapters.Incoming{in}
	}
	r.memory.remember(in.Ref.Key, m.ID)
	if from := r.memory.before(p.chat); from != 0 {
		old := p
		old.chat = from
		return []adapters.Incoming{{
			ID:    "g/" + old.key() + "/" + in.Ref.Key,
			Ref:   conversation.Ref{Key: old.key()},
			Event: conversation.Moved{To: conversation.Ref{Key: in.Ref.Key}},
		}, in}
	}
	return []adapters.Incoming{in}
}

// messageID names what was said so that saying it again, under whatever update_id, is the same event. Update ids alone
// would not do: they may go down (https://core.telegram.org/bots/api#update).
func messageID(m *message, body json.RawMessage) string {
	var b strings.Builder
	if m.Business != "" {
		b.WriteString(m.Business + "/")
	}
	kind := "m/"
	if m.EditDate != 0 {
		kind = "e/"
	}
	b.WriteString(kind + strconv.FormatInt(m.Chat.ID, 10) + "/" + strconv.Itoa(m.ID))
	if m.EditDate != 0 {
		b.WriteString("/" + strconv.FormatInt(m.EditDate, 10) + "/" + hash(body))
	}
	return b.String()
}

// author is who wrote a message; robot = this bot, another one, or nobody. Who writes in the name of a group or channel
// is that chat, and may be one of ours.
func (r *reader) author(m *message) (who conversation.Customer, robot bool) {
	if c := m.SenderChat; c != nil { // from is then a stand-in
		return conversation.Customer{ID: strconv.FormatInt(c.ID, 10), Name: c.name(), Handle: c.Username}, false
	}
	if m.From == nil || m.From.IsBot {
		return conversation.Customer{}, true
	}
	return m.From.customer(), false
}

// addressed says whether a message in a group is for us: a comment below a channel's post, a reply to the bot, a
// mention of it, a keyword, or a part of an album of which another part was.
func (r *reader) addressed(m *message) bool {
	album := ""
	if m.Group != "" {
		album = strconv.FormatInt(m.Chat.ID, 10) + "/" + m.Group
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if album != "" && slices.Contains(r.albums, album) {
		return true
	}
	if !r.calledFor(m) {
		return false
	}
	if album != "" {
		r.albums = append(r.albums, album)
		if len(r.albums) > targets {
			r.albums = r.albums[1:]
		}
	}
	return true
}

func (r *reader) calledFor(m *message) bool {
	if to := m.ReplyTo; to != nil && (to.IsForwarded || to.From != nil && to.From.ID == r.id) {
		return true
	}
	return r.mentions(m.Text, m.Entities) || r.mentions(m.Caption, m.CaptionEntities)
}

func (r *reader) mentions(text string, list []entity) bool {
	for _, word := range r.settings.Keywords {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			return true
		}
	}
	if len(list) == 0 {
		return false
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	at := offsets(text)
	for _, e := range list {
		if e.Type == "text_mention" && e.User != nil && e.User.ID == r.id {
			return true
		}
		if e.Offset < 0 || e.Length <= 0 || e.Offset >= len(at) || e.Length >= len(at)-e.Offset {
			continue
		}
		part := text[at[e.Offset]:at[e.Offset+e.Length]]
		_, name, _ := strings.Cut(part, "@")
		if (e.Type == "mention" || e.Type == "bot_command") && r.me.Username != "" && strings.EqualFold(name, r.me.Username) {
			return true
		}
	}
	return false
}

// comment is the post below which a customer's conversation goes on, where the message itself does not tell: a comment
// that replies to an answer of ours names only its thread, which is the post's number.
func (m memory) comment(chat int64, thread int, who string) int {
	n, err := strconv.ParseInt(who, 10, 64)
	if thread == 0 || err != nil {
		return 0
	}
	if m.last(place{chat: chat, post: thread, who: n}.key()) != 0 {
		return thread
	}
	return 0
}

// echo is what somebody of ours wrote outside of webcare. An away or greeting message and one that was scheduled have
// the same flag (is_from_offline, https://core.telegram.org/bots/api#message) and cannot be told apart, so both leave
// the clock running: a nudge too many is better than a customer whom nobody answers.
func (r *reader) echo(m *message, fields map[string]json.RawMessage, p place, body json.RawMessage) []adapters.Incoming {
	msg := content(m, fields)
	if msg.IsEmpty() || m.EditDate != 0 {
		return nil
	}
	by := ""
	switch {
	case m.SenderChat != nil:
		by = m.SenderChat.name()
	case m.From != nil:
		by = m.From.name()
	}
	return []adapters.Incoming{{
		ID: messageID(m, body), Ref: conversation.Ref{Key: p.key()},
		Event: conversation.Echoed{ExternalID: strconv.Itoa(m.ID), At: time.Unix(m.Date, 0).UTC(), By: by, Message: msg, Auto: m.IsOffline},
	}}
}
