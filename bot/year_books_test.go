package bot_test

import (
	"slices"
	"time"

	"webcare/bot/conversation"
)

// books is what the judge knows of a customer, from what people did and saw.
type books struct {
	turn     conversation.Turn
	since    time.Time // when the oldest unanswered message was written
	waits    int       // counts the waits
	promised bool      // this wait began with a promise that is due, not with the customer: it is in no count
	ladder   *rungs    // of the wait that runs
	claimer  string
	claimed  time.Time
	lost     string // who lost the claim last, at lostAt, since no answer came
	lostAt   time.Time
	doubt    bool // whose they are is not known, since they may be among many whom nobody named
	aside    aside
	promises []aside   // what somebody will be reminded of once they have an answer, in order of time
	offer    time.Time // when somebody may be reminded of what they promised
	heard    time.Time
	came     time.Time // when there was something new to read
	spoken   time.Time
	closedAt time.Time
	asked    time.Time // when they were asked whether we helped
	told     time.Time // when they were told that we are closed
	window   time.Time // until when the network takes an answer
	believed time.Time // until when the bot thinks so
	warned   bool      // somebody was told of that
	shifted  bool      // the clock was set since it began
	nudges   []conversation.Place
	last     []string // what happened to them
}

// aside is until when a customer is put aside.
type aside struct {
	until   time.Time
	by      string
	promise bool
}

// rungs are the steps of one wait: 15, 45 and 60 minutes of service time after it began.
type rungs struct {
	from                  time.Time
	due, told             [3]time.Time
	thread, claimer, lead int  // how many reminders there were
	moved                 bool // the clock was set since it began: what waits for somebody to be at work may come that much later
	early                 bool // it may have begun before the bot was killed, or when it ran again: its steps are not judged
}

// steps are the service times of the ladder.
var steps = [3]time.Duration{15 * time.Minute, 45 * time.Minute, time.Hour}

// begins has the ladder begin.
func (y *year) begins(c *client, from time.Time) {
	l := &rungs{from: from}
	for k, d := range steps {
		at := c.hours.add(from, d)
		if whole := at.Truncate(time.Minute); whole.Before(at) {
			at = whole.Add(time.Minute)
		}
		l.due[k] = at
		y.expects(c, l, k)
	}
	c.ladder = l
}

// heard: a customer wrote at a time, of which the bot has just heard.
func (y *year) heard(c *client, at time.Time, text string) {
	now := y.now()
	defer func() { c.heard = at }()
	ours := c.turn == conversation.Answered || c.turn == conversation.Done || c.aside.promise
	last := c.spoken
	if c.turn == conversation.Done && c.closedAt.After(last) {
		last = c.closedAt
	}
	switch {
	case text == thumb && c.turn == conversation.Done && !c.asked.IsZero() && now.Sub(c.asked) <= 7*24*time.Hour:
		y.judge.thumbs++
		return
	case ours && !last.IsZero() && now.Sub(last) < 24*time.Hour && (text == thanks || text == thumb):
		y.judge.thanked++
		c.came = now
		y.opensWindow(c, at)
		return
	}
	c.came = now
	y.opensWindow(c, at)
	c.keeps()
	switch {
	case c.turn == conversation.Waiting:
	case !c.since.IsZero(): // put aside while they wait
		c.turn, c.aside = conversation.Waiting, aside{}
		y.begins(c, at)
		y.when(c, c.minutes(2, 70), func() { y.replies(c, c.some()) })
	default:
		c.turn, c.aside, c.since = conversation.Waiting, aside{}, at
		c.waits++
		y.begins(c, at)
		y.story(c)
	}
}

func (y *year) opensWindow(c *client, at time.Time) {
	if d := y.nets[c.account].window; d > 0 && at.Add(d).After(c.window) {
		c.window = at.Add(d)
		if c.window.After(c.believed) { // else its clock was set, and it believes in an end behind this one
			c.believed, c.warned, c.shifted = c.window, false, false
		}
		y.watchesWindow(c)
	}
}

// ends: nobody waits any more.
func (y *year) ends(c *client, answered bool) {
	if !c.since.IsZero() && !c.promised {
		y.judge.ended = append(y.judge.ended, over{c.since, y.now(), answered, c.hours.between(c.since, y.now())})
	}
	c.since, c.promised, c.ladder = time.Time{}, false, nil
	y.clears(c)
}

// hasAnswer: the customer has an answer.
func (y *year) hasAnswer(c *client, by string) {
	c.spoken = y.now()
	if c.doubt = false; c.claimer != by {
		c.claimer, c.claimed = by, c.spoken
	}
	if c.turn == conversation.Waiting || c.turn == conversation.Snoozed && !c.aside.promise {
		c.turn, c.aside = conversation.Answered, aside{}
		y.ends(c, true)
		c.promises = slices.DeleteFunc(c.promises, func(a aside) bool { return a.by == by && a.until.Before(c.spoken) }) // they have seen to it
		y.promised(c)
	}
}

// closed: somebody closed the conversation, which had an answer, or needs none.
func (y *year) closed(c *client, answered bool) {
	waits := !c.since.IsZero()
	if c.turn == conversation.Done || answered && waits {
		return
	}
	now := y.now()
	if answered && c.account == "acme" && (c.asked.IsZero() || now.Sub(c.asked) >= 30*24*time.Hour) {
		c.asked = now
		y.judge.askedHelp++
	}
	c.turn, c.aside, c.promises, c.closedAt = conversation.Done, aside{}, nil, now
	y.ends(c, false)
}

func (c *client) claim(by string) {
	if c.claimer == "" {
		c.claimer, c.claimed = by, time.Now()
	}
}

func (c *client) takeOver(by string) { c.handOver(by) }

func (c *client) handOver(to string) {
	if c.doubt = false; c.claimer != to {
		c.claimer, c.claimed = to, time.Now()
	}
}

func (c *client) release(by string) {
	if c.claimer == by {
		c.claimer, c.claimed = "", time.Time{}
	}
}

// putAside: somebody put the customer aside, or has themselves reminded of a promise.
func (y *year) putAside(c *client, until time.Time, by string, promise bool) {
	waits := !c.since.IsZero()
	if c.turn == conversation.Done && !promise || promise && waits || !until.After(y.now()) {
		return
	}
	c.ladder = nil
	y.clears(c)
	if promise || c.aside.by != by {
		c.keeps()
	}
	if c.aside = (aside{until, by, !waits}); !waits {
		c.keeps()
		y.promised(c)
		return
	}
	c.turn = conversation.Snoozed
	y.awaits(c)
}

// keeps: what was promised is still to be done when the customer has an answer.
func (c *client) keeps() {
	if !c.aside.promise {
		return
	}
	c.promises = append(c.promises, c.aside)
	slices.SortStableFunc(c.promises, func(a, b aside) int { return a.until.Compare(b.until) })
	c.promises, c.aside = c.promises[:min(len(c.promises), 20)], aside{}
}

// promised: the customer has the next word until the first promise is due, which may be at once.
func (y *year) promised(c *client) {
	if len(c.promises) == 0 {
		return
	}
	c.turn, c.aside = conversation.Snoozed, c.promises[0]
	c.promises = c.promises[1:]
	if now := y.now(); c.aside.until.Before(now) {
		c.aside.until = now
	}
	y.awaits(c)
}

// woke: what was put aside is back.
func (y *year) woke(c *client) {
	now := y.now()
	if now.Sub(c.aside.until) < inTime { // what tells of it comes a moment later
		now = c.aside.until
	}
	if c.since.IsZero() {
		c.since, c.promised = now, true
		c.waits++
	}
	by, until := c.aside.by, c.aside.until
	c.turn, c.aside = conversation.Waiting, aside{}
	y.begins(c, now)
	c.ladder.early = y.judge.crash.Sub(until).Abs() < time.Minute
	y.when(c, c.minutes(2, 50), func() { y.replies(c, by) })
}
