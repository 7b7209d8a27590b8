package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// delete deletes a message of which Slack then tells nothing else.
func (l *line) delete(ts string) {
	l.t.Helper()
	if err := l.slack.Delete(deskChannel, ts); err != nil {
		l.t.Fatal(err)
	}
}

// TestDeletedSomewhere: wherever a message stood and whatever became of it, its deletion counts, though Slack says no
// more of it than its timestamp.
func TestDeletedSomewhere(t *testing.T) {
	t.Parallel()
	const hold = 10 * time.Second
	for name, c := range map[string]struct {
		play  func(*testing.T, *line)
		phone []string // behind the greeting
		log   bool     // it is not found, and the log says so
	}{
		"held": {play: func(t *testing.T, l *line) {
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(time.Second)
			l.delete(ts)
		}},
		"before it is heard itself": {play: func(t *testing.T, l *line) {
			l.slack.Reorder(2)
			l.delete(l.say(vector{typed: "Weg ermee"}, false))
		}},
		"heard, while nobody knows who typed it": {play: func(t *testing.T, l *line) {
			l.rest(6 * time.Minute) // what was known is too old
			l.slack.Fail(slacksim.Fault{Method: "users.info", Kind: slacksim.ServerError, Times: -1})
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(time.Second)
			l.delete(ts)
			l.rest(time.Second)
			l.slack.Heal()
		}},
		"shown as waiting for who typed it": {play: func(t *testing.T, l *line) {
			l.rest(6 * time.Minute)
			l.slack.Fail(slacksim.Fault{Method: "users.info", Kind: slacksim.ServerError, Times: -1})
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(2 * time.Minute)
			l.delete(ts)
			l.rest(time.Second)
			l.slack.Heal()
		}},
		"on its way, in a conversation that was closed": {play: func(t *testing.T, l *line) {
			l.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.TooMany, RetryAfter: 30})
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(15 * time.Second)
			l.press("Done")
			l.rest(time.Second)
			l.delete(ts)
		}},
		"nobody knows whether it was sent, in a conversation that was closed": {play: func(t *testing.T, l *line) {
			l.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.BadGateway})
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(15 * time.Second)
			l.press("Done")
			l.rest(time.Second)
			l.delete(ts)
		}},
		"sent, and an hour old": {play: func(t *testing.T, l *line) {
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(time.Hour)
			l.delete(ts)
		}},
		"sent, while it is on its way": {play: func(t *testing.T, l *line) {
			l.telegram.Down(true)
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(15 * time.Second)
			l.delete(ts)
			l.rest(5 * time.Second)
			l.telegram.Down(false)
		}},
		"edited while nobody heard, and deleted": {play: func(t *testing.T, l *line) {
			l.crash()
			ts := l.say(vector{typed: "Wag ermee"}, false)
			l.edit(ts, "Weg ermee")
			l.start()
			l.rest(30 * time.Second)
			l.delete(ts)
		}},
		"in a thread whose card was deleted": {play: func(t *testing.T, l *line) {
			ts := l.say(vector{typed: "Weg ermee"}, false)
			l.rest(time.Second)
			l.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.ServerError, Times: -1})
			l.delete(l.thread)
			l.rest(time.Second)
			l.delete(ts)
			l.rest(time.Second)
			l.slack.Heal()
		}},
		"sent, in a conversation that was closed": {log: true, phone: []string{"Blijft"}, play: func(t *testing.T, l *line) {
			ts := l.say(vector{typed: "Blijft"}, false)
			l.rest(30 * time.Second)
			l.press("Done")
			l.rest(time.Second)
			l.delete(ts)
		}},
		"in a thread of people among themselves": {log: true, play: func(t *testing.T, l *line) {
			root, err := l.slack.Say(slacksim.Saying{User: "U0BRAM001", Channel: deskChannel, Text: "Wie haalt er lunch?"})
			if err != nil {
				t.Fatal(err)
			}
			ts, err := l.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: root, Text: "Ik"})
			if err != nil {
				t.Fatal(err)
			}
			l.rest(20 * time.Minute)
			before := l.slack.Calls("chat.postMessage")
			l.delete(ts)
			l.delete(root)
			l.rest(time.Minute)
			if n := l.slack.Calls("chat.postMessage") - before; n > 0 {
				t.Errorf("the bot says %d things about it", n)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			onTheLine(t, hold, func(t *testing.T, l *line) {
				l.slack.Terse(true)
				c.play(t, l)
				l.rest(3 * time.Minute)
				if got := l.phone()[1:]; !slices.Equal(got, c.phone) {
					t.Errorf("the customer has %q, want %q", got, c.phone)
				}
				if says := strings.Contains(l.log.String(), "a message was deleted, and Slack does not say where"); says != c.log {
					t.Errorf("the log says that it was not found: %v", says)
				}
			})
		})
	}
}

// press presses a button of the card.
func (l *line) press(label string) {
	l.t.Helper()
	m, _ := l.slack.Message(deskChannel, l.thread)
	if err := l.slack.Press("U0BRAM001", deskChannel, l.thread, buttonID(m, label)); err != nil {
		l.t.Fatal(err)
	}
}
