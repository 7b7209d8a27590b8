package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"

	"go.etcd.io/bbolt"

	"webcare/bot/conversation"
	"webcare/store"
)

// Verify reads the whole file. Every record has the right checksum, can be understood and stands where it belongs; every
// index says what the records say and nothing else; nothing is there twice; every page is used once. And what the records
// say does not contradict itself (contradict.go). Updates wait meanwhile. An error means that it could not be done; what
// is wrong with the file stands in the report.
func (s *Store) Verify(ctx context.Context) (store.Report, error) { return s.verify(ctx, true) }

// VerifyInUse is Verify of one state of the file, beside updates, but for the pages.
func (s *Store) VerifyInUse(ctx context.Context) (store.Report, error) { return s.verify(ctx, false) }

func (s *Store) verify(ctx context.Context, alone bool) (store.Report, error) {
	if err := s.broken(); err != nil {
		return store.Report{}, err
	}
	b, err := s.begin(alone)
	if err != nil {
		return store.Report{}, err
	}
	t := &tx{bolt: b}
	defer t.rollback()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	v := &verifier{ctx: ctx, t: t, report: store.Report{Records: map[string]int{}}, want: map[bucket]int{}}
	if err := checkTree(b); err != nil { // nothing else would come to an end
		v.problem("the pages of the file: %v", err)
		return v.report, nil
	}
	for _, step := range []func(){v.tables, v.conversations, v.memory, v.seen, v.jobs, v.indexes} {
		step()
	}
	if err := ctx.Err(); err != nil {
		return store.Report{}, err
	}
	if alone && len(v.report.Problems) == 0 {
		// Only now: a fault in the goroutine of Check, at a page that leads nowhere, would end the process.
		for err := range b.Check() {
			v.problem("the pages of the file: %v", err)
		}
		v.report.Pages = true
		v.room(b)
	}
	return v.report, nil
}

type verifier struct {
	ctx    context.Context
	t      *tx
	report store.Report
	want   map[bucket]int // entries the records ask for, by index
}

func (v *verifier) problem(format string, args ...any) {
	if len(v.report.Problems) < store.MostSentences {
		v.report.Problems = append(v.report.Problems, fmt.Sprintf(format, args...))
	}
}

// room counts how much of the file is in use.
func (v *verifier) room(b *bbolt.Tx) {
	size := int64(b.DB().Info().PageSize)
	for id := 0; ; id++ {
		page, err := b.Page(id)
		switch {
		case err != nil || page == nil:
			return
		case page.Type == "free":
			v.report.Free += size
		default: // with what overflows it
			v.report.Used += size * int64(1+page.OverflowCount)
			id += page.OverflowCount
		}
	}
}

// all walks a bucket and counts it.
func (v *verifier) all(name bucket) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		n := 0
		for p, err := range v.t.scan(name, nil, nil) {
			if err != nil {
				v.problem("%s cannot be read: %v", name, err)
				return
			}
			if n++; n%pace == 0 && v.ctx.Err() != nil {
				return
			}
			v.report.Records[string(name)] = n
			if p.value == nil {
				v.problem("%s has a table in the place of the record %s", name, readable(p.key))
				continue
			}
			if !yield(p) {
				return
			}
		}
	}
}

// tables are those that this program knows, and the one about the file says nothing but its format.
func (v *verifier) tables() {
	err := func() (err error) {
		defer guard(&err)
		c := v.t.bolt.Cursor()
		for name, value := c.First(); name != nil; name, value = c.Next() {
			if value != nil || !slices.Contains(buckets(), bucket(name)) {
				v.problem("the file has a table %q that this program does not know", name)
			}
		}
		return nil
	}()
	if err != nil {
		v.problem("the tables cannot be read: %v", err)
	}
	for p := range v.all(meta) {
		if string(p.key) != formatKey {
			v.problem("the file says something of itself that this program does not know: %q", p.key)
		}
	}
}

// expect says that an index must have the key with the value.
func (v *verifier) expect(name bucket, key, value []byte, of conversation.ID) {
	v.want[name]++
	got, err := v.t.get(name, key)
	switch {
	case err != nil:
		v.problem("the index %s cannot be read: %v", name, err)
	case got == nil:
		v.problem("the index %s lacks %v", name, of)
	case !bytes.Equal(got, value) && (name == byRef || name == byThread):
		v.problem("the index %s leads to %q instead of %v", name, got, of)
	case !bytes.Equal(got, value):
		v.problem("the index %s says %q of %v instead of %q", name, got, of, value)
	}
}

func (v *verifier) conversations() {
	h := history{v: v}
	for p := range v.all(conversations) {
		id, rest, err := cutID(p.key)
		switch {
		case err != nil:
			v.problem("%v", err)
		case len(rest) > 0:
			r, err := historic(p, len(p.key)-len(rest))
			if err != nil {
				v.problem("%v", err)
			}
			h.event(id, r, err == nil)
		default:
			c, err := decodeConversation(p.key, p.value)
			if err != nil {
				v.problem("%v", err)
				h.begin(id, conversation.Conversation{}, false)
				continue
			}
			v.conversation(p.key, c)
			h.begin(id, c, true)
		}
	}
	h.end()
	v.report.Records[string(conversations)] -= h.events
	v.report.Records["event"] = h.events
}

func (v *verifier) conversation(key []byte, c conversation.Conversation) {
	if string(idKey(c.ID)) != string(key) {
		v.problem("conversation %s stands under the key of another", c.ID)
	}
	for name, entries := range indexOf(c).entries(c.ID) {
		for _, e := range entries {
			v.expect(name, e.key, e.value, c.ID)
		}
	}
	v.contradicts(c)
}

// entries are what a conversation has in each index, once.
func (x index) entries(id conversation.ID) map[bucket][]pair {
	all := map[bucket][]pair{}
	for _, k := range x.refs {
		all[byRef] = append(all[byRef], pair{k, []byte(id)})
	}
	for i, k := range x.threads {
		if !slices.ContainsFunc(x.threads[:i], func(o []byte) bool { return bytes.Equal(o, k) }) {
			all[byThread] = append(all[byThread], pair{k, []byte(id)})
		}
	}
	if !x.due.IsZero() {
		all[byDue] = append(all[byDue], pair{timeIDKey(x.due, id), nil})
	}
	if x.queue != nil {
		all[byDue] = append(all[byDue], pair{x.queue, x.glance})
	}
	if x.opened != nil {
		all[byOpened] = append(all[byOpened], pair{x.opened, nil})
	}
	return all
}

func (v *verifier) memory() {
	for p := range v.all(cursors) {
		_, err := open("cursor", p.key, p.value, &recCursor{})
		if err == nil {
			err = checkTexts(p.key, 1)
		}
		if err != nil {
			v.problem("%v", err)
		}
	}
	for p := range v.all(parked) {
		if err := v.parkedAt(p); err != nil {
			v.problem("%v", err)
		}
	}
	for p := range v.all(ready) {
		r, err := decodeReady(p)
		if err == nil && string(readyKey(r.Word, r.Language)) != string(p.key) {
			err = fmt.Errorf("the ready answer !%s stands under the key of another", r.Word)
		}
		if err != nil {
			v.problem("%v", err)
		}
	}
	for p := range v.all(raws) {
		f, _, err := unseal(p.key, p.value)
		if err == nil {
			err = checkTexts(p.key, 2)
		}
		if err == nil && f != bare {
			err = damaged("the record holds fields instead of bytes")
		}
		if err != nil {
			v.problem("raw bytes %x: %v", p.key, err)
		}
	}
}

// parkedAt checks a parked event, whose number is one that was given: else it would be given once more.
func (v *verifier) parkedAt(p pair) error {
	r, err := parkedEvent(p)
	if err != nil {
		return err
	}
	b, err := v.t.bucket(parked)
	if err == nil && r.Seq > b.Sequence() {
		err = fmt.Errorf("%w: the parked event %d has a number that was not given; the last was %d", store.ErrDamaged, r.Seq, b.Sequence())
	}
	return err
}

// seen: what was heard is remembered once.
func (v *verifier) seen() {
	var periods [][]byte
	for p := range v.all(seen) {
		if err := checkSeen(p.key); err != nil {
			v.problem("what was seen as %x: %v", p.key, err)
			continue
		}
		now, what := p.key[:periodSize], p.key[periodSize:]
		if len(periods) == 0 || !bytes.Equal(periods[len(periods)-1], now) {
			periods = append(periods, bytes.Clone(now))
		}
		for _, before := range periods[:len(periods)-1] {
			if twice, err := v.t.has(seen, slices.Concat(before, what)); twice && err == nil {
				v.problem("%s is remembered twice, at different times", readable(what))
			}
		}
	}
}

func (v *verifier) jobs() {
	o := owners{v: v}
	for p := range v.all(lanes) {
		j, err := laneJob(p)
		if err != nil {
			v.problem("%v", err)
			continue
		}
		v.once(j.Key, spot{lanes, p.key})
		o.contradicts(j)
	}
	for p := range v.all(stuck) {
		j, err := stuckJob(p)
		if err != nil {
			v.problem("%v", err)
			continue
		}
		v.once(j.Key, spot{stuck, p.key})
		o.contradicts(j)
	}
}

// once says that a job which stands at a place is found there, and so nowhere before it.
func (v *verifier) once(k store.Key, at spot) {
	first, err := v.t.where(k)
	if err == nil && (first.in != at.in || !bytes.Equal(first.key, at.key)) {
		v.problem("the job %s is there twice", k)
	}
}

// indexes finds entries that no record asks for: those asked for are all there, so that more of them are too many.
func (v *verifier) indexes() {
	for _, name := range []bucket{byRef, byThread, byDue, byOpened} {
		for range v.all(name) {
		}
		if have, want := v.report.Records[string(name)], v.want[name]; have != want {
			v.problem("the index %s has %d entries, the records ask for %d", name, have, want)
			v.surplus(name)
		}
	}
}

// surplus names the entries of an index that are too many.
func (v *verifier) surplus(name bucket) {
	for p := range v.all(name) {
		id, err := entryID(name, p)
		if err != nil {
			v.problem("the index %s has an entry that cannot be read: %x: %v", name, p.key, err)
			continue
		}
		c, found, err := v.t.conversation(id)
		switch {
		case err != nil: // said before
		case !found:
			v.problem("the index %s leads to %q, and there is no such conversation", name, id)
		case !slices.ContainsFunc(indexOf(c).entries(id)[name], func(e pair) bool { return bytes.Equal(e.key, p.key) }):
			v.problem("the index %s has an entry of %s that the conversation does not ask for: %x", name, id, p.key)
		}
	}
}

// entryID is the conversation to which an entry of an index leads.
func entryID(name bucket, p pair) (conversation.ID, error) {
	if name == byRef || name == byThread {
		return conversation.ID(p.value), nil
	}
	if len(p.key) > 2 && p.key[0] == inQueue {
		return timeKeyID(p.key[2:])
	}
	return timeKeyID(p.key)
}
