package slack

import (
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// TestAnswerForm: what is written in the form is stored before Slack is told, once however often Slack sends it, and
// nothing is lost when it cannot be stored.
func TestAnswerForm(t *testing.T) {
	withShelf(t, nil, func(t *testing.T, w *world, shelf *shelf) {
		at, err := w.desk.Open(t.Context(), "k1", adapters.Card{Title: "Jan", Buttons: []adapters.Button{{Action: conversation.Write, Label: "Answer"}}})
		if err != nil {
			t.Fatal(err)
		}
		broken := func(is bool) {
			w.box.mu.Lock()
			defer w.box.mu.Unlock()
			w.box.fail = is
		}
		forms := func() (all []adapters.Incoming) {
			w.box.mu.Lock()
			defer w.box.mu.Unlock()
			for _, in := range w.box.heard {
				if _, is := in.Event.(conversation.Formed); is {
					all = append(all, in)
				}
			}
			return all
		}
		press := func(user string) {
			t.Helper()
			w.must(w.sim.Press(user, channel, at.TS, string(conversation.Write)))
			w.rest(time.Second)
		}
		press(guest)
		if got := w.modal(guest); !strings.Contains(got, "Guests cannot.") {
			t.Errorf("a guest reads %q", got)
		}

		press(anna)
		w.sim.Duplicate(3)
		w.must(w.sim.SubmitForm(anna, map[string]string{"answer": "Dag *Jan*!"}))
		w.rest(time.Minute)
		all := forms()
		if len(all) != 1 { // of each id one
			t.Fatalf("heard %+v", all)
		}
		for _, in := range all {
			formed := in.Event.(conversation.Formed)
			if in.Thread != at || in.By != anna || formed.Message.Text.Plain != "Dag Jan!" || len(formed.Message.Text.Spans) != 1 {
				t.Errorf("heard %+v", in)
			}
		}
		if _, open := w.sim.Modal(anna); open {
			t.Error("the form is still open")
		}

		press(anna)
		broken(true)
		w.must(w.sim.SubmitForm(anna, map[string]string{"answer": "Nog iets"}))
		w.rest(time.Minute)
		if v, open := w.sim.Modal(anna); !open || !strings.Contains(v.Errors["answer"], "could not be stored") {
			t.Errorf("the form is open: %v, and says %v", open, v.Errors)
		}
		broken(false)
		w.must(w.sim.SubmitForm(anna, map[string]string{"answer": "Nog iets"}))
		w.rest(time.Minute)
		last := forms()[len(forms())-1]
		if last.Event.(conversation.Formed).Message.Text.Plain != "Nog iets" || last.ID == all[0].ID {
			t.Errorf("heard last %+v", last)
		}

		// Slack cannot say who it is: the form keeps the text. It was stored though Slack showed an error: the same text is
		// the same answer, another one is another.
		press(anna)
		shelf.refuse(&adapters.Objections{All: []adapters.Objection{{Text: "Who are you?"}}})
		heard := len(forms())
		w.must(w.sim.SubmitForm(anna, map[string]string{"answer": "Tot zo"}))
		w.rest(time.Minute)
		if v, open := w.sim.Modal(anna); !open || v.Errors["answer"] != "Who are you?" || len(forms()) != heard {
			t.Errorf("the form is open: %v, and says %v; heard %d more", open, v.Errors, len(forms())-heard)
		}
		shelf.refuse(nil)
		view := formID("V1", conversation.Plainly("Tot zo"))
		if view != formID("V1", conversation.Plainly("Tot zo")) || view == formID("V1", conversation.Plainly("Tot straks")) || view == formID("V2", conversation.Plainly("Tot zo")) {
			t.Error("the id of a form's answer does not follow its text")
		}
	})
}
