package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// exploding is an adapter with a bug.
type exploding struct{ adapters.Adapter }

func (exploding) Send(context.Context, conversation.Ref, adapters.Outgoing) (conversation.Receipt, error) {
	panic("a bug")
}

// A bug in one call ends that job, and not the process at every start: an answer is put before a person, since it may
// have been sent, anything else is refused.
func TestAPanicEndsOneJob(t *testing.T) {
	b := &Bot{log: slog.New(slog.DiscardHandler), accounts: map[string]Account{"acme": {Adapter: exploding{}}}}
	of := conversation.Conversation{ID: "c", Ref: conversation.Ref{Account: "acme"}, Thread: conversation.Place{TS: "1"}}
	for name, c := range map[string]struct {
		effect conversation.Effect
		want   conversation.Outcome
	}{
		"an answer": {conversation.Send{Text: conversation.Plainly("a")}, conversation.Maybe},
		"a post":    {conversation.Show{}, conversation.Refused}, // there is no desk
		"a mark":    {conversation.SetMark{}, conversation.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.carrySafely(t.Context(), &born{job: store.Job{Effect: c.effect}, of: of})
			got := conversation.Maybe // what any other error means
			if fault, is := errors.AsType[*adapters.SendError](err); is {
				got = fault.Outcome
			}
			if err == nil || got != c.want {
				t.Errorf("%v, which is %s and not %s", err, got, c.want)
			}
		})
	}
}

// What belongs in a thread is posted nowhere else.
func TestPostsWithoutAThread(t *testing.T) {
	b := &Bot{log: slog.New(slog.DiscardHandler)} // without a desk: no call is made
	for _, e := range []conversation.Effect{conversation.Show{}, conversation.ShowFiles{}, conversation.Tell{}, conversation.ShowAnswer{}, conversation.Nudge{}} {
		_, err := b.carry(t.Context(), &born{job: store.Job{Effect: e}})
		if fault, is := errors.AsType[*adapters.SendError](err); !is || fault.Outcome != conversation.Refused || fault.Reason != conversation.Gone {
			t.Errorf("%T: %v", e, err)
		}
	}
}

// The trouble of the network a file comes from says nothing about the one it goes to.
func TestElsewhere(t *testing.T) {
	other := errors.New("other")
	for name, c := range map[string]struct{ err, want error }{
		"none":        {nil, nil},
		"unknown":     {other, other},
		"of the file": {&adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileGone}, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileGone}},
		"of all": {
			&adapters.SendError{Outcome: conversation.Later, Reason: conversation.TokenDead, Whole: true},
			&adapters.SendError{Outcome: conversation.Later, Reason: conversation.TokenDead},
		},
		"busy": {
			&adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: time.Minute},
			&adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, After: time.Minute},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := elsewhere(c.err)
			g, is := errors.AsType[*adapters.SendError](got)
			w, should := errors.AsType[*adapters.SendError](c.want)
			if is != should || is && *g != *w || !is && !errors.Is(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
