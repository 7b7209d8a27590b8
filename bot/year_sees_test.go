package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// sees enters in the books what became visible, and judges it.
func (y *year) sees(s sighting) {
	y.seeing = s.at
	defer func() { y.seeing = time.Time{} }()
	j := &y.judge
	c := y.threads[s.thread]
	switch s.kind {
	case sawCard:
		c = y.byName[firstOf(s.text, " ·")]
		delete(y.threads, c.thread)
		c.thread, y.threads[s.place] = s.place, c
		y.note(c, "desk: card "+s.text)
	case sawAnswer:
		y.seesAnswer(y.byName[s.whom], s)
	case sawGone:
		if c := j.posts[s.place]; c != nil {
			c.nudges = slices.DeleteFunc(c.nudges, func(p conversation.Place) bool { return p == s.place })
			delete(j.posts, s.place)
			y.note(c, "desk: the reminder is gone")
		}
		delete(j.standing, s.place)
	case sawDirect:
		y.seesDirect(s)
	case sawWhisper:
		y.note(c, "only to "+s.to[0]+": "+s.text)
		if strings.HasPrefix(s.text, "⏳ The customer wrote just now.") {
			y.judge.refused++
		}
	case sawPicture:
		y.note(nil, "desk: picture, "+s.text)
	case sawPost:
		y.seesPost(c, s)
	}
}

func (y *year) seesAnswer(c *client, s sighting) {
	y.note(c, fmt.Sprintf("%s gets %q", c.name, s.text))
	if s.by != "" {
		y.judge.answers++
		y.hasAnswer(c, s.by)
		return
	}
	y.judge.autos++
	if !strings.Contains(s.text, "👎") {
		if c.hours.isOpen(s.at) {
			y.fault(c, "they are told that we are closed, and we are not")
		}
		if !c.told.IsZero() && s.at.Sub(c.told) < 24*time.Hour {
			y.fault(c, "they were told at %v already that we are closed", c.told.In(y.zone))
		}
		c.told = s.at
	}
}

func (y *year) seesPost(c *client, s sighting) {
	kind := about(s.text)
	if len(s.to) > 0 {
		y.note(c, fmt.Sprintf("desk to %v: %s", s.to, s.text))
	} else {
		y.note(c, "desk: "+s.text)
	}
	switch kind {
	case "many":
		y.seesMany(s)
		return
	case "evening", "morning":
		y.seesDigest(s, kind == "evening")
		return
	}
	if c == nil || kind == "" {
		return
	}
	switch kind {
	case "returned":
		y.returned(c, s.at)
		return
	case "waits":
		y.inThread(c, s)
		if strings.Contains(s.text, "\n↩️ ") {
			y.returned(c, s.at)
		}
	case "window":
		y.window(c, s.at)
	case "back", "promised":
		if !slices.Equal(s.to, []string{c.aside.by}) {
			y.fault(c, "it is back, and %v are told", s.to)
		}
		y.isBack(c, s.at, kind == "promised")
	case "handed":
		if !slices.Equal(s.to, []string{c.claimer}) && c.claimer == "" {
			y.fault(c, "handed to %v", s.to)
		}
	}
	c.nudges = append(c.nudges, s.place)
	y.judge.posts[s.place] = c
	y.on(s.at, func() {
		if len(c.nudges) > 1 && y.judge.steady(s.at) {
			y.fault(c, "%d reminders stand in the thread: %v", len(c.nudges), c.nudges)
		}
	})
}

// returned: a customer whom somebody had and did not answer is anybody's again.
func (y *year) returned(c *client, at time.Time) {
	if at.Sub(c.spoken) < time.Second || at.Sub(c.closedAt) < time.Second {
		return // what was done while the bot did not run came in the moment behind it
	}
	if c.ladder == nil || !c.ladder.early && c.ladder.due[1].After(at) || !c.doubtful() && (at.Sub(c.claimed) < 10*time.Minute || c.claimer == "") {
		y.fault(c, "the claim returns")
	}
	y.judge.returned++
	c.lost, c.lostAt, c.claimer, c.claimed = c.claimer, at, "", time.Time{}
}

// window: somebody is told that a customer can be answered for a while only.
func (y *year) window(c *client, at time.Time) {
	if !c.mayClose(at, y.nets[c.account].window) {
		y.fault(c, "somebody is told of the window, at %v for the first time: %v", c.window.In(y.zone), !c.warned)
	}
	y.judge.windows++
	c.warned = true
	if c.turn == conversation.Waiting && c.ladder != nil && !c.ladder.due[0].After(at) && c.hours.atWork(at) {
		y.told(c, at, 1) // it takes the place of a step that is due with it
	}
}

// isBack: somebody is told that a customer is back who was put aside until now, or of what was promised for now.
func (y *year) isBack(c *client, at time.Time, promised bool) {
	if !c.back(at) || c.aside.promise != promised {
		y.fault(c, "it is back, promised: %v", promised)
	}
	y.judge.awoken++
	y.woke(c)
}

// inThread is a reminder in a thread: of a customer who waits, in their service hours, at its time, once.
func (y *year) inThread(c *client, s sighting) {
	j := &y.judge
	if y.cannotKnow(c) {
		return
	}
	j.threads++
	if !s.at.Equal(j.moment) {
		j.moment, j.crowd = s.at, 0
	}
	most := 10
	if !j.steady(s.at) { // each time that it hears of customers it looks who is due
		most *= 1 + j.heard
	}
	if j.crowd++; j.crowd > most {
		y.fault(c, "%d reminders in threads at the same moment", j.crowd)
	}
	if y.instead(c, s) {
		return
	}
	y.calls(c, s)
}

// calls: a reminder of a customer who waits calls whoever has them at the first step, and those on duty at the second, and
// is one of two at most.
func (y *year) calls(c *client, s sighting) {
	want := dutyID
	if l := c.ladder; c.claimer != "" && l != nil && l.told[0].IsZero() && l.due[1].After(s.at) {
		want = c.claimer
	}
	if !c.doubtful() && !slices.Contains(s.to, want) && (c.claimer == "" || !slices.Contains(s.to, c.claimer) || y.judge.steady(s.at.Add(-time.Minute))) {
		y.fault(c, "%v are reminded, and should be %s", s.to, want)
	}
	y.told(c, s.at, 1)
	if c.ladder != nil {
		if c.ladder.thread++; c.ladder.thread > 2 {
			y.fault(c, "reminder %d in the thread", c.ladder.thread)
		}
	}
}

// doubtful says that it is not known whose a customer is.
func (c *client) doubtful() bool { return c.doubt || c.ladder != nil && c.ladder.early }

// instead says that a reminder in the thread stands for a direct one which may not have come: the bot was killed while it
// was being sent.
func (y *year) instead(c *client, s sighting) bool {
	l := c.ladder
	if l == nil || len(s.to) != 1 || y.judge.steady(s.at) || y.judge.crash.Before(l.due[1]) || s.to[0] != leadID && s.to[0] != c.lost {
		return false
	}
	y.judge.lost++
	if s.to[0] == leadID {
		y.told(c, s.at, 2)
		l.lead++
	} else {
		l.claimer++
	}
	return true
}

// cannotKnow says that the bot was killed while it handed the latest answer to the network, so that it does not know of it
// before it has asked.
func (y *year) cannotKnow(c *client) bool {
	return c.turn == conversation.Answered && !y.judge.pulled.Before(c.spoken) && y.judge.pulled.Sub(c.spoken) < time.Second
}

// told: at a moment somebody was told of the steps up to last that were due.
func (y *year) told(c *client, at time.Time, last int) {
	l := c.ladder
	switch {
	case c.turn != conversation.Waiting || l == nil:
		y.fault(c, "a reminder, and nobody waits")
		return
	case !c.hours.atWork(at) && !c.hours.atWork(at.Add(-inTime)):
		y.fault(c, "a reminder, and nobody is at work")
	case l.due[0].After(at) && !l.early:
		y.fault(c, "a reminder, and it is too early: due is %v", l.due[0].In(y.zone))
	}
	for k := range last + 1 {
		if !l.told[k].IsZero() || l.due[k].After(at) || k == 2 && last < 2 {
			continue
		}
		l.told[k] = at
		if y.judge.steady(l.due[k]) && c.hours.atWork(l.due[k]) {
			y.judge.late[min(6, int(at.Sub(l.due[k]).Seconds()))]++
		}
	}
}

// named are the customers that a message about many names, what it says of each, who had them, and how many it is about.
func (y *year) named(text string) (all []*client, said, by []string, of int) {
	for _, m := range inList.FindAllStringSubmatch(text, -1) {
		all, said, by = append(all, y.byName[m[1]]), append(said, m[2]), append(by, m[3])
	}
	return all, said, by, number(firstOf(strings.TrimPrefix(text, "⏰ "), " "))
}

func (y *year) seesMany(s sighting) {
	all, said, by, of := y.named(s.text)
	j := &y.judge
	j.grouped++
	if of <= 1 {
		y.fault(nil, "a message about many: %s", s.text)
	}
	for i, c := range all {
		switch said[i] {
		case "for":
			y.calls(c, s)
			if by[i] != "" {
				y.returned(c, s.at)
			}
		case "can be answered":
			y.window(c, s.at)
			if by[i] != "" {
				y.returned(c, s.at)
			}
		default:
			y.isBack(c, s.at, said[i] == "was promised")
		}
	}
	if of == len(all) {
		return
	}
	for _, c := range y.clients {
		if c.back(s.at) { // whatever is back is back at once
			of--
			y.isBack(c, s.at, c.aside.promise)
		}
	}
	j.fresh = append(j.fresh, &slot{at: s.at, left: of - len(all)})
}

// unnamed finds those whom the messages about many of this moment are about and do not name: whoever is due a reminder in
// the thread, or to be told of because of their window. Where others are, too, it is not known who is told before their
// steps are looked at.
func (y *year) unnamed() {
	j := &y.judge
	fresh := j.fresh
	if j.fresh = nil; len(fresh) == 0 {
		return
	}
	var all []*client
	at, left := fresh[len(fresh)-1].at, 0
	for _, s := range fresh {
		left += s.left
	}
	for _, c := range y.clients {
		l := c.ladder
		due := c.turn == conversation.Waiting && l != nil && c.hours.atWork(at) && (l.told[0].IsZero() && !l.due[0].After(at) || l.told[1].IsZero() && !l.due[1].After(at))
		if due || !c.shifted && c.mayClose(at, y.nets[c.account].window) {
			all = append(all, c)
		}
	}
	if len(all) != left {
		j.unsure++
		j.slots = append(j.slots, fresh...)
		for _, c := range all {
			c.doubt = true
		}
		return
	}
	y.seeing = at
	defer func() { y.seeing = time.Time{} }()
	for _, c := range all {
		l := c.ladder
		second := l != nil && l.told[1].IsZero() && !l.due[1].After(at)
		if c.mayClose(at, y.nets[c.account].window) {
			y.window(c, at)
		} else {
			y.told(c, at, 1)
		}
		if second && c.claimer != "" && at.Sub(c.claimed) >= 10*time.Minute {
			y.returned(c, at)
		}
	}
}

// back says that a customer was put aside until now.
func (c *client) back(now time.Time) bool {
	return c.turn == conversation.Snoozed && !c.aside.until.After(now)
}

// mayClose says that somebody is to be told how long the network still takes an answer: three quarters of the time are over
// and somebody is at work, or will be before enough of the rest is left to anybody.
func (c *client) mayClose(now time.Time, window time.Duration) bool {
	if c.turn != conversation.Waiting && c.turn != conversation.Snoozed || window == 0 || c.warned || !c.window.After(now) {
		return false
	}
	return c.shifted || !c.hours.warns(c.window, window).After(now)
}

// warns is when somebody is to be told of a reply window, as long as it is, that ends.
func (m *minutes) warns(ends time.Time, window time.Duration) time.Time {
	at := ends.Add(-window / 4)
	if whole := at.Truncate(time.Minute); whole.Before(at) {
		at = whole.Add(time.Minute)
	}
	if m.atWork(at) {
		return at
	}
	opens := m.opens(at)
	if left := m.between(opens, later(opens, ends)); left > 0 && left >= min(time.Hour, ends.Sub(at)/4) {
		return opens
	}
	for t := at; !t.Before(ends.Add(-window)); t = t.Add(-time.Minute) {
		if m.isOpen(t.Add(-time.Second)) {
			return t
		}
	}
	if opens.Before(ends) {
		return opens
	}
	return at
}

// seesDirect is a reminder to one person, who gets one of them in a minute.
func (y *year) seesDirect(s sighting) {
	j, who := &y.judge, s.to[0]
	j.direct++
	all, _, _, of := y.named(s.text)
	if about(s.text) == "waits" {
		all, of = []*client{y.byName[firstOf(strings.TrimPrefix(s.text, "⏰ "), " ")]}, 1
	}
	for _, c := range all {
		y.note(c, "directly to "+who+": "+s.text)
	}
	if m := s.at.Unix() / 60; m != j.minute {
		j.minute = m
		clear(j.directs)
	}
	onTheMinute := !slices.ContainsFunc(all, func(c *client) bool { // else its clock was set
		return c.ladder != nil && !c.ladder.due[2].Truncate(time.Minute).Equal(c.ladder.due[2])
	})
	if j.directs[who]++; j.directs[who] > 1 && onTheMinute && j.steady(s.at.Add(-time.Minute)) {
		y.fault(all[0], "%s has %d direct messages in a minute: %s", who, j.directs[who], s.text)
	}
	if !y.quiet(who, s.at).IsZero() {
		y.fault(all[0], "%s is not to be disturbed until %v", who, y.quiet(who, s.at).In(y.zone))
	}
	d := &direct{at: s.at, of: all}
	for _, c := range all {
		y.toldDirectly(c, s.at, who)
		d.ladders = append(d.ladders, c.ladder)
	}
	if of > len(all) {
		j.slots = append(j.slots, &slot{s.at, who, of - len(all)})
	}
	if of <= 10 {
		j.standing[s.place] = d
	}
}

func (y *year) toldDirectly(c *client, at time.Time, who string) {
	if who == leadID {
		y.told(c, at, 2)
		if c.ladder != nil {
			if c.ladder.lead++; c.ladder.lead > 1 || !c.ladder.early && c.ladder.due[2].After(at) {
				y.fault(c, "the lead is told %d times, at %v first", c.ladder.lead, c.ladder.due[2].In(y.zone))
			}
		}
		return
	}
	if l := c.ladder; l != nil {
		if l.claimer++; l.claimer > 1 || !l.early && l.due[1].After(at) || !c.doubtful() && who != c.claimer && who != c.lost {
			y.fault(c, "%s is told directly, %d times", who, l.claimer)
		}
	}
	y.told(c, at, 0)
}

// glances at the queue, as somebody who opens the Home tab.
func (y *year) glances() {
	if y.life == nil || y.asleep || y.life.plug.isDead() {
		return
	}
	q, err := y.life.desk.(adapters.Board).Queue(y.t.Context(), staffIDs[0], 0)
	if err != nil {
		return // it has just died
	}
	y.judge.looks++
	waits, answered := 0, 0
	for _, c := range y.clients {
		if c.turn == conversation.Waiting {
			waits++
		}
	}
	wall := time.Now().In(y.zone)
	from := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, y.zone)
	for _, w := range slices.Backward(y.judge.ended) {
		if w.until.Before(from) {
			break
		}
		if w.answered {
			answered++
		}
	}
	if m := glanceS.FindStringSubmatch(q.Title); m == nil || number(m[1]) != waits || number(m[2]) != answered {
		y.fault(nil, "%d wait and %d were answered today, and the queue says %q", waits, answered, q.Title)
	}
}
