package sim

import (
	"encoding/json"
	"time"
)

// Message is a snapshot of one message.
type Message struct {
	Channel, TS string
	// ThreadTS is the root's ts on a reply, and on a root that has replies its own.
	ThreadTS string
	Subtype  string
	// User is who wrote it: empty on messages posted under a custom Username.
	User, BotID, AppID            string
	Username, IconURL, IconEmoji string
	ClientMsgID                   string
	// Text is as on the wire: & < > escaped, links in angle brackets.
	Text string
	// Blocks, Attachments and Metadata are JSON; nil where there are none.
	Blocks, Attachments, Metadata json.RawMessage
	Files                         []File
	Reactions                     []Reaction
	Edited                        *Edit
	ReplyCount                    int
	ReplyUsers                    []string
	LatestReply                   string
	// To is the only one who sees it, on an ephemeral message.
	To string
	// How it was posted, for Shown.
	Parse, LinkNames         string
	UnfurlLinks, UnfurlMedia bool
}

// Reaction is one emoji on a message and those who put it there, in order.
type Reaction struct {
	Name  string
	Users []string
}

// Edit says who changed a message and when.
type Edit struct{ User, TS string }

// File is a shared or uploaded file.
type File struct {
	ID, Name, Title, Mimetype string
	User                      string
	Size                      int
	Created                   time.Time
	Private                   string // url_private
	// Shares are the messages that show it, by channel.
	Shares  map[string][]string
	Deleted bool
}

// View is a modal or a home tab.
type View struct {
	ID, Type, CallbackID, Hash, PrivateMetadata string
	// JSON is the whole view object.
	JSON json.RawMessage
}
