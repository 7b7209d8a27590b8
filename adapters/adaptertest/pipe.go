package adaptertest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Pipe is a network in memory with one server on it, fit for synctest bubbles.
type Pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	down  atomic.Int64
}

// NewPipe serves the handler until the test ends. Every address leads to it.
func NewPipe(t *testing.T, h http.Handler) *Pipe {
	p := &Pipe{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: h}
	var group sync.WaitGroup
	group.Go(func() {
		if err := server.Serve(p); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serving: %v", err)
		}
	})
	t.Cleanup(func() {
		_ = server.Close() // conns that are gone already are no matter
		group.Wait()
	})
	return p
}

// Down refuses the next connections, so many of them; connections that are open stay.
func (p *Pipe) Down(times int) { p.down.Store(int64(times)) }

// Dial connects to the server.
func (p *Pipe) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	refused := &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	if p.down.Add(-1) >= 0 {
		return nil, refused
	}
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept is for the server.
func (p *Pipe) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// Close is for the server.
func (p *Pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// Addr is for the server.
func (p *Pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
