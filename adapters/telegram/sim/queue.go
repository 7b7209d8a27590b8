package sim

import (
	"encoding/json"
	"slices"
	"time"
)

// queue holds the updates the bot has not confirmed. The Sim's lock guards it.
type queue struct {
	waiting []*update
	next    int64
	allowed []string // nil = the default set
	// wake is closed when something is added; poller is closed to end the poll that waits.
	wake   chan struct{}
	poller chan struct{}
	// before, began and ended are the offset and times of the last poll.
	before       int64
	began, ended time.Time
}

type update struct {
	id      int64
	chat    int64
	raw     json.RawMessage
	expires time.Time
}

// kept is how long the server keeps an update: 24 hours.
const kept = 24 * time.Hour

func newQueue() queue { return queue{next: 100000001, wake: make(chan struct{})} }

// wanted says whether updates of a kind are made at all.
func (q *queue) wanted(kind string) bool {
	if q.allowed == nil {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return slices.Contains(q.allowed, kind)
}

func (q *queue) expire() {
	now := time.Now()
	q.waiting = slices.DeleteFunc(q.waiting, func(u *update) bool { return !u.expires.After(now) })
}

func (q *queue) add(u *update) {
	q.waiting = append(q.waiting, u)
	close(q.wake)
	q.wake = make(chan struct{})
}

// push makes an update of a kind, if the bot asked for that kind. The lock is held.
func (s *Sim) push(kind string, payload any, chatID int64) {
	if !s.queue.wanted(kind) {
		return
	}
	times := 1
	if s.levers.double {
		times = 2
		s.odd++
	}
	for range times {
		id := s.queue.next
		s.queue.next++
		raw, err := json.Marshal(map[string]any{"update_id": id, kind: payload})
		if err != nil {
			raw = []byte(`{"update_id":` + itoa(id) + `}`)
		}
		s.queue.add(&update{id: id, chat: chatID, raw: raw, expires: time.Now().Add(kept)})
	}
	s.wakeHook()
}

// InjectRaw makes an update of any JSON, whatever the bot asked for, and returns its update_id, which is written into
// the object where that is one with an update_id of 0 or none. Raw that is no JSON at all is handed out as it is and
// makes the whole answer unreadable.
func (s *Sim) InjectRaw(raw string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.queue.next
	s.queue.next++
	var o map[string]json.RawMessage
	b := json.RawMessage(raw)
	if json.Unmarshal(b, &o) == nil && o != nil {
		if had, ok := o["update_id"]; !ok || string(had) == "0" {
			o["update_id"] = json.RawMessage(itoa(id))
			if made, err := json.Marshal(o); err == nil {
				b = made
			}
		}
	}
	s.queue.add(&update{id: id, raw: b, expires: time.Now().Add(kept)})
	s.wakeHook()
	return id
}

// NextUpdateID sets the id of the next update; the real server's ids may go down.
func (s *Sim) NextUpdateID(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.next = id
}

// Expire drops what waits, as the real server does after 24 hours.
func (s *Sim) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.waiting = nil
}
