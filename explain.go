package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	"webcare/bot"
)

// runExplain says why staff are reminded of a customer, or not, by way of the bot where one runs.
func runExplain(ctx context.Context, c call) error {
	if len(c.args) != 1 {
		fmt.Fprintln(c.errOut, "webcare explain: name the thread: the link to its card, which Slack copies by “Copy link”")
		return errUsage
	}
	p, err := loadQuietly(c)
	if err != nil {
		return err
	}
	var x bot.Explained
	if err := p.ask(ctx, "/explain", url.Values{"thread": {c.args[0]}}, func(in *json.Decoder) error { return in.Decode(&x) }); err != nil {
		return err
	}
	return printExplained(c.out, x)
}

func printExplained(out io.Writer, x bot.Explained) error {
	at := func(t time.Time) string { return t.Local().Format("Mon 2 Jan 15:04") }
	fmt.Fprintf(out, "Conversation %s on account %s: %s (%s).\n", x.Conversation, x.Account, x.Because, x.Why)
	if !x.Since.IsZero() {
		fmt.Fprintf(out, "The customer has been waiting since %s.\n", at(x.Since))
	}
	if x.Claimer != "" {
		fmt.Fprintf(out, "%s has it.\n", x.Claimer)
	}
	for i, s := range x.Steps {
		state := "not yet"
		if s.Taken {
			state = "taken"
		}
		fmt.Fprintf(out, "%d. %s: %s (%s)\n", i+1, at(s.At), s.How, state)
	}
	if !x.Next.IsZero() {
		fmt.Fprintf(out, "The clock looks again at %s.\n", at(x.Next))
	}
	if !x.Window.IsZero() {
		fmt.Fprintf(out, "The network takes an answer until %s.\n", at(x.Window))
	}
	return nil
}
