package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"webcare/store"
)

const (
	// copyBytes is how much of a backup is written in one transaction.
	copyBytes = 4 << 20
	// pace is how many records pass between two looks at the context, and two reports of progress.
	pace = 1000
)

// Backup writes a compacted, consistent copy of the store, as it is when Backup begins, to path, while the store is
// in use. What was deleted is not in it. The file appears when it is complete, read back and on disk; it must not
// exist before. A full disk is store.ErrFull.
func (s *Store) Backup(ctx context.Context, path string) error {
	return s.BackupProgress(ctx, path, nil)
}

// BackupProgress is Backup that tells now and then how many of all records it has copied; progress may be nil.
func (s *Store) BackupProgress(ctx context.Context, path string, progress func(done, total int)) error {
	if err := s.broken(); err != nil {
		return err
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	if err := s.backup(ctx, path, progress); err != nil {
		return fmt.Errorf("backup to %s: %w", path, noRoom(err))
	}
	return nil
}

// noRoom names the error of a full disk, for what writes a file of its own and removes it when it fails. Where bbolt
// grows a file it passes the error on as text only.
func noRoom(err error) error {
	for _, why := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, why) || err != nil && strings.Contains(err.Error(), why.Error()) {
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	}
	return err
}

func (s *Store) backup(ctx context.Context, path string, progress func(done, total int)) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	temp := f.Name()
	defer os.Remove(temp)
	if err := f.Close(); err != nil {
		return err
	}
	total := 0
	err = s.view(func(t *tx) error {
		if total, err = t.count(ctx); err != nil {
			return err
		}
		return t.copyTo(ctx, temp, func(done int) { progress(done, total) })
	})
	if err != nil {
		return err
	}
	if err := trim(temp); err != nil {
		return err
	}
	if err := readBack(ctx, temp, total); err != nil {
		return err
	}
	return publish(temp, path)
}

// count counts all records and index entries.
func (t *tx) count(ctx context.Context) (int, error) {
	n := 0
	for _, name := range buckets() {
		for _, err := range t.scan(name, nil, nil) {
			if err == nil && n%pace == 0 {
				err = ctx.Err()
			}
			if err != nil {
				return 0, err
			}
			n++
		}
	}
	return n, nil
}

// copyTo writes every key in order into an empty file, which is what makes the copy compact.
func (t *tx) copyTo(ctx context.Context, path string, progress func(done int)) (err error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoStatistics: true, NoSync: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	done := 0
	for _, name := range buckets() {
		var next []byte
		for more := true; more; {
			err := db.Update(func(dst *bbolt.Tx) error {
				next, more, err = t.copyPart(ctx, dst, name, next, func() {
					if done++; done%pace == 0 {
						progress(done)
					}
				})
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	progress(done)
	return db.Sync()
}

// copyPart copies at most copyBytes of a bucket, from a key on, and says where to go on and whether there is more.
func (t *tx) copyPart(ctx context.Context, dst *bbolt.Tx, name bucket, from []byte, copied func()) ([]byte, bool, error) {
	src, err := t.bucket(name)
	if err != nil {
		return nil, false, err
	}
	b, err := dst.CreateBucketIfNotExists([]byte(name))
	if err != nil {
		return nil, false, err
	}
	b.FillPercent = 0.9
	if err := b.SetSequence(src.Sequence()); err != nil {
		return nil, false, err
	}
	size, n := 0, 0
	for p, err := range t.scan(name, from, nil) {
		if err == nil && n%pace == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return nil, false, err
		}
		if size > copyBytes {
			return p.key, true, nil
		}
		if err := b.Put(p.key, p.value); err != nil {
			return nil, false, err
		}
		size += len(p.key) + len(p.value)
		n++
		copied()
	}
	return nil, false, nil
}

// trim cuts off the room for growing.
func trim(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	r, err := newestRoot(f)
	if err == nil {
		err = f.Truncate(r.size())
	}
	return errors.Join(err, f.Close())
}

// readBack opens the copy as a store is opened and checks that everything is in it.
func readBack(ctx context.Context, path string, total int) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	report, err := s.Verify(ctx)
	if err != nil {
		return err
	}
	if n := report.Total(); n != total {
		return fmt.Errorf("%w: the copy has %d records of %d", store.ErrDamaged, n, total)
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("%w: %s", store.ErrDamaged, report.Problems[0])
	}
	return nil
}
