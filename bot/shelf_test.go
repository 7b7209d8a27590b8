package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/store"
	"webcare/store/bolt"
)

// doorman knows who may speak.
type doorman struct {
	adapters.Desk
	people map[string]conversation.Person
	down   bool
}

func (d *doorman) Known(id string) (conversation.Person, bool) {
	who, known := d.people[id]
	return who, known
}

func (d *doorman) Who(_ context.Context, id string) (conversation.Person, error) {
	if d.down {
		return conversation.Person{}, errors.New("down")
	}
	return conversation.Person{ID: id, Why: conversation.Stranger}, nil
}

// aShelf is an inbox on a data file of its own.
func aShelf(t *testing.T) (deskInbox, *doorman) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "x.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &doorman{people: map[string]conversation.Person{
		"U1": {ID: "U1", MaySpeak: true}, "U2": {ID: "U2", MaySpeak: true}, "U9": {ID: "U9", Why: conversation.Guest},
	}}
	b, err := New(Options{Store: db, Desk: d, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return deskInbox{b}, d
}

func readyFor(word, language, text string) conversation.Ready {
	return conversation.Ready{Word: word, Language: language, Text: conversation.Plainly(text)}
}

// stands says what is on the shelf.
func stands(t *testing.T, i deskInbox) string {
	t.Helper()
	all, err := i.ReadyAnswers(t.Context(), "U1")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range all {
		out = append(out, fmt.Sprintf("%s/%s=%s", r.Word, r.Language, r.Text.Plain))
	}
	return strings.Join(out, " ")
}

// seen is a ready answer as somebody sees it now.
func seen(t *testing.T, i deskInbox, word, language string) *adapters.ReadyAnswer {
	t.Helper()
	all, err := i.ReadyAnswers(t.Context(), "U1")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Word == word && r.Language == language {
			return &r
		}
	}
	t.Fatalf("there is no %s/%s", word, language)
	return nil
}

func (i deskInbox) keepAs(t *testing.T, r conversation.Ready, was *adapters.ReadyAnswer, want string) {
	t.Helper()
	said := ""
	if err := i.KeepReady(t.Context(), "U1", r, was); err != nil {
		o, is := errors.AsType[*adapters.Objections](err)
		if !is || len(o.All) == 0 {
			t.Fatalf("%v is no objection", err)
		}
		said = string(o.All[0].Field) + ": " + o.Error()
	}
	if (want == "") != (said == "") || !strings.Contains(said, want) {
		t.Errorf("keeping %s/%s says %q, want %q", r.Word, r.Language, said, want)
	}
}

func TestKeepReady(t *testing.T) {
	i, _ := aShelf(t)
	i.keepAs(t, readyFor(" !Hours ", "nl-BE", " 9-17 \n"), nil, "")
	i.keepAs(t, readyFor("hours", "nl", "9-17"), nil, "") // the same form once more
	i.keepAs(t, readyFor("hours", "nl", "9-18"), nil, "word: There is a ready answer !hours in this language already")
	i.keepAs(t, readyFor("hours", "", "9-18"), nil, "")
	i.keepAs(t, readyFor("two words", "", "// x"), nil, "no spaces. It begins like a note")
	if got, want := stands(t, i), "hours/=9-18 hours/nl=9-17"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Changes take the place of what was seen, and of nothing else; once more, they do no harm.
func TestChangeReady(t *testing.T) {
	i, _ := aShelf(t)
	i.keepAs(t, readyFor("a", "", "one"), nil, "")
	i.keepAs(t, readyFor("b", "nl", "two"), nil, "")
	was := seen(t, i, "a", "")
	i.keepAs(t, readyFor("a", "", "uno"), was, "")
	i.keepAs(t, readyFor("a", "", "uno"), was, "") // redelivered
	i.keepAs(t, readyFor("a", "", "eins"), was, "Somebody changed this ready answer meanwhile")
	was = seen(t, i, "a", "")
	i.keepAs(t, readyFor("b", "nl", "uno"), was, "word: There is a ready answer !b")
	i.keepAs(t, readyFor("c", "nl", "uno"), was, "")
	i.keepAs(t, readyFor("c", "nl", "uno"), was, "") // redelivered
	i.keepAs(t, readyFor("a", "", "uno"), was, "Somebody removed this ready answer meanwhile")
	i.keepAs(t, readyFor("d", "nl", "uno"), was, "Somebody removed this ready answer meanwhile")
	styled := readyFor("c", "nl", "uno")
	styled.Text.Spans = []conversation.Span{{From: 0, To: 3, Style: conversation.Bold}}
	was = seen(t, i, "c", "nl")
	i.keepAs(t, styled, was, "")
	i.keepAs(t, readyFor("c", "nl", "due"), was, "Somebody changed")
	if got, want := stands(t, i), "b/nl=two c/nl=uno"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDropReady(t *testing.T) {
	i, _ := aShelf(t)
	i.keepAs(t, readyFor("a", "", "one"), nil, "")
	was := *seen(t, i, "a", "")
	i.keepAs(t, readyFor("a", "", "uno"), &was, "")
	if err := i.DropReady(t.Context(), "U2", was); err == nil || !strings.Contains(err.Error(), "still there") {
		t.Errorf("what was changed is removed: %v", err)
	}
	was = *seen(t, i, "a", "")
	for range 2 {
		if err := i.DropReady(t.Context(), "U2", was); err != nil {
			t.Error(err)
		}
	}
	if got := stands(t, i); got != "" {
		t.Errorf("%q is left", got)
	}
}

func TestWhoMayKeepReady(t *testing.T) {
	i, d := aShelf(t)
	i.keepAs(t, readyFor("a", "", "one"), nil, "")
	was := *seen(t, i, "a", "")
	for by, want := range map[string]string{"U9": "guests", "U5": "other companies", "": "other companies"} {
		_, err := i.ReadyAnswers(t.Context(), by)
		for what, err := range map[string]error{
			"read": err, "keep": i.KeepReady(t.Context(), by, readyFor("b", "", "x"), nil), "change": i.KeepReady(t.Context(), by, readyFor("a", "", "x"), &was),
			"drop": i.DropReady(t.Context(), by, was),
		} {
			if o, is := errors.AsType[*adapters.Objections](err); !is || !strings.Contains(o.Error(), want) {
				t.Errorf("%q may %s: %v", by, what, err)
			}
		}
	}
	d.down = true
	if err := i.KeepReady(t.Context(), "U5", readyFor("b", "", "x"), nil); err == nil || !strings.Contains(err.Error(), "could not be asked") {
		t.Errorf("while Slack is down: %v", err)
	}
	if got := stands(t, i); got != "a/=one" {
		t.Errorf("%q", got)
	}
}

func TestTooManyReady(t *testing.T) {
	i, _ := aShelf(t)
	err := i.b.store.Update(t.Context(), func(tx store.Tx) error {
		for n := range mostReady {
			if err := tx.PutReady(readyFor(fmt.Sprint("w", n), "", "x")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	i.keepAs(t, readyFor("new", "", "x"), nil, "there cannot be more")
	i.keepAs(t, readyFor("w1", "", "y"), seen(t, i, "w1", ""), "")
	err = i.b.store.View(t.Context(), func(tx store.Tx) error {
		c, err := i.b.called(tx, conversation.Conversation{}, conversation.Message{Text: conversation.Plainly("!new\n!w1")})
		if len(c.Found) != 1 || len(c.Words) != conversation.MostWords || c.More != mostReady-conversation.MostWords {
			t.Errorf("found %d, listed %d and %d more", len(c.Found), len(c.Words), c.More)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Whatever the store says, a person reads a sentence, and nothing is said to be kept.
func TestReadyWhileTheDiskFails(t *testing.T) {
	i, _ := aShelf(t)
	for fault, want := range map[error]string{store.ErrFull: "the disk of webcare is full", errors.New("odd"): "Try again"} {
		i.b.store = failing{i.b.store, fault}
		_, err := i.ReadyAnswers(t.Context(), "U1")
		for what, err := range map[string]error{"read": err, "keep": i.KeepReady(t.Context(), "U1", readyFor("b", "", "x"), nil)} {
			if o, is := errors.AsType[*adapters.Objections](err); !is || !strings.Contains(o.Error(), want) {
				t.Errorf("%s while %v: %v", what, fault, err)
			}
		}
	}
}

// failing is a store on a bad disk.
type failing struct {
	store.Store
	err error
}

func (f failing) View(context.Context, func(store.Tx) error) error   { return f.err }
func (f failing) Update(context.Context, func(store.Tx) error) error { return f.err }

// Every fault and refusal has words.
func TestReadyWords(t *testing.T) {
	for _, l := range language.All {
		w := &words{Language: l}
		for _, f := range constants(t, "Fault") {
			if got := w.fault(conversation.Fault(f)); strings.HasPrefix(got, "ready.") || strings.Contains(got, "{most}") {
				t.Errorf("%s: %s reads %q", l.Tag, f, got)
			}
		}
		for _, r := range []refusal{notAsked, notStored, storeIsFull, changedMeanwhile, removedMeanwhile, stillThere, tooManyAnswers} {
			if got := w.refusal(r); strings.HasPrefix(got, "ready.") || strings.Contains(got, "{most}") {
				t.Errorf("%s: %s reads %q", l.Tag, r, got)
			}
		}
	}
	for n, want := range map[*conversation.Notice]string{
		{Name: "!foo"}:                                           "no ready answer !foo. There are none yet",
		{Name: "!foo", Detail: "!a, !b"}:                         "no ready answer !foo. There are: !a, !b. Make",
		{Name: "!foo, !bar", Detail: "!a, !b", Count: 3}:         "no ready answers !foo, !bar. There are: !a, !b and 3 more. Make",
		{Name: "!" + strings.Repeat("x", 900), Detail: "!a, !b"}: "…. There are",
	} {
		n.Kind = conversation.UnknownWord
		if got := (&words{Language: language.English}).notice(*n); !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}
