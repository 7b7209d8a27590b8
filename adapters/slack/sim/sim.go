// Package sim is a Slack workspace in memory: the Web API, Socket Mode and file hosting of one team with one app,
// the people in it, and levers that make it fail in the ways Slack fails.
//
// It is an http.Handler, for tests (also inside a testing/synctest bubble, over an in-memory listener) and for the
// demo. Its wire format is its own and is written down from Slack's documentation, never from the adapter that talks
// to it. It is strict: a method, an argument or a block that it does not know is an error, so that a client cannot
// lean on something that nobody checked.
//
// Acts of people (Say, Press, React …) return at once; what follows from them reaches the app as events over its
// sockets, and is redelivered until acknowledged. Timestamps are unique in a channel, not in the workspace. Nothing
// survives Close, which ends every goroutine and socket.
package sim

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// object is a JSON object on its way out.
type object = map[string]any

// Options says what workspace to make. The zero value of every field has a sensible default.
type Options struct {
	// Team is the workspace; default T0SIM, "Example", https://example.slack.com/.
	Team Team
	// App is the one app installed in it; default A0SIM with bot user U0SIM and bot B0SIM, named "webcare".
	App App
	// BotToken and AppToken are what the app must show; default "xoxb-sim" and "xapp-sim".
	BotToken, AppToken string
	// Scopes are what the bot token may do; nil = all that the sim knows.
	Scopes []string
	// Events are the subscriptions of the app, such as "message.channels" and "reaction_added"; nil = all.
	Events []string
	// BaseURL is where clients reach the handler, without a slash at the end ("http://127.0.0.1:8080/slack"). The
	// addresses of sockets, uploads and files begin with it. Nil: http and the Host header of the latest API request.
	BaseURL func() string
	// AckWithin is how long the app may take to acknowledge an event; default 3 s.
	AckWithin time.Duration
	// RetryAfter is when an event that was not acknowledged is sent again, counted from the missed deadline of the
	// first delivery; default 0, 60 s, 300 s.
	RetryAfter []time.Duration
	// KeepFor is how long events wait for a socket; default 2 h, after which Slack never delivers them.
	KeepFor time.Duration
	// PingEvery is the time between pings of the server on a socket; default 10 s.
	PingEvery time.Duration
	// ShareAfter is how long a completed upload takes to appear in its channel; default 200 ms.
	ShareAfter time.Duration
	// Noise also sends the events that carry no news: message_replied (which lacks its subtype), and message_changed
	// without edited, of the root at every reply and of a message whose link was unfurled.
	Noise bool
	// Now is the clock of timestamps; default time.Now.
	Now func() time.Time
	// Log gets one debug record per API call; default none.
	Log *slog.Logger
}

// Team is a workspace. URL ends in a slash.
type Team struct{ ID, Name, Domain, URL string }

// App is the app whose tokens the sim knows.
type App struct{ ID, Name, BotID, BotUser string }

// Sim is the workspace. All methods may be called at any time by any goroutine.
type Sim struct {
	opts     Options
	methods  map[string]method
	emoji    emojis
	patterns patterns
	lines    linePatterns
	mux      *http.ServeMux
	born     string // distinguishes the event ids of two sims
	done     chan struct{}
	running  sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	changed chan struct{}
	serial  int
	host    string // of the latest API request
	world
	levers
	link
	calls map[string]int
}

// New makes a workspace with its bot user and Slackbot, and nobody and nothing else in it.
func New(o Options) *Sim {
	o = o.filled()
	s := &Sim{
		opts: o, methods: methods(), emoji: newEmojis(), patterns: newPatterns(), lines: newLinePatterns(),
		born: strings.ToUpper(strconv.FormatInt(o.Now().UnixMilli(), 36)),
		done: make(chan struct{}), changed: make(chan struct{}), calls: map[string]int{},
		world: newWorld(), link: newLink(),
	}
	s.levers.scopes = slices.Clone(o.Scopes)
	s.levers.shareAfter = o.ShareAfter
	s.AddUser(User{ID: "USLACKBOT", Name: "slackbot", RealName: "Slackbot"})
	s.AddUser(User{ID: o.App.BotUser, Name: o.App.Name, RealName: o.App.Name, IsBot: true})
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("/api/{method}", s.serveAPI)
	s.mux.HandleFunc("GET /link/", s.serveLink)
	s.mux.HandleFunc("POST /upload/{id}", s.serveUpload)
	s.mux.HandleFunc("GET /files/{id}/{name}", s.serveFile)
	s.mux.HandleFunc("POST /response/{id}", s.serveResponse)
	s.mux.HandleFunc("GET /signin", serveSignIn)
	return s
}

// filled puts the defaults in.
func (o Options) filled() Options {
	fill(&o.Team.ID, "T0SIM")
	fill(&o.Team.Name, "Example")
	fill(&o.Team.Domain, "example")
	fill(&o.Team.URL, "https://"+o.Team.Domain+".slack.com/")
	fill(&o.App.ID, "A0SIM")
	fill(&o.App.Name, "webcare")
	fill(&o.App.BotID, "B0SIM")
	fill(&o.App.BotUser, "U0SIM")
	fill(&o.BotToken, "xoxb-sim")
	fill(&o.AppToken, "xapp-sim")
	fill(&o.AckWithin, 3*time.Second)
	fill(&o.KeepFor, 2*time.Hour)
	fill(&o.PingEvery, 10*time.Second)
	fill(&o.ShareAfter, 200*time.Millisecond)
	if o.Scopes == nil {
		o.Scopes = strings.Fields(allScopes)
	}
	if o.RetryAfter == nil {
		o.RetryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func fill[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}

// ServeHTTP serves /api/<method>, the sockets under /link/, uploads under /upload/, downloads under /files/ and
// response URLs under /response/.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends all sockets, timers and hanging requests and waits for the sockets' goroutines. The world may still be
// read afterwards.
func (s *Sim) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
		s.cutLocked()
	}
	s.mu.Unlock()
	s.running.Wait()
	return nil
}

// touch tells those who wait on Changed. The lock is held.
func (s *Sim) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// newID makes an id such as U00000001. The lock is held.
func (s *Sim) newID(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%08s", prefix, strings.ToUpper(strconv.FormatInt(int64(s.serial), 36)))
}

// base is the address of the handler as clients know it. The lock is held.
func (s *Sim) base() string {
	switch {
	case s.opts.BaseURL != nil:
		return s.opts.BaseURL()
	case s.host != "":
		return "http://" + s.host
	}
	return "http://sim.invalid"
}

// stamp is a timestamp as Slack writes it: seconds, a point, six digits.
func stamp(t time.Time) string {
	us := t.UnixMicro()
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

// micros reads a timestamp; 0 where it is none.
func micros(ts string) int64 {
	sec, frac, _ := strings.Cut(ts, ".")
	a, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || len(frac) > 6 {
		return 0
	}
	b, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	if err != nil {
		return 0
	}
	return a*1e6 + b
}
