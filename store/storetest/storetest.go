// Package storetest is the exam that every store must pass. An implementation's own test is one call of Test; what
// only it can get wrong (its file, its server, its locks) it tests beside that.
//
// The exam reads as the long form of the contract in package store: each subtest is one promise. A model in memory
// (model.go) then plays random histories against the store (play.go): transactions alone and at once, restarts and, where
// the store can be made to break (faults.go), crashes and commits that fail.
package storetest

import (
	"errors"
	"iter"
	"maps"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// Opener opens the store that is kept under a path, and makes it the first time. It fails the test where it cannot.
// The exam closes what it opens; under the same path it then finds what was there. A store that is Fragile is broken on
// purpose as well.
type Opener func(t testing.TB, path string) store.Store

// Test holds the store to its contract.
func Test(t *testing.T, open Opener) { TestBut(t, open, nil) }

// TestBut is Test without some of its parts, by their names, each with the reason why it does not apply: for a store that
// serves one purpose only.
func TestBut(t *testing.T, open Opener, without map[string]string) {
	left := maps.Clone(without)
	for _, part := range []struct {
		name string
		test func(t *testing.T, x *exam)
	}{
		{"Conversation", testConversation},
		{"Indexes", testIndexes},
		{"Taken", testTaken},
		{"Open", testOpen},
		{"Due", testDue},
		{"DueMoved", testDueMoved},
		{"History", testHistory},
		{"Every event survives", testEvents},
		{"Every effect survives", testEffects},
		{"Seen", testSeen},
		{"Cursor", testCursor},
		{"Parked", testParked},
		{"Raw", testRaw},
		{"Ready answers", testReady},
		{"Job", testJob},
		{"Lanes", testLanes},
		{"Lane changes", testLaneChanges},
		{"Stuck", testStuck},
		{"Odd keys", testOddKeys},
		{"All or nothing", testAllOrNothing},
		{"A panic undoes", testPanic},
		{"Goexit undoes", testGoexit},
		{"View is read-only", testReadOnly},
		{"View is one state", testOneState},
		{"Context", testContext},
		{"Concurrent updates", testConcurrent},
		{"Errors stay apart", testErrorsApart},
		{"Close", testClose},
		{"Backup", testBackup},
		{"Model", testModel},
	} {
		if _, out := without[part.name]; out {
			delete(left, part.name)
			continue
		}
		t.Run(part.name, func(t *testing.T) {
			x := &exam{t: t, open: open, path: filepath.Join(t.TempDir(), "store")}
			x.store = open(t, x.path)
			t.Cleanup(x.close)
			part.test(t, x)
		})
	}
	if len(left) > 0 {
		t.Errorf("the exam has no such parts: %v", left)
	}
}

// exam is one store under examination.
type exam struct {
	t     *testing.T
	open  Opener
	path  string
	store store.Store
}

func (x *exam) close() {
	if x.store == nil {
		return
	}
	if err := x.store.Close(); err != nil {
		x.t.Errorf("close: %v", err)
	}
	x.store = nil
}

func (x *exam) reopen() {
	x.close()
	x.store = x.open(x.t, x.path)
}

func (x *exam) update(fn func(store.Tx) error) {
	x.t.Helper()
	if err := x.store.Update(x.t.Context(), fn); err != nil {
		x.t.Fatalf("update: %v", err)
	}
}

// fails does an update that must end in the error, and change nothing.
func (x *exam) fails(want error, fn func(store.Tx) error) {
	x.t.Helper()
	if err := x.store.Update(x.t.Context(), fn); !errors.Is(err, want) {
		x.t.Fatalf("update: got %v, want %v", err, want)
	}
}

func (x *exam) view(fn func(store.Tx) error) {
	x.t.Helper()
	if err := x.store.View(x.t.Context(), fn); err != nil {
		x.t.Fatalf("view: %v", err)
	}
}

// twice looks at the store as it is and after it was closed and opened again.
func (x *exam) twice(fn func(store.Tx) error) {
	x.t.Helper()
	x.view(fn)
	x.reopen()
	x.view(fn)
}

// all collects a scan, as far as an error.
func all[T any](scan iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for v, err := range scan {
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

// same compares what was read with what is wanted; no elements and nil are the same list.
func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	if g, w := reflect.ValueOf(got), reflect.ValueOf(want); g.Kind() == reflect.Slice && g.Len() == 0 && w.Len() == 0 {
		return
	}
	t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
}

// sameScan is same for a scan.
func sameScan[T any](t testing.TB, what string, scan iter.Seq2[T, error], want ...T) {
	t.Helper()
	got, err := all(scan)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	same(t, what, got, want)
}

// missing wants ErrNotFound.
func missing(t testing.TB, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%s: got %v, want %v", what, err, store.ErrNotFound)
	}
}

const (
	id1 conversation.ID = "0190aaaa00000123456789ab"
	id2 conversation.ID = "0190aaaa0001ffffffffffff"
	id3 conversation.ID = "0190bbbb0000000000000000"
)

// at is a moment of the exam's day, minutes after nine.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 2, 9, minutes, 0, 123456789, time.UTC)
}

func ref(key string) conversation.Ref {
	return conversation.Ref{Adapter: "telegram", Account: "acme", Key: key}
}

func place(ts string) conversation.Place {
	return conversation.Place{Team: "T1", Channel: "C1", TS: ts}
}

func job(id conversation.ID, seq uint64, n int, e conversation.Effect) store.Job {
	return store.Job{Key: store.Key{Conversation: id, Seq: seq, N: n}, Effect: e, State: store.Ready, At: at(0)}
}

func keys(jobs []store.Job) []store.Key {
	var out []store.Key
	for _, j := range jobs {
		out = append(out, j.Key)
	}
	return out
}

// errGiveUp is what a function under test returns to undo its work.
type errGiveUp struct{}

func (errGiveUp) Error() string { return "given up" }
