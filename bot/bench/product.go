package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"webcare/adapters"
	"webcare/adapters/slack"
	"webcare/adapters/telegram"
	"webcare/bot"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store/bolt"
)

// dataFile is where webcare keeps what it knows, in the folder of its own.
const dataFile = "webcare.db"

// runWebcare runs the product as its command does, but for two settings, until ctx ends: it holds nothing back, and
// sends to Telegram as fast as the others do.
func runWebcare(ctx context.Context, t task) (err error) {
	debug.SetGCPercent(200) // as the command does
	log := slog.New(slog.DiscardHandler)
	settings := slack.NewSettings()
	settings.BotToken, settings.AppToken = adapters.NewSecret(slackToken), adapters.NewSecret(socketToken)
	settings.Channel, settings.APIURL = "#"+deskName, t.slackURL+"/api/"
	desk, err := slack.New(settings, adapters.Env{Log: log})
	if err != nil {
		return err
	}
	customers, err := telegram.Kind().New("acme", &telegram.Settings{Token: adapters.NewSecret(telegramToken), APIURL: t.telegramURL}, adapters.Env{Log: log})
	if err != nil {
		return err
	}
	memory, err := bolt.Open(filepath.Join(t.dir, dataFile), bolt.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, memory.Close()) }()
	rate, atOnce := t.rate, burst
	if rate == 0 { // no limit on posts; marks and changes of cards keep the pace that Slack allows
		rate, atOnce = 10000, 1000
	}
	b, err := bot.New(bot.Options{
		Store: memory, Desk: desk, Accounts: []bot.Account{{Name: "acme", Kind: "telegram", Label: "Telegram", Adapter: customers, Rate: -1}},
		Ladder:   nudge.Ladder{Steps: []nudge.Step{{After: 15 * time.Minute, To: []string{"claimer|duty"}}}},
		OnUnsure: conversation.Resend, PostRate: rate, PostBurst: atOnce, Log: log, Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		return err
	}
	return b.Run(ctx)
}
