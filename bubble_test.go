package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/adaptertest"
	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// bubble is webcare between both sims in a bubble of time.
type bubble struct {
	slack    *slacksim.Sim
	telegram *telegramsim.Sim
	parts    *parts
	log      *record
	jan      *telegramsim.Customer
}

// inBubble runs webcare and plays with it. The clock jumps to whatever is next, so that hours pass at once.
func inBubble(t *testing.T, play func(t *testing.T, b *bubble)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{log: &record{}}
		b.slack = slacksim.New(slacksim.Options{BotToken: botToken, AppToken: appToken, BaseURL: func() string { return "http://slack.test" }})
		b.telegram = telegramsim.New(telegramsim.Options{Token: chatToken, ReadsGroups: true})
		b.slack.AddUser(slacksim.User{ID: sanne, Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne"})
		b.slack.AddChannel(slacksim.Channel{ID: desk, Name: "webcare", Members: []string{"U0SIM", sanne}})
		slackNet := adaptertest.NewPipe(t, b.slack)
		var mu sync.Mutex
		var wire []net.Conn // to be closed at the end: the servers do not know hijacked ones
		dial := func(ctx context.Context, network, addr string) (c net.Conn, err error) {
			switch {
			case strings.HasPrefix(addr, "slack.test:"):
				c, err = slackNet.Dial(ctx, network, addr)
			case strings.HasPrefix(addr, "telegram.test:"):
				c, err = b.telegram.Dial(ctx, network, addr)
			default:
				err = errors.New("nobody lives at " + addr)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				wire = append(wire, c)
			}
			return c, err
		}
		config := filepath.Join(t.TempDir(), "config.toml")
		text := fmt.Sprintf("[slack]\nbot_token = %q\napp_token = %q\nchannel = \"#webcare\"\napi_url = \"http://slack.test/api/\"\n[store]\npath = %q\n[[account]]\nname = \"acme\"\nadapter = \"telegram\"\ntoken = %q\napi_url = %q\n",
			botToken, appToken, config+".db", chatToken, b.telegram.BaseURL())
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := load(config, adapters.Env{Log: slog.New(slog.NewTextHandler(b.log, nil)), Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		b.parts = p
		if err := errors.Join(p.open(), p.build(), p.preflight(t.Context())); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.bot.Run(ctx) }()
		b.jan = b.telegram.NewCustomer("Jan")
		b.jan.Write("Hallo?")
		time.Sleep(time.Minute)
		play(t, b)
		stop()
		if err := errors.Join(<-done, p.store.Close(), b.slack.Close()); err != nil {
			t.Error(err)
		}
		b.telegram.Close()
		for _, c := range wire {
			_ = c.Close()
		}
		for _, secret := range []string{botToken, appToken, "canary-4713"} {
			if strings.Contains(b.log.String(), secret) {
				t.Errorf("the log holds %s", secret)
			}
		}
		if t.Failed() {
			t.Logf("the log:\n%s", b.log)
		}
	})
}

// calls counts all calls to both networks.
func (b *bubble) calls() (slack, telegram int) {
	for _, n := range b.telegram.Calls() {
		telegram += n
	}
	return b.slack.Calls(""), telegram
}

// alarms are the alarms on the desk.
func (b *bubble) alarms() (n int) {
	for _, m := range b.slack.Messages(desk) {
		n += strings.Count(m.Text, "🚨")
	}
	return n
}

func (b *bubble) sees(text string) bool {
	for _, root := range b.slack.Messages(desk) {
		for _, m := range b.slack.Thread(desk, root.TS) {
			if strings.Contains(m.Text, text) {
				return true
			}
		}
	}
	return false
}

// TestLongTrouble breaks one thing for hours: no hot loop, one alarm at most, few words in the log, nothing lost, and
// back at work within a minute of the cure.
func TestLongTrouble(t *testing.T) {
	for _, tt := range []struct {
		name        string
		spoil, heal func(*bubble)
		perMinute   int // calls at most, on both networks, Telegram's long polls included
		alarms      int
		log         string
	}{
		{"Slack token revoked", func(b *bubble) { b.slack.RevokeToken("") }, func(b *bubble) { b.slack.RestoreToken() }, 12, 0, "token"},
		{"Slack account inactive", func(b *bubble) { b.slack.RevokeToken("account_inactive") }, func(b *bubble) { b.slack.RestoreToken() }, 12, 0, "token"},
		{"bot removed from the channel", func(b *bubble) { _ = b.slack.Kick(desk, "U0SIM") }, func(b *bubble) { _ = b.slack.Join(desk, "U0SIM") }, 12, 0, "the bot was removed from #webcare; type there: /invite @webcare"},
		{"channel archived", func(b *bubble) { _ = b.slack.Archive(desk, true) }, func(b *bubble) { _ = b.slack.Archive(desk, false) }, 12, 0, "unarchive it"},
		{"channel shared outside", func(b *bubble) { _ = b.slack.Share(desk, true) }, func(b *bubble) { _ = b.slack.Share(desk, false) }, 12, 0, "is shared with people outside the company"},
		{"Slack down", func(b *bubble) { b.slack.Down(true) }, func(b *bubble) { b.slack.Down(false) }, 90, 0, "503"},
		{"Socket Mode switched off", func(b *bubble) { b.slack.Disconnect("link_disabled") }, func(b *bubble) { b.slack.EnableLink() }, 12, 0, "Socket Mode"},
		{"app token dead", func(b *bubble) {
			b.slack.Fail(slacksim.Fault{Method: "apps.connections.open", Kind: slacksim.Refuse, Code: "invalid_auth", Times: -1})
			b.slack.CutSockets()
		}, func(b *bubble) { b.slack.Heal() }, 12, 0, "app_token"},
		{"Telegram token revoked", func(b *bubble) { b.telegram.Revoke(true) }, func(b *bubble) { b.telegram.Heal() }, 10, 1, "@BotFather"},
		{"Telegram down", func(b *bubble) { b.telegram.Down(true) }, func(b *bubble) { b.telegram.Down(false) }, 10, 1, "502"},
		{"another program polls", func(b *bubble) {
			b.telegram.Fail(telegramsim.Rule{Method: "getUpdates", Fault: telegramsim.Conflict, Times: -1})
		}, func(b *bubble) { b.telegram.Heal() }, 10, 1, "stop it, or make a bot for each"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				tt.spoil(b)
				time.Sleep(time.Minute)
				b.jan.Write("Bent u er nog?")
				time.Sleep(9 * time.Minute)
				s0, t0 := b.calls()
				lines := strings.Count(b.log.String(), "\n")
				const hours = 1
				time.Sleep(hours * time.Hour)
				s1, t1 := b.calls()
				t.Logf("calls a minute: Slack %.1f, Telegram %.1f", float64(s1-s0)/60/hours, float64(t1-t0)/60/hours)
				if n := (s1 - s0 + t1 - t0) / 60 / hours; n > tt.perMinute {
					t.Errorf("%d calls a minute, want %d at most", n, tt.perMinute)
				}
				if n := strings.Count(b.log.String(), "\n") - lines; n > 130*hours {
					t.Errorf("%d lines in the log in %d hours", n, hours)
				} else {
					t.Logf("lines an hour: %d", n/hours)
				}
				if !strings.Contains(b.log.String(), tt.log) {
					t.Errorf("the log does not say %q", tt.log)
				}
				if n := b.alarms(); n != tt.alarms {
					t.Errorf("%d alarms on the desk, want %d", n, tt.alarms)
				}
				if strings.HasPrefix(tt.name, "channel") && b.sees("Bent u er nog?") {
					t.Error("something is shown in a channel that must not be used")
				}
				tt.heal(b)
				time.Sleep(90 * time.Second)
				if !b.sees("Bent u er nog?") {
					t.Error("what the customer wrote meanwhile is not on the desk")
				}
				if n := b.alarms(); n != tt.alarms {
					t.Errorf("%d alarms on the desk in the end, want %d", n, tt.alarms)
				}
			})
		})
	}
}

// TestRenamed: a new name of the channel stops nothing; who runs webcare is told to put it into the config.
func TestRenamed(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		if err := b.slack.Rename(desk, "klanten"); err != nil {
			t.Fatal(err)
		}
		b.slack.SendEvent(map[string]any{"type": "channel_rename", "channel": map[string]any{"id": desk, "name": "klanten", "created": 1}})
		b.jan.Write("Bent u er nog?")
		time.Sleep(time.Minute)
		if !b.sees("Bent u er nog?") {
			t.Error("what the customer wrote is not on the desk")
		}
		if want := "a config that names it needs the new name before the next start"; !strings.Contains(b.log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	})
}

// TestMoved: a channel with another id is told, tried quietly, and nothing is lost for a start with another channel.
func TestMoved(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		if err := b.slack.ChangeChannelID(desk, "C0DESK002"); err != nil {
			t.Fatal(err)
		}
		b.jan.Write("Bent u er nog?")
		time.Sleep(time.Hour)
		if n := strings.Count(b.log.String(), "msg=trouble"); n < 1 || n > 2 || !strings.Contains(b.log.String(), "has another id now, C0DESK002") {
			t.Errorf("trouble is told %d times, want once, or once more where a call failed before Slack told why", n)
		}
		if b.telegram.Pending() != 0 {
			t.Error("the message is not stored")
		}
	})
}
