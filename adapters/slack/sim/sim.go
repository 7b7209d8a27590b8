// Package sim is a Slack workspace in memory: the Web API, Socket Mode and file hosting of one team with one app,
// the people in it, and levers that make it fail in the ways Slack fails.
//
// It is an http.Handler, for tests (also inside a testing/synctest bubble, over an in-memory listener) and for the
// demo. Its wire format is its own and is written down from Slack's documentation, never from the adapter that talks
// to it. It is strict: a method, an argument or a block that it does not know is an error, so that a client cannot
// lean on something that nobody checked.
//
// Acts of people (Say, Press, React …) return at once; what follows from them reaches the app as events over its
// sockets, and is redelivered until acknowledged. Nothing survives Close, which ends every goroutine and socket.
package sim

import (
	"log/slog"
	"net/http"
	"time"
)

// Options says what workspace to make. The zero value of every field has a sensible default.
type Options struct {
	// Team is the workspace; default T0SIM, "Example", https://example.slack.com/.
	Team Team
	// App is the one app installed in it; default A0SIM with bot user U0SIM and bot B0SIM, named "webcare".
	App App
	// BotToken and AppToken are what the app must show; default "xoxb-sim" and "xapp-sim".
	BotToken, AppToken string
	// Scopes are what the bot token may do; nil = all.
	Scopes []string
	// BaseURL is where clients reach the handler, without a slash at the end ("http://127.0.0.1:8080/slack"). The
	// addresses of sockets, uploads and files begin with it. Nil: http and the Host header of the request at hand.
	BaseURL func() string
	// AckWithin is how long the app may take to acknowledge an event; default 3 s.
	AckWithin time.Duration
	// RetryAfter is when an event that was not acknowledged is sent again, counted from the missed deadline of the
	// first delivery; default 0, 60 s, 300 s.
	RetryAfter []time.Duration
	// PingEvery is the time between pings of the server on a socket; default 10 s.
	PingEvery time.Duration
	// ShareAfter is how long a completed upload takes to appear in its channel; default 200 ms.
	ShareAfter time.Duration
	// Now is the clock of timestamps; default time.Now.
	Now func() time.Time
	// Log gets one debug record per API call; default none.
	Log *slog.Logger
}

// Team is a workspace.
type Team struct{ ID, Name, Domain, URL string }

// App is the app whose tokens the sim knows.
type App struct{ ID, Name, BotID, BotUser string }

// Sim is the workspace. All methods may be called at any time by any goroutine.
type Sim struct{ opts Options }

// New makes a workspace with its bot user and nobody and nothing else in it.
func New(o Options) *Sim { return &Sim{opts: o} }

// ServeHTTP serves /api/<method>, the sockets under /link/, uploads under /upload/, downloads under /files/ and
// response URLs under /response/.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// Close ends all sockets, timers and hanging requests. The world may still be read afterwards.
func (s *Sim) Close() error { return nil }
