package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// pace is the least time between two pictures of the whole on one stream.
	pace = 100 * time.Millisecond
	// quiet is how long a stream says nothing before it says that it lives.
	quiet = 15 * time.Second
)

// stream sends the whole state as server-sent events: at once, and again after changes, at most ten times a second.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (d *demo) stream(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil {
		return
	}
	var sent []byte
	for {
		changed := d.bell.next()
		now, err := json.Marshal(d.snapshot())
		if err != nil {
			d.log.Error("the state of the demo cannot be told", "err", err)
			return
		}
		if !bytes.Equal(now, sent) {
			sent = now
			if _, err := fmt.Fprintf(w, "data: %s\n\n", now); err != nil {
				return
			}
			if err := out.Flush(); err != nil {
				return
			}
		}
		if !d.await(w, r, out, changed) {
			return
		}
	}
}

// await waits for a change, and pace beyond it; false = the reader has gone or the demo ends.
func (d *demo) await(w http.ResponseWriter, r *http.Request, out *http.ResponseController, changed <-chan struct{}) bool {
	beat := time.NewTicker(quiet)
	defer beat.Stop()
	for rung := false; !rung; {
		select {
		case <-changed:
			rung = true
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil || out.Flush() != nil {
				return false
			}
		case <-r.Context().Done():
			return false
		case <-d.stopping.Done():
			return false
		}
	}
	t := time.NewTimer(pace)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-d.stopping.Done():
	}
	return false
}
