package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
	"webcare/store"
)

// leaving is from how far ahead an answer that is held has its conversation among those that are due: the longest hold,
// and what it may become.
const leaving = time.Hour

// searchMost is how long a message is looked for; everything else that is to be stored waits meanwhile. It is enough for
// some ten thousands of open conversations.
const searchMost = time.Second

// placed fills in the thread of a message that was deleted where Slack does not say it: its event may hold nothing but
// the timestamp. The root of a thread is a card that is gone. False: it is none of ours, and if it comes later it must
// not be heard.
func (i deskInbox) placed(tx store.Tx, in adapters.Incoming, now time.Time) (adapters.Incoming, bool, error) {
	e, is := in.Event.(conversation.Unwrote)
	if !is || !in.Thread.IsZero() {
		return in, true, nil
	}
	_, err := tx.ByThread(e.At)
	if err == nil {
		in.Thread, in.Event = e.At, conversation.CardGone{At: e.Deleted}
		return in, true, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return in, false, err
	}
	if first, err := tx.Saw(deskName, e.Of, now); err != nil || first {
		return in, false, err
	}
	in.Thread, err = threadOf(tx, e.At, now)
	if err != nil {
		return in, false, fmt.Errorf("where a deleted message stood: %w", err)
	}
	if in.Thread.IsZero() {
		i.b.log.Warn("a message was deleted, and Slack does not say where: it is in no open conversation; if it was sent, the customer still has it", "event", in.ID)
	}
	return in, !in.Thread.IsZero(), nil
}

// threadOf is the thread of a message that was heard; zero where it is not found. What waits is looked through first,
// then what may be about to leave, or to be sent again, and then, as long as it may take, every open conversation.
func threadOf(tx store.Tx, at conversation.Place, now time.Time) (conversation.Place, error) {
	for p, err := range tx.Parked() {
		if err != nil {
			return conversation.Place{}, err
		}
		if typedAt(p.Event) == at {
			return p.Thread, nil
		}
	}
	began, typed := time.Now(), typedWhen(at)
	for id, err := range candidates(tx, now) {
		if err != nil {
			return conversation.Place{}, err
		}
		c, err := tx.Conversation(id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return conversation.Place{}, err
		}
		here := slices.ContainsFunc(c.Open, func(a conversation.Answer) bool { return a.At == at })
		if !here && !c.Active.Before(typed) { // nobody said anything there since
			was, err := former(tx, c, at)
			if err != nil {
				return conversation.Place{}, err
			}
			here = was != nil
		}
		switch {
		case here:
			return threadNow(c), nil
		case time.Since(began) > searchMost:
			return conversation.Place{}, nil
		}
	}
	return conversation.Place{}, nil
}

// candidates lists the conversations in which a message may stand, some of them twice: those of held answers, those with
// jobs, also such as a person must decide about, and those that are open.
func candidates(tx store.Tx, now time.Time) func(func(conversation.ID, error) bool) {
	return func(yield func(conversation.ID, error) bool) {
		for id, err := range tx.Due(now.Add(leaving)) {
			if !yield(id, err) {
				return
			}
		}
		for lane, err := range tx.Lanes() {
			if !yield(lane.Conversation, err) {
				return
			}
		}
		for j, err := range tx.Stuck() {
			if !yield(j.Key.Conversation, err) {
				return
			}
		}
		for id, err := range tx.Open(now) {
			if !yield(id, err) {
				return
			}
		}
	}
}

// threadNow is the thread of a conversation, or the one it had last.
func threadNow(c conversation.Conversation) conversation.Place {
	if n := len(c.Old); c.Thread.IsZero() && n > 0 {
		return c.Old[n-1]
	}
	return c.Thread
}

// typedAt is the message that an event of staff is about.
func typedAt(e conversation.Event) conversation.Place {
	switch e := e.(type) {
	case conversation.Wrote:
		return e.At
	case conversation.Rewrote:
		return e.At
	}
	return conversation.Place{}
}

// typedWhen is when a message was typed, less what clocks may differ; zero where its timestamp does not tell.
func typedWhen(at conversation.Place) time.Time {
	seconds, _, _ := strings.Cut(at.TS, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0).Add(-2 * time.Minute)
}
