package conversation

import (
	"slices"
	"time"
)

// Rules are what Apply needs to know of the config.
type Rules struct {
	OnUnsure OnUnsure
	Clock    Clock
	// Mode is how answers leave; empty = Direct in private, Confirm where others can read along.
	Mode Mode
	// OtherApproves: what others can read is posted by somebody else than its writer.
	OtherApproves bool
	// Hold is how long an answer is kept back before it leaves, so that its writer can change it.
	Hold time.Duration
	// Behind: not all is known that was typed while the desk could not be heard.
	Behind bool
	// Secrets finds what others must not read.
	Secrets Secrets
	// Helped asks a customer whether we helped, in their language; "" = nobody is asked.
	Helped string
	// Promises finds what an answer promises; nil = nothing.
	Promises Promises
	// Colleague stands, in the customer's language, for one of ours whose name is not known.
	Colleague string
}

// unmentioned is a text as this customer may read it.
func (r Rules) unmentioned(t Text) Text {
	if r.Colleague == "" {
		return t.WithoutMentions()
	}
	return t.unmentioned(r.Colleague)
}

// OnUnsure says what to do when nobody knows whether an answer arrived.
type OnUnsure string

// The choices.
const (
	Ask    OnUnsure = "ask"    // a person decides
	Resend OnUnsure = "resend" // send it again: the customer may have it twice
	Drop   OnUnsure = "drop"   // leave it: the customer may not have it
)

// Mode is how answers leave an account.
type Mode string

// The modes.
const (
	Direct  Mode = "direct"  // after a hold
	Confirm Mode = "confirm" // when somebody presses the button of a preview
	Alerts  Mode = "alerts"  // never: what is typed stays inside
	Command Mode = "command" // from the form that the card's button opens; what is typed in the thread stays inside
)

// quietFor is how long a thread may be quiet and still be the place for the customer's next message.
const quietFor = 7 * 24 * time.Hour

// Apply folds an event into the conversation and says what must follow, in order. It is pure: now comes from outside,
// and what it returns depends on nothing but its arguments. The caller stores both in one transaction.
func Apply(c Conversation, e Event, r Rules, now time.Time) (Conversation, []Effect) {
	c = c.clone()
	c.Seq++
	f := &folding{c: c, r: r, now: now}
	switch e := e.(type) {
	case Heard:
		f.heard(e)
	case Changed:
		f.changed(e)
	case Withdrawn:
		f.tell(Tell{Notice: Notice{Kind: WithdrawnThere}})
	case Reached:
		f.reached(e)
	case Reacted:
		if e.Emoji != "" && !f.rates(e.Emoji) {
			f.tell(Tell{Notice: Notice{Kind: ReactedThere, Detail: e.Emoji}})
		}
	case Echoed:
		f.echoed(e)
	case Moved:
		f.c.Ref = e.To
	case Unreadable:
		f.unreadable(e)
	case Missed:
	case Wrote:
		f.wrote(e)
	case Formed:
		f.formed(e)
	case Unattributed:
		f.unattributed(e)
	case Rewrote:
		f.rewrote(e)
	case Unwrote:
		f.unwrote(e)
	case Pressed:
		f.pressed(e)
	case CardGone:
		f.cardGone()
	case Ticked:
		f.release(e.Limits, e.Hearing)
		f.ticked(e)
	case Ended:
		f.ended(e)
	case Delayed:
		f.delayed(e)
	}
	return f.c, f.out
}

// New is a conversation before its first event.
func New(id ID, ref Ref) Conversation { return Conversation{ID: id, Ref: ref, Turn: Answered} }

// folding is one run of Apply.
type folding struct {
	c   Conversation
	r   Rules
	now time.Time
	out []Effect
}

func (f *folding) do(effects ...Effect) { f.out = append(f.out, effects...) }

func (f *folding) tell(t Tell) { f.do(t) }

// render draws the card again, if there is one to draw; a card that is still being posted is drawn when it stands.
func (f *folding) render() {
	if f.c.Thread.IsZero() || slices.ContainsFunc(f.out, func(e Effect) bool { _, is := e.(Render); return is }) {
		return
	}
	f.do(Render{})
}

func (c Conversation) clone() Conversation {
	c.Old = slices.Clone(c.Old)
	c.Greeted = slices.Clone(c.Greeted)
	c.Open = slices.Clone(c.Open)
	c.Live = slices.Clone(c.Live)
	c.Spelled = slices.Clone(c.Spelled)
	c.Offers = slices.Clone(c.Offers)
	c.Promises = slices.Clone(c.Promises)
	for i := range c.Open {
		c.Open[i].Parts = slices.Clone(c.Open[i].Parts)
		c.Open[i].There = slices.Clone(c.Open[i].There)
		if aside := c.Open[i].Aside; aside != nil {
			c.Open[i].Aside = new(*aside)
		}
		if press := c.Open[i].Press; press != nil {
			c.Open[i].Press = new(*press)
		}
	}
	return c
}

func (f *folding) heard(e Heard) {
	c := &f.c
	renamed := c.Customer.Name != e.Customer.Name && !c.Opened.IsZero()
	c.Customer, c.Public, c.Title = e.Customer, e.Public, e.Title
	if c.Link == "" {
		c.Link = e.Link
	}
	entry := Entry{ExternalID: e.ExternalID, Message: e.Message, At: e.At}
	if c.Unreachable != "" {
		f.canReach()
		f.render()
	}
	if f.rates(e.Message.Text.Plain) { // in the thread that it is about, however quiet that was
		f.do(Show{Entries: []Entry{entry}})
		c.Heard = later(c.Heard, f.past(e.At))
		return
	}
	quiet := !c.Active.IsZero() && f.now.Sub(c.Active) >= quietFor && !c.Thread.IsZero()
	if quiet {
		c.Old, c.Thread = append(c.Old, c.Thread), Place{}
	}
	asked, thanks := f.askedBefore(), f.onlyThanks(e.Message)
	f.opensWindow(f.past(e.At), e.Limits.Until)
	if !thanks {
		f.waits(entry)
	}
	if c.Opened.IsZero() || quiet {
		f.open(entry)
	} else {
		f.do(Show{Entries: []Entry{entry}})
	}
	if thanks {
		f.tell(Tell{Notice: Notice{Kind: Thanked}, Buttons: []Action{Reopen}})
	}
	f.tellClosed(e.Closed)
	if !thanks {
		f.askAgain(asked, e.Limits)
	}
	c.Heard, c.Active, c.Arrived = later(c.Heard, f.past(e.At)), f.now, f.now
	if renamed {
		f.render()
	}
}

func (f *folding) open(entry Entry) {
	if f.c.Opened.IsZero() {
		f.c.Opened = f.now
	}
	f.c.Carded = f.now
	f.c.Opening, f.c.OpeningID = excerpt(entry.Message), entry.ExternalID
	f.do(OpenCard{Entry: entry})
}

func excerpt(m Message) Message {
	m.Text = m.Text.Cut(CardLimit)
	return m
}

func (f *folding) changed(e Changed) {
	if e.Was != nil && sameContent(*e.Was, e.Message) {
		return
	}
	entry := Entry{ExternalID: e.ExternalID, Message: e.Message, At: e.At, Edited: true}
	if f.c.OpeningID == e.ExternalID {
		f.c.Opening = excerpt(e.Message)
		f.render()
	}
	if !f.onlyThanks(e.Message) {
		f.waits(entry)
	}
	if f.c.Opened.IsZero() {
		f.open(entry)
	} else {
		if e.Was != nil { // what it holds already has been shown
			entry.Message.Files = slices.DeleteFunc(slices.Clone(e.Message.Files), func(x File) bool {
				return slices.ContainsFunc(e.Was.Files, func(y File) bool { return x.ID == y.ID })
			})
		}
		f.do(Show{Entries: []Entry{entry}})
	}
	f.c.Heard, f.c.Active = later(f.c.Heard, f.past(e.At)), f.now
}

func sameContent(a, b Message) bool {
	return a.Text.Plain == b.Text.Plain && a.Unknown == b.Unknown && equal(a.Location, b.Location) && equal(a.Contact, b.Contact) &&
		slices.EqualFunc(a.Files, b.Files, func(x, y File) bool { return x.ID == y.ID })
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func (f *folding) echoed(e Echoed) {
	if !f.c.Opened.IsZero() { // else we spoke first, outside: nothing is shown until the customer writes
		n := Notice{Kind: AnsweredThere, Name: e.By, Quote: e.Message.Text.Cut(CardLimit)}
		if e.Auto {
			n.Detail = ByItself
		}
		f.tell(Tell{Notice: n})
		f.c.Active = f.now
	}
	if !e.Auto {
		f.c.Spoke, f.c.Spoken = Person{ID: thereID, Name: e.By}, f.now // an answer of ours asks before it crosses this one
		f.answered()
	}
}

// thereID is the id of whoever of us answered on the network itself.
const thereID = "there"

func (f *folding) unreadable(e Unreadable) {
	if f.c.ID == DeskID {
		f.do(Announce{Notice: Notice{Kind: CannotRead, Detail: e.What, Link: e.Link}})
		return
	}
	entry := Entry{Message: Message{Unknown: e.What}, At: e.At}
	f.waits(entry)
	if f.c.Opened.IsZero() {
		f.open(entry)
	} else {
		f.tell(Tell{Notice: Notice{Kind: CannotRead, Detail: e.What, Link: e.Link}})
	}
	f.c.Heard, f.c.Active = later(f.c.Heard, f.past(e.At)), f.now
}

// cardGone posts the card again: staff must not lose a customer because somebody deleted a message.
func (f *folding) cardGone() {
	c := &f.c
	if c.Thread.IsZero() {
		return
	}
	f.unnudge()
	c.Old, c.Thread = append(c.Old, c.Thread), Place{}
	c.Carded = f.now
	f.do(OpenCard{Again: true, Entry: Entry{ExternalID: c.OpeningID, Message: c.Opening, At: c.Opened}})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
