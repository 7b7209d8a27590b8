//go:build !race

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/bolt"
)

// saying is something that was said: the nth message of a kind, by or to a person.
type saying struct{ who, nth int }

var sayingText = regexp.MustCompile(`([qan])(\d\d)x(\d\d\d)`)

// sayings are those of a kind (q: customers, a: answers, n: notes) in a text.
func sayings(text string, kind byte) (all []saying) {
	for _, got := range sayingText.FindAllStringSubmatch(text, -1) {
		if got[1][0] != kind {
			continue
		}
		who, _ := strconv.Atoi(got[2])
		nth, _ := strconv.Atoi(got[3])
		all = append(all, saying{who, nth})
	}
	return all
}

// check compares what people see with what was said.
func (o *ordeal) check() (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	o.tally.said, o.answered, o.notes, o.sure, o.waits, o.unsure, o.arrived, o.posts = 0, 0, 0, 0, 0, 0, 0, 0
	shown := o.shown(add)
	for _, p := range o.people {
		p.mu.Lock()
		o.tally.said += p.said
		p.checkShown(shown[p.n], add)
		heard, order := p.heard(o.w, add)
		for _, t := range p.typed {
			o.checkTyped(p, t, len(heard[t.text]), add)
		}
		p.checkOrder(order, add)
		p.mu.Unlock()
	}
	return faults
}

type addFault func(format string, args ...any)

// shown is what stands on the desk of each person: their messages, by thread. Nothing that we posted stands there twice.
func (o *ordeal) shown(add addFault) map[int]map[string][]int {
	by, posted := map[int]map[string][]int{}, map[string]int{}
	for _, root := range o.w.slack.Messages(desk) {
		for _, m := range o.w.slack.Thread(desk, root.TS) {
			if m.User == sanne {
				continue
			}
			o.posts++
			if key := string(m.Metadata); key != "" {
				if posted[key]++; posted[key] == 2 {
					add("posted twice: %s %q", key, m.Text)
				}
			}
			for _, s := range sayings(m.Text, 'q') {
				if by[s.who] == nil {
					by[s.who] = map[string][]int{}
				}
				by[s.who][root.TS] = append(by[s.who][root.TS], s.nth)
			}
		}
	}
	return by
}

// checkShown: every message of the person is shown once, in order, in one thread, which is theirs alone.
func (p *person) checkShown(threads map[string][]int, add addFault) {
	if p.said > 0 && len(threads) != 1 {
		add("%s is shown in %d threads", p.name(), len(threads))
	}
	for _, got := range threads {
		var want []int
		for n := range p.said {
			want = append(want, n)
		}
		if !slices.Equal(got, want) {
			add("%s said %d things, and shown are %v", p.name(), p.said, got)
		}
	}
}

// heard is what reached a person: of each text the ids of the messages with it, and the order in which they came.
func (p *person) heard(w *town, add addFault) (all map[string][]string, order []int) {
	all = map[string][]string{}
	took := func(text, id string) {
		if len(sayings(text, 'n')) > 0 {
			add("%s was sent a note: %q", p.name(), text)
		}
		for _, s := range sayings(text, 'a') {
			if s.who != p.n {
				add("%s was sent what is for another: %q", p.name(), text)
			}
			if text := p.hears(s.nth, false); !slices.Contains(all[text], id) {
				all[text] = append(all[text], id)
				order = append(order, s.nth)
			}
		}
	}
	if p.phone != nil {
		for _, m := range p.phone.Messages() {
			if m.From != nil && m.From.IsBot {
				took(m.Text, strconv.Itoa(m.MessageID))
			}
		}
		return all, order
	}
	for _, body := range w.taken() {
		var a struct{ Conversation, ID, Text string }
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			add("the other system was sent %q: %v", body, err)
		}
		if a.Conversation == p.place() {
			took(a.Text, a.ID)
		}
	}
	return all, order
}

// checkOrder: answers came in the order in which they were typed, but for those typed at almost the same moment.
func (p *person) checkOrder(came []int, add addFault) {
	for i := 1; i < len(came); i++ {
		if a, b := p.typed[came[i-1]], p.typed[came[i]]; came[i-1] > came[i] && tsOf(a.ts).Sub(tsOf(b.ts)) > together {
			add("%s was sent %q before %q: %v", p.name(), a.text, b.text, came)
		}
	}
}

// tsOf reads a timestamp of Slack's.
func tsOf(ts string) time.Time {
	sec, micro, _ := strings.Cut(ts, ".")
	s, _ := strconv.ParseInt(sec, 10, 64)
	us, _ := strconv.ParseInt(micro, 10, 64)
	return time.Unix(s, us*1000)
}

// checkTyped: what staff typed has a mark, and it tells the truth.
func (o *ordeal) checkTyped(p *person, t typing, reached int, add addFault) {
	m, _ := o.w.slack.Message(desk, t.ts)
	var marks []string
	for _, r := range m.Reactions {
		marks = append(marks, r.Name)
	}
	mark := strings.Join(marks, " ")
	if t.note {
		o.notes++
		if mark != "lock" {
			add("the note %q has the marks %q", t.text, mark)
		}
		return
	}
	o.answered++
	switch {
	case mark == "white_check_mark" && reached == 1:
		o.sure++
	case mark == "hourglass_flowing_sand" && reached == 0 && o.asked(p, t, "Send anyway"): // the customer wrote meanwhile
		o.waits++
	case mark == "question" && !p.keyed() && reached <= 1 && o.asked(p, t, "Send again"):
		o.unsure++
		o.arrived += reached
	default:
		add("%s has the answer %q %d times, marked %q", p.name(), t.text, reached, mark)
	}
}

// asked: a question about the answer stands in its thread, with that button.
func (o *ordeal) asked(p *person, t typing, button string) bool {
	return slices.ContainsFunc(o.w.slack.Thread(desk, p.root), func(m slacksim.Message) bool {
		return strings.Contains(string(m.Blocks), button) && strings.Contains(string(m.Blocks), t.ts)
	})
}

// checkFile looks into the file when nobody uses it: it is sound, and nothing is left to do but what people are asked.
func (o *ordeal) checkFile() (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	s, err := bolt.Open(o.w.db, bolt.Options{})
	if err != nil {
		return []string{err.Error()}
	}
	defer s.Close()
	report, err := s.Verify(context.Background())
	if err != nil || len(report.Problems) > 0 {
		add("the file: %v %q", err, report.Problems)
	}
	stuck := 0
	err = s.View(context.Background(), func(tx store.Tx) error {
		for l, err := range tx.Lanes() {
			if err != nil {
				return err
			}
			for j, err := range tx.Lane(l) {
				if err != nil {
					return err
				}
				switch j.Effect.(type) {
				case conversation.Render, conversation.Remove, conversation.SetMark: // the look of what is there
				default:
					add("lane %v has work: %T %s since %v: %s", l, j.Effect, j.State, j.At, j.Reason)
				}
			}
		}
		for _, err := range tx.Stuck() {
			if err != nil {
				return err
			}
			stuck++
		}
		return nil
	})
	if err != nil || stuck != o.unsure {
		add("%d jobs are stuck in the file, and %d answers stand as a question: %v", stuck, o.unsure, err)
	}
	return faults
}

// together is how close two messages of staff may be for their order to be left to chance: Slack has two sockets to us,
// and keeps no order between them.
const together = 100 * time.Millisecond
