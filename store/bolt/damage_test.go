package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/storetest"
)

// filled writes a file with records of all kinds, in several commits, and gives its bytes.
func filled(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	s := openTest(t, path, Options{})
	if err := fixture(t, s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := trim(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fixture puts records of every kind and some conversations into an empty store.
func fixture(t *testing.T, s *Store) error {
	t.Helper()
	err := s.Update(t.Context(), func(tx store.Tx) error {
		for i, e := range storetest.Events() {
			if err := tx.Append("desk", uint64(i+1), fixtureTime(i), storetest.Filled(uint64(i), e)); err != nil {
				return err
			}
			if _, err := tx.Park(store.Parked{Account: "a", At: fixtureTime(i), ID: fmt.Sprint(i), Event: e}); err != nil {
				return err
			}
		}
		states := []store.State{store.Ready, store.Doing, store.Refused, store.Maybe}
		for i, e := range storetest.Effects() {
			j := storetest.Filled(uint64(i), store.Job{Effect: e})
			j.Key, j.State = store.Key{Conversation: "desk", Seq: 1, N: i}, states[i%len(states)]
			j.Effect = storetest.Filled(uint64(i), e)
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		for i, language := range []string{"", "nl"} {
			r := storetest.Filled(uint64(i), conversation.Ready{})
			r.Word, r.Language = "hours", language
			if err := tx.PutReady(r); err != nil {
				return err
			}
		}
		return errors.Join(tx.SetCursor("a", "cursor"), tx.KeepRaw("a", "1", []byte{0, 0xff}))
	})
	if err != nil {
		return err
	}
	return s.Update(t.Context(), func(tx store.Tx) error {
		for i := range 20 {
			if _, err := tx.Saw("a", fmt.Sprint(i), fixtureTime(i)); err != nil {
				return err
			}
			if err := tx.Put(fixtureConversation(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func fixtureConversation(i int) conversation.Conversation {
	c := storetest.Filled(uint64(i), conversation.Conversation{})
	c.ID = conversation.ID(fmt.Sprintf("0190aaaa0000%012x", i))
	c.Ref.Key, c.Thread.TS = fmt.Sprint(i), fmt.Sprint(i)
	c.Old = []conversation.Place{{Team: "T", Channel: "C", TS: fmt.Sprintf("old %d", i)}}
	c.Opened, c.Due = fixtureTime(i), fixtureTime(i)
	if i%5 == 0 {
		c.Turn = conversation.Done
	}
	return c
}

// newest finds the newest root in the bytes of a file: where it begins, and a function that reads its fields.
func newest(b []byte) (at int, field func(offset int) uint64) {
	size := os.Getpagesize()
	txid := func(page int) uint64 { return binary.NativeEndian.Uint64(b[page*size+pageHeader+48:]) }
	if txid(1) > txid(0) {
		at = size
	}
	return at, func(offset int) uint64 { return binary.NativeEndian.Uint64(b[at+pageHeader+offset:]) }
}

func TestDamagedFiles(t *testing.T) {
	good := filled(t)
	size := os.Getpagesize()
	change := func(fn func(b []byte) []byte) []byte { return fn(bytes.Clone(good)) }
	zero := func(b []byte, page int) []byte { clear(b[page*size : (page+1)*size]); return b }
	random := make([]byte, 64<<10)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(random); i++ {
		random[i] = byte(r.Uint32())
	}
	for _, tc := range []struct {
		name string
		file []byte
		want error
		say  string
	}{
		{"sound", good, nil, ""},
		{"empty", nil, store.ErrDamaged, "it is empty; delete it"},
		{"a few bytes", good[:5], store.ErrDamaged, "put a backup in its place"},
		{"one page", good[:size], store.ErrDamaged, "it has 4096 bytes of"},
		{"cut in half", good[:len(good)/2], store.ErrDamaged, "put a backup in its place"},
		{"cut by a page", good[:(int(pagesUsed(good))-1)*size], store.ErrDamaged, "bytes of"},
		{"a text", bytes.Repeat([]byte("hello\n"), 5000), store.ErrDamaged, "it does not begin as a store does"},
		{"random bytes", random, store.ErrDamaged, "it does not begin as a store does"},
		{"zeros", make([]byte, len(good)), store.ErrDamaged, "it does not begin as a store does"},
		{"both roots gone", change(func(b []byte) []byte { return zero(zero(b, 0), 1) }), store.ErrDamaged, "it does not begin"},
		{"both roots wrong", change(func(b []byte) []byte { b[pageHeader+20]++; b[size+pageHeader+20]++; return b }), store.ErrDamaged, "both copies"},
		{"the newest root gone", change(func(b []byte) []byte { at, _ := newest(b); return zero(b, at/size) }), nil, ""},
		{"another machine", change(func(b []byte) []byte {
			for _, at := range []int{pageHeader, size + pageHeader} {
				b[at], b[at+1], b[at+2], b[at+3] = b[at+3], b[at+2], b[at+1], b[at]
			}
			return b
		}), store.ErrDamaged, "another byte order"},
		{"no free list", change(func(b []byte) []byte { _, f := newest(b); return zero(b, int(f(32))) }), store.ErrDamaged, "is lost; keep the file"},
		{"top that leads to itself", change(func(b []byte) []byte { _, f := newest(b); return leadTo(b, int(f(16)), f(16)) }), store.ErrDamaged, "two pages lead to page"},
		{"no top", change(func(b []byte) []byte { _, f := newest(b); return zero(b, int(f(16))) }), store.ErrDamaged, "is lost; keep the file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, tc.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time shows that the first let go of the file
				s, err := Open(path, Options{LockWait: 1})
				if !errors.Is(err, tc.want) || (err != nil) != (tc.want != nil) || err != nil && !strings.Contains(err.Error(), tc.say) {
					t.Errorf("got %v, want %v with %q", err, tc.want, tc.say)
				}
				if s != nil {
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if now, err := os.ReadFile(path); tc.want != nil && (err != nil || !bytes.Equal(now, tc.file)) {
				t.Errorf("the damaged file was changed: %v", err)
			}
		})
	}
}

// leadTo makes a page one that leads to a single other one.
func leadTo(b []byte, page int, child uint64) []byte {
	at := b[page*os.Getpagesize():]
	binary.NativeEndian.PutUint16(at[8:], branchPage)
	binary.NativeEndian.PutUint16(at[10:], 1)
	binary.NativeEndian.PutUint32(at[pageHeader:], elementSize)
	binary.NativeEndian.PutUint32(at[pageHeader+4:], 4)
	binary.NativeEndian.PutUint64(at[pageHeader+8:], child)
	return b
}

// pagesUsed is the number of pages in use.
func pagesUsed(b []byte) uint64 { _, f := newest(b); return f(40) }

func TestForeignFiles(t *testing.T) {
	put := func(key, value string) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { return b.Bucket([]byte(meta)).Put([]byte(key), []byte(value)) }
	}
	for _, tc := range []struct {
		name   string
		change func(*bbolt.Tx) error
		want   error
		say    string
	}{
		{"of another program", func(b *bbolt.Tx) error { return b.DeleteBucket([]byte(meta)) }, store.ErrDamaged, "not one of webcare; check the path"},
		{"of a later version", put(formatKey, "\x00\x00\x00\x02"), store.ErrNewer, "format 2, this program knows 1; install"},
		{"of no version", put(formatKey, ""), store.ErrDamaged, "does not tell its format"},
		{"of version 0", put(formatKey, "\x00\x00\x00\x00"), store.ErrDamaged, "does not tell its format"},
		{"without jobs", func(b *bbolt.Tx) error { return b.DeleteBucket([]byte(lanes)) }, store.ErrDamaged, "it lacks the bucket queue"},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		tamper(t, path, tc.change)
		for range 2 {
			if _, err := Open(path, Options{LockWait: 1}); !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.say) {
				t.Errorf("%s: got %v, want %v with %q", tc.name, err, tc.want, tc.say)
			}
		}
	}
	if _, err := Open(t.TempDir(), Options{}); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none", "x.db"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// tamper changes the file of a store behind its back, and makes the store where there is none.
func tamper(t *testing.T, path string, change func(*bbolt.Tx) error) {
	t.Helper()
	if err := openTest(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A page that was lost is an error of whoever needs it, and in the report; never a crash.
func TestLostPages(t *testing.T) {
	good := filled(t)
	size := os.Getpagesize()
	found, every := 0, 1
	if underRace {
		every = 5
	}
	for page := 2; page < int(pagesUsed(good)); page += every {
		for _, fill := range []byte{0, 0xff} {
			b := bytes.Clone(good)
			copy(b[page*size:], bytes.Repeat([]byte{fill}, size))
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(path, Options{noSync: true})
			if err != nil {
				if !errors.Is(err, store.ErrDamaged) {
					t.Errorf("page %d: %v", page, err)
				}
				found++
				continue
			}
			if readAll(t, s) {
				found++
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if found < 10/every {
		t.Errorf("of all lost pages %d were found", found)
	}
}

// A page that stands where another one belongs: whoever reads it is told, and nobody goes in circles.
func TestMisplacedPages(t *testing.T) {
	good := filled(t)
	size, found := os.Getpagesize(), map[string]int{} // a page that is free now is not missed
	for page := 2; page < int(pagesUsed(good)); page++ {
		head := good[page*size:]
		if binary.NativeEndian.Uint16(head[8:]) != branchPage {
			continue
		}
		child := func(b []byte, n int) []byte { return b[page*size+pageHeader+elementSize*n+8:][:8] }
		for n := 1; n < int(binary.NativeEndian.Uint16(head[10:])); n++ {
			for how, misplace := range map[string]func(before, it []byte){
				"twice":   func(before, it []byte) { copy(it, before) },
				"swapped": func(before, it []byte) { copy(it, before); copy(before, child(good, n)) },
				"itself":  func(_, it []byte) { binary.NativeEndian.PutUint64(it, uint64(page)) },
				"at once": func(before, _ []byte) { binary.NativeEndian.PutUint64(before, uint64(page)) },
			} {
				b := bytes.Clone(good)
				misplace(child(b, n-1), child(b, n))
				if misplaced(t, b, how == "swapped") {
					found[how]++
				}
			}
		}
	}
	for _, how := range []string{"twice", "swapped", "itself", "at once"} {
		if found[how] != found["twice"] || found[how] < 3 {
			t.Errorf("of all misplaced pages these were found: %v", found)
		}
	}
}

// misplaced says whether damage was found. Where the pages are no tree, only Verify is asked and the buckets are scanned:
// to look a key up could end in bbolt, which follows a page to itself until there is no stack left.
func misplaced(t *testing.T, b []byte, isTree bool) bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, path, Options{noSync: true})
	defer s.Close()
	if isTree {
		return readAll(t, s)
	}
	report, err := s.Verify(t.Context())
	if err != nil {
		t.Error(err)
	}
	return len(report.Problems) > 0
}

// A scan whose keys do not ascend ends.
func TestKeysOutOfOrder(t *testing.T) {
	good := filled(t)
	size, met := os.Getpagesize(), 0
	for page := 2; page < int(pagesUsed(good)); page++ {
		head := good[page*size:]
		count := int(binary.NativeEndian.Uint16(head[10:]))
		if binary.NativeEndian.Uint16(head[8:]) != branchPage || count < 2 {
			continue
		}
		b := bytes.Clone(good)
		binary.NativeEndian.PutUint64(b[page*size+pageHeader+elementSize*(count-1)+8:], uint64(page))
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s := openTest(t, path, Options{noSync: true})
		err := s.view(func(t *tx) error {
			for _, name := range buckets() {
				for _, err := range t.scan(name, nil, nil) {
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errOrder) {
			t.Errorf("page %d: %v", page, err)
		}
		if err != nil {
			met++
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if met == 0 {
		t.Error("no scan met a page in a wrong place")
	}
}

// readAll reads everything and says whether damage was found.
func readAll(t *testing.T, s *Store) bool {
	t.Helper()
	err := s.View(t.Context(), func(tx store.Tx) error {
		for id, err := range tx.Due(fixtureTime(1000)) {
			if err == nil {
				_, err = tx.Conversation(id)
			}
			if err != nil {
				return err
			}
		}
		for _, err := range tx.History("desk") {
			if err != nil {
				return err
			}
		}
		return nil
	})
	// Of a record that takes several pages, all but the first carry no mark: a lost one hides what stood on it.
	if err != nil && !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	report, verr := s.Verify(t.Context())
	if verr != nil {
		t.Error(verr)
	}
	if err != nil && len(report.Problems) == 0 {
		t.Errorf("reading says %v and Verify says nothing", err)
	}
	// Writing into a damaged file either works or says so.
	if werr := s.Update(t.Context(), set("b", "x")); werr != nil && !errors.Is(werr, store.ErrDamaged) {
		t.Error(werr)
	}
	return err != nil || len(report.Problems) > 0
}
