package bot_test

import (
	"reflect"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// accident plans what goes wrong on a day, if anything does.
func (y *year) accident() {
	if y.r.IntN(3) > 0 {
		return
	}
	at := time.Now().Add(moment(y.r, 0, 23*time.Hour))
	if y.r.IntN(2) == 0 { // when somebody is at work
		at = time.Now().Add(moment(y.r, 9*time.Hour, 17*time.Hour))
	}
	switch y.r.IntN(5) {
	case 0: // somebody starts it again
		y.at(at, func() { y.down(moment(y.r, time.Second, time.Minute)) })
	case 1: // it is killed between any two commits
		y.at(at, func() {
			if y.life != nil && !y.asleep {
				y.life.plug.mu.Lock()
				defer y.life.plug.mu.Unlock()
				y.life.plug.left = 1 + y.r.IntN(60)
			}
		})
	case 2: // it does not run for hours
		y.at(at, func() { y.down(moment(y.r, time.Hour, 14*time.Hour)) })
	case 3:
		y.at(at, func() { y.sleep(moment(y.r, 5*time.Minute, 14*time.Hour)) })
	case 4: // its clock was wrong, and is set right
		d := moment(y.r, time.Minute, time.Hour)
		if y.r.IntN(2) == 0 {
			d = -d
		}
		y.at(at, func() { y.setClock(d) })
	}
}

// down stops the bot for a while.
func (y *year) down(d time.Duration) {
	if y.life == nil || y.asleep {
		return
	}
	y.end()
	y.goesDown("is stopped for " + d.String())
	y.at(time.Now().Add(d), y.backUp)
}

// died buries the bot whose plug was pulled, and starts it again some time later.
func (y *year) died() {
	y.judge.pulled = y.life.plug.at
	y.end()
	y.crashed()
	y.goesDown("was killed")
	y.at(time.Now().Add(moment(y.r, time.Second, 20*time.Minute)), y.backUp)
}

func (y *year) backUp() {
	if y.life == nil {
		y.comesUp()
		y.start()
	}
}

// sleep has the machine sleep: whatever the bot does waits, and the clock goes on.
func (y *year) sleep(d time.Duration) {
	if y.life == nil || y.asleep {
		return
	}
	y.asleep = true
	p := y.life.plug
	p.mu.Lock()
	p.sleep = make(chan struct{})
	p.mu.Unlock()
	y.goesDown("sleeps for " + d.String())
	y.at(time.Now().Add(d), func() {
		if y.asleep {
			y.wake()
		}
	})
}

func (y *year) wake() {
	y.asleep = false
	y.comesUp()
	p := y.life.plug
	p.mu.Lock()
	close(p.sleep)
	p.sleep = nil
	p.mu.Unlock()
	y.catchUp()
}

// setClock stops the bot and starts it on a machine whose clock was ahead by d until now, or behind: all that is stored
// lies that much ahead.
func (y *year) setClock(d time.Duration) {
	m, is := y.store.(*inMemory)
	if !is || y.life == nil || y.asleep {
		return
	}
	y.end()
	y.goesDown("has its clock set by " + (-d).String())
	m.shift(d)
	for _, c := range y.clients {
		c.shift(d)
	}
	y.comesUp()
	y.start()
}

// shift moves all times of a customer's books, but what the customers themselves know.
func (c *client) shift(d time.Duration) {
	c.shifted = true
	all := []*time.Time{&c.since, &c.claimed, &c.lostAt, &c.aside.until, &c.offer, &c.heard, &c.came, &c.spoken, &c.closedAt, &c.asked, &c.told, &c.believed}
	if l := c.ladder; l != nil {
		l.moved = true
		all = append(all, &l.from, &l.due[0], &l.due[1], &l.due[2])
	}
	for i := range c.promises {
		all = append(all, &c.promises[i].until)
	}
	for _, t := range all {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
}

// shift moves every time in the conversations and jobs of a store.
func (m *inMemory) shift(d time.Duration) {
	m.due, m.opened = nil, nil
	for _, in := range m.queue {
		*in = nil
	}
	for id, c := range m.convs {
		moved := moved(reflect.ValueOf(*c), d).Interface().(conversation.Conversation)
		m.convs[id] = &moved
		due, opened, queued := indexesOf(&moved)
		for in, x := range map[*sorted]stamped{&m.due: due, &m.opened: opened, m.queue[moved.Turn]: queued} {
			if in != nil && x.id != "" {
				in.put(x)
			}
		}
	}
	for k, j := range m.jobs {
		m.jobs[k] = moved(reflect.ValueOf(j), d).Interface().(store.Job)
	}
}

// moved is a copy of a value with all times in it moved.
func moved(v reflect.Value, d time.Duration) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		if at, is := v.Interface().(time.Time); is {
			if !at.IsZero() {
				out.Set(reflect.ValueOf(at.Add(d)))
			}
			return out
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(moved(v.Field(i), d))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(moved(v.Index(i), d))
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(moved(v.Elem(), d))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(moved(v.Elem(), d))
		}
	default:
	}
	return out
}
