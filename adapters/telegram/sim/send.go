package sim

import (
	"cmp"
	"net/http"
	"strings"
)

// The limits of the Bot API, in UTF-16 units after the entities were parsed.
const (
	maxText    = 4096
	maxCaption = 1024
)

// target finds the chat a call is for, and says why the bot may not write there. The lock is held.
func (s *Sim) target(p *params) (*chat, *apiError) {
	if p.str("chat_id") == "" {
		return nil, badf("chat_id is empty")
	}
	k := chatKey{business: p.str("business_connection_id"), id: p.int64("chat_id")}
	if name, ok := strings.CutPrefix(p.str("chat_id"), "@"); ok {
		for _, c := range s.chats {
			if strings.EqualFold(c.Username, name) && c.Type != "private" {
				k.id = c.ID
			}
		}
	}
	if k.business != "" {
		b, ok := s.business[k.business]
		if !ok {
			return nil, badf("business connection not found")
		}
		if !b.enabled {
			return nil, badf("business connection is disabled")
		}
	}
	c, ok := s.chats[k]
	switch {
	case !ok:
		return nil, badf("chat not found")
	case c.movedTo != 0:
		return nil, &apiError{Code: http.StatusBadRequest, Text: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: c.movedTo}
	case c.gone:
		return nil, &apiError{Code: http.StatusForbidden, Text: "Forbidden: user is deactivated"}
	case c.blocked:
		return nil, &apiError{Code: http.StatusForbidden, Text: "Forbidden: bot was blocked by the user"}
	case c.out:
		return nil, &apiError{Code: http.StatusForbidden, Text: "Forbidden: bot was kicked from the " + c.Type + " chat"}
	case !c.started:
		return nil, &apiError{Code: http.StatusForbidden, Text: "Forbidden: bot can't initiate conversation with a user"}
	}
	if k.business != "" && !recent(c) {
		return nil, &apiError{Code: http.StatusBadRequest, Text: "Bad Request: BUSINESS_PEER_USAGE_MISSING"}
	}
	return c, nil
}

// recent says that the customer of a business chat wrote in the last 24 hours.
func recent(c *chat) bool {
	for _, m := range c.messages {
		if m.From != nil && m.From.ID == c.ID && now()-m.Date < 86400 {
			return true
		}
	}
	return false
}

// begin makes a message of the bot with what all kinds of message have. The lock is held.
func (s *Sim) begin(p *params) (*chat, *Message, *apiError) {
	c, bad := s.target(p)
	if bad != nil {
		return nil, nil, bad
	}
	if c.IsDirectMessages && p.int64("direct_messages_topic_id") == 0 {
		return nil, nil, badf("direct messages topic must be specified")
	}
	m := &Message{From: new(s.bot), ByBot: true, BusinessConnectionID: p.str("business_connection_id")}
	if m.BusinessConnectionID != "" {
		m.From, m.SenderBusinessBot = new(s.business[m.BusinessConnectionID].owner.user), new(s.bot)
	}
	if c.Type == "channel" {
		m.From, m.SenderChat = nil, new(c.Chat)
	}
	if t := p.int("message_thread_id"); t != 0 {
		if !c.IsForum {
			return nil, nil, badf("message thread not found")
		}
		m.MessageThreadID, m.IsTopicMessage = t, true
	}
	if t := p.int64("direct_messages_topic_id"); t != 0 {
		m.DirectMessagesTopic = &Topic{TopicID: t}
	}
	if err := p.json("reply_markup", &m.ReplyMarkup); err != nil {
		return nil, nil, err
	}
	if !strings.Contains(string(m.ReplyMarkup), "inline_keyboard") {
		m.ReplyMarkup = nil
	}
	return c, m, s.reply(c, m, p)
}

// reply reads reply_parameters. The lock is held.
func (s *Sim) reply(c *chat, m *Message, p *params) *apiError {
	var r struct {
		MessageID int    `json:"message_id"`
		ChatID    any    `json:"chat_id"`
		Anyway    bool   `json:"allow_sending_without_reply"`
		Quote     string `json:"quote"`
	}
	if bad := p.json("reply_parameters", &r); bad != nil {
		return bad
	}
	r.MessageID = cmp.Or(r.MessageID, p.int("reply_to_message_id"))
	if r.MessageID == 0 {
		return nil
	}
	to := c.message(r.MessageID)
	if to == nil {
		if r.Anyway || m.BusinessConnectionID != "" {
			return nil
		}
		return badf("message to be replied not found")
	}
	if r.Quote != "" {
		if !strings.Contains(to.Text+to.Caption, r.Quote) {
			return badf("quote not found")
		}
		m.Quote = &Quote{Text: r.Quote, IsManual: true}
	}
	m.ReplyToMessage = shown(to)
	if c.Type == "supergroup" && m.MessageThreadID == 0 {
		m.MessageThreadID = cmp.Or(to.MessageThreadID, to.MessageID)
	}
	return nil
}

// finish puts a message of the bot where it belongs. In a business chat the bot is told of it. The lock is held.
func (s *Sim) finish(c *chat, m *Message) *Message {
	s.place(c, m)
	if m.BusinessConnectionID != "" {
		s.push("business_message", m, c.ID)
	}
	return m
}

func (s *Sim) sendMessage(p *params) (any, *apiError) {
	c, m, bad := s.begin(p)
	if bad != nil {
		return nil, bad
	}
	m.Text, m.Entities, bad = parseText(p, "text", "parse_mode", "entities")
	switch {
	case bad != nil:
		return nil, bad
	case m.Text == "":
		return nil, badf("message text is empty")
	case units(m.Text) > maxText:
		return nil, badf("message is too long")
	}
	return s.finish(c, m), nil
}

func (s *Sim) sendLocation(p *params) (any, *apiError) {
	c, m, bad := s.begin(p)
	if bad != nil {
		return nil, bad
	}
	if !p.has("latitude") || !p.has("longitude") {
		return nil, badf("wrong latitude or longitude specified")
	}
	m.Location = &Location{}
	if bad := p.json("latitude", &m.Location.Latitude); bad != nil {
		return nil, bad
	}
	if bad := p.json("longitude", &m.Location.Longitude); bad != nil {
		return nil, bad
	}
	return s.finish(c, m), nil
}

func (s *Sim) sendContact(p *params) (any, *apiError) {
	c, m, bad := s.begin(p)
	if bad != nil {
		return nil, bad
	}
	m.Contact = &Contact{PhoneNumber: p.str("phone_number"), FirstName: p.str("first_name"), LastName: p.str("last_name")}
	if m.Contact.PhoneNumber == "" {
		return nil, badf("contact phone number must be non-empty")
	}
	return s.finish(c, m), nil
}

func (s *Sim) sendChatAction(p *params) (any, *apiError) {
	c, bad := s.target(p)
	if bad != nil {
		return nil, bad
	}
	s.changed(Change{Kind: "chat", ChatID: c.ID, Business: p.str("business_connection_id")})
	return true, nil
}
