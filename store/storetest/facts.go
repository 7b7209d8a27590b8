package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// The model plays in a small world, so that things often meet.

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

const modelSeqs, modelNs = 3, 2 // of jobs

// modelTimes are what clocks show that jump: the first second and the last year there is, the seconds at which counts of
// them begin (1970) and overflow (2038), times a nanosecond apart. Drawn from so few, many are equal.
func modelTimes() []time.Time {
	times := []time.Time{time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}
	for _, turn := range []time.Time{time.Unix(0, 0).UTC(), at(0), time.Unix(1<<31, 0).UTC()} {
		times = append(times, turn.Add(-1), turn)
	}
	return append(times, at(1), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC))
}

// dueTimes and openTimes are the times for which Due and Open are asked: those, and where the answer may change beside them.
func dueTimes() []time.Time  { return beside(-1) }
func openTimes() []time.Time { return beside(1) }

func beside(d time.Duration) []time.Time {
	all := modelTimes()
	for _, t := range modelTimes() {
		all = append(all, t.Add(d))
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// facts are what a store answers to every reading verb about this world. Where the contract leaves an order open, it is
// that of ids and keys. Lists and maps without elements are nil.
type facts struct {
	Conversations map[conversation.ID]conversation.Conversation
	ByRef         map[conversation.Ref]conversation.ID
	ByThread      map[conversation.Place]conversation.ID
	History       map[conversation.ID][]store.Recorded
	Open, Due     map[time.Time][]conversation.ID // by the time that was asked for
	NextDue       time.Time
	Queue         map[conversation.Turn][]store.Queued
	Cursors, Raw  map[string]string
	Parked        []store.Parked
	ReadyAnswers  []conversation.Ready
	Ready         map[string][]conversation.Ready
	Jobs          map[store.Key]store.Job
	Lanes         []store.Lane
	Lane          map[store.Lane][]store.Job
	Stuck         []store.Job
	// Saw tells which ids, by account, are remembered. Only an Update can ask; nil = it was not asked.
	Saw map[[2]string]bool
}

func newFacts() *facts {
	return &facts{
		Conversations: map[conversation.ID]conversation.Conversation{}, ByRef: map[conversation.Ref]conversation.ID{},
		ByThread: map[conversation.Place]conversation.ID{}, History: map[conversation.ID][]store.Recorded{},
		Open: map[time.Time][]conversation.ID{}, Due: map[time.Time][]conversation.ID{}, Queue: map[conversation.Turn][]store.Queued{},
		Cursors: map[string]string{}, Raw: map[string]string{}, Ready: map[string][]conversation.Ready{},
		Jobs: map[store.Key]store.Job{}, Lane: map[store.Lane][]store.Job{},
	}
}

// asker asks a transaction and remembers what went wrong.
type asker struct {
	tx   store.Tx
	errs []error
}

func (a *asker) ok(err error) bool {
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		a.errs = append(a.errs, err)
	}
	return err == nil
}

// list keeps the elements of a scan under a key, unless there are none.
func list[K comparable, V any](a *asker, in map[K][]V, k K, scan []V, err error) {
	if a.ok(err) && len(scan) > 0 {
		in[k] = scan
	}
}

// ask reads everything; what it gives is valid after the transaction.
func ask(tx store.Tx) (*facts, error) {
	f, a := newFacts(), &asker{tx: tx}
	f.askConversations(a)
	f.askTimes(a)
	f.askJobs(a)
	for _, s := range modelTexts() {
		if cursor, err := tx.Cursor(s); a.ok(err) && cursor != "" {
			f.Cursors[s] = cursor
		}
		if raw, err := tx.Raw(s, s); a.ok(err) {
			f.Raw[s] = string(raw)
		}
		ready, err := all(tx.Ready(s))
		list(a, f.Ready, s, ready, err)
	}
	var err error
	f.Parked, err = all(tx.Parked())
	a.ok(err)
	f.ReadyAnswers, err = all(tx.ReadyAnswers())
	a.ok(err)
	return f, errors.Join(a.errs...)
}

func (f *facts) askConversations(a *asker) {
	for _, id := range modelIDs() {
		if c, err := a.tx.Conversation(id); a.ok(err) {
			f.Conversations[id] = c
		}
		history, err := all(a.tx.History(id))
		list(a, f.History, id, history, err)
	}
	for _, s := range modelTexts() {
		if id, err := a.tx.ByRef(ref(s)); a.ok(err) {
			f.ByRef[ref(s)] = id
		}
		if id, err := a.tx.ByThread(place(s)); a.ok(err) {
			f.ByThread[place(s)] = id
		}
	}
}

func (f *facts) askTimes(a *asker) {
	wakes := func(id conversation.ID) time.Time { return f.Conversations[id].Wakes() }
	opened := func(id conversation.ID) time.Time { return f.Conversations[id].Opened }
	for _, now := range dueTimes() {
		due, err := all(a.tx.Due(now))
		list(a, f.Due, now, tied(due, wakes), err)
	}
	for _, before := range openTimes() {
		open, err := all(a.tx.Open(before))
		list(a, f.Open, before, tied(open, opened), err)
	}
	for _, turn := range modelTurns() {
		queue, err := all(a.tx.Queue(turn))
		sortRuns(queue, func(q store.Queued) time.Time { return q.At }, func(x, y store.Queued) int { return cmp.Compare(x.ID, y.ID) })
		list(a, f.Queue, turn, queue, err)
	}
	var err error
	f.NextDue, err = a.tx.NextDue()
	a.ok(err)
}

// tied puts those of the same time, which may come in any order, in order of id.
func tied(ids []conversation.ID, when func(conversation.ID) time.Time) []conversation.ID {
	sortRuns(ids, when, cmp.Compare[conversation.ID])
	return ids
}

// sortRuns sorts each run of elements of the same time.
func sortRuns[T any](s []T, when func(T) time.Time, compare func(x, y T) int) {
	for from := 0; from < len(s); {
		to := from + 1
		for to < len(s) && when(s[to]).Equal(when(s[from])) {
			to++
		}
		slices.SortFunc(s[from:to], compare)
		from = to
	}
}

func (f *facts) askJobs(a *asker) {
	for _, id := range modelIDs() {
		for n := range modelSeqs * modelNs {
			k := key(id, uint64(n/modelNs), n%modelNs)
			if j, err := a.tx.Job(k); a.ok(err) {
				f.Jobs[k] = j
			}
		}
		for _, way := range conversation.Ways {
			l := store.Lane{Conversation: id, Way: way}
			jobs, err := all(a.tx.Lane(l))
			list(a, f.Lane, l, jobs, err)
		}
	}
	var err error
	f.Lanes, err = all(a.tx.Lanes())
	a.ok(err)
	slices.SortFunc(f.Lanes, compareLanes)
	f.Stuck, err = all(a.tx.Stuck())
	a.ok(err)
	slices.SortFunc(f.Stuck, func(x, y store.Job) int { return compareKeys(x.Key, y.Key) })
}

func compareKeys(a, b store.Key) int {
	return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.N, b.N))
}

func compareLanes(a, b store.Lane) int {
	return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Way, b.Way))
}

// askSaw asks what is remembered, in an Update that must be undone.
func (f *facts) askSaw(tx store.Tx) error {
	f.Saw = map[[2]string]bool{}
	for _, a := range modelTexts() {
		for _, b := range modelTexts() {
			first, err := tx.Saw(a, b, at(0))
			if err != nil {
				return err
			}
			if !first {
				f.Saw[[2]string{a, b}] = true
			}
		}
	}
	return nil
}

// is says that these are the facts of the model.
func (f *facts) is(m *model) bool { return f.against(m) == "" }

// against names what is different in the model, "" = nothing.
func (f *facts) against(m *model) string {
	want := m.facts()
	if f.Saw == nil {
		want.Saw = nil
	}
	if reflect.DeepEqual(f, want) {
		return ""
	}
	return difference("", reflect.ValueOf(f).Elem(), reflect.ValueOf(want).Elem())
}

// difference names the first place at which two values of a type differ, "" = none.
func difference(path string, got, want reflect.Value) string {
	if reflect.DeepEqual(got.Interface(), want.Interface()) {
		return ""
	}
	switch {
	case got.Type() == reflect.TypeFor[time.Time](), got.Type() != want.Type():
	case got.Kind() == reflect.Pointer && !got.IsNil() && !want.IsNil():
		return difference(path, got.Elem(), want.Elem())
	case got.Kind() == reflect.Interface && !got.IsNil() && !want.IsNil() && got.Elem().Type() == want.Elem().Type():
		return difference(path, got.Elem(), want.Elem())
	case got.Kind() == reflect.Struct:
		for i := range got.NumField() {
			if d := difference(path+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i)); d != "" {
				return d
			}
		}
	case got.Kind() == reflect.Slice && got.Len() == want.Len():
		for i := range got.Len() {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i)); d != "" {
				return d
			}
		}
	case got.Kind() == reflect.Map && sameKeys(got, want):
		for k, v := range got.Seq2() {
			if d := difference(fmt.Sprintf("%s[%+v]", path, k), v, want.MapIndex(k)); d != "" {
				return d
			}
		}
	case got.Kind() == reflect.Map:
		return fmt.Sprintf("%s: the store has %q, the model %q", strings.TrimPrefix(path, "."), keysOf(got), keysOf(want))
	}
	return fmt.Sprintf("%s: the store has %+v, the model %+v", strings.TrimPrefix(path, "."), got, want)
}

func keysOf(m reflect.Value) (all []string) {
	for k := range m.Seq() {
		all = append(all, fmt.Sprintf("%+v", k))
	}
	slices.Sort(all)
	return all
}

func sameKeys(a, b reflect.Value) bool {
	for k := range a.Seq() {
		if !b.MapIndex(k).IsValid() {
			return false
		}
	}
	return a.Len() == b.Len()
}
