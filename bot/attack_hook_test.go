package bot_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters/slack"
	webhooksim "webcare/adapters/webhook/sim"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/store"
)

// records is how many records the data file has, of whatever kind.
func (w *world) records() int {
	w.t.Helper()
	report, err := w.life.db.Verify(w.t.Context())
	if err != nil || len(report.Problems) > 0 {
		w.t.Fatalf("the data file: %v %q", err, report.Problems)
	}
	return report.Total()
}

// knock makes a request of the port that webcare opens to the outside, and gives the answer.
func (w *world) knock(method, path string, header http.Header, body []byte) (int, string) {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header = header
	answer := httptest.NewRecorder()
	w.life.bot.Handler(nil).ServeHTTP(answer, r)
	return answer.Code, answer.Body.String()
}

// forgery is a signed request of the other side that somebody tampered with.
type forgery struct {
	http.Header
	body []byte
}

// mac is an HMAC by the key of the account crm.
func mac(of string) []byte {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(hookSecret, "whsec_"))
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(of))
	return sum.Sum(nil)
}

// forgeries are the ways to tamper with a request that was signed now, as msg_1. None of them knows the secret but those
// that sign something else with it.
func forgeries(now time.Time, sign func(secret, id string, at time.Time, body []byte) http.Header) map[string]func(*forgery) {
	b64 := base64.StdEncoding.EncodeToString
	set := func(key, value string) func(*forgery) { return func(f *forgery) { f.Set(key, value) } }
	signature := func(change func(string) string) func(*forgery) {
		return func(f *forgery) { f.Set("webhook-signature", change(f.Get("webhook-signature"))) }
	}
	as := func(secret, id string, at time.Time) func(*forgery) {
		return func(f *forgery) { f.Header = sign(secret, id, at, f.body) }
	}
	instead := func(key, value string) func(*forgery) {
		return func(f *forgery) { f.Del("webhook-signature"); f.Set(key, value) }
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	return map[string]func(*forgery){
		"no headers":                func(f *forgery) { f.Header = http.Header{} },
		"no signature":              func(f *forgery) { f.Del("webhook-signature") },
		"an empty signature":        set("webhook-signature", ""),
		"a signature of nothing":    set("webhook-signature", "v1,"),
		"no id":                     func(f *forgery) { f.Del("webhook-id") },
		"no time":                   func(f *forgery) { f.Del("webhook-timestamp") },
		"a time that is none":       set("webhook-timestamp", "now"),
		"a time with a fraction":    set("webhook-timestamp", stamp+".0"),
		"a time that overflows":     set("webhook-timestamp", "99999999999999999999"),
		"a negative time":           set("webhook-timestamp", "-"+stamp),
		"a second later":            set("webhook-timestamp", strconv.FormatInt(now.Unix()+1, 10)),
		"six minutes old":           as(hookSecret, "msg_1", now.Add(-6*time.Minute)),
		"six minutes early":         as(hookSecret, "msg_1", now.Add(6*time.Minute)),
		"of the year 1970":          as(hookSecret, "msg_1", time.Unix(0, 0)),
		"another secret":            as("whsec_c29tZWJvZHktc29tZWJvZHktc29tZWJvZHk=", "msg_1", now),
		"an empty secret":           as("whsec_", "msg_1", now),
		"another id":                set("webhook-id", "msg_2"),
		"another version":           signature(func(s string) string { return strings.Replace(s, "v1,", "v2,", 1) }),
		"the version of other keys": signature(func(s string) string { return strings.Replace(s, "v1,", "v1a,", 1) }),
		"no version":                signature(func(s string) string { return strings.TrimPrefix(s, "v1,") }),
		"a signature cut short":     signature(func(s string) string { return s[:len(s)-4] }),
		"a signature of 0 bytes":    signature(func(string) string { return "v1," + b64(make([]byte, sha256.Size)) }),
		"a signature in hexadecimals": signature(func(s string) string {
			raw, _ := base64.StdEncoding.DecodeString(s[len("v1,"):])
			return "v1," + hex.EncodeToString(raw)
		}),
		"one bit of the signature": signature(func(s string) string {
			raw, _ := base64.StdEncoding.DecodeString(s[len("v1,"):])
			raw[7] ^= 1
			return "v1," + b64(raw)
		}),
		"signed without id and time": func(f *forgery) { f.Set("webhook-signature", "v1,"+b64(mac(string(f.body)))) },
		"signed by SHA-1": func(f *forgery) {
			sum := hmac.New(sha1.New, []byte(hookSecret))
			sum.Write(f.body)
			f.Set("webhook-signature", "v1,"+b64(sum.Sum(nil)))
		},
		"signed as Meta does": func(f *forgery) { instead("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(string(f.body))))(f) },
		"signed as Slack does": func(f *forgery) {
			instead("X-Slack-Signature", "v0="+hex.EncodeToString(mac("v0:"+stamp+":"+string(f.body))))(f)
		},
		"a token as of Telegram": instead("X-Telegram-Bot-Api-Secret-Token", hookSecret),
		"the secret itself":      instead("Authorization", "Bearer "+hookSecret),
		"another body":           func(f *forgery) { f.body = bytes.Replace(f.body, []byte("Hallo"), []byte("Doei!"), 1) },
		"the body written again": func(f *forgery) { f.body = bytes.Replace(f.body, []byte(","), []byte(", "), 1) },
		"a longer body":          func(f *forgery) { f.body = append(f.body, ' ') },
		"half of the body":       func(f *forgery) { f.body = f.body[:len(f.body)/2] },
		"no body":                func(f *forgery) { f.body = nil },
		"the time is moved into the id": func(f *forgery) {
			f.Set("webhook-id", "msg_1."+stamp)
			f.Set("webhook-timestamp", stamp)
		},
	}
}

// TestAttackForgedWebhooks: what the other side has not signed, now and over these very bytes, is answered 401 and leaves
// no record; what it has signed is one record however often it comes.
func TestAttackForgedWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start()
		time.Sleep(time.Minute)
		now := time.Now()
		body, err := json.Marshal(map[string]string{"conversation": "c-1", "id": "m-1", "name": "Piet", "text": "Hallo, waar is het?"})
		if err != nil {
			t.Fatal(err)
		}
		sign := func(secret, id string, at time.Time, body []byte) http.Header {
			s, err := webhooksim.New(secret)
			if err != nil {
				t.Fatal(err)
			}
			return s.Headers(id, at, body)
		}
		before := w.records()
		all := forgeries(now, sign)
		if len(all) < 20 {
			t.Errorf("only %d forgeries", len(all))
		}
		for name, tamper := range all {
			f := &forgery{sign(hookSecret, "msg_1", now, body), bytes.Clone(body)}
			tamper(f)
			code, text := w.knock(http.MethodPost, "/hook/crm", f.Header, f.body)
			if code != http.StatusUnauthorized || strings.Contains(text, hookSecret[6:]) {
				t.Errorf("%s: %d %s", name, code, text)
			}
			if n := w.records(); n != before {
				t.Fatalf("%s: %d records, and %d before", name, n, before)
			}
		}

		var once, again int
		for round, count := range []*int{&once, &again} {
			var group sync.WaitGroup
			for range 500 {
				group.Go(func() {
					if code, text := w.knock(http.MethodPost, "/hook/crm", sign(hookSecret, "msg_1", now, body), body); code != http.StatusOK {
						t.Errorf("the request itself, round %d: %d %s", round+1, code, text)
					}
				})
			}
			group.Wait()
			time.Sleep(time.Minute)
			*count = w.records()
		}
		if again != once || once == before {
			t.Errorf("%d records, %d after 500 of the same request and %d after 1000", before, once, again)
		}
		if posts := w.slack.Messages(deskChannel); len(posts) != 1 || len(w.slack.Thread(deskChannel, posts[0].TS)) != 1 {
			t.Errorf("%d posts in the channel, want one card and nothing below it", len(posts))
		}
		time.Sleep(4 * time.Minute)
		if code, _ := w.knock(http.MethodPost, "/hook/crm", sign(hookSecret, "msg_1", now, body), body); code != http.StatusUnauthorized {
			t.Errorf("a recorded request, six minutes later: %d", code)
		}
	})
}

// TestAttackHugeNames: who is called by as many bytes as fit into a request costs no more, whenever they are shown, than
// others do; what they wrote is there all the same.
func TestAttackHugeNames(t *testing.T) {
	t.Parallel()
	const people = 20
	bubble(t, 1, func(t *testing.T, w *world, _ *town) {
		huge := strings.Repeat("Reus ", 50_000)
		for n := range people {
			id := fmt.Sprint("huge-", n)
			r, err := w.crm.Request(t.Context(), "http://webcare.test/hook/crm", id, map[string]string{
				"conversation": id, "id": id, "text": "vraag " + id, "name": huge, "link": "https://crm.test/" + huge[:200_000], "language": huge[:200_000],
			})
			if err != nil {
				t.Fatal(err)
			}
			if code, text := w.knock(r.Method, r.URL.Path, r.Header, bodyOf(t, r)); code != http.StatusOK {
				t.Fatal(code, text)
			}
		}
		time.Sleep(time.Minute)
		seen := 0
		for _, m := range w.slack.Messages(deskChannel) {
			if strings.Contains(plain(m), "vraag huge-") && strings.HasPrefix(plain(m), "Reus Reus") {
				seen++
			}
		}
		if seen != people {
			t.Errorf("%d of %d are shown", seen, people)
		}
		err := w.life.db.View(t.Context(), func(tx store.Tx) error {
			for q, err := range tx.Queue(conversation.Waiting) {
				if err != nil {
					return err
				}
				c, err := tx.Conversation(q.ID)
				if err != nil {
					return err
				}
				for _, kept := range []string{c.Customer.Name, c.Customer.Language, c.Link} {
					if len(kept) > 5000 {
						t.Errorf("%d bytes are kept of %.20q", len(kept), kept)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestAttackForgedSlackEvents: Slack speaks to webcare by the connections that webcare opened, so nothing that comes to
// its port is taken for Slack's, however it looks.
func TestAttackForgedSlackEvents(t *testing.T) {
	for _, l := range []*language.Language{language.English, language.Dutch} {
		manifest := string(slack.Manifest(l))
		if strings.Contains(manifest, "request_url") || !strings.Contains(manifest, `"socket_mode_enabled": true`) {
			t.Errorf("the app asks Slack to come to a port:\n%s", manifest)
		}
	}
	onTheLine(t, 0, func(t *testing.T, l *line) {
		event := fmt.Sprintf(`{"type":"event_callback","team_id":"T0SIM","event_id":"Ev1","event":{"type":"message","channel":%q,"user":"U0SANNE01","ts":"%d.000100","thread_ts":%q,"text":"Het geld is onderweg"}}`,
			deskChannel, time.Now().Unix(), l.thread)
		press := fmt.Sprintf(`{"type":"block_actions","team":{"id":"T0SIM"},"user":{"id":"U0SANNE01"},"channel":{"id":%q},"message":{"ts":%q},"actions":[{"action_id":"done","value":"done"}]}`, deskChannel, l.thread)
		before, phone := l.records(), l.phone()
		for _, path := range []string{
			"/", "/slack", "/slack/events", "/slack/actions", "/slack/commands", "/slack/install", "/events", "/api/events", "/api/chat.postMessage", "/link/",
			"/hook", "/hook/", "/hook/slack", "/hook/desk", "/hook/acme", "/hook/crm", "/hook/crm/", "/queue", "/queue/retry", "/backup", "/explain", "/healthz", "/readyz",
		} {
			for name, body := range map[string]string{
				"a challenge":                `{"type":"url_verification","challenge":"3eZbrw1aB"}`,
				"a message":                  event,
				"a pressed button":           url.Values{"payload": {press}}.Encode(),
				"a command":                  url.Values{"command": {"/webcare"}, "user_id": {"U0SANNE01"}, "team_id": {"T0SIM"}, "response_url": {"http://canary.test/"}}.Encode(),
				"what the command line asks": url.Values{"to": {l.dir + "/stolen.db"}, "job": {"1.1.1"}, "thread": {l.thread}}.Encode(),
			} {
				header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Slack-Request-Timestamp": {strconv.FormatInt(time.Now().Unix(), 10)}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac(body))}}
				code, text := l.knock(http.MethodPost, path, header, []byte(body))
				if code < 400 || code >= 500 || strings.Contains(text, "3eZbrw1aB") {
					t.Errorf("%s at %s: %d %s", name, path, code, text)
				}
			}
		}
		l.rest(pace)
		if n := l.records(); n != before {
			t.Errorf("%d records, and %d before", n, before)
		}
		if now := l.phone(); len(now) != len(phone) {
			t.Errorf("the customer has %q", now)
		}
	})
}
