package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	telegramsim "webcare/adapters/telegram/sim"
)

// TestProcesses runs webcare as a process, which is signalled, killed, or runs out of disk.
func TestProcesses(t *testing.T) {
	program := built(t)
	for name, test := range map[string]func(t *testing.T, program string){
		"SIGTERM while Telegram hangs": termWhileTelegramHangs,
		"SIGTERM while Slack is slow":  termWhileSlackIsSlow,
		"SIGTERM twice":                termTwice,
		"SIGTERM while it starts":      termWhileStarting,
		"full disk":                    fullDisk,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, program)
		})
	}
}

// built is webcare as a program.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "webcare")
	build := []string{"build", "-o", program}
	if underRace {
		build = append(build, "-race")
	}
	if out, err := exec.CommandContext(t.Context(), "go", append(build, ".")...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// process is a webcare of its own.
type process struct {
	*running
	cmd  *exec.Cmd
	done chan struct{}
}

// spawn starts a command, which is `webcare run` sooner or later.
func (w *town) spawn(command ...string) *process {
	w.t.Helper()
	p := &process{running: &running{w: w, log: w.record()}, cmd: exec.Command(command[0], command[1:]...), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState tells
		_, _ = p.log.Write([]byte(ended))
		close(p.done)
	}()
	w.t.Cleanup(func() {
		p.signal(syscall.SIGKILL)
		<-p.done
		if strings.Contains(p.log.String(), "WARNING: DATA RACE") {
			w.t.Errorf("two goroutines of webcare use the same memory at once:\n%s", p.log)
		}
		if w.t.Failed() && !w.quiet {
			w.t.Logf("the log:\n%s", p.log)
		}
	})
	return p
}

func (p *process) signal(s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.w.t.Error(err)
	}
}

// ends waits for the process to end in time, and gives its status; -1 = killed by a signal.
func (p *process) ends(within time.Duration) int {
	p.w.t.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		p.w.t.Fatalf("it did not end within %v:\n%s", within, p.log)
	}
	if strings.Contains(p.log.String(), "goroutine ") {
		p.w.t.Errorf("a stack trace:\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// count says how often a text is on the desk.
func (w *town) count(text string) int {
	n := 0
	for _, root := range w.slack.Messages(desk) {
		for _, m := range w.slack.Thread(desk, root.TS) {
			n += strings.Count(m.Text, text)
		}
	}
	return n
}

func termWhileTelegramHangs(t *testing.T, program string) {
	w := newTown(t)
	p := w.spawn(program, "run", "-config", w.config)
	p.up()
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Mijn pakket is kapot")
	thread := w.shown("Mijn pakket is kapot", p.log)
	w.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.HangAfter})
	first := w.answer(thread, "Wat vervelend!")
	await(t, "the answer is on its way", func() bool { return w.telegram.Calls()["sendMessage"] == 1 }, p.log)
	second := w.answer(thread, "Stuurt u een foto?")
	await(t, "Slack is told that both are kept", func() bool { return w.slack.Pending() == 0 }, p.log)
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 {
		t.Errorf("ended with status %d", s)
	}
	again := w.spawn(program, "run", "-config", w.config)
	again.up()
	w.marked(first, "question", again.log)
	w.marked(second, "white_check_mark", again.log)
	w.got(jan, "Stuurt u een foto?", again.log)
	if n := w.telegram.Calls()["sendMessage"]; n != 2 {
		t.Errorf("%d messages were sent, want 2: one of unknown fate is not sent again", n)
	}
}

func termWhileSlackIsSlow(t *testing.T, program string) {
	w := newTown(t)
	p := w.spawn(program, "run", "-config", w.config)
	p.up().says("slack: socket open")
	w.slack.Slow(time.Minute)
	const customers, tried = 8, 5 // which is [slack] post_burst
	for i := range customers {
		w.telegram.NewCustomer(fmt.Sprintf("Customer%d", i)).Write(fmt.Sprintf("Question %d", i))
	}
	await(t, "all are stored", func() bool { return w.telegram.Pending() == 0 && w.slack.Calls("chat.postMessage") == tried }, p.log)
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 { // also where a handshake of a socket hangs
		t.Errorf("ended with status %d", s)
	}
	w.slack.Slow(0)
	again := w.spawn(program, "run", "-config", w.config)
	// Those that were tried are looked up for half a minute before they are posted again; the others come at once.
	await(t, "the others are shown", func() bool { return len(w.slack.Messages(desk)) == customers-tried }, again.log)
	if n := w.slack.Calls("conversations.history"); n == 0 {
		t.Error("those that were tried are not looked up")
	}
}

func termTwice(t *testing.T, program string) {
	w := newTown(t)
	p := w.spawn(program, "run", "-config", w.config)
	p.up()
	w.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.Hang})
	w.telegram.NewCustomer("Jan").Write("Hallo?")
	w.answer(w.shown("Hallo?", p.log), "Dag!")
	await(t, "the answer is on its way", func() bool { return w.telegram.Calls()["sendMessage"] == 1 }, p.log)
	p.signal(syscall.SIGTERM)
	tick := time.NewTicker(100 * time.Millisecond) // the first one must have been taken
	defer tick.Stop()
	for range 20 {
		select {
		case <-tick.C:
			p.signal(syscall.SIGTERM)
		case <-p.done:
		}
	}
	if s := p.ends(3 * time.Second); s != -1 {
		t.Errorf("ended with status %d, want by the signal", s)
	}
}

func termWhileStarting(t *testing.T, program string) {
	w := newTown(t)
	w.slack.Slow(time.Minute)
	p := w.spawn(program, "run", "-config", w.config)
	await(t, "Slack is asked", func() bool { return w.slack.Calls("auth.test") > 0 }, p.log)
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 || strings.Contains(p.log.String(), "webcare:") {
		t.Errorf("ended with status %d:\n%s", s, p.log)
	}
}

// full is how long the disk stays full: the desk is told after five minutes, so that only a longer time shows that.
var full = flag.Duration("full", 2*time.Second, "how long the disk stays full; with more than 5m30s the desk must be told")

// fullDisk: on a disk of 1 MiB that something else fills up. What cannot be stored is not acknowledged, whoever says it,
// and comes in, once, when there is room.
func fullDisk(t *testing.T, program string) {
	w := newTown(t)
	disk := t.TempDir()
	mount := func(then ...string) []string {
		return append([]string{"unshare", "--map-root-user", "--mount", "sh", "-c", `mount -t tmpfs -o size=1m none "$0" && exec "$@"`, disk}, then...)
	}
	if out, err := exec.CommandContext(t.Context(), mount("true")[0], mount("true")[1:]...).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be made here: unshare or mount: %v %s", err, out)
	}
	w.change(w.db, disk+"/webcare.db")
	p := w.spawn(mount(program, "run", "-config", w.config)...)
	p.up().says("slack: socket open")
	inside := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "root", disk) // only the process sees its disk
	filler := filepath.Join(inside, "filler")
	fill(t, filler)
	jan, n := w.telegram.NewCustomer("Jan"), 0
	jan.Write("Hallo?")
	thread := w.shown("Hallo?", p.log)
	unwell := func() bool {
		s, b := p.page("/readyz")
		return s == http.StatusServiceUnavailable && strings.Contains(b, "store: the disk is full")
	}
	const most = 40 // with more, not even the empty disk would hold what comes in together
	for await := time.Now().Add(30 * time.Second); !unwell(); {
		if time.Now().After(await) {
			t.Fatalf("the disk is not full after %d messages", n)
		}
		if n < most {
			jan.Write(fmt.Sprintf("Vraag %02d. %s", n, strings.Repeat("x", 3000)))
			n++
		}
	}
	p.says("the disk is full")
	body := `{"conversation":"c-1","id":"m-1","text":"` + strings.Repeat("y", 100_000) + `"}`
	if s := p.hook("msg-1", body, hookKey); s != http.StatusServiceUnavailable {
		t.Errorf("a webhook got %d: it was told that it is stored", s)
	}
	if w.telegram.Pending() == 0 {
		t.Error("Telegram was told that all is stored")
	}
	long := w.answer(thread, "Antwoord. "+strings.Repeat("z", 30_000))
	calls := w.telegram.Calls()["getUpdates"]
	<-time.After(*full)
	if more := w.telegram.Calls()["getUpdates"] - calls; more > 5*int(*full/(2*time.Second)) {
		t.Errorf("a hot loop: %d polls in %v", more, *full)
	}
	if w.slack.Pending() == 0 {
		t.Error("Slack was told that the answer is stored")
	}
	const told = "The disk of webcare is full"
	if toldSo := w.count(told) == 1; toldSo != (*full > 5*time.Minute+30*time.Second) {
		t.Errorf("full for %v, the desk is told: %v", *full, toldSo)
	}
	if s, _ := p.page("/healthz"); s != http.StatusOK {
		t.Errorf("/healthz says %d", s)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, "there is room again", func() bool { s, _ := p.page("/readyz"); return s == http.StatusOK }, p.log)
	if s := p.hook("msg-1", body, hookKey); s != http.StatusOK {
		t.Errorf("the webhook got %d with room on the disk", s)
	}
	for i := range n {
		w.shown(fmt.Sprintf("Vraag %02d.", i), p.log)
	}
	w.marked(long, "white_check_mark", p.log)
	if *full > 5*time.Minute+30*time.Second {
		w.shown("The disk of webcare has room again.", p.log)
	}
	for i := range n {
		if text := fmt.Sprintf("Vraag %02d.", i); w.count(text) != 1 {
			t.Errorf("%q is shown %d times", text, w.count(text))
		}
	}
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 {
		t.Errorf("ended with status %d", s)
	}
}

// fill takes all room that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(bytes.Repeat([]byte("."), 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
