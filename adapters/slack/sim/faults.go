package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// gate applies what goes wrong before a call is carried out: Down, Slow and faults of the kind "before". It returns
// the fault to apply afterwards, or says that the request was answered already (or never will be).
func (s *Sim) gate(w http.ResponseWriter, r *http.Request, name string, args map[string]string) (*Fault, bool) {
	s.mu.Lock()
	slow, down, fault := s.slow, s.down, s.nextFault(name, args)
	s.mu.Unlock()
	if slow > 0 && !s.sleep(r, slow) {
		return nil, true
	}
	if down {
		htmlError(w, http.StatusServiceUnavailable)
		return nil, true
	}
	if fault == nil {
		return nil, false
	}
	switch fault.Kind {
	case Refuse:
		answer(w, http.StatusOK, raw(object{"ok": false, "error": fault.Code}))
	case Busy:
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(fault.After/time.Second))))
		answer(w, http.StatusTooManyRequests, raw(object{"ok": false, "error": "ratelimited"}))
	case BusyBare:
		answer(w, http.StatusTooManyRequests, raw(object{"ok": false, "error": "ratelimited"}))
	case BusyOK:
		answer(w, http.StatusOK, raw(object{"ok": false, "error": "ratelimited"}))
	case ServerError:
		htmlError(w, http.StatusServiceUnavailable)
	case Drop:
		hangUp(w)
	case Hang:
		s.hang(w, r, fault.After)
	case DropAfter, HangAfter, TruncAfter, FatalAfter, ErrorAfter, EmptyAfter, StallAfter:
		return fault, false
	default:
		answer(w, http.StatusOK, raw(object{"ok": false, "error": "the sim does not know the fault " + string(fault.Kind)}))
	}
	return nil, true
}

// nextFault takes the fault that this call meets. The lock is held.
func (s *Sim) nextFault(name string, args map[string]string) *Fault {
	for _, f := range s.faults {
		if f.Times == 0 || (f.Method != "" && f.Method != name) || !matches(f.Match, args) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

func matches(want, args map[string]string) bool {
	for k, v := range want {
		if args[k] != v {
			return false
		}
	}
	return true
}

// answerWrongly answers a call that was carried out.
func (s *Sim) answerWrongly(w http.ResponseWriter, r *http.Request, f *Fault, body json.RawMessage) {
	switch f.Kind {
	case DropAfter:
		hangUp(w)
	case HangAfter:
		s.hang(w, r, f.After)
	case TruncAfter:
		answer(w, http.StatusOK, body[:len(body)/2])
	case FatalAfter:
		code := f.Code
		fill(&code, "fatal_error")
		answer(w, http.StatusOK, raw(object{"ok": false, "error": code}))
	case ErrorAfter:
		htmlError(w, http.StatusInternalServerError)
	default:
		answer(w, http.StatusOK, []byte(`{"ok":false}`))
	}
}

// hang keeps a caller waiting until it leaves, the sim closes, or the time is over.
func (s *Sim) hang(w http.ResponseWriter, r *http.Request, d time.Duration) {
	if d <= 0 {
		d = 24 * time.Hour
	}
	if s.sleep(r, d) {
		htmlError(w, http.StatusServiceUnavailable)
	}
}

// sleep waits; false = the caller left or the sim closed.
func (s *Sim) sleep(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // not a connection of our own (HTTP/2): the nearest thing
		htmlError(w, http.StatusBadGateway)
		return
	}
	conn.Close()
}

// htmlError is what a load balancer in front of the API says.
func htmlError(w http.ResponseWriter, status int) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%d</h1></body></html>",
		http.StatusText(status), status)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes()) // the client has gone; there is nobody to tell
}
