package sim

// Edit changes the text (or the caption) of a message in the private chat; In and Via say where else.
func (c *Customer) Edit(id int, text string, how ...Option) bool {
	var d draft
	for _, o := range how {
		o(&d)
	}
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := c.at(&d, &Message{})
	if at == nil {
		return false
	}
	m := at.message(id)
	if m == nil || m.ByBot {
		return false
	}
	ent := d.entities
	if ent == nil {
		ent = found(text)
	}
	rewrite(m, text, ent)
	s.changed(Change{Kind: "edit", ChatID: at.ID, Business: m.BusinessConnectionID, MessageID: id})
	if s.seen(at, m) {
		kind := "edited_message"
		if d.business != nil {
			kind = "edited_business_message"
		}
		s.push(kind, m, at.ID)
	}
	return true
}

// rewrite gives a message new words.
func rewrite(m *Message, text string, ent []Entity) {
	m.EditDate = now()
	if m.Text != "" {
		m.Was = append(m.Was, m.Text)
		m.Text, m.Entities = text, ent
		return
	}
	m.Was = append(m.Was, m.Caption)
	m.Caption, m.CaptionEntities = text, ent
}

// Block stops the bot from writing. What the customer writes afterwards unblocks it.
func (c *Customer) Block() {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.private(c)
	if !at.blocked {
		at.blocked = true
		s.memberChanged(c, "member", "kicked")
	}
}

// Unblock lets the bot write again.
func (c *Customer) Unblock() {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.private(c)
	if at.blocked {
		at.blocked = false
		s.memberChanged(c, "kicked", "member")
	}
}

// Blocked says whether the customer blocked the bot.
func (c *Customer) Blocked() bool {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.sim.private(c).blocked
}

// Leave deletes the customer's account.
func (c *Customer) Leave() {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.sim.private(c).gone = true
}

// Delete removes messages from the private chat. The bot is not told: nothing in the Bot API does that.
func (c *Customer) Delete(ids ...int) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(s.private(c), ids)
}

// remove takes messages away and lists those that were there. The lock is held.
func (s *Sim) remove(at *chat, ids []int) []int {
	var gone []int
	for _, id := range ids {
		if m := at.message(id); m != nil {
			m.Deleted = true
			gone = append(gone, id)
			s.changed(Change{Kind: "delete", ChatID: at.ID, Business: m.BusinessConnectionID, MessageID: id})
		}
	}
	return gone
}

// React puts an emoji on a message; an empty one takes it away. In says where else than in the private chat.
func (c *Customer) React(id int, emoji string, how ...Option) bool {
	var d draft
	for _, o := range how {
		o(&d)
	}
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	at := c.at(&d, &Message{})
	if at == nil {
		return false
	}
	m := at.message(id)
	if m == nil {
		return false
	}
	was := m.Reactions[c.user.ID]
	s.react(at, m, c.user.ID, emoji)
	if at.Type == "private" || at.admin {
		s.push("message_reaction", reaction{
			Chat: at.Chat, MessageID: id, User: new(c.user), Date: now(), Old: emojis(was), New: emojis(emoji),
		}, at.ID)
	}
	return true
}

func (s *Sim) react(at *chat, m *Message, by int64, emoji string) {
	if m.Reactions == nil {
		m.Reactions = map[int64]string{}
	}
	if emoji == "" {
		delete(m.Reactions, by)
	} else {
		m.Reactions[by] = emoji
	}
	s.changed(Change{Kind: "reaction", ChatID: at.ID, Business: m.BusinessConnectionID, MessageID: m.MessageID})
}

// reaction is https://core.telegram.org/bots/api#messagereactionupdated.
type reaction struct {
	Chat      Chat        `json:"chat"`
	MessageID int         `json:"message_id"`
	User      *User       `json:"user,omitempty"`
	Date      int64       `json:"date"`
	Old       []emojiType `json:"old_reaction"`
	New       []emojiType `json:"new_reaction"`
}

type emojiType struct {
	Type  string `json:"type"`
	Emoji string `json:"emoji"`
}

func emojis(e string) []emojiType {
	if e == "" {
		return []emojiType{}
	}
	return []emojiType{{Type: "emoji", Emoji: e}}
}

// memberUpdated is https://core.telegram.org/bots/api#chatmemberupdated.
type memberUpdated struct {
	Chat Chat   `json:"chat"`
	From User   `json:"from"`
	Date int64  `json:"date"`
	Old  member `json:"old_chat_member"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status    string `json:"status"`
	User      User   `json:"user"`
	UntilDate *int64 `json:"until_date,omitempty"`
}

// memberChanged tells the bot that a person blocked or unblocked it. The lock is held.
func (s *Sim) memberChanged(c *Customer, was, is string) {
	s.changed(Change{Kind: "chat", ChatID: c.user.ID})
	s.push("my_chat_member", memberUpdated{
		Chat: c.chat(), From: c.user, Date: now(), Old: s.member(was), New: s.member(is),
	}, c.user.ID)
}

func (s *Sim) member(status string) member {
	m := member{Status: status, User: s.bot}
	if status == "kicked" {
		m.UntilDate = new(int64)
	}
	return m
}
