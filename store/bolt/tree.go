package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
)

// tree finds out whether the pages of a file are a tree: bbolt follows a page that leads back to one above it until the
// process has no stack left. What else can be wrong with a page, bbolt says when it reads it.
type tree struct {
	f    io.ReaderAt
	root root
	list bool // only the list of buckets is looked at, not what is in them
	met  []bool
}

// checkTree reads all pages of a transaction's state of the file. Of one that was removed while it is in use it says
// nothing.
func checkTree(t *bbolt.Tx) error {
	f, err := os.Open(t.DB().Path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	size := uint32(t.DB().Info().PageSize)
	r := root{pageSize: size, pages: uint64(t.Size()) / uint64(size), top: uint64(t.Cursor().Bucket().Root())}
	return r.isTree(f, false)
}

func (r root) isTree(f io.ReaderAt, list bool) error {
	t := &tree{f, r, list, make([]bool, r.pages)}
	return t.follow(r.top, true)
}

// How bbolt puts elements into pages (internal/common/page.go): behind the header of 16 bytes, which holds their number
// at byte 10, stand 16 bytes for each. On a branch page the last 8 are the child; on a leaf page they are flags, place
// (from the element on), length of the key and length of the value, 4 bytes each. The value of a bucket begins with its
// page, 0 where it has none of its own (bucket.go).
const (
	elementSize = 16
	bucketFlag  = 0x01
)

// follow goes down from a page; top says that the leaves are the list of buckets.
func (t *tree) follow(id uint64, top bool) error {
	if id >= t.root.pages {
		return nil // bbolt finds nothing there
	}
	if t.met[id] {
		return fmt.Errorf("two pages lead to page %d", id)
	}
	t.met[id] = true
	b := make([]byte, t.root.pageSize)
	if _, err := t.f.ReadAt(b, int64(id)*int64(len(b))); err != nil {
		return err
	}
	kind, count := binary.NativeEndian.Uint16(b[8:]), int(binary.NativeEndian.Uint16(b[10:]))
	leaf := kind&leafPage != 0
	if binary.NativeEndian.Uint64(b) != id || leaf && (!top || t.list) || !leaf && kind&branchPage == 0 {
		return nil
	}
	for n := range count {
		at := pageHeader + n*elementSize
		if at+elementSize > len(b) {
			return nil // more children than any page of ours has
		}
		child, deeper := binary.NativeEndian.Uint64(b[at+8:]), top
		if leaf {
			child, deeper = bucketAt(b[at:]), false
		}
		if child == 0 && leaf {
			continue
		}
		if err := t.follow(child, deeper); err != nil {
			return err
		}
	}
	return nil
}

// bucketAt is the page of the bucket in a leaf's element, with which b begins; 0 = it is none, or has no page of its own.
func bucketAt(b []byte) uint64 {
	field := func(n int) uint64 { return uint64(binary.NativeEndian.Uint32(b[4*n:])) }
	value := field(1) + field(2)
	if field(0)&bucketFlag == 0 || value+8 > uint64(len(b)) {
		return 0
	}
	return binary.NativeEndian.Uint64(b[value:])
}
