// Package nudge decides when staff are reminded of a customer who waits, and who is reminded. It is pure: no clock, no
// input or output. A decision is a function of the conversation and the ladder, so it is made again, and the same,
// after every restart.
package nudge

import (
	"slices"
	"strings"
	"time"

	"webcare/bot/conversation"
)

// Ladder is what the config says about reminding. The zero Ladder reminds nobody.
type Ladder struct {
	// Duty is the Slack user group on duty, Lead the person who leads the team; empty = not set.
	Duty, Lead string
	Steps      []Step
}

// Step is one rung.
type Step struct {
	// After is counted from the oldest unanswered message, around the clock.
	After time.Duration
	// To lists who is reached: "claimer", "duty" or "lead"; "a|b" is the first of them that exists.
	To []string
	// Direct: by direct message instead of in the thread.
	Direct bool
}

var _ conversation.Clock = Ladder{}

// Due is when a step must be taken, counted from 0; zero = there is none.
func (l Ladder) Due(since time.Time, step int) time.Time {
	if step < 0 || step >= len(l.Steps) || since.IsZero() {
		return time.Time{}
	}
	return since.Add(l.Steps[step].After)
}

// Whom lists the Slack ids to be reached at a step.
func (l Ladder) Whom(c conversation.Conversation, step int) (to []string, direct bool) {
	if step < 0 || step >= len(l.Steps) {
		return nil, true
	}
	s := l.Steps[step]
	for _, who := range s.To {
		for name := range strings.SplitSeq(who, "|") {
			id := l.id(c, strings.TrimSpace(name))
			if id == "" {
				continue
			}
			if !slices.Contains(to, id) {
				to = append(to, id)
			}
			break
		}
	}
	return to, s.Direct
}

func (l Ladder) id(c conversation.Conversation, name string) string {
	switch name {
	case "claimer":
		return c.Claimer.ID
	case "duty":
		return l.Duty
	case "lead":
		return l.Lead
	}
	return ""
}
