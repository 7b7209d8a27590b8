package bolt

import (
	"fmt"
	"iter"

	"webcare/bot/conversation"
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
	return t.putJob(key, entries{}, j)
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
	key, err := jobKey(j.Key)
	if err != nil {
		return err
	}
	switch there, err := t.has(jobs, key); {
	case err != nil:
		return err
	case !there:
		return fmt.Errorf("job %s: %w", j.Key, store.ErrNotFound)
	}
	was, err := t.entries(j.Key, key)
	if err != nil {
		return err
	}
	return t.putJob(key, was, j)
}

// Drop of what is not there changes nothing.
func (t *tx) Drop(k store.Key) error {
	key, err := jobKey(k)
	if err != nil {
		return err
	}
	if there, err := t.has(jobs, key); err != nil || !there {
		return err
	}
	was, err := t.entries(k, key)
	if err != nil {
		return err
	}
	if err := t.move(byLane, was.lane, nil); err != nil {
		return err
	}
	if err := t.move(byStuck, was.stuck, nil); err != nil {
		return err
	}
	return t.del(jobs, key)
}

func (t *tx) putJob(key []byte, was entries, j store.Job) error {
	if j.Effect == nil {
		return fmt.Errorf("job %s has no effect", j.Key)
	}
	now, err := jobIndex(key, j)
	if err != nil {
		return err
	}
	b, err := encodeJob(key, j)
	if err != nil {
		return fmt.Errorf("job %s: %w", j.Key, err)
	}
	if err := t.move(byLane, was.lane, now.lane); err != nil {
		return err
	}
	if err := t.move(byStuck, was.stuck, now.stuck); err != nil {
		return err
	}
	return t.put(jobs, key, b)
}

// entries are the keys under which a job stands in the indexes; one that is empty is none.
type entries struct{ lane, stuck []byte }

// entries looks where a job stands. Three looks into an index cost a tenth of reading the job.
func (t *tx) entries(k store.Key, key []byte) (was entries, err error) {
	for _, way := range conversation.Ways {
		lane := appendStep(laneKey(store.Lane{Conversation: k.Conversation, Way: way}), k)
		there, err := t.has(byLane, lane)
		if err != nil {
			return was, err
		}
		if there {
			was.lane = lane
		}
	}
	there, err := t.has(byStuck, key)
	if there {
		was.stuck = key
	}
	return was, err
}

// jobIndex gives the entries that a job has in the indexes.
func jobIndex(key []byte, j store.Job) (entries, error) {
	switch j.State {
	case store.Ready, store.Doing:
		return entries{lane: appendStep(laneKey(j.Lane()), j.Key)}, nil
	case store.Refused, store.Maybe:
		return entries{stuck: key}, nil
	}
	return entries{}, fmt.Errorf("job %s has the unknown state %q", j.Key, j.State)
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
