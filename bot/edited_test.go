package bot_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A message or an edit of a customer that comes late, since whoever tells of it has tried for long, does not bring back
// what was said before a newer edit.
func TestLateEditOfACustomer(t *testing.T) {
	for name, late := range map[string]bool{"the message first": false, "the message last": true} {
		t.Run(name, func(t *testing.T) { lateEdit(t, late) })
	}
}

func lateEdit(t *testing.T, last bool) {
	bubble(t, 0, func(t *testing.T, w *world, _ *town) {
		began := time.Now()
		told := func(n int, kind, text string, at time.Duration) {
			r, err := w.crm.Request(t.Context(), "http://webcare.test/hook/crm", fmt.Sprint("event-", n), map[string]string{
				"type": kind, "conversation": "c-1", "id": "m-1", "name": "Piet", "text": text, "at": began.Add(at).Format(time.RFC3339),
			})
			if err != nil {
				t.Fatal(err)
			}
			answer := httptest.NewRecorder()
			w.life.bot.Handler(nil).ServeHTTP(answer, r)
			if answer.Code != 200 {
				t.Errorf("the webhook answers %d: %s", answer.Code, answer.Body)
			}
			time.Sleep(5 * time.Second)
		}
		if !last {
			told(1, "message", "eerst", 0)
		}
		told(3, "edited", "derde", 4*time.Second)
		told(2, "edited", "tweede", 2*time.Second)
		told(4, "edited", "derde en een half", 4*time.Second) // in the same second
		if last {
			told(1, "message", "eerst", 0)
		}
		var all []string
		for _, m := range w.slack.Thread(deskChannel, w.root()) {
			all = append(all, plain(m))
		}
		if got := strings.Join(all, "\n"); strings.Contains(got, "tweede") || strings.Contains(got, "eerst") || strings.Contains(got, "Edited: derde\n") == last || !strings.Contains(got, "derde en een half") {
			t.Errorf("the thread says %q", got)
		}
	})
}
