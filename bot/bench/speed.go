package main

import (
	"context"
	"fmt"
	"time"
)

// What webcare takes longer for than its floors, and more of, as they do nothing but hand on: rows 5, 6, 7, 9 and 10.

// quick: row 5, latency where networks answer at once, so that only the programs are compared.
func (b *bench) quick(ctx context.Context) error {
	loads := []load{{1, 2 * time.Second}, {10, time.Second}, {50, time.Second}, {200, time.Second / 2}}
	all, err := b.relayed(ctx, setting{}, loads, min(b.rounds, 3))
	if err != nil {
		return err
	}
	for _, l := range loads {
		for _, way := range ways {
			name := l.name(way)
			all[name].report(b, 5, name+", no round trip", 0.5, "A", 2.5)
			all[name].report(b, 5, name+", no round trip", 0.5, "E", 1.25)
			limit := 0.0
			if l.rate == 200 {
				limit = 1.5
			}
			all[name].report(b, 5, name+", no round trip", 0.99, "E", limit)
		}
	}
	return nil
}

// drain: row 6, 10,000 new customers wait when the subject starts.
func (b *bench) drain(ctx context.Context) error {
	const people = 10_000
	span := series{}
	for round := range min(b.rounds, 3) {
		for _, subject := range turns(round) {
			err := b.stage(ctx, subject, setting{asleep: true}, func(ctx context.Context, s *scene) error {
				t := newTown(s.world, people)
				for i := range people {
					t.write(i)
				}
				if err := s.start(ctx); err != nil {
					return err
				}
				if err := t.all(ctx, 15*time.Second); err != nil {
					return err
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				first, last := s.arrived[0].at, s.arrived[0].at
				for _, a := range s.arrived {
					if a.at.After(last) {
						last = a.at
					}
				}
				span[subject] = append(span[subject], people/last.Sub(first).Seconds())
				return nil
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	b.addLeast(6, "10,000 new conversations, so many a second", span, "A", 0.7)
	b.addLeast(6, "10,000 new conversations, so many a second", span, "E", 0.9)
	return nil
}

// labour: row 7, processor time at 50 messages a second each way.
func (b *bench) labour(ctx context.Context) error {
	const people, rate, long = 50, 50, 10 * time.Second
	spent := series{}
	for round := range b.rounds {
		for _, subject := range turns(round) {
			err := b.stage(ctx, subject, setting{}, func(ctx context.Context, s *scene) error {
				t := newTown(s.world, people)
				roots, err := t.open(ctx, rate)
				if err != nil {
					return err
				}
				if err := pause(ctx, 2*time.Second); err != nil {
					return err
				}
				before, err := s.child.use()
				if err != nil {
					return err
				}
				if _, err = t.load(ctx, roots, rate, long); err == nil {
					err = t.all(ctx, 10*time.Second)
				}
				if err != nil {
					return err
				}
				after, err := s.child.use()
				spent[subject] = append(spent[subject], (after.cpu - before.cpu).Seconds())
				return err
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	b.addRatio(7, "processor time at 50/s", spent, "E", 1.25)
	return nil
}

// begin: row 9, from the start of the program until the first message of a customer stands in Slack; and with a million
// conversations in the data file.
func (b *bench) begin(ctx context.Context) error {
	const many = 1_000_000
	took, full := series{}, series{}
	for round := range b.rounds {
		for _, subject := range turns(round) {
			for _, stored := range []int{0, many} {
				into := took
				if stored > 0 {
					into = full
					if subject != "webcare" { // the others keep nothing
						into[subject] = append(into[subject], took[subject][round])
						continue
					}
				}
				first, err := b.firstOf(ctx, subject, stored)
				if err != nil {
					return err
				}
				into[subject] = append(into[subject], first.Seconds())
			}
			fmt.Fprint(b.say, ".")
		}
	}
	b.addRatio(9, "start to the first message", took, "A", 3)
	b.addRatio(9, "the same with 1,000,000 conversations stored", full, "A", 3)
	return nil
}

func (b *bench) firstOf(ctx context.Context, subject string, stored int) (took time.Duration, err error) {
	err = b.stage(ctx, subject, setting{asleep: true, stored: stored}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, 1)
		t.write(0)
		began := time.Now()
		if err := s.start(ctx); err != nil {
			return err
		}
		err := t.all(ctx, 10*time.Second)
		took = t.lastOf(began).Sub(began)
		return err
	})
	return took, err
}

// again: row 10, from the start behind a kill -9 under load until the first message of a customer arrives.
func (b *bench) again(ctx context.Context) error {
	const people, rate, rtt = 20, 15, 50 * time.Millisecond
	took := series{}
	for round := range b.rounds {
		for _, subject := range turns(round) {
			err := b.stage(ctx, subject, setting{rtt: rtt}, func(ctx context.Context, s *scene) error {
				t := newTown(s.world, people)
				roots, err := t.open(ctx, rate)
				if err != nil {
					return err
				}
				if _, err := t.load(ctx, roots, rate, time.Second); err != nil {
					return err
				}
				s.child.kill()
				if _, err := t.load(ctx, roots, rate, time.Second); err != nil { // nobody hears it yet
					return err
				}
				began := time.Now()
				if err := s.start(ctx); err != nil {
					return err
				}
				for {
					if first := t.firstSince(began); !first.IsZero() {
						took[subject] = append(took[subject], first.Sub(began).Seconds())
						return nil
					}
					if time.Since(began) > upWithin {
						return fmt.Errorf("nothing arrives within %v", upWithin)
					}
					if err := pause(ctx, time.Millisecond); err != nil {
						return err
					}
				}
			})
			if err != nil {
				return err
			}
			fmt.Fprint(b.say, ".")
		}
	}
	b.addRatio(10, "start behind a kill to the first delivery", took, "A", 1.2)
	return nil
}

// firstSince is when the first message arrived behind a moment; zero = none has.
func (t *town) firstSince(moment time.Time) (first time.Time) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	for _, a := range t.w.arrived {
		if a.at.After(moment) && (first.IsZero() || a.at.Before(first)) {
			first = a.at
		}
	}
	return first
}
