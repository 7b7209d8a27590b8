package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/store"
)

// oddTimes are moments that a customer's network, or somebody who can sign for it, may name.
func oddTimes() []int64 {
	return []int64{-1 << 62, -62135596801, -62135596800, -1, 0, 1, 1 << 31, 1<<32 + 1, 253402300799, 253402300800, 1 << 53, 1<<62 - 1}
}

// TestAttackClocks: whatever time a message claims to be of, it is shown and can be answered, no reminder comes too soon,
// in a storm, or not at all, nothing is due for ever, and the data file is sound.
func TestAttackClocks(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		c.write(0)
		time.Sleep(time.Minute)
		began := time.Now()
		n := 0
		for _, at := range oddTimes() {
			for _, edited := range []int64{0, at} {
				n++
				w.telegram.InjectRaw(fmt.Sprintf(`{"message":{"message_id":%d,"date":%d,"edit_date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%[4]d,"first_name":"K%03[5]d"},"text":"tijd %[5]d."}}`,
					900000+n, at, edited, 5000+n, n))
			}
		}
		refused := 0
		for _, at := range []string{
			"0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+14:00", "1999-12-31T23:59:59.999999999-12:00",
			"9999-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "10000-01-01T00:00:00Z", "2000-02-30T00:00:00Z", "-1", "2000-01-01 00:00:00",
		} {
			n++
			id := fmt.Sprint("clock-", n)
			r, err := w.crm.Request(t.Context(), "http://webcare.test/hook/crm", id, map[string]any{"conversation": id, "id": id, "name": fmt.Sprintf("K%03d", n), "text": fmt.Sprintf("tijd %d.", n), "at": at})
			if err != nil {
				t.Fatal(err)
			}
			code, text := w.knock(r.Method, r.URL.Path, r.Header, bodyOf(t, r))
			switch {
			case code == http.StatusBadRequest:
				refused++ // it is kept, and staff are told
			case code != http.StatusOK:
				t.Errorf("%s: %d %s", at, code, text)
			}
		}
		time.Sleep(5 * time.Minute)
		cards := map[string]string{}
		for _, m := range w.slack.Messages(deskChannel) {
			_, rest, found := strings.Cut(plain(m), "tijd ")
			if what, _, _ := strings.Cut(rest, "."); found {
				cards[what] = m.TS
			}
		}
		if len(cards) != n-refused {
			t.Errorf("%d cards of %d messages, %d of which were refused", len(cards), n, refused)
		}
		// What claims to be of 1970 has been waiting since then; what no clock can have said counts from now.
		for _, text := range w.reminders() {
			if !strings.Contains(text, "for 262,968 hours") {
				t.Errorf("a reminder after %v: %q", time.Since(began), text)
			}
		}
		w.crash() // what is stored is read by another life
		w.start()
		time.Sleep(30 * time.Minute)
		reminders := w.reminders()
		if len(reminders) == 0 || len(reminders) > 6 || !strings.Contains(strings.Join(reminders, ""), " customers have been waiting too long") {
			t.Errorf("after %v: %d reminders: %q", time.Since(began), len(reminders), reminders)
		}
		for _, ts := range cards {
			if _, err := w.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: ts, Text: "Goedemiddag"}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(10 * time.Minute)
		for what, ts := range cards {
			ticks := 0
			for _, m := range w.slack.Thread(deskChannel, ts) {
				if m.User == "U0SANNE01" {
					ticks += strings.Count(strings.Join(marks(m), ""), "✅") + strings.Count(strings.Join(marks(m), ""), "⚠")
				}
			}
			if ticks != 1 {
				t.Errorf("message %s was not answered", what)
			}
		}
		err := w.life.db.View(t.Context(), func(tx store.Tx) error {
			for id, err := range tx.Due(time.Now().Add(-time.Minute)) {
				if err != nil {
					return err
				}
				t.Errorf("%s has been due for more than a minute", id)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		w.records()
	})
}

// reminders are those that stand anywhere.
func (w *world) reminders() (all []string) {
	for _, m := range w.slack.Messages(deskChannel) {
		for _, x := range w.slack.Thread(deskChannel, m.TS) {
			if text := plain(x); strings.Contains(text, "⏰") || strings.Contains(text, "have been waiting") {
				all = append(all, text)
			}
		}
	}
	return all
}
