package slack

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// A bug in reading ends neither the process nor the socket: that frame is kept and shown, and those behind it are heard.
func TestABugInReadingCostsOneFrame(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		l := &listener{d: w.desk, log: w.desk.log, in: w.box, sweep: w.desk.sweeper.Load()} // with no home, whatever is about a channel panics
		payload := []byte(`{"event":{"type":"message","channel":"C0DESK","user":"U0ANNA","ts":"1700000000.000100","text":"hello"}}`)
		bad := envelope{frame: frame{Type: "events_api", Payload: payload}}
		other := envelope{frame: frame{Type: "unheard_of", Payload: []byte("{}")}}
		if err := l.store(t.Context(), []envelope{bad, other}); err != nil {
			t.Fatal(err)
		}
		w.wantSaid("unreadable Slack events_api", "unreadable Slack unheard_of")
		if got := w.box.heard[0].Raw; string(got) != string(payload) {
			t.Errorf("kept is %q", got)
		}
		if log := w.log.String(); !strings.Contains(log, "nil pointer") || !strings.Contains(log, "hear.go") {
			t.Errorf("the log does not tell what it was, and where: %s", log)
		}
	})
}

// A bug in reading what was found in the history costs that message, which would be found again at each start.
func TestABugInWhatIsFoundCostsOneMessage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := &home{channel: "C0DESK"}
		m, is := readMessage([]byte(`{"type":"message","user":"U0ANNA","ts":"1700000000.000200","thread_ts":"1700000000.000100","text":"<@U0BRAM>"}`))
		if !is {
			t.Fatal("the message cannot be read")
		}
		in, ok := w.desk.found(h, m, func(string) string { panic("a bug") })
		if _, is := in.Event.(conversation.Unreadable); !ok || !is || in.ID != "x/C0DESK/1700000000.000200" || !strings.Contains(string(in.Raw), "U0BRAM") {
			t.Errorf("found is %+v, %v", in, ok)
		}
		if log := w.log.String(); !strings.Contains(log, "bug_test.go") {
			t.Errorf("the log does not tell from where: %s", log)
		}
	})
}

// panicking is an inbox with a bug.
type panicking struct{ *box }

func (p panicking) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	if len(heard) > 0 {
		panic("a bug")
	}
	return p.box.Deliver(ctx, cursor)
}

// A bug behind the desk ends Run, with all that runs in it: it is started again. The desk is told what it was, the log
// also from where.
func TestABugBehindTheDeskEndsRun(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		w.in = panicking{w.box}
		w.run()
		synctest.Wait()
		w.say(w.card(), "Hoi")
		w.rest(time.Second)
		select {
		case err := <-w.ended:
			if err == nil || err.Error() != "slack: panic: a bug" {
				t.Errorf("Run ended with %v", err)
			}
		default:
			t.Fatal("Run goes on")
		}
		w.cancel()
		w.cancel = nil
		if log := w.log.String(); !strings.Contains(log, "bug_test.go") {
			t.Errorf("the log does not tell from where: %s", log)
		}
		w.in = nil
		w.run()
		w.rest(time.Minute)
		w.wantSaid("Hoi")
	})
}
