package bolt

import (
	"errors"
	"fmt"
	"iter"

	"webcare/bot/conversation"
	"webcare/store"
)

func (t *tx) Enqueue(j store.Job) error {
	where, err := t.where(j.Key)
	if err == nil && where.key != nil {
		err = fmt.Errorf("job %s: %w", j.Key, store.ErrTaken)
	}
	if err != nil {
		return err
	}
	return t.putJob(spot{}, j)
}

func (t *tx) Job(k store.Key) (store.Job, error) {
	where, err := t.where(k)
	if err == nil && where.key == nil {
		err = fmt.Errorf("job %s: %w", k, store.ErrNotFound)
	}
	if err != nil {
		return store.Job{}, err
	}
	b, err := t.get(where.in, where.key)
	if err != nil {
		return store.Job{}, err
	}
	return decodeJob(where.key, k, b)
}

// Set returns ErrNotFound where there is no such job.
func (t *tx) Set(j store.Job) error {
	where, err := t.where(j.Key)
	if err != nil {
		return err
	}
	if where.key == nil {
		return fmt.Errorf("job %s: %w", j.Key, store.ErrNotFound)
	}
	return t.putJob(where, j)
}

// Drop of what is not there changes nothing.
func (t *tx) Drop(k store.Key) error {
	where, err := t.where(k)
	if err != nil || where.key == nil {
		return err
	}
	return t.del(where.in, where.key)
}

// spot is where a job stands; one without a key is nowhere.
type spot struct {
	in  bucket
	key []byte
}

// where finds a job. Its key does not tell its way, so each is looked at; three looks cost a tenth of reading the job.
func (t *tx) where(k store.Key) (spot, error) {
	key, err := jobKey(k)
	if err != nil {
		return spot{}, err
	}
	for _, way := range conversation.Ways {
		at := spot{lanes, appendStep(laneKey(store.Lane{Conversation: k.Conversation, Way: way}), k)}
		if there, err := t.has(at.in, at.key); err != nil || there {
			return at, err
		}
	}
	there, err := t.has(stuck, key)
	if err != nil || !there {
		return spot{}, err
	}
	return spot{stuck, key}, nil
}

// spotOf gives the place a job must stand.
func spotOf(j store.Job) (spot, error) {
	switch j.State {
	case store.Ready, store.Doing:
		return spot{lanes, appendStep(laneKey(j.Lane()), j.Key)}, nil
	case store.Refused, store.Maybe:
		key, err := jobKey(j.Key)
		return spot{stuck, key}, err
	}
	return spot{}, fmt.Errorf("job %s has the unknown state %q", j.Key, j.State)
}

// putJob puts a job where it must stand now, and takes it away from where it was.
func (t *tx) putJob(was spot, j store.Job) error {
	if j.Effect == nil {
		return fmt.Errorf("job %s has no effect", j.Key)
	}
	now, err := spotOf(j)
	if err != nil {
		return err
	}
	b, err := encodeJob(now.key, j)
	if err != nil {
		return fmt.Errorf("job %s: %w", j.Key, err)
	}
	if was.key != nil && (was.in != now.in || string(was.key) != string(now.key)) {
		if err := t.del(was.in, was.key); err != nil {
			return err
		}
	}
	return t.put(now.in, now.key, b)
}

// errMoved: a job whose record says that it belongs elsewhere.
var errMoved = errors.New("it stands in the wrong place")

func readJob(p pair, k store.Key, in bucket) (store.Job, error) {
	j, err := decodeJob(p.key, k, p.value)
	if err != nil {
		return j, err
	}
	should, err := spotOf(j)
	if err == nil && (should.in != in || string(should.key) != string(p.key)) {
		err = errMoved
	}
	if err != nil {
		err = fmt.Errorf("job %s: %w: %w", k, store.ErrDamaged, err)
	}
	return j, err
}

func laneJob(p pair) (store.Job, error) {
	l, rest, err := cutLane(p.key)
	if err != nil {
		return store.Job{}, err
	}
	k := store.Key{Conversation: l.Conversation}
	if k.Seq, k.N, err = cutStep(rest); err != nil {
		return store.Job{}, err
	}
	return readJob(p, k, lanes)
}

func stuckJob(p pair) (store.Job, error) {
	k, err := cutJobKey(p.key)
	if err != nil {
		return store.Job{}, err
	}
	return readJob(p, k, stuck)
}

func (t *tx) Lane(l store.Lane) iter.Seq2[store.Job, error] {
	prefix := laneKey(l)
	return read(t.scan(lanes, prefix, after(prefix)), laneJob)
}

func (t *tx) Stuck() iter.Seq2[store.Job, error] { return read(t.scan(stuck, nil, nil), stuckJob) }

// read makes a record of each pair, until one cannot be read.
func read[R any](pairs iter.Seq2[pair, error], record func(pair) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for p, err := range pairs {
			var r R
			if err == nil {
				r, err = record(p)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// Lanes steps from lane to lane, whatever their length.
func (t *tx) Lanes() iter.Seq2[store.Lane, error] {
	return func(yield func(store.Lane, error) bool) {
		for from := []byte(nil); ; {
			found, err := t.chunk(lanes, from, nil, 1)
			if err == nil && len(found) == 0 {
				return
			}
			var l store.Lane
			if err == nil {
				l, _, err = cutLane(found[0].key)
			}
			if !yield(l, err) || err != nil {
				return
			}
			if from = after(laneKey(l)); from == nil {
				return
			}
		}
	}
}
