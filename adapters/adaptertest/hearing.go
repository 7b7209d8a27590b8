package adaptertest

import (
	"context"
	"errors"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// texts of what was heard, in order.
func texts(heard []adapters.Incoming) []string {
	var all []string
	for _, one := range heard {
		if h, ok := one.Event.(conversation.Heard); ok {
			all = append(all, h.Message.Text.Plain)
		}
	}
	return all
}

func hearsOnce(s *sitting) {
	s.start()
	s.world.Write("first")
	s.heard(1)
	s.world.Write("second & <b>third</b>")
	s.heard(2)
	if s.world.Again != nil {
		s.world.Again()
	}
	time.Sleep(10 * time.Minute)
	got := s.heard(2)
	if all := texts(got); all[0] != "first" || all[1] != "second & <b>third</b>" {
		s.Errorf("heard %q", all)
	}
	for _, one := range got {
		h := one.Event.(conversation.Heard)
		if one.ID == "" || one.Ref.Key == "" || h.ExternalID == "" || h.Customer.ID == "" || h.Customer.Name == "" {
			s.Errorf("something is missing in %+v", one)
		}
		if age := time.Since(h.At); age < 0 || age > time.Hour {
			s.Errorf("the message is %v old", age)
		}
	}
	if got[0].Ref != got[1].Ref {
		s.Errorf("one customer has two conversations: %v and %v", got[0].Ref, got[1].Ref)
	}
	if one, two := got[0].Event.(conversation.Heard), got[1].Event.(conversation.Heard); one.ExternalID == two.ExternalID {
		s.Errorf("two messages have the same id %q", one.ExternalID)
	}
	if t := s.in.troubles(); len(t) > 0 {
		s.Errorf("trouble: %v", t)
	}
}

func hearsAgain(s *sitting) {
	s.in.refuse = 3
	s.start()
	s.world.Write("first")
	s.world.Write("second")
	got := s.heard(2)
	s.in.mu.Lock()
	defer s.in.mu.Unlock()
	if s.in.refuse > 0 || len(s.in.refused) < 3 {
		s.Errorf("%d refusals were not noticed", s.in.refuse)
	}
	known := map[string]bool{}
	for _, one := range got {
		known[one.ID] = true
	}
	for _, id := range s.in.refused {
		if !known[id] {
			s.Errorf("the event refused as %q never came back under that ID", id)
		}
	}
}

func hearsAfterRestart(s *sitting) {
	s.start()
	s.world.Write("before")
	s.heard(1)
	s.stop()
	s.world.Write("while it was down")
	time.Sleep(2 * time.Second)
	s.start()
	if all := texts(s.heard(2)); all[1] != "while it was down" {
		s.Errorf("heard %q", all)
	}
	s.stop()
	s.start()
	time.Sleep(5 * time.Minute)
	s.heard(2)
}

func hearsAfterKill(s *sitting) {
	s.start()
	killed := make(chan struct{})
	stop := s.stop
	s.in.after = func() { // stored; the network does not know it yet
		go func() {
			stop()
			close(killed)
		}()
		time.Sleep(time.Second)
	}
	s.world.Write("first")
	<-killed
	s.world.Write("second")
	s.start()
	if all := texts(s.heard(2)); all[0] != "first" || all[1] != "second" {
		s.Errorf("heard %q", all)
	}
	time.Sleep(5 * time.Minute)
	s.heard(2)
}

func survivesJunk(s *sitting) {
	if s.world.Junk == nil {
		return
	}
	s.start()
	s.world.Junk()
	s.world.Write("after the junk")
	s.heard(1)
	unreadable := 0
	for _, one := range s.in.all() {
		if u, ok := one.Event.(conversation.Unreadable); ok {
			unreadable++
			if len(one.Raw) == 0 || one.ID == "" || u.At.IsZero() {
				s.Errorf("something is missing in %+v", one)
			}
		}
	}
	if unreadable != 1 {
		s.Errorf("%d unreadable events were stored, want 1", unreadable)
	}
}

func stops(s *sitting) {
	s.start()
	s.stop() // perhaps before the first request
	s.start()
	s.meet()
	time.Sleep(time.Minute)
	s.stop()
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	a := s.world.New()
	begun := time.Now()
	if err := a.Run(ctx, s.in); err != nil && !errors.Is(err, context.Canceled) {
		s.Errorf("Run with a dead context: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		s.Errorf("Run with a dead context took %v", took)
	}
	s.stop = func() {}
}
