package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// delays is how long each of a hundred customers, one every two seconds, waits to be seen at the desk, the shortest first,
// while noise is made before and between them.
func delays(t *testing.T, noise func(w *world, c *town, turn int)) (out []time.Duration) {
	const others = 100
	bubble(t, others+1, func(t *testing.T, w *world, c *town) {
		w.slack.RateLimit(1, 5)
		w.slack.Slow(50 * time.Millisecond)
		noise(w, c, 0)
		written := map[string]time.Time{}
		for i := range others {
			noise(w, c, i+1)
			c.write(i)
			written[fmt.Sprintf("q%03dx0000", i)] = time.Now()
			time.Sleep(2 * time.Second)
		}
		time.Sleep(3 * time.Hour)
		if sum := c.inward(); sum != (tally{}) {
			t.Errorf("in the end: %+v", sum)
		}
		if n := len(w.tape.list("chat.postMessage", 429, time.Time{})); n > 5 {
			t.Errorf("Slack said %d times that it is too much", n)
		}
		arrived := c.arrived()
		for key, at := range written {
			out = append(out, arrived[key].Sub(at))
		}
	})
	slices.Sort(out)
	return out
}

// TestAttackNoisyCustomer: one customer writes 10,000 messages in a row, or twenty write one of 50,000 characters each,
// while a hundred others write one each. Theirs come to the desk less than 5 s later, at the 95th percentile, than they do
// in the same town without the noise; and nothing of the noise is lost.
func TestAttackNoisyCustomer(t *testing.T) {
	t.Parallel()
	many := 10_000
	if underRace || testing.Short() {
		many = 500
	}
	quiet := delays(t, func(*world, *town, int) {})
	for name, noise := range map[string]func(w *world, c *town, turn int){
		"many messages": func(_ *world, c *town, turn int) {
			n := many / 10 // at first, and the others in between
			if turn > 0 {
				n = many / 10 * 9 / 100
			}
			for range n {
				c.write(100)
			}
		},
		"reactions": func(_ *world, c *town, turn int) {
			if turn == 0 {
				c.write(100)
				time.Sleep(10 * time.Second)
			}
			phone := c.people[100].Messages()
			for n := range many / 500 {
				c.people[100].React(phone[0].MessageID, []string{"👍", "❤"}[n%2])
			}
		},
		"blocks": func(_ *world, c *town, turn int) {
			if turn == 0 {
				c.write(100)
				time.Sleep(10 * time.Second)
			}
			for range many / 1000 {
				c.people[100].Block()
				c.people[100].Unblock()
			}
		},
		"edits": func(_ *world, c *town, turn int) {
			if turn == 0 {
				c.write(100)
				c.people[100].Write("nog iets")
				time.Sleep(10 * time.Second)
			}
			phone := c.people[100].Messages()
			for n := range many / 500 {
				c.people[100].Edit(phone[len(phone)-1].MessageID, fmt.Sprint("nog iets anders ", turn, " ", n))
			}
		},
		"long messages": func(w *world, _ *town, turn int) {
			if turn > 0 {
				return
			}
			for n := range 20 {
				id := fmt.Sprint("long-", n)
				text := strings.Repeat("een heel lang verhaal ", 1_000_000/20/22*many/10_000)
				r, err := w.crm.Request(w.t.Context(), "http://webcare.test/hook/crm", id, map[string]string{"conversation": id, "id": id, "name": "Lang", "text": text})
				if err != nil {
					w.t.Fatal(err)
				}
				if code, text := w.knock(r.Method, r.URL.Path, r.Header, bodyOf(w.t, r)); code != 200 {
					w.t.Fatal(code, text)
				}
			}
			time.Sleep(30 * time.Second)
		},
	} {
		if underRace && name != "many messages" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			loud := delays(t, noise)
			p95 := len(loud) * 95 / 100
			t.Logf("95th percentile: %v without, %v with the noise; the last %v and %v", quiet[p95], loud[p95], quiet[len(quiet)-1], loud[len(loud)-1])
			if added := loud[p95] - quiet[p95]; added >= 5*time.Second {
				t.Errorf("the noise delays others by %v", added)
			}
		})
	}
}
