package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// command types /webcare and gives what the person sees, or "".
func (w *world) command(user, in string) string {
	w.t.Helper()
	before := len(w.sim.Ephemerals(user))
	w.must(w.sim.Slash(user, in, "/webcare"))
	w.rest(4 * time.Second)
	all := w.sim.Ephemerals(user)
	if len(all) == before {
		return ""
	}
	if len(all) != before+1 || all[before].Channel != in {
		w.t.Errorf("%s sees %+v", user, all[before:])
	}
	return sim.Show(all[before]).Plain
}

func TestSlashCommand(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at := w.card()
		w.sim.AddChannel(sim.Channel{ID: "C0OTHER", Members: []string{anna, guest}}) // the bot is not there
		b.set(queueOf("2 wait", 2, at))
		for _, in := range []string{channel, "C0OTHER", w.sim.DM(anna)} {
			if got, want := w.command(anna, in), "2 wait\nWaiting longest\n🟠 Jan 0 · Telegram · since 09:00 → open\n🟠 Jan 1 · Telegram · since 09:00 → open\n"; got != want {
				t.Errorf("in %s it says\n%s\nwant\n%s", in, got, want)
			}
		}
		if got := w.command(guest, "C0OTHER"); got != "Guests cannot.\n" {
			t.Errorf("a guest reads %q", got)
		}
		b.set(queueOf("60 wait", 60, at))
		if got := w.command(anna, channel); !strings.Contains(got, "Jan 39 ·") || !strings.HasSuffix(got, "more: open the Home tab of webcare.\n") {
			t.Errorf("it says\n%s", got)
		}
		b.set(queueOf("61 wait", 60, at), queueOf("61 wait", 1, at))
		if got := w.command(anna, channel); !strings.HasSuffix(got, "… and more: open the Home tab of webcare.\n") {
			t.Errorf("it says\n%s", got)
		}
		w.sim.MissingScope("commands")
		if w.sim.Slash(anna, channel, "/webcare") == nil {
			t.Error("a command without the scope")
		}
		w.answered()
	})
}

// Whoever waits is told in time, whatever keeps the answer.
func TestSlashCommandInTime(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		const sorry = "The queue could not be shown just now. Try again.\n"
		b.hang(true)
		if got := w.command(anna, channel); got != sorry {
			t.Errorf("it says %q", got)
		}
		for range viewers + viewersWait + 3 { // more than are served
			w.must(w.sim.Slash(anna, channel, "/webcare"))
		}
		w.rest(4 * time.Second)
		w.answered()
		all := w.sim.Ephemerals(anna)
		if len(all) != viewers+viewersWait+4 {
			t.Errorf("%d answers", len(all))
		}
		for _, m := range all {
			if got := sim.Show(m).Plain; got != sorry {
				t.Errorf("it says %q", got)
			}
		}
		b.hang(false)
		w.rest(time.Minute)
		if got := w.command(anna, channel); !strings.HasPrefix(got, "Nobody waits") {
			t.Errorf("it says %q", got)
		}
		w.answered()
	})
}

// However long the lines are, the answer is one that Slack takes: of at most 50 blocks and less than 20,480 bytes.
func TestSlashCommandFits(t *testing.T) {
	c := &counter{d: &Desk{settings: *NewSettings()}, words: newViewWords(NewSettings().words())}
	c.d.home.known.Store(&home{url: "https://example.slack.com/"})
	for _, wide := range []string{"Jan", strings.Repeat("<", 300), strings.Repeat("🏳️‍🌈", 300), strings.Repeat("\u2028é", 300)} {
		for _, sections := range []int{0, 1, 8, 30} {
			for _, lines := range []int{0, 1, 2, 7, 60} {
				q := adapters.Queue{Title: wide, Pages: 1}
				for range sections {
					s := adapters.QueueSection{Title: wide}
					for range lines {
						s.Lines = append(s.Lines, adapters.QueueLine{Who: wide, How: wide, Tint: "late", Thread: conversation.Place{Team: "T0SIM", Channel: channel, TS: "1700000000.000100"}})
					}
					q.Sections = append(q.Sections, s)
				}
				m := c.queueMessage(q)
				raw, err := json.Marshal(m)
				if err != nil || len(raw) >= 20480-200 || len(m.Blocks) > 50 || len(m.Blocks) == 0 || m.Text == "" {
					t.Errorf("%.3q, %d sections of %d: %d blocks, %d bytes, %v", wide, sections, lines, len(m.Blocks), len(raw), err)
				}
				shown := strings.Count(string(raw), `"rich_text_section"`)
				if left := sections*lines - shown; left > 0 && !strings.Contains(string(raw), fmt.Sprintf("and %d more", left)) || lines > 0 && sections == 1 && shown < min(lines, 12) {
					t.Errorf("%.3q, %d sections of %d: %d are shown", wide, sections, lines, shown)
				}
			}
		}
	}
}
