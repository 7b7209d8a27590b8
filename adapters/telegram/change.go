package telegram

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Edit changes the text of a message that was sent, or the text beside its files. A message that says so already is no
// error.
func (t *Telegram) Edit(ctx context.Context, to conversation.Ref, id string, m adapters.Outgoing) error {
	a, n, no := t.which(to, id)
	if no == nil && strings.TrimSpace(m.Text.Plain) == "" {
		no = refused(conversation.Empty, "there is no text to change it to")
	}
	if no != nil {
		return no
	}
	ent := entities(m.Text)
	no = t.change(ctx, func(ctx context.Context) error {
		_, err := t.bot.EditMessageText(ctx, &bot.EditMessageTextParams{
			BusinessConnectionID: a.business, ChatID: a.chat, MessageID: n, Text: m.Text.Plain, Entities: ent,
		})
		return err
	})
	if says(no, "there is no text in the message") {
		no = t.change(ctx, func(ctx context.Context) error {
			_, err := t.bot.EditMessageCaption(ctx, &bot.EditMessageCaptionParams{
				BusinessConnectionID: a.business, ChatID: a.chat, MessageID: n, Caption: m.Text.Plain, CaptionEntities: ent,
			})
			return err
		})
	}
	if no == nil || says(no, "message is not modified") {
		return nil
	}
	return no
}

// Delete takes back a message that was sent, up to 48 hours later. One that is gone already is no error.
func (t *Telegram) Delete(ctx context.Context, to conversation.Ref, id string) error {
	a, n, no := t.which(to, id)
	if no != nil {
		return no
	}
	no = t.change(ctx, func(ctx context.Context) error {
		if a.business != "" {
			_, err := t.bot.DeleteBusinessMessages(ctx, &bot.DeleteBusinessMessagesParams{BusinessConnectionID: a.business, MessageIDs: []int{n}})
			return err
		}
		_, err := t.bot.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: a.chat, MessageID: n})
		return err
	})
	if no == nil || says(no, "message to delete not found") {
		return nil
	}
	return no
}

// which finds the message that an id names.
func (t *Telegram) which(to conversation.Ref, id string) (address, int, *adapters.SendError) {
	n, err := strconv.Atoi(id)
	if err != nil || n <= 0 {
		return address{}, 0, refused(conversation.Gone, "%q is no id of a Telegram message", id)
	}
	a, no := t.where(to)
	return a, n, no
}

// change makes a call that may be made again without harm.
func (t *Telegram) change(ctx context.Context, call func(context.Context) error) *adapters.SendError {
	ctx, cancel := context.WithTimeout(ctx, textTime)
	defer cancel()
	ctx, w := tapped(ctx)
	err := call(ctx)
	if _, _, _, answer := w.seen(); err == nil || answer != nil && answer.OK {
		return nil
	}
	return t.outcome(ctx, err, w, nil)
}

// says tells whether Telegram refused with these words.
func says(no *adapters.SendError, words string) bool {
	if no == nil {
		return false
	}
	f, is := asFault(no.Err)
	return is && strings.Contains(f.text, words)
}
