package language

import "webcare/bot/conversation"

// The sentences. Those of a reason, a notice, a doubt, an action or a kind of file have the word of package
// conversation behind the first part of the key: "reason.blocked".
const (
	ACustomer Key = "customer"
	NotStaff  Key = "customer.not_staff" // behind a name that a colleague has, too
	Colleague Key = "colleague"          // to a customer: one of ours whose name is not known
	Empty     Key = "empty"

	BelowCard  Key = "card.below"
	InPublic   Key = "card.public"
	InPublicAt Key = "card.public.at" // title
	OpenOn     Key = "card.open"      // network
	Earlier    Key = "card.earlier"
	OurTurn    Key = "turn.waiting"  // when
	TheirTurn  Key = "turn.answered" //
	DoneTurn   Key = "turn.done"     // outcome
	Claimed    Key = "turn.claimed"  // name

	Forwarded  Key = "message.forwarded" // name
	InReply    Key = "message.reply"     // quote
	Contact    Key = "message.contact"   // name
	Unshown    Key = "message.unknown"   // what
	FormedBy   Key = "form.by"           // name
	Edited     Key = "message.edited"
	TakenAway  Key = "message.taken_away"
	FromTo     Key = "time.span" // from, to
	Waits      Key = "nudge"     // name, time
	Unexpected Key = "reason"

	Lacking      Key = "notice.partly_delivered.lacking" // names
	ByName       Key = "notice.answered_outside.by"      // name
	ByItself     Key = "notice.answered_outside.by_itself"
	MarkSent     Key = "notice.mark_refused.sent"
	StoreFull    Key = "notice.account_deaf.store"
	StoreBack    Key = "notice.account_back.store"
	DeskDeaf     Key = "notice.account_deaf.desk" // detail
	DeskBack     Key = "notice.account_back.desk" // detail
	NobodyThere  Key = "notice.not_reminded.gone"
	PreviewAt    Key = "notice.preview.at"        // title
	PreviewOne   Key = "notice.preview.one"       // n, of
	PreviewParts Key = "notice.preview.parts"     // parts, n, of
	PreviewOther Key = "notice.preview.other"     // name
	ManyUnknown  Key = "notice.unknown_word.many" // words
	NoneReady    Key = "notice.unknown_word.none"
	SomeReady    Key = "notice.unknown_word.some" // all
	ManyReady    Key = "notice.unknown_word.more" // all, n
	CustomerGets Key = "ready.gets"
	TakenWord    Key = "ready.taken" // word
	Unusual      Key = "doubt"

	TakenSince    Key = "notice.taken_by.since" // name, when
	SnoozedTurn   Key = "turn.snoozed"          // name, when
	PromisedTurn  Key = "turn.promised"         // name, when
	SnoozedWaits  Key = "turn.snoozed.waits"    // when
	WindowLeft    Key = "card.window"           // when, time
	WindowOver    Key = "card.window.over"
	NudgeWindow   Key = "nudge.window"        // name, when
	NudgeBack     Key = "nudge.snooze_over"   // name
	NudgePromised Key = "nudge.promised"      // name
	NudgeHanded   Key = "nudge.handed"        // by, name
	NudgeLine     Key = "nudge.line"          // name, time
	LineWindow    Key = "nudge.line_window"   // name, when
	LineReturned  Key = "nudge.line_returned" // by
	LineBack      Key = "nudge.line_back"     // name
	LinePromised  Key = "nudge.line_promised" // name
	NudgeMore     Key = "nudge.more"          // n

	MomentUnclear Key = "moment.unclear"
	MomentPast    Key = "moment.past"
	MomentFar     Key = "moment.far"
	MomentDay     Key = "moment.day"
	QueueNobody   Key = "queue.title.none"
	DigestOpens   Key = "digest.opens"    // day, waiting
	DigestLong    Key = "digest.long"     // when
	DigestCloses  Key = "digest.closes"   // day, answered, asked, share
	DigestFirst   Key = "digest.first"    // half, most
	DigestNone    Key = "digest.none"     // day
	WeAreClosed   Key = "customer.closed" // when; to a customer
	DidWeHelp     Key = "customer.helped" // to a customer
	HowMuchTime   Key = "time.both"       // hours, minutes
	Under         Key = "time.under"

	Thousands Key = "number.thousands" // what stands between thousands and hundreds

	ChartTitle    Key = "chart.title"       // day
	ChartAsked    Key = "chart.asked"       // n
	ChartAnswered Key = "chart.answered"    // n
	ChartWaiting  Key = "chart.waiting"     // n, at
	ChartNone     Key = "chart.none"        //
	ChartAlt      Key = "chart.alt"         // title, span, asked, answered
	AltBusiest    Key = "chart.alt.busiest" // span, n
	AltNobody     Key = "chart.alt.nobody"
	AltNone       Key = "chart.alt.none" // title, span
)

// The sentences about a number, which have a form of their own for one: "time.seconds.one".
const (
	Seconds       Counted = "time.seconds"
	Minutes       Counted = "time.minutes"
	Hours         Counted = "time.hours"
	NudgeMany     Counted = "nudge.many"         // n
	NudgeMixed    Counted = "nudge.mixed"        // n
	QueueTitle    Counted = "queue.title"        // n
	QueueAnswered Counted = "queue.answered"     // n
	QueueMine     Counted = "queue.mine"         // n
	QueueWaiting  Counted = "queue.waiting"      // n
	QueueAside    Counted = "queue.aside"        // n
	DigestAside   Counted = "digest.aside"       // n
	DigestClosed  Counted = "digest.closed"      // n
	DigestWaits   Counted = "digest.waits"       // n
	AltAsked      Counted = "chart.alt.asked"    // n
	AltAnswered   Counted = "chart.alt.answered" // n
	AltWaiting    Counted = "chart.alt.waiting"  // n, at, left
)

// Reason is the sentence of a reason; it ends another sentence or stands alone.
func Reason(r conversation.Reason) Key { return Key("reason." + r) }

// Notice is the line of a notice, where it has only one.
func Notice(k conversation.NoticeKind) Key { return Key("notice." + k) }

// Doubt is why an answer has not left.
func Doubt(d conversation.Doubt) Key { return Key("doubt." + d) }

// Action is what a button says.
func Action(a conversation.Action) Key { return Key("action." + a) }

// Kind names a file.
func Kind(k conversation.FileKind) Key { return Key("kind." + k) }

// Fault is what is wrong with a ready answer; in {most} stands how much there may be.
func Fault(f conversation.Fault) Key { return Key("ready." + f) }

// Choice is an entry of a menu.
func Choice(value string) Key { return Key("choice." + value) }

// Outcome is how a conversation was closed.
func Outcome(s string) Key { return Key("outcome." + s) }
