package bot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// outbox carries out jobs: one job of a lane at a time, in order of key, many lanes side by side. A lane with work has a
// goroutine, or stands in the queue of a gate. Nothing is remembered that is not in the store but which lanes are at
// work; at the start the outbox looks into the store for lanes with work.
type outbox struct {
	b    *Bot
	desk *gate // posts in the desk channel
	soft *gate // marks, card changes, removals
	// people are direct messages, each in a channel of its own.
	people *gate
	out    map[string]*gate
	// crowd is how many reminders in threads the desk takes before the next of them would be late.
	crowd int

	mu    sync.Mutex
	lanes map[store.Lane]*lane
	// handed holds jobs that were born doing and have not reached their lane's goroutine: their call is still to come.
	handed map[store.Key]bool
	// worked is how many lanes were at work since memory was given back.
	worked int
	wg     sync.WaitGroup
	stop   context.CancelFunc
	ctx    context.Context // ends when no new call may begin
	hard   context.Context // ends when calls under way are broken off
}

// lane is a lane at work.
type lane struct {
	wake chan struct{} // has a slot for one: something changed
	more []born        // jobs born doing
	// unlucky is how many look-ups of the lane failed in a row. Only the lane's goroutine reads it.
	unlucky int
}

const (
	// softRate and softBurst are Slack's limit for chat.update and reactions: 50 a minute for each method
	// (docs.slack.dev/apis/web-api/rate-limits, tier 3), with some room.
	softRate, softBurst = 1.5, 20
	// peopleRate and peopleBurst are well below what Slack takes of one app in a workspace, several hundred a minute
	// (the same page), each of them in another channel.
	peopleRate, peopleBurst = 3, 20
	// outRate and outBurst pace one account of a network that does not say otherwise: Telegram allows about 30
	// messages a second over all chats.
	outRate, outBurst = 25, 25
)

func newOutbox(b *Bot, o Options) *outbox {
	x := &outbox{
		b: b, lanes: map[store.Lane]*lane{}, handed: map[store.Key]bool{}, out: map[string]*gate{},
		desk: newGate(o.PostRate, o.PostBurst), soft: newGate(softRate, softBurst),
		people: newGate(peopleRate, peopleBurst), crowd: crowded,
	}
	if o.PostRate <= 0 {
		x.soft, x.people = newGate(0, 1), newGate(0, 1)
	} else {
		x.crowd = min(crowded, max(1, o.PostBurst)+int(soonEnough.Seconds()*o.PostRate))
	}
	for _, a := range o.Accounts {
		x.out[a.Name] = newGate(cmp.Or(a.Rate, outRate), outBurst)
		if p, is := a.Adapter.(adapters.Pinger); is {
			x.out[a.Name].ping = x.pings(p)
		}
	}
	return x
}

// gateOf is the gate an effect's call must pass; nil = it makes no call.
func (o *outbox) gateOf(c conversation.Conversation, e conversation.Effect) *gate {
	switch e.(type) {
	case conversation.NudgeOne, conversation.Notify:
		return o.people
	}
	switch e.Way() {
	case conversation.Outward:
		return o.out[c.Ref.Account]
	case conversation.Touch:
		return o.soft
	case conversation.Inward:
	}
	return o.desk
}

// last is the lowest priority.
const last = 4

// priority puts staff's answers and failures first, then reminders, which must be in time and of which there are few at
// once, then new customers, then what they say and do next; what only tidies up last.
func priority(e conversation.Effect) int {
	switch e := e.(type) {
	case conversation.Tell:
		switch e.Notice.Kind {
		case conversation.ClaimReturned:
			return last
		case conversation.ReactedThere, conversation.WithdrawnThere, conversation.CannotRead, conversation.CannotReach, conversation.CanReachAgain,
			conversation.Thanked, conversation.AutoSent: // or a customer who does one of them again and again would have the desk to themselves
			return 3
		}
		return 0
	case conversation.ShowAnswer:
		return 0
	case conversation.Nudge, conversation.NudgeAll:
		return 1
	case conversation.OpenCard, conversation.Announce, conversation.SetMark, conversation.Whisper:
		return 2
	case conversation.Remove, conversation.Render:
		return last
	}
	return 3
}

// urgency is the priority of a job. What stands in front of the look at an answer, which the customer waits for, goes with
// it: marks of others, which may be hundreds after an outage, wait.
func (x born) urgency() int {
	looking := func(a conversation.Answer) bool { return a.Looking }
	if x.job.Effect.Way() == conversation.Touch && slices.ContainsFunc(x.of.Open, looking) {
		return 0
	}
	return priority(x.job.Effect)
}

// start begins to work; ctx ends everything at once.
func (o *outbox) start(ctx context.Context) error {
	o.hard = ctx
	o.ctx, o.stop = context.WithCancel(ctx)
	var lanes []store.Lane
	err := o.b.store.View(ctx, func(tx store.Tx) error {
		lanes = lanes[:0]
		for l, err := range tx.Lanes() {
			if err != nil {
				return err
			}
			lanes = append(lanes, l)
		}
		return nil
	})
	for _, l := range lanes {
		o.kick(l)
	}
	return err
}

// drain lets the calls under way end; no new one begins.
func (o *outbox) drain() {
	o.mu.Lock() // push and resume begin nothing behind this
	o.stop()
	o.mu.Unlock()
	o.wg.Wait()
}

// took hands over what a committed transaction made.
func (o *outbox) took(jobs []born) {
	o.b.desk.QueueChanged()
	for _, x := range jobs {
		o.push(x.job.Lane(), x)
	}
}

// kick has a lane looked at.
func (o *outbox) kick(l store.Lane) { o.push(l, born{}) }

func (o *outbox) push(l store.Lane, x born) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ctx == nil || o.ctx.Err() != nil { // not started, or shutting down: the store keeps it for the next start
		return
	}
	w, running := o.lanes[l]
	if !running {
		w = &lane{wake: make(chan struct{}, 1)}
		o.lanes[l] = w
	}
	if x.doing {
		w.more = append(w.more, x)
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
	if !running {
		o.wg.Go(func() { o.run(l, w, pass{}) })
	}
}

// pass is the leave of a gate to do a job; the zero value is none.
type pass struct {
	at *gate
	of store.Key
}

// resume goes on with a lane that its gate has let through.
func (o *outbox) resume(l store.Lane, w *lane, p pass) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ctx.Err() == nil {
		o.wg.Go(func() { o.run(l, w, p) })
	}
}

// run works off a lane. It ends when the lane is empty, or must wait at its gate: ten thousand lanes that wait are no
// ten thousand goroutines.
func (o *outbox) run(l store.Lane, w *lane, p pass) {
	for {
		if p.at == nil {
			<-w.wake
			o.mu.Lock()
			more := w.more
			w.more = nil
			o.mu.Unlock()
			for n, x := range more {
				o.perform(x, n == 0)
			}
		}
		if o.work(l, w, p) {
			return
		}
		p = pass{}
		o.mu.Lock()
		if len(w.wake) == 0 || o.ctx.Err() != nil && len(w.more) == 0 { // what was born doing is done even at a stop
			delete(o.lanes, l)
			o.rest()
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
	}
}

const (
	// crowd is how many lanes make a burst, restAfter how long nothing may be at work before its memory is given back.
	crowd, restAfter = 1000, time.Second
)

// rest gives the memory of a burst back to the system when everything is done: a desk that was busy once must not stay
// large. It is called under the lock.
func (o *outbox) rest() {
	if o.worked++; o.worked < crowd || len(o.lanes) > 0 {
		return
	}
	o.worked = 0
	time.AfterFunc(restAfter, func() {
		o.mu.Lock()
		idle := len(o.lanes) == 0
		if idle {
			o.lanes, o.handed = map[store.Lane]*lane{}, maps.Clone(o.handed) // a map that was large stays large
		} else {
			o.worked = crowd // the next pause will do
		}
		o.mu.Unlock()
		if idle {
			debug.FreeOSMemory()
		}
	})
}

// work carries out jobs of a lane until there is none, or until the lane waits at its gate; then it says true, and
// resume goes on.
func (o *outbox) work(l store.Lane, w *lane, p pass) (waits bool) {
	for n := 0; o.ctx.Err() == nil; n++ {
		x, err := o.next(l, w, p)
		p = pass{}
		switch {
		case err == nil:
			o.perform(x, n == 0)
		case errors.Is(err, errWaits):
			return true
		case errors.Is(err, store.ErrFull) && sleep(o.ctx, fullPause, nil) == nil:
		default:
			if !errors.Is(err, errEmpty) && o.ctx.Err() == nil {
				o.b.broken(err)
			}
			return false
		}
	}
	return false
}

// errEmpty says that a lane has nothing to do, errWaits that it waits at its gate.
var (
	errEmpty = errors.New("empty")
	errWaits = errors.New("waits")
)

// next waits for the first job of the lane, asks its gate, and commits that it is being done.
func (o *outbox) next(l store.Lane, w *lane, p pass) (born, error) {
	for {
		if p.at == nil {
			var err error
			if p, err = o.ready(l, w); err != nil {
				return born{}, err
			}
		}
		x := born{job: store.Job{Key: p.of}}
		ok, err := o.claim(l, &x)
		if err == nil && ok {
			return x, nil
		}
		p.at.giveBack(1)
		if err != nil {
			return x, err
		}
		p = pass{}
	}
}

// ready waits until the first job of the lane may be tried and asks its gate.
func (o *outbox) ready(l store.Lane, w *lane) (pass, error) {
	for {
		x, err := o.head(l)
		if err != nil {
			return pass{}, err
		}
		if wait := left(x.job, time.Now()); wait > 0 {
			if err := sleep(o.ctx, min(wait, lookAtClock), w.wake); err != nil { // the machine may sleep meanwhile
				return pass{}, err
			}
			continue
		}
		if x.job.State == store.Doing {
			if o.isHanded(x.job.Key) {
				return pass{}, errEmpty
			}
			done, err := o.unsettled(&x, w)
			if err != nil {
				return pass{}, err
			}
			if done {
				continue
			}
		}
		at := o.gateOf(x.of, x.job.Effect)
		if at == nil { // the account is not in the config any more: its jobs wait for it
			return pass{}, errEmpty
		}
		p := pass{at, x.job.Key}
		if !at.ask(x.urgency(), func() { o.resume(l, w, p) }) {
			return pass{}, errWaits
		}
		return p, nil
	}
}

// left is how long a job must still wait. It never waits longer than it was told to, even where the clock has been set
// back since.
func left(j store.Job, now time.Time) time.Duration {
	wait := j.After.Sub(now)
	for _, since := range []time.Time{j.At, j.Tried} {
		if since.After(now) && !j.After.IsZero() {
			wait = min(wait, max(0, j.After.Sub(since)))
		}
	}
	return wait
}

// sleep waits, unless ctx ends or something changes.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// head reads the first job of a lane.
func (o *outbox) head(l store.Lane) (born, error) {
	var x born
	err := o.b.store.View(o.ctx, func(tx store.Tx) (err error) {
		x, err = head(tx, l)
		return err
	})
	return x, err
}

func head(tx store.Tx, l store.Lane) (born, error) {
	for j, err := range tx.Lane(l) {
		if err != nil {
			return born{}, err
		}
		c, err := tx.Conversation(l.Conversation)
		if errors.Is(err, store.ErrNotFound) && !l.Conversation.Customers() {
			c, err = conversation.Conversation{ID: l.Conversation}, nil
		}
		return born{job: j, of: c}, err
	}
	return born{}, errEmpty
}

// claim commits that the first job of the lane is being done, unless it is not wanted any more; then it is dropped
// and claim says false. What can go in the same post is taken along.
func (o *outbox) claim(l store.Lane, x *born) (bool, error) {
	var ok, closed bool
	if l.Way == conversation.Touch {
		y, err := o.head(l)
		if err != nil || y.job.Key != x.job.Key {
			return false, notEmpty(err)
		}
		if again(y.job.Effect) && y.job.State == store.Ready && y.of.Wants(y.job.Effect) {
			begin(&y.job, time.Now())
			*x = y
			return true, nil
		}
	}
	err := o.b.store.Update(o.ctx, func(tx store.Tx) (err error) {
		ok, closed = false, false
		now := time.Now()
		y, err := head(tx, l)
		if err != nil || y.job.Key != x.job.Key {
			return notEmpty(err)
		}
		_, nudge := y.job.Effect.(conversation.Nudge) // which was looked up, and does not stand
		if (nudge || y.job.State == store.Ready) && !y.of.Wants(y.job.Effect) {
			return tx.Drop(y.job.Key)
		}
		if e, auto := y.job.Effect.(conversation.Auto); auto && e.Kind == conversation.WeAreClosed && o.b.closedText(y.of, now) == "" {
			return tx.Drop(y.job.Key) // we have opened since
		}
		if silent, err := o.b.stillSilent(tx, y.job.Effect); err != nil || !silent {
			return errors.Join(err, tx.Drop(y.job.Key))
		}
		if wanted, err := stillDue(tx, &y.job, now); err != nil || !wanted {
			return errors.Join(err, tx.Drop(y.job.Key))
		}
		if open, err := o.b.inHours(tx, &y, now); err != nil || !open {
			closed = true
			return errors.Join(err, tx.Drop(y.job.Key))
		}
		if y.job.State == store.Ready {
			if err := mergeFollowers(tx, l, &y); err != nil {
				return err
			}
		}
		begin(&y.job, now)
		ok, *x = true, y
		return tx.Set(y.job)
	})
	if closed { // what is owed wakes the clock
		o.b.rearm()
	}
	return ok, err
}

// enqueueAnew enqueues a job under the first number of its key that is free: two may be due at the same nanosecond.
func enqueueAnew(tx store.Tx, j store.Job) (store.Job, error) {
	for {
		if err := tx.Enqueue(j); !errors.Is(err, store.ErrTaken) {
			return j, err
		}
		j.Key.N++
	}
}

func notEmpty(err error) error {
	if errors.Is(err, errEmpty) {
		return nil
	}
	return err
}

// handing notes that a transaction makes a job born doing. Should the transaction fail, the note does no harm.
func (o *outbox) handing(k store.Key) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.handed[k] = true
}

func (o *outbox) isHanded(k store.Key) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.handed[k]
}

// again says that carrying an effect out a second time changes nothing and shows nothing: it needs no note that it was
// begun, and after a crash it is simply done again.
func again(e conversation.Effect) bool {
	switch e.(type) {
	case conversation.SetMark, conversation.Remove:
		return true
	}
	return false
}
