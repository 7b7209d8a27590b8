//go:build !race

package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var (
	kills    = flag.Int("kills", 12, "how often webcare is killed under traffic")
	killSeed = flag.Uint64("seed", 0, "the seed of who writes and when it is killed; 0 = any. Processes have a time of their own: it goes much the same way, not the same")
)

// TestKills kills webcare with SIGKILL at random moments, again and again on the same file, while customers and staff go
// on writing: in four towns side by side, whose networks are quick, slow to carry out, slow to answer, or both. Then it
// lives, and when nothing is left to do, nothing may be lost, doubled, or with a wrong customer (kills_check_test.go).
func TestKills(t *testing.T) {
	t.Parallel()
	program := built(t)
	seed := *killSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-seed %d", seed)
	times := *kills
	const towns = 4
	all := make([]*ordeal, towns)
	for n := range all {
		all[n] = newOrdeal(t, program, seed+uint64(n))
		if n&1 > 0 {
			all[n].w.slack.Slow(15 * time.Millisecond)
			all[n].w.telegram.Slow(15 * time.Millisecond)
		}
		if n&2 > 0 {
			all[n].w.late.Store(int64(20 * time.Millisecond))
		}
	}
	var wg sync.WaitGroup
	for n, o := range all {
		wg.Go(func() { o.suffer(times*(n+1)/towns - times*n/towns) })
	}
	wg.Wait()
	var sum tally
	for n, o := range all {
		if len(o.faults) > 0 {
			t.Errorf("town %d:\n%s\nthe log of its last life:\n%s", n, strings.Join(o.faults, "\n"), o.last.log)
		}
		sum.add(o.tally)
	}
	t.Log(sum)
}

// ordeal is what a town goes through.
type ordeal struct {
	w       *town
	program string
	r       *rand.Rand
	people  []*person
	last    *process
	faults  []string
	tally
}

// tally is what an ordeal was, in figures.
type tally struct {
	kills, ran             int // ran: those that were killed after their start
	said, answered, notes  int
	sure, waits            int // answers: with the customer; asking whether to leave, since the customer wrote meanwhile
	unsure, arrived        int // asking whether they arrived; and they had
	posts                  int
	starting, dying, doing time.Duration
}

func (a *tally) add(b tally) {
	a.kills, a.ran, a.said, a.answered, a.notes = a.kills+b.kills, a.ran+b.ran, a.said+b.said, a.answered+b.answered, a.notes+b.notes
	a.waits += b.waits
	a.sure, a.unsure, a.arrived, a.posts = a.sure+b.sure, a.unsure+b.unsure, a.arrived+b.arrived, a.posts+b.posts
	a.starting, a.dying, a.doing = a.starting+b.starting, max(a.dying, b.dying), max(a.doing, b.doing)
}

// String says it in words.
func (a tally) String() string {
	return fmt.Sprintf("%d kills in %v, %d of them while it started, which takes it %v; %d messages of customers, %d answers and %d notes; %d posts in Slack; "+
		"%d answers are with the customer, %d wait since the customer wrote meanwhile, %d stand as a question (%d of them had arrived); all was done %v after the last kill",
		a.kills, a.dying.Round(time.Second), a.kills-a.ran, (a.starting / time.Duration(max(1, a.ran))).Round(time.Millisecond),
		a.said, a.answered, a.notes, a.posts, a.sure, a.waits, a.unsure, a.arrived, a.doing.Round(time.Second))
}

func newOrdeal(t *testing.T, program string, seed uint64) *ordeal {
	w := newTown(t)
	w.quiet = true
	w.change(`api_url = "`+w.slackURL+`/api/"`, `api_url = "`+w.slackURL+`/api/"`+"\npost_rate = 100.0\npost_burst = 100")
	o := &ordeal{w: w, program: program, r: rand.New(rand.NewPCG(seed, 1))}
	for n := range people {
		o.people = append(o.people, newPerson(w, n))
	}
	return o
}

func (o *ordeal) fault(format string, args ...any) {
	o.faults = append(o.faults, fmt.Sprintf(format, args...))
}

// settled is how long webcare may take to do what is left: what became of a post is looked up for half a minute before
// it is posted again, and there may be several in a thread.
const settled = 3 * time.Minute

// suffer kills webcare so many times, and then lets it live until nothing is left to do.
func (o *ordeal) suffer(times int) {
	began := time.Now()
	still := o.traffic()
	for range times {
		o.live()
		o.last.signal(syscall.SIGKILL)
		if s := o.last.ends(5 * time.Second); s != -1 {
			o.fault("it ended by itself, with status %d:\n%s", s, o.last.log)
		}
		o.kills++
	}
	o.dying = time.Since(began)
	o.start()
	still()
	var faults []string
	for late := time.Now().Add(settled); ; o.start() {
		for len(o.check()) > 0 && time.Now().Before(late) {
			o.wait(250 * time.Millisecond)
		}
		o.wait(250 * time.Millisecond) // what stands may not have been noted yet
		o.last.signal(syscall.SIGTERM)
		if s := o.last.ends(15 * time.Second); s != 0 {
			o.fault("SIGTERM ended it with status %d", s)
			break
		}
		if faults = append(o.check(), o.checkFile()...); len(faults) == 0 || time.Now().After(late) {
			break
		}
	}
	o.doing = time.Since(began) - o.dying
	o.faults = append(o.faults, faults...)
}

func (o *ordeal) start() { o.last = o.w.spawn(o.program, "run", "-config", o.w.config) }

// live is one life, up to some moment of its start or under traffic.
func (o *ordeal) live() {
	began := time.Now()
	o.start()
	if o.r.IntN(4) == 0 {
		o.wait(time.Duration(o.r.Int64N(int64(100 * time.Millisecond))))
		return
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(o.last.log.String(), "webcare runs") {
		select {
		case <-tick.C:
		case <-o.last.done:
			return
		}
	}
	o.ran++
	o.starting += time.Since(began)
	o.wait(time.Duration(min(o.r.ExpFloat64(), 5) * float64(100*time.Millisecond)))
}

// wait lets time pass, unless the process ends.
func (o *ordeal) wait(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-o.last.done:
	}
}
