package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// checkCrash: of a network that can be asked or takes a key each answer arrived exactly once, and nobody is asked.
func (c *chaos) checkCrash() []string {
	var f faultList
	if !c.class.knows {
		return nil
	}
	for _, t := range c.typed {
		if t.kind != 'a' || t.gone || c.deleted[t.to] {
			continue
		}
		if n := c.reached(t); n != 1 {
			m, _ := c.w.slack.Message(deskChannel, t.ts)
			f.add("%s reached the customer %d times and is marked %v", t.text, n, marks(m))
		}
	}
	return f
}

// decide has Sanne let every answer leave about which it is asked whether it shall.
func (c *chaos) decide() error {
	for range 100 {
		pressed := false
		for i := range c.people {
			for _, root := range c.roots(i) {
				for _, m := range c.w.slack.Thread(deskChannel, root.TS) {
					if id := buttonID(m, "Send anyway"); id != "" && buttonID(m, "Do not send") != "" {
						c.press(staff[0], root, i, "Send anyway")
						pressed = true
						break
					}
				}
			}
		}
		if !pressed {
			return nil
		}
		if err := c.rest(); err != nil {
			return err
		}
	}
	return errors.New("it is asked about answers without end")
}

// histories tells what the bot heard, in the order in which it did.
func (c *chaos) histories() string {
	var out strings.Builder
	_ = c.memory(func(tx store.Tx) error {
		for id, err := range tx.Open(time.Now().Add(time.Hour)) {
			if err != nil {
				return err
			}
			for r, err := range tx.History(id) {
				if err != nil {
					return err
				}
				fmt.Fprintf(&out, "%s %s %T %+v\n", id, r.At.Format("15:04:05.000"), r.Event, r.Event)
			}
		}
		return nil
	})
	return out.String()
}

// sum is what happened.
func (c *chaos) sum() crashed {
	s := crashed{histories: 1, moments: c.moments}
	for _, n := range c.moments {
		s.points += n
	}
	for _, all := range c.said {
		s.said += len(all)
	}
	for _, t := range c.typed {
		if t.kind != 'a' {
			continue
		}
		s.typed++
		n := c.reached(t)
		if n > 0 {
			s.arrived++
		}
		if n > 1 {
			s.twice++
		}
	}
	_ = c.memory(func(tx store.Tx) error {
		for j := range tx.Stuck() {
			if e, is := j.Effect.(conversation.ShowFiles); is {
				s.photos += len(e.Files)
			} else {
				s.questions++
			}
		}
		return nil
	})
	return s
}
