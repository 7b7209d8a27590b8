package main

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// lagging hands out sockets on which every frame is as long on its way as half a round trip, as a call is.
type lagging struct {
	http.ResponseWriter
	way time.Duration
}

// Hijack: see http.Hijacker.
func (l lagging) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(l.ResponseWriter).Hijack()
	if err != nil || l.way == 0 {
		return c, rw, err
	}
	far := &lag{Conn: c, way: l.way, out: make(chan piece, 1<<12), in: make(chan piece, 1<<12), closed: make(chan struct{})}
	go far.write()
	go far.read()
	return far, rw, nil
}

// lag is a connection that is slow both ways and keeps the order.
type lag struct {
	net.Conn
	way     time.Duration
	out, in chan piece
	rest    piece
	once    sync.Once
	closed  chan struct{}
}

// piece is what was written at once, and when it gets there.
type piece struct {
	bytes []byte
	at    time.Time
	err   error
}

func (l *lag) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

func (l *lag) wait(until time.Time) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.closed:
	}
}

// Write takes what is to be sent.
func (l *lag) Write(b []byte) (int, error) {
	select {
	case l.out <- piece{bytes: append([]byte(nil), b...), at: time.Now().Add(l.way)}:
		return len(b), nil
	case <-l.closed:
		return 0, net.ErrClosed
	}
}

func (l *lag) write() {
	for {
		select {
		case p := <-l.out:
			l.wait(p.at)
			if _, err := l.Conn.Write(p.bytes); err != nil {
				_ = l.Close()
				return
			}
		case <-l.closed:
			return
		}
	}
}

// Read gives what has arrived.
func (l *lag) Read(b []byte) (int, error) {
	for len(l.rest.bytes) == 0 {
		if l.rest.err != nil {
			return 0, l.rest.err
		}
		select {
		case l.rest = <-l.in:
			l.wait(l.rest.at)
		case <-l.closed:
			return 0, net.ErrClosed
		}
	}
	n := copy(b, l.rest.bytes)
	l.rest.bytes = l.rest.bytes[n:]
	return n, nil
}

func (l *lag) read() {
	for {
		b := make([]byte, 4<<10)
		n, err := l.Conn.Read(b)
		select {
		case l.in <- piece{bytes: b[:n], at: time.Now().Add(l.way), err: err}:
		case <-l.closed:
			return
		}
		if err != nil {
			return
		}
	}
}
