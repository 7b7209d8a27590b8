package bolt

import (
	"slices"
	"sync"
)

// line is where updates wait while another one commits. Whoever finds nobody there leads: makes a commit for itself and
// all who have come by then, and passes the lead on to the first who came since.
type line struct {
	mu      sync.Mutex
	led     bool
	closed  bool
	waiting []*call
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
	if !l.led {
		l.led = true
		return true, nil
	}
	c.turn, c.ran, c.lead = make(chan *tx), make(chan bool), make(chan struct{}, 1)
	l.waiting = append(l.waiting, c)
	return false, nil
}

// leave takes a call out that waits no longer; false where it is being committed or leads.
func (l *line) leave(c *call) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.waiting, c)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return true
}

// take takes those who wait, in order, but for those whose context has ended.
func (l *line) take(most int) []*call {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken []*call
	n := 0
	for _, c := range l.waiting {
		if len(taken) == most {
			break
		}
		n++
		if err := c.ctx.Err(); err != nil {
			c.tell(err)
		} else {
			taken = append(taken, c)
		}
	}
	l.waiting = slices.Delete(l.waiting, 0, n)
	return taken
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
	for _, c := range l.waiting {
		c.tell(errClosed)
	}
	l.waiting = nil
}
