package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/bolt"
)

// files makes data files as they are after some years, each once in a run.
type files struct {
	dir  string
	made map[string]string
}

// of is the file with n conversations: answered and closed, or all of them waiting.
func (f *files) of(ctx context.Context, n int, waiting bool) (path string, err error) {
	name := fmt.Sprintf("%d-%v.db", n, waiting)
	if path, is := f.made[name]; is {
		return path, nil
	}
	if f.dir == "" {
		if f.dir, err = os.MkdirTemp("", "bench"); err != nil {
			return "", err
		}
		f.made = map[string]string{}
	}
	path = filepath.Join(f.dir, name)
	s, err := bolt.Open(path, bolt.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	const each = 5000
	for from := 0; from < n && err == nil; from += each {
		err = s.Update(ctx, func(tx store.Tx) error {
			for i := from; i < min(n, from+each); i++ {
				if err := put(tx, past(i, waiting)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return "", err
	}
	f.made[name] = path
	return path, nil
}

// copy puts such a file where a subject keeps its own.
func (f *files) copy(ctx context.Context, n int, to string) (err error) {
	from, err := f.of(ctx, n, false)
	if err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func (f *files) remove() {
	if f.dir != "" {
		_ = os.RemoveAll(f.dir)
	}
}

var longAgo = time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)

// past is the ith conversation. One that waits is due in the ith second from longAgo.
func past(i int, waiting bool) conversation.Conversation {
	at := longAgo.Add(time.Duration(i) * time.Second)
	c := conversation.Conversation{
		ID:       conversation.ID(fmt.Sprintf("%012x%012x", at.UnixMilli(), i)),
		Ref:      conversation.Ref{Adapter: "telegram", Account: "acme", Key: fmt.Sprint(1_000_000_000 + i)},
		Customer: conversation.Customer{ID: fmt.Sprint(1_000_000_000 + i), Name: "A. Customer", Handle: fmt.Sprint("customer", i), Language: "nl"},
		Thread:   conversation.Place{Team: "T0SIM", Channel: deskChannel, TS: fmt.Sprintf("%d.%06d", 1_500_000_000+i, i%1_000_000)},
		Opened:   at, Heard: at, Active: at, Carded: at, Seq: 2,
		Opening: conversation.Message{Text: conversation.Plainly("My parcel arrived with a dent in it, and the cup is broken. What can you do for me?")},
		Claimer: conversation.Person{ID: staffID, Name: "Sanne", MaySpeak: true}, Claimed: at,
	}
	if waiting {
		c.Turn, c.Since, c.Deadlines, c.Due = conversation.Waiting, at, []time.Time{at}, at
	} else {
		c.Turn, c.Outcome, c.Closed = conversation.Done, conversation.OutcomeAnswered, at
	}
	return c
}

func put(tx store.Tx, c conversation.Conversation) error {
	said := conversation.Heard{ExternalID: string(c.ID), At: c.Heard, Customer: c.Customer, Message: c.Opening}
	closed := conversation.Pressed{Action: conversation.Close, At: c.Heard, By: c.Claimer}
	return errors.Join(tx.Put(c), tx.Append(c.ID, 1, c.Heard, said), tx.Append(c.ID, 2, c.Heard, closed))
}
