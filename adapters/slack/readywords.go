package slack

import (
	"fmt"

	"webcare/bot/conversation"
)

// What staff read in the views of ready answers stands in this file and nowhere else. Slack's bounds, in characters: 24
// for the title and the buttons of a form and for the name of a shortcut, 75 for other buttons, 100 for the title and 300
// for the text of a confirmation, 30 for its buttons.

// shortcut is what the manifest says of the shortcut.
func shortcut() (name, about string) {
	return "Save as ready answer", "Keep the text of this message, to be used by typing ! and a word."
}

// viewWords are the words of the views.
type viewWords struct {
	title, newTitle, changeTitle             string
	save, cancel, closes                     string
	how, none, gone, notStored               string
	create, change, remove, keep             string
	earlier, later                           string
	word, wordHint, language, languageHint   string
	text, textHint, confirmTitle, confirming string
	// languages are called so; the empty one is any.
	languages map[string]string
}

func newViewWords() viewWords {
	return viewWords{
		title: "Ready answers", newTitle: "New ready answer", changeTitle: "Change ready answer",
		save: "Save", cancel: "Cancel", closes: "Close",
		how:  "In a customer's thread, type ! and the word at the start of a line. The thread shows what the customer gets before it leaves.",
		none: "There are none yet.", gone: "That ready answer is not there any more.", notStored: "It could not be stored. Try again.",
		create: "New ready answer", change: "Change", remove: "Remove", keep: "Keep",
		earlier: "Earlier", later: "Later",
		word: "Word", wordHint: "What is typed behind the !: letters, digits, - and _.",
		language: "Language", languageHint: "It is chosen for customers who speak it. A word may have a ready answer in each language.",
		text: "Text", textHint: "{customer} becomes the customer's name, {me} yours.",
		confirmTitle: "Remove this ready answer?",
		confirming:   "%s can then not be used any more. Answers that were sent stay as they are.",
		languages:    map[string]string{"": "Any language", "nl": "Dutch", "en": "English", "de": "German", "fr": "French"},
	}
}

// offered are the languages that the form offers, in order; "" is any.
func offered() []string { return []string{"", "nl", "en", "de", "fr"} }

// languageName is how a language is called; one without a name goes by its tag.
func (w viewWords) languageName(tag string) string {
	if name := w.languages[tag]; name != "" {
		return name
	}
	return tag
}

// heading is what a ready answer is called in the list.
func (w viewWords) heading(r conversation.Ready) string {
	return "!" + r.Word + " · " + w.languageName(r.Language)
}

func (w viewWords) confirmText(r conversation.Ready) string {
	return fmt.Sprintf(w.confirming, w.heading(r))
}
