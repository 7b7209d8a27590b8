package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// health knows which accounts cannot hear or speak, and tells the desk when that lasts.
type health struct {
	b     *Bot
	wake  chan struct{}
	mu    sync.Mutex
	state map[string]ailment
}

// ailment is the trouble of one account.
type ailment struct {
	err    error
	since  time.Time
	shown  bool // the desk has been told
	healed bool // over, and the desk must still be told so
}

// alarmAgain is how soon an alarm that could not be stored is tried again.
const alarmAgain = 10 * time.Second

// shownAfter is how long trouble must last before the desk is told: a restart of a network's server is no news.
const shownAfter = 5 * time.Minute

func newHealth(b *Bot) *health {
	return &health{b: b, wake: make(chan struct{}, 1), state: map[string]ailment{}}
}

// trouble notes that an account is in trouble, or out of it again (nil).
func (h *health) trouble(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, ill := h.state[name]
	switch {
	case err == nil && !ill, err != nil && ill && !a.healed && a.err.Error() == err.Error():
		return
	case err == nil && a.shown:
		a.healed = true
		h.state[name] = a
	case err == nil:
		delete(h.state, name)
	case ill && !a.healed:
		a.err = err
		h.state[name] = a
	default:
		h.state[name] = ailment{err: err, since: time.Now()}
	}
	if err != nil {
		h.b.log.Warn("trouble", "account", name, "err", err)
	} else {
		h.b.log.Info("trouble is over", "account", name)
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// ills lists what is wrong now, a sentence for each account.
func (h *health) ills() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h.state)) {
		if a := h.state[name]; !a.healed {
			out = append(out, name+": "+strings.ReplaceAll(inWords(a.err), "\n", " "))
		}
	}
	return out
}

// run tells the desk what lasts, once, and when it is over.
func (h *health) run(ctx context.Context) {
	for {
		next := h.show(ctx)
		var due <-chan time.Time
		t := time.NewTimer(max(time.Millisecond, next))
		if next > 0 {
			due = t.C
		}
		select {
		case <-ctx.Done():
		case <-h.wake:
		case <-due:
		}
		t.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// show announces what is to be announced and says when to look again; 0 = when something changes.
func (h *health) show(ctx context.Context) time.Duration {
	now := time.Now()
	var notices []conversation.Notice
	next := time.Duration(0)
	h.mu.Lock()
	for name, a := range h.state {
		switch wait := a.since.Add(shownAfter).Sub(now); {
		case a.healed:
			delete(h.state, name)
			notices = append(notices, conversation.Notice{Kind: conversation.AccountBack, Name: name})
		case a.shown, name == deskName: // the desk cannot be told of its own deafness
		case wait > 0:
			if next == 0 || wait < next {
				next = wait
			}
		default:
			a.shown = true
			h.state[name] = a
			notices = append(notices, conversation.Notice{Kind: conversation.AccountDeaf, Name: name, Reason: reasonOf(a.err), Detail: inWords(a.err)})
		}
	}
	h.mu.Unlock()
	for _, n := range notices {
		var out []born
		err := h.b.store.Update(ctx, func(tx store.Tx) (err error) {
			out, err = h.b.announce(tx, n, now)
			return err
		})
		if errors.Is(err, store.ErrFull) && h.tell(ctx, n, now) == nil {
			continue
		}
		if err != nil {
			h.b.log.Error("an alarm could not be stored; trying again", "account", n.Name, "err", h.b.storeError(err))
			h.untold(n)
			next = alarmAgain
			continue
		}
		h.b.outbox.took(out)
	}
	return next
}

// tell posts an alarm that cannot be stored. Should it be uncertain whether it was posted, it may be posted twice.
func (h *health) tell(ctx context.Context, n conversation.Notice, now time.Time) error {
	_, err := h.b.desk.Post(ctx, string(newID(now)), conversation.Place{}, h.b.words.tell(n, nil, conversation.Place{}))
	return err
}

// untold takes back that the desk was told.
func (h *health) untold(n conversation.Notice) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, ill := h.state[n.Name]
	switch {
	case n.Kind == conversation.AccountBack && !ill:
		h.state[n.Name] = ailment{err: errOver, healed: true}
	case n.Kind == conversation.AccountDeaf && a.healed: // over before anybody was told
		delete(h.state, n.Name)
	case n.Kind == conversation.AccountDeaf && ill:
		a.shown = false
		h.state[n.Name] = a
	}
}

// errOver stands for trouble that is over, and of which only that must still be told.
var errOver = errors.New("over")

// inWords is an error as people read it: without our own classification.
func inWords(err error) string {
	if fault, is := errors.AsType[*adapters.SendError](err); is && fault.Err != nil {
		return fault.Err.Error()
	}
	return err.Error()
}

func reasonOf(err error) conversation.Reason {
	if fault, is := errors.AsType[*adapters.SendError](err); is {
		return fault.Reason
	}
	return conversation.Down
}
