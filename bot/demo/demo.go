// Package demo is the whole loop on one machine: the real bot, as a process of its own with a real config and data
// file in a temporary folder, between simulators of Slack and Telegram, and one web page with the customers' phones on
// the left and the desk on the right.
//
// Everything the bot does on the page it does over HTTP and WebSocket, as it would with the real networks; the levers
// on the page break those networks, and "pull the plug" kills the process without a word. In the demo seconds pass
// where a real config says minutes.
//
// It listens on loopback only, answers no other host name, and leaves nothing behind when it ends.
package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
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

// Run serves the demo until ctx ends and then returns nil. It returns an error where it cannot start.
func Run(ctx context.Context, o Options) error {
	return errors.New("not there yet")
}
