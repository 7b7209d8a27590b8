package bot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"webcare/bot/conversation"
)

// judge checks what people see against the books.
type judge struct {
	faults   []string
	checks   map[int64][]func() // by minute: what is looked at five seconds into it
	parked   []func()           // what is looked at when the bot runs again
	ended    []over             // the waits that are over
	cleared  []clearing         // reminders that may not stand any more
	slots    []*slot            // messages about many that do not name all of them
	fresh    []*slot            // those that have just come
	standing map[conversation.Place]*direct
	posts    map[conversation.Place]*client // reminders that stand in threads

	started, up   time.Time // since when the bot runs, and is over what it left undone; zero = it does not run
	moment        time.Time // of the latest reminder in a thread, and how many came with it
	crowd         int
	heard         int            // how often a network was heard since the bot runs
	directs       map[string]int // direct messages by person, in the minute of the latest
	minute        int64
	lastDigest    time.Time
	crash, pulled time.Time // when the latest was seen, and when it was
	figures
	script strings.Builder
}

// figures are what happened in a year.
type figures struct {
	mentions, answers, autos, thanked, thumbs, askedHelp, downs, crashes      int
	threads, grouped, direct, returned, windows, awoken, digests, looks, lost int

	unread, refused int // presses of who could not have read what the customer wrote, and those that were told so

	unsure int    // messages about many of which it is not known whom else they are about
	late   [7]int // reminders by the seconds after their minute, the last of more
}

// over is a wait that is over.
type over struct {
	since, until time.Time
	answered     bool
	took         time.Duration // in service hours
}

// slot is a message about customers of whom it names only some; to is whom it went to, where it was a direct one.
type slot struct {
	at   time.Time
	to   string
	left int
}

// direct is a direct message that stands, about some customers in some waits.
type direct struct {
	at, over time.Time // over is since when none of them waits any more
	of       []*client
	ladders  []*rungs
	orphan   bool // nobody stored where it stands, so that it cannot be removed
}

// clearing are reminders that must go, since a moment.
type clearing struct {
	at   time.Time
	c    *client
	gone []conversation.Place
}

const (
	// mostFaults is when the judge has seen enough, inTime how long after its minute a reminder may come.
	mostFaults, inTime = 20, 5 * time.Second
	// recovers is how long after a start it may take until it is known what became of a post, perMessage how long what follows
	// one message takes where Slack takes one post a second.
	recovers, perMessage = 40 * time.Second, 2 * time.Second
)

func newJudge() judge {
	return judge{
		checks: map[int64][]func(){}, directs: map[string]int{}, standing: map[conversation.Place]*direct{}, posts: map[conversation.Place]*client{},
	}
}

func (y *year) fault(c *client, format string, args ...any) {
	f := time.Now().In(y.zone).Format("Mon 2006-01-02 15:04:05.000 ") + fmt.Sprintf(format, args...)
	if c != nil {
		f = fmt.Sprintf("%s\n\t%s %s: %s since %v, claimed by %q, put aside %+v\n\t%s", f, c.name, c.account, c.turn, c.since.In(y.zone), c.claimer, c.aside, strings.Join(c.last, "\n\t"))
	}
	y.judge.faults = append(y.judge.faults, f)
	y.t.Error(f)
}

// on has something checked five seconds into the minute of a moment, or of the next one where that is over.
func (y *year) on(at time.Time, check func()) {
	j := &y.judge
	minute := (later(at, time.Now().Add(-inTime)).UnixNano() + int64(time.Minute) - 1) / int64(time.Minute)
	if j.checks[minute] == nil {
		y.at(time.Unix(minute*60, 0).Add(inTime), func() {
			all := j.checks[minute]
			delete(j.checks, minute)
			for _, check := range all {
				check()
			}
			y.cleaned()
		})
	}
	j.checks[minute] = append(j.checks[minute], check)
}

// steady says that the bot has been running since a moment, and was over what it had left undone.
func (j *judge) steady(at time.Time) bool { return !j.up.IsZero() && !j.up.After(at) }

// mustBe is when something that is due at a moment must be seen: then, or when the bot runs again, but not before
// somebody is at work. False where it does not run.
func (j *judge) mustBe(hours *minutes, at time.Time) (time.Time, bool) {
	if j.up.IsZero() {
		return at, false
	}
	at = later(at, j.up)
	if hours != nil && !hours.atWork(at) {
		at = hours.opens(at)
	}
	return at, true
}

// due says whether a check can be made now, and when what it looks for had to be seen at the latest. Else it is made
// later.
func (y *year) due(hours *minutes, at time.Time, check func()) (must time.Time, now bool) {
	must, runs := y.judge.mustBe(hours, at)
	switch {
	case !runs:
		y.judge.parked = append(y.judge.parked, check)
	case must.Add(inTime).After(time.Now()):
		y.on(must, check)
	default:
		return must, true
	}
	return must, false
}

// expects a step of a ladder to be told at its time.
func (y *year) expects(c *client, l *rungs, k int) {
	y.on(l.due[k], func() { y.checkStep(c, l, k) })
}

func (y *year) checkStep(c *client, l *rungs, k int) {
	if c.ladder != l || l.early {
		return
	}
	must, now := y.due(c.hours, l.due[k], func() { y.checkStep(c, l, k) })
	if !now {
		return
	}
	if k == 2 {
		y.checkLead(c, l, must)
		return
	}
	if l.told[k].IsZero() && !y.amongMany(c, l, k, "", l.due[k]) {
		y.fault(c, "nobody was told at %v that they wait for %v", l.due[k].In(y.zone), steps[k])
	}
	if k == 1 {
		y.checkClaim(c, l, must)
	}
}

// amongMany says that a message about many had room for one whom it did not name.
func (y *year) amongMany(c *client, l *rungs, k int, to string, from time.Time) bool {
	s := y.judge.takes(to, from)
	if s == nil {
		return false
	}
	if to == "" && l.told[1].IsZero() && !l.due[1].After(s.at) && c.claimer != "" && s.at.Sub(c.claimed) >= 10*time.Minute {
		y.returned(c, s.at)
	}
	if l.told[k] = s.at; k == 0 && to == "" && !l.due[1].After(s.at) {
		l.told[1] = s.at
	}
	return true
}

// many is a message about many since a moment that did not name all of them; nil = there was none.
func (j *judge) many(from time.Time) *slot {
	for _, s := range j.slots {
		if s.to == "" && !s.at.Before(from) {
			return s
		}
	}
	return nil
}

// takes is a message about many since a moment that has room for one whom it did not name, who then has that room.
func (j *judge) takes(to string, from time.Time) *slot {
	for _, s := range j.slots {
		if s.left > 0 && s.to == to && !s.at.Before(from) {
			s.left--
			return s
		}
	}
	return nil
}

// checkLead: the lead is told, or was not to be disturbed and is told later.
func (y *year) checkLead(c *client, l *rungs, must time.Time) {
	if l.lead > 0 || y.amongMany(c, l, 2, leadID, l.due[2]) {
		return
	}
	if rest := later(y.quiet(leadID, must), y.quiet(leadID, must.Add(inTime))); !rest.IsZero() {
		var again func()
		again = func() {
			if c.ladder == l {
				if must, now := y.due(c.hours, rest, again); now {
					y.checkLead(c, l, must)
				}
			}
		}
		y.on(rest, again)
		return
	}
	if !l.moved && !y.lostDirect(l.due[2]) {
		y.fault(c, "the lead was not told at %v", must.In(y.zone))
	}
}

// lostDirect says that a direct message which was due at a moment may never come: the bot was killed while it was being
// sent, and one that comes twice is worse than one that does not.
func (y *year) lostDirect(due time.Time) bool {
	lost := !y.judge.crash.Before(due)
	if lost {
		y.judge.lost++
	}
	return lost
}

// checkClaim: at the second step the one who has the customer is told, and loses them.
func (y *year) checkClaim(c *client, l *rungs, must time.Time) {
	if c.doubt {
		return
	}
	who := c.claimer
	if !c.lostAt.Before(l.due[1]) {
		who = c.lost
	} else if s := y.judge.many(l.due[1]); s != nil && c.claimer != "" && s.at.Sub(c.claimed) >= 10*time.Minute { // it did not name them
		y.returned(c, s.at)
		return
	} else if c.claimer != "" && !c.claimed.After(later(l.due[1], y.judge.started).Add(-10*time.Minute)) {
		y.fault(c, "%s has had them since %v, and still has at %v", c.claimer, c.claimed.In(y.zone), must.In(y.zone))
	} else if c.claimed.After(l.due[1].Add(-time.Second)) {
		return
	}
	rests := func(at time.Time) bool { return !y.quiet(who, at).IsZero() }
	if who != "" && l.claimer == 0 && y.judge.steady(l.due[1]) && !rests(must) && !rests(must.Add(inTime)) && !y.amongMany(c, l, 1, who, l.due[1]) && !y.lostDirect(l.due[1]) {
		y.fault(c, "%s was not told directly at %v", who, must.In(y.zone))
	}
}

// awaits what is put aside to be back at its time.
func (y *year) awaits(c *client) {
	a := c.aside
	var check func()
	check = func() {
		if c.aside.by == a.by && c.aside.until.Equal(a.until) {
			if _, now := y.due(nil, a.until, check); now {
				y.fault(c, "it was put aside until %v", a.until.In(y.zone))
			}
		}
	}
	y.on(a.until, check)
}

// watchesWindow: before a network stops taking answers somebody is told, at the right time, where a customer waits or is
// put aside then.
func (y *year) watchesWindow(c *client) {
	ends, due := c.window, c.hours.warns(c.window, y.nets[c.account].window)
	var check func()
	check = func() {
		must, now := y.due(nil, due, check)
		if !now || !must.Before(ends) || !c.window.Equal(ends) || c.warned || c.shifted || c.turn != conversation.Waiting && c.turn != conversation.Snoozed || c.ladder != nil && c.ladder.from.After(due) {
			return
		}
		if y.judge.takes("", due) == nil {
			y.fault(c, "nobody was told at %v that they can be answered until %v only", due.In(y.zone), ends.In(y.zone))
		}
	}
	y.on(due, check)
}

// clears: no reminder about a customer may stand any more.
func (y *year) clears(c *client) {
	if len(c.nudges) > 0 {
		y.judge.cleared = append(y.judge.cleared, clearing{y.now(), c, slices.Clone(c.nudges)})
	}
}

// cleaned: what had to go is gone.
func (y *year) cleaned() {
	j, now := &y.judge, time.Now()
	if !j.steady(now) {
		return
	}
	j.cleared = slices.DeleteFunc(j.cleared, func(x clearing) bool {
		if now.Sub(later(x.at, j.up)) < inTime {
			return false
		}
		for _, at := range x.gone {
			if slices.Contains(x.c.nudges, at) {
				y.fault(x.c, "a reminder stands at %s, and they do not wait since %v", at.TS, x.at.In(y.zone))
			}
		}
		return true
	})
	for at, d := range j.standing {
		waits := false
		for i, c := range d.of {
			waits = waits || c.ladder == d.ladders[i]
		}
		switch {
		case waits || d.orphan:
		case d.over.IsZero():
			d.over = now
		case now.Sub(later(d.over, j.up)) >= inTime:
			y.fault(d.of[0], "a direct message stands at %s %s, and nobody of them waits since %v", at.Channel, at.TS, d.over.In(y.zone))
			delete(j.standing, at)
		}
	}
	j.slots = slices.DeleteFunc(j.slots, func(s *slot) bool { return now.Sub(s.at) > 48*time.Hour })
}

// goesDown, comesUp and crashed: the bot does not run, or runs again.
func (y *year) goesDown(why string) {
	y.note(nil, "*** the bot "+why)
	y.judge.downs++
	y.judge.started, y.judge.up = time.Time{}, time.Time{}
}

func (y *year) comesUp() {
	y.note(nil, "*** the bot runs")
	j := &y.judge
	behind := len(y.backlog)
	for _, n := range y.nets {
		behind += len(n.backlog)
	}
	j.started, j.up, j.heard = time.Now(), time.Now().Add(recovers+time.Duration(behind)*perMessage), 0
	all := j.parked
	j.parked = nil
	for _, check := range all {
		y.on(j.up, check)
	}
}

func (y *year) crashed() {
	y.judge.crashes++
	y.judge.crash = time.Now()
	for _, d := range y.judge.standing {
		d.orphan = d.orphan || time.Since(d.at) < time.Minute
	}
}

// note keeps a line for the transcript and for the customer it is about.
func (y *year) note(c *client, what string) {
	now := y.now().In(y.zone)
	line := now.Format("Mon 02 Jan 15:04:05.000 ") + strings.ReplaceAll(what, "\n", " ⏎ ")
	if c != nil {
		if c.last = append(c.last, line); len(c.last) > 24 {
			c.last = slices.Clone(c.last[12:])
		}
	}
	if from := y.plan.week; !from.IsZero() && !now.Before(from) && now.Before(from.AddDate(0, 0, 7)) {
		y.judge.script.WriteString(line + "\n")
	}
}

var (
	inList   = regexp.MustCompile(`• (C\d+) · [^,]*, (for|was put aside|was promised|can be answered)(?:[^;\n]*; (.+) had them)?`)
	eveningS = regexp.MustCompile(`^🌙 [^:]+: (\d+) of (\d+) customers who wrote today were answered \((\d+) %\)\.(?: Half of them had their first answer within (.+), nine in ten within (.+), in service hours\.)?(?: (\d+) needed no answer\.)?(?: (\d+) still waits?\.)?(?:\n|$)`)
	morningS = regexp.MustCompile(`^☀️ Good morning, [^.]+\. (Nobody|[\d,]+)(?: customers?)? waits?\.(?: The longest has been waiting since .+?\.)?(?: (\d+) (?:was|were) put aside or promised something for today\.)?(?:\n|$)`)
	glanceS  = regexp.MustCompile(`^(Nobody|[\d,]+)(?: customers?)? waits?(?: \(.*\))? · ([\d,]+) answered today$`)
)

// number reads a figure that may be missing, or "Nobody".
func number(s string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		return 0
	}
	return n
}
