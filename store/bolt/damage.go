package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"webcare/store"
)

// What bbolt writes at the beginning of its first two pages (internal/common/meta.go): a page header of 16 bytes, then
// magic, version, page size and flags (4 bytes each), root page, root sequence, freelist page, number of pages,
// transaction and an FNV-1a sum (8 bytes each), all in the byte order of the machine.
const (
	magic       = 0xED0CDAED
	pageHeader  = 16
	metaSize    = 64
	branchPage  = 0x01
	leafPage    = 0x02
	freePage    = 0x10
	smallestMap = 256 << 20
)

const restore = "keep the file, put a backup in its place, or start with an empty store by naming another path"

// openFile opens the file with bbolt, after a look at it that keeps bbolt from stumbling: reading beyond the end of a
// file that is mapped into memory cannot be caught.
func openFile(path string, o Options) (db *bbolt.DB, err error) {
	var file *os.File
	defer func() {
		if err != nil && file != nil && db == nil {
			_ = file.Close() // bbolt closes it on errors, but not on a panic; the map, and with it the lock, then stay
		}
	}()
	defer guard(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	size, err := inspect(path)
	if err != nil {
		return nil, err
	}
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         o.LockWait,
		FreelistType:    bbolt.FreelistMapType,
		NoStatistics:    true,
		NoSync:          o.noSync,
		NoGrowSync:      o.noSync,
		MaxSize:         o.MaxSize,
		InitialMmapSize: mapSize(size),
		OpenFile: func(path string, flag int, mode fs.FileMode) (*os.File, error) {
			var err error
			file, err = os.OpenFile(path, flag&^os.O_CREATE, mode)
			return file, err
		},
	})
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%w; stop the other one first", store.ErrInUse)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w; %s", store.ErrDamaged, err, restore)
	}
	return nil, err
}

// mapSize is how much of the address space the file gets at once. Growing the map has to wait for every View, so it
// should be rare; it takes no memory.
func mapSize(size int64) int {
	if ^uint(0)>>32 == 0 {
		return 0
	}
	return max(smallestMap, int(2*size))
}

// inspect checks what can be checked in two reads and gives the size of the file.
func inspect(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%w: it is no regular file; check the path", store.ErrDamaged)
	}
	if info.Size() == 0 {
		return 0, fmt.Errorf("%w: it is empty; delete it to begin with an empty store, or put a backup in its place", store.ErrDamaged)
	}
	r, err := newestRoot(f)
	if err != nil {
		return 0, err
	}
	if need := r.size(); info.Size() < need {
		return 0, fmt.Errorf("%w: it has %d bytes of %d; %s", store.ErrDamaged, info.Size(), need, restore)
	}
	if err := r.follow(f); err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// root is what the first pages say about the file.
type root struct {
	top, freelist, pages, txid uint64
	pageSize                   uint32
}

// size is how many bytes the file has at least.
func (r root) size() int64 { return int64(r.pages) * int64(r.pageSize) }

// newestRoot reads the sound root with the highest transaction. The second stands at the second page, whose place
// hangs on the size of pages, which only the first tells: all sizes are tried.
func newestRoot(f io.ReaderAt) (newest root, err error) {
	reason := "it does not begin as a store does"
	for shift := -1; shift <= 14; shift++ {
		at := int64(0)
		if shift >= 0 {
			at = 1024 << shift
		}
		b := make([]byte, metaSize)
		if n, err := f.ReadAt(b, at+pageHeader); n < metaSize {
			if err != nil && err != io.EOF {
				return root{}, err
			}
			break
		}
		r, problem := parseRoot(b, at)
		if problem != "" && binary.NativeEndian.Uint32(b) == magic || at == 0 && problem == otherMachine {
			reason = problem
		}
		if problem == "" && (newest.pages == 0 || r.txid > newest.txid) {
			newest = r
		}
	}
	if newest.pages == 0 {
		return root{}, fmt.Errorf("%w: %s; %s", store.ErrDamaged, reason, restore)
	}
	return newest, nil
}

const otherMachine = "it was written on a machine with another byte order"

func parseRoot(b []byte, at int64) (r root, problem string) {
	field := binary.NativeEndian
	switch field.Uint32(b) {
	case magic:
	case 0xEDDA0CED:
		return root{}, otherMachine
	default:
		return root{}, "it does not begin as a store does"
	}
	r = root{
		pageSize: field.Uint32(b[8:]), top: field.Uint64(b[16:]), freelist: field.Uint64(b[32:]), pages: field.Uint64(b[40:]),
		txid: field.Uint64(b[48:]),
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSize-8])
	switch {
	case sum.Sum64() != field.Uint64(b[56:]), at != 0 && at != int64(r.pageSize):
		return root{}, "both copies of its root are damaged"
	case r.pageSize < 1024, r.pages > 1<<48/uint64(r.pageSize), r.top >= r.pages, r.freelist >= r.pages:
		return root{}, "its root leads nowhere"
	}
	return r, ""
}

// follow looks at the two pages that the root leads to: bbolt panics over them, with the file locked. From the first on it
// follows the list of buckets.
func (r root) follow(f io.ReaderAt) error {
	for _, p := range []struct {
		id    uint64
		kinds uint16
	}{{r.top, branchPage | leafPage}, {r.freelist, freePage}} {
		b := make([]byte, pageHeader)
		if _, err := f.ReadAt(b, int64(p.id)*int64(r.pageSize)); err != nil {
			return err
		}
		if binary.NativeEndian.Uint64(b) != p.id || binary.NativeEndian.Uint16(b[8:])&p.kinds == 0 {
			return fmt.Errorf("%w: its page %d is lost; %s", store.ErrDamaged, p.id, restore)
		}
	}
	if err := r.isTree(f, true); err != nil {
		return fmt.Errorf("%w: %w; %s", store.ErrDamaged, err, restore)
	}
	return nil
}

// guard turns a panic of bbolt, which is how it reports damaged pages, into an error. Faults of the memory map are
// panics only while debug.SetPanicOnFault holds.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v; %s", store.ErrDamaged, p, restore)
	}
}
