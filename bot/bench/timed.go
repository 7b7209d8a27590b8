package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What is measured by the clock: the subjects take turns, and A is measured twice.

// series are the values of one measure by subject, one for each round.
type series map[string][]float64

// ratio is the median over the quiet rounds of each subject's value by A's.
func (s series) ratio(subject string) (ratio float64, noisy string) {
	quiet, noisy := s.quiet(subject)
	var all []float64
	for _, i := range quiet {
		all = append(all, s[subject][i]/s["A"][i])
	}
	if len(all) == 0 {
		return 0, noisy
	}
	return median(all), noisy
}

// quiet lists the rounds in which A2 is like A, or all where there is none.
func (s series) quiet(subject string) (rounds []int, noisy string) {
	const least, most = 0.85, 1.18
	var quiet, all []int
	for i, a := range s["A"] {
		if i >= len(s[subject]) || a == 0 {
			continue
		}
		all = append(all, i)
		if i < len(s["A2"]) && s["A2"][i] >= least*a && s["A2"][i] <= most*a {
			quiet = append(quiet, i)
		}
	}
	switch {
	case len(all) == 0:
		return nil, "not measured"
	case len(quiet) == 0:
		return all, fmt.Sprintf("too noisy: all %d rounds", len(all))
	case len(quiet) < len(all):
		return quiet, fmt.Sprintf("%d of %d rounds too noisy", len(all)-len(quiet), len(all))
	}
	return quiet, ""
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
