package demo

import (
	"errors"
	"fmt"
	"sync"
	"time"

	slack "webcare/adapters/slack/sim"
)

// restFor is how long a person is not to be disturbed once they said so: long enough to see a direct message wait, and
// short enough to see it come.
const restFor = 3 * time.Minute

// errDeaf says that an act of a person is lost: Slack tells the app of it once.
var errDeaf = errors.New("nobody hears that: the bot is not connected to Slack at the moment")

// heard does what Slack tells the app once, and refuses where nobody would hear it.
func (d *demo) heard(act func() error) error {
	if d.slack.Sockets() == 0 {
		return errDeaf
	}
	return act()
}

// press presses a button of the bot's.
func (d *demo) press(f form) error {
	return d.heard(func() error { return d.slack.Press(f.of("by"), f.of("channel"), f.of("ts"), f.of("action")) })
}

// choose takes an entry from a menu of the bot's.
func (d *demo) choose(f form) error {
	return d.heard(func() error {
		return d.slack.Choose(f.of("by"), f.of("channel"), f.of("ts"), f.of("action"), f.of("value"))
	})
}

// shortcut uses one of the app's entries in the menu of a message.
func (d *demo) shortcut(f form) error {
	switch name := f.of("name"); name {
	case "save_ready", "hand_over":
		return d.heard(func() error { return d.slack.Shortcut(f.of("by"), name, deskChannel, f.of("ts")) })
	default:
		return fmt.Errorf("there is no shortcut %q", name)
	}
}

// slash types /webcare in the channel.
func (d *demo) slash(f form) error {
	return d.heard(func() error { return d.slack.Slash(f.of("by"), deskChannel, "/webcare") })
}

// react puts 👀 or ✅ on a message, or takes it away. Slack tells the app of it until it is heard.
func (d *demo) react(f form) error {
	name := f.of("name")
	switch {
	case name != "eyes" && name != "white_check_mark":
		return fmt.Errorf("there is no reaction %q here", name)
	case f.on("on"):
		return d.slack.React(f.of("by"), deskChannel, f.of("ts"), name)
	}
	return d.slack.Unreact(f.of("by"), deskChannel, f.of("ts"), name)
}

// rests are until when people are not to be disturbed. The zero value is nobody.
type rests struct {
	mu  sync.Mutex
	all map[string]time.Time
}

// until is when it is over, in ms; 0 = it is.
func (r *rests) until(id string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if end := r.all[id]; end.After(time.Now()) {
		return end.UnixMilli()
	}
	return 0
}

// rest says in Slack that a person is not to be disturbed for a while, or is again.
func (d *demo) rest(f form) error {
	id, now := f.of("by"), time.Now()
	if !onStaff(id) {
		return errors.New("there is no such person")
	}
	d.rests.mu.Lock()
	defer d.rests.mu.Unlock()
	if !f.on("on") {
		delete(d.rests.all, id)
		d.slack.SetDND(id, slack.DND{})
		return nil
	}
	if d.rests.all == nil {
		d.rests.all = map[string]time.Time{}
	}
	d.rests.all[id] = now.Add(restFor)
	d.slack.SetDND(id, slack.DND{From: now, To: now.Add(restFor), Told: true})
	time.AfterFunc(restFor, d.bell.ring)
	return nil
}
