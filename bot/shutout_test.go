package bot_test

import (
	"testing"
	"time"
)

// A network that does not let us in is tried every 30 s, whatever waits for it, and is found open again as soon.
func TestShutOut(t *testing.T) {
	for name, x := range map[string]struct {
		break_, mend func(w *world)
		slack, out   int // calls in ten minutes at most: 20 tries each, and what looks whether it is over
	}{
		"Telegram's token": {func(w *world) { w.telegram.Revoke(true) }, func(w *world) { w.telegram.Revoke(false) }, 15, 42},
		"Slack's token":    {func(w *world) { w.slack.RevokeToken("") }, func(w *world) { w.slack.RestoreToken() }, 95, 42},
		"kicked":           {func(w *world) { _ = w.slack.Kick(deskChannel, "U0SIM") }, func(w *world) { _ = w.slack.Join(deskChannel, "U0SIM") }, 95, 42},
		"archived":         {func(w *world) { _ = w.slack.Archive(deskChannel, true) }, func(w *world) { _ = w.slack.Archive(deskChannel, false) }, 95, 42},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 6, func(t *testing.T, w *world, c *town) {
				for i := range 3 {
					c.write(i)
				}
				time.Sleep(10 * time.Second)
				roots := c.roots()
				x.break_(w)
				time.Sleep(5 * time.Second)
				for i := range 3 {
					if name != "archived" { // where nobody can write
						c.answer(i, roots[i][0])
					}
					c.write(i + 3)
				}
				time.Sleep(time.Minute)
				count := func() (slack, out int) {
					for _, n := range w.telegram.Calls() {
						out += n
					}
					return w.slack.Calls(""), out
				}
				slack, out := count()
				time.Sleep(10 * time.Minute)
				slack2, out2 := count()
				t.Logf("in ten minutes %d calls to Slack, %d to Telegram", slack2-slack, out2-out)
				if slack2-slack > x.slack || out2-out > x.out {
					t.Errorf("in ten minutes %d calls to Slack and %d to Telegram, want %d and %d at most", slack2-slack, out2-out, x.slack, x.out)
				}
				x.mend(w)
				time.Sleep(40 * time.Second) // 30 s until it is tried, and the pace of the desk
				if sum := c.inward(); sum != (tally{}) {
					t.Errorf("40 s after it was mended: %+v", sum)
				}
				if sum := c.outward(); sum != (tally{}) {
					t.Errorf("40 s after it was mended: %+v", sum)
				}
			})
		})
	}
}
