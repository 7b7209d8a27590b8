package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

// canary is a token whose secret half must never be seen in an error or a log.
const canary = "123456:CANARY-secret-half"

// inbox is a store that remembers ids, with a fault for every Deliver: lost says it failed and did not happen, kept
// that it failed and yet did.
type inbox struct {
	mu       sync.Mutex
	cursor   string
	seen     map[string]bool
	got      []adapters.Incoming
	again    int // events that came a second time
	batches  int
	lost     int
	kept     int
	troubles []error
}

var errStore = errors.New("the disk is full")

func (i *inbox) Cursor(context.Context) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.cursor, nil
}

func (i *inbox) Deliver(_ context.Context, cursor string, heard ...adapters.Incoming) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.lost > 0 {
		i.lost--
		return errStore
	}
	i.batches++
	for _, in := range heard {
		if i.seen[in.ID] {
			i.again++
			continue
		}
		i.seen[in.ID] = true
		i.got = append(i.got, in)
	}
	if cursor != "" {
		i.cursor = cursor
	}
	if i.kept > 0 {
		i.kept--
		return errStore
	}
	return nil
}

func (i *inbox) Trouble(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.troubles = append(i.troubles, err)
}

func (i *inbox) trouble() []error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]error(nil), i.troubles...)
}

func (i *inbox) events() []adapters.Incoming {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]adapters.Incoming(nil), i.got...)
}

// texts are the words that were heard, in order.
func (i *inbox) texts() []string {
	var out []string
	for _, in := range i.events() {
		if h, is := in.Event.(conversation.Heard); is {
			out = append(out, h.Message.Text.Plain)
		}
	}
	return out
}

// world is an adapter on a sim, inside a bubble.
type world struct {
	t     *testing.T
	sim   *sim.Sim
	in    *inbox
	tg    *telegram.Telegram
	logs  *lockedBuffer
	cfg   telegram.Settings
	stop  context.CancelFunc
	ended sync.WaitGroup
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// play runs a test in a bubble, with an adapter that is not running yet.
func play(t *testing.T, o sim.Options, change func(*telegram.Settings), f func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.Token = canary
		s := sim.New(o)
		w := &world{t: t, sim: s, in: &inbox{seen: map[string]bool{}}, logs: &lockedBuffer{}}
		w.cfg = telegram.Settings{Token: adapters.NewSecret(canary), APIURL: s.BaseURL()}
		if change != nil {
			change(&w.cfg)
		}
		w.make()
		defer w.close()
		f(w)
	})
}

// close ends everything and looks for the token.
func (w *world) close() {
	w.end()
	w.sim.Close()
	if strings.Contains(w.logs.String(), "CANARY") {
		w.t.Errorf("the token stands in the log:\n%s", w.logs.String())
	}
	for _, err := range w.in.trouble() {
		if err != nil && strings.Contains(err.Error(), "CANARY") {
			w.t.Errorf("the token stands in a trouble: %v", err)
		}
	}
	time.Sleep(2 * time.Minute) // idle connections end
}

// make makes the adapter anew, as a restart does.
func (w *world) make() {
	tg, err := telegram.New("acme", &w.cfg, adapters.Env{Log: slog.New(slog.NewTextHandler(w.logs, nil)), Dial: w.sim.Dial})
	if err != nil {
		w.t.Fatal(err)
	}
	w.tg = tg
}

// run lets the adapter hear, as the bot does: an early end is tried again after a second.
func (w *world) run() {
	ctx, stop := context.WithCancel(w.t.Context())
	w.stop = stop
	tg := w.tg
	w.ended.Go(func() {
		for ctx.Err() == nil {
			if err := tg.Run(ctx, w.in); err != nil && ctx.Err() == nil {
				time.Sleep(time.Second)
			}
		}
	})
	w.settle()
}

func (w *world) settle() {
	time.Sleep(2 * time.Second)
	synctest.Wait()
}

func (w *world) end() {
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
	w.ended.Wait()
}

// ref is the conversation of the last event of a kind.
func (w *world) ref() conversation.Ref {
	all := w.in.events()
	for i := len(all) - 1; i >= 0; i-- {
		if _, is := all[i].Event.(conversation.Heard); is {
			return all[i].Ref
		}
	}
	w.t.Fatal("nothing was heard")
	return conversation.Ref{}
}

func (w *world) send(to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, *adapters.SendError) {
	w.t.Helper()
	r, err := w.tg.Send(w.t.Context(), to, m)
	if err == nil {
		return r, nil
	}
	if strings.Contains(err.Error(), "CANARY") {
		w.t.Errorf("the token stands in an error: %v", err)
	}
	no, is := errors.AsType[*adapters.SendError](err)
	if !is {
		w.t.Fatalf("Send gave an error that is no SendError: %v", err)
	}
	return r, no
}

func plain(s string) adapters.Outgoing { return adapters.Outgoing{Text: conversation.Plainly(s)} }

func attachment(name string, kind conversation.FileKind, content []byte) adapters.Attachment {
	return adapters.Attachment{
		File: conversation.File{Name: name, Kind: kind, Size: int64(len(content))},
		Open: func(context.Context) (io.ReadCloser, int64, error) {
			return io.NopCloser(bytes.NewReader(content)), int64(len(content)), nil
		},
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}
