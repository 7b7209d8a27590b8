package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"webcare/adapters"
	"webcare/store"
	"webcare/store/bolt"
)

// runVerify reads a whole data file and says what is wrong with it: that of the config, by way of the bot where one runs,
// or the one that is named.
func runVerify(ctx context.Context, c call) error {
	if len(c.args) == 1 {
		say := func(text string) { fmt.Fprintln(c.errOut, "webcare: warning: "+text) }
		r, err := verifyFile(ctx, c.args[0], slog.New(warnings{say}))
		if errors.Is(err, store.ErrInUse) {
			err = fmt.Errorf("%s is in use; webcare verify, without a name, looks at the file of a webcare that runs", c.args[0])
		}
		return showReport(c, c.args[0], r, err)
	}
	p, err := loadQuietly(c)
	if err != nil {
		return err
	}
	var r store.Report
	path := p.cfg.Store.Path
	if p.running() {
		err = p.ask(ctx, "/verify", nil, func(in *json.Decoder) error { return in.Decode(&r) })
	} else {
		r, err = verifyFile(ctx, path, p.log)
	}
	return showReport(c, path, r, err)
}

func verifyFile(ctx context.Context, path string, log *slog.Logger) (r store.Report, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) { // Open would make one
		return r, fmt.Errorf("there is no data file %s", path)
	}
	s, err := bolt.Open(path, bolt.Options{Log: log})
	if err != nil {
		return r, storeTrouble(path, err)
	}
	r, err = s.Verify(ctx)
	return r, errors.Join(err, s.Close())
}

// showReport prints what there is in a file and what is wrong with it, as check does.
func showReport(c call, path string, r store.Report, err error) error {
	if err != nil {
		return err
	}
	var found []adapters.Finding
	add := func(level, text string) { found = append(found, adapters.Finding{Level: level, Text: text}) }
	add(adapters.Fine, "it holds "+contents(r))
	for _, s := range r.Problems {
		add(adapters.Fail, s)
	}
	for _, s := range r.Contradictions {
		add(adapters.Warn, s)
	}
	if len(r.Problems) == 0 {
		add(adapters.Fine, "every record can be read, and every index says what the records say")
		if r.Pages {
			add(adapters.Fine, "every page of the file is used once")
		} else {
			add(adapters.Down, "whether every page of the file is used once can be seen only while webcare does not run")
		}
	}
	if len(r.Contradictions) == 0 {
		add(adapters.Fine, "nothing in it contradicts itself")
	}
	printGroup(c.out, group{path, found}, map[string]int{})
	if _, err := fmt.Fprintf(c.out, "\n%s\n", soundness(r)); err != nil {
		return err
	}
	if len(r.Problems)+len(r.Contradictions) > 0 {
		return errSaid
	}
	return nil
}

// soundness is the last line.
func soundness(r store.Report) string {
	switch {
	case len(r.Problems) > 0:
		return "The file is damaged (✘). Keep it, and put a backup in its place that is sound: webcare verify BACKUP."
	case len(r.Contradictions) > 0:
		return "The file can be read, but an error of webcare has left in it what cannot be (!). Keep a copy, and report what stands above."
	}
	return "The file is sound."
}

// contents says what is in a file, indexes left out.
func contents(r store.Report) string {
	var all []string
	for _, kind := range []struct{ name, one, many string }{
		{"conversation", "conversation", "conversations"},
		{"event", "event of their histories", "events of their histories"},
		{"queue", "job to be done", "jobs to be done"},
		{"stuck", "job that is stuck", "jobs that are stuck"},
		{"parked", "event that waits", "events that wait"},
		{"raw", "event that could not be read", "events that could not be read"},
		{"seen", "id that was heard", "ids that were heard"},
		{"ready", "ready answer", "ready answers"},
	} {
		name := kind.many
		if r.Records[kind.name] == 1 {
			name = kind.one
		}
		all = append(all, fmt.Sprintf("%d %s", r.Records[kind.name], name))
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}
