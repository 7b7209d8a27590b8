package slack

import (
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// Slack's bounds, in characters: 24 for the title and the buttons of a form and for the name of a shortcut, 75 for other
// buttons, 100 for the title and 300 for the text of a confirmation, 30 for its buttons.

// viewWords are the words of the views.
type viewWords struct {
	title, newTitle, changeTitle             string
	save, cancel, closes                     string
	how, none, gone, notStored               string
	create, change, remove, keep             string
	earlier, later                           string
	word, wordHint, language, languageHint   string
	text, textHint, confirmTitle, confirming string
	answer, send, answerHint, empty          string
	// in is their language.
	in *language.Language
}

func newViewWords(l *language.Language) viewWords {
	return viewWords{
		title: l.Say("view.title"), newTitle: l.Say("view.new"), changeTitle: l.Say("view.change"),
		save: l.Say("view.save"), cancel: l.Say("view.cancel"), closes: l.Say("view.close"),
		how: l.Say("view.how"), none: l.Say("view.none"), gone: l.Say("view.gone"), notStored: l.Say("ready.not_stored"),
		create: l.Say("view.create"), change: l.Say("view.edit"), remove: l.Say("view.remove"), keep: l.Say("view.keep"),
		earlier: l.Say("view.earlier"), later: l.Say("view.later"),
		word: l.Say("view.word"), wordHint: l.Say("view.word.hint"), language: l.Say("view.language"), languageHint: l.Say("view.language.hint"),
		text: l.Say("view.text"), textHint: l.Say("view.text.hint"), confirmTitle: l.Say("view.confirm"), confirming: l.Say("view.confirm.text"),
		answer: l.Say("view.answer"), send: l.Say("view.send"), answerHint: l.Say("view.answer.hint"), empty: l.Say("ready.no_text"),
		in: l,
	}
}

// offered are the languages that the form offers, in order; "" is any.
func offered() []string { return []string{"", "nl", "en", "de", "fr"} }

// languageName is how a language is called; one without a name goes by its tag.
func (w viewWords) languageName(tag string) string {
	key := language.Key("view." + tag)
	if tag == "" {
		key = "view.any"
	}
	if w.in.Says(key) {
		return w.in.Say(key)
	}
	return tag
}

// heading is what a ready answer is called in the list.
func (w viewWords) heading(r conversation.Ready) string {
	return "!" + r.Word + " · " + w.languageName(r.Language)
}

func (w viewWords) confirmText(r conversation.Ready) string {
	return w.in.Say("view.confirm.text", "word", w.heading(r))
}
