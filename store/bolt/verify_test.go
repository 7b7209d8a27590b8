package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"webcare/bot/conversation"
	"webcare/store"
)

// What can be wrong with a file whose pages are sound, and how the report says it.
func TestVerifyFinds(t *testing.T) {
	good, id := filled(t), fixtureConversation(3).ID
	first := func(b *bbolt.Tx, name bucket) (*bbolt.Bucket, []byte) {
		k, _ := b.Bucket([]byte(name)).Cursor().First()
		return b.Bucket([]byte(name)), bytes.Clone(k)
	}
	drop := func(name bucket) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { i, k := first(b, name); return i.Delete(k) }
	}
	add := func(name bucket, key []byte) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { return b.Bucket([]byte(name)).Put(key, []byte{}) }
	}
	spoil := func(name bucket) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { i, k := first(b, name); return i.Put(k, []byte("x")) }
	}
	misplace := func(b *bbolt.Tx) error { // a job that is ready, among those that are stuck
		i, k := first(b, lanes)
		j, err := laneJob(pair{k, i.Get(k)})
		key, err2 := jobKey(j.Key)
		v, err3 := encodeJob(key, j)
		return errors.Join(err, err2, err3, b.Bucket([]byte(stuck)).Put(key, v))
	}
	for _, tc := range []struct {
		change func(*bbolt.Tx) error
		say    string
	}{
		{drop(byRef), "the index ref lacks 0190aaaa"},
		{drop(byThread), "the index thread lacks 0190aaaa"},
		{drop(byDue), "the index due lacks 0190aaaa"},
		{drop(byOpened), "the index open lacks 0190aaaa"},
		{drop(conversations), "the index ref has 20 entries, the records ask for 19"},
		{misplace, "job desk.1.0: the store is damaged: it stands in the wrong place"},
		{add(seen, []byte("short")), "no period in the key"},
		{add(seen, append(periodOf(fixtureTime(1)), pairKey("a", "1")[:5]...)), "a text in the key does not end"},
		{add(byDue, timeIDKey(fixtureTime(9), "nobody")), "the index due has 21 entries"},
		{add(byRef, refKey(fixtureConversation(0).Ref)), `the index ref leads to "" instead of 0190aaaa`},
		{spoil(conversations), `conversation "0190aaaa0000000000000000": the store is damaged: the record has 1 bytes`},
		{func(b *bbolt.Tx) error {
			return b.Bucket([]byte(conversations)).Put(eventKey("desk", 1), []byte("x"))
		}, `event "desk" 0000000000000001: the store is damaged`},
		{spoil(lanes), `the store is damaged: the record has 1 bytes`},
		{spoil(stuck), `job "desk" 0000000000000001`},
		{spoil(parked), "parked event 0000000000000001: the store is damaged"},
		{spoil(raws), "raw bytes"},
		{spoil(cursors), `cursor "a": the store is damaged`},
		{spoil(ready), `ready answer "hours" "": the store is damaged`},
		{func(b *bbolt.Tx) error {
			key := readyKey("hours", "en")
			v, err := encode(key, &recReady{Word: "return", Language: "en"})
			return errors.Join(err, b.Bucket([]byte(ready)).Put(key, v))
		}, "the ready answer !return stands under the key of another"},
		{add(conversations, []byte("no key")), "no text in the key"},
		{func(b *bbolt.Tx) error {
			records := b.Bucket([]byte(conversations))
			c := fixtureConversation(3)
			v, err := encodeConversation(idKey("other"), c)
			return errors.Join(err, records.Put(idKey("other"), v))
		}, "conversation " + string(id) + " stands under the key of another"},
	} {
		if problems := verifyTampered(t, good, tc.change); !strings.Contains(strings.Join(problems, "\n"), tc.say) {
			t.Errorf("want %q, got %q", tc.say, problems)
		}
	}
}

// verifyTampered gives what Verify says about the file after the change.
func verifyTampered(t *testing.T, file []byte, change func(*bbolt.Tx) error) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, change)
	s := openTest(t, path, Options{})
	report, err := s.Verify(t.Context())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return report.Problems
}

func TestVerifyCounts(t *testing.T) {
	s := newStore(t, Options{})
	if err := fixture(t, s); err != nil {
		t.Fatal(err)
	}
	report, err := s.Verify(t.Context())
	if err != nil || len(report.Problems) > 0 || report.Records["conversation"] != 20 || report.Records["open"] != 16 {
		t.Errorf("%+v, %v", report, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
}

// A backup made while the store is written to holds one consistent state, and what was deleted is not in it.
func TestBackupInUse(t *testing.T) {
	s := newStore(t, Options{})
	if err := fixture(t, s); err != nil {
		t.Fatal(err)
	}
	secret := bytes.Repeat([]byte("delete me "), 1000)
	for i := range 300 {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			return errors.Join(tx.KeepRaw("old", fmt.Sprint(i), secret), tx.SetCursor("n", fmt.Sprint(i)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(t.Context(), func(tx store.Tx) error {
				return errors.Join(tx.SetCursor("x", fmt.Sprint(i)), tx.SetCursor("y", fmt.Sprint(i)))
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	path := filepath.Join(t.TempDir(), "copy.db")
	steps, end := 0, 0
	err := s.BackupProgress(t.Context(), path, func(done, total int) {
		if steps++; done < end || done > total {
			t.Errorf("progress %d of %d after %d", done, total, end)
		}
		end = done
	})
	close(stop)
	wg.Wait()
	if err != nil || steps == 0 {
		t.Fatalf("%d steps: %v", steps, err)
	}
	c := openTest(t, path, Options{})
	defer c.Close()
	if x, y := cursorOf(t, c, "x"), cursorOf(t, c, "y"); x != y {
		t.Errorf("half a transaction: %q and %q", x, y)
	}
	if err := c.View(t.Context(), checkFixture); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
}

func TestBackupIsCompact(t *testing.T) {
	s := newStore(t, Options{})
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return tx.Enqueue(store.Job{Key: store.Key{Conversation: "desk"}, Effect: secretEffect(), State: store.Ready})
	})
	if err == nil {
		err = s.Update(t.Context(), func(tx store.Tx) error { return tx.Drop(store.Key{Conversation: "desk"}) })
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err = errors.Join(err, s.Backup(t.Context(), path)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.Contains(b, []byte("delete me")) || len(b) > 200<<10 {
		t.Errorf("the backup has %d bytes, and what was deleted: %v, %v", len(b), bytes.Contains(b, []byte("delete me")), err)
	}
}

func secretEffect() conversation.Effect {
	return conversation.Announce{Notice: conversation.Notice{Detail: strings.Repeat("delete me ", 10_000)}}
}
