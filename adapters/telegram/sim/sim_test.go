package sim_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters/telegram/sim"
)

// bot is a client that knows nothing but JSON over HTTP.
type bot struct {
	t    *testing.T
	sim  *sim.Sim
	http *http.Client
}

func newBot(t *testing.T, s *sim.Sim) *bot {
	tr := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) { return s.Dial(ctx, network, addr) }}
	t.Cleanup(func() { tr.CloseIdleConnections(); s.Close() })
	return &bot{t: t, sim: s, http: &http.Client{Transport: tr}}
}

type answer struct {
	OK     bool            `json:"ok"`
	Code   int             `json:"error_code"`
	Text   string          `json:"description"`
	Result json.RawMessage `json:"result"`
	Params struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

func (b *bot) try(method string, params map[string]any) (answer, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return answer{}, err
	}
	res, err := b.http.Post("http://telegram.test/telegram/bot"+b.sim.Token()+"/"+method, "application/json", strings.NewReader(string(body)))
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	var a answer
	return a, json.NewDecoder(res.Body).Decode(&a)
}

func (b *bot) call(method string, params map[string]any) answer {
	b.t.Helper()
	a, err := b.try(method, params)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	return a
}

type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Text string `json:"text"`
	} `json:"message"`
}

func (b *bot) updates(params map[string]any) []update {
	b.t.Helper()
	a := b.call("getUpdates", params)
	var list []update
	if err := json.Unmarshal(a.Result, &list); err != nil {
		b.t.Fatalf("getUpdates: %+v: %v", a, err)
	}
	return list
}

func TestPollConfirmsOnlyWithAHigherOffset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sim.New(sim.Options{})
		b := newBot(t, s)
		jan := s.NewCustomer("Jan Example")
		jan.Write("one")
		jan.Write("two")
		first := b.updates(nil)
		if len(first) != 2 {
			t.Fatalf("first poll gave %d updates, want 2", len(first))
		}
		time.Sleep(time.Second)
		if again := b.updates(nil); len(again) != 2 {
			t.Fatalf("an unconfirmed poll gave %d updates again, want 2", len(again))
		}
		rest := b.updates(map[string]any{"offset": first[0].ID + 1})
		if len(rest) != 1 || rest[0].Message.Text != "two" {
			t.Fatalf("after confirming the first: %+v", rest)
		}
		if n := s.Pending(); n != 1 {
			t.Fatalf("%d pending, want 1", n)
		}
	})
}

func TestAnswerReachesThePhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sim.New(sim.Options{})
		b := newBot(t, s)
		jan := s.NewCustomer("Jan Example")
		if a := b.call("sendMessage", map[string]any{"chat_id": jan.ChatID(), "text": "hi"}); a.Code != 403 {
			t.Fatalf("before Start: %+v", a)
		}
		jan.Start()
		if a := b.call("sendMessage", map[string]any{"chat_id": jan.ChatID(), "text": "hi"}); !a.OK {
			t.Fatalf("after Start: %+v", a)
		}
		got := jan.Messages()
		if len(got) != 2 || got[1].Text != "hi" || !got[1].ByBot {
			t.Fatalf("the phone shows %+v", got)
		}
	})
}
