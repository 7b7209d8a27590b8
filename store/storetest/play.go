package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/store"
)

// play is one random history on a store and on the model.
type play struct {
	t      *testing.T
	open   Opener
	dir    string
	store  store.Store
	model  *model
	copies int
}

// testModel plays random histories: transactions, alone and several at once, some of which give up; readers and backups
// meanwhile; closing and opening; and as far as the store is Fragile, kills, power cuts and commits that fail. Whatever
// happens, the store is as the model says: what was reported as done is there, what was not is there whole or not at all,
// and several at once are as if one had come after the other.
func testModel(t *testing.T, x *exam) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		p := &play{t: t, open: x.open, dir: filepath.Join(dir, fmt.Sprint(n)), model: newModel()}
		if err := os.Mkdir(p.dir, 0o700); err != nil {
			r.Fatal(err)
		}
		p.begin()
		defer func() {
			if err := errors.Join(p.store.Close(), os.RemoveAll(p.dir)); err != nil && !r.Failed() {
				r.Fatal(err)
			}
		}()
		r.Repeat(p.actions())
		p.look(r)
	})
}

func (p *play) begin() { p.store = p.open(p.t, filepath.Join(p.dir, "store")) }

// actions are what may happen; alone stands twice, so that it is drawn more often.
func (p *play) actions() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){"alone": p.alone, "alone too": p.alone, "together": p.together, "restart": p.restart}
	if f, is := p.store.(Fragile); is && len(f.Faults()) > 0 {
		all["fault"] = p.fault
	}
	return all
}

func drawScript(r *rapid.T, most int) script {
	return script{
		rapid.SliceOfN(rapid.Custom(drawVerb), 1, most).Draw(r, "verbs"), rapid.IntRange(0, 4).Draw(r, "give up") == 0,
		time.Duration(max(rapid.IntRange(-6, 3).Draw(r, "milliseconds aside"), 0)) * time.Millisecond,
	}
}

// alone plays one transaction.
func (p *play) alone(r *rapid.T) {
	p.settle(r, orders{writers: [][]*ran{{drawScript(r, 8).play(p.t.Context(), p.store, func() {})}}})
}

// settle goes on with the model as it must be by now.
func (p *play) settle(r *rapid.T, o orders) {
	if o.end == nil && len(o.writers) != 1 {
		o.end = p.ask(r)
	}
	m, err := o.find(p.model)
	if err != nil {
		r.Fatalf("the store is not as any order of what was done leaves it: %v", err)
	}
	p.model = m
}

// ask reads the store.
func (p *play) ask(r *rapid.T) *facts {
	f, err := askStore(p.t, p.store)
	if err != nil {
		r.Fatal(err)
	}
	return f
}

// askStore asks a store everything. It is as before then.
func askStore(t testing.TB, s store.Store) (f *facts, err error) {
	err = s.View(t.Context(), func(tx store.Tx) (err error) {
		f, err = ask(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.Update(t.Context(), func(tx store.Tx) error { return joined(f.askSaw(tx), errGiveUp{}) })
	if !errors.Is(err, errGiveUp{}) {
		return nil, fmt.Errorf("a function gave up, and Update returned %w", err)
	}
	return f, nil
}

func (p *play) look(r *rapid.T) {
	if d := p.ask(r).against(p.model); d != "" {
		r.Fatalf("the store and the model differ: %s", d)
	}
}

// restart closes the store, or kills the process between two commits, and opens it again.
func (p *play) restart(r *rapid.T) {
	if _, is := p.store.(Fragile); is && rapid.Bool().Draw(r, "kill") {
		p.abandon()
	} else {
		if err := p.store.Close(); err != nil {
			r.Fatal(err)
		}
		p.begin()
	}
	p.look(r)
}

func (p *play) abandon() {
	p.store.(Fragile).Abandon()
	p.begin()
}

// together plays updates of several writers at once, and looks on meanwhile.
func (p *play) together(r *rapid.T) {
	writers := drawWriters(r, 2)
	seen := make([]*facts, rapid.IntRange(0, 2).Draw(r, "readers"))
	copies := rapid.IntRange(0, 3).Draw(r, "backup") == 0
	errs := make([]error, len(seen))
	var watch []func()
	for i := range seen {
		watch = append(watch, func() {
			errs[i] = p.store.View(p.t.Context(), func(tx store.Tx) (err error) {
				seen[i], err = ask(tx)
				return err
			})
		})
	}
	if copies {
		seen, errs = append(seen, nil), append(errs, nil)
		watch = append(watch, func() { seen[len(seen)-1], errs[len(errs)-1] = p.copy() })
	}
	all := p.atOnce(writers, watch)
	if err := errors.Join(errs...); err != nil {
		r.Fatal(err)
	}
	p.settle(r, orders{writers: all, seen: slices.DeleteFunc(seen, func(f *facts) bool { return f == nil })})
}

func drawWriters(r *rapid.T, least int) (all [][]script) {
	for range rapid.IntRange(least, 3).Draw(r, "writers") {
		var mine []script
		for range rapid.IntRange(1, 2).Draw(r, "updates") {
			mine = append(mine, drawScript(r, 3))
		}
		all = append(all, mine)
	}
	return all
}

// copy makes a backup and reads it. Where the store makes none there is nothing to see.
func (p *play) copy() (*facts, error) {
	p.copies++
	path := filepath.Join(p.dir, fmt.Sprint("copy", p.copies))
	err := p.store.Backup(p.t.Context(), path)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c := p.open(p.t, path)
	f, err := askStore(p.t, c)
	return f, joined(err, c.Close(), os.RemoveAll(path))
}

// atOnce has all writers, and those who watch, begin at once. The first update holds the others back until all have begun,
// so that some wait together.
func (p *play) atOnce(writers [][]script, watch []func()) [][]*ran {
	all := make([][]*ran, len(writers))
	var begun atomic.Int64
	var once sync.Once
	hold := func() {
		once.Do(func() {
			for begun.Load() < int64(len(writers)) {
				runtime.Gosched()
			}
			for range 20 {
				runtime.Gosched()
			}
		})
	}
	var wg sync.WaitGroup
	for _, fn := range watch {
		wg.Go(fn)
	}
	for w, scripts := range writers {
		wg.Go(func() {
			begun.Add(1)
			for _, s := range scripts {
				all[w] = append(all[w], s.play(p.t.Context(), p.store, hold))
			}
		})
	}
	wg.Wait()
	return all
}

// fault has a commit go wrong. A store that has failed fails for good; so does a process that has died. Opened anew, the
// store has what it said it has.
func (p *play) fault(r *rapid.T) {
	f := p.store.(Fragile)
	how, seed := drawOf(r, "fault", f.Faults()), rapid.Uint64().Draw(r, "seed")
	writers := drawWriters(r, 1)
	f.Break(how, seed)
	all := p.atOnce(writers, nil)
	f.Break(None, 0) // where nothing was committed
	failed := slices.ContainsFunc(slices.Concat(all...), func(x *ran) bool {
		return x.err != nil && !errors.Is(x.err, errGiveUp{}) && !errors.Is(x.err, store.ErrFull)
	})
	switch {
	case how == Full:
		if failed {
			r.Fatal("the disk was full, and the store failed")
		}
	case failed:
		p.failed(r, how)
		p.abandon()
	case rapid.Bool().Draw(r, "die"):
		p.abandon()
	}
	p.settle(r, orders{writers: all, end: p.ask(r)})
}

// failed checks that a store in which a commit has failed does nothing any more.
func (p *play) failed(r *rapid.T, how Fault) {
	fn := func(store.Tx) error { return nil }
	for name, err := range map[string]error{"Update": p.store.Update(p.t.Context(), fn), "View": p.store.View(p.t.Context(), fn)} {
		if err == nil || (how == There || how == NotThere) && !errors.Is(err, store.ErrFailed) {
			r.Fatalf("%s after a commit has failed (%s): %v", name, how, err)
		}
	}
}
