package bolt

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// populate stores n conversations, one due each second.
func populate(b *testing.B, s *Store, n int) {
	b.Helper()
	for from := 0; from < n; from += 1000 {
		err := s.Update(b.Context(), func(tx store.Tx) error {
			for i := from; i < min(from+1000, n); i++ {
				if err := tx.Put(typical(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// typical is a conversation as most are: one answer given, one on its way.
func typical(i int) conversation.Conversation {
	ts := fmt.Sprintf("1760%06d.123456", i)
	place := func(ts string) conversation.Place {
		return conversation.Place{Team: "T0000001", Channel: "C0000001", TS: ts}
	}
	by := conversation.Person{ID: "U0000001", Name: "Somebody", Initials: "SB", MaySpeak: true}
	due := fixtureTime(0).Add(time.Duration(i) * time.Second)
	return conversation.Conversation{
		ID: conversation.ID(fmt.Sprintf("0190%08x%012x", i, i)), Seq: 9, Turn: conversation.Waiting, Due: due, Opened: due, Since: due,
		Ref:      conversation.Ref{Adapter: "telegram", Account: "acme", Key: fmt.Sprint(100_000 + i)},
		Customer: conversation.Customer{ID: fmt.Sprint(i), Name: "A customer", Handle: "customer", Language: "nl"},
		Thread:   place(ts), Greeted: []string{"U0000001"}, Claimer: by,
		Open: []conversation.Answer{{
			At: place(ts + "1"), By: by, State: conversation.Sending, Mark: conversation.Held,
			Parts: []conversation.Part{{Text: conversation.Plainly("How annoying! Could you send us a picture of it?")}},
		}},
	}
}

// BenchmarkDue reads the conversations due in one minute, 60 of them, from 1,000 and from 1,000,000. The goal is a
// ratio of at most 2.
func BenchmarkDue(b *testing.B) {
	per := map[int]float64{}
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newStore(b, Options{})
			populate(b, s, n)
			now := fixtureTime(0).Add(59 * time.Second)
			for b.Loop() {
				met := 0
				err := s.View(b.Context(), func(tx store.Tx) error {
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
				if err != nil || met != 60 {
					b.Fatal(met, err)
				}
			}
			per[n] = float64(b.Elapsed()) / float64(b.N)
			if n == 1_000_000 && per[1_000] > 0 {
				b.ReportMetric(per[n]/per[1_000], "ratio")
			}
		})
	}
}

// BenchmarkUpdate stores an event as the bot does, alone and with 64 writers at once; syncs/op is what sharing saves.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			c := &counted{}
			s := newStore(b, Options{commit: c.commit})
			populate(b, s, writers)
			c.commits.Store(0)
			var wg sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					for i := range max(b.N/writers, 1) {
						if err := s.Update(b.Context(), hear(typical(w).ID, uint64(10+i))); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(c.commits.Load())/float64(max(b.N, writers)), "syncs/op")
		})
	}
}

func hear(id conversation.ID, seq uint64) func(store.Tx) error {
	return func(tx store.Tx) error {
		at := fixtureTime(int(seq))
		if _, err := tx.Saw("acme", fmt.Sprint(id, seq), at); err != nil {
			return err
		}
		c, err := tx.Conversation(id)
		if err != nil {
			return err
		}
		c.Seq, c.Heard, c.Due = seq, at, at
		entry := conversation.Entry{ExternalID: fmt.Sprint(seq), At: at, Message: conversation.Message{Text: conversation.Plainly("My parcel is broken")}}
		if err := tx.Append(id, seq, at, conversation.Heard{ExternalID: entry.ExternalID, At: at, Message: entry.Message}); err != nil {
			return err
		}
		j := store.Job{Key: store.Key{Conversation: id, Seq: seq}, Effect: conversation.Show{Entries: []conversation.Entry{entry}}, State: store.Doing}
		if err := tx.Enqueue(j); err != nil {
			return err
		}
		return tx.Put(c)
	}
}

// BenchmarkPut changes a conversation within a transaction, with its due time and without.
func BenchmarkPut(b *testing.B) {
	for _, moves := range []bool{false, true} {
		b.Run(fmt.Sprintf("due=%v", moves), func(b *testing.B) {
			s := newStore(b, Options{})
			populate(b, s, 1000)
			err := s.Update(b.Context(), func(tx store.Tx) error {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					c := typical(i % 1000)
					if c.Seq = uint64(i); moves {
						c.Due = c.Due.Add(time.Duration(i) * time.Millisecond)
					}
					if err := tx.Put(c); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
