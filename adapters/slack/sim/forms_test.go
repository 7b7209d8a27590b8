package sim_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

// aForm has an input of each kind that a person can fill in.
func aForm() slack.ModalViewRequest {
	text := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
	}
	word := slack.NewPlainTextInputBlockElement(nil, "a")
	word.MaxLength = 5
	options := []*slack.OptionBlockObject{slack.NewOptionBlockObject("any", text("Any"), nil), slack.NewOptionBlockObject("nl", text("Dutch"), nil)}
	choice := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "a", options...)
	choice.InitialOption = options[0]
	composer := slack.NewRichTextInputBlockElement(nil, "a")
	composer.InitialValue = slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement("first", nil)))
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "form", Title: text("Form"), Submit: text("Save"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(text("Fill it in."), nil, nil), slack.NewInputBlock("word", text("Word"), nil, word),
			slack.NewInputBlock("choice", text("Choice"), nil, choice), slack.NewInputBlock("text", text("Text"), nil, composer),
		}},
	}
}

func TestForm(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ts := b.say(sim.Saying{Text: "x"})
		k := b.connect(false)
		open := func(v slack.ModalViewRequest) error {
			if err := b.Shortcut("UANN", "form", "CDESK", ts); err != nil {
				t.Fatal(err)
			}
			_, p := interaction(t, k)
			_, err := b.api.OpenViewContext(b.t.Context(), p.TriggerID, v)
			return err
		}
		if err := open(aForm()); err != nil {
			t.Fatal(err)
		}
		for _, filled := range []map[string]string{nil, {"word": "too long"}, {"word": "w", "choice": "fr"}, {"word": "w", "text": ""}, {"word": "w", "other": "x"}} {
			if err := b.SubmitForm("UANN", filled); err == nil {
				t.Errorf("Slack would not send %v", filled)
			}
		}
		sent := func(filled map[string]string, answer string) slack.InteractionCallback {
			if err := b.SubmitForm("UANN", filled); err != nil {
				t.Fatal(err)
			}
			e, p := interaction(t, k)
			if err := k.ws.WriteMessage(1, []byte(`{"envelope_id":"`+e.ID+`","payload":`+answer+`}`)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return p
		}
		p := sent(map[string]string{"word": "w"}, `{"response_action":"errors","errors":{"word":"taken"}}`)
		values := p.View.State.Values
		if values["word"]["a"].Value != "w" || values["choice"]["a"].SelectedOption.Value != "any" || len(values["text"]["a"].RichTextValue.Elements) != 1 {
			t.Errorf("sent %+v", values)
		}
		if v, open := b.Modal("UANN"); !open || v.Errors["word"] != "taken" {
			t.Errorf("open %v with %v", open, v.Errors)
		}
		sent(map[string]string{"word": "w"}, `{"response_action":"errors","errors":{"nothing":"taken"}}`)
		if v, _ := b.Modal("UANN"); !strings.Contains(v.Errors[""], "trouble") {
			t.Errorf("errors of a block that is not there: %v", v.Errors)
		}
		p = sent(map[string]string{"word": "w", "choice": "nl", "text": "*b* c"}, `{}`)
		section, _ := p.View.State.Values["text"]["a"].RichTextValue.Elements[0].(*slack.RichTextSection)
		if p.View.State.Values["choice"]["a"].SelectedOption.Value != "nl" || section == nil || len(section.Elements) != 2 {
			t.Errorf("sent %+v", p.View.State.Values)
		}
		if b.SubmitForm("UANN", nil) == nil || b.CloseModal("UANN") == nil {
			t.Error("a form that is closed")
		}
		if err := open(aForm()); err != nil || b.CloseModal("UANN") != nil {
			t.Errorf("not closed: %v", err)
		}
		wrong := aForm()
		wrong.Blocks.BlockSet[2].(*slack.InputBlock).Element.(*slack.SelectBlockElement).InitialOption = slack.NewOptionBlockObject("fr", slack.NewTextBlockObject(slack.PlainTextType, "F", false, false), nil)
		if err := open(wrong); err == nil || !strings.HasPrefix(err.Error(), "invalid_arguments") {
			t.Errorf("an option that is not there: %v", err)
		}
		b.MissingScope("commands")
		if b.Shortcut("UANN", "form", "CDESK", ts) == nil {
			t.Error("a shortcut without the scope")
		}
	})
}

func TestFormOfUsers(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ts := b.say(sim.Saying{Text: "x"})
		k := b.connect(false)
		text := slack.NewTextBlockObject(slack.PlainTextType, "Who", false, false)
		who := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, text, "a")
		form := slack.ModalViewRequest{
			Type: slack.VTModal, CallbackID: "form", Title: text, Submit: text,
			Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("who", text, nil, who)}},
		}
		if err := b.Shortcut("UANN", "form", "CDESK", ts); err != nil {
			t.Fatal(err)
		}
		_, p := interaction(t, k)
		if _, err := b.api.OpenViewContext(b.t.Context(), p.TriggerID, form); err != nil {
			t.Fatal(err)
		}
		for _, filled := range []map[string]string{nil, {"who": ""}, {"who": "UNOBODY"}} {
			if b.SubmitForm("UANN", filled) == nil {
				t.Errorf("Slack would not send %v", filled)
			}
		}
		if err := b.SubmitForm("UANN", map[string]string{"who": "UBOB"}); err != nil {
			t.Fatal(err)
		}
		if _, p := interaction(t, k); p.View.State.Values["who"]["a"].SelectedUser != "UBOB" {
			t.Errorf("sent %+v", p.View.State.Values)
		}
	})
}

func TestPressHome(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(false)
		if b.PressHome("UANN", "", "go") == nil {
			t.Error("pressed on no home")
		}
		button := func(block, value string) slack.Block {
			return slack.NewActionBlock(block, slack.NewButtonBlockElement("go", value, slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false)))
		}
		home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{button("one", "1"), button("two", "2")}}}
		if _, err := b.api.PublishViewContext(b.t.Context(), slack.PublishViewContextRequest{UserID: "UANN", View: home}); err != nil {
			t.Fatal(err)
		}
		if b.PressHome("UANN", "three", "go") == nil || b.PressHome("UANN", "one", "stop") == nil {
			t.Error("pressed what is not there")
		}
		if err := b.PressHome("UANN", "two", "go"); err != nil {
			t.Fatal(err)
		}
		_, p := interaction(t, k)
		a := p.ActionCallback.BlockActions[0]
		if p.Type != slack.InteractionTypeBlockActions || p.Container.Type != "view" || p.View.Type != slack.VTHomeTab || a.Value != "2" || a.BlockID != "two" || p.TriggerID == "" {
			t.Errorf("payload: %+v", p)
		}
	})
}
