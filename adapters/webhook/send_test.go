package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/adaptertest"
	"webcare/adapters/webhook/sim"
	"webcare/bot/conversation"
)

func TestSettings(t *testing.T) {
	for _, row := range []struct {
		name string
		set  Settings
		want string // keys with problems
	}{
		{"fine", Settings{Secret: adapters.NewSecret(newSecret), URL: "https://crm.example/in?x=1"}, ""},
		{"only hears", Settings{Secret: adapters.NewSecret(newSecret)}, ""},
		{"rotation", Settings{Secret: adapters.NewSecret(newSecret), OldSecret: adapters.NewSecret(oldSecret)}, ""},
		{"this machine", Settings{Secret: adapters.NewSecret(newSecret), URL: "http://127.0.0.1:9000/in"}, ""},
		{"this machine by name", Settings{Secret: adapters.NewSecret(newSecret), URL: "http://localhost:9000/in"}, ""},
		{"this machine, IPv6", Settings{Secret: adapters.NewSecret(newSecret), URL: "http://[::1]:9000/in"}, ""},
		{"no secret", Settings{URL: "https://crm.example"}, "secret"},
		{"no base64", Settings{Secret: adapters.NewSecret("whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%")}, "secret"},
		{"short secret", Settings{Secret: adapters.NewSecret("whsec_c2hvcnQ=")}, "secret"},
		{"short old secret", Settings{Secret: adapters.NewSecret(newSecret), OldSecret: adapters.NewSecret("whsec_c2hvcnQ=")}, "old_secret"},
		{"http", Settings{Secret: adapters.NewSecret(newSecret), URL: "http://crm.example/in"}, "url"},
		{"no scheme", Settings{Secret: adapters.NewSecret(newSecret), URL: "crm.example/in"}, "url"},
		{"other scheme", Settings{Secret: adapters.NewSecret(newSecret), URL: "file:///etc/passwd"}, "url"},
		{"no host", Settings{Secret: adapters.NewSecret(newSecret), URL: "https:///in"}, "url"},
		{"password in it", Settings{Secret: adapters.NewSecret(newSecret), URL: "https://user:pass@crm.example"}, "url"},
		{"no address", Settings{Secret: adapters.NewSecret(newSecret), URL: "https://a b\x00"}, "url"},
	} {
		var got []string
		for _, p := range row.set.Problems() {
			got = append(got, p.Key)
			if strings.Contains(p.Text, "pass@") || row.set.URL != "" && strings.Contains(p.Text, row.set.URL) {
				t.Errorf("%s: the text repeats the value: %s", row.name, p.Text)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: problems with %q, want %q", row.name, got, row.want)
		}
		if _, err := Kind().New("crm", &row.set, adapters.Env{}); (err != nil) != (row.want != "") {
			t.Errorf("%s: New says %v", row.name, err)
		}
	}
}

// TestStatuses is every answer the other side can give.
func TestStatuses(t *testing.T) {
	for _, row := range []struct {
		status int
		after  string
		want   adapters.SendError
	}{
		{301, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{308, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{400, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{401, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.NotAllowed}},
		{403, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.NotAllowed}},
		{404, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Gone}},
		{405, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{408, "", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost}},
		{409, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{410, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Gone}},
		{413, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.TooLong}},
		{422, "", adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected}},
		{425, "", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy}},
		{429, "", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy}},
		{429, "30", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: 30 * time.Second}},
		{429, "-1", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy}},
		{429, "999999999999999999999", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: time.Hour}},
		{429, "Fri, 31 Dec 1999 23:59:59 GMT", adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy}},
		{500, "", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost}},
		{502, "", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost}},
		{503, "5", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost, After: 5 * time.Second}},
		{504, "", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost}},
		{599, "", adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost}},
	} {
		synctest.Test(t, func(t *testing.T) {
			h, other, _ := pair(t)
			other.Fail(sim.Fault{Times: 1, Status: row.status, RetryAfter: row.after, Body: "because\n\x1b[31m"})
			_, err := h.Send(t.Context(), ref, adapters.Outgoing{Key: "k.1.0", Text: conversation.Plainly("hi")})
			e, ok := errors.AsType[*adapters.SendError](err)
			if !ok {
				t.Fatalf("%d: %v", row.status, err)
			}
			if e.Outcome != row.want.Outcome || e.Reason != row.want.Reason || e.After != row.want.After || e.Whole {
				t.Errorf("%d %q: %+v, want %+v", row.status, row.after, *e, row.want)
			}
			if !strings.Contains(e.Error(), `because\n\x1b`) {
				t.Errorf("%d: its words are not told, escaped: %s", row.status, e.Error())
			}
			if n := len(other.Answers()); n != 0 || other.Tries() != 1 {
				t.Errorf("%d: %d answers by %d requests", row.status, n, other.Tries())
			}
		})
	}
}

var ref = conversation.Ref{Adapter: "webhook", Account: "crm", Key: "private:a:b"}

func pair(t *testing.T) (*hook, *sim.Sim, *adaptertest.Pipe) {
	t.Helper()
	other, err := sim.New(newSecret)
	if err != nil {
		t.Fatal(err)
	}
	pipe := adaptertest.NewPipe(t, other)
	set := &Settings{Secret: adapters.NewSecret(newSecret), OldSecret: adapters.NewSecret(oldSecret), URL: "http://localhost/in"}
	a, err := Kind().New("crm", set, adapters.Env{Log: slog.New(slog.DiscardHandler), Dial: pipe.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.(*hook).client.CloseIdleConnections)
	return a.(*hook), other, pipe
}

func TestAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, other, _ := pair(t)
		m := adapters.Outgoing{
			Key: "0193aa.7.0", By: conversation.Person{Name: "Robin", Photo: "https://avatars.slack-edge.com/robin.png"},
			Text: conversation.Text{Plain: "see ü <b>", Spans: []conversation.Span{{From: 4, To: 6, Style: conversation.Link, Target: "https://x.example"}}},
		}
		for range 2 {
			receipt, err := h.Send(t.Context(), ref, m)
			if err != nil || !reflect.DeepEqual(receipt.IDs, []string{"0193aa-7-0"}) {
				t.Errorf("%+v, %v", receipt, err)
			}
		}
		want := sim.Answer{ID: "0193aa-7-0", Type: "answer", Conversation: "a:b", By: "Robin", Photo: "https://avatars.slack-edge.com/robin.png", Text: "see ü <b>", Spans: []sim.Span{{From: 4, To: 6, Style: "link", Target: "https://x.example"}}}
		if got := other.Answers(); len(got) != 1 || !reflect.DeepEqual(got[0], want) || len(other.Wrong()) > 0 {
			t.Errorf("got %+v, want %+v; wrong: %q", got, want, other.Wrong())
		}
	})
}

// A conversation and one that others can read may have the same id outside: the answer tells which of the two it is for.
func TestAnswerInPublic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, other, _ := pair(t)
		for key, where := range map[string]conversation.Ref{"in": {Key: "private:public:c"}, "out": {Key: "public:public:c"}} {
			if _, err := h.Send(t.Context(), where, adapters.Outgoing{Key: key, Text: conversation.Plainly(key)}); err != nil {
				t.Error(err)
			}
		}
		for _, a := range other.Answers() {
			if a.Conversation != "public:c" || a.Public != (a.Text == "out") {
				t.Errorf("got %+v", a)
			}
		}
		if n := len(other.Answers()); n != 2 || len(other.Wrong()) > 0 {
			t.Errorf("%d answers; wrong: %q", n, other.Wrong())
		}
	})
}

// No connection is surely not sent, whatever the way it failed; with one nobody knows.
func TestConnections(t *testing.T) {
	for _, row := range []struct {
		name string
		dial func(p *adaptertest.Pipe) func(context.Context, string, string) (net.Conn, error)
		want conversation.Outcome
	}{
		{"refused", func(p *adaptertest.Pipe) func(context.Context, string, string) (net.Conn, error) {
			p.Down(1)
			return p.Dial
		}, conversation.Later},
		{"no such host", func(*adaptertest.Pipe) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "crm"}
			}
		}, conversation.Later},
		{"dialling takes very long", func(*adaptertest.Pipe) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) {
				time.Sleep(2 * time.Minute) // package http does not end a dial with its request
				return nil, os.ErrDeadlineExceeded
			}
		}, conversation.Later},
		{"broken while writing", func(p *adaptertest.Pipe) func(context.Context, string, string) (net.Conn, error) {
			return func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := p.Dial(ctx, network, addr)
				if err == nil {
					err = conn.Close()
				}
				return conn, err
			}
		}, conversation.Maybe},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				other, err := sim.New(newSecret)
				if err != nil {
					t.Fatal(err)
				}
				set := &Settings{Secret: adapters.NewSecret(newSecret), URL: "http://localhost/in?token=canary"}
				a, err := Kind().New("crm", set, adapters.Env{Dial: row.dial(adaptertest.NewPipe(t, other))})
				if err != nil {
					t.Fatal(err)
				}
				_, err = a.Send(t.Context(), ref, adapters.Outgoing{Key: "k.1.0", Text: conversation.Plainly("hi")})
				e, ok := errors.AsType[*adapters.SendError](err)
				if !ok || e.Outcome != row.want || e.Whole != (row.want == conversation.Later) {
					t.Errorf("%+v, want %s", err, row.want)
				}
				if strings.Contains(err.Error(), "canary") {
					t.Errorf("the address is told: %v", err)
				}
				time.Sleep(5 * time.Minute)
			})
		})
	}
}

func TestLimits(t *testing.T) {
	h := newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret)})
	if l := h.Limits(ref, time.Now()); !l.ReadOnly || l.Public {
		t.Errorf("without a url: %+v", l)
	}
	_, err := h.Send(t.Context(), ref, adapters.Outgoing{Key: "k", Text: conversation.Plainly("hi")})
	if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Refused {
		t.Errorf("without a url: %v", err)
	}
	h = newTestHook(t, &Settings{Secret: adapters.NewSecret(newSecret), URL: "https://crm.example"})
	if l := h.Limits(conversation.Ref{Key: "public:c"}, time.Now()); l.ReadOnly || !l.Public || l.Files != 0 {
		t.Errorf("public: %+v", l)
	}
}
