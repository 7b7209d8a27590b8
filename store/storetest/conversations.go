package storetest

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

func testConversation(t *testing.T, x *exam) {
	x.view(func(tx store.Tx) error {
		_, err := tx.Conversation(id1)
		missing(t, "a conversation in an empty store", err)
		return nil
	})
	small := conversation.Conversation{ID: id1}
	full := Filled(1, conversation.Conversation{})
	full.ID = id2
	desk := conversation.Conversation{ID: conversation.DeskID, Seq: 7}
	put(x, small, full, desk)
	check := func(want ...conversation.Conversation) func(store.Tx) error {
		return func(tx store.Tx) error {
			for _, w := range want {
				got, err := tx.Conversation(w.ID)
				if err != nil {
					return err
				}
				same(t, "conversation", got, w)
			}
			return nil
		}
	}
	x.twice(check(small, full, desk))

	changed := Filled(2, conversation.Conversation{})
	changed.ID = id2
	small.Turn, small.Seq = conversation.Done, 9
	put(x, small, changed)
	x.twice(check(small, changed, desk))

	for seed := range uint64(50) {
		c := Filled(seed, conversation.Conversation{})
		c.ID = conversation.ID(fmt.Sprintf("%024x", seed+1000))
		c.Ref.Key += fmt.Sprint(seed)
		c.Thread.TS, c.Old = fmt.Sprint(seed), nil
		put(x, c)
		x.view(check(c))
	}
	if err := x.store.Update(t.Context(), func(tx store.Tx) error { return tx.Put(conversation.Conversation{}) }); err == nil {
		t.Error("a conversation without an id was stored")
	}
}

func put(x *exam, all ...conversation.Conversation) {
	x.t.Helper()
	x.update(func(tx store.Tx) error {
		for _, c := range all {
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	})
}

func testIndexes(t *testing.T, x *exam) {
	c := conversation.Conversation{ID: id1, Ref: ref("1"), Thread: place("1"), Old: []conversation.Place{place("0.1"), place("0.2")}}
	put(x, c, conversation.Conversation{ID: id2}, conversation.Conversation{ID: id3})
	x.twice(func(tx store.Tx) error {
		found(t, tx, id1, []conversation.Ref{ref("1")}, []conversation.Place{place("1"), place("0.1"), place("0.2")})
		absent(t, tx, []conversation.Ref{ref("2"), {}}, []conversation.Place{place("2"), {}})
		// A part of a place names nothing, nor do the same letters parted otherwise.
		absent(t, tx, []conversation.Ref{{Adapter: "telegram", Account: "acm", Key: "e1"}}, []conversation.Place{
			{Channel: "C1", TS: "1"}, {Team: "T1", TS: "1"}, {Team: "T1", Channel: "C", TS: "11"}, {Team: "T2", Channel: "C1", TS: "1"},
		})
		return nil
	})

	c.Ref, c.Old, c.Thread = ref("2"), []conversation.Place{place("0.2"), place("1")}, place("2")
	put(x, c)
	x.twice(func(tx store.Tx) error {
		found(t, tx, id1, []conversation.Ref{ref("2")}, []conversation.Place{place("2"), place("1"), place("0.2")})
		absent(t, tx, []conversation.Ref{ref("1")}, []conversation.Place{place("0.1")})
		return nil
	})

	// What one gives up another may have, also in the same transaction.
	c.Ref, c.Old, c.Thread = ref("3"), nil, conversation.Place{}
	put(x, c, conversation.Conversation{ID: id2, Ref: ref("2"), Thread: place("2")})
	x.twice(func(tx store.Tx) error {
		found(t, tx, id1, []conversation.Ref{ref("3")}, nil)
		found(t, tx, id2, []conversation.Ref{ref("2")}, []conversation.Place{place("2")})
		absent(t, tx, nil, []conversation.Place{place("1"), place("0.2")})
		return nil
	})
}

func found(t *testing.T, tx store.Tx, want conversation.ID, refs []conversation.Ref, places []conversation.Place) {
	t.Helper()
	for _, r := range refs {
		if id, err := tx.ByRef(r); err != nil || id != want {
			t.Errorf("by ref %v: got %q, %v, want %s", r, id, err, want)
		}
	}
	for _, p := range places {
		if id, err := tx.ByThread(p); err != nil || id != want {
			t.Errorf("by thread %v: got %q, %v, want %s", p, id, err, want)
		}
	}
}

func absent(t *testing.T, tx store.Tx, refs []conversation.Ref, places []conversation.Place) {
	t.Helper()
	for _, r := range refs {
		_, err := tx.ByRef(r)
		missing(t, fmt.Sprintf("by ref %v", r), err)
	}
	for _, p := range places {
		_, err := tx.ByThread(p)
		missing(t, fmt.Sprintf("by thread %v", p), err)
	}
}

func testTaken(t *testing.T, x *exam) {
	first := conversation.Conversation{ID: id1, Ref: ref("1"), Thread: place("1"), Old: []conversation.Place{place("0")}}
	put(x, first)
	for _, second := range []conversation.Conversation{
		{ID: id2, Ref: ref("1")},
		{ID: id2, Thread: place("1")},
		{ID: id2, Thread: place("0")},
		{ID: id2, Old: []conversation.Place{place("2"), place("1")}},
	} {
		x.fails(store.ErrTaken, func(tx store.Tx) error { return tx.Put(second) })
	}
	// One that catches the error and goes on keeps what else it did, and nothing of the Put.
	x.update(func(tx store.Tx) error {
		second := conversation.Conversation{ID: id2, Ref: ref("9"), Thread: place("1"), Due: at(1)}
		if err := tx.Put(second); !errors.Is(err, store.ErrTaken) {
			return fmt.Errorf("got %w, want %w", err, store.ErrTaken)
		}
		return tx.SetCursor("a", "goes on")
	})
	x.twice(func(tx store.Tx) error {
		absent(t, tx, []conversation.Ref{ref("9")}, nil)
		sameScan(t, "due", tx.Due(at(60)))
		cursor, err := tx.Cursor("a")
		same(t, "cursor", cursor, "goes on")
		return err
	})
	// Conversations without a ref or thread do not take it from each other.
	put(x, conversation.Conversation{ID: id2}, conversation.Conversation{ID: id3})
	x.twice(func(tx store.Tx) error {
		found(t, tx, id1, []conversation.Ref{ref("1")}, []conversation.Place{place("1"), place("0")})
		absent(t, tx, nil, []conversation.Place{place("2")})
		return nil
	})
}

func testOpen(t *testing.T, x *exam) {
	list := func(before time.Time, want ...conversation.ID) {
		t.Helper()
		x.view(func(tx store.Tx) error {
			sameScan(t, "open", tx.Open(before), want...)
			return nil
		})
	}
	list(at(60))
	put(x,
		conversation.Conversation{ID: id1, Opened: at(1), Turn: conversation.Waiting},
		conversation.Conversation{ID: id2, Opened: at(3), Turn: conversation.Answered},
		conversation.Conversation{ID: id3, Opened: at(2), Turn: conversation.Done},
	)
	list(at(60), id2, id1)
	list(at(3), id1)
	list(at(1))
	list(at(3).Add(1), id2, id1)
	put(x,
		conversation.Conversation{ID: id1, Opened: at(1), Turn: conversation.Done},
		conversation.Conversation{ID: id3, Opened: at(4), Turn: conversation.Waiting},
	)
	list(at(60), id3, id2)
	x.reopen()
	list(at(60), id3, id2)
	var many []conversation.ID
	for i := range 100 {
		id := conversation.ID(fmt.Sprintf("%024x", i))
		put(x, conversation.Conversation{ID: id, Opened: at(-i - 1)})
		many = append(many, id)
	}
	list(at(0), many...)
	x.view(func(tx store.Tx) error { // a scan may be broken off
		for id, err := range tx.Open(at(0)) {
			same(t, "first open", id, many[0])
			return err
		}
		return errors.New("nothing is open")
	})
}

func testDue(t *testing.T, x *exam) {
	list := func(now, next time.Time, want ...conversation.ID) {
		t.Helper()
		x.view(func(tx store.Tx) error {
			sameScan(t, "due", tx.Due(now), want...)
			got, err := tx.NextDue()
			same(t, "next due", got, next)
			return err
		})
	}
	list(at(60), time.Time{})
	put(x, conversation.Conversation{ID: id1}, conversation.Conversation{ID: id2, Due: at(5)}, conversation.Conversation{ID: id3, Due: at(3)})
	list(at(60), at(3), id3, id2)
	list(at(4), at(3), id3)
	list(at(3), at(3), id3)
	list(at(3).Add(-1), at(3))
	put(x, conversation.Conversation{ID: id3, Due: at(8)}, conversation.Conversation{ID: id2}, conversation.Conversation{ID: id1, Due: at(8)})
	x.reopen()
	list(at(8), at(8), id1, id3)
	// Before 1970 and far ahead are times as well.
	put(x, conversation.Conversation{ID: id1, Due: time.Unix(-5, 7).UTC()}, conversation.Conversation{ID: id3, Due: at(0).AddDate(9000, 0, 0)})
	list(at(8), time.Unix(-5, 7).UTC(), id1)
	list(at(0).AddDate(9001, 0, 0), time.Unix(-5, 7).UTC(), id1, id3)
}

// A conversation whose due time is moved during the scan, but not past now, is met once; one that is moved away before
// its turn is not met.
func testDueMoved(t *testing.T, x *exam) {
	const n = 200
	var ids []conversation.ID
	for i := range n {
		ids = append(ids, conversation.ID(fmt.Sprintf("%024x", i)))
	}
	for i, id := range ids {
		put(x, conversation.Conversation{ID: id, Due: at(0).Add(time.Duration(i))})
	}
	x.update(func(tx store.Tx) error {
		met := map[conversation.ID]int{}
		for id, err := range tx.Due(at(10)) {
			if err != nil {
				return err
			}
			if met[id]++; met[id] > 1 {
				return fmt.Errorf("%s was met again", id)
			}
			if err := tx.Put(conversation.Conversation{ID: id, Due: at(5).Add(time.Duration(len(met)))}); err != nil {
				return err
			}
			if id == ids[3] {
				if err := tx.Put(conversation.Conversation{ID: ids[4]}); err != nil {
					return err
				}
			}
		}
		if len(met) != n-1 || met[ids[4]] != 0 {
			return fmt.Errorf("%d of %d were met, the one moved away %d times", len(met), n-1, met[ids[4]])
		}
		again, err := all(tx.Due(at(10)))
		if len(again) != n-1 {
			return fmt.Errorf("a new scan meets %d of %d: %w", len(again), n-1, err)
		}
		return err
	})
}

func testHistory(t *testing.T, x *exam) {
	type entry = store.Recorded
	put(x, conversation.Conversation{ID: id1})
	var want []entry
	for i := range 300 {
		want = append(want, entry{Seq: uint64(i + 1), At: at(i), Event: conversation.Reacted{ExternalID: fmt.Sprint(i), At: at(i)}})
	}
	x.update(func(tx store.Tx) error {
		for _, i := range []int{1, 0} { // the order is that of the numbers
			if err := tx.Append(id1, want[i].Seq, want[i].At, want[i].Event); err != nil {
				return err
			}
		}
		for _, e := range want[2:] {
			if err := tx.Append(id1, e.Seq, e.At, e.Event); err != nil {
				return err
			}
		}
		return tx.Append(id2, 1, at(9), conversation.Ticked{})
	})
	x.twice(func(tx store.Tx) error {
		sameScan(t, "history", tx.History(id1), want...)
		sameScan(t, "history of another", tx.History(id2), entry{Seq: 1, At: at(9), Event: conversation.Ticked{}})
		sameScan(t, "history of none", tx.History(id3))
		for r, err := range tx.History(id1) {
			same(t, "first", r, want[0])
			return err
		}
		return nil
	})
	testAbout(t, x, want)
	if err := x.store.Update(t.Context(), func(tx store.Tx) error { return tx.Append(id1, 5, at(0), conversation.Ticked{}) }); err == nil {
		t.Error("an event took the place of another in the history")
	}
	if err := x.store.Update(t.Context(), func(tx store.Tx) error { return tx.Append(id1, 1000, at(0), nil) }); err == nil {
		t.Error("no event at all went into the history")
	}
}

// testAbout looks for events of a history by what they name: others may be met, but none that names it may be missing.
func testAbout(t *testing.T, x *exam, history []store.Recorded) {
	odd := []string{"a \"quoted\" <id>", "gr\u00fc\u00dfe \U0001f44b", "no utf-8: \xff", "\x00", "\ufffd", ""}
	x.update(func(tx store.Tx) error {
		put := tx.Put(conversation.Conversation{ID: id3})
		for i, name := range odd {
			put = errors.Join(put, tx.Append(id3, uint64(2*i+1), at(i), conversation.Reacted{ExternalID: name}),
				tx.Append(id3, uint64(2*i+2), at(i), conversation.Reacted{ExternalID: name, Emoji: "\xff"}))
		}
		return put
	})
	x.twice(func(tx store.Tx) error {
		of := func(id conversation.ID, name string) []store.Recorded {
			var found []store.Recorded
			last := uint64(math.MaxUint64)
			for r, err := range tx.About(id, name) {
				if err != nil {
					t.Fatal(err)
				}
				if r.Seq >= last {
					t.Fatalf("event %d comes behind %d", r.Seq, last)
				}
				if last = r.Seq; r.Event.(conversation.Reacted).ExternalID == name {
					found = append(found, r)
				}
			}
			return found
		}
		for _, w := range []int{0, 1, 17, 299} {
			same(t, "about an event", of(id1, fmt.Sprint(w)), []store.Recorded{history[w]})
		}
		same(t, "about what nobody named", len(of(id1, "300")), 0)
		same(t, "about something in a history of none", len(of("none", "1")), 0)
		for _, name := range odd {
			if n := len(of(id3, name)); n != 2 {
				t.Errorf("%d of 2 events about %q are found", n, name)
			}
		}
		return nil
	})
}

func testEvents(t *testing.T, x *exam) {
	var want []store.Recorded
	for _, e := range Events() {
		want = append(want, store.Recorded{Seq: uint64(len(want) + 1), At: at(0), Event: e})
		for seed := range uint64(20) {
			want = append(want, store.Recorded{Seq: uint64(len(want) + 1), At: at(0), Event: Filled(seed, e)})
		}
	}
	x.update(func(tx store.Tx) error {
		for _, r := range want {
			if err := tx.Append(id1, r.Seq, r.At, r.Event); err != nil {
				return err
			}
			if _, err := tx.Park(store.Parked{Event: r.Event}); err != nil {
				return err
			}
		}
		return nil
	})
	x.twice(func(tx store.Tx) error {
		got, err := all(tx.History(id1))
		waiting, err2 := all(tx.Parked())
		if len(got) != len(want) || len(waiting) != len(want) {
			t.Fatalf("got %d and %d events of %d: %v", len(got), len(waiting), len(want), errors.Join(err, err2))
		}
		for i, w := range want {
			same(t, fmt.Sprintf("%T", w.Event), got[i], w)
			same(t, fmt.Sprintf("parked %T", w.Event), waiting[i].Event, w.Event)
		}
		return nil
	})
	// The limits of the moment are left out.
	limits := conversation.Limits{Length: 5, Count: func(string) int { return 1 }}
	x.update(func(tx store.Tx) error {
		return errors.Join(tx.Append(id2, 1, at(0), conversation.Wrote{Limits: limits}), tx.Append(id2, 2, at(0), conversation.Pressed{Limits: limits}))
	})
	x.view(func(tx store.Tx) error {
		sameScan(t, "without limits", tx.History(id2), store.Recorded{Seq: 1, At: at(0), Event: conversation.Wrote{}},
			store.Recorded{Seq: 2, At: at(0), Event: conversation.Pressed{}})
		return nil
	})
}
