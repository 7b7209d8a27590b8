package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

const (
	// pollTime is how long Telegram may hold an empty answer back; more is cut to this.
	pollTime = 50 * time.Second
	// pollPatience is how much longer we wait for it.
	pollPatience = 15 * time.Second
	// shortest and longest are the waits between tries that fail.
	shortest, longest = time.Second, 30 * time.Second
	// saveEvery is how often the time of the last answer is stored where there is nothing else to store.
	saveEvery = time.Hour
)

// Run polls until ctx ends. It returns earlier only where what was heard could not be stored.
func (t *Telegram) Run(ctx context.Context, in adapters.Inbox) error {
	cursor, err := in.Cursor(ctx)
	if err != nil {
		return fmt.Errorf("read the cursor: %w", err)
	}
	t.mu.Lock()
	t.memory = recall(cursor)
	if t.memory.At != 0 {
		t.heard = time.Unix(t.memory.At, 0)
		if time.Since(t.heard) > restart {
			t.memory.Next = 0
		}
	}
	t.mu.Unlock()
	pause := shortest
	for ctx.Err() == nil {
		err := t.poll(ctx, in)
		if ctx.Err() != nil {
			return nil
		}
		if f, is := errors.AsType[*notStored](err); is {
			return f
		}
		wait := time.Duration(0)
		if err == nil {
			pause = shortest
			if t.quiet() {
				t.tellTrouble(in, nil)
			}
		} else {
			wait, pause = t.trouble(in, err, pause)
		}
		sleep(ctx, wait)
	}
	return nil
}

// trouble tells what keeps us from hearing, and says how long to wait now and at the next failure.
func (t *Telegram) trouble(in adapters.Inbox, err error, pause time.Duration) (wait, next time.Duration) {
	told := plain(err)
	t.log.Warn("Telegram cannot be heard", "err", err, "wait", pause)
	t.tellTrouble(in, told)
	if f, is := asFault(err); is {
		if f.code == 409 {
			t.mu.Lock()
			t.conflict = time.Now()
			t.mu.Unlock()
		}
		switch {
		case f.code == 401 || f.code == 404 || f.code == 409:
			return longest, shortest
		case f.after > 0:
			return f.after, pause
		}
	}
	return pause, min(2*pause, longest)
}

// quiet says that no other program polls with our token. Two that do get an answer in turns, which is no end of the
// trouble.
func (t *Telegram) quiet() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.conflict) > 2*longest
}

func (t *Telegram) tellTrouble(in adapters.Inbox, err error) {
	t.mu.Lock()
	tell := err != nil || t.troubled || !t.told // at first also that all is well: there may have been trouble before the start
	t.troubled, t.told = err != nil, true
	t.mu.Unlock()
	if tell {
		in.Trouble(err)
	}
}

// plain says in words for people what keeps us from hearing.
func plain(err error) *adapters.SendError {
	e := &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Whole: true, Err: fmt.Errorf("Telegram cannot be reached or understood: %w", err)}
	f, is := asFault(err)
	switch {
	case !is:
	case f.code == 401 || f.code == 404:
		e.Reason = conversation.TokenDead
		e.Err = fmt.Errorf("Telegram does not accept the bot's token (it was revoked or mistyped): ask @BotFather for a new one and put it in the config: %w", err)
	case f.code == 409 && strings.Contains(f.text, "webhook"):
		e.Reason = conversation.NotAllowed
		e.Err = fmt.Errorf("another program has set a webhook for this bot: end it there (deleteWebhook), or make a bot for each program: %w", err)
	case f.code == 409:
		e.Reason = conversation.NotAllowed
		e.Err = fmt.Errorf("another program, or another webcare, polls with the same bot token: stop it, or make a bot for each: %w", err)
	case f.code == 429:
		e.Reason, e.After = conversation.Busy, f.after
		e.Err = fmt.Errorf("Telegram asks us to wait: %w", err)
	}
	return e
}

// notStored says that the inbox did not take what was heard.
type notStored struct{ err error }

func (e *notStored) Error() string { return "store what was heard: " + e.err.Error() }
func (e *notStored) Unwrap() error { return e.err }

// poll asks once, stores what came, and only then moves the offset, which confirms it at the next call.
func (t *Telegram) poll(ctx context.Context, in adapters.Inbox) error {
	me, err := t.whoAmI(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	mem, heard, troubled := t.memory.clone(), t.heard, t.troubled
	t.mu.Unlock()
	hold := pollTime
	if troubled && t.quiet() { // ask briefly, so that the end of the trouble is known at once
		hold = 0
	}
	params := map[string]any{"limit": 100, "timeout": int(hold / time.Second), "allowed_updates": wanted()}
	if mem.Next != 0 {
		params["offset"] = mem.Next
	}
	var batch []json.RawMessage
	began := time.Now()
	asked, cancel := context.WithTimeout(ctx, hold+pollPatience)
	err = t.call(asked, "getUpdates", params, &batch)
	cancel()
	if err != nil {
		return err
	}
	r := &reader{Telegram: t, ctx: ctx, me: me, memory: mem}
	var out []adapters.Incoming
	out = append(out, gap(heard)...)
	var top int64
	for _, u := range inOrder(batch) {
		got, err := r.read(u.raw)
		if err != nil {
			return err
		}
		out = append(out, got...)
		top = max(top, u.id)
	}
	if len(batch) > 0 && top == 0 {
		// Nothing has an id, so nothing can be confirmed: it is stored once and polled slowly.
		return t.store(ctx, in, r.memory, out, errors.New("getUpdates gave updates without ids"))
	}
	if len(batch) > 0 {
		stuck := top+1 == mem.Next
		r.memory.Next = top + 1
		if stuck {
			return t.store(ctx, in, r.memory, out, errors.New("getUpdates gives the same updates again and again"))
		}
	}
	err = t.store(ctx, in, r.memory, out, nil)
	if err == nil && len(batch) == 0 && hold > 0 && time.Since(began) < shortest { // something between does not hold
		sleep(ctx, shortest)
	}
	return err
}

// numbered is an update and its id, 0 where it has none.
type numbered struct {
	raw json.RawMessage
	id  int64
}

// inOrder is the updates of one answer by their ids, which say in what order they happened should they come in another
// (https://core.telegram.org/bots/api#update). Between answers the ids may go down.
func inOrder(batch []json.RawMessage) []numbered {
	out := make([]numbered, len(batch))
	for i, raw := range batch {
		out[i] = numbered{raw, updateID(raw)}
	}
	slices.SortStableFunc(out, func(a, b numbered) int { return cmp.Compare(a.id, b.id) })
	return out
}

// store hands everything over together with the cursor, and makes the memory of it ours; then it returns then.
func (t *Telegram) store(ctx context.Context, in adapters.Inbox, mem memory, out []adapters.Incoming, then error) error {
	now := time.Now()
	t.mu.Lock()
	due := len(out) > 0 || mem.Next != t.memory.Next || now.Sub(t.saved) >= saveEvery
	t.mu.Unlock()
	if due {
		mem.At = now.Unix()
		if err := in.Deliver(ctx, mem.cursor(), out...); err != nil {
			return &notStored{err}
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = now
	if due {
		t.memory, t.saved = mem, now
	}
	return then
}

// gap is told where we were deaf for longer than Telegram keeps messages.
func gap(heard time.Time) []adapters.Incoming {
	deaf := time.Since(heard)
	if heard.IsZero() || deaf <= retention {
		return nil
	}
	return []adapters.Incoming{{
		ID:    "gap/" + heard.UTC().Format(time.RFC3339),
		Event: conversation.Missed{From: heard.UTC(), To: time.Now().UTC().Add(-retention)},
	}}
}

// whoAmI is the bot's own name, asked once.
func (t *Telegram) whoAmI(ctx context.Context) (self, error) {
	t.mu.Lock()
	me := t.me
	t.mu.Unlock()
	if me.ID != 0 {
		return me, nil
	}
	if err := t.ask(ctx, "getMe", map[string]any{}, &me); err != nil {
		return self{}, err
	}
	t.mu.Lock()
	t.me = me
	t.mu.Unlock()
	return me, nil
}

// sleep waits, at most until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
