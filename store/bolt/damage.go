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
	noFreelist  = ^uint64(0)
	smallestMap = 256 << 20
)

const restore = "keep the file, put a backup in its place, or start with an empty store by naming another path"

// openFile opens the file with bbolt, after a look at it that keeps bbolt from stumbling: reading beyond the end of a
// file that is mapped into memory cannot be caught.
func openFile(path string, o Options) (db *bbolt.DB, err error) {
	var file *os.File
	defer func() {
		if err != nil && file != nil && db == nil {
			_ = file.Close() // bbolt closes it on errors, but not on a panic; closing twice does no harm
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
	pages, pageSize, err := metaPages(f)
	if err != nil {
		return 0, err
	}
	if need := int64(pages) * int64(pageSize); info.Size() < need {
		return 0, fmt.Errorf("%w: it has %d bytes of %d; %s", store.ErrDamaged, info.Size(), need, restore)
	}
	return info.Size(), nil
}

// metaPages reads the newest sound root: how many pages the file has, and how big they are.
func metaPages(r io.ReaderAt) (pages uint64, pageSize uint32, err error) {
	found, newest := false, uint64(0)
	reason := "it does not begin as a store does"
	for shift := -1; shift <= 14; shift++ {
		at := int64(0)
		if shift >= 0 {
			at = 1024 << shift
		}
		b := make([]byte, metaSize)
		if n, err := r.ReadAt(b, at+pageHeader); n < metaSize {
			if err != io.EOF && err != nil {
				return 0, 0, err
			}
			break
		}
		field := binary.NativeEndian
		if m := field.Uint32(b); m != magic {
			if at == 0 && m == 0xEDDA0CED {
				reason = "it was written on a machine with another byte order"
			}
			continue
		}
		sum := fnv.New64a()
		_, _ = sum.Write(b[:metaSize-8])
		size, freelist, n, txid := field.Uint32(b[8:]), field.Uint64(b[32:]), field.Uint64(b[40:]), field.Uint64(b[48:])
		if sum.Sum64() != field.Uint64(b[56:]) || (at != 0 && at != int64(size)) {
			reason = "both copies of its root are damaged"
			continue
		}
		if root := field.Uint64(b[16:]); root >= n || (freelist >= n && freelist != noFreelist) || n > 1<<48/uint64(size) {
			reason = "its root leads nowhere"
			continue
		}
		if !found || txid > newest {
			found, newest, pages, pageSize = true, txid, n, size
		}
	}
	if !found {
		return 0, 0, fmt.Errorf("%w: %s; %s", store.ErrDamaged, reason, restore)
	}
	return pages, pageSize, nil
}

// guard turns a panic of bbolt, which is how it reports damaged pages, into an error. Faults of the memory map are
// panics only while debug.SetPanicOnFault holds.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v; %s", store.ErrDamaged, p, restore)
	}
}
