package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"webcare/bot"
)

// runBackup writes a copy of the data file, by way of the bot where one runs.
func runBackup(ctx context.Context, c call) error {
	if len(c.args) != 1 {
		fmt.Fprintln(c.errOut, "webcare backup: name the file to write: webcare backup FILE")
		return errUsage
	}
	p, err := loadQuietly(c)
	if err != nil {
		return err
	}
	to, err := filepath.Abs(c.args[0]) // the bot that runs may be in another folder
	if err != nil {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s exists already; name another file, for a backup never replaces one", to)
	}
	var bytes int64
	shown := progress{w: c.errOut, on: terminal(c.errOut)}
	err = p.ask(ctx, "/backup", url.Values{"to": {to}}, func(in *json.Decoder) error {
		for {
			var step bot.Copied
			if err := in.Decode(&step); err != nil {
				return fmt.Errorf("it was broken off, and nothing was written: %w", err)
			}
			switch {
			case step.Error != "":
				return errors.New(step.Error)
			case step.Bytes > 0:
				bytes = step.Bytes
				return nil
			}
			shown.show(step.Done, step.Total)
		}
	})
	shown.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s is written: %s. To go back to it: stop webcare, put it in the place of %s, start webcare.\n", to, size(bytes), p.cfg.Store.Path)
	return err
}

// size is a number of bytes as people say it.
func size(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%d kB", (bytes+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

// progress shows how far long work is, on a terminal only.
type progress struct {
	w     io.Writer
	on    bool
	shown string
}

func (p *progress) show(done, total int) {
	text := fmt.Sprintf("%3d %%", 100*done/max(1, total))
	if p.on && text != p.shown {
		fmt.Fprint(p.w, "\r"+text)
		p.shown = text
	}
}

// end leaves the line empty.
func (p *progress) end() {
	if p.shown != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
