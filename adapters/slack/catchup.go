package slack

import (
	"context"
	"sync"

	"webcare/adapters"
)

// sweeper finds what was typed while no socket was open.
type sweeper struct {
	d    *Desk
	home *home
	in   adapters.DeskInbox
	work chan struct{} // one waiting request

	mu   sync.Mutex
	open bool   // a gap is open: the cursor must stay where it is
	at   string // the cursor: all that is older is stored
}

func newSweeper(d *Desk, h *home, in adapters.DeskInbox) *sweeper {
	return &sweeper{d: d, home: h, in: in, work: make(chan struct{}, 1), open: true}
}

func (s *sweeper) begin(ctx context.Context) error {
	at, err := s.in.Cursor(ctx)
	s.at = at
	return err
}

func (s *sweeper) lost() {}

func (s *sweeper) reconnected(whole bool) {}

func (s *sweeper) advance(newest string) string { return "" }

func (s *sweeper) run(ctx context.Context) { <-ctx.Done() }
