package bolt

import (
	"path/filepath"
	"testing"

	"webcare/store/storetest"
)

func TestStore(t *testing.T) { storetest.Test(t, openFragile) }

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
