package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"webcare/adapters/all"
	"webcare/adapters/slack"
	"webcare/bot/config"
	"webcare/bot/nudge"
)

// TestMain lets this test binary play the bot: with standIn set it prints and waits instead of testing.
func TestMain(m *testing.M) {
	if how := os.Getenv(standIn); how != "" {
		os.Exit(playBot(how))
	}
	os.Exit(m.Run())
}

const standIn = "WEBCARE_DEMO_STAND_IN"

// playBot is a bot that says what config it got, and then waits for its end or ends by itself.
func playBot(how string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	file := os.Args[len(os.Args)-1]
	info, err := os.Stat(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Printf("config %s %v\n", filepath.Base(file), info.Mode().Perm())
	fmt.Print("colour \x1b[31mred\x1b[0m and no line end")
	if how == "dies" {
		return 3
	}
	<-ctx.Done()
	return 0
}

// world is a demo without a bot, and what its page would do.
type world struct {
	*demo
	t *testing.T
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	d, err := assemble(ctx, "127.0.0.1:7777", Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		d.close()
	})
	return &world{d, t}
}

// ask sends a request to the handler and returns the answer.
func (w *world) ask(method, path string, set func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:7777"+path, nil)
	if set != nil {
		set(r)
	}
	rec := httptest.NewRecorder()
	w.handler().ServeHTTP(rec, r)
	return rec
}

// act does what a button of the page does; the result is the sentence of an error, or "".
func (w *world) act(name string, fields ...string) string {
	w.t.Helper()
	return w.actWith(name, nil, fields...)
}

func (w *world) actWith(name string, files []upload, fields ...string) string {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		if err := m.WriteField(fields[i], fields[i+1]); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := m.CreateFormFile("file", f.name)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := part.Write(f.content); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:7777/do/"+name, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	rec := httptest.NewRecorder()
	w.handler().ServeHTTP(rec, r)
	switch rec.Code {
	case http.StatusNoContent:
		return ""
	case http.StatusBadRequest:
		var said struct{ Error string }
		if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil || said.Error == "" {
			w.t.Fatalf("%s: no sentence in %q", name, rec.Body)
		}
		return said.Error
	}
	w.t.Fatalf("%s: status %d", name, rec.Code)
	return ""
}

// must fails the test where an act had an error.
func (w *world) must(said string) {
	w.t.Helper()
	if said != "" {
		w.t.Fatal(said)
	}
}

// TestRun runs the whole with a stand-in for the bot, over real connections, and looks at what is left.
func TestRun(t *testing.T) {
	t.Setenv(standIn, "waits")
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	out := &safeBuffer{}
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, Options{Program: []string{os.Args[0], "-config"}, Out: out}) }()
	page := out.find(t, "Page          ")
	state := firstState(t, page+"events")
	await(t, func() bool {
		state = firstState(t, page+"events")
		return strings.Contains(strings.Join(state.Bot.Log, "\n"), "config config.toml -rw-------")
	})
	if !state.Bot.Running || !state.Bot.In || state.Bot.PID == 0 || len(state.Phones) != 1 {
		t.Errorf("the state is %+v", state.Bot)
	}
	for _, path := range []string{"Slack API     ", "Telegram API  "} {
		if out.find(t, path) == "" {
			t.Errorf("it does not say where the %s is", strings.TrimSpace(path))
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("it left %v behind", left)
	}
	if _, err := http.Get(page); err == nil {
		t.Error("the page is still served")
	}
}

func TestRunRefuses(t *testing.T) {
	taken, err := listen(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // the end of the test
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"no program", Options{}, "how to run the bot"},
		{"every address", Options{Listen: ":8080", Program: []string{"x"}}, "no password"},
		{"another machine", Options{Listen: "192.0.2.1:80", Program: []string{"x"}}, "no password"},
		{"any name", Options{Listen: "example.com:80", Program: []string{"x"}}, "no password"},
		{"no port", Options{Listen: "127.0.0.1", Program: []string{"x"}}, "must look like"},
		{"a port in use", Options{Listen: taken.Addr().String(), Program: []string{"x"}}, "another port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := Run(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}

// TestConfig holds that nobody else can read the tokens and that the file is one that could be real.
func TestConfig(t *testing.T) {
	w := newWorld(t)
	file, err := w.writeConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		w.secrets.slackBot, w.secrets.slackApp, w.secrets.telegram, w.slackDoor.base() + "/slack/api/",
		w.telegramDoor.base() + "/telegram", `lead = "U0FATIMA"`, `channel    = "#webcare"`, `approve = "anyone"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the config", want)
		}
	}
	if strings.Contains(string(text), "nudge.step") {
		t.Error("the ladder is not the usual one")
	}
	other := newWorld(t)
	if other.secrets == w.secrets {
		t.Error("two demos have the same tokens")
	}
}

// TestConfigIsRead holds that the program takes the config whatever is set, and that the fast ladder is the usual one with
// another pace.
func TestConfigIsRead(t *testing.T) {
	w := newWorld(t)
	read := func(is settingState) *config.Config {
		t.Helper()
		file, err := w.writeSettings(t.TempDir(), is)
		if err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(file, slack.NewSettings(), all.Kinds())
		if err != nil {
			t.Fatalf("%+v: %v", is, err)
		}
		return c
	}
	usual, fast := read(settingState{FourEyes: true, Dutch: true, Form: true}).Nudge.Steps, read(settingState{Fast: true}).Nudge.Steps
	if len(usual) != len(fast) {
		t.Fatalf("%d steps, want %d", len(fast), len(usual))
	}
	ladder := nudge.Timed{}
	for i, s := range fast {
		if u := usual[i]; !slices.Equal(s.To, u.To) || s.How != u.How {
			t.Errorf("step %d reaches %v by %s, want %v by %s", i, s.To, s.How, u.To, u.How)
		}
		ladder.Steps = append(ladder.Steps, nudge.Step{After: s.After})
	}
	for second := range 60 {
		at := time.Date(2026, 3, 2, 9, 0, second, 0, time.UTC)
		due := ladder.Deadlines(at)
		if first := due[0].Sub(at); first > 65*time.Second || due[1].Sub(due[0]) != time.Minute || due[2] != due[1] || due[3].Sub(due[2]) != time.Minute {
			t.Errorf("who writes at %v is spoken of at %v", at, due)
		}
	}
}

// safeBuffer is a buffer for two goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// find waits for a line and returns what follows the label on it.
func (s *safeBuffer) find(t *testing.T, label string) string {
	t.Helper()
	found := ""
	await(t, func() bool {
		_, rest, ok := strings.Cut(s.String(), label)
		found, _, _ = strings.Cut(rest, "\n")
		return ok && strings.Contains(rest, "\n")
	})
	return found
}

// await waits until cond holds, at most 10 s.
func await(t *testing.T, cond func() bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for !cond() {
		select {
		case <-again.C:
		case <-late.C:
			t.Fatal("it never happened")
		}
	}
}

// firstState reads the first event of a stream.
func firstState(t *testing.T, address string) snapshot {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	return newStates(answer.Body).next(t)
}
