//go:build !race

package main

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"math"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/store/bolt"
)

var (
	longFor = flag.Duration("long", 20*time.Second, "how long the long run takes; it is meant to take an hour")
	longPNG = flag.String("picture", "", "where the picture of the long run is written; empty = nowhere")
)

// A long run is at a hundred times a busy desk, of 400 mentions a day, and has so many lives, but no fewer messages than
// tell something.
const (
	aDay      = 100 * 400
	lives     = 6
	leastSaid = 120
	samples   = 40              // in a life
	warm      = 4 * time.Minute // idle connections are closed after 90 s
	mostLate  = 2 * time.Second
	thinks    = 15 * time.Second // how long staff take to answer
)

// TestLong runs webcare for as long as -long says, six lives one behind the other, while customers ask and staff answer:
// each question is answered once. Where a life is long enough to tell, no life uses more memory, goroutines and files than
// the first, the data file grows by as much as is said, and what customers write is at the desk within two seconds.
//
//	go test . -run '^TestLong$' -long 1h -timeout 90m -v -picture docs/long.png
func TestLong(t *testing.T) {
	t.Parallel()
	program := built(t)
	w := newTown(t)
	w.quiet = true
	w.change(`api_url = "`+w.slackURL+`/api/"`, `api_url = "`+w.slackURL+`/api/"`+"\npost_rate = 100.0\npost_burst = 100")
	l := &longRun{w: w, began: time.Now(), said: map[string]time.Time{}, threads: map[string]string{}}
	pace := min(24*time.Hour/aDay, *longFor/leastSaid)
	var writers sync.WaitGroup
	end := make(chan struct{})
	writers.Go(func() { l.customers(pace, end) })
	for n := range lives {
		p := w.spawn(program, "run", "-config", w.config)
		p.up().says("health, metrics and webhooks are served")
		l.live(p, n, *longFor/lives)
		p.signal(syscall.SIGTERM)
		if s := p.ends(15 * time.Second); s != 0 {
			t.Fatalf("life %d ended with status %d", n, s)
		}
		l.file()
	}
	close(end)
	writers.Wait()
	p := w.spawn(program, "run", "-config", w.config)
	p.up()
	l.ends(p)
	l.judge()
	if *longPNG != "" {
		if err := os.WriteFile(*longPNG, l.picture(), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// longRun is what happened.
type longRun struct {
	w     *town
	began time.Time

	mu      sync.Mutex
	said    map[string]time.Time // when each question was asked
	asked   []*asked
	threads map[string]string // where each stands
	looked  string            // the newest message that was looked at
	gauges  []gaugeOf
	files   []fileOf
}

// asked is a question that staff will answer.
type asked struct {
	of   *telegramsim.Customer
	text string
	at   time.Time
	done string // the ts of the answer
}

// gaugeOf is what a process uses at a moment.
type gaugeOf struct {
	life             int
	at               time.Duration // since the run began
	heap, goroutines float64
	files, resident  float64
}

// fileOf is the data file between two lives.
type fileOf struct {
	at         time.Duration
	said       int
	used, size float64 // in bytes; size counts what was used before
}

// customers ask, a tenth of them for the first time, and staff answer each of them some seconds later.
func (l *longRun) customers(pace time.Duration, end <-chan struct{}) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var people []*telegramsim.Customer
	for n := 0; ; n++ {
		select {
		case <-end:
			return
		case <-tick.C:
		}
		if n%10 == 0 {
			people = append(people, l.w.telegram.NewCustomer(fmt.Sprintf("Klant%05d", n/10)))
		}
		a := &asked{of: people[(n*7)%len(people)], text: fmt.Sprintf("vraag%06d", n), at: time.Now()}
		l.mu.Lock()
		l.said[a.text] = a.at
		l.asked = append(l.asked, a)
		l.mu.Unlock()
		a.of.Write(a.text)
		l.answers(min(thinks, *longFor/240))
	}
}

// answers has staff answer what was asked so long ago and can be seen.
func (l *longRun) answers(after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.look()
	for _, a := range l.asked {
		if a.done != "" || time.Since(a.at) < after {
			continue
		}
		thread, seen := l.threads[a.text]
		if !seen {
			continue
		}
		ts, err := l.w.slack.Say(slacksim.Saying{User: sanne, Channel: desk, ThreadTS: thread, Text: "antwoord op " + a.text})
		if err != nil {
			l.w.t.Error(err)
			return
		}
		a.done = ts
	}
}

// ends waits until all is at the desk and all is answered. Every time webcare starts it looks again at each answer that waits.
func (l *longRun) ends(p *process) {
	tick := time.NewTicker(time.Second / 2) // each look at everything takes time from webcare
	defer tick.Stop()
	var open []string
	for late := time.After(5 * time.Minute); ; {
		l.answers(0)
		l.sendAnyway()
		if open = l.open(); len(open) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			l.w.t.Fatalf("%d questions have no answer, among them %q, which stands in the thread %q\n%s", len(open), open[0], l.threads[open[0]], p.log)
		}
	}
}

// look notes what came to the desk since it looked last: where each question stands.
func (l *longRun) look() {
	for _, m := range l.w.slack.Since(desk, l.looked) {
		l.looked = m.TS
		if m.User == sanne {
			continue
		}
		for _, q := range question.FindAllString(m.Text, -1) {
			l.threads[q] = cmp.Or(m.ThreadTS, m.TS)
		}
	}
}

// question is what customers ask: one in each of their messages, but several in a post that tells what many said while
// webcare was down.
var question = regexp.MustCompile(`vraag\d{6}`)

// sendAnyway has staff say that the answers leave about which they are asked, since the customer wrote while they waited.
func (l *longRun) sendAnyway() {
	for _, m := range l.w.slack.Since(desk, "") {
		if id := m.ActionID("Send anyway"); id != "" {
			_ = l.w.slack.Press(sanne, desk, m.TS, id) // again, where it is not heard
		}
	}
}

// open are the questions whose answer is not with the customer.
func (l *longRun) open() (open []string) {
	got := map[string]int{}
	l.mu.Lock()
	defer l.mu.Unlock()
	people := map[*telegramsim.Customer]bool{}
	for _, a := range l.asked {
		people[a.of] = true
	}
	for p := range people {
		for _, m := range p.Messages() {
			if m.From != nil && m.From.IsBot {
				got[question.FindString(m.Text)]++
			}
		}
	}
	for _, a := range l.asked {
		switch got[a.text] {
		case 0:
			open = append(open, a.text)
		case 1:
		default:
			l.w.t.Fatalf("%q was answered %d times", a.text, got[a.text])
		}
	}
	return open
}

// live watches a life for so long.
func (l *longRun) live(p *process, n int, long time.Duration) {
	tick := time.NewTicker(long / samples)
	defer tick.Stop()
	for over := time.After(long); ; {
		select {
		case <-tick.C:
			l.note(n)
		case <-p.done:
			l.w.t.Fatalf("life %d ended by itself:\n%s", n, p.log)
		case <-over:
			return
		}
	}
}

// note reads the gauges.
func (l *longRun) note(life int) {
	res, err := http.Get("http://" + l.w.listen + "/metrics")
	if err != nil {
		l.w.t.Error(err)
		return
	}
	defer res.Body.Close()
	got := map[string]float64{}
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if name, value, is := strings.Cut(lines.Text(), " "); is {
			got[name], _ = strconv.ParseFloat(value, 64)
		}
	}
	l.gauges = append(l.gauges, gaugeOf{
		life, time.Since(l.began), got["go_memstats_heap_inuse_bytes"], got["go_goroutines"], got["process_open_fds"], got["process_resident_memory_bytes"],
	})
}

// file looks into the data file between two lives.
func (l *longRun) file() {
	s, err := bolt.Open(l.w.db, bolt.Options{})
	if err != nil {
		l.w.t.Fatal(err)
	}
	r, err := s.Verify(context.Background())
	if err != nil || len(r.Problems)+len(r.Contradictions) > 0 {
		l.w.t.Errorf("the file: %v %q %q", err, r.Problems, r.Contradictions)
	}
	if err := s.Close(); err != nil {
		l.w.t.Error(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files = append(l.files, fileOf{time.Since(l.began), len(l.said), float64(r.Used), float64(r.Used + r.Free)})
}

// inLife is the median of a gauge in the second half of a life, when it is warm.
func (l *longRun) inLife(n int, of func(gaugeOf) float64) float64 {
	var all []float64
	for _, g := range l.gauges {
		if g.life == n {
			all = append(all, of(g))
		}
	}
	all = all[len(all)/2:]
	slices.Sort(all)
	return all[len(all)/2]
}

// delay is how long a question took to the desk.
type delay struct{ asked, took time.Duration }

// delays are those of all questions that were asked while webcare ran.
func (l *longRun) delays() (all []delay) {
	for _, m := range l.w.slack.Since(desk, "") {
		if m.User == sanne {
			continue
		}
		for _, q := range question.FindAllString(m.Text, -1) {
			if at, is := l.said[q]; is && l.ran(at) {
				all = append(all, delay{at.Sub(l.began), tsOf(m.TS).Sub(at)})
			}
		}
	}
	return all
}

// quantile is the shortest time that a share of the delays do not exceed.
func quantile(all []delay, q float64) time.Duration {
	slices.SortFunc(all, func(a, b delay) int { return cmp.Compare(a.took, b.took) })
	return all[int(q*float64(len(all)-1))].took
}

// ran says that webcare had been running for a while at a moment: between the first and the last sample of a life.
func (l *longRun) ran(at time.Time) bool {
	since := at.Sub(l.began)
	for n := range lives {
		first, last := time.Duration(math.MaxInt64), time.Duration(0)
		for _, g := range l.gauges {
			if g.life == n {
				first, last = min(first, g.at), max(last, g.at)
			}
		}
		if first <= since && since <= last {
			return true
		}
	}
	return false
}

func (l *longRun) judge() {
	t := l.w.t
	delays := l.delays()
	if len(delays) < len(l.said)/4 {
		t.Fatalf("of %d questions %d were asked while it ran", len(l.said), len(delays))
	}
	at := func(q float64) time.Duration { return quantile(delays, q).Round(time.Millisecond) }
	t.Logf("%d questions and answers in %v, %d lives; to the desk: p50 %v, p99 %v, max %v", len(l.said), *longFor, lives, at(0.5), at(0.99), at(1))
	long := *longFor/lives >= warm // in a short life the connections of its start are still open
	if long && at(0.99) > mostLate {
		t.Errorf("p99 to the desk is %v, want %v at most", at(0.99), mostLate)
	}
	for _, gauge := range []struct {
		what string
		of   func(gaugeOf) float64
		most float64 // the last life against the first
	}{
		{"heap in use, MB", func(g gaugeOf) float64 { return g.heap / 1e6 }, 1.25},
		{"goroutines", func(g gaugeOf) float64 { return g.goroutines }, 1.05},
		{"open files", func(g gaugeOf) float64 { return g.files }, 1.05},
		{"resident memory, MB", func(g gaugeOf) float64 { return g.resident / 1e6 }, 1.25},
	} {
		var all []string
		for n := range lives {
			all = append(all, strconv.FormatFloat(l.inLife(n, gauge.of), 'f', 1, 64))
		}
		t.Logf("%s, by life: %s", gauge.what, strings.Join(all, " "))
		if first, last := l.inLife(0, gauge.of), l.inLife(lives-1, gauge.of); long && last > first*gauge.most+1 {
			t.Errorf("%s: %.1f in the first life, %.1f in the last", gauge.what, first, last)
		}
	}
	var each []float64
	for i := 1; i < len(l.files); i++ {
		each = append(each, (l.files[i].used-l.files[i-1].used)/float64(l.files[i].said-l.files[i-1].said))
	}
	t.Logf("the file: %.1f MB in use of %.1f; by life, bytes for each question with its answer: %.0f", l.files[lives-1].used/1e6, l.files[lives-1].size/1e6, each)
	if first, last := each[0], each[len(each)-1]; long && (last > 1.5*first || last < first/1.5) {
		t.Errorf("the file does not grow evenly: %.0f bytes a question in the second life, %.0f in the last", first, last)
	}
}
