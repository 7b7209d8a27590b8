package sim

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"sync"
)

// fragments watches what a client sends on a websocket and tells which messages came in more than one frame: Slack
// does not put those together again, and ignores them. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
type fragments struct {
	net.Conn
	mu     sync.Mutex
	header []byte // of the frame being read, until it is complete
	skip   uint64 // bytes of its payload still to come
	now    int    // ordinal of the message being read
	broken map[int]bool
}

// watcher is a ResponseWriter that hands out a connection watched for fragments.
type watcher struct {
	http.ResponseWriter
	conn *fragments
}

// Hijack is called by the upgrade.
func (w *watcher) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.conn = &fragments{Conn: conn, broken: map[int]bool{}}
	return w.conn, buffered, nil
}

// Read passes bytes on and follows the frames in them.
func (f *fragments) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range p[:n] {
		if f.skip > 0 {
			f.skip--
			continue
		}
		f.header = append(f.header, b)
		f.frame()
	}
	return n, err
}

// frame looks at the header as far as it has come.
func (f *fragments) frame() {
	if len(f.header) < 2 {
		return
	}
	size, need := uint64(f.header[1]&0x7f), 2
	switch size {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	if f.header[1]&0x80 != 0 {
		need += 4 // the mask
	}
	if len(f.header) < need {
		return
	}
	switch size {
	case 126:
		size = uint64(binary.BigEndian.Uint16(f.header[2:]))
	case 127:
		size = binary.BigEndian.Uint64(f.header[2:])
	}
	final, control := f.header[0]&0x80 != 0, f.header[0]&0x08 != 0
	if !control {
		if !final {
			f.broken[f.now] = true
		} else {
			f.now++
		}
	}
	f.header, f.skip = f.header[:0], size
}

// whole tells whether the message with this ordinal, counted from 0, came in one frame.
func (f *fragments) whole(message int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	bad := f.broken[message]
	delete(f.broken, message)
	return !bad
}
