package sim

import "encoding/json"

// own finds a message that the call may change. The lock is held.
func (s *Sim) own(p *params, what string) (*chat, *Message, *apiError) {
	c, bad := s.target(p)
	if bad != nil {
		return nil, nil, bad
	}
	m := c.message(p.int("message_id"))
	if m == nil {
		return nil, nil, badf("message to %s not found", what)
	}
	return c, m, nil
}

func (s *Sim) editMessageText(p *params) (any, *apiError) {
	c, m, bad := s.own(p, "edit")
	if bad != nil {
		return nil, bad
	}
	text, ent, bad := parseText(p, "text", "parse_mode", "entities")
	switch {
	case bad != nil:
		return nil, bad
	case !m.ByBot:
		return nil, badf("message can't be edited")
	case m.Text == "":
		return nil, badf("there is no text in the message to edit")
	case text == "":
		return nil, badf("message text is empty")
	case units(text) > maxText:
		return nil, badf("MESSAGE_TOO_LONG")
	case text == m.Text && same(ent, m.Entities) && !p.has("reply_markup"):
		return nil, badf("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	return s.edited(c, m, text, ent, p)
}

func (s *Sim) editMessageCaption(p *params) (any, *apiError) {
	c, m, bad := s.own(p, "edit")
	if bad != nil {
		return nil, bad
	}
	text, ent, bad := parseText(p, "caption", "parse_mode", "caption_entities")
	switch {
	case bad != nil:
		return nil, bad
	case !m.ByBot:
		return nil, badf("message can't be edited")
	case m.Text != "":
		return nil, badf("there is no caption in the message to edit")
	case units(text) > maxCaption:
		return nil, badf("message caption is too long")
	case text == m.Caption && same(ent, m.CaptionEntities):
		return nil, badf("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	return s.edited(c, m, text, ent, p)
}

func (s *Sim) editMessageReplyMarkup(p *params) (any, *apiError) {
	_, m, bad := s.own(p, "edit")
	if bad != nil {
		return nil, bad
	}
	m.ReplyMarkup = nil
	if bad := p.json("reply_markup", &m.ReplyMarkup); bad != nil {
		return nil, bad
	}
	return m, nil
}

func (s *Sim) edited(c *chat, m *Message, text string, ent []Entity, p *params) (any, *apiError) {
	rewrite(m, text, ent)
	if bad := p.json("reply_markup", &m.ReplyMarkup); bad != nil {
		return nil, bad
	}
	s.changed(Change{Kind: "edit", ChatID: c.ID, Business: m.BusinessConnectionID, MessageID: m.MessageID})
	return m, nil
}

func same(a, b []Entity) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func (s *Sim) deleteMessage(p *params) (any, *apiError) {
	c, m, bad := s.own(p, "delete")
	if bad != nil {
		return nil, bad
	}
	if now()-m.Date > 48*3600 {
		return nil, badf("message can't be deleted for everyone")
	}
	s.remove(c, []int{m.MessageID})
	return true, nil
}

func (s *Sim) deleteMessages(p *params) (any, *apiError) {
	c, bad := s.target(p)
	if bad != nil {
		return nil, bad
	}
	var ids []int
	if bad := p.json("message_ids", &ids); bad != nil {
		return nil, bad
	}
	s.remove(c, ids)
	return true, nil
}

func (s *Sim) deleteBusinessMessages(p *params) (any, *apiError) {
	b, ok := s.business[p.str("business_connection_id")]
	if !ok {
		return nil, badf("business connection not found")
	}
	var ids []int
	if bad := p.json("message_ids", &ids); bad != nil {
		return nil, bad
	}
	for k, c := range s.chats {
		if k.business == b.id {
			s.remove(c, ids)
		}
	}
	return true, nil
}

func (s *Sim) setMessageReaction(p *params) (any, *apiError) {
	c, m, bad := s.own(p, "react")
	if bad != nil {
		return nil, bad
	}
	var list []emojiType
	if bad := p.json("reaction", &list); bad != nil {
		return nil, bad
	}
	switch {
	case len(list) > 1:
		return nil, badf("REACTIONS_TOO_MANY")
	case len(list) == 0:
		s.react(c, m, s.bot.ID, "")
	default:
		s.react(c, m, s.bot.ID, list[0].Emoji)
	}
	return true, nil
}
