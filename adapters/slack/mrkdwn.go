package slack

import (
	"strings"

	"webcare/bot/conversation"
)

// mrkdwn reads the top-level text, for messages without blocks that can be read: API posts, old clients. Source of the
// grammar: docs.slack.dev, "Formatting message text". Entities are decoded last and once.
func (r *reader) mrkdwn(s string) {
	r.add(entities(s))
}

// entities decodes the three that Slack knows, once.
func entities(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

var _ = conversation.Bold
