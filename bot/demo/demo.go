// Package demo is the whole loop on one machine: the real bot, as a process of its own with a real config and data
// file in a temporary folder, between simulators of Slack and Telegram, and one web page with the customers' phones on
// the left and the desk on the right.
//
// Everything the bot does on the page it does over HTTP and WebSocket, as it would with the real networks; the levers
// on the page break those networks, and "pull the plug" kills the process without a word. Staff are nudged as with any
// config, or with "nudges come fast" a step at each full minute.
//
// It listens on loopback only, answers to no other host name, and leaves nothing behind when it ends.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	slack "webcare/adapters/slack/sim"
	telegram "webcare/adapters/telegram/sim"
)

// Options are how a demo is run.
type Options struct {
	// Listen is where the page and the networks' APIs are served; only loopback. Empty = 127.0.0.1 and any free port.
	Listen string
	// Program is the command that runs the bot; the path of its config file is appended.
	Program []string
	// Out is told where to look; nil = nobody.
	Out io.Writer
	// Log gets what goes wrong with the demo itself; nil = nobody. What the bot logs is shown on the page.
	Log *slog.Logger
}

// demo is one running demo. Its fields, but the settings, do not change after assemble.
type demo struct {
	log      *slog.Logger
	base     string // http://127.0.0.1:PORT
	hosts    []string
	zone     *time.Location
	slack    *slack.Sim
	telegram *telegram.Sim
	group    *telegram.Group // where customers write for all to read
	secrets  secrets
	settings settings
	plug     *plug
	levers   *levers
	rests    rests
	// The bot reaches each network by a door of its own.
	slackDoor, telegramDoor *door
	bell                    *bell
	stopping                context.Context // ends the page's streams
}

// secrets are made anew for every run, so that no other page in the browser can guess them.
type secrets struct{ slackBot, slackApp, telegram string }

// Run serves the demo until ctx ends, stops the bot (at most 10 s) and then returns nil. It returns an error where it
// cannot start or the server fails.
func Run(ctx context.Context, o Options) (err error) {
	if len(o.Program) == 0 {
		return errors.New("the demo was not told how to run the bot")
	}
	listener, err := listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // the server closes it; this is for the returns before
	dir, err := os.MkdirTemp("", "webcare-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	d, err := assemble(streams, listener.Addr().String(), o)
	if err != nil {
		return err
	}
	defer d.close()
	file, err := d.writeConfig(dir)
	if err != nil {
		return err
	}
	d.plug = newPlug(append(append([]string{}, o.Program...), file), d.bell.ring)
	return d.serve(ctx, listener, func() { d.announce(o.Out, file) }, endStreams)
}

// assemble makes everything but the bot's process.
func assemble(streams context.Context, addr string, o Options) (*demo, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q of the demo: %w", addr, err)
	}
	slackDoor, err := newDoor(streams, host)
	if err != nil {
		return nil, err
	}
	telegramDoor, err := newDoor(streams, host)
	if err != nil {
		slackDoor.shut()
		return nil, err
	}
	d := &demo{
		log: o.Log, base: "http://" + addr, zone: zone(), bell: newBell(), stopping: streams,
		slackDoor: slackDoor, telegramDoor: telegramDoor, hosts: hosts(addr, slackDoor.addr, telegramDoor.addr),
		secrets: secrets{"xoxb-" + rand.Text(), "xapp-" + rand.Text(), "123456789:" + rand.Text()},
	}
	d.plug = newPlug(nil, d.bell.ring)
	d.slack = d.newSlack()
	d.telegram, d.group = d.newTelegram()
	d.levers = &levers{slack: d.slack, telegram: d.telegram, slackDoor: slackDoor, telegramDoor: telegramDoor, ring: d.bell.ring}
	return d, nil
}

// serve runs the server and the bot until ctx ends or the server fails; then the bot stops first, while the networks
// still answer.
func (d *demo) serve(ctx context.Context, l net.Listener, ready, endStreams func()) error {
	server := &http.Server{
		Handler: d.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelDebug),
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	var serving, bot, watching sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve the demo: %w", err)
			stop()
		}
	})
	d.slackDoor.serve(server, &serving)
	d.telegramDoor.serve(server, &serving)
	watching.Go(func() { d.watchSlack(d.stopping) })
	watching.Go(func() { d.watchTelegram(d.stopping) })
	bot.Go(func() { d.plug.run(ctx) })
	ready()
	bot.Wait()
	endStreams()
	watching.Wait()
	d.close()
	_ = server.Close()
	serving.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// close ends the networks.
func (d *demo) close() {
	d.telegram.Close()
	_ = d.slack.Close()
	d.slackDoor.brickUp()
	d.telegramDoor.brickUp()
}

// announce says where to look.
func (d *demo) announce(w io.Writer, file string) {
	if w == nil {
		return
	}
	fmt.Fprintf(w, "The webcare demo runs. Open the page, write as the customer, answer in the thread.\n\n"+ //nolint:errcheck // nobody else to tell
		"  Page          %s/\n  Slack API     %s/slack/api/\n  Telegram API  %s/telegram\n  Config        %s (with the tokens)\n\n"+
		"Ctrl-C ends it and removes everything.\n", d.base, d.base, d.base, file)
}

// listen opens the port, on loopback only: the page has no password.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q of the demo must look like 127.0.0.1:8090", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the demo has no password, so it listens on this machine only: use 127.0.0.1:%s, not %q", port, addr)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the demo on %s: %w; choose another port, or 0 for any", addr, err)
	}
	return l, nil
}
