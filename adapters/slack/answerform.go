package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// answerForm is the form for an answer, and the block of its one field.
const answerForm, answerField = "answer", "answer"

// opensAnswer says that a person pressed the button of a card that asks for the form.
func (i interaction) opensAnswer() bool {
	return i.Type == "block_actions" && i.Container.Type == "message" && slices.ContainsFunc(i.Actions, func(a pressedButton) bool {
		action, _, _, ok := readButton(string(a.ActionID), string(a.Value))
		return ok && action == conversation.Write
	})
}

// write opens the form for an answer in the thread of a card. Who may not answer customers reads why instead.
func (c *counter) write(ctx context.Context, i interaction) {
	if err := c.admit(ctx, string(i.User.ID)); err != nil {
		c.tell(ctx, i, c.words.answer, c.objection(err))
		return
	}
	thread := c.thread(i)
	if thread.IsZero() {
		return
	}
	text := slackgo.NewRichTextInputBlockElement(nil, fieldElement)
	c.open(ctx, string(i.Trigger), slackgo.ModalViewRequest{
		CallbackID: answerForm, Title: plainText(c.words.answer), Submit: plainText(c.words.send), Close: plainText(c.words.cancel),
		PrivateMetadata: writePlace(thread),
		Blocks:          slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewInputBlock(answerField, plainText(c.words.text), plainText(c.words.answerHint), text)}},
	})
}

// written hands on what was written in the form, and closes it when that is on disk; until then the form keeps it, also
// where Slack cannot say who wrote it. The same text sent twice is one answer: Slack gives each form that opens an id of
// its own. Another text from the same form, when Slack showed its writer an error, is another answer: the thread shows
// both.
func (c *counter) written(ctx context.Context, i interaction, answer func(any)) {
	said := conversation.Message{}
	if raw := i.typed(answerField).Rich; len(raw) > 0 {
		said.Text = readText(message{Blocks: slices.Concat([]byte("["), raw, []byte("]"))}, c.home.url, c.d.people.name).Trim()
	}
	wrong := func(text string) { answer(objects(answerField, text)) }
	thread := readPlace(string(i.View.Metadata))
	switch {
	case said.IsEmpty() || blank(said.Text.Plain):
		wrong(c.words.empty)
		return
	case thread.IsZero() || i.View.ID == "":
		wrong(c.words.notStored)
		return
	}
	if err := c.admit(ctx, string(i.User.ID)); err != nil {
		wrong(c.objection(err))
		return
	}
	err := c.in.Deliver(ctx, "", adapters.Incoming{
		ID: formID(string(i.View.ID), said.Text), Thread: thread, By: string(i.User.ID),
		Event: conversation.Formed{Written: time.Now(), Message: said},
	})
	if err != nil {
		c.d.log.Warn("slack: an answer from a form could not be stored; its writer was told", "error", err)
		wrong(c.words.notStored)
		return
	}
	answer(nil)
}

// formID is the id of the event: the form with a digest of what was written in it.
func formID(view string, said conversation.Text) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %v", said.Plain, said.Spans))
	return "f/" + view + "/" + hex.EncodeToString(sum[:8])
}
