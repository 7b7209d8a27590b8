package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// states reads the events of a stream.
type states struct{ lines *bufio.Scanner }

func newStates(r io.Reader) *states {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	return &states{lines}
}

// next is the next event that holds a state.
func (s *states) next(t *testing.T) snapshot {
	t.Helper()
	for s.lines.Scan() {
		data, ok := strings.CutPrefix(s.lines.Text(), "data: ")
		if !ok {
			continue
		}
		var state snapshot
		if err := json.Unmarshal([]byte(data), &state); err != nil {
			t.Fatal(err)
		}
		return state
	}
	t.Fatal("the stream ended")
	return snapshot{}
}

// TestStream holds that changes come by themselves, many at once as one, and that the end of the demo ends the stream.
func TestStream(t *testing.T) {
	w := newWorld(t)
	stopping, stop := context.WithCancel(t.Context())
	w.stopping = stopping
	server := httptest.NewServer(w.handler())
	defer server.Close()
	w.hosts = []string{strings.TrimPrefix(server.URL, "http://")}
	answer, err := http.Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %q", kind)
	}
	s := newStates(answer.Body)
	if first := s.next(t); len(first.Phones[0].Said) != 0 {
		t.Errorf("somebody spoke already: %+v", first.Phones[0].Said)
	}
	began := time.Now()
	const many = 200
	for range many {
		w.telegram.Customers()[0].Write("hello")
		w.bell.ring()
	}
	events := 0
	for last := 0; last < maxBubbles; events++ {
		last = len(s.next(t).Phones[0].Said)
	}
	if most := 2 + int(time.Since(began)/pace); events > most {
		t.Errorf("%d events in %v, want at most %d", events, time.Since(began), most)
	}
	stop()
	if rest, err := io.ReadAll(answer.Body); err != nil {
		t.Errorf("the stream broke (%v) after %d bytes", err, len(rest))
	}
}
