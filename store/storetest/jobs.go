package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"webcare/bot/conversation"
	"webcare/store"
)

func enqueue(x *exam, all ...store.Job) {
	x.t.Helper()
	x.update(func(tx store.Tx) error {
		for _, j := range all {
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		return nil
	})
}

func testJob(t *testing.T, x *exam) {
	first := Filled(3, job(id1, 1, 0, conversation.Render{}))
	first.Key, first.State = store.Key{Conversation: id1, Seq: 1}, store.Ready
	second := first
	second.Effect, second.Detail = conversation.Announce{}, "another"
	enqueue(x, first)
	x.fails(store.ErrTaken, func(tx store.Tx) error { return tx.Enqueue(second) })
	get := func(want store.Job) func(store.Tx) error {
		return func(tx store.Tx) error {
			got, err := tx.Job(want.Key)
			same(t, "job", got, want)
			return err
		}
	}
	x.twice(get(first))
	first.State, first.Attempt, first.Progress = store.Doing, 2, "half"
	x.update(func(tx store.Tx) error { return tx.Set(first) })
	x.twice(get(first))
	x.view(func(tx store.Tx) error {
		for _, k := range []store.Key{{}, {Conversation: id1}, {Conversation: id1, Seq: 1, N: 1}, {Conversation: id2, Seq: 1}} {
			_, err := tx.Job(k)
			if k.Conversation != "" {
				missing(t, "job "+k.String(), err)
			} else if err == nil {
				t.Error("a job without a conversation")
			}
		}
		return nil
	})
	x.fails(store.ErrNotFound, func(tx store.Tx) error { return tx.Set(job(id2, 1, 0, conversation.Render{})) })
	for _, bad := range []store.Job{
		{Key: store.Key{Conversation: id2}, State: store.Ready},
		{Key: store.Key{Conversation: id2}, Effect: conversation.Render{}},
		{Key: store.Key{Conversation: id2, N: -1}, Effect: conversation.Render{}, State: store.Ready},
		{Effect: conversation.Render{}, State: store.Ready},
	} {
		if err := x.store.Update(t.Context(), func(tx store.Tx) error { return tx.Enqueue(bad) }); err == nil {
			t.Errorf("a job that cannot be was stored: %+v", bad)
		}
	}
	x.update(func(tx store.Tx) error { return joined(tx.Drop(first.Key), tx.Drop(first.Key)) })
	x.twice(func(tx store.Tx) error {
		_, err := tx.Job(first.Key)
		missing(t, "dropped job", err)
		sameScan(t, "lanes", tx.Lanes())
		return nil
	})
	enqueue(x, second) // gone, so the key is free
	x.twice(get(second))
}

func testEffects(t *testing.T, x *exam) {
	var want []store.Job
	for _, e := range Effects() {
		for seed := range uint64(20) {
			j := Filled(seed, job(id1, 0, 0, e))
			j.Effect = e
			if seed > 0 {
				j.Effect = Filled(seed, e)
			}
			j.Key, j.State = store.Key{Conversation: id1, Seq: 5, N: len(want)}, store.Maybe
			want = append(want, j)
		}
	}
	enqueue(x, want...)
	x.twice(func(tx store.Tx) error {
		got, err := all(tx.Stuck())
		if err != nil || len(got) != len(want) {
			t.Fatalf("got %d of %d jobs: %v", len(got), len(want), err)
		}
		for i, w := range want {
			same(t, fmt.Sprintf("job with %T", w.Effect), got[i], w)
		}
		return nil
	})
}

// checkLane compares the keys of a lane.
func checkLane(t testing.TB, tx store.Tx, l store.Lane, want ...store.Key) {
	t.Helper()
	got, err := all(tx.Lane(l))
	if err != nil {
		t.Error(err)
	}
	same(t, fmt.Sprintf("lane %s %s", l.Conversation, l.Way), keys(got), want)
}

func key(id conversation.ID, seq uint64, n int) store.Key {
	return store.Key{Conversation: id, Seq: seq, N: n}
}

func testLanes(t *testing.T, x *exam) {
	in, out := store.Lane{Conversation: id1, Way: conversation.Inward}, store.Lane{Conversation: id1, Way: conversation.Outward}
	other, desk := store.Lane{Conversation: id2, Way: conversation.Outward}, store.Lane{Conversation: conversation.DeskID, Way: conversation.Touch}
	enqueue(x,
		job(id1, 300, 0, conversation.Announce{}), job(id1, 2, 10, conversation.Announce{}), job(id1, 2, 9, conversation.Announce{}),
		job(id1, 2, 0, conversation.Send{}), job(id2, 1, 0, conversation.Send{}), job(conversation.DeskID, 1, 0, conversation.Render{}),
	)
	x.twice(func(tx store.Tx) error {
		checkLane(t, tx, in, key(id1, 2, 9), key(id1, 2, 10), key(id1, 300, 0))
		checkLane(t, tx, out, key(id1, 2, 0))
		checkLane(t, tx, store.Lane{Conversation: id1, Way: conversation.Touch})
		checkLane(t, tx, other, key(id2, 1, 0))
		lanes, err := all(tx.Lanes())
		if len(lanes) != 4 {
			t.Errorf("lanes: %v", lanes)
		}
		for _, want := range []store.Lane{in, out, other, desk} {
			if !slices.Contains(lanes, want) {
				t.Errorf("%v is not among the lanes %v", want, lanes)
			}
		}
		return err
	})
	for _, state := range []store.State{store.Doing, store.Maybe, store.Ready, store.Refused} {
		x.update(func(tx store.Tx) error {
			j, err := tx.Job(key(id1, 2, 0))
			j.State = state
			return joined(err, tx.Set(j))
		})
		x.twice(func(tx store.Tx) error {
			if state == store.Doing || state == store.Ready {
				checkLane(t, tx, out, key(id1, 2, 0))
			} else {
				checkLane(t, tx, out)
			}
			return nil
		})
	}
}

// Jobs may be dropped and set while their lane is read, and the scan may be broken off.
func testLaneChanges(t *testing.T, x *exam) {
	lane := store.Lane{Conversation: id1, Way: conversation.Inward}
	for i := range 100 {
		enqueue(x, job(id1, 1, i, conversation.Announce{}))
	}
	x.view(func(tx store.Tx) error {
		for j, err := range tx.Lane(lane) {
			same(t, "first of a long lane", j.Key, key(id1, 1, 0))
			return err
		}
		return nil
	})
	met := 0
	x.update(func(tx store.Tx) error {
		met = 0
		for j, err := range tx.Lane(lane) {
			if err != nil {
				return err
			}
			if met++; j.Key.N%2 == 1 {
				return fmt.Errorf("job %s was dropped and is met", j.Key)
			}
			if err := joined(tx.Drop(j.Key), tx.Drop(key(id1, 1, j.Key.N+1))); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "jobs met", met, 50)
	x.twice(func(tx store.Tx) error { checkLane(t, tx, lane); return nil })
}

func testStuck(t *testing.T, x *exam) {
	stuck := func(want ...store.Key) {
		t.Helper()
		x.twice(func(tx store.Tx) error {
			got, err := all(tx.Stuck())
			same(t, "stuck", keys(got), want)
			return err
		})
	}
	a, b, c := job(id1, 1, 0, conversation.Send{}), job(id1, 1, 1, conversation.Send{}), job(id2, 1, 0, conversation.Render{})
	a.State, b.State = store.Refused, store.Doing
	enqueue(x, a, b, c)
	stuck(a.Key)
	a.State, b.State, c.State = store.Ready, store.Maybe, store.Refused
	x.update(func(tx store.Tx) error { return joined(tx.Set(a), tx.Set(b), tx.Set(c)) })
	stuck(b.Key, c.Key)
	c.State = store.Maybe // from one kind of stuck to the other
	x.update(func(tx store.Tx) error { return joined(tx.Set(c), tx.Drop(b.Key)) })
	stuck(c.Key)
}

// Ids, keys and accounts are any text: long, empty, with NUL, no UTF-8, one the beginning of another.
func testOddKeys(t *testing.T, x *exam) {
	odd := []string{"", "a", "a\x00", "a\x00\x01", "a\x00\xff", "\xff\xff", "aé", strings.Repeat("k", 5000), strings.Repeat("k", 5001), "\x01"}
	ids := []conversation.ID{"a", "a\x00", "\x00", "\xff\xfe", "0190AAAA00000123456789AB", "x190aaaa00000123456789ab", "0190aaaa00000123456789a", id1}
	x.update(func(tx store.Tx) error {
		for i, s := range odd {
			if i < len(ids) {
				c := conversation.Conversation{ID: ids[i], Ref: ref(s), Thread: conversation.Place{Team: s, Channel: "c", TS: s}, Due: at(i), Opened: at(-i)}
				j := job(ids[i], uint64(i), i, conversation.Send{})
				if err := joined(tx.Put(c), tx.Enqueue(j), tx.Append(ids[i], 1, at(i), conversation.Ticked{})); err != nil {
					return err
				}
			}
			if err := joined(tx.SetCursor(s, fmt.Sprint(i)), tx.KeepRaw(s, s, fmt.Append(nil, i))); err != nil {
				return err
			}
			if is, err := tx.Saw(s, s, at(i)); !is || err != nil {
				return fmt.Errorf("saw %q: %v, %w", s, is, err)
			}
		}
		return nil
	})
	x.twice(func(tx store.Tx) error {
		sameScan(t, "due", tx.Due(at(60)), ids...)
		sameScan(t, "open", tx.Open(at(60)), ids...)
		lanes, err := all(tx.Lanes())
		if len(lanes) != len(ids) || err != nil {
			t.Errorf("lanes: %q, %v", lanes, err)
		}
		for i, s := range odd {
			if i < len(ids) {
				found(t, tx, ids[i], []conversation.Ref{ref(s)}, []conversation.Place{{Team: s, Channel: "c", TS: s}})
				got, err := all(tx.Lane(store.Lane{Conversation: ids[i], Way: conversation.Outward}))
				if err != nil || len(got) != 1 || got[0].Key.Conversation != ids[i] {
					t.Errorf("lane of %q: %v, %v", ids[i], got, err)
				}
				c, err := tx.Conversation(ids[i])
				if err != nil {
					return err
				}
				same(t, "ref", c.Ref, ref(s))
			}
			cursor, err := tx.Cursor(s)
			raw, err2 := tx.Raw(s, s)
			same(t, fmt.Sprintf("cursor of %.9q", s), cursor, fmt.Sprint(i))
			same(t, fmt.Sprintf("raw of %.9q", s), string(raw), fmt.Sprint(i))
			if err := joined(err, err2); err != nil {
				return err
			}
		}
		return nil
	})
}
