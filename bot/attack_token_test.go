package bot_test

import (
	"strings"
	"testing"
	"time"
)

// TestAttackRevokedTokens: a token that was stolen is revoked while the queues of both directions are full. Nothing is
// lost, nobody hammers the network, one alarm says so, and with a token that serves everything is there, in order and
// once: whether webcare ran on, was stopped or was killed meanwhile.
func TestAttackRevokedTokens(t *testing.T) {
	t.Parallel()
	for name, revoke := range map[string]func(w *world, on bool){
		"Slack: token_revoked":    func(w *world, on bool) { revokeSlack(w, on, "token_revoked") },
		"Slack: invalid_auth":     func(w *world, on bool) { revokeSlack(w, on, "invalid_auth") },
		"Slack: account_inactive": func(w *world, on bool) { revokeSlack(w, on, "account_inactive") },
		"Slack: token_expired":    func(w *world, on bool) { revokeSlack(w, on, "token_expired") },
		"Telegram: 401":           func(w *world, on bool) { w.telegram.Revoke(on) },
	} {
		if underRace && name != "Slack: invalid_auth" && name != "Telegram: 401" {
			continue
		}
		for _, meanwhile := range sample([]string{"runs on", "is stopped", "is killed"}, 3) {
			t.Run(name+", webcare "+meanwhile, func(t *testing.T) {
				bubble(t, 10, func(t *testing.T, w *world, c *town) {
					w.slack.Slow(100 * time.Millisecond)
					w.telegram.Slow(100 * time.Millisecond)
					for i := range 10 {
						c.write(i)
					}
					time.Sleep(time.Minute)
					roots := c.roots()
					for n := range 30 { // more than goes out while they come
						if n == 15 {
							revoke(w, true)
						}
						c.write(n % 10)
						c.answer((n+5)%10, roots[(n+5)%10][0])
						time.Sleep(20 * time.Millisecond)
					}
					switch meanwhile {
					case "is stopped":
						w.end()
					case "is killed":
						w.crash()
					}
					calls, telegram := w.slack.Calls(""), total(w.telegram.Calls())
					time.Sleep(30 * time.Minute)
					if n := w.slack.Calls("") - calls; n > 30*60 {
						t.Errorf("%d calls of Slack in half an hour", n)
					}
					if n := total(w.telegram.Calls()) - telegram; n > 30*60 {
						t.Errorf("%d calls of Telegram in half an hour", n)
					}
					alarms := 0
					for _, m := range append(w.slack.Messages(deskChannel), w.slack.Messages(w.slack.DM("U0LEAD001"))...) {
						alarms += strings.Count(plain(m), "🚨")
					}
					if want := meanwhile == "runs on" && strings.HasPrefix(name, "Telegram"); alarms > 1 || want && alarms != 1 {
						t.Errorf("%d alarms", alarms)
					}
					revoke(w, false)
					if w.life == nil {
						w.start()
					}
					time.Sleep(20 * time.Minute)
					if sum := c.inward(); sum != (tally{}) {
						t.Errorf("to the desk: %+v", sum)
					}
					if sum := c.outward(); sum != (tally{}) {
						t.Errorf("to customers: %+v", sum)
					}
				})
			})
		}
	}
}

func revokeSlack(w *world, on bool, code string) {
	if on {
		w.slack.RevokeToken(code)
		return
	}
	w.slack.RestoreToken()
}

func total(calls map[string]int) (n int) {
	for _, k := range calls {
		n += k
	}
	return n
}
