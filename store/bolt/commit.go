package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"webcare/store"
)

// maxBatch is the most updates that share a commit.
const maxBatch = 1000

// call is an update on its way. Its function runs on the goroutine that called Update, when it is given the turn:
// panics, runtime.Goexit and stack traces stay where they belong.
type call struct {
	ctx context.Context
	fn  func(store.Tx) error
	// patience is how long it stands aside.
	patience time.Duration
	own      bool // it leads: its function runs where the commit is made
	turn     chan *tx
	ran      chan bool
	err      error      // of the function; set before ran
	done     chan error // of the commit, or the function's own
	told     bool       // done was sent
	lead     chan struct{}
}

// Update runs fn together with others that wait, in order of arrival (those that stood aside in front of the one they go
// along with), and returns when the change is on disk. fn runs twice where a later one of the same batch failed. Do not
// call Update or View inside of fn.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.broken(); err != nil {
		return err
	}
	c := &call{ctx: ctx, fn: fn, patience: store.Patience(ctx)}
	leads, err := s.line.enter(c)
	if err != nil {
		return err
	}
	if leads {
		return s.leads(c)
	}
	var enough <-chan time.Time // nil = it does not stand aside
	if c.patience > 0 {
		timer := time.NewTimer(c.patience)
		defer timer.Stop()
		enough = timer.C
	}
	for ended := ctx.Done(); ; {
		select {
		case t := <-c.turn:
			c.follow(t)
		case err := <-c.done:
			return err
		case <-c.lead:
			return s.leads(c)
		case <-enough:
			if s.line.hurry(c) {
				return s.leads(c)
			}
		case <-ended:
			if s.line.leave(c) {
				return ctx.Err()
			}
			ended = nil // it is being committed
		}
	}
}

// follow takes the turn that a leader gives.
func (c *call) follow(t *tx) {
	ok := false
	defer func() { c.ran <- ok }()
	ok = c.run(t)
}

func (c *call) run(t *tx) bool {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	mine := &tx{bolt: t.bolt, writable: true, moved: map[string]uint64{}}
	defer func() {
		t.changes += mine.changes
		mine.over = true
	}()
	c.err = c.fn(mine)
	return c.err == nil
}

// goes gives a call its turn and says whether its function did well.
func (c *call) goes(t *tx) bool {
	if c.own {
		return c.run(t)
	}
	c.turn <- t
	return <-c.ran
}

func (c *call) tell(err error) {
	c.told = true
	c.done <- err
}

// leads commits a call and everybody who is waiting by now, on the goroutine of the call: alone, an update costs no
// change of goroutine. Should its function not return, the others begin anew.
func (s *Store) leads(c *call) error {
	c.own = true
	batch := s.line.take(c, maxBatch)
	defer func() {
		s.line.pass(slices.DeleteFunc(batch, func(o *call) bool { return o.told || o == c }))
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	_ = s.commit(slices.Clone(batch))
	return <-c.done
}

// commit commits the batch and tells its callers. One whose function fails splits it: those before run again and are
// committed, since the one that failed has seen their changes and its error may rest on them; those behind go on
// without it. So no function runs more than twice. It returns the last error of a commit.
func (s *Store) commit(batch []*call) error {
	for len(batch) > 0 {
		failed, err := s.try(batch)
		if failed < 0 {
			for _, c := range batch {
				c.tell(err)
			}
			return err
		}
		c := batch[failed]
		if err := s.commit(batch[:failed]); err != nil {
			c.tell(err)
		} else {
			c.tell(c.err)
		}
		batch = batch[failed+1:]
	}
	return nil
}

// try runs the batch in one transaction. Where a function fails, everything is undone and its index returned, else -1
// and the error of the commit.
func (s *Store) try(batch []*call) (failed int, err error) {
	if err := s.broken(); err != nil {
		return -1, err
	}
	b, err := s.begin(true)
	if err != nil {
		return -1, err
	}
	t := &tx{bolt: b, writable: true}
	returned := false
	defer func() {
		if !returned { // the leader's function ended the goroutine
			t.rollback()
		}
	}()
	for i, c := range batch {
		if !c.goes(t) {
			returned = true
			t.rollback()
			return i, nil
		}
	}
	returned = true
	if t.changes == 0 {
		t.rollback()
		return -1, nil
	}
	return -1, s.finish(t)
}

// finish commits and judges what a failure means.
func (s *Store) finish(t *tx) error {
	id, size := t.bolt.ID(), t.bolt.Size()
	err := func() (err error) {
		defer guard(&err)
		return s.sync(t.bolt)
	}()
	if err == nil {
		s.wrote(t.changes, size)
		return nil
	}
	t.rollback() // after a panic the transaction is still open
	if full(err) && !s.landed(id) {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return s.fail(err)
}

// releaseEvery is after how many changes the pages that they touched are let go, so that a process needs the same memory
// for a thousand conversations and for a million. A change touches one to four pages.
const releaseEvery = 2048

// wrote counts what was committed in a file of at least so many bytes.
func (s *Store) wrote(changes uint64, size int64) {
	if s.changes += changes; s.changes >= releaseEvery {
		s.changes = 0
		letGo(s.db.Info().Data, size)
	}
}

// full says that a commit failed for want of room before it wrote its root: bbolt reports that of growing the file as
// text only, and that of writing pages as an error of the write. One that a sync reports is not among them, since a
// sync may also be the last step.
func full(err error) bool {
	if errors.Is(err, bolterrors.ErrMaxSizeReached) {
		return true
	}
	if strings.HasPrefix(err.Error(), "file resize error: ") {
		return strings.Contains(err.Error(), syscall.ENOSPC.Error()) || strings.Contains(err.Error(), syscall.EDQUOT.Error())
	}
	pe, ok := errors.AsType[*os.PathError](err)
	return ok && pe.Op == "write" && (errors.Is(pe.Err, syscall.ENOSPC) || errors.Is(pe.Err, syscall.EDQUOT))
}

// landed says whether the root of the transaction was written all the same.
func (s *Store) landed(id int) bool {
	b, err := s.begin(false)
	if err != nil {
		return true
	}
	defer func() { _ = b.Rollback() }()
	return b.ID() >= id
}
