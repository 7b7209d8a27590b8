package sim

// User is a person or a bot.
type User struct {
	// ID is made up where it is empty.
	ID string
	// Name is the handle; DisplayName what is shown; RealName and FirstName as in the profile. Empty ones follow
	// from the others.
	Name, DisplayName, RealName, FirstName string
	Email, TZ                              string
	// TeamID is another team for strangers of shared channels; empty = the sim's team.
	TeamID string
	// Restricted is a guest of several channels, UltraRestricted of one, Stranger somebody of another workspace.
	Restricted, UltraRestricted, Stranger bool
	IsBot, AppUser, ConnectorBot, Deleted bool
	Admin                                 bool
	// DND: do not disturb is on.
	DND bool
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

// AddUser adds or replaces a user; a replaced one is told to the app as user_change.
func (s *Sim) AddUser(u User) User { return u }

// AddChannel adds a channel with its members, without an event.
func (s *Sim) AddChannel(c Channel) Channel { return c }

// AddUserGroup adds or replaces a user group.
func (s *Sim) AddUserGroup(g UserGroup) UserGroup { return g }

// Join adds a member, with the message and the event that Slack makes of it.
func (s *Sim) Join(channel, user string) error { return nil }

// Kick removes a member, with the event that Slack makes of it.
func (s *Sim) Kick(channel, user string) error { return nil }

// Archive archives a channel or takes it out of the archive.
func (s *Sim) Archive(channel string, on bool) error { return nil }

// Rename gives a channel another name.
func (s *Sim) Rename(channel, name string) error { return nil }

// Share makes a channel shared with another workspace, or ends that.
func (s *Sim) Share(channel string, on bool) error { return nil }

// ChangeChannelID gives a channel a new id, as happens to private channels that get shared.
func (s *Sim) ChangeChannelID(channel, id string) error { return nil }
