package main

import (
	"context"
	"fmt"
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

// ways are what a load measures, by the letter of its messages.
var ways = map[byte]string{'q': "to the desk", 'a': "to the customer"}

func (l load) name(way string) string { return fmt.Sprintf("%s at %.0f/s", way, l.rate) }

// latency: row 4; and at other rates and with conversations stored, in fewer rounds.
func (b *bench) latency(ctx context.Context) error {
	const rtt = 50 * time.Millisecond
	ten, fifty := load{10, 4 * time.Second}, load{50, time.Second} // a p99 wants samples
	few := min(b.rounds, 2)
	for _, m := range []struct {
		rounds, stored int
		loads          []load
		with           string
		limit          float64
	}{
		{b.rounds, 0, []load{ten, fifty}, "", 1.05},
		{few, 0, []load{{1, 3 * time.Second}, {200, time.Second / 2}}, "", 0},
		{few, 1_000, []load{fifty}, ", 1,000 stored", 0},
		{few, 100_000, []load{fifty}, ", 100,000 stored", 0},
		{few, 1_000_000, []load{fifty}, ", 1,000,000 stored", 0},
	} {
		all, err := b.relayed(ctx, setting{rtt: rtt, stored: m.stored}, m.loads, m.rounds)
		if err != nil {
			return err
		}
		for _, l := range m.loads {
			for _, way := range ways {
				for _, q := range []float64{0.5, 0.99} {
					all[l.name(way)].report(b, 4, l.name(way)+m.with, q, "A", m.limit)
				}
			}
		}
	}
	return nil
}

// relayed measures how long messages take under some loads.
func (b *bench) relayed(ctx context.Context, in setting, loads []load, rounds int) (samples, error) {
	const people = 50
	r := newRelay(rounds * turnsInRound)
	all := samples{}
	return all, b.beside(ctx, in, func(ctx context.Context, s *scene) error {
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
	for kind, way := range ways {
		name := l.name(way)
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

// report adds the line of a quantile: that of all quiet rounds together, by that of a floor. No limit is none.
func (r rounds) report(b *bench, row int, name string, q float64, base string, limit float64) {
	each := func(subject string) series { // each round for itself tells which are quiet
		s := series{}
		for _, who := range []string{"A", "A2", "E", subject} {
			s[who] = nil
			for _, of := range r[who] {
				s[who] = append(s[who], quantile(slices.Sorted(slices.Values(of)), q).Seconds())
			}
		}
		return s
	}
	quiet, noisy := each("webcare").quiet("webcare")
	of := func(subject string) float64 {
		var all []time.Duration
		for _, i := range quiet {
			all = append(all, r[subject][i]...)
		}
		return quantile(slices.Sorted(slices.Values(all)), q).Seconds()
	}
	by := of(base)
	b.add(line{
		Row: row, What: fmt.Sprintf("p%.0f %s, × %s", 100*q, name, base), Value: of("webcare") / by, Limit: limit, Free: limit == 0, Noisy: noisy,
		Others: fmt.Sprintf("A %.3g  E %.3g  A2 %.3g", of("A")/by, of("E")/by, of("A2")/by),
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
