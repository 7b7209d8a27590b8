package sim

import (
	"context"
	"slices"
)

// Messages are the messages of a channel that are not only in a thread, oldest first.
func (s *Sim) Messages(channel string) []Message {
	return s.collect(channel, func(m *Message) bool { return m.inChannel() })
}

// Thread is the root and its replies, oldest first; nil where there is no such root.
func (s *Sim) Thread(channel, ts string) []Message {
	return s.collect(channel, func(m *Message) bool { return m.TS == ts || m.ThreadTS == ts })
}

// Since is all that is newer than ts in a channel, what is in threads too, oldest first; "" = all.
func (s *Sim) Since(channel, ts string) []Message {
	after := micros(ts)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if c == nil {
		return nil
	}
	var found []Message
	for _, m := range slices.Backward(c.posts) {
		if micros(m.TS) <= after {
			break
		}
		found = append(found, m.clone())
	}
	slices.Reverse(found)
	return found
}

func (s *Sim) collect(channel string, want func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if c == nil {
		return nil
	}
	var found []Message
	for _, m := range c.posts {
		if want(m) {
			found = append(found, m.clone())
		}
	}
	return found
}

// Message is one message.
func (s *Sim) Message(channel, ts string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(channel, ts); m != nil {
		return m.clone(), true
	}
	return Message{}, false
}

// Ephemerals are the messages that only this user saw, oldest first.
func (s *Sim) Ephemerals(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, m := range s.whispers[user] {
		all = append(all, m.clone())
	}
	return all
}

// DM is the channel between the user and the bot; it is made where there is none.
func (s *Sim) DM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.direct(user, false).ID
}

// Home is the home tab that the app published for a user.
func (s *Sim) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.homes[user]; v != nil {
		return v.snapshot(), true
	}
	return View{}, false
}

// Modal is the modal open for a user, the top one where several are stacked.
func (s *Sim) Modal(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stack := s.modals[user]; len(stack) > 0 {
		return stack[len(stack)-1].snapshot(), true
	}
	return View{}, false
}

// File is a file and its content.
func (s *Sim) File(id string) (File, []byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.files[id]; f != nil {
		return s.snapshotFile(f), slices.Clone(f.content), true
	}
	return File{}, nil, false
}

// Users are all users, by id.
func (s *Sim) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []User
	for _, u := range ordered(s.users) {
		all = append(all, *u)
	}
	return all
}

// Channels are all channels that are not direct messages, by id.
func (s *Sim) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Channel
	for _, c := range ordered(s.channels) {
		if c.im == "" {
			one := c.Channel
			one.Members = slices.Clone(c.Members)
			all = append(all, one)
		}
	}
	return all
}

// Calls counts the API requests of a method that arrived, failed ones included; "" counts all. Uploads count as
// "upload", downloads as "download", response URLs as "response", sockets as "link".
func (s *Sim) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if method != "" {
		return s.calls[method]
	}
	sum := 0
	for _, n := range s.calls {
		sum += n
	}
	return sum
}

// Sockets counts the sockets open.
func (s *Sim) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Pending counts the events that the app has not acknowledged and that are not given up.
func (s *Sim) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// Lost counts the events that were given up: after the last redelivery, after Options.KeepFor, or by Forget.
func (s *Sim) Lost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// Unanswered counts the presses, commands and submissions that the app did not acknowledge in time: the user saw an
// error, and Slack does not send them again.
func (s *Sim) Unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unanswered
}

// Acks lists the envelope ids acknowledged, oldest first.
func (s *Sim) Acks() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.acks)
}

// Changed is closed at the next change of anything that the methods here show.
func (s *Sim) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Await waits until cond holds, asking after every change. The error is that of ctx.
func (s *Sim) Await(ctx context.Context, cond func() bool) error {
	for {
		changed := s.Changed()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
