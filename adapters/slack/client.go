package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Times and sizes of the Web API.
const (
	// apiTimeout bounds one call; Slack itself gives up after some 10 s.
	apiTimeout = 30 * time.Second
	// openTimeout bounds apps.connections.open and the WebSocket handshake.
	openTimeout = 10 * time.Second
	// openPause is the least time between two calls of apps.connections.open by one socket: the method is Tier 1, and
	// a connection that Slack ends is opened anew at once.
	openPause = time.Second
	// maxAnswer bounds the answer to one call, in bytes.
	maxAnswer = 16 << 20
)

// connect builds the HTTP side of the desk.
func (d *Desk) connect(env adapters.Env) {
	d.base = &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		MaxIdleConns:          128,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		ResponseHeaderTimeout: apiTimeout,
	}
	if env.Dial != nil {
		d.base.Proxy = nil
		d.base.DialContext = env.Dial
	}
	d.http = &http.Client{Transport: recorder{d.base}, Timeout: apiTimeout}
	d.bulk = &http.Client{Transport: recorder{d.base}, CheckRedirect: d.redirect}
	d.api = d.client(d.http)
	d.files = d.client(d.bulk)
}

// client makes a slack-go client. It never retries by itself and never logs.
func (d *Desk) client(over *http.Client) *slackgo.Client {
	return slackgo.New(d.settings.BotToken.Reveal(),
		slackgo.OptionAppLevelToken(d.settings.AppToken.Reveal()),
		slackgo.OptionAPIURL(d.settings.endpoint()),
		slackgo.OptionHTTPClient(over))
}

// exchange is one HTTP request and its answer, as recorder saw them. slack-go decodes answers strictly and hides much
// of an error; what counts is read from here, and nothing else of an answer with status 200 is given to slack-go: it
// would decode each message that we post anew, blocks and all.
type exchange struct {
	written atomic.Bool // the request began to leave: from here on it may have been carried out
	status  int         // 0 = no answer
	header  http.Header
	body    []byte
}

type exchangeKey struct{}

// recorder notes each exchange whose context asks for it.
type recorder struct{ next http.RoundTripper }

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return r.next.RoundTrip(req)
	}
	trace := &httptrace.ClientTrace{WroteHeaders: func() { x.written.Store(true) }}
	resp, err := r.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	x.status, x.header, x.body = resp.StatusCode, resp.Header, body
	if x.status == http.StatusOK {
		body = []byte(`{"ok":true}`)
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

// answer is what all answers of the Web API have in common.
type answer struct {
	OK       bool            `json:"ok"`
	Error    lax             `json:"error"`
	Needed   lax             `json:"needed"`
	Metadata json.RawMessage `json:"response_metadata"`
}

// more is the part of response_metadata that is used.
type more struct {
	Cursor   lax   `json:"next_cursor"`
	Messages []lax `json:"messages"`
}

// ask makes one call and reads the answer's body into out (nil = not wanted). The error is a *adapters.SendError.
func (d *Desk) ask(ctx context.Context, m method, out any, call func(context.Context, *slackgo.Client) error) error {
	x := &exchange{}
	err := call(context.WithValue(ctx, exchangeKey{}, x), d.api)
	return d.settle(ctx, m, x, err, out)
}

// settle decides from the exchange what became of a call.
func (d *Desk) settle(ctx context.Context, m method, x *exchange, err error, out any) error {
	if x.status != 0 && x.status < 500 {
		d.pulse.good()
	} else if ctx.Err() == nil {
		d.pulse.bad()
	}
	if failed := judge(m, x, err); failed != nil {
		if failed.Whole && (failed.Reason == conversation.TokenDead || failed.Reason == conversation.NotAllowed) {
			d.told.set(sourceCalls, failed)
		}
		return failed
	}
	if m.posts && !m.direct {
		d.told.set(sourceCalls, nil)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(x.body, out); err != nil {
		return unreadable(m, err)
	}
	return nil
}

// throttle keeps calls a time apart, and makes none while Slack wants none.
type throttle struct {
	next  http.RoundTripper
	every time.Duration
	shut  *closed

	mu   sync.Mutex
	free time.Time
}

func (t *throttle) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	now := time.Now()
	at := now
	if t.free.After(now) {
		at = t.free
	}
	t.free = at.Add(t.every)
	t.mu.Unlock()
	if err := pause(req.Context(), max(at.Sub(now), t.shut.left()), nil); err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		t.shut.keep(askedToWait(resp.Header))
	}
	return resp, err
}

// closed is how long Slack wants no more of some calls, whoever of us makes them.
type closed struct {
	mu    sync.Mutex
	until time.Time
}

func (q *closed) left() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return time.Until(q.until)
}

func (q *closed) keep(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at := time.Now().Add(d); at.After(q.until) {
		q.until = at
	}
}

// pause waits; it ends early, with nil, when wake is closed, and with the context's error when that ends.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	case <-wake:
	}
	return nil
}

// pulse knows whether Slack answers, and wakes who waits for it.
type pulse struct {
	up func() // called at each return

	mu   sync.Mutex
	down bool
	back chan struct{}
}

func newPulse() *pulse { return &pulse{back: make(chan struct{})} }

// wait gives a channel that is closed when Slack answers again after a failure.
func (p *pulse) wait() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.back
}

func (p *pulse) bad() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
}

func (p *pulse) good() {
	p.mu.Lock()
	was := p.down
	p.down = false
	p.mu.Unlock()
	if was {
		p.beat()
	}
}

// beat wakes everybody who waits.
func (p *pulse) beat() {
	p.mu.Lock()
	close(p.back)
	p.back = make(chan struct{})
	p.mu.Unlock()
	p.up()
}
