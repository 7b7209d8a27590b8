package main

import (
	"time"

	slackgo "github.com/slack-go/slack"
)

// carded has a floor open a thread with a card like webcare's, with blocks, buttons and metadata, instead of a line of
// text: what is left between the two is then what webcare does, not what it shows.
func carded(name, text string) slackgo.MsgOption {
	plain := func(s string) *slackgo.TextBlockObject {
		return slackgo.NewTextBlockObject(slackgo.PlainTextType, s, true, false)
	}
	var moments []*slackgo.OptionBlockObject
	for _, m := range [][2]string{{"1h", "1 hour"}, {"4h", "4 hours"}, {"tomorrow", "tomorrow 09:00"}, {"monday", "Monday 09:00"}, {"other", "another moment …"}} {
		moments = append(moments, slackgo.NewOptionBlockObject(m[0], plain(m[1]), nil))
	}
	claim := slackgo.NewButtonBlockElement("claim", "", plain("I'll take it"))
	claim.Style = slackgo.StylePrimary
	title := slackgo.NewRichTextSectionTextElement(name+" · Telegram (acme)", &slackgo.RichTextSectionTextStyle{Bold: true})
	return slackgo.MsgOptionCompose(
		slackgo.MsgOptionBlocks(
			slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(title)),
			slackgo.NewRichTextBlock("", &slackgo.RichTextQuote{Type: slackgo.RTEQuote, Elements: []slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(text, nil)}}),
			slackgo.NewContextBlock("", plain("🔵 Our turn: the customer has been waiting since "+time.Now().Format("15:04"))),
			slackgo.NewActionBlock(
				"", claim, slackgo.NewButtonBlockElement("no_answer", "", plain("No answer needed")),
				slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, plain("Snooze"), "snooze", moments...),
			),
		),
		slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: "bench", EventPayload: map[string]any{"id": name}}),
	)
}
