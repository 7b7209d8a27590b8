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
	down := func() bool { return b.isShut(x.of.Ref.Account) }
	for n, f := range e.Files {
		files = append(files, adapters.Attachment{File: f, Open: b.downloads.steady(part{x.job, n}, down, func(ctx context.Context) (io.ReadCloser, int64, error) {
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
	if _, counted := errors.AsType[*ofFile](err); counted {
		return receipt, err
	}
	return receipt, b.downloads.enough(part{x.job, upload}, err)
}

// What the customer writes behind a file waits for it, so a file that cannot be carried over is given up soon: it has
// failed filesTries times, in filesWait at least, and each time it is tried for filesTime at most.
const (
	filesTries = 3
	filesWait  = 2 * time.Minute
	filesTime  = 3 * time.Minute
)

// downloads counts how often each file of a job has failed, and the upload of all of them. Only this life counts, and no
// time in which the network that a file comes from, or the one that it goes to, is down: it is not the file then that is
// the trouble.
type downloads struct {
	mu     sync.Mutex
	failed map[store.Key]map[int]failures
}

// part is what can fail of a job: a file by its number, or the upload.
type part struct {
	job store.Job
	n   int
}

const upload = -1

// ofFile marks an error of one file, which is counted.
type ofFile struct{ error }

func (e *ofFile) Unwrap() error { return e.error }

// failures are those of one part.
type failures struct {
	since   time.Time
	n       int
	attempt int // the latest try that was counted
}

// enough turns "later" into "never" for what has failed often and for long.
func (d *downloads) enough(p part, err error) error {
	fault, is := errors.AsType[*adapters.SendError](err)
	if !is || fault.Outcome != conversation.Later || fault.Whole {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.failed[p.job.Key]
	if all == nil {
		all = map[int]failures{}
	}
	f, known := all[p.n]
	if !known {
		f.since = time.Now()
	}
	if f.attempt != p.job.Attempt {
		f.attempt = p.job.Attempt
		f.n++
	}
	if d.failed == nil {
		d.failed = map[store.Key]map[int]failures{}
	}
	all[p.n] = f
	d.failed[p.job.Key] = all
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

// steady is a download. One that breaks off or stands still can be tried again, until that was tried enough while the
// network it comes from was not down.
func (d *downloads) steady(p part, down func() bool, open opener) opener {
	enough := func(err error) error {
		if !down() {
			err = d.enough(p, err)
		}
		if fault, is := errors.AsType[*adapters.SendError](err); is && fault.Err != nil {
			counted := *fault
			counted.Err = &ofFile{fault.Err}
			return &counted
		}
		return err
	}
	return func(ctx context.Context) (io.ReadCloser, int64, error) {
		ctx, cancel := context.WithCancel(ctx)
		body, length, err := open(ctx)
		if err != nil {
			cancel()
			return nil, 0, enough(elsewhere(err))
		}
		return &download{ReadCloser: body, enough: enough, cancel: cancel}, length, nil
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
