// Package sim is a simulator of the Telegram Bot API (https://core.telegram.org/bots/api): one bot, the customers who
// write to it, and the groups, channels and business accounts it sits in.
//
// It is an http.Handler that answers /bot<token>/<method> and /file/bot<token>/<path>, below any path prefix, and Go
// code that lets people act: a Customer writes, edits, blocks. What a bot reads and sends follows the real server as
// far as it was seen in its source: the offsets of getUpdates, the one consumer, the texts of errors, lengths in UTF-16
// units. Faults are set while it runs (Down, Slow, Fail), each "it failed" also as "it said so, yet it happened".
//
// It keeps everything in memory, starts a goroutine only for webhooks and Dial, and works in a testing/synctest bubble
// (reach it by Dial there). It shares no type with any client, or a mistake would be mirrored.
package sim

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options are how a sim is made. The zero value works.
type Options struct {
	// Token is what the bot shows; empty = "123456:TEST".
	Token string
	// Username is the bot's name without @; empty = "example_bot".
	Username string
	// BaseURL is where clients reach the sim ("http://127.0.0.1:8081/telegram"); it is only given back by BaseURL,
	// and empty = "http://telegram.test".
	BaseURL string
	// ReadsGroups switches privacy mode off: the bot gets every message of its groups.
	ReadsGroups bool
}

// Sim is one simulated Bot API with one bot. All its methods may be called by many goroutines.
type Sim struct {
	opts Options
	bot  User

	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
	line *line // in-memory listener, see Dial

	mu        sync.Mutex
	users     map[int64]*Customer
	chats     map[chatKey]*chat
	business  map[string]*Business
	files     map[string]*blob
	nextUser  int64
	nextChat  int64
	nextMsg   int
	nextFile  int
	nextGroup int
	queue     queue
	hook      hook
	calls     map[string]int
	log       []Call
	commands  []byte
	levers    levers
	odd       int // updates that came twice, or out of order
	watchers  map[chan Change]bool
}

// New makes a sim. Close it.
func New(o Options) *Sim {
	if o.Token == "" {
		o.Token = "123456:TEST"
	}
	if o.Username == "" {
		o.Username = "example_bot"
	}
	if o.BaseURL == "" {
		o.BaseURL = "http://telegram.test"
	}
	id, err := strconv.ParseInt(strings.SplitN(o.Token, ":", 2)[0], 10, 64)
	if err != nil {
		id = 123456
	}
	s := &Sim{
		opts:     o,
		bot:      User{ID: id, IsBot: true, FirstName: "Example Bot", Username: o.Username},
		users:    map[int64]*Customer{},
		chats:    map[chatKey]*chat{},
		business: map[string]*Business{},
		files:    map[string]*blob{},
		nextUser: 700000000,
		nextChat: 1900000000,
		calls:    map[string]int{},
		watchers: map[chan Change]bool{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.queue = newQueue()
	s.hook.wake = make(chan struct{}, 1)
	s.line = newLine(s)
	return s
}

// Close ends everything: waiting polls, webhook deliveries, watchers and connections made by Dial.
func (s *Sim) Close() {
	s.stop()
	s.line.close()
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for ch := range s.watchers {
		delete(s.watchers, ch)
		close(ch)
	}
}

// Token is what a client must show.
func (s *Sim) Token() string { return s.opts.Token }

// BaseURL is what a client's api_url must say.
func (s *Sim) BaseURL() string { return s.opts.BaseURL }

// Bot is the bot as others see it.
func (s *Sim) Bot() User { return s.bot }

// Dial connects to the sim in memory, whatever the address: for clients in a testing/synctest bubble. The sim must have
// been made in the same bubble.
func (s *Sim) Dial(ctx context.Context, _, _ string) (net.Conn, error) { return s.line.dial(ctx) }

// ServeHTTP answers the Bot API.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if _, after, ok := strings.Cut(path, "/file/bot"); ok {
		s.serveFile(w, r, after)
		return
	}
	_, after, ok := strings.Cut(path, "/bot")
	if !ok {
		http.NotFound(w, r)
		return
	}
	token, method, ok := strings.Cut(after, "/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	s.serveMethod(w, r, token, method)
}

func now() int64 { return time.Now().Unix() }
