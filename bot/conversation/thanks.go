package conversation

import (
	"strings"
	"time"
	"unicode"
)

// thankedWithin is how long after our last word a bare thank-you is taken for one.
const thankedWithin = 24 * time.Hour

// mostThanks is how many words a bare thank-you has at most.
const mostThanks = 8

// thanks are the words of a bare thank-you, in Dutch and English. It needs one that is true; the others may stand around it.
var thanks = map[string]bool{
	"dank": true, "dankje": true, "dankjewel": true, "dankuwel": true, "dankjulliewel": true, "bedankt": true, "thanks": true, "thank": true, "thx": true,
	"tnx": true, "merci": true, "thankyou": true, "👍": true, "🙏": true, "❤": true, "👌": true, "🙌": true, "😊": true, "😀": true, "😁": true, "🥰": true, "😍": true, "💯": true,

	"je": false, "jij": false, "u": false, "jullie": false, "wel": false, "hartelijk": false, "heel": false, "erg": false, "zeer": false, "super": false, "top": false, "fijn": false,
	"ok": false, "oke": false, "okay": false, "oki": false, "prima": false, "perfect": false, "geweldig": false, "goed": false, "mooi": false, "leuk": false,
	"alvast": false, "voor": false, "de": false, "het": false, "snelle": false, "reactie": false, "hulp": false, "moeite": false, "antwoord": false, "info": false, "uitleg": false,
	"nogmaals": false, "veel": false, "duizend": false, "maal": false, "team": false, "allemaal": false,
	"you": false, "so": false, "much": false, "very": false, "a": false, "lot": false, "again": false, "many": false, "great": false, "cool": false, "nice": false,
	"for": false, "the": false, "your": false, "quick": false, "fast": false, "help": false, "reply": false, "response": false, "answer": false, "all": false,
	"hi": false, "hoi": false, "dag": false, "groetjes": false, "groeten": false, "groet": false, "x": false, "xx": false,
}

// Thanks says that a message is a bare thank-you: nothing in it asks for an answer.
func Thanks(m Message) bool {
	if len(m.Files) > 0 || m.Location != nil || m.Contact != nil || m.Unknown != "" || strings.ContainsRune(m.Text.Plain, '?') {
		return false
	}
	words := strings.FieldsFunc(fold(m.Text.Plain), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Variation_Selector, r) || r == '~' || r == '+'
	})
	if len(words) == 0 || len(words) > mostThanks {
		return false
	}
	thanked := false
	for _, w := range words {
		if rest := strings.TrimLeft(w, "👍🙏❤👌🙌😊😀😁🥰😍💯🏻🏼🏽🏾🏿"); rest == "" { // any number of them
			thanked = true
			continue
		}
		means, known := thanks[w]
		if !known {
			return false
		}
		thanked = thanked || means
	}
	return thanked
}

// onlyThanks says that a message thanks us for our last word, so that nobody waits.
func (f *folding) onlyThanks(m Message) bool {
	c := &f.c
	if c.Opened.IsZero() {
		return false // nobody here has seen what they thank us for
	}
	last := c.Spoken
	switch c.Turn {
	case Done:
		last = later(last, c.Closed)
	case Answered:
	case Snoozed:
		if !c.Snooze.Promise {
			return false
		}
	case Waiting:
		return false
	}
	return !last.IsZero() && f.now.Sub(last) < thankedWithin && Thanks(m)
}
