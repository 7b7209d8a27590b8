package bolt

import (
	"fmt"

	"webcare/bot/conversation"
	"webcare/store"
)

// What the bot writes in one transaction holds together, whatever it writes: that of a conversation with its events and
// jobs is checked here, that of a conversation in itself by conversation.Contradictions. The store itself keeps records that
// contradict each other as well as any others.

func (v *verifier) contradiction(format string, args ...any) {
	if len(v.report.Contradictions) < store.MostSentences {
		v.report.Contradictions = append(v.report.Contradictions, fmt.Sprintf(format, args...))
	}
}

// contradicts checks a conversation, and that what it waits for has a job.
func (v *verifier) contradicts(c conversation.Conversation) {
	say := func(format string, args ...any) {
		v.contradiction("conversation %s: %s", c.ID, fmt.Sprintf(format, args...))
	}
	for _, s := range c.Contradictions() {
		say("%s", s)
	}
	if !c.Opened.IsZero() && c.Thread.IsZero() && !v.has(c, conversation.Inward, func(e conversation.Effect) bool { return is[conversation.OpenCard](e) }) {
		say("it has no thread, and no job opens one")
	}
	for _, a := range c.Open {
		if a.State == conversation.Sending && !v.has(c, conversation.Outward, func(e conversation.Effect) bool {
			send, is := e.(conversation.Send)
			return is && send.Answer == a.At && c.Wants(send)
		}) {
			say("the answer %v is being sent, and no job sends it", a.At)
		}
		if a.Looking && !v.has(c, conversation.Touch, func(e conversation.Effect) bool { return e == conversation.Look{Answer: a.At} }) {
			say("the answer %v is being looked at, and no job looks", a.At)
		}
	}
	for _, s := range c.Spelled {
		if s.At.IsZero() && !v.has(c, conversation.Inward, func(e conversation.Effect) bool {
			show, is := e.(conversation.ShowAnswer)
			return is && show.Answer == s.Of && show.N == s.N
		}) {
			say("a line shows what the customer gets of the answer %v, and no job posts it", s.Of)
		}
	}
	for _, r := range c.Live {
		for _, id := range r.With {
			if there, err := v.t.has(conversations, idKey(id)); err == nil && !there {
				say("a reminder speaks of %s as well, and there is no such conversation", id)
			}
		}
	}
}

func is[E conversation.Effect](e conversation.Effect) bool { _, is := e.(E); return is }

// has says that a job which is ready or doing has such an effect. What cannot be read is said elsewhere.
func (v *verifier) has(c conversation.Conversation, w conversation.Way, wanted func(conversation.Effect) bool) bool {
	for j, err := range v.t.Lane(store.Lane{Conversation: c.ID, Way: w}) {
		if err != nil || wanted(j.Effect) {
			return true
		}
	}
	return false
}

// history follows the events of conversations: an event is folded in in the transaction that stores it, so there are as
// many as its conversation counts, under the numbers from 1.
type history struct {
	v      *verifier
	id     conversation.ID
	of     conversation.Conversation
	known  bool // of can be read
	there  bool // it is there
	n      uint64
	gap    bool
	events int // of all
}

// begin is told of each conversation, end of the last.
func (h *history) begin(id conversation.ID, c conversation.Conversation, known bool) {
	h.end()
	h.id, h.of, h.known, h.there, h.n, h.gap = id, c, known, true, 0, false
}

// event is told of each event, behind its conversation.
func (h *history) event(id conversation.ID, r store.Recorded, known bool) {
	h.events++
	if id != h.id {
		h.end()
		h.id, h.of, h.known, h.there, h.n, h.gap = id, conversation.Conversation{}, false, false, 0, false
	}
	h.n++
	h.gap = h.gap || known && r.Seq != h.n
	unreadable, is := r.Event.(conversation.Unreadable)
	if !is || !h.known {
		return
	}
	if there, err := h.v.t.has(raws, pairKey(h.of.Ref.Account, unreadable.RawID)); err == nil && !there {
		h.v.contradiction("conversation %s: what could not be read as event %d is not kept", id, r.Seq)
	}
}

func (h *history) end() {
	switch {
	case h.id == "":
	case !h.there && h.n > 0:
		h.v.contradiction("there are %d events of %s, and no such conversation", h.n, h.id)
	case h.known && (h.n != h.of.Seq || h.gap):
		h.v.contradiction("conversation %s: it counts %d events, and its history has %d, numbers missing: %v", h.id, h.of.Seq, h.n, h.gap)
	}
}

// owners checks jobs against their conversations. Those of one conversation come one after the other.
type owners struct {
	v     *verifier
	id    conversation.ID
	of    conversation.Conversation
	found bool
	err   error
}

func (o *owners) contradicts(j store.Job) {
	say := func(format string, args ...any) { o.v.contradiction("job %s: %s", j.Key, fmt.Sprintf(format, args...)) }
	if j.At.IsZero() {
		say("nobody knows when it was enqueued")
	}
	if j.State == store.Doing && (j.Started.IsZero() || j.Tried.IsZero() || j.Attempt < 1) {
		say("it is being done, and was begun %d times, first at %v, last at %v", j.Attempt, j.Started, j.Tried)
	}
	for _, w := range speaksOf(j.Effect) {
		if there, err := o.v.t.has(conversations, idKey(w.ID)); err == nil && !there {
			say("it reminds of %s, and there is no such conversation", w.ID)
		}
	}
	if !j.Key.Conversation.Customers() {
		return
	}
	if o.id != j.Key.Conversation {
		o.id = j.Key.Conversation
		o.of, o.found, o.err = o.v.t.conversation(o.id)
	}
	switch {
	case o.err != nil: // said elsewhere
	case !o.found:
		say("there is no such conversation")
	case j.Key.Seq > o.of.Seq:
		say("it follows from event %d of %d", j.Key.Seq, o.of.Seq)
	default:
		if send, is := j.Effect.(conversation.Send); is && (j.State == store.Refused || j.State == store.Maybe) && !o.of.Undecided(send.Answer) {
			say("a person must decide about it (%s), and about the answer %v there is nothing to decide", j.State, send.Answer)
		}
	}
}

// speaksOf are the customers of whom a reminder speaks.
func speaksOf(e conversation.Effect) []conversation.Waits {
	switch e := e.(type) {
	case conversation.NudgeOne:
		return e.Of
	case conversation.NudgeAll:
		return e.Of
	}
	return nil
}
