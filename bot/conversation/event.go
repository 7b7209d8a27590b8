package conversation

import "time"

// Event is something that happened: outside, in Slack, on the clock, or to a job of ours. The set is closed.
type Event interface{ event() }

// Heard: the customer wrote.
type Heard struct {
	ExternalID string
	At         time.Time
	Customer   Customer
	Message    Message
	Public     bool
	Title      string // of the group or channel, if it is one
	Link       string // to the original message, if one exists
	// Limits are those of an answer, Closed what a customer is told who writes now, since nobody is at work; "" = nothing.
	// The bot fills them in.
	Limits Limits
	Closed string
}

// Changed: the customer edited a message.
type Changed struct {
	ExternalID string
	At         time.Time
	Message    Message
	// Was is the wording before, nil where it is not known. The bot fills it in from the history.
	Was *Message
}

// Withdrawn: the customer deleted messages outside.
type Withdrawn struct {
	ExternalIDs []string
	At          time.Time
}

// Reached: the network told whether the customer can be written to. Why is empty when they can again.
type Reached struct {
	Why Reason
	At  time.Time
}

// Reacted: the customer put an emoji (Unicode) on one of our messages; empty = took it away.
type Reacted struct {
	ExternalID string
	Emoji      string
	At         time.Time
}

// Echoed: somebody of ours answered outside of webcare, on the network itself.
type Echoed struct {
	ExternalID string
	At         time.Time
	By         string
	Message    Message
	// Auto: nobody of ours wrote it: an away or greeting message. The customer still waits.
	Auto bool
}

// Moved: the network gave the conversation another key.
type Moved struct{ To Ref }

// Unreadable: something came in that could not be read. The raw bytes are kept in the store under RawID.
type Unreadable struct {
	RawID string
	At    time.Time
	What  string // what kind of thing, as far as known: hostile text
	Link  string
}

// Missed: the account was not heard for longer than its network keeps messages, so what customers wrote in this stretch
// of time may be gone for good. It belongs to no conversation.
type Missed struct{ From, To time.Time }

// Wrote: somebody typed in the thread.
type Wrote struct {
	At      Place
	Written time.Time
	By      Person
	Message Message
	// Limits is what the network takes here and now.
	Limits Limits
	// Called is what is there of the ready answers that the message calls. The bot fills it in from the store.
	Called Called
	// Found: it was read in the thread, behind all that was typed there before it.
	Found bool
	// Edited is when what it says was written, where it was edited before it was heard; zero = it was not.
	Edited time.Time
}

// Formed: somebody wrote an answer in the form that the card's button opens.
type Formed struct {
	Written time.Time
	By      Person
	Message Message
	Limits  Limits
	Called  Called // as in Wrote
}

// Unattributed: somebody typed in the thread, and Slack has not said for some time who. What they typed waits.
type Unattributed struct {
	At      Place
	Written time.Time
}

// Rewrote: somebody edited what they had typed in the thread.
type Rewrote struct {
	At      Place // of the message
	Written time.Time
	By      Person
	Message Message
	Edited  time.Time
	Limits  Limits
	// Of is the id of the event in which the message was typed.
	Of string
	// Unbegun: it is an answer of which nothing is on its way, so that it can still be stopped. The bot fills it in.
	Unbegun bool
	// Was is what the message was until now, nil where it is not settled yet. The bot fills it in from the history.
	Was *Former
	// Called: as in Wrote.
	Called Called
}

// Unwrote: somebody deleted what was typed in the thread.
type Unwrote struct {
	At      Place
	Deleted time.Time
	Limits  Limits
	Of      string  // as in Rewrote
	Unbegun bool    // as in Rewrote
	Was     *Former // as in Rewrote
}

// Pressed: somebody pressed a button.
type Pressed struct {
	Action Action
	By     Person
	At     time.Time
	// About is the staff message the button speaks of; zero for buttons of the card. On is the post that the button stands
	// on, for one that was replaced says something else; zero = not told.
	About Place
	On    Place
	// N is the Question that the button answers; 0 = none, or not told.
	N      uint64
	Limits Limits
	// To is who shall have the customer, of HandOver.
	To Person
	// Hearing is as in Ticked.
	Hearing time.Time
	// Choice is what was chosen from a menu. Until is the moment it means, of Snooze; the bot fills it in.
	Choice string
	Until  time.Time
	// Seen is when whoever pressed had the conversation before their eyes, by our own clock: when a form was opened.
	// Zero = when it is folded in.
	Seen time.Time
}

// CardGone: the root of the thread was deleted in Slack.
type CardGone struct{ At time.Time }

// Ticked: the clock reached the time of Conversation.Wakes.
type Ticked struct {
	Limits Limits
	// Hearing is since when the desk has been heard without a gap; zero = it is not heard now.
	Hearing time.Time
	// Grouped: so many customers are due at once that one message in the channel speaks of all of them.
	Grouped bool
}

// Ended: a job of this conversation ended.
type Ended struct {
	Effect  Effect
	Outcome Outcome
	Receipt Receipt
	Reason  Reason
	// Detail is the network's own words, for the log and the thread; hostile text.
	Detail string
	At     time.Time
	// Limits is what the network takes now, for the end of a Send.
	Limits Limits
}

// Delayed: a job to the customer could not be carried out yet and will be tried again.
type Delayed struct {
	Effect Effect
	Reason Reason
	At     time.Time
	// Stopped: it surely did not happen, and nothing else of its answer is on its way.
	Stopped bool
	// Limits is what the network takes now, for a Send.
	Limits Limits
}

// Receipt is what the outside gave back.
type Receipt struct {
	// IDs are the network's ids of what was sent, one for a message, several for an album.
	IDs []string
	// Place is where a post stands in Slack.
	Place Place
	// Also are the other posts of what was too long for one; the Place is that of the last, with the buttons.
	Also []Place
	// Missing are the files that could not be shown, though others may be.
	Missing []Missing
}

// Missing is a file that never came, and why.
type Missing struct {
	Name   string // hostile text
	Reason Reason
	// Detail is the network's own words, as in Ended.
	Detail string
}

func (Heard) event()        {}
func (Changed) event()      {}
func (Withdrawn) event()    {}
func (Reached) event()      {}
func (Reacted) event()      {}
func (Echoed) event()       {}
func (Moved) event()        {}
func (Unreadable) event()   {}
func (Missed) event()       {}
func (Wrote) event()        {}
func (Unattributed) event() {}
func (Rewrote) event()      {}
func (Unwrote) event()      {}
func (Pressed) event()      {}
func (CardGone) event()     {}
func (Ticked) event()       {}
func (Ended) event()        {}
func (Delayed) event()      {}
func (Formed) event()       {}

// Action is what a button asks for.
type Action string

// The actions.
const (
	Claim      Action = "claim"
	Release    Action = "release"
	Close      Action = "done"
	NoAnswer   Action = "no_answer"
	SendAgain  Action = "send_again"
	ItIsThere  Action = "it_is_there"
	TryAgain   Action = "try_again"
	SendAnyway Action = "send_anyway"
	DoNotSend  Action = "do_not_send"
	// Write opens a form for an answer; the desk deals with it.
	Write Action = "answer"
	// Publish posts what a preview shows.
	Publish Action = "publish"
	// SendPrivately sends it to the customer alone.
	SendPrivately Action = "send_privately"
	// ChangeAnyway changes outside what was sent, though the new wording looks like a note.
	ChangeAnyway Action = "change_anyway"
	// TakeOver takes a customer from whoever has them.
	TakeOver Action = "take_over"
	// HandOver gives a customer to Pressed.To.
	HandOver Action = "hand_over"
	// Snooze puts a customer aside until Pressed.Until; Wake ends that.
	Snooze Action = "snooze"
	Wake   Action = "wake"
	// Reopen takes up again what was closed.
	Reopen Action = "reopen"
	// Remind has its writer reminded of what an answer promises.
	Remind Action = "remind"
	// GiveUp settles an answer that will not be sent again; the queue command has it, no button.
	GiveUp Action = "give_up"
)

// Pressable are the actions that a button may ask for.
var Pressable = []Action{
	Claim, Release, Close, NoAnswer, Write, SendAgain, ItIsThere, TryAgain, SendAnyway, DoNotSend, Publish, SendPrivately, ChangeAnyway,
	TakeOver, Snooze, Wake, Reopen, Remind,
}

// The choices of Snooze in a menu. Another moment is asked for in a form.
const (
	OneHour     = "1h"
	FourHours   = "4h"
	Tomorrow    = "tomorrow"
	NextMonday  = "monday"
	OtherMoment = "other"
)
