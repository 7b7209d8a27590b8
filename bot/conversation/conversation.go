// Package conversation holds the rules of one exchange with one customer: what is known of it, what can happen
// to it (events), what must follow (effects), and the function Apply that turns the one into the other.
//
// It is the ground floor: standard library only, no input or output, no clock (now is an argument), no network's
// markup. The same state and the same event give the same answer at every replay, which is what lets the bot be
// killed anywhere and go on.
package conversation

import (
	"strings"
	"time"
)

// ID names a conversation in the store: 24 hexadecimal digits, the first 12 of them the milliseconds of its birth,
// the others random. It says nothing about the customer, so it may stand in places that others can read.
type ID string

// DeskID is the lane for what concerns the desk itself and no customer: alarms, unreadable events without a sender.
const DeskID ID = "desk"

// PictureID is the lane for the pictures of days. They are slow to post, and what concerns the desk does not wait for them.
const PictureID ID = "desk/picture"

// LaneOf is the lane for what is told to one person in Slack directly.
func LaneOf(person string) ID { return ID("person/" + person) }

// Customers says whether an ID is that of a conversation with a customer, and not the desk's or a person's.
func (id ID) Customers() bool {
	return id != DeskID && id != PictureID && !strings.HasPrefix(string(id), "person/")
}

// Ref names a conversation as its network does. Key is opaque to all but its adapter.
type Ref struct{ Adapter, Account, Key string }

// Place is one message in Slack. A timestamp alone names nothing: it is unique only within its channel.
type Place struct{ Team, Channel, TS string }

// IsZero says that the place is not known (yet).
func (p Place) IsZero() bool { return p == Place{} }

// Customer is the person outside. Name is hostile text; ID is the network's own, stable where a name is not.
type Customer struct {
	ID   string
	Name string
	// Handle is the public name on the network without its decoration ("jan" for @jan); may be empty.
	Handle string
	// Language is a BCP 47 tag, empty where the network does not tell.
	Language string
	// First is the first name, where the network tells it apart from the rest; hostile too.
	First string
}

// Person is somebody in Slack. Name is what customers see: a first name.
type Person struct {
	ID   string
	Name string
	// Initials sign public answers: at most three letters, or a number behind them where many have the same.
	Initials string
	// Photo is the https address of a picture that anybody can open; "" = none.
	Photo string
	// MaySpeak: a full member of the desk's own team, allowed by the config to answer customers.
	MaySpeak bool
	// Why says in a Reason why not; empty when MaySpeak.
	Why Reason
}

// Turn says who has the next word.
type Turn string

// The turns of a conversation.
const (
	Waiting  Turn = "waiting"  // for us: the customer wrote last
	Answered Turn = "answered" // for them: a delivered human answer came last
	Snoozed  Turn = "snoozed"  // put aside by a person until a moment, or until the customer writes
	Done     Turn = "done"     // closed by a person; the customer's next message opens it again
)

// Conversation is the state that Apply folds events into. The store keeps it whole; it stays small, whatever the
// length of the exchange.
type Conversation struct {
	ID       ID
	Ref      Ref
	Seq      uint64 // events folded in so far; a job's key holds the Seq of the event that caused it
	Customer Customer
	Public   bool    // others can read along: a group, a channel's comments
	Title    string  // of the place, for a group or channel: hostile text
	Link     string  // to the original, where one exists
	Thread   Place   // zero until the card is posted
	Old      []Place // roots of threads this conversation had before; answers typed there still count
	Opened   time.Time
	Heard    time.Time // the customer's latest message
	Arrived  time.Time // when there was something new of theirs to read
	Turn     Turn
	Since    time.Time // when the oldest unanswered message was written; zero where nobody waits
	// Opening is the message the thread began with, its text cut to CardLimit: what the card shows, as long as the
	// card stands. OpeningID is its ExternalID.
	Opening   Message
	OpeningID string
	// Active is when anybody last said anything; Carded when the card was asked for.
	Active, Carded time.Time
	// Outcome tells how it was closed, at Closed: OutcomeAnswered or OutcomeNoAnswer.
	Outcome string
	Closed  time.Time
	Claimer Person
	Claimed time.Time
	// Last is the staff message whose delivery stopped the clock, as long as it is all that the customer has had since.
	Last Place
	// Spoke is whose answer left last, Spoken when it did.
	Spoke       Person
	Spoken      time.Time
	Unreachable Reason
	// Greeted lists the staff ids whose name this customer has been told (private surfaces).
	Greeted []string
	// Open holds staff messages whose fate is not settled: on their way, asked about, refused, unsure.
	Open []Answer
	// Spelled are the lines of the bot's own that show what an answer says which calls ready answers: those of Open, and
	// those that are still being posted.
	Spelled []Spelled
	// Questions counts what was asked.
	Questions uint64
	// Live are the nudges that stand in Slack now: of one step, in the thread and with people.
	Live []Reminder
	// Deadlines are when the steps of this wait are due, as the hours were when it began; Step counts those taken.
	// Owed: the last of them could not be told, since nobody was at work any more. OwedBy is who had the customer and did not
	// answer, where that would have told it.
	Deadlines []time.Time
	Step      int
	Owed      bool
	OwedBy    string
	// Otherwise is the step that was told in another way, since a direct message of it failed; 0 = none.
	Otherwise int
	// Uncounted: this wait is not one of the customer's that has not been counted: an answer was taken back, a promise is
	// due, or somebody took it up again.
	Uncounted bool
	// Snooze is until when it is put aside, Turn Snoozed. Offers are what the writers of answers may yet be reminded of, the
	// oldest first. Promises are what somebody will be reminded of, in order of time, once nobody waits and nothing is put
	// aside; each is a promise.
	Snooze   Snoozing
	Offers   []Offer
	Promises []Snoozing
	// Window is until when the network lets us answer; zero = it does not say. Staff are told of it at WarnAt, Warned
	// once they were.
	Window, WarnAt time.Time
	Warned         bool
	// ToldClosed is when the customer was told last that we are closed, AskedHelped when they were asked whether we helped.
	// Rating is what they said: 👍 or 👎.
	ToldClosed, AskedHelped time.Time
	Rating                  string
	// Due is when the clock must look next; zero = never. See Wakes.
	Due time.Time
}

// CardLimit is how much of the customer's text a card shows, in runes.
const CardLimit = 600

// AnswerState is where a staff message stands.
type AnswerState string

// The states of an answer.
const (
	Nameless AnswerState = "nameless" // Slack cannot say yet who typed it, nor is it read before that
	Holding  AnswerState = "holding"  // kept back for a while: its writer can still change it
	Sending  AnswerState = "sending"  // jobs are on their way
	Asking   AnswerState = "asking"   // a person was asked whether it shall leave; until then nothing does
	Unsure   AnswerState = "unsure"   // sent? nobody knows; a person decides
	Failed   AnswerState = "failed"   // refused; a person can try again
)

// Answer is a staff message that was typed for the customer.
type Answer struct {
	At    Place // the staff message in Slack
	By    Person
	State AnswerState
	Mark  Mark // what the staff message shows now
	Parts []Part
	Wrote time.Time
	// Next is when the customer first wrote after this was typed: where the clock starts again when this is
	// delivered. Zero = not.
	Next time.Time
	// Notice is the bot's line in the thread that asks or explains; it goes when the matter is settled.
	Notice Place
	// Question is the number of what it asks; only a press that carries the number counts. 0 = nothing with buttons stands or
	// is coming.
	Question uint64
	// NoticeAlso are the other posts of a line that was too long for one.
	NoticeAlso []Place
	// Until is how long it is held.
	Until time.Time
	// Came is when it was heard, or looked at since: what was done to it later has been heard, unless hearing was
	// interrupted. Waited: it was held longer because of that. Looking: it is being looked at; Looked: it was, as it
	// is now.
	Came                    time.Time
	Waited, Looking, Looked bool
	// Press is what somebody decided about it while it is being looked at, so that it waits. Nil = nothing.
	Press *Press
	// Found: all that was typed before it in its thread is known.
	Found bool
	// Crossed is the colleague whose answer, at CrossedAt, was held when this one was typed. Both are empty again when that
	// one does not leave.
	Crossed   string
	CrossedAt Place
	// Preview: State is Asking, by a card that shows exactly what would leave.
	Preview bool
	// There is what the customer has of it, where State is Asking whether that shall be changed.
	There []Part
	// Edit is a wording that came while it was on its way, Deleted that the staff message is gone: what follows once it
	// has arrived.
	Edit    *Message
	Deleted bool
	// Aside: it goes to the customer alone, though the conversation is public. Nil = not.
	Aside *Aside
	// Asks: the wording in Edit looks like a note, so that it is asked whether the customer shall read it.
	Asks bool
	// Greets: this answer tells the customer the name of its writer. Where it does not arrive, the next one does.
	Greets bool
	// Calls: it was typed with ready answers in it, so that the staff message does not say what the customer gets.
	Calls bool
}

// Press is a button that was pressed and has not been carried out.
type Press struct {
	Action Action
	By     Person
	At     time.Time // by our own clock
	// Question is what it answers, as Answer.Question.
	Question uint64
}

// Spelled is a line that shows what the customer gets of the staff message Of.
type Spelled struct {
	Of Place
	// N is the number of the event that asked for it: another line that comes back was replaced meanwhile.
	N uint64
	// At is where it stands; zero = it is still being posted.
	At Place
	// Greets: the name of the writer stands under it.
	Greets bool
}

// Aside is an answer that leaves a public conversation.
type Aside struct {
	To string // as Limits.Privately
	// Said is what was typed, for a preview once more where the network refuses it.
	Said Message
}

// Part is one message on the network; a long answer or one with files may need several.
type Part struct {
	Text  Text
	Files []File
	// State is "" until the outcome is known, else done, refused, maybe.
	State Outcome
	// Reason tells why it was refused or is uncertain.
	Reason Reason
	// Again counts how often it was sent again after a maybe: because somebody said so, or without asking (on_unsure =
	// "resend").
	Again int
	// IDs are the network's ids of what was sent; To is where, as Send.To.
	IDs []string
	To  string
}

// Mark is the reaction on a staff message: the name of a Slack emoji.
type Mark string

// The marks.
const (
	NoMark     Mark = ""
	Held       Mark = "hourglass_flowing_sand" // on its way, or held
	Sent       Mark = "white_check_mark"       // the customer has it
	Inside     Mark = "lock"                   // a note: only we see it
	NotSent    Mark = "warning"                // the reason stands in the thread
	NotCertain Mark = "question"               // not sure whether the customer has it
)

// Outcome says how a job ended.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "done"
	Later   Outcome = "later"   // surely not done; try again
	Refused Outcome = "refused" // never
	Maybe   Outcome = "maybe"   // nobody knows
)

// Reason says in one word, for words.go to put into a person's language, why something did not happen.
type Reason string

// The reasons. Networks have hundreds of error texts; a person needs these few.
const (
	Blocked      Reason = "blocked"       // the customer blocked or left us
	Deactivated  Reason = "deactivated"   // the customer's account is gone
	TooLong      Reason = "too_long"      // longer than the network takes
	WindowClosed Reason = "window_closed" // the network no longer lets us write
	Gone         Reason = "gone"          // the conversation or the message is not there any more
	NotAllowed   Reason = "not_allowed"   // the network does not give our account this right
	TokenDead    Reason = "token_dead"    // the account's token is wrong or was revoked
	FileTooBig   Reason = "file_too_big"
	FileType     Reason = "file_type"   // a type of file the network refuses
	FileGone     Reason = "file_gone"   // the file cannot be fetched from where it lay
	Empty        Reason = "empty"       // nothing to send
	Rejected     Reason = "rejected"    // any other clear no; the network's words stand in the detail
	Busy         Reason = "busy"        // the network asks us to wait
	Down         Reason = "down"        // the network cannot be reached
	Lost         Reason = "lost"        // the connection broke, or the answer was unreadable
	Crashed      Reason = "crashed"     // we stopped in the middle of it
	Guest        Reason = "guest"       // writer: a guest of the workspace
	Stranger     Reason = "stranger"    // writer: from another company or workspace
	Robot        Reason = "robot"       // writer: a bot or workflow
	NotListed    Reason = "not_listed"  // writer: not among those whom the config names
	NotHere      Reason = "not_here"    // writer: not in the desk channel
	Left         Reason = "left"        // writer: their account in the workspace is deactivated
	Unknown      Reason = "unknown"     // writer: Slack could not be asked
	NotStarted   Reason = "not_started" // the customer has never written to us privately
	ReadOnly     Reason = "read_only"
	NoSuchWord   Reason = "no_such_word" // it calls a ready answer that is not there
	Resting      Reason = "resting"      // a person is not to be disturbed
	TooLate      Reason = "too_late"     // longer ago than the network lets us change or take back
	FilesStay    Reason = "files_stay"   // what was sent of pictures and files does not change with the staff message
	Unconfirmed  Reason = "unconfirmed"  // the network never gave an id for what was sent
	PutDown      Reason = "dropped"      // a person or the config decided that it is not sent again
)

// Limits is what a network allows in one conversation.
type Limits struct {
	// Length is the most one message may hold, counted by Count; 0 = no limit.
	Length int
	// Caption is the same for the text beside files; 0 = Length.
	Caption int
	// Count measures text as the network does (UTF-16 units, graphemes, bytes); nil counts runes.
	Count func(string) int
	// Files is how many files one message takes; 0 = none can be sent.
	Files int
	// FileSize is the most bytes one file may have; 0 = no limit.
	FileSize int64
	// Public: others can read along, so answers are signed with initials.
	Public bool
	// Privately is the Key of the conversation with this customer alone, where this one is public; "" = there is none.
	Privately string
	// Until is when the network stops letting us write; zero = never.
	Until time.Time
	// ReadOnly: nothing can be sent at all.
	ReadOnly bool
	// Edit and Delete say whether a sent message can still be changed or taken back.
	Edit, Delete bool
}
