package bot_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// fraying hands websockets on, whose frames then go wrong on the way to the bot.
type fraying struct {
	trouble
	next http.Handler
}

// ServeHTTP watches the connections of websockets.
func (f *fraying) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/link/") {
		w = &frayer{w, f}
	}
	f.next.ServeHTTP(w, r)
}

type frayer struct {
	http.ResponseWriter
	by *fraying
}

// Unwrap is for http.ResponseController.
func (f *frayer) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// Hijack is called by the upgrade.
func (f *frayer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(f.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &frayed{Conn: conn, by: f.by}, buffered, nil
}

// frayed is a connection of a websocket, on the side of the server, which writes each frame at once.
type frayed struct {
	net.Conn
	by *fraying

	mu         sync.Mutex
	mute, deaf bool // nothing gets out, nothing gets in, and nobody is told
}

const textFrame = 0x81

// Write: see net.Conn.
func (f *frayed) Write(b []byte) (int, error) {
	f.mu.Lock()
	mute := f.mute
	f.mu.Unlock()
	if mute {
		return len(b), nil
	}
	if len(b) < 2 || b[0] != textFrame {
		return f.Conn.Write(b)
	}
	kind, before := f.by.take()
	payload := b[headOf(b):]
	switch kind {
	case hangs, hangsAfter:
		f.mu.Lock()
		f.mute, f.deaf = kind == hangs, kind == hangsAfter
		f.mu.Unlock()
		if kind == hangs {
			return len(b), nil
		}
	case resetUnread, resetBefore:
		_ = f.Close()
		return 0, net.ErrClosed
	case resetAfter:
		_, err := f.Conn.Write(b)
		return len(b), errors.Join(err, f.Close())
	case truncated:
		return f.instead(b, framed(payload[:len(payload)/2], len(payload)/2))
	case webPage:
		page := "<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>"
		return f.instead(b, framed([]byte(page), len(page)))
	case tooLong:
		return f.instead(b, framed(payload, len(payload)+7))
	case tooShort:
		return f.instead(b, framed(payload, len(payload)/2))
	case drips: // Slack's server gives up after 10 s
		if err := drip(f.Conn, b, quick*time.Duration(1+7*(before%2))); err != nil {
			return 0, err
		}
		return len(b), nil
	}
	return f.Conn.Write(b)
}

func (f *frayed) instead(of, data []byte) (int, error) {
	if _, err := f.Conn.Write(data); err != nil {
		return 0, err
	}
	return len(of), nil
}

// Read: see net.Conn.
func (f *frayed) Read(b []byte) (int, error) {
	for {
		n, err := f.Conn.Read(b)
		f.mu.Lock()
		deaf := f.deaf
		f.mu.Unlock()
		if err != nil || !deaf {
			return n, err
		}
	}
}

// headOf is how long the head of a frame from a server is (https://www.rfc-editor.org/rfc/rfc6455#section-5.2).
func headOf(b []byte) int {
	switch b[1] & 0x7f {
	case 126:
		return 4
	case 127:
		return 10
	}
	return 2
}

// framed is a text frame that says it has so many bytes.
func framed(payload []byte, claims int) []byte {
	head := []byte{textFrame, byte(claims)}
	if claims > 125 {
		head = binary.BigEndian.AppendUint16([]byte{textFrame, 126}, uint16(claims))
	}
	return append(head, payload...)
}
