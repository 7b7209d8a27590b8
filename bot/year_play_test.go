package bot_test

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/bot"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store"
)

// plan is what a year is to be.
type plan struct {
	seed      uint64
	from      time.Time // a midnight in Amsterdam
	days      int
	mentions  int // on a working day
	clients   int
	accidents bool // restarts, crashes, sleeps of the machine, clocks that are set right
	// week is the first day of the week whose transcript is kept; zero = none is.
	week time.Time
}

// year is a desk for as long as its plan says: customers, ten staff and a lead on one side, the real bot between fakes
// that take no time, and a judge who sees what people see and keeps books of its own.
type year struct {
	t     *testing.T
	plan  plan
	r     *rand.Rand
	zone  *time.Location
	hours map[string]*minutes
	store store.Store
	book  *journal
	desk  *yearDesk
	nets  map[string]*yearNet

	life    *yearLife // nil while it does not run
	asleep  bool      // the machine sleeps, and the bot with it
	backlog []func() error
	ids     int
	acts    acts

	clients []*client
	byName  map[string]*client
	threads map[conversation.Place]*client
	judge   judge
	seeing  time.Time // when what is looked at became visible
}

// now is when what the judge looks at happened.
func (y *year) now() time.Time {
	if !y.seeing.IsZero() {
		return y.seeing
	}
	return time.Now()
}

// yearLife is one run of the bot.
type yearLife struct {
	plug  *plug
	stop  context.CancelFunc
	done  chan error
	desk  adapters.DeskInbox
	boxes map[string]adapters.Inbox
}

// act is something that happens at a time.
type act struct {
	at time.Time
	n  int
	do func()
}

type acts []act

func (a acts) Len() int { return len(a) }
func (a acts) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a acts) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *acts) Push(x any)   { *a = append(*a, x.(act)) }
func (a *acts) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}

// at has something happen at a time, or now if that is over.
func (y *year) at(at time.Time, do func()) {
	y.ids++
	heap.Push(&y.acts, act{at, y.ids, do})
}

// plug is the store of one life: it can be pulled out right behind a commit, and sleep.
type plug struct {
	store.Store
	mu    sync.Mutex
	left  int // commits until it is pulled; 0 = it is not
	dead  bool
	at    time.Time     // when it was pulled
	sleep chan struct{} // closed when the machine wakes
}

func (p *plug) wait() error {
	p.mu.Lock()
	sleep := p.sleep
	p.mu.Unlock()
	if sleep != nil {
		<-sleep
	}
	if p.isDead() {
		return fmt.Errorf("the plug is pulled: %w", store.ErrFailed)
	}
	return nil
}

func (p *plug) isDead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

func (p *plug) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := p.wait(); err != nil {
		return err
	}
	return p.Store.View(ctx, fn)
}

func (p *plug) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := p.wait(); err != nil {
		return err
	}
	err := p.Store.Update(ctx, func(tx store.Tx) error {
		if p.isDead() { // since another commit
			return fmt.Errorf("the plug is pulled: %w", store.ErrFailed)
		}
		return fn(tx)
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 {
		if p.left--; p.left == 0 {
			p.dead, p.at = true, time.Now()
		}
	}
	return err
}

// newYear makes the desk on an empty store. It must be called in a bubble.
func newYear(t *testing.T, p plan, s store.Store) *year {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(p.from))
	y := &year{
		t: t, plan: p, r: rand.New(rand.NewPCG(p.seed, 2026)), zone: zone, store: s, book: &journal{},
		byName: map[string]*client{}, threads: map[conversation.Place]*client{}, nets: map[string]*yearNet{},
	}
	from, to := p.from.Add(-48*time.Hour).Truncate(time.Minute), p.from.AddDate(0, 0, p.days+40)
	y.hours = map[string]*minutes{"acme": newMinutes(from, to, zone, acmeOpen), "shop": newMinutes(from, to, zone, shopOpen)}
	y.desk = &yearDesk{journal: y.book, in: make(chan adapters.DeskInbox, 1), keys: map[string]conversation.Place{}, quiet: y.quiet}
	for _, name := range []string{"acme", "shop"} {
		y.nets[name] = &yearNet{journal: y.book, name: name, in: make(chan adapters.Inbox, 1), keys: map[string]bool{}}
	}
	y.nets["shop"].window = 24 * time.Hour
	for n := range p.clients {
		account := "acme"
		if n%5 == 0 {
			account = "shop"
		}
		c := &client{name: fmt.Sprintf("C%05d", n), account: account, hours: y.hours[account], r: rand.New(rand.NewPCG(p.seed, uint64(n)))}
		y.clients = append(y.clients, c)
		y.byName[c.name] = c
	}
	y.judge = newJudge()
	return y
}

// serviceHours reads the hours of an account as the config does.
func serviceHours(t *testing.T, zone *time.Location, week, days []string) nudge.Hours {
	w, err := nudge.ParseWeek(week)
	if err != nil {
		t.Fatal(err)
	}
	d, err := nudge.ParseDays(days)
	if err != nil {
		t.Fatal(err)
	}
	return nudge.Hours{Zone: zone, Week: w, Days: d, Holidays: nudge.Holidays{Dutch: true}}
}

// start runs the bot, which then hears all that was done while it did not run.
func (y *year) start() {
	l := &yearLife{plug: &plug{Store: y.store}, done: make(chan error, 1), boxes: map[string]adapters.Inbox{}}
	acme, shop := serviceHours(y.t, y.zone, acmeWeek, acmeDays), serviceHours(y.t, y.zone, shopWeek, nil)
	b, err := bot.New(bot.Options{
		Store: l.plug, Desk: y.desk, OnUnsure: conversation.Ask, Location: y.zone, Hours: acme, Digest: true, Log: slog.New(slog.DiscardHandler),
		Accounts: []bot.Account{
			{Name: "acme", Kind: "chat", Label: "Chat", Adapter: y.nets["acme"], Rate: -1, Hours: acme, ClosedReply: true, AskHelped: true},
			{Name: "shop", Kind: "chat", Label: "Chat", Adapter: y.nets["shop"], Rate: -1, Hours: shop},
		},
		Ladder: nudge.Ladder{Duty: dutyID, Lead: leadID, Steps: []nudge.Step{
			{After: 15 * time.Minute, To: []string{"claimer|duty"}},
			{After: 45 * time.Minute, To: []string{"claimer"}, Direct: true},
			{After: 45 * time.Minute, To: []string{"duty"}},
			{After: time.Hour, To: []string{"lead"}, Direct: true},
		}},
	})
	if err != nil {
		y.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	go func() { l.done <- b.Run(ctx) }()
	l.desk = <-y.desk.in
	for name, n := range y.nets {
		l.boxes[name] = <-n.in
	}
	y.life = l
	y.catchUp()
}

// catchUp has the bot hear what was done while it could not, once it has told of what was due meanwhile.
func (y *year) catchUp() {
	y.breathes()
	y.hears("acme")
	y.hears("shop")
	y.breathes()
	y.unnamed()
	waiting := y.backlog
	y.backlog = nil
	for _, do := range waiting {
		y.does(do)
		y.breathes()
	}
}

// breathes lets the bot post what follows.
func (y *year) breathes() {
	y.settle()
	time.Sleep(50 * time.Millisecond) // the end of a call may wait for 20
	y.settle()
}

// end stops the bot, or buries it.
func (y *year) end() {
	l := y.life
	y.life = nil
	l.stop()
	if err := <-l.done; err != nil && !errors.Is(err, store.ErrFailed) {
		y.t.Errorf("the bot ended with %v", err)
	}
	y.settle()
}

// does has the bot hear something: now, or when it can.
func (y *year) does(do func() error) {
	if y.life == nil || y.asleep || len(y.backlog) > 0 || do() != nil { // where it died meanwhile it comes again
		y.backlog = append(y.backlog, do)
	}
}

// settle waits until nobody has anything to do, and looks at what became visible.
func (y *year) settle() {
	synctest.Wait()
	for _, s := range y.book.take() {
		if f := y.judge.fresh; len(f) > 0 && s.at.Sub(f[0].at) > time.Second {
			y.unnamed()
		}
		y.sees(s)
	}
}

// play has everything happen that was planned.
func (y *year) play() {
	end := y.plan.from.AddDate(0, 0, y.plan.days)
	y.comesUp()
	y.start()
	for n := range y.plan.days {
		y.at(y.plan.from.In(y.zone).AddDate(0, 0, n), y.day)
	}
	for len(y.acts) > 0 && len(y.judge.faults) < mostFaults {
		a := heap.Pop(&y.acts).(act)
		if a.at.After(end) {
			break
		}
		if wait := time.Until(a.at); wait > 0 {
			time.Sleep(wait)
		}
		y.settle()
		y.unnamed()
		if y.life != nil && y.life.plug.isDead() {
			y.died()
		}
		a.do()
		y.settle()
	}
	if y.asleep {
		y.wake()
	}
	if y.life != nil {
		y.end()
	}
}

// id makes an id for an event.
func (y *year) id() string {
	y.ids++
	return fmt.Sprint("e", y.ids)
}

// moment is a random length of time between two, not on a whole minute.
func moment(r *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(r.Int64N(int64(to-from))) | 1
}

// quiet is until when somebody is not to be disturbed: two of the staff from the evening to the morning, one over lunch,
// the lead at night.
func (y *year) quiet(id string, now time.Time) time.Time {
	wall := now.In(y.zone)
	clock := wallClock(wall)
	until := func(day, hour, minute int) time.Time {
		return time.Date(wall.Year(), wall.Month(), wall.Day()+day, hour, minute, 0, 0, y.zone)
	}
	evening := func(from, hour, minute int) time.Time {
		switch {
		case clock >= from:
			return until(1, hour, minute)
		case clock < hour*100+minute:
			return until(0, hour, minute)
		}
		return time.Time{}
	}
	switch {
	case id == staffIDs[0], id == staffIDs[1]:
		return evening(1700, 8, 45)
	case id == staffIDs[2] && within(clock, 1200, 1315):
		return until(0, 13, 15)
	case id == leadID:
		return evening(1800, 8, 0)
	}
	return time.Time{}
}

// firstOf is a text up to a word.
func firstOf(text, word string) string {
	before, _, _ := strings.Cut(text, word)
	return before
}
