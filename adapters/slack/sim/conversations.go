package sim

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// readable finds a channel that the bot may look at with a kind of scope.
func (s *Sim) readable(c *call, what string) (*room, *failure) {
	ch := s.channels[c.str("channel")]
	if ch == nil || (ch.Private && !ch.has(s.opts.App.BotUser)) || ch.slackbot {
		return nil, refuse("channel_not_found")
	}
	return ch, s.needScope(scope(ch.kind(), what))
}

// cursorOf makes an opaque cursor; position reads it.
func cursorOf(position string) string {
	return base64.StdEncoding.EncodeToString([]byte("next:" + position))
}

func position(cursor string) (string, *failure) {
	text, err := base64.StdEncoding.DecodeString(cursor)
	at, ok := strings.CutPrefix(string(text), "next:")
	if err != nil || !ok {
		return "", refuse("invalid_cursor")
	}
	return at, nil
}

// page cuts a list at the cursor and returns what to answer for the next one.
func page[T any](c *call, all []T, standard, most int) ([]T, object, *failure) {
	from := 0
	if c.str("cursor") != "" {
		at, fail := position(c.str("cursor"))
		if fail != nil {
			return nil, nil, fail
		}
		n, err := strconv.Atoi(at)
		if err != nil || n < 0 || n > len(all) {
			return nil, nil, refuse("invalid_cursor")
		}
		from = n
	}
	to := min(len(all), from+c.number("limit", standard, most))
	next := ""
	if to < len(all) {
		next = cursorOf(strconv.Itoa(to))
	}
	return all[from:to], object{"next_cursor": next}, nil
}

// channelObject is https://docs.slack.dev/reference/objects/conversation-object
func (s *Sim) channelObject(ch *room) object {
	if ch.im != "" {
		return object{
			"id": ch.ID, "created": ch.created.Unix(), "is_im": true, "is_org_shared": false, "user": ch.im,
			"is_archived": false, "is_user_deleted": false, "context_team_id": s.opts.Team.ID,
		}
	}
	return object{
		"id": ch.ID, "name": ch.Name, "name_normalized": ch.Name, "created": ch.created.Unix(), "creator": "USLACKBOT",
		"is_channel": !ch.Private, "is_group": false, "is_im": false, "is_mpim": false, "is_private": ch.Private,
		"is_archived": ch.Archived, "is_general": false, "is_member": ch.has(s.opts.App.BotUser),
		"is_shared": ch.ExtShared, "is_ext_shared": ch.ExtShared, "is_org_shared": false, "is_pending_ext_shared": false,
		"pending_shared": []string{}, "pending_connected_team_ids": []string{}, "parent_conversation": nil, "unlinked": 0,
		"context_team_id": s.opts.Team.ID, "shared_team_ids": []string{s.opts.Team.ID}, "updated": ch.created.UnixMilli(),
		"topic":          object{"value": ch.Topic, "creator": "", "last_set": 0},
		"purpose":        object{"value": "", "creator": "", "last_set": 0},
		"previous_names": []string{},
	}
}

func apiInfo(s *Sim, c *call) (object, *failure) {
	ch, fail := s.readable(c, "read")
	if fail != nil {
		return nil, fail
	}
	o := s.channelObject(ch)
	if c.flag("include_num_members") {
		o["num_members"] = len(ch.Members)
	}
	return object{"channel": o}, nil
}

func apiList(s *Sim, c *call) (object, *failure) {
	types := strings.Split(c.str("types"), ",")
	if c.str("types") == "" {
		types = []string{"public_channel"}
	}
	kinds := map[string]string{"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
	wanted := map[string]bool{}
	for _, t := range types {
		kind, ok := kinds[strings.TrimSpace(t)]
		if !ok {
			return nil, refuse("invalid_types")
		}
		if kind == "mpim" {
			continue // there are none
		}
		if fail := s.needScope(scope(kind, "read")); fail != nil {
			return nil, fail
		}
		wanted[kind] = true
	}
	var all []object
	for _, ch := range ordered(s.channels) {
		hidden := (ch.Private && !ch.has(s.opts.App.BotUser)) || ch.slackbot
		if wanted[ch.kind()] && !hidden && (!ch.Archived || !c.flag("exclude_archived")) {
			all = append(all, s.channelObject(ch))
		}
	}
	part, meta, fail := page(c, all, 100, 999)
	if fail != nil {
		return nil, fail
	}
	return object{"channels": listed(part), "response_metadata": meta}, nil
}

// listed makes an empty list [] and not null.
func listed[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

func apiMembers(s *Sim, c *call) (object, *failure) {
	ch, fail := s.readable(c, "read")
	if fail != nil {
		return nil, fail
	}
	part, meta, fail := page(c, ch.Members, 100, 999)
	if fail != nil {
		return nil, fail
	}
	return object{"members": listed(slices.Clone(part)), "response_metadata": meta}, nil
}

// window tells whether a timestamp is between oldest and latest, which count themselves only with inclusive.
func window(c *call) func(ts string) bool {
	oldest, latest := micros(c.str("oldest")), micros(c.str("latest"))
	inclusive := c.flag("inclusive")
	return func(ts string) bool {
		at := micros(ts)
		after := oldest == 0 || at > oldest || (inclusive && at == oldest)
		before := latest == 0 || at < latest || (inclusive && at == latest)
		return after && before
	}
}

// speakable is readable for history: the bot must be in the channel.
func (s *Sim) speakable(c *call) (*room, *failure) {
	ch, fail := s.readable(c, "history")
	if fail == nil && !ch.has(s.opts.App.BotUser) {
		fail = refuse("not_in_channel")
	}
	return ch, fail
}

// apiHistory lists what shows in the channel, newest first.
// https://docs.slack.dev/reference/methods/conversations.history
func apiHistory(s *Sim, c *call) (object, *failure) {
	ch, fail := s.speakable(c)
	if fail != nil {
		return nil, fail
	}
	within, before := window(c), int64(0)
	if c.str("cursor") != "" {
		at, fail := position(c.str("cursor"))
		if fail != nil {
			return nil, fail
		}
		before = micros(at)
	}
	limit := c.number("limit", 100, 999)
	var found []object
	next := ""
	for _, m := range slices.Backward(ch.posts) {
		if !m.inChannel() || !within(m.TS) || (before != 0 && micros(m.TS) >= before) {
			continue
		}
		if len(found) == limit {
			next = cursorOf(found[limit-1]["ts"].(string))
			break
		}
		found = append(found, s.api(m, c.flag("include_all_metadata")))
	}
	return object{
		"messages": listed(found), "has_more": next != "", "pin_count": 0, "channel_actions_ts": nil,
		"channel_actions_count": 0, "response_metadata": object{"next_cursor": next},
	}, nil
}

// apiReplies lists a thread, oldest first; the root comes first on every page, whatever oldest says.
// https://docs.slack.dev/reference/methods/conversations.replies
func apiReplies(s *Sim, c *call) (object, *failure) {
	ch, fail := s.speakable(c)
	if fail != nil {
		return nil, fail
	}
	root := ch.find(c.str("ts"))
	if root != nil && root.isReply() {
		root = ch.find(root.ThreadTS)
	}
	if root == nil {
		return nil, refuse("thread_not_found")
	}
	within, after := window(c), int64(0)
	if c.str("cursor") != "" {
		at, fail := position(c.str("cursor"))
		if fail != nil {
			return nil, fail
		}
		after = micros(at)
	}
	limit, next := c.number("limit", 1000, 1000), ""
	metadata := c.flag("include_all_metadata")
	found := []object{s.api(root, metadata)}
	for _, m := range ch.posts {
		if !m.isReply() || m.ThreadTS != root.TS || !within(m.TS) || micros(m.TS) <= after {
			continue
		}
		if len(found) > limit {
			next = cursorOf(found[limit]["ts"].(string))
			break
		}
		found = append(found, s.api(m, metadata))
	}
	return object{"messages": found, "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

func apiJoin(s *Sim, c *call) (object, *failure) {
	ch := s.channels[c.str("channel")]
	switch {
	case ch == nil || ch.Private || ch.im != "":
		return nil, refuse("channel_not_found")
	case ch.Archived:
		return nil, refuse("is_archived")
	case !ch.has(s.opts.App.BotUser):
		ch.Members = append(ch.Members, s.opts.App.BotUser)
		s.notice(ch, s.opts.App.BotUser, "channel_join", "<@"+s.opts.App.BotUser+"> has joined the channel", nil)
	}
	return object{"channel": s.channelObject(ch)}, nil
}

// apiOpen opens a direct message with one user.
func apiOpen(s *Sim, c *call) (object, *failure) {
	if fail := s.needScope("im:write"); fail != nil {
		return nil, fail
	}
	user := c.str("users")
	if ch := s.channels[c.str("channel")]; ch != nil && ch.im != "" && !ch.slackbot {
		user = ch.im
	}
	switch u := s.users[user]; {
	case strings.Contains(user, ","):
		return nil, invalid("invalid_arguments", "the sim opens direct messages with one user only")
	case u == nil:
		return nil, refuse("user_not_found")
	case u.Deleted:
		return nil, refuse("user_disabled")
	case u.IsBot:
		return nil, refuse("cannot_dm_bot")
	}
	ch := s.direct(user, false)
	if c.flag("return_im") {
		return object{"channel": s.channelObject(ch), "no_op": true, "already_open": true}, nil
	}
	return object{"channel": object{"id": ch.ID}}, nil
}
