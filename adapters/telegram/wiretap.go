package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// wiretap notes how far one call got, so that an error can be told from a message that may have been sent: the
// library's errors do not say.
type wiretap struct {
	mu        sync.Mutex
	connected bool // a connection was there
	written   bool // the request left us whole
	status    int  // of the answer; 0 = there was none
	answer    *response
}

type tapKey struct{}

// tapped makes a context whose call is noted.
func tapped(ctx context.Context) (context.Context, *wiretap) {
	w := &wiretap{}
	return context.WithValue(ctx, tapKey{}, w), w
}

// seen is what is known by now; the transport may still be at work.
func (w *wiretap) seen() (connected, written bool, status int, answer *response) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected, w.written, w.status, w.answer
}

// ids are the ids of the messages that the answer holds, without regard to what else it holds.
func (w *wiretap) ids() []int {
	_, _, _, a := w.seen()
	if a == nil || !a.OK {
		return nil
	}
	type sent struct {
		ID int `json:"message_id"`
	}
	var one sent
	if json.Unmarshal(a.Result, &one) == nil && one.ID != 0 {
		return []int{one.ID}
	}
	var list []sent
	var ids []int
	if json.Unmarshal(a.Result, &list) == nil {
		for _, s := range list {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// sender is the library's HTTP client.
type sender struct{ client *http.Client }

// errAnswer is an answer longer than any that the Bot API gives to a message.
var errAnswer = errors.New("the answer is too long")

// Do sends a request and reads the whole answer.
func (s *sender) Do(req *http.Request) (*http.Response, error) {
	w, ok := req.Context().Value(tapKey{}).(*wiretap)
	if !ok {
		return s.client.Do(req)
	}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { w.note(func() { w.connected = true }) },
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			w.note(func() { w.written = w.written || i.Err == nil })
		},
	}))
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	w.note(func() { w.status = res.StatusCode })
	const most = 4 << 20
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	if len(body) > most {
		return nil, errAnswer
	}
	var a response
	if json.Unmarshal(body, &a) == nil {
		w.note(func() { w.answer = &a })
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

func (w *wiretap) note(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// after is how long an answer asks us to wait.
func (r *response) after() time.Duration { return seconds(r.Parameters.RetryAfter) }

// longestWait is how long we wait at most because Telegram says so.
const longestWait = 7 * 24 * time.Hour

// seconds is how long to wait, whatever a network says.
func seconds(n int) time.Duration {
	return time.Duration(min(max(n, 0), int(longestWait/time.Second))) * time.Second
}
