package slack

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
)

// Desk is one Slack channel. Its methods may be called by many goroutines.
type Desk struct {
	settings Settings
	log      *slog.Logger

	base  *http.Transport
	http  *http.Client    // the Web API: a whole call may take apiTimeout
	bulk  *http.Client    // files: no total timeout, the context decides
	api   *slackgo.Client // over http
	files *slackgo.Client // over bulk

	pulse  *pulse
	home   homes
	people people
	staff  staff
	quiet  quiet
	told   troubles
	// reactions is what was heard of those on cards.
	reactions reactions
	// outsiders is why nothing may be shown in the channel; nil = it is ours alone.
	outsiders atomic.Pointer[adapters.SendError]
	inbox     atomic.Pointer[inbox]
	sweeper   atomic.Pointer[sweeper] // of the Run that goes on
	// counter serves views while Run hears; nil where the inbox is neither an adapters.Shelf nor an adapters.Board.
	counter atomic.Pointer[counter]
}

// inbox wraps the interface for the atomic pointer.
type inbox struct{ adapters.DeskInbox }

var _ adapters.Desk = (*Desk)(nil)

// New makes a desk. No I/O.
func New(s *Settings, env adapters.Env) (*Desk, error) {
	if p := s.Problems(); len(p) > 0 {
		var all []error
		for _, one := range p {
			all = append(all, fmt.Errorf("%s %s", one.Key, one.Text))
		}
		return nil, errors.Join(all...)
	}
	log := env.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	d := &Desk{settings: *s, log: log, pulse: newPulse()}
	d.home.gate = make(chan struct{}, 1)
	d.staff.aging = make(chan string, maxMet)
	d.told.raised = make(chan struct{}, 1)
	d.told.tell = func(err error) {
		if in := d.inbox.Load(); in != nil {
			in.Trouble(err)
		}
	}
	d.pulse.up = func() {
		if in := d.inbox.Load(); in != nil {
			in.Up()
		}
	}
	d.connect(env)
	return d, nil
}

// Hearing is since when no gap was open.
func (d *Desk) Hearing() time.Time {
	if s := d.sweeper.Load(); s != nil {
		return s.hearing()
	}
	return time.Time{}
}

// CaughtUp: see adapters.Desk.
func (d *Desk) CaughtUp() bool {
	s := d.sweeper.Load()
	return s != nil && s.caught()
}

// Close lets go of idle connections. The desk may still be used.
func (d *Desk) Close() error {
	d.base.CloseIdleConnections()
	return nil
}
