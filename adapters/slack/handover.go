package slack

import (
	"context"

	slackgo "github.com/slack-go/slack"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// handOver names the shortcut that gives a customer to a colleague, and its form; handOverField is its one field.
const handOver, handOverField = "hand_over", "to"

// handOver opens the form that asks to whom. It can be used on any message, so it says where it is of no use: in another
// channel, and on what somebody else than the bot posted outside of a thread.
func (c *counter) handOver(ctx context.Context, i interaction) {
	title := c.words.in.Say("view.hand_over")
	if err := c.board.Admit(ctx, string(i.User.ID)); err != nil {
		c.tell(ctx, i, title, c.why(err))
		return
	}
	thread := c.thread(i)
	on, _ := readMessage(i.Message)
	if thread.TS == "" || isRoot(on, string(on.TS)) && !c.home.ours(on) {
		c.tell(ctx, i, title, c.words.in.Say("view.no_thread"))
		return
	}
	who := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeUser, plainText(c.words.in.Say("view.hand_over.choose")), fieldElement)
	c.open(ctx, string(i.Trigger), slackgo.ModalViewRequest{
		CallbackID: handOver, Title: plainText(title), Submit: plainText(c.words.in.Say(language.Action(conversation.HandOver))), Close: plainText(c.words.cancel),
		PrivateMetadata: writePlace(thread),
		Blocks:          slackgo.Blocks{BlockSet: []slackgo.Block{slackgo.NewInputBlock(handOverField, plainText(c.words.in.Say("view.hand_over.to")), nil, who)}},
	})
}

// handedOver gives the customer to whom was chosen. The same sent twice is done once.
func (c *counter) handedOver(ctx context.Context, i interaction, answer func(any)) {
	thread, to := readPlace(string(i.View.Metadata)), string(i.typed(handOverField).User)
	if thread.IsZero() || to == "" {
		answer(objects(handOverField, c.words.in.Say("view.not_done")))
		return
	}
	if err := c.board.HandOver(ctx, string(i.User.ID), thread, to); err != nil {
		answer(objects(handOverField, c.why(err)))
		return
	}
	answer(nil)
}
