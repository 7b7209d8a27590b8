package bot

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
)

// constants are the values of the constants of a type of package conversation.
func constants(t *testing.T, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob("conversation/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			v, is := n.(*ast.ValueSpec)
			if !is || len(v.Values) != 1 {
				return true
			}
			of, is := v.Type.(*ast.Ident)
			text, is2 := v.Values[0].(*ast.BasicLit)
			if is && is2 && of.Name == typeName {
				if s, err := strconv.Unquote(text.Value); err == nil {
					all = append(all, s)
				}
			}
			return true
		})
	}
	if len(all) < 4 {
		t.Fatalf("only %d constants of type %s found: this test looks in the wrong place", len(all), typeName)
	}
	slices.Sort(all)
	return all
}

// TestEverythingIsSaid: what can happen has words in each language.
func TestEverythingIsSaid(t *testing.T) {
	t.Parallel()
	buttonless := []string{string(conversation.GiveUp), string(conversation.HandOver)}
	for _, s := range constants(t, "Action") {
		if a := conversation.Action(s); a != conversation.GiveUp && a != conversation.HandOver && !slices.Contains(conversation.Pressable, a) {
			t.Errorf("nobody can press %q", a)
		}
	}
	for typeName, key := range map[string]func(string) language.Key{
		"Reason":     func(s string) language.Key { return language.Reason(conversation.Reason(s)) },
		"NoticeKind": func(s string) language.Key { return language.Notice(conversation.NoticeKind(s)) },
		"Action":     func(s string) language.Key { return language.Action(conversation.Action(s)) },
		"Doubt":      func(s string) language.Key { return language.Doubt(conversation.Doubt(s)) },
		"FileKind":   func(s string) language.Key { return language.Kind(conversation.FileKind(s)) },
	} {
		for _, s := range constants(t, typeName) {
			for _, l := range language.All {
				if s != "" && !l.Says(key(s)) && (typeName != "Action" || !slices.Contains(buttonless, s)) {
					t.Errorf("%s has no words for the %s %q", l.Tag, typeName, s)
				}
			}
		}
	}
}

// TestWords keeps what the bot says in testdata/words.<language>.txt, to be read by a person (-update writes it anew).
func TestWords(t *testing.T) { synctest.Test(t, testWords) }

func testWords(t *testing.T) {
	for _, l := range language.All {
		w := &words{Language: l, zone: time.UTC, labels: map[string]string{"acme": "Telegram"}}
		var out strings.Builder
		for _, s := range constants(t, "NoticeKind") {
			for _, n := range noticesOf(conversation.NoticeKind(s)) {
				fmt.Fprintf(&out, "%s\n", w.notice(n))
			}
			bare := w.notice(conversation.Notice{Kind: conversation.NoticeKind(s)})
			if strings.ContainsAny(bare, "{}") || strings.Contains(bare, ": .") {
				t.Errorf("%s: %s says %q where nothing is known", l.Tag, s, bare)
			}
		}
		for _, r := range append(constants(t, "Reason"), "") {
			s := w.because(conversation.Reason(r), "its words")
			if s == "" || strings.HasSuffix(s, ".") {
				t.Errorf("%s: the reason %q reads %q", l.Tag, r, s)
			}
			fmt.Fprintf(&out, "%s: %s\n", r, s)
		}
		for _, c := range someConversations() {
			fmt.Fprintf(&out, "%s\n", onPaper(w.card(c, c.Opening, func(conversation.Place) string { return "https://example.com" })))
			nudge := w.nudge(c, conversation.Nudge{}, c.Since.Add(c.Claimed.Sub(c.Opened)))
			fmt.Fprintf(&out, "%s\n", nudge.Body.Plain)
		}
		compare(t, "testdata/words."+l.Tag+".txt", out.String())
	}
}

// noticesOf are the forms that a notice has.
func noticesOf(k conversation.NoticeKind) []conversation.Notice {
	n := conversation.Notice{Kind: k, Reason: conversation.Lost, Name: "Jan", Detail: "its words"}
	all := []conversation.Notice{n}
	with := func(change func(*conversation.Notice)) {
		other := n
		change(&other)
		all = append(all, other)
	}
	switch k {
	case conversation.AnsweredThere:
		with(func(n *conversation.Notice) { n.Detail = conversation.ByItself })
	case conversation.MarkRefused:
		with(func(n *conversation.Notice) { n.Name = string(conversation.Sent) })
	case conversation.AccountDeaf, conversation.AccountBack:
		with(func(n *conversation.Notice) { n.Name = deskName })
		with(func(n *conversation.Notice) { n.Name = storeName })
	case conversation.NotReminded:
		with(func(n *conversation.Notice) { n.Reason = conversation.Gone })
	case conversation.Previewed:
		with(func(n *conversation.Notice) { n.Parts, n.Count, n.Of = 1, 36, 4096 })
		with(func(n *conversation.Notice) { n.Name, n.Parts, n.Count, n.Of = "", 3, 4096, 4096 })
	case conversation.Doubtful:
		with(func(n *conversation.Notice) {
			n.Doubts = []conversation.Doubted{
				{Doubt: conversation.Crossed, Name: "Sanne"},
				{Doubt: conversation.CustomerWrote},
				{Doubt: conversation.WindowOver},
				{Doubt: conversation.Personal, Detail: "06-12345678"},
				{Doubt: "of another version"},
			}
		})
	default:
	}
	return all
}

// someConversations show what a card can hold. A reminder comes as long after Since as Claimed is after Opened.
func someConversations() []conversation.Conversation {
	since := time.Date(2000, 3, 6, 9, 5, 0, 0, time.UTC)
	jan := conversation.Customer{Name: "Jan", Handle: "jan"}
	sanne := conversation.Person{ID: "U1", Name: "Sanne"}
	ref := conversation.Ref{Adapter: "telegram", Account: "acme", Key: "1"}
	after := func(d time.Duration) time.Time { return since.Add(d) }
	return []conversation.Conversation{
		{Ref: ref, Turn: conversation.Waiting, Since: since, Opened: since, Claimed: after(time.Second), Opening: conversation.Message{Quote: "Hallo", Text: conversation.Plainly("Mijn pakket is stuk")}},
		{Ref: ref, Customer: jan, Public: true, Title: "Klanten", Turn: conversation.Waiting, Since: since, Opened: since, Claimed: after(40 * time.Second), Step: 1, Claimer: sanne, Link: "https://example.com", Old: []conversation.Place{{}}},
		{Ref: ref, Customer: jan, Public: true, Turn: conversation.Answered, Since: since, Opened: since, Claimed: after(time.Minute), Opening: conversation.Message{Unknown: "dice"}},
		{Ref: ref, Customer: jan, Turn: conversation.Done, Outcome: "answered", Since: since, Opened: since, Claimed: after(15 * time.Minute), Opening: conversation.Message{Forwarded: "Piet", Contact: &conversation.Contact{Name: "Kees", Phone: "1"}}},
		{Ref: ref, Customer: jan, Turn: conversation.Done, Outcome: "no answer needed", Unreachable: conversation.Blocked, Since: since, Opened: since, Claimed: after(5 * time.Hour), Opening: conversation.Message{Files: []conversation.File{{Kind: conversation.Voice}}}},
	}
}

// onPaper is a card as lines.
func onPaper(c adapters.Card) string {
	lines := append(append([]string{c.Title}, c.Facts...), c.Body.Plain, c.Status)
	for _, b := range c.Buttons {
		lines = append(lines, "["+b.Label+"]")
	}
	return strings.Join(lines, " ⏎ ")
}

// compare compares with a file, or writes it with -update.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("what is said differs from %s (go test -update writes it anew; read it): %v\n%s", file, err, got)
	}
}
