package sim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of messages, in characters (facts: the docs of chat.postMessage and chat.update, and what staff said).
const (
	maxText       = 40000 // longer is cut
	maxUpdateText = 4000
	maxMetadata   = 8000 // bytes
	maxUsername   = 80
)

// target finds the channel that a post goes to: an id, a name with or without #, or a user.
func (s *Sim) target(c *call) (*room, *failure) {
	want := c.str("channel")
	ch := s.channels[want]
	if ch == nil && s.users[want] != nil {
		ch = s.direct(want, false)
	}
	if ch == nil {
		for _, one := range s.channels {
			if one.im == "" && one.Name == strings.TrimPrefix(want, "#") {
				ch = one
			}
		}
	}
	switch in := ch != nil && ch.has(s.opts.App.BotUser); {
	case ch == nil, ch.Private && !in:
		return nil, refuse("channel_not_found")
	case ch.Archived:
		return nil, refuse("is_archived")
	case ch.slackbot:
		return nil, refuse("channel_not_found")
	case !in:
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

// apiPostMessage is https://docs.slack.dev/reference/methods/chat.postMessage
func apiPostMessage(s *Sim, c *call) (object, *failure) {
	ch, fail := s.target(c)
	if fail != nil {
		return nil, fail
	}
	if s.rate > 0 {
		if wait := ch.bucket.take(s.opts.Now(), s.rate, s.burst); wait > 0 {
			return nil, &failure{code: "ratelimited", status: http.StatusTooManyRequests, after: wait}
		}
	}
	if ts, known := ch.byClient[c.str("client_msg_id")]; known && s.dedupe && c.has("client_msg_id") {
		m := ch.find(ts)
		if m == nil {
			return nil, refuse("duplicate_message_not_found")
		}
		return object{"channel": ch.ID, "ts": m.TS, "message": s.api(m, true)}, nil
	}
	m, fail := s.compose(c)
	if fail != nil {
		return nil, fail
	}
	if m.Username != "" && ch.im != "" {
		ch = s.direct(ch.im, true) // posts under another name land with Slackbot
	}
	if c.has("thread_ts") && micros(c.str("thread_ts")) == 0 {
		return nil, refuse("invalid_thread_ts")
	}
	m.ThreadTS = c.str("thread_ts")
	if c.flag("reply_broadcast") && m.ThreadTS != "" {
		m.Subtype = "thread_broadcast"
	}
	s.put(ch, m)
	if m.ClientMsgID = c.str("client_msg_id"); m.ClientMsgID != "" {
		ch.byClient[m.ClientMsgID] = m.TS
	}
	s.said(ch, m)
	return object{"channel": ch.ID, "ts": m.TS, "message": s.api(m, true)}, nil
}

// compose makes a message of the bot's out of the arguments.
func (s *Sim) compose(c *call) (*Message, *failure) {
	switch {
	case c.has("as_user"):
		return nil, refuse("as_user_not_supported")
	case c.has("markdown_text"):
		return nil, invalid("invalid_arguments", "the sim does not render markdown_text")
	case c.has("mrkdwn") && !c.flag("mrkdwn"):
		return nil, invalid("invalid_arguments", "the sim does not know mrkdwn=false")
	}
	m := &Message{
		AppID: s.opts.App.ID, BotID: s.opts.App.BotID, Parse: c.str("parse"), LinkNames: c.flag("link_names"),
		UnfurlLinks: c.flag("unfurl_links"), UnfurlMedia: !c.has("unfurl_media") || c.flag("unfurl_media"),
	}
	if fail := s.dress(c, m); fail != nil {
		return nil, fail
	}
	if fail := s.contents(c, m); fail != nil {
		return nil, fail
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return nil, refuse("no_text")
	}
	return m, nil
}

// dress gives a post its author: the bot itself, or the name and icon asked for.
func (s *Sim) dress(c *call, m *Message) *failure {
	m.Username, m.IconURL, m.IconEmoji = c.str("username"), c.str("icon_url"), c.str("icon_emoji")
	if m.Username == "" && m.IconURL == "" && m.IconEmoji == "" {
		m.User = s.opts.App.BotUser
		return nil
	}
	if fail := s.needScope("chat:write.customize"); fail != nil {
		return fail
	}
	switch lower := strings.ToLower(strings.TrimSpace(m.Username)); {
	case slices.Contains([]string{"slackbot", "slack", "here", "channel", "everyone"}, lower):
		return refuse("reserved_username")
	case utf8.RuneCountInString(m.Username) > maxUsername:
		return invalid("invalid_arguments", "username is longer than %d characters", maxUsername)
	}
	fill(&m.Username, s.opts.App.Name)
	m.Subtype = "bot_message"
	return nil
}

// contents fills text, blocks, attachments and metadata, as far as they are given.
func (s *Sim) contents(c *call, m *Message) *failure {
	if c.has("text") {
		text := c.str("text")
		if !utf8.ValidString(text) {
			return refuse("invalid_arguments")
		}
		if utf8.RuneCountInString(text) > maxText {
			text = string([]rune(text)[:maxText])
		}
		m.Text = s.normalise(text, c.str("parse"), c.flag("link_names"))
	}
	if c.has("blocks") {
		blocks, fail := s.checkBlocks(c.str("blocks"), inMessage)
		if fail != nil {
			return fail
		}
		m.Blocks = blocks
	}
	if c.has("attachments") {
		attachments, fail := s.checkAttachments(c.str("attachments"))
		if fail != nil {
			return fail
		}
		m.Attachments = attachments
	}
	if c.has("metadata") {
		metadata, fail := checkMetadata(c.str("metadata"))
		if fail != nil {
			return fail
		}
		m.Metadata = metadata
	}
	return nil
}

// checkMetadata takes {"event_type": …, "event_payload": {…}} and nothing else.
func checkMetadata(text string) (json.RawMessage, *failure) {
	var top map[string]json.RawMessage
	var kind string
	var payload map[string]json.RawMessage
	switch {
	case len(text) > maxMetadata:
		return nil, refuse("metadata_too_large")
	case json.Unmarshal([]byte(text), &top) != nil, json.Unmarshal(top["event_type"], &kind) != nil, kind == "",
		json.Unmarshal(top["event_payload"], &payload) != nil, payload == nil, len(top) != 2:
		return nil, refuse("invalid_metadata_format")
	}
	return raw(object{"event_type": kind, "event_payload": payload}), nil
}

// own finds a message of the bot's.
func (s *Sim) own(c *call, ts, cannot string) (*room, *Message, *failure) {
	ch := s.channels[c.str("channel")]
	if ch == nil || (ch.Private && !ch.has(s.opts.App.BotUser)) {
		return nil, nil, refuse("channel_not_found")
	}
	m := ch.find(ts)
	switch {
	case m == nil:
		return nil, nil, refuse("message_not_found")
	case m.BotID != s.opts.App.BotID:
		return nil, nil, refuse(cannot)
	case ch.Archived:
		return nil, nil, refuse("is_archived")
	}
	return ch, m, nil
}

// apiUpdate is https://docs.slack.dev/reference/methods/chat.update: a custom name and icon are lost, metadata stays
// unless it is given, and text without blocks takes the blocks away.
func apiUpdate(s *Sim, c *call) (object, *failure) {
	ch, m, fail := s.own(c, c.str("ts"), "cant_update_message")
	if fail != nil {
		return nil, fail
	}
	if utf8.RuneCountInString(c.str("text")) > maxUpdateText {
		return nil, refuse("msg_too_long")
	}
	if c.has("as_user") || c.has("reply_broadcast") || c.has("markdown_text") {
		return nil, invalid("invalid_arguments", "the sim does not know as_user, reply_broadcast and markdown_text here")
	}
	next := *m
	next.Username, next.IconURL, next.IconEmoji = "", "", ""
	next.Parse, next.LinkNames = c.str("parse"), c.flag("link_names")
	if fail := s.contents(c, &next); fail != nil {
		return nil, fail
	}
	if c.has("text") && !c.has("blocks") {
		next.Blocks = nil
	}
	if onlyRichText(m.Blocks) && next.Blocks != nil && !hasRichText(next.Blocks) {
		return nil, refuse("block_mismatch")
	}
	if next.Text == "" && next.Blocks == nil && next.Attachments == nil {
		return nil, refuse("no_text")
	}
	if next.Blocks == nil {
		next.Edited = &Edit{User: s.opts.App.BotUser, TS: stamp(s.opts.Now())}
	}
	was := s.wire(m)
	*m = next
	s.altered(ch, m, was)
	return object{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": s.api(m, true)}, nil
}

// apiDelete is https://docs.slack.dev/reference/methods/chat.delete
func apiDelete(s *Sim, c *call) (object, *failure) {
	ch, m, fail := s.own(c, c.str("ts"), "cant_delete_message")
	if fail != nil {
		return nil, fail
	}
	s.remove(ch, m)
	return object{"channel": ch.ID, "ts": c.str("ts")}, nil
}

// apiPostEphemeral is https://docs.slack.dev/reference/methods/chat.postEphemeral
func apiPostEphemeral(s *Sim, c *call) (object, *failure) {
	ch, fail := s.target(c)
	if fail != nil {
		return nil, fail
	}
	if !ch.has(c.str("user")) {
		return nil, refuse("user_not_in_channel")
	}
	m, fail := s.compose(c)
	if fail != nil {
		return nil, fail
	}
	m.ThreadTS = c.str("thread_ts")
	s.whisper(ch, c.str("user"), m)
	return object{"message_ts": m.TS}, nil
}

// whisper shows a message to one user.
func (s *Sim) whisper(ch *room, to string, m *Message) {
	ch.last = max(ch.last+1, s.opts.Now().UnixMicro())
	m.Channel, m.TS, m.To = ch.ID, stamp(time.UnixMicro(ch.last)), to
	s.whispers[to] = append(s.whispers[to], m)
	s.touch()
}

// apiPermalink is https://docs.slack.dev/reference/methods/chat.getPermalink
func apiPermalink(s *Sim, c *call) (object, *failure) {
	ch := s.channels[c.str("channel")]
	if ch == nil {
		return nil, refuse("channel_not_found")
	}
	m := ch.find(c.str("message_ts"))
	if m == nil {
		return nil, refuse("message_not_found")
	}
	return object{"channel": ch.ID, "permalink": s.permalink(m)}, nil
}

func (s *Sim) permalink(m *Message) string {
	link := s.opts.Team.URL + "archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.isReply() {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + m.Channel
	}
	return link
}
