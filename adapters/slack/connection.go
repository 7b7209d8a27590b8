package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
)

// Bounds of one WebSocket.
const (
	maxFrame    = 4 << 20          // bytes
	silence     = 30 * time.Second // Slack pings every ten seconds or so: one that says nothing for so long is dead
	ackTimeout  = time.Second
	writeBuffer = 32 << 10 // bytes: Slack does not put continuation frames together again
	maxWritten  = 20480    // bytes: Slack passes over a larger acknowledgement without a word
)

// socket is one connection of Socket Mode: frames come in, acknowledgements go out.
type socket struct {
	l     *listener
	n     int
	since time.Time // when it was opened; zero = it was not
	said  bool      // it has said hello: it hears

	ws *websocket.Conn
	mu sync.Mutex // of who writes
}

// live opens a connection and hears until it ends; the error is never nil.
func (s *socket) live(ctx context.Context, api *slackgo.Client) error {
	_, address, err := api.StartSocketModeContext(ctx)
	if err != nil {
		return err
	}
	if s.ws, _, err = s.l.dial.DialContext(ctx, address, nil); err != nil {
		return err
	}
	defer func() { _ = s.ws.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = s.ws.Close() })
	defer stop()
	defer s.deaf()
	s.since = time.Now()
	s.ws.SetReadLimit(maxFrame)
	s.ws.SetPingHandler(s.pong)
	for {
		raw, err := s.read()
		if err != nil {
			return err
		}
		if err := s.on(ctx, raw); err != nil {
			return err
		}
	}
}

// read waits for a frame.
func (s *socket) read() ([]byte, error) {
	if err := s.ws.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return nil, err
	}
	_, r, err := s.ws.NextReader()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// pong answers a ping. One that cannot be answered ends the connection: nothing could be acknowledged on it either.
func (s *socket) pong(data string) error {
	if err := s.ws.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return err
	}
	return s.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(ackTimeout))
}

// on handles one frame; an error ends the connection. It blocks on nothing but a full queue.
func (s *socket) on(ctx context.Context, raw []byte) error {
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil {
		if _, is := errors.AsType[*json.SyntaxError](err); is {
			s.l.log.Warn("slack: a frame is no JSON", "socket", s.n, "bytes", len(raw))
			return nil
		}
		f = frame{}
	}
	switch f.Type {
	case "hello":
		s.hear()
		return nil
	case "disconnect":
		return fmt.Errorf("Slack ends the connection: %s", label(string(f.Reason)))
	case "events_api", "interactive", "slash_commands":
		raw = nil
	}
	e := envelope{frame: f, raw: raw}
	if id := string(f.EnvelopeID); id != "" {
		e.ack = func(payload any) error { return s.acknowledge(id, payload) }
		if s.l.counter.takes(e) {
			return nil
		}
	}
	select {
	case s.l.queue <- e:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// acknowledge tells Slack that an envelope came, and what else the payload says (nil = nothing). It may have failed and
// been heard all the same; where it was not heard, Slack sends the envelope again, by any connection.
func (s *socket) acknowledge(id string, payload any) error {
	b, err := json.Marshal(struct {
		EnvelopeID string `json:"envelope_id"`
		Payload    any    `json:"payload,omitempty"`
	}{id, payload})
	if err != nil {
		return err
	}
	if len(b) >= maxWritten {
		return fmt.Errorf("an acknowledgement of %d bytes: Slack takes less than %d", len(b), maxWritten)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.ws.SetWriteDeadline(time.Now().Add(ackTimeout))
	if err == nil {
		err = s.ws.WriteMessage(websocket.TextMessage, b)
	}
	if err != nil {
		_ = s.ws.Close() // half of a frame may have left
	}
	return err
}

func (s *socket) hear() {
	if s.said {
		return
	}
	s.said = true
	whole := s.l.count(+1) == 1
	s.l.log.Info("slack: socket open", "socket", s.n)
	s.l.d.told.set(sourceSockets, nil)
	s.l.d.pulse.beat()
	s.l.sweep.reconnected(whole)
}

func (s *socket) deaf() {
	if s.said && s.l.count(-1) == 0 {
		s.l.sweep.lost()
	}
}

// lasted says that it lived long enough to be no bad sign.
func (s *socket) lasted() bool { return !s.since.IsZero() && time.Since(s.since) >= shortLife }
