package slack

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
)

// line is one socket, with a far end that does what a test says, and a queue of two.
type line struct {
	*world
	queue  chan envelope
	ended  chan error
	began  time.Time
	cancel context.CancelFunc
}

// onLine plays a test with a socket whose far end says hello, and then what far does.
func onLine(t *testing.T, far func(*websocket.Conn), play func(*testing.T, *line)) {
	t.Helper()
	inWorld(t, func(t *testing.T, w *world) {
		wires := newPipes()
		var up websocket.Upgrader
		var wg sync.WaitGroup
		server := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/apps.connections.open" {
				rw.Header().Set("Content-Type", "application/json")
				_, _ = rw.Write([]byte(`{"ok":true,"url":"ws://far.test/ws"}`))
				return
			}
			wg.Add(1)
			defer wg.Done()
			ws, err := up.Upgrade(rw, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = ws.Close() }()
			if ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello"}`)) == nil {
				far(ws)
			}
		})}
		wg.Go(func() { _ = server.Serve(wires) })
		l := &line{world: w, queue: make(chan envelope, 2), ended: make(chan error, 1), began: time.Now()}
		heard := &listener{
			d: w.desk, in: w.box, log: w.desk.log, sweep: w.desk.sweeper.Load(), queue: l.queue,
			dial: &websocket.Dialer{NetDialContext: wires.dial, WriteBufferSize: writeBuffer},
		}
		over := &http.Transport{DialContext: wires.dial}
		ctx, cancel := context.WithCancel(t.Context())
		l.cancel = cancel
		wg.Go(func() {
			s := &socket{l: heard}
			l.ended <- s.live(ctx, slackgo.New("xoxb", slackgo.OptionAPIURL("http://far.test/api/"), slackgo.OptionHTTPClient(&http.Client{Transport: over})))
		})
		defer wg.Wait()
		defer func() {
			cancel()
			over.CloseIdleConnections()
			_ = wires.Close()
			_ = server.Close()
		}()
		play(t, l)
	})
}

// next waits for an envelope.
func (l *line) next() envelope {
	l.t.Helper()
	select {
	case e := <-l.queue:
		return e
	case err := <-l.ended:
		l.t.Fatalf("it ended after %v with %v", time.Since(l.began), err)
	}
	return envelope{}
}

// wantEnd waits for the end of the socket.
func (l *line) wantEnd(says string, after time.Duration) {
	l.t.Helper()
	select {
	case err := <-l.ended:
		if took := time.Since(l.began); took < after || took > after+2*time.Second || !strings.Contains(err.Error(), says) {
			l.t.Errorf("it ended after %v with %v, want about %v and %q", took, err, after, says)
		}
	case <-time.After(time.Hour):
		l.t.Errorf("it does not end, want %q", says)
	}
}

// drain reads until the connection ends, which also answers close frames.
func drain(ws *websocket.Conn) {
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

const anEnvelope = `{"envelope_id":"e1","type":"events_api","payload":{}}`

func send(ws *websocket.Conn, frames ...string) error {
	for _, f := range frames {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(f)); err != nil {
			return err
		}
	}
	return nil
}

func TestASilentSocketEnds(t *testing.T) {
	onLine(t, drain, func(_ *testing.T, l *line) { l.wantEnd("timeout", silence) })
}

func TestPingsKeepASocket(t *testing.T) {
	far := func(ws *websocket.Conn) {
		var pongs atomic.Int64
		ws.SetPongHandler(func(string) error { pongs.Add(1); return nil })
		go drain(ws)
		for range 60 {
			time.Sleep(10 * time.Second)
			if ws.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second)) != nil {
				return
			}
		}
		time.Sleep(time.Second)
		_ = send(ws, strings.Repeat("1", int(pongs.Load()))) // which is no frame that we know
		time.Sleep(time.Second)
	}
	onLine(t, far, func(t *testing.T, l *line) {
		e := l.next()
		if took := time.Since(l.began); len(e.raw) != 60 || took < 10*time.Minute {
			t.Errorf("%d of 60 pings were answered in %v", len(e.raw), took)
		}
	})
}

// A socket that is not read, since there is too much to do, is not taken for a silent one.
func TestAFullQueueIsNoSilence(t *testing.T) {
	far := func(ws *websocket.Conn) {
		if send(ws, anEnvelope, anEnvelope, anEnvelope, anEnvelope, anEnvelope) == nil {
			drain(ws)
		}
	}
	onLine(t, far, func(_ *testing.T, l *line) {
		l.rest(5 * time.Minute)
		for range 5 {
			l.next()
		}
		l.wantEnd("timeout", 5*time.Minute+silence)
	})
}

// A socket on which nothing can be acknowledged is no use, however well it is heard.
func TestAnAckThatCannotBeWritten(t *testing.T) {
	far := func(ws *websocket.Conn) {
		_ = send(ws, anEnvelope)
		time.Sleep(time.Minute) // and reads nothing
	}
	onLine(t, far, func(t *testing.T, l *line) {
		e := l.next()
		if err := e.ack(nil); err == nil {
			t.Error("it is said to be acknowledged")
		}
		l.wantEnd("", ackTimeout)
		if err := e.ack(nil); err == nil {
			t.Error("it is said to be acknowledged on a socket that ended")
		}
	})
}

func TestAnAckThatIsTooLarge(t *testing.T) {
	acks := make(chan string, 1)
	far := func(ws *websocket.Conn) {
		_ = send(ws, anEnvelope)
		_, b, _ := ws.ReadMessage()
		acks <- string(b)
	}
	onLine(t, far, func(t *testing.T, l *line) {
		e := l.next()
		if err := e.ack(strings.Repeat("x", maxWritten)); err == nil || !strings.Contains(err.Error(), "20480") {
			t.Errorf("the error is %v", err)
		}
		if err := e.ack("small"); err != nil {
			t.Error(err)
		}
		if got := <-acks; got != `{"envelope_id":"e1","payload":"small"}` {
			t.Errorf("acknowledged is %s", got)
		}
	})
}

func TestASocketThatEnds(t *testing.T) {
	for _, tt := range []struct{ name, frame, says string }{
		{"Slack says so", `{"type":"disconnect","reason":"link_disabled"}`, "link_disabled"},
		{"a frame that never ends", `"` + strings.Repeat("x", maxFrame) + `"`, "limit"},
		{"the other end is gone", "", "close"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			far := func(ws *websocket.Conn) {
				if tt.frame != "" && send(ws, tt.frame) == nil {
					drain(ws)
				}
			}
			onLine(t, far, func(_ *testing.T, l *line) { l.wantEnd(tt.says, 0) })
		})
	}
	t.Run("we end", func(t *testing.T) {
		onLine(t, drain, func(_ *testing.T, l *line) {
			l.rest(time.Second)
			l.cancel()
			l.wantEnd("", time.Second)
		})
	})
}
