package sim

import "fmt"

// Group is a group chat with the bot in it.
type Group struct {
	sim *Sim
	id  int64
}

// GroupOptions are how a group is made.
type GroupOptions struct {
	// Username makes it public.
	Username string
	// Basic makes it a small old-style group, which Upgrade turns into a supergroup.
	Basic bool
	// Forum gives it topics.
	Forum bool
	// Admin makes the bot an administrator, who reads everything whatever its privacy mode.
	Admin bool
}

// NewGroup makes a group with the bot in it.
func (s *Sim) NewGroup(title string, o GroupOptions) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.group(title, o)
}

func (s *Sim) group(title string, o GroupOptions) *Group {
	s.nextChat++
	made := Chat{ID: -1000000000000 - s.nextChat, Type: "supergroup", Title: title, Username: o.Username, IsForum: o.Forum}
	if o.Basic {
		made.ID, made.Type = -s.nextChat, "group"
	}
	c := s.chat(chatKey{id: made.ID}, made)
	c.started, c.admin = true, o.Admin
	return &Group{sim: s, id: made.ID}
}

// ChatID is the group's id; after Upgrade the new one.
func (g *Group) ChatID() int64 {
	return g.id
}

// Messages is what a phone shows of the group.
func (g *Group) Messages() []Message { return g.sim.Messages(g.id) }

// Remove throws the bot out.
func (g *Group) Remove(by *Customer) {
	s := g.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatKey{id: g.id}]
	c.out = true
	s.push("my_chat_member", memberUpdated{Chat: c.Chat, From: by.user, Date: now(), Old: s.member("member"), New: s.member("kicked")}, g.id)
}

// Upgrade turns a basic group into a supergroup, which has another id: from now on calls with the old one are answered
// with migrate_to_chat_id. It returns the new group.
func (g *Group) Upgrade(by *Customer) *Group {
	s := g.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.chats[chatKey{id: g.id}]
	up := s.group(old.Title, GroupOptions{Admin: old.admin})
	c := s.chats[chatKey{id: up.id}]
	old.movedTo = up.id
	s.push("message", s.place(old, &Message{From: new(by.user), MigrateToChatID: up.id}), old.ID)
	s.push("message", s.place(c, &Message{From: new(by.user), SenderChat: new(c.Chat), MigrateFromChatID: old.ID}), c.ID)
	return up
}

// Channel is a channel with a discussion group that the bot sits in.
type Channel struct {
	sim *Sim
	id  int64
	// Discussion is the linked group, where comments are written.
	Discussion *Group
}

// NewChannel makes a channel and its discussion group; the bot is an administrator of both.
func (s *Sim) NewChannel(title, username string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextChat++
	made := Chat{ID: -1000000000000 - s.nextChat, Type: "channel", Title: title, Username: username}
	c := s.chat(chatKey{id: made.ID}, made)
	g := s.group(title+" Chat", GroupOptions{Admin: true})
	c.started, c.admin, c.linked = true, true, g.id
	s.chats[chatKey{id: g.id}].linked = made.ID
	return &Channel{sim: s, id: made.ID, Discussion: g}
}

// ChatID is the channel's id.
func (c *Channel) ChatID() int64 { return c.id }

// Post publishes a text. It returns the id of the post in the channel, and of its copy in the discussion group, which
// Under takes.
func (c *Channel) Post(text string) (post, discussion int) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.chats[chatKey{id: c.id}]
	m := s.place(ch, &Message{SenderChat: new(ch.Chat), Text: text, Entities: found(text)})
	s.push("channel_post", m, c.id)
	g := s.chats[chatKey{id: c.Discussion.id}]
	f := s.place(g, &Message{
		From:       &User{ID: 777000, FirstName: "Telegram"},
		SenderChat: new(ch.Chat), IsAutomaticForward: true, Text: text, Entities: found(text),
		ForwardOrigin: &Origin{Type: "channel", Date: now(), Chat: new(ch.Chat), MessageID: m.MessageID},
	})
	s.push("message", f, g.ID)
	return m.MessageID, f.MessageID
}

// NewDirectMessages makes the chat in which people write to a channel, with the bot as its administrator.
func (s *Sim) NewDirectMessages(title string) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(title, GroupOptions{Admin: true})
	s.chats[chatKey{id: g.id}].IsDirectMessages = true
	return g
}

// Business is somebody's own account that the bot is connected to: it reads and answers in its private chats.
type Business struct {
	sim     *Sim
	id      string
	owner   *Customer
	enabled bool
	date    int64
}

// Connect connects the bot to a person's account and tells the bot.
func (s *Sim) Connect(owner *Customer) *Business {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &Business{sim: s, id: fmt.Sprintf("BC%06d", len(s.business)+1), owner: owner, enabled: true, date: now()}
	s.business[b.id] = b
	s.push("business_connection", b.wire(), owner.user.ID)
	return b
}

// ID is the business_connection_id.
func (b *Business) ID() string { return b.id }

// Disconnect ends the connection.
func (b *Business) Disconnect() {
	s := b.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	b.enabled = false
	s.push("business_connection", b.wire(), b.owner.user.ID)
}

// Messages is what the phones show of the chat between the account and a customer.
func (b *Business) Messages(with *Customer) []Message {
	return b.sim.messages(chatKey{business: b.id, id: with.user.ID})
}

// Write lets the owner answer a customer from the phone.
func (b *Business) Write(to *Customer, text string) int { return b.write(to, Message{Text: text}) }

// Greet lets the account answer a customer by itself, with an away or greeting message.
func (b *Business) Greet(to *Customer, text string) int {
	return b.write(to, Message{Text: text, IsFromOffline: true})
}

func (b *Business) write(to *Customer, m Message) int {
	s := b.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.chat(chatKey{business: b.id, id: to.user.ID}, to.chat())
	at.started = true
	m.From, m.BusinessConnectionID, m.Entities = new(b.owner.user), b.id, found(m.Text)
	s.push("business_message", s.place(at, &m), at.ID)
	return m.MessageID
}

// Delete removes messages of a chat, by whichever side; the bot is told.
func (b *Business) Delete(with *Customer, ids ...int) {
	s := b.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.chat(chatKey{business: b.id, id: with.user.ID}, with.chat())
	if gone := s.remove(at, ids); len(gone) > 0 {
		s.push("deleted_business_messages", deletedBusiness{ConnectionID: b.id, Chat: at.Chat, IDs: gone}, at.ID)
	}
}

type deletedBusiness struct {
	ConnectionID string `json:"business_connection_id"`
	Chat         Chat   `json:"chat"`
	IDs          []int  `json:"message_ids"`
}

// connection is https://core.telegram.org/bots/api#businessconnection.
type connection struct {
	ID         string          `json:"id"`
	User       User            `json:"user"`
	UserChatID int64           `json:"user_chat_id"`
	Date       int64           `json:"date"`
	Rights     map[string]bool `json:"rights,omitempty"`
	IsEnabled  bool            `json:"is_enabled"`
}

func (b *Business) wire() connection {
	return connection{
		ID: b.id, User: b.owner.user, UserChatID: b.owner.user.ID, Date: b.date, IsEnabled: b.enabled,
		Rights: map[string]bool{"can_reply": true, "can_read_messages": true, "can_delete_sent_messages": true},
	}
}
