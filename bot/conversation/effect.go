package conversation

import "time"

// Effect is an act on the outside world that must follow from an event. The set is closed. Each effect becomes a job
// in the transaction that stored the event.
type Effect interface {
	effect()
	// Way tells which queue of the conversation the effect waits in. The ways run side by side; within one, effects
	// run in order, one at a time.
	Way() Way
}

// Way is one of a conversation's queues.
type Way string

// The ways.
const (
	Inward  Way = "in"    // posts in Slack
	Outward Way = "out"   // messages to the customer
	Touch   Way = "touch" // marks, card changes, removals: what may come late
)

// Ways are all there are.
var Ways = []Way{Inward, Outward, Touch}

// OpenCard posts the root of the thread, with what the customer wrote on it.
type OpenCard struct {
	Entry Entry
	// Bare: Slack refused the card with the customer's words on it; they follow in the thread.
	Bare bool
	// Again: this card takes the place of one that was deleted, and its message has been shown before.
	Again bool
}

// Show posts messages of the customer in the thread under the customer's name, as one Slack message.
type Show struct{ Entries []Entry }

// ShowFiles uploads the files of a message that was shown before.
type ShowFiles struct{ Files []File }

// Tell posts a line of the bot's own in the thread.
type Tell struct {
	Notice Notice
	// About is the staff message it speaks of, if any; buttons carry it, and N, which is Answer.Question.
	About   Place
	Buttons []Action
	N       uint64
}

// Whisper shows a line to one person only. It may be lost, so nothing depends on it.
type Whisper struct {
	To      string
	Notice  Notice
	About   Place
	Buttons []Action
}

// Announce posts a line in the desk channel outside of any thread.
type Announce struct{ Notice Notice }

// Nudge reminds staff that the customer waits. To holds Slack ids of users and user groups.
//
// Step is Conversation.Step with it, in the wait that began at Since. A Direct one goes to each of To by direct message, in one with what else is due to
// them; With are the other conversations of which that message spoke, once it was posted. By is the colleague who gave the
// customer away, or had them and did not answer. Instead: it takes the place of one that failed, and nothing takes its own.
type Nudge struct {
	Step   int
	Since  time.Time
	To     []string
	Direct bool
	Kind   NudgeKind
	By     string
	With   []ID

	Instead bool
	// Claimer is who is reminded because the customer is theirs; "" = for another reason.
	Claimer string
}

// NudgeOne tells one person by direct message of customers who wait. It stands in the lane of that person, see LaneOf.
type NudgeOne struct {
	To string
	Of []Waits
}

// Notify tells one person directly what they must know of an account. It stands in their lane.
type Notify struct {
	To     string
	Notice Notice
}

// NudgeAll tells the channel in one message of many customers who are due at once: of those in Of, and of More others.
type NudgeAll struct {
	To   []string
	Of   []Waits
	More int
}

// Waits is a customer of whom a reminder speaks, as long as that step of that wait was the last.
type Waits struct {
	ID    ID
	Step  int
	Since time.Time
	Kind  NudgeKind
	// Instead, Claimer: see Nudge. By had this customer, and did not answer; "" = nobody.
	Instead bool
	By      string
	Claimer string
}

// Digest sums up in the channel what waits, when the desk opens, or what the day was, when it closes. What it says is
// read when it is posted.
type Digest struct {
	// From is the midnight at which the date of the service day began, At when the desk opens or closes.
	From, At time.Time
	Closing  bool
}

// Auto sends the customer a message that nobody of ours wrote. It answers nothing, and is not sent again where nobody
// knows whether it arrived.
type Auto struct {
	Kind AutoKind
	Text string
}

// Render draws the card again, as the conversation is at the time of drawing. A later one makes an earlier one
// unnecessary.
type Render struct{}

// SetMark changes the reaction on a staff message.
type SetMark struct {
	On       Place
	Was, Now Mark
}

// Remove deletes a post of the bot's own, with those it goes with.
type Remove struct {
	What Place
	Also []Place
	// With are conversations of which the post speaks, too: it stays as long as one of them keeps it as a Reminder.
	With []ID
}

// Send sends one part of an answer to the customer. Text holds the signature.
type Send struct {
	Answer Place // the staff message
	Part   int   // index into Answer.Parts
	Text   Text
	Files  []File
	// By is who speaks.
	By Person
	// To is the Key of another conversation with the customer, where it goes instead; "" = it goes to this one.
	To string
}

// Edit changes one part of an answer that the customer has. Text holds the signature.
type Edit struct {
	Answer Place
	Part   int
	ID     string // the network's, of the message to change
	Text   Text
	Files  []File // what the message holds beside the text
	By     Person
	// Last: no other part is changed behind this one.
	Last bool
	To   string // as Send.To
}

// TakeBack deletes an answer that the customer has, or the rest of one that has become shorter.
type TakeBack struct {
	Answer Place
	Part   int
	IDs    []string
	Rest   bool
	To     string // as Send.To
	// Named is the staff id of whose first name goes with it; "" = nobody's.
	Named string
}

// Stand posts in the thread an answer that was written in a form. The post takes the place of a staff message: marks and
// questions are about it.
type Stand struct {
	Written time.Time
	By      Person
	Message Message
	Called  Called
}

// Look has the desk see what an answer is now that is held, or that somebody decided about: it may have been changed or deleted
// while nobody heard.
type Look struct{ Answer Place }

// ShowAnswer posts in the thread what the customer gets, where the staff message does not say it: it calls ready
// answers. N is that of the line, see Spelled.
type ShowAnswer struct {
	Answer Place
	N      uint64
	Text   Text
}

// Picture shows in the thread of an evening's digest what the day was, hour by hour. It stands in the lane PictureID, so
// that nothing waits for it.
type Picture struct {
	Of     Digest
	Thread Place
}

func (ShowAnswer) effect() {}
func (Picture) effect()    {}
func (NudgeOne) effect()   {}
func (NudgeAll) effect()   {}
func (Digest) effect()     {}
func (Auto) effect()       {}
func (Notify) effect()     {}

func (Notify) Way() Way { return Inward } // Way: see Effect.

func (Auto) Way() Way { return Outward } // Way: see Effect.

func (NudgeOne) Way() Way { return Inward } // Way: see Effect.
func (NudgeAll) Way() Way { return Inward } // Way: see Effect.
func (Digest) Way() Way   { return Inward } // Way: see Effect.
func (Picture) Way() Way  { return Inward } // Way: see Effect.

// Way: see Effect.
func (ShowAnswer) Way() Way { return Inward }

func (OpenCard) effect()  {}
func (Show) effect()      {}
func (ShowFiles) effect() {}
func (Tell) effect()      {}
func (Whisper) effect()   {}
func (Announce) effect()  {}
func (Nudge) effect()     {}
func (Render) effect()    {}
func (SetMark) effect()   {}
func (Remove) effect()    {}
func (Send) effect()      {}
func (Edit) effect()      {}
func (TakeBack) effect()  {}
func (Look) effect()      {}
func (Stand) effect()     {}

func (OpenCard) Way() Way  { return Inward }  // Way: see Effect.
func (Show) Way() Way      { return Inward }  // Way: see Effect.
func (ShowFiles) Way() Way { return Inward }  // Way: see Effect.
func (Tell) Way() Way      { return Inward }  // Way: see Effect.
func (Whisper) Way() Way   { return Touch }   // Way: see Effect.
func (Announce) Way() Way  { return Inward }  // Way: see Effect.
func (Nudge) Way() Way     { return Inward }  // Way: see Effect.
func (Render) Way() Way    { return Touch }   // Way: see Effect.
func (SetMark) Way() Way   { return Touch }   // Way: see Effect.
func (Remove) Way() Way    { return Touch }   // Way: see Effect.
func (Send) Way() Way      { return Outward } // Way: see Effect.
func (Edit) Way() Way      { return Outward } // Way: see Effect.
func (TakeBack) Way() Way  { return Outward } // Way: see Effect.
func (Look) Way() Way      { return Touch }   // Way: see Effect.
func (Stand) Way() Way     { return Inward }  // Way: see Effect.

// Notice is a line of the bot's own, to be put into words by the bot.
type Notice struct {
	Kind   NoticeKind
	Reason Reason
	// Name, Detail and Link fill in the words; Name and Detail are hostile text.
	Name, Detail, Link string
	// Quote is the wording it speaks of; hostile.
	Quote  Text
	Doubts []Doubted
	// At is a moment it speaks of.
	At time.Time
	// Count is how much of Of an answer takes, as its network counts; in Parts messages.
	Count, Of, Parts int
}

// NoticeKind chooses the words.
type NoticeKind string

// ByItself is the Detail of an AnsweredThere that nobody of ours wrote.
const ByItself = "by_itself"

// The notices.
const (
	NotDelivered    NoticeKind = "not_delivered"    // Reason, Detail; Name: the files that were refused
	PartlyDelivered NoticeKind = "partly_delivered" // Reason, Detail, Name
	MaybeDelivered  NoticeKind = "maybe_delivered"  // Reason
	MaybeResent     NoticeKind = "maybe_resent"     // on_unsure = "resend"
	MaybeDropped    NoticeKind = "maybe_dropped"    // on_unsure = "drop"
	ShownMissing    NoticeKind = "shown_missing"    // a customer's file or message could not be shown: Reason, Name
	CannotRead      NoticeKind = "cannot_read"      // Detail, Link
	CannotHandle    NoticeKind = "cannot_handle"    // something that staff did: Detail
	CannotReach     NoticeKind = "cannot_reach"     // Reason
	CanReachAgain   NoticeKind = "can_reach_again"
	WithdrawnThere  NoticeKind = "withdrawn"        // the customer deleted a message
	ReactedThere    NoticeKind = "reacted"          // Detail = emoji
	AnsweredThere   NoticeKind = "answered_outside" // Name, Quote, Detail = ByItself or empty
	ItIsANote       NoticeKind = "note_by_mention"  // ephemeral: not sent
	NearMiss        NoticeKind = "note_near_miss"   // ephemeral: not sent
	WasANote        NoticeKind = "was_a_note"       // ephemeral: a note was edited into what could be an answer
	Doubtful        NoticeKind = "doubtful"         // Doubts: not sent until somebody says so
	ChangedThere    NoticeKind = "changed_there"    // the customer reads the new wording
	PartChanged     NoticeKind = "part_changed"     // and may read the old one, in a copy of which nobody knows where it stands
	UnknownWord     NoticeKind = "unknown_word"     // ephemeral: Name = what is called, Detail = what there is, Count = how many more
	ChangeIsNote    NoticeKind = "change_is_note"   // what was sent was edited into a note: nothing is changed
	ChangeInPublic  NoticeKind = "change_in_public" // Doubts: what was sent was edited, and others read it
	NotChanged      NoticeKind = "not_changed"      // Reason, Detail: the customer still reads the old wording
	TakenBack       NoticeKind = "taken_back"       // the customer does not see it any more
	PartTakenBack   NoticeKind = "part_taken_back"  // but for a copy of which nobody knows where it stands
	NotTakenBack    NoticeKind = "not_taken_back"   // Reason, Detail
	WhoUnknown      NoticeKind = "who_unknown"      // a message waits for Slack to say who typed it
	NotReminded     NoticeKind = "not_reminded"     // a direct reminder was refused: Reason, Detail
	Previewed       NoticeKind = "preview"          // Quote, Count, Of, Parts, Doubts; Name: who else must press; Detail: where
	SentAside       NoticeKind = "sent_aside"       // the customer alone has it
	Replaced        NoticeKind = "replaced"         // ephemeral: Name typed something newer
	OtherMust       NoticeKind = "other_must"       // ephemeral: the writer may not post it alone
	MayNotSpeak     NoticeKind = "may_not_speak"    // Reason
	MayNotPress     NoticeKind = "may_not_press"    // Reason
	CardStale       NoticeKind = "card_stale"       // the card could not be drawn again: Reason, Detail
	MarkRefused     NoticeKind = "mark_refused"     // Name: the mark that could not be set
	TakenBy         NoticeKind = "taken_by"         // ephemeral: Name: who was first; At: when
	TakenOver       NoticeKind = "taken_over"       // ephemeral: Name has the customer now
	NotHanded       NoticeKind = "not_handed"       // ephemeral: Name may not answer customers: Reason
	HandedClosed    NoticeKind = "handed_closed"    // ephemeral: a customer who is closed goes to nobody
	ClaimReturned   NoticeKind = "claim_returned"   // Name had the customer, and did not answer
	PromiseSeen     NoticeKind = "promise_seen"     // ephemeral: At: what an answer promises
	AutoSent        NoticeKind = "auto_sent"        // Quote: what the customer was told by itself
	Silent          NoticeKind = "silent"           // Name = account; At: since when a customer waits; Detail: for how long nobody answered
	SilentOver      NoticeKind = "silent_over"      // Name = account
	Thanked         NoticeKind = "thanked"          // what the customer wrote was taken for a thank-you
	CardRefused     NoticeKind = "card_refused"     // Name, Reason, Detail: a customer has no thread
	WroteMeanwhile  NoticeKind = "wrote_meanwhile"  // ephemeral: the customer wrote what whoever pressed cannot have read
	OfferOver       NoticeKind = "offer_over"       // ephemeral: [Remind me] of a promise of which there have been too many since
	StillWaiting    NoticeKind = "still_waiting"    // ephemeral: [Done] came when the customer had just written
	NewCard         NoticeKind = "new_card"         // Link to the old thread
	AccountDeaf     NoticeKind = "account_deaf"     // Name = account, Reason
	AccountBack     NoticeKind = "account_back"     // Name = account
	OtherInitials   NoticeKind = "other_initials"   // Name signs with Detail, since somebody has the plain ones; Quote settles it
	LongGap         NoticeKind = "long_gap"         // Name = account: messages may be gone for good
)
