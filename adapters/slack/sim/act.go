package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Saying is what a person types and sends.
type Saying struct {
	User, Channel, ThreadTS string
	// Text is typed text with Slack's marks (*bold*, _italic_, ~strike~, `code`, ``` fences, > quotes, lists, :emoji:,
	// <@U…>, <!subteam^S…>, <!here>, <#C…>, <https://…|label>, bare links). It becomes a rich_text block and the text
	// beside it, as in Slack's own composer.
	Text string
	// Blocks replaces the block made from Text; Bare leaves it out, as old clients do. Wire replaces the text beside it:
	// it is already as on the wire.
	Blocks json.RawMessage
	Bare   bool
	Wire   string
	Files  []Upload
	// Broadcast also sends a reply to the channel.
	Broadcast bool
	// Subtype is for odd messages such as me_message.
	Subtype string
	// TS is a timestamp of another channel that the message gets in this one, too: they are unique within a channel only.
	TS string
}

// Upload is a file a person shares. Mimetype follows from the name where it is empty; Subtype is slack_audio for a clip
// recorded in Slack.
type Upload struct {
	Name, Mimetype, Subtype string
	Content                 []byte
}

// Say posts as a person and returns the ts. It is an error where the person could not do that in Slack.
func (s *Sim) Say(m Saying) (ts string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[m.Channel]
	u := s.users[m.User]
	switch {
	case c == nil:
		return "", fmt.Errorf("say: no channel %s", m.Channel)
	case u == nil:
		return "", fmt.Errorf("say: no user %s", m.User)
	case c.Archived:
		return "", fmt.Errorf("say: %s is archived", m.Channel)
	case !c.has(m.User):
		return "", fmt.Errorf("say: %s is not in %s", m.User, m.Channel)
	}
	if root := c.find(m.ThreadTS); m.ThreadTS != "" && root == nil {
		return "", fmt.Errorf("say: no thread %s", m.ThreadTS)
	}
	said := &Message{User: m.User, ThreadTS: m.ThreadTS, Subtype: m.Subtype, UnfurlLinks: true, UnfurlMedia: true}
	said.Text, said.Blocks = s.typed(m.Text)
	if m.Blocks != nil {
		said.Blocks = slices.Clone(m.Blocks)
	}
	if m.Bare {
		said.Blocks = nil
	}
	if m.Wire != "" {
		said.Text = m.Wire
	}
	if u.IsBot {
		said.BotID = "B" + m.User[1:]
	} else {
		said.ClientMsgID = s.clientID()
	}
	for _, up := range m.Files {
		f := s.newFile(m.User, up.Name, up.Mimetype, len(up.Content))
		f.subtype = up.Subtype
		f.content, f.uploaded, f.complete = slices.Clone(up.Content), true, true
		said.fileIDs = append(said.fileIDs, f.ID)
	}
	if len(m.Files) > 0 && said.Subtype == "" {
		said.Subtype, said.ClientMsgID = "file_share", ""
	}
	if m.Broadcast && m.ThreadTS != "" {
		said.Subtype = "thread_broadcast"
	}
	s.put(c, said)
	if m.TS != "" && c.find(m.TS) == nil {
		said.TS = m.TS
		slices.SortFunc(c.posts, func(a, b *Message) int { return strings.Compare(a.TS, b.TS) })
	}
	s.said(c, said)
	return said.TS, nil
}

// clientID is what Slack's own clients give every message they send.
func (s *Sim) clientID() string {
	s.serial++
	return fmt.Sprintf("%08x-cccc-4000-8000-%012x", s.serial, s.serial)
}

// act runs f on a message.
func (s *Sim) act(what, channel, ts string, f func(*room, *Message) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if c == nil {
		return fmt.Errorf("%s: no channel %s", what, channel)
	}
	m := c.find(ts)
	if m == nil || m.Subtype == "tombstone" {
		return fmt.Errorf("%s: no message %s in %s", what, ts, channel)
	}
	if err := f(c, m); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.touch()
	return nil
}

// Edit changes what a person said.
func (s *Sim) Edit(user, channel, ts, text string) error {
	return s.act("edit", channel, ts, func(c *room, m *Message) error {
		if m.User != user || m.BotID != "" {
			return fmt.Errorf("%s did not write that", user)
		}
		was := s.wire(m)
		m.Text, m.Blocks = s.typed(text)
		m.Edited = &Edit{User: user, TS: stamp(s.opts.Now())}
		s.altered(c, m, was)
		return nil
	})
}

// Delete removes a message, whoever does it. A root with replies leaves a tombstone.
func (s *Sim) Delete(channel, ts string) error {
	return s.act("delete", channel, ts, func(c *room, m *Message) error {
		s.remove(c, m)
		return nil
	})
}

// React puts an emoji (name without colons) on a message.
func (s *Sim) React(user, channel, ts, name string) error {
	return s.act("react", channel, ts, func(c *room, m *Message) error {
		if fail := s.react(c, m, user, name); fail != nil {
			return fmt.Errorf("%s", fail.code)
		}
		return nil
	})
}

// Unreact takes an emoji away.
func (s *Sim) Unreact(user, channel, ts, name string) error {
	return s.act("unreact", channel, ts, func(c *room, m *Message) error {
		if fail := s.unreact(c, m, user, name); fail != nil {
			return fmt.Errorf("%s", fail.code)
		}
		return nil
	})
}

// OpenHome opens the app's home tab.
func (s *Sim) OpenHome(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[user] == nil {
		return fmt.Errorf("open home: no user %s", user)
	}
	e := object{
		"type": "app_home_opened", "user": user, "channel": s.direct(user, false).ID, "tab": "home",
		"event_ts": stamp(s.opts.Now()),
	}
	if v := s.homes[user]; v != nil {
		e["view"] = s.wireView(v, object{})
	}
	s.emit("app_home_opened", nil, e)
	s.touch()
	return nil
}
