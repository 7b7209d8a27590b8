package webhook_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/adaptertest"
	"webcare/adapters/webhook"
	"webcare/adapters/webhook/sim"
)

const secret = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktMDAwMQ=="

func TestExam(t *testing.T) {
	adaptertest.Exam(t, func(t *testing.T, log *slog.Logger) *adaptertest.World {
		other, err := sim.New(secret)
		if err != nil {
			t.Fatal(err)
		}
		pipe := adaptertest.NewPipe(t, other)
		p := newPoster(t, other)
		return &adaptertest.World{
			New: func() adapters.Adapter {
				set := &webhook.Settings{Secret: adapters.NewSecret(secret), URL: "http://localhost/answers?token=url-canary"}
				a, err := webhook.Kind().New("crm", set, adapters.Env{Log: log, Dial: pipe.Dial})
				if err != nil {
					t.Fatal(err)
				}
				return a
			},
			Secrets: []string{secret, secret[6:], "canary-canary", "url-canary"},
			Serve:   p.serve,
			Write: func(text string) {
				p.post(map[string]any{"conversation": "c/1", "id": fmt.Sprint("m", p.next()), "name": "Ann", "text": text})
			},
			Again: p.again,
			Junk:  func() { p.post([]string{"junk"}) },
			Got: func() []string {
				var all []string
				for _, a := range other.Answers() {
					all = append(all, a.Text)
				}
				return all
			},
			Break: func(how adaptertest.Break, times int) bool {
				switch how {
				case adaptertest.Unreachable:
					pipe.Down(times)
				case adaptertest.Busy:
					other.Fail(sim.Fault{Times: times, Status: 429, RetryAfter: "7"})
				case adaptertest.No:
					other.Fail(sim.Fault{Times: times, Status: 422, Body: "no such customer"})
				case adaptertest.Fault, adaptertest.FaultButDone:
					other.Fail(sim.Fault{Times: times, Status: 500, Act: how == adaptertest.FaultButDone})
				case adaptertest.Lost, adaptertest.LostButDone:
					other.Fail(sim.Fault{Times: times, Drop: true, Act: how == adaptertest.LostButDone})
				case adaptertest.Silent:
					other.Fail(sim.Fault{Times: times, Slow: time.Hour, Act: true})
				default:
					return false
				}
				return true
			},
		}
	})
}

// poster posts as a good sender does: in order, each until it is taken or refused for good.
type poster struct {
	t     *testing.T
	other *sim.Sim

	mu      sync.Mutex
	handler http.Handler
	last    any
	lastID  string
	n       int
	queue   chan func()
}

func newPoster(t *testing.T, other *sim.Sim) *poster {
	p := &poster{t: t, other: other, queue: make(chan func(), 100)}
	var group sync.WaitGroup
	group.Go(func() {
		for one := range p.queue {
			one()
		}
	})
	t.Cleanup(func() {
		close(p.queue)
		group.Wait()
	})
	return p
}

func (p *poster) serve(h http.Handler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = h
}

func (p *poster) next() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	return p.n
}

func (p *poster) post(message any) {
	id := fmt.Sprint("msg_", p.next())
	p.mu.Lock()
	p.last, p.lastID = message, id
	p.mu.Unlock()
	p.queue <- func() { p.try(id, message) }
}

func (p *poster) again() {
	p.mu.Lock()
	id, message := p.lastID, p.last
	p.mu.Unlock()
	p.queue <- func() { p.try(id, message) }
}

// try posts until the answer is 2xx or 400, for five minutes at most.
func (p *poster) try(id string, message any) {
	for range 300 {
		p.mu.Lock()
		h := p.handler
		p.mu.Unlock()
		if h != nil {
			r, err := p.other.Request(context.Background(), "http://webcare/hook/crm", id, message)
			if err != nil {
				p.t.Error(err)
				return
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code/100 == 2 || w.Code == http.StatusBadRequest {
				return
			}
		}
		<-time.After(time.Second)
	}
	p.t.Errorf("%s was never taken", id)
}
