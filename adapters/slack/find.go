package slack

import (
	"context"
	"encoding/json"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Look-ups by key.
const (
	clockSkew = 120 * time.Second // how far our clock and Slack's may differ
	pageSize  = 200               // messages; what Slack recommends
	maxPages  = 50                // of one look-up
	// sweepPages are as many as two weeks of 10,000 cards a day take.
	sweepPages = 1000
)

// Find looks for a post by the key it was posted with.
func (d *Desk) Find(ctx context.Context, key string, thread conversation.Place, since time.Time) (conversation.Receipt, bool, error) {
	h, err := d.where(ctx)
	if err != nil {
		return conversation.Receipt{}, false, err
	}
	there, err := d.keys(ctx, h, h.channel, thread.TS, since.Add(-clockSkew))
	if err != nil {
		return conversation.Receipt{}, false, err
	}
	at, ok := there[key]
	r := conversation.Receipt{Place: at}
	for n := 1; ok; n++ {
		part, more := there[partKey(key, n)]
		if !more {
			break
		}
		r.Also = append(r.Also, part)
	}
	return r, ok, nil
}

// keys lists the keys of our posts in a thread, or with thread "" among the channel's roots. A thread that is gone has
// none.
func (d *Desk) keys(ctx context.Context, h *home, channel, thread string, oldest time.Time) (map[string]conversation.Place, error) {
	found := map[string]conversation.Place{}
	err := d.messages(ctx, channel, thread, stamp(oldest), nil, func(all []message) error {
		for _, m := range all {
			if key := m.key(); key != "" && h.ours(m) {
				found[key] = conversation.Place{Team: h.team, Channel: channel, TS: string(m.TS)}
			}
		}
		return nil
	})
	if err = fine(err, "thread_not_found", "message_not_found"); err != nil {
		return nil, err
	}
	return found, nil
}

// messages pages through a thread's replies (from the oldest on), or with thread "" through the channel's history
// (from the newest back). A thread's root comes with each page whatever its age. With pace, which is called before each
// call, it waits as long as Slack asks; without it, a rate limit is an error like others.
func (d *Desk) messages(ctx context.Context, channel, thread, oldest string, pace func(context.Context) error, each func([]message) error) error {
	cursor, most := "", maxPages
	if pace != nil {
		most = sweepPages
	}
	for range most {
		var got struct {
			Messages []json.RawMessage `json:"messages"`
			Metadata json.RawMessage   `json:"response_metadata"`
		}
		call := func() error { return d.page(ctx, channel, thread, oldest, cursor, &got) }
		var err error
		if pace == nil {
			err = call()
		} else if err = pace(ctx); err == nil {
			err = patient(ctx, call)
		}
		if err != nil {
			return err
		}
		var all []message
		for _, raw := range got.Messages {
			if m, ok := readMessage(raw); ok {
				m.Channel = lax(channel)
				all = append(all, m)
			}
		}
		if err := each(all); err != nil {
			return err
		}
		if cursor = string(lenient[more](got.Metadata).Cursor); cursor == "" {
			return nil
		}
	}
	d.log.Warn("slack: a look through the history ended before its end", "thread", thread, "pages", most)
	return nil
}

// page makes one call.
func (d *Desk) page(ctx context.Context, channel, thread, oldest, cursor string, out any) error {
	if thread == "" {
		return d.ask(ctx, again("conversations.history"), out, func(ctx context.Context, api *slackgo.Client) error {
			_, err := api.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
				ChannelID: channel, Cursor: cursor, Oldest: oldest, Limit: pageSize, IncludeAllMetadata: true,
			})
			return err
		})
	}
	return d.ask(ctx, again("conversations.replies"), out, func(ctx context.Context, api *slackgo.Client) error {
		_, _, _, err := api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Cursor: cursor, Oldest: oldest, Limit: pageSize, IncludeAllMetadata: true,
		})
		return err
	})
}

// Look reads a message again. One that stands in none of the threads was deleted.
func (d *Desk) Look(ctx context.Context, threads []conversation.Place, at conversation.Place) ([]adapters.Incoming, error) {
	h, err := d.where(ctx)
	if err != nil {
		return nil, err
	}
	id := "m/" + h.channel + "/" + at.TS
	from, behind := timeOf(at.TS).Add(-time.Second), false // what is as old as oldest is left out
	if s := d.sweeper.Load(); s != nil {
		if since := s.behind(); !since.IsZero() && since.Before(from) {
			from, behind = since, true
		}
	}
	gone := adapters.Incoming{ID: "d/" + id, Event: conversation.Unwrote{At: at, Of: id, Deleted: time.Now()}}
	for _, thread := range threads {
		var found []adapters.Incoming
		stands := false
		gone.Thread = thread
		err := d.messages(ctx, at.Channel, thread.TS, stamp(from), nil, func(all []message) error {
			for _, m := range all {
				is := string(m.TS) == at.TS
				if !is && (!behind || string(m.TS) == thread.TS || later(string(m.TS), at.TS)) {
					continue
				}
				if in, ok := d.found(h, m, d.people.name); ok {
					found = append(found, in)
					stands = stands || is
				}
			}
			return nil
		})
		if err = fine(err, "thread_not_found", "message_not_found"); err != nil || stands {
			markFound(found)
			return found, err
		}
	}
	return []adapters.Incoming{gone}, nil
}
