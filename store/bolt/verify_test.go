package bolt

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	twice := func(in bucket) func(*bbolt.Tx) error { // the job that is first in its lane, once more
		return func(b *bbolt.Tx) error {
			i, k := first(b, lanes)
			j, err := laneJob(pair{k, i.Get(k)})
			if j.State = store.Maybe; in == lanes {
				j.State, j.Effect = store.Ready, conversation.Render{}
			}
			at, err2 := spotOf(j)
			v, err3 := encodeJob(at.key, j)
			return errors.Join(err, err2, err3, b.Bucket([]byte(at.in)).Put(at.key, v))
		}
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
		{func(b *bbolt.Tx) error { _, err := b.CreateBucket([]byte("later")); return err }, `the file has a table "later" that this program does not know`},
		{func(b *bbolt.Tx) error { return b.Bucket([]byte(meta)).Put([]byte("more"), []byte("x")) }, `something of itself that this program does not know: "more"`},
		{func(b *bbolt.Tx) error {
			_, err := b.Bucket([]byte(cursors)).CreateBucket(appendText(nil, "b"))
			return err
		}, `cursor has a table in the place of the record "b"`},
		{func(b *bbolt.Tx) error { i, k := first(b, byDue); return i.Put(k, []byte("x")) }, `the index due says "x" of 0190aaaa`},
		{func(b *bbolt.Tx) error { i, k := first(b, byOpened); return i.Put(k, []byte("x")) }, `the index open says "x" of 0190aaaa`},
		{add(byOpened, timeIDKey(fixtureTime(2), id)), "the index open has an entry of " + string(id) + " that the conversation does not ask for"},
		{func(b *bbolt.Tx) error {
			return b.Bucket([]byte(byThread)).Put(placeKey(conversation.Place{TS: "x"}), []byte("nobody"))
		}, `the index thread leads to "nobody", and there is no such conversation`},
		{add(byDue, []byte("short")), "the index due has an entry that cannot be read: 73686f7274"},
		{twice(stuck), "the job desk.1.0 is there twice"},
		{twice(lanes), "the job desk.1.0 is there twice"},
		{add(seen, append(periodOf(fixtureTime(50_000)), pairKey("a", "1")...)), `"a" "1" is remembered twice, at different times`},
		{func(b *bbolt.Tx) error { return b.Bucket([]byte(parked)).SetSequence(3) }, "the parked event 4 has a number that was not given; the last was 3"},
		{func(b *bbolt.Tx) error {
			v, err := encodeParked([]byte("x"), store.Parked{Event: conversation.Ticked{}})
			return errors.Join(err, b.Bucket([]byte(parked)).Put([]byte("x"), v))
		}, "parked event 78: the store is damaged: its key has no number"},
		{func(b *bbolt.Tx) error {
			key := pairKey("a", "2")
			return b.Bucket([]byte(raws)).Put(key, seal(key, plain, []byte("{}")))
		}, "the record holds fields instead of bytes"},
		{func(b *bbolt.Tx) error {
			key := appendText(nil, "a")
			return b.Bucket([]byte(raws)).Put(key, seal(key, bare, nil))
		}, "raw bytes 02610001: the store is damaged: no text in the key"},
		{func(b *bbolt.Tx) error {
			key := pairKey("a", "b")
			v, err := encode(key, &recCursor{})
			return errors.Join(err, b.Bucket([]byte(cursors)).Put(key, v))
		}, "the store is damaged: the key does not end"},
	} {
		if problems := verifyTampered(t, good, tc.change); !strings.Contains(strings.Join(problems, "\n"), tc.say) {
			t.Errorf("want %q, got %q", tc.say, problems)
		}
	}
}

// verifyTampered gives what Verify says is wrong with the file after the change; VerifyInUse must say the same.
func verifyTampered(t *testing.T, file []byte, change func(*bbolt.Tx) error) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, change)
	s := openTest(t, path, Options{})
	report, err := s.Verify(t.Context())
	beside, err2 := s.VerifyInUse(t.Context())
	if err := errors.Join(err, err2, s.Close()); err != nil {
		t.Fatal(err)
	}
	if beside.Pages || !slices.Equal(beside.Problems, report.Problems) || !maps.Equal(beside.Records, report.Records) {
		t.Errorf("in use the report is %+v, and alone %+v", beside, report)
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
