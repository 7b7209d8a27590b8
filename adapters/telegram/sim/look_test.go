package sim_test

import (
	"testing"

	"webcare/adapters/telegram/sim"
)

func TestWatchersSeeAndEnd(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, _ *bot) {
		changes, stop := s.Watch()
		other, _ := s.Watch()
		jan := s.NewCustomer("Jan Example")
		id := jan.Write("x")
		if c := <-changes; c.Kind != "new" || c.MessageID != id || c.ChatID != jan.ChatID() {
			t.Errorf("got %+v", c)
		}
		stop()
		stop()
		if _, open := <-changes; open {
			t.Error("a stopped watcher hears on")
		}
		s.Close()
		<-other
		if _, open := <-other; open {
			t.Error("a closed sim tells on")
		}
	})
}
