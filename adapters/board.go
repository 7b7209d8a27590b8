package adapters

import (
	"context"
	"time"

	"webcare/bot/conversation"
)

// Board shows people the queue, and carries out what they fill in forms about a customer. The inbox of a desk may be one;
// a desk looks once, when it begins to run.
//
// Each call says by Slack id who asks, and only those who may answer customers are served. An error is an *Objections:
// sentences that this person reads. The methods block until the store answers, and may be called by many goroutines.
type Board interface {
	// Admit says whether a person is served.
	Admit(ctx context.Context, by string) error
	// Queue is a page, from 0, of what waits, as this person sees it. A page that is no more is the last one.
	Queue(ctx context.Context, by string, page int) (Queue, error)
	// HandOver gives the customer of a thread to a colleague.
	HandOver(ctx context.Context, by string, thread conversation.Place, to string) error
	// Moment reads until when a customer shall be put aside, and says it in words, for the person to confirm. Nothing
	// changes.
	Moment(ctx context.Context, by, text string) (until time.Time, words string, err error)
	// PutAside puts the customer of a thread aside until then. Seen is when the form was opened: where the customer has
	// written since, nothing changes.
	PutAside(ctx context.Context, by string, thread conversation.Place, until, seen time.Time) error
}

// Queue is the queue at a glance.
type Queue struct {
	// Title sums it up, in one line.
	Title    string
	Sections []QueueSection
	// Page is which page it is, from 0, of Pages.
	Page, Pages int
}

// QueueSection is one part of the queue. All pages together hold at most one with the same title.
type QueueSection struct {
	Title string
	Lines []QueueLine
}

// QueueLine is one customer.
type QueueLine struct {
	// Who is the customer, and where: hostile text. How is the rest of the line, in our own words.
	Who, How string
	// Tint is that of a card.
	Tint string
	// Thread is where the line leads; zero = nowhere yet.
	Thread conversation.Place
}

// QueueLines is the most lines that a page holds, in all sections together, and QueueSections the most sections: Slack
// takes 100 blocks in a view.
const (
	QueueLines    = 60
	QueueSections = 8
)
