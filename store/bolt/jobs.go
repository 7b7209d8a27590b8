package bolt

import (
	"fmt"
	"iter"

	"webcare/store"
)

func (t *tx) Enqueue(j store.Job) error {
	key, err := jobKey(j.Key)
	if err != nil {
		return err
	}
	if there, err := t.has(jobs, key); err != nil || there {
		return err
	}
	return t.putJob(key, nil, j)
}

func (t *tx) Job(k store.Key) (store.Job, error) {
	key, err := jobKey(k)
	if err != nil {
		return store.Job{}, err
	}
	b, err := t.get(jobs, key)
	if err != nil {
		return store.Job{}, err
	}
	if b == nil {
		return store.Job{}, fmt.Errorf("job %s: %w", k, store.ErrNotFound)
	}
	return decodeJob(key, b)
}

// Set returns ErrNotFound where there is no such job.
func (t *tx) Set(j store.Job) error {
	old, err := t.Job(j.Key)
	if err != nil {
		return err
	}
	key, err := jobKey(j.Key)
	if err != nil {
		return err
	}
	return t.putJob(key, &old, j)
}

// Drop of what is not there changes nothing.
func (t *tx) Drop(k store.Key) error {
	key, err := jobKey(k)
	if err != nil {
		return err
	}
	b, err := t.get(jobs, key)
	if err != nil || b == nil {
		return err
	}
	old, err := decodeJob(key, b)
	if err != nil {
		return err
	}
	lane, stuck, err := jobIndex(key, &old)
	if err != nil {
		return err
	}
	if err := t.move(byLane, lane, nil); err != nil {
		return err
	}
	if err := t.move(byStuck, stuck, nil); err != nil {
		return err
	}
	return t.del(jobs, key)
}

func (t *tx) putJob(key []byte, old *store.Job, j store.Job) error {
	if j.Effect == nil {
		return fmt.Errorf("job %s has no effect", j.Key)
	}
	wasLane, wasStuck, err := jobIndex(key, old)
	if err != nil {
		return err
	}
	lane, stuck, err := jobIndex(key, &j)
	if err != nil {
		return err
	}
	b, err := encodeJob(key, j)
	if err != nil {
		return fmt.Errorf("job %s: %w", j.Key, err)
	}
	if err := t.move(byLane, wasLane, lane); err != nil {
		return err
	}
	if err := t.move(byStuck, wasStuck, stuck); err != nil {
		return err
	}
	return t.put(jobs, key, b)
}

// jobIndex gives the keys under which a job stands in the indexes: one of them is empty, both for no job.
func jobIndex(key []byte, j *store.Job) (lane, stuck []byte, err error) {
	if j == nil {
		return nil, nil, nil
	}
	switch j.State {
	case store.Ready, store.Doing:
		return appendStep(laneKey(j.Lane()), j.Key), nil, nil
	case store.Refused, store.Maybe:
		return nil, key, nil
	}
	return nil, nil, fmt.Errorf("job %s has the unknown state %q", j.Key, j.State)
}

func (t *tx) Lane(l store.Lane) iter.Seq2[store.Job, error] {
	prefix := laneKey(l)
	return func(yield func(store.Job, error) bool) {
		for p, err := range t.scan(byLane, prefix, after(prefix)) {
			var j store.Job
			if err == nil {
				k := store.Key{Conversation: l.Conversation}
				if k.Seq, k.N, err = cutStep(p.key[len(prefix):]); err == nil {
					j, err = t.Job(k)
				}
			}
			if !yield(j, err) || err != nil {
				return
			}
		}
	}
}

// Lanes steps from lane to lane, whatever their length.
func (t *tx) Lanes() iter.Seq2[store.Lane, error] {
	return func(yield func(store.Lane, error) bool) {
		for from := []byte(nil); ; {
			found, err := t.chunk(byLane, from, nil, 1)
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

func (t *tx) Stuck() iter.Seq2[store.Job, error] {
	return func(yield func(store.Job, error) bool) {
		for p, err := range t.scan(byStuck, nil, nil) {
			var j store.Job
			var k store.Key
			if err == nil {
				if k, err = cutJobKey(p.key); err == nil {
					j, err = t.Job(k)
				}
			}
			if !yield(j, err) || err != nil {
				return
			}
		}
	}
}
