package main

import (
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
	"strings"
	"time"
)

// A running bot holds its data file locked, so backup, verify, queue and explain talk to it over a socket beside the file. The socket
// belongs to the user who runs the bot (mode 0600); where no bot runs, the commands open the file themselves.

func (p *parts) socket() string { return p.cfg.Store.Path + ".sock" }

// control serves the socket. The data file is locked by us, so a socket that is there is left over from a life before.
func (p *parts) control() (stop func(), err error) {
	if err := os.Remove(p.socket()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the control socket of an earlier run: %w", err)
	}
	stop, err = p.controlAt(p.socket())
	if err != nil {
		p.log.Warn("the commands backup, verify, queue and explain will not work while the bot runs", "err", err)
		return func() {}, nil
	}
	return stop, nil
}

func (p *parts) controlAt(path string) (stop func(), err error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("make the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the control socket: %w", err), l.Close())
	}
	return p.background(l, &http.Server{Handler: p.bot.Control(), ReadHeaderTimeout: 10 * time.Second}), nil
}

// running says whether a bot answers on the socket.
func (p *parts) running() bool {
	c, err := net.Dial("unix", p.socket())
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// ask sends a command to the bot that runs, or else to a bot made on the data file just for this, which makes no call
// to the outside. Read gets the answer.
func (p *parts) ask(ctx context.Context, path string, args url.Values, read func(*json.Decoder) error) error {
	socket := p.socket()
	if !p.running() {
		dir, err := os.MkdirTemp("", "webcare-") // only we can enter it
		if err != nil {
			return fmt.Errorf("make a folder for a socket: %w", err)
		}
		defer os.RemoveAll(dir) //nolint:errcheck // it is empty
		socket = filepath.Join(dir, "control")
		stop, err := p.openFor(socket)
		if err != nil {
			return err
		}
		defer stop()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://webcare"+path, strings.NewReader(args.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask the webcare that runs: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // only read
	if res.StatusCode != http.StatusOK {
		why, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return errors.Join(errors.New(strings.TrimSpace(string(why))), err)
	}
	return read(json.NewDecoder(res.Body))
}

// openFor opens the data file and answers commands about it at the socket.
func (p *parts) openFor(socket string) (stop func(), err error) {
	if _, err := os.Stat(p.cfg.Store.Path); errors.Is(err, os.ErrNotExist) { // open would make one
		return nil, fmt.Errorf("there is no data file %s; look at [store] path, which counts from the folder you are in", p.cfg.Store.Path)
	}
	err = p.open()
	if _, busy := errors.AsType[*busyStore](err); busy {
		return nil, fmt.Errorf("%s is in use, but the webcare that runs on it cannot be asked: its socket %s does not answer. Use this command as the same user on the same machine, or stop that webcare first", p.cfg.Store.Path, p.socket())
	}
	if err != nil {
		return nil, err
	}
	var deaf func()
	if err = p.build(); err == nil {
		deaf, err = p.controlAt(socket)
	}
	if err != nil {
		return nil, errors.Join(err, p.store.Close())
	}
	return func() {
		deaf()
		_ = p.store.Close() // what was done is committed
	}, nil
}
