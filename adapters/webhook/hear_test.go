package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/webhook/sim"
	"webcare/bot/conversation"
)

const (
	newSecret = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktMDAwMQ=="
	oldSecret = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktMDAwMA=="
	strange   = "whsec_c29tZWJvZHktc29tZWJvZHktc29tZWJvZHk="
)

// shelf is an inbox that keeps each ID once.
type shelf struct {
	mu   sync.Mutex
	kept []adapters.Incoming
	fail error
}

func (s *shelf) Cursor(context.Context) (string, error) { return "", nil }
func (s *shelf) Trouble(error)                          {}

func (s *shelf) Deliver(_ context.Context, _ string, heard ...adapters.Incoming) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	for _, one := range heard {
		if len(s.kept) == 0 || s.kept[len(s.kept)-1].ID != one.ID {
			s.kept = append(s.kept, one)
		}
	}
	return nil
}

func newTestHook(t testing.TB, set *Settings) *hook {
	t.Helper()
	a, err := Kind().New("crm", set, adapters.Env{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*hook)
}

func sign(t testing.TB, secret, id string, at time.Time, body []byte) http.Header {
	t.Helper()
	s, err := sim.New(secret)
	if err != nil {
		t.Fatal(err)
	}
	return s.Headers(id, at, body)
}

func post(h http.Handler, header http.Header, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/hook/crm", bytes.NewReader(body))
	r.Header = header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const fine = `{"conversation":"c1","id":"m1","name":"Ann","text":"Hello"}`

// Nothing that is not signed by us, now, and over these very bytes gets in.
func TestSignatures(t *testing.T) {
	now := time.Now()
	edit := func(change func(http.Header)) http.Header {
		h := sign(t, newSecret, "msg_1", now, []byte(fine))
		change(h)
		return h
	}
	right := sign(t, newSecret, "msg_1", now, []byte(fine)).Get("webhook-signature")
	for _, row := range []struct {
		name   string
		header http.Header
		body   string
		status int
	}{
		{"right", edit(func(http.Header) {}), fine, 200},
		{"old secret", sign(t, oldSecret, "msg_1", now, []byte(fine)), fine, 200},
		{"four minutes old", sign(t, newSecret, "msg_1", now.Add(-4*time.Minute), []byte(fine)), fine, 200},
		{"four minutes early", sign(t, newSecret, "msg_1", now.Add(4*time.Minute), []byte(fine)), fine, 200},
		{"several signatures", edit(func(h http.Header) { h.Set("webhook-signature", "v2,xyz v1,abc "+right) }), fine, 200},
		{"no headers", http.Header{}, fine, 401},
		{"no signature", edit(func(h http.Header) { h.Del("webhook-signature") }), fine, 401},
		{"empty signature", edit(func(h http.Header) { h.Set("webhook-signature", "v1,") }), fine, 401},
		{"no id", edit(func(h http.Header) { h.Del("webhook-id") }), fine, 401},
		{"no timestamp", edit(func(h http.Header) { h.Del("webhook-timestamp") }), fine, 401},
		{"timestamp is no number", edit(func(h http.Header) { h.Set("webhook-timestamp", "now") }), fine, 401},
		{"timestamp overflows", edit(func(h http.Header) { h.Set("webhook-timestamp", "99999999999999999999") }), fine, 401},
		{"other secret", sign(t, strange, "msg_1", now, []byte(fine)), fine, 401},
		{"other version", edit(func(h http.Header) { h.Set("webhook-signature", strings.Replace(right, "v1,", "v2,", 1)) }), fine, 401},
		{"without version", edit(func(h http.Header) { h.Set("webhook-signature", strings.TrimPrefix(right, "v1,")) }), fine, 401},
		{"cut short", edit(func(h http.Header) { h.Set("webhook-signature", right[:len(right)-2]) }), fine, 401},
		{"six minutes old", sign(t, newSecret, "msg_1", now.Add(-6*time.Minute), []byte(fine)), fine, 401},
		{"six minutes early", sign(t, newSecret, "msg_1", now.Add(6*time.Minute), []byte(fine)), fine, 401},
		{"id changed", edit(func(h http.Header) { h.Set("webhook-id", "msg_2") }), fine, 401},
		{"timestamp changed", edit(func(h http.Header) { h.Set("webhook-timestamp", "1") }), fine, 401},
		{"body changed", edit(func(http.Header) {}), strings.Replace(fine, "Hello", "Hallo", 1), 401},
		{"body written again", edit(func(http.Header) {}), strings.Replace(fine, ",", ", ", 1), 401},
		{"body cut", edit(func(http.Header) {}), fine[:10], 401},
		{"no body", edit(func(http.Header) {}), "", 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := &shelf{}
			h := newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret), OldSecret: adapters.NewSecret(oldSecret)}).Handler(in)
			w := post(h, row.header, []byte(row.body))
			if w.Code != row.status {
				t.Errorf("status %d, want %d: %s", w.Code, row.status, w.Body)
			}
			if stored := len(in.kept) > 0; stored != (row.status == 200) {
				t.Errorf("stored: %v", stored)
			}
			if strings.Contains(w.Body.String(), "canary") || strings.Contains(w.Body.String(), newSecret[6:]) {
				t.Errorf("told a secret: %s", w.Body)
			}
		})
	}
}

func TestHears(t *testing.T) {
	now := time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC)
	then := time.Date(2030, 5, 6, 6, 0, 0, 0, time.UTC)
	text := func(s string) conversation.Message { return conversation.Message{Text: conversation.Plainly(s)} }
	ann := conversation.Customer{ID: "c1", Name: "Ann"}
	for _, row := range []struct {
		name, body, key string
		want            conversation.Event
		problem         string
	}{
		{"message", fine, "private:c1", conversation.Heard{ExternalID: "m1", At: now, Customer: ann, Message: text("Hello")}, ""},
		{
			"everything", `{"type":"message","conversation":"c1","id":"m1","name":"Ann","text":"Hello","language":"nl","link":"https://x.example/1","public":true,"at":"2030-05-06T06:00:00Z","files":[{"name":"a.png","url":"https://x.example/a"},{"name":"b","url":"u"}],"more":1}`,
			"public:c1",
			conversation.Heard{
				ExternalID: "m1", At: then, Customer: conversation.Customer{ID: "c1", Name: "Ann", Language: "nl"}, Public: true, Link: "https://x.example/1",
				Message: text("a.png https://x.example/a\nb u\nHello"),
			},
			"",
		},
		{"edited", `{"type":"edited","conversation":"c1","id":"m1","text":"Hallo"}`, "private:c1", conversation.Changed{ExternalID: "m1", At: now, Message: text("Hallo")}, ""},
		{"deleted", `{"type":"deleted","conversation":"c1","id":"m1"}`, "private:c1", conversation.Withdrawn{ExternalIDs: []string{"m1"}, At: now}, ""},
		{"a name with a prefix of ours", `{"conversation":"public:c1","id":"m1","text":"x"}`, "private:public:c1", conversation.Heard{
			ExternalID: "m1", At: now, Customer: conversation.Customer{ID: "public:c1"}, Message: text("x"),
		}, ""},
		{"no JSON", `hello`, "", nil, "invalid character"},
		{"cut", fine[:20], "", nil, "unexpected end"},
		{"array", `[]`, "", nil, "cannot unmarshal array"},
		{"nothing", `null`, "", nil, "conversation, id and text are needed"},
		{"number for text", `{"conversation":1,"id":"m1","text":"x"}`, "", nil, "cannot unmarshal number"},
		{"no conversation", `{"id":"m1","text":"x"}`, "", nil, "conversation, id and text are needed"},
		{"no id", `{"conversation":"c1","text":"x"}`, "", nil, "conversation, id and text are needed"},
		{"no text", `{"conversation":"c1","id":"m1"}`, "", nil, "conversation, id and text are needed"},
		{"long conversation", `{"conversation":"` + strings.Repeat("c", 257) + `","id":"m1","text":"x"}`, "", nil, "at most 256 bytes"},
		{"long id", `{"conversation":"c1","id":"` + strings.Repeat("m", 257) + `","text":"x"}`, "", nil, "at most 256 bytes"},
		{"bytes that are no text", "{\"conversation\":\"c\xff\",\"id\":\"m1\",\"text\":\"x\"}", "", nil, "bytes of UTF-8"},
		{"half of a character", `{"conversation":"c\ud83d","id":"m1","text":"x"}`, "", nil, "bytes of UTF-8"},
		{"an id of no text", "{\"conversation\":\"c\",\"id\":\"m\xfe\",\"text\":\"x\"}", "", nil, "bytes of UTF-8"},
		{"a text of no text", "{\"conversation\":\"c\",\"id\":\"m\",\"text\":\"x\xfe\"}", "private:c", conversation.Heard{
			ExternalID: "m", At: now, Customer: conversation.Customer{ID: "c"}, Message: text("x\uFFFD"),
		}, ""},
		{"many files", `{"conversation":"c1","id":"m1","text":"x","files":[` + strings.Repeat(`{"name":"a"},`, 99) + `{"name":"b","url":"u"}]}`, "private:c1", conversation.Heard{
			ExternalID: "m1", At: now, Customer: conversation.Customer{ID: "c1"}, Message: text(strings.Repeat("a \n", 99) + "b u\nx"),
		}, ""},
		{"too many files", `{"conversation":"c1","id":"m1","text":"x","files":[` + strings.Repeat("{},", 100) + `{}]}`, "", nil, "files are at most 100"},
		{"a file that is none", `{"conversation":"c1","id":"m1","text":"x","files":[null,{"name":"a"}]}`, "private:c1", conversation.Heard{
			ExternalID: "m1", At: now, Customer: conversation.Customer{ID: "c1"}, Message: text("a \nx"),
		}, ""},
		{"from tomorrow", `{"conversation":"c1","id":"m1","text":"x","at":"2030-05-07T07:00:00Z"}`, "", nil, "must not lie in the future"},
		{"no time", `{"conversation":"c1","id":"m1","text":"x","at":"soon"}`, "", nil, "parsing time"},
		{"other type", `{"type":"poke","conversation":"c1","id":"m1","text":"x"}`, "", nil, "type must be message, edited or deleted"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := read([]byte(row.body), now)
			if row.problem != "" {
				if err == nil || !strings.Contains(err.Error(), row.problem) {
					t.Errorf("problem %v, want %q", err, row.problem)
				}
				return
			}
			if err != nil || got.Ref.Key != row.key || !reflect.DeepEqual(got.Event, row.want) {
				t.Errorf("got %v %+v, %v\nwant %v %+v", got.Ref, got.Event, err, row.key, row.want)
			}
		})
	}
}

// What is signed and unreadable is kept for staff and refused with a reason; corrected, it comes in under the same id.
func TestUnreadable(t *testing.T) {
	in := &shelf{}
	h := newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret)}).Handler(in)
	bad := []byte(`{"conversation":"c1","id":"m1"}`)
	for range 3 {
		if w := post(h, sign(t, newSecret, "msg_1", time.Now(), bad), bad); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `{"error":"conversation, id and text`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if w := post(h, sign(t, newSecret, "msg_1", time.Now(), []byte(fine)), []byte(fine)); w.Code != http.StatusOK {
		t.Errorf("corrected: %d %s", w.Code, w.Body)
	}
	if len(in.kept) != 2 {
		t.Fatalf("kept %+v", in.kept)
	}
	if u, ok := in.kept[0].Event.(conversation.Unreadable); !ok || string(in.kept[0].Raw) != string(bad) || u.What == "" || u.At.IsZero() {
		t.Errorf("kept %+v", in.kept[0])
	}
	if in.kept[0].ID == in.kept[1].ID {
		t.Error("the corrected request has the ID of the broken one")
	}
}

func TestRefusals(t *testing.T) {
	big := []byte(`{"conversation":"c1","id":"m1","text":"` + strings.Repeat("x", 1<<20) + `"}`)
	fits := big[:1<<20]
	fits = append(append([]byte{}, fits[:len(fits)-2]...), `"}`...)
	long := strings.Repeat("i", 257)
	in := &shelf{}
	h := newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret)}).Handler(in)
	for _, row := range []struct {
		name   string
		method string
		id     string
		body   []byte
		fail   error
		status int
		stored int
	}{
		{"just not too big", http.MethodPost, "msg_1", fits, nil, 200, 1},
		{"too big", http.MethodPost, "msg_2", big, nil, 413, 0},
		{"long id", http.MethodPost, long, []byte(fine), nil, 400, 0},
		{"GET", http.MethodGet, "msg_3", []byte(fine), nil, 400, 0},
		{"store is down: failed and did not happen", http.MethodPost, "msg_4", []byte(fine), errors.New("disk full: /secret/place"), 503, 0},
		{"and it is sent again", http.MethodPost, "msg_4", []byte(fine), nil, 200, 1},
		{"and again: the answer was lost but it did happen", http.MethodPost, "msg_4", []byte(fine), nil, 200, 0},
		{"unreadable and the store is down", http.MethodPost, "msg_5", []byte("{"), errors.New("disk full"), 503, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := len(in.kept)
			in.fail = row.fail
			r := httptest.NewRequest(row.method, "/hook/crm", bytes.NewReader(row.body))
			r.Header = sign(t, newSecret, row.id, time.Now(), row.body)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			var answer map[string]string
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || (answer["error"] == "") != (row.status == 200) {
				t.Errorf("answer %s", w.Body)
			}
			if w.Code != row.status || len(in.kept)-before != row.stored {
				t.Errorf("status %d, stored %d, want %d and %d", w.Code, len(in.kept)-before, row.status, row.stored)
			}
			if strings.Contains(w.Body.String(), "secret/place") {
				t.Errorf("an inner error was told: %s", w.Body)
			}
		})
	}
}

// The same request a thousand times, side by side, is one event.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &shelf{}
		h := newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret)}).Handler(in)
		header := sign(t, newSecret, "msg_1", time.Now(), []byte(fine))
		var group sync.WaitGroup
		for range 1000 {
			group.Go(func() {
				if w := post(h, header.Clone(), []byte(fine)); w.Code != http.StatusOK {
					t.Errorf("status %d", w.Code)
				}
			})
		}
		group.Wait()
		if len(in.kept) != 1 || in.kept[0].ID != "msg_1" {
			t.Errorf("kept %+v", in.kept)
		}
		time.Sleep(6 * time.Minute)
		if w := post(h, header, []byte(fine)); w.Code != http.StatusUnauthorized {
			t.Errorf("a recorded request, six minutes later: status %d", w.Code)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(fine))
	f.Add([]byte(`{"type":"edited","files":[{"name":"\u0000"}],"public":true,"at":"2000-01-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := read(body, time.Now())
		if err == nil && (got.Event == nil || got.Ref.Key == "" || len(got.Ref.Key) > 300) {
			t.Fatalf("%+v", got)
		}
	})
}

// FuzzSignature feeds any headers to the check: only our own signature gets in.
func FuzzSignature(f *testing.F) {
	good := sign(f, newSecret, "msg_1", time.Now(), []byte(fine))
	f.Add("msg_1", good.Get("webhook-timestamp"), "v1,AAAA", fine)
	f.Add("", "", "v1,", "")
	h := newTestHook(f, &Settings{Secret: adapters.NewSecret(newSecret)})
	f.Fuzz(func(t *testing.T, id, stamp, signature, body string) {
		in := &shelf{}
		header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {stamp}, "Webhook-Signature": {signature}}
		if w := post(h.Handler(in), header, []byte(body)); w.Code/100 == 2 || len(in.kept) > 0 {
			t.Fatalf("got in: %d, %+v", w.Code, in.kept)
		}
	})
}
