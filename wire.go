package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"webcare/adapters"
	"webcare/adapters/all"
	"webcare/adapters/slack"
	"webcare/bot"
	"webcare/bot/config"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store"
	"webcare/store/bolt"
)

// parts is a program put together, not yet running.
type parts struct {
	cfg      *config.Config
	desk     *slack.Desk
	accounts []bot.Account
	store    store.Store
	bot      *bot.Bot
	metrics  *prometheus.Registry
	log      *slog.Logger
}

// isMistake says that the config is to blame.
func isMistake(err error) bool {
	_, is := errors.AsType[*config.Mistakes](err)
	return is
}

// load reads the config and says its warnings.
func load(c call) (*parts, error) {
	p := &parts{log: slog.New(slog.NewTextHandler(c.errOut, nil))}
	settings := slack.NewSettings()
	cfg, err := config.Load(c.config, settings, all.Kinds())
	if err != nil {
		return nil, err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(c.errOut, "webcare: warning:", w)
	}
	p.cfg = cfg
	env := adapters.Env{Log: p.log}
	if p.desk, err = slack.New(settings, env); err != nil {
		return nil, fmt.Errorf("[slack]: %w", err)
	}
	for _, a := range cfg.Accounts {
		adapter, err := a.Kind.New(a.Name, a.Settings, adapters.Env{Log: p.log.With("account", a.Name)})
		if err != nil {
			return nil, fmt.Errorf("account %q: %w", a.Name, err)
		}
		p.accounts = append(p.accounts, bot.Account{Name: a.Name, Kind: a.Kind.Name, Label: a.Kind.Label, Adapter: adapter})
	}
	return p, nil
}

// open opens the data file and makes the bot.
func (p *parts) open() (err error) {
	if p.store, err = bolt.Open(p.cfg.Store.Path, bolt.Options{Log: p.log}); err != nil {
		return storeTrouble(p.cfg.Store.Path, err)
	}
	p.metrics = prometheus.NewRegistry()
	settings, _ := p.cfg.Slack.(*slack.Settings)
	p.bot, err = bot.New(bot.Options{
		Store: p.store, Desk: p.desk, Accounts: p.accounts, Ladder: ladder(p.cfg.Nudge),
		OnUnsure: conversation.OnUnsure(p.cfg.Answer.OnUnsure), Location: p.cfg.Hours.Timezone.Location(),
		PostRate: settings.PostRate, PostBurst: settings.PostBurst, Log: p.log, Metrics: p.metrics,
	})
	if err != nil {
		err = errors.Join(err, p.store.Close())
	}
	return err
}

// storeTrouble says what to do about a data file that cannot be opened.
func storeTrouble(path string, err error) error {
	switch {
	case errors.Is(err, store.ErrInUse):
		return fmt.Errorf("%s is in use: another webcare is running on it. Stop that one first; one data file serves one webcare", path)
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("%s was written by a newer webcare. Install that version again, or start with the backup made before the update", path)
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%s cannot be read: it is damaged or no data file of webcare. Move it aside and put the newest backup in its place (%w)", path, err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s cannot be opened: the user who runs webcare must be able to read and write it and its folder", path)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

func ladder(n config.Nudge) nudge.Ladder {
	l := nudge.Ladder{Duty: n.Duty, Lead: n.Lead}
	for _, s := range n.Steps {
		l.Steps = append(l.Steps, nudge.Step{After: s.After, To: s.To, Direct: s.How == config.Direct})
	}
	return l
}
