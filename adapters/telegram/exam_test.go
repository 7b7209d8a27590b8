package telegram_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/adaptertest"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
)

func TestExam(t *testing.T) {
	adaptertest.Exam(t, func(t *testing.T, log *slog.Logger) *adaptertest.World {
		s := sim.New(sim.Options{Token: canary})
		t.Cleanup(s.Close)
		var down atomic.Int64
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			if down.Add(-1) >= 0 {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			return s.Dial(ctx, network, addr)
		}
		ann := s.NewCustomer("Ann")
		last, said := 0, ""
		return &adaptertest.World{
			New: func() adapters.Adapter {
				set := &telegram.Settings{Token: adapters.NewSecret(canary), APIURL: s.BaseURL()}
				a, err := telegram.Kind().New("acme", set, adapters.Env{Log: log, Dial: dial})
				if err != nil {
					t.Fatal(err)
				}
				return a
			},
			Secrets:   []string{canary, "CANARY"},
			Write:     func(text string) { last, said = ann.Write(text), text },
			WriteFile: func(name string, data []byte) { ann.SendDocument(name, data, "") },
			Again: func() {
				id := ann.ChatID()
				s.InjectRaw(fmt.Sprintf(`{"message":{"message_id":%d,"date":%d,"text":%q,"chat":{"id":%d,"type":"private","first_name":"Ann"},"from":{"id":%d,"first_name":"Ann"}}}`,
					last, time.Now().Unix(), said, id, id))
			},
			Junk: func() { s.InjectRaw(`{"message":{"message_id":"not a number"}}`) },
			Got: func() []string {
				var all []string
				for _, m := range ann.Messages() {
					if m.From != nil && m.From.IsBot {
						all = append(all, m.Text)
					}
				}
				return all
			},
			Break: func(how adaptertest.Break, times int) bool {
				rules := map[adaptertest.Break]sim.Rule{
					adaptertest.Busy:         {Fault: sim.TooMany, RetryAfter: int(adaptertest.Wait / time.Second)},
					adaptertest.No:           {Fault: sim.Refuse, Code: 403, Text: "Forbidden: bot was blocked by the user"},
					adaptertest.Fault:        {Fault: sim.Internal},
					adaptertest.FaultButDone: {Fault: sim.GatewayAfter},
					adaptertest.Lost:         {Fault: sim.DropBefore},
					adaptertest.LostButDone:  {Fault: sim.DropAfter},
					adaptertest.Garbled:      {Fault: sim.Truncated},
					adaptertest.Silent:       {Fault: sim.HangAfter},
				}
				if how == adaptertest.Unreachable {
					down.Store(int64(times))
					return true
				}
				rule, ok := rules[how]
				rule.Method, rule.Times = "sendMessage", times
				if ok {
					s.Fail(rule)
				}
				return ok
			},
		}
	})
}
