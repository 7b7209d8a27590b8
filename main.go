// Command webcare brings what customers say on outside networks into a Slack channel as threads and carries the answers
// of staff back. This package is flags, signals and wiring; the program is package bot.
//
// Exit statuses: 0 fine, 1 it failed or something must be put right, 2 the command line or the config is wrong. What is
// asked for goes to standard output, everything else, the log included, to standard error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"unicode"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(webcare(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is one word of the command line.
type command struct {
	name, args, about string
	more              string // what -h says beyond about
	words             int    // how many words it takes at most, flags not counted
	run               func(ctx context.Context, c call) error
}

// call is what a command is run with.
type call struct {
	config, listen string
	args           []string
	out, errOut    io.Writer
}

// commands are listed by -h in this order.
func commands() []command {
	return []command{
		{"run", "[-config FILE]", "run the bot", runHelp, 0, runBot},
		{"demo", "[-listen ADDRESS]", "try everything in a browser, without Slack or any account", demoHelp, 0, runDemo},
		{"check", "[-config FILE]", "prove that tokens, rights, channel and data file are right", checkHelp, 0, runCheck},
		{"manifest", "[en | nl]", "print the manifest to make the Slack app from", manifestHelp, 1, printManifest},
		{"backup", "[-config FILE] TO", "write a copy of the data file, also while the bot runs", backupHelp, 1, runBackup},
		{"verify", "[-config FILE] [COPY]", "read the whole data file, or a copy, and say what is wrong with it", verifyHelp, 1, runVerify},
		{"queue", "[-config FILE] [list | retry JOB | drop JOB]", "show or settle what is stuck", queueHelp, 2, runQueue},
		{"explain", "[-config FILE] THREAD", "say why staff are reminded of a customer, or not", explainHelp, 1, runExplain},
		{"version", "", "print the version", "", 0, printVersion},
	}
}

const (
	runHelp = `It runs until Ctrl-C or SIGTERM and then ends within 10 seconds; what is not done by then is
kept in the data file and done at the next start. Before it starts it looks at the tokens and
the channel as check does, and refuses to start with what cannot work. A network that cannot
be reached is no reason to end: it waits for it.`
	demoHelp = `The real bot runs on simulated networks, and nothing outside this machine is asked. It prints
the address of a page; Ctrl-C ends it and removes everything.`
	checkHelp = `Each line says what is right, or what to do. In the Slack channel one line is posted, found
again and deleted. It can be used while the bot runs. The exit status is 1 where something
must be put right.`
	manifestHelp = `On api.slack.com/apps choose Create New App, From a manifest, and paste it. The language is that of
what people choose in Slack's own menus; it is English where none is named.`
	backupHelp = `The copy is consistent and compact. TO must not exist yet. To go back to it: stop webcare, put
the copy in the place of the data file, start webcare.`
	verifyHelp = `Without a word it reads the data file of the config, also while the bot runs; COPY is a backup, of which
no config is needed. Nothing is changed. The exit status is 1 where something is wrong.`
	queueHelp = `list (or nothing) names the jobs that are stuck: refused, or of unknown fate. retry does one
again, drop gives it up; the buttons in the threads do the same.`
	explainHelp = `THREAD is the link to the card of a customer, or to any message in the thread: Slack copies it by
Copy link. It says whose turn it is, which reminders were given and when the next one is due.`
)

// errUsage says that the command line is wrong; what is wrong has been said.
var errUsage = errors.New("usage")

// errSaid says that it failed; why has been said.
var errSaid = errors.New("failed")

// webcare runs a command line and returns the exit status.
func webcare(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 {
		usage(errOut)
		return 2
	}
	name, args := args[0], args[1:]
	if slices.Contains([]string{"help", "h", "-h", "-help", "--help"}, name) {
		if len(args) == 0 {
			usage(out)
			return 0
		}
		name, args = args[0], []string{"-h"}
	}
	for _, c := range commands() {
		if c.name == name {
			return c.do(ctx, args, out, errOut)
		}
	}
	fmt.Fprintf(errOut, "webcare: there is no command %q\n\n", name)
	usage(errOut)
	return 2
}

// do reads the flags and words of a command and runs it.
func (c command) do(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	x := call{out: out, errOut: errOut}
	if strings.Contains(c.args, "-config") {
		flags.StringVar(&x.config, "config", "config.toml", "the config `FILE`")
	}
	if strings.Contains(c.args, "-listen") {
		flags.StringVar(&x.listen, "listen", "127.0.0.1:0", "the `ADDRESS` of the page, on this machine only; port 0 is any that is free")
	}
	words, err := parse(flags, args)
	if err == nil && len(words) > c.words {
		err = fmt.Errorf("%q is one word too many", words[c.words])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(flags, out)
		return 0
	case err != nil:
		fmt.Fprintf(errOut, "webcare %s: %v. webcare %s -h tells how it is used\n", c.name, err, c.name)
		return 2
	}
	x.args = words
	return status(ctx, c.run(ctx, x), errOut)
}

// parse takes flags before, between and after the words; behind -- everything is a word.
func parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if n := len(args) - len(rest); len(rest) == 0 || n > 0 && args[n-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}

func (c command) help(flags *flag.FlagSet, w io.Writer) {
	fmt.Fprintf(w, "webcare %s: %s\n\nUsage: %s\n", c.name, c.about, strings.TrimSpace("webcare "+c.name+" "+c.args))
	if c.more != "" {
		fmt.Fprintf(w, "\n%s\n", c.more)
	}
	any := false
	flags.VisitAll(func(*flag.Flag) { any = true })
	if any {
		fmt.Fprintln(w)
		flags.SetOutput(w)
		flags.PrintDefaults()
	}
}

// status says an error once, in plain words, and turns it into an exit status.
func status(ctx context.Context, err error, errOut io.Writer) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	case errors.Is(err, errSaid):
		return 1
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(errOut, "webcare: broken off")
		return 1
	}
	fmt.Fprintf(errOut, "webcare: %s\n", harmless(err.Error()))
	if _, is := errors.AsType[*configError](err); is {
		return 2
	}
	return 1
}

// harmless is a text, in which words of others may stand, as a terminal can have it: what would move its cursor, change
// its colours or turn the direction of writing is shown as U+FFFD.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
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
	_, err := fmt.Fprintf(c.out, "webcare %s%s, %s, %s/%s\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
