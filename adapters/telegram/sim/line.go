package sim

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// line is an in-memory listener with an http.Server behind it, started at the first dial.
type line struct {
	handler http.Handler
	conns   chan net.Conn
	done    chan struct{}
	once    sync.Once
	end     sync.Once
	server  *http.Server
	served  chan struct{}
}

func newLine(h http.Handler) *line {
	return &line{handler: h, conns: make(chan net.Conn), done: make(chan struct{}), served: make(chan struct{})}
}

func (l *line) dial(ctx context.Context) (net.Conn, error) {
	l.once.Do(func() {
		l.server = &http.Server{Handler: l.handler}
		go func() {
			defer close(l.served)
			_ = l.server.Serve(l)
		}()
	})
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.done:
	case <-ctx.Done():
	}
	_ = ours.Close()
	_ = theirs.Close()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, net.ErrClosed
}

func (l *line) close() {
	l.end.Do(func() { close(l.done) })
	started := true
	l.once.Do(func() { started = false })
	if started && l.server != nil {
		_ = l.server.Close()
		<-l.served
	}
}

// Accept is part of net.Listener.
func (l *line) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close is part of net.Listener.
func (l *line) Close() error {
	l.end.Do(func() { close(l.done) })
	return nil
}

// Addr is part of net.Listener.
func (l *line) Addr() net.Addr { return addr{} }

type addr struct{}

func (addr) Network() string { return "pipe" }
func (addr) String() string  { return "telegram.test:80" }
