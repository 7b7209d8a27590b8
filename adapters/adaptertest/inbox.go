package adaptertest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// inbox is a store in memory: it keeps what it was given, each ID once, and the cursor.
type inbox struct {
	mu      sync.Mutex
	cursor  string
	kept    []adapters.Incoming
	seen    map[string]bool
	refuse  int // so many calls of Deliver are refused
	refused []string
	calls   int
	after   func() // called once, when something was stored
	trouble []error
}

func newInbox() *inbox { return &inbox{seen: map[string]bool{}} }

var errRefused = errors.New("the disk is full")

func (in *inbox) Cursor(context.Context) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.cursor, nil
}

func (in *inbox) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in.mu.Lock()
	in.calls++
	if in.refuse > 0 && len(heard) > 0 {
		in.refuse--
		for _, one := range heard {
			in.refused = append(in.refused, one.ID)
		}
		in.mu.Unlock()
		return errRefused
	}
	for _, one := range heard {
		if !in.seen[one.ID] {
			in.seen[one.ID] = true
			in.kept = append(in.kept, one)
		}
	}
	if cursor != "" {
		in.cursor = cursor
	}
	after := in.after
	if len(heard) > 0 {
		in.after = nil
	} else {
		after = nil
	}
	in.mu.Unlock()
	if after != nil {
		after()
	}
	return nil
}

func (in *inbox) Trouble(err error) {
	if err == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.trouble) < 20 {
		in.trouble = append(in.trouble, err)
	}
}

func (in *inbox) all() []adapters.Incoming {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.kept)
}

func (in *inbox) troubles() []error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.trouble)
}

// messages are the events of type Heard.
func (in *inbox) messages() []adapters.Incoming {
	return slices.DeleteFunc(in.all(), func(one adapters.Incoming) bool {
		_, ok := one.Event.(conversation.Heard)
		return !ok
	})
}
