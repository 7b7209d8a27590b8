package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack"
	"webcare/bot/demo"
	"webcare/bot/language"
	"webcare/store"
)

// checkFor bounds the look at tokens and rights before the bot starts.
const checkFor = 20 * time.Second

// garbage is how far the heap may grow before it is swept, in percent of what is in use. That is a few megabytes: twice
// as much garbage saves half the sweeps, and costs as few.
const garbage = 200

// runBot runs until SIGTERM or SIGINT, then ends within 10 s with the queue kept.
func runBot(ctx context.Context, c call) (err error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	p, err := load(c.config, adapters.Env{Log: slog.New(slog.NewTextHandler(c.errOut, nil))})
	if err != nil {
		return err
	}
	for _, w := range p.cfg.Warnings {
		p.log.Warn("the config works, but should be changed", "what", w)
	}
	if err := p.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.store.Close()) }()
	if err := p.build(); err != nil {
		return err
	}
	l, err := p.listen()
	if err != nil {
		return err
	}
	if l != nil {
		defer l.Close() //nolint:errcheck // the server closes it; this is for the returns before
	}
	if err := p.preflight(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	defer p.serve(l)()
	stop, err := p.control()
	if err != nil {
		return err
	}
	defer stop()
	p.log.Info("webcare runs", "accounts", len(p.accounts), "store", p.cfg.Store.Path)
	err = p.bot.Run(ctx)
	p.log.Info("webcare stops; what is not done is kept")
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled): // it was stopped before it had begun
		return nil
	case errors.Is(err, store.ErrFailed):
		return fmt.Errorf("%s could not be written, and only a new start can tell what is in it. Look at the disk, then start webcare again: %w", p.cfg.Store.Path, err)
	}
	return err
}

// preflight refuses to start with what surely cannot work, such as a token that was revoked. A network that cannot be
// asked now is no reason not to start: the bot waits for it. An end of ctx is no error.
func (p *parts) preflight(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	var bad []string
	for g := range p.networks(within, false) {
		for _, f := range g.findings {
			switch f.Level {
			case adapters.Warn:
				p.log.Warn("it works, but something should be changed", "where", g.name, "what", f.Text)
			case adapters.Down:
				p.log.Warn("it cannot be asked now; webcare starts all the same, waits for it and tries again", "where", g.name, "why", f.Text)
			case adapters.Fail:
				bad = append(bad, g.name+": "+f.Text)
			}
		}
	}
	switch {
	case ctx.Err() != nil || len(bad) == 0:
		return nil
	case len(bad) == 1:
		return errors.New(bad[0])
	}
	return errors.New("it cannot work like this:\n  " + strings.Join(bad, "\n  "))
}

// listen takes the address of the config; nil where it has none.
func (p *parts) listen() (net.Listener, error) {
	addr := p.cfg.HTTP.Listen
	if addr == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("[http] listen = %q cannot be used (%w): choose another address, or stop the program that has it", addr, errors.Unwrap(err))
	}
	return l, nil
}

// serve serves health, metrics and webhooks until the stop it returns.
func (p *parts) serve(l net.Listener) (stop func()) {
	if l == nil {
		return func() {}
	}
	p.log.Info("health, metrics and webhooks are served", "addr", l.Addr().String())
	return p.background(l, &http.Server{
		Handler: p.bot.Handler(p.metrics), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	})
}

// background serves until the stop it returns, which takes at most 1 s.
func (p *parts) background(l net.Listener, s *http.Server) (stop func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("a server stopped", "addr", l.Addr().String(), "err", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.Shutdown(ctx) != nil {
			_ = s.Close()
		}
		<-done
	}
}

func printManifest(_ context.Context, c call) error {
	l := language.English
	if len(c.args) > 0 {
		if l = language.Of(c.args[0]); l == nil {
			fmt.Fprintf(c.errOut, "webcare manifest: %q is not a language that webcare speaks; use en or nl\n", c.args[0])
			return errUsage
		}
	}
	_, err := c.out.Write(slack.Manifest(l))
	return err
}

// runDemo runs the demo; the bot in it is this very program.
func runDemo(ctx context.Context, c call) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program, to run the bot with it: %w", err)
	}
	return demo.Run(ctx, demo.Options{Listen: c.listen, Program: []string{self, "run", "-config"}, Out: c.out})
}
