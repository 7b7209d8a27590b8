package bot_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets garbage lie longer than usual: in most of these tests the whole bot and the sims run, and little of what
// they make is kept.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	os.Exit(m.Run())
}
