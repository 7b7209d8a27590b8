package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// pipes is a listener in memory, so that everything can run in a synctest bubble.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu   sync.Mutex
	fail error // what the next dials answer
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "sim", Net: "pipe"} }

func (p *pipes) refuse(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail = err
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	err := p.fail
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// box is an inbox that keeps what a store would keep.
type box struct {
	mu       sync.Mutex
	cursor   string
	seen     map[string]bool
	heard    []adapters.Incoming // each once
	delivers int
	fail     bool
	troubles []error
	ups      int
	threads  []conversation.Place
}

func (b *box) Cursor(context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cursor, nil
}

func (b *box) Deliver(_ context.Context, cursor string, heard ...adapters.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail {
		return errors.New("the disk is full")
	}
	b.delivers++
	for _, in := range heard {
		if !b.seen[in.ID] {
			b.seen[in.ID] = true
			b.heard = append(b.heard, in)
		}
	}
	if cursor != "" {
		b.cursor = cursor
	}
	return nil
}

func (b *box) Trouble(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.troubles = append(b.troubles, err)
}

func (b *box) Up() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ups++
}

func (b *box) Threads(context.Context, time.Time, int) ([]conversation.Place, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.threads, nil
}

func (b *box) setFail(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = on
}

// trouble is the latest trouble.
func (b *box) trouble() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.troubles) == 0 {
		return nil
	}
	return b.troubles[len(b.troubles)-1]
}

// said lists the texts of what staff wrote, in the order in which it was heard.
func (b *box) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, in := range b.heard {
		switch e := in.Event.(type) {
		case conversation.Wrote:
			all = append(all, e.Message.Text.Plain)
		case conversation.Pressed:
			all = append(all, "["+string(e.Action)+"]")
		case conversation.CardGone:
			all = append(all, "gone "+in.Thread.TS)
		case conversation.Unreadable:
			all = append(all, "unreadable "+e.What)
		}
	}
	return all
}

func (b *box) last() adapters.Incoming {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.heard) == 0 {
		return adapters.Incoming{}
	}
	return b.heard[len(b.heard)-1]
}

// world is the desk against the sim.
type world struct {
	t      *testing.T
	sim    *sim.Sim
	net    *pipes
	log    *strings.Builder
	desk   *Desk
	box    *box
	in     adapters.DeskInbox // what Run gets; nil = box
	cancel context.CancelFunc
	ended  chan error
}

const channel, anna, guest = "C0DESK", "U0ANNA", "U0GUEST"

// inWorld plays a test in a bubble: the desk runs, both of its sockets are open.
func inWorld(t *testing.T, play func(*testing.T, *world)) {
	t.Helper()
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		w.run()
		synctest.Wait()
		if w.sim.Sockets() != sockets {
			t.Fatalf("%d sockets open, want %d", w.sim.Sockets(), sockets)
		}
		play(t, w)
	})
}

// inWorldWith plays a test in a bubble; nothing runs yet.
func inWorldWith(t *testing.T, o sim.Options, play func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.BaseURL = func() string { return "http://slack.test" }
		w := &world{t: t, sim: sim.New(o), net: newPipes(), log: &strings.Builder{}, box: &box{seen: map[string]bool{}}}
		w.sim.AddUser(sim.User{ID: anna, Name: "anna", RealName: "Anna de Vries", FirstName: "Anna"})
		w.sim.AddUser(sim.User{ID: "U0BEN", Name: "ben", RealName: "Ben Bos"})
		w.sim.AddUser(sim.User{ID: guest, Name: "gast", RealName: "Gé Gast", Restricted: true})
		w.sim.AddChannel(sim.Channel{ID: channel, Name: "webcare", Members: []string{anna, guest, "U0SIM"}})
		server := &http.Server{Handler: w.sim}
		var wg sync.WaitGroup
		wg.Go(func() { _ = server.Serve(w.net) })
		w.desk = w.make(channel)
		defer wg.Wait()
		defer func() {
			w.halt()
			_ = w.desk.Close()
			_ = w.sim.Close()
			_ = server.Close()
		}()
		play(t, w)
		for _, secret := range []string{"xoxb-sim", "xapp-sim"} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log holds a token: %s", w.log)
			}
		}
	})
}

func (w *world) make(channel string) *Desk {
	w.t.Helper()
	s := NewSettings()
	s.BotToken, s.AppToken = adapters.NewSecret("xoxb-sim"), adapters.NewSecret("xapp-sim")
	s.Channel, s.APIURL = channel, "http://slack.test/api"
	log := slog.New(slog.NewTextHandler(&locked{b: w.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := New(s, adapters.Env{Log: log, Dial: w.net.dial})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

type locked struct {
	mu sync.Mutex
	b  *strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// run starts the desk, as after a start of the program.
func (w *world) run() {
	ctx, cancel := context.WithCancel(w.t.Context())
	w.cancel, w.ended = cancel, make(chan error, 1)
	in := w.in
	if in == nil {
		in = w.box
	}
	go func() { w.ended <- w.desk.Run(ctx, in) }()
}

// halt stops the desk and makes it forget everything, as the end of the program does.
func (w *world) halt() {
	if w.cancel == nil {
		return
	}
	w.cancel()
	w.cancel = nil
	began := time.Now()
	<-w.ended
	if took := time.Since(began); took > time.Second {
		w.t.Errorf("Run took %v to end", took)
	}
	_ = w.desk.Close()
	w.desk = w.make(channel)
}

// rest lets time pass.
func (w *world) rest(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// card opens a thread.
func (w *world) card() conversation.Place {
	w.t.Helper()
	at, err := w.desk.Open(w.t.Context(), fmt.Sprint("card", time.Now().UnixNano()), adapters.Card{Title: "Jan · Telegram", Body: conversation.Plainly("Help!"), Status: "waiting"})
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// say types in a thread.
func (w *world) say(thread conversation.Place, text string) string {
	w.t.Helper()
	ts, err := w.sim.Say(sim.Saying{User: anna, Channel: channel, ThreadTS: thread.TS, Text: text})
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

// wantSaid compares without order: with two sockets there is none.
func (w *world) wantSaid(want ...string) {
	w.t.Helper()
	if got := w.box.said(); fmt.Sprint(slices.Sorted(slices.Values(got))) != fmt.Sprint(slices.Sorted(slices.Values(want))) {
		w.t.Errorf("heard %q, want %q", got, want)
	}
}
