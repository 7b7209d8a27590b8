package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack"
	"webcare/bot/demo"
)

// checkFor bounds the look at tokens and rights before the bot starts.
const checkFor = 20 * time.Second

// runBot runs until SIGTERM or SIGINT, then ends within 10 s with the queue kept.
func runBot(ctx context.Context, c call) (err error) {
	p, err := load(c)
	if err != nil {
		return err
	}
	if err := p.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.store.Close()) }()
	if err := p.preflight(ctx); err != nil {
		return err
	}
	stopHTTP, err := p.serve()
	if err != nil {
		return err
	}
	defer stopHTTP()
	stopControl, err := p.control()
	if err != nil {
		return err
	}
	defer stopControl()
	p.log.Info("webcare runs", "accounts", len(p.accounts), "store", p.cfg.Store.Path)
	err = p.bot.Run(ctx)
	p.log.Info("webcare stops; what is not done is kept")
	return err
}

// preflight refuses to start with tokens that are surely wrong. A network that cannot be asked now is no reason not to
// start: the bot waits for it.
func (p *parts) preflight(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	var errs []error
	for _, f := range p.desk.Check(ctx, false) {
		if f.Level == adapters.Fail {
			errs = append(errs, fmt.Errorf("slack: %s", f.Text))
		}
	}
	for _, a := range p.accounts {
		checker, is := a.Adapter.(adapters.Checker)
		if !is {
			continue
		}
		for _, f := range checker.Check(ctx) {
			if f.Level == adapters.Fail {
				errs = append(errs, fmt.Errorf("account %s: %s", a.Name, f.Text))
			}
		}
	}
	return errors.Join(errs...)
}

// serve starts the HTTP server of the config, if there is to be one.
func (p *parts) serve() (stop func(), err error) {
	if p.cfg.HTTP.Listen == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", p.cfg.HTTP.Listen)
	if err != nil {
		return nil, fmt.Errorf("[http] listen = %q cannot be used (%w): choose another port, or stop the program that has it", p.cfg.HTTP.Listen, err)
	}
	s := &http.Server{Handler: p.bot.Handler(p.metrics), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	return background(s, l, p), nil
}

// background serves until the stop it returns.
func background(s *http.Server, l net.Listener, p *parts) func() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("the HTTP server stopped", "addr", l.Addr().String(), "err", err)
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

// runCheck prints what is right and what is not.
func runCheck(ctx context.Context, c call) error {
	p, err := load(c)
	if err != nil {
		return err
	}
	bad := 0
	say := func(where string, f adapters.Finding) {
		sign := map[string]string{adapters.Fine: "✔", adapters.Warn: "!", adapters.Down: "✘", adapters.Fail: "✘"}[f.Level]
		if f.Level == adapters.Fail || f.Level == adapters.Down {
			bad++
		}
		fmt.Fprintf(c.out, "%s %s: %s\n", sign, where, f.Text)
	}
	say("config", adapters.Finding{Level: adapters.Fine, Text: c.config + " is right"})
	say("store", p.checkStore())
	for _, f := range p.desk.Check(ctx, true) {
		say("slack", f)
	}
	for _, a := range p.accounts {
		checker, is := a.Adapter.(adapters.Checker)
		if !is {
			say(a.Name, adapters.Finding{Level: adapters.Fine, Text: "nothing to check from here"})
			continue
		}
		for _, f := range checker.Check(ctx) {
			say(a.Name, f)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of these must be put right before webcare can work", bad)
	}
	return nil
}

func (p *parts) checkStore() adapters.Finding {
	path := p.cfg.Store.Path
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return adapters.Finding{Level: adapters.Fine, Text: path + " does not exist yet and will be made"}
	}
	if p.running() {
		return adapters.Finding{Level: adapters.Fine, Text: path + " is in use by the webcare that runs now"}
	}
	if err := p.open(); err != nil {
		return adapters.Finding{Level: adapters.Fail, Text: err.Error()}
	}
	if err := p.store.Close(); err != nil {
		return adapters.Finding{Level: adapters.Fail, Text: fmt.Sprintf("%s cannot be closed: %v", path, err)}
	}
	return adapters.Finding{Level: adapters.Fine, Text: path + " can be read and written"}
}

func printManifest(_ context.Context, c call) error {
	_, err := c.out.Write(slack.Manifest())
	return err
}

// runDemo runs the demo; the bot in it is this very program.
func runDemo(ctx context.Context, c call) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program, to run the bot with it: %w", err)
	}
	return demo.Run(ctx, demo.Options{Listen: c.config, Program: []string{self, "run", "-config"}, Out: c.out})
}
