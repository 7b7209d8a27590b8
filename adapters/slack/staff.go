package slack

import (
	"context"
	"errors"
	"maps"
	"slices"
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
	// aging is who was asked for while the memory grows old.
	aging chan string
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

// old: the memory of who is in the channel is so old.
func (s *staff) old(age time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.at) >= age
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

// maxMet is how many people are asked about before anybody needs them.
const maxMet = 50

// meet asks about those who are in the channel, and later about those whom we hear of while our memory of them grows
// old, so that an answer need not wait for it. What fails is asked when it is needed.
func (d *Desk) meet(ctx context.Context, h *home) {
	if here, err := d.members(ctx, h); err == nil {
		for _, id := range slices.Sorted(maps.Keys(here))[:min(len(here), maxMet)] {
			if _, err := d.Who(ctx, id); err != nil {
				break
			}
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-d.staff.aging:
			d.refresh(ctx, h, id)
		}
	}
}

// maxSpeakers is how many people Speakers asks about: Slack takes about a hundred such questions a minute.
const maxSpeakers = 100

// Speakers lists those who may answer, in order of their ids; of those in the channel at most the first 100 are asked
// about.
func (d *Desk) Speakers(ctx context.Context) ([]conversation.Person, error) {
	h, err := d.where(ctx)
	if err != nil {
		return nil, err
	}
	here, err := d.members(ctx, h)
	if err != nil {
		return nil, err
	}
	var all []conversation.Person
	for _, id := range slices.Sorted(maps.Keys(here))[:min(len(here), maxSpeakers)] {
		who, err := d.Who(ctx, id)
		if err != nil {
			return nil, err
		}
		if who.MaySpeak {
			all = append(all, who)
		}
	}
	return all, nil
}

// refresh asks again about what grows old.
func (d *Desk) refresh(ctx context.Context, h *home, id string) {
	var all []error
	if r, ok := d.people.get(id); ok && time.Since(r.at) >= personAging {
		_, err := d.person(ctx, h, id)
		all = append(all, err)
	}
	if d.staff.old(personAging) {
		_, err := d.members(ctx, h)
		all = append(all, err)
	}
	if err := errors.Join(all...); err != nil && ctx.Err() == nil {
		d.log.Debug("slack: could not be asked again who may answer; it is asked when it is needed", "user", id, "error", err)
	}
}

// members asks who is in the channel, and keeps it.
func (d *Desk) members(ctx context.Context, h *home) (map[string]bool, error) {
	gen, at := d.staff.generation(), time.Now()
	here, err := d.inChannel(ctx, h.channel)
	if err != nil {
		return nil, err
	}
	named, err := d.listed(ctx)
	if err != nil {
		return nil, err
	}
	d.staff.keep(gen, at, here, named)
	return here, nil
}

// mayAnswer completes what is known of a person by whether they are in the channel and listed.
func (d *Desk) mayAnswer(ctx context.Context, h *home, p conversation.Person) (conversation.Person, error) {
	for range 3 {
		if p, ok := d.staff.judge(p); ok {
			return p, nil
		}
		if _, err := d.members(ctx, h); err != nil {
			return conversation.Person{}, err
		}
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
