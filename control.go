package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"webcare/bot"
)

// A running bot holds its data file locked, so backup and queue talk to it over a socket beside the file. The socket
// belongs to the user who runs the bot (mode 0600); where no bot runs, the commands open the file themselves.

func (p *parts) socket() string { return p.cfg.Store.Path + ".sock" }

// control serves the socket.
func (p *parts) control() (stop func(), err error) {
	if err := os.Remove(p.socket()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the control socket of an earlier run: %w", err)
	}
	l, err := net.Listen("unix", p.socket())
	if err != nil {
		p.log.Warn("the commands backup and queue will not work while the bot runs: the control socket cannot be made", "path", p.socket(), "err", err)
		return func() {}, nil
	}
	if err := os.Chmod(p.socket(), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the control socket: %w", err), l.Close())
	}
	return background(&http.Server{Handler: p.bot.Control(), ReadHeaderTimeout: 10 * time.Second}, l, p), nil
}

// running says whether a bot answers on the socket.
func (p *parts) running() bool {
	c, err := net.Dial("unix", p.socket())
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// ask sends a command to the bot that runs, or to a bot opened just for this.
func (p *parts) ask(ctx context.Context, path string, args url.Values, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://webcare"+path, bytes.NewBufferString(args.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var res *http.Response
	if p.running() {
		client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", p.socket())
		}}}
		if res, err = client.Do(req); err != nil {
			return fmt.Errorf("ask the webcare that runs: %w", err)
		}
	} else {
		if err := p.open(); err != nil {
			return err
		}
		defer func() { _ = p.store.Close() }()
		res = local(p.bot.Control(), req)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(string(bytes.TrimSpace(body)))
	}
	return json.Unmarshal(body, answer)
}

// local answers a request without a network.
func local(h http.Handler, req *http.Request) *http.Response {
	w := &recorded{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, req)
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body)}
}

// recorded keeps a response.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorded) Header() http.Header         { return w.header }
func (w *recorded) WriteHeader(status int)      { w.status = status }
func (w *recorded) Write(b []byte) (int, error) { return w.body.Write(b) }

func runBackup(ctx context.Context, c call) error {
	if len(c.args) != 1 {
		fmt.Fprintln(c.errOut, "webcare: name the file to write: webcare backup FILE")
		return errUsage
	}
	p, err := load(c)
	if err != nil {
		return err
	}
	to, err := filepath.Abs(c.args[0])
	if err != nil {
		return err
	}
	var done struct{ Bytes int64 }
	if err := p.ask(ctx, "/backup", url.Values{"to": {to}}, &done); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	_, err = fmt.Fprintf(c.out, "%s written, %.1f MB. To go back to it: stop webcare, put it in the place of %s, start webcare.\n", to, float64(done.Bytes)/1e6, p.cfg.Store.Path)
	return err
}

func runQueue(ctx context.Context, c call) error {
	what, args := "list", c.args
	if len(args) > 0 {
		what, args = args[0], args[1:]
	}
	p, err := load(c)
	if err != nil {
		return err
	}
	switch {
	case what == "list" && len(args) == 0:
		var stuck []bot.Stuck
		if err := p.ask(ctx, "/queue", nil, &stuck); err != nil {
			return fmt.Errorf("queue: %w", err)
		}
		return printQueue(c.out, stuck)
	case (what == "retry" || what == "drop") && len(args) == 1:
		var done struct{ Text string }
		if err := p.ask(ctx, "/queue/"+what, url.Values{"job": {args[0]}}, &done); err != nil {
			return fmt.Errorf("queue %s: %w", what, err)
		}
		_, err := fmt.Fprintln(c.out, done.Text)
		return err
	}
	fmt.Fprintln(c.errOut, "webcare: say one of: queue list, queue retry JOB, queue drop JOB (queue list names the jobs)")
	return errUsage
}

func printQueue(out io.Writer, stuck []bot.Stuck) error {
	if len(stuck) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is stuck.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tSINCE\tWHAT\tSTATE\tWHY")
	for _, s := range stuck {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Job, s.Since.Local().Format("2 Jan 15:04"), s.What, s.State, s.Why)
	}
	return w.Flush()
}
