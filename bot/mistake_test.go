package bot

import (
	"time"

	"webcare/bot/conversation"
)

// Mistake puts something in front of the rules that may panic.
func (b *Bot) Mistake(fn func(conversation.Conversation, conversation.Event)) {
	was := b.apply
	b.apply = func(c conversation.Conversation, e conversation.Event, r conversation.Rules, now time.Time) (conversation.Conversation, []conversation.Effect) {
		fn(c, e)
		return was(c, e, r, now)
	}
}
