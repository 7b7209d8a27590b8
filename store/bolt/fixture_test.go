package bolt

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

var update = flag.Bool("update", false, "write testdata anew")

func fixtureTime(i int) time.Time {
	return time.Unix(1_760_000_000, 500).Add(time.Duration(i) * time.Minute).UTC()
}

// TestFixture opens the file that version 1 wrote. It stays for ever: -update makes it only where it is missing, and a
// new version gets a new file. What fields were added since are zero in it.
func TestFixture(t *testing.T) {
	path := filepath.Join("testdata", "v1.db")
	if *update {
		writeFixture(t, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	working := filepath.Join(t.TempDir(), "x.db") // opening writes
	if err := os.WriteFile(working, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, working, Options{})
	defer s.Close()
	sound(t, s)
	if err := s.View(t.Context(), checkFixture); err != nil {
		t.Error(err)
	}
	if err := s.Update(t.Context(), set("a", "goes on")); err != nil {
		t.Error(err)
	}
}

func writeFixture(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		t.Log("the fixture is there, and stays")
		return
	}
	s := newStore(t, Options{})
	err := fixture(t, s)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = s.Backup(context.WithoutCancel(t.Context()), path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// checkFixture compares what does not hang on the fields of today.
func checkFixture(tx store.Tx) error {
	for i := range 20 {
		want := fixtureConversation(i)
		got, err := tx.Conversation(want.ID)
		if err != nil {
			return err
		}
		if got.Ref.Key != want.Ref.Key || got.Thread.TS != want.Thread.TS || !reflect.DeepEqual(got.Old, want.Old) || !got.Due.Equal(want.Due) {
			return fmt.Errorf("conversation %d came back as %+v", i, got)
		}
		if id, err := tx.ByThread(want.Old[0]); id != want.ID || err != nil {
			return fmt.Errorf("conversation %d by an old thread: %q, %w", i, id, err)
		}
	}
	kinds := map[string]bool{}
	for r, err := range tx.History(conversation.DeskID) {
		if err != nil {
			return err
		}
		kinds[fmt.Sprintf("%T", r.Event)] = true
	}
	waiting, stuck := 0, 0
	for p, err := range tx.Parked() {
		if waiting++; err != nil || p.Account != "a" || p.ID != fmt.Sprint(p.Seq-1) {
			return fmt.Errorf("parked %+v: %w", p, err)
		}
	}
	for j, err := range tx.Stuck() {
		if stuck++; err != nil {
			return err
		}
		kinds[fmt.Sprintf("%T", j.Effect)] = true
	}
	for l, err := range tx.Lanes() {
		for j, err2 := range tx.Lane(l) {
			if err = errors.Join(err, err2); err != nil {
				return err
			}
			kinds[fmt.Sprintf("%T", j.Effect)] = true
		}
	}
	if len(kinds) < 25 || waiting < 14 || stuck < 5 {
		return fmt.Errorf("%d kinds, %d parked, %d stuck", len(kinds), waiting, stuck)
	}
	var languages []string
	for r, err := range tx.Ready("hours") {
		if languages = append(languages, r.Language); err != nil || r.Text.Plain == "" {
			return fmt.Errorf("ready answer %+v: %w", r, err)
		}
	}
	if !slices.Equal(languages, []string{"", "nl"}) {
		return fmt.Errorf("ready answers in %q", languages)
	}
	cursor, err := tx.Cursor("a")
	raw, err2 := tx.Raw("a", "1")
	if cursor != "cursor" || string(raw) != "\x00\xff" {
		return fmt.Errorf("cursor %q, raw %q", cursor, raw)
	}
	return errors.Join(err, err2)
}
