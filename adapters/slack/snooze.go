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
	c.open(ctx, string(i.Trigger), c.words.momentOf(moment{thread: thread, seen: time.Now()}, ""))
}

// moment reads what was typed and asks whether it was meant so.
func (c *counter) moment(ctx context.Context, i interaction, answer func(any)) {
	m := readMoment(string(i.View.Metadata))
	m.typed = strings.TrimSpace(string(i.typed(momentField).Value))
	if m.thread.IsZero() {
		answer(objects(momentField, c.words.in.Say("view.not_done")))
		return
	}
	until, words, err := c.board.Moment(ctx, string(i.User.ID), m.typed)
	if err != nil {
		answer(objects(momentField, c.why(err)))
		return
	}
	m.until = until
	answer(instead(c.words.untilOf(m, words)))
}

// putAside puts the customer aside until the moment that was shown. A confirmation has no field to put an objection
// beside, so the form comes back with it, and with what was typed. The same sent twice is done once.
func (c *counter) putAside(ctx context.Context, i interaction, answer func(any)) {
	m := readMoment(string(i.View.Metadata))
	if m.thread.IsZero() || m.until.IsZero() {
		answer(instead(c.words.momentOf(m, c.words.in.Say("view.not_done"))))
		return
	}
	if err := c.board.PutAside(ctx, string(i.User.ID), m.thread, m.until, m.seen); err != nil {
		m.seen = time.Now() // they are told what they had not seen
		answer(instead(c.words.momentOf(m, c.why(err))))
		return
	}
	answer(nil)
}

// momentOf is the form that asks, with what was typed before and what is wrong with it.
func (w viewWords) momentOf(m moment, objection string) slackgo.ModalViewRequest {
	text := slackgo.NewPlainTextInputBlockElement(plainText(w.in.Say("view.moment.example")), fieldElement)
	text.InitialValue, text.MaxLength = cut(label(m.typed), maxMoment), maxMoment
	v := slackgo.ModalViewRequest{
		CallbackID: momentForm, Title: plainText(w.in.Say("view.moment")), Submit: plainText(w.in.Say("view.next")), Close: plainText(w.cancel),
		PrivateMetadata: moment{thread: m.thread, seen: m.seen}.write(),
	}
	if objection != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, sentence("⚠️ "+objection))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet,
		slackgo.NewInputBlock(momentField, plainText(w.in.Say("view.moment.label")), plainText(w.in.Say("view.moment.hint")), text))
	return v
}

// untilOf is the form that says the moment in words.
func (w viewWords) untilOf(m moment, words string) slackgo.ModalViewRequest {
	return slackgo.ModalViewRequest{
		CallbackID: untilForm, Title: plainText(w.in.Say("view.moment")), Submit: plainText(w.in.Say(language.Action(conversation.Snooze))), Close: plainText(w.cancel),
		PrivateMetadata: m.write(),
		Blocks:          slackgo.Blocks{BlockSet: []slackgo.Block{sentence(w.in.Say("view.moment.confirm", "when", words))}},
	}
}

// moment is what a form is about: the thread, until when its customer shall be put aside and how that was typed, and when
// whoever fills it in opened it, with the conversation before their eyes.
type moment struct {
	thread      conversation.Place
	until, seen time.Time
	typed       string
}

// write is how Slack keeps it: the times as of RFC 3339 with their zones.
func (m moment) write() string {
	return strings.Join([]string{writePlace(m.thread), m.until.Format(time.RFC3339Nano), m.seen.Format(time.RFC3339Nano), cut(m.typed, maxMoment)}, " ")
}

// readMoment reads what write wrote; what cannot be read is zero.
func readMoment(s string) (m moment) {
	parts := append(strings.SplitN(s, " ", 4), "", "", "")
	m.thread, m.typed = readPlace(parts[0]), parts[3]
	for i, at := range []*time.Time{&m.until, &m.seen} {
		if t, err := time.Parse(time.RFC3339Nano, parts[1+i]); err == nil {
			*at = t
		}
	}
	return m
}
