// Package store is the contract of the memory: which thread is which conversation, what was heard, what must still be
// done. Everything the bot needs to go on after a crash at any point is in it, and nothing else remembers.
//
// A transaction is all or nothing and durable when Update returns nil. Transactions that wait together may share one
// sync. When Update returns an error that is not the function's own, nobody knows whether the change is on disk: the
// process ends and starts again.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"webcare/bot/conversation"
)

// The errors of a store.
var (
	// ErrNotFound: there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrInUse: another process has the store open.
	ErrInUse = errors.New("the store is in use by another process")
	// ErrNewer: a later version wrote the store.
	ErrNewer = errors.New("the store was written by a newer version of webcare")
	// ErrDamaged: the store cannot be read; restore a backup.
	ErrDamaged = errors.New("the store is damaged")
	// ErrFull: the disk is full; nothing was changed, and trying again later is safe.
	ErrFull = errors.New("the disk is full")
	// ErrFailed: a commit failed and nobody knows what is on disk; every later call fails too, until the store is opened
	// anew.
	ErrFailed = errors.New("the store failed and must be opened anew")
	// ErrTaken: a ref or thread points to another conversation already, or the key is that of another job.
	ErrTaken = errors.New("already taken by another")
)

// Store keeps everything. Its methods may be called by many goroutines.
type Store interface {
	// View reads one consistent state. Values are valid after it returns.
	View(ctx context.Context, fn func(Tx) error) error
	// Update changes it; fn may run twice, so it has no side effects but on the Tx and on variables it sets anew.
	// An error of fn undoes what fn did and is returned as it is. Once fn has begun, ctx no longer matters.
	Update(ctx context.Context, fn func(Tx) error) error
	// Backup writes a compacted, consistent copy to path while the store is in use; the file must not exist.
	Backup(ctx context.Context, path string) error
	Close() error
}

type patienceKey struct{}

// Patient is a context whose Update may wait for so long, so that it shares the commit of another one, before which it
// runs then. A store may ignore it.
func Patient(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patienceKey{}, d)
}

// Patience is how long an Update with this context may wait; 0 = not at all.
func Patience(ctx context.Context) time.Duration {
	d, _ := ctx.Value(patienceKey{}).(time.Duration)
	return max(0, d)
}

// Tx is one transaction. Writing verbs in a View return an error.
type Tx interface {
	// Conversation returns ErrNotFound where there is none.
	Conversation(id conversation.ID) (conversation.Conversation, error)
	// ByRef and ByThread return ErrNotFound where there is none. ByThread knows old threads too.
	ByRef(ref conversation.Ref) (conversation.ID, error)
	ByThread(thread conversation.Place) (conversation.ID, error)
	// Put stores the conversation and keeps its indexes: by ref, by thread and old threads (ErrTaken where another
	// conversation has it), by when it Wakes, by Turn, and open (Turn other than Done) by time of opening.
	Put(c conversation.Conversation) error
	// Append adds an event to the conversation's history under c.Seq.
	Append(id conversation.ID, seq uint64, at time.Time, e conversation.Event) error
	// History reads the events in order.
	History(id conversation.ID) iter.Seq2[Recorded, error]
	// About reads the events that name something, as a message by its id, the last one first. A text of theirs is the name;
	// there may be others among them. It costs little for each event that does not name it.
	About(id conversation.ID, name string) iter.Seq2[Recorded, error]
	// Open lists open conversations, opened before the time given, newest first.
	Open(before time.Time) iter.Seq2[conversation.ID, error]

	// Queue lists the conversations of a turn, which is Waiting, longest waiting first, or Snoozed, first back first.
	Queue(turn conversation.Turn) iter.Seq2[Queued, error]

	// Due lists conversations that wake (Conversation.Wakes) not after now, earliest first. NextDue is when the first of all
	// wakes; zero = none.
	Due(now time.Time) iter.Seq2[conversation.ID, error]
	NextDue() (time.Time, error)

	// Saw remembers that the account heard the event with this id; false where it was remembered before. Kept at
	// least 30 days after at.
	Saw(account, id string, at time.Time) (bool, error)
	// ForgetSeen removes at most limit memories older than before, the oldest first, and says how many. Those of the
	// ten days before it may stay.
	ForgetSeen(before time.Time, limit int) (int, error)
	// Cursor is where the account's hearing stands, "" at first. The bot keeps in the same way, under names that no account
	// has, which initials are whose, and what each day was.
	Cursor(account string) (string, error)
	SetCursor(account, cursor string) error

	// Park keeps what cannot be handled yet (its thread or its writer is not known), in order of arrival. Parked
	// reads it; an account's own order is kept. Unpark removes it.
	Park(p Parked) (seq uint64, err error)
	Parked() iter.Seq2[Parked, error]
	Unpark(seq uint64) error

	// KeepRaw keeps bytes that could not be read, under the account and id.
	KeepRaw(account, id string, raw []byte) error
	Raw(account, id string) ([]byte, error)

	// PutReady stores a ready answer in place of the one of the same word and language. Both are at most 255 bytes, and
	// the word is not empty.
	PutReady(r conversation.Ready) error
	// DropReady removes it; where there is none it changes nothing.
	DropReady(word, language string) error
	// Ready lists the ready answers of one word in order of language, ReadyAnswers all in order of word and language, both
	// compared by bytes.
	Ready(word string) iter.Seq2[conversation.Ready, error]
	ReadyAnswers() iter.Seq2[conversation.Ready, error]

	// Enqueue stores a job; ErrTaken where there is one of its key, which is left as it is.
	Enqueue(j Job) error
	// Job returns ErrNotFound where there is none.
	Job(k Key) (Job, error)
	// Set changes a stored job.
	Set(j Job) error
	// Drop removes a job.
	Drop(k Key) error
	// Lane lists the jobs of one lane that are ready or doing, in order of key.
	Lane(l Lane) iter.Seq2[Job, error]
	// Lanes lists the lanes that have jobs ready or doing.
	Lanes() iter.Seq2[Lane, error]
	// Stuck lists the jobs that are refused or maybe.
	Stuck() iter.Seq2[Job, error]
}

// Queued is what the queue tells of a conversation.
type Queued struct {
	ID conversation.ID
	// At is since when the customer has been waiting, or until when they are put aside.
	At time.Time
	// Account is the account's name, Claimer the staff id of who has the customer; "" = nobody.
	Account, Claimer string
}

// Recorded is an event of the past.
type Recorded struct {
	Seq   uint64
	At    time.Time
	Event conversation.Event
}

// Parked is an event of the desk that waits for its thread or its writer to be known. Data is the bot's to read.
type Parked struct {
	Seq     uint64
	Account string
	Thread  conversation.Place
	At      time.Time
	ID, By  string
	Event   conversation.Event
}

// Key names a job for ever: the event Seq of the conversation caused it as its Nth effect.
type Key struct {
	Conversation conversation.ID
	Seq          uint64
	N            int
}

// String is the key as Slack's metadata and idempotency headers carry it: at most 64 bytes of ASCII.
func (k Key) String() string { return fmt.Sprintf("%s.%d.%d", k.Conversation, k.Seq, k.N) }

// Lane is one queue of one conversation.
type Lane struct {
	Conversation conversation.ID
	Way          conversation.Way
}

// Job is an act on the outside world, stored before it is carried out.
type Job struct {
	Key    Key
	Effect conversation.Effect
	State  State
	// At is when the job was enqueued; After is before when it must not be tried.
	At, After time.Time
	// Started is the begin of the first try whose end is not known, Attempt the number of tries begun.
	Started time.Time
	Attempt int
	// Tried is the begin of the latest try.
	Tried time.Time
	// Progress is what a job of several steps has saved.
	Progress string
	// Reason and Detail tell why the last try failed.
	Reason conversation.Reason
	Detail string
}

// Lane is the queue the job waits in.
func (j Job) Lane() Lane { return Lane{j.Key.Conversation, j.Effect.Way()} }

// State is where a job stands.
type State string

// The states of a job. One that is done is dropped in the transaction that stores what followed from it.
const (
	Ready   State = "ready"
	Doing   State = "doing" // committed before the call: after a crash it may have happened or not
	Refused State = "refused"
	Maybe   State = "maybe"
)
