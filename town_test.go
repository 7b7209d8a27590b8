package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// The secrets of the town; they must be seen nowhere.
const (
	botToken  = "xoxb-canary-4711"
	appToken  = "xapp-canary-4712"
	chatToken = "123456:canary-4713"
	hookKey   = "canary-4714-canary-4714-canary"
)

const (
	desk  = "C0DESK001"
	sanne = "U0SANNE01"
)

// town is everything around webcare: both networks on loopback, a system with a webhook, a folder with a config.
type town struct {
	t          *testing.T
	slack      *slacksim.Sim
	telegram   *telegramsim.Sim
	slackURL   string
	chatURL    string
	hookURL    string
	dir        string
	config, db string
	listen     string
	late       atomic.Int64 // how long the networks hold back the answer to a message that they took, in nanoseconds
	quiet      bool         // logs are not shown where the test fails

	mu      sync.Mutex
	tries   int
	refuse  int      // the status that the webhook's receiver answers with; 0 = 200
	answers []string // bodies it took
	said    []*record
}

func newTown(t *testing.T) *town {
	w := &town{t: t, dir: t.TempDir(), listen: free(t)}
	w.config, w.db = filepath.Join(w.dir, "config.toml"), filepath.Join(w.dir, "webcare.db")
	w.slack = slacksim.New(slacksim.Options{BotToken: botToken, AppToken: appToken})
	w.slack.AddUser(slacksim.User{ID: sanne, Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne"})
	w.slack.AddChannel(slacksim.Channel{ID: desk, Name: "webcare", Members: []string{"U0SIM", sanne}})
	w.slack.AddUserGroup(slacksim.UserGroup{ID: "S0DUTY001", Handle: "duty", Name: "On duty", Users: []string{sanne}})
	w.telegram = telegramsim.New(telegramsim.Options{Token: chatToken, ReadsGroups: true})
	w.slackURL, w.chatURL, w.hookURL = w.serve(w.lately(w.slack)), w.serve(w.lately(w.telegram)), w.serve(w.lately(http.HandlerFunc(w.receive)))
	t.Cleanup(func() {
		_ = w.slack.Close()
		w.telegram.Close()
		w.noSecrets()
	})
	w.write(w.text())
	return w
}

func (w *town) serve(h http.Handler) string {
	s := httptest.NewServer(h)
	w.t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// lately carries out at once what comes in, and answers late where that is a message.
func (w *town) lately(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		message := strings.HasSuffix(r.URL.Path, "/chat.postMessage") || strings.HasSuffix(r.URL.Path, "/sendMessage") || r.URL.Path == "/"
		late := time.Duration(w.late.Load())
		if late == 0 || !message {
			h.ServeHTTP(rw, r)
			return
		}
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		select {
		case <-time.After(late):
		case <-r.Context().Done():
		}
		maps.Copy(rw.Header(), answer.Header())
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(answer.Body.Bytes())
	})
}

// receive is the other side of the webhook.
func (w *town) receive(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tries++
	if w.refuse != 0 {
		rw.WriteHeader(w.refuse)
		return
	}
	w.answers = append(w.answers, string(body))
}

func (w *town) refuseAnswers(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse = status
}

// tried counts the answers that the receiver was offered.
func (w *town) tried() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tries
}

func (w *town) answered(text string) bool {
	return strings.Contains(strings.Join(w.taken(), "\n"), text)
}

// taken are the bodies that the receiver took.
func (w *town) taken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.answers)
}

// text is a config for the town.
func (w *town) text() string {
	return fmt.Sprintf(`[slack]
bot_token = %q
app_token = %q
channel = "#webcare"
api_url = "%s/api/"
[store]
path = %q
[http]
listen = %q
[answer]
hold = "0s"
[nudge]
duty = "S0DUTY001"
[[nudge.step]]
after = "15m"
to = ["claimer|duty"]
how = "thread"
[[account]]
name = "acme"
adapter = "telegram"
token = %q
api_url = %q
silence = "0s"
[[account]]
name = "crm"
adapter = "webhook"
silence = "0s"
secret = "whsec_%s"
url = %q
`, botToken, appToken, w.slackURL, w.db, w.listen, chatToken, w.chatURL, base64.StdEncoding.EncodeToString([]byte(hookKey)), w.hookURL)
}

func (w *town) write(config string) {
	w.t.Helper()
	if err := os.WriteFile(w.config, []byte(config), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// change writes the config anew with pairs of old and new text.
func (w *town) change(pairs ...string) { w.write(strings.NewReplacer(pairs...).Replace(w.text())) }

// record keeps what a program says.
type record struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.String()
}

func (w *town) record() *record {
	r := &record{}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, r)
	return r
}

// do runs a command to its end.
func (w *town) do(args ...string) (status int, out, errOut string) {
	w.t.Helper()
	o, e := w.record(), w.record()
	if len(args) > 0 && args[0] != "manifest" && args[0] != "version" && args[0] != "demo" {
		args = append(args, "-config", w.config)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	status = webcare(ctx, args, o, e)
	return status, o.String(), e.String()
}

// ended is what a log of a run ends with.
const ended = "(ended)\n"

// running is `webcare run` in this process.
type running struct {
	w      *town
	log    *record
	cancel context.CancelFunc
	status chan int
}

func (w *town) start() *running {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{w: w, log: w.record(), cancel: cancel, status: make(chan int, 1)}
	go func() {
		r.status <- webcare(ctx, []string{"run", "-config", w.config}, r.log, r.log)
		_, _ = r.log.Write([]byte(ended))
	}()
	w.t.Cleanup(func() {
		if s := r.stop(); s != 0 && !w.t.Failed() {
			w.t.Errorf("webcare run ended with status %d", s)
		}
		if w.t.Failed() {
			w.t.Logf("the log:\n%s", r.log)
		}
	})
	return r
}

// stop is what SIGTERM does.
func (r *running) stop() int {
	r.cancel()
	s := <-r.status
	r.status <- s
	return s
}

// up waits until it runs.
func (r *running) up() *running {
	r.w.t.Helper()
	r.says("webcare runs")
	return r
}

// says waits until a text stands in the log.
func (r *running) says(text string) {
	r.w.t.Helper()
	await(r.w.t, "the log says "+strconv.Quote(text), func() bool {
		log := r.log.String()
		if !strings.Contains(log, text) && strings.HasSuffix(log, ended) {
			r.w.t.Fatalf("webcare ended without saying %q:\n%s", text, log)
		}
		return strings.Contains(log, text)
	}, r.log)
}

// page asks its HTTP server.
func (r *running) page(path string) (int, string) {
	r.w.t.Helper()
	r.says("health, metrics and webhooks are served")
	res, err := http.Get("http://" + r.w.listen + path)
	if err != nil {
		r.w.t.Fatal(err)
	}
	return read(r.w.t, res)
}

// hook posts what a customer of the other system says, signed as Standard Webhooks want it.
func (r *running) hook(id, body, key string) int {
	r.w.t.Helper()
	r.says("health, metrics and webhooks are served")
	status, err := r.w.post(id, body, key)
	if err != nil {
		r.w.t.Fatal(err)
	}
	return status
}

// post is hook for those who may find nobody there.
func (w *town) post(id, body, key string) (status int, err error) {
	req, err := w.signedWith(id, []byte(body), key)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, res.Body) // the status alone counts
	return res.StatusCode, res.Body.Close()
}

// signedWith signs a request with a key (https://www.standardwebhooks.com).
func (w *town) signedWith(id string, body []byte, key string) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodPost, "http://"+w.listen+"/hook/crm", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	sum := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(sum, "%s.%s.%s", id, at, body)
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", at)
	req.Header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(sum.Sum(nil)))
	return req, nil
}

func read(t *testing.T, res *http.Response) (int, string) {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// free is an address where nothing listens: below the ports that systems give to connections, or one of those could
// take it before it is used.
func free(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// await looks again and again until something holds, for a minute at most.
func await(t *testing.T, what string, holds func() bool, log ...fmt.Stringer) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited for nothing: %s\n%s", what, log)
		}
	}
}

// noSecrets looks for the secrets in everything that was said or kept.
func (w *town) noSecrets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	places := map[string]string{}
	for i, r := range w.said {
		places["output "+strconv.Itoa(i)] = r.String()
	}
	files, err := filepath.Glob(filepath.Join(w.dir, "*.db"))
	if err != nil {
		w.t.Error(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			w.t.Error(err)
		}
		places[f] = string(data)
	}
	for _, m := range w.slack.Messages(desk) {
		for _, x := range append(w.slack.Thread(desk, m.TS), m) {
			places["Slack"] += x.Text + string(x.Blocks) + string(x.Metadata)
		}
	}
	for where, text := range places {
		for _, secret := range []string{botToken, appToken, chatToken, "canary-4713", hookKey, base64.StdEncoding.EncodeToString([]byte(hookKey))} {
			if strings.Contains(text, secret) {
				w.t.Errorf("the secret %s stands in %s", secret, where)
			}
		}
	}
}
