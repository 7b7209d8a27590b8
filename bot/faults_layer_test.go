package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// mishap is a kind of fault of the network between the bot and somebody else.
type mishap string

// The mishaps. "Done" is a call that had its effect, all the same.
const (
	hangs       mishap = "accepted, then silence"
	hangsAfter  mishap = "done, then silence"
	resetUnread mishap = "reset before it is read"
	resetBefore mishap = "read, then reset"
	resetAfter  mishap = "done, then reset"
	brokenAfter mishap = "done, then 500"
	busyFor     mishap = "429 with Retry-After"
	busyBare    mishap = "429 without Retry-After"
	truncated   mishap = "done, half of the JSON"
	webPage     mishap = "HTML instead of JSON"
	drips       mishap = "done, slow drip"
	tooLong     mishap = "done, Content-Length too long"
	tooShort    mishap = "done, Content-Length too short"
	doubled     mishap = "events come twice"
	reversed    mishap = "events come out of order"
	lateLook    mishap = "look-ups lag behind"
)

const (
	retryAfter = 7 * time.Second
	// lag is how long a post is missing in look-ups that lag behind.
	lag = 20 * time.Second
	// quick and slow are the pauses between two bytes that drip: an answer of either takes seconds, and minutes.
	quick, slow = 5 * time.Millisecond, time.Second
)

// trouble is what goes wrong next, and how often.
type trouble struct {
	mu   sync.Mutex
	kind mishap
	left int
	hits int
}

// brew has the next things go wrong.
func (x *trouble) brew(kind mishap, times int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kind, x.left = kind, times
}

// count is how many went wrong.
func (x *trouble) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.hits
}

// take is what happens to the next, and to how many it happened before; "" = nothing.
func (x *trouble) take() (mishap, int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.left == 0 {
		return "", 0
	}
	x.left--
	x.hits++
	return x.kind, x.hits - 1
}

// spoil has the next calls that match go wrong.
type spoil struct {
	kind  mishap
	match func(*http.Request) bool
	left  int
	busy  func(seconds int) string // the body of a 429; 0 = it does not say for how long
	page  int                      // the status of a page of HTML

	hits    int
	unsure  int             // of them, those of which the caller cannot know whether they were done
	perhaps int             // and those of which it may know it, where it had not written all
	quiet   time.Time       // until when Retry-After forbids calls
	early   []time.Duration // how much earlier others came all the same
}

// spoiler stands between the bot and a sim and lets calls go wrong on the way.
type spoiler struct {
	next http.Handler
	mu   sync.Mutex
	list []*spoil
}

// add has calls go wrong from now on.
func (s *spoiler) add(x *spoil) *spoil {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, x)
	return x
}

// heal has nothing go wrong any more.
func (s *spoiler) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.list {
		x.left = 0
	}
}

// take is the fault that a call meets, and how many met it before; nil = none.
func (s *spoiler) take(r *http.Request) (*spoil, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.list {
		if !x.match(r) {
			continue
		}
		if left := time.Until(x.quiet); left > 0 && left < retryAfter-together { // others were on their way
			x.early = append(x.early, left)
		}
		if x.left == 0 {
			continue
		}
		x.left--
		x.hits++
		switch {
		case x.kind == busyFor:
			x.quiet = time.Now().Add(retryAfter)
		case x.kind == busyBare, x.kind == drips && x.hits%2 == 1:
		case x.kind == resetUnread:
			x.perhaps++
		default:
			x.unsure++
		}
		return x, x.hits - 1
	}
	return nil, 0
}

// ServeHTTP hands a call on, or lets it go wrong.
func (s *spoiler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, before := s.take(r)
	if x == nil {
		s.next.ServeHTTP(w, r)
		return
	}
	x.answer(w, r, s.next, before)
}

// answer lets one call go wrong. The connection ends with it.
func (x *spoil) answer(w http.ResponseWriter, r *http.Request, next http.Handler, before int) {
	switch x.kind {
	case resetUnread, resetBefore:
		if x.kind == resetBefore {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		reply{}.send(w)
		return
	case hangs:
		_, _ = io.Copy(io.Discard, r.Body) // else the server would not see that the caller leaves
		<-r.Context().Done()
		return
	case busyFor, busyBare:
		a := reply{status: http.StatusTooManyRequests, kind: "application/json", body: []byte(x.busy(0))}
		if x.kind == busyFor {
			a.after, a.body = retryAfter, []byte(x.busy(int(retryAfter/time.Second)))
		}
		a.send(w)
		return
	case webPage:
		if before%2 == 0 {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		reply{status: x.page, kind: "text/html", body: []byte("<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>")}.send(w)
		return
	}
	done := httptest.NewRecorder()
	next.ServeHTTP(done, r)
	a := reply{status: done.Code, kind: done.Header().Get("Content-Type"), body: done.Body.Bytes()}
	if len(a.body) == 0 {
		a.status, a.body = http.StatusOK, []byte(`{"ok": true}`)
	}
	switch a.claims = len(a.body); x.kind {
	case hangsAfter:
		<-r.Context().Done()
		return
	case resetAfter:
		a.status = 0
	case brokenAfter:
		a.status, a.body = http.StatusInternalServerError, []byte(`{"ok":false,"error_code":500,"description":"Internal Server Error","error":"internal_error"}`)
		a.claims = len(a.body)
	case truncated:
		a.body = a.body[:len(a.body)/2]
		a.claims = len(a.body)
	case drips:
		a.pace = []time.Duration{quick, slow}[before%2]
	case tooLong:
		a.claims += 7
	case tooShort:
		a.claims /= 2
	case lateLook:
		a.body = withoutYoung(a.body)
		a.claims = len(a.body)
	}
	a.send(w)
}

// reply is an answer, right or wrong, as it goes over the wire; status 0 = there is none.
type reply struct {
	status int
	kind   string
	after  time.Duration
	body   []byte
	claims int // the Content-Length; 0 = the right one
	pace   time.Duration
}

func (a reply) send(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	if a.status == 0 {
		return
	}
	if a.claims == 0 {
		a.claims = len(a.body)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n", a.status, http.StatusText(a.status), a.kind, a.claims)
	if a.after > 0 {
		fmt.Fprintf(&out, "Retry-After: %d\r\n", a.after/time.Second)
	}
	out.WriteString("\r\n")
	out.Write(a.body)
	_ = drip(conn, out.Bytes(), a.pace)
}

// drip writes byte by byte with a pause before each, or at once where there is none.
func drip(conn net.Conn, data []byte, pace time.Duration) error {
	if pace == 0 {
		_, err := conn.Write(data)
		return err
	}
	for _, b := range data {
		time.Sleep(pace)
		if _, err := conn.Write([]byte{b}); err != nil {
			return err
		}
	}
	return nil
}

// withoutYoung takes the messages out of a look-up that are younger than the lag.
func withoutYoung(body []byte) []byte {
	var all map[string]json.RawMessage
	var messages []json.RawMessage
	if json.Unmarshal(body, &all) != nil || json.Unmarshal(all["messages"], &messages) != nil {
		return body
	}
	messages = slices.DeleteFunc(messages, func(raw json.RawMessage) bool {
		var m struct{ TS string }
		return json.Unmarshal(raw, &m) == nil && time.Since(momentOf(m.TS)) < lag
	})
	all["messages"], _ = json.Marshal(messages)
	out, err := json.Marshal(all)
	if err != nil {
		return body
	}
	return out
}
