package sim_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/adapters/telegram/sim"
)

// TestAForeignClientLivesOnTheSim runs a bot of another make (grammY, in clients/) against the sim, by long polling and
// by webhook.
func TestAForeignClientLivesOnTheSim(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the grammY bot is not run")
	}
	if _, err := os.Stat(filepath.Join("clients", "node_modules", "grammy")); err != nil {
		t.Skip("grammY is not installed (npm ci in adapters/telegram/sim/clients): its bot is not run")
	}
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			s := sim.New(sim.Options{})
			server := httptest.NewServer(s)
			t.Cleanup(func() { s.Close(); server.Close() })
			startBot(t, node, mode, server.URL, s.Token())
			changes, stop := s.Watch()
			defer stop()
			jan := s.NewCustomer("Jan Example")
			picture := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5000)...)

			id := jan.Write("hello 👍")
			await(t, changes, func() bool { return shows(jan, "echo hello 👍") })
			all := jan.Messages()
			if r := all[len(all)-1].ReplyToMessage; r == nil || r.MessageID != id {
				t.Errorf("the answer replies to %+v", r)
			}
			jan.Write("/help")
			await(t, changes, func() bool { return shows(jan, "help yourself") })
			jan.Edit(id, "goodbye")
			await(t, changes, func() bool { return shows(jan, "edited goodbye") })
			jan.React(id, "👍")
			await(t, changes, func() bool { return shows(jan, "reaction 👍") })
			jan.SendPhoto(picture, "")
			await(t, changes, func() bool { return shows(jan, fmt.Sprintf("got %d bytes", len(picture))) })
			all = jan.Messages()
			back, name, _ := s.File(all[len(all)-1].Document.FileID)
			if !bytes.Equal(back, picture) || name != "back.png" {
				t.Errorf("the picture came back as %s with %d bytes", name, len(back))
			}
		})
	}
}

// startBot starts the bot and waits until it is ready. It ends with the test.
func startBot(t *testing.T, node, mode, api, token string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node, "bot.mjs")
	cmd.Dir = "clients"
	cmd.Env = append(os.Environ(), "API_ROOT="+api, "TOKEN="+token, "MODE="+mode)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the bot said: %s", errs.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if strings.TrimSpace(line) != "ready" {
		t.Fatalf("the bot did not start: %q %v", line, err)
	}
}

func shows(c *sim.Customer, text string) bool {
	return slices.ContainsFunc(c.Messages(), func(m sim.Message) bool { return m.Text+m.Caption == text })
}

// await waits for a change after which ok holds.
func await(t *testing.T, changes <-chan sim.Change, ok func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-changes:
		case <-limit:
			t.Fatal("it did not happen within 30 seconds")
		}
	}
}
