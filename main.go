// Command webcare brings what customers say on outside networks into a Slack channel as threads and carries the answers
// of staff back. This package is flags, signals and wiring; the program is package bot.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(webcare(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is one word of the command line.
type command struct {
	name, args, about string
	run               func(ctx context.Context, c call) error
}

// call is what a command is run with.
type call struct {
	config      string
	args        []string
	out, errOut io.Writer
}

// commands are listed by -h in this order.
func commands() []command {
	return []command{
		{"run", "[-config FILE]", "run the bot", runBot},
		{"demo", "", "try everything in a browser, without Slack or any account", runDemo},
		{"check", "[-config FILE]", "prove that tokens, rights, channel and data file are right", runCheck},
		{"manifest", "", "print the manifest to make the Slack app from", printManifest},
		{"backup", "[-config FILE] TO", "write a copy of the data file, also while the bot runs", runBackup},
		{"queue", "[-config FILE] [list | retry JOB | drop JOB]", "show or settle what is stuck", runQueue},
		{"version", "", "print the version", printVersion},
	}
}

// errUsage says that the command line is wrong; what is wrong has been said.
var errUsage = errors.New("usage")

// webcare runs a command line and returns the exit status: 0 fine, 1 failed, 2 the command line or the config is wrong.
func webcare(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 || strings.TrimLeft(args[0], "-") == "h" || strings.TrimLeft(args[0], "-") == "help" || args[0] == "help" {
		usage(out)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		flags := flag.NewFlagSet("webcare "+c.name, flag.ContinueOnError)
		flags.SetOutput(errOut)
		flags.Usage = func() {
			fmt.Fprintf(errOut, "webcare %s %s\n  %s\n", c.name, c.args, c.about)
			flags.PrintDefaults()
		}
		x := call{out: out, errOut: errOut}
		if strings.Contains(c.args, "-config") {
			flags.StringVar(&x.config, "config", "config.toml", "the config file")
		}
		if c.name == "demo" {
			flags.StringVar(&x.config, "listen", "127.0.0.1:0", "where the page is served; loopback only")
		}
		if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
			return 0
		} else if err != nil {
			return 2
		}
		x.args = flags.Args()
		return status(c.run(ctx, x), errOut)
	}
	fmt.Fprintf(errOut, "webcare: there is no command %q\n\n", args[0])
	usage(errOut)
	return 2
}

// status says an error once, in plain words, and turns it into an exit status.
func status(err error, errOut io.Writer) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintf(errOut, "webcare: %v\n", err)
	if isMistake(err) {
		return 2
	}
	return 1
}

func usage(w io.Writer) {
	fmt.Fprint(w, "webcare answers customers from Slack.\n\nUsage: webcare COMMAND\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.about)
	}
	fmt.Fprint(w, "\nwebcare COMMAND -h tells more. To look around first: webcare demo\n")
}

func printVersion(_ context.Context, c call) error {
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(c.out, "webcare %s%s\n", version, revision)
	return err
}
