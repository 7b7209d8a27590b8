package sim

import (
	"maps"
	"slices"
)

// Change says that something can be seen that could not be seen before.
type Change struct {
	// Kind is "new", "edit", "delete", "reaction", "chat" (blocked, moved, typing) or "call" (ended).
	Kind      string
	ChatID    int64
	Business  string
	MessageID int
}

// Call is one call the bot made.
type Call struct {
	Method string
	// Params are the names of the parameters it had.
	Params []string
	// Status is what was answered; 0 where the connection was dropped.
	Status int
}

// Watch tells of changes from now on, until stop is called or the sim is closed; then the channel is closed. A watcher
// that does not read misses changes, never holds up the sim, and finds out by looking.
func (s *Sim) Watch() (changes <-chan Change, stop func()) {
	ch := make(chan Change, 256)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		close(ch)
		return ch, func() {}
	}
	s.watchers[ch] = true
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.watchers[ch] {
			delete(s.watchers, ch)
			close(ch)
		}
	}
}

// changed tells the watchers. The lock is held.
func (s *Sim) changed(c Change) {
	for ch := range s.watchers {
		select {
		case ch <- c:
		default:
		}
	}
}

// Messages is what a phone shows of a chat, oldest first, without what was deleted.
func (s *Sim) Messages(chatID int64) []Message { return s.messages(chatKey{id: chatID}) }

func (s *Sim) messages(k chatKey) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.chats[k]
	if !ok {
		return nil
	}
	var out []Message
	for _, m := range c.messages {
		if m.Deleted {
			continue
		}
		v := *m
		v.Entities = slices.Clone(m.Entities)
		v.CaptionEntities = slices.Clone(m.CaptionEntities)
		v.Photo = slices.Clone(m.Photo)
		v.Was = slices.Clone(m.Was)
		v.Reactions = maps.Clone(m.Reactions)
		out = append(out, v)
	}
	return out
}

// Customers lists the people, in the order in which they were made.
func (s *Sim) Customers() []*Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Customer
	for _, id := range slices.Sorted(maps.Keys(s.users)) {
		out = append(out, s.users[id])
	}
	return out
}

// File is the content of a file by its file_id, and its name (may be empty).
func (s *Sim) File(id string) (content []byte, name string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.files[id]
	if !ok {
		return nil, "", false
	}
	return b.content, b.name, true
}

// Calls counts the calls of each method, answered or not.
func (s *Sim) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Log lists the latest calls, oldest first, at most 10,000.
func (s *Sim) Log() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Pending counts the updates that the bot has not confirmed.
func (s *Sim) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.expire()
	return len(s.queue.waiting)
}
