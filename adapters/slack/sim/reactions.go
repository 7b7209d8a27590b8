package sim

import "slices"

// reactable finds the message that a reaction is about.
func (s *Sim) reactable(c *call) (*room, *Message, *failure) {
	ch := s.channels[c.str("channel")]
	if ch == nil || (ch.Private && !ch.has(s.opts.App.BotUser)) {
		return nil, nil, refuse("channel_not_found")
	}
	m := ch.find(c.str("timestamp"))
	if m == nil || m.Subtype == "tombstone" {
		return nil, nil, refuse("message_not_found")
	}
	return ch, m, nil
}

// apiReact is https://docs.slack.dev/reference/methods/reactions.add
func apiReact(s *Sim, c *call) (object, *failure) {
	ch, m, fail := s.reactable(c)
	if fail != nil {
		return nil, fail
	}
	switch {
	case ch.Archived:
		return nil, refuse("is_archived")
	case !ch.has(s.opts.App.BotUser):
		return nil, refuse("not_in_channel")
	}
	return nil, s.react(ch, m, s.opts.App.BotUser, c.str("name"))
}

// apiUnreact is https://docs.slack.dev/reference/methods/reactions.remove
func apiUnreact(s *Sim, c *call) (object, *failure) {
	ch, m, fail := s.reactable(c)
	if fail != nil {
		return nil, fail
	}
	return nil, s.unreact(ch, m, s.opts.App.BotUser, c.str("name"))
}

func apiReactions(s *Sim, c *call) (object, *failure) {
	ch, m, fail := s.reactable(c)
	if fail != nil {
		return nil, fail
	}
	return object{"type": "message", "channel": ch.ID, "message": s.api(m, false)}, nil
}

// react adds one reaction. An emoji that the sim does not know is invalid_name.
func (s *Sim) react(ch *room, m *Message, user, name string) *failure {
	if !s.emoji.known(name) {
		return refuse("invalid_name")
	}
	at := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	switch {
	case at < 0:
		m.Reactions = append(slices.Clip(m.Reactions), Reaction{Name: name, Users: []string{user}})
	case slices.Contains(m.Reactions[at].Users, user):
		return refuse("already_reacted")
	default:
		m.Reactions[at].Users = append(m.Reactions[at].Users, user)
	}
	s.reacted("reaction_added", ch, m, user, name)
	return nil
}

func (s *Sim) unreact(ch *room, m *Message, user, name string) *failure {
	at := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if at < 0 || !slices.Contains(m.Reactions[at].Users, user) {
		return refuse("no_reaction")
	}
	users := &m.Reactions[at].Users
	*users = slices.DeleteFunc(*users, func(u string) bool { return u == user })
	if len(*users) == 0 {
		m.Reactions = slices.Delete(m.Reactions, at, at+1)
	}
	s.reacted("reaction_removed", ch, m, user, name)
	return nil
}
