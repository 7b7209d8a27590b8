package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// child is a subject at work.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
}

// start runs this program as a subject.
func start(ctx context.Context, subject string, t task) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-subject", subject, "-slack", t.slackURL, "-telegram", t.telegramURL, "-dir", t.dir,
		"-rate", strconv.FormatFloat(t.rate, 'g', -1, 64), "-profiles", t.profiles, "-cards="+strconv.FormatBool(t.cards))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, stdin: in, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		_ = cmd.Wait()
	}()
	return c, nil
}

// end asks it to end, and kills it where it does not.
func (c *child) end() {
	_ = c.stdin.Close()
	select {
	case <-c.ended:
	case <-time.After(5 * time.Second):
		c.kill()
	}
}

// kill ends it without warning.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.ended
	_ = c.stdin.Close()
}

// usage is what a process has of the machine.
type usage struct {
	cpu      time.Duration // of all its threads so far
	resident int64         // bytes
	own      int64         // bytes of it that are no file
}

var errNoProc = errors.New("memory and processor time can be read on Linux only")

// use reads it from /proc.
func (c *child) use() (u usage, err error) {
	dir := filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid))
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return u, errNoProc
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		for key, into := range map[string]*int64{"VmRSS:": &u.resident, "RssAnon:": &u.own} {
			if rest, is := strings.CutPrefix(line, key); is {
				kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
				if err != nil {
					return u, fmt.Errorf("%s: %w", key, err)
				}
				*into = kb << 10
			}
		}
	}
	threads, err := filepath.Glob(filepath.Join(dir, "task", "*", "schedstat"))
	for _, file := range threads {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has just ended
		}
		first, _, _ := strings.Cut(string(b), " ")
		ns, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return u, err
		}
		u.cpu += time.Duration(ns)
	}
	return u, err
}
