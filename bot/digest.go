package bot

import (
	"context"
	"strconv"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/store"
)

const (
	// digestName is under which name it is stored when the last digest was due; no account has it.
	digestName = "digest"
	// digestLate is how late a digest may come: what a morning was is no news in the evening.
	digestLate = time.Hour
	// mostListed is how many customers a digest names.
	mostListed = 10
)

// digests has the desk told of its day when it opens and when it closes.
func (b *Bot) digests(ctx context.Context) {
	if b.digest {
		b.beginDigests(ctx)
	}
	for b.digest {
		next := b.nextDigest(ctx, time.Now())
		if next.at.IsZero() {
			return // it never opens, or is over
		}
		if sleep(ctx, min(time.Until(next.at), lookAtClock), nil) != nil {
			return
		}
		if now := time.Now(); now.Before(next.at) {
			continue
		}
		if err := b.enqueueDigest(ctx, next); err != nil && b.storeError(err) != nil && sleep(ctx, time.Minute, nil) != nil {
			return
		}
	}
}

// beginDigests notes on the first day of all that no digest was missed before.
func (b *Bot) beginDigests(ctx context.Context) {
	err := b.store.Update(ctx, func(tx store.Tx) error {
		if last, err := tx.Cursor(digestName); err != nil || last != "" {
			return err
		}
		return tx.SetCursor(digestName, time.Now().UTC().Format(time.RFC3339))
	})
	_ = b.storeError(err)
}

// nextDigest is the next one that is due, or was until a moment ago.
func (b *Bot) nextDigest(ctx context.Context, now time.Time) turn {
	var last time.Time
	err := b.store.View(ctx, func(tx store.Tx) error {
		raw, err := tx.Cursor(digestName)
		if err == nil && raw != "" {
			last, err = time.Parse(time.RFC3339, raw)
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		b.log.Warn("when the last digest was due cannot be read", "err", err)
	}
	from := now.Add(-digestLate)
	if last.After(from) && !last.After(now) { // else the clock was ahead then
		from = last
	}
	return nextTurn(ctx, b.hours, b.words.zone, from)
}

func (b *Bot) enqueueDigest(ctx context.Context, next turn) error {
	var out []born
	err := b.store.Update(ctx, func(tx store.Tx) error {
		out = nil
		j := store.Job{
			Key: store.Key{Conversation: conversation.DeskID, Seq: uint64(next.at.UnixNano())}, State: store.Ready, At: time.Now(),
			Effect: conversation.Digest{From: next.day, At: next.at, Closing: next.closing},
		}
		if err := tx.SetCursor(digestName, next.at.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
		j, err := enqueueAnew(tx, j)
		out = append(out, born{job: j, of: conversation.Conversation{ID: conversation.DeskID}})
		return err
	})
	if err == nil {
		b.outbox.took(out)
	}
	return err
}

// dayOf is what a digest tells.
type dayOf struct {
	tally
	waiting []store.Queued // longest waiting first
	aside   int            // put aside until today, or promised
	// longest are the first of those who wait, promised those whom something was promised for today.
	longest, promised []conversation.Conversation
	fresh             map[int]int // of those who wait, or are put aside meanwhile: by the hour in which they wrote today
	old               int         // of the same: since before today
}

func (b *Bot) dayOf(ctx context.Context, e conversation.Digest) (d dayOf, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		d = dayOf{fresh: map[int]int{}}
		if d.tally, err = b.today(tx, e.From); err != nil {
			return err
		}
		for q, err := range tx.Queue(conversation.Waiting) {
			if err != nil {
				return err
			}
			if len(d.waiting) < mostListed {
				c, err := tx.Conversation(q.ID)
				if err != nil {
					return err
				}
				d.longest = append(d.longest, c)
			}
			d.waiting = append(d.waiting, q)
			d.asks(q.At, e, b.words.zone)
		}
		for q, err := range tx.Queue(conversation.Snoozed) {
			if err != nil {
				return err
			}
			c, err := tx.Conversation(q.ID)
			if err != nil {
				return err
			}
			if !c.Since.IsZero() { // whoever put them aside: they go on waiting
				d.asks(c.Since, e, b.words.zone)
			}
			if !q.At.Before(e.From.AddDate(0, 0, 1)) {
				continue
			}
			d.aside++
			if c.Snooze.Promise && len(d.promised) < mostListed {
				d.promised = append(d.promised, c)
			}
		}
		return nil
	})
	return d, err
}

// asks counts a customer who has been waiting since a moment. What came behind the date of a service day that ends after
// midnight counts on the next.
func (d *dayOf) asks(since time.Time, e conversation.Digest, zone *time.Location) {
	if since.Before(e.From) {
		d.old++
	} else if since.Before(e.At) && since.Before(e.From.AddDate(0, 0, 1)) {
		d.fresh[since.In(zone).Hour()]++
	}
}

// postDigest posts a digest.
func (b *Bot) postDigest(ctx context.Context, x *born, e conversation.Digest) (conversation.Receipt, error) {
	e.From, e.At = e.From.In(b.words.zone), e.At.In(b.words.zone)
	key := x.job.Key.String()
	d, err := b.dayOf(ctx, e)
	if err != nil {
		return conversation.Receipt{}, notNow(err)
	}
	if err := b.desk.Located(ctx); err != nil {
		return conversation.Receipt{}, err
	}
	if x.job.Attempt > 1 {
		if r, there, err := b.desk.Find(ctx, key, conversation.Place{}, x.job.Started.Add(-clockOff)); err != nil || there {
			return r, err
		}
	}
	text := b.words.morning(d, e)
	if e.Closing {
		text = b.words.evening(d, e)
	}
	post := adapters.Post{Body: b.words.listed(conversation.Plainly(text), d, b.desk.Permalink, e.At)}
	return b.desk.Post(ctx, key, conversation.Place{}, post)
}

// morning says what waits when the desk opens.
func (w *words) morning(d dayOf, e conversation.Digest) string {
	text := w.Say(language.DigestOpens, "day", w.Date(e.From), "waiting", w.waitingNow(len(d.waiting)))
	if len(d.waiting) > 0 {
		text += w.Say(language.DigestLong, "when", w.When(d.waiting[0].At.In(w.zone), e.At.In(w.zone)))
	}
	if d.aside > 0 {
		text += w.Count(language.DigestAside, d.aside)
	}
	return text
}

// waitingNow says how many wait.
func (w *words) waitingNow(n int) string {
	if n == 0 {
		return w.Say(language.QueueNobody)
	}
	return w.Count(language.QueueTitle, n)
}

// listed adds who has been waiting longest, and whom something was promised for today.
func (w *words) listed(t conversation.Text, d dayOf, permalink func(conversation.Place) string, now time.Time) conversation.Text {
	for _, c := range d.longest {
		line := "\n• " + w.Say(language.NudgeLine, "name", w.name(c.Customer)+" · "+w.network(c.Ref.Account), "time", w.howLong(now.Sub(c.Since)))
		t = t.Add(conversation.Plainly(line)).Add(link(" ", permalink(c.Thread)))
	}
	for _, c := range d.promised {
		line := "\n• 📅 " + w.name(c.Customer) + " · " + w.network(c.Ref.Account) + ", " + w.When(c.Snooze.Until.In(w.zone), now.In(w.zone)) + " (" + oneLine(c.Snooze.By.Name) + ")"
		t = t.Add(conversation.Plainly(line)).Add(link(" ", permalink(c.Thread)))
	}
	return t
}

// evening says what the day was when the desk closes.
func (w *words) evening(d dayOf, e conversation.Digest) string {
	day := w.Date(e.From)
	asked, answered, closed := sum(d.Asked)+sum(d.fresh), d.answers(), sum(d.Closed)
	if asked+answered+closed == 0 && len(d.waiting) == 0 {
		return w.Say(language.DigestNone, "day", day)
	}
	over := sum(d.Asked) - d.Needless // those who wrote today and were answered
	asked -= d.Needless
	share := 100
	if asked > 0 {
		share = over * 100 / asked
	}
	text := w.Say(language.DigestCloses, "day", day, "answered", strconv.Itoa(over), "asked", strconv.Itoa(asked), "share", strconv.Itoa(share))
	if answered > 0 {
		text += w.Say(language.DigestFirst, "half", w.howLong(time.Duration(d.within(0.5))*time.Minute), "most", w.howLong(time.Duration(d.within(0.9))*time.Minute))
	}
	if closed > 0 {
		text += w.Count(language.DigestClosed, closed)
	}
	if n := len(d.waiting); n > 0 {
		text += w.Count(language.DigestWaits, n)
	}
	return text
}
