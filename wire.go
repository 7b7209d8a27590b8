package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"webcare/adapters"
	"webcare/adapters/all"
	"webcare/adapters/slack"
	"webcare/bot"
	"webcare/bot/config"
	"webcare/bot/conversation"
	"webcare/bot/language"
	"webcare/bot/nudge"
	"webcare/store"
	"webcare/store/bolt"
)

// parts is a program put together, not yet running.
type parts struct {
	cfg      *config.Config
	desk     *slack.Desk
	accounts []bot.Account
	store    *bolt.Store
	bot      *bot.Bot
	metrics  *prometheus.Registry
	log      *slog.Logger
}

// configError says that the config is to blame: it is not there, cannot be read, or is wrong.
type configError struct{ err error }

func (e *configError) Error() string { return e.err.Error() }
func (e *configError) Unwrap() error { return e.err }

// load reads the config and makes what it names. No I/O beyond that.
func load(path string, env adapters.Env) (*parts, error) {
	p := &parts{log: env.Log}
	settings := slack.NewSettings()
	cfg, err := config.Load(path, settings, all.Kinds())
	if err != nil {
		return nil, &configError{err}
	}
	p.cfg = cfg
	if p.desk, err = slack.New(settings, env); err != nil {
		return nil, &configError{fmt.Errorf("[slack]: %w", err)}
	}
	p.desk.Staff(cfg.Answer.Staff)
	for _, a := range cfg.Accounts {
		adapter, err := a.Kind.New(a.Name, a.Settings, env)
		if err != nil {
			return nil, &configError{fmt.Errorf("account %q: %w", a.Name, err)}
		}
		m := a.Manner
		p.accounts = append(p.accounts, bot.Account{
			Name: a.Name, Kind: a.Kind.Name, Label: a.Kind.Label, Adapter: adapter, Mode: conversation.Mode(m.Mode), Language: string(m.Language),
			Hours: cfg.Hours.Service(m), Silence: m.Silence, ClosedReply: m.ClosedReply, AskHelped: m.AskHelped,
		})
	}
	return p, nil
}

// loadQuietly is load for commands that end soon: the config's warnings, and those of the data file, are lines of
// their own on standard error.
func loadQuietly(c call) (*parts, error) {
	say := func(text string) { fmt.Fprintln(c.errOut, "webcare: warning: "+text) }
	p, err := load(c.config, adapters.Env{Log: slog.New(warnings{say})})
	if err != nil {
		return nil, err
	}
	for _, w := range p.cfg.Warnings {
		say(w)
	}
	return p, nil
}

// open opens the data file.
func (p *parts) open() (err error) {
	p.store, err = bolt.Open(p.cfg.Store.Path, bolt.Options{Log: p.log})
	return storeTrouble(p.cfg.Store.Path, err)
}

// build makes the bot on the data file.
func (p *parts) build() (err error) {
	p.metrics = prometheus.NewRegistry()
	p.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	p.bot, err = bot.New(p.options())
	return err
}

// options are what the bot is made of.
func (p *parts) options() bot.Options {
	settings, _ := p.cfg.Slack.(*slack.Settings)
	return bot.Options{
		Store: p.store, Desk: p.desk, Accounts: p.accounts, Ladder: ladder(p.cfg.Nudge),
		OnUnsure: conversation.OnUnsure(p.cfg.Answer.OnUnsure), Hold: time.Duration(p.cfg.Answer.Hold),
		OtherApproves: p.cfg.Answer.Approve == config.Other, Patterns: p.cfg.Answer.Compiled(),
		Hours: p.cfg.Hours.Service(config.Manner{}), Digest: p.cfg.Nudge.Digest, Location: p.cfg.Hours.Timezone.Location(),
		Language: language.Of(settings.Language),
		Known:    known(p.cfg.Answer),
		PostRate: settings.PostRate, PostBurst: settings.PostBurst, Log: p.log, Metrics: p.metrics,
	}
}

// storeTrouble says what to do about a data file that cannot be opened.
func storeTrouble(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrInUse):
		return &busyStore{path}
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("%s was written by a newer webcare. Install that version again, or start with the backup made before the update", path)
	case errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "opening the store "+path+": "))
	case errors.Is(err, store.ErrFull):
		return fmt.Errorf("%s cannot be made, because the disk is full. Make room and start again", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s cannot be opened: the user who runs webcare must be able to read and write it and its folder", path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s cannot be made: the folder %s does not exist. Make it, or change [store] path", path, filepath.Dir(path))
	}
	return fmt.Errorf("%s cannot be opened: %w", path, err)
}

// busyStore says that another process has the data file.
type busyStore struct{ path string }

func (e *busyStore) Error() string {
	return e.path + " is in use: another webcare is running on it. Stop that one first; one data file serves one webcare"
}
func (e *busyStore) Unwrap() error { return store.ErrInUse }

// known is how customers know people.
func known(a config.Answer) bot.Known {
	k := bot.Known{Names: map[string]string{}, Initials: map[string]string{}}
	for _, n := range a.Names {
		k.Names[n.ID] = n.Name
	}
	for _, s := range a.Initials {
		k.Initials[s.ID] = s.Initials
	}
	return k
}

func ladder(n config.Nudge) nudge.Ladder {
	l := nudge.Ladder{Duty: n.Duty, Lead: n.Lead}
	for _, s := range n.Steps {
		l.Steps = append(l.Steps, nudge.Step{After: s.After, To: s.To, Direct: s.How == config.Direct})
	}
	return l
}

// warnings is a log of which only warnings and errors are passed on, as plain text.
type warnings struct{ say func(text string) }

var _ slog.Handler = warnings{}

// Enabled is slog.Handler's.
func (h warnings) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

// Handle is slog.Handler's.
func (h warnings) Handle(_ context.Context, r slog.Record) error {
	h.say(r.Message)
	return nil
}

// WithAttrs is slog.Handler's; attributes are left out.
func (h warnings) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup is slog.Handler's; attributes are left out.
func (h warnings) WithGroup(string) slog.Handler { return h }

// terminal says whether a person watches what is written.
func terminal(w any) bool {
	f, is := w.(*os.File)
	if !is {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}
