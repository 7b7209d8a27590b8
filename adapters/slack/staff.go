package slack

import (
	"context"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// Staff narrows those who may answer to these people (U…, W…) and the members of these user groups (S…). Nobody named:
// everybody who is in the channel, as far as the other rules allow. It is called before Run.
func (d *Desk) Staff(ids []string) { d.staff.only = ids }

// staff remembers who is in the channel and, where only some of them may answer, who those are: for personAge, or until
// Slack says that somebody came or left.
type staff struct {
	only []string

	mu    sync.Mutex
	here  map[string]bool
	named map[string]bool // nil = everybody
	at    time.Time
	gen   int
}

// forget makes us ask again.
func (s *staff) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Time{}
	s.gen++
}

// judge says whether a person may speak, as far as the memory goes; false = Slack must be asked. Who may not speak for
// a reason of their own needs no asking.
func (s *staff) judge(p conversation.Person) (conversation.Person, bool) {
	if !p.MaySpeak {
		return p, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.IsZero() || time.Since(s.at) >= personAge {
		return conversation.Person{}, false
	}
	switch {
	case !s.here[p.ID]:
		p.MaySpeak, p.Why = false, conversation.NotHere
	case s.named != nil && !s.named[p.ID]:
		p.MaySpeak, p.Why = false, conversation.NotListed
	}
	return p, true
}

// keep takes over what Slack said, unless somebody came or left while it was asked.
func (s *staff) keep(gen int, at time.Time, here, named map[string]bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if gen != s.gen {
		return false
	}
	s.here, s.named, s.at = here, named, at
	return true
}

func (s *staff) generation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gen
}

// mayAnswer completes what is known of a person by whether they are in the channel and listed.
func (d *Desk) mayAnswer(ctx context.Context, h *home, p conversation.Person) (conversation.Person, error) {
	for range 3 {
		if p, ok := d.staff.judge(p); ok {
			return p, nil
		}
		gen, at := d.staff.generation(), time.Now()
		here, err := d.inChannel(ctx, h.channel)
		if err != nil {
			return conversation.Person{}, err
		}
		named, err := d.listed(ctx)
		if err != nil {
			return conversation.Person{}, err
		}
		d.staff.keep(gen, at, here, named)
	}
	return conversation.Person{}, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, Err: errChanging}
}

// inChannel lists the members of a channel.
func (d *Desk) inChannel(ctx context.Context, channel string) (map[string]bool, error) {
	here := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Members  []lax `json:"members"`
			Metadata more  `json:"response_metadata"`
		}
		err := d.ask(ctx, again("conversations.members"), &page, func(ctx context.Context, api *slackgo.Client) error {
			_, _, err := api.GetUsersInConversationContext(ctx, &slackgo.GetUsersInConversationParameters{ChannelID: channel, Cursor: cursor, Limit: 999})
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, id := range page.Members {
			here[string(id)] = true
		}
		if cursor = string(page.Metadata.Cursor); cursor == "" {
			return here, nil
		}
	}
}

// listed lists those who may answer; nil = everybody. A user group that is not there is nobody.
func (d *Desk) listed(ctx context.Context) (map[string]bool, error) {
	if len(d.staff.only) == 0 {
		return nil, nil
	}
	named := map[string]bool{}
	for _, id := range d.staff.only {
		if id == "" || id[0] != 'S' {
			named[id] = true
			continue
		}
		members, err := d.group(ctx, id)
		if refused(err) {
			d.log.Warn("slack: a user group of those who may answer is not there", "group", id, "error", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, member := range members {
			named[member] = true
		}
	}
	return named, nil
}
