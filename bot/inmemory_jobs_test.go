package bot_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"webcare/store"
)

// inLane says that a job stands in its lane, and not among the stuck.
func inLane(j store.Job) bool { return j.State == store.Ready || j.State == store.Doing }

// canBe says what is wrong with a job.
func canBe(j store.Job) error {
	switch j.State {
	case store.Ready, store.Doing, store.Refused, store.Maybe:
		if j.Effect != nil && j.Key.Conversation != "" && j.Key.N >= 0 {
			return nil
		}
	}
	return fmt.Errorf("a job %s that is %q and does %v cannot be", j.Key, j.State, j.Effect)
}

func (t memoryTx) Enqueue(j store.Job) error {
	if !t.writable {
		return errOnlyReads
	}
	if _, there := t.m.jobs[j.Key]; there {
		return fmt.Errorf("job %s: %w", j.Key, store.ErrTaken)
	}
	if err := canBe(j); err != nil {
		return err
	}
	set(t.m, t.m.jobs, j.Key, j)
	t.enlist(j)
	return nil
}

func (t memoryTx) enlist(j store.Job) {
	if !inLane(j) {
		return
	}
	all := t.m.lanes[j.Lane()]
	i, _ := slices.BinarySearchFunc(all, j.Key, byKey)
	set(t.m, t.m.lanes, j.Lane(), slices.Insert(slices.Clone(all), i, j.Key))
}

func (t memoryTx) delist(j store.Job) {
	all := t.m.lanes[j.Lane()]
	i, there := slices.BinarySearchFunc(all, j.Key, byKey)
	switch {
	case !there:
	case len(all) == 1:
		unset(t.m, t.m.lanes, j.Lane())
	default:
		set(t.m, t.m.lanes, j.Lane(), slices.Delete(slices.Clone(all), i, i+1))
	}
}

func byKey(a, b store.Key) int {
	return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.N, b.N))
}

func (t memoryTx) Job(k store.Key) (store.Job, error) {
	if k.Conversation == "" {
		return store.Job{}, errNoID
	}
	if j, is := t.m.jobs[k]; is {
		return j, nil
	}
	return store.Job{}, fmt.Errorf("job %s: %w", k, store.ErrNotFound)
}

func (t memoryTx) Set(j store.Job) error {
	was, is := t.m.jobs[j.Key]
	switch {
	case !t.writable:
		return errOnlyReads
	case !is:
		return fmt.Errorf("job %s: %w", j.Key, store.ErrNotFound)
	}
	if err := canBe(j); err != nil {
		return err
	}
	if was.Lane() != j.Lane() || inLane(was) != inLane(j) {
		t.delist(was)
		t.enlist(j)
	}
	set(t.m, t.m.jobs, j.Key, j)
	return nil
}

func (t memoryTx) Drop(k store.Key) error {
	if !t.writable {
		return errOnlyReads
	}
	if j, is := t.m.jobs[k]; is {
		t.delist(j)
		unset(t.m, t.m.jobs, k)
	}
	return nil
}

func (t memoryTx) Lane(l store.Lane) iter.Seq2[store.Job, error] {
	return now(t.m.lanes[l], func(k store.Key) (store.Job, bool) {
		j, there := t.m.jobs[k]
		return j, there && inLane(j) && j.Lane() == l
	})
}

func (t memoryTx) Lanes() iter.Seq2[store.Lane, error] {
	return each(slices.SortedFunc(maps.Keys(t.m.lanes), func(a, b store.Lane) int {
		return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Way, b.Way))
	}))
}

func (t memoryTx) Stuck() iter.Seq2[store.Job, error] {
	var all []store.Job
	for _, j := range t.m.jobs {
		if !inLane(j) {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, func(a, b store.Job) int { return byKey(a.Key, b.Key) })
	return each(all)
}
