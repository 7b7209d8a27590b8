package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// lookAlikes are ids of conversations at another system that differ, however little they do.
func lookAlikes() []string {
	return []string{
		"c", "C", "c ", " c", "c1", "c-1", "c/1", "c.1", "c:1", "c\x00", "c\x001", "c\x00\x01", "\x00", "\x00\uFFFE", "c\n", "c\t", "private:c", "public:c", "private:private:c", ":c", "c:", "/c", "c/", "../c", "c%00", "c\\",
		"é", "e\u0301", "É", "c\u200b", "c\u200d", "\u202ec", "ｃ", "с", "ς", "σ", "ß", "ss", "SS", "İ", "i̇", "1", "01", "1.0", "１", "webhook", "crm", "desk", "acme", "telegram/700000001", "700000001",
		strings.Repeat("c", 255), strings.Repeat("c", 256), strings.Repeat("c", 255) + "d", "0190aaaa00000123456789ab", "0190AAAA00000123456789AB", "0190aaaa00000123456789ac", "c.1.0", "null", "{}", "[]", "",
	}
}

// TestAttackMixedUpConversations: customers choose what they are called, what they quote, and at another system even the
// id of their conversation. Each gets the answers typed in their own thread, and nobody else's.
func TestAttackMixedUpConversations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.rate, w.burst = 100, 100
		w.ladder.Steps = nil
		w.start()
		time.Sleep(time.Minute)
		ids := lookAlikes()
		ids = sample(ids[:len(ids)-1], 3) // the empty one is none
		for n, id := range ids {
			for _, public := range []bool{false, true} {
				mid := fmt.Sprint("mix-", n, "-", public)
				r, err := w.crm.Request(t.Context(), "http://webcare.test/hook/crm", mid, map[string]any{
					"conversation": id, "id": "m-1", "name": "Piet", "public": public, "text": fmt.Sprintf("vraag %d %v.", n, public),
				})
				if err != nil {
					t.Fatal(err)
				}
				if code, text := w.knock(r.Method, r.URL.Path, r.Header, bodyOf(t, r)); code != http.StatusOK {
					t.Fatalf("%q: %d %s", id, code, text)
				}
			}
		}
		// On Telegram all are called the same, and each quotes what stands on the card of the one before.
		var phones []*telegramsim.Customer
		for n := range 20 {
			c := w.telegram.NewUser(telegramsim.User{FirstName: "Piet", Username: "piet"})
			c.Start()
			c.Write(fmt.Sprintf("vraag T%d. Piet · Telegram vraag T%d. https://example.slack.com/archives/%s/p1700000000000100 #T%d", n, n-1, deskChannel, n-1))
			phones = append(phones, c)
		}
		time.Sleep(2 * time.Minute)
		threads := map[string]string{}
		for _, m := range w.slack.Messages(deskChannel) {
			_, rest, found := strings.Cut(plain(m), "vraag ")
			what, _, _ := strings.Cut(rest, ".")
			if _, twice := threads[what]; !found || twice {
				t.Errorf("the card %q", plain(m))
			}
			threads[what] = m.TS
		}
		if want := 2*len(ids) + len(phones); len(threads) != want {
			t.Fatalf("%d threads, want %d", len(threads), want)
		}
		for what, ts := range threads {
			// A colleague quotes another thread in the answer: where it goes is decided by where it was typed.
			if _, err := w.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: ts, Text: fmt.Sprintf("antwoord op %s. (zie vraag T3. van Piet)", what)}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Minute)
		w.pressAll(threads)
		time.Sleep(2 * time.Minute)
		got := map[string]string{} // what was answered to whom, by the id that the other system knows
		for _, a := range w.crm.Answers() {
			got[a.Conversation] += "|" + a.Text
			if a.Public != strings.Contains(a.Text, " true.") {
				t.Errorf("%q is sent to a place of which public = %v", a.Text, a.Public)
			}
		}
		for n, id := range ids {
			all := got[id]
			for _, public := range []bool{false, true} {
				if want := fmt.Sprintf("antwoord op %d %v.", n, public); strings.Count(all, want) != 1 {
					t.Errorf("%q has %q, and not once %q", id, all, want)
				}
			}
			if strings.Count(all, "antwoord op ") != 2 {
				t.Errorf("%q has somebody else's answers: %q", id, all)
			}
		}
		for n, c := range phones {
			var all strings.Builder
			for _, m := range c.Messages() {
				if m.ByBot {
					all.WriteString(m.Text + "|")
				}
			}
			if want := fmt.Sprintf("antwoord op T%d.", n); strings.Count(all.String(), "antwoord op ") != 1 || !strings.Contains(all.String(), want) {
				t.Errorf("phone %d has %q, want %q", n, all.String(), want)
			}
		}
	})
}

// pressAll posts what waits for a press since others can read along.
func (w *world) pressAll(threads map[string]string) {
	w.t.Helper()
	for _, ts := range threads {
		for _, m := range w.slack.Thread(deskChannel, ts) {
			if id := buttonID(m, "Post publicly"); id != "" {
				if err := w.slack.Press("U0SANNE01", deskChannel, m.TS, id); err != nil {
					w.t.Error(err)
				}
			}
		}
	}
}
