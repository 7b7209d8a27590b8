package bot_test

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// flaps has a platform go down and up again until the end, each for two seconds to two minutes. It tells how long it was
// down for in all, and how often.
func flaps(r *rand.Rand, end time.Time, down func(bool), done chan<- time.Duration) {
	sum := time.Duration(0)
	span := func() time.Duration {
		return min(2*time.Second+time.Duration(r.Int64N(int64(118*time.Second))), max(0, time.Until(end)))
	}
	for time.Now().Before(end) {
		time.Sleep(span())
		d := span()
		down(true)
		time.Sleep(d)
		down(false)
		sum += d
	}
	done <- sum
}

// TestFlappingPlatforms: for thirty minutes Slack and Telegram go down and come back, each by itself, while customers write
// and staff answer. In the end nothing is lost, misplaced, doubled or out of order. Trouble so short is no news: the desk
// is told nothing of it, nobody gets a direct message, and in the threads stands a question for each answer that met a
// Telegram which was down, one for each that was typed before a customer's next words were there, and nothing else.
func TestFlappingPlatforms(t *testing.T) {
	t.Parallel()
	seeds, long := []uint64{1, 2}, 30*time.Minute
	switch {
	case *chaosSeed != 0:
		seeds = []uint64{*chaosSeed}
	case underRace || testing.Short():
		seeds, long = seeds[:1], 10*time.Minute
	}
	for _, seed := range seeds {
		inParish(t, 5, 2, func(w *world) { w.hold = 10 * time.Second }, func(t *testing.T, p *parish) {
			t.Logf("seed %d", seed)
			for i := range p.people {
				p.writes(i)
			}
			p.passes(30 * time.Second)
			end := time.Now().Add(long)
			slack, telegram := make(chan time.Duration, 1), make(chan time.Duration, 1)
			go flaps(rand.New(rand.NewPCG(seed, 1)), end, p.w.slack.Down, slack)
			go flaps(rand.New(rand.NewPCG(seed, 2)), end, p.w.telegram.Down, telegram)
			r := rand.New(rand.NewPCG(seed, 3))
			for time.Now().Before(end) {
				p.passes(time.Duration(r.IntN(8000)) * time.Millisecond)
				p.writes(r.IntN(len(p.people)))
				p.passes(time.Duration(r.IntN(8000)) * time.Millisecond)
				p.answers(r.IntN(len(p.people)))
			}
			downSlack, downTelegram := <-slack, <-telegram
			p.passes(10 * time.Minute)
			doubts, overtaken := p.asked("❓", "Send again"), p.asked("⏳", "Send anyway")
			t.Logf("Slack was down for %v, Telegram for %v; %d answers, of %d staff are asked whether they arrived, of %d whether they shall leave; %d notices in threads; at the desk %q",
				downSlack, downTelegram, len(p.all()), len(doubts), len(overtaken), p.notices(), p.w.announced())
			if downSlack < long/6 || downTelegram < long/6 {
				t.Error("that is no flapping")
			}
			failed := 0
			for _, c := range p.w.telegram.Log() {
				if c.Method == "sendMessage" && c.Status == http.StatusBadGateway {
					failed++
				}
			}
			if n, most := p.notices(), len(doubts)+len(overtaken); n > most {
				t.Errorf("%d notices in threads, and staff are asked %d questions", n, most)
			}
			if told := append(p.w.announced(), p.w.direct("U0LEAD001")...); len(told) > 0 {
				t.Errorf("people were told %q", told)
			}
			p.judge(failed, failed, false, false)
		})
	}
}

// TestRefreshStorm: for a minute Slack asks for new sockets more often than one a second, while staff type.
func TestRefreshStorm(t *testing.T) {
	t.Parallel()
	for _, reasons := range sample([][]string{{"warning", "refresh_requested"}, {"refresh_requested"}, {"warning"}}, 3) {
		t.Run(strings.Join(reasons, " and "), func(t *testing.T) {
			inParish(t, 4, 2, func(w *world) { w.hold = 10 * time.Second }, func(t *testing.T, p *parish) {
				for i := range p.people {
					p.writes(i)
				}
				p.passes(30 * time.Second)
				began := time.Now()
				for n := range 80 {
					p.w.slack.Disconnect(reasons[n%len(reasons)])
					p.answers(n % len(p.people))
					p.passes(750 * time.Millisecond)
				}
				opened := len(p.w.tape.list("apps.connections.open", 0, began))
				// A socket that keeps being ended pauses for 30 s at most; what was not heard is read again before it leaves, of
				// which Slack takes 50 a minute, and so are the marks, which are not waited for.
				p.passes(2 * time.Minute)
				late := 0
				for _, a := range p.all() {
					if a.times == 0 {
						late++
					}
				}
				p.passes(8 * time.Minute)
				t.Logf("80 disconnects in a minute, %d calls of apps.connections.open; two minutes later %d answers had not left; at the desk %q", opened, late, p.w.announced())
				if late > 0 {
					t.Errorf("%d answers had not left two minutes after the storm", late)
				}
				if n := mostWithin(p.w.tape.list("apps.connections.open", 0, began), time.Second); n > 5 {
					t.Errorf("%d calls of apps.connections.open in a second", n)
				}
				if told := append(p.w.announced(), p.w.direct("U0LEAD001")...); len(told) > 0 {
					t.Errorf("people were told %q", told)
				}
				p.judge(0, 0, false, false)
			})
		})
	}
}

// mostWithin is how many of the calls were made within a span of time, at most.
func mostWithin(calls []taped, span time.Duration) (most int) {
	slices.SortFunc(calls, func(a, b taped) int { return a.at.Compare(b.at) })
	for i := range calls {
		n, _ := slices.BinarySearchFunc(calls, calls[i].at.Add(span), func(c taped, end time.Time) int { return c.at.Compare(end) })
		most = max(most, n-i)
	}
	return most
}

// TestSocketModeSwitchedOff: while Socket Mode is switched off for the app, Slack accepts sockets and ends them at once.
// Few are opened, a person is told once, and what was typed meanwhile leaves when it is switched on again.
func TestSocketModeSwitchedOff(t *testing.T) {
	t.Parallel()
	inParish(t, 2, 1, nil, func(t *testing.T, p *parish) {
		for i := range p.people {
			p.writes(i)
		}
		p.passes(30 * time.Second)
		began := time.Now()
		p.w.slack.Disconnect("link_disabled")
		for range 30 {
			p.passes(time.Minute)
			p.answers(0)
		}
		calls := p.w.tape.list("apps.connections.open", 0, began)
		t.Logf("%d calls of apps.connections.open in half an hour, %d in one second; told %q", len(calls), mostWithin(calls, time.Second), p.w.direct("U0LEAD001"))
		if n := mostWithin(calls, time.Second); n > 5 {
			t.Errorf("%d calls of apps.connections.open in a second", n)
		}
		if n := len(calls); n > 2*2*30+20 {
			t.Errorf("%d calls of apps.connections.open in half an hour", n)
		}
		if told := p.w.direct("U0LEAD001"); len(told) != 1 || !strings.Contains(told[0], "Socket Mode") {
			t.Errorf("the lead was told %q", told)
		}
		p.w.slack.EnableLink()
		p.passes(time.Minute)
		p.answers(1)
		p.passes(5 * time.Second)
		if got := p.has(1); len(got) != 1 {
			t.Errorf("five seconds after it was typed, the customer has %q", got)
		}
		p.passes(2 * time.Minute)
		if told := p.w.direct("U0LEAD001"); len(told) != 1 {
			t.Errorf("in the end the lead was told %q", told)
		}
		if told := p.w.announced(); len(told) != 1 || !strings.Contains(told[0], "Socket Mode") {
			t.Errorf("the desk was told %q", told)
		}
		p.judge(0, 0, false, false)
	})
}
