package bot_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/store"
)

// chaos plays one history and remembers what people did.
type chaos struct {
	w       *world
	disk    *frail
	people  []*telegramsim.Customer
	said    [][]saying // by customer
	typed   []typing
	pressed map[string][]string // labels, by the staff message they spoke of
	closed  map[int]bool        // somebody pressed Done or No answer needed
	deleted map[int]bool        // somebody deleted the card
	unsure  conversation.OnUnsure
	nudges  bool
	mixed   bool // staff's messages came out of order

	// Of a bot that dies (crash_test.go): what kind of network it is on, at which moments it died, and until when it stays
	// dead.
	class   class
	moments map[string]int
	until   time.Time
	mu      sync.Mutex
	keys    map[string]string // what was sent under a key
	inner   func(whole) whole // what Telegram is, of a known mistake; nil = as it is
}

// saying is a message of a customer; version counts its edits.
type saying struct {
	id, version int
	photo       bool
}

// typing is a message of staff.
type typing struct {
	ts, text string
	to       int
	kind     byte // a = answer, n = note, g = of a guest
	by       string
	version  int  // counts its edits
	gone     bool // deleted
	late     bool // it was changed or deleted when it might have left
}

func newChaos(t *testing.T, script []string) (*chaos, error) {
	w := newWorld(t)
	c := &chaos{w: w, pressed: map[string][]string{}, closed: map[int]bool{}, deleted: map[int]bool{}}
	var people int
	var unsure, nudges string
	hold := "0s" // of histories from before there was one
	if n, err := fmt.Sscanf(script[0], "world people=%d unsure=%s nudges=%s hold=%s", &people, &unsure, &nudges, &hold); n < 3 {
		return nil, err
	}
	var err error
	if w.hold, err = time.ParseDuration(hold); err != nil {
		return nil, err
	}
	c.unsure, c.nudges = conversation.OnUnsure(unsure), nudges == "on"
	w.onUnsure = c.unsure
	if !c.nudges {
		w.ladder.Steps = nil
	}
	for i := range people {
		p := w.telegram.NewCustomer(fmt.Sprintf("P%03d", i))
		p.Start()
		c.people = append(c.people, p)
	}
	c.said = make([][]saying, people)
	w.disk = func(s store.Store) store.Store {
		c.disk = &frail{Store: s, file: c.w.db, fuse: c.w.fuse}
		return c.disk
	}
	return c, nil
}

// start runs the bot, and lets its disk pull the plug.
func (c *chaos) start() {
	if f := c.w.fuse; f != nil {
		f.mu.Lock() // connections of the life before may still be read
		f.dead, f.left, f.blow = nil, 0, func() { c.disk.keep() }
		f.mu.Unlock()
	}
	c.w.start()
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	c.disk.wire = c.w.life.wire
}

// play carries out the lines, then heals everything and waits for quiet.
func (c *chaos) play(script []string) error {
	c.start()
	for n, line := range script[1:] {
		words, err := split(line)
		if err != nil || len(words) < 2 {
			return fmt.Errorf("line %d, %q, cannot be read: %v", n+2, line, err)
		}
		pause, err := time.ParseDuration(words[0] + "ms")
		if err != nil {
			return err
		}
		time.Sleep(pause)
		if err := c.act(words[1:]); err != nil {
			return fmt.Errorf("line %d, %q: %w", n+2, line, err)
		}
		c.bury()
	}
	c.heal()
	return c.rest()
}

// bury starts the bot again on what the plug left.
func (c *chaos) bury() {
	if c.w.fuse != nil {
		c.w.fuse.blown()
	}
	if c.w.life == nil || c.disk.dead() == nil {
		if c.w.life == nil && c.w.fuse != nil && !time.Now().Before(c.until) {
			c.start()
		}
		return
	}
	image := c.disk.dead()
	c.disk.set(false, 0)
	c.w.kill()
	if c.w.fuse != nil {
		_ = os.Remove(c.w.db)
	}
	c.w.db = filepath.Join(c.w.dir, fmt.Sprintf("life%d.db", time.Now().UnixNano()))
	if err := os.WriteFile(c.w.db, image, 0o600); err != nil {
		c.w.t.Fatal(err)
	}
	if f := c.w.fuse; f != nil {
		c.moments[f.where]++
		c.until = time.Now().Add(f.stays)
		if f.stays > 0 {
			return
		}
	}
	c.start()
}

func (c *chaos) heal() {
	c.w.slack.Heal()
	c.w.telegram.Heal()
	c.w.slack.Slow(0)
	c.w.telegram.Slow(0)
	if c.disk != nil {
		c.disk.set(false, 0)
	}
	if c.w.fuse != nil {
		c.w.fuse.mend()
	}
	c.bury()
	if c.w.life == nil {
		c.start()
	}
}

// rest waits until nobody has anything to do. The bounds are those of the outside: Slack redelivers after 5 minutes.
func (c *chaos) rest() error {
	time.Sleep(time.Minute)
	for range 60 {
		synctest.Wait()
		busy, err := c.busy()
		if err != nil || busy == "" {
			return err
		}
		time.Sleep(30 * time.Second)
	}
	return nil // the checks tell what is left
}

// busy says what is still to be done; "" = nothing.
func (c *chaos) busy() (string, error) {
	if n := c.w.slack.Pending(); n > 0 {
		return fmt.Sprintf("%d events of Slack are not acknowledged", n), nil
	}
	if n := c.w.telegram.Pending(); n > 0 {
		return fmt.Sprintf("%d updates of Telegram are not confirmed", n), nil
	}
	what := ""
	err := c.w.life.db.View(context.Background(), func(tx store.Tx) error {
		for l, err := range tx.Lanes() {
			if err != nil {
				return err
			}
			for j := range tx.Lane(l) {
				what = fmt.Sprintf("the lane %v has a job: %+v", l, j)
			}
		}
		for p, err := range tx.Parked() {
			if err != nil {
				return err
			}
			what = fmt.Sprintf("parked: %+v", p)
		}
		return nil
	})
	return what, err
}

func (c *chaos) act(words []string) error {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	number := numbers(words)
	switch words[0] {
	case "customer":
		return c.customer(number(1), arg(2), number(3))
	case "slack":
		return c.slackMishap(words[1:])
	case "telegram":
		return c.telegramMishap(words[1:])
	case "disk":
		if c.w.life != nil {
			c.disk.set(arg(1) == "full", 0)
		}
	case "fuse":
		if c.w.life != nil && c.w.fuse.arm(number(1)) {
			c.w.fuse.stays = time.Duration(number(2)) * time.Millisecond
		}
	case "faults":
		c.w.fuse.goWrong(number(1), uint64(number(2)))
	case "kill":
		if c.w.life != nil {
			c.disk.set(false, number(1))
		}
	case "crash":
		if c.w.life != nil && c.disk.dead() == nil {
			c.disk.set(false, 0)
			c.w.crash()
		}
	case "stop":
		if c.w.life != nil && c.disk.dead() == nil {
			c.disk.set(false, 0)
			c.w.end()
		}
	case "start":
		if c.w.life == nil {
			c.start()
		}
	default:
		for _, u := range staff {
			if u.Name == words[0] {
				return c.staffer(u, arg(1), number(2), arg(3))
			}
		}
		return fmt.Errorf("no such act")
	}
	return nil
}

// numbers reads the words that are numbers; the others are 0.
func numbers(words []string) func(int) int {
	return func(i int) (n int) {
		if i < len(words) {
			_, _ = fmt.Sscan(words[i], &n)
		}
		return n
	}
}

func (c *chaos) customer(i int, what string, n int) error {
	if i >= len(c.people) {
		return fmt.Errorf("no such customer")
	}
	text := fmt.Sprintf("q%03dx%04d", i, len(c.said[i]))
	switch what {
	case "writes":
		c.said[i] = append(c.said[i], saying{id: c.people[i].Write(text)})
	case "photo":
		c.said[i] = append(c.said[i], saying{id: c.people[i].SendPhoto(picture, text), photo: true})
	case "edits":
		if n >= len(c.said[i]) {
			return nil
		}
		m := &c.said[i][n]
		m.version++
		c.people[i].Edit(m.id, fmt.Sprintf("q%03dx%04d v%d", i, n, m.version))
	default:
		return fmt.Errorf("customers do not do that")
	}
	return nil
}

// roots are the customer's threads that can be written in, oldest first.
func (c *chaos) roots(i int) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range c.w.slack.Messages(deskChannel) {
		if strings.HasPrefix(strings.TrimSpace(plain(m)), fmt.Sprintf("P%03d ·", i)) && m.Subtype != "tombstone" && m.ThreadTS == "" || m.ThreadTS == m.TS && cardOf(m) == i {
			out = append(out, m)
		}
	}
	return out
}

var cardTitle = regexp.MustCompile(`^P(\d{3}) ·`)

// cardOf is whose card a message is; -1 = nobody's.
func cardOf(m slacksim.Message) int {
	title := cardTitle.FindStringSubmatch(strings.TrimSpace(plain(m)))
	n := -1
	if title != nil {
		_, _ = fmt.Sscanf(title[1], "%03d", &n)
	}
	return n
}

func (c *chaos) staffer(u slacksim.User, what string, i int, label string) error {
	roots := c.roots(i)
	if len(roots) == 0 {
		return nil // nothing to be seen yet
	}
	root := roots[len(roots)-1]
	kind := map[string]byte{"answers": 'a', "notes": 'n'}[what]
	switch {
	case what == "elsewhere":
		return c.elsewhere(u, root, i)
	case what == "deletes":
		c.deleted[i] = true
		return c.w.slack.Delete(deskChannel, root.TS)
	case what == "rewrites" || what == "withdraws":
		return c.change(u, what, i)
	case what == "presses":
		c.press(u, root, i, label)
		return nil
	case kind == 0:
		return fmt.Errorf("staff do not do that")
	case u.Restricted:
		kind = 'g'
	}
	text := fmt.Sprintf("%c%03dx%04d", kind, i, len(c.typed))
	if kind == 'n' {
		text = "// " + text
	}
	ts, err := c.w.slack.Say(slacksim.Saying{User: u.ID, Channel: deskChannel, ThreadTS: root.TS, Text: text})
	if err == nil {
		c.typed = append(c.typed, typing{ts: ts, text: strings.TrimPrefix(text, "// "), to: i, kind: kind, by: u.ID})
	}
	return err
}

// elsewhere is another channel of which the bot is a member.
const elsewhere = "C0RANDOM1"

// elsewhere has somebody write in a thread of another channel whose root has the timestamp of the customer's card.
func (c *chaos) elsewhere(u slacksim.User, root slacksim.Message, i int) error {
	if _, is := c.w.slack.Message(elsewhere, root.TS); !is {
		if _, err := c.w.slack.Say(slacksim.Saying{User: u.ID, Channel: elsewhere, Text: "Lunch?", TS: root.TS}); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("n%03dx%04d", i, len(c.typed)) // as a note, it must never leave
	_, err := c.w.slack.Say(slacksim.Saying{User: u.ID, Channel: elsewhere, ThreadTS: root.TS, Text: text})
	return err
}

// change has somebody edit or delete the answer that they typed last for a customer.
func (c *chaos) change(u slacksim.User, what string, i int) error {
	for n := len(c.typed) - 1; n >= 0; n-- {
		t := &c.typed[n]
		if t.to != i || t.kind != 'a' || t.by != u.ID || t.gone {
			continue
		}
		t.late = t.late || time.Since(momentOf(t.ts)) > c.w.hold-time.Second || len(c.pressed[t.ts]) > 0
		if what == "withdraws" {
			t.gone = true
			return c.w.slack.Delete(deskChannel, t.ts)
		}
		t.version++
		return c.w.slack.Edit(u.ID, deskChannel, t.ts, t.wording())
	}
	return nil
}

// wording is what the message says now.
func (t typing) wording() string {
	if t.version == 0 {
		return t.text
	}
	return fmt.Sprintf("%s v%d", t.text, t.version)
}

// press presses the newest button with the label in a thread, if there is one and the app can be reached.
func (c *chaos) press(u slacksim.User, root slacksim.Message, i int, label string) {
	all := c.w.slack.Thread(deskChannel, root.TS)
	for n := len(all) - 1; n >= 0; n-- {
		id := buttonID(all[n], label)
		if id == "" {
			continue
		}
		if c.w.slack.Press(u.ID, deskChannel, all[n].TS, id) != nil {
			return
		}
		if label == "Done" || label == "No answer needed" {
			c.closed[i] = true
		}
		for _, about := range aboutWhat.FindAllStringSubmatch(string(all[n].Blocks), -1) {
			c.pressed[about[1]] = append(c.pressed[about[1]], label)
		}
		return
	}
}

// aboutWhat finds the staff message that a button speaks of.
var aboutWhat = regexp.MustCompile(`"value":"[^"/]*/[^"/]*/([0-9.]+)(?:/[0-9]+)?"`)

func (c *chaos) slackMishap(words []string) error {
	s := c.w.slack
	number := numbers(words)
	switch words[0] {
	case "fail":
		if c.w.hold == 0 && strings.HasPrefix(words[1], "conversations.") {
			c.mixed = true // what was typed in a gap is found later than what is typed behind it; a hold waits for it
		}
		s.Fail(slacksim.Fault{Method: words[1], Kind: slacksim.Kind(words[2]), Times: number(3), Skip: number(4), After: 3 * time.Second})
	case "cut":
		s.CutSockets()
	case "down", "up":
		s.Down(words[0] == "down")
	case "slow":
		s.Slow(time.Duration(number(1)) * time.Millisecond)
	case "deaf":
		s.HoldAcks(words[1] == "true")
	case "twice":
		s.Duplicate(number(1))
	case "reorder":
		c.mixed = true
		s.Reorder(number(1))
	default:
		return fmt.Errorf("no such mishap")
	}
	return nil
}

func (c *chaos) telegramMishap(words []string) error {
	s := c.w.telegram
	number := numbers(words)
	switch words[0] {
	case "fail":
		s.Fail(telegramsim.Rule{Method: words[1], Fault: telegramsim.Fault(words[2]), Times: number(3), RetryAfter: 3, Code: 400, Text: "Bad Request: it is not liked"})
	case "down", "up":
		s.Down(words[0] == "down")
	case "slow":
		s.Slow(time.Duration(number(1)) * time.Millisecond)
	case "twice":
		s.Duplicate(words[1] == "true")
	default:
		return fmt.Errorf("no such mishap")
	}
	return nil
}

// memory reads the data file of the life that runs.
func (c *chaos) memory(fn func(store.Tx) error) error {
	return c.w.life.db.View(context.Background(), fn)
}

// telegramRule makes calls of a method go wrong.
func telegramRule(method, fault string, times int) telegramsim.Rule {
	return telegramsim.Rule{Method: method, Fault: telegramsim.Fault(fault), Times: times, RetryAfter: 30}
}
