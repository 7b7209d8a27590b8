//go:build !race

package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// people is how many customers a town has: no more than have their threads looked through at once after a start, at the
// pace that Slack allows (20 at once, then 50 a minute).
const people = 16

// person is a customer, and what they and staff said to each other.
type person struct {
	n     int
	phone *telegramsim.Customer // nil = a customer of the system with the webhook
	queue chan string           // what that system has to tell

	mu    sync.Mutex
	root  string // the thread
	said  int
	typed []typing
}

// typing is something that staff typed.
type typing struct {
	text, ts string
	note     bool
}

func newPerson(w *town, n int) *person {
	p := &person{n: n, queue: make(chan string, 10_000)}
	if n%4 > 0 {
		p.phone = w.telegram.NewCustomer(p.name())
	}
	return p
}

func (p *person) name() string            { return fmt.Sprintf("Klant%02d", p.n) }
func (p *person) place() string           { return fmt.Sprintf("c-%02d", p.n) }
func (p *person) question(nth int) string { return fmt.Sprintf("q%02dx%03d", p.n, nth) }
func (p *person) keyed() bool             { return p.phone == nil }
func (p *person) hears(nth int, note bool) string {
	if note {
		return fmt.Sprintf("// n%02dx%03d", p.n, nth)
	}
	return fmt.Sprintf("a%02dx%03d", p.n, nth)
}

// traffic has customers and staff write at random times until the stop that it returns, which waits until webcare has
// taken all that the webhook tells.
func (o *ordeal) traffic() (stop func()) {
	var writers, tellers sync.WaitGroup
	end, late := make(chan struct{}), make(chan struct{})
	regularly := func(least, most time.Duration, act func(r *rand.Rand)) {
		r := rand.New(rand.NewPCG(o.r.Uint64(), 2))
		writers.Go(func() {
			for {
				select {
				case <-end:
					return
				case <-time.After(least + time.Duration(r.Int64N(int64(most-least)))):
					act(r)
				}
			}
		})
	}
	regularly(10*time.Millisecond, 50*time.Millisecond, func(r *rand.Rand) {
		p := o.people[r.IntN(people)]
		if p.n/2%2 == 1 && p.wrote() { // half of them wait for an answer: where a customer wrote meanwhile, it asks before it leaves
			p = o.people[p.n-2]
		}
		p.write()
	})
	regularly(60*time.Millisecond, 250*time.Millisecond, func(r *rand.Rand) { o.people[r.IntN(people)].answered(o.w, r.IntN(5) == 0) })
	for _, p := range o.people {
		if p.keyed() {
			tellers.Go(func() { p.tell(o.w, late) })
		}
	}
	return func() {
		close(end)
		writers.Wait()
		for _, p := range o.people {
			close(p.queue)
		}
		defer time.AfterFunc(settled, func() { close(late) }).Stop()
		tellers.Wait()
	}
}

func (p *person) wrote() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said > 0
}

// write says something new.
func (p *person) write() {
	p.mu.Lock()
	text := p.question(p.said)
	p.said++
	p.mu.Unlock()
	if p.phone != nil {
		p.phone.Write(text)
		return
	}
	p.queue <- text
}

// tell is the system behind the webhook: it tells everything in order, each until it is acknowledged or it is too late.
func (p *person) tell(w *town, late <-chan struct{}) {
	for text := range p.queue {
		body := fmt.Sprintf(`{"conversation":%q,"id":%q,"name":%q,"text":%q}`, p.place(), text, p.name(), text)
		for {
			if status, err := w.post(text, body, hookKey); err == nil && status == http.StatusOK {
				break
			}
			select {
			case <-time.After(20 * time.Millisecond):
			case <-late:
				return
			}
		}
	}
}

// answered has staff answer, or note something, where there is a thread.
func (p *person) answered(w *town, note bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.root == "" {
		for _, m := range w.slack.Messages(desk) {
			if of := sayings(m.Text, 'q'); len(of) > 0 && of[0].who == p.n {
				p.root = m.TS
			}
		}
	}
	if p.root == "" {
		return
	}
	text := p.hears(len(p.typed), note)
	ts, err := w.slack.Say(slacksim.Saying{User: sanne, Channel: desk, ThreadTS: p.root, Text: text})
	if err != nil {
		w.t.Error(err)
		return
	}
	p.typed = append(p.typed, typing{text, ts, note})
}
