package sim

import (
	"slices"
	"strings"
	"time"
)

// userObject is https://docs.slack.dev/reference/objects/user-object
func (s *Sim) userObject(u *User) object {
	profile := object{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.DisplayName,
		"display_name_normalized": u.DisplayName, "first_name": u.FirstName, "team": u.TeamID, "title": "", "phone": "",
		"skype": "", "status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": "sim",
	}
	if _, last, ok := strings.Cut(u.RealName, " "); ok && u.FirstName != "" {
		profile["last_name"] = last
	}
	if u.Email != "" {
		profile["email"] = u.Email
	}
	if u.Photo != "" {
		profile["image_192"], profile["image_original"], profile["is_custom_image"] = u.Photo, u.Photo, true
	}
	if u.IsBot {
		profile["api_app_id"], profile["always_active"] = s.opts.App.ID, true
		if u.ID == s.opts.App.BotUser {
			profile["bot_id"] = s.opts.App.BotID
		}
	}
	o := object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "profile": profile,
		"is_bot": u.IsBot, "is_app_user": u.AppUser, "updated": 0,
	}
	if u.ConnectorBot {
		o["is_connector_bot"] = true
	}
	if u.Stranger {
		o["is_stranger"] = true
	}
	if u.Deleted {
		return o // Slack leaves the rest out
	}
	offset, label := zone(u.TZ, s.opts.Now())
	o["color"], o["real_name"] = "9f69e7", u.RealName
	o["tz"], o["tz_label"], o["tz_offset"] = u.TZ, label, offset
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = u.Admin, false, false
	o["is_restricted"], o["is_ultra_restricted"] = u.Restricted || u.UltraRestricted, u.UltraRestricted
	o["is_email_confirmed"], o["who_can_share_contact_card"] = true, "EVERYONE"
	return o
}

func zone(name string, now time.Time) (offset int, label string) {
	where, err := time.LoadLocation(name)
	if err != nil {
		return 0, name
	}
	label, offset = now.In(where).Zone()
	return offset, label
}

func apiAuthTest(s *Sim, _ *call) (object, *failure) {
	return object{
		"url": s.opts.Team.URL, "team": s.opts.Team.Name, "team_id": s.opts.Team.ID, "user": s.opts.App.Name,
		"user_id": s.opts.App.BotUser, "bot_id": s.opts.App.BotID, "is_enterprise_install": false,
	}, nil
}

func apiTeamInfo(s *Sim, c *call) (object, *failure) {
	if c.has("team") && c.str("team") != s.opts.Team.ID {
		return nil, refuse("team_not_found")
	}
	t := s.opts.Team
	return object{"team": object{
		"id": t.ID, "name": t.Name, "domain": t.Domain, "url": t.URL, "email_domain": "", "icon": object{"image_default": true},
	}}, nil
}

func apiBotsInfo(s *Sim, c *call) (object, *failure) {
	a := s.opts.App
	if c.str("bot") != a.BotID {
		return nil, refuse("bot_not_found")
	}
	return object{"bot": object{
		"id": a.BotID, "deleted": false, "name": a.Name, "updated": 0, "app_id": a.ID, "user_id": a.BotUser,
		"icons": object{"image_36": "", "image_48": "", "image_72": ""},
	}}, nil
}

func apiEmojiList(*Sim, *call) (object, *failure) {
	return object{"emoji": object{"webcare": "https://emoji.example/webcare.png"}, "cache_ts": "0.000000"}, nil
}

func apiDNDInfo(s *Sim, c *call) (object, *failure) {
	u := s.users[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	now := s.opts.Now()
	d, set := s.dnd[u.ID]
	if !set && u.DND {
		d = DND{From: now.Add(-time.Hour), To: now.Add(time.Hour)}
	}
	o := object{"dnd_enabled": !d.To.IsZero(), "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
	if !d.To.IsZero() {
		o["next_dnd_start_ts"], o["next_dnd_end_ts"] = d.From.Unix(), d.To.Unix()
	}
	if d.Told || u.ID == s.opts.App.BotUser {
		if o["snooze_enabled"] = d.Snooze.After(now); d.Snooze.After(now) {
			o["snooze_endtime"], o["snooze_remaining"] = d.Snooze.Unix(), int(d.Snooze.Sub(now).Seconds())
		}
	}
	return o, nil
}

func apiUsersInfo(s *Sim, c *call) (object, *failure) {
	u := s.users[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return object{"user": s.userObject(u)}, nil
}

func apiUsersList(s *Sim, c *call) (object, *failure) {
	part, meta, fail := page(c, ordered(s.users), 1000, 1000)
	if fail != nil {
		return nil, fail
	}
	members := []object{}
	for _, u := range part {
		members = append(members, s.userObject(u))
	}
	return object{"members": members, "cache_ts": s.opts.Now().Unix(), "response_metadata": meta}, nil
}

func apiGroups(s *Sim, c *call) (object, *failure) {
	all := []object{}
	for _, g := range ordered(s.groups) {
		if g.Disabled && !c.flag("include_disabled") {
			continue
		}
		o := object{
			"id": g.ID, "team_id": s.opts.Team.ID, "is_usergroup": true, "is_subteam": true, "name": g.Name,
			"handle": g.Handle, "description": "", "is_external": false, "date_create": 0, "date_update": 0,
			"date_delete": 0, "auto_type": nil, "created_by": "USLACKBOT", "updated_by": "USLACKBOT", "deleted_by": nil,
			"prefs": object{"channels": []string{}, "groups": []string{}},
		}
		if g.Disabled {
			o["date_delete"] = 1
		}
		if c.flag("include_users") {
			o["users"] = listed(slices.Clone(g.Users))
		}
		if c.flag("include_count") {
			o["user_count"] = len(g.Users)
		}
		all = append(all, o)
	}
	return object{"usergroups": all}, nil
}

func apiGroupUsers(s *Sim, c *call) (object, *failure) {
	g := s.groups[c.str("usergroup")]
	if g == nil || (g.Disabled && !c.flag("include_disabled")) {
		return nil, refuse("no_such_subteam")
	}
	return object{"users": listed(slices.Clone(g.Users))}, nil
}
