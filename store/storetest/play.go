package storetest

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/conversation"
	"webcare/store"
)

// A small world, so that things often meet.

func modelIDs() []conversation.ID {
	return []conversation.ID{id1, id2, id3, conversation.DeskID, "a\x00b"}
}

func modelTexts() []string { return []string{"", "1", "1\x00", "2", "\xff3"} }

func modelStates() []store.State {
	return []store.State{store.Ready, store.Doing, store.Refused, store.Maybe}
}

func modelTurns() []conversation.Turn {
	return []conversation.Turn{"", conversation.Waiting, conversation.Answered, conversation.Snoozed, conversation.Done}
}

const modelMinutes, modelMonths = 6, 6

// sameOrder compares a scan by time with the ids wanted; those of the same time may come in any order.
func sameOrder(t testing.TB, what string, scan iter.Seq2[conversation.ID, error], want []conversation.ID, when func(conversation.ID) int64) {
	t.Helper()
	got, err := all(scan)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if !slices.IsSortedFunc(got, func(a, b conversation.ID) int { return int(when(a) - when(b)) }) {
		t.Errorf("%s: %v is out of order", what, got)
	}
	slices.Sort(got)
	same(t, what, got, want)
}

// verb is one step of a transaction: what the store must return, the model returns too.
type verb struct {
	name  string
	store func(tx store.Tx) (any, error)
	model func(m *model) (any, error)
}

// testModel plays random transactions, some of which give up, on the store and on the model.
func testModel(t *testing.T, x *exam) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		y := &exam{t: t, open: x.open, path: filepath.Join(dir, fmt.Sprint(n))}
		y.store = x.open(t, y.path)
		defer y.close()
		m := newModel()
		look := func(r *rapid.T) {
			y.view(func(tx store.Tx) error { m.check(t, tx); return nil })
			if t.Failed() {
				r.Fatal("the store and the model differ")
			}
		}
		play := func(r *rapid.T) { m = playTransaction(r, y, m) }
		r.Repeat(map[string]func(*rapid.T){
			"play":  play,
			"go on": play, // twice as often as the others
			"look":  look,
			"reopen": func(r *rapid.T) {
				y.reopen()
				look(r)
			},
		})
		look(r)
	})
}

func playTransaction(r *rapid.T, x *exam, m *model) *model {
	verbs := rapid.SliceOfN(rapid.Custom(drawVerb), 1, 8).Draw(r, "verbs")
	giveUp := rapid.IntRange(0, 4).Draw(r, "give up") == 0
	next := m.clone()
	err := x.store.Update(x.t.Context(), func(tx store.Tx) error {
		next = m.clone()
		for _, v := range verbs { // after ErrTaken or ErrNotFound the transaction goes on
			got, err := v.store(tx)
			want, wantErr := v.model(next)
			if errors.Is(wantErr, errExists) && err != nil {
				err, got, want = wantErr, nil, nil
			}
			if !errors.Is(err, wantErr) || (err != nil) != (wantErr != nil) || got != want {
				return fmt.Errorf("%s: got %v, %v, want %v, %v", v.name, got, err, want, wantErr)
			}
		}
		if giveUp {
			return errGiveUp{}
		}
		return nil
	})
	if errors.Is(err, errGiveUp{}) {
		return m
	}
	if err != nil {
		r.Fatal(err)
	}
	return next
}

func drawVerb(r *rapid.T) verb {
	draws := []func(*rapid.T) verb{drawPut, drawPut, drawAppend, drawMemory, drawParked, drawReady, drawEnqueue, drawEnqueue, drawSet}
	return draws[rapid.IntRange(0, len(draws)-1).Draw(r, "verb")](r)
}

func drawOf[T any](r *rapid.T, what string, from []T) T { return rapid.SampledFrom(from).Draw(r, what) }

func drawSeed(r *rapid.T) uint64 { return rapid.Uint64Range(0, 50).Draw(r, "seed") }

// drawTime may be zero.
func drawTime(r *rapid.T) time.Time {
	if n := rapid.IntRange(-1, modelMinutes).Draw(r, "minute"); n >= 0 {
		return at(n)
	}
	return time.Time{}
}

func drawPut(r *rapid.T) verb {
	c := Filled(drawSeed(r), conversation.Conversation{})
	c.ID, c.Turn, c.Due = drawOf(r, "id", modelIDs()), drawOf(r, "turn", modelTurns()), drawTime(r)
	c.Since, c.Snooze.Until = drawTime(r), drawTime(r)
	c.Opened = at(rapid.IntRange(0, modelMinutes).Draw(r, "opened"))
	c.Ref, c.Thread, c.Old = conversation.Ref{}, conversation.Place{}, nil
	if rapid.Bool().Draw(r, "has ref") {
		c.Ref = ref(drawOf(r, "ref", modelTexts()))
	}
	if rapid.Bool().Draw(r, "has thread") {
		c.Thread = place(drawOf(r, "thread", modelTexts()))
	}
	for _, ts := range rapid.SliceOfN(rapid.SampledFrom(modelTexts()), 0, 2).Draw(r, "old") {
		c.Old = append(c.Old, place(ts))
	}
	return verb{
		name:  fmt.Sprintf("Put %q", c.ID),
		store: func(tx store.Tx) (any, error) { return nil, tx.Put(c) },
		model: func(m *model) (any, error) { return nil, m.put(c) },
	}
}

func drawAppend(r *rapid.T) verb {
	id := drawOf(r, "id", modelIDs())
	e := store.Recorded{Seq: rapid.Uint64Range(0, 20).Draw(r, "seq"), At: at(0), Event: Filled(drawSeed(r), drawOf(r, "event", Events()))}
	return verb{
		name:  fmt.Sprintf("Append %q %d", id, e.Seq),
		store: func(tx store.Tx) (any, error) { return nil, tx.Append(id, e.Seq, e.At, e.Event) },
		model: func(m *model) (any, error) { return nil, m.append(id, e) },
	}
}

func drawMemory(r *rapid.T) verb {
	a, b := drawOf(r, "account", modelTexts()), drawOf(r, "text", modelTexts())
	when, limit := month(rapid.IntRange(0, modelMonths).Draw(r, "month")), rapid.IntRange(0, 50).Draw(r, "limit")
	switch drawOf(r, "memory", []string{"saw", "forget", "cursor", "raw"}) {
	case "saw":
		return verb{
			name:  fmt.Sprintf("Saw %q %q", a, b),
			store: func(tx store.Tx) (any, error) { is, err := tx.Saw(a, b, when); return is, err },
			model: func(m *model) (any, error) {
				k := [2]string{a, b}
				_, there := m.seen[k]
				if !there {
					m.seen[k] = when
				}
				return !there, nil
			},
		}
	case "forget": // all or nothing, since those of the same time go in any order
		limit *= 2
		return verb{
			name:  "ForgetSeen",
			store: func(tx store.Tx) (any, error) { n, err := tx.ForgetSeen(when, limit/50*50); return n, err },
			model: func(m *model) (any, error) { return m.forget(when, limit/50*50), nil },
		}
	case "cursor":
		return verb{
			name:  fmt.Sprintf("SetCursor %q", a),
			store: func(tx store.Tx) (any, error) { return nil, tx.SetCursor(a, b) },
			model: func(m *model) (any, error) { m.cursors[a] = b; return nil, nil },
		}
	}
	return verb{
		name:  fmt.Sprintf("KeepRaw %q", a),
		store: func(tx store.Tx) (any, error) { return nil, tx.KeepRaw(a, a, []byte(b)) },
		model: func(m *model) (any, error) { m.raw[[2]string{a, a}] = b; return nil, nil },
	}
}

// drawReady puts or drops a ready answer.
func drawReady(r *rapid.T) verb {
	one := Filled(drawSeed(r), conversation.Ready{})
	one.Word, one.Language = drawOf(r, "word", modelTexts()), drawOf(r, "language", modelTexts())
	k := [2]string{one.Word, one.Language}
	if one.Word == "" || rapid.IntRange(0, 2).Draw(r, "drop") == 0 {
		return verb{
			name:  fmt.Sprintf("DropReady %q", k),
			store: func(tx store.Tx) (any, error) { return nil, tx.DropReady(k[0], k[1]) },
			model: func(m *model) (any, error) { delete(m.ready, k); return nil, nil },
		}
	}
	return verb{
		name:  fmt.Sprintf("PutReady %q", k),
		store: func(tx store.Tx) (any, error) { return nil, tx.PutReady(one) },
		model: func(m *model) (any, error) { m.ready[k] = one; return nil, nil },
	}
}

func drawParked(r *rapid.T) verb {
	if rapid.IntRange(0, 2).Draw(r, "unpark") == 0 {
		n := rapid.IntRange(0, 3).Draw(r, "which") // counted from the oldest; there may be none
		var seq uint64
		return verb{
			name: "Unpark",
			store: func(tx store.Tx) (any, error) {
				waiting, err := all(tx.Parked())
				seq = 0
				if n < len(waiting) {
					seq = waiting[n].Seq
				}
				return nil, joined(err, tx.Unpark(seq))
			},
			model: func(m *model) (any, error) {
				m.parked = slices.DeleteFunc(m.parked, func(p store.Parked) bool { return p.Seq == seq })
				return nil, nil
			},
		}
	}
	p := Filled(drawSeed(r), store.Parked{})
	return verb{
		name: "Park",
		store: func(tx store.Tx) (any, error) {
			var err error
			p.Seq, err = tx.Park(p)
			return nil, err
		},
		model: func(m *model) (any, error) { m.parked = append(m.parked, p); return nil, nil },
	}
}

func drawJob(r *rapid.T) store.Job {
	e := drawOf(r, "effect", Effects())
	j := Filled(drawSeed(r), store.Job{Effect: e})
	j.Effect, j.State = Filled(drawSeed(r), e), drawOf(r, "state", modelStates())
	j.Key = store.Key{
		Conversation: drawOf(r, "id", modelIDs()), Seq: rapid.Uint64Range(0, 2).Draw(r, "seq"), N: rapid.IntRange(0, 1).Draw(r, "n"),
	}
	return j
}

func drawEnqueue(r *rapid.T) verb {
	j := drawJob(r)
	return verb{
		name:  "Enqueue " + j.Key.String(),
		store: func(tx store.Tx) (any, error) { return nil, tx.Enqueue(j) },
		model: func(m *model) (any, error) {
			if _, there := m.jobs[j.Key]; !there {
				m.jobs[j.Key] = j
			}
			return nil, nil
		},
	}
}

func drawSet(r *rapid.T) verb {
	j := drawJob(r)
	if rapid.Bool().Draw(r, "drop") {
		return verb{
			name:  "Drop " + j.Key.String(),
			store: func(tx store.Tx) (any, error) { return nil, tx.Drop(j.Key) },
			model: func(m *model) (any, error) { delete(m.jobs, j.Key); return nil, nil },
		}
	}
	return verb{
		name:  "Set " + j.Key.String(),
		store: func(tx store.Tx) (any, error) { return nil, tx.Set(j) },
		model: func(m *model) (any, error) {
			if _, there := m.jobs[j.Key]; !there {
				return nil, store.ErrNotFound
			}
			m.jobs[j.Key] = j
			return nil, nil
		},
	}
}
