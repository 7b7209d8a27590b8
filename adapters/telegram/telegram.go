// Package telegram hears and answers customers on Telegram (https://core.telegram.org/bots/api): private chats with a
// bot, groups that mention it, comments below a channel's posts, direct messages to a channel, and business accounts
// that the bot is connected to.
//
// Hearing is a loop of its own over getUpdates: an answer is stored whole before the next call confirms it, each update
// is decoded apart, and one that cannot be read is stored raw and shown. A crash anywhere loses nothing; what is then
// heard twice has the same ids. Sending is done by go-telegram/bot. Telegram cannot be asked whether a message was
// sent, so whatever may have arrived ends as Maybe.
//
// The cursor in the store holds, beside the next offset, which message an answer in a group replies to.
package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-telegram/bot"

	"webcare/adapters"
)

// Telegram is one bot.
type Telegram struct {
	account  string
	settings Settings
	log      *slog.Logger
	bot      *bot.Bot
	http     *http.Client // polls, questions and files
	id       int64        // the bot's own, from its token

	mu          sync.Mutex
	memory      memory
	me          self
	albums      []string        // albums in groups of which one part was for us
	connections map[string]bool // business connections: allowed by the settings?
	troubled    bool            // Inbox.Trouble was told of something
	told        bool            // Inbox.Trouble was told of anything
	conflict    time.Time       // when another program was last found polling with our token
	heard       time.Time       // when getUpdates was last answered
	saved       time.Time       // when the cursor was last stored
}

var (
	_ adapters.Adapter = (*Telegram)(nil)
	_ adapters.Fetcher = (*Telegram)(nil)
	_ adapters.Editor  = (*Telegram)(nil)
	_ adapters.Deleter = (*Telegram)(nil)
	_ adapters.Checker = (*Telegram)(nil)
	_ adapters.Pinger  = (*Telegram)(nil)
)

// New makes the adapter of one bot. No I/O.
func New(account string, s *Settings, env adapters.Env) (*Telegram, error) {
	token := s.Token.Reveal()
	number, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("account %s: the token of a Telegram bot begins with a number and a colon", account)
	}
	t := &Telegram{account: account, settings: *s, log: env.Log, id: id, connections: map[string]bool{}}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	t.log = t.log.With("account", account)
	t.http = client(env.Dial)
	t.bot, err = bot.New(token, bot.WithSkipGetMe(), bot.WithServerURL(t.base()),
		bot.WithHTTPClient(time.Minute, &sender{client: client(env.Dial)}),
		bot.WithErrorsHandler(func(err error) { t.log.Warn("the Telegram library reports", "err", t.scrub(err)) }))
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", account, t.scrub(err))
	}
	return t, nil
}

func (t *Telegram) base() string { return strings.TrimRight(t.settings.APIURL, "/") }

// dialTime is how long a connection may take to come about, and again its TLS.
const dialTime = 10 * time.Second

// client makes an HTTP client that goes to no other host than the one it is sent to. Its idle connections end before
// those of the server do, so that an answer does not run into a closed one and end as Maybe. It speaks HTTP/1.1, whose
// transport tells of a written request before its last bytes leave, where that of HTTP/2 tells after.
func client(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Client {
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	timed := func(ctx context.Context, network, addr string) (net.Conn, error) { // the transport's dials outlive their call
		ctx, cancel := context.WithTimeout(ctx, dialTime)
		defer cancel()
		return dial(ctx, network, addr)
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: timed, TLSHandshakeTimeout: dialTime,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: 20 * time.Second, ResponseHeaderTimeout: 65 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
