package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// door is the way by which the bot reaches one network: a port of its own on loopback, so that it can be shut as a
// real outage shuts it. While it is shut, connections are refused and those that were open are broken.
type door struct {
	server *http.Server
	wg     *sync.WaitGroup // of the goroutines that serve
	addr   string

	mu       sync.Mutex
	bricked  bool // it never opens again
	listener net.Listener
	through  map[net.Conn]bool
}

// newDoor opens a door on any free port of host. The server serves what comes through it.
func newDoor(ctx context.Context, host string) (*door, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("open a port for the demo: %w", err)
	}
	return &door{addr: l.Addr().String(), listener: l, through: map[net.Conn]bool{}}, nil
}

// base is the address of the door.
func (d *door) base() string { return "http://" + d.addr }

// serve begins to serve.
func (d *door) serve(server *http.Server, wg *sync.WaitGroup) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.server, d.wg = server, wg
	d.begin(d.listener)
}

// begin serves a listener until it is closed. The lock is held.
func (d *door) begin(l net.Listener) {
	d.wg.Go(func() { _ = d.server.Serve(turnstile{l, d}) })
}

// shut refuses everybody and breaks what is open.
func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener == nil {
		return
	}
	_ = d.listener.Close()
	d.listener = nil
	for c := range d.through {
		_ = c.Close()
	}
	clear(d.through)
}

// brickUp shuts it for ever.
func (d *door) brickUp() {
	d.mu.Lock()
	d.bricked = true
	d.mu.Unlock()
	d.shut()
}

// open lets everybody in again, at the same address.
func (d *door) open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener != nil || d.bricked {
		return nil
	}
	l, err := net.Listen("tcp", d.addr)
	if err != nil {
		return fmt.Errorf("open the port again: %w", err)
	}
	d.listener = l
	d.begin(l)
	return nil
}

// move shuts the door or opens it.
func (d *door) move(shut bool) error {
	if shut {
		d.shut()
		return nil
	}
	return d.open()
}

// pass notes who comes through.
func (d *door) pass(c net.Conn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener == nil {
		return errors.New("the door is shut")
	}
	d.through[c] = true
	return nil
}

// turnstile is the listener of a door.
type turnstile struct {
	net.Listener
	door *door
}

// Accept is part of net.Listener.
func (t turnstile) Accept() (net.Conn, error) {
	for {
		c, err := t.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if t.door.pass(c) == nil {
			return &passage{Conn: c, door: t.door}, nil
		}
		_ = c.Close()
	}
}

// passage is a connection through a door.
type passage struct {
	net.Conn
	door *door
}

// Close is part of net.Conn.
func (p *passage) Close() error {
	p.door.mu.Lock()
	delete(p.door.through, p.Conn)
	p.door.mu.Unlock()
	return p.Conn.Close()
}
