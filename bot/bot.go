// Package bot is webcare's engine: it hears customers and staff, folds what they do into conversations, carries out
// what follows, and reminds staff of those who wait.
//
// Bot.Run starts, in this order: the outbox (jobs that an earlier life left), what is parked, the clock, the desk, the
// accounts. Each adapter that returns is started again. At the end of Run's context the adapters stop first, so that
// nothing new comes in; calls under way get a few seconds to end; what is not done stays in the store.
//
// Nothing but the store remembers: kill the process anywhere, start it again, and it goes on.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"sync"
	"time"

	"webcare/bot/personal"

	"github.com/prometheus/client_golang/prometheus"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/bot/nudge"
	"webcare/store"
)

// Options are what a Bot is made of.
type Options struct {
	Store    store.Store
	Desk     adapters.Desk
	Accounts []Account
	Ladder   nudge.Ladder
	OnUnsure conversation.OnUnsure
	// Hold is how long an answer in a private conversation is kept back, so that its writer can change it; 0 = not.
	Hold time.Duration
	// OtherApproves: what others can read is posted by somebody else than its writer.
	OtherApproves bool
	// Patterns are what else, besides personal data, an answer in public asks about.
	Patterns []*regexp.Regexp
	// Known is how customers know people, where the config says.
	Known Known
	// Language is what staff read; nil = English.
	Language *language.Language
	// Hours are those of the desk as a whole. Digest sums up in the channel what waits when it opens, and what the day was
	// when it closes.
	Hours  nudge.Hours
	Digest bool
	// Location is the time zone of the times that staff read; nil = UTC.
	Location *time.Location
	// PostRate is how many messages a second the desk channel takes, PostBurst how many at once; a rate of 0 is no
	// limit.
	PostRate  float64
	PostBurst int
	Log       *slog.Logger
	// Metrics is where the bot registers its metrics; nil = nowhere.
	Metrics prometheus.Registerer
}

// Account is one of our accounts, ready to run.
type Account struct {
	Name string
	// Kind is the adapter's name in the config; Label what staff read ("Telegram").
	Kind, Label string
	Adapter     adapters.Adapter
	// Rate is how many messages a second the account may send; 0 is what most networks bear, negative is no limit.
	Rate float64
	// Mode is how answers leave; empty = by whether others can read along.
	Mode conversation.Mode
	// Hours are the service hours; the zero Hours is around the clock.
	Hours nudge.Hours
	// Silence is after how much service time without any answer, while customers wait, the lead is alarmed; 0 = never.
	Silence time.Duration
	// ClosedReply tells a customer who writes out of hours when we are back, at most once in 24 hours. AskHelped asks in a
	// private conversation that was closed whether we helped, at most once in 30 days.
	ClosedReply, AskHelped bool
	// Language is a BCP 47 tag: what customers are spoken to in where the network does not tell. Empty = not said.
	Language string
}

// Bot is the engine. Make it with New, run it once.
type Bot struct {
	store    store.Store
	desk     adapters.Desk
	accounts map[string]Account
	order    []Account
	rules    conversation.Rules
	apply    func(conversation.Conversation, conversation.Event, conversation.Rules, time.Time) (conversation.Conversation, []conversation.Effect)
	ladder   nudge.Ladder
	hours    nudge.Hours
	digest   bool
	members  members
	known    Known
	log      *slog.Logger

	outbox     *outbox
	downloads  downloads
	parked     *parked
	health     *health
	metrics    *metrics
	words      *words
	dueChanged chan struct{}

	fault chan error // the first error after which the process must start again
}

// rulesOf are the rules for a conversation of an account.
func (b *Bot) rulesOf(c conversation.Conversation) conversation.Rules {
	r := b.rules
	a := b.accounts[c.Ref.Account]
	r.Mode, r.Colleague = a.Mode, b.customerReads(c, a).Say(language.Colleague)
	r.Clock = b.clockOf(c)
	if a.AskHelped && a.Mode != conversation.Alerts {
		r.Helped = b.customerReads(c, a).Say(language.DidWeHelp)
	}
	return r
}

// closedText is what a customer is told who writes now; "" = nothing.
func (b *Bot) closedText(c conversation.Conversation, now time.Time) string {
	a := b.accounts[c.Ref.Account]
	if !a.ClosedReply || a.Mode == conversation.Alerts || a.Hours.Open(now) {
		return ""
	}
	opens := a.Hours.Opens(now)
	if opens.IsZero() {
		return ""
	}
	l := b.customerReads(c, a)
	return l.Say(language.WeAreClosed, "when", l.When(opens, now.In(b.words.zone)))
}

// clockOf is the ladder in the hours of a conversation's account.
func (b *Bot) clockOf(c conversation.Conversation) nudge.Timed {
	a, is := b.accounts[c.Ref.Account]
	if !is { // it is not in the config any more
		a.Hours = b.hours
	}
	return nudge.Timed{Ladder: b.ladder, Hours: a.Hours}
}

// customerReads is the language in which a customer is told something: theirs where the network tells it and we speak it,
// else the account's, else that of staff.
func (b *Bot) customerReads(c conversation.Conversation, a Account) *language.Language {
	for _, tag := range []string{c.Customer.Language, a.Language} {
		if l := language.Of(tag); l != nil {
			return l
		}
	}
	return b.words.Language
}

// drainFor is how long calls under way may take to end at a stop. SIGTERM ends the process within 10 s.
const drainFor = 7 * time.Second

// New makes a Bot. It does no I/O.
func New(o Options) (*Bot, error) {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Language == nil {
		o.Language = language.English
	}
	b := &Bot{
		store: o.Store, desk: o.Desk, known: o.Known, accounts: map[string]Account{}, order: o.Accounts, log: o.Log, ladder: o.Ladder, hours: o.Hours, digest: o.Digest,
		rules:      conversation.Rules{OnUnsure: o.OnUnsure, Hold: o.Hold, OtherApproves: o.OtherApproves, Secrets: personal.Finder(o.Patterns)},
		apply:      conversation.Apply,
		dueChanged: make(chan struct{}, 1), fault: make(chan error, 1),
	}
	for _, a := range o.Accounts {
		if _, twice := b.accounts[a.Name]; twice || a.Name == deskName {
			return nil, fmt.Errorf("there cannot be two accounts named %q", a.Name)
		}
		b.accounts[a.Name] = a
	}
	b.outbox = newOutbox(b, o)
	b.parked = newParked(b)
	b.health = newHealth(b, o.Ladder.Lead, o.Ladder.Duty)
	b.words = newWords(o)
	b.metrics = newMetrics(b, o.Metrics)
	b.rules.Promises = b.promises
	return b, nil
}

// Run works until ctx ends, then drains and returns nil. An error means that the store failed: the process must end
// and start again.
func (b *Bot) Run(ctx context.Context) error {
	hearing, stopHearing := context.WithCancel(ctx)
	defer stopHearing()
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	if err := b.parked.start(working); err != nil {
		return fmt.Errorf("read what is parked: %w", err)
	}
	if err := b.health.recall(working); err != nil {
		return fmt.Errorf("read what the desk was told: %w", err)
	}
	if err := b.outbox.start(working); err != nil {
		b.outbox.drain()
		return fmt.Errorf("read the queue: %w", err)
	}
	var wg sync.WaitGroup
	wg.Go(func() { b.parked.run(hearing) })
	wg.Go(func() { b.remind(hearing) })
	wg.Go(func() { b.members.watch(hearing, b) })
	wg.Go(func() { b.health.run(hearing) })
	wg.Go(func() { b.digests(hearing) })
	wg.Go(func() { b.watchSilence(hearing) })
	wg.Go(func() { b.tidy(hearing) })
	wg.Go(func() {
		b.keepRunning(hearing, deskName, func(ctx context.Context) error { return b.desk.Run(ctx, deskInbox{b}) })
	})
	for _, a := range b.order {
		wg.Go(func() {
			b.keepRunning(hearing, a.Name, func(ctx context.Context) error { return a.Adapter.Run(ctx, inbox{b, a}) })
		})
	}
	var fault error
	select {
	case <-ctx.Done():
	case fault = <-b.fault:
	}
	broken := time.AfterFunc(drainFor, stopWorking)
	defer broken.Stop()
	stopHearing()
	deaf := make(chan struct{})
	go func() {
		wg.Wait()
		close(deaf)
	}()
	select {
	case <-deaf:
	case <-working.Done(): // an adapter that does not end must not hold up the process
		b.log.Warn("not every adapter has ended in time")
	}
	b.outbox.drain()
	return fault
}

// keepRunning starts an adapter again whenever it returns, with a growing pause.
func (b *Bot) keepRunning(ctx context.Context, name string, run func(context.Context) error) {
	pause := time.Second
	for ctx.Err() == nil {
		began := time.Now()
		err := contained(func() error { return run(ctx) })
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("stopped by itself")
		}
		if !errors.Is(err, store.ErrFull) { // that is the store's trouble
			b.health.trouble(name, err)
		}
		b.log.Error("adapter stopped; starting it again", "account", name, "err", err, "pause", pause, stackOf(err))
		if time.Since(began) > time.Minute {
			pause = time.Second
		}
		if sleep(ctx, pause, nil) != nil {
			return
		}
		pause = min(2*pause, 30*time.Second)
	}
}

// contained turns a panic of an adapter into an error, so that one network cannot take the others down.
func contained(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, string(debug.Stack())}
		}
	}()
	return fn()
}

// panicError is a panic that was caught.
type panicError struct {
	value any
	stack string
}

// Error tells what was thrown, not from where.
func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// stackOf is where a panic came from, for the log alone; the empty Attr, which a log leaves out, where there was none.
func stackOf(err error) slog.Attr {
	if p, is := errors.AsType[*panicError](err); is {
		return slog.String("stack", p.stack)
	}
	return slog.Attr{}
}

// broken ends Run: the store has failed, and nobody knows what is in it until it is opened again.
func (b *Bot) broken(err error) {
	if errors.Is(err, store.ErrFull) {
		b.health.trouble(storeName, err)
		return
	}
	select {
	case b.fault <- err:
	default:
	}
}

// storeName is the name under which trouble of the store is shown.
const storeName = "store"

// storeError notes what the store said, for the health page, and passes it on.
func (b *Bot) storeError(err error) error {
	switch {
	case err == nil:
		b.health.trouble(storeName, nil)
	case errors.Is(err, store.ErrFull):
		b.health.trouble(storeName, err)
	case errors.Is(err, store.ErrFailed):
		b.broken(err)
	}
	return err
}

// tidy forgets what has been remembered long enough, a little at a time.
func (b *Bot) tidy(ctx context.Context) {
	const keep, every, batch = 40 * 24 * time.Hour, time.Hour, 500
	for sleep(ctx, every, nil) == nil {
		for {
			n := 0
			err := b.store.Update(ctx, func(tx store.Tx) (err error) {
				n, err = tx.ForgetSeen(time.Now().Add(-keep), batch)
				return err
			})
			if err != nil || n < batch {
				break
			}
		}
	}
}
