package bot_test

import (
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// A message that waits for its thread to be known, and comes behind its own edit or deletion, is what it became.
func TestOvertaken(t *testing.T) {
	for name, test := range map[string]struct {
		change func(w *world, ts string) error
		want   string
	}{
		"deleted": {func(w *world, ts string) error { return w.slack.Delete(deskChannel, ts) }, ""},
		"edited":  {func(w *world, ts string) error { return w.slack.Edit("U0BRAM001", deskChannel, ts, "Goed") }, "Goed\n— Bram"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, c *town) {
				w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.DropAfter, Times: 1})
				c.write(0)
				time.Sleep(time.Second)
				roots := c.roots()
				if len(roots) != 1 {
					t.Fatalf("there are the cards %v", roots)
				}
				w.slack.Reorder(2)
				ts, err := w.slack.Say(slacksim.Saying{User: "U0BRAM001", Channel: deskChannel, ThreadTS: roots[0][0], Text: "Fout"})
				if err == nil {
					err = test.change(w, ts)
				}
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				if got := phone(c, 0); got != test.want {
					t.Errorf("the customer has %q, and should have %q", got, test.want)
				}
			})
		})
	}
}
