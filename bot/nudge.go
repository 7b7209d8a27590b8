package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

const (
	// gather is how long a direct reminder waits for others to the same person, so that they get one message.
	gather = 2 * time.Second
	// mostNamed is how many customers one message names.
	mostNamed = 20
	// mostShared is of how many customers a message may speak and still be removed when the last of them is answered.
	mostShared = 50
	// membersAge is how long the members of a user group are believed, membersTime how long Slack may take to name them,
	// membersAgain how soon it is asked again where it did not.
	membersAge, membersTime, membersAgain = 5 * time.Minute, 10 * time.Second, time.Minute
)

// members remembers who is in the user groups that are reminded directly.
type members struct {
	mu    sync.Mutex
	known map[string][]string
}

// watch asks Slack again and again who is in the groups that a step names directly, beside the clock: nothing that is due
// waits for that.
func (m *members) watch(ctx context.Context, b *Bot) {
	groups := slices.DeleteFunc(b.ladder.Directly(), func(id string) bool { return !isGroup(id) })
	unknown := map[string]bool{}
	for len(groups) > 0 {
		next := membersAge
		for _, id := range groups {
			asking, cancel := context.WithTimeout(ctx, membersTime)
			ids, err := b.desk.Members(asking, id)
			cancel()
			if err != nil {
				if !unknown[id] {
					b.log.Warn("slack cannot say who is in a user group; its last known members are reminded", "group", id, "err", err)
				}
				unknown[id], next = true, membersAgain
				continue
			}
			if unknown[id] {
				b.log.Info("slack says again who is in a user group", "group", id, "members", len(ids))
			}
			delete(unknown, id)
			m.mu.Lock()
			if m.known == nil {
				m.known = map[string][]string{}
			}
			m.known[id] = ids
			m.mu.Unlock()
		}
		if sleep(ctx, next, nil) != nil {
			return
		}
	}
}

// people are the persons that ids name: for a group its members, or the group itself where they are not known.
func (m *members) people(ids []string) (all []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		one := []string{id}
		if known := m.known[id]; isGroup(id) && len(known) > 0 {
			one = known
		}
		for _, p := range one {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

func isGroup(id string) bool { return id != "" && id[0] == 'S' }

// callPeople enqueues a direct reminder in the lane of each person, or adds it to the one that waits there.
func (b *Bot) callPeople(tx store.Tx, c conversation.Conversation, e conversation.Nudge, now time.Time) ([]born, error) {
	var out []born
	due := conversation.Waits{ID: c.ID, Step: e.Step, Since: e.Since, Kind: e.Kind, Instead: e.Instead, Claimer: e.Claimer}
	for n, id := range b.members.people(e.To) {
		lane := store.Lane{Conversation: conversation.LaneOf(id), Way: conversation.Inward}
		joined, err := join(tx, lane, due, now)
		if err != nil {
			return nil, err
		}
		if joined {
			continue
		}
		j := store.Job{
			Key:    store.Key{Conversation: lane.Conversation, Seq: uint64(now.UnixNano()), N: n},
			Effect: conversation.NudgeOne{To: id, Of: []conversation.Waits{due}}, State: store.Ready, At: now, After: now.Add(gather),
		}
		if j, err = enqueueAnew(tx, j); err != nil {
			return nil, err
		}
		out = append(out, born{job: j, of: conversation.Conversation{ID: lane.Conversation}})
	}
	return out, nil
}

// join adds a customer to a reminder that waits in a lane for others, or for its person. A later step takes the place of
// an earlier one.
func join(tx store.Tx, l store.Lane, due conversation.Waits, now time.Time) (bool, error) {
	for j, err := range tx.Lane(l) {
		if err != nil {
			return false, err
		}
		one, is := j.Effect.(conversation.NudgeOne)
		if !is || j.State != store.Ready || j.After.After(now.Add(gather)) && j.Reason != conversation.Resting {
			continue
		}
		one.Of = append(slices.DeleteFunc(slices.Clone(one.Of), func(w conversation.Waits) bool { return w.ID == due.ID }), due)
		j.Effect = one
		return true, tx.Set(j)
	}
	return false, nil
}

// stillDue takes out of a reminder of several customers those who do not wait any more; false = none is left, or it is a
// digest that is no news any more.
func stillDue(tx store.Tx, j *store.Job, now time.Time) (bool, error) {
	var all []conversation.Waits
	switch e := j.Effect.(type) {
	case conversation.Digest:
		return now.Sub(e.At) <= digestLate, nil
	case conversation.NudgeOne:
		all = e.Of
	case conversation.NudgeAll:
		all = e.Of
	default:
		return true, nil
	}
	var left []conversation.Waits
	for _, w := range all {
		c, err := tx.Conversation(w.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		if err == nil && c.Wants(conversation.Nudge{Step: w.Step, Since: w.Since, Kind: w.Kind, Claimer: w.Claimer}) {
			left = append(left, w)
		}
	}
	switch e := j.Effect.(type) {
	case conversation.NudgeOne:
		e.Of = left
		j.Effect = e
	case conversation.NudgeAll:
		e.Of = left
		j.Effect = e
	}
	return len(left) > 0, nil
}

// reminded is a customer of whom a reminder speaks.
type reminded struct {
	conversation.Conversation
	kind conversation.NudgeKind
	by   string // who had them, and did not answer
}

// waiting reads the conversations that a reminder names: first those that can be answered for a while only, then who has
// been waiting longest.
func (b *Bot) waiting(ctx context.Context, of []conversation.Waits) (all []reminded, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		all = nil
		for _, w := range of {
			c, err := tx.Conversation(w.ID)
			if err != nil {
				return err
			}
			all = append(all, reminded{c, w.Kind, w.By})
		}
		return nil
	})
	slices.SortStableFunc(all, func(x, y reminded) int {
		if ends := conversation.WindowEnds; (x.kind == ends) != (y.kind == ends) {
			return map[bool]int{true: -1, false: 1}[x.kind == ends]
		}
		return x.Since.Compare(y.Since)
	})
	return all, err
}

// nudgeOne reminds one person by direct message. One who is not to be disturbed is reminded when they are again, unless
// that is too late then.
func (b *Bot) nudgeOne(ctx context.Context, key string, e conversation.NudgeOne) (conversation.Receipt, error) {
	if isGroup(e.To) {
		return conversation.Receipt{}, b.eachOf(ctx, e)
	}
	all, err := b.waiting(ctx, e.Of)
	if err != nil {
		return conversation.Receipt{}, notNow(err)
	}
	if err := b.awake(ctx, e.To); err != nil {
		return conversation.Receipt{}, err
	}
	if err := b.desk.Located(ctx); err != nil {
		return conversation.Receipt{}, err
	}
	post := b.words.nudges(all, b.desk.Permalink, time.Now())
	at, err := b.desk.Direct(ctx, key, e.To, post)
	return conversation.Receipt{Place: at}, err
}

// awake has what is for one person wait until they may be disturbed.
func (b *Bot) awake(ctx context.Context, id string) error {
	until, err := b.desk.Quiet(ctx, id)
	if refused, is := errors.AsType[*adapters.SendError](err); is && refused.Reason == conversation.Busy {
		return err // it will tell
	}
	if err != nil {
		b.log.Debug("slack cannot say whether somebody is not to be disturbed; they are reminded", "user", id, "err", err)
		return nil
	}
	if wait := time.Until(until); wait > 0 {
		b.metrics.held.Inc()
		b.log.Info("a direct reminder waits: its person is not to be disturbed", "user", id, "until", until)
		return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Resting, After: wait + gather, Err: errResting}
	}
	return nil
}

// eachOf reminds each member of a group, who were not known when the reminder was made, in the lane of each.
func (b *Bot) eachOf(ctx context.Context, e conversation.NudgeOne) error {
	people, err := b.desk.Members(ctx, e.To)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: errors.New("the group has no members")}
	}
	var out []born
	err = b.store.Update(ctx, func(tx store.Tx) error {
		out = nil
		now := time.Now()
		for n, id := range people {
			lane := conversation.LaneOf(id)
			j, err := enqueueAnew(tx, store.Job{
				Key:    store.Key{Conversation: lane, Seq: uint64(now.UnixNano()), N: n},
				Effect: conversation.NudgeOne{To: id, Of: e.Of}, State: store.Ready, At: now,
			})
			if err != nil {
				return err
			}
			out = append(out, born{job: j, of: conversation.Conversation{ID: lane}})
		}
		return nil
	})
	if err != nil {
		return notNow(err)
	}
	b.outbox.took(out)
	return nil
}

// errResting says that a person is not to be disturbed.
var errResting = errors.New("not to be disturbed")

// notNow is an error after which nothing was done.
func notNow(err error) error {
	return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Err: err}
}

// nudgeAll tells the channel of many customers in one message.
func (b *Bot) nudgeAll(ctx context.Context, key string, e conversation.NudgeAll) (conversation.Receipt, error) {
	all, err := b.waiting(ctx, e.Of)
	if err != nil {
		return conversation.Receipt{}, notNow(err)
	}
	if err := b.desk.Located(ctx); err != nil {
		return conversation.Receipt{}, err
	}
	post := b.words.crowd(all, e.More, b.desk.Permalink, time.Now())
	post.Mention = e.To
	return b.desk.Post(ctx, key, conversation.Place{}, post)
}

// nudged folds the end of a reminder of several customers into each of their conversations.
func (b *Bot) nudged(tx store.Tx, of []conversation.Waits, to []string, direct bool, end conversation.Ended) ([]born, error) {
	var out []born
	if failed := end.Outcome == conversation.Refused || end.Outcome == conversation.Maybe; failed && direct && len(of) > b.outbox.crowd {
		return b.inChannel(tx, of, to, end)
	}
	shared := len(of) <= mostShared
	if !shared {
		end.Receipt = conversation.Receipt{} // it stays
	}
	for i, w := range of {
		c, err := tx.Conversation(w.ID)
		if err != nil {
			return nil, err
		}
		n := conversation.Nudge{Step: w.Step, Since: w.Since, To: to, Direct: direct, Kind: w.Kind, Instead: w.Instead, Claimer: w.Claimer}
		for k, other := range of {
			if k != i && shared {
				n.With = append(n.With, other.ID)
			}
		}
		end.Effect, end.Limits = n, b.limits(c)
		jobs, err := b.foldOrLeave(tx, c, end, end.At, nil, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, jobs...)
	}
	return out, nil
}

// inChannel tells the channel, in one message, of many customers of whom somebody may not have been told directly; and once,
// why. Where the direct message stood for one in the channel already, the digest is left.
func (b *Bot) inChannel(tx store.Tx, of []conversation.Waits, to []string, end conversation.Ended) (out []born, err error) {
	if end.Outcome == conversation.Refused {
		if out, err = b.announce(tx, conversation.Notice{Kind: conversation.NotReminded, Reason: end.Reason, Detail: end.Detail}, end.At); err != nil {
			return nil, err
		}
	}
	var e conversation.NudgeAll
	for _, w := range of {
		if !w.Instead {
			w.Instead = true
			e.Of = append(e.Of, w)
		}
	}
	if len(e.Of) == 0 {
		return out, nil
	}
	if end.Outcome == conversation.Maybe {
		e.To = to
	}
	j, err := enqueueAnew(tx, store.Job{Key: store.Key{Conversation: conversation.DeskID, Seq: uint64(end.At.UnixNano())}, Effect: e, State: store.Ready, At: end.At})
	return append(out, born{job: j, of: conversation.Conversation{ID: conversation.DeskID}}), err
}

// inHours takes out of a reminder those customers in whose account nobody is at work any more; false = none is left. Their
// conversations remember that it is owed; what is for one person comes when somebody is at work again. What somebody asked
// for themselves, and the end of a reply window, come at any time.
func (b *Bot) inHours(tx store.Tx, x *born, now time.Time) (bool, error) {
	switch e := x.job.Effect.(type) {
	case conversation.Nudge:
		open, closed, err := b.byHours(tx, []conversation.Waits{{ID: x.of.ID, Step: e.Step, Since: e.Since, Kind: e.Kind, By: e.By}}, now)
		if err != nil {
			return false, err
		}
		return len(open) > 0, b.owe(tx, closed, now)
	case conversation.NudgeAll:
		open, closed, err := b.byHours(tx, e.Of, now)
		if err != nil {
			return false, err
		}
		e.Of = open
		x.job.Effect = e
		return len(open) > 0, b.owe(tx, closed, now)
	case conversation.NudgeOne:
		open, closed, err := b.byHours(tx, e.Of, now)
		if err != nil {
			return false, err
		}
		for _, opens := range slices.Sorted(maps.Keys(closed)) {
			_, err := enqueueAnew(tx, store.Job{
				Key:    store.Key{Conversation: x.job.Key.Conversation, Seq: uint64(opens)}, // behind what is told before
				Effect: conversation.NudgeOne{To: e.To, Of: closed[opens]}, State: store.Ready, At: now, After: time.Unix(0, opens).Add(gather),
			})
			if err != nil {
				return false, err
			}
		}
		e.Of = open
		x.job.Effect = e
		return len(open) > 0, nil
	}
	return true, nil
}

// byHours parts customers into those in whose account somebody is at work, and the others by when it opens, in nanoseconds.
func (b *Bot) byHours(tx store.Tx, of []conversation.Waits, now time.Time) (open []conversation.Waits, closed map[int64][]conversation.Waits, err error) {
	closed = map[int64][]conversation.Waits{}
	for _, w := range of {
		c, err := tx.Conversation(w.ID)
		if err != nil {
			return nil, nil, err
		}
		if opens := b.clockOf(c).AtWork(now); w.Kind == conversation.StillWaits && opens.After(now) {
			closed[opens.UnixNano()] = append(closed[opens.UnixNano()], w)
		} else {
			open = append(open, w)
		}
	}
	return open, closed, nil
}

// owe has conversations remember that a reminder is owed to them.
func (b *Bot) owe(tx store.Tx, closed map[int64][]conversation.Waits, now time.Time) error {
	for _, of := range closed {
		for _, w := range of {
			c, err := tx.Conversation(w.ID)
			if err != nil {
				return err
			}
			owed := conversation.Delayed{Effect: conversation.Nudge{Step: w.Step, Since: w.Since, By: w.By}, At: now}
			if _, err := b.foldOrLeave(tx, c, owed, now, nil, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove deletes posts of ours, unless another conversation still needs them.
func (b *Bot) remove(ctx context.Context, id conversation.ID, e conversation.Remove) error {
	if len(e.With) > 0 {
		needed := false
		err := b.store.View(ctx, func(tx store.Tx) error {
			needed = false
			for _, other := range e.With {
				c, err := tx.Conversation(other)
				if errors.Is(err, store.ErrNotFound) || other == id {
					continue
				}
				if err != nil {
					return err
				}
				needed = needed || slices.ContainsFunc(c.Live, func(r conversation.Reminder) bool { return r.At == e.What })
			}
			return nil
		})
		if err != nil {
			return notNow(err)
		}
		if needed {
			return nil
		}
	}
	for _, post := range append(slices.Clone(e.Also), e.What) {
		if err := b.desk.Delete(ctx, post); err != nil {
			return err
		}
	}
	return nil
}
