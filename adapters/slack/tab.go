package slack

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

const (
	// maxVisitors is how many people are remembered who looked at the Home tab.
	maxVisitors = 1000
	// watching is how long somebody who opened the tab is taken to look at it, and maxWatching how many at most are shown
	// a new queue.
	watching    = 15 * time.Minute
	maxWatching = 50
	// drawTime bounds showing the tab to one person.
	drawTime = 5 * time.Second
	// refreshPause is the least time from one new queue for everybody to the next.
	refreshPause = 10 * time.Second
	// refreshFails is how many people it may fail for before the others wait for the next time, too.
	refreshFails = 3
)

// face is what a person looks at on the Home tab: the queue from a page on, or ready answers from an entry on.
type face struct {
	ready bool
	at    int
}

// visitor is a person who looked at the Home tab.
type visitor struct {
	gate chan struct{} // whoever draws for them holds it

	mu     sync.Mutex
	face   face
	opened time.Time // when they did something there last
	// shown is a digest of what they were shown last; zero = that is not known.
	shown [sha256.Size]byte
}

// visitors remembers them, of more than maxVisitors those who came last.
type visitors struct {
	mu  sync.Mutex
	all map[string]*visitor
}

func (v *visitors) of(user string) *visitor {
	v.mu.Lock()
	defer v.mu.Unlock()
	if one := v.all[user]; one != nil {
		return one
	}
	if v.all == nil {
		v.all = map[string]*visitor{}
	}
	if len(v.all) >= maxVisitors {
		delete(v.all, slices.MinFunc(slices.Collect(maps.Keys(v.all)), func(a, b string) int { return v.all[a].last().Compare(v.all[b].last()) }))
	}
	one := &visitor{gate: make(chan struct{}, 1)}
	v.all[user] = one
	return one
}

// watching are those who look at the queue, the latest first.
func (v *visitors) watching(now time.Time) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	since := map[string]time.Time{}
	for user, one := range v.all {
		if at := one.last(); now.Sub(at) < watching && !one.looksAt().ready {
			since[user] = at
		}
	}
	users := slices.SortedFunc(maps.Keys(since), func(a, b string) int { return since[b].Compare(since[a]) })
	return users[:min(len(users), maxWatching)]
}

func (v *visitor) look(f face) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.face, v.opened = f, time.Now()
}

func (v *visitor) looksAt() face {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.face
}

func (v *visitor) last() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.opened
}

func (v *visitor) saw(digest [sha256.Size]byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shown = digest
}

func (v *visitor) sees(digest [sha256.Size]byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.shown == digest
}

// opened shows the queue to somebody who opened the Home tab, or the ready answers where there is no queue. there: Slack
// says that something stands there.
func (c *counter) opened(user string, there bool) {
	if c == nil || user == "" {
		return
	}
	v := c.visitors.of(user)
	v.look(face{ready: c.board == nil})
	if !there {
		v.saw([sha256.Size]byte{})
	}
	c.wait(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, drawTime)
		defer cancel()
		c.draw(ctx, user, "")
	})
}

// The buttons of the Home tab that lead from one face to another. Their value is the page.
const (
	showReady    = "queue_ready"
	showQueue    = "queue_back"
	queueEarlier = "queue_earlier"
	queueLater   = "queue_later"
)

// turned shows another face where a button asks for it; false = it asks for something else.
func (c *counter) turned(ctx context.Context, user string, a pressedButton) bool {
	page, _ := strconv.Atoi(string(a.Value))
	switch {
	case a.ActionID == showReady && c.shelf != nil:
		c.publish(ctx, user, 0, "")
	case (a.ActionID == showQueue || a.ActionID == queueEarlier || a.ActionID == queueLater) && c.board != nil:
		c.visitors.of(user).look(face{at: max(page, 0)})
		c.draw(ctx, user, "")
	default:
		return false
	}
	return true
}

// draw shows a person what they look at, and logs where it cannot.
func (c *counter) draw(ctx context.Context, user, note string) {
	if _, err := c.drawn(ctx, user, note, false); err != nil {
		c.d.log.Warn("slack: the Home tab could not be shown; see whether it is switched on for the app, as in `webcare manifest`", "user", user, "error", err)
	}
}

// drawn publishes what a person looks at, unless it is there already. One at a time for each person, so that nothing older
// comes over what is newer. again: they have seen the queue, which stays where it cannot be read anew. asked: Slack was.
func (c *counter) drawn(ctx context.Context, user, note string, again bool) (asked bool, err error) {
	v := c.visitors.of(user)
	select {
	case v.gate <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-v.gate }()
	f := v.looksAt()
	if again && f.ready { // they went there meanwhile
		return false, nil
	}
	var blocks []slackgo.Block
	if f.ready {
		blocks = c.readyBlocks(ctx, user, f.at, note)
	} else {
		q, err := c.board.Queue(ctx, user, f.at)
		if _, objects := errors.AsType[*adapters.Objections](err); err != nil && again && !objects {
			return false, err
		}
		blocks = c.queueBlocks(q, err)
	}
	raw, err := json.Marshal(blocks)
	if err != nil {
		return false, err
	}
	digest := sha256.Sum256(raw)
	if v.sees(digest) {
		return false, nil
	}
	v.saw([sha256.Size]byte{}) // until it is certain
	if err := c.show(ctx, user, blocks); err != nil {
		return true, err
	}
	v.saw(digest)
	return true, nil
}

// QueueChanged: see adapters.Desk.
func (d *Desk) QueueChanged() {
	if c := d.counter.Load(); c != nil && c.board != nil {
		c.anew()
	}
}

// anew has the queue shown anew to those who look at it.
func (c *counter) anew() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// refresh shows the queue anew when it changed, until ctx ends.
func (c *counter) refresh(ctx context.Context) {
	var pace pacer
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.changed:
		}
		if pause(ctx, c.refreshed(ctx, &pace), nil) != nil {
			return
		}
	}
}

// refreshed shows it to each of them, at a pace that Slack allows, and says how long to wait before it is done again.
// What failed for now is tried again then.
func (c *counter) refreshed(ctx context.Context, pace *pacer) time.Duration {
	wait := refreshPause
	var failed []error
	for _, user := range c.visitors.watching(time.Now()) {
		one, cancel := context.WithTimeout(ctx, drawTime)
		asked, err := c.drawn(one, user, "", true)
		cancel()
		if asked && pace.wait(ctx) != nil || ctx.Err() != nil {
			return 0
		}
		if err == nil {
			continue
		}
		failed = append(failed, err)
		e, is := errors.AsType[*adapters.SendError](err)
		if is {
			wait = max(wait, e.After)
		}
		if !is || e.Outcome != conversation.Refused {
			c.anew()
		}
		if is && (e.Whole || e.Reason == conversation.Busy) || len(failed) == refreshFails { // the next one would fare no better
			break
		}
	}
	if len(failed) > 0 {
		c.d.log.Debug("slack: the queue could not be shown anew to all who look at it", "people", len(failed), "error", failed[0])
	}
	return wait
}
