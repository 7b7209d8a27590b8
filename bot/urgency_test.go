package bot

import (
	"testing"

	"webcare/bot/conversation"
	"webcare/store"
)

// TestUrgency: after an outage hundreds of marks may wait, and none of them holds up the look at an answer.
func TestUrgency(t *testing.T) {
	here := conversation.Place{Team: "T", Channel: "C", TS: "1.000001"}
	of := func(looking bool, e conversation.Effect) born {
		c := conversation.New("1", conversation.Ref{})
		c.Open = []conversation.Answer{{At: here, State: conversation.Holding, Looking: looking}}
		return born{job: store.Job{Effect: e}, of: c}
	}
	mark, look := conversation.SetMark{On: here}, conversation.Look{Answer: here}
	others := of(false, mark).urgency()
	if got := of(true, look).urgency(); got >= others {
		t.Errorf("a look has the urgency %d, the marks of others %d", got, others)
	}
	if got := of(true, mark).urgency(); got >= others {
		t.Errorf("a mark in front of a look has the urgency %d, the marks of others %d", got, others)
	}
	if got := of(true, conversation.OpenCard{}).urgency(); got != of(false, conversation.OpenCard{}).urgency() {
		t.Errorf("a look changes the urgency of what customers say: %d", got)
	}
}
