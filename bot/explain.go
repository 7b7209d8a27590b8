package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// Explained is why somebody is reminded of a customer now or not, as `webcare explain` prints it.
type Explained struct {
	Conversation, Account string
	Turn                  string
	// Since is when the oldest unanswered message was written, Next when the clock looks again; zero = not.
	Since, Next time.Time
	// Claimer is the staff id of who has the customer.
	Claimer string
	// Why names the reason, Because says it.
	Why, Because string
	Steps        []ExplainedStep
	Window       time.Time
}

// ExplainedStep is a step of the ladder of this wait.
type ExplainedStep struct {
	At    time.Time
	Taken bool
	How   string
}

// becauseOf says the reasons of the clock.
func becauseOf(why conversation.Why) string {
	switch why {
	case conversation.StepDue:
		return "a reminder is due now"
	case conversation.NobodyToAsk:
		return "a reminder is due now, and it names nobody who is there"
	case conversation.NotYet:
		return "the next reminder is not due yet"
	case conversation.OutOfHours:
		return "a reminder is due, and waits until somebody is at work"
	case conversation.Overdue:
		return "a reminder that could not be given in time is given now"
	case conversation.AllTaken:
		return "all reminders were given; only the digest still tells of it"
	case conversation.NoLadder:
		return "the config names no reminders, or none can ever be due"
	case conversation.TheirTurn:
		return "we answered: the customer has the next word"
	case conversation.PutAway:
		return "it is put aside until then"
	case conversation.ClosedNow:
		return "it is closed: nobody waits"
	case conversation.NotReached:
		return "the customer cannot be reached"
	}
	return string(why)
}

// inLink finds channel and timestamp in the link to a message: /archives/C0DESK/p1700000000000100.
var inLink = regexp.MustCompile(`/archives/([A-Z0-9]+)/p(\d{10,})(\d{6})`)

// explain says what the clock decides about the conversation of a thread, which is given as the link to any message in
// it, a timestamp, or the id of the conversation.
func (b *Bot) explain(ctx context.Context, of string, now time.Time) (Explained, error) {
	var c conversation.Conversation
	err := b.store.View(ctx, func(tx store.Tx) (err error) {
		c, err = b.meant(tx, strings.TrimSpace(of))
		return err
	})
	if err != nil {
		return Explained{}, err
	}
	d := b.clockOf(c).Decide(c, now)
	x := Explained{
		Conversation: string(c.ID), Account: c.Ref.Account, Turn: string(c.Turn), Since: c.Since, Next: d.Next, Claimer: c.Claimer.ID,
		Why: string(d.Why), Because: becauseOf(d.Why), Window: c.Window,
	}
	for i, at := range c.Deadlines {
		s := ExplainedStep{At: at, Taken: i < c.Step, How: "no step any more"}
		if i < len(b.ladder.Steps) {
			how := "in the thread"
			if b.ladder.Steps[i].Direct {
				how = "directly"
			}
			s.How = strings.Join(b.ladder.Steps[i].To, ", ") + " " + how
		}
		x.Steps = append(x.Steps, s)
	}
	return x, nil
}

// meant is the conversation that somebody names.
func (b *Bot) meant(tx store.Tx, of string) (conversation.Conversation, error) {
	if c, err := tx.Conversation(conversation.ID(of)); err == nil || !errors.Is(err, store.ErrNotFound) && of != "" {
		return c, err
	}
	channel, ts := "", of
	if m := inLink.FindStringSubmatch(of); m != nil {
		channel, ts = m[1], m[2]+"."+m[3]
	}
	if _, root, found := strings.Cut(of, "thread_ts="); found { // the link to a reply names the thread, too
		ts, _, _ = strings.Cut(root, "&")
	}
	for id, err := range tx.Open(time.Now().Add(clockOff)) { // for the team and the channel: there is one desk
		if err != nil {
			return conversation.Conversation{}, err
		}
		c, err := tx.Conversation(id)
		if err != nil {
			return c, err
		}
		if c.Thread.IsZero() {
			continue
		}
		at := conversation.Place{Team: c.Thread.Team, Channel: channel, TS: ts}
		if at.Channel == "" {
			at.Channel = c.Thread.Channel
		}
		found, err := tx.ByThread(at)
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if err != nil {
			return c, err
		}
		return tx.Conversation(found)
	}
	return conversation.Conversation{}, fmt.Errorf("no conversation has the thread %q; in Slack, choose “Copy link” on the card", of)
}
