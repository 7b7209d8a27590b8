package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// An event that the rules cannot digest, since there is a bug in them, ends neither the process nor its account: people
// are told what it was, and everybody else is served.
func TestABugEndsOneEvent(t *testing.T) {
	of := func(c conversation.Conversation) bool { return c.Customer.Name == "P000" }
	for name, bug := range map[string]struct {
		in        func(c conversation.Conversation, e conversation.Event) bool
		announced string // what the desk is told; "" = nothing
		shown     bool   // the customer's second message is in the thread
		answered  bool   // the customer has the answer
		reminded  bool   // of this customer, too
		kept      string // in what is kept raw; "" = nothing is
	}{
		"a message of a customer": {func(_ conversation.Conversation, e conversation.Event) bool {
			heard, is := e.(conversation.Heard)
			return is && heard.Message.Text.Plain == "q000x0001"
		}, "⚠️ A message came in that cannot be read (P000: q000x0001). It is kept; open it on the network itself.", false, true, true, "q000x0001"},
		"an answer": {func(c conversation.Conversation, e conversation.Event) bool {
			_, is := e.(conversation.Wrote)
			return is && of(c)
		}, "⚠️ Something done here could not be handled (a000x0000). It is kept, but had no effect: what was typed did not leave, and what was edited, deleted or pressed stays as it was before, and may still leave. Please look at the thread and do it once more. Should it fail again, tell whoever runs webcare.", true, false, true, "a000x0000"},
		"the end of a call": {func(c conversation.Conversation, e conversation.Event) bool {
			ended, is := e.(conversation.Ended)
			if !is {
				return false
			}
			_, is = ended.Effect.(conversation.Send)
			return is && of(c)
		}, "", true, true, true, ""},
		"the clock": {func(c conversation.Conversation, e conversation.Event) bool {
			_, is := e.(conversation.Ticked)
			return is && of(c)
		}, "", true, true, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.bug = func(c conversation.Conversation, e conversation.Event) {
					if bug.in(c, e) {
						panic("a bug")
					}
				}
				if name == "the end of a call" { // of which the conversation does not know, as the file is found to say
					w.wrong = func(format string, args ...any) {
						if said := fmt.Sprintf(format, args...); !strings.Contains(said, "is being sent, and no job sends it") || strings.Contains(said, `" "`) {
							t.Error(said)
						}
					}
				}
				c := newTown(w, 2)
				w.start()
				c.write(0)
				c.write(1)
				time.Sleep(5 * time.Second)
				first, second := c.roots()[0][0], c.roots()[1][0]
				c.write(0)
				time.Sleep(5 * time.Second)
				c.answer(0, first)
				c.answer(1, second)
				time.Sleep(5 * time.Second)
				w.crash()
				w.start() // what cannot be digested is not met again
				time.Sleep(5 * time.Second)
				c.write(0)
				c.write(1)
				time.Sleep(20 * time.Minute)
				thread := func(root string) string {
					var all []string
					for _, m := range w.slack.Thread(deskChannel, root) {
						all = append(all, plain(m))
					}
					return strings.Join(all, "\n")
				}
				if got := strings.Join(w.announced(), "\n"); got != bug.announced {
					t.Errorf("the desk is told %q", got)
				}
				if got := thread(first); strings.Contains(got, "q000x0001") != bug.shown || !strings.Contains(got, "q000x0002") {
					t.Errorf("the thread says %q", got)
				}
				if got := phone(c, 0); strings.Count(got, "a000x0000") != map[bool]int{true: 1}[bug.answered] {
					t.Errorf("the customer has %q", got)
				}
				if got := phone(c, 1); strings.Count(got, "a001x0000") != 1 || !strings.Contains(thread(second), "q001x0001") {
					t.Errorf("the other customer has %q, and is heard with %q", got, thread(second))
				}
				reminded := func(root string) bool { return strings.Contains(thread(root), "⏰") }
				if !reminded(second) || reminded(first) != bug.reminded {
					t.Errorf("reminders: %q", w.reminders())
				}
				if !slices.ContainsFunc(strings.Split(w.log.String(), "\n"), func(line string) bool {
					return strings.Contains(line, "panic: a bug") && strings.Contains(line, "bug_test.go")
				}) {
					t.Error("the log does not say so, and from where")
				}
				if kept := w.kept(); !strings.Contains(kept, bug.kept) || (kept == "") != (bug.kept == "") {
					t.Errorf("kept is %q, want %q in it", kept, bug.kept)
				}
			})
		})
	}
}

// kept is what was kept raw of the events that the log says cannot be handled.
func (w *world) kept() string {
	w.t.Helper()
	var all []string
	for line := range strings.SplitSeq(w.log.String(), "\n") {
		_, id, cannot := strings.Cut(line, " event=")
		if !cannot || !strings.Contains(line, "cannot be handled") {
			continue
		}
		id, _, _ = strings.Cut(id, " ")
		for _, account := range []string{"slack", "acme"} {
			_ = w.life.db.View(w.t.Context(), func(tx store.Tx) error {
				raw, err := tx.Raw(account, id)
				all = append(all, string(raw))
				return err
			})
		}
	}
	return strings.Join(all, "")
}
