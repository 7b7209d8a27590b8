package bot_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

var (
	chaosSeed   = flag.Uint64("seed", 0, "play only the history of this seed")
	histories   = flag.Int("histories", 100, "how many random histories to play")
	firstSeed   = flag.Uint64("first", 1, "the seed of the first random history")
	shrinkChaos = flag.Bool("shrink", false, "look for the shortest part of a failing history that still fails")
)

// TestChaos plays random histories against the whole of webcare: several customers and staff write numbered messages,
// edit, press buttons and take notes, while calls fail before and after they act, sockets break, networks are down or
// slow, the disk is full, and the bot is stopped or killed, between any two commits. Then everything heals, and what
// people see must be what was said (chaos_check_test.go). A history is drawn from its seed outside of the bubble, as
// lines that testdata/chaos can keep.
func TestChaos(t *testing.T) {
	t.Parallel()
	seeds := make([]uint64, 0, *histories)
	for n := range *histories {
		seeds = append(seeds, *firstSeed+uint64(n))
	}
	switch {
	case *chaosSeed != 0:
		seeds = []uint64{*chaosSeed}
	case testing.Short():
		seeds = seeds[:min(20, len(seeds))]
	case underRace:
		seeds = seeds[:min(8, len(seeds))]
	}
	failed := 0
	for _, seed := range seeds {
		script := drawHistory(seed)
		faults := playHistory(t, script)
		if len(faults) > 0 {
			if *shrinkChaos {
				script = shrunk(t, script)
			}
			t.Errorf("seed %d:\n%s\nthe history (keep it in testdata/chaos once the cause is cured):\n%s",
				seed, strings.Join(faults, "\n"), strings.Join(script, "\n"))
			if failed++; failed == 5 {
				t.Fatal("that is enough")
			}
		}
	}
}

// TestChaosAgain plays the histories that once went wrong.
func TestChaosAgain(t *testing.T) {
	files, err := filepath.Glob("testdata/chaos/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no histories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if faults := playHistory(t, strings.Split(strings.TrimSpace(string(text)), "\n")); len(faults) > 0 {
				t.Error(strings.Join(faults, "\n"))
			}
		})
	}
}

// playHistory plays a history in a bubble of its own and tells what went wrong.
func playHistory(t *testing.T, script []string) (faults []string) {
	t.Helper()
	var wrong faultList
	synctest.Test(t, func(t *testing.T) {
		c, err := newChaos(t, script)
		if err == nil {
			c.w.wrong = wrong.add
			err = c.play(script)
		}
		if err != nil {
			faults = append(faults, fmt.Sprintf("the history cannot be played: %v", err))
			return
		}
		faults = c.check()
	})
	return append(faults, wrong...)
}

// shrunk leaves out lines of a failing history for as long as it still fails.
func shrunk(t *testing.T, script []string) []string {
	t.Helper()
	for size := len(script) / 2; size > 0; size /= 2 {
		for at := 1; at+size <= len(script); { // the first line says how the world is
			less := append(append([]string(nil), script[:at]...), script[at+size:]...)
			if len(playHistory(t, less)) > 0 {
				script = less
				continue
			}
			at += size
		}
	}
	return script
}
