package conversation

import "time"

// Message is what somebody said, free of any network's markup.
type Message struct {
	Text  Text
	Files []File
	// Group names the album the message is part of; messages of one group are shown as one.
	Group    string
	Location *Location
	Contact  *Contact
	// Quote is an excerpt of the message this one replies to; Forwarded names the source of a forwarded one.
	Quote     string
	Forwarded string
	// Unknown is the network's word for a kind of content that cannot be shown ("poll", "story").
	Unknown string
}

// IsEmpty says that there is nothing a reader could see.
func (m Message) IsEmpty() bool {
	return m.Text.Plain == "" && len(m.Files) == 0 && m.Location == nil && m.Contact == nil && m.Unknown == ""
}

// FileKind is how a file wants to be shown.
type FileKind string

// The kinds of file.
const (
	Document  FileKind = "document"
	Photo     FileKind = "photo"
	Video     FileKind = "video"
	Audio     FileKind = "audio"
	Voice     FileKind = "voice"
	Sticker   FileKind = "sticker"
	Animation FileKind = "animation"
)

// File points at bytes that still lie on their network (or in Slack). Name and Type are the sender's claims and
// hostile: never a path, never trusted.
type File struct {
	// ID is for whoever must fetch it: opaque to all but the adapter (or desk) that made it.
	ID   string
	Name string
	Type string // MIME type, may be empty
	Size int64  // bytes; 0 = not told
	Kind FileKind
}

// Location is a point on earth in degrees; Title and Address may be empty and are hostile.
type Location struct {
	Lat, Long      float64
	Title, Address string
}

// Contact is an address card the customer shared; all of it hostile.
type Contact struct{ Name, Phone string }

// Entry is one message of the customer, as the desk shows it.
type Entry struct {
	// ExternalID is the network's id of the message.
	ExternalID string
	Message    Message
	At         time.Time
	// Edited: this is the new wording of a message shown before.
	Edited bool
}
