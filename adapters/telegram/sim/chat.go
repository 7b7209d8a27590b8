package sim

import "strconv"

// chatKey tells chats apart: a business account's chat with somebody has the same id as the bot's own chat with them.
type chatKey struct {
	business string
	id       int64
}

// chat is one place and what was said in it. The Sim's lock guards it.
type chat struct {
	Chat
	messages []*Message
	// started: the bot may write (private). blocked: the customer blocked the bot. gone: the account was deleted.
	started, blocked, gone bool
	// movedTo is set once a group became a supergroup.
	movedTo int64
	// admin: the bot is an administrator and reads everything. out: the bot was removed.
	admin, out bool
	members    map[int64]bool
	linked     int64 // channel <-> discussion group
	// next numbers the messages of supergroups and channels; other chats share one sequence.
	next int
}

func (c *chat) message(id int) *Message {
	for i := len(c.messages) - 1; i >= 0; i-- {
		if m := c.messages[i]; m.MessageID == id && !m.Deleted {
			return m
		}
	}
	return nil
}

// chat finds or makes a chat. The lock is held.
func (s *Sim) chat(k chatKey, made Chat) *chat {
	c, ok := s.chats[k]
	if !ok {
		c = &chat{Chat: made, members: map[int64]bool{}}
		s.chats[k] = c
	}
	return c
}

// place puts a message into a chat and numbers it. The lock is held.
func (s *Sim) place(c *chat, m *Message) *Message {
	if c.Type == "supergroup" || c.Type == "channel" {
		c.next++
		m.MessageID = c.next
	} else {
		s.nextMsg++
		m.MessageID = s.nextMsg
	}
	m.Chat = c.Chat
	m.Date = now()
	c.messages = append(c.messages, m)
	s.changed(Change{Kind: "new", ChatID: c.ID, Business: m.BusinessConnectionID, MessageID: m.MessageID})
	return m
}

func (s *Sim) groupID() string {
	s.nextGroup++
	return strconv.Itoa(13000000000 + s.nextGroup)
}

// shown is a message as part of another one: without what it replied to itself.
func shown(m *Message) *Message {
	if m == nil {
		return nil
	}
	c := *m
	c.ReplyToMessage = nil
	return &c
}
