package bot_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// tape notes every call of Slack's Web API: when it came, and the status it got.
type tape struct {
	mu    sync.Mutex
	calls []taped
}

// taped is one call; status 0 = still under way, or broken off.
type taped struct {
	method string
	at     time.Time
	status int
}

// over puts the tape in front of a handler.
func (t *tape) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		t.mu.Lock()
		n := len(t.calls)
		t.calls = append(t.calls, taped{method: path.Base(r.URL.Path), at: time.Now()})
		t.mu.Unlock()
		next.ServeHTTP(&statusNoter{ResponseWriter: w, note: func(status int) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.calls[n].status = status
		}}, r)
	})
}

type statusNoter struct {
	http.ResponseWriter
	note func(int)
}

func (s *statusNoter) WriteHeader(status int) { s.note(status); s.ResponseWriter.WriteHeader(status) }

// Unwrap lets a handler break the connection.
func (s *statusNoter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// list is the calls of a method since a moment that got the status; status 0 = all.
func (t *tape) list(method string, status int, since time.Time) []taped {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []taped
	for _, c := range t.calls {
		if c.method == method && !c.at.Before(since) && (status == 0 || c.status == status) {
			out = append(out, c)
		}
	}
	return out
}

// counts is how often each method was called since a moment.
func (t *tape) counts(since time.Time) map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := map[string]int{}
	for _, c := range t.calls {
		if !c.at.Before(since) {
			out[c.method]++
		}
	}
	return out
}

// town is customers who number what they write, so that it can be seen what became of each message.
type town struct {
	w        *world
	people   []*telegramsim.Customer
	said     []int
	answered []int
}

// newTown makes people called P000, P001 and so on.
func newTown(w *world, people int) *town {
	t := &town{w: w, said: make([]int, people), answered: make([]int, people)}
	for i := range people {
		c := w.telegram.NewCustomer(fmt.Sprintf("P%03d", i))
		c.Start()
		t.people = append(t.people, c)
	}
	return t
}

// write has a customer write the next message.
func (t *town) write(i int) {
	t.people[i].Write(fmt.Sprintf("q%03dx%04d", i, t.said[i]))
	t.said[i]++
}

// answer has Sanne write the next answer in the customer's thread.
func (t *town) answer(i int, thread string) {
	t.w.t.Helper()
	_, err := t.w.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: thread, Text: fmt.Sprintf("a%03dx%04d", i, t.answered[i])})
	if err != nil {
		t.w.t.Fatal(err)
	}
	t.answered[i]++
}

// roots are the threads of each customer, oldest first.
func (t *town) roots() [][]string {
	out := make([][]string, len(t.people))
	for _, m := range t.w.slack.Messages(deskChannel) {
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			continue
		}
		var i int
		if _, err := fmt.Sscanf(strings.TrimSpace(plain(m)), "P%03d ·", &i); err == nil && i < len(out) {
			out[i] = append(out[i], m.TS)
		}
	}
	return out
}

// tally is what went wrong.
type tally struct {
	lost    int // messages that are nowhere
	twice   int // messages that are somewhere more than once
	wrong   int // messages in somebody else's thread or chat
	split   int // customers with more than one thread
	swapped int // messages behind one that was written later
}

func (a tally) plus(b tally) tally {
	return tally{a.lost + b.lost, a.twice + b.twice, a.wrong + b.wrong, a.split + b.split, a.swapped + b.swapped}
}

// inward says what went wrong on the way to the desk.
func (t *town) inward() tally {
	var sum tally
	for i, roots := range t.roots() {
		var got []string
		for _, root := range roots {
			for _, m := range t.w.slack.Thread(deskChannel, root) {
				got = append(got, numbered.FindAllString(plain(m), -1)...)
			}
		}
		one := compare('q', i, t.said[i], got)
		if len(roots) > 1 {
			one.split++
		}
		sum = sum.plus(one)
	}
	return sum
}

// outward says what went wrong on the way to the customers. An answer that asks whether to leave is not lost.
func (t *town) outward() tally {
	var sum tally
	roots := t.roots()
	for i, c := range t.people {
		var got []string
		for _, m := range c.Messages() {
			if m.ByBot {
				got = append(got, numbered.FindAllString(m.Text, -1)...)
			}
		}
		one := compare('a', i, t.answered[i], got)
		for _, text := range t.asking(roots[i]) {
			if !slices.Contains(got, text) {
				one.lost--
			}
		}
		sum = sum.plus(one)
	}
	return sum
}

// asking are the answers below some posts about which staff are asked whether they shall leave.
func (t *town) asking(roots []string) (all []string) {
	for _, root := range roots {
		thread := t.w.slack.Thread(deskChannel, root)
		for _, m := range thread {
			if slices.ContainsFunc(thread, func(q slacksim.Message) bool {
				return buttonID(q, "Send anyway") != "" && strings.Contains(string(q.Blocks), m.TS)
			}) {
				all = append(all, numbered.FindAllString(plain(m), 1)...)
			}
		}
	}
	return all
}

var numbered = regexp.MustCompile(`[aq]\d{3}x\d{4}`)

// compare looks for person i's messages 0 to n-1 among those of a kind that arrived, in order of arrival.
func compare(kind byte, i, n int, arrived []string) tally {
	var sum tally
	times := make([]int, n)
	last := -1
	for _, s := range arrived {
		who, _ := strconv.Atoi(s[1:4])
		nth, _ := strconv.Atoi(s[5:])
		switch {
		case s[0] != kind:
			continue
		case who != i || nth >= n:
			sum.wrong++
			continue
		}
		if times[nth]++; times[nth] > 1 {
			sum.twice++
			continue
		}
		if nth < last {
			sum.swapped++
		}
		last = max(last, nth)
	}
	for _, k := range times {
		if k == 0 {
			sum.lost++
		}
	}
	return sum
}

// shown is how many of the customers' messages are at the desk, repeated ones once.
func (t *town) shown() int {
	n := 0
	for _, k := range t.said {
		n += k
	}
	sum := t.inward()
	return n - sum.lost
}

// arrived is when each numbered message of customers came to the desk: the moment of its post.
func (t *town) arrived() map[string]time.Time {
	out := map[string]time.Time{}
	for _, roots := range t.roots() {
		for _, root := range roots {
			for _, m := range t.w.slack.Thread(deskChannel, root) {
				for _, s := range numbered.FindAllString(plain(m), -1) {
					if s[0] == 'q' {
						out[s] = momentOf(m.TS)
					}
				}
			}
		}
	}
	return out
}

// lastOf is the latest of the moments.
func lastOf(at map[string]time.Time) time.Time {
	return slices.MaxFunc(slices.Collect(maps.Values(at)), time.Time.Compare)
}

func momentOf(ts string) time.Time {
	sec, micro, _ := strings.Cut(ts, ".")
	s, _ := strconv.ParseInt(sec, 10, 64)
	us, _ := strconv.ParseInt(micro, 10, 64)
	return time.UnixMicro(s*1e6 + us)
}

// commits is how many transactions the data file has seen: each commit of bbolt counts up the number in its root, which
// stands behind the 64 bytes of the header and the fields before it, once in each of the first two pages.
func commits(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil || len(data) < 64 {
		t.Fatal("no data file", err)
	}
	const header, numberAt, sizeAt = 16, 48, 8
	size := int(binary.NativeEndian.Uint32(data[header+sizeAt:]))
	a := binary.NativeEndian.Uint64(data[header+numberAt:])
	b := binary.NativeEndian.Uint64(data[size+header+numberAt:])
	return int(max(a, b))
}
