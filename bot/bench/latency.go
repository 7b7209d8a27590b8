package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Row 4. All subjects are up at the same time and take turns of a few seconds, so that whatever disturbs the machine
// disturbs them alike, and the samples of all turns are looked at together: a p99 of one short turn would be its
// slowest message.

// load is a number of messages a second each way, for so long in one turn.
type load struct {
	rate float64
	long time.Duration
}

const turnsInRound = 5

// latency: row 4.
func (b *bench) latency(ctx context.Context) error {
	const people, rtt = 50, 50 * time.Millisecond
	loads := []load{{10, 2 * time.Second}, {50, time.Second}}
	r := newRelay(b.rounds * turnsInRound)
	all := samples{}
	err := b.beside(ctx, setting{rtt: rtt}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, people)
		roots, err := t.open(ctx, 50)
		if err != nil {
			return err
		}
		return r.run(ctx, s.subject, func(turn int) error {
			for _, l := range loads {
				if err := all.take(ctx, s.subject, turn/turnsInRound, t, roots, l); err != nil {
					return err
				}
			}
			if turn%turnsInRound == turnsInRound-1 && s.subject == "A" {
				fmt.Fprint(b.say, ".")
			}
			return nil
		})
	}, turns(0)...)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, q := range []float64{0.5, 0.99} {
			all[name].report(b, name, q)
		}
	}
	return nil
}

// samples are latencies by measure, subject and round.
type samples map[string]rounds

type rounds map[string][][]time.Duration

// take loads a subject and notes how long its messages took both ways.
func (m samples) take(ctx context.Context, subject string, round int, t *town, roots []string, l load) error {
	if err := pause(ctx, 200*time.Millisecond); err != nil {
		return err
	}
	since, err := t.load(ctx, roots, l.rate, l.long)
	if err == nil {
		err = t.all(ctx, 10*time.Second)
	}
	if err != nil {
		return err
	}
	for kind, way := range map[byte]string{'q': "to the desk", 'a': "to the customer"} {
		name := fmt.Sprintf("%s at %.0f/s", way, l.rate)
		if m[name] == nil {
			m[name] = rounds{}
		}
		of := m[name][subject]
		for len(of) <= round {
			of = append(of, nil)
		}
		of[round] = append(of[round], t.latencies(kind, since)...)
		m[name][subject] = of
	}
	return nil
}

// report adds the line of a quantile: that of all quiet rounds together by A's.
func (r rounds) report(b *bench, name string, q float64) {
	by := func(subject string) series { // each round for itself tells which are quiet
		s := series{}
		for _, who := range []string{"A", "A2", subject} {
			s[who] = nil
			for _, of := range r[who] {
				s[who] = append(s[who], quantile(slices.Sorted(slices.Values(of)), q).Seconds())
			}
		}
		return s
	}
	quiet, noisy := by("webcare").quiet("webcare")
	of := func(subject string) float64 {
		var all []time.Duration
		for _, i := range quiet {
			all = append(all, r[subject][i]...)
		}
		return quantile(slices.Sorted(slices.Values(all)), q).Seconds()
	}
	base := of("A")
	b.add(line{
		Row: 4, What: fmt.Sprintf("p%.0f %s, × A", 100*q, name), Value: of("webcare") / base, Limit: 1.05, Noisy: noisy,
		Others: fmt.Sprintf("E %.3g  A2 %.3g", of("E")/base, of("A2")/base),
	})
}

// relay gives the subjects their turns, one at a time and in another order each time.
type relay struct {
	turns int
	baton map[string]chan int
	mu    sync.Mutex
	ready int
}

func newRelay(n int) *relay {
	r := &relay{turns: n, baton: map[string]chan int{}}
	for _, name := range turns(0) {
		r.baton[name] = make(chan int, 1)
	}
	return r
}

// run does the subject's turns; the first begins when all subjects are here.
func (r *relay) run(ctx context.Context, subject string, play func(turn int) error) error {
	r.mu.Lock()
	if r.ready++; r.ready == len(r.baton) {
		r.baton[turns(0)[0]] <- 0
	}
	r.mu.Unlock()
	for range r.turns {
		select {
		case turn := <-r.baton[subject]:
			if err := play(turn); err != nil {
				return err
			}
			r.pass(subject, turn)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// pass hands the baton on.
func (r *relay) pass(from string, turn int) {
	order := turns(turn)
	i := slices.Index(order, from) + 1
	if i == len(order) {
		i, turn = 0, turn+1
		order = turns(turn)
	}
	if turn < r.turns {
		r.baton[order[i]] <- turn
	}
}
