package sim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Message is a snapshot of one message.
type Message struct {
	Channel, TS string
	// ThreadTS is the root's ts on a reply, and on a root that has replies its own.
	ThreadTS string
	Subtype  string
	// User is who wrote it: empty on messages posted under a custom Username.
	User, BotID, AppID           string
	Username, IconURL, IconEmoji string
	ClientMsgID                  string
	// Text is as on the wire: & < > escaped, links in angle brackets.
	Text string
	// Blocks, Attachments and Metadata are JSON; nil where there are none.
	Blocks, Attachments, Metadata json.RawMessage
	Files                         []File
	Reactions                     []Reaction
	Edited                        *Edit
	ReplyCount                    int
	ReplyUsers                    []string
	LatestReply                   string
	// To is the only one who sees it, on an ephemeral message.
	To string
	// Parse, LinkNames, UnfurlLinks and UnfurlMedia are how it was posted; Show asks them.
	Parse                    string
	LinkNames                bool
	UnfurlLinks, UnfurlMedia bool

	fileIDs []string
	extra   object // odd keys of notices
}

// Reaction is one emoji on a message and those who put it there, in order.
type Reaction struct {
	Name  string
	Users []string
}

// Edit says who changed a message and when.
type Edit struct{ User, TS string }

// File is a shared or uploaded file.
type File struct {
	ID, Name, Title, Mimetype string
	// Alt says in words what a picture shows.
	Alt     string
	User    string
	Size    int
	Created time.Time
	// URLPrivate is where the app downloads it.
	URLPrivate string
	// Shares are the ts of the messages that show it, by channel.
	Shares  map[string][]string
	Deleted bool
}

// inChannel tells whether the message shows in the channel itself.
func (m *Message) inChannel() bool {
	return m.ThreadTS == "" || m.ThreadTS == m.TS || m.Subtype == "thread_broadcast"
}

// isReply tells whether the message is in a thread of another message.
func (m *Message) isReply() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

// clone copies everything that may change later.
func (m *Message) clone() Message {
	c := *m
	c.Files = slices.Clone(m.Files)
	c.ReplyUsers = slices.Clone(m.ReplyUsers)
	c.Reactions = slices.Clone(m.Reactions)
	for i := range c.Reactions {
		c.Reactions[i].Users = slices.Clone(c.Reactions[i].Users)
	}
	if m.Edited != nil {
		c.Edited = new(*m.Edited)
	}
	return c
}

// find is a message by channel and ts; nil where there is none. The lock is held, as for all that follows.
func (s *Sim) find(channel, ts string) *Message {
	c := s.channels[channel]
	if c == nil {
		return nil
	}
	return c.find(ts)
}

func (c *room) find(ts string) *Message {
	at, ok := slices.BinarySearchFunc(c.posts, micros(ts), func(m *Message, us int64) int {
		return int(min(max(micros(m.TS)-us, -1), 1))
	})
	if !ok || c.posts[at].TS != ts {
		return nil
	}
	return c.posts[at]
}

// put stores a new message: it gets its ts, its thread and its root's counters.
func (s *Sim) put(c *room, m *Message) *Message {
	c.last = max(c.last+1, s.opts.Now().UnixMicro())
	m.Channel, m.TS = c.ID, stamp(time.UnixMicro(c.last))
	if m.ThreadTS != "" {
		s.intoThread(c, m)
	}
	c.posts = append(c.posts, m)
	s.fillFiles(m)
	s.touch()
	return m
}

// intoThread normalises the thread of a new reply to its root. A root that was deleted, even where a tombstone
// stands, leaves the reply in the channel without a thread (facts: Slack says ok to that).
func (s *Sim) intoThread(c *room, m *Message) {
	root := c.find(m.ThreadTS)
	if root != nil && root.isReply() {
		root = c.find(root.ThreadTS)
	}
	if root == nil || root.Subtype == "tombstone" {
		m.ThreadTS = ""
		if m.Subtype == "thread_broadcast" {
			m.Subtype = ""
		}
		return
	}
	m.ThreadTS, root.ThreadTS = root.TS, root.TS
	root.ReplyCount++
	root.LatestReply = m.TS
	if who := cmp.Or(m.User, m.BotID); !slices.Contains(root.ReplyUsers, who) {
		root.ReplyUsers = append(root.ReplyUsers, who)
	}
}

// drop removes a message from its channel and from the counters of its root.
func (s *Sim) drop(c *room, m *Message) {
	c.posts = slices.DeleteFunc(c.posts, func(o *Message) bool { return o == m })
	for _, id := range m.fileIDs {
		if f := s.files[id]; f != nil {
			f.shares[c.ID] = slices.DeleteFunc(f.shares[c.ID], func(ts string) bool { return ts == m.TS })
		}
	}
	if !m.isReply() {
		return
	}
	root := c.find(m.ThreadTS)
	if root == nil {
		return
	}
	root.ReplyCount--
	root.LatestReply, root.ReplyUsers = "", nil
	for _, o := range c.posts {
		if o.isReply() && o.ThreadTS == root.TS {
			root.LatestReply = o.TS
			if who := cmp.Or(o.User, o.BotID); !slices.Contains(root.ReplyUsers, who) {
				root.ReplyUsers = append(root.ReplyUsers, who)
			}
		}
	}
	if root.ReplyCount == 0 {
		root.ThreadTS = ""
		if root.Subtype == "tombstone" {
			s.drop(c, root)
		}
	}
}

// wire is what API answers and events have in common.
func (s *Sim) wire(m *Message) object {
	o := object{"type": "message", "text": m.Text, "ts": m.TS}
	for k, v := range map[string]string{
		"subtype": m.Subtype, "user": m.User, "bot_id": m.BotID, "username": m.Username,
		"client_msg_id": m.ClientMsgID, "thread_ts": m.ThreadTS,
	} {
		if v != "" {
			o[k] = v
		}
	}
	if m.User != "" {
		o["team"] = s.opts.Team.ID
		if u := s.users[m.User]; u != nil && u.TeamID != s.opts.Team.ID {
			o["user_team"], o["source_team"] = u.TeamID, u.TeamID
			o["team"] = u.TeamID
		}
	}
	if m.BotID != "" && m.User != "" {
		o["bot_profile"] = s.botProfile()
	}
	if icons := m.icons(); icons != nil {
		o["icons"] = icons
	}
	if m.Blocks != nil {
		o["blocks"] = m.Blocks
	}
	if m.Attachments != nil {
		o["attachments"] = m.Attachments
	}
	if m.Edited != nil {
		o["edited"] = object{"user": m.Edited.User, "ts": m.Edited.TS}
	}
	if len(m.fileIDs) > 0 {
		o["files"] = s.fileObjects(m.fileIDs)
		o["upload"] = false
		o["display_as_bot"] = false
	}
	s.wireThread(m, o)
	maps.Copy(o, m.extra)
	return o
}

// wireThread adds what a root says of its replies, and a reply of its root.
func (s *Sim) wireThread(m *Message, o object) {
	if m.isReply() {
		if root := s.find(m.Channel, m.ThreadTS); root != nil && root.User != "" {
			o["parent_user_id"] = root.User
		}
		return
	}
	if m.ReplyCount > 0 {
		o["reply_count"] = m.ReplyCount
		o["reply_users_count"] = len(m.ReplyUsers)
		o["latest_reply"] = m.LatestReply
		o["is_locked"] = false
		o["subscribed"] = false
	}
	if m.Subtype == "tombstone" {
		o["hidden"] = true
	}
}

// icons is the object that a custom icon becomes; nil without one.
func (m *Message) icons() object {
	switch {
	case m.IconEmoji != "":
		return object{"emoji": m.IconEmoji}
	case m.IconURL != "":
		return object{"image_36": m.IconURL, "image_48": m.IconURL, "image_72": m.IconURL}
	}
	return nil
}

// api is a message in the answer of a method.
func (s *Sim) api(m *Message, metadata bool) object {
	o := s.wire(m)
	if m.AppID != "" {
		o["app_id"] = m.AppID
	}
	if len(m.Reactions) > 0 {
		var all []object
		for _, r := range m.Reactions {
			all = append(all, object{"name": r.Name, "users": slices.Clone(r.Users), "count": len(r.Users)})
		}
		o["reactions"] = all
	}
	if m.ReplyCount > 0 && !m.isReply() {
		o["reply_users"] = slices.Clone(m.ReplyUsers)
	}
	if metadata && m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	return o
}

// botProfile describes the bot on its own messages.
func (s *Sim) botProfile() object {
	a := s.opts.App
	return object{
		"id": a.BotID, "deleted": false, "name": a.Name, "updated": 0, "app_id": a.ID, "team_id": s.opts.Team.ID,
		"icons": object{"image_36": "", "image_48": "", "image_72": ""},
	}
}

// raw marshals what the sim itself has built from strings, numbers, slices and maps.
func raw(v any) json.RawMessage {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return json.RawMessage("null")
	}
	return bytes.TrimSpace(buf.Bytes())
}
