package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// User is a person or a bot.
type User struct {
	// ID is made up where it is empty.
	ID string
	// Name is the handle; DisplayName what is shown; RealName and FirstName as in the profile. Empty ones follow
	// from the others.
	Name, DisplayName, RealName, FirstName string
	Email, TZ                              string
	// Photo is the address of the profile's picture; empty = none was uploaded.
	Photo string
	// TeamID is another team for strangers of shared channels; empty = the sim's team.
	TeamID string
	// Restricted is a guest of several channels, UltraRestricted of one, Stranger somebody of another workspace.
	Restricted, UltraRestricted, Stranger bool
	IsBot, AppUser, ConnectorBot, Deleted bool
	Admin                                 bool
	// DND: do not disturb is on, from an hour ago until an hour from now. See SetDND.
	DND bool
}

// DND is when a user does not want to be disturbed: the next stretch of their schedule, and a pause until Snooze. Of a
// pause Slack tells nobody else, unless Told. Source: dnd.info on docs.slack.dev.
type DND struct {
	From, To time.Time
	Snooze   time.Time
	Told     bool
}

// Channel is a place to talk.
type Channel struct {
	// ID is made up where it is empty.
	ID, Name string
	Private  bool
	Archived bool
	// ExtShared: people of other workspaces are in it.
	ExtShared bool
	Topic     string
	Members   []string
}

// UserGroup is a group that can be mentioned.
type UserGroup struct {
	ID, Handle, Name string
	Users            []string
	Disabled         bool
}

// world is everything that people see. Sim.mu guards it.
type world struct {
	users    map[string]*User
	groups   map[string]*UserGroup
	channels map[string]*room
	files    map[string]*file
	views    map[string]*view
	homes    map[string]*view   // by user
	modals   map[string][]*view // by user, top last
	whispers map[string][]*Message
	triggers map[string]*trigger
	dnd      map[string]DND
	replies  map[string]*reply // response URLs
}

// room is a channel or a direct message with what was said in it.
type room struct {
	Channel
	im       string // the user, in a direct message
	slackbot bool   // a direct message of Slackbot's
	created  time.Time
	posts    []*Message // in the order of TS
	last     int64      // latest ts, in microseconds
	bucket   bucket
	byClient map[string]string // client_msg_id -> ts
}

func newWorld() world {
	return world{
		users: map[string]*User{}, groups: map[string]*UserGroup{}, channels: map[string]*room{},
		files: map[string]*file{}, views: map[string]*view{}, homes: map[string]*view{}, modals: map[string][]*view{},
		whispers: map[string][]*Message{}, triggers: map[string]*trigger{}, dnd: map[string]DND{}, replies: map[string]*reply{},
	}
}

// AddUser adds or replaces a user; a replaced one is told to the app as user_change.
func (s *Sim) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = s.newID("U")
	}
	fill(&u.RealName, u.DisplayName)
	fill(&u.RealName, u.Name)
	fill(&u.RealName, u.ID)
	fill(&u.Name, strings.ToLower(strings.ReplaceAll(u.RealName, " ", ".")))
	if u.FirstName == "" && !u.IsBot {
		u.FirstName, _, _ = strings.Cut(u.RealName, " ")
	}
	fill(&u.TeamID, s.opts.Team.ID)
	fill(&u.TZ, "Europe/Amsterdam")
	_, known := s.users[u.ID]
	s.users[u.ID] = new(u)
	if known {
		s.emit("user_change", nil, object{"type": "user_change", "user": s.userObject(&u), "cache_ts": s.opts.Now().Unix()})
	}
	s.touch()
	return u
}

// SetDND says when a user does not want to be disturbed; the zero DND = they may always be.
func (s *Sim) SetDND(user string, d DND) { s.with(func() { s.dnd[user] = d }) }

// AddChannel adds a channel with its members, without an event.
func (s *Sim) AddChannel(c Channel) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == "" {
		c.ID = s.newID("C")
	}
	fill(&c.Name, strings.ToLower(c.ID))
	c.Members = slices.Clone(c.Members)
	s.channels[c.ID] = &room{Channel: c, created: s.opts.Now(), byClient: map[string]string{}}
	s.touch()
	return c
}

// AddUserGroup adds or replaces a user group.
func (s *Sim) AddUserGroup(g UserGroup) UserGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.ID == "" {
		g.ID = s.newID("S")
	}
	fill(&g.Name, g.Handle)
	g.Users = slices.Clone(g.Users)
	s.groups[g.ID] = new(g)
	s.touch()
	return g
}

// Join adds a member, with the message and the event that Slack makes of it.
func (s *Sim) Join(channel, user string) error {
	return s.change(channel, func(c *room) error {
		if s.users[user] == nil {
			return fmt.Errorf("join: no user %s", user)
		}
		if slices.Contains(c.Members, user) {
			return nil
		}
		c.Members = append(c.Members, user)
		s.emit("member_joined_channel", c, object{
			"type": "member_joined_channel", "user": user, "channel": c.ID,
			"channel_type": c.kindLetter(), "team": s.opts.Team.ID, "event_ts": stamp(s.opts.Now()),
		})
		s.notice(c, user, "channel_join", "<@"+user+"> has joined the channel", nil)
		return nil
	})
}

// Kick removes a member, with the events that Slack makes of it.
func (s *Sim) Kick(channel, user string) error {
	return s.change(channel, func(c *room) error {
		at := slices.Index(c.Members, user)
		if at < 0 {
			return fmt.Errorf("kick: %s is not in %s", user, channel)
		}
		// The one who leaves is still told.
		s.emit("member_left_channel", c, object{
			"type": "member_left_channel", "user": user, "channel": c.ID,
			"channel_type": c.kindLetter(), "team": s.opts.Team.ID, "event_ts": stamp(s.opts.Now()),
		})
		c.Members = slices.Delete(c.Members, at, at+1)
		s.notice(c, user, "channel_leave", "<@"+user+"> has left the channel", nil)
		return nil
	})
}

// Archive archives a channel or takes it out of the archive.
func (s *Sim) Archive(channel string, on bool) error {
	return s.change(channel, func(c *room) error {
		if c.Archived == on {
			return nil
		}
		name, kind := "channel", "archive"
		if c.Private {
			name = "group"
		}
		if !on {
			kind = "unarchive"
		}
		c.Archived = on
		s.emit(name+"_"+kind, c, object{
			"type": name + "_" + kind, "channel": c.ID, "user": "USLACKBOT", "event_ts": stamp(s.opts.Now()),
		})
		return nil
	})
}

// Rename gives a channel another name.
func (s *Sim) Rename(channel, name string) error {
	return s.change(channel, func(c *room) error {
		old := c.Name
		c.Name = name
		s.notice(c, "USLACKBOT", "channel_name", "has renamed the channel from \""+old+"\" to \""+name+"\"",
			object{"old_name": old, "name": name})
		return nil
	})
}

// Share makes a channel shared with another workspace, or ends that.
func (s *Sim) Share(channel string, on bool) error {
	return s.change(channel, func(c *room) error {
		if c.ExtShared == on {
			return nil
		}
		c.ExtShared = on
		e := object{"type": "channel_shared", "connected_team_id": "T0OTHER", "channel": c.ID, "event_ts": stamp(s.opts.Now())}
		if !on {
			e = object{
				"type": "channel_unshared", "previously_connected_team_id": "T0OTHER", "channel": c.ID,
				"is_ext_shared": false, "event_ts": stamp(s.opts.Now()),
			}
		}
		s.emit(e["type"].(string), c, e)
		return nil
	})
}

// ChangeChannelID gives a channel a new id, as happens to private channels that get shared.
func (s *Sim) ChangeChannelID(channel, id string) error {
	return s.change(channel, func(c *room) error {
		if s.channels[id] != nil {
			return fmt.Errorf("channel id %s is taken", id)
		}
		old := c.ID
		c.ID = id
		delete(s.channels, old)
		s.channels[id] = c
		for _, m := range c.posts {
			m.Channel = id
		}
		s.emit("channel_id_changed", c, object{
			"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": id, "event_ts": stamp(s.opts.Now()),
		})
		return nil
	})
}

// change runs f on a channel and tells the watchers.
func (s *Sim) change(id string, f func(*room) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	if c == nil {
		return fmt.Errorf("no channel %s", id)
	}
	defer s.touch()
	return f(c)
}

// direct is the direct message between the bot (or Slackbot) and a user; it is made where there is none.
func (s *Sim) direct(user string, slackbot bool) *room {
	for _, c := range s.channels {
		if c.im == user && c.slackbot == slackbot {
			return c
		}
	}
	other := s.opts.App.BotUser
	if slackbot {
		other = "USLACKBOT"
	}
	c := &room{
		Channel: Channel{ID: s.newID("D"), Members: []string{other, user}}, im: user, slackbot: slackbot,
		created: s.opts.Now(), byClient: map[string]string{},
	}
	s.channels[c.ID] = c
	return c
}

// kindLetter is what events call channel_type of membership.
func (c *room) kindLetter() string {
	if c.Private {
		return "G"
	}
	return "C"
}

// kind is what message events call channel_type.
func (c *room) kind() string {
	switch {
	case c.im != "":
		return "im"
	case c.Private:
		return "group"
	}
	return "channel"
}

// scope is the scope for doing what (read, history, write) with channels of a kind.
func scope(kind, what string) string {
	if kind != "im" {
		kind += "s"
	}
	return kind + ":" + what
}

// subscription is the one that brings the messages of this channel.
func (c *room) subscription() string {
	if c.im != "" {
		return "message.im"
	}
	return "message." + c.kind() + "s"
}

// has tells whether a user is in the channel.
func (c *room) has(user string) bool { return slices.Contains(c.Members, user) }

// ordered lists the values of a map by key.
func ordered[V any](m map[string]V) []V {
	all := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m[k])
	}
	return all
}
