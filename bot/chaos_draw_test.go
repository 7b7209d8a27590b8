package bot_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// The faults a history may draw. Those with which Slack or Telegram says a clear no are few: each needs a person.
var (
	slackKinds = []slacksim.Kind{
		slacksim.Busy, slacksim.BusyBare, slacksim.BusyOK, slacksim.ServerError, slacksim.Drop, slacksim.Hang, slacksim.DropAfter,
		slacksim.HangAfter, slacksim.TruncAfter, slacksim.FatalAfter, slacksim.ErrorAfter, slacksim.EmptyAfter,
	}
	slackMethods = []string{
		"chat.postMessage", "chat.postMessage", "chat.postMessage", "chat.update", "reactions.add", "reactions.remove",
		"conversations.replies", "conversations.history", "users.info", "chat.delete", "apps.connections.open", "chat.postEphemeral",
		"files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info",
	}
	telegramFaults = []telegramsim.Fault{
		telegramsim.TooMany, telegramsim.Internal, telegramsim.BadGateway, telegramsim.Unauthorized, telegramsim.Conflict, telegramsim.DropBefore,
		telegramsim.DropAfter, telegramsim.Truncated, telegramsim.InternalToo, telegramsim.GatewayAfter, telegramsim.Hang, telegramsim.HangAfter,
		telegramsim.Refuse,
	}
	chaosLabels = []string{"Send again", "Send again", "It is there", "Try again", "Try again", "Send anyway", "Do not send", "Done", "No answer needed", "I'll take it"}
)

// drawer draws one history.
type drawer struct {
	r        *rand.Rand
	people   int
	wild     int  // how many lines of a hundred are mishaps
	hasty    bool // no long pauses
	labels   []string
	deletes  bool
	reorders bool
	// calm: mostly the same colleague answers.
	calm bool
	// elsewhere: staff write in threads of another channel, too.
	elsewhere bool
	script    []string
	written   []int
}

// drawHistory makes the history of a seed: a line that says how the world is, then lines of "milliseconds to wait, act".
func drawHistory(seed uint64) []string {
	d := &drawer{r: rand.New(rand.NewPCG(seed, 4711)), labels: chaosLabels}
	d.people = 1 + d.r.IntN(4)
	d.written = make([]int, d.people)
	d.wild = []int{0, 15, 30, 45}[d.r.IntN(4)]
	d.hasty = d.r.IntN(4) == 0
	d.deletes, d.reorders = d.r.IntN(6) == 0, d.r.IntN(10) == 0
	unsure := []string{"ask", "ask", "resend", "drop"}[d.r.IntN(4)]
	nudges := []string{"on", "on", "off"}[d.r.IntN(3)]
	hold := []string{"0s", "0s", "10s"}[d.r.IntN(3)]
	d.script = []string{fmt.Sprintf("world people=%d unsure=%s nudges=%s hold=%s", d.people, unsure, nudges, hold)}
	for range 10 + d.r.IntN(30) {
		if d.r.IntN(100) < d.wild {
			d.mishap()
		} else {
			d.talk()
		}
	}
	return d.script
}

// add writes a line behind a pause of any length.
func (d *drawer) add(format string, args ...any) {
	kinds := 6
	if d.hasty {
		kinds = 4
	}
	ms := d.r.IntN([]int{1, 20, 300, 2000, 8000, 40000}[d.r.IntN(kinds)])
	d.script = append(d.script, fmt.Sprintf("%d %s", ms, fmt.Sprintf(format, args...)))
}

func (d *drawer) talk() {
	i := d.r.IntN(d.people)
	who := []string{"sanne", "sanne", "bram", "loes"}[d.r.IntN(4)]
	if d.calm && d.r.IntN(4) > 0 {
		who = "sanne"
	}
	switch n := d.r.IntN(100); {
	case d.written[i] == 0 || n < 42:
		d.written[i]++
		d.add("customer %d writes", i)
	case n < 49:
		d.add("customer %d edits %d", i, d.r.IntN(d.written[i]))
	case n < 54:
		d.written[i]++
		d.add("customer %d photo", i)
	case n < 75:
		d.add("%s answers %d", who, i)
	case n < 81:
		d.add("%s notes %d", who, i)
	case n < 84:
		d.add("gast answers %d", i)
	case n < 85 && d.elsewhere:
		d.add("%s elsewhere %d", who, i)
	case n < 87:
		d.add("%s rewrites %d", who, i)
	case n < 90:
		d.add("%s withdraws %d", who, i)
	case n < 93 && d.deletes:
		d.add("%s deletes %d", who, i)
	default:
		d.add("%s presses %d %q", who, i, d.labels[d.r.IntN(len(d.labels))])
	}
}

func (d *drawer) mishap() {
	switch n := d.r.IntN(100); {
	case n < 30:
		d.add("slack fail %s %s %d %d", slackMethods[d.r.IntN(len(slackMethods))], slackKinds[d.r.IntN(len(slackKinds))], 1+d.r.IntN(3), d.r.IntN(3))
	case n < 50:
		method := []string{"sendMessage", "sendMessage", "sendMessage", "getUpdates", "getFile"}[d.r.IntN(5)]
		fault := telegramFaults[d.r.IntN(len(telegramFaults))]
		if fault == telegramsim.Refuse || fault == telegramsim.Conflict { // of a file it means that it is gone
			method = strings.ReplaceAll(method, "getFile", "sendMessage")
		}
		d.add("telegram fail %s %q %d", method, fault, 1+d.r.IntN(2))
	case n < 57:
		d.add("slack cut")
	case n < 61:
		d.add("slack down")
	case n < 66:
		d.add("slack up")
	case n < 69:
		d.add("telegram down")
	case n < 73:
		d.add("telegram up")
	case n < 75:
		d.add("slack slow %d", d.r.IntN(4000))
	case n < 77:
		d.add("telegram slow %d", d.r.IntN(4000))
	case n < 80:
		d.add("slack deaf %t", d.r.IntN(3) == 0)
	case n < 82:
		d.add("slack twice %d", 1+d.r.IntN(4))
	case n < 84:
		d.add("telegram twice %t", d.r.IntN(2) == 0)
	case n < 85 && d.reorders:
		d.add("slack reorder %d", 2+d.r.IntN(3))
	case n < 87:
		d.add("disk %s", []string{"full", "free", "free"}[d.r.IntN(3)])
	case n < 92:
		d.add("kill %d", 1+d.r.IntN(8))
	case n < 96:
		d.add("crash")
	default:
		d.add("stop")
	}
	if d.r.IntN(3) == 0 {
		d.add("start")
	}
}
