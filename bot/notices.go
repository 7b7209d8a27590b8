package bot

import (
	"fmt"
	"strings"

	"webcare/bot/conversation"
)

// reasons puts a Reason into words that end a sentence or stand alone.
var reasons = map[conversation.Reason]string{
	conversation.Blocked:      "the customer has blocked us or left",
	conversation.Deactivated:  "the customer's account no longer exists",
	conversation.TooLong:      "the text is longer than the network takes",
	conversation.WindowClosed: "the network no longer lets us write: the customer must write first",
	conversation.Gone:         "the conversation is no longer there",
	conversation.NotAllowed:   "our account does not have the right to do this",
	conversation.TokenDead:    "our account's token is wrong or was revoked: ask whoever runs webcare",
	conversation.FileTooBig:   "the file is too big",
	conversation.FileType:     "the network does not take such a file",
	conversation.FileGone:     "the file cannot be fetched",
	conversation.Empty:        "there is nothing in it that can be sent",
	conversation.Rejected:     "the network refused it",
	conversation.Busy:         "the network asks us to wait",
	conversation.Down:         "the network cannot be reached",
	conversation.Lost:         "the connection broke while it was being sent",
	conversation.Crashed:      "webcare was stopped while it was being sent",
	conversation.Guest:        "guests of this workspace cannot answer customers",
	conversation.Stranger:     "people from other companies cannot answer customers",
	conversation.Robot:        "bots and workflows cannot answer customers",
	conversation.NotHere:      "only those who are in the desk channel can answer customers: join it first",
	conversation.Left:         "people who have left the workspace cannot answer customers",
	conversation.NotListed:    "you are not on the list of people who answer customers",
	conversation.Unknown:      "Slack could not tell who you are",
	conversation.ReadOnly:     "nothing can be sent there",
	conversation.PutDown:      "it was decided not to send it again",
}

func because(r conversation.Reason, detail string) string {
	words := reasons[r]
	if words == "" {
		words = "something unexpected happened"
	}
	if r == conversation.Rejected && detail != "" {
		words += " (" + conversation.Plainly(oneLine(detail)).Cut(200).Plain + ")"
	}
	return words
}

// notice is a line of the bot's own.
func notice(n conversation.Notice) string {
	why := because(n.Reason, n.Detail)
	if text := change(n, why); text != "" {
		return text
	}
	switch n.Kind {
	case conversation.NotDelivered:
		return "⚠️ Not delivered" + bracketed(flat(n.Name, 500)) + ": " + why + "."
	case conversation.PartlyDelivered:
		return "⚠️ Only a part was delivered" + lacking(n.Name) + ": " + why + "."
	case conversation.MaybeDelivered:
		return "❓ Not sure whether the customer has this: " + why + ". Please look there if you can."
	case conversation.MaybeResent:
		return "❓ Not sure whether the customer had this: " + why + ". It is being sent again, so it may arrive twice."
	case conversation.MaybeDropped:
		return "❓ Not sure whether the customer has this: " + why + ". Neither it nor what was to come behind it is sent again."
	case conversation.ShownMissing:
		return "⚠️ The customer sent something that could not be shown here" + bracketed(flat(n.Name, 500)) + ": " + why + "."
	case conversation.CannotRead:
		return "⚠️ A message came in that cannot be read" + named(n.Detail) + ". It is kept; open it on the network itself."
	case conversation.CannotReach:
		return "⛔ The customer cannot be reached: " + why + "."
	case conversation.CanReachAgain:
		return "The customer can be reached again."
	case conversation.WithdrawnThere:
		return "🗑️ The customer deleted a message."
	case conversation.ReactedThere:
		return "The customer reacted with " + conversation.Plainly(oneLine(n.Detail)).Cut(8).Plain
	case conversation.AnsweredThere:
		if n.Detail == conversation.ByItself {
			return "Answered automatically on the network itself" + by(n.Name) + ":"
		}
		return "✅ Answered on the network itself" + by(n.Name) + ":"
	case conversation.ItIsANote:
		return "🔒 Not sent: it mentions somebody or something in Slack, so it stays a note among us."
	case conversation.NearMiss:
		return "🔒 Not sent: it looks like a note. Is it meant for the customer?"
	case conversation.MayNotSpeak:
		return "🔒 Not sent: " + why + "."
	case conversation.MayNotPress:
		return "🔒 Not done: " + why + "."
	case conversation.CardStale:
		return "⚠️ The card above could not be brought up to date: " + why + "."
	case conversation.MarkRefused:
		if n.Name == string(conversation.Sent) {
			return "✅ The customer has this last answer. (Slack does not take the mark on it.)"
		}
		return "🔒 This last message stays among us. (Slack does not take the mark on it.)"
	case conversation.TakenBy:
		return oneLine(n.Name) + " was first and has this customer."
	case conversation.StillWaiting:
		return "The customer waits for an answer, so this cannot be done yet. Answer, or press [No answer needed]."
	case conversation.CardRefused:
		return "🚨 Slack refused the thread of a customer" + named(n.Name) + ": " + why + ". What the customer wrote is kept; answer on the network itself, and tell whoever runs webcare."
	case conversation.NewCard:
		return "The conversation goes on here; the earlier thread is:"
	case conversation.AccountDeaf:
		if n.Name == storeName {
			return "🚨 The disk of webcare is full: nothing that customers or we write can be taken in until there is room. Nothing is lost; it shows up then."
		}
		if n.Name == deskName {
			return "🚨 webcare cannot work in its Slack channel: " + conversation.Plainly(n.Detail).Cut(300).Plain +
				".\nWhat customers write is kept, and stands there as soon as it works again."
		}
		return "🚨 webcare cannot hear " + n.Name + " at the moment: " + why + ". What customers write there waits and shows up when it works again; look there meanwhile."
	case conversation.AccountBack:
		if n.Name == storeName {
			return "The disk of webcare has room again."
		}
		if n.Name == deskName {
			return "webcare could not work here " + conversation.Plainly(n.Detail).Cut(400).Plain + ". Everything that came in meanwhile stands here now."
		}
		return "webcare hears " + n.Name + " again."
	case conversation.LongGap:
		return "🚨 webcare did not hear " + n.Name + " for too long: what customers wrote there " + n.Detail + " may be gone for good. Look there."
	}
	return string(n.Kind)
}

func named(s string) string { return bracketed(oneLine(s)) }

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// lacking names what is missing.
func lacking(names string) string {
	if names = flat(names, 500); names == "" {
		return ""
	}
	return ", without " + names
}

func by(name string) string {
	if name = oneLine(name); name == "" {
		return ""
	}
	return " by " + name
}

// change is a line about an answer that was changed after it had been typed, or about the bot's own trouble with Slack;
// "" for other notices.
func change(n conversation.Notice, why string) string {
	switch n.Kind {
	case conversation.WasANote:
		return "🔒 Not sent: it was a note, and stays one among us. Is it meant for the customer now?"
	case conversation.Doubtful:
		return doubtful(n.Doubts)
	case conversation.ChangedThere:
		return "✏️ Edited: the customer reads the new wording."
	case conversation.ChangeIsNote:
		return "❓ The answer above was edited into what looks like a note. The customer still reads what was sent."
	case conversation.NotChanged:
		return "⚠️ It is already there, and could not be changed: " + why + "."
	case conversation.TakenBack:
		return "🗑️ Deleted: the customer does not see it any more."
	case conversation.NotTakenBack:
		return "⚠️ It is already there, and could not be deleted: " + why + "."
	case conversation.Previewed:
		return previewed(n)
	case conversation.Replaced:
		return "🔒 Not posted: " + oneLine(n.Name) + " typed something newer, which is previewed now."
	case conversation.OtherMust:
		return "Somebody else than its writer must post this."
	case conversation.WhoUnknown:
		return "⏳ Not sent yet: Slack does not say who typed this. It goes its way as soon as Slack does; if that takes long, tell whoever runs webcare."
	case conversation.OtherInitials:
		return "✍️ Somebody else has the initials of " + oneLine(n.Name) + " already, so " + oneLine(n.Name) + " signs what others can read with ^" + oneLine(n.Detail) +
			". To choose otherwise, put this below [answer] in the config and start webcare again:"
	case conversation.NotReminded:
		if n.Reason == conversation.Gone {
			why = "Slack knows no such person or group"
		}
		return "⚠️ Nobody could be reminded by direct message: " + why + ". Tell whoever runs webcare to look at [nudge] in the config."
	}
	return ""
}

// doubtful asks before an answer leaves, and says why.
func doubtful(all []conversation.Doubted) string {
	var text strings.Builder
	text.WriteString("⏳ Not sent yet:")
	for _, d := range all {
		text.WriteString("\n• " + doubt(d))
	}
	return text.String()
}

func doubt(d conversation.Doubted) string {
	switch d.Doubt {
	case conversation.Crossed:
		return oneLine(d.Name) + " has just answered, too."
	case conversation.CustomerWrote:
		return "the customer wrote again after this was typed."
	case conversation.WindowOver:
		return "the network no longer lets us write until the customer does, and will most likely refuse it."
	case conversation.Personal:
		return "it seems to hold personal data, and others can read along: " + oneLine(d.Detail)
	}
	return "something is unusual about it."
}

// previewed is the head of a preview; what would be posted stands below it.
func previewed(n conversation.Notice) string {
	var text strings.Builder
	text.WriteString("👀 Everybody can read this once it is posted")
	switch {
	case n.Parts > 1:
		text.WriteString(fmt.Sprintf(" (%d messages, the longest %d of %d characters)", n.Parts, n.Count, n.Of))
	case n.Of > 0:
		text.WriteString(fmt.Sprintf(" (%d of %d characters)", n.Count, n.Of))
	}
	if n.Name != "" {
		text.WriteString(". Somebody else than " + oneLine(n.Name) + " must post it")
	}
	for _, d := range n.Doubts {
		text.WriteString("\n• " + doubt(d))
	}
	return text.String()
}
