package bolt

import (
	"slices"
	"sync"
)

// line is where updates wait while another one commits. Whoever finds nobody there leads: makes a commit for itself and
// all who have come by then, and passes the lead on to the first who came since. Who is in no hurry stands aside for a
// while, and goes along with whoever leads next.
type line struct {
	mu      sync.Mutex
	led     bool
	closed  bool
	waiting []*call
	aside   []*call
	idle    chan struct{} // closed when the line is closed and nobody leads any more
}

// enter says whether the call leads; else it waits.
func (l *line) enter(c *call) (leads bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false, errClosed
	}
	c.done = make(chan error, 1)
	if c.patience == 0 && !l.led {
		l.led = true
		return true, nil
	}
	c.turn, c.ran, c.lead = make(chan *tx), make(chan bool), make(chan struct{}, 1)
	if c.patience > 0 {
		l.aside = append(l.aside, c)
	} else {
		l.waiting = append(l.waiting, c)
	}
	return false, nil
}

// hurry ends the patience of a call that nobody has taken along, and says whether it leads; else it waits like others.
func (l *line) hurry(c *call) (leads bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.aside, c)
	if i < 0 {
		return false
	}
	l.aside = slices.Delete(l.aside, i, i+1)
	if l.led {
		l.waiting = append(l.waiting, c)
		return false
	}
	l.led = true
	return true
}

// leave takes a call out that waits no longer; false where it is being committed or leads.
func (l *line) leave(c *call) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, in := range []*[]*call{&l.waiting, &l.aside} {
		if i := slices.Index(*in, c); i >= 0 {
			*in = slices.Delete(*in, i, i+1)
			return true
		}
	}
	return false
}

// take makes the batch of who leads: first those who stood aside, since what they have to say is the oldest, then the
// leader, then those who wait, in order; none whose context has ended.
func (l *line) take(leader *call, most int) []*call {
	l.mu.Lock()
	defer l.mu.Unlock()
	var batch []*call
	l.aside, batch = alive(l.aside, batch, most-1)
	batch = append(batch, leader)
	l.waiting, batch = alive(l.waiting, batch, most)
	return batch
}

// alive moves calls from the one to the other until there are so many; the context of some may have ended.
func alive(from, to []*call, most int) (left, taken []*call) {
	n := 0
	for _, c := range from {
		if len(to) == most {
			break
		}
		n++
		if err := c.ctx.Err(); err != nil {
			c.tell(err)
		} else {
			to = append(to, c)
		}
	}
	return slices.Delete(from, 0, n), to
}

// pass gives the lead to the next; again are those who must begin anew, before all others.
func (l *line) pass(again []*call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.Concat(again, l.waiting)
	if l.closed {
		l.dismiss()
	}
	if len(l.waiting) == 0 {
		l.waiting, l.led = nil, false
		if l.closed {
			close(l.idle)
		}
		return
	}
	next := l.waiting[0]
	l.waiting = slices.Delete(l.waiting, 0, 1)
	next.lead <- struct{}{}
}

// close lets nobody in any more, sends away who waits, and returns when nobody leads.
func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.dismiss()
	if !l.led {
		close(l.idle)
	}
	l.mu.Unlock()
	<-l.idle
}

func (l *line) dismiss() {
	for _, c := range slices.Concat(l.waiting, l.aside) {
		c.tell(errClosed)
	}
	l.waiting, l.aside = nil, nil
}
