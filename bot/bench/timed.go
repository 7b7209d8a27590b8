package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What is measured by the clock: the subjects take turns, and A is measured twice.

// series are the values of one measure by subject, one for each round.
type series map[string][]float64

// ratio is the median over the rounds of each subject's value by A's. Rounds in which A2 is not like A are left out,
// unless none is left.
func (s series) ratio(subject string) (ratio float64, noisy string) {
	const least, most = 0.85, 1.18
	var quiet, all []float64
	for i, a := range s["A"] {
		if i >= len(s[subject]) || a == 0 {
			continue
		}
		r := s[subject][i] / a
		all = append(all, r)
		if i < len(s["A2"]) && s["A2"][i] >= least*a && s["A2"][i] <= most*a {
			quiet = append(quiet, r)
		}
	}
	switch {
	case len(all) == 0:
		return 0, "not measured"
	case len(quiet) == 0:
		return median(all), fmt.Sprintf("too noisy: all %d rounds", len(all))
	case len(quiet) < len(all):
		return median(quiet), fmt.Sprintf("%d of %d rounds too noisy", len(all)-len(quiet), len(all))
	}
	return median(quiet), ""
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

func (b *bench) addRatio(row int, what string, s series, limit float64) {
	value, noisy := s.ratio("webcare")
	var others []string
	for _, name := range []string{"E", "A2"} {
		if len(s[name]) > 0 {
			r, _ := s.ratio(name)
			others = append(others, fmt.Sprintf("%s %.3g", name, r))
		}
	}
	b.add(line{Row: row, What: what + ", × A", Value: value, Limit: limit, Noisy: noisy, Others: strings.Join(others, "  ")})
}

// turns is the order of a round: it changes, so that nobody is always the first.
func turns(round int) []string {
	all := []string{"A", "E", "webcare", "A2"}
	n := round % len(all)
	return append(all[n:], all[:n]...)
}

// latency: row 4.
func (b *bench) latency(ctx context.Context) error {
	const people, rtt = 50, 50 * time.Millisecond
	m := measures{all: map[string]series{}}
	for round := range b.rounds {
		for _, subject := range turns(round) {
			err := b.stage(ctx, subject, setting{rtt: rtt}, func(ctx context.Context, s *scene) error {
				t := newTown(s.world, people)
				roots, err := t.open(ctx, 50)
				if err == nil {
					err = m.step(ctx, subject, t, roots, 10, 8*time.Second)
				}
				if err == nil {
					err = m.step(ctx, subject, t, roots, 50, 5*time.Second)
				}
				return err
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.all)) {
		b.addRatio(4, name, m.all[name], 1.05)
	}
	return nil
}

// measures are several series by name.
type measures struct{ all map[string]series }

func (m *measures) note(name, subject string, v float64) {
	if m.all[name] == nil {
		m.all[name] = series{}
	}
	m.all[name][subject] = append(m.all[name][subject], v)
}

// step measures how long messages take both ways at so many a second each.
func (m *measures) step(ctx context.Context, subject string, t *town, roots []string, rate float64, long time.Duration) error {
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	since, err := t.load(ctx, roots, rate, long)
	if err == nil {
		err = t.all(ctx, 10*time.Second)
	}
	if err != nil {
		return err
	}
	for kind, name := range map[byte]string{'q': "to the desk", 'a': "to the customer"} {
		got := t.latencies(kind, since)
		for _, q := range []float64{0.5, 0.99} {
			m.note(fmt.Sprintf("p%.0f %s at %.0f/s", 100*q, name, rate), subject, quantile(got, q).Seconds())
		}
	}
	return nil
}

// memory: row 8, and rows 1 and 3 in a burst of 10,000 customers who all write at once.
func (b *bench) memory(ctx context.Context) error {
	const people, settled = 10000, 6 * time.Second
	var n tallies
	idle, full, own := series{}, series{}, series{}
	for round := range min(b.rounds, 2) {
		for _, subject := range turns(round) {
			err := b.stage(ctx, subject, setting{}, func(ctx context.Context, s *scene) error {
				if err := pause(ctx, settled/2); err != nil {
					return err
				}
				u, err := s.child.use()
				if err != nil {
					return err
				}
				idle[subject] = append(idle[subject], float64(u.resident))
				t := newTown(s.world, people)
				for i := range people {
					t.write(i)
				}
				if _, err := t.settle(ctx, 10*time.Second); err != nil {
					return err
				}
				if err := pause(ctx, settled); err != nil {
					return err
				}
				if u, err = s.child.use(); err != nil {
					return err
				}
				full[subject] = append(full[subject], float64(u.resident))
				own[subject] = append(own[subject], float64(u.own))
				n.put(subject, t.tally())
				return nil
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	b.addRatio(8, "memory idle", idle, 1.5)
	b.addRatio(8, "memory after 10,000 conversations", full, 1.5)
	b.addRatio(8, "the same without mapped files", own, 1.5)
	b.report(&n, "burst of 10,000", 0)
	return nil
}

// idle: row 15, processor time while nothing happens.
func (b *bench) idle(ctx context.Context) error {
	var spent notes
	err := b.beside(ctx, setting{}, func(ctx context.Context, s *scene) error {
		if err := pause(ctx, 10*time.Second); err != nil {
			return err
		}
		before, err := s.child.use()
		if err != nil {
			return err
		}
		if err := pause(ctx, time.Minute); err != nil {
			return err
		}
		after, err := s.child.use()
		if err != nil {
			return err
		}
		spent.put(s.subject, (after.cpu - before.cpu).Seconds())
		return nil
	}, "A", "E", "webcare", "A2")
	if err != nil {
		return err
	}
	s := series{}
	for name, v := range spent.values {
		s[name] = []float64{v}
	}
	b.addRatio(15, "processor time while nothing happens", s, 2)
	return nil
}
