package bolt

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

var update = flag.Bool("update", false, "write testdata anew")

func fixtureTime(i int) time.Time {
	return time.Unix(1_760_000_000, 500).Add(time.Duration(i) * time.Minute).UTC()
}

// TestFixture opens the files that earlier programs wrote, which stay for ever, and reads what each of them tells beside
// it. -update writes only what is missing of the first; what is told it writes anew. What fields were added since are zero.
func TestFixture(t *testing.T) {
	for _, name := range []string{
		"v1",           // the format of today
		"v1-unpressed", // no decision waited yet for a look at its answer, nor did a failed try say whether it was all
		"v1-undated",   // an answer did not say yet when it was edited or deleted
		"v1-one-offer", // a conversation offered one reminder of a promise
		"v1-early",     // a reminder of several customers did not say yet why it reminds of each
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".db")
			if *update && name == "v1" {
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
			checkTold(t, filepath.Join("testdata", name+".txt"), told(t, s))
			if err := s.Update(t.Context(), set("a", "goes on")); err != nil {
				t.Error(err)
			}
		})
	}
}

// The first of the files is one that this program would write: with each field that there is.
func TestFixtureIsOfToday(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "v1.txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t, Options{})
	if err := fixture(t, s); err != nil {
		t.Fatal(err)
	}
	if shortened(told(t, s)) != string(b) {
		t.Error("a file of this program tells something else than testdata/v1.txt: give v1.db and v1.txt a name that says what they lack, list it in TestFixture, and write them anew with -update")
	}
}

// longestTold is how much of a line stands beside a file, in bytes; of what is behind it, only its sum does.
const longestTold = 250

// checkTold compares what a file tells with what is written beside it.
func checkTold(t *testing.T, path, told string) {
	t.Helper()
	full := strings.Split(strings.TrimSuffix(told, "\n"), "\n")
	short := shortened(told)
	if *update {
		if err := os.WriteFile(path, []byte(short), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Split(strings.TrimSuffix(short, "\n"), "\n")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("line %d of what it tells is\n%s\nand %s has\n%s", i+1, full[i], path, want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("it tells %d lines, and %s has %d", len(got), path, len(want))
	}
}

// shortened is what a file tells, in lines as they stand beside it.
func shortened(told string) string {
	lines := strings.Split(strings.TrimSuffix(told, "\n"), "\n")
	for i, line := range lines {
		if len(line) > longestTold {
			lines[i] = fmt.Sprintf("%s … %x", strings.ToValidUTF8(line[:longestTold], ""), sha256.Sum256([]byte(line)))
		}
	}
	return strings.Join(lines, "\n") + "\n"
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

// A file with other tables has another format: an older program must not take it for one of its own.
func TestFormat(t *testing.T) {
	tables := map[int]string{1: "[meta conversation ref thread due open seen cursor parked raw ready queue stuck]"}
	if got := fmt.Sprint(buckets()); got != tables[format] {
		t.Errorf("format %d has the tables %s, and the program %s: give it the next format, and bring files of this one up to date", format, tables[format], got)
	}
}

// TestOneOffer: the one offer of an early file is read as the first of several.
func TestOneOffer(t *testing.T) {
	of := conversation.Offer{Of: conversation.Place{Team: "T", Channel: "C", TS: "1"}, Until: fixtureTime(1)}
	r := toConversation(conversation.Conversation{})
	r.Offer = toOffer(of)
	if got := fromConversation(r).Offers; !reflect.DeepEqual(got, []conversation.Offer{of}) {
		t.Errorf("it is read as %v", got)
	}
}
