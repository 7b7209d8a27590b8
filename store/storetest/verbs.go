package storetest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/conversation"
	"webcare/store"
)

// verb is one step of a transaction.
type verb struct {
	name string
	// store carries it out; what it returns can be compared with reflect.DeepEqual.
	store func(tx store.Tx) (any, error)
	// model says what the store must return. got is what it did return: where it is free to choose, the model follows it.
	model func(m *model, got any) (any, error)
}

// GoString is what a failing history shows of it.
func (v verb) GoString() string { return v.name }

func drawVerb(r *rapid.T) verb {
	draws := []func(*rapid.T) verb{
		drawPut, drawPut, drawPut, drawAppend, drawMemory, drawMemory, drawParked, drawReady, drawEnqueue, drawEnqueue, drawSet, drawRead,
	}
	return draws[rapid.IntRange(0, len(draws)-1).Draw(r, "verb")](r)
}

func drawOf[T any](r *rapid.T, what string, from []T) T { return rapid.SampledFrom(from).Draw(r, what) }

// drawFilled is v as it is, or now and then with all fields set: big records are slow, and other parts of the exam are about
// the fields.
func drawFilled[T any](r *rapid.T, v T) T {
	if rapid.IntRange(0, 19).Draw(r, "filled") == 19 {
		return Filled(rapid.Uint64Range(0, 50).Draw(r, "seed"), v)
	}
	return v
}

// drawTime may be zero.
func drawTime(r *rapid.T, what string) time.Time {
	return drawOf(r, what, append(modelTimes(), time.Time{}, time.Time{}))
}

// drawRead reads everything in the midst of a transaction, which sees its own changes.
func drawRead(*rapid.T) verb {
	return verb{
		name:  "read",
		store: func(tx store.Tx) (any, error) { return ask(tx) },
		model: func(m *model, _ any) (any, error) {
			f := m.facts()
			f.Saw = nil
			return f, nil
		},
	}
}

func drawPut(r *rapid.T) verb {
	c := drawFilled(r, conversation.Conversation{Open: make([]conversation.Answer, 1)})
	c.ID, c.Turn, c.Due = drawOf(r, "id", modelIDs()), drawOf(r, "turn", modelTurns()), drawTime(r, "due")
	c.Since, c.Snooze.Until, c.Opened = drawTime(r, "since"), drawTime(r, "snooze"), drawTime(r, "opened")
	c.Claimer.ID = drawOf(r, "claimer", modelTexts())
	if rapid.Bool().Draw(r, "held") {
		a := &c.Open[0]
		a.State, a.Until, a.Looking = conversation.Holding, drawTime(r, "until"), rapid.Bool().Draw(r, "looking")
	}
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
		model: func(m *model, _ any) (any, error) { return nil, m.put(c) },
	}
}

func drawAppend(r *rapid.T) verb {
	id := drawOf(r, "id", modelIDs())
	e := store.Recorded{
		Seq: rapid.Uint64Range(0, 20).Draw(r, "seq"), At: drawTime(r, "at"), Event: drawFilled(r, drawOf(r, "event", Events())),
	}
	return verb{
		name:  fmt.Sprintf("Append %q %d", id, e.Seq),
		store: func(tx store.Tx) (any, error) { return nil, tx.Append(id, e.Seq, e.At, e.Event) },
		model: func(m *model, _ any) (any, error) { return nil, m.append(id, e) },
	}
}

// drawSeen is a time so far from the others that what was seen in between is surely forgotten.
func drawSeen(r *rapid.T) time.Time {
	return drawOf(r, "when", []time.Time{
		month(0), month(1), month(2), month(3), month(-1), modelTimes()[0], time.Unix(0, 0).UTC(), time.Unix(1<<31, 0).UTC(),
		time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	})
}

func drawMemory(r *rapid.T) verb {
	a, b := drawOf(r, "account", modelTexts()), drawOf(r, "text", modelTexts())
	switch drawOf(r, "memory", []string{"saw", "saw", "forget", "cursor", "raw"}) {
	case "saw":
		when := drawSeen(r)
		return verb{
			name:  fmt.Sprintf("Saw %q %q at %v", a, b, when),
			store: func(tx store.Tx) (any, error) { is, err := tx.Saw(a, b, when); return is, err },
			model: func(m *model, _ any) (any, error) { return m.saw([2]string{a, b}, when), nil },
		}
	case "forget": // all or nothing, since those of the same time go in any order
		when, limit := drawSeen(r), drawOf(r, "limit", []int{-1, 0, 25, 1000})
		return verb{
			name:  fmt.Sprintf("ForgetSeen before %v, %d of them", when, limit),
			store: func(tx store.Tx) (any, error) { n, err := tx.ForgetSeen(when, limit); return n, err },
			model: func(m *model, _ any) (any, error) { return m.forget(when, max(0, limit)), nil },
		}
	case "cursor":
		return verb{
			name:  fmt.Sprintf("SetCursor %q", a),
			store: func(tx store.Tx) (any, error) { return nil, tx.SetCursor(a, b) },
			model: func(m *model, _ any) (any, error) { m.cursors[a] = b; return nil, nil },
		}
	}
	return verb{
		name:  fmt.Sprintf("KeepRaw %q", a),
		store: func(tx store.Tx) (any, error) { return nil, tx.KeepRaw(a, a, []byte(b)) },
		model: func(m *model, _ any) (any, error) { m.raw[a] = b; return nil, nil },
	}
}

// drawReady puts or drops a ready answer.
func drawReady(r *rapid.T) verb {
	one := drawFilled(r, conversation.Ready{Text: conversation.Plainly("x")})
	one.Word, one.Language = drawOf(r, "word", modelTexts()), drawOf(r, "language", modelTexts())
	k := [2]string{one.Word, one.Language}
	if rapid.IntRange(0, 2).Draw(r, "drop") == 0 {
		return verb{
			name:  fmt.Sprintf("DropReady %q", k),
			store: func(tx store.Tx) (any, error) { return nil, tx.DropReady(k[0], k[1]) },
			model: func(m *model, _ any) (any, error) { delete(m.ready, k); return nil, nil },
		}
	}
	return verb{
		name:  fmt.Sprintf("PutReady %q", k),
		store: func(tx store.Tx) (any, error) { return nil, tx.PutReady(one) },
		model: func(m *model, _ any) (any, error) {
			if one.Word == "" {
				return nil, errAny
			}
			m.ready[k] = one
			return nil, nil
		},
	}
}

// drawParked parks an event or takes one out of those that wait, counted from the oldest.
func drawParked(r *rapid.T) verb {
	if rapid.IntRange(0, 2).Draw(r, "unpark") == 0 {
		n := rapid.IntRange(0, 3).Draw(r, "which") // there may be none
		return verb{
			name: fmt.Sprintf("Unpark the %dth", n),
			store: func(tx store.Tx) (any, error) {
				waiting, err := all(tx.Parked())
				var seq uint64
				if n < len(waiting) {
					seq = waiting[n].Seq
				}
				return seq, joined(err, tx.Unpark(seq))
			},
			model: func(m *model, _ any) (any, error) { return m.unpark(n), nil },
		}
	}
	p := drawFilled(r, store.Parked{Account: "a", Event: conversation.Ticked{}})
	p.At = drawTime(r, "at")
	return verb{
		name:  "Park",
		store: func(tx store.Tx) (any, error) { seq, err := tx.Park(p); return seq, err },
		model: func(m *model, got any) (any, error) {
			mine := p
			mine.Seq, _ = got.(uint64)
			if !m.park(mine) {
				return fmt.Sprintf("a number above %d", m.parks), nil
			}
			return got, nil
		},
	}
}

func drawJob(r *rapid.T) store.Job {
	j := drawFilled(r, store.Job{})
	j.Effect, j.State = drawFilled(r, drawOf(r, "effect", Effects())), drawOf(r, "state", modelStates())
	j.At, j.After, j.Started, j.Tried = drawTime(r, "at"), drawTime(r, "after"), drawTime(r, "started"), drawTime(r, "tried")
	j.Key = key(drawOf(r, "id", modelIDs()), rapid.Uint64Range(0, modelSeqs-1).Draw(r, "seq"), rapid.IntRange(0, modelNs-1).Draw(r, "n"))
	return j
}

func drawEnqueue(r *rapid.T) verb {
	j := drawJob(r)
	return verb{
		name:  "Enqueue " + j.Key.String(),
		store: func(tx store.Tx) (any, error) { return nil, tx.Enqueue(j) },
		model: func(m *model, _ any) (any, error) {
			if _, there := m.jobs[j.Key]; there {
				return nil, store.ErrTaken
			}
			m.jobs[j.Key] = j
			return nil, nil
		},
	}
}

func drawSet(r *rapid.T) verb {
	j := drawJob(r)
	if rapid.IntRange(0, 2).Draw(r, "drop") == 0 {
		return verb{
			name:  "Drop " + j.Key.String(),
			store: func(tx store.Tx) (any, error) { return nil, tx.Drop(j.Key) },
			model: func(m *model, _ any) (any, error) { delete(m.jobs, j.Key); return nil, nil },
		}
	}
	return verb{
		name:  "Set " + j.Key.String(),
		store: func(tx store.Tx) (any, error) { return nil, tx.Set(j) },
		model: func(m *model, _ any) (any, error) {
			if _, there := m.jobs[j.Key]; !there {
				return nil, store.ErrNotFound
			}
			m.jobs[j.Key] = j
			return nil, nil
		},
	}
}
