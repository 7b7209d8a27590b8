// Command bench measures webcare beside what a team would write instead, in one run, and prints ratios and counts: they
// hold on any machine, milliseconds on none.
//
// The subjects, each a process of its own in a world of its own (simulated Slack and Telegram on the loopback):
//
//	A        one ordered queue per conversation, parallel between conversations, nothing on disk: the fair floor
//	E        A with one commit per batch before anybody is told "got it": the durable floor
//	webcare  the product
//	A2       A once more: how far two measurements of the same thing lie apart here and now
//
// What is quiet needs fewer rounds: -rounds is the most, rows 5 and 6 take three, row 8 two and three, and what row 4
// shows beyond 10 and 50 messages a second two.
//
// Rounds are interleaved. A round in which A2 lies outside 0.85 to 1.18 of A is marked as too noisy and not counted,
// unless all of them are.
//
//	go run ./bot/bench                 every row, about an hour
//	go run ./bot/bench -rows 4,15      only these rows
//	go run ./bot/bench -cards          with floors that post cards like webcare's
//	go run ./bot/bench -json           for machines
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
)

// The tokens of the simulated world, and its desk.
const (
	slackToken    = "xoxb-sim"
	socketToken   = "xapp-sim"
	telegramToken = "123456:TEST"
	deskChannel   = "C0DESK001"
	deskName      = "webcare"
)

// allRows are those that can be asked for.
const allRows = "1,3,4,5,6,7,8,9,10,11,12,13,14,15"

// task is what a subject is told.
type task struct {
	slackURL, telegramURL string
	dir                   string  // for its files
	rate                  float64 // posts a second that Slack takes; 0 = no limit
	profiles              string  // a folder for profiles; empty = none
	cards                 bool    // floors open threads with cards like webcare's
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rows := flags.String("rows", allRows, "the rows to measure")
	rounds := flags.Int("rounds", 5, "rounds of what is measured by the clock, 1 to 20")
	asJSON := flags.Bool("json", false, "print JSON")
	subject := flags.String("subject", "", "run as this subject: set by bench for its own children")
	var t task
	flags.StringVar(&t.slackURL, "slack", "", "for a subject: where Slack is")
	flags.StringVar(&t.telegramURL, "telegram", "", "for a subject: where Telegram is")
	flags.StringVar(&t.dir, "dir", "", "for a subject: its folder")
	flags.StringVar(&t.profiles, "profiles", "", "a folder into which each subject writes where its processor time went; empty = nowhere")
	flags.BoolVar(&t.cards, "cards", false, "have the floors open threads with cards like webcare's, to see what of the difference is in the cards")
	flags.Float64Var(&t.rate, "rate", 0, "for a subject: posts a second")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *subject != "" {
		return runSubject(ctx, *subject, t)
	}
	b := &bench{rounds: min(max(*rounds, 1), 20), profiles: t.profiles, cards: t.cards, say: os.Stderr}
	wanted := map[int]bool{}
	for s := range strings.SplitSeq(*rows, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return fmt.Errorf("-rows %q: numbers with commas between them", *rows)
		}
		if !strings.Contains(","+allRows+",", ","+strconv.Itoa(n)+",") {
			return fmt.Errorf("there is no row %d; the rows are %s (2 is counted with 1, 3, 6 and 8)", n, allRows)
		}
		wanted[n] = true
	}
	err := b.measure(ctx, wanted)
	return errors.Join(err, b.print(out, *asJSON)) // what was measured before something went wrong is shown
}

// runSubject is one of the programs that are compared. It ends when its parent does.
func runSubject(ctx context.Context, name string, t task) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if t.profiles != "" {
		f, err := os.Create(filepath.Join(t.profiles, fmt.Sprintf("%s-%d.pprof", name, os.Getpid())))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	runtime.GC()
	switch name {
	case "A", "A2":
		return runFloor(ctx, t, false)
	case "E":
		return runFloor(ctx, t, true)
	case "webcare":
		return runWebcare(ctx, t)
	}
	return fmt.Errorf("there is no subject %q", name)
}
