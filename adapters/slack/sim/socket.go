package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets  = 10    // per app
	maxAck      = 20480 // bytes; Slack ignores longer frames without a word
	warnedFor   = 10 * time.Second
	writeWithin = 10 * time.Second
	silentFor   = 45 * time.Second // without a frame or pong the socket is dead
	lingerFor   = 30 * time.Second // TCP stays open after the close handshake
)

// socket is one Socket Mode connection. Sim.mu guards retired and carries.
type socket struct {
	ws      *websocket.Conn
	heard   *fragments
	carries map[string]bool // envelopes sent on it
	retired bool            // gets no more events
	gone    chan struct{}
	end     func()

	mu    sync.Mutex
	queue [][]byte
	last  bool // close after the queue
	wake  chan struct{}
}

// post queues a text frame; it never blocks.
func (k *socket) post(frame []byte) {
	k.mu.Lock()
	k.queue = append(k.queue, frame)
	k.mu.Unlock()
	k.nudge()
}

// finish closes the socket when everything queued has been written.
func (k *socket) finish() {
	k.mu.Lock()
	k.last = true
	k.mu.Unlock()
	k.nudge()
}

func (k *socket) nudge() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// apiConnectionsOpen hands out the address of a socket. https://docs.slack.dev/reference/methods/apps.connections.open
func apiConnectionsOpen(s *Sim, _ *call) (object, *failure) {
	s.serial++
	ticket := fmt.Sprintf("%s-%d", s.born, s.serial)
	s.tickets[ticket] = true
	base := "ws" + strings.TrimPrefix(s.base(), "http")
	return object{"url": base + "/link/?ticket=" + ticket + "&app_id=" + url.QueryEscape(s.opts.App.ID)}, nil
}

// serveLink is one socket from handshake to end.
func (s *Sim) serveLink(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls["link"]++
	s.touch()
	s.mu.Unlock()
	if _, answered := s.gate(w, r, "link", nil); answered {
		return
	}
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	known := s.tickets[ticket] && !s.closed
	delete(s.tickets, ticket)
	if known {
		s.running.Add(1)
	}
	s.mu.Unlock()
	if !known {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	defer s.running.Done()
	up := websocket.Upgrader{WriteBufferSize: 64 << 10, CheckOrigin: func(*http.Request) bool { return true }}
	watched := &watcher{ResponseWriter: w}
	ws, err := up.Upgrade(watched, r, nil)
	if err != nil {
		return
	}
	k := &socket{ws: ws, heard: watched.conn, carries: map[string]bool{}, gone: make(chan struct{}), wake: make(chan struct{}, 1)}
	k.end = sync.OnceFunc(func() { close(k.gone); ws.NetConn().Close() })
	s.running.Go(func() { s.write(k) })
	s.welcome(k)
	s.listen(k)
	s.with(func() { s.leave(k) })
	k.end()
}

// welcome says hello, or that there is no room.
func (s *Sim) welcome(k *socket) {
	s.with(func() {
		switch {
		case s.closed, s.down:
			k.end()
		case s.disabled:
			s.dismiss(k, "link_disabled", 0)
		case len(s.sockets) >= maxSockets:
			s.dismiss(k, "too_many_websockets", 0)
		default:
			s.sockets = append(s.sockets, k)
			k.post(raw(object{
				"type": "hello", "num_connections": len(s.sockets), "connection_info": object{"app_id": s.opts.App.ID},
				"debug_info": object{"host": "applink-sim", "build_number": 1, "approximate_connection_time": 18060},
			}))
			s.pump()
		}
	})
}

// leave takes a socket out of the list. The lock is held.
func (s *Sim) leave(k *socket) {
	s.sockets = slices.DeleteFunc(s.sockets, func(o *socket) bool { return o == k })
}

// dismiss sends a disconnect frame; the socket ends after a while, or as soon as that is written. The lock is held.
func (s *Sim) dismiss(k *socket, reason string, after time.Duration) {
	k.post(raw(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-sim"}}))
	if after > 0 {
		time.AfterFunc(after, k.end)
		return
	}
	k.retired = true
	s.leave(k)
	k.finish()
}

// cutLocked closes all connections without a word. The lock is held.
func (s *Sim) cutLocked() {
	for _, k := range s.sockets {
		k.retired = true
		k.end()
	}
	s.sockets = nil
}

// write is the only goroutine that writes frames on the socket.
func (s *Sim) write(k *socket) {
	ping := time.NewTicker(s.opts.PingEvery)
	defer ping.Stop()
	defer k.end()
	for {
		k.mu.Lock()
		frames, last := k.queue, k.last
		k.queue = nil
		k.mu.Unlock()
		for _, f := range frames {
			if k.ws.SetWriteDeadline(time.Now().Add(writeWithin)) != nil || k.ws.WriteMessage(websocket.TextMessage, f) != nil {
				return
			}
		}
		if last {
			bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			k.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) // it ends anyway
			return
		}
		select {
		case <-k.wake:
		case <-ping.C:
			text := fmt.Appendf(nil, "Ping from applink-sim %d", time.Now().Unix())
			if k.ws.WriteControl(websocket.PingMessage, text, time.Now().Add(writeWithin)) != nil {
				return
			}
		case <-k.gone:
			return
		case <-s.done:
			return
		}
	}
}

// listen reads acknowledgements until the socket ends.
func (s *Sim) listen(k *socket) {
	alive := func() { k.ws.SetReadDeadline(time.Now().Add(silentFor)) } // the next read tells
	answerPing := k.ws.PingHandler()
	k.ws.SetPingHandler(func(text string) error { alive(); return answerPing(text) })
	k.ws.SetPongHandler(func(string) error { alive(); return nil })
	for n := 0; ; n++ {
		alive()
		kind, frame, err := k.ws.ReadMessage()
		if err != nil {
			s.linger(k, err)
			return
		}
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if !k.heard.whole(n) || kind != websocket.TextMessage || len(frame) >= maxAck || json.Unmarshal(frame, &ack) != nil {
			continue
		}
		s.ack(k, ack.ID, ack.Payload)
	}
}

// linger keeps TCP open after a close handshake until the client closes it, as Slack does.
func (s *Sim) linger(k *socket, err error) {
	if _, ok := errors.AsType[*websocket.CloseError](err); !ok {
		return
	}
	s.with(func() { k.retired = true; s.leave(k) })
	conn := k.ws.NetConn()
	if conn.SetReadDeadline(time.Now().Add(lingerFor)) == nil {
		io.Copy(io.Discard, conn) // whatever ends it
	}
}

// CutSockets closes the TCP connections of all sockets without a word.
func (s *Sim) CutSockets() { s.with(s.cutLocked) }

// Disconnect sends a disconnect frame on every socket. After warning a socket goes on for 10 s; after any other
// reason (refresh_requested, link_disabled, too_many_websockets) it is closed at once. After link_disabled every new
// socket gets the same, until EnableLink or Heal.
func (s *Sim) Disconnect(reason string) {
	s.with(func() {
		s.disabled = s.disabled || reason == "link_disabled"
		var after time.Duration
		if reason == "warning" {
			after = warnedFor
		}
		for _, k := range slices.Clone(s.sockets) {
			s.dismiss(k, reason, after)
		}
	})
}

// EnableLink ends link_disabled.
func (s *Sim) EnableLink() { s.with(func() { s.disabled = false }) }

// Duplicate makes the next n events be delivered twice.
func (s *Sim) Duplicate(n int) { s.with(func() { s.duplicate = n }) }

// Reorder holds the next n events and then delivers them the other way round.
func (s *Sim) Reorder(n int) { s.with(func() { s.hold = n }) }

// Odd counts the events that came twice or out of order, as Duplicate and Reorder said.
func (s *Sim) Odd() (n int) {
	s.with(func() { n = s.odd })
	return n
}

// HoldAcks makes the sim deaf to acknowledgements, so that events are redelivered.
func (s *Sim) HoldAcks(on bool) { s.with(func() { s.deaf = on }) }

// Forget gives up all events that are not acknowledged, as Slack does with those it could not deliver for long.
func (s *Sim) Forget() {
	s.with(func() {
		for d := range s.open {
			s.giveUp(d)
		}
		s.waiting, s.held, s.hold = nil, nil, 0
		clear(s.flying)
	})
}

// SendRaw sends one text frame as it is on one socket. It is not redelivered.
func (s *Sim) SendRaw(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.nextSocket()
	if k == nil {
		return errNobody
	}
	k.post(slices.Clone(frame))
	return nil
}

// SendEvent delivers an inner event of any shape in an events_api envelope, with redelivery.
func (s *Sim) SendEvent(inner map[string]any) {
	s.with(func() { s.deliver(&delivery{kind: "events_api", payload: s.callback(nil, inner)}) })
}

// errNobody says that the app has no socket open.
var errNobody = errors.New("the app has no socket open")
