package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"webcare/store"
)

// format is the version of the file as a whole: its buckets and the shape of their keys. Records have their own. It is 1
// since there are files; one with another bucket is 2, and the program that writes it brings those of 1 up to date where
// checkFormat finds them.
const format = 1

// formatKey is where the format stands, in the bucket meta.
const formatKey = "format"

// create makes an empty store under another name and gives it its own when all of it is on disk, so that a crash
// never leaves half a file under the path. Where another process is quicker, its file stands.
func create(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	temp := f.Name()
	defer os.Remove(temp)
	if err := f.Close(); err != nil {
		return err
	}
	db, err := bbolt.Open(temp, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoStatistics: true})
	if err != nil {
		return err
	}
	err = db.Update(func(b *bbolt.Tx) error { return initialise(b) })
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := publish(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func initialise(b *bbolt.Tx) error {
	for _, name := range buckets() {
		if _, err := b.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return b.Bucket([]byte(meta)).Put([]byte(formatKey), binary.BigEndian.AppendUint32(nil, format))
}

// publish syncs the file and gives it its name; an fs.ErrExist where the name is taken. A link never replaces a
// file, as a rename would; a rename serves where the file system has no links.
func publish(temp, path string) error {
	if err := syncPath(temp); err != nil {
		return err
	}
	if err := os.Link(temp, path); errors.Is(err, fs.ErrExist) {
		return err
	} else if err != nil {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
		if err := os.Rename(temp, path); err != nil {
			return err
		}
	}
	return syncPath(filepath.Dir(path))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// checkFormat says whether this program can read the file, whose pages are sound as far as is known.
func (s *Store) checkFormat() error {
	return s.view(func(t *tx) error {
		b, err := t.bucket(meta)
		if errors.Is(err, errLacks) {
			return fmt.Errorf("%w: it is a bbolt file, but not one of webcare; check the path", store.ErrDamaged)
		}
		if err != nil {
			return err
		}
		v, err := get(b, []byte(formatKey))
		if err != nil {
			return err
		}
		if len(v) != 4 || binary.BigEndian.Uint32(v) == 0 {
			return fmt.Errorf("%w: it does not tell its format; restore a backup", store.ErrDamaged)
		}
		if n := binary.BigEndian.Uint32(v); n > format {
			return fmt.Errorf("%w: it has format %d, this program knows %d; install the newer version", store.ErrNewer, n, format)
		}
		for _, name := range buckets() {
			if _, err := t.bucket(name); err != nil {
				return err
			}
		}
		return nil
	})
}
