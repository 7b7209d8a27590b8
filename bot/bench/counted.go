package main

import (
	"context"
	"time"
)

// What is counted: losses, refusals, late acknowledgements. The machine's speed hardly matters, so the subjects run
// side by side.

const burst = 5

// tallies are the results of rows 1 and 3.
type tallies struct{ lost, wrong, split, twice, swapped, asked notes }

func (n *tallies) put(subject string, t tally) {
	n.lost.put(subject, float64(t.Lost))
	n.wrong.put(subject, float64(t.Wrong))
	n.split.put(subject, float64(t.Split))
	n.twice.put(subject, float64(t.Twice))
	n.swapped.put(subject, float64(t.Swapped))
	n.asked.put(subject, float64(t.Asked))
}

// report adds the lines of a situation; at most so many messages may be there twice.
func (b *bench) report(n *tallies, where string, twice float64) {
	for _, x := range []struct {
		row   int
		what  string
		notes *notes
		limit float64
	}{
		{1, "lost, " + where, &n.lost, 0},
		{1, "in the wrong place, " + where, &n.wrong, 0},
		{1, "split over threads, " + where, &n.split, 0},
		{2, "twice, " + where, &n.twice, twice},
		{3, "out of order, " + where, &n.swapped, 0},
	} {
		b.add(line{Row: x.row, What: x.what, Value: x.notes.values["webcare"], Limit: x.limit, Others: x.notes.others()})
	}
	if asked := n.asked.values["webcare"]; asked > 0 {
		b.add(line{Row: 1, What: "sent when a person said so, since the customer wrote meanwhile, " + where, Value: asked, Free: true})
	}
}

// kills: row 1 and 3, kill -9 in mid-load and while catching up, started again a second later.
func (b *bench) kills(ctx context.Context) error {
	const people, rate, rtt = 50, 15, 50 * time.Millisecond
	const before, behind = 3 * time.Second, 4 * time.Second
	var n tallies
	err := b.beside(ctx, setting{rtt: rtt}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, people)
		roots, err := t.open(ctx, 2*rate)
		if err != nil {
			return err
		}
		again := make(chan error, 1)
		go func() {
			err := pause(ctx, before)
			s.child.kill()
			if err == nil {
				err = pause(ctx, time.Second)
			}
			if err == nil {
				err = s.start(ctx)
			}
			again <- err
		}()
		_, err = t.load(ctx, roots, rate, before+time.Second+behind)
		if restarted := <-again; restarted != nil {
			return restarted
		}
		if err != nil {
			return err
		}
		if _, err := t.settle(ctx, patience(s.subject)); err != nil {
			return err
		}
		n.put(s.subject, t.tally())
		return nil
	}, "A", "E", "webcare")
	if err != nil {
		return err
	}
	b.report(&n, "kill -9 in mid-load", rate*rtt.Seconds()*2+1)
	for _, until := range []time.Duration{120 * time.Millisecond, 180 * time.Millisecond, 400 * time.Millisecond} {
		if err := b.catchUpKill(ctx, until); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long to wait for something that does not come. Webcare looks an uncertain post up for half a minute
// before it believes that it is not there, and after an outage waits as long as Slack's pace of reading asks until it knows
// what was typed before an answer.
func patience(subject string) time.Duration {
	if subject == "webcare" {
		return 45 * time.Second
	}
	return 6 * time.Second
}

func (b *bench) catchUpKill(ctx context.Context, until time.Duration) error {
	const people, each, rtt = 60, 5, 50 * time.Millisecond
	var n tallies
	err := b.beside(ctx, setting{rtt: rtt, asleep: true}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, people)
		for i := range people * each {
			t.write(i % people)
		}
		c, err := start(ctx, s.subject, s.task)
		if err != nil {
			return err
		}
		err = pause(ctx, until)
		c.kill()
		if err == nil {
			err = pause(ctx, time.Second)
		}
		if err == nil {
			err = s.start(ctx)
		}
		if err != nil {
			return err
		}
		if _, err := t.settle(ctx, patience(s.subject)); err != nil {
			return err
		}
		n.put(s.subject, t.tally())
		return nil
	}, "A", "E", "webcare")
	if err == nil {
		b.report(&n, "kill -9 "+until.String()+" into catching up", 0)
	}
	return err
}

// limited: row 11, three messages a second of as many customers, where Slack takes one a second and five at once.
func (b *bench) limited(ctx context.Context) error {
	const messages, rate = 36, 1.0
	var n tallies
	var refused, took, used notes
	err := b.beside(ctx, setting{rate: rate}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, messages)
		began := time.Now()
		for i := range messages {
			t.write(i)
			if err := pause(ctx, time.Until(began.Add(time.Duration(i+1)*time.Second/3))); err != nil {
				return err
			}
		}
		if _, err := t.settle(ctx, 15*time.Second); err != nil {
			return err
		}
		n.put(s.subject, t.tally())
		s.mu.Lock()
		last := s.arrived[len(s.arrived)-1].at.Sub(began).Seconds()
		s.mu.Unlock()
		refused.put(s.subject, float64(s.status("chat.postMessage", 429)))
		took.put(s.subject, last/((messages-burst)/rate))
		used.put(s.subject, float64(len(s.there))/(burst+rate*last))
		return nil
	}, "A", "E", "webcare")
	if err != nil {
		return err
	}
	b.report(&n, "429", 0)
	b.add(line{Row: 11, What: "last message, of the ideal time", Value: took.values["webcare"], Limit: 1.03, Others: took.others()})
	b.add(line{Row: 11, What: "429s drawn by 36 messages", Value: refused.values["webcare"], Limit: messages / 20, Others: refused.others()})
	b.add(line{Row: 11, What: "share of the limit used", Value: used.values["webcare"], Limit: 0.98, Least: true, Others: used.others()})
	return nil
}

// outage: row 12, Slack answers 503 and cuts the sockets for a minute while customers write twice a second.
func (b *bench) outage(ctx context.Context) error {
	const people, long = 20, time.Minute
	var n tallies
	var refused, back, out, reply notes
	err := b.beside(ctx, setting{}, func(ctx context.Context, s *scene) error {
		t := newTown(s.world, people)
		roots, err := t.open(ctx, 10)
		if err != nil {
			return err
		}
		var up time.Time
		lift := make(chan float64, 1)
		go func() {
			err := pause(ctx, 5*time.Second)
			s.slack.Down(true)
			if err == nil {
				err = pause(ctx, long)
			}
			up = time.Now()
			s.slack.Down(false)
			for err == nil && s.slack.Sockets() == 0 && time.Since(up) < 2*long {
				err = pause(ctx, 10*time.Millisecond)
			}
			lift <- time.Since(up).Seconds()
		}()
		for i := range int((long + 9*time.Second) / (time.Second / 2)) {
			t.write(i % people)
			if err := pause(ctx, time.Second/2); err != nil {
				return err
			}
		}
		if err := t.answer(0, roots[0]); err != nil {
			return err
		}
		back.put(s.subject, <-lift)
		if _, err := t.settle(ctx, patience(s.subject)); err != nil {
			return err
		}
		n.put(s.subject, t.tally())
		refused.put(s.subject, float64(s.status("chat.postMessage", 503)))
		out.put(s.subject, t.lastOf(up).Sub(up).Seconds())
		if all := t.latencies('a', time.Time{}); len(all) > 0 {
			reply.put(s.subject, all[0].Seconds())
		}
		return nil
	}, "A", "E", "webcare")
	if err != nil {
		return err
	}
	b.report(&n, "outage of 60 s", 0)
	b.add(line{Row: 12, What: "backlog out, seconds after the outage (no limit on posts)", Value: out.values["webcare"], Limit: 2, Others: out.others()})
	b.add(line{Row: 12, What: "posts refused in 60 s", Value: refused.values["webcare"], Limit: long.Seconds() / 5, Others: refused.others()})
	b.add(line{Row: 12, What: "socket back, seconds after the outage", Value: back.values["webcare"], Limit: 5, Others: back.others()})
	b.add(line{Row: 12, What: "answer typed 4 s after the outage, seconds to the customer", Value: reply.values["webcare"], Limit: 1, Others: reply.others()})
	return nil
}

// lastOf is when the last message that was written before a moment arrived; the moment itself where all were there.
func (t *town) lastOf(before time.Time) time.Time {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	last := before
	for _, a := range t.w.arrived {
		if t.w.written[a.number].Before(before) && a.at.After(last) {
			last = a.at
		}
	}
	return last
}

// backlog: rows 13 and 3, thousands of answers wait while no socket is open.
func (b *bench) backlog(ctx context.Context) error {
	const people, events = 50, 5000
	var n tallies
	var late notes
	for _, subject := range []string{"A", "E", "webcare"} {
		err := b.stage(ctx, subject, setting{forgetful: true}, func(ctx context.Context, s *scene) error {
			t := newTown(s.world, people)
			roots, err := t.open(ctx, 50)
			if err != nil {
				return err
			}
			s.slack.Down(true)
			for i := range events {
				if err := t.answer(i%people, roots[i%people]); err != nil {
					return err
				}
			}
			s.slack.Down(false)
			if _, err := t.settle(ctx, patience(subject)); err != nil {
				return err
			}
			n.put(subject, t.tally())
			late.put(subject, float64(s.slack.Lost()))
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.report(&n, "5,000 answers at once", 0)
	b.add(line{Row: 13, What: "acks later than 3 s of 5,000", Value: late.values["webcare"], Limit: 0, Others: late.others()})
	return nil
}
