package sim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters/telegram/sim"
)

// bubble runs a test on a sim in a bubble.
func bubble(t *testing.T, o sim.Options, f func(*testing.T, *sim.Sim, *bot)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := sim.New(o)
		f(t, s, newBot(t, s))
	})
}

func (b *bot) want(code int, text, method string, params map[string]any) answer {
	b.t.Helper()
	a := b.call(method, params)
	if a.Code != code || !strings.Contains(a.Text, text) {
		b.t.Errorf("%s %v: %d %q, want %d %q", method, params, a.Code, a.Text, code, text)
	}
	return a
}

func TestOffsets(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, b *bot) {
		jan := s.NewCustomer("Jan Example")
		for _, text := range []string{"a", "b", "c", "d"} {
			jan.Write(text)
		}
		if got := b.updates(map[string]any{"offset": 900000000}); len(got) != 4 {
			t.Errorf("an offset far in the future gave %d updates, want all from the head", len(got))
		}
		if got := b.updates(map[string]any{"limit": 2, "offset": 5}); len(got) != 2 || got[0].Message.Text != "a" {
			t.Errorf("limit 2: %+v", got)
		}
		if got := b.updates(map[string]any{"offset": -1}); len(got) != 1 || got[0].Message.Text != "d" {
			t.Errorf("offset -1: %+v", got)
		}
		if s.Pending() != 1 {
			t.Errorf("a negative offset left %d", s.Pending())
		}
		s.NextUpdateID(50)
		jan.Write("e")
		if got := b.updates(map[string]any{"offset": 1}); len(got) != 2 || got[1].ID != 50 {
			t.Errorf("after ids went down: %+v", got)
		}
	})
}

func TestTheSecondConsumerEndsTheFirst(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, _ *sim.Sim, b *bot) {
		first := make(chan answer, 1)
		go func() {
			a, _ := b.try("getUpdates", map[string]any{"timeout": 50})
			first <- a
		}()
		time.Sleep(time.Second)
		b.call("getUpdates", nil)
		if a := <-first; a.Code != 409 {
			t.Errorf("the first got %+v", a)
		}
	})
}

func TestLongPoll(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, b *bot) {
		began := time.Now()
		if got := b.updates(map[string]any{"timeout": 500}); len(got) != 0 || time.Since(began) != 50*time.Second {
			t.Errorf("%d updates after %v", len(got), time.Since(began))
		}
		jan := s.NewCustomer("Jan Example")
		time.AfterFunc(7*time.Second, func() { jan.Write("now") })
		began = time.Now()
		if got := b.updates(map[string]any{"timeout": 50}); len(got) != 1 || time.Since(began) != 7*time.Second {
			t.Errorf("%d updates after %v", len(got), time.Since(began))
		}
		time.Sleep(time.Minute)
		began = time.Now() // a client that polls in a tight loop is slowed down
		b.updates(map[string]any{"offset": 200000000, "timeout": 1})
		b.updates(map[string]any{"offset": 100000001 + 1, "timeout": 1})
		b.updates(map[string]any{"offset": 100000001 + 1, "timeout": 1})
		if d := time.Since(began); d != 4*time.Second {
			t.Errorf("three short polls took %v", d)
		}
	})
}

func TestUpdatesExpireAndKindsAreRemembered(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, b *bot) {
		jan := s.NewCustomer("Jan Example")
		id := jan.Write("old")
		time.Sleep(24*time.Hour + time.Second)
		if got := b.updates(nil); len(got) != 0 {
			t.Errorf("%d updates are older than a day", len(got))
		}
		jan.React(id, "👍")
		if s.Pending() != 0 {
			t.Error("reactions are not among the default kinds")
		}
		b.call("getUpdates", map[string]any{"allowed_updates": []string{"message_reaction"}, "offset": 1})
		b.call("getUpdates", map[string]any{"offset": 2})
		jan.Write("x")
		jan.React(id, "")
		if s.Pending() != 1 {
			t.Errorf("%d pending, want the reaction alone", s.Pending())
		}
	})
}

func TestPrivacyMode(t *testing.T) {
	for _, c := range []struct {
		name string
		o    sim.Options
		g    sim.GroupOptions
		want int
	}{
		{"on", sim.Options{}, sim.GroupOptions{}, 2},
		{"off", sim.Options{ReadsGroups: true}, sim.GroupOptions{}, 4},
		{"administrator", sim.Options{}, sim.GroupOptions{Admin: true}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.o, func(t *testing.T, s *sim.Sim, b *bot) {
				g := s.NewGroup("Group", c.g)
				jan := s.NewCustomer("Jan Example")
				jan.Write("talk", sim.In(g))
				jan.Write("hey @example_bot", sim.In(g))
				jan.Write("/help", sim.In(g))
				b.call("sendMessage", map[string]any{"chat_id": g.ChatID(), "text": "yes?"})
				all := g.Messages()
				jan.Write("thanks", sim.In(g), sim.ReplyTo(all[len(all)-1].MessageID))
				if s.Pending() != c.want {
					t.Errorf("%d updates, want %d", s.Pending(), c.want)
				}
			})
		})
	}
}

func TestWhatTheServerRefuses(t *testing.T) {
	bubble(t, sim.Options{}, func(_ *testing.T, s *sim.Sim, b *bot) {
		jan, eva := s.NewCustomer("Jan Example"), s.NewCustomer("Eva Example")
		jan.Start()
		to := func(more ...any) map[string]any {
			m := map[string]any{"chat_id": jan.ChatID(), "text": "x"}
			for i := 0; i < len(more); i += 2 {
				m[more[i].(string)] = more[i+1]
			}
			return m
		}
		b.want(403, "can't initiate conversation", "sendMessage", map[string]any{"chat_id": eva.ChatID(), "text": "x"})
		b.want(400, "chat not found", "sendMessage", map[string]any{"chat_id": 5, "text": "x"})
		b.want(400, "chat_id is empty", "sendMessage", map[string]any{"text": "x"})
		b.want(400, "text is empty", "sendMessage", to("text", " \n "))
		b.want(0, "", "sendMessage", to("text", strings.Repeat("é", 4096)))
		b.want(400, "message is too long", "sendMessage", to("text", strings.Repeat("👍", 2049)))
		b.want(0, "", "sendMessage", to("text", "<b>"+strings.Repeat("x", 4096)+"</b>", "parse_mode", "HTML"))
		b.want(400, "can't parse entities", "sendMessage", to("text", "<b>x", "parse_mode", "HTML"))
		b.want(400, "Unsupported start tag", "sendMessage", to("text", "<blink>x</blink>", "parse_mode", "HTML"))
		b.want(400, "ends after the end", "sendMessage", to("entities", []map[string]any{{"type": "bold", "offset": 0, "length": 2}}))
		b.want(400, "Unsupported type", "sendMessage", to("entities", []map[string]any{{"type": "big", "offset": 0, "length": 1}}))
		b.want(400, "reply parameters", "sendMessage", to("reply_parameters", "no"))
		b.want(400, "replied not found", "sendMessage", to("reply_parameters", map[string]any{"message_id": 99}))
		b.want(0, "", "sendMessage", to("reply_parameters", map[string]any{"message_id": 99, "allow_sending_without_reply": true}))
		b.want(400, "thread not found", "sendMessage", to("message_thread_id", 4))
		b.want(400, "caption is too long", "sendDocument", to("document", "x", "caption", strings.Repeat("x", 1025)))
		b.want(400, "wrong file identifier", "sendDocument", to("document", "x"))
		b.want(400, "there is no photo", "sendPhoto", to())
		b.want(400, "wrong number of messages", "sendMediaGroup", to("media", []map[string]any{{"type": "photo", "media": "x"}}))
		b.want(400, "can't be mixed", "sendMediaGroup", to("media", []map[string]any{{"type": "photo", "media": "x"}, {"type": "document", "media": "x"}}))
		b.want(400, "can't be edited", "editMessageText", to("message_id", 1))
		b.want(400, "to edit not found", "editMessageText", to("message_id", 99))
		b.want(400, "to delete not found", "deleteMessage", to("message_id", 99))
		b.want(404, "Not Found", "sendNothing", to())
		jan.Block()
		b.want(403, "bot was blocked by the user", "sendMessage", to())
		jan.Unblock()
		jan.Leave()
		b.want(403, "user is deactivated", "sendMessage", to())
		s.Revoke(true)
		b.want(401, "Unauthorized", "getMe", nil)
	})
}

func TestAGroupThatMoved(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, b *bot) {
		g := s.NewGroup("Group", sim.GroupOptions{Basic: true})
		up := g.Upgrade(s.NewCustomer("Jan Example"))
		if a := b.call("sendMessage", map[string]any{"chat_id": g.ChatID(), "text": "x"}); a.Params.MigrateTo != up.ChatID() {
			t.Errorf("got %+v, want %d", a, up.ChatID())
		}
	})
}

func TestFaultsAreUsedUpInOrder(t *testing.T) {
	bubble(t, sim.Options{}, func(t *testing.T, s *sim.Sim, b *bot) {
		jan := s.NewCustomer("Jan Example")
		jan.Start()
		send := func() (answer, error) {
			return b.try("sendMessage", map[string]any{"chat_id": jan.ChatID(), "text": "x"})
		}
		s.Fail(sim.Rule{Method: "sendMessage", Fault: sim.TooMany, RetryAfter: 3, Times: 2})
		s.Fail(sim.Rule{Method: "sendMessage", Fault: sim.DropAfter})
		s.Fail(sim.Rule{Fault: sim.Internal})
		for range 2 {
			if a, _ := send(); a.Code != 429 || a.Params.RetryAfter != 3 {
				t.Errorf("got %+v", a)
			}
		}
		if _, err := send(); err == nil {
			t.Error("an answer came over a dropped connection")
		}
		if a, _ := send(); a.Code != 500 {
			t.Errorf("got %+v", a)
		}
		if a, _ := send(); !a.OK {
			t.Errorf("got %+v", a)
		}
		if n := len(jan.Messages()); n != 3 {
			t.Errorf("the phone shows %d messages, want Start, the lost and the last", n)
		}
		s.Slow(5 * time.Second)
		began := time.Now()
		b.call("getMe", nil)
		if d := time.Since(began); d != 5*time.Second {
			t.Errorf("slow took %v", d)
		}
		s.Heal()
	})
}

func TestEveryWayToSendParameters(t *testing.T) {
	s := sim.New(sim.Options{})
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	jan := s.NewCustomer("Jan Example")
	jan.Start()
	at := server.URL + "/telegram/bot" + s.Token() + "/"
	chat := jsonOf(jan.ChatID())

	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("chat_id", chat)
	_ = w.WriteField("caption", "multi")
	part, _ := w.CreateFormFile("document", "a.txt")
	_, _ = io.WriteString(part, "content")
	_ = w.Close()
	for _, c := range []struct{ name, method, kind, body string }{
		{"query", "sendMessage?chat_id=" + chat + "&text=query", "", ""},
		{"urlencoded", "sendMessage", "application/x-www-form-urlencoded", url.Values{"chat_id": {chat}, "text": {"form"}}.Encode()},
		{"json", "sendMessage", "application/json; charset=utf-8", `{"chat_id":` + chat + `,"text":"json","reply_markup":null}`},
		{"multipart", "sendDocument", w.FormDataContentType(), form.String()},
	} {
		res, err := http.Post(at+c.method, c.kind, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 200 {
			t.Errorf("%s: %s", c.name, res.Status)
		}
		_ = res.Body.Close()
	}
	var got []string
	for _, m := range jan.Messages()[1:] {
		got = append(got, m.Text+m.Caption)
	}
	if strings.Join(got, " ") != "query form json multi" {
		t.Errorf("got %v", got)
	}
	last := jan.Messages()[4]
	content, name, ok := s.File(last.Document.FileID)
	if string(content) != "content" || name != "a.txt" || !ok {
		t.Errorf("the file is %q %q", content, name)
	}
	// A broken upload is no call.
	for _, body := range []string{form.String()[:form.Len()-20], ""} {
		res, err := http.Post(at+"sendDocument", w.FormDataContentType(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 400 {
			t.Errorf("half an upload: %s", res.Status)
		}
	}
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// receiver is a bot's webhook whose first delivery fails.
type receiver struct {
	mu     sync.Mutex
	failed bool
	got    []string
	done   chan bool // closed at the third
}

func (h *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.failed {
		h.failed = true
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var u update
	_ = json.Unmarshal(body, &u)
	h.got = append(h.got, r.Header.Get(sim.WebhookSecret)+":"+u.Message.Text)
	if len(h.got) == 3 {
		close(h.done)
	}
}

// TestWebhook is outside of a bubble: its deliveries go over loopback.
func TestWebhook(t *testing.T) {
	s := sim.New(sim.Options{})
	defer s.Close()
	api := httptest.NewServer(s)
	defer api.Close()
	h := &receiver{done: make(chan bool)}
	hook := httptest.NewServer(h)
	defer hook.Close()
	call := func(method, params string) string {
		res, err := http.Post(api.URL+"/bot"+s.Token()+"/"+method, "application/json", strings.NewReader(params))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return string(body)
	}
	for params, want := range map[string]string{
		`{"url":"http://192.0.2.1/hook"}`: "this machine only", `{"url":"nothing"}`: "invalid URL",
		`{"url":"` + hook.URL + `","secret_token":"no spaces"}`: "unallowed characters",
	} {
		if a := call("setWebhook", params); !strings.Contains(a, want) {
			t.Errorf("setWebhook %s: %s", params, a)
		}
	}
	call("setWebhook", `{"url":"`+hook.URL+`","secret_token":"shh"}`)
	if a := call("getUpdates", `{}`); !strings.Contains(a, "webhook is active") {
		t.Errorf("getUpdates beside a webhook: %s", a)
	}
	jan := s.NewCustomer("Jan Example")
	for _, text := range []string{"a", "b", "c"} {
		jan.Write(text)
	}
	<-h.done
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.Join(h.got, " ") != "shh:a shh:b shh:c" {
		t.Errorf("got %v", h.got)
	}
	if a := call("getWebhookInfo", `{}`); !strings.Contains(a, "500") {
		t.Errorf("getWebhookInfo does not tell of the failure: %s", a)
	}
	call("deleteWebhook", `{}`)
	if a := call("getUpdates", `{}`); !strings.Contains(a, `"ok":true`) {
		t.Errorf("getUpdates afterwards: %s", a)
	}
}
