package bot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/bot/conversation"
	"webcare/store"
)

// check compares what people see with what was said, once all is quiet.
func (c *chaos) check() []string {
	var f faultList
	what, err := c.busy()
	if err != nil {
		f.add("the store cannot be read: %v", err)
	}
	if what != "" {
		f.add("not at rest: %s", what)
	}
	for _, m := range c.w.slack.Messages(deskChannel) {
		c.checkRoot(&f, m)
	}
	for i := range c.people {
		c.checkThreads(&f, i)
		c.checkPhone(&f, i)
	}
	for _, m := range c.typed {
		c.checkTyped(&f, m)
	}
	c.checkStore(&f)
	for _, problem := range unsound(c.w.life.db) {
		f.add("the data file: %s", problem)
	}
	return f
}

type faultList []string

func (f *faultList) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// shownLine is a customer's message as it is shown: a line of its own.
var shownLine = regexp.MustCompile(`^(✏️ Edited: )?q(\d{3})x(\d{4})(?: v(\d+))?$`)

// shownAs is one showing of a customer's message.
type shownAs struct {
	who, nth, version int
	edited, onCard    bool
}

// showings are the customers' messages in a Slack message, from its top to its bottom.
func showings(m slacksim.Message, onCard bool) []shownAs {
	var out []shownAs
	for line := range strings.SplitSeq(plain(m), "\n") {
		got := shownLine.FindStringSubmatch(strings.TrimSpace(line))
		if got == nil {
			continue
		}
		s := shownAs{edited: got[1] != "", onCard: onCard}
		s.who, _ = strconv.Atoi(got[2])
		s.nth, _ = strconv.Atoi(got[3])
		s.version, _ = strconv.Atoi(got[4])
		out = append(out, s)
	}
	return out
}

// checkRoot: only cards hold what customers say, and only their own.
func (c *chaos) checkRoot(f *faultList, m slacksim.Message) {
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		return
	}
	for _, s := range showings(m, true) {
		if cardOf(m) != s.who {
			f.add("a message of customer %d stands outside of its thread: %q", s.who, plain(m))
		}
	}
}

// checkThreads: every message of the customer is shown once, in order, in one thread; its latest wording is there.
func (c *chaos) checkThreads(f *faultList, i int) {
	roots := c.roots(i)
	switch {
	case len(roots) > 1:
		f.add("customer %d has %d threads", i, len(roots))
	case len(roots) == 0 && len(c.said[i]) > 0:
		f.add("customer %d has no thread", i)
	}
	times := make([]int, len(c.said[i]))
	latest := make([]int, len(c.said[i]))
	last := -1
	for _, s := range c.threads(f, i) {
		if s.who != i || s.nth >= len(times) {
			f.add("%+v is shown in the thread of customer %d", s, i)
			continue
		}
		latest[s.nth] = max(latest[s.nth], s.version)
		if s.edited {
			continue
		}
		if times[s.nth]++; times[s.nth] > 1 && !c.deleted[i] {
			f.add("message %d of customer %d is shown %d times", s.nth, i, times[s.nth])
		}
		if s.nth < last && !c.deleted[i] {
			f.add("message %d of customer %d is shown behind message %d", s.nth, i, last)
		}
		last = max(last, s.nth)
	}
	for n, m := range c.said[i] {
		if times[n] == 0 {
			f.add("message %d of customer %d is not shown", n, i)
		}
		if latest[n] != m.version {
			f.add("message %d of customer %d is shown in version %d, not %d", n, i, latest[n], m.version)
		}
	}
}

// threads are all showings in the customer's threads, those with deleted roots included.
func (c *chaos) threads(f *faultList, i int) []shownAs {
	var out []shownAs
	seen := map[string]bool{}
	files := 0
	for _, root := range c.w.slack.Messages(deskChannel) {
		if card := cardOf(root); card != i && (card >= 0 || root.Subtype != "tombstone") || seen[root.TS] {
			continue
		}
		seen[root.TS] = true
		for n, m := range c.w.slack.Thread(deskChannel, root.TS) {
			all := showings(m, n == 0)
			if root.Subtype == "tombstone" { // whose it was is known by what is in it
				all = slices.DeleteFunc(all, func(s shownAs) bool { return s.who != i })
			}
			out = append(out, all...)
			files += len(m.Files)
		}
	}
	photos := 0
	for _, m := range c.said[i] {
		if m.photo {
			photos++
		}
	}
	if len(c.deleted) == 0 && (files > photos || files < photos-c.givenUp(i)) { // one that was given up may be there
		f.add("customer %d sent %d photos, and %d are shown", i, photos, files)
	}
	return out
}

// givenUp is how many photos of a customer were given up, since calls went wrong for too long; staff are told.
func (c *chaos) givenUp(i int) (n int) {
	if c.w.fuse == nil {
		return 0
	}
	_ = c.memory(func(tx store.Tx) error {
		for j := range tx.Stuck() {
			v, err := tx.Conversation(j.Key.Conversation)
			if e, is := j.Effect.(conversation.ShowFiles); is && err == nil && v.Customer.Name == fmt.Sprintf("P%03d", i) {
				n += len(e.Files)
			}
		}
		return nil
	})
	return n
}

// namesFiles says that the thread tells of a file that was given up.
func (c *chaos) namesFiles(tx store.Tx, j store.Job) bool {
	v, err := tx.Conversation(j.Key.Conversation)
	return err == nil && slices.ContainsFunc(c.w.slack.Thread(deskChannel, v.Thread.TS), func(m slacksim.Message) bool { return strings.Contains(plain(m), "photo.jpg") })
}

// together is how close two messages of staff may be for their order to be left to chance: Slack has two sockets to us,
// and keeps no order between them.
const together = 100 * time.Millisecond

var answerLine = regexp.MustCompile(`[ang]\d{3}x\d{4}`)

// checkPhone: only answers leave, each to its own customer, in order.
func (c *chaos) checkPhone(f *faultList, i int) {
	var last typing
	for _, m := range c.people[i].Messages() {
		if !m.ByBot {
			continue
		}
		for _, text := range answerLine.FindAllString(m.Text, -1) {
			n := slices.IndexFunc(c.typed, func(t typing) bool { return t.text == text })
			switch {
			case n < 0 || c.typed[n].kind != 'a':
				f.add("%s left for customer %d: it is no answer", text, i)
			case c.typed[n].to != i:
				f.add("%s reached customer %d", text, i)
			case len(c.pressed[c.typed[n].ts]) > 0 || c.mixed:
			case text < last.text && momentOf(last.ts).Sub(momentOf(c.typed[n].ts)) > together:
				f.add("%s reached customer %d behind %s", text, i, last.text)
			default:
				last = c.typed[n]
			}
		}
	}
}

// reached is how often an answer arrived.
func (c *chaos) reached(t typing) int {
	n := 0
	for _, m := range c.people[t.to].Messages() {
		if m.ByBot && strings.Contains(m.Text, t.text) {
			n++
		}
	}
	return n
}

// worded is how often it arrived in its latest wording.
func (c *chaos) worded(t typing) int {
	n := 0
	for _, m := range c.people[t.to].Messages() {
		if m.ByBot && slices.Contains(strings.Split(m.Text, "\n"), t.wording()) {
			n++
		}
	}
	return n
}

// unchanged says that staff were told that something could not be changed.
func (c *chaos) unchanged(t typing) bool {
	for _, root := range c.roots(t.to) {
		for _, m := range c.w.slack.Thread(deskChannel, root.TS) {
			if strings.Contains(plain(m), "could not be changed") {
				return true
			}
		}
	}
	return false
}

// asks says that a question stands in the thread whether an answer shall leave, or under a card that was deleted since.
func (c *chaos) asks(t typing) bool {
	for _, root := range c.w.slack.Messages(deskChannel) {
		for _, m := range c.w.slack.Thread(deskChannel, root.TS) {
			if buttonID(m, "Do not send") != "" && strings.Contains(string(m.Blocks), t.ts) {
				return true
			}
		}
	}
	return false
}

// checkTyped: every staff message has a mark, and it tells the truth.
func (c *chaos) checkTyped(f *faultList, t typing) {
	n := c.reached(t)
	if t.gone {
		if !t.late && n > 0 {
			f.add("%s reached the customer, and was deleted while it was held", t.text)
		}
		return
	}
	m, is := c.w.slack.Message(deskChannel, t.ts)
	if !is {
		f.add("%s is gone from Slack", t.text)
		return
	}
	all := marks(m)
	unsure := slices.Contains(all, "❓") // whether it is there is asked first, and changed behind that
	if n > 0 && c.worded(t) < n && (!t.late || c.w.fuse != nil && n == 1 && !unsure && !c.unchanged(t)) {
		f.add("%s reached the customer in another wording than %q", t.text, t.wording())
	}
	if len(all) == 0 && c.deleted[t.to] {
		return // its thread was gone before anybody could know whose it was
	}
	if len(all) != 1 {
		f.add("%s has the marks %v", t.text, all)
		return
	}
	again := 0
	there := false
	for _, label := range c.pressed[t.ts] {
		switch label {
		case "Send again", "Try again":
			again++
		case "It is there":
			there = true
		}
	}
	least, most := 0, 1+again
	if c.unsure == conversation.Resend {
		most += 3 + 3*again
	}
	switch all[0] {
	case "✅":
		if !there {
			least = 1
		}
	case "⚠️":
		if again == 0 && c.unsure != conversation.Resend {
			most = 0
		}
	case "❓":
	case "🔒":
		if t.kind == 'a' && !slices.Contains(c.pressed[t.ts], "Do not send") {
			f.add("the answer %s is marked as a note", t.text)
		}
		return
	case "⏳":
		if !c.asks(t) {
			f.add("%s is marked ⏳ at rest, and nobody is asked about it", t.text)
		}
	default:
		f.add("%s is marked %s at rest", t.text, all[0])
	}
	if t.kind != 'a' {
		f.add("%s is no answer and marked %s", t.text, all[0])
	}
	if n < least || n > most {
		f.add("%s is marked %s (buttons pressed: %v) and reached the customer %d times", t.text, all[0], c.pressed[t.ts], n)
	}
}

// checkStore: the clock runs for whoever waits, and for nobody else.
func (c *chaos) checkStore(f *faultList) {
	err := c.memory(func(tx store.Tx) error {
		for id, err := range tx.Open(time.Now().Add(time.Hour)) {
			if err != nil {
				return err
			}
			v, err := tx.Conversation(id)
			if err != nil {
				return err
			}
			due := c.nudges && v.Turn == conversation.Waiting && v.Unreachable == "" && v.Step < len(c.w.ladder.Steps)
			if due == v.Due.IsZero() {
				f.add("%s is %s, step %d, and due %v", v.Customer.Name, v.Turn, v.Step, v.Due)
			}
			c.checkTurn(f, v)
		}
		for j, err := range tx.Stuck() {
			if err != nil {
				return err
			}
			send, is := j.Effect.(conversation.Send)
			if _, files := j.Effect.(conversation.ShowFiles); files && c.w.fuse != nil && c.namesFiles(tx, j) {
				continue
			}
			if !is {
				f.add("a job is stuck: %+v", j)
				continue
			}
			v, err := tx.Conversation(j.Key.Conversation)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(v.Open, func(a conversation.Answer) bool {
				return a.At == send.Answer && (a.State == conversation.Unsure || a.State == conversation.Failed)
			}) {
				f.add("a job is stuck for an answer that nobody need decide about: %+v", j)
			}
		}
		return nil
	})
	if err != nil {
		f.add("the store cannot be read: %v", err)
	}
}

// checkTurn: whoever got no answer at all waits.
func (c *chaos) checkTurn(f *faultList, v conversation.Conversation) {
	var i int
	if _, err := fmt.Sscanf(v.Customer.Name, "P%03d", &i); err != nil || c.closed[i] || len(c.said[i]) == 0 {
		return
	}
	if slices.ContainsFunc(c.typed, func(t typing) bool { return t.to == i && t.gone && t.late }) {
		return // what they had may have been taken back
	}
	answered := slices.ContainsFunc(c.typed, func(t typing) bool {
		m, _ := c.w.slack.Message(deskChannel, t.ts)
		return t.to == i && t.kind == 'a' && slices.Equal(marks(m), []string{"✅"})
	})
	if !answered && v.Turn != conversation.Waiting {
		f.add("customer %d got no answer and does not wait, but is %s", i, v.Turn)
	}
}
