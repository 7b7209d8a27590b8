package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// getUpdates is https://core.telegram.org/bots/api#getupdates, with the semantics of the open-source server: a higher
// offset confirms, a negative one counts from the end, one that is more than 10 beyond the end is ignored, the same
// offset within 3 s is slowed down, and the second consumer ends the first.
func (s *Sim) getUpdates(ctx context.Context, p *params) (rawList, *apiError) {
	offset, limit, timeout := p.int64("offset"), p.int("limit"), time.Duration(p.int("timeout"))*time.Second
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	timeout = min(max(timeout, 0), 50*time.Second)
	s.mu.Lock()
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, &apiError{Code: 409, Text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if list, ok := p.strings("allowed_updates"); ok {
		s.queue.allow(list)
	}
	q := &s.queue
	if q.poller != nil {
		close(q.poller)
	}
	mine := make(chan struct{})
	q.poller = mine
	limit, timeout = q.guard(offset, limit, timeout)
	q.expire()
	q.confirm(offset)
	s.mu.Unlock()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		q.expire()
		batch := q.head(limit, s.levers.reverse)
		wake := q.wake
		if len(batch) > 0 || timeout == 0 {
			if s.levers.reverse {
				s.odd += max(len(batch)-1, 0)
			}
			s.endPoll(mine)
			s.mu.Unlock()
			return batch, nil
		}
		s.mu.Unlock()
		select {
		case <-wake:
		case <-deadline.C:
			timeout = 0
		case <-mine:
			return nil, &apiError{Code: 409, Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		case <-ctx.Done():
			s.mu.Lock()
			s.endPoll(mine)
			s.mu.Unlock()
			return nil, &apiError{Code: 0}
		case <-s.ctx.Done():
			return nil, &apiError{Code: 500, Text: "Internal Server Error: restart"}
		}
	}
}

func (s *Sim) endPoll(mine chan struct{}) {
	if s.queue.poller == mine {
		s.queue.poller = nil
	}
	s.queue.ended = time.Now()
}

func (q *queue) allow(list []string) {
	q.allowed = list
	if len(list) == 0 {
		q.allowed = nil
	}
}

// guard slows down a client that polls the same offset in a tight loop.
func (q *queue) guard(offset int64, limit int, timeout time.Duration) (int, time.Duration) {
	now := time.Now()
	if offset == q.before && !q.began.IsZero() {
		if now.Sub(q.began) < 3*time.Second && timeout > 0 {
			timeout = max(timeout, 3*time.Second)
		}
		if !q.ended.IsZero() && now.Sub(q.ended) < 500*time.Millisecond {
			limit = 1
		}
	}
	q.before, q.began = offset, now
	return limit, timeout
}

// confirm drops what the offset says was received.
func (q *queue) confirm(offset int64) {
	if offset < 0 {
		if n := int(-offset); n < len(q.waiting) {
			q.waiting = q.waiting[len(q.waiting)-n:]
		}
		return
	}
	if offset > q.next+10 {
		return
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(u *update) bool { return u.id < offset })
}

// head is the oldest updates, at most limit of them and about 4 MB.
func (q *queue) head(limit int, reverse bool) rawList {
	out := rawList{}
	size := 0
	for _, u := range q.waiting[:min(limit, len(q.waiting))] {
		if size += len(u.raw); size > 4<<20 && len(out) > 0 {
			break
		}
		out = append(out, u.raw)
	}
	if reverse {
		slices.Reverse(out)
	}
	return out
}

// rawList is JSON that may hold elements which are no JSON.
type rawList []json.RawMessage

func (l rawList) bytes() []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, r := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r)
	}
	b.WriteByte(']')
	return b.Bytes()
}
