package adapters

import (
	"context"
	"errors"
	"io"
	"time"

	"webcare/bot/conversation"
)

// ErrOverheard stands in the trouble of a desk that people from outside can read. Until that is over the desk shows
// nothing there, and a person must know at once.
var ErrOverheard = errors.New("people outside the company, who would read what customers write")

// Desk is the inside: the Slack channel where staff work. It hears like an adapter (its Incoming have a Thread and a
// By) and is told what to show. Every text is literal: the desk sees to it that nothing a customer controls can ping,
// link under a false label, format or unfurl.
//
// Errors are *SendError as for Send. Open, Post and Upload may end in Maybe; Find then settles it. All others may
// simply be done again.
type Desk interface {
	Run(ctx context.Context, in DeskInbox) error
	// Open posts a card as the bot itself in the desk channel.
	Open(ctx context.Context, key string, c Card) (conversation.Place, error)
	// Post posts in a thread; a zero thread posts in the channel. A root that was deleted meanwhile is a *SendError
	// with Reason Gone, and nothing stays posted.
	Post(ctx context.Context, key string, thread conversation.Place, p Post) (conversation.Receipt, error)
	// Upload shares files in a thread as one message. A file that can never come, since its Open or Slack itself refuses
	// it, is left out and named in the receipt's Missing, also where that leaves none to share and Upload ends in
	// Refused. Progress is what an earlier try of the same job saved; save must return nil before the next step is taken.
	Upload(ctx context.Context, thread conversation.Place, files []Attachment, progress string, save func(progress string) error) (conversation.Receipt, error)
	// Find looks for a post by the key it was posted with, in the thread (zero: among the roots of the channel), not
	// older than since. Of what was too long for one post the last must be there.
	Find(ctx context.Context, key string, thread conversation.Place, since time.Time) (conversation.Receipt, bool, error)
	// Render draws the card again.
	Render(ctx context.Context, at conversation.Place, c Card) error
	// Mark replaces the mark was (may be none) by now (may be none) on a staff message.
	Mark(ctx context.Context, on conversation.Place, was, now conversation.Mark) error
	// Whisper shows a post to one person only; it may get lost.
	Whisper(ctx context.Context, thread conversation.Place, to string, p Post) error
	// Direct sends a post to one person, by direct message.
	Direct(ctx context.Context, key, to string, p Post) (conversation.Place, error)
	// Delete removes a post of the bot's own; one that is gone already is no error.
	Delete(ctx context.Context, what conversation.Place) error
	// Look tells what became of a message in one of the threads: events as Run delivers them, with the same ids, of its
	// edit or deletion; at least one of the message itself where nothing became of it. Before it comes what was typed
	// there while the desk could not be heard. Nothing is certain after an error.
	Look(ctx context.Context, threads []conversation.Place, at conversation.Place) ([]Incoming, error)
	// Hearing is since when the desk has been heard without a gap; zero = it is not heard now. No I/O.
	Hearing() time.Time
	// CaughtUp says that all that was typed while the desk could not be heard has been handed on. No I/O.
	CaughtUp() bool
	// Fetch opens a file that staff shared. Length as in Attachment.
	Fetch(ctx context.Context, f conversation.File) (io.ReadCloser, int64, error)
	// Known tells who somebody is from memory, without I/O; false where Slack must be asked or the memory is older
	// than five minutes.
	Known(id string) (conversation.Person, bool)
	// Who asks Slack. An error means that Slack could not be asked, not that the person may not speak.
	Who(ctx context.Context, id string) (conversation.Person, error)
	// Quiet is until when a person is not to be disturbed; zero = they may be now. An error means that Slack could not be
	// asked.
	Quiet(ctx context.Context, id string) (until time.Time, err error)
	// QueueChanged has those who look at the queue shown it anew, soon. No I/O.
	QueueChanged()
	// Members lists the people of a user group, at most 20.
	Members(ctx context.Context, group string) ([]string, error)
	// Located sees to it that Permalink knows the address of the workspace, asking Slack where it must.
	Located(ctx context.Context) error
	// Permalink links to a post, without I/O; "" as long as the desk is not Located.
	Permalink(p conversation.Place) string
}

type turnKey struct{}

// WithTurn is a context for a Post that may be too long for one message. Before each further one the desk calls turn, which
// waits until the channel may have it; an error of it ends the Post, as Later.
func WithTurn(ctx context.Context, turn func() error) context.Context {
	return context.WithValue(ctx, turnKey{}, turn)
}

// Turn is what WithTurn gave; nil = the desk keeps a pace of its own.
func Turn(ctx context.Context) func() error {
	turn, _ := ctx.Value(turnKey{}).(func() error)
	return turn
}

// DeskInbox is the inbox of the desk.
type DeskInbox interface {
	Inbox
	// Threads lists the roots of conversations that are open (not done) and were opened before the time given, newest
	// first, at most limit: those that a look through the channel's recent history cannot find.
	Threads(ctx context.Context, before time.Time, limit int) ([]conversation.Place, error)
	// Up says that Slack has just answered, so that waiting jobs try at once.
	Up()
}

// Card is the root of a thread.
type Card struct {
	// Title is who and where: hostile text.
	Title string
	// Facts are short lines of the bot's own under the title.
	Facts []string
	// Body is the customer's text: hostile.
	Body conversation.Text
	// Status is whose turn it is and since when: the bot's own words.
	Status string
	// Tint is "", "waiting", "late", "answered" or "done".
	Tint    string
	Buttons []Button
}

// Post is a message in a thread.
type Post struct {
	// As is the name it is posted under: hostile text; empty = the bot itself.
	As string
	// Mention lists Slack ids (U…, W…, S…) to be mentioned at the start: the only way to ping anybody.
	Mention []string
	// Body is literal text. Spans of style Mention are ignored.
	Body    conversation.Text
	Buttons []Button
}

// Button is something to press. With a URL it opens a page and causes no event.
type Button struct {
	Action conversation.Action
	Label  string
	// About is the staff message it speaks of, carried back in Pressed.About.
	About conversation.Place
	// N is the number of the question it answers, carried back in Pressed.N.
	N   uint64
	URL string
	// Style is "", "primary" or "danger".
	Style string
	// Choices make a menu of it: whoever takes one presses the button, with its value as Pressed.Choice. At most 100.
	Choices []Choice
}

// Choice is an entry of a menu.
type Choice struct {
	// Value is at most 75 bytes of ASCII, Label at most 75 characters.
	Value, Label string
}
