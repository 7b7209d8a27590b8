// Package bolt is the store on bbolt: one file, no server.
//
// The file is a B+tree that is never changed in place: a commit writes new pages, syncs, writes a new root, syncs.
// Whatever the moment of a crash or a power cut, the file holds the state after the last commit that was reported as
// done, or after the one that was under way; nothing in between and nothing older.
//
// Updates share commits: one of them takes all that are waiting, lets them run one after the other in a single
// transaction in order of arrival, and syncs once. Alone, an update is committed at once; only one that is in no hurry
// (store.Patient) stands aside for a moment, to go along with another.
//
// What can go wrong has one of three ends. The disk is full: nothing changed, store.ErrFull, try again later. Any
// other error of a commit: nobody knows what is on disk, and from then on every call returns that error, as
// store.ErrFailed, until the process is started again. The file cannot be read: store.ErrDamaged, with a sentence that
// says what to do.
//
// Records carry a version and a checksum (envelope.go) and are of types of their own (codec*.go); a file of every
// released version stays in testdata and must open for ever.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"webcare/store"
)

// Options are what a store may be told.
type Options struct {
	// Log gets failures of the disk; nil = silence.
	Log *slog.Logger
	// MaxSize is about the most bytes the file may take, room for growing (16 MiB) not counted; beyond it updates
	// return store.ErrFull. 0 = no limit.
	MaxSize int
	// LockWait is how long Open waits for another process to let go of the file; 0 = 3 s.
	LockWait time.Duration

	// commit stands in for (*bbolt.Tx).Commit in tests of failing disks.
	commit func(*bbolt.Tx) error
	// noSync spares tests that cut no power the wait for the disk.
	noSync bool
}

// Store is a file in use. Open makes it.
type Store struct {
	db      *bbolt.DB
	log     *slog.Logger
	sync    func(*bbolt.Tx) error
	line    line
	close   sync.Once
	failure atomic.Pointer[error]
	changes uint64 // since pages were let go; the leader's own
}

var _ store.Store = (*Store)(nil)

var errClosed = fmt.Errorf("the store is closed: %w", os.ErrClosed)

// Open opens the store in the file, and makes the file where there is none (readable by its owner only; the folder
// must exist). Its errors are store.ErrInUse, ErrNewer, ErrDamaged, or of the file system.
//
// In a synctest bubble, open the store inside of it.
func Open(path string, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.LockWait == 0 {
		o.LockWait = 3 * time.Second
	}
	if o.commit == nil {
		o.commit = (*bbolt.Tx).Commit
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = noRoom(create(path))
	} else if err == nil && info.Mode().Perm()&0o077 != 0 {
		o.Log.Warn("others can read the store; chmod 600 cures it", "path", path, "mode", info.Mode().Perm().String())
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if fs := remote(path); fs != "" {
		o.Log.Warn("the store lies on a network file system, where a lock or a sync may not hold; use a local disk", "path", path, "type", fs)
	}
	db, err := openFile(path, o)
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	s := &Store{
		db: db, log: o.Log, sync: o.commit, line: line{idle: make(chan struct{})},
	}
	if err := s.checkFormat(); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close waits for the commit that is under way and for every View to end. Updates that have not begun get an error.
func (s *Store) Close() (err error) {
	s.close.Do(func() {
		s.line.close()
		err = s.db.Close()
	})
	return err
}

// View reads one consistent state. Do not call Update inside of fn.
func (s *Store) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.broken(); err != nil {
		return err
	}
	return s.view(func(t *tx) error { return fn(t) })
}

func (s *Store) view(fn func(*tx) error) error {
	b, err := s.begin(false)
	if err != nil {
		return err
	}
	t := &tx{bolt: b}
	defer t.rollback()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return fn(t)
}

func (s *Store) begin(writable bool) (b *bbolt.Tx, err error) {
	defer guard(&err)
	b, err = s.db.Begin(writable)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		err = errClosed
	}
	return b, err
}

// broken is the failure that ended the store's life, if any.
func (s *Store) broken() error {
	if p := s.failure.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *Store) fail(err error) error {
	err = fmt.Errorf("%w: %w", store.ErrFailed, err)
	if s.failure.CompareAndSwap(nil, &err) {
		s.log.Error("a commit failed, nobody knows what is on disk", "err", err)
	}
	return s.broken()
}
