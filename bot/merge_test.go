package bot

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

func entry(text string, change ...func(*conversation.Entry)) conversation.Entry {
	e := conversation.Entry{ExternalID: text, Message: conversation.Message{Text: conversation.Plainly(text)}}
	for _, c := range change {
		c(&e)
	}
	return e
}

func edited(e *conversation.Entry) { e.Edited = true }
func pictured(e *conversation.Entry) {
	e.Message.Files = append(e.Message.Files, conversation.File{ID: "f" + e.ExternalID})
}
func located(e *conversation.Entry) { e.Message.Location = &conversation.Location{} }
func quoting(e *conversation.Entry) { e.Message.Quote = "x" }

func TestMerge(t *testing.T) {
	show := func(all ...conversation.Entry) conversation.Show { return conversation.Show{Entries: all} }
	card := func(e conversation.Entry) conversation.OpenCard { return conversation.OpenCard{Entry: e} }
	long := strings.Repeat("x", mostRunes/2)
	for name, c := range map[string]struct {
		head conversation.Effect
		more conversation.Show
		want string // of the merged effect; "" = they stay apart
	}{
		"two posts":                     {show(entry("a")), show(entry("b")), "a|b"},
		"a post and an edit":            {show(entry("a")), show(entry("a2", edited)), "a|a2 edited"},
		"posts with pictures":           {show(entry("a", pictured)), show(entry("b", pictured)), "a +1|b +1"},
		"as many as one post takes":     {show(make([]conversation.Entry, mostMerged-1)...), show(entry("b")), strings.Repeat("|", mostMerged-1) + "b"},
		"one more than that":            {show(make([]conversation.Entry, mostMerged)...), show(entry("b")), ""},
		"too much text":                 {show(entry(long)), show(entry(long)), ""},
		"a card":                        {card(entry("a")), show(entry("b")), "card a\nb"},
		"a card with pictures":          {card(entry("a", pictured)), show(entry("", pictured)), "card a +2"},
		"a picture, then text":          {card(entry("", pictured)), show(entry("b")), "card b +1"},
		"a card and an edit":            {card(entry("a")), show(entry("b"), entry("a2", edited)), ""},
		"a card and a place":            {card(entry("a")), show(entry("b", located)), ""},
		"a card with a quote":           {card(entry("a", quoting)), show(entry("b")), ""},
		"more than a card shows":        {card(entry(strings.Repeat("x", conversation.CardLimit-2))), show(entry("b")), ""},
		"a card that comes again":       {conversation.OpenCard{Entry: entry("a"), Again: true}, show(entry("b")), ""},
		"what is no post of a customer": {conversation.Tell{}, show(entry("b")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := fmt.Sprintf("%+v", c.head)
			if got := merged(merge(c.head, c.more)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if after := fmt.Sprintf("%+v", c.head); after != before {
				t.Errorf("the head was changed: %s", after)
			}
		})
	}
}

func merged(e conversation.Effect) string {
	one := func(e conversation.Entry) string {
		s := e.Message.Text.Plain
		if n := len(e.Message.Files); n > 0 {
			s += fmt.Sprintf(" +%d", n)
		}
		if e.Edited {
			s += " edited"
		}
		return s
	}
	switch e := e.(type) {
	case conversation.Show:
		var all []string
		for _, x := range e.Entries {
			all = append(all, one(x))
		}
		return strings.Join(all, "|")
	case conversation.OpenCard:
		return "card " + one(e.Entry)
	}
	return ""
}

func TestBackoff(t *testing.T) {
	for attempt, want := range []time.Duration{1, 1, 2, 4, 8, 16, 32, 60, 60} {
		if got := backoff(attempt); got != want*time.Second {
			t.Errorf("after try %d: %v, want %v", attempt, got, want*time.Second)
		}
	}
	if got := backoff(1 << 30); got != time.Minute {
		t.Errorf("after very many tries: %v", got)
	}
}

// A job waits no longer than it was told to, whatever becomes of the clock.
func TestLeft(t *testing.T) {
	now := time.Date(2026, 10, 25, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		job  store.Job
		want time.Duration
	}{
		"nothing to wait for":  {store.Job{At: now}, -1},
		"an album":             {store.Job{At: now, After: now.Add(albumWait)}, albumWait},
		"a try that failed":    {store.Job{At: now.Add(-time.Hour), Tried: now.Add(-time.Second), After: now.Add(7 * time.Second)}, 7 * time.Second},
		"set back by a day":    {store.Job{At: now.Add(23 * time.Hour), Tried: now.Add(24 * time.Hour), After: now.Add(24*time.Hour + time.Minute)}, time.Minute},
		"set back, not tried":  {store.Job{At: now.Add(24 * time.Hour), After: now.Add(24*time.Hour + albumWait)}, albumWait},
		"set back, at once":    {store.Job{At: now.Add(24 * time.Hour)}, -1},
		"set forward by a day": {store.Job{At: now.Add(-24 * time.Hour), After: now.Add(-23 * time.Hour)}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := left(c.job, now); got != c.want && (c.want >= 0 || got > 0) {
				t.Errorf("waits %v, want %v", got, c.want)
			}
		})
	}
}

// TestWords keeps every sentence the bot can say in testdata/words.txt, to be read by a person.
func TestWords(t *testing.T) {
	kinds := []conversation.NoticeKind{
		conversation.NotDelivered, conversation.PartlyDelivered, conversation.MaybeDelivered, conversation.MaybeResent, conversation.MaybeDropped,
		conversation.ShownMissing, conversation.CannotRead, conversation.CannotReach, conversation.CanReachAgain, conversation.WithdrawnThere,
		conversation.ReactedThere, conversation.AnsweredThere, conversation.ItIsANote, conversation.NearMiss, conversation.MayNotSpeak, conversation.MayNotPress, conversation.CardStale, conversation.MarkRefused,
		conversation.TakenBy, conversation.CardRefused, conversation.StillWaiting, conversation.NewCard, conversation.AccountDeaf, conversation.AccountBack, conversation.LongGap,
		conversation.OtherInitials, conversation.WhoUnknown,
	}
	why := []conversation.Reason{
		"", conversation.Blocked, conversation.Deactivated, conversation.TooLong, conversation.WindowClosed, conversation.Gone, conversation.NotAllowed,
		conversation.TokenDead, conversation.FileTooBig, conversation.FileType, conversation.FileGone, conversation.Empty, conversation.Rejected,
		conversation.Busy, conversation.Down, conversation.Lost, conversation.Crashed, conversation.Guest, conversation.Stranger, conversation.Robot,
		conversation.NotListed, conversation.NotHere, conversation.Left, conversation.Unknown, conversation.ReadOnly, conversation.PutDown,
	}
	var out strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&out, "%s\n", notice(conversation.Notice{Kind: k, Reason: conversation.Lost, Name: "Jan", Detail: "its words"}))
		bare := notice(conversation.Notice{Kind: k, Name: "acme"})
		if bare == string(k) || strings.Contains(bare, "%!") || strings.Contains(bare, ": .") {
			t.Errorf("%s says %q where nothing is known", k, bare)
		}
	}
	fmt.Fprintf(&out, "%s\n", notice(conversation.Notice{Kind: conversation.AnsweredThere, Name: "Jan", Detail: conversation.ByItself}))
	for _, r := range why {
		s := because(r, "its words")
		if s == "" || strings.HasSuffix(s, ".") {
			t.Errorf("the reason %q reads %q", r, s)
		}
		fmt.Fprintf(&out, "%s: %s\n", r, s)
	}
	const file = "testdata/words.txt"
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || out.String() != string(want) {
		t.Errorf("the sentences differ from those in %s (go test -update writes them anew; read them): %v\n%s", file, err, out.String())
	}
}
