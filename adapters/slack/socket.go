package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Times of Socket Mode. slack-go's own back-off doubles up to 5 minutes, so that it may sleep long after Slack is back;
// ours ends each try of slack-go that fails and starts another.
const (
	sockets       = 2
	backoffLeast  = 100 * time.Millisecond
	backoffMost   = 2 * time.Second
	deadPause     = 30 * time.Second // between tries with a token that Slack does not accept
	shortLife     = 5 * time.Second  // a connection that ends sooner is a bad sign
	flapsAllowed  = 3                // so many in a row, and slack-go's immediate reconnecting is ended
	maxFrame      = 4 << 20          // bytes
	waiting       = 1024             // envelopes in hand at most; beyond, the sockets are not read
	ackTimeout    = time.Second
	writeBuffer   = 32 << 10 // bytes: Slack does not put continuation frames together again
	deliverPause  = 200 * time.Millisecond
	deliverPauses = 5 * time.Second
)

// errFlapping: Slack accepts the connection and ends it at once.
var errFlapping = sayf("each connection is ended by Slack at once; see whether Socket Mode is switched on for the app, and whether other programs use its app token")

// listener hears by Socket Mode. It lives as long as one Run.
type listener struct {
	d    *Desk
	home *home
	in   adapters.DeskInbox
	log  *slog.Logger
	dial *websocket.Dialer

	queue   chan envelope
	sweep   *sweeper
	counter *counter // nil = there are no views
	shut    closed   // the opening of sockets

	mu sync.Mutex
	up int // sockets that have said hello
}

// keep holds one socket open until ctx ends.
func (l *listener) keep(ctx context.Context, n int) {
	over := &http.Client{Transport: &throttle{next: l.d.base, every: openPause, shut: &l.shut}, Timeout: openTimeout}
	api := l.d.client(over)
	backoff, flapped, told := backoffLeast, backoffMost, false
	for ctx.Err() == nil {
		s := &socket{l: l, n: n, allowed: flapsAllowed}
		if flapped > backoffMost {
			s.allowed = 1
		}
		err := s.live(ctx, api)
		if ctx.Err() != nil {
			return
		}
		if s.hellos > 0 {
			backoff, told = backoffLeast, false
		}
		wait, wake := backoff, l.d.pulse.wait()
		switch fatal := socketTrouble(err); {
		case errors.Is(err, errFlapping):
			wait, wake = flapped, nil
			flapped = min(2*flapped, deadPause)
			l.d.told.set(sourceSockets, notAllowed(err))
		case fatal != nil:
			wait, wake = deadPause, nil
			l.d.told.set(sourceSockets, fatal)
		default:
			backoff = min(2*backoff, backoffMost)
			if l.count(0) == 0 {
				l.d.told.set(sourceSockets, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Whole: true, Err: sayf("the Socket Mode of Slack cannot be reached: %w", plainly(err))})
			}
		}
		if s.calm {
			flapped = backoffMost
		}
		if left := l.shut.left(); left > wait {
			wait, wake = left, nil
		}
		level := slog.LevelDebug // of all the tries of one outage only the first is told
		if !told {
			level = slog.LevelWarn
		}
		told = true
		l.log.Log(ctx, level, "slack: socket closed", "socket", n, "error", plainly(err), "wait", wait)
		if pause(ctx, wait, wake) != nil {
			return
		}
	}
}

// count changes the number of sockets that hear, and says what it is.
func (l *listener) count(change int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up += change
	return l.up
}

// socket is one life of one slack-go client.
type socket struct {
	l       *listener
	n       int
	hearing bool
	hellos  int
	flaps   int
	allowed int
	calm    bool // some connection lasted
	since   time.Time
}

// live runs slack-go until it fails; the error is never nil.
func (s *socket) live(ctx context.Context, api *slackgo.Client) error {
	ctx, cancel := context.WithCancel(ctx)
	smc := socketmode.New(api, socketmode.OptionDialer(s.l.dial), socketmode.OptionReadLimit(maxFrame))
	done := make(chan error, 1)
	go func() { done <- smc.RunContext(ctx) }()
	stop := func(err error) error {
		cancel()
		if end := <-done; err == nil {
			err = end
		}
		s.deaf()
		return err
	}
	for {
		select {
		case err := <-done:
			done <- err
			return stop(err)
		case <-ctx.Done():
			return stop(ctx.Err())
		case ev := <-smc.Events:
			if err := s.on(ctx, smc, ev); err != nil {
				return stop(err)
			}
		}
	}
}

// on handles one event of slack-go; an error ends this life. It never blocks on anything but a full queue.
func (s *socket) on(ctx context.Context, smc *socketmode.Client, ev socketmode.Event) error {
	switch ev.Type {
	case socketmode.EventTypeConnected:
		s.since = time.Now()
	case socketmode.EventTypeHello:
		s.hear()
	case socketmode.EventTypeConnecting:
		s.deaf()
		return s.lasted()
	case socketmode.EventTypeConnectionError:
		if e, ok := ev.Data.(*slackgo.ConnectionErrorEvent); ok && e.ErrorObj != nil {
			return e.ErrorObj
		}
		return errors.New("the connection failed")
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		if r := ev.Request; r != nil {
			s.enqueue(ctx, smc, envelope{frame: frame{EnvelopeID: lax(r.EnvelopeID), Type: lax(r.Type), Payload: r.Payload}})
		}
	case socketmode.EventTypeErrorBadMessage:
		if bad, ok := ev.Data.(*socketmode.ErrorBadMessage); ok {
			s.enqueue(ctx, smc, envelope{frame: lenient[frame](bad.Message), raw: bad.Message})
		}
	case socketmode.EventTypeIncomingError:
		if e, ok := ev.Data.(*slackgo.IncomingEventError); ok {
			s.l.log.Debug("slack: a frame was no JSON, or the socket broke", "socket", s.n, "error", e.ErrorObj)
		}
	}
	return nil
}

// enqueue hands an envelope to the deliverer, together with the way to acknowledge it on this connection.
func (s *socket) enqueue(ctx context.Context, smc *socketmode.Client, e envelope) {
	if id := string(e.EnvelopeID); id != "" {
		e.ack = func(payload any) error {
			ctx, cancel := context.WithTimeout(ctx, ackTimeout)
			defer cancel()
			return smc.AckCtx(ctx, id, payload)
		}
		if s.l.counter.takes(e) {
			return
		}
	}
	select {
	case s.l.queue <- e:
	case <-ctx.Done():
	}
}

func (s *socket) hear() {
	if s.hearing {
		return
	}
	s.hearing = true
	s.hellos++
	whole := s.l.count(+1) == 1
	s.l.log.Info("slack: socket open", "socket", s.n)
	s.l.d.told.set(sourceSockets, nil)
	s.l.d.pulse.beat()
	s.l.sweep.reconnected(whole)
}

func (s *socket) deaf() {
	if !s.hearing {
		return
	}
	s.hearing = false
	if s.l.count(-1) == 0 {
		s.l.sweep.lost()
	}
}

// lasted ends slack-go's own reconnecting where connections keep ending at once: it would go on without any pause.
func (s *socket) lasted() error {
	if s.since.IsZero() {
		return nil
	}
	if time.Since(s.since) >= shortLife {
		s.flaps, s.calm = 0, true
		return nil
	}
	if s.flaps++; s.flaps >= s.allowed {
		return errFlapping
	}
	return nil
}

// socketTrouble says what to do where trying again soon is no use; nil otherwise.
func socketTrouble(err error) *adapters.SendError {
	if e, ok := errors.AsType[slackgo.StatusCodeError](err); ok && e.Code == http.StatusNotFound {
		return notAllowed(sayf("apps.connections.open: HTTP status 404; check api_url, it does not lead to Slack's Web API"))
	}
	e, ok := errors.AsType[slackgo.SlackErrorResponse](err)
	if !ok {
		return nil
	}
	v, known := meaning(e.Err)
	switch {
	case e.Err == "missing_scope" || e.Err == "not_allowed_token_type":
		return notAllowed(sayf("apps.connections.open: %s: app_token needs to be an app-level token with the scope connections:write", e.Err))
	case known && v.reason == conversation.TokenDead:
		return &adapters.SendError{
			Outcome: conversation.Later, Reason: conversation.TokenDead, Whole: true,
			Err: sayf("apps.connections.open: %s: Slack does not accept app_token; make a new app-level token on the app's page Basic Information and restart", e.Err),
		}
	case known && v.reason == conversation.NotAllowed:
		return notAllowed(sayf("apps.connections.open: %s: %w", e.Err, v.say))
	}
	return nil
}
