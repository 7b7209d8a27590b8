package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"webcare/store"
	"webcare/store/storetest"
)

// fragile is a store as the exam gets it: it is verified whenever it is closed, and can be made to break.
type fragile struct {
	*Store
	t    testing.TB
	path string

	mu    sync.Mutex
	fault storetest.Fault
	seed  uint64
	// disk is what is on disk since the process died; nil = what is in the file.
	disk []byte
}

var _ storetest.Fragile = (*fragile)(nil)

func openFragile(t testing.TB, path string) store.Store {
	f := &fragile{t: t, path: path}
	f.Store = openTest(t, path, Options{noSync: true, commit: f.commit})
	return f
}

func (f *fragile) Close() error {
	f.t.Helper()
	report, err := f.Verify(context.WithoutCancel(f.t.Context()))
	if err == nil && len(report.Problems) > 0 {
		err = fmt.Errorf("the file is wrong: %q", report.Problems)
	}
	if errors.Is(err, errClosed) || errors.Is(err, store.ErrFailed) {
		err = nil
	}
	return errors.Join(err, f.Store.Close())
}

func (f *fragile) Faults() []storetest.Fault {
	return []storetest.Fault{storetest.Full, storetest.NotThere, storetest.There, storetest.Killed, storetest.PowerCut}
}

func (f *fragile) Break(how storetest.Fault, seed uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.seed = how, seed
}

// commit stands in for that of bbolt.
func (f *fragile) commit(b *bbolt.Tx) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	how := f.fault
	f.fault = storetest.None
	switch how {
	case storetest.Full:
		return errors.Join(b.Rollback(), bolterrors.ErrMaxSizeReached)
	case storetest.NotThere:
		return errors.Join(b.Rollback(), syscall.EIO)
	case storetest.There:
		return errors.Join(b.Commit(), syscall.EIO)
	case storetest.Killed, storetest.PowerCut:
		before := f.read()
		err := b.Commit()
		f.disk = halfway(before, f.read(), how == storetest.PowerCut, rand.New(rand.NewPCG(f.seed, 1)))
		return errors.Join(err, errDied)
	}
	return b.Commit()
}

var errDied = errors.New("the process died")

func (f *fragile) read() []byte {
	b, err := os.ReadFile(f.path)
	if err != nil {
		f.t.Error(err)
	}
	return b
}

func (f *fragile) Abandon() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk == nil {
		f.disk = f.read()
	}
	if err := errors.Join(f.Store.Close(), os.WriteFile(f.path, f.disk, 0o600)); err != nil {
		f.t.Error(err)
	}
}

// halfway is the file in the midst of a commit that changes it from before to after. A commit writes its pages in order,
// syncs, writes its root to one of the first two pages, and syncs. A process that is killed has written some pages, or all
// and the root. Where the power is cut before the first sync, any sectors of the pages may be there; behind it, the root or
// not.
func halfway(before, after []byte, power bool, r *rand.Rand) []byte {
	size := os.Getpagesize()
	disk, root := bytes.Clone(before), bytes.Clone(after[:2*size])
	var changed []int // sectors behind the roots, or pages
	unit := size
	if power {
		unit = sector
	}
	grown := append(bytes.Clone(before), make([]byte, max(0, len(after)-len(before)))...)
	for at := 2 * size; at < len(after); at += unit {
		if !bytes.Equal(grown[at:at+unit], after[at:at+unit]) {
			changed = append(changed, at)
		}
	}
	write := func(at int) {
		if end := at + unit; end > len(disk) {
			disk = append(disk, make([]byte, end-len(disk))...)
		}
		copy(disk[at:at+unit], after[at:])
	}
	whole := func() { // also what is all zeros
		disk = append(disk, make([]byte, max(0, len(after)-len(disk)))...)
	}
	if !power {
		n := r.IntN(len(changed) + 2)
		for _, at := range changed[:min(n, len(changed))] {
			write(at)
		}
		if n > len(changed) {
			whole()
			copy(disk, root)
		}
		return disk
	}
	synced := r.IntN(3) == 0
	if synced {
		whole()
	}
	for _, at := range changed {
		if synced || r.IntN(2) == 0 {
			write(at)
		}
	}
	if synced && r.IntN(2) == 0 {
		copy(disk, root)
	}
	return disk
}

// TestHalfway: where a commit has its root on disk, all of it is there, also pages that were written before by one that was
// lost, and those of zeros.
func TestHalfway(t *testing.T) {
	size := os.Getpagesize()
	after := bytes.Repeat([]byte("new "), 3*size/4)
	after = append(after, "tail"...)
	after = append(after, make([]byte, 5*size-len(after))...)
	before := append(bytes.Repeat([]byte("old "), 3*size/4), after[3*size:3*size+sector]...)
	rooted := 0
	for seed := range uint64(200) {
		for _, power := range []bool{false, true} {
			disk := halfway(before, after, power, rand.New(rand.NewPCG(seed, 1)))
			if !bytes.Equal(disk[:2*size], after[:2*size]) {
				continue
			}
			if rooted++; !bytes.Equal(disk, after) {
				t.Fatalf("seed %d, power %v: the root is there, and %d bytes of %d", seed, power, len(disk), len(after))
			}
		}
	}
	if rooted == 0 {
		t.Error("no root was there")
	}
}
