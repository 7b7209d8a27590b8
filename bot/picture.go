package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"webcare/adapters"
	"webcare/bot/chart"
	"webcare/bot/conversation"
	"webcare/store"
)

const (
	// pictureTries is how often a picture is tried, pictureTime for how long at most, pictureWait the time between two
	// tries.
	pictureTries = 5
	pictureTime  = time.Minute
	pictureWait  = time.Minute
)

// enqueuePicture has the picture of a day shown in the thread of its digest.
func enqueuePicture(tx store.Tx, d conversation.Digest, thread conversation.Place, now time.Time) ([]born, error) {
	j, err := enqueueAnew(tx, store.Job{
		Key: store.Key{Conversation: conversation.PictureID, Seq: uint64(d.At.UnixNano())}, State: store.Ready, At: now,
		Effect: conversation.Picture{Of: d, Thread: thread},
	})
	return []born{{job: j, of: conversation.Conversation{ID: conversation.PictureID}}}, err
}

// showDay shares the picture of a day in the thread of its digest. One that cannot come is given up after a few tries,
// and says nothing about the network: what else goes there does not wait.
func (b *Bot) showDay(ctx context.Context, x *born, e conversation.Picture) (conversation.Receipt, error) {
	trying, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	r, err := b.shareDay(trying, x, e)
	if err == nil {
		return r, nil
	}
	fault, is := errors.AsType[*adapters.SendError](err)
	if !is {
		fault = &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: err}
	}
	f := *fault
	if f.Outcome != conversation.Refused {
		f.Outcome, f.After, f.Whole = conversation.Later, max(f.After, pictureWait), false
		if x.job.Attempt >= pictureTries {
			f.Outcome = conversation.Refused
		}
	}
	if f.Outcome == conversation.Refused && ctx.Err() == nil {
		b.log.Warn("the picture of the day could not be shown", "day", e.Of.From.In(b.words.zone).Format(time.DateOnly), "err", err)
	}
	return conversation.Receipt{}, &f
}

// shareDay is one try.
func (b *Bot) shareDay(ctx context.Context, x *born, e conversation.Picture) (conversation.Receipt, error) {
	of := e.Of
	of.From, of.At = of.From.In(b.words.zone), of.At.In(b.words.zone)
	d, err := b.dayOf(ctx, of)
	if err != nil {
		return conversation.Receipt{}, err
	}
	day := d.picture(of)
	var png bytes.Buffer
	if err := chart.PNG(&png, day, b.words.Language); err != nil {
		return conversation.Receipt{}, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: err}
	}
	file := adapters.Attachment{
		File: conversation.File{Name: of.From.Format(time.DateOnly) + ".png", Type: "image/png", Kind: conversation.Photo, Size: int64(png.Len())},
		Alt:  chart.Alt(day, b.words.Language),
		Open: func(context.Context) (io.ReadCloser, int64, error) {
			return io.NopCloser(bytes.NewReader(png.Bytes())), int64(png.Len()), nil
		},
	}
	save := func(progress string) error {
		x.job.Progress = progress
		return b.store.Update(context.WithoutCancel(ctx), func(tx store.Tx) error { return tx.Set(x.job) })
	}
	return b.desk.Upload(ctx, e.Thread, []adapters.Attachment{file}, x.job.Progress, save)
}

// picture is the day hour by hour, up to the hour of the digest.
func (d dayOf) picture(e conversation.Digest) chart.Day {
	last := e.At.In(e.From.Location())
	ends := last.Hour()
	if last.Minute() > 0 || last.Second() > 0 {
		ends++
	}
	if !last.Before(e.From.AddDate(0, 0, 1)) { // it closes at midnight
		ends = 24
	}
	day := chart.Day{From: e.From, Before: d.old + d.Old}
	waiting := day.Before
	for h := range max(ends, 1) {
		asked, over := d.Asked[h]+d.fresh[h], d.Answered[h]+d.Closed[h]
		waiting = max(0, waiting+asked-over)
		day.Hours = append(day.Hours, chart.Hour{Asked: asked, Answered: d.Answered[h], Waiting: waiting})
	}
	return day
}
