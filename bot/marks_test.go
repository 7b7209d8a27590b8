package bot_test

import (
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// Where Slack takes no mark, or not the card, a line in the thread says what they would.
func TestMarksAndCardsThatAreRefused(t *testing.T) {
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		c.write(0)
		time.Sleep(10 * time.Second)
		root := c.roots()[0][0]
		w.slack.Fail(slacksim.Fault{Method: "reactions.add", Kind: slacksim.Refuse, Code: "too_many_emoji", Times: -1})
		w.slack.Fail(slacksim.Fault{Method: "chat.update", Kind: slacksim.Refuse, Code: "invalid_blocks", Times: -1})
		c.answer(0, root)
		time.Sleep(30 * time.Second)
		lines := map[string]int{}
		for _, m := range w.slack.Thread(deskChannel, root) {
			for _, want := range []string{"✅ The customer has this last answer.", "⚠️ The card above could not be brought up to date: "} {
				if strings.HasPrefix(plain(m), want) {
					lines[want]++
				}
			}
		}
		if len(lines) != 2 {
			t.Errorf("the thread says %v", lines)
		}
		for line, n := range lines {
			if n != 1 {
				t.Errorf("%d times %q", n, line)
			}
		}
	})
}
