package adapters

import (
	"context"
	"strings"

	"webcare/bot/conversation"
)

// Shelf is where the ready answers are kept. The inbox of a desk may be one; a desk looks once, when it begins to run.
//
// Each call says by Slack id who asks, and only those who may answer customers are served. An error is an *Objections:
// sentences that this person reads. The methods block until the store answers, and may be called by many goroutines.
type Shelf interface {
	// Admit says whether a person is served.
	Admit(ctx context.Context, by string) error
	// ReadyAnswers lists them in order of word and language.
	ReadyAnswers(ctx context.Context, by string) ([]ReadyAnswer, error)
	// KeepReady stores a ready answer: a new one, or one in place of was. Nil means that it is on disk. The word may be
	// typed in any way. What was kept before, what somebody else changed or removed meanwhile and what cannot be called is
	// objected to; the same once more is not.
	KeepReady(ctx context.Context, by string, r conversation.Ready, was *ReadyAnswer) error
	// DropReady removes was, if it is still what it was; where it is gone already there is nothing to do.
	DropReady(ctx context.Context, by string, was ReadyAnswer) error
}

// ReadyAnswer is a ready answer as somebody saw it. Version is another one for another text, at most 40 bytes of ASCII.
type ReadyAnswer struct {
	conversation.Ready
	Version string
}

// ReadyField is what an objection is about.
type ReadyField string

// The fields.
const (
	ReadyAll      ReadyField = ""
	ReadyWord     ReadyField = "word"
	ReadyLanguage ReadyField = "language"
	ReadyText     ReadyField = "text"
)

// Objection says in a sentence what is wrong with a field.
type Objection struct {
	Field ReadyField
	Text  string
}

// Objections is why something was not done.
type Objections struct{ All []Objection }

// Error is all of them.
func (o *Objections) Error() string {
	var all []string
	for _, one := range o.All {
		all = append(all, one.Text)
	}
	return strings.Join(all, " ")
}
