package bot_test

import (
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// fuse counts the moments at which the bot may die: before and behind each commit, and before and behind whatever it writes
// to a connection or reads from one, which are its calls, their answers, and its acknowledgements. When it blows, nothing
// is written to any connection any more, and nothing that was read is seen.
type fuse struct {
	mu     sync.Mutex
	r      *rand.Rand
	left   int           // moments until it blows; 0 = it does not
	faults int           // how many of a hundred writes go wrong
	dead   chan struct{} // nil = it is whole; closed when all that the bot leaves behind is safe
	where  string        // at what moment it blew
	blow   func()        // keeps what the bot leaves behind
	stays  time.Duration // how long it stays dead
}

// The moments.
const (
	beforeCommit = "before a commit"
	behindCommit = "behind a commit"
	beforeCall   = "before a call"
	behindCall   = "behind a call"
	beforeAnswer = "before its answer is seen"
)

var errDead = errors.New("the process is dead")

// at is one moment; true = the bot is dead.
func (f *fuse) at(moment string) bool {
	f.mu.Lock()
	if f.dead != nil {
		dead := f.dead
		f.mu.Unlock()
		<-dead
		return true
	}
	if f.left == 0 {
		f.mu.Unlock()
		return false
	}
	if f.left--; f.left > 0 {
		f.mu.Unlock()
		return false
	}
	dead := make(chan struct{})
	f.dead, f.where = dead, moment
	f.mu.Unlock()
	f.blow()
	close(dead)
	return true
}

// arm sets the fuse; false = it burns already.
func (f *fuse) arm(left int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left > 0 || f.dead != nil {
		return false
	}
	f.left = left
	return true
}

// blown waits, where the fuse blew, until all that the bot leaves behind is safe.
func (f *fuse) blown() {
	f.mu.Lock()
	dead := f.dead
	f.mu.Unlock()
	if dead != nil {
		<-dead
	}
}

// goWrong has so many of a hundred writes go wrong from now on, as a seed says.
func (f *fuse) goWrong(faults int, seed uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults, f.r = faults, rand.New(rand.NewPCG(seed, 1))
}

// mend has nothing go wrong any more.
func (f *fuse) mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.faults = 0, 0
}

// The faults of a connection.
const (
	works = iota
	lostBefore
	lostBehind
)

func (f *fuse) fault() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.r.IntN(100) >= f.faults {
		return works
	}
	return lostBefore + f.r.IntN(2)
}

// refuses says that a connection is refused.
func (f *fuse) refuses() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.r.IntN(100) < f.faults
}

// fused is a connection of a bot that may die.
type fused struct {
	net.Conn
	fuse *fuse
}

// Write: see net.Conn.
func (c fused) Write(b []byte) (int, error) {
	if c.fuse.at(beforeCall) {
		return 0, errDead
	}
	fault := c.fuse.fault()
	if fault == lostBefore {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	n, err := c.Conn.Write(b)
	if c.fuse.at(behindCall) {
		return 0, errDead
	}
	if fault == lostBehind {
		_ = c.Close()
	}
	return n, err
}

// Read: see net.Conn.
func (c fused) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.fuse.at(beforeAnswer) {
		return 0, errDead
	}
	return n, err
}
