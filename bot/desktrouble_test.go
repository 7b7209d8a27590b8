package bot_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// Trouble with the desk itself is told to a person by direct message, once: at once where outsiders can read along,
// else when it has lasted for five minutes. The desk is told when it is over.
func TestTroubleWithTheDesk(t *testing.T) {
	t.Parallel()
	shut := map[string]struct {
		break_, mend func(*slacksim.Sim)
		told         bool          // by direct message
		after        time.Duration // from when on
		why          string
	}{
		"shared":     {func(s *slacksim.Sim) { _ = s.Share(deskChannel, true) }, func(s *slacksim.Sim) { _ = s.Share(deskChannel, false) }, true, time.Second, "outside the company"},
		"archived":   {func(s *slacksim.Sim) { _ = s.Archive(deskChannel, true) }, func(s *slacksim.Sim) { _ = s.Archive(deskChannel, false) }, true, 5 * time.Minute, "archived"},
		"kicked":     {func(s *slacksim.Sim) { _ = s.Kick(deskChannel, "U0SIM") }, func(s *slacksim.Sim) { _ = s.Join(deskChannel, "U0SIM") }, true, 5 * time.Minute, "/invite"},
		"no sockets": {func(s *slacksim.Sim) { s.Disconnect("link_disabled") }, func(s *slacksim.Sim) { s.EnableLink() }, true, 5 * time.Minute, "Socket Mode"},
		"revoked":    {func(s *slacksim.Sim) { s.RevokeToken("") }, func(s *slacksim.Sim) { s.RestoreToken() }, false, 0, "token"},
		"Slack down": {func(s *slacksim.Sim) { s.Down(true) }, func(s *slacksim.Sim) { s.Down(false) }, false, 0, "cannot be reached"},
	}
	for name, x := range shut {
		t.Run(name, func(t *testing.T) {
			bubble(t, 2, func(t *testing.T, w *world, c *town) {
				c.write(0)
				time.Sleep(10 * time.Second)
				x.break_(w.slack)
				if x.told && x.after > time.Minute {
					time.Sleep(x.after - 10*time.Second)
					if got := w.direct("U0LEAD001"); len(got) > 0 {
						t.Errorf("told too soon: %q", got)
					}
					time.Sleep(20 * time.Second)
				} else {
					time.Sleep(x.after)
				}
				c.write(1)
				time.Sleep(20 * time.Minute)
				got := w.direct("U0LEAD001")
				if x.told != (len(got) == 1) || x.told && !strings.Contains(got[0], x.why) {
					t.Errorf("the lead was told %q", got)
				}
				if n := c.shown(); n != 1 && name != "no sockets" {
					t.Errorf("%d messages are shown", n)
				}
				x.mend(w.slack)
				time.Sleep(2 * time.Minute)
				if n := c.shown(); n != 2 {
					t.Errorf("%d messages are shown in the end", n)
				}
				if got := w.direct("U0LEAD001"); len(got) > 1 || x.told && len(got) == 0 {
					t.Errorf("in the end the lead was told %q", got)
				}
				lines := w.announced()
				if len(lines) != 1 || !strings.HasPrefix(lines[0], "webcare could not work here from ") || !strings.Contains(lines[0], x.why) ||
					!strings.HasSuffix(lines[0], ". Everything that came in meanwhile stands here now.") {
					t.Errorf("the desk was told %q", lines)
				}
			})
		})
	}
}

// Where there is no lead, or the lead cannot be reached, those on duty are told; short trouble is not told at all.
func TestWhoIsToldOfTroubleWithTheDesk(t *testing.T) {
	for name, x := range map[string]struct {
		lead, duty string
		want       []string
	}{
		"the lead":             {"U0LEAD001", groupDuty, []string{"U0LEAD001"}},
		"no lead":              {"", groupDuty, []string{"U0BRAM001", "U0SANNE01"}},
		"the lead is not here": {"U0NOBODY1", groupDuty, []string{"U0BRAM001", "U0SANNE01"}},
		"nobody":               {"", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.ladder.Lead, w.ladder.Duty = x.lead, x.duty
				w.start()
				time.Sleep(10 * time.Second)
				told := func() (all []string) {
					for _, id := range []string{"U0BRAM001", "U0LEAD001", "U0SANNE01"} {
						if len(w.direct(id)) > 0 {
							all = append(all, id)
						}
					}
					return all
				}
				_ = w.slack.Archive(deskChannel, true)
				time.Sleep(4 * time.Minute)
				_ = w.slack.Archive(deskChannel, false)
				time.Sleep(10 * time.Minute)
				if got := told(); len(got) > 0 || len(w.announced()) > 0 {
					t.Errorf("of short trouble %q were told, and the desk %q", got, w.announced())
				}
				_ = w.slack.Archive(deskChannel, true)
				time.Sleep(10 * time.Minute)
				if got := told(); !slices.Equal(got, x.want) {
					t.Errorf("told %q, want %q", got, x.want)
				}
			})
		})
	}
}

// direct lists what a person was told by direct message.
func (w *world) direct(user string) (out []string) {
	for _, m := range w.slack.Messages(w.slack.DM(user)) {
		out = append(out, strings.TrimSpace(plain(m)))
	}
	return out
}

// announced lists what the desk was told outside of any thread.
func (w *world) announced() (out []string) {
	for _, m := range w.slack.Messages(deskChannel) {
		if text := strings.TrimSpace(plain(m)); m.BotID != "" && cardOf(m) < 0 {
			out = append(out, text)
		}
	}
	return out
}
