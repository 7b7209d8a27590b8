package bot_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/bot"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store/bolt"
)

// BenchmarkDeliver is one mention of a new customer, from the adapter's hands to the data file: one commit.
func BenchmarkDeliver(b *testing.B) {
	desk := &instantDesk{}
	in := startInstant(b, desk)
	n := 0
	for b.Loop() {
		n++
		if err := in.Deliver(b.Context(), "", mention(n, n)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRelay is one mention of a known customer, from the adapter's hands until it stands in Slack: two commits.
func BenchmarkRelay(b *testing.B) {
	desk := &instantDesk{posted: make(chan struct{}, 1)}
	in := startInstant(b, desk)
	n := 0
	for b.Loop() {
		n++
		if err := in.Deliver(b.Context(), "", mention(n, 1)); err != nil {
			b.Fatal(err)
		}
		<-desk.posted
	}
}

// BenchmarkQueue is a page of the Home tab of somebody who has some of 10,000 customers who wait, without Slack's blocks
// (see BenchmarkQueueBlocks there). The goal of both together is 50 ms.
func BenchmarkQueue(b *testing.B) {
	desk := &instantDesk{in: make(chan adapters.DeskInbox, 1)}
	in := startInstant(b, desk)
	var all []adapters.Incoming
	for n := range 10_000 {
		all = append(all, mention(n, n))
	}
	for some := range slices.Chunk(all, 100) {
		if err := in.Deliver(b.Context(), "", some...); err != nil {
			b.Fatal(err)
		}
	}
	board := (<-desk.in).(adapters.Board)
	for b.Loop() {
		q, err := board.Queue(b.Context(), "U0SANNE01", 0)
		if err != nil || !strings.HasPrefix(q.Title, "10,000 customers wait") || len(q.Sections) == 0 {
			b.Fatalf("%v: %+v", err, q)
		}
	}
}

func mention(n, customer int) adapters.Incoming {
	id := strconv.Itoa(n)
	return adapters.Incoming{
		ID: id, Ref: conversation.Ref{Key: strconv.Itoa(customer)},
		Event: conversation.Heard{ExternalID: id, Customer: conversation.Customer{Name: "Jan"}, At: time.Now(), Message: conversation.Message{Text: conversation.Plainly("Where is my parcel?")}},
	}
}

// startInstant runs a bot between a network and a desk that take no time, and gives its inbox.
func startInstant(b *testing.B, desk adapters.Desk) adapters.Inbox {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bench.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	network := &instantNetwork{in: make(chan adapters.Inbox, 1)}
	engine, err := bot.New(bot.Options{
		Store: db, Desk: desk, Accounts: []bot.Account{{Name: "acme", Kind: "instant", Adapter: network, Rate: -1}},
		Ladder: nudge.Ladder{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- engine.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return <-network.in
}

// instantNetwork hears nothing by itself.
type instantNetwork struct {
	adapters.Adapter
	in chan adapters.Inbox
}

func (n *instantNetwork) Run(ctx context.Context, in adapters.Inbox) error {
	n.in <- in
	<-ctx.Done()
	return nil
}

// Limits has none.
func (n *instantNetwork) Limits(conversation.Ref, time.Time) conversation.Limits {
	return conversation.Limits{}
}

// instantDesk takes every post at once.
type instantDesk struct {
	adapters.Desk
	posted chan struct{}
	in     chan adapters.DeskInbox
	ts     atomic.Int64
}

func (d *instantDesk) Run(ctx context.Context, in adapters.DeskInbox) error {
	if d.in != nil {
		d.in <- in
	}
	<-ctx.Done()
	return nil
}

func (d *instantDesk) place() conversation.Place {
	if d.posted != nil {
		d.posted <- struct{}{}
	}
	return conversation.Place{Team: "T", Channel: "C", TS: "1000000000." + strconv.FormatInt(100000+d.ts.Add(1), 10)}
}

func (d *instantDesk) Open(context.Context, string, adapters.Card) (conversation.Place, error) {
	return d.place(), nil
}

func (d *instantDesk) Post(context.Context, string, conversation.Place, adapters.Post) (conversation.Receipt, error) {
	return conversation.Receipt{Place: d.place()}, nil
}

func (d *instantDesk) Render(context.Context, conversation.Place, adapters.Card) error { return nil }

func (d *instantDesk) Hearing() time.Time { return time.Time{} }

func (d *instantDesk) CaughtUp() bool { return true }

func (d *instantDesk) Permalink(conversation.Place) string { return "" }

// Known takes everybody for a colleague.
func (d *instantDesk) Known(id string) (conversation.Person, bool) {
	return conversation.Person{ID: id, Name: "Sanne", MaySpeak: true}, true
}

// QueueChanged does nothing: nobody looks at the queue.
func (d *instantDesk) QueueChanged() {}
