package slack

import (
	"context"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
)

const (
	// quietAge is how long we believe what Slack said of somebody's peace.
	quietAge = time.Minute
	// quietAgain is when Slack is asked again after it said that we may not ask.
	quietAgain = 10 * time.Minute
	// maxQuiet bounds the memory; beyond it everything is asked again.
	maxQuiet = 1000
)

// peace is when somebody does not want to be disturbed: by their schedule, and by a pause of their own. Slack shows
// pauses to the person themselves only, so that one counts where it makes the schedule longer (dnd.info on docs.slack.dev).
type peace struct {
	Enabled flag   `json:"dnd_enabled"`
	Start   number `json:"next_dnd_start_ts"`
	End     number `json:"next_dnd_end_ts"`
	Snoozes flag   `json:"snooze_enabled"`
	Snooze  number `json:"snooze_endtime"`
}

// until is when it is over; zero = there is none now.
func (p peace) until(now time.Time) time.Time {
	var end number
	if s := number(now.Unix()); bool(p.Enabled) && p.Start <= s && s < p.End {
		end = p.End
	}
	if p.Snoozes && p.Snooze > number(now.Unix()) {
		end = max(end, p.Snooze)
	}
	if end == 0 {
		return time.Time{}
	}
	return time.Unix(int64(end), 0)
}

// quiet remembers it.
type quiet struct {
	mu    sync.Mutex
	known map[string]askedPeace
	// denied is that we may not ask, and since when.
	denied error
	since  time.Time
}

type askedPeace struct {
	peace
	at time.Time
}

func (q *quiet) recall(id string) (p peace, known bool, denied error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.denied != nil && time.Since(q.since) < quietAgain {
		return peace{}, false, q.denied
	}
	one, ok := q.known[id]
	return one.peace, ok && time.Since(one.at) < quietAge, nil
}

func (q *quiet) keep(id string, p peace, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.known == nil || len(q.known) >= maxQuiet {
		q.known = map[string]askedPeace{}
	}
	q.known[id], q.denied = askedPeace{p, at}, nil
}

// deny notes that we may not ask; false = that was known.
func (q *quiet) deny(err error) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	was := q.denied
	q.denied, q.since = err, time.Now()
	return was == nil
}

// Quiet: see adapters.Desk. Where the app lacks the right to ask, it is said in the log once and asked again now and then.
func (d *Desk) Quiet(ctx context.Context, id string) (time.Time, error) {
	was, known, denied := d.quiet.recall(id)
	if denied != nil {
		return time.Time{}, denied
	}
	if known {
		return was.until(time.Now()), nil
	}
	var p peace
	at := time.Now()
	err := d.ask(ctx, method{name: "dnd.info", direct: true}, &p, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.GetDNDInfoContext(ctx, &id)
		return err
	})
	if code(err) == "missing_scope" && d.quiet.deny(err) {
		d.log.Warn("slack: nobody can be asked whether they want to be disturbed", "error", err)
	}
	if err != nil {
		return time.Time{}, err
	}
	d.quiet.keep(id, p, at)
	return p.until(time.Now()), nil
}
