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
func plugged(t *testing.T, how string, config ...string) *plug {
	t.Helper()
	t.Setenv(standIn, how)
	p := newPlug(append([]string{os.Args[0], os.Args[0]}, config...), func() {})
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

// TestRestart asks the bot to end and starts it again; while the plug is out it does nothing.
func TestRestart(t *testing.T) {
	p := plugged(t, "waits")
	p.pause = time.Hour // which would show
	await(t, func() bool { return strings.Contains(printed(p), "config ") })
	p.restart()
	await(t, func() bool { s := p.state(); return s.Lives == 2 && s.Running })
	if s, said := p.state(), printed(p); s.Ending != "" || !strings.Contains(said, "was asked to end") || strings.Contains(said, "killed") || strings.Contains(said, "by itself") {
		t.Errorf("it is %+v; the console says %q", s, said)
	}
	if err := p.pull(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return !p.state().Running })
	p.restart()
	if s := p.state(); s.In || s.Lives != 2 {
		t.Errorf("with the plug out: %+v", s)
	}
	p.plugIn()
	await(t, func() bool { s := p.state(); return s.Lives == 3 && s.Running })
}

// TestFourEyes writes the rule into the config that the bot is started with, and starts it again once.
func TestFourEyes(t *testing.T) {
	w := newWorld(t)
	if said := w.act("setting", "name", "fourEyes", "on", "true"); !strings.Contains(said, "no config yet") {
		t.Errorf("before there is a config: %q", said)
	}
	file, err := w.writeConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.plug = plugged(t, "waits", file)
	await(t, func() bool { return strings.Contains(printed(w.plug), "config ") })
	for i, c := range []struct{ on, want string }{{"true", "other"}, {"true", "other"}, {"false", "anyone"}} {
		w.must(w.act("setting", "name", "fourEyes", "on", c.on))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "approve = \""+c.want+"\"\n") || w.settings.state().FourEyes != (c.on == "true") {
			t.Errorf("number %d: the config is\n%s", i, text)
		}
		lives := []int{2, 2, 3}[i]
		await(t, func() bool { s := w.plug.state(); return s.Lives == lives && s.Running })
	}
	for rule, line := range map[string]string{"dutch": `language   = "nl"`, "form": `reply_mode = "command"`, "fast": `after = "1m5s"`} {
		w.must(w.act("setting", "name", rule, "on", "true"))
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), line+"\n") {
			t.Errorf("%s: %v, the config is\n%s", rule, err, text)
		}
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
