package bot_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	slacksim "webcare/adapters/slack/sim"
	"webcare/bot"
	"webcare/store"
	"webcare/store/bolt"
)

// ask makes a request of a handler.
func ask(t *testing.T, h http.Handler, method, target string, form url.Values) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestHealthPages(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		h := w.life.bot.Handler(prometheus.NewRegistry())
		page := func(method, path string) (int, string) { return ask(t, h, method, path, nil) }
		for _, x := range []struct {
			method, path string
			code         int
			body         string
		}{
			{"GET", "/healthz", 200, "ok\n"},
			{"GET", "/readyz", 200, `{"ready":true,"trouble":null}` + "\n"},
			{"GET", "/metrics", 200, ""},
			{"POST", "/healthz", 405, ""},
			{"POST", "/queue", 404, ""},
			{"GET", "/hook/acme", 404, ""},
		} {
			if code, body := page(x.method, x.path); code != x.code || x.body != "" && body != x.body {
				t.Errorf("%s %s: %d %q", x.method, x.path, code, body)
			}
		}
		if code, _ := ask(t, w.life.bot.Handler(nil), "GET", "/metrics", nil); code != 404 {
			t.Errorf("metrics without a registry: %d", code)
		}
		w.telegram.Revoke(true)
		time.Sleep(2 * time.Minute)
		code, body := page("GET", "/readyz")
		if code != 503 || !strings.Contains(body, `"acme: `) || strings.Contains(body, w.telegram.Token()) {
			t.Errorf("with a dead token: %d %s", code, body)
		}
		if code, _ := page("GET", "/healthz"); code != 200 {
			t.Errorf("the process lives, and says %d", code)
		}
		w.telegram.Revoke(false)
		time.Sleep(2 * time.Minute)
		if code, body := page("GET", "/readyz"); code != 200 {
			t.Errorf("after the token was good again: %d %s", code, body)
		}
	})
}

// Trouble is told at the desk when it has lasted for five minutes, once, and so is its end; shorter trouble is not.
func TestTroubleThatLasts(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		told := func() (out []string) {
			for _, m := range w.slack.Messages(deskChannel) {
				if cardOf(m) < 0 {
					line, _, _ := strings.Cut(strings.TrimSpace(plain(m)), ":")
					out = append(out, line)
				}
			}
			return out
		}
		outage := func(d time.Duration) {
			w.telegram.Revoke(true)
			time.Sleep(d)
			w.telegram.Revoke(false)
			time.Sleep(2 * time.Minute)
		}
		outage(4 * time.Minute)
		if got := told(); len(got) > 0 {
			t.Errorf("after four minutes: %q", got)
		}
		want := []string{"🚨 webcare cannot hear acme at the moment", "webcare hears acme again."}
		outage(time.Hour)
		if got := told(); !slices.Equal(got, want) {
			t.Errorf("after an hour: %q", got)
		}
		outage(time.Hour)
		if got := told(); !slices.Equal(got, append(want, want...)) {
			t.Errorf("after another hour: %q", got)
		}
	})
}

// queue reads `webcare queue list`.
func queue(t *testing.T, w *world) (out []bot.Stuck) {
	t.Helper()
	code, body := ask(t, w.life.bot.Control(), "POST", "/queue", nil)
	if err := json.Unmarshal([]byte(body), &out); code != 200 || err != nil {
		t.Fatalf("%d %s: %v", code, body, err)
	}
	return out
}

func TestQueue(t *testing.T) {
	for name, c := range map[string]struct {
		fault  string
		state  string
		act    string
		marked string
		times  int
	}{
		"refused, tried again":   {"refuse", "refused", "retry", "✅", 1},
		"refused, dropped":       {"refuse", "refused", "drop", "⚠️", 0},
		"uncertain, sent again":  {"drop after", "maybe", "retry", "✅", 2},
		"uncertain, not arrived": {"drop before", "maybe", "retry", "✅", 1},
		"uncertain, dropped":     {"drop after", "maybe", "drop", "❓", 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, people *town) {
				people.write(0)
				time.Sleep(time.Second)
				rule := telegramRule("sendMessage", c.fault, 1)
				rule.Code, rule.Text = 400, "Bad Request: it is not liked"
				w.telegram.Fail(rule)
				people.answer(0, people.roots()[0][0])
				time.Sleep(5 * time.Second)
				all := queue(t, w)
				if len(all) != 1 || all[0].State != c.state || all[0].What != "send" || all[0].Why == "" {
					t.Fatalf("the queue is %+v", all)
				}
				job := url.Values{"job": {all[0].Job}}
				if code, body := ask(t, w.life.bot.Control(), "POST", "/queue/"+c.act, job); code != 200 {
					t.Errorf("%d %s", code, body)
				}
				time.Sleep(5 * time.Second)
				if all := queue(t, w); len(all) > 0 {
					t.Errorf("still in the queue: %+v", all)
				}
				if code, body := ask(t, w.life.bot.Control(), "POST", "/queue/"+c.act, job); code != 409 || !strings.Contains(body, "stuck") {
					t.Errorf("a second time: %d %s", code, body)
				}
				if m := staffMessages(w, people)[0]; !slices.Equal(marks(m), []string{c.marked}) {
					t.Errorf("marked %v, want %s", marks(m), c.marked)
				}
				if got := strings.Count(phone(people, 0), "a000x0000"); got != c.times {
					t.Errorf("the customer has it %d times, want %d", got, c.times)
				}
			})
		})
	}
}

// phone is all that the bot said to a customer.
func phone(c *town, i int) string {
	var all []string
	for _, m := range c.people[i].Messages() {
		if m.ByBot {
			all = append(all, m.Text)
		}
	}
	return strings.Join(all, "\n")
}

// A post that Slack refused can be tried again or dropped, too.
func TestQueueOfPosts(t *testing.T) {
	for act, want := range map[string]int{"retry": 2, "drop": 1} {
		t.Run(act, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, c *town) {
				c.write(0)
				time.Sleep(2 * time.Second)
				w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Refuse, Code: "invalid_blocks"})
				c.write(0)
				time.Sleep(2 * time.Second)
				all := queue(t, w)
				if len(all) != 1 || all[0].What != "show" {
					t.Fatalf("the queue is %+v", all)
				}
				if code, body := ask(t, w.life.bot.Control(), "POST", "/queue/"+act, url.Values{"job": {all[0].Job}}); code != 200 {
					t.Errorf("%d %s", code, body)
				}
				time.Sleep(2 * time.Second)
				if n := c.shown(); n != want || len(queue(t, w)) > 0 {
					t.Errorf("%d messages are shown, want %d; the queue is %+v", n, want, queue(t, w))
				}
			})
		})
	}
}

func TestQueueSaysWhatIsWrong(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, _ *town) {
		for _, job := range []string{"", "x", "desk.1", "desk.x.0", "desk.1.x", "desk.1.0"} {
			if code, body := ask(t, w.life.bot.Control(), "POST", "/queue/retry", url.Values{"job": {job}}); code != 409 || !strings.Contains(body, "webcare queue list") {
				t.Errorf("%q: %d %s", job, code, body)
			}
		}
		if code, _ := ask(t, w.life.bot.Control(), "GET", "/queue", nil); code != 405 {
			t.Errorf("GET: %d", code)
		}
	})
}

// The store looks at itself while the bot works. One that cannot says so.
func TestVerify(t *testing.T) {
	bubble(t, 2, func(t *testing.T, w *world, c *town) {
		c.write(0)
		c.write(1)
		time.Sleep(5 * time.Second)
		code, body := ask(t, w.life.bot.Control(), "POST", "/verify", nil)
		var r store.Report
		if err := json.Unmarshal([]byte(body), &r); err != nil || code != 200 || r.Records["conversation"] != 2 || len(r.Problems)+len(r.Contradictions) > 0 || r.Pages {
			t.Errorf("%d %s: %v", code, body, err)
		}
		w.end()
		w.disk = func(s store.Store) store.Store { return &frail{Store: s, file: w.db} }
		w.start()
		if code, body := ask(t, w.life.bot.Control(), "POST", "/verify", nil); code != 409 || !strings.Contains(body, "this store cannot look at itself") {
			t.Errorf("%d %s", code, body)
		}
	})
}

// A backup made while the bot runs is a whole store.
func TestBackup(t *testing.T) {
	bubble(t, 3, func(t *testing.T, w *world, c *town) {
		for i := range 3 {
			c.write(i)
		}
		time.Sleep(5 * time.Second)
		to := filepath.Join(t.TempDir(), "copy.db")
		code, body := ask(t, w.life.bot.Control(), "POST", "/backup", url.Values{"to": {to}})
		lines := strings.Split(strings.TrimSpace(body), "\n")
		var end bot.Copied
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || code != 200 || end.Error != "" || end.Bytes == 0 {
			t.Fatalf("%d %s: %v", code, body, err)
		}
		if _, body := ask(t, w.life.bot.Control(), "POST", "/backup", url.Values{"to": {to}}); !strings.Contains(body, `"Error"`) {
			t.Errorf("over a file that is there: %s", body)
		}
		db, err := bolt.Open(to, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if wrong := unsound(db); len(wrong) > 0 {
			t.Errorf("the copy is wrong: %q", wrong)
		}
		n := 0
		err = db.View(context.Background(), func(tx store.Tx) error {
			for range tx.Open(time.Now().Add(time.Hour)) {
				n++
			}
			return nil
		})
		if err != nil || n != 3 {
			t.Errorf("%d conversations in the copy, want 3; %v", n, err)
		}
	})
}

// What somebody unknown wrote waits for Slack to say who it is, and what others write behind it waits too; other
// threads do not.
func TestParkedOrder(t *testing.T) {
	bubble(t, 2, func(t *testing.T, w *world, c *town) {
		for i := range 2 {
			c.write(i)
		}
		time.Sleep(10 * time.Minute) // long enough for everybody to be forgotten
		say := func(user string, i int, text string) {
			if _, err := w.slack.Say(slacksim.Saying{User: user, Channel: deskChannel, ThreadTS: c.roots()[i][0], Text: text}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		say("U0BRAM001", 0, "first")
		time.Sleep(20 * time.Second) // or the next one would ask, because somebody else has just answered
		w.slack.Fail(slacksim.Fault{Method: "users.info", Kind: slacksim.ServerError, Times: -1})
		say("U0SANNE01", 0, "second")
		say("U0BRAM001", 0, "third")
		say("U0BRAM001", 1, "elsewhere")
		if got := phone(c, 0); got != "first\n— Bram" {
			t.Errorf("the customer has %q", got)
		}
		if got := phone(c, 1); got != "elsewhere\n— Bram" {
			t.Errorf("the other customer has %q", got)
		}
		w.slack.Heal()
		time.Sleep(20 * time.Second)
		if got := phone(c, 0); got != "first\n— Bram\nsecond\n— Sanne" {
			t.Errorf("the customer has %q", got)
		}
		for _, m := range w.slack.Thread(deskChannel, c.roots()[0][0]) {
			if id := buttonID(m, "Send anyway"); id != "" {
				if err := w.slack.Press("U0BRAM001", deskChannel, m.TS, id); err != nil {
					t.Fatal(err)
				}
			}
		}
		time.Sleep(20 * time.Second)
		if got := phone(c, 0); got != "first\n— Bram\nsecond\n— Sanne\nthird" {
			t.Errorf("in the end the customer has %q", got)
		}
		for _, m := range w.slack.Thread(deskChannel, c.roots()[0][0]) {
			if m.User != "" && strings.HasPrefix(m.User, "U0S") && m.User != "U0SIM" && !slices.Equal(marks(m), []string{"✅"}) {
				t.Errorf("%q is marked %v", plain(m), marks(m))
			}
		}
	})
}

// People who talk in the desk channel about something else are left alone, and cost nothing in the long run.
func TestOtherThreadsAreForgotten(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		root, err := w.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, Text: "lunch?"})
		if err != nil {
			t.Fatal(err)
		}
		ts, err := w.slack.Say(slacksim.Saying{User: "U0BRAM001", Channel: deskChannel, ThreadTS: root, Text: "yes"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		before := commits(t, w.db)
		time.Sleep(5 * time.Minute)
		if n := commits(t, w.db) - before; n > 2 {
			t.Errorf("%d commits while a thread that is not ours waited for five minutes", n)
		}
		time.Sleep(10 * time.Minute)
		var left int
		err = w.life.db.View(context.Background(), func(tx store.Tx) error {
			for range tx.Parked() {
				left++
			}
			return nil
		})
		if err != nil || left > 0 {
			t.Errorf("%d events are parked, %v", left, err)
		}
		m, _ := w.slack.Message(deskChannel, ts)
		if got := marks(m); len(got) > 0 {
			t.Errorf("marked %v", got)
		}
	})
}
