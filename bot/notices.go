package bot

import (
	"strconv"
	"strings"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// because puts a Reason into words that end a sentence or stand alone.
func (w *words) because(r conversation.Reason, detail string) string {
	words := w.Say(language.Unexpected)
	if k := language.Reason(r); w.Says(k) {
		words = w.Say(k)
	}
	if r == conversation.Rejected && detail != "" {
		words += bracketed(conversation.Plainly(oneLine(detail)).Cut(200).Plain)
	}
	return words
}

// trouble is an error as staff read it.
func (w *words) trouble(err error) string { return adapters.InWords(err, w.Tag) }

// notice is a line of the bot's own.
func (w *words) notice(n conversation.Notice) string {
	why := w.because(n.Reason, n.Detail)
	key := language.Notice(n.Kind)
	switch n.Kind {
	case conversation.TakenBy:
		if !n.At.IsZero() {
			return w.Say(language.TakenSince, "name", oneLine(n.Name), "when", w.when(n.At))
		}
	case conversation.Silent:
		return w.Say(key, "name", n.Name, "when", w.when(n.At), "time", n.Detail)
	case conversation.PromiseSeen:
		return w.Say(key, "when", w.when(n.At))
	case conversation.PartlyDelivered:
		lacking := ""
		if names := flat(n.Name, 500); names != "" {
			lacking = w.Say(language.Lacking, "names", names)
		}
		return w.Say(key, "lacking", lacking, "why", why)
	case conversation.OtherInitials:
		return w.Say(key, "name", oneLine(n.Name), "initials", oneLine(n.Detail))
	case conversation.ShownMissing, conversation.NotDelivered:
		return w.Say(key, "names", bracketed(flat(n.Name, 500)), "why", why)
	case conversation.CardRefused:
		return w.Say(key, "names", bracketed(oneLine(n.Name)), "why", why)
	case conversation.CannotRead, conversation.CannotHandle:
		return w.Say(key, "detail", bracketed(oneLine(n.Detail)))
	case conversation.ReactedThere:
		return w.Say(key, "emoji", conversation.Plainly(oneLine(n.Detail)).Cut(8).Plain)
	case conversation.AnsweredThere:
		if n.Detail == conversation.ByItself {
			key = language.ByItself
		}
		by := ""
		if name := oneLine(n.Name); name != "" {
			by = w.Say(language.ByName, "name", name)
		}
		return w.Say(key, "by", by)
	case conversation.MarkRefused:
		if n.Name == string(conversation.Sent) {
			key = language.MarkSent
		}
	case conversation.AccountDeaf, conversation.AccountBack:
		return w.hearing(n, why)
	case conversation.LongGap:
		return w.Say(key, "name", n.Name, "detail", n.Detail)
	case conversation.NotReminded:
		if n.Reason == conversation.Gone {
			why = w.Say(language.NobodyThere)
		}
	case conversation.UnknownWord:
		return w.unknownWord(n)
	case conversation.Doubtful, conversation.ChangeInPublic:
		return w.Say(key) + w.doubts(n.Doubts)
	case conversation.Previewed:
		return w.previewed(n)
	default:
	}
	return w.Say(key, "why", why, "name", oneLine(n.Name))
}

// hearing is a line about what the bot cannot hear, or can again.
func (w *words) hearing(n conversation.Notice, why string) string {
	deaf := n.Kind == conversation.AccountDeaf
	key, detail := language.Notice(n.Kind), conversation.Plainly(n.Detail)
	switch {
	case n.Name == storeName && deaf:
		key = language.StoreFull
	case n.Name == storeName:
		key = language.StoreBack
	case n.Name == deskName && deaf:
		key, detail = language.DeskDeaf, detail.Cut(300)
	case n.Name == deskName:
		key, detail = language.DeskBack, detail.Cut(400)
	}
	return w.Say(key, "name", n.Name, "why", why, "detail", detail.Plain)
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// doubts are a line each.
func (w *words) doubts(all []conversation.Doubted) string {
	var text strings.Builder
	for _, d := range all {
		key := language.Doubt(d.Doubt)
		if !w.Says(key) {
			key = language.Unusual
		}
		name := oneLine(d.Name)
		if name == "" {
			name = w.Say(language.Colleague)
		}
		text.WriteString("\n• " + w.Say(key, "name", name, "detail", oneLine(d.Detail)))
	}
	return text.String()
}

// previewed is the head of a preview; what would be posted stands below it.
func (w *words) previewed(n conversation.Notice) string {
	text := w.Say(language.Notice(n.Kind))
	if where := oneLine(n.Detail); where != "" {
		text = w.Say(language.PreviewAt, "title", where)
	}
	count := []string{"parts", strconv.Itoa(n.Parts), "n", strconv.Itoa(n.Count), "of", strconv.Itoa(n.Of)}
	switch {
	case n.Parts > 1:
		text += w.Say(language.PreviewParts, count...)
	case n.Of > 0:
		text += w.Say(language.PreviewOne, count...)
	}
	if n.Name != "" {
		text += w.Say(language.PreviewOther, "name", oneLine(n.Name))
	}
	return text + w.doubts(n.Doubts)
}
