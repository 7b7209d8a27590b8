package sim

import (
	"cmp"
	"regexp"
	"unicode/utf16"
)

// Option says how or where a customer says something.
type Option func(*draft)

type draft struct {
	place     Place
	business  *Business
	reply     int
	quote     string
	topic     int
	under     int
	entities  []Entity
	forwarded string
	as        *Chat
	album     string
}

// In says it in a group instead of the private chat with the bot.
func In(p Place) Option { return func(d *draft) { d.place = p } }

// Via says it to a business account that the bot is connected to.
func Via(b *Business) Option { return func(d *draft) { d.business = b } }

// ReplyTo makes it a reply to a message of the same chat.
func ReplyTo(id int) Option { return func(d *draft) { d.reply = id } }

// Quoting makes the reply quote a part of that message.
func Quoting(part string) Option { return func(d *draft) { d.quote = part } }

// Under makes it a comment below the channel post that stands in the discussion group as the message id.
func Under(id int) Option { return func(d *draft) { d.under = id } }

// InTopic says it in a forum topic.
func InTopic(id int) Option { return func(d *draft) { d.topic = id } }

// With styles the text, in UTF-16 units; without it mentions, commands and links are found as a phone finds them.
func With(e ...Entity) Option { return func(d *draft) { d.entities = append([]Entity{}, e...) } }

// Album begins an album: everything that is sent with the option is one item of it.
func (s *Sim) Album() Option {
	s.mu.Lock()
	defer s.mu.Unlock()
	group := s.groupID()
	return func(d *draft) { d.album = group }
}

// ForwardedFrom makes it a forwarded message of somebody who hides their account.
func ForwardedFrom(name string) Option { return func(d *draft) { d.forwarded = name } }

// As speaks in the name of a chat: the group itself (an anonymous administrator) or a channel.
func As(p Place) Option {
	return func(d *draft) {
		switch v := p.(type) {
		case *Group:
			d.as = &Chat{ID: v.ChatID()}
		case *Channel:
			d.as = &Chat{ID: v.ChatID()}
		}
	}
}

// say makes a message, puts it where it belongs and tells the bot. fill runs with the lock held.
func (c *Customer) say(how []Option, fill func(*draft, *Message)) int {
	var d draft
	for _, o := range how {
		o(&d)
	}
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Message{From: new(c.user)}
	fill(&d, m)
	at := c.at(&d, m)
	if at == nil || at.gone {
		return 0
	}
	c.dress(&d, at, m)
	if at.Type == "private" && d.business == nil {
		if at.blocked {
			at.blocked = false
			s.memberChanged(c, "kicked", "member")
		}
		at.started = true
	}
	s.place(at, m)
	if s.seen(at, m) {
		kind := "message"
		if d.business != nil {
			kind = "business_message"
		}
		s.push(kind, m, at.ID)
	}
	return m.MessageID
}

// at is the chat it is said in. The lock is held.
func (c *Customer) at(d *draft, m *Message) *chat {
	s := c.sim
	switch {
	case d.business != nil:
		if !d.business.enabled {
			return nil
		}
		m.BusinessConnectionID = d.business.id
		at := s.chat(chatKey{business: d.business.id, id: c.user.ID}, c.chat())
		at.started = true
		return at
	case d.place != nil:
		at := s.chats[chatKey{id: d.place.ChatID()}]
		if at != nil && at.movedTo != 0 {
			at = s.chats[chatKey{id: at.movedTo}]
		}
		if at != nil && at.IsDirectMessages {
			m.DirectMessagesTopic = &Topic{TopicID: c.user.ID, User: new(c.user)}
		}
		return at
	default:
		return s.private(c)
	}
}

// dress adds what the options ask for. The lock is held.
func (c *Customer) dress(d *draft, at *chat, m *Message) {
	if d.album != "" {
		m.MediaGroupID = d.album
	}
	if d.topic != 0 {
		m.MessageThreadID, m.IsTopicMessage = d.topic, true
	}
	if id := cmp.Or(d.reply, d.under); id != 0 {
		if to := at.message(id); to != nil {
			m.ReplyToMessage = shown(to)
			if at.Type == "supergroup" && d.topic == 0 {
				m.MessageThreadID = cmp.Or(d.under, to.MessageThreadID, to.MessageID)
			}
		}
	}
	if d.quote != "" {
		m.Quote = &Quote{Text: d.quote, IsManual: true}
	}
	if d.forwarded != "" {
		m.ForwardOrigin = &Origin{Type: "hidden_user", Date: now(), SenderUserName: d.forwarded}
	}
	if d.as != nil {
		if as := c.sim.chats[chatKey{id: d.as.ID}]; as != nil {
			m.SenderChat = new(as.Chat)
			if as == at {
				m.From = &User{ID: 1087968824, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
			} else {
				m.From = &User{ID: 136817688, IsBot: true, FirstName: "Channel", Username: "Channel_Bot"}
			}
		}
	}
}

// seen says whether the bot is told of a message. The lock is held.
func (s *Sim) seen(at *chat, m *Message) bool {
	if at.Type == "private" || at.Type == "channel" || at.IsDirectMessages {
		return !at.out
	}
	if at.out {
		return false
	}
	if at.admin || s.opts.ReadsGroups || len(m.NewChatMembers) > 0 || m.MigrateToChatID != 0 {
		return true
	}
	if r := m.ReplyToMessage; r != nil && r.From != nil && r.From.ID == s.bot.ID {
		return true
	}
	for _, e := range m.Entities {
		if e.Type == "bot_command" && e.Offset == 0 {
			return true
		}
	}
	return false
}

// marks are what a phone finds in a text by itself.
var marks = []struct {
	kind string
	at   *regexp.Regexp
}{
	{"bot_command", regexp.MustCompile(`(?:^|\s)(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)`)},
	{"mention", regexp.MustCompile(`(?:^|[^\w@])(@[A-Za-z][A-Za-z0-9_]{2,31})`)},
	{"url", regexp.MustCompile(`(https?://[^\s<>"]+)`)},
}

func found(text string) []Entity {
	var out []Entity
	for _, k := range marks {
		for _, hit := range k.at.FindAllStringSubmatchIndex(text, -1) {
			out = append(out, Entity{Type: k.kind, Offset: units(text[:hit[2]]), Length: units(text[hit[2]:hit[3]])})
		}
	}
	return out
}

// units counts UTF-16 units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
