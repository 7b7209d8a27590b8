package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"

	"webcare/bot"
)

// runQueue lists or settles what is stuck, by way of the bot where one runs.
func runQueue(ctx context.Context, c call) error {
	what := append(c.args, "list")[0]
	settle := what == "retry" || what == "drop"
	if !settle && (what != "list" || len(c.args) > 1) || settle && len(c.args) != 2 {
		fmt.Fprintln(c.errOut, "webcare queue: say one of: queue list, queue retry JOB, queue drop JOB (queue list names the jobs)")
		return errUsage
	}
	p, err := loadQuietly(c)
	if err != nil {
		return err
	}
	if settle {
		var done struct{ Text string }
		if err := p.ask(ctx, "/queue/"+what, url.Values{"job": {c.args[1]}}, func(in *json.Decoder) error { return in.Decode(&done) }); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.out, done.Text)
		return err
	}
	var stuck []bot.Stuck
	if err := p.ask(ctx, "/queue", nil, func(in *json.Decoder) error { return in.Decode(&stuck) }); err != nil {
		return err
	}
	return printQueue(c.out, stuck)
}

func printQueue(out io.Writer, stuck []bot.Stuck) error {
	if len(stuck) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is stuck.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tSINCE\tWHAT\tSTATE\tWHY")
	for _, s := range stuck {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Job, s.Since.Local().Format("2 Jan 15:04"), s.What, s.State, harmless(s.Why))
	}
	fmt.Fprintln(w, "\nwebcare queue retry JOB does it again, webcare queue drop JOB gives it up.")
	return w.Flush()
}
