package bot

import (
	"fmt"
	"strings"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// What staff read about ready answers stands in this file and nowhere else.

// noSuchWord is why an answer is not changed.
const noSuchWord = "there is no such ready answer"

// answer is the line that shows what the customer gets.
func (w *words) answer(t conversation.Text) adapters.Post {
	quote := conversation.Text{Plain: t.Plain, Spans: []conversation.Span{{From: 0, To: len(t.Plain), Style: conversation.Quoted}}}
	quote.Spans = append(quote.Spans, t.Spans...)
	return adapters.Post{Body: conversation.Plainly("📋 The customer gets:\n").Add(quote)}
}

// unknownWord answers a message that calls what is not there.
func unknownWord(n conversation.Notice) string {
	text := "🔒 Not sent: there is no ready answer " + flat(n.Name, 200) + "."
	if strings.Contains(n.Name, ",") {
		text = "🔒 Not sent: there are no ready answers " + flat(n.Name, 200) + "."
	}
	switch {
	case n.Detail == "":
		return text + " There are none yet: make one in the app's Home tab."
	case n.Count > 0:
		return text + fmt.Sprintf(" There are: %s and %d more. Make one in the app's Home tab.", n.Detail, n.Count)
	}
	return text + " There are: " + n.Detail + ". Make one in the app's Home tab."
}

// faults puts what is wrong with a ready answer into words.
var faults = map[conversation.Fault]string{
	conversation.BadWord:      fmt.Sprintf("A word has 1 to %d letters, digits, - and _, and no spaces.", conversation.MaxReadyWord),
	conversation.NoText:       "There is nothing in it that a customer could read.",
	conversation.LongText:     fmt.Sprintf("It is longer than %d characters.", conversation.MaxReadyText),
	conversation.LikeNote:     "It begins like a note, so it would never be sent.",
	conversation.HasMention:   "It mentions somebody or something in Slack, so it would never be sent. Write the name without @ or #.",
	conversation.CallsAnother: "A line of it begins with ! and a word. One ready answer cannot call another.",
	conversation.NoVariable:   "In braces there can be {customer} and {me}, and nothing else.",
}

// refusal is why something is not done with a ready answer, though nothing is wrong with what was typed.
type refusal string

// The refusals.
const (
	notAsked         refusal = "not_asked"
	notStored        refusal = "not_stored"
	storeIsFull      refusal = "store_is_full"
	changedMeanwhile refusal = "changed_meanwhile"
	removedMeanwhile refusal = "removed_meanwhile"
	stillThere       refusal = "still_there"
	tooManyAnswers   refusal = "too_many"
)

// refusals puts them into words.
var refusals = map[refusal]string{
	notAsked:         "Slack could not be asked who you are. Try again.",
	notStored:        "It could not be stored. Try again.",
	storeIsFull:      "It could not be stored, because the disk of webcare is full. Tell whoever runs webcare.",
	changedMeanwhile: "Somebody changed this ready answer meanwhile. Close this, look at it, and change it again.",
	removedMeanwhile: "Somebody removed this ready answer meanwhile. Close this and make a new one.",
	stillThere:       "Somebody changed this ready answer meanwhile, so it is still there. Look at it first.",
	tooManyAnswers:   fmt.Sprintf("There are %d ready answers, and there cannot be more. Remove one first.", mostReady),
}

// notPermitted is what somebody reads who may not answer customers.
func notPermitted(why conversation.Reason) string { return "🔒 Not done: " + because(why, "") + "." }

// takenWord says that there is such a ready answer already.
func takenWord(r conversation.Ready) string {
	return "There is a ready answer !" + r.Word + " in this language already. Change that one, or choose another word or language."
}

// tidyWord is a word as it is called, however it was typed.
func tidyWord(s string) string {
	return conversation.FoldWord(strings.TrimPrefix(strings.TrimSpace(s), "!"))
}
