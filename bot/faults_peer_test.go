package bot_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// peerWaits is how long the system behind the webhook waits for an answer, and peerPause how long before its next try.
	peerWaits, peerPause = 20 * time.Second, 5 * time.Second
)

// peer is the system behind the account crm, as it posts what its customers write: again, with the same webhook-id, until
// it is told that it was taken.
type peer struct {
	w      *world
	net    *pipes
	server *http.Server
	group  sync.WaitGroup
	last   map[int]chan struct{} // closed when the last message of a customer was taken
	trouble
	refused atomic.Int64 // tries that were answered with something else than 200
}

// newPeer connects it, with the limits of time that the real port has.
func newPeer(w *world) *peer {
	p := &peer{w: w, net: newPipes(), last: map[int]chan struct{}{}}
	handler := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.life.bot.Handler(nil).ServeHTTP(rw, r) })
	p.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
	go func() { _ = p.server.Serve(p.net) }()
	w.t.Cleanup(func() {
		p.group.Wait()
		_ = p.server.Close()
	})
	return p
}

// write posts a message of customer i behind the one before it.
func (p *peer) write(i int, text string) {
	before, taken := p.last[i], make(chan struct{})
	p.last[i] = taken
	p.group.Go(func() {
		defer close(taken)
		kind, nth := p.take()
		switch {
		case kind == reversed && nth%2 == 0: // and the next one overtakes it
			time.Sleep(3 * time.Second)
		case before != nil:
			<-before
		}
		if kind == doubled {
			p.group.Go(func() { p.try(i, text, "", 0) })
		}
		for range 100 {
			if p.try(i, text, kind, nth) {
				return
			}
			time.Sleep(peerPause)
			if kind, nth = p.take(); kind == reversed || kind == doubled {
				kind = ""
			}
		}
		p.w.t.Errorf("%s was never taken", text)
	})
}

// try makes one request over a connection of its own; true = it was taken.
func (p *peer) try(i int, text string, kind mishap, before int) bool {
	conn, err := p.net.Dial(context.Background(), "", "")
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(peerWaits))
	body, err := json.Marshal(map[string]string{"conversation": fmt.Sprint("c-", i), "id": text, "name": fmt.Sprintf("P%03d", i), "text": text})
	if err != nil {
		p.w.t.Error(err)
	}
	if kind == webPage {
		body = []byte("<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>")
	}
	headers := p.w.crm.Headers(text, time.Now(), body)
	sent, claims := body, len(body)
	switch kind {
	case truncated:
		sent, claims = body[:len(body)/2], len(body)/2
	case hangs, resetUnread:
		sent = body[:len(body)/2]
	case tooLong:
		claims += 7
	case tooShort:
		claims /= 2
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "POST /hook/crm HTTP/1.1\r\nHost: webcare.test\r\nContent-Length: %d\r\n", claims)
	_ = headers.Write(&out)
	out.WriteString("\r\n")
	out.Write(sent)
	pace := time.Duration(0)
	if kind == drips {
		pace = []time.Duration{quick, slow}[before%2]
	}
	if drip(conn, out.Bytes(), pace) != nil {
		return false
	}
	switch kind {
	case resetUnread, resetBefore:
		return false
	case resetAfter:
		time.Sleep(time.Second)
		return false
	case hangsAfter:
		time.Sleep(peerWaits)
		return false
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return false
	}
	said, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		p.refused.Add(1)
		if !strings.Contains(string(said), `"error"`) && !strings.HasPrefix(string(said), "4") {
			p.w.t.Errorf("%s: %d %q", kind, answer.StatusCode, said)
		}
	}
	return answer.StatusCode == http.StatusOK && kind != brokenAfter
}
