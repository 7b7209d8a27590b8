package slack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// maxButton and maxStatus are Slack's bounds of a button's text and of a text object, in characters.
const (
	maxButton  = 75
	maxStatus  = 2000
	maxTitle   = 200
	maxButtons = 25
	maxChoices = 100
	maxChoice  = 75 // the value of a choice, in bytes
)

// tints are the coloured dots that show from afar whose turn it is.
func tint(t string) string {
	switch t {
	case "waiting":
		return "🔵 "
	case "late":
		return "🟠 "
	case "answered":
		return "🟢 "
	case "done":
		return "⚪ "
	}
	return ""
}

// cardBlocks lays a card out: title and facts, the customer's text, whose turn it is, buttons. The first block is
// always rich_text: chat.update cannot replace one by another kind.
func cardBlocks(l *language.Language, c adapters.Card) []slackgo.Block {
	bold := &slackgo.RichTextSectionTextStyle{Bold: true}
	title := nameAt(l, c.Title, "", maxTitle)
	head := []slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(title, bold)}
	for _, fact := range c.Facts {
		if fact = cut(label(fact), maxStatus); fact != "" {
			head = append(head, slackgo.NewRichTextSectionTextElement("\n"+fact, nil))
		}
	}
	blocks := []slackgo.Block{slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(head...))}
	if elements := rich(cardBody(l, c.Body)); len(elements) > 0 {
		blocks = append(blocks, slackgo.NewRichTextBlock("", elements...))
	}
	if status := cut(tint(c.Tint)+label(c.Status), maxStatus); strings.TrimSpace(status) != "" {
		blocks = append(blocks, slackgo.NewContextBlock("", slackgo.NewTextBlockObject(slackgo.PlainTextType, status, true, false)))
	}
	return append(blocks, buttonBlock(c.Buttons)...)
}

// maxCardBody is how many characters of the customer's text a card shows.
const maxCardBody = maxBlockText - 2*maxStatus

// cardBody is the customer's text on a card: a quotation, lest it be taken for the bot's own words, under which the
// card is posted. Where the addresses of its links leave no room for it they are left out.
func cardBody(l *language.Language, t conversation.Text) conversation.Text {
	t = visible(l, t)
	body := spell(t)
	if utf8.RuneCountInString(body.Plain) > maxCardBody {
		body = t.Without(conversation.Link).Cut(maxCardBody)
	}
	body.Spans = append(body.Spans, conversation.Span{To: len(body.Plain), Style: conversation.Quoted})
	return body
}

// cardText is the top-level text of a card, on one line: there are no quotations in a notification.
func cardText(l *language.Language, c adapters.Card) string {
	s := nameAt(l, c.Title, "", maxTitle)
	if c.Body.Plain != "" {
		s += ": " + label(visible(l, c.Body).Plain)
	}
	return escape(cut(s, maxFallback))
}

// buttonBlock makes the row of buttons and menus; nil where there are none.
func buttonBlock(all []adapters.Button) []slackgo.Block {
	var row []slackgo.BlockElement
	seen := map[string]int{}
	for _, b := range all[:min(len(all), maxButtons)] {
		text := cut(label(b.Label), maxButton)
		if text == "" {
			continue
		}
		id := string(b.Action)
		if b.URL != "" {
			id = "open"
		}
		if seen[id]++; seen[id] > 1 {
			id = fmt.Sprintf("%s.%d", id, seen[id])
		}
		if len(b.Choices) > 0 {
			if menu := menuOf(b, id, text); menu != nil {
				row = append(row, menu)
			}
			continue
		}
		one := slackgo.NewButtonBlockElement(id, writeAbout(b.About, b.N), slackgo.NewTextBlockObject(slackgo.PlainTextType, text, true, false))
		if b.URL != "" {
			shown, opens := address(b.URL)
			if !opens {
				continue
			}
			one.URL = shown
		}
		switch b.Style {
		case "primary":
			one.Style = slackgo.StylePrimary
		case "danger":
			one.Style = slackgo.StyleDanger
		}
		row = append(row, one)
	}
	if len(row) == 0 {
		return nil
	}
	return []slackgo.Block{slackgo.NewActionBlock("", row...)}
}

// menuOf makes a menu of a button with choices; nil where none of them can be shown. A menu has no value of its own, so
// that what it speaks of stands behind an @ in its id.
func menuOf(b adapters.Button, id, text string) slackgo.BlockElement {
	var options []*slackgo.OptionBlockObject
	for _, c := range b.Choices[:min(len(b.Choices), maxChoices)] {
		shown := cut(label(c.Label), maxButton)
		if shown == "" || c.Value == "" || len(c.Value) > maxChoice {
			continue
		}
		options = append(options, slackgo.NewOptionBlockObject(c.Value, slackgo.NewTextBlockObject(slackgo.PlainTextType, shown, true, false), nil))
	}
	if len(options) == 0 {
		return nil
	}
	if about := writeAbout(b.About, b.N); about != "" {
		id += "@" + about
	}
	return slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, slackgo.NewTextBlockObject(slackgo.PlainTextType, text, true, false), id, options...)
}

// readButton reads what buttonBlock wrote; false where the button is none of ours.
func readButton(id, value string) (conversation.Action, conversation.Place, uint64, bool) {
	id, about, _ := strings.Cut(id, "@")
	id, _, _ = strings.Cut(id, ".")
	if about == "" {
		about = value
	}
	if a := conversation.Action(id); slices.Contains(conversation.Pressable, a) {
		place, n := readAbout(about)
		return a, place, n, true
	}
	return "", conversation.Place{}, 0, false
}

// writeAbout puts a place and a number into a button's value: team/channel/ts/n.
func writeAbout(p conversation.Place, n uint64) string {
	if n == 0 {
		return writePlace(p)
	}
	return p.Team + "/" + p.Channel + "/" + p.TS + "/" + strconv.FormatUint(n, 10)
}

func readAbout(s string) (conversation.Place, uint64) {
	if parts := strings.Split(s, "/"); len(parts) == 4 {
		n, _ := strconv.ParseUint(parts[3], 10, 64)
		return readPlace(strings.Join(parts[:3], "/")), n
	}
	return readPlace(s), 0
}

// writePlace puts a place into a button's value: team/channel/ts.
func writePlace(p conversation.Place) string {
	if p.IsZero() {
		return ""
	}
	return p.Team + "/" + p.Channel + "/" + p.TS
}

func readPlace(s string) conversation.Place {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return conversation.Place{}
	}
	return conversation.Place{Team: parts[0], Channel: parts[1], TS: parts[2]}
}
