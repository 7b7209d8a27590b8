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

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Times of Socket Mode. The client that slack-go has for it is not used: it decodes each frame strictly, and twice, before
// we do (a third of what a new conversation cost, since our own cards come back as events), gives no name to what it cannot
// decode, may sleep for as long as an outage was, and opens anew without any pause what Slack ends.
const (
	sockets       = 2
	backoffLeast  = 100 * time.Millisecond
	backoffMost   = 2 * time.Second
	deadPause     = 30 * time.Second // between tries with a token that Slack does not accept
	shortLife     = 5 * time.Second  // a connection that ends sooner is a bad sign
	flapsAllowed  = 3                // so many in a row, and there is a pause
	waiting       = 1024             // envelopes in hand at most; beyond, the sockets are not read
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

// keep holds one socket open until ctx ends. One that Slack ends is opened anew at once, as Slack ends each now and then;
// where it ends them all at once, or cannot be reached, there is a pause, which grows.
func (l *listener) keep(ctx context.Context, n int) {
	over := &http.Client{Transport: &throttle{next: l.d.base, every: openPause, shut: &l.shut}, Timeout: openTimeout}
	api := l.d.client(over)
	backoff, flapped, flaps, told := backoffLeast, backoffMost, 0, false
	for ctx.Err() == nil {
		s := &socket{l: l, n: n}
		err := s.live(ctx, api)
		if ctx.Err() != nil {
			return
		}
		if s.said {
			backoff, told = backoffLeast, false
		}
		wait, wake := backoff, l.d.pulse.wait()
		level := slog.LevelDebug // of all the tries of one outage only the first is told
		if !told {
			level = slog.LevelWarn
		}
		told = true
		switch fatal := socketTrouble(err); {
		case s.lasted():
			flaps, flapped = 0, backoffMost
			wait, level, told = 0, slog.LevelInfo, false
		case !s.since.IsZero():
			if flaps++; flaps < flapsAllowed && flapped == backoffMost {
				wait = 0
				break
			}
			flaps, wait, wake = 0, flapped, nil
			flapped = min(2*flapped, deadPause)
			l.d.told.set(sourceSockets, notAllowed(errFlapping))
		case fatal != nil:
			flaps, wait, wake = 0, deadPause, nil
			l.d.told.set(sourceSockets, fatal)
		default:
			flaps, backoff = 0, min(2*backoff, backoffMost)
			if l.count(0) == 0 {
				l.d.told.set(sourceSockets, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Whole: true, Err: sayf("the Socket Mode of Slack cannot be reached: %w", plainly(err))})
			}
		}
		if left := l.shut.left(); left > wait {
			wait, wake = left, nil
		}
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
