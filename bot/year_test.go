package bot_test

import (
	"flag"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"webcare/store/bolt"
)

var (
	yearSeed = flag.Uint64("year", 1, "the seed of the year")
	yearDays = flag.Int("days", 60, "how many days of the year are played; 365 takes two minutes")
	yearWeek = flag.String("week", "2026-03-23", "the first day of the week whose transcript is kept, with -artifacts")
)

// TestYear plays 2026, or what -days says of it, at a busy desk: 400 mentions a day, ten times as many in bursts, ten
// colleagues with habits of their own, two accounts with hours of their own, holidays, both changes of the clocks; and a
// bot that is stopped, killed, put to sleep, and whose clock is set. A judge, who knows only what people do and see, keeps books of his own: nobody waits
// unseen, nobody is reminded out of hours or more often than the ladder says, each reminder comes in its minute and goes
// when it is settled, and every figure of the digests and the queue is right. A week of the transcript is an artifact.
func TestYear(t *testing.T) {
	t.Parallel()
	p := plan{seed: *yearSeed, from: midnight(t, "2026-01-01"), days: *yearDays, mentions: 400, clients: 6000, accidents: true, week: midnight(t, *yearWeek)}
	if underRace {
		p.from, p.days = midnight(t, "2026-03-27"), 3
	}
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	began := time.Now()
	var f figures
	var script string
	defer func() { // where it fails, nothing behind the bubble is run
		t.Logf("%d days in %v: %+v", p.days, time.Since(began).Round(time.Second), f)
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "week.txt"), []byte(script), 0o600); err != nil {
			t.Error(err)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t, p, newInMemory())
		defer func() { f, script = y.judge.figures, y.judge.script.String() }()
		y.play()
	})
	if f.unread != f.refused {
		t.Errorf("%d pressed before they could have read what they pressed about, and %d were told", f.unread, f.refused)
	}
	if p.days < 21 {
		return
	}
	if f.unread == 0 && p.days >= 365 { // there are about ten in a year
		t.Error("nobody pressed too soon")
	}
	if f.unsure > f.grouped/100 {
		t.Errorf("of %d messages about many it is not known whom else they are about, of %d in all", f.unsure, f.grouped)
	}
	for what, n := range map[string]int{
		"mentions": f.mentions / (200 * p.days), "answers": f.answers / (100 * p.days), "thanks": f.thanked, "stops": f.downs, "reminders in threads": f.threads,
		"grouped ones": f.grouped, "direct ones": f.direct, "claims that returned": f.returned, "windows": f.windows, "snoozes": f.awoken, "digests": f.digests, "looks": f.looks,
	} {
		if n == 0 {
			t.Errorf("there were too few %s to tell anything", what)
		}
	}
}

// TestYearOnDisk plays some days of it on the real store, without clocks that are set.
func TestYearOnDisk(t *testing.T) {
	t.Parallel()
	p := plan{seed: *yearSeed, from: midnight(t, "2026-03-27"), days: 4, mentions: 400, clients: 600, accidents: true}
	if underRace {
		p.days, p.mentions = 2, 100
	}
	path := filepath.Join(t.TempDir(), "year.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := bolt.Open(path, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		newYear(t, p, db).play()
	})
}

// midnight is the beginning of a day in Amsterdam.
func midnight(t *testing.T, date string) time.Time {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
