package bot

import (
	"slices"
	"strconv"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// nudge is a reminder in a customer's thread.
func (w *words) nudge(c conversation.Conversation, e conversation.Nudge, now time.Time) adapters.Post {
	name := w.name(c.Customer)
	var text string
	switch e.Kind {
	case conversation.WindowEnds:
		text = w.Say(language.NudgeWindow, "name", name, "when", w.when(c.Window))
	case conversation.SnoozeOver:
		text = w.Say(language.NudgeBack, "name", name)
	case conversation.Promised:
		text = w.Say(language.NudgePromised, "name", name)
	case conversation.Handed:
		text = w.Say(language.NudgeHanded, "name", name, "by", oneLine(e.By))
	case conversation.StillWaits:
		text = w.waits(c, now)
		if c.Warned && c.Window.After(now) { // it takes the place of what told of that
			text += "\n" + w.Say(language.NudgeWindow, "name", name, "when", w.when(c.Window))
		}
		if e.By != "" {
			text += "\n" + w.notice(conversation.Notice{Kind: conversation.ClaimReturned, Name: e.By})
		}
	}
	return adapters.Post{Mention: e.To, Body: conversation.Plainly(text)}
}

// waits says how long a customer has been waiting.
func (w *words) waits(c conversation.Conversation, now time.Time) string {
	waited := time.Duration(0)
	if !c.Since.IsZero() { // else they have just been answered
		waited = now.Sub(c.Since)
	}
	return w.Say(language.Waits, "name", w.name(c.Customer), "time", w.howLong(waited))
}

// howLong is a length of time as a person would say it.
func (w *words) howLong(d time.Duration) string {
	minutes := d.Round(time.Minute)
	switch {
	case minutes < time.Minute:
		return w.Say(language.Under)
	case minutes >= 2*time.Hour:
		return w.Count(language.Hours, int(minutes.Hours()))
	}
	return w.Count(language.Minutes, int(minutes.Minutes()))
}

// nudges is a direct message about customers who wait.
func (w *words) nudges(all []reminded, permalink func(conversation.Place) string, now time.Time) adapters.Post {
	if len(all) == 1 {
		one := w.nudge(all[0].Conversation, conversation.Nudge{Kind: all[0].kind}, now)
		one.Body = one.Body.Add(link("\n", permalink(all[0].Thread)))
		return one
	}
	return w.crowd(all, 0, permalink, now)
}

// crowd is one message about many customers, and about more whom it does not name.
func (w *words) crowd(all []reminded, more int, permalink func(conversation.Place) string, now time.Time) adapters.Post {
	title := language.NudgeMany
	if slices.ContainsFunc(all, func(r reminded) bool { return r.kind != conversation.StillWaits }) {
		title = language.NudgeMixed
	}
	text := conversation.Plainly(w.Count(title, len(all)+more))
	for i, r := range all {
		if i == mostNamed {
			more += len(all) - i
			break
		}
		text = text.Add(conversation.Plainly("\n• " + w.inCrowd(r, now) + w.had(r.by))).Add(link(" ", permalink(r.Thread)))
	}
	if more > 0 {
		text = text.Add(conversation.Plainly("\n" + w.Say(language.NudgeMore, "n", strconv.Itoa(more))))
	}
	return adapters.Post{Body: text}
}

// had says who had a customer and did not answer.
func (w *words) had(by string) string {
	if by == "" {
		return ""
	}
	return w.Say(language.LineReturned, "by", oneLine(by))
}

// inCrowd is the line of a customer.
func (w *words) inCrowd(r reminded, now time.Time) string {
	name := w.name(r.Customer) + " · " + w.network(r.Ref.Account)
	switch r.kind {
	case conversation.WindowEnds:
		return w.Say(language.LineWindow, "name", name, "when", w.when(r.Window))
	case conversation.SnoozeOver:
		return w.Say(language.LineBack, "name", name)
	case conversation.Promised:
		return w.Say(language.LinePromised, "name", name)
	case conversation.StillWaits, conversation.Handed:
	}
	return w.Say(language.NudgeLine, "name", name, "time", w.howLong(now.Sub(r.Since)))
}
