package bolt

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
)

// maxProblems is how many problems a report names; one damaged page makes thousands.
const maxProblems = 100

// Report is what Verify found.
type Report struct {
	// Records counts the keys of each bucket.
	Records map[string]int
	// Problems are sentences about what is wrong, at most 100; empty = the file is sound.
	Problems []string
}

// Total is the number of keys in all buckets.
func (r Report) Total() int {
	n := 0
	for _, c := range r.Records {
		n += c
	}
	return n
}

// Verify reads the whole file: every record has the right checksum and can be understood, every index says what the
// records say, every page is used once. Updates wait meanwhile. An error means that it could not be done; what is
// wrong with the file stands in the report.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	if err := s.broken(); err != nil {
		return Report{}, err
	}
	b, err := s.begin(true)
	if err != nil {
		return Report{}, err
	}
	t := &tx{bolt: b}
	defer t.rollback()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	v := &verifier{ctx: ctx, t: t, report: Report{Records: map[string]int{}}, want: map[bucket]int{}}
	for _, step := range []func(){v.conversations, v.memory, v.jobs, v.indexes} {
		step()
	}
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	if len(v.report.Problems) == 0 {
		// Only now: a fault in the goroutine of Check, at a page that leads nowhere, would end the process.
		for err := range b.Check() {
			v.problem("the pages of the file: %v", err)
		}
	}
	return v.report, nil
}

type verifier struct {
	ctx    context.Context
	t      *tx
	report Report
	want   map[bucket]int // entries the records ask for, by index
}

func (v *verifier) problem(format string, args ...any) {
	if len(v.report.Problems) < maxProblems {
		v.report.Problems = append(v.report.Problems, fmt.Sprintf(format, args...))
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
			if !yield(p) {
				return
			}
		}
	}
}

// expect says that an index must have the key, with the value (nil = any).
func (v *verifier) expect(name bucket, key, value []byte, of any) {
	v.want[name]++
	got, err := v.t.get(name, key)
	switch {
	case err != nil:
		v.problem("the index %s cannot be read: %v", name, err)
	case got == nil:
		v.problem("the index %s lacks %v", name, of)
	case value != nil && string(got) != string(value):
		v.problem("the index %s leads to %q instead of %v", name, got, of)
	}
}

func (v *verifier) conversations() {
	events := 0
	for p := range v.all(conversations) {
		id, rest, err := cutID(p.key)
		if err == nil && len(rest) > 0 {
			events++
			_, err = historic(p, len(idKey(id)))
		}
		if err != nil {
			v.problem("%v", err)
		}
		if err != nil || len(rest) > 0 {
			continue
		}
		c, err := decodeConversation(p.key, p.value)
		if err != nil {
			v.problem("%v", err)
			continue
		}
		if string(idKey(c.ID)) != string(p.key) {
			v.problem("conversation %s stands under the key of another", c.ID)
		}
		x := indexOf(c)
		for _, k := range x.refs {
			v.expect(byRef, k, []byte(c.ID), c.ID)
		}
		distinct := map[string]bool{}
		for _, k := range x.threads {
			if !distinct[string(k)] {
				v.expect(byThread, k, []byte(c.ID), c.ID)
			}
			distinct[string(k)] = true
		}
		if !x.due.IsZero() {
			v.expect(byDue, timeIDKey(x.due, c.ID), nil, c.ID)
		}
		if x.queue != nil {
			v.expect(byDue, x.queue, x.glance, c.ID)
		}
		if x.opened != nil {
			v.expect(byOpened, x.opened, nil, c.ID)
		}
	}
	v.report.Records[string(conversations)] -= events
	v.report.Records["event"] = events
}

func (v *verifier) memory() {
	for p := range v.all(cursors) {
		if _, err := open("cursor", p.key, p.value, &recCursor{}); err != nil {
			v.problem("%v", err)
		}
	}
	for p := range v.all(parked) {
		if _, err := decodeParked(p.key, p.value); err != nil {
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
		if _, _, err := unseal(p.key, p.value); err != nil {
			v.problem("raw bytes %x: %v", p.key, err)
		}
	}
	for p := range v.all(seen) {
		if err := checkSeen(p.key); err != nil {
			v.problem("what was seen as %x: %v", p.key, err)
		}
	}
	for range v.all(meta) {
	}
}

func (v *verifier) jobs() {
	for p := range v.all(lanes) {
		if _, err := laneJob(p); err != nil {
			v.problem("%v", err)
		}
	}
	for p := range v.all(stuck) {
		if _, err := stuckJob(p); err != nil {
			v.problem("%v", err)
		}
	}
}

// indexes finds entries that no record asks for: those asked for are all there, so that more of them are too many.
func (v *verifier) indexes() {
	for _, name := range []bucket{byRef, byThread, byDue, byOpened} {
		for range v.all(name) {
		}
		if have, want := v.report.Records[string(name)], v.want[name]; have != want {
			v.problem("the index %s has %d entries, the records ask for %d", name, have, want)
		}
	}
}
