package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"webcare/store"
	"webcare/store/storetest"
)

// verified is a store that is verified whenever it is closed.
type verified struct {
	*Store
	t testing.TB
}

func (v verified) Close() error {
	v.t.Helper()
	report, err := v.Verify(context.WithoutCancel(v.t.Context()))
	if err == nil && len(report.Problems) > 0 {
		err = fmt.Errorf("the file is wrong: %q", report.Problems)
	}
	if errors.Is(err, errClosed) {
		err = nil
	}
	return errors.Join(err, v.Store.Close())
}

func TestStore(t *testing.T) {
	storetest.Test(t, func(t testing.TB, path string) store.Store {
		return verified{openTest(t, path, Options{noSync: true}), t}
	})
}

func openTest(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// newStore is an empty store that is closed when the test ends.
func newStore(t testing.TB, o Options) *Store {
	t.Helper()
	s := openTest(t, filepath.Join(t.TempDir(), "x.db"), o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
