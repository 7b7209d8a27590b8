package bot_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"webcare/store"
)

// inLane says that a job stands in its lane, and not among the stuck.
func inLane(j store.Job) bool { return j.State == store.Ready || j.State == store.Doing }

func (t memoryTx) Enqueue(j store.Job) error {
	if !t.writable {
		return errOnlyReads
	}
	if _, there := t.m.jobs[j.Key]; there {
		return nil
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
	switch {
	case a.Seq < b.Seq, a.Seq == b.Seq && a.N < b.N:
		return -1
	case a == b:
		return 0
	}
	return 1
}

func (t memoryTx) Job(k store.Key) (store.Job, error) {
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
	if was.Lane() != j.Lane() || inLane(was) != inLane(j) {
		t.delist(was)
		t.enlist(j)
	}
	set(t.m, t.m.jobs, j.Key, j)
	return nil
}

func (t memoryTx) Drop(k store.Key) error {
	if j, is := t.m.jobs[k]; is {
		t.delist(j)
		unset(t.m, t.m.jobs, k)
	}
	return nil
}

func (t memoryTx) Lane(l store.Lane) iter.Seq2[store.Job, error] {
	var all []store.Job
	for _, k := range t.m.lanes[l] {
		all = append(all, t.m.jobs[k])
	}
	return each(all)
}

func (t memoryTx) Lanes() iter.Seq2[store.Lane, error] {
	return each(slices.SortedFunc(maps.Keys(t.m.lanes), func(a, b store.Lane) int {
		return strings.Compare(string(a.Conversation)+string(a.Way), string(b.Conversation)+string(b.Way))
	}))
}

func (t memoryTx) Stuck() iter.Seq2[store.Job, error] {
	var all []store.Job
	for _, j := range t.m.jobs {
		if !inLane(j) {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, func(a, b store.Job) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	return each(all)
}
