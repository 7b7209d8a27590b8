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

// ratio is the median over the quiet rounds of each subject's value by that of another, which is a floor.
func (s series) ratio(subject, by string) (ratio float64, noisy string) {
	quiet, noisy := s.quiet(subject)
	var all []float64
	for _, i := range quiet {
		if i < len(s[by]) {
			all = append(all, s[subject][i]/s[by][i])
		}
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

// addRatio adds how much more webcare has than a floor, addLeast how much of what a floor does it does.
func (b *bench) addRatio(row int, what string, s series, by string, limit float64) {
	b.add(s.line(row, what, by, limit))
}

func (b *bench) addLeast(row int, what string, s series, by string, limit float64) {
	l := s.line(row, what, by, limit)
	l.Least = true
	b.add(l)
}

func (s series) line(row int, what, by string, limit float64) line {
	value, noisy := s.ratio("webcare", by)
	var others []string
	for _, name := range []string{"A", "E", "A2"} {
		if len(s[name]) > 0 && name != by {
			r, _ := s.ratio(name, by)
			others = append(others, fmt.Sprintf("%s %.3g", name, r))
		}
	}
	return line{Row: row, What: what + ", × " + by, Value: value, Limit: limit, Noisy: noisy, Others: strings.Join(others, "  ")}
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
	b.addRatio(8, "memory idle", idle, "A", 1.5)
	b.addRatio(8, "memory after 10,000 conversations", full, "A", 1.5)
	b.addRatio(8, "the same without mapped files", own, "A", 1.5)
	b.report(&n, "burst of 10,000", 0)
	return nil
}

// stored: row 8, memory where a million conversations are stored, by what it is where 10,000 are.
func (b *bench) stored(ctx context.Context) error {
	const few, many = 10_000, 1_000_000
	const people, settled = 200, 6 * time.Second
	own, all := map[int][]float64{}, map[int][]float64{}
	for range min(b.rounds, 3) {
		for _, n := range []int{few, many} {
			err := b.stage(ctx, "webcare", setting{stored: n}, func(ctx context.Context, s *scene) error {
				t := newTown(s.world, people)
				roots, err := t.open(ctx, 50)
				if err == nil {
					_, err = t.load(ctx, roots, 50, 5*time.Second)
				}
				if err == nil {
					err = t.all(ctx, 10*time.Second)
				}
				if err == nil {
					err = pause(ctx, settled)
				}
				if err != nil {
					return err
				}
				u, err := s.child.use()
				own[n], all[n] = append(own[n], float64(u.own)), append(all[n], float64(u.resident))
				return err
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	const mb = 1 << 20
	b.add(line{
		Row: 8, What: "memory with 1,000,000 stored, without mapped files, × with 10,000", Value: median(own[many]) / median(own[few]), Limit: 1.1,
		Others: fmt.Sprintf("%.1f and %.1f MB, with mapped files %.1f and %.1f MB", median(own[many])/mb, median(own[few])/mb, median(all[many])/mb, median(all[few])/mb),
	})
	return nil
}

// idle: row 15, processor time while nothing happens, of all minutes together: of one it is too little to compare.
func (b *bench) idle(ctx context.Context) error {
	var spent notes
	for range min(b.rounds, 3) {
		if err := b.idleMinute(ctx, &spent); err != nil {
			return err
		}
	}
	s := series{}
	for name, v := range spent.values {
		s[name] = []float64{v}
	}
	b.addRatio(15, "processor time while nothing happens", s, "A", 2)
	return nil
}

// idleMinute adds what a minute takes each of them, side by side.
func (b *bench) idleMinute(ctx context.Context, spent *notes) error {
	return b.beside(ctx, setting{}, func(ctx context.Context, s *scene) error {
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
}
