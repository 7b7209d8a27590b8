// Package adaptertest is the exam that every adapter must pass: one call of Exam, with a World that says how to make
// the adapter against the simulator of its network and how to break that network.
//
// The exam is about what the contract promises and a bug would break silently: an event is heard once, and again after
// the store failed, with the same ID; a message that was refused, delayed or lost ends in the outcome that fits, both
// where the call failed and did not happen and where it reported an error but did happen; nothing outlives its context;
// no secret gets into an error or a log. Everything runs in synctest bubbles, so the world must live in memory.
package adaptertest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// World is a network with one customer, and what makes an adapter for it. Its functions are called inside a bubble.
type World struct {
	// New makes an adapter, each time as after a start of the program.
	New func() adapters.Adapter
	// Secrets are the literal values that may appear nowhere.
	Secrets []string

	// Serve gets the handler of an adapter that is an adapters.HTTPHandler; nil takes it away.
	Serve func(http.Handler)
	// Write makes the customer write. It returns at once; a network that pushes tries until it is accepted.
	Write func(text string)
	// WriteFile makes the customer send a file. Needed where the adapter is a Fetcher.
	WriteFile func(name string, data []byte)
	// Again makes the network tell its latest event once more; nil = it never does.
	Again func()
	// Junk makes the network tell something that no adapter can read; nil = it cannot.
	Junk func()

	// Got lists the texts that the customer's screen shows of ours, in order.
	Got func() []string
	// Break makes the next calls of Send go wrong, the given number of times; false = that cannot happen here.
	Break func(how Break, times int) bool
}

// Break is a way in which sending goes wrong.
type Break string

// The ways.
const (
	// Unreachable: no connection.
	Unreachable Break = "unreachable"
	// Busy: the network asks to wait for 7 seconds.
	Busy Break = "busy"
	// No: the network will never take it (blocked).
	No Break = "no"
	// Fault: the network says that it broke (500), and has not done it.
	Fault Break = "fault"
	// FaultButDone: the same, and it has done it.
	FaultButDone Break = "fault but done"
	// Lost: the connection breaks before it is done.
	Lost Break = "lost"
	// LostButDone: the connection breaks after it was done.
	LostButDone Break = "lost but done"
	// Garbled: it is done and the answer cannot be read.
	Garbled Break = "garbled"
	// Silent: it is done and no answer ever comes.
	Silent Break = "silent"
)

// Wait is what Busy asks for.
const Wait = 7 * time.Second

// Exam examines the adapter of the worlds that open makes. Open is called in the bubble of each part; what it starts,
// it stops in t.Cleanup. The log is for the adapter.
func Exam(t *testing.T, open func(t *testing.T, log *slog.Logger) *World) {
	for _, part := range []struct {
		name string
		run  func(*sitting)
	}{
		{"hears each event once", hearsOnce},
		{"hears again what the store refused", hearsAgain},
		{"hears what came while it was down", hearsAfterRestart},
		{"keeps going when killed between storing and telling", hearsAfterKill},
		{"is not stopped by junk", survivesJunk},
		{"stops at once", stops},
		{"sends", sends},
		{"judges what went wrong", judges},
		{"gives up on silence", givesUp},
		{"does not send when cancelled", cancelled},
		{"has sane limits", limits},
		{"edits and deletes", changes},
		{"fetches files", fetches},
	} {
		t.Run(part.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sit(t, open)
				part.run(s)
				s.leave()
			})
		})
	}
}

// sitting is one part of the exam being taken.
type sitting struct {
	*testing.T
	world *World
	in    *inbox
	log   *safeBuffer
	said  []error // every error that came back

	stop func() // ends the running adapter and waits
}

func sit(t *testing.T, open func(*testing.T, *slog.Logger) *World) *sitting {
	s := &sitting{T: t, in: newInbox(), log: &safeBuffer{}, stop: func() {}}
	s.world = open(t, slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if len(s.world.Secrets) == 0 {
		t.Error("the world names no secrets")
	}
	return s
}

// start runs a new adapter as the bot does: a Run that ends is started again after a second.
func (s *sitting) start() adapters.Adapter {
	s.Helper()
	a := s.world.New()
	ctx, cancel := context.WithCancel(s.Context())
	if h, ok := a.(adapters.HTTPHandler); ok {
		if s.world.Serve == nil {
			s.Fatal("the adapter is an HTTPHandler and the world has no Serve")
		}
		s.world.Serve(h.Handler(s.in))
	}
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			err := a.Run(ctx, s.in)
			if ctx.Err() != nil {
				if err != nil && !errors.Is(err, context.Canceled) {
					s.Errorf("Run ended with %v after its context", err)
				}
				return
			}
			s.in.Trouble(errors.Join(err, errors.New("the adapter ended early")))
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	})
	s.stop = func() {
		s.Helper()
		if s.world.Serve != nil {
			s.world.Serve(nil)
		}
		begun := time.Now()
		cancel()
		group.Wait()
		if took := time.Since(begun); took > 5*time.Second {
			s.Errorf("Run needed %v to end", took)
		}
	}
	return a
}

// leave ends the part: nothing may run any longer, which the bubble checks, and no secret may have been told.
func (s *sitting) leave() {
	s.Helper()
	s.stop()
	var told bytes.Buffer
	told.WriteString(s.log.String())
	for _, err := range append(s.said, s.in.troubles()...) {
		told.WriteString("\n" + err.Error())
	}
	for _, one := range s.in.all() {
		if u, ok := one.Event.(conversation.Unreadable); ok {
			told.WriteString("\n" + u.What)
		}
	}
	for _, secret := range s.world.Secrets {
		if strings.Contains(told.String(), secret) {
			s.Errorf("a secret was told: %s", strings.ReplaceAll(told.String(), secret, "<the secret>"))
		}
	}
}

// meet makes the customer write and returns the conversation.
func (s *sitting) meet() conversation.Ref {
	s.Helper()
	s.world.Write("hello")
	got := s.heard(1)
	return got[0].Ref
}

// heard waits, ten minutes at most, for n different events of type Heard and returns them.
func (s *sitting) heard(n int) []adapters.Incoming {
	s.Helper()
	for range 600 {
		synctest.Wait()
		if len(s.in.messages()) >= n {
			break
		}
		time.Sleep(time.Second)
	}
	got := s.in.messages()
	if len(got) != n {
		s.Fatalf("%d messages were heard, want %d; trouble: %v", len(got), n, s.in.troubles())
	}
	return got
}

// keep remembers an error for the search for secrets and says what it means.
func (s *sitting) keep(err error) (*adapters.SendError, conversation.Outcome) {
	if err == nil {
		return nil, conversation.OK
	}
	s.said = append(s.said, err)
	if e, ok := errors.AsType[*adapters.SendError](err); ok {
		return e, e.Outcome
	}
	return &adapters.SendError{Outcome: conversation.Maybe, Err: err}, conversation.Maybe
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
