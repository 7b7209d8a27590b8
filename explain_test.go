package main

import (
	"strings"
	"testing"
)

// TestExplain: why staff are reminded or not is told of a thread by its link, by the bot that runs and on the data file
// alone, without a word of the customer's.
func TestExplain(t *testing.T) {
	w := newTown(t)
	r := w.start().up()
	r.hook("msg-1", `{"conversation":"c-1","id":"m-1","name":"A. Customer","text":"Where is it?"}`, hookKey)
	thread := w.shown("Where is it?", r.log)
	link := "https://example.slack.com/archives/" + "C0DESK001/p" + strings.ReplaceAll(thread, ".", "")
	told := func(of string, words ...string) {
		t.Helper()
		status, out, errOut := w.do("explain", of)
		if status != 0 || errOut != "" {
			t.Errorf("explain %s: status %d, standard error %q", of, status, errOut)
		}
		for _, want := range words {
			if !strings.Contains(out, want) {
				t.Errorf("explain %s does not tell of %q:\n%s", of, want, out)
			}
		}
		if strings.Contains(out, "Customer") || strings.Contains(out, "Where is it") {
			t.Errorf("explain %s tells what the customer wrote:\n%s", of, out)
		}
	}
	await(t, "it is stored where the card stands", func() bool { status, _, _ := w.do("explain", link); return status == 0 }, r.log)
	told(link, "account", "waiting since")
	told(link+"?thread_ts="+thread+"&cid=C1", "waiting since")
	told(thread, "waiting since")
	for _, odd := range []string{"https://example.slack.com/archives/C0NOWHERE/p1700000000000100", "nonsense", "1.2"} {
		if status, out, errOut := w.do("explain", odd); status != 1 || out != "" || !strings.Contains(errOut, "Copy link") {
			t.Errorf("explain %s: status %d, output %q, standard error %q", odd, status, out, errOut)
		}
	}
	if status, _, errOut := w.do("explain"); status != 2 || !strings.Contains(errOut, "name the thread") {
		t.Errorf("explain nothing: status %d, standard error %q", status, errOut)
	}
	w.marked(w.answer(thread, "On its way."), "white_check_mark", r.log)
	told(link, "the customer has the next word (answered)")
	r.stop()
	told(link, "the customer has the next word (answered)")
}
