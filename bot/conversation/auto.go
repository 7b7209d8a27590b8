package conversation

import (
	"strings"
	"time"
)

const (
	// ClosedAgain is how soon a customer is told again that we are closed, HelpedAgain how soon they are asked again whether
	// we helped; Apply sees to it within a conversation, and whoever calls it in all others of that customer.
	ClosedAgain, HelpedAgain = 24 * time.Hour, 30 * 24 * time.Hour
	// helpedFor is how long what they answer is an answer to that.
	helpedFor = 7 * 24 * time.Hour
)

// AutoKind says what an automatic message is.
type AutoKind string

// The automatic messages.
const (
	WeAreClosed AutoKind = "closed" // the customer wrote out of hours
	DidWeHelp   AutoKind = "helped" // the conversation was closed
)

// tellClosed tells a customer who writes out of hours when we are back. It is no answer: the clock goes on.
func (f *folding) tellClosed(text string) {
	c := &f.c
	if text == "" || c.Public || c.Turn != Waiting || !c.ToldClosed.IsZero() && f.now.Sub(c.ToldClosed) < ClosedAgain {
		return
	}
	c.ToldClosed = f.now
	f.do(Auto{Kind: WeAreClosed, Text: text})
}

// askHelped asks once whether we helped.
func (f *folding) askHelped() {
	c := &f.c
	if f.r.Helped == "" || c.Public || c.Unreachable != "" || !c.AskedHelped.IsZero() && f.now.Sub(c.AskedHelped) < HelpedAgain {
		return
	}
	c.AskedHelped, c.Rating = f.now, ""
	f.do(Auto{Kind: DidWeHelp, Text: f.r.Helped})
}

// rates says that what a customer wrote, or reacted with, tells whether we helped.
func (f *folding) rates(text string) bool {
	c := &f.c
	if c.AskedHelped.IsZero() || f.now.Sub(c.AskedHelped) > helpedFor || c.Turn != Done {
		return false
	}
	for _, thumb := range []string{"👍", "👎"} {
		if strings.Trim(text, " \n\t\uFE0F🏻🏼🏽🏾🏿!.") == thumb {
			c.Rating = thumb
			f.render()
			return true
		}
	}
	return false
}

// autoSent shows in the thread what the customer was told by itself.
func (f *folding) autoSent(job Auto, e Ended) {
	if e.Outcome == OK {
		f.tell(Tell{Notice: Notice{Kind: AutoSent, Quote: Plainly(job.Text)}})
	}
}
