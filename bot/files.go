package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
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
		files = append(files, adapters.Attachment{File: f, Open: steady(x.job, func(ctx context.Context) (io.ReadCloser, int64, error) {
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
	return receipt, triedEnough(x.job, err)
}

// What the customer writes behind a file waits for it, so a file that cannot be carried over is given up soon: it is
// tried filesTries times and for filesWait at least, each time for filesTime at most.
const (
	filesTries = 3
	filesWait  = 2 * time.Minute
	filesTime  = 3 * time.Minute
)

// triedEnough turns "later" into "never" for what has been tried often and long. Where nothing at all goes through, it
// is not the files that are the trouble.
func triedEnough(j store.Job, err error) error {
	fault, is := errors.AsType[*adapters.SendError](err)
	if !is || fault.Outcome != conversation.Later || fault.Whole || j.Attempt < filesTries || time.Since(j.At) < filesWait {
		return err
	}
	over := *fault
	over.Outcome, over.Reason = conversation.Refused, conversation.FileGone
	return &over
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
func steady(j store.Job, open opener) opener {
	return func(ctx context.Context) (io.ReadCloser, int64, error) {
		ctx, cancel := context.WithCancel(ctx)
		body, length, err := open(ctx)
		if err != nil {
			cancel()
			return nil, 0, triedEnough(j, elsewhere(err))
		}
		return &download{ReadCloser: body, job: j, cancel: cancel}, length, nil
	}
}

// download is one that is under way.
type download struct {
	io.ReadCloser
	job    store.Job
	cancel context.CancelFunc
}

// Read is the body's, but it does not stand still for longer than fileStall.
func (d *download) Read(p []byte) (int, error) {
	stalled := time.AfterFunc(fileStall, d.cancel)
	n, err := d.ReadCloser.Read(p)
	if on := stalled.Stop(); err == nil || errors.Is(err, io.EOF) || on && errors.Is(err, context.Canceled) { // the call has ended
		return n, err
	}
	return n, triedEnough(d.job, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("a download broke off: %w", err)})
}

// Close ends it.
func (d *download) Close() error {
	d.cancel()
	return d.ReadCloser.Close()
}
