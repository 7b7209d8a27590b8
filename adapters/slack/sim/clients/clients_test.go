// Package clients proves that Slack's own JavaScript clients (Bolt in Socket Mode and the Web API client, in the
// versions that package-lock.json names) can live on the simulator. Where Node or the packages are missing (npm ci in
// this folder installs them) its tests say so and are skipped.
package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/adapters/slack/sim"
)

// node finds Node and the packages, or skips the test.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: Slack's JavaScript clients are not run against the simulator")
	}
	if _, err := os.Stat("node_modules/@slack/bolt"); err != nil {
		t.Skip("node_modules is missing (run npm ci here): Slack's JavaScript clients are not run against the simulator")
	}
	return path
}

// workspace is a sim on loopback with Ann in the desk channel.
func workspace(t *testing.T) (*sim.Sim, []string) {
	t.Helper()
	s := sim.New(sim.Options{})
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	s.AddUser(sim.User{ID: "UANN", Name: "ann", RealName: "Ann Example"})
	s.AddChannel(sim.Channel{ID: "CDESK", Name: "desk", Members: []string{"U0SIM", "UANN"}})
	s.AddChannel(sim.Channel{ID: "CTWO", Name: "two"})
	s.AddChannel(sim.Channel{ID: "CTHREE", Name: "three"})
	env := append(os.Environ(), "SLACK_API_URL="+server.URL+"/api/", "BOT_TOKEN=xoxb-sim", "APP_TOKEN=xapp-sim", "CHANNEL=CDESK")
	return s, env
}

// start runs the Bolt bot until the test ends and waits until it is connected.
func start(t *testing.T, s *sim.Sim, env []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node(t), "bot.js")
	cmd.Env, cmd.Stderr = env, t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("bot: %v", err)
		}
	})
	lines := bufio.NewScanner(io.TeeReader(stdout, t.Output()))
	for lines.Scan() && !strings.Contains(lines.Text(), "ready") {
	}
	go io.Copy(t.Output(), stdout) // ends with the bot
	until(t, "the bot is connected", s, func() bool { return s.Sockets() == 1 })
}

// until waits for something to become true of the sim.
func until(t *testing.T, what string, s *sim.Sim, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.Await(ctx, cond); err != nil {
		t.Fatalf("waiting until %s: %v\n%+v", what, err, s.Messages("CDESK"))
	}
}

func TestBolt(t *testing.T) {
	s, env := workspace(t)
	start(t, s, env)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: "hello there"})
	check(err)
	until(t, "the bot answers in the thread", s, func() bool { return len(s.Thread("CDESK", root)) == 2 })
	reply := s.Thread("CDESK", root)[1]
	if !slices.Equal(sim.Pings(reply), []string{"UANN"}) || !strings.Contains(string(reply.Metadata), `"k1"`) {
		t.Errorf("answer: %+v", reply)
	}

	check(s.Press("UANN", "CDESK", reply.TS, "more"))
	until(t, "the press is answered", s, func() bool { return len(s.Ephemerals("UANN")) == 1 })
	if m, _ := s.Message("CDESK", reply.TS); m.Text != "value 42" {
		t.Errorf("after the press: %q", m.Text)
	}

	check(s.Slash("UANN", "CDESK", "/webcare status"))
	until(t, "the command is answered", s, func() bool { return has(s, "you said status") })

	check(s.React("UANN", "CDESK", root, "eyes"))
	until(t, "the file is shared", s, func() bool { return len(s.Thread("CDESK", root)) == 3 })
	shared := s.Thread("CDESK", root)[2]
	if _, content, _ := s.File(shared.Files[0].ID); string(content) != "a report" || shared.Text != "as you asked" {
		t.Errorf("file: %q %+v", content, shared)
	}

	check(s.Shortcut("UANN", "edit", "CDESK", root))
	until(t, "the modal is open", s, func() bool { _, open := s.Modal("UANN"); return open })
	check(s.SubmitView("UANN", map[string]map[string]any{"body": {"text": map[string]any{"type": "plain_text_input", "value": "from the modal"}}}))
	until(t, "the modal is answered", s, func() bool { return has(s, "from the modal") })

	check(s.OpenHome("UANN"))
	until(t, "the home tab is there", s, func() bool { _, ok := s.Home("UANN"); return ok })
	until(t, "everything is acknowledged", s, func() bool { return s.Pending() == 0 })
	if s.Unanswered() != 0 || s.Lost() != 0 {
		t.Errorf("unanswered %d, lost %d", s.Unanswered(), s.Lost())
	}
}

// TestBoltComesBack cuts the sockets and turns Slack off for a moment: what was said meanwhile is answered.
func TestBoltComesBack(t *testing.T) {
	s, env := workspace(t)
	start(t, s, env)
	s.Down(true)
	root, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: "hello again"})
	if err != nil {
		t.Fatal(err)
	}
	s.Down(false)
	until(t, "the bot has come back", s, func() bool { return len(s.Thread("CDESK", root)) == 2 })
}

func has(s *sim.Sim, text string) bool {
	return slices.ContainsFunc(s.Messages("CDESK"), func(m sim.Message) bool { return m.Text == text })
}

func TestWebAPI(t *testing.T) {
	s, env := workspace(t)
	var root string
	for i := range 5 {
		ts, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: fmt.Sprint("message ", i)})
		if err != nil {
			t.Fatal(err)
		}
		root = ts
	}
	if _, err := s.Say(sim.Saying{User: "UANN", Channel: "CDESK", Text: "reply", ThreadTS: root}); err != nil {
		t.Fatal(err)
	}
	s.Fail(sim.Fault{Method: "users.list", Kind: sim.Busy, After: time.Second}) // the client waits and goes on
	cmd := exec.CommandContext(t.Context(), node(t), "reader.js")
	cmd.Env, cmd.Stderr = append(env, "TS="+root), t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("reader: %v", err)
	}
	var found struct {
		Channels, Users, Texts, Replies []string
		Reactions                       int
		Refused, Link                   string
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n") // the client's log comes first
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &found); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(found.Channels) != 3 || len(found.Users) != 3 || len(found.Texts) != 5 || found.Texts[0] != "message 4" ||
		!slices.Equal(found.Replies, []string{"reply"}) || found.Reactions != 1 || found.Refused != "channel_not_found" ||
		!strings.HasPrefix(found.Link, "https://example.slack.com/archives/CDESK/p") {
		t.Errorf("found %+v", found)
	}
	if m, _ := s.Message("CDESK", root); len(m.Reactions) != 1 {
		t.Errorf("reactions: %+v", m.Reactions)
	}
}
