package bolt

import (
	"context"
	"errors"
)

// Backup writes a compacted, consistent copy.
func (s *Store) Backup(ctx context.Context, path string) error { return errors.New("not yet") }
