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
)

// words puts what the bot shows to staff into plain English.
type words struct {
	zone   *time.Location
	labels map[string]string // account -> network, as staff read it
}

func newWords(o Options) *words {
	w := &words{zone: o.Location, labels: map[string]string{}}
	for _, a := range o.Accounts {
		label := a.Label
		if label == "" {
			label = a.Kind
		}
		w.labels[a.Name] = label
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
func name(c conversation.Customer) string {
	switch shown, handle := oneLine(c.Name), oneLine(c.Handle); {
	case shown != "":
		return shown
	case handle != "":
		return "@" + handle
	}
	return "a customer"
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
	card := adapters.Card{Title: name(c.Customer) + " · " + w.network(c.Ref.Account), Body: w.message(m)}
	if c.Customer.Handle != "" && c.Customer.Name != "" {
		card.Facts = append(card.Facts, "@"+c.Customer.Handle)
	}
	if c.Public {
		where := "in public"
		if c.Title != "" {
			where += ": " + oneLine(c.Title)
		}
		card.Facts = append(card.Facts, where)
	}
	if c.Unreachable != "" {
		card.Facts = append(card.Facts, "⛔ "+reasons[c.Unreachable])
	}
	card.Status, card.Tint = w.status(c)
	if c.Turn != conversation.Done {
		if c.Claimer.ID == "" {
			card.Buttons = append(card.Buttons, adapters.Button{Action: conversation.Claim, Label: "I'll take it", Style: "primary"})
		}
		if c.Turn == conversation.Waiting {
			card.Buttons = append(card.Buttons, adapters.Button{Action: conversation.NoAnswer, Label: "No answer needed"})
		} else {
			card.Buttons = append(card.Buttons, adapters.Button{Action: conversation.Close, Label: "Done"})
		}
	}
	if c.Link != "" {
		card.Buttons = append(card.Buttons, adapters.Button{Label: "Open on " + w.labels[c.Ref.Account], URL: c.Link})
	}
	if n := len(c.Old); n > 0 {
		if url := permalink(c.Old[n-1]); url != "" {
			card.Buttons = append(card.Buttons, adapters.Button{Label: "Earlier thread", URL: url})
		}
	}
	return card
}

// status is whose turn it is and since when.
func (w *words) status(c conversation.Conversation) (string, string) {
	with := ""
	if c.Claimer.ID != "" {
		with = " · " + c.Claimer.Name + " has it"
	}
	switch c.Turn {
	case conversation.Waiting:
		tint := "waiting"
		if c.Step > 0 {
			tint = "late"
		}
		return "Our turn: the customer has been waiting since " + w.when(c.Since) + with, tint
	case conversation.Done:
		return "Done: " + c.Outcome + with, "done"
	case conversation.Answered:
	}
	return "Answered: the customer has the next word" + with, "answered"
}

// when is a moment as a person would say it.
func (w *words) when(t time.Time) string {
	t = t.In(w.zone)
	if now := time.Now().In(w.zone); t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	if t.Year() != time.Now().In(w.zone).Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// span is a stretch of time as a person would say it.
func (w *words) span(from, to time.Time) string {
	return "from " + w.when(from) + " to " + w.when(to)
}

// kinds names the files a customer sent.
var kinds = map[conversation.FileKind]string{
	conversation.Photo: "📷 Photo", conversation.Video: "🎬 Video", conversation.Audio: "🎵 Audio", conversation.Voice: "🎤 Voice message",
	conversation.Document: "📎 File", conversation.Sticker: "Sticker", conversation.Animation: "🎞️ Animation",
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
		line("↪️ Forwarded from " + oneLine(m.Forwarded))
	}
	if m.Quote != "" {
		line("↩️ In reply to “" + flat(m.Quote, 120) + "”")
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
		line(strings.TrimSpace("👤 Contact: " + oneLine(c.Name) + " " + oneLine(c.Phone)))
	}
	if m.Unknown != "" {
		line("❔ This customer sent something that cannot be shown here (" + oneLine(m.Unknown) + "). Open it on the network itself.")
	}
	if len(m.Files) > 0 && t.Plain == "" {
		line(files(m.Files))
	}
	if oneLine(t.Plain) == "" {
		return conversation.Plainly("(an empty message)")
	}
	return t
}

// files names what was sent: "📷 Photo", "📷 3 photos", "📎 File: invoice.pdf".
func files(all []conversation.File) string {
	first := all[0]
	label := kinds[first.Kind]
	if label == "" {
		label = kinds[conversation.Document]
	}
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
	p := adapters.Post{As: conversation.Plainly(name(c.Customer)).Cut(50).Plain + " · " + cmp.Or(w.labels[c.Ref.Account], c.Ref.Account)}
	for _, e := range together(entries) {
		if p.Body.Plain != "" {
			p.Body = p.Body.Add(conversation.Plainly("\n"))
		}
		body := w.message(e.Message)
		if e.Edited {
			p.Body = p.Body.Add(conversation.Plainly("✏️ Edited: "))
			if body.Plain == "" {
				body = conversation.Plainly("the text was taken away")
			}
		}
		p.Body = p.Body.Add(body)
	}
	return p
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

var actionLabels = map[conversation.Action]string{
	conversation.SendAgain: "Send again", conversation.ItIsThere: "It is there",
	conversation.TryAgain: "Try again", conversation.SendAnyway: "Send anyway",
	conversation.DoNotSend: "Do not send", conversation.Publish: "Post publicly", conversation.ChangeAnyway: "Change it there",
}

func (w *words) tell(n conversation.Notice, actions []conversation.Action, about conversation.Place) adapters.Post {
	p := adapters.Post{Body: conversation.Plainly(notice(n)).Add(link(" ", n.Link))}
	if n.Quote.Plain != "" {
		p.Body = p.Body.Add(conversation.Plainly("\n")).Add(n.Quote)
	}
	for _, a := range actions {
		style := ""
		if len(p.Buttons) == 0 {
			style = "primary"
		}
		p.Buttons = append(p.Buttons, adapters.Button{Action: a, Label: actionLabels[a], About: about, Style: style})
	}
	return p
}

func (w *words) nudge(c conversation.Conversation, e conversation.Nudge, thread string, now time.Time) adapters.Post {
	waited := now.Sub(c.Since).Round(time.Minute)
	howLong := fmt.Sprintf("%d minutes", int(waited.Minutes()))
	switch {
	case waited < time.Minute:
		howLong = fmt.Sprintf("%d seconds", int(now.Sub(c.Since).Seconds()))
	case waited < 2*time.Minute:
		howLong = "a minute"
	case waited >= 2*time.Hour:
		howLong = fmt.Sprintf("%d hours", int(waited.Hours()))
	}
	text := "⏰ " + name(c.Customer) + " has been waiting for an answer for " + howLong + "."
	p := adapters.Post{Mention: e.To, Body: conversation.Plainly(text)}
	if e.Direct {
		p.Body = p.Body.Add(link("\n", thread))
	}
	return p
}
