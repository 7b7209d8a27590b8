// Package adapters is the contract between the bot and everything outside: the networks where customers are
// (Adapter) and the Slack channel where staff are (Desk).
//
// An adapter turns what its network says into events of package conversation and hands them to its Inbox; only when
// the Inbox has them on disk does the adapter tell the network "got it". In the other direction the bot calls Send,
// once at a time for one conversation, and believes the answer: nil is done, a *SendError says Later, Refused or
// Maybe, and any other error means Maybe, because a message whose fate is unknown must not be sent twice.
//
// An adapter keeps nothing that a crash may not take: its cursor lives in the store, beside the events it read.
package adapters

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"webcare/bot/conversation"
)

// Adapter is one account on one network.
type Adapter interface {
	// Run hears until ctx ends and then returns nil or ctx's error. An earlier return is a fault: the bot starts it
	// again, waiting 1 s at first and at most 30 s. It never drops an event that the network has and the store has not.
	Run(ctx context.Context, in Inbox) error
	// Send carries one message. It is called for one conversation at a time, and for many side by side.
	Send(ctx context.Context, to conversation.Ref, m Outgoing) (conversation.Receipt, error)
	// Limits tells what the network takes in this conversation; last is when the customer was last heard. No I/O.
	Limits(to conversation.Ref, last time.Time) conversation.Limits
}

// Inbox is where events go. Its methods block until the store answers and may be called by many goroutines.
type Inbox interface {
	// Cursor is what the last Deliver of this account stored; empty at the very first start.
	Cursor(ctx context.Context) (string, error)
	// Deliver stores the events together with the cursor (empty: unchanged). Nil means they are on disk, or were
	// there before; only then may the network be told. After an error nothing may be acknowledged: the same events
	// are delivered again later.
	Deliver(ctx context.Context, cursor string, heard ...Incoming) error
	// Trouble says that the account cannot hear or speak at the moment, and why; a nil error says it can again.
	// It does not block on Slack. The bot shows trouble that lasts, and pings a network that can be before it sends again.
	Trouble(err error)
}

// Incoming is one event from outside.
type Incoming struct {
	// ID is unique within the account and the same at every redelivery. The second one with an ID is dropped.
	ID string
	// Ref names the conversation; Adapter and Account may be left empty, the bot fills them in. Key is empty for what
	// belongs to no conversation.
	Ref conversation.Ref
	// Thread names the conversation by its thread: only a desk uses it, instead of Ref. Zero, of an Unwrote, where the desk
	// cannot tell in which thread the message stood; it may have been the root of one.
	Thread conversation.Place
	// By is who did it, by Slack id or in any other way that the desk understands: only a desk uses it. The bot asks
	// the desk who that is.
	By string
	// Event is what happened. Person fields in it (By) are filled in by the bot.
	Event conversation.Event
	// Unheard takes the place of Event where that is a Changed and the message was never heard: an edit of something that
	// got lost on the way is all that is left of it. Nil = Event stands.
	Unheard conversation.Event
	// Raw is what the network sent. It is kept only where Event is Unreadable, and shown nowhere.
	Raw []byte
}

// Outgoing is one message to a customer, within the Limits of its conversation.
type Outgoing struct {
	// Key is the same for every try of the same message, and random enough to be nobody else's: at most 64 bytes of
	// ASCII. Networks that take an idempotency key get it.
	Key  string
	Text conversation.Text
	// Files are opened one at a time by Send, which closes them.
	Files []Attachment
	// By is who speaks, where the network can show a name or photo apart from the text.
	By conversation.Person
}

// Attachment is a file on its way to a network.
type Attachment struct {
	conversation.File
	// Alt says in words what a picture of our own shows; at most 1,000 characters.
	Alt string
	// Open starts the download. The reader's length is the second value; -1 where it is not told.
	Open func(ctx context.Context) (io.ReadCloser, int64, error)
}

// SendError says what became of a call that failed.
type SendError struct {
	// Outcome is Later (surely not done), Refused (never) or Maybe.
	Outcome conversation.Outcome
	Reason  conversation.Reason
	// After is how long the network asked us to wait; 0 = it did not say.
	After time.Duration
	// Whole: not this message is the trouble but the account or the network (down, dead token), so that others
	// need not try either.
	Whole bool
	Err   error
}

// Error is what happened, without any secret.
func (e *SendError) Error() string {
	s := string(e.Outcome) + ": " + string(e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }

// Worded is an error that can say itself to staff in their language.
type Worded interface {
	error
	// In is the sentence in the language with this BCP 47 tag, in English where it does not know the language.
	In(tag string) string
}

// InWords is an error as staff read it: in their language where it can, and without our own classification.
func InWords(err error, tag string) string {
	if worded, is := errors.AsType[Worded](err); is {
		return worded.In(tag)
	}
	if fault, is := errors.AsType[*SendError](err); is && fault.Err != nil {
		return fault.Err.Error()
	}
	return err.Error()
}

// The abilities an adapter may have beyond the contract, asserted once at the start.
type (
	// Finder can tell whether a message with this key was sent: (receipt, true) or (_, false). An error means that
	// the network could not be asked now.
	Finder interface {
		Find(ctx context.Context, to conversation.Ref, key string, since time.Time) (conversation.Receipt, bool, error)
	}
	// Keyed says that the network takes Outgoing.Key as an idempotency key, so that a Maybe may simply be sent again.
	Keyed interface{ KeyLives() time.Duration }
	// Pinger asks the network for something that changes nothing, within half a minute. Nil means that it serves us; a
	// *SendError that is Busy, that it does and wants time; any other error, that it does not. Behind a Send that ended as
	// Maybe, behind Trouble, and as long as the network does not serve us, no Send is called before a Ping was nil, since
	// each might end as another Maybe and be put before staff. One that failed is repeated after five seconds, where
	// something waits to be sent.
	Pinger interface {
		Ping(ctx context.Context) error
	}
	// Fetcher opens a file of a customer. Length as in Attachment. A *SendError tells why not.
	Fetcher interface {
		Fetch(ctx context.Context, from conversation.Ref, f conversation.File) (io.ReadCloser, int64, error)
	}
	// Editor changes a message that was sent.
	Editor interface {
		Edit(ctx context.Context, to conversation.Ref, id string, m Outgoing) error
	}
	// Deleter takes back a message that was sent.
	Deleter interface {
		Delete(ctx context.Context, to conversation.Ref, id string) error
	}
	// HTTPHandler hears by HTTP: the bot serves what Handler returns under /hook/<account>.
	HTTPHandler interface{ Handler(in Inbox) http.Handler }
	// Checker proves that the account works: token, rights, reachability. Each finding is a sentence that says what
	// to do. It changes nothing that lasts.
	Checker interface {
		Check(ctx context.Context) []Finding
	}
)

// Finding is one line of `webcare check`.
type Finding struct {
	// Level is Fine, Warn, Fail or Down.
	Level string
	// Text is one sentence; where it is no "ok", it says what to do.
	Text string
}

// The levels of a Finding.
const (
	Fine = "ok"
	Warn = "warn" // it works, but something should be changed
	Fail = "fail" // it cannot work like this
	Down = "down" // the network could not be asked; nothing is known
)
