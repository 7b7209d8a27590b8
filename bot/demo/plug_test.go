package demo

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// plugged runs a plug with a stand-in for the bot until the end of the test.
func plugged(t *testing.T, how string) *plug {
	t.Helper()
	t.Setenv(standIn, how)
	p := newPlug([]string{os.Args[0], os.Args[0]}, func() {})
	p.pause = 10 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { p.run(ctx) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return p
}

// TestPull kills the bot without a word and starts it again by hand, not by itself.
func TestPull(t *testing.T) {
	p := plugged(t, "waits")
	await(t, func() bool { return strings.Contains(printed(p), "config ") })
	first := p.state()
	if !first.In || !first.Running || first.Lives != 1 {
		t.Fatalf("at first %+v", first)
	}
	if err := p.pull(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return !p.state().Running })
	if s := p.state(); s.In || s.Lives != 1 || s.PID != 0 {
		t.Errorf("pulled: %+v", s)
	}
	if err := p.pull(); err != nil {
		t.Errorf("pulled twice: %v", err)
	}
	p.plugIn()
	await(t, func() bool { return p.state().Running })
	if s := p.state(); s.Lives != 2 || s.PID == first.PID {
		t.Errorf("plugged in again: %+v, before %+v", s, first)
	}
	if said := printed(p); !strings.Contains(said, "killed without warning") || strings.Contains(said, "by itself") {
		t.Errorf("the console says %q", said)
	}
}

// TestDiesByItself starts a bot that ends again and again, and says so.
func TestDiesByItself(t *testing.T) {
	p := plugged(t, "dies")
	await(t, func() bool { return p.state().Lives >= 3 })
	await(t, func() bool { return strings.Contains(printed(p), "it ended by itself: exit status 3") })
	if said := printed(p); strings.ContainsRune(said, 0x1b) || !strings.Contains(said, "no line end") {
		t.Errorf("the console says %q", said)
	}
}

func TestNoProgram(t *testing.T) {
	p := newPlug([]string{"/nowhere/webcare"}, func() {})
	p.pause = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { p.run(ctx) })
	await(t, func() bool { return strings.Contains(printed(p), "start the bot") })
	cancel()
	wg.Wait()
}

func printed(p *plug) string {
	all, _ := p.console.latest()
	return strings.Join(all, "\n")
}

func TestSanitised(t *testing.T) {
	for line, want := range map[string]string{
		"":                       "",
		"plain\r\n":              "plain",
		"a\tb":                   "a b",
		"\x1b[31mred\x00":        "\ufffd[31mred\ufffd",
		"left\u202eright":        "left\ufffdright",
		"zero\u200bwidth\u2028x": "zero\ufffdwidth\ufffdx",
		"broken \xff":            "broken \ufffd",
		"ok ✅ é":                 "ok ✅ é",
		strings.Repeat("é", 600): strings.Repeat("é", maxLine) + " …",
	} {
		if got := sanitised(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestConsoleForgets(t *testing.T) {
	c := newConsole(func() {})
	out := &lines{to: c}
	for range keepLines + 10 {
		if _, err := out.Write([]byte("first\nsecond half")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := out.Write([]byte(strings.Repeat("x", 3*maxHeld))); err != nil {
		t.Fatal(err)
	}
	out.flush()
	kept, count := c.latest()
	if len(kept) != keepLines || count <= keepLines || kept[0] != "second halffirst" {
		t.Errorf("%d lines of %d kept, the first %q", len(kept), count, kept[0])
	}
	for _, line := range kept {
		if utf8.RuneCountInString(line) > maxLine+2 {
			t.Errorf("a line of %d characters", utf8.RuneCountInString(line))
		}
	}
}
