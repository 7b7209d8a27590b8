package bot_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// parish is customers of both accounts, and everything between the bot and the others that can go wrong: the first
// phones of them are on Telegram, the others behind the webhook.
type parish struct {
	*town
	w        *world
	phones   int
	slack    *spoiler
	telegram *spoiler
	crm      *spoiler
	frames   *fraying
	peer     *peer
}

// inParish runs a test in a bubble with a bot that has started.
func inParish(t *testing.T, phones, hooks int, change func(*world), fn func(t *testing.T, p *parish)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.ladder.Steps = nil
		if change != nil {
			change(w)
		}
		synctest.Wait() // until the world's own servers listen to pipes of their own
		p := &parish{town: newTown(w, phones+hooks), w: w, phones: phones}
		p.frames = &fraying{next: w.slack}
		p.slack, p.telegram, p.crm = &spoiler{next: p.frames}, &spoiler{next: w.telegram}, &spoiler{next: w.crm}
		w.slackNet = p.serve(w.tape.over(p.slack))
		w.telegramNet = p.serve(p.telegram)
		w.crmNet = p.serve(p.crm)
		w.start()
		p.peer = newPeer(w)
		time.Sleep(time.Second)
		fn(t, p)
	})
}

// serve serves a handler over pipes of its own.
func (p *parish) serve(h http.Handler) *pipes {
	net := newPipes()
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(net) }()
	p.w.t.Cleanup(func() { _ = server.Close() })
	return net
}

// writes has a customer write the next message.
func (p *parish) writes(i int) {
	if i < p.phones {
		p.write(i)
		return
	}
	p.peer.write(i, fmt.Sprintf("q%03dx%04d", i, p.said[i]))
	p.said[i]++
}

// answers has Sanne answer a customer, if their thread is there already.
func (p *parish) answers(i int) {
	if roots := p.roots()[i]; len(roots) > 0 {
		p.answer(i, roots[0])
	}
}

// has is the answers that a customer has, as they arrived.
func (p *parish) has(i int) (all []string) {
	if i < p.phones {
		for _, m := range p.people[i].Messages() {
			if m.ByBot {
				all = append(all, numbered.FindAllString(m.Text, -1)...)
			}
		}
		return all
	}
	for _, a := range p.w.crm.Answers() {
		if a.Conversation == fmt.Sprint("c-", i) {
			all = append(all, numbered.FindAllString(a.Text, -1)...)
		}
	}
	return all
}

// passes lets time go by, and looks again and again whether staff are told of something as sent that was not.
func (p *parish) passes(d time.Duration) {
	p.w.t.Helper()
	step := 2 * time.Second
	if d > time.Minute {
		step = 10 * time.Second
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
		after(min(step, time.Until(end)))
		p.honest()
	}
}

// arrival is a message of staff in the thread of a customer, and how often it arrived.
type arrival struct {
	slacksim.Message
	to    int
	text  string
	times int
}

// all lists what staff wrote.
func (p *parish) all() (out []arrival) {
	for i, roots := range p.roots() {
		has := p.has(i)
		for _, root := range roots {
			for _, m := range p.w.slack.Thread(deskChannel, root) {
				if m.User != "U0SANNE01" {
					continue
				}
				text := strings.TrimSpace(plain(m))
				n := 0
				for _, s := range has {
					if s == text {
						n++
					}
				}
				out = append(out, arrival{m, i, text, n})
			}
		}
	}
	return out
}

// honest fails where an answer is marked as sent that is not there.
func (p *parish) honest() {
	p.w.t.Helper()
	for _, a := range p.all() {
		if a.times == 0 && slices.Contains(marks(a.Message), "✅") {
			p.w.t.Fatalf("%s is marked as sent, and customer %d does not have it", a.text, a.to)
		}
	}
}

// asked are the answers about which a question with the button stands in their thread, with the mark that goes with it.
func (p *parish) asked(mark, label string) (out []arrival) {
	p.w.t.Helper()
	for _, a := range p.all() {
		if !slices.Equal(marks(a.Message), []string{mark}) {
			continue
		}
		if p.question(a, label) == nil {
			p.w.t.Errorf("%s is marked %s, and nobody is asked %q", a.text, mark, label)
			continue
		}
		out = append(out, a)
	}
	return out
}

// question finds the post about an answer that has the button.
func (p *parish) question(a arrival, label string) *slacksim.Message {
	for _, m := range p.w.slack.Thread(deskChannel, a.ThreadTS) {
		if buttonID(m, label) != "" && strings.Contains(string(m.Blocks), a.TS) {
			return &m
		}
	}
	return nil
}

// press has a person press the button of a question.
func (p *parish) press(a arrival, label string) {
	p.w.t.Helper()
	m := p.question(a, label)
	if m == nil {
		p.w.t.Errorf("%s: no button %q", a.text, label)
		return
	}
	if err := p.w.slack.Press("U0SANNE01", deskChannel, m.TS, buttonID(*m, label)); err != nil {
		p.w.t.Error(err)
	}
	p.passes(2 * time.Second)
}

// judge fails where anything was lost, came twice, came to a wrong place or out of order, or is not marked as sent, once
// people have answered all questions: from least to most answers may be uncertain, and what was typed before a customer's
// next words were there waits to be sent anyway. looseIn, looseOut = the order is not looked at.
func (p *parish) judge(least, most int, looseIn, looseOut bool) {
	p.w.t.Helper()
	doubts := p.asked("❓", "Send again")
	if len(doubts) < least || len(doubts) > most {
		p.w.t.Errorf("%d answers are uncertain, want %d to %d", len(doubts), least, most)
	}
	out := p.outwards()
	out.lost = 0
	if looseOut {
		out.swapped = 0
	}
	if out != (tally{}) {
		p.w.t.Errorf("to the customers, before questions are answered: %+v", out)
	}
	for _, a := range doubts {
		switch a.times {
		case 0:
			p.press(a, "Send again")
		default:
			p.press(a, "It is there")
		}
	}
	for _, a := range p.asked("⏳", "Send anyway") {
		if a.times > 0 {
			p.w.t.Errorf("it is asked whether %s shall leave, and it is there", a.text)
		}
		p.press(a, "Send anyway")
	}
	p.passes(2 * time.Minute)
	in := p.inward()
	out = p.outwards()
	out.swapped = 0 // what waited for a person came later
	if looseIn {
		in.swapped = 0
	}
	if in != (tally{}) || out != (tally{}) {
		p.w.t.Errorf("to the desk %+v, to the customers %+v", in, out)
	}
	for _, a := range p.all() {
		if got := marks(a.Message); !slices.Equal(got, []string{"✅"}) || a.times != 1 {
			p.w.t.Errorf("%s is marked %v and there %d times", a.text, got, a.times)
		}
	}
	p.atRest()
}

// outwards says what went wrong on the way to the customers.
func (p *parish) outwards() (sum tally) {
	for i := range p.people {
		sum = sum.plus(compare('a', i, p.answered[i], p.has(i)))
	}
	return sum
}

// atRest fails where anybody still waits for something.
func (p *parish) atRest() {
	p.w.t.Helper()
	if n := p.w.slack.Pending(); n > 0 {
		p.w.t.Errorf("%d events of Slack are not acknowledged", n)
	}
	if n := p.w.telegram.Pending(); n > 0 {
		p.w.t.Errorf("%d updates of Telegram are not confirmed", n)
	}
	if wrong := p.w.crm.Wrong(); len(wrong) > 0 {
		p.w.t.Errorf("the other side of the webhook complains: %q", wrong)
	}
	if stuck := stuckJobs(p.w.t, p.w); len(stuck) > 0 {
		p.w.t.Errorf("%d jobs are stuck: %+v", len(stuck), stuck)
	}
}

// notices counts what the bot said in the threads besides cards and the words of customers.
func (p *parish) notices() (n int) {
	for _, roots := range p.roots() {
		for _, root := range roots {
			for _, m := range p.w.slack.Thread(deskChannel, root)[1:] {
				if m.BotID != "" && !numbered.MatchString(plain(m)) {
					n++
				}
			}
		}
	}
	return n
}

// burst has Telegram give several messages of one customer in one answer.
func (p *parish) burst(i int) {
	p.w.telegram.Fail(telegramsim.Rule{Method: "getUpdates", Fault: telegramsim.Internal})
	p.writes(i)
	time.Sleep(500 * time.Millisecond)
	for range 3 {
		p.writes(i)
	}
}
