package telegram

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"webcare/bot/conversation"
)

// quoteLength is how much of the message that is replied to is shown, in runes.
const quoteLength = 200

// content turns a message into what a reader sees; fields are the names of everything the message holds.
func content(m *message, fields map[string]json.RawMessage) conversation.Message {
	out := conversation.Message{Group: m.Group, Forwarded: m.Origin.from()}
	switch {
	case m.Text != "":
		out.Text = text(m.Text, m.Entities)
	case m.Caption != "":
		out.Text = text(m.Caption, m.CaptionEntities)
	case m.Sticker != nil:
		out.Text = conversation.Plainly(strings.ToValidUTF8(m.Sticker.Emoji, ""))
	case m.Poll != nil && m.Poll.Question != "":
		out.Text = conversation.Plainly(asked(m.Poll))
	}
	if f, ok := fileOf(m); ok {
		out.Files = []conversation.File{f}
	}
	switch {
	case m.Venue != nil:
		out.Location = &conversation.Location{
			Lat: m.Venue.Location.Lat, Long: m.Venue.Location.Long, Title: m.Venue.Title, Address: m.Venue.Address,
		}
	case m.Location != nil:
		out.Location = &conversation.Location{Lat: m.Location.Lat, Long: m.Location.Long}
	}
	if c := m.Contact; c != nil {
		out.Contact = &conversation.Contact{Name: user{FirstName: c.FirstName, LastName: c.LastName}.name(), Phone: c.Phone}
	}
	out.Quote = quoted(m)
	// A caption belongs to something: without that, what is shown would look like a whole message.
	alone := len(out.Files) == 0 && out.Location == nil && out.Contact == nil
	if alone && (out.Text.Plain == "" || m.Caption != "") {
		out.Unknown = unknown(fields)
	}
	return out
}

// asked is a poll in words: its question, and a line for each answer.
func asked(p *poll) string {
	var all strings.Builder
	all.WriteString("📊 " + p.Question)
	for _, o := range p.Options {
		all.WriteString("\n• " + o.Text)
	}
	return strings.ToValidUTF8(all.String(), "\uFFFD")
}

func quoted(m *message) string {
	switch {
	case m.Quote != nil && m.Quote.Text != "":
		return excerpt(m.Quote.Text, quoteLength)
	case m.ReplyTo != nil && !m.ReplyTo.IsForwarded && !opensTopic(m):
		return excerpt(cmp.Or(m.ReplyTo.Text, m.ReplyTo.Caption), quoteLength)
	}
	return ""
}

// opensTopic says that the reply is only how a forum shows that the message stands in a topic.
func opensTopic(m *message) bool { return m.IsTopic && m.ReplyTo.ID == m.Thread }

// fileOf is the file of a message. An animation comes with a document that is the same file, for old clients.
func fileOf(m *message) (conversation.File, bool) {
	switch {
	case len(m.Photo) > 0:
		big := slices.MaxFunc(m.Photo, func(a, b media) int { return cmp.Compare(a.Width*a.Height, b.Width*b.Height) })
		return file(big, conversation.Photo, "photo.jpg", "image/jpeg"), true
	case m.Animation != nil:
		return file(*m.Animation, conversation.Animation, "animation.mp4", "video/mp4"), true
	case m.Video != nil:
		return file(*m.Video, conversation.Video, "video.mp4", "video/mp4"), true
	case m.Voice != nil:
		return file(*m.Voice, conversation.Voice, "voice.ogg", "audio/ogg"), true
	case m.VideoNote != nil:
		return file(*m.VideoNote, conversation.Video, "video.mp4", "video/mp4"), true
	case m.Audio != nil:
		return file(*m.Audio, conversation.Audio, "audio.mp3", "audio/mpeg"), true
	case m.Document != nil:
		return file(*m.Document, conversation.Document, "document", ""), true
	case m.Sticker != nil:
		switch {
		case m.Sticker.IsAnimated:
			return file(*m.Sticker, conversation.Sticker, "sticker.tgs", "application/x-tgsticker"), true
		case m.Sticker.IsVideo:
			return file(*m.Sticker, conversation.Sticker, "sticker.webm", "video/webm"), true
		}
		return file(*m.Sticker, conversation.Sticker, "sticker.webp", "image/webp"), true
	}
	return conversation.File{}, false
}

func file(m media, kind conversation.FileKind, name, mimeType string) conversation.File {
	name = cmp.Or(strings.ToValidUTF8(m.Name, "\uFFFD"), name)
	return conversation.File{ID: m.FileID, Name: path.Base(strings.ReplaceAll(name, `\`, "/")), Type: cmp.Or(m.Type, mimeType), Size: m.Size, Kind: kind}
}

// unknown names the field that holds what we cannot show: "poll", "story". A message that nobody wrote (somebody
// joined, the title changed) gives nothing.
func unknown(fields map[string]json.RawMessage) string {
	service := false
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch {
		case slices.Contains(around(), name):
		case slices.Contains(services(), name) || hasAnyPrefix(name, "forum_topic_", "general_forum_", "video_chat_", "suggested_post_", "chat_owner_"):
			service = true
		default:
			return name
		}
	}
	if service {
		return ""
	}
	return "empty message"
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// around lists the fields of a message that say how and where, not what (https://core.telegram.org/bots/api#message).
func around() []string {
	return []string{
		"message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count",
		"sender_business_bot", "sender_tag", "date", "guest_query_id", "business_connection_id", "chat", "forward_origin",
		"is_topic_message", "is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story",
		"reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat",
		"edit_date", "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id", "author_signature",
		"paid_star_count", "text", "entities", "link_preview_options", "suggested_post_info", "effect_id", "caption",
		"caption_entities", "show_caption_above_media", "has_media_spoiler", "reply_markup",
	}
}

// services lists what Telegram writes into a chat by itself.
func services() []string {
	return []string{
		"new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created",
		"supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
		"migrate_from_chat_id", "pinned_message", "connected_website", "write_access_allowed", "proximity_alert_triggered",
		"boost_added", "chat_background_set", "checklist_tasks_done", "checklist_tasks_added", "direct_message_price_changed",
		"giveaway_created", "giveaway_completed", "paid_message_price_changed", "poll_option_added", "poll_option_deleted",
	}
}
