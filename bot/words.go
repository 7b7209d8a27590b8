package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// words puts what the bot shows to staff into plain words of their language.
type words struct {
	*language.Language
	zone   *time.Location
	labels map[string]string // account -> network, as staff read it
	forms  map[string]bool   // the accounts whose answers are written in a form
}

func newWords(o Options) *words {
	w := &words{Language: o.Language, zone: o.Location, labels: map[string]string{}, forms: map[string]bool{}}
	for _, a := range o.Accounts {
		label := a.Label
		if label == "" {
			label = a.Kind
		}
		w.labels[a.Name] = label
		w.forms[a.Name] = a.Mode == conversation.Command
	}
	return w
}

// network is where a customer wrote: "Telegram (acme)".
func (w *words) network(account string) string {
	label := w.labels[account]
	switch {
	case label == "", strings.EqualFold(label, account):
		return account
	}
	return label + " (" + account + ")"
}

// name is what a customer is called, on one line; never empty.
func (w *words) name(c conversation.Customer) string {
	switch shown, handle := oneLine(c.Name), oneLine(c.Handle); {
	case shown != "":
		return shown
	case handle != "":
		return "@" + handle
	}
	return w.Say(language.ACustomer)
}

// oneLine is hostile text as a part of a sentence of ours: without line breaks and what no reader sees, at most 100
// characters of it, so that nobody can write a line that looks like the bot's own.
func oneLine(s string) string { return flat(s, 100) }

// flat is oneLine with at most so many characters.
func flat(s string, most int) string {
	seen := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2800': // an empty Braille cell
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && !drawn(r) && !shapes(r):
			return -1
		}
		return r
	}, s)
	seen = strings.Join(strings.Fields(seen), " ")
	if strings.TrimFunc(seen, func(r rune) bool { return r == ' ' || shapes(r) }) == "" {
		return ""
	}
	return conversation.Plainly(seen).Cut(most).Plain
}

// drawn says that a character can be seen although it is of the class of those that cannot.
func drawn(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }

// shapes says that a character only changes how others look: joiners, selectors, the tags of flags.
func shapes(r rune) bool {
	return r == '\u200c' || r == '\u200d' || r >= 0xE0020 && r <= 0xE007F || unicode.Is(unicode.Variation_Selector, r)
}

func (w *words) card(c conversation.Conversation, m conversation.Message, permalink func(conversation.Place) string) adapters.Card {
	card := adapters.Card{Title: w.name(c.Customer) + " · " + w.network(c.Ref.Account), Body: w.message(m)}
	if c.Customer.Handle != "" && c.Customer.Name != "" {
		card.Facts = append(card.Facts, "@"+c.Customer.Handle)
	}
	if c.Public {
		where := w.Say(language.InPublic)
		if title := oneLine(c.Title); title != "" {
			where = w.Say(language.InPublicAt, "title", title)
		}
		card.Facts = append(card.Facts, where)
	}
	if c.Unreachable != "" {
		card.Facts = append(card.Facts, "⛔ "+w.because(c.Unreachable, ""))
	}
	card.Status, card.Tint = w.status(c)
	if w.forms[c.Ref.Account] {
		card.Buttons = append(card.Buttons, w.button(conversation.Write, "primary"))
	}
	card.Buttons = append(card.Buttons, w.turnButtons(c)...)
	if c.Link != "" {
		card.Buttons = append(card.Buttons, adapters.Button{Label: w.Say(language.OpenOn, "network", w.labels[c.Ref.Account]), URL: c.Link})
	}
	if n := len(c.Old); n > 0 {
		if url := permalink(c.Old[n-1]); url != "" {
			card.Buttons = append(card.Buttons, adapters.Button{Label: w.Say(language.Earlier), URL: url})
		}
	}
	return card
}

// turnButtons are those that change whose turn it is, or whose the customer is.
func (w *words) turnButtons(c conversation.Conversation) (all []adapters.Button) {
	if c.Turn == conversation.Done {
		return []adapters.Button{w.button(conversation.Reopen, "")}
	}
	switch {
	case c.Claimer.ID == "":
		all = append(all, w.button(conversation.Claim, "primary"))
	case c.Turn == conversation.Waiting:
		all = append(all, w.button(conversation.TakeOver, ""), w.button(conversation.Release, ""))
	}
	switch c.Turn {
	case conversation.Waiting:
		return append(all, w.button(conversation.NoAnswer, ""), w.snooze())
	case conversation.Snoozed:
		all = append(all, w.button(conversation.Wake, ""))
		if !c.Snooze.Promise {
			return append(all, w.button(conversation.NoAnswer, ""))
		}
		return append(all, w.button(conversation.Close, ""))
	case conversation.Answered, conversation.Done:
	}
	return append(all, w.button(conversation.Close, ""), w.snooze())
}

// snooze is the menu of moments until which a customer can be put aside.
func (w *words) snooze() adapters.Button {
	b := w.button(conversation.Snooze, "")
	for _, value := range []string{conversation.OneHour, conversation.FourHours, conversation.Tomorrow, conversation.NextMonday, conversation.OtherMoment} {
		b.Choices = append(b.Choices, adapters.Choice{Value: value, Label: w.Say(language.Choice(value), "time", "09:00")})
	}
	return b
}

// window tells until when the network takes an answer.
func (w *words) window(c conversation.Conversation) string {
	switch left := time.Until(c.Window); {
	case c.Window.IsZero():
		return ""
	case left <= 0:
		return w.Say(language.WindowOver)
	default:
		return w.Say(language.WindowLeft, "when", w.when(c.Window), "time", w.howLong(left))
	}
}

func (w *words) button(a conversation.Action, style string) adapters.Button {
	return adapters.Button{Action: a, Label: w.Say(language.Action(a)), Style: style}
}

// status is whose turn it is and since when.
func (w *words) status(c conversation.Conversation) (string, string) {
	with := ""
	if c.Claimer.ID != "" {
		with = w.Say(language.Claimed, "name", c.Claimer.Name)
	}
	switch c.Turn {
	case conversation.Waiting:
		tint := "waiting"
		if c.Step > 0 || c.Warned {
			tint = "late"
		}
		return w.Say(language.OurTurn, "when", w.when(c.Since)) + with + w.window(c), tint
	case conversation.Snoozed:
		key, waits := language.SnoozedTurn, ""
		if c.Snooze.Promise {
			key = language.PromisedTurn
		} else if !c.Since.IsZero() {
			waits = w.Say(language.SnoozedWaits, "when", w.when(c.Since))
		}
		return w.Say(key, "name", oneLine(c.Snooze.By.Name), "when", w.when(c.Snooze.Until)) + waits + with + w.window(c), ""
	case conversation.Done:
		rated := ""
		if c.Rating != "" {
			rated = " · " + c.Rating
		}
		return w.Say(language.DoneTurn, "outcome", w.Say(language.Outcome(c.Outcome))) + with + rated, "done"
	case conversation.Answered:
	}
	return w.Say(language.TheirTurn) + with, "answered"
}

// when is a moment as a person would say it.
func (w *words) when(t time.Time) string { return w.When(t, time.Now().In(w.zone)) }

// span is a stretch of time as a person would say it.
func (w *words) span(from, to time.Time) string {
	return w.Say(language.FromTo, "from", w.when(from), "to", w.when(to))
}

// message is a customer's message as text, its other contents as lines.
func (w *words) message(m conversation.Message) conversation.Text {
	var t conversation.Text
	line := func(s string) {
		if t.Plain != "" {
			s = "\n" + s
		}
		t = t.Add(conversation.Plainly(s))
	}
	if m.Forwarded != "" {
		line(w.Say(language.Forwarded, "name", oneLine(m.Forwarded)))
	}
	if m.Quote != "" {
		line(w.Say(language.InReply, "quote", flat(m.Quote, 120)))
	}
	if m.Text.Plain != "" {
		if t.Plain != "" {
			t = t.Add(conversation.Plainly("\n"))
		}
		t = t.Add(m.Text)
	}
	if l := m.Location; l != nil {
		parts := slices.DeleteFunc([]string{oneLine(l.Title), oneLine(l.Address)}, func(s string) bool { return s == "" })
		line(strings.TrimSpace("📍 " + strings.Join(parts, ", ")))
		t = t.Add(link("\n", fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=17/%.5f/%.5f", l.Lat, l.Long, l.Lat, l.Long)))
	}
	if c := m.Contact; c != nil {
		line(w.Say(language.Contact, "name", strings.TrimSpace(oneLine(c.Name)+" "+oneLine(c.Phone))))
	}
	if m.Unknown != "" {
		line(w.Say(language.Unshown, "what", oneLine(m.Unknown)))
	}
	if len(m.Files) > 0 && t.Plain == "" {
		line(w.files(m.Files))
	}
	if oneLine(t.Plain) == "" {
		return conversation.Plainly(w.Say(language.Empty))
	}
	return t
}

// files names what was sent: "📷 Photo", "📷 3 photos", "📎 File: invoice.pdf".
func (w *words) files(all []conversation.File) string {
	first := all[0]
	kind := language.Kind(first.Kind)
	if !w.Says(kind) {
		kind = language.Kind(conversation.Document)
	}
	label := w.Say(kind)
	if len(all) > 1 {
		return fmt.Sprintf("%s (%d)", label, len(all))
	}
	if first.Kind == conversation.Document && first.Name != "" {
		return label + ": " + oneLine(first.Name)
	}
	return label
}

// show is one post with what a customer said.
func (w *words) show(c conversation.Conversation, entries []conversation.Entry) adapters.Post {
	p := adapters.Post{As: conversation.Plainly(w.name(c.Customer)).Cut(50).Plain + " · " + cmp.Or(w.labels[c.Ref.Account], c.Ref.Account)}
	for _, e := range together(entries) {
		if p.Body.Plain != "" {
			p.Body = p.Body.Add(conversation.Plainly("\n"))
		}
		body := w.message(e.Message)
		if e.Edited {
			p.Body = p.Body.Add(conversation.Plainly(w.Say(language.Edited)))
			if body.Plain == "" {
				body = conversation.Plainly(w.Say(language.TakenAway))
			}
		}
		p.Body = p.Body.Add(body)
	}
	return p
}

// stand is an answer that somebody wrote in a form.
func (w *words) stand(e conversation.Stand) adapters.Post {
	return adapters.Post{Body: conversation.Plainly(w.Say(language.FormedBy, "name", oneLine(e.By.Name)) + "\n").Add(framed(e.Message.Text))}
}

// link is an address that can be opened, behind some white space; nothing where there is none.
func link(gap, url string) conversation.Text {
	if url == "" {
		return conversation.Text{}
	}
	return conversation.Text{Plain: gap + url, Spans: []conversation.Span{{From: len(gap), To: len(gap) + len(url), Style: conversation.Link, Target: url}}}
}

// together makes one entry of an album.
func together(entries []conversation.Entry) []conversation.Entry {
	var out []conversation.Entry
	for _, e := range entries {
		if n := len(out) - 1; n >= 0 && e.Message.Group != "" && out[n].Message.Group == e.Message.Group {
			out[n].Message = joined(out[n].Message, e.Message)
			continue
		}
		out = append(out, e)
	}
	return out
}

func (w *words) tell(n conversation.Notice, actions []conversation.Action, about conversation.Place, question uint64) adapters.Post {
	p := adapters.Post{Body: conversation.Plainly(w.notice(n)).Add(link(" ", n.Link))}
	if n.Quote.Plain != "" {
		p.Body = p.Body.Add(conversation.Plainly("\n")).Add(framed(n.Quote))
	}
	for _, a := range actions {
		style := ""
		if len(p.Buttons) == 0 {
			style = "primary"
		}
		b := w.button(a, style)
		b.About, b.N = about, question
		p.Buttons = append(p.Buttons, b)
	}
	return p
}

// framed sets a text apart from our own words around it.
func framed(t conversation.Text) conversation.Text {
	frame := conversation.Span{From: 0, To: len(t.Plain), Style: conversation.Quoted}
	return conversation.Text{Plain: t.Plain, Spans: append([]conversation.Span{frame}, t.Spans...)}
}
