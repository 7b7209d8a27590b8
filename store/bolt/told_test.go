package bolt

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// told is what a store answers to every verb that reads, about everything there is in it: a line for each answer. Fields
// that are zero are left out, so that one which is added later changes nothing of what an old file tells.
func told(t testing.TB, s *Store) string {
	t.Helper()
	a := &answers{}
	err := s.view(func(x *tx) error {
		a.tx = x
		return errors.Join(a.records(), a.times(), a.work(), a.memory())
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.text.String()
}

type answers struct {
	tx   *tx
	text strings.Builder
	ids  []conversation.ID
}

func (a *answers) line(of string, answer any) {
	fmt.Fprintf(&a.text, "%s: %s\n", of, written(reflect.ValueOf(answer)))
}

// keys are all of a table.
func (a *answers) keys(name bucket) (all [][]byte) {
	for p, err := range a.tx.scan(name, nil, nil) {
		if err == nil {
			all = append(all, p.key)
		}
	}
	return all
}

// lines writes what a scan gives.
func lines[T any](a *answers, of string, scan func(yield func(T, error) bool)) error {
	for x, err := range scan {
		if err != nil {
			return err
		}
		a.line(of, x)
	}
	return nil
}

func (a *answers) records() (err error) {
	for _, key := range a.keys(conversations) {
		id, _, e := cutID(key)
		if err = errors.Join(err, e); !slices.Contains(a.ids, id) {
			a.ids = append(a.ids, id)
		}
	}
	for _, id := range a.ids {
		c, e := a.tx.Conversation(id)
		if errors.Is(e, store.ErrNotFound) {
			e = nil
		} else {
			a.line("conversation "+string(id), c)
			byRef, e1 := a.tx.ByRef(c.Ref)
			byThread, e2 := a.tx.ByThread(c.Thread)
			a.line("by ref and thread", []conversation.ID{byRef, byThread})
			e = errors.Join(e, e1, e2)
			for _, old := range c.Old {
				byOld, e3 := a.tx.ByThread(old)
				a.line("by an old thread", byOld)
				e = errors.Join(e, e3)
			}
		}
		err = errors.Join(err, e, lines(a, "event of "+string(id), a.tx.History(id)))
	}
	return err
}

func (a *answers) times() error {
	far := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	next, err := a.tx.NextDue()
	a.line("next due", next)
	return errors.Join(
		err, lines(a, "due", a.tx.Due(far)), lines(a, "open", a.tx.Open(far)),
		lines(a, "waiting", a.tx.Queue(conversation.Waiting)), lines(a, "snoozed", a.tx.Queue(conversation.Snoozed)),
	)
}

func (a *answers) work() (err error) {
	for l, e := range a.tx.Lanes() {
		err = errors.Join(err, e, lines(a, "job "+string(l.Conversation)+" "+string(l.Way), a.tx.Lane(l)))
	}
	for j, e := range a.tx.Stuck() {
		again, e2 := a.tx.Job(j.Key)
		a.line("stuck", again)
		err = errors.Join(err, e, e2)
	}
	return err
}

func (a *answers) memory() (err error) {
	for _, key := range a.keys(cursors) {
		account, _, e := cutText(key)
		cursor, e2 := a.tx.Cursor(account)
		a.line("cursor of "+account, cursor)
		err = errors.Join(err, e, e2)
	}
	for _, key := range a.keys(raws) {
		account, rest, e := cutText(key)
		id, _, e2 := cutText(rest)
		raw, e3 := a.tx.Raw(account, id)
		a.line("raw "+account+" "+id, raw)
		err = errors.Join(err, e, e2, e3)
	}
	for _, key := range a.keys(seen) {
		a.line("seen", readable(key[periodSize:]))
	}
	b, e := a.tx.bucket(parked)
	if e == nil {
		a.line("numbers given to parked events", b.Sequence())
	}
	err = errors.Join(err, e, lines(a, "parked", a.tx.Parked()), lines(a, "ready answer", a.tx.ReadyAnswers()))
	for r, e := range a.tx.ReadyAnswers() {
		err = errors.Join(err, e, lines(a, "ready answer by word", a.tx.Ready(r.Word)))
	}
	return err
}

// written is a value in letters, without the fields that are zero.
func written(v reflect.Value) string {
	if !v.IsValid() {
		return "nothing"
	}
	if at, is := v.Interface().(time.Time); is {
		return at.Format(time.RFC3339Nano)
	}
	var parts []string
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nothing"
		}
		return written(v.Elem())
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Slice:
		if b, is := v.Interface().([]byte); is {
			return fmt.Sprintf("%q", b)
		}
		for i := range v.Len() {
			parts = append(parts, written(v.Index(i)))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				parts = append(parts, v.Type().Field(i).Name+":"+written(v.Field(i)))
			}
		}
		return v.Type().Name() + "{" + strings.Join(parts, " ") + "}"
	}
	return fmt.Sprint(v.Interface())
}

// content is every key and value of a file, and what numbers were given: two files with the same content give the same
// answers to everything.
func content(t testing.TB, s *Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := s.view(func(x *tx) error {
		for _, name := range buckets() {
			b, err := x.bucket(name)
			if err != nil {
				return err
			}
			all[string(name)] = fmt.Sprint(b.Sequence())
			for p, err := range x.scan(name, nil, nil) {
				if err != nil {
					return err
				}
				all[fmt.Sprintf("%s %x", name, p.key)] = string(p.value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sameContent names the first key in which two contents differ.
func sameContent(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for _, k := range slices.SortedFunc(maps.Keys(want), cmp.Compare[string]) {
		if v, there := got[k]; !there || v != want[k] {
			t.Fatalf("%s: %s is %q (there: %v), want %q", what, k, v, there, want[k])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: there are %d keys, want %d", what, len(got), len(want))
	}
}
