package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestQueue: a refused answer is listed, sent again once the other side takes it, or dropped; by way of the bot that
// runs, and on the data file alone.
func TestQueue(t *testing.T) {
	w := newTown(t)
	r := w.start().up()
	empty := func(when string) {
		t.Helper()
		if status, out, errOut := w.do("queue"); status != 0 || out != "Nothing is stuck.\n" || errOut != "" {
			t.Errorf("%s: status %d, output %q, standard error %q", when, status, out, errOut)
		}
	}
	empty("at first")
	w.refuseAnswers(http.StatusGone)
	r.hook("msg-1", `{"conversation":"c-1","id":"m-1","name":"A. Customer","text":"Where is it?"}`, hookKey)
	thread := w.shown("Where is it?", r.log)
	first, second := w.answer(thread, "On its way."), ""
	w.marked(first, "warning", r.log)
	job := w.stuck("send", "refused", "the conversation is no longer there")

	if status, out, errOut := w.do("queue", "retry", job); status != 0 || out != "It is tried again.\n" || errOut != "" {
		t.Errorf("retry: status %d, output %q, standard error %q", status, out, errOut)
	}
	await(t, "it is tried again, and refused again", func() bool { return w.tried() == 2 }, r.log)
	w.stuck("send", "refused")
	w.refuseAnswers(0)
	job = w.stuck("send", "refused", "the conversation is no longer there")
	if status, _, errOut := w.do("queue", "retry", job); status != 0 {
		t.Errorf("retry: status %d, standard error %q", status, errOut)
	}
	w.marked(first, "white_check_mark", r.log)
	if !w.answered("On its way.") {
		t.Error("the other system did not get the answer")
	}
	empty("after it went through")
	for _, odd := range []string{job, "nonsense", "1.2.3"} {
		if status, out, errOut := w.do("queue", "retry", odd); status != 1 || out != "" || !strings.Contains(errOut, "webcare queue list names") {
			t.Errorf("retry %s: status %d, output %q, standard error %q", odd, status, out, errOut)
		}
	}

	w.refuseAnswers(http.StatusForbidden)
	second = w.answer(thread, "And here it is.")
	w.marked(second, "warning", r.log)
	r.stop()
	job = w.stuck("send", "refused", "our account does not have the right")
	if status, out, errOut := w.do("queue", "drop", job); status != 0 || out != "It is dropped.\n" || errOut != "" {
		t.Errorf("drop: status %d, output %q, standard error %q", status, out, errOut)
	}
	empty("after it was dropped")
	w.refuseAnswers(0)
	w.start().up().says("slack: socket open")
	if w.answered("And here it is.") {
		t.Error("what was dropped was sent")
	}
}

// stuck is the one job in the list, which must tell of this.
func (w *town) stuck(words ...string) (job string) {
	w.t.Helper()
	await(w.t, "one job is stuck", func() bool {
		_, out, _ := w.do("queue", "list")
		lines := strings.Split(out, "\n")
		if len(lines) != 5 || !strings.HasPrefix(lines[0], "JOB") {
			return false
		}
		job = strings.Fields(lines[1])[0]
		for _, want := range words {
			if !strings.Contains(lines[1], want) {
				w.t.Fatalf("the queue does not tell of %q:\n%s", want, out)
			}
		}
		return true
	})
	return job
}
