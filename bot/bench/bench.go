package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// bench is one run of the whole.
type bench struct {
	rounds   int
	profiles string    // a folder for them; empty = none
	cards    bool      // as in task
	say      io.Writer // progress
	lines    []line
	files    files
}

// line is one result: a ratio or a count, and what it should be.
type line struct {
	Row    int     `json:"row"`
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Limit  float64 `json:"limit"`
	Least  bool    `json:"at_least"` // the limit is the least, not the most
	Others string  `json:"others"`   // the same of the floors
	Noisy  string  `json:"noisy,omitempty"`
	Free   bool    `json:"no_goal,omitempty"` // there is no limit
}

func (l line) holds() bool {
	switch {
	case l.Free:
		return true
	case l.Least:
		return l.Value >= l.Limit
	}
	return l.Value <= l.Limit
}

// measure runs the rows, those that count first.
func (b *bench) measure(ctx context.Context, wanted map[int]bool) error {
	defer b.files.remove()
	for _, part := range []struct {
		rows []int
		what string
		run  func(context.Context) error
	}{
		{[]int{1, 3}, "kill -9 in mid-load, and while catching up", b.kills},
		{[]int{11}, "Slack answers 429", b.limited},
		{[]int{12}, "Slack is down for a minute", b.outage},
		{[]int{13, 3}, "5,000 events wait", b.backlog},
		{[]int{15}, "nothing happens for minutes", b.idle},
		{[]int{8}, "10,000 conversations", b.memory},
		{[]int{8}, "a million conversations stored", b.stored},
		{[]int{14}, "a million conversations wait", b.due},
		{[]int{6}, "10,000 customers wait when it starts", b.drain},
		{[]int{9}, "start", b.begin},
		{[]int{10}, "start behind a kill", b.again},
		{[]int{7}, "processor time", b.labour},
		{[]int{5}, "no round trip", b.quick},
		{[]int{4}, "a round trip of 50 ms", b.latency},
	} {
		if !slices.ContainsFunc(part.rows, func(n int) bool { return wanted[n] }) {
			continue
		}
		began := time.Now()
		disk, err := diskTakes()
		if err != nil {
			return err
		}
		fmt.Fprintf(b.say, "%s (a sync takes the disk %.2f ms) …", part.what, 1000*disk.Seconds())
		err = part.run(ctx)
		fmt.Fprintf(b.say, " %.0f s\n", time.Since(began).Seconds())
		if err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return nil
}

// diskTakes is the median of how long the disk takes to keep a page: those that keep what they acknowledge wait for it.
func diskTakes() (took time.Duration, err error) {
	f, err := os.CreateTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page, all := make([]byte, 4096), make([]time.Duration, 51)
	for i := range all {
		began := time.Now()
		if _, err := f.WriteAt(page, 0); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all[i] = time.Since(began)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

func (b *bench) add(l line) { b.lines = append(b.lines, l) }

// print writes the table, or JSON; it returns an error where a row does not hold.
func (b *bench) print(out io.Writer, asJSON bool) error {
	slices.SortStableFunc(b.lines, func(x, y line) int { return x.Row - y.Row })
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		if err := e.Encode(b.lines); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "row\twhat\twebcare\tgoal\t\tothers")
		for _, l := range b.lines {
			goal, verdict := fmt.Sprintf("≤ %.4g", l.Limit), "holds"
			switch {
			case l.Free:
				goal, verdict = "", ""
			case l.Least:
				goal = fmt.Sprintf("≥ %.4g", l.Limit)
			}
			if !l.holds() {
				verdict = "FAILS"
			}
			if l.Noisy != "" {
				verdict += " (" + l.Noisy + ")"
			}
			fmt.Fprintf(w, "%d\t%s\t%.4g\t%s\t%s\t%s\n", l.Row, l.What, l.Value, goal, verdict, l.Others)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	failed := 0
	for _, l := range b.lines {
		if !l.holds() {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d results do not hold", failed, len(b.lines))
	}
	return nil
}

// scene is a subject at work in a world.
type scene struct {
	*world
	subject string
	child   *child
}

// setting says in what world a subject works.
type setting struct {
	rtt       time.Duration
	forgetful bool    // Slack does not send again what is acknowledged late, and counts it
	rate      float64 // posts a second that Slack takes, with a burst of 5; 0 = no limit
	asleep    bool    // the subject is not started
	stored    int     // so many conversations are in webcare's data file when it starts
}

// upWithin is how long a subject may take until it hears both networks.
const upWithin = 15 * time.Second

// stage starts a subject in a new world, plays, and clears everything away.
func (b *bench) stage(ctx context.Context, subject string, s setting, play func(context.Context, *scene) error) (err error) {
	w, err := newWorld(s.rtt, !s.forgetful)
	if err != nil {
		return err
	}
	defer w.close()
	if w.task.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(w.task.dir) }()
	if s.stored > 0 && subject == "webcare" {
		if err := b.files.copy(ctx, s.stored, filepath.Join(w.task.dir, dataFile)); err != nil {
			return err
		}
	}
	w.task.rate, w.task.profiles, w.task.cards = s.rate, b.profiles, b.cards
	if s.rate > 0 {
		w.slack.RateLimit(s.rate, burst)
	}
	sc := &scene{world: w, subject: subject}
	defer func() {
		if sc.child != nil {
			sc.child.end()
		}
	}()
	if !s.asleep {
		if err := sc.start(ctx); err != nil {
			return err
		}
	}
	if err := play(ctx, sc); err != nil {
		return fmt.Errorf("%s: %w", subject, err)
	}
	return nil
}

// start starts the subject and waits until it hears both networks.
func (s *scene) start(ctx context.Context) (err error) {
	polls := s.telegram.Calls()["getUpdates"] // its first one may be there before start returns
	if s.child, err = start(ctx, s.subject, s.task); err != nil {
		return err
	}
	for began := time.Now(); s.slack.Sockets() == 0 || s.telegram.Calls()["getUpdates"] == polls; {
		select {
		case <-s.child.ended:
			return fmt.Errorf("%s ended by itself", s.subject)
		default:
		}
		if time.Since(began) > upWithin {
			return fmt.Errorf("%s does not hear both networks within %v", s.subject, upWithin)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// beside plays the same for several subjects at the same time: for what is counted, not timed.
func (b *bench) beside(ctx context.Context, s setting, play func(context.Context, *scene) error, subjects ...string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, name := range subjects {
		wg.Go(func() {
			if err := b.stage(ctx, name, s, play); err != nil {
				cancel(err) // nobody waits for one that will not come
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// notes gathers a value of each subject.
type notes struct {
	mu     sync.Mutex
	values map[string]float64
}

func (n *notes) put(subject string, v float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.values == nil {
		n.values = map[string]float64{}
	}
	n.values[subject] += v
}

// others names the values of all subjects but webcare.
func (n *notes) others() string {
	var all []string
	for _, name := range []string{"A", "E", "A2"} {
		if v, is := n.values[name]; is {
			all = append(all, fmt.Sprintf("%s %.4g", name, v))
		}
	}
	return strings.Join(all, "  ")
}
