package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"go.etcd.io/bbolt"
)

// journal is what makes floor A durable: everything that comes in is on disk before anybody is told "got it", in one
// commit for all that waits, and stays there until it has been carried out.
type journal struct {
	db      *bbolt.DB
	asks    chan ask
	stopped chan struct{}
}

// ask is a change that waits for the next commit.
type ask struct {
	fn   func(*bbolt.Tx) error
	done chan error // nil = nobody waits
}

// The buckets: updates and answers that came in and are not done, answers ever seen, the threads of chats, and the
// last update.
const (
	updatesIn = "updates"
	answersIn = "answers"
	seen      = "seen"
	threads   = "threads"
	latest    = "latest"
)

func openJournal(ctx context.Context, path string) (*journal, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		var all []error
		for _, name := range []string{updatesIn, answersIn, seen, threads, latest} {
			_, err := tx.CreateBucketIfNotExists([]byte(name))
			all = append(all, err)
		}
		return errors.Join(all...)
	})
	j := &journal{db: db, asks: make(chan ask, 4096), stopped: make(chan struct{})}
	go j.write(ctx)
	return j, err
}

func (j *journal) close() {
	<-j.stopped
	_ = j.db.Close()
}

// write commits whatever is waiting.
func (j *journal) write(ctx context.Context) {
	defer close(j.stopped)
	for {
		var batch []ask
		select {
		case a := <-j.asks:
			batch = append(batch, a)
		case <-ctx.Done():
			return
		}
		for more := true; more; {
			select {
			case a := <-j.asks:
				batch = append(batch, a)
			default:
				more = false
			}
		}
		err := j.db.Update(func(tx *bbolt.Tx) error {
			var all []error
			for _, a := range batch {
				all = append(all, a.fn(tx))
			}
			return errors.Join(all...)
		})
		for _, a := range batch {
			if a.done != nil {
				a.done <- err
			}
		}
	}
}

func (j *journal) update(wait bool, fn func(*bbolt.Tx) error) error {
	a := ask{fn: fn}
	if wait {
		a.done = make(chan error, 1)
	}
	select {
	case j.asks <- a:
	case <-j.stopped:
		return context.Canceled
	}
	if !wait {
		return nil
	}
	select {
	case err := <-a.done:
		return err
	case <-j.stopped:
		return context.Canceled
	}
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// storedPolls stores the answer of each getUpdates before the library sees it, since the library confirms it to
// Telegram with its next poll, whatever became of it.
type storedPolls struct {
	telegram.HttpClient
	journal *journal
}

func (s *storedPolls) Do(r *http.Request) (*http.Response, error) {
	resp, err := s.HttpClient.Do(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/getUpdates") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		Result []json.RawMessage `json:"result"`
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Result) == 0 {
		return resp, nil
	}
	return resp, s.journal.update(true, func(tx *bbolt.Tx) error {
		var all []error
		for _, raw := range answer.Result {
			var u struct {
				ID int64 `json:"update_id"`
			}
			all = append(all, json.Unmarshal(raw, &u), tx.Bucket([]byte(updatesIn)).Put(number(u.ID), raw),
				tx.Bucket([]byte(latest)).Put([]byte(latest), number(u.ID)))
		}
		return errors.Join(all...)
	})
}

// keep stores answers and returns those that were not seen before.
func (j *journal) keep(all []answered) (fresh []answered) {
	if len(all) == 0 {
		return nil
	}
	_ = j.update(true, func(tx *bbolt.Tx) error {
		fresh = nil
		for _, a := range all {
			id := []byte(a.ID)
			if tx.Bucket([]byte(seen)).Get(id) != nil {
				continue
			}
			raw, err := json.Marshal(a)
			if err := errors.Join(err, tx.Bucket([]byte(seen)).Put(id, []byte{1}), tx.Bucket([]byte(answersIn)).Put(id, raw)); err != nil {
				return err
			}
			fresh = append(fresh, a)
		}
		return nil
	})
	return fresh
}

// posted notes that an update was carried out. The thread of a new conversation is on disk before its next message.
func (j *journal) posted(update, chat int64, ts string, opened bool) {
	_ = j.update(opened, func(tx *bbolt.Tx) error {
		if opened {
			if err := tx.Bucket([]byte(threads)).Put(number(chat), []byte(ts)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(updatesIn)).Delete(number(update))
	})
}

func (j *journal) sent(a answered) {
	_ = j.update(false, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(answersIn)).Delete([]byte(a.ID)) })
}

// load reads the threads of an earlier life and the last update it stored.
func (j *journal) load(p *pair) (last int64, err error) {
	err = j.db.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket([]byte(latest)).Get([]byte(latest)); v != nil {
			last = int64(binary.BigEndian.Uint64(v))
		}
		return tx.Bucket([]byte(threads)).ForEach(func(k, v []byte) error {
			chat := int64(binary.BigEndian.Uint64(k))
			p.threads[chat], p.chats[string(v)] = string(v), chat
			return nil
		})
	})
	return last, err
}

// replay carries out what an earlier life left undone.
func (j *journal) replay(ctx context.Context, p *pair) error {
	var updates []*models.Update
	var answers []answered
	err := j.db.View(func(tx *bbolt.Tx) error {
		return errors.Join(tx.Bucket([]byte(updatesIn)).ForEach(func(_, v []byte) error {
			u := &models.Update{}
			updates = append(updates, u)
			return json.Unmarshal(v, u)
		}), tx.Bucket([]byte(answersIn)).ForEach(func(_, v []byte) error {
			var a answered
			err := json.Unmarshal(v, &a)
			answers = append(answers, a)
			return err
		}))
	})
	for _, u := range updates {
		p.heard(ctx, u)
	}
	for _, a := range answers {
		p.queues.do(a.Thread, func() { p.send(ctx, a) })
	}
	return err
}
