package conversation_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// fate is what becomes of a staff message by the rules R1 and R2.
type fate string

const (
	stays  fate = "stays" // a note, or its writer may not speak
	asks   fate = "asks"  // stays, but its writer is asked
	leaves fate = "leaves"
	blank  fate = "blank" // nothing is in it
)

// letter is R2 read anew, as patterns. It shares nothing with the code that it examines.
var letter = struct{ unseen, skipped, sign, word, near *regexp.Regexp }{
	unseen:  regexp.MustCompile(`[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{2063}\x{FEFF}\x{00AD}\x{FE0F}\x{FFFC}\x{034F}\x{061C}\x00]`),
	skipped: regexp.MustCompile("^(?:" + skippable + `|\d+[.)])+`),
	sign:    regexp.MustCompile(`^(?:🔒|:lock:|//|;;|\\\\)`),
	word:    regexp.MustCompile("^(?:" + markers + ")(?:" + skippable + ")*:"),
	near:    regexp.MustCompile("^(?:" + markers + `)(?:[^\p{L}\p{N}]|$)`),
}

const (
	markers   = `note|notitie|nota|intern|internal|private|privé`
	skippable = `[\s\x{00A0}\x{2003}\x{202F}\x{3164}]|[*_~` + "`" + `]|[-–—+•◦▪]|[>"'“”„‟‘’‚«»‹›「」´]`
)

// byTheLetter says what must become of a message.
func byTheLetter(text string, mention bool, by Person) fate {
	text = letter.unseen.ReplaceAllString(text, "")
	text = strings.NewReplacer("e\u0301", "é", "\u037e", ";").Replace(strings.ToLower(text)) // composed, as Unicode has it
	start := letter.skipped.ReplaceAllString(text, "")
	switch {
	case !by.MaySpeak:
		return stays
	case regexp.MustCompile(`^[\s\x{00A0}\x{2003}\x{202F}\x{3164}]*$`).MatchString(text):
		return blank
	case letter.sign.MatchString(start), letter.word.MatchString(start):
		return stays
	case mention, letter.near.MatchString(start):
		return asks
	}
	return leaves
}

// dice decide what a random message is made of: roll gives 0 to n-1.
type dice interface{ roll(n int) int }

type seeded struct{ *rand.Rand }

func (s seeded) roll(n int) int { return s.IntN(n) }

type drawn struct{ *rapid.T }

func (d drawn) roll(n int) int { return rapid.IntRange(0, n-1).Draw(d.T, "roll") }

func one[T any](d dice, of ...T) T { return of[d.roll(len(of))] }

// random is a message that looks like a note, nearly like one, or not at all, by anybody.
func random(d dice) (text string, mention bool, by Person) {
	var b strings.Builder
	for range one(d, 0, 0, 1, 1, 2, 5) {
		b.WriteString(one(
			d, " ", "\n", "\t", "\u00a0", "\u2003", "\u3164", "\u200b", "\ufeff", "\u2060", "\u200f", "\ufffc", "*", "_", "~", "`", "***",
			"> ", ">", ">>", "- ", "• ", "◦ ", "▪ ", "– ", "— ", "+ ", "1. ", "23) ", "4.", "\"", "'", "“", "„", "‘", "‚", "«", "‹", "「", "´",
		))
	}
	head := one(
		d, "🔒", ":lock:", "//", ";;", ";\u037e", `\\`, "note", "notitie", "nota", "intern", "internal", "private", "privé", "prive\u0301",
		"note", "notitie", "nota", "intern", "internal", "private", "privé", "prive\u0301",
		"🔓", ":locked:", "/", ";", `\`, "/ /", "; ;", "https://", "c:\\\\", "10:30", "notebook", "notities", "noteer", "notaris", "notarieel",
		"internationaal", "internals", "internet", "interne", "privacy", "privates", "privétje", "keynote", "de note", "x//", "()", "€", "", "Dag", "1; 2;",
	)
	for _, r := range head {
		if d.roll(3) == 0 {
			b.WriteString(strings.ToUpper(string(r)))
		} else {
			b.WriteRune(r)
		}
		if d.roll(12) == 0 {
			b.WriteString(one(d, "\u200b", "\u00ad", "\u2060", "\ufe0f", "\u200d", "\u034f", "\x00"))
		}
	}
	b.WriteString(one(d, "", "", "", " ", "\u00a0", "\u202f", "\u200b", "*", "_", "`", "\"", "”", "’", "»", "\n", "  "))
	b.WriteString(one(d, ":", ":", ":", "", "", " ", ".", ",", ";", "!", "/", "\n", "s", "7", "(", " - ", "\n!", "\n• !", "\n2) \"！", "\n!!"))
	b.WriteString(one(d, "", " bel terug", "x", " 🔒", " // x", ": note: y", " مرحبا", "\u202eabc", " 👩‍💻", " a@example.com", strings.Repeat(" lang", 50)))
	by = one(d, jan, jan, jan, jan, jan, jan, eva, eva, guest, Person{ID: "U7", Why: one(d, Stranger, Robot, NotListed, NotHere, Unknown, Left)})
	return b.String(), d.roll(8) == 0, by
}

// happen plays a message in one of the ways in which it can come, and says whether it left, was previewed, and was asked
// about. Nobody presses anything.
func happen(d dice, e Wrote) (left []Send, previews, questions int, way string) {
	r := Rules{OnUnsure: Ask, Mode: Direct, Clock: ladder{15 * time.Minute}}
	c := New("0123", Ref{"telegram", "acme", "7"})
	now := start
	on := func(e Event) {
		var out []Effect
		c, out = Apply(c, e, r, now)
		for _, effect := range out {
			switch x := effect.(type) {
			case Send:
				left = append(left, x)
			case Tell:
				if x.Notice.Kind == Previewed {
					previews++
				}
			case Whisper:
				if slices.Contains(x.Buttons, SendAnyway) {
					questions++
				}
			case Edit, TakeBack:
				left = append(left, Send{Text: Plainly("changed")})
			}
		}
	}
	on(Heard{ExternalID: "m1", At: now, Customer: Customer{Name: "Ann"}, Message: Message{Text: Plainly("hallo")}})
	way = one(d, "typed", "typed", "held", "edited", "public")
	switch way {
	case "public":
		r.Mode = Confirm
		on(e)
	case "held":
		r.Hold = 10 * time.Second
		on(e)
	case "edited":
		r.Hold = 10 * time.Second
		first := e
		first.By, first.Message = jan, Message{Text: Plainly("Goedemorgen")}
		on(first)
		now = now.Add(3 * time.Second)
		on(Rewrote{At: e.At, Written: e.Written, By: e.By, Message: e.Message, Edited: now, Limits: e.Limits})
	default:
		on(e)
	}
	for range 3 { // late, but looked at
		now = now.Add(13 * time.Second)
		on(Ticked{Limits: e.Limits, Hearing: start})
	}
	return left, previews, questions, way
}

// check plays a message and compares what becomes of it with the letter of R2.
func check(d dice) (fate, error) {
	text, mention, by := random(d)
	want := byTheLetter(text, mention, by)
	e := wrote("a1", text, by, private, start)
	if mention {
		n := len(e.Message.Text.Plain)
		e.Message.Text = e.Message.Text.Add(Text{Plain: "@x", Spans: []Span{{To: 2, Style: Mention, Target: one(d, "U1", "S1", "C1", "here")}}})
		want = byTheLetter(text+"@x", true, by)
		if d.roll(4) == 0 { // all of it
			e.Message.Text.Spans[0].From = 0
		} else if d.roll(4) == 0 && n > 0 {
			e.Message.Text = Text{Plain: "@x" + text, Spans: []Span{{To: 2, Style: Mention, Target: "U1"}}}
			want = byTheLetter("@x"+text, true, by)
		}
	}
	left, previews, questions, way := happen(d, e)
	var got fate
	switch {
	case len(left)+previews > 0:
		got = leaves
	case questions > 0:
		got = asks
	default:
		got = stays
	}
	plain := e.Message.Text.Plain
	read := letter.unseen.ReplaceAllString(plain, "")
	calls := callsReady.MatchString(read) || mention && callsReady.MatchString(strings.ReplaceAll(read, "@x", "x"))
	switch {
	case want == blank && got == stays:
	case want != stays && got == stays && calls: // of a ready answer that is not there
	case want != stays && calls && !mention:
		return want, fmt.Errorf("%q by %q (%s) %s, and calls a ready answer that is not there", plain, by.ID, way, got)
	case want != got:
		return want, fmt.Errorf("%q by %q (%s) %s, and by the letter it %s", plain, by.ID, way, got, want)
	case way != "public" && want == leaves && (len(left) != 1 || left[0].Text.Plain != strings.TrimSpace(plain)+"\n— "+by.Name && way != "edited"):
		return want, fmt.Errorf("%q (%s) leaves as %+v", plain, way, left)
	case way == "public" && len(left) > 0:
		return want, fmt.Errorf("%q leaves for all to read, and nobody said so", plain)
	}
	return want, nil
}

// callsReady: a line begins with ! and a word, which R2 says nothing of.
var callsReady = regexp.MustCompile("(?m)^(?:" + skippable + `|\d+[.)])*[!！]+[_-]*[\pL\pN]`)

// TestAHundredThousandMessages: what is a note by the letter of R2 never becomes a job to a customer; what is none, and
// nearly none, does.
func TestAHundredThousandMessages(t *testing.T) {
	d := seeded{rand.New(rand.NewPCG(2, 2026))}
	seen := map[fate]int{}
	messages := 100_000
	if underRace {
		messages = 10_000
	}
	for range messages {
		f, err := check(d)
		if err != nil {
			t.Error(err)
		}
		if seen[f]++; t.Failed() && seen[f] > 20_000 {
			t.FailNow()
		}
	}
	t.Log(seen)
	for _, f := range []fate{stays, asks, leaves} {
		if seen[f] < messages*15/100 {
			t.Errorf("only %d of the messages are such that one %s", seen[f], f)
		}
	}
}

// TestRandomMessages draws others each time; -rapid.checks=100000 draws as many.
func TestRandomMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if _, err := check(drawn{t}); err != nil {
			t.Fatal(err)
		}
	})
}
