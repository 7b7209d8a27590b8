package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack"
	slacksim "webcare/adapters/slack/sim"
	"webcare/adapters/telegram"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/adapters/webhook"
	webhooksim "webcare/adapters/webhook/sim"
	"webcare/bot"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/bot/nudge"
	"webcare/store"
	"webcare/store/bolt"
)

// world is the whole of webcare against both sims, inside a synctest bubble: the real bot, a real data file, both SDKs
// over in-memory connections.
type world struct {
	t        *testing.T
	slack    *slacksim.Sim
	telegram *telegramsim.Sim
	slackNet *pipes
	// telegramNet is how Telegram is reached; nil = directly.
	telegramNet *pipes
	crm         *webhooksim.Sim // the other side of the account "crm"
	crmNet      *pipes
	tape        *tape
	goes        goes // where the bot went
	zone        *time.Location
	ladder      nudge.Ladder
	onUnsure    conversation.OnUnsure
	hold        time.Duration
	reads       *language.Language // what staff read; nil = English
	// otherApproves: [answer] approve = "other".
	otherApproves bool
	mode          conversation.Mode // of the account acme
	names         map[string]string
	language      string // of the account acme
	initials      map[string]string
	hours         nudge.Hours
	digest        bool
	account       bot.Account // what else the account acme is told
	staff         []string    // who may answer; nil = everybody in the channel
	rate          float64
	burst         int
	log           *logged
	disk          func(store.Store) store.Store                       // nil = the data file as it is
	fuse          *fuse                                               // of every connection; nil = there is none
	network       func(adapters.Adapter) adapters.Adapter             // what the account acme is; nil = Telegram as it is
	over          func(adapters.Desk) adapters.Desk                   // what the desk is; nil = Slack as it is
	bug           func(conversation.Conversation, conversation.Event) // may panic in the rules; nil = there is none
	wrong         func(format string, args ...any)                    // is told what went wrong at the end of a life

	life *life
	dir  string
	db   string
}

// life is one run of the bot, from start to stop or crash.
type life struct {
	bot  *bot.Bot
	stop context.CancelFunc
	done chan error
	wire *wire
	db   *bolt.Store
}

// Slack's inhabitants.
const (
	deskChannel = "C0DESK001"
	botToken    = "xoxb-canary-4711"
	appToken    = "xapp-canary-4712"
	chatToken   = "123456:canary-4713"
	hookSecret  = "whsec_Y2FuYXJ5LTQ3MTQtY2FuYXJ5LTQ3MTQtY2FuYXJ5"
	groupDuty   = "S0DUTY001"
)

var staff = []slacksim.User{
	{ID: "U0SANNE01", Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne"},
	{ID: "U0BRAM001", Name: "bram", RealName: "Bram Visser", FirstName: "Bram"},
	{ID: "U0LEAD001", Name: "loes", RealName: "Loes Mulder", FirstName: "Loes"},
	{ID: "U0GUEST01", Name: "gast", RealName: "Gast Hier", FirstName: "Gast", Restricted: true},
}

func newWorld(t *testing.T) *world {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, zone: zone, onUnsure: conversation.Ask, rate: 1, burst: 5, dir: memoryDir(t), log: &logged{}, tape: &tape{}, wrong: t.Errorf}
	w.ladder = nudge.Ladder{Duty: groupDuty, Lead: "U0LEAD001", Steps: []nudge.Step{{After: 15 * time.Minute, To: []string{"claimer|duty"}}}}
	w.db = filepath.Join(w.dir, "life0.db")
	w.slackNet = newPipes()
	w.slack = slacksim.New(slacksim.Options{BotToken: botToken, AppToken: appToken, BaseURL: func() string { return "http://slack.test" }})
	server := &http.Server{Handler: w.tape.over(w.slack)}
	go func() { _ = server.Serve(w.slackNet) }()
	w.telegram = telegramsim.New(telegramsim.Options{Token: chatToken, ReadsGroups: true})
	if w.crm, err = webhooksim.New(hookSecret); err != nil {
		t.Fatal(err)
	}
	w.crmNet = newPipes()
	crm := &http.Server{Handler: w.crm}
	go func() { _ = crm.Serve(w.crmNet) }()
	members := []string{"U0SIM"}
	for _, u := range staff {
		w.slack.AddUser(u)
		members = append(members, u.ID)
	}
	w.slack.AddChannel(slacksim.Channel{ID: deskChannel, Name: "webcare", Members: members})
	w.slack.AddUserGroup(slacksim.UserGroup{ID: groupDuty, Handle: "duty", Name: "On duty", Users: []string{"U0SANNE01", "U0BRAM001"}})
	t.Cleanup(func() {
		w.kill()
		_ = w.slack.Close()
		w.telegram.Close()
		_ = server.Close()
		_ = w.slackNet.Close()
		_ = crm.Close()
		_ = w.crmNet.Close()
		w.noCanary()
		w.noStranger()
		w.plainLog()
	})
	return w
}

// start runs the bot on the data file of the life before.
func (w *world) start() {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	wire := &wire{conns: map[net.Conn]bool{}, fuse: w.fuse, asked: w.goes.note}
	settings := slack.NewSettings()
	settings.BotToken, settings.AppToken = adapters.NewSecret(botToken), adapters.NewSecret(appToken)
	settings.Channel, settings.APIURL = "#webcare", "http://slack.test/api/"
	if w.reads != nil {
		settings.Language = w.reads.Tag
	}
	desk, err := slack.New(settings, adapters.Env{Log: log, Dial: wire.through(w.slackNet.Dial)})
	if err != nil {
		w.t.Fatal(err)
	}
	desk.Staff(w.staff)
	dial := w.telegram.Dial
	if w.telegramNet != nil {
		dial = w.telegramNet.Dial
	}
	tg, err := telegram.Kind().New("acme", &telegram.Settings{Token: adapters.NewSecret(w.telegram.Token()), APIURL: w.telegram.BaseURL(), Business: []string{"@example_owner"}},
		adapters.Env{Log: log, Dial: wire.through(dial)})
	if err != nil {
		w.t.Fatal(err)
	}
	if w.network != nil {
		tg = w.network(tg)
	}
	crm, err := webhook.Kind().New("crm", &webhook.Settings{Secret: adapters.NewSecret(hookSecret), URL: "http://localhost/answers"},
		adapters.Env{Log: log, Dial: wire.through(w.crmNet.Dial)})
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := bolt.Open(w.db, bolt.Options{Log: log})
	if err != nil {
		w.t.Fatal(err)
	}
	acme := w.account
	acme.Name, acme.Kind, acme.Label, acme.Adapter, acme.Language, acme.Mode, acme.Hours = "acme", "telegram", "Telegram", tg, w.language, w.mode, w.hours
	var memory store.Store = db
	if w.disk != nil {
		memory = w.disk(db)
	}
	var slackDesk adapters.Desk = desk
	if w.over != nil {
		slackDesk = w.over(desk)
	}
	b, err := bot.New(bot.Options{
		Store: memory, Desk: slackDesk,
		Accounts: []bot.Account{
			acme,
			{Name: "crm", Kind: "webhook", Adapter: crm, Hours: w.hours},
		},
		Ladder: w.ladder, Hours: w.hours, Digest: w.digest, OnUnsure: w.onUnsure, Hold: w.hold, OtherApproves: w.otherApproves, Language: w.reads, Known: bot.Known{Names: w.names, Initials: w.initials}, Location: w.zone, PostRate: w.rate, PostBurst: w.burst, Log: log,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if w.bug != nil {
		b.Mistake(w.bug)
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &life{bot: b, stop: stop, done: make(chan error, 1), wire: wire, db: db}
	go func() { l.done <- b.Run(ctx) }()
	w.life = l
}

// memoryDir is a folder that lies in memory where the system has a place for that: a process that dies loses nothing there
// that it would not lose on a disk.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "webcare-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// crash ends the bot as kill -9 does: its connections break, and what it writes from now on is not seen by the next life.
func (w *world) crash() {
	w.t.Helper()
	synctest.Wait()
	data, err := os.ReadFile(w.db)
	if err != nil {
		w.t.Fatal(err)
	}
	w.kill()
	w.db = filepath.Join(w.dir, fmt.Sprintf("life%d.db", time.Now().UnixNano()))
	if err := os.WriteFile(w.db, data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kill() {
	if w.life == nil {
		return
	}
	w.life.wire.cut()
	w.end()
}

// end stops the bot as SIGTERM does.
func (w *world) end() {
	w.t.Helper()
	l := w.life
	w.life = nil
	began := time.Now()
	l.stop()
	if err := <-l.done; err != nil {
		w.wrong("the bot ended with %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		w.wrong("the bot took %v to end", took)
	}
	if wrong := unsound(l.db); len(wrong) > 0 {
		w.wrong("the data file was left wrong: %q", wrong)
	}
	if err := l.db.Close(); err != nil {
		w.t.Error(err)
	}
	l.wire.cut()
}

// unsound is what a data file says is wrong with it; one that has failed says nothing any more.
func unsound(db *bolt.Store) []string {
	report, err := db.Verify(context.Background())
	if err != nil && !errors.Is(err, store.ErrFailed) {
		return []string{err.Error()}
	}
	return slices.Concat(report.Problems, report.Contradictions)
}

// wire is all connections of one life; cut breaks them and lets no new ones through.
type wire struct {
	mu     sync.Mutex
	conns  map[net.Conn]bool
	broken bool
	fuse   *fuse             // nil = there is none
	asked  func(addr string) // is told where the bot wants to go
}

type dialer = func(ctx context.Context, network, addr string) (net.Conn, error)

var errCut = errors.New("connection refused")

func (w *wire) through(dial dialer) dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		w.mu.Lock()
		broken := w.broken
		w.mu.Unlock()
		w.asked(addr)
		if broken || w.fuse != nil && w.fuse.refuses() {
			return nil, &net.OpError{Op: "dial", Net: network, Err: errCut}
		}
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if w.fuse != nil {
			c = fused{c, w.fuse}
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.conns[c] = true
		return c, nil
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = true
	for c := range w.conns {
		_ = c.Close()
	}
	clear(w.conns)
}

// pipes is a listener whose connections are net.Pipes.
type pipes struct {
	ch   chan net.Conn
	stop chan struct{}
	once sync.Once
}

func newPipes() *pipes { return &pipes{ch: make(chan net.Conn), stop: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.ch:
		return c, nil
	case <-p.stop:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.stop) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.ch <- server:
		return client, nil
	case <-p.stop:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// buttonID is the action_id of the button with a label on a message; empty = none.
func buttonID(m slacksim.Message, label string) string {
	var loose []map[string]any
	if json.Unmarshal(m.Blocks, &loose) != nil {
		return ""
	}
	for _, b := range loose {
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			button, is := e.(map[string]any)
			if !is {
				continue
			}
			text, _ := button["text"].(map[string]any)
			if text != nil && text["text"] == label {
				id, _ := button["action_id"].(string)
				return id
			}
		}
	}
	return ""
}

// picture is the smallest PNG: one transparent pixel.
var picture = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")

func onUnsure(s string) conversation.OnUnsure { return conversation.OnUnsure(s) }

// logged keeps what the bot logs, down to debug; with WEBCARE_TEST_LOG set it goes to standard error too.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

// String is all that was logged.
func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// noCanary looks for the tokens in everything that outlives a call: the log, the data files, every Slack message with the
// names of its files, and all that customers have.
func (w *world) noCanary() {
	look := func(where string, data []byte) {
		for _, token := range []string{botToken, appToken, w.telegram.Token(), hookSecret} {
			if bytes.Contains(data, []byte(token)) {
				w.t.Errorf("the token %s stands in %s", token, where)
			}
		}
	}
	look("the log", []byte(w.log.String()))
	files, _ := filepath.Glob(filepath.Join(w.dir, "*.db"))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			w.t.Error(err)
		}
		look("a data file", data)
	}
	for _, m := range w.slack.Messages(deskChannel) {
		for _, x := range append(w.slack.Thread(deskChannel, m.TS), m) {
			look("Slack", fmt.Append(nil, x.Text, string(x.Blocks), string(x.Metadata), x.Username))
			for _, f := range x.Files {
				look("Slack", fmt.Append(nil, f.Name, f.Title))
			}
		}
	}
	for _, c := range w.telegram.Customers() {
		for _, m := range c.Messages() {
			look("a phone", fmt.Append(nil, m.Text, m.Caption, m.Document))
		}
	}
	look("what crm got", fmt.Append(nil, w.crm.Answers()))
}
