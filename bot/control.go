package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/store"
)

// Stuck is a job that a person must decide about, as `webcare queue` lists it.
type Stuck struct {
	Job   string
	Since time.Time
	What  string
	State string
	Why   string
}

// Copied is how far a backup is: some lines with Done of Total records, then one with Bytes, the size of the file, or
// with Error.
type Copied struct {
	Done, Total int    `json:",omitempty"`
	Bytes       int64  `json:",omitempty"`
	Error       string `json:",omitempty"`
}

// Control answers the commands of whoever may use the data file: /backup (to = path; lines of Copied), /verify
// (store.Report), /queue, /queue/retry and /queue/drop (job = key), /explain (thread = its link). It is served on a socket
// that only that user can open, never on a network. It works without Run as well: what is retried then begins at the next
// start.
func (b *Bot) Control() http.Handler {
	mux := http.NewServeMux()
	english := &words{Language: language.English} // of all commands
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		out, line := json.NewEncoder(w), http.NewResponseController(w)
		bytes, err := b.backup(r.Context(), r.FormValue("to"), func(done, total int) {
			_ = out.Encode(Copied{Done: done, Total: total})
			_ = line.Flush()
		})
		last := Copied{Bytes: bytes}
		if err != nil {
			last.Error = err.Error()
		}
		_ = out.Encode(last)
	})
	mux.HandleFunc("POST /verify", func(w http.ResponseWriter, r *http.Request) {
		report, err := b.verify(r.Context())
		reply(w, report, err)
	})
	mux.HandleFunc("POST /queue", func(w http.ResponseWriter, r *http.Request) {
		out := []Stuck{}
		err := b.store.View(r.Context(), func(tx store.Tx) error {
			for j, err := range tx.Stuck() {
				if err != nil {
					return err
				}
				out = append(out, Stuck{Job: j.Key.String(), Since: j.At, What: kindOf(j.Effect), State: string(j.State), Why: english.because(j.Reason, j.Detail)})
			}
			return nil
		})
		reply(w, out, err)
	})
	mux.HandleFunc("POST /explain", func(w http.ResponseWriter, r *http.Request) {
		x, err := b.explain(r.Context(), r.FormValue("thread"), time.Now())
		reply(w, x, err)
	})
	mux.HandleFunc("POST /queue/retry", func(w http.ResponseWriter, r *http.Request) {
		err := b.decide(r, conversation.TryAgain, conversation.SendAgain)
		reply(w, map[string]string{"Text": "It is tried again."}, err)
	})
	mux.HandleFunc("POST /queue/drop", func(w http.ResponseWriter, r *http.Request) {
		err := b.decide(r, conversation.GiveUp, conversation.GiveUp)
		reply(w, map[string]string{"Text": "It is dropped."}, err)
	})
	return mux
}

// backup copies the store and gives the size of the copy. Stores that can tell how far they are, do.
func (b *Bot) backup(ctx context.Context, to string, progress func(done, total int)) (int64, error) {
	var err error
	if s, can := b.store.(interface {
		BackupProgress(ctx context.Context, path string, progress func(done, total int)) error
	}); can {
		err = s.BackupProgress(ctx, to, progress)
	} else {
		err = b.store.Backup(ctx, to)
	}
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(to)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// verify has the store look at itself, without a pause in the work.
func (b *Bot) verify(ctx context.Context) (store.Report, error) {
	s, can := b.store.(interface {
		VerifyInUse(ctx context.Context) (store.Report, error)
	})
	if !can {
		return store.Report{}, fmt.Errorf("this store cannot look at itself: %w", errors.ErrUnsupported)
	}
	return s.VerifyInUse(ctx)
}

func reply(w http.ResponseWriter, answer any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// console is who settles jobs on the command line.
var console = conversation.Person{ID: "console", Name: "the operator", MaySpeak: true}

// decide settles a stuck job: an answer to a customer by the same event as a button in its thread, any other by itself.
func (b *Bot) decide(r *http.Request, refused, maybe conversation.Action) error {
	key, err := parseKey(r.FormValue("job"))
	if err != nil {
		return err
	}
	var out []born
	err = b.store.Update(r.Context(), func(tx store.Tx) error {
		out = nil
		j, err := tx.Job(key)
		if errors.Is(err, store.ErrNotFound) || err == nil && j.State != store.Refused && j.State != store.Maybe {
			return fmt.Errorf("no job %q is stuck; webcare queue list names those that are", r.FormValue("job"))
		}
		if err != nil {
			return err
		}
		now := time.Now()
		send, is := j.Effect.(conversation.Send)
		switch {
		case is:
			c, err := tx.Conversation(key.Conversation)
			if err != nil {
				return err
			}
			action := refused
			if slices.ContainsFunc(c.Open, func(a conversation.Answer) bool { return a.At == send.Answer && a.State == conversation.Unsure }) {
				action = maybe
			}
			out, err = b.fold(tx, c, conversation.Pressed{Action: action, By: console, At: now, About: send.Answer, Limits: b.limits(c), Hearing: b.desk.Hearing()}, now, nil, nil)
			return err
		case refused == conversation.GiveUp:
			return tx.Drop(key)
		}
		j.State, j.After = store.Ready, time.Time{}
		out = []born{{job: j}}
		return tx.Set(j)
	})
	if err == nil {
		b.outbox.took(out)
	}
	return err
}

// parseKey reads what Key.String wrote.
func parseKey(s string) (store.Key, error) {
	parts := strings.Split(s, ".")
	if len(parts) == 3 {
		seq, err1 := strconv.ParseUint(parts[1], 10, 64)
		n, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && parts[0] != "" {
			return store.Key{Conversation: conversation.ID(parts[0]), Seq: seq, N: n}, nil
		}
	}
	return store.Key{}, fmt.Errorf("%q is not the name of a job; webcare queue list names them", s)
}
