package slack

import (
	"encoding/json"

	"webcare/bot/language"
)

// scope is a right that the app needs, and what for. Without a minor one all else works.
type scope struct {
	name, why string
	minor     bool
}

// scopes lists the bot's rights: the manifest asks for them and Check looks that they are there.
func scopes() []scope {
	return []scope{
		{name: "chat:write", why: "post cards and messages"},
		{name: "chat:write.customize", why: "show a customer's message under the customer's name"},
		{name: "channels:history", why: "hear what staff type in a public desk channel"},
		{name: "groups:history", why: "hear what staff type in a private desk channel"},
		{name: "channels:read", why: "find a public desk channel"},
		{name: "groups:read", why: "find a private desk channel"},
		{name: "users:read", why: "see who may answer, and by which name"},
		{name: "usergroups:read", why: "remind the people of a user group"},
		{name: "reactions:write", why: "mark what became of an answer"},
		{name: "files:read", why: "send staff's files to customers"},
		{name: "files:write", why: "show customers' files"},
		{name: "commands", why: "offer its shortcuts on messages and the command /webcare", minor: true},
		{name: "reactions:read", why: "see who takes a customer by 👀, or closes one by ✅, on the card", minor: true},
		{name: "dnd:read", why: "leave alone those who do not want to be disturbed", minor: true},
	}
}

// events lists what Slack is to tell us.
func events() []string {
	return []string{
		"message.channels", "message.groups",
		"member_joined_channel", "member_left_channel",
		"channel_archive", "channel_unarchive", "channel_deleted", "channel_rename", "channel_left",
		"group_archive", "group_unarchive", "group_deleted", "group_rename", "group_left",
		"channel_id_changed", "channel_shared", "channel_unshared",
		"user_change", "app_uninstalled", "tokens_revoked", "app_home_opened",
		"reaction_added", "reaction_removed",
	}
}

// Manifest is the Slack app's manifest, in JSON, to paste at api.slack.com/apps under "Create New App, From a
// manifest", with its names in a language. The app-level token (scope connections:write) is made by hand afterwards.
func Manifest(l *language.Language) []byte {
	var bot []string
	for _, s := range scopes() {
		bot = append(bot, s.name)
	}
	type object = map[string]any
	m := object{
		"_metadata": object{"major_version": 1, "minor_version": 1},
		"display_information": object{
			"name":             "webcare",
			"description":      "Customers' messages as threads; answers typed in a thread go back to the customer.",
			"background_color": "#1d3557",
		},
		"features": object{
			"bot_user": object{"display_name": "webcare", "always_online": true},
			"app_home": object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": true},
			"shortcuts": []object{
				{"name": l.Say("shortcut.hand_over"), "type": "message", "callback_id": handOver, "description": l.Say("shortcut.hand_over.about")},
				{"name": l.Say("shortcut.ready"), "type": "message", "callback_id": saveReady, "description": l.Say("shortcut.ready.about")},
			},
			"slash_commands": []object{
				{"command": "/webcare", "description": l.Say("command.queue"), "usage_hint": l.Say("command.queue.hint"), "should_escape": true},
			},
		},
		"oauth_config": object{"scopes": object{"bot": bot}},
		"settings": object{
			"event_subscriptions":    object{"bot_events": events()},
			"interactivity":          object{"is_enabled": true},
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    true,
			"token_rotation_enabled": false,
		},
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil { // strings, bools and numbers alone
		return nil
	}
	return append(b, '\n')
}
