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
	"webcare/bot/language"
	"webcare/store"
)

// health knows which accounts cannot hear or speak, and tells the desk when that lasts. Where it is the desk itself
// that does not work, a person is told by direct message, and the desk when it is over.
type health struct {
	b *Bot
	// chiefs are the Slack ids of those who are told of trouble with the desk: the first who can be reached.
	chiefs []string
	wake   chan struct{}
	mu     sync.Mutex
	state  map[string]ailment
}

// ailment is the trouble of one account.
type ailment struct {
	err    error
	since  time.Time
	shown  bool // the desk has been told
	healed bool // over, and the desk must still be told so
	over   time.Time
	told   conversation.Notice // what is told of its end, where that could not be told before
	// again is when a person must be told who could not be told before; zero = never. Only of the desk.
	again time.Time
}

// warnAgain is how soon another try is made to tell a person of trouble with the desk.
const warnAgain = time.Minute

// alarmAgain is how soon an alarm that could not be stored is tried again.
const alarmAgain = 10 * time.Second

// shownAfter is how long trouble must last before the desk is told: a restart of a network's server is no news.
const shownAfter = 5 * time.Minute

func newHealth(b *Bot, chiefs ...string) *health {
	return &health{b: b, chiefs: chiefs, wake: make(chan struct{}, 1), state: map[string]ailment{}}
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
		a.healed, a.over = true, time.Now()
		h.state[name] = a
	case err == nil:
		delete(h.state, name)
	case ill && !a.healed:
		if errors.Is(err, adapters.ErrOverheard) && !errors.Is(a.err, adapters.ErrOverheard) {
			a.shown = false // that is worse
		}
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
			out = append(out, name+": "+strings.ReplaceAll(adapters.InWords(a.err, language.English.Tag), "\n", " "))
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
	soon := func(d time.Duration) {
		if next == 0 || d < next {
			next = d
		}
	}
	for name, a := range h.state {
		wait := a.since.Add(shownAfter).Sub(now)
		if errors.Is(a.err, adapters.ErrOverheard) {
			wait = 0
		}
		switch {
		case a.healed:
			delete(h.state, name)
			notices = append(notices, h.back(name, a))
		case a.shown && a.again.IsZero():
		case a.shown && a.again.After(now):
			soon(a.again.Sub(now))
		case wait > 0:
			soon(wait)
		default:
			a.shown, a.again = true, time.Time{}
			h.state[name] = a
			notices = append(notices, conversation.Notice{Kind: conversation.AccountDeaf, Name: name, Reason: reasonOf(a.err), Detail: h.b.words.trouble(a.err)})
		}
	}
	h.mu.Unlock()
	for _, n := range notices {
		if n.Name == deskName && n.Kind == conversation.AccountDeaf {
			if !h.warn(ctx, n, now) {
				soon(warnAgain)
			}
			continue
		}
		var out []born
		err := h.b.store.Update(ctx, func(tx store.Tx) (err error) {
			if out, err = h.b.announce(tx, n, now); err != nil || !h.lasts(n.Name) {
				return err
			}
			told := ""
			if n.Kind == conversation.AccountDeaf {
				told = now.UTC().Format(time.RFC3339)
			}
			return tx.SetCursor(toldName(n.Name), told)
		})
		if errors.Is(err, store.ErrFull) && h.tell(ctx, n, now) == nil {
			continue
		}
		if err != nil {
			h.b.log.Error("an alarm could not be stored; trying again", "account", n.Name, "err", h.b.storeError(err))
			h.untold(n)
			soon(alarmAgain)
			continue
		}
		h.b.outbox.took(out)
	}
	return next
}

// toldName is under which name it is stored that the desk was told of an account's trouble; no account has it.
func toldName(account string) string { return "told/" + account }

// lasts says that trouble of this name is told once, whatever restarts come in between.
func (h *health) lasts(name string) bool {
	_, is := h.b.accounts[name]
	return is
}

// errEarlier is the trouble of a life before, as long as nobody knows whether it is over.
var errEarlier = errors.New("it did not work before the last start, and has not been heard since")

// recall takes over what the desk was told of in a life before.
func (h *health) recall(ctx context.Context) error {
	return h.b.store.View(ctx, func(tx store.Tx) error {
		for name := range h.b.accounts {
			told, err := tx.Cursor(toldName(name))
			if err != nil {
				return err
			}
			if since, err := time.Parse(time.RFC3339, told); err == nil {
				h.mu.Lock()
				h.state[name] = ailment{err: errEarlier, since: since, shown: true}
				h.mu.Unlock()
			}
		}
		return nil
	})
}

// back is what the desk is told when trouble is over.
func (h *health) back(name string, a ailment) conversation.Notice {
	n := conversation.Notice{Kind: conversation.AccountBack, Name: name}
	switch {
	case errors.Is(a.err, errOver):
		return a.told
	case name == deskName:
		n.Detail = h.b.words.span(a.since, a.over) + ": " + strings.TrimRight(h.b.words.trouble(a.err), ". ")
	}
	return n
}

// warn tells a person by direct message that the desk does not work; false = it must be tried again. Whether somebody
// was told who may have been is not asked: they are not told twice.
func (h *health) warn(ctx context.Context, n conversation.Notice, now time.Time) bool {
	post := h.b.words.tell(n, nil, conversation.Place{}, 0)
	for _, id := range h.chiefs {
		if id == "" {
			continue
		}
		err := h.b.direct(ctx, string(newID(now)), []string{id}, post)
		fault, is := errors.AsType[*adapters.SendError](err)
		if err == nil || !is || fault.Outcome == conversation.Maybe {
			h.b.log.Info("trouble with the desk was told by direct message", "to", id)
			return true
		}
		h.b.log.Warn("trouble with the desk could not be told by direct message", "to", id, "err", err)
		if fault.Outcome == conversation.Later {
			h.mu.Lock()
			defer h.mu.Unlock()
			if a, ill := h.state[n.Name]; ill && !a.healed {
				a.again = now.Add(warnAgain)
				h.state[n.Name] = a
			}
			return false
		}
	}
	return true
}

// tell posts an alarm that cannot be stored. Should it be uncertain whether it was posted, it may be posted twice.
func (h *health) tell(ctx context.Context, n conversation.Notice, now time.Time) error {
	_, err := h.b.desk.Post(ctx, string(newID(now)), conversation.Place{}, h.b.words.tell(n, nil, conversation.Place{}, 0))
	return err
}

// untold takes back that the desk was told.
func (h *health) untold(n conversation.Notice) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, ill := h.state[n.Name]
	switch {
	case n.Kind == conversation.AccountBack && !ill:
		h.state[n.Name] = ailment{err: errOver, healed: true, told: n}
	case n.Kind == conversation.AccountDeaf && a.healed: // over before anybody was told
		delete(h.state, n.Name)
	case n.Kind == conversation.AccountDeaf && ill:
		a.shown = false
		h.state[n.Name] = a
	}
}

// errOver stands for trouble that is over, and of which only that must still be told.
var errOver = errors.New("over")

func reasonOf(err error) conversation.Reason {
	if fault, is := errors.AsType[*adapters.SendError](err); is {
		return fault.Reason
	}
	return conversation.Down
}
