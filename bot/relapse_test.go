//go:build relapse

package bot_test

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// relapses are six mistakes that bridges of this kind have made, each of which TestCrash must see, and what it says then.
var relapses = map[string]*regexp.Regexp{
	"acknowledge before storing": regexp.MustCompile(`has the marks \[\]|reached the customer 0 times`),
	"confirm before storing":     regexp.MustCompile(`message \d+ of customer \d is not shown|customer \d has no thread`),
	"no look-up":                 regexp.MustCompile(`is shown 2 times|customer \d has \d threads`),
	"record before sending":      regexp.MustCompile(`reached the customer 0 times`),
	"arrival order":              regexp.MustCompile(`reached customer \d behind`),
	"thread by ts alone":         regexp.MustCompile(`left for customer \d: it is no answer|has the marks`),
}

// TestRelapses makes each mistake again, and runs TestCrash on it in a process of its own, which must fail.
func TestRelapses(t *testing.T) {
	caught := 0
	for name, says := range relapses {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash$/^asked$", "-points=10000", "-keep=false", "-first="+strconv.FormatUint(*firstSeed, 10))
		cmd.Env = append(os.Environ(), "WEBCARE_RELAPSE="+name)
		out, err := cmd.CombinedOutput()
		seen, _, _ := strings.Cut(behind(string(out), "crash_test.go"), "the history:")
		if err == nil || !says.MatchString(seen) {
			t.Errorf("%s: nothing was seen: %v\n%s", name, err, out)
			continue
		}
		caught++
		t.Logf("%s: %s", name, seen)
	}
	t.Logf("%d of %d mistakes were seen", caught, len(relapses))
}

func behind(s, mark string) string {
	_, rest, _ := strings.Cut(s, mark)
	return rest
}

// relapse makes the mistake that the environment names.
func (c *chaos) relapse() {
	switch os.Getenv("WEBCARE_RELAPSE") {
	case "acknowledge before storing":
		c.w.over = func(d adapters.Desk) adapters.Desk { return hasty{d, &belated{}} }
	case "no look-up":
		c.w.over = func(d adapters.Desk) adapters.Desk { return blind{d} }
	case "confirm before storing":
		c.inner = func(a whole) whole { return confirms{a, &belated{}} }
	case "arrival order":
		conversation.Relapse()
	case "record before sending":
		c.inner = func(a whole) whole { return records{a, &belated{}} }
	}
}

// belated does what should have been done first, behindTime after it should, and one thing after the other: what is seen
// shall be this mistake, not things that overtook each other.
type belated struct {
	mu   sync.Mutex
	last chan struct{} // closed when what was put off last is done
}

const behindTime = 50 * time.Millisecond

func (l *belated) do(what func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, done := l.last, make(chan struct{})
	l.last = done
	go func() {
		defer close(done)
		time.Sleep(behindTime)
		if before != nil {
			<-before
		}
		what()
	}()
}

// hasty is a desk whose events are acknowledged before they are stored, and which does not look for what was typed while
// the bot did not run: that look heals the mistake, as a run of 1,000 deaths showed.
type hasty struct {
	adapters.Desk
	belated *belated
}

// Run: see adapters.Desk.
func (d hasty) Run(ctx context.Context, in adapters.DeskInbox) error {
	return d.Desk.Run(ctx, hastyInbox{in, d.belated})
}

type hastyInbox struct {
	adapters.DeskInbox
	belated *belated
}

// Deliver: see adapters.Inbox.
func (i hastyInbox) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	heard = slices.DeleteFunc(slices.Clone(heard), func(in adapters.Incoming) bool {
		typed, is := in.Event.(conversation.Wrote)
		return is && time.Since(typed.Written) > 2*time.Second
	})
	i.belated.do(func() { _ = i.DeskInbox.Deliver(ctx, "", heard...) })
	return i.DeskInbox.Deliver(ctx, cursor)
}

// confirms is a network that is told that events are stored before they are.
type confirms struct {
	whole
	belated *belated
}

// Run: see adapters.Adapter.
func (n confirms) Run(ctx context.Context, in adapters.Inbox) error {
	return n.whole.Run(ctx, confirmsInbox{in, n.belated})
}

type confirmsInbox struct {
	adapters.Inbox
	belated *belated
}

// Deliver: see adapters.Inbox.
func (i confirmsInbox) Deliver(ctx context.Context, cursor string, heard ...adapters.Incoming) error {
	i.belated.do(func() { _ = i.Inbox.Deliver(ctx, cursor, heard...) })
	return nil
}

// blind is a desk that never finds what was posted.
type blind struct{ adapters.Desk }

// Find: see adapters.Desk.
func (blind) Find(context.Context, string, conversation.Place, time.Time) (conversation.Receipt, bool, error) {
	return conversation.Receipt{}, false, nil
}

// records is a network of which an answer is recorded as sent before it is.
type records struct {
	whole
	belated *belated
}

// Send: see adapters.Adapter.
func (n records) Send(ctx context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	n.belated.do(func() { _, _ = n.whole.Send(context.WithoutCancel(ctx), to, m) })
	return conversation.Receipt{IDs: []string{"0"}}, nil
}
