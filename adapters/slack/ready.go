package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// The names by which Slack tells us what was used.
const (
	saveReady    = "save_ready" // the shortcut
	readyForm    = "ready"      // the form
	newReady     = "ready_new"  // buttons of the list
	changeReady  = "ready_change"
	removeReady  = "ready_remove"
	turnReady    = "ready_page"
	anyLanguage  = "any" // an option cannot have an empty value
	fieldElement = "value"
)

const (
	// readyPage is how many ready answers the list shows at once; Slack takes 100 blocks.
	readyPage = 20
	// readyExcerpt is how much of a text the list shows, in characters.
	readyExcerpt = 200
)

// saveMessage opens the form with the text of a message.
func (c *counter) saveMessage(ctx context.Context, i interaction) {
	m, _ := readMessage(i.Message)
	text := readText(m, c.home.url, c.d.people.name).WithoutMentions().Trim().Cut(conversation.MaxReadyText)
	c.form(ctx, i, adapters.ReadyAnswer{Ready: conversation.Ready{Text: text}}, c.words.newTitle)
}

// pressed carries out a button of the Home tab.
func (c *counter) pressed(ctx context.Context, i interaction) {
	user := string(i.User.ID)
	for _, a := range i.Actions {
		if c.turned(ctx, user, a) || c.shelf == nil {
			continue
		}
		switch a.ActionID {
		case newReady:
			c.form(ctx, i, adapters.ReadyAnswer{}, c.words.newTitle)
		case changeReady:
			c.change(ctx, i, readRef(string(a.Value)))
		case removeReady:
			err := c.shelf.DropReady(ctx, user, readRef(string(a.Value)))
			c.publish(ctx, user, 0, c.objection(err))
		case turnReady:
			from, _ := strconv.Atoi(string(a.Value))
			c.publish(ctx, user, from, "")
		}
	}
}

// change opens the form with a ready answer as it is now.
func (c *counter) change(ctx context.Context, i interaction, which adapters.ReadyAnswer) {
	all, err := c.shelf.ReadyAnswers(ctx, string(i.User.ID))
	if err != nil {
		c.refuse(ctx, i, err)
		return
	}
	n := slices.IndexFunc(all, func(r adapters.ReadyAnswer) bool { return r.Word == which.Word && r.Language == which.Language })
	if n < 0 {
		c.publish(ctx, string(i.User.ID), 0, c.words.gone)
		return
	}
	c.form(ctx, i, all[n], c.words.changeTitle)
}

// form opens the form, filled in; one that has a version is changed. Who may not answer customers reads why instead.
func (c *counter) form(ctx context.Context, i interaction, r adapters.ReadyAnswer, title string) {
	all, err := c.shelf.ReadyAnswers(ctx, string(i.User.ID))
	if err != nil {
		c.refuse(ctx, i, err)
		return
	}
	c.open(ctx, string(i.Trigger), c.words.formOf(r, all, title))
}

// refuse says in a modal why something cannot be done.
func (c *counter) refuse(ctx context.Context, i interaction, err error) {
	c.tell(ctx, i, c.words.title, c.objection(err))
}

// objection is why something was not done; "" = it was.
func (c *counter) objection(err error) string {
	if err == nil {
		return ""
	}
	if o, is := errors.AsType[*adapters.Objections](err); is {
		return o.Error()
	}
	return c.words.notStored
}

// submitted keeps what was filled in. It answers when that is on disk, or with what is wrong, which the form then shows.
func (c *counter) submitted(ctx context.Context, i interaction, answer func(any)) {
	r := readForm(i.View.State.Values, c.home.url, c.d.people.name)
	var was *adapters.ReadyAnswer
	if seen := readRef(string(i.View.Metadata)); seen.Version != "" {
		was = &seen
	}
	user := string(i.User.ID)
	if err := c.shelf.KeepReady(ctx, user, r, was); err != nil {
		answer(slackgo.NewErrorsViewSubmissionResponse(c.formErrors(err)))
		return
	}
	answer(nil)
	if c.board == nil || c.visitors.of(user).looksAt().ready { // else it would take the queue away from them
		c.publish(ctx, user, 0, "")
	}
}

// formErrors puts objections beside their fields.
func (c *counter) formErrors(err error) map[string]string {
	all := map[string]string{}
	if o, is := errors.AsType[*adapters.Objections](err); is {
		for _, one := range o.All {
			field := one.Field
			if field == adapters.ReadyAll { // Slack shows errors beside fields only
				field = adapters.ReadyWord
			}
			all[string(field)] = strings.TrimSpace(all[string(field)] + " " + one.Text)
		}
		return all
	}
	all[string(adapters.ReadyWord)] = c.words.notStored
	return all
}

// publish shows the list to a person, from one of its entries on, with a line above it where there is something to say.
func (c *counter) publish(ctx context.Context, user string, from int, note string) {
	c.visitors.of(user).look(face{ready: true, at: from})
	c.draw(ctx, user, note)
}

// readyBlocks is the list as a person sees it.
func (c *counter) readyBlocks(ctx context.Context, user string, from int, note string) []slackgo.Block {
	all, err := c.shelf.ReadyAnswers(ctx, user)
	if err != nil {
		return []slackgo.Block{c.words.headerBlock(), contextBlock(c.objection(err))}
	}
	return c.words.listBlocks(all, from, note, c.board != nil)
}

func plainText(s string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, s, false, false)
}

func (w viewWords) headerBlock() slackgo.Block { return slackgo.NewHeaderBlock(plainText(w.title)) }

func contextBlock(s string) slackgo.Block {
	return slackgo.NewContextBlock("", plainText(cut(label(s), maxStatus)))
}

// listBlocks lays the list out. back: there is something to go back to.
func (w viewWords) listBlocks(all []adapters.ReadyAnswer, from int, note string, back bool) []slackgo.Block {
	create := slackgo.NewButtonBlockElement(newReady, "", plainText(w.create))
	create.Style = slackgo.StylePrimary
	row := []slackgo.BlockElement{create}
	if back {
		row = append(row, slackgo.NewButtonBlockElement(showQueue, "0", plainText(w.in.Say("view.queue.back"))))
	}
	blocks := []slackgo.Block{w.headerBlock(), slackgo.NewSectionBlock(plainText(w.how), nil, nil), slackgo.NewActionBlock(newReady, row...)}
	if note != "" {
		blocks = append(blocks, contextBlock("⚠️ "+note))
	}
	if len(all) == 0 {
		return append(blocks, contextBlock(w.none))
	}
	if from < 0 || from >= len(all) {
		from = 0
	}
	to := min(from+readyPage, len(all))
	for _, r := range all[from:to] {
		blocks = append(blocks, slackgo.NewDividerBlock())
		blocks = append(blocks, w.readyEntry(r)...)
	}
	var turn []slackgo.BlockElement
	if from > 0 {
		turn = append(turn, turnButton(w.earlier, max(0, from-readyPage)))
	}
	if to < len(all) {
		turn = append(turn, turnButton(w.later, to))
	}
	for _, button := range turn {
		blocks = append(blocks, slackgo.NewActionBlock("", button))
	}
	return blocks
}

func turnButton(label string, from int) slackgo.BlockElement {
	return slackgo.NewButtonBlockElement(turnReady, strconv.Itoa(from), plainText(label))
}

// readyEntry is one ready answer in the list, with its buttons.
func (w viewWords) readyEntry(r adapters.ReadyAnswer) []slackgo.Block {
	title := slackgo.NewRichTextSectionTextElement(w.heading(r.Ready)+"\n", &slackgo.RichTextSectionTextStyle{Bold: true})
	remove := slackgo.NewButtonBlockElement(removeReady, writeRef(r), plainText(w.remove))
	remove.Style = slackgo.StyleDanger
	remove.Confirm = slackgo.NewConfirmationBlockObject(plainText(w.confirmTitle), plainText(w.confirmText(r.Ready)), plainText(w.remove), plainText(w.keep))
	remove.Confirm.Style = slackgo.StyleDanger
	return []slackgo.Block{
		slackgo.NewRichTextBlock("", rich(visible(w.in, r.Text.Cut(readyExcerpt)), title)...),
		slackgo.NewActionBlock("ready/"+r.Word+"/"+r.Language, slackgo.NewButtonBlockElement(changeReady, writeRef(r), plainText(w.change)), remove),
	}
}

// formOf is the form. What is kept is changed where r has a version; all are what there is, whose languages are offered.
func (w viewWords) formOf(r adapters.ReadyAnswer, all []adapters.ReadyAnswer, title string) slackgo.ModalViewRequest {
	word := slackgo.NewPlainTextInputBlockElement(nil, fieldElement)
	word.InitialValue, word.MaxLength = r.Word, conversation.MaxReadyWord+1 // and perhaps the !
	text := slackgo.NewRichTextInputBlockElement(nil, fieldElement)
	if elements := composed(r.Text); len(elements) > 0 {
		text.InitialValue = slackgo.NewRichTextBlock("", elements...)
	}
	v := slackgo.ModalViewRequest{
		CallbackID: readyForm, Title: plainText(title), Submit: plainText(w.save), Close: plainText(w.cancel),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{
			slackgo.NewInputBlock(string(adapters.ReadyWord), plainText(w.word), plainText(w.wordHint), word),
			slackgo.NewInputBlock(string(adapters.ReadyLanguage), plainText(w.language), plainText(w.languageHint), w.languageSelect(r.Language, all)),
			slackgo.NewInputBlock(string(adapters.ReadyText), plainText(w.text), plainText(w.textHint), text),
		}},
	}
	if r.Version != "" {
		v.PrivateMetadata = writeRef(r)
	}
	return v
}

// languageSelect offers the usual languages and those in use.
func (w viewWords) languageSelect(chosen string, all []adapters.ReadyAnswer) *slackgo.SelectBlockElement {
	tags := offered()
	for _, r := range append(all, adapters.ReadyAnswer{Ready: conversation.Ready{Language: chosen}}) {
		if !slices.Contains(tags, r.Language) {
			tags = append(tags, r.Language)
		}
	}
	var options []*slackgo.OptionBlockObject
	var initial *slackgo.OptionBlockObject
	for _, tag := range tags {
		value := tag
		if tag == "" {
			value = anyLanguage
		}
		one := slackgo.NewOptionBlockObject(value, plainText(cut(w.languageName(tag), maxButton)), nil)
		if options = append(options, one); tag == chosen {
			initial = one
		}
	}
	s := slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, fieldElement, options...)
	s.InitialOption = initial
	return s
}

// field is the state of one input of the form.
type field struct {
	Value    lax `json:"value"`
	Selected struct {
		Value lax `json:"value"`
	} `json:"selected_option"`
	User lax             `json:"selected_user"`
	Rich json.RawMessage `json:"rich_text_value"`
}

// readForm reads what was filled in.
func readForm(values json.RawMessage, team string, name func(string) string) conversation.Ready {
	blocks := lenient[map[string]json.RawMessage](values)
	at := func(f adapters.ReadyField) field {
		return lenient[map[string]field](blocks[string(f)])[fieldElement]
	}
	r := conversation.Ready{Word: string(at(adapters.ReadyWord).Value), Language: string(at(adapters.ReadyLanguage).Selected.Value)}
	if r.Language == anyLanguage {
		r.Language = ""
	}
	if raw := at(adapters.ReadyText).Rich; len(raw) > 0 {
		r.Text = readText(message{Blocks: slices.Concat([]byte("["), raw, []byte("]"))}, team, name)
	}
	return r
}

// writeRef says which ready answer a button or a form is about, and how it was: version/language/word.
func writeRef(r adapters.ReadyAnswer) string { return r.Version + "/" + r.Language + "/" + r.Word }

// readRef reads what writeRef wrote; its text stays empty.
func readRef(s string) adapters.ReadyAnswer {
	version, rest, _ := strings.Cut(s, "/")
	language, word, _ := strings.Cut(rest, "/")
	return adapters.ReadyAnswer{Ready: conversation.Ready{Word: word, Language: language}, Version: version}
}
