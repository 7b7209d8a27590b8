package slack

import (
	"context"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// The forms of a moment, by which Slack tells us what was sent: the one that asks for it, and the one that says it in
// words. momentField is the block of the one field.
const (
	momentForm  = "moment"
	untilForm   = "until"
	momentField = "moment"
)

// maxMoment is how long a moment may be in words, in characters.
const maxMoment = 100

// opensMoment says that a person chose another moment from the menu of a card.
func (i interaction) opensMoment() bool {
	return i.Type == "block_actions" && i.Container.Type == "message" && slices.ContainsFunc(i.Actions, func(a pressedButton) bool {
		action, _, _, ok := readButton(string(a.ActionID), string(a.Value))
		return ok && action == conversation.Snooze && a.choice() == conversation.OtherMoment
	})
}

// askMoment opens the form that asks until when a customer is put aside.
func (c *counter) askMoment(ctx context.Context, i interaction) {
	if err := c.board.Admit(ctx, string(i.User.ID)); err != nil {
		c.tell(ctx, i, c.words.in.Say("view.moment"), c.why(err))
		return
	}
	thread := c.thread(i)
	if thread.IsZero() {
		c.tell(ctx, i, c.words.in.Say("view.moment"), c.words.in.Say("view.no_thread"))
		return
	}
	c.open(ctx, string(i.Trigger), c.words.momentOf(thread, "", ""))
}

// moment reads what was typed and asks whether it was meant so.
func (c *counter) moment(ctx context.Context, i interaction, answer func(any)) {
	thread, _, _ := readMoment(string(i.View.Metadata))
	text := strings.TrimSpace(string(i.typed(momentField).Value))
	if thread.IsZero() {
		answer(objects(momentField, c.words.in.Say("view.not_done")))
		return
	}
	until, words, err := c.board.Moment(ctx, string(i.User.ID), text)
	if err != nil {
		answer(objects(momentField, c.why(err)))
		return
	}
	answer(instead(c.words.untilOf(thread, until, text, words)))
}

// putAside puts the customer aside until the moment that was shown. A confirmation has no field to put an objection
// beside, so the form comes back with it, and with what was typed. The same sent twice is done once.
func (c *counter) putAside(ctx context.Context, i interaction, answer func(any)) {
	thread, until, text := readMoment(string(i.View.Metadata))
	if thread.IsZero() || until.IsZero() {
		answer(instead(c.words.momentOf(thread, text, c.words.in.Say("view.not_done"))))
		return
	}
	if err := c.board.PutAside(ctx, string(i.User.ID), thread, until); err != nil {
		answer(instead(c.words.momentOf(thread, text, c.why(err))))
		return
	}
	answer(nil)
}

// momentOf is the form that asks, with what was typed before and what is wrong with it.
func (w viewWords) momentOf(thread conversation.Place, typed, objection string) slackgo.ModalViewRequest {
	text := slackgo.NewPlainTextInputBlockElement(plainText(w.in.Say("view.moment.example")), fieldElement)
	text.InitialValue, text.MaxLength = cut(label(typed), maxMoment), maxMoment
	v := slackgo.ModalViewRequest{
		CallbackID: momentForm, Title: plainText(w.in.Say("view.moment")), Submit: plainText(w.in.Say("view.next")), Close: plainText(w.cancel),
		PrivateMetadata: writeMoment(thread, time.Time{}, ""),
	}
	if objection != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, sentence("⚠️ "+objection))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet,
		slackgo.NewInputBlock(momentField, plainText(w.in.Say("view.moment.label")), plainText(w.in.Say("view.moment.hint")), text))
	return v
}

// untilOf is the form that says the moment in words.
func (w viewWords) untilOf(thread conversation.Place, until time.Time, typed, words string) slackgo.ModalViewRequest {
	return slackgo.ModalViewRequest{
		CallbackID: untilForm, Title: plainText(w.in.Say("view.moment")), Submit: plainText(w.in.Say(language.Action(conversation.Snooze))), Close: plainText(w.cancel),
		PrivateMetadata: writeMoment(thread, until, typed),
		Blocks:          slackgo.Blocks{BlockSet: []slackgo.Block{sentence(w.in.Say("view.moment.confirm", "when", words))}},
	}
}

// writeMoment is what a form is about: the thread, the moment as of RFC 3339 with its zone, and how it was typed.
func writeMoment(thread conversation.Place, until time.Time, typed string) string {
	return writePlace(thread) + " " + until.Format(time.RFC3339Nano) + " " + cut(typed, maxMoment)
}

// readMoment reads what writeMoment wrote.
func readMoment(s string) (thread conversation.Place, until time.Time, typed string) {
	place, rest, _ := strings.Cut(s, " ")
	when, typed, _ := strings.Cut(rest, " ")
	until, err := time.Parse(time.RFC3339Nano, when)
	if err != nil {
		until = time.Time{}
	}
	return readPlace(place), until, typed
}
