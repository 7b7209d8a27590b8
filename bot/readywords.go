package bot

import (
	"strconv"
	"strings"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// answer is the line that shows what the customer gets.
func (w *words) answer(t conversation.Text) adapters.Post {
	return adapters.Post{Body: conversation.Plainly(w.Say(language.CustomerGets) + "\n").Add(framed(t))}
}

// unknownWord answers a message that calls what is not there.
func (w *words) unknownWord(n conversation.Notice) string {
	key, rest := language.Notice(n.Kind), language.SomeReady
	if strings.Contains(n.Name, ",") {
		key = language.ManyUnknown
	}
	switch {
	case n.Detail == "":
		rest = language.NoneReady
	case n.Count > 0:
		rest = language.ManyReady
	}
	return w.Say(key, "words", flat(n.Name, 200)) + w.Say(rest, "all", n.Detail, "n", strconv.Itoa(n.Count))
}

// fault is what is wrong with a ready answer.
func (w *words) fault(f conversation.Fault) string {
	most := conversation.MaxReadyText
	if f == conversation.BadWord {
		most = conversation.MaxReadyWord
	}
	return w.Say(language.Fault(f), "most", strconv.Itoa(most))
}

// refusal is why something that was asked for in a form is not done, though nothing is wrong with what was typed.
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
	notKnown         refusal = "not_known"
	tooLate          refusal = "too_late"
	noCustomer       refusal = "no_customer"
)

func (w *words) refusal(r refusal) string {
	return w.Say(language.Key("ready."+r), "most", strconv.Itoa(mostReady))
}

// notPermitted is what somebody reads who may not answer customers.
func (w *words) notPermitted(why conversation.Reason) string {
	return w.notice(conversation.Notice{Kind: conversation.MayNotPress, Reason: why})
}

// takenWord says that there is such a ready answer already.
func (w *words) takenWord(r conversation.Ready) string {
	return w.Say(language.TakenWord, "word", r.Word)
}

// tidyWord is a word as it is called, however it was typed.
func tidyWord(s string) string {
	return conversation.FoldWord(strings.TrimPrefix(strings.TrimSpace(s), "!"))
}
