package bot_test

import (
	"testing"

	"webcare/store"
	"webcare/store/storetest"
)

// TestInMemory: the store in memory sits the exam of stores.
func TestInMemory(t *testing.T) {
	t.Parallel()
	kept := map[string]*inMemory{}
	storetest.TestBut(t, func(_ testing.TB, path string) store.Store {
		if kept[path] == nil {
			kept[path] = newInMemory()
			kept[path].histories = true
		}
		return kept[path]
	}, map[string]string{
		"Close":             "it is never closed: the next life finds what was there",
		"Backup":            "no copy of it can be made",
		"View is one state": "a View and an Update wait for each other",
	})
}
