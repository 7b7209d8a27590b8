package sim

import "maps"

// methods is the Web API as far as the sim knows it. Arguments follow https://docs.slack.dev/reference/methods; one
// that Slack has and the sim does not check is left out, so that its use is an error here.
func methods() map[string]method {
	all := map[string]method{
		"auth.test":             {read: true, do: apiAuthTest},
		"apps.connections.open": {app: true, do: apiConnectionsOpen},
		"team.info":             {scopes: "team:read", may: "team", read: true, do: apiTeamInfo},
		"bots.info":             {scopes: "users:read", need: "bot", read: true, do: apiBotsInfo},
		"emoji.list":            {scopes: "emoji:read", may: "include_categories", read: true, do: apiEmojiList},
		"dnd.info":              {scopes: "dnd:read", may: "user", read: true, do: apiDNDInfo},

		"users.info": {scopes: "users:read", need: "user", may: "include_locale", read: true, do: apiUsersInfo},
		"users.list": {scopes: "users:read", may: "include_locale cursor limit", read: true, do: apiUsersList},
		"usergroups.list": {
			scopes: "usergroups:read", read: true, do: apiGroups,
			may: "include_users include_count include_disabled",
		},
		"usergroups.users.list": {
			scopes: "usergroups:read", need: "usergroup", may: "include_disabled", read: true, do: apiGroupUsers,
		},

		"reactions.add":    {scopes: "reactions:write", need: "channel name timestamp", do: apiReact},
		"reactions.remove": {scopes: "reactions:write", need: "channel name timestamp", do: apiUnreact},
		"reactions.get":    {scopes: "reactions:read", need: "channel timestamp", may: "full", read: true, do: apiReactions},

		"files.getUploadURLExternal": {
			scopes: "files:write", need: "filename length", may: "alt_txt snippet_type", read: true, do: apiUploadURL,
		},
		"files.completeUploadExternal": {
			scopes: "files:write", need: "files", may: "channel_id channels thread_ts initial_comment blocks", do: apiCompleteUpload,
		},
		"files.info":   {scopes: "files:read", need: "file", may: "count page cursor limit", read: true, do: apiFileInfo},
		"files.delete": {scopes: "files:write", need: "file", do: apiFileDelete},

		"views.open":    {need: "trigger_id view", do: apiViewsOpen},
		"views.push":    {need: "trigger_id view", do: apiViewsPush},
		"views.update":  {need: "view", may: "view_id external_id hash", do: apiViewsUpdate},
		"views.publish": {need: "user_id view", may: "hash", do: apiViewsPublish},
	}
	maps.Copy(all, talking())
	return all
}

// talking are the methods of messages and of the places where they are.
func talking() map[string]method {
	const (
		history = "channels:history groups:history im:history"
		reading = "channels:read groups:read im:read"
		writing = "channels:manage groups:write im:write"
		paging  = " cursor limit"
	)
	return map[string]method{
		"chat.postMessage": {
			scopes: "chat:write", need: "channel", do: apiPostMessage,
			may: "text blocks attachments thread_ts reply_broadcast metadata username icon_url icon_emoji parse " +
				"link_names mrkdwn unfurl_links unfurl_media client_msg_id as_user markdown_text",
		},
		"chat.postEphemeral": {
			scopes: "chat:write", need: "channel user", do: apiPostEphemeral,
			may: "text blocks attachments thread_ts username icon_url icon_emoji parse link_names as_user markdown_text",
		},
		"chat.update": {
			scopes: "chat:write", need: "channel ts", do: apiUpdate,
			may: "text blocks attachments metadata parse link_names reply_broadcast as_user markdown_text",
		},
		"chat.delete":       {scopes: "chat:write", need: "channel ts", may: "as_user", do: apiDelete},
		"chat.getPermalink": {need: "channel message_ts", read: true, do: apiPermalink},

		"conversations.info": {
			scopes: reading, need: "channel", may: "include_locale include_num_members", read: true, do: apiInfo,
		},
		"conversations.list": {
			scopes: reading, may: "types exclude_archived" + paging, read: true, do: apiList,
		},
		"conversations.members": {scopes: reading, need: "channel", may: "cursor limit", read: true, do: apiMembers},
		"conversations.history": {
			scopes: history, need: "channel", read: true, do: apiHistory,
			may: "oldest latest inclusive include_all_metadata" + paging,
		},
		"conversations.replies": {
			scopes: history, need: "channel ts", read: true, do: apiReplies,
			may: "oldest latest inclusive include_all_metadata" + paging,
		},
		"conversations.join": {scopes: "channels:join", need: "channel", do: apiJoin},
		"conversations.open": {scopes: writing, may: "users channel return_im prevent_creation", do: apiOpen},
	}
}
