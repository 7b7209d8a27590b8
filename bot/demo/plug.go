package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

const (
	// endWithin is how long the bot may take to end when it is asked to.
	endWithin = 10 * time.Second
	// restartAfter is the pause before a bot that ended by itself is started again.
	restartAfter = 3 * time.Second
)

// plug runs the bot as a process: it can be pulled, which kills the process without warning, and put in again. A bot
// that ends by itself, or was asked to, is started again.
type plug struct {
	command []string
	changed func()
	console *console
	wake    chan struct{}
	pause   time.Duration // before a bot that ended by itself is started again

	mu     sync.Mutex
	in     bool
	proc   *os.Process
	end    context.CancelFunc // asks the process to end
	again  bool               // it was asked to, in order to start anew
	since  time.Time
	lives  int
	ending string // what the latest life ended with; "" where the plug was pulled
}

// plugState is what the page shows of it.
type plugState struct {
	In      bool   `json:"in"`
	Running bool   `json:"running"`
	PID     int    `json:"pid,omitempty"`
	Since   int64  `json:"since,omitempty"` // ms
	Lives   int    `json:"lives"`
	Ending  string `json:"ending,omitempty"`
}

func newPlug(command []string, changed func()) *plug {
	return &plug{
		command: command, changed: changed, console: newConsole(changed), wake: make(chan struct{}, 1), pause: restartAfter, in: true,
	}
}

// run keeps the bot alive while the plug is in, until ctx ends; then the bot gets SIGTERM and, after endWithin,
// SIGKILL.
func (p *plug) run(ctx context.Context) {
	for ctx.Err() == nil {
		if !p.isIn() {
			p.wait(ctx, nil)
			continue
		}
		err := p.live(ctx)
		if ctx.Err() != nil {
			return
		}
		if p.over(err) {
			t := time.NewTimer(p.pause)
			p.wait(ctx, t.C)
			t.Stop()
		}
	}
}

// wait waits for a change of the plug, for after, or for the end.
func (p *plug) wait(ctx context.Context, after <-chan time.Time) {
	select {
	case <-p.wake:
	case <-after:
	case <-ctx.Done():
	}
}

// live is one life of the bot.
func (p *plug) live(ctx context.Context) error {
	out := &lines{to: p.console}
	defer out.flush()
	ctx, end := context.WithCancel(ctx)
	defer end()
	cmd := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = endWithin
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return cmd.Process.Kill() // a system without signals
		}
		return nil
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	if !p.begin(cmd.Process, end) { // pulled in between
		_ = cmd.Process.Kill()
	}
	return cmd.Wait()
}

// begin notes a new process; false = the plug is out meanwhile.
func (p *plug) begin(proc *os.Process, end context.CancelFunc) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.proc, p.end, p.since, p.ending = proc, end, time.Now(), ""
	p.lives++
	p.console.add(fmt.Sprintf("— the bot is started (process %d) —", proc.Pid))
	return p.in
}

// over notes the end of a process and tells whether it ended by itself.
func (p *plug) over(err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.again
	p.proc, p.end, p.again, p.ending = nil, nil, false, ""
	switch {
	case !p.in:
		p.console.add("— the plug was pulled: the bot was killed without warning —")
		return false
	case asked:
		p.console.add("— the config was changed: the bot was asked to end and is started again —")
		return false
	}
	p.ending = "it ended by itself"
	if err != nil {
		p.ending = "it ended by itself: " + err.Error()
	}
	p.console.add("— " + p.ending + "; it is started again —")
	return true
}

// pull kills the bot where it stands, as a power cut would.
func (p *plug) pull() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = false
	defer p.changed()
	defer p.nudge()
	if p.proc == nil {
		return nil
	}
	if err := p.proc.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill the bot: %w", err)
	}
	return nil
}

// restart asks the bot to end, as a service manager would, and starts it again. While the plug is out, or the bot is
// about to start anyhow, there is nothing to do.
func (p *plug) restart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.proc != nil && p.in {
		p.again = true
		p.end()
	}
}

// plugIn starts the bot again.
func (p *plug) plugIn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in = true
	p.nudge()
	p.changed()
}

func (p *plug) nudge() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *plug) isIn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.in
}

func (p *plug) state() plugState {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := plugState{In: p.in, Running: p.proc != nil, Lives: p.lives, Ending: p.ending}
	if p.proc != nil {
		s.PID, s.Since = p.proc.Pid, p.since.UnixMilli()
	}
	return s
}
