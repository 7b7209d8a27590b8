package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// town is customers and one of the staff, who number what they write.
type town struct {
	w        *world
	people   []*telegramsim.Customer
	said     []int
	answered []int
	asked    map[string]bool // the questions of the subject on which somebody pressed a button
}

func newTown(w *world, people int) *town {
	t := &town{w: w, said: make([]int, people), answered: make([]int, people), asked: map[string]bool{}}
	for i := range people {
		t.people = append(t.people, w.telegram.NewCustomer(fmt.Sprintf("P%05d", i)))
	}
	return t
}

// write has a customer write the next message.
func (t *town) write(i int) {
	number := fmt.Sprintf("q%05dx%04d", i, t.said[i])
	t.said[i]++
	t.wrote(number)
	t.people[i].Write(number)
}

// answer has staff write the next answer in the customer's first thread.
func (t *town) answer(i int, thread string) error {
	number := fmt.Sprintf("a%05dx%04d", i, t.answered[i])
	t.answered[i]++
	t.wrote(number)
	_, err := t.w.slack.Say(slacksim.Saying{User: staffID, Channel: deskChannel, ThreadTS: thread, Text: number})
	return err
}

func (t *town) wrote(number string) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.w.written[number] = time.Now()
}

// open has everybody write once, at most so many a second, and waits until all have a thread.
func (t *town) open(ctx context.Context, rate float64) ([]string, error) {
	for i := range t.people {
		t.write(i)
		if rate > 0 {
			if err := pause(ctx, time.Duration(float64(time.Second)/rate)); err != nil {
				return nil, err
			}
		}
	}
	if err := t.all(ctx, 30*time.Second); err != nil {
		return nil, fmt.Errorf("open threads: %w", err)
	}
	roots := make([]string, len(t.people))
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	for _, a := range t.w.arrived {
		if i, _ := who(a.number); a.number[0] == 'q' && roots[i] == "" {
			roots[i] = a.place
		}
	}
	return roots, nil
}

// settle waits until everything written has arrived, or until nothing has arrived for as long as given, and says how
// much has not. Where the subject asks whether an answer shall leave although the customer wrote meanwhile, it shall.
func (t *town) settle(ctx context.Context, quiet time.Duration) (int, error) {
	left, since := -1, time.Now()
	looked := since
	for {
		n := t.missing()
		if n <= 0 {
			return n, nil
		}
		if n != left {
			left, since = n, time.Now()
		}
		if time.Since(since) > quiet {
			return n, nil
		}
		if time.Since(since) > time.Second && time.Since(looked) > time.Second {
			t.sendAnyway()
			looked = time.Now()
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return n, err
		}
	}
}

// sendAnyway presses that button wherever it is.
func (t *town) sendAnyway() {
	for _, m := range t.w.slack.Since(deskChannel, "") {
		id := m.ActionID("Send anyway")
		if id != "" && !t.asked[m.TS] && t.w.slack.Press(staffID, deskChannel, m.TS, id) == nil {
			t.asked[m.TS] = true
		}
	}
}

// all waits until everything written has arrived; it is an error where something does not come for as long as given.
func (t *town) all(ctx context.Context, quiet time.Duration) error {
	left, err := t.settle(ctx, quiet)
	if err == nil && left > 0 {
		err = fmt.Errorf("%d of %d messages did not arrive", left, len(t.w.written))
	}
	return err
}

// missing is how much has been written and has not arrived.
func (t *town) missing() int {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	return len(t.w.written) - len(t.w.there)
}

// who reads a number.
func who(number string) (person, nth int) {
	person, _ = strconv.Atoi(number[1:6])
	nth, _ = strconv.Atoi(number[7:])
	return person, nth
}

// tally is what became of everything that was written.
type tally struct {
	Lost    int `json:"lost"`
	Twice   int `json:"twice"`
	Wrong   int `json:"wrong_place"`
	Split   int `json:"split"`
	Swapped int `json:"out_of_order"`
	Asked   int `json:"asked_first"`
}

func (t *town) tally() tally {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	var sum tally
	times, last := map[string]int{}, map[string]int{}
	owner, homes := map[string]int{}, map[string]int{}
	for _, a := range t.w.arrived {
		person, nth := who(a.number)
		kind := a.number[:1]
		times[a.number]++
		if had, known := owner[kind+a.place]; known && had != person {
			sum.Wrong++
		} else if !known {
			owner[kind+a.place] = person
			homes[kind+strconv.Itoa(person)]++
			if homes[kind+strconv.Itoa(person)] > 1 {
				sum.Split++
			}
		}
		if times[a.number] > 1 {
			sum.Twice++
			continue
		}
		key := kind + strconv.Itoa(person)
		if had, known := last[key]; known && nth < had {
			sum.Swapped++
		} else {
			last[key] = nth
		}
	}
	sum.Lost, sum.Asked = len(t.w.written)-len(times), len(t.asked)
	return sum
}

// latencies are the times from writing to arriving of one kind ('q' or 'a') for what was written since a moment, sorted.
func (t *town) latencies(kind byte, since time.Time) []time.Duration {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	var all []time.Duration
	for _, a := range t.w.arrived {
		if at := t.w.written[a.number]; a.number[0] == kind && !at.Before(since) {
			all = append(all, a.at.Sub(at))
		}
	}
	slices.Sort(all)
	return all
}

// quantile of sorted durations; 0 where there are none.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	return all[min(len(all)-1, int(q*float64(len(all))))]
}

// load has customers and staff write so many messages a second each, evenly, for a while; then it waits for them.
func (t *town) load(ctx context.Context, roots []string, rate float64, long time.Duration) (since time.Time, err error) {
	since = time.Now()
	step := time.Duration(float64(time.Second) / rate)
	n := 0
	for at := time.Duration(0); at < long; at += step / 2 {
		if wait := time.Until(since.Add(at)); wait > 0 {
			if err := pause(ctx, wait); err != nil {
				return since, err
			}
		}
		if n%2 == 0 {
			t.write(n / 2 % len(t.people))
		} else if err := t.answer((n/2+len(t.people)/2)%len(t.people), roots[(n/2+len(t.people)/2)%len(t.people)]); err != nil {
			return since, err
		}
		n++
	}
	return since, nil
}
