package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

// pipes is a listener in memory, so that everything can run in a synctest bubble.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return mine, nil
	case <-p.done:
		return nil, errors.New("refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// bench is a sim behind an HTTP server in memory, with clients.
type bench struct {
	*sim.Sim
	t    *testing.T
	pipe *pipes
	http *http.Client
	api  *slack.Client
}

const host = "http://slack.test"

// in runs f on a fresh workspace in a bubble: channel CDESK with the bot and Ann (UANN) and Bob (UBOB).
func in(t *testing.T, o sim.Options, f func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		s := sim.New(o)
		server := &http.Server{Handler: s}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := server.Serve(p); !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("serve: %v", err)
			}
		})
		client := &http.Client{Transport: &http.Transport{DialContext: p.dial}, Timeout: 30 * time.Second}
		b := &bench{Sim: s, t: t, pipe: p, http: client}
		b.api = slack.New("xoxb-sim", slack.OptionAPIURL(host+"/api/"), slack.OptionHTTPClient(client),
			slack.OptionAppLevelToken("xapp-sim"))
		s.AddUser(sim.User{ID: "UANN", Name: "ann", RealName: "Ann Example"})
		s.AddUser(sim.User{ID: "UBOB", Name: "bob", RealName: "Bob Example"})
		s.AddUserGroup(sim.UserGroup{ID: "SDUTY", Handle: "duty", Users: []string{"UANN"}})
		s.AddChannel(sim.Channel{ID: "CDESK", Name: "desk", Members: []string{"U0SIM", "UANN", "UBOB"}})
		f(b)
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		client.CloseIdleConnections()
		server.Close()
		wg.Wait()
	})
}

// call posts a form to a method and returns the answer; an HTTP failure is {"error":"http 503"}, a broken connection
// {"error":"broken"}.
func (b *bench) call(method string, pairs ...string) map[string]any {
	b.t.Helper()
	form := url.Values{"token": {"xoxb-sim"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, err := b.http.PostForm(host+"/api/"+method, form)
	if err != nil {
		return map[string]any{"error": "broken"}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	var out map[string]any
	if err != nil || json.Unmarshal(body, &out) != nil {
		return map[string]any{"error": "http " + resp.Status[:3] + " unreadable"}
	}
	return out
}

// must posts a form to a method and fails the test where the answer is not ok.
func (b *bench) must(method string, pairs ...string) map[string]any {
	b.t.Helper()
	out := b.call(method, pairs...)
	if out["ok"] != true {
		b.t.Fatalf("%s: %v", method, out)
	}
	return out
}

// post posts as the bot and returns the ts.
func (b *bench) post(pairs ...string) string {
	b.t.Helper()
	return b.must("chat.postMessage", append([]string{"channel", "CDESK"}, pairs...)...)["ts"].(string)
}

// say posts as Ann.
func (b *bench) say(m sim.Saying) string {
	b.t.Helper()
	if m.User == "" {
		m.User = "UANN"
	}
	if m.Channel == "" {
		m.Channel = "CDESK"
	}
	ts, err := b.Say(m)
	if err != nil {
		b.t.Fatal(err)
	}
	return ts
}

// envelope is a frame as a client sees it.
type envelope struct {
	ID      string `json:"envelope_id"`
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Attempt int    `json:"retry_attempt"`
	Why     string `json:"retry_reason"`
	Payload struct {
		EventID string         `json:"event_id"`
		Event   map[string]any `json:"event"`
		Type    string         `json:"type"`
	} `json:"payload"`
	raw json.RawMessage
	at  time.Time
}

// socket is a plain Socket Mode client that keeps every frame.
type socket struct {
	ws   *websocket.Conn
	got  chan envelope
	gone chan struct{}
}

// connect opens a socket; with ack it acknowledges every envelope.
func (b *bench) connect(ack bool) *socket {
	b.t.Helper()
	req, _ := http.NewRequest(http.MethodPost, host+"/api/apps.connections.open", nil)
	req.Header.Set("Authorization", "Bearer xapp-sim")
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var open struct{ URL string }
	if err := json.NewDecoder(resp.Body).Decode(&open); err != nil {
		b.t.Fatal(err)
	}
	d := websocket.Dialer{NetDialContext: b.pipe.dial}
	ws, _, err := d.Dial(open.URL, nil)
	if err != nil {
		b.t.Fatalf("dial %s: %v", open.URL, err)
	}
	k := &socket{ws: ws, got: make(chan envelope, 1000), gone: make(chan struct{})}
	go func() {
		defer close(k.gone)
		defer ws.Close()
		for {
			_, frame, err := ws.ReadMessage()
			if err != nil {
				return
			}
			e := envelope{raw: frame, at: time.Now()}
			if json.Unmarshal(frame, &e) != nil {
				e.Type = "unreadable"
			}
			k.got <- e
			if ack && e.ID != "" && ws.WriteJSON(map[string]string{"envelope_id": e.ID}) != nil {
				return
			}
		}
	}()
	synctest.Wait()
	return k
}

// frames takes what has arrived after everything came to rest.
func (k *socket) frames() []envelope {
	synctest.Wait()
	var all []envelope
	for {
		select {
		case e := <-k.got:
			all = append(all, e)
		default:
			return all
		}
	}
}

// events are the frames that are events_api envelopes.
func (k *socket) events() []envelope {
	var all []envelope
	for _, e := range k.frames() {
		if e.Type == "events_api" {
			all = append(all, e)
		}
	}
	return all
}

// kinds names frames for comparison: hello, disconnect, or type/subtype of an event.
func kinds(all []envelope) string {
	var names []string
	for _, e := range all {
		name := e.Type
		if e.Type == "events_api" {
			name, _ = e.Payload.Event["type"].(string)
			if sub, ok := e.Payload.Event["subtype"].(string); ok {
				name += "/" + sub
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// direct calls a method without a network.
func direct(t *testing.T, s *sim.Sim, method string, pairs ...string) map[string]any {
	t.Helper()
	form := url.Values{"token": {"xoxb-sim"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/api/"+method, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v in %q", method, err, w.Body)
	}
	return out
}
