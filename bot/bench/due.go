package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"webcare/store"
	"webcare/store/bolt"
)

// due: row 14, what it costs to find who is due, of 10,000 who wait and of a million, and to keep the index of it.
func (b *bench) due(ctx context.Context) error {
	const few, many = 10_000, 1_000_000
	const dueNow, times = 100, 300
	per := map[int]time.Duration{}
	for _, n := range []int{few, many} {
		path, err := b.files.of(ctx, n, true)
		if err != nil {
			return err
		}
		err = with(path, func(s store.Store) (err error) {
			per[n], err = read(ctx, s, dueNow, times)
			if err == nil && n == many {
				err = b.index(ctx, s, times)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	b.add(line{
		Row: 14, What: "finding one who is due among 1,000,000, × the same among 10,000", Value: per[many].Seconds() / per[few].Seconds(), Limit: 2,
		Others: fmt.Sprintf("%v and %v", per[many]/dueNow, per[few]/dueNow),
	})
	return nil
}

func with(path string, do func(store.Store) error) error {
	s, err := bolt.Open(path, bolt.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// read is how long it takes to read the first who are due: the median of so many times.
func read(ctx context.Context, s store.Store, first, times int) (time.Duration, error) {
	now := longAgo.Add(time.Duration(first)*time.Second - 1)
	var took []float64
	for range times {
		began, met := time.Now(), 0
		err := s.View(ctx, func(tx store.Tx) error {
			for id, err := range tx.Due(now) {
				if err == nil {
					_, err = tx.Conversation(id)
				}
				if err != nil {
					return err
				}
				met++
			}
			return nil
		})
		if err != nil || met != first {
			return 0, fmt.Errorf("%d are due, and should be %d: %w", met, first, err)
		}
		took = append(took, float64(time.Since(began)))
	}
	return time.Duration(median(took)), nil
}

// index compares commits that move a conversation to another time with commits that change it as much and leave its time.
func (b *bench) index(ctx context.Context, s store.Store, times int) error {
	var moved, left []float64
	for i := range 2 * times {
		c := past(1000+997*(i/2), true)
		err := s.Update(ctx, func(tx store.Tx) (err error) { // as it is now
			c, err = tx.Conversation(c.ID)
			return err
		})
		if err != nil {
			return err
		}
		into := &left
		if c.Seq++; i%2 == 0 {
			into, c.Due = &moved, c.Due.Add(time.Hour+time.Duration(i)*time.Millisecond)
		}
		began := time.Now()
		if err := s.Update(ctx, func(tx store.Tx) error { return tx.Put(c) }); err != nil {
			return err
		}
		*into = append(*into, float64(time.Since(began)))
	}
	b.add(line{
		Row: 14, What: "a commit that moves one to another time, × one that does not", Value: median(moved) / median(left), Limit: 1.4,
		Others: fmt.Sprintf("%v and %v", time.Duration(median(moved)), time.Duration(median(left))),
	})
	return nil
}
