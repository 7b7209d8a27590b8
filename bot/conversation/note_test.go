package conversation_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	. "webcare/bot/conversation"
)

// notes must never reach a customer. Each stands for a way a note leaked, or could have, in a product like this one.
var notes = []string{
	// the signs
	"🔒 bel hem niet terug", "🔒bel hem niet terug", "🔒", "🔒\ufe0f met kleurteken", " 🔒 spatie ervoor", "\n\n🔒 regels ervoor", "\t🔒 tab ervoor",
	":lock: klant is boos", ":lock:klant is boos", ":LOCK: in capitals", "  :lock: indented", "：lock： full width",
	"// let op", "//let op", "//", "  // indented", "\u00a0// a no-break space", "\u2003// an em space", "／／ full width", "⁄⁄ fraction slashes", "∕∕ division slashes",
	"// met een @naam als tekst", "//\nde rest op de volgende regel",
	";; let op", ";;let op", "；； full width", " ;; indented", `\\ let op`, `\\let op`, "＼＼ full width", "∖∖ set minus",
	// the words, in both languages, cases and spacings
	"note: call back", "Note: call back", "NOTE: call back", "nOtE: call back", "note : call back", "note  : call back", "note\u00a0: call back", "note:call back",
	"notitie: bel terug", "Notitie: bel terug", "NOTITIE : bel terug", "nota: bel terug", "Nota : bel terug",
	"intern: bel terug", "Intern: bel terug", "INTERN:bel terug", "internal: call back", "Internal : call back", "private: call back", "PRIVATE: call back",
	"privé: bel terug", "Privé: bel terug", "PRIVÉ: bel terug", "prive: bel terug", "Prive : bel terug", "note：call back", "note∶ call back", "ｎｏｔｅ： call back",
	"note\u202f: a narrow no-break space", "note\t: a tab", "note:", "intern:\nde rest op de volgende regel",
	// accents, composed and not, where a keyboard put them
	"prive\u0301: bel terug", "PRIVE\u0301: bel terug", "prive\u0300: bel terug", "privè: bel terug", "privê: bel terug", "nötitie: bel terug", "no\u0308titie: bel terug", "ìntern: bel terug", "nóte: bel terug",
	// invisible characters
	"\u200bnote: call back", "\ufeffnote: call back", "\u2060// call back", "no\u200bte: call back", "note\u200b: call back", "n\u00adote: call back", "\u200e\u200f// call back", "/\u200b/ call back",
	"\ufffcnote: where a picture was", "no\x00te: call back", "\x7f// call back", "\u2065intern: bel terug", "in\u2065tern: bel terug", "\u037e\u037e the Greek question mark, which is a semicolon",
	"\u2063\u2063intern: bel terug", "\u3164note: call back", "\u2800note: call back", "\u180e;; call back", "\u034fnote: call back", "\u0000// call back",
	// what formatting leaves behind
	"*note:* call back", "**note:** call back", "_note:_ call back", "~note:~ call back", "`note:` call back", "*note*: call back", "***note***: call back", "`note`: call back", "```// code```", "|note: in a table",
	// lists and quotes
	"- note: call back", "* note: call back", "• note: call back", "◦ note: call back", "▪ // call back", "– note: call back", "— intern: bel terug", "+ note: call back",
	"1. note: call back", "12) note: call back", "1.note: call back", "1000. // call back", "1. 2. note: call back", "- 1. > note: call back",
	"> note: call back", ">note: call back", ">> note: call back", "&gt; note: call back", "&gt;&gt; // call back", "> // call back", "> > > 🔒 call back",
	"\"note: call back\"", "'note: call back'", "“note: call back”", "‘note’: call back", "„notitie: bel terug”", "«note: call back»", "‹ note: call back ›", "\"note\": call back", "「note: call back」", "＂note: call back＂",
	"´note: call back´", "″note: call back″", "❝note: call back❞", "❛note❜: call back", "〟note: call back〞", "⹂note: call back⹂", "﹁note: call back﹂", "｢note｣: call back", "❯ note: call back",
	"− note: call back", "➢ note: call back", "► // call back", "❖ intern: bel terug", "◆ 🔒 bel terug",
	// far behind
	strings.Repeat(" ", 5000) + "note: call back", strings.Repeat("> ", 3000) + "// call back", strings.Repeat("&gt;", 500) + "note: call back", strings.Repeat("\u200b", 4000) + "🔒 call back",
}

func TestNotesAreNotes(t *testing.T) {
	if len(notes) < 80 {
		t.Errorf("only %d notes", len(notes))
	}
	for _, text := range notes {
		if got := Judge(Message{Text: Plainly(text)}, jan); got != IsNote {
			t.Errorf("%.60q is judged %q, want a note", text, got)
		}
	}
}

// answers must leave: staff who think that they answered, while nothing left, are the opposite disaster.
var answers = []string{
	"Goedemorgen!", "Hallo Ann, wat vervelend.", "ok", "👍", "👍🏽", "❤️", "?", "...", "-", "1", "42", ":-)", ":)", ":tada:", ":locked: is no sign of ours", "Ja", "nee",
	"Dag! Uw pakket is onderweg.", "Your parcel is on its way.", "1. Open de app\n2. Kies instellingen", "- eerst dit\n- dan dat", "> U schreef dat het kapot is\nWat vervelend!", "\"Kapot\" zegt u?",
	"* sterretje", "/ help", "/help", "/ / twee losse strepen", "; puntkomma", `\ één streep`, "http://voorbeeld.example", "https://example.com/a//b", "www.voorbeeld.example", "a // b", "tekst met 🔒 erin", "Uw betaling is veilig 🔒", "het slot :lock: staat erop",
	"notebook", "Notebook: welk model heeft u?", "notebooks zijn op", "notaris", "De notaris belt u", "Notaris Jansen: hij belt u", "noteer het nummer", "Noteert u dit even?", "noted", "Noted: thank you", "notes", "notering", "notatie", "notabelen",
	"notities komen later", "notificatie: zet die aan", "Notulen: die volgen", "internationaal verzenden kan", "Internationaal: dat kan", "international shipping is possible", "internals", "interne afdeling neemt contact op", "internet: werkt dat wel?", "Internet werkt weer", "internationally: yes",
	"privacy: zie onze pagina", "Privacy", "privatelessen", "privately", "privétje", "privileges", "Een nota: die sturen we", "Please note: closed on Monday", "Let op: intern: staat op het etiket", "Dit is geen note: echt niet", "connote: iets", "keynote: 10:00",
	"10:30 komt de monteur", "12) en toch niet", "de note: nee", "Ω note:", "x note: y", "(zie hierboven)", "€ 10,00", "50% korting", "#1", "@klant zonder echte mention", "é", "e\u0301", "\u200bhallo", "Wij zijn intern: bezig", "Zij zijn privé: bezig",
	"tot morgen;; dan zien we verder", "c:\\\\map\\\\bestand", "Bonjour, je note: votre numéro", "knote: x", "пример", "例え", "مرحبا",
}

func TestAnswersAreAnswers(t *testing.T) {
	if len(answers) < 60 {
		t.Errorf("only %d answers", len(answers))
	}
	for _, text := range answers {
		if got := Judge(Message{Text: Plainly(text)}, jan); got != IsAnswer {
			t.Errorf("%q is judged %q, want an answer", text, got)
		}
	}
}

func TestNearMissesAsk(t *testing.T) {
	for _, text := range []string{
		"note that we are closed", "Note that we are closed", "NOTE", "note", "note.", "note!", "note, to self", "note - call back", "note; call back", "note\ncall back", "note-to-self: call back", "note/bel terug",
		"notitie voor Eva", "Notitie", "nota volgt", "Nota's volgen", "intern bellen", "Intern", "internal use only", "Internal", "private message", "Private", "privé graag", "PRIVÉ", "prive bellen", "prive\u0301 bellen",
		"> note that", "- note that", "*note* that", "“note” that", "1. note that", "\u200bnote that", "note\u200b that", "note (intern)", "note …", "note 🔒",
	} {
		if got := Judge(Message{Text: Plainly(text)}, jan); got != IsNearMiss {
			t.Errorf("%q is judged %q, want a near miss", text, got)
		}
	}
}

func mentioning(text, target string) Message {
	return Message{Text: Text{Plain: text + " @x", Spans: []Span{{From: len(text) + 1, To: len(text) + 3, Style: Mention, Target: target}}}}
}

func TestMentionsAreNotes(t *testing.T) {
	for _, target := range []string{"U123", "W123", "S123", "C123", "here", "channel", "everyone", ""} {
		for text, want := range map[string]Verdict{
			"kun jij kijken": IsMention, "": IsMention, "note that": IsMention, "note: kijk": IsNote, "// kijk": IsNote, "goed nieuws!": IsMention,
		} {
			if got := Judge(mentioning(text, target), jan); got != want {
				t.Errorf("%q with a mention of %q is judged %q, want %q", text, target, got, want)
			}
		}
	}
	link := Message{Text: Text{Plain: "hier", Spans: []Span{{0, 4, Link, "https://example.com"}, {0, 4, Bold, ""}}}}
	if got := Judge(link, jan); got != IsAnswer {
		t.Errorf("a link is judged %q", got)
	}
}

func TestWhoMaySpeak(t *testing.T) {
	for _, why := range []Reason{Guest, Stranger, Robot, NotListed, Unknown, ""} {
		by := Person{ID: "U9", Name: "Gust", Why: why}
		for _, m := range []Message{{Text: Plainly("Goedemorgen")}, {Text: Plainly("note: x")}, {}, mentioning("x", "U1"), {Files: []File{{ID: "F"}}}} {
			if got := Judge(m, by); got != IsForbidden {
				t.Errorf("%q by a %q is judged %q", m.Text.Plain, why, got)
			}
		}
	}
	if got := Judge(Message{Text: Plainly("Goedemorgen")}, Person{}); got != IsForbidden {
		t.Errorf("nobody in particular is judged %q", got)
	}
}

func TestNothingToSend(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t", "\u200b", "\ufeff\u2060", "\u00a0\u3000", "\u3164", "\u2800", "\u00ad"} {
		if got := Judge(Message{Text: Plainly(text)}, jan); got != IsEmptyText {
			t.Errorf("%q is judged %q, want empty", text, got)
		}
		if got := Judge(Message{Text: Plainly(text), Files: []File{{ID: "F"}}}, jan); got != IsAnswer {
			t.Errorf("%q with a file is judged %q, want an answer", text, got)
		}
	}
	if got := Judge(Message{Unknown: "poll"}, jan); got != IsEmptyText {
		t.Errorf("what cannot be sent is judged %q, want empty", got)
	}
}

// decorated puts anything around a note marker that a reader overlooks.
func decorated(t *rapid.T) string {
	before := rapid.SliceOfN(rapid.SampledFrom([]string{
		" ", "\n", "\t", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u2060", "*", "_", "~", "`", "> ", ">", "&gt; ", "- ", "• ", "– ", "1. ", "23) ", "\"", "'", "“", "„", "«", "‘", "\u0301", "\ufe0f", "|",
	}), 0, 400).Draw(t, "before")
	sign := rapid.SampledFrom([]string{"🔒", ":lock:", "//", ";;", `\\`, "note:", "notitie:", "nota:", "intern:", "internal:", "private:", "privé:", "prive\u0301:", "note :", "intern\u00a0:"}).Draw(t, "sign")
	var b strings.Builder
	for _, r := range sign {
		if unicode.IsLetter(r) && rapid.Bool().Draw(t, "upper") {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		if rapid.IntRange(0, 5).Draw(t, "invisible") == 0 {
			b.WriteString(rapid.SampledFrom([]string{"\u200b", "\u00ad", "\u2060", "\ufe0f", "\u200d"}).Draw(t, "which"))
		}
	}
	return strings.Join(before, "") + b.String() + rapid.String().Draw(t, "after")
}

func TestDecoratedNotesStayNotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if text := decorated(t); Judge(Message{Text: Plainly(text)}, jan) != IsNote {
			t.Fatalf("%q is judged %q", text, Judge(Message{Text: Plainly(text)}, jan))
		}
	})
}

func FuzzJudge(f *testing.F) {
	for _, text := range slicesOf(notes, answers) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := Judge(Message{Text: Plainly(text)}, jan)
		if again := Judge(Message{Text: Plainly("\n> \u200b" + text)}, jan); again != plain && plain != IsEmptyText {
			t.Errorf("%q is judged %q, and quoted %q", text, plain, again)
		}
		if got := Judge(Message{Text: Plainly(text)}, guest); got != IsForbidden {
			t.Errorf("%q by a guest is judged %q", text, got)
		}
		if got := Judge(Message{Text: Plainly("// " + text)}, jan); got != IsNote {
			t.Errorf("%q behind // is judged %q", text, got)
		}
	})
}

func slicesOf(all ...[]string) []string {
	var out []string
	for _, some := range all {
		out = append(out, some...)
	}
	return out
}
