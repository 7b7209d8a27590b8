package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// showFiles carries a customer's files into the thread. The bytes go through, they are not kept.
func (b *Bot) showFiles(ctx context.Context, x *born, e conversation.ShowFiles) (conversation.Receipt, error) {
	a, is := b.accounts[x.of.Ref.Account]
	fetcher, can := a.Adapter.(adapters.Fetcher)
	if !is || !can {
		return conversation.Receipt{}, &adapters.SendError{
			Outcome: conversation.Refused, Reason: conversation.FileGone,
			Err: fmt.Errorf("files of account %q cannot be fetched", x.of.Ref.Account),
		}
	}
	var files []adapters.Attachment
	for _, f := range e.Files {
		files = append(files, adapters.Attachment{File: f, Open: b.downloads.steady(x.job, func(ctx context.Context) (io.ReadCloser, int64, error) {
			return fetcher.Fetch(ctx, x.of.Ref, f)
		})})
	}
	ctx, cancel := context.WithTimeout(ctx, filesTime)
	defer cancel()
	save := func(progress string) error {
		x.job.Progress = progress
		return b.store.Update(context.WithoutCancel(ctx), func(tx store.Tx) error { return tx.Set(x.job) })
	}
	receipt, err := b.desk.Upload(ctx, x.of.Thread, files, x.job.Progress, save)
	if err == nil {
		for _, m := range receipt.Missing {
			b.log.Warn("a file was left out", "job", x.job.Key.String(), "reason", string(m.Reason), "err", m.Detail)
		}
	}
	return receipt, b.downloads.enough(x.job, err)
}

// What the customer writes behind a file waits for it, so a file that cannot be carried over is given up soon: it has
// failed filesTries times, in filesWait at least, and each time it is tried for filesTime at most.
const (
	filesTries = 3
	filesWait  = 2 * time.Minute
	filesTime  = 3 * time.Minute
)

// downloads counts how often the files of jobs have failed. Only this life counts, and no time in which nothing at all
// goes through: it is not the files then that are the trouble.
type downloads struct {
	mu     sync.Mutex
	failed map[store.Key]failures
}

// failures are those of one job.
type failures struct {
	since   time.Time
	n       int
	attempt int // the latest try that was counted
}

// enough turns "later" into "never" for a job whose files have failed often and for long.
func (d *downloads) enough(j store.Job, err error) error {
	fault, is := errors.AsType[*adapters.SendError](err)
	if !is || fault.Outcome != conversation.Later || fault.Whole {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f, known := d.failed[j.Key]
	if !known {
		f.since = time.Now()
	}
	if f.attempt != j.Attempt {
		f.attempt = j.Attempt
		f.n++
	}
	if d.failed == nil {
		d.failed = map[store.Key]failures{}
	}
	d.failed[j.Key] = f
	if f.n < filesTries || time.Since(f.since) < filesWait {
		return err
	}
	over := *fault
	over.Outcome, over.Reason = conversation.Refused, conversation.FileGone
	return &over
}

// forget says that a job has ended.
func (d *downloads) forget(key store.Key) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.failed, key)
}

// elsewhere is the error of the network a file comes from, told so that it says nothing about the network the file goes
// to: that one can still take everything else.
func elsewhere(err error) error {
	fault, is := errors.AsType[*adapters.SendError](err)
	if !is || !fault.Whole && fault.Reason != conversation.Busy {
		return err
	}
	other := *fault
	other.Whole = false
	if other.Reason == conversation.Busy {
		other.Reason = conversation.Down
	}
	return &other
}

// opener starts a download, as in adapters.Attachment.
type opener = func(ctx context.Context) (io.ReadCloser, int64, error)

// fileStall is how long a download may give nothing before it counts as broken off.
const fileStall = time.Minute

// steady is a download for a job. One that breaks off or stands still can be tried again, until that was tried enough.
func (d *downloads) steady(j store.Job, open opener) opener {
	return func(ctx context.Context) (io.ReadCloser, int64, error) {
		ctx, cancel := context.WithCancel(ctx)
		body, length, err := open(ctx)
		if err != nil {
			cancel()
			return nil, 0, d.enough(j, elsewhere(err))
		}
		return &download{ReadCloser: body, enough: func(err error) error { return d.enough(j, err) }, cancel: cancel}, length, nil
	}
}

// download is one that is under way.
type download struct {
	io.ReadCloser
	enough func(error) error
	cancel context.CancelFunc
}

// Read is the body's, but it does not stand still for longer than fileStall.
func (d *download) Read(p []byte) (int, error) {
	stalled := time.AfterFunc(fileStall, d.cancel)
	n, err := d.ReadCloser.Read(p)
	if on := stalled.Stop(); err == nil || errors.Is(err, io.EOF) || on && errors.Is(err, context.Canceled) { // the call has ended
		return n, err
	}
	return n, d.enough(&adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("a download broke off: %w", err)})
}

// Close ends it.
func (d *download) Close() error {
	d.cancel()
	return d.ReadCloser.Close()
}
