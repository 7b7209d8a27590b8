package slack

import (
	"strings"
	"testing"
	"time"

	"webcare/adapters/slack/sim"
)

func TestQuiet(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		now := time.Now()
		in := func(d time.Duration) time.Time { return now.Add(d).Truncate(time.Second) }
		for _, tt := range []struct {
			name string
			dnd  sim.DND
			want time.Time
		}{
			{"never", sim.DND{}, time.Time{}},
			{"by the schedule", sim.DND{From: in(-time.Hour), To: in(9 * time.Hour)}, in(9 * time.Hour)},
			{"later", sim.DND{From: in(time.Hour), To: in(9 * time.Hour)}, time.Time{}},
			{"over", sim.DND{From: in(-9 * time.Hour), To: in(-time.Minute)}, time.Time{}},
			{"a pause", sim.DND{Snooze: in(time.Hour), Told: true}, in(time.Hour)},
			{"a pause that Slack does not tell of", sim.DND{Snooze: in(time.Hour)}, time.Time{}},
			{"a pause that is over", sim.DND{Snooze: in(-time.Hour), Told: true}, time.Time{}},
			{"both", sim.DND{From: in(-time.Hour), To: in(time.Hour), Snooze: in(2 * time.Hour), Told: true}, in(2 * time.Hour)},
			{"both, the schedule longer", sim.DND{From: in(-time.Hour), To: in(3 * time.Hour), Snooze: in(2 * time.Hour), Told: true}, in(3 * time.Hour)},
			{"a pause before the schedule", sim.DND{From: in(3 * time.Hour), To: in(9 * time.Hour), Snooze: in(2 * time.Hour), Told: true}, in(2 * time.Hour)},
		} {
			u := w.sim.AddUser(sim.User{})
			w.sim.SetDND(u.ID, tt.dnd)
			if got, err := w.desk.Quiet(t.Context(), u.ID); err != nil || !got.Equal(tt.want) || got.IsZero() != tt.want.IsZero() {
				t.Errorf("%s: until %v, want %v (%v)", tt.name, got, tt.want, err)
			}
		}
		if _, err := w.desk.Quiet(t.Context(), "U0NOBODY"); err == nil {
			t.Error("of nobody it is known")
		}
	})
}

// Slack is asked once a minute, and what is remembered is looked at with the time of the day.
func TestQuietRemembers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		calls := func(want int) {
			t.Helper()
			if got := w.sim.Calls("dnd.info"); got != want {
				t.Errorf("asked %d times, want %d", got, want)
			}
		}
		until := func() time.Time {
			t.Helper()
			got, err := w.desk.Quiet(t.Context(), anna)
			if err != nil {
				t.Error(err)
			}
			return got
		}
		end := time.Now().Add(30 * time.Second).Truncate(time.Second)
		w.sim.SetDND(anna, sim.DND{From: time.Now().Add(10 * time.Second), To: end})
		if !until().IsZero() {
			t.Error("quiet before it begins")
		}
		w.rest(11 * time.Second)
		if !until().Equal(end) {
			t.Error("not quiet when it began")
		}
		w.rest(20 * time.Second)
		if !until().IsZero() {
			t.Error("quiet when it is over")
		}
		calls(1)
		w.rest(30 * time.Second)
		until()
		calls(2)
		for _, kind := range []sim.Kind{sim.Drop, sim.DropAfter, sim.Busy, sim.ServerError, sim.TruncAfter, sim.EmptyAfter} {
			w.rest(2 * time.Minute)
			w.sim.Fail(sim.Fault{Method: "dnd.info", Kind: kind})
			if _, err := w.desk.Quiet(t.Context(), anna); err == nil {
				t.Errorf("%s: it is known", kind)
			}
			until() // the next time it is
		}
		if len(w.box.troubles) > 0 && w.box.trouble() != nil {
			t.Errorf("trouble: %v", w.box.trouble())
		}
	})
}

// Without the right to ask, Slack is asked now and then, and it is said once.
func TestQuietWithoutTheScope(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sim.MissingScope("dnd:read")
		for range 100 {
			if _, err := w.desk.Quiet(t.Context(), anna); err == nil || !strings.Contains(err.Error(), "dnd:read") {
				t.Fatalf("the error is %v", err)
			}
			w.rest(15 * time.Second)
		}
		if got := w.sim.Calls("dnd.info"); got != 3 {
			t.Errorf("asked %d times within 25 minutes", got)
		}
		if n := strings.Count(w.log.String(), "nobody can be asked whether"); n != 1 || w.box.trouble() != nil {
			t.Errorf("said %d times, trouble %v", n, w.box.trouble())
		}
		w.sim.GrantScope("dnd:read")
		w.rest(10 * time.Minute)
		if _, err := w.desk.Quiet(t.Context(), anna); err != nil {
			t.Errorf("after the app was installed again: %v", err)
		}
	})
}

// The memory is bounded, and one that forgot asks again.
func TestQuietIsBounded(t *testing.T) {
	var q quiet
	for i := range 3 * maxQuiet {
		q.keep(string(rune('a'+i)), peace{}, time.Now())
	}
	if len(q.known) > maxQuiet {
		t.Errorf("%d are remembered", len(q.known))
	}
}
