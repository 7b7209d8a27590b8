package bot

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

const (
	// smallHook is how many bytes of a webhook are taken in of everybody; most have fewer.
	smallHook = 16 << 10
	// hooksAtOnce is how many that have more are taken in at once: each may have 1 MiB, which must be read before it can be
	// known whether its sender may send at all.
	hooksAtOnce = 2
	// hookWait is how long one more waits for its turn, and hookTime how long a body may take to come.
	hookWait = 5 * time.Second
	hookTime = 15 * time.Second
)

// inTurn lets all small requests through and of the large ones hooksAtOnce at once, so that neither many nor slow ones take
// the memory of everything else or keep the small ones out. Who waits too long is told to send it again.
func inTurn(turns chan struct{}, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(hookTime)) // where there is a connection
		head := make([]byte, smallHook)
		n, err := io.ReadFull(r.Body, head)
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head[:n]), r.Body), r.Body}
		if err != nil { // that is all of it; what went wrong is read again
			next.ServeHTTP(w, r)
			return
		}
		timer := time.NewTimer(hookWait)
		defer timer.Stop()
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		case <-timer.C:
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Retry-After", "5")
			w.WriteHeader(http.StatusServiceUnavailable)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": "too many large requests at once: send it again"})
		}
	})
}
