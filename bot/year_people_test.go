package bot_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// client is a customer, how they and staff deal with each other, and what the judge knows of that.
type client struct {
	name, account string
	hours         *minutes
	r             *rand.Rand
	thread        conversation.Place
	busy          time.Time // when their story is over, as far as it is known
	typed         conversation.Place
	books
}

// What is written in a year.
const (
	question  = "Waar blijft mijn pakket?"
	thanks    = "Dank je wel!"
	thumb     = "👍"
	answer    = "Het is onderweg."
	promising = "We bellen u morgen om 10 uur."
)

// day plans a day: who writes when, and what goes wrong.
func (y *year) day() {
	wall := time.Now().In(y.zone)
	n := y.plan.mentions / 2 // the other half is what they write besides: thanks, more questions, thumbs
	switch {
	case !y.serves(wall):
		n /= 20
	case wall.Weekday() == time.Saturday:
		n /= 5
	}
	if wall.Day() == 13 && wall.Month()%6 == 3 { // a crisis, twice a year
		n *= 10
	}
	for range n {
		clock := moment(y.r, 8*time.Hour, 18*time.Hour)
		if y.r.IntN(10) == 0 {
			clock = moment(y.r, 0, 24*time.Hour)
		}
		y.at(time.Now().Add(clock), y.mention)
	}
	if wall.Day() == 20 { // an hour in which ten times as many write, each month
		for range n {
			y.at(time.Now().Add(moment(y.r, 14*time.Hour, 15*time.Hour)), y.mention)
		}
	}
	for range 5 {
		y.at(time.Now().Add(moment(y.r, 0, 24*time.Hour)), y.glances)
	}
	y.expectsDigests(time.Now())
	if y.plan.accidents {
		y.accident()
	}
}

// serves says that the desk is open on a day.
func (y *year) serves(day time.Time) bool {
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, y.zone)
	return y.hours["acme"].isOpen(noon)
}

// mention has somebody write who has no story yet.
func (y *year) mention() {
	for range 50 {
		c := y.clients[y.r.IntN(len(y.clients))]
		if (c.turn == conversation.Answered || c.turn == conversation.Done || c.turn == "") && c.busy.Before(time.Now()) {
			y.writes(c, question)
			return
		}
	}
}

// writes has a customer write something.
func (y *year) writes(c *client, text string) {
	id, at := y.id(), time.Now()
	c.busy = at.Add(time.Hour)
	y.judge.mentions++
	y.note(c, fmt.Sprintf("%s(%s) writes %q", c.name, c.account, text))
	y.nets[c.account].backlog = append(y.nets[c.account].backlog, written{func() { y.heard(c, at, text) }, adapters.Incoming{
		ID: id, Ref: conversation.Ref{Key: c.name},
		Event: conversation.Heard{ExternalID: id, At: at, Customer: conversation.Customer{ID: c.name, Name: c.name}, Message: conversation.Message{Text: conversation.Plainly(text)}},
	}})
	if y.life != nil && !y.asleep {
		y.hears(c.account)
	}
}

// hears has the bot hear what was written on a network, as much at once as it takes.
func (y *year) hears(account string) {
	n := y.nets[account]
	for len(n.backlog) > 0 {
		some := n.backlog[:min(len(n.backlog), 100)]
		var all []adapters.Incoming
		for _, w := range some {
			all = append(all, w.in)
		}
		if y.life.boxes[account].Deliver(y.t.Context(), "", all...) != nil {
			return // it died meanwhile, and hears it again
		}
		n.backlog = n.backlog[len(some):]
		for _, w := range some {
			w.then()
		}
		y.judge.heard++
		y.settle()
	}
}

// staffDo has somebody do something in a thread; then is what the judge makes of it.
func (y *year) staffDo(c *client, who string, event func(now time.Time) conversation.Event, then func()) {
	id, e := y.id(), event(time.Now())
	switch e := e.(type) {
	case conversation.Wrote:
		y.note(c, fmt.Sprintf("%s to %s: %q", who, c.name, e.Message.Text.Plain))
	case conversation.Pressed:
		y.note(c, fmt.Sprintf("%s presses %s %s of %s", who, e.Action, e.Choice, c.name))
	}
	y.does(func() error {
		err := y.life.desk.Deliver(y.t.Context(), "", adapters.Incoming{ID: id, Thread: c.thread, By: who, Event: e})
		if err == nil {
			y.settle() // the judge sees what follows before
			then()
		}
		return err
	})
}

// presses has somebody press a button. Who is told that the customer has just written reads that, and presses again if
// nobody else did something meanwhile.
func (y *year) presses(c *client, who string, p conversation.Pressed, then func()) {
	y.staffDo(c, who, func(now time.Time) conversation.Event {
		p.At = now
		return p
	}, func() {
		since := y.now().Sub(c.came) // below zero: the clock was set
		if ends := p.Action == conversation.Snooze || p.Action == conversation.NoAnswer; !ends || since < 0 || since >= 2*time.Second {
			then()
			return
		}
		y.judge.unread++
		wait := c.waits
		y.at(time.Now().Add(10*time.Second), func() {
			if c.waits == wait && c.turn == conversation.Waiting {
				y.presses(c, who, p, then)
			}
		})
	})
}

// answers has somebody answer in the thread.
func (y *year) answers(c *client, who, text string) {
	y.ids++
	c.typed = y.desk.place(deskID, y.id())
	at := c.typed
	y.staffDo(c, who, func(now time.Time) conversation.Event {
		return conversation.Wrote{At: at, Written: now, Message: conversation.Message{Text: conversation.Plainly(text)}}
	}, func() {})
}

// when has staff do something after so much service time, if that wait still runs and has a thread.
func (y *year) when(c *client, d time.Duration, do func()) {
	wait, at := c.waits, c.hours.add(y.now(), d)
	if end := at.Add(time.Hour); end.After(c.busy) {
		c.busy = end
	}
	y.at(at, func() {
		switch {
		case c.waits != wait || c.since.IsZero() && !c.aside.promise:
		case c.thread.IsZero(): // the bot does not run: nobody in Slack knows of them
			y.when(c, 10*time.Minute, do)
		default:
			do()
		}
	})
}

// some is somebody of the staff.
func (c *client) some() string { return staffIDs[c.r.IntN(len(staffIDs))] }

func (c *client) minutes(from, to int) time.Duration {
	return moment(c.r, time.Duration(from)*time.Minute, time.Duration(to)*time.Minute)
}

// story decides how a wait will go.
func (y *year) story(c *client) {
	who, other := c.some(), c.some()
	replies := func(from, to int) {
		y.when(c, c.minutes(from, to), func() { y.replies(c, who) })
	}
	claims := func(from, to int) {
		y.when(c, c.minutes(from, to), func() { y.presses(c, who, conversation.Pressed{Action: conversation.Claim}, func() { c.claim(who) }) })
	}
	if c.r.IntN(8) == 0 { // and once more
		y.at(time.Now().Add(c.minutes(1, 40)), func() { y.writes(c, question) })
	}
	switch p := c.r.IntN(100); {
	case p < 30:
		replies(1, 14)
	case p < 52:
		claims(1, 6)
		replies(6, 15)
	case p < 62: // reminded once
		claims(1, 12)
		replies(16, 40)
	case p < 67: // they forget it, and the claim returns
		claims(2, 30)
		y.when(c, c.minutes(47, 59), func() { y.replies(c, other) })
	case p < 72: // only the lead sees to it
		replies(61, 120)
	case p < 76: // nobody does before the next day
		replies(300, 700)
	case p < 83:
		claims(1, 5)
		y.when(c, c.minutes(5, 30), func() { y.snoozes(c, who) })
	case p < 88:
		claims(1, 10)
		y.when(c, c.minutes(10, 14), func() { y.hands(c, who, other) })
		y.when(c, c.minutes(15, 50), func() { y.replies(c, other) })
	case p < 92:
		claims(1, 5)
		y.when(c, c.minutes(6, 20), func() { y.promises(c, who) })
	case p < 95:
		y.when(c, c.minutes(1, 30), func() { y.needless(c, who) })
	case p < 98:
		claims(1, 10)
		y.when(c, c.minutes(12, 40), func() {
			y.presses(c, other, conversation.Pressed{Action: conversation.TakeOver}, func() { c.takeOver(other) })
		})
		y.when(c, c.minutes(41, 70), func() { y.replies(c, other) })
	default: // gives it back
		claims(1, 5)
		y.when(c, c.minutes(6, 14), func() {
			y.presses(c, who, conversation.Pressed{Action: conversation.Release}, func() { c.release(who) })
		})
		replies(20, 80)
	}
}

// replies answers, or says that it is too late, where the network takes no answer any more.
func (y *year) replies(c *client, who string) {
	if over := !c.window.IsZero() && !time.Now().Before(c.window); over {
		y.needless(c, who)
		return
	}
	y.answers(c, who, answer)
	y.afterwards(c, who)
}

// needless says that nobody needs to answer.
func (y *year) needless(c *client, who string) {
	y.presses(c, who, conversation.Pressed{Action: conversation.NoAnswer}, func() { y.closed(c, false) })
}

// afterwards is what follows an answer: thanks, another question, the end, a thumb.
func (y *year) afterwards(c *client, who string) {
	now := time.Now()
	if !c.busy.After(now) {
		c.busy = now
	}
	soon := func(at time.Time, do func()) {
		if at.After(c.busy) {
			c.busy = at
		}
		y.at(at, do)
	}
	if c.r.IntN(3) == 0 {
		soon(now.Add(c.minutes(1, 300)), func() { y.writes(c, thanks) })
	}
	if c.r.IntN(8) == 0 {
		soon(now.Add(c.minutes(2, 400)), func() { y.writes(c, question) })
	}
	if c.r.IntN(4) > 0 {
		return
	}
	soon(c.hours.add(now, c.minutes(1, 90)), func() {
		if c.turn != conversation.Answered {
			return
		}
		y.presses(c, who, conversation.Pressed{Action: conversation.Close}, func() { y.closed(c, true) })
		if c.r.IntN(2) == 0 {
			soon(time.Now().Add(c.minutes(5, 100)), func() { y.writes(c, thumb) })
		}
	})
}

// snoozes puts a customer aside by one of the choices of the menu; half of them then write before it is over.
func (y *year) snoozes(c *client, who string) {
	choice := []string{conversation.OneHour, conversation.FourHours, conversation.Tomorrow, conversation.NextMonday}[c.r.IntN(4)]
	y.presses(c, who, conversation.Pressed{Action: conversation.Snooze, Choice: choice}, func() {
		now := time.Now() // when the bot hears it
		wall := now.In(y.zone)
		nine := func(days int) time.Time {
			return time.Date(wall.Year(), wall.Month(), wall.Day()+days, 9, 0, 0, 0, y.zone)
		}
		until := map[string]time.Time{
			conversation.OneHour: now.Add(time.Hour), conversation.FourHours: now.Add(4 * time.Hour), conversation.Tomorrow: nine(1),
			conversation.NextMonday: nine(7 - (int(wall.Weekday())+6)%7),
		}[choice]
		y.putAside(c, until, who, false)
		if c.r.IntN(5) == 0 {
			y.at(now.Add(time.Duration(c.r.Int64N(int64(until.Sub(now))))), func() { y.writes(c, question) })
		}
	})
}

// hands gives a customer to a colleague, in the form of the shortcut.
func (y *year) hands(c *client, who, to string) {
	if y.life == nil || y.asleep || y.life.plug.isDead() {
		return // the form does not open
	}
	board := y.life.desk.(adapters.Board)
	err := board.HandOver(y.t.Context(), who, c.thread, to)
	if c.turn == conversation.Done && !y.life.plug.isDead() {
		if err == nil {
			y.fault(c, "a customer who is closed is handed over")
		}
		return
	}
	if err != nil {
		if !y.life.plug.isDead() {
			y.fault(c, "handing over: %v", err)
		}
		return
	}
	y.note(c, who+" hands "+c.name+" to "+to)
	c.handOver(to)
	y.settle()
}

// promises answers with a promise; most then have themselves reminded of it.
func (y *year) promises(c *client, who string) {
	if c.turn != conversation.Waiting || !c.window.IsZero() {
		y.replies(c, who)
		return
	}
	y.answers(c, who, promising)
	about, wall := c.typed, time.Now().In(y.zone)
	until := time.Date(wall.Year(), wall.Month(), wall.Day()+1, 10, 0, 0, 0, y.zone)
	c.busy, c.offer = until.Add(24*time.Hour), until
	y.at(time.Now().Add(c.minutes(0, 3)), func() {
		if c.turn == conversation.Answered && c.r.IntN(5) > 0 {
			y.presses(c, who, conversation.Pressed{Action: conversation.Remind, About: about}, func() { y.putAside(c, c.offer, who, true) })
		}
	})
}
