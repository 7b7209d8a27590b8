package sim

import "encoding/json"

// User is a person or bot. See https://core.telegram.org/bots/api#user.
type User struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

// Chat is a place. See https://core.telegram.org/bots/api#chat.
type Chat struct {
	ID               int64  `json:"id"`
	Type             string `json:"type"` // private, group, supergroup, channel
	Title            string `json:"title,omitempty"`
	Username         string `json:"username,omitempty"`
	FirstName        string `json:"first_name,omitempty"`
	LastName         string `json:"last_name,omitempty"`
	IsForum          bool   `json:"is_forum,omitempty"`
	IsDirectMessages bool   `json:"is_direct_messages,omitempty"`
}

// Entity styles a stretch of text; Offset and Length are in UTF-16 units.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	User     *User  `json:"user,omitempty"`
	Language string `json:"language,omitempty"`
	CustomID string `json:"custom_emoji_id,omitempty"`
}

// Message is a message as the bot sees it, and, in the fields without a JSON name, as the sim knows it.
type Message struct {
	MessageID            int             `json:"message_id"`
	MessageThreadID      int             `json:"message_thread_id,omitempty"`
	DirectMessagesTopic  *Topic          `json:"direct_messages_topic,omitempty"`
	From                 *User           `json:"from,omitempty"`
	SenderChat           *Chat           `json:"sender_chat,omitempty"`
	SenderBusinessBot    *User           `json:"sender_business_bot,omitempty"`
	Date                 int64           `json:"date"`
	BusinessConnectionID string          `json:"business_connection_id,omitempty"`
	Chat                 Chat            `json:"chat"`
	ForwardOrigin        *Origin         `json:"forward_origin,omitempty"`
	IsTopicMessage       bool            `json:"is_topic_message,omitempty"`
	IsAutomaticForward   bool            `json:"is_automatic_forward,omitempty"`
	IsFromOffline        bool            `json:"is_from_offline,omitempty"`
	ReplyToMessage       *Message        `json:"reply_to_message,omitempty"`
	Quote                *Quote          `json:"quote,omitempty"`
	EditDate             int64           `json:"edit_date,omitempty"`
	MediaGroupID         string          `json:"media_group_id,omitempty"`
	Text                 string          `json:"text,omitempty"`
	Entities             []Entity        `json:"entities,omitempty"`
	Animation            *Animation      `json:"animation,omitempty"`
	Audio                *Audio          `json:"audio,omitempty"`
	Document             *Document       `json:"document,omitempty"`
	Photo                []PhotoSize     `json:"photo,omitempty"`
	Sticker              *Sticker        `json:"sticker,omitempty"`
	Video                *Video          `json:"video,omitempty"`
	VideoNote            *VideoNote      `json:"video_note,omitempty"`
	Voice                *Voice          `json:"voice,omitempty"`
	Caption              string          `json:"caption,omitempty"`
	CaptionEntities      []Entity        `json:"caption_entities,omitempty"`
	Contact              *Contact        `json:"contact,omitempty"`
	Poll                 *Poll           `json:"poll,omitempty"`
	Venue                *Venue          `json:"venue,omitempty"`
	Location             *Location       `json:"location,omitempty"`
	NewChatMembers       []User          `json:"new_chat_members,omitempty"`
	MigrateToChatID      int64           `json:"migrate_to_chat_id,omitempty"`
	MigrateFromChatID    int64           `json:"migrate_from_chat_id,omitempty"`
	ReplyMarkup          json.RawMessage `json:"reply_markup,omitempty"`

	// Deleted: it is gone from the phone.
	Deleted bool `json:"-"`
	// Was holds the earlier wordings, oldest first.
	Was []string `json:"-"`
	// Reactions are the emoji on it, by who put it there.
	Reactions map[int64]string `json:"-"`
	// ByBot: the bot wrote it.
	ByBot bool `json:"-"`
}

// FileRef names a file; the bytes are read by Sim.File.
type FileRef struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size,omitempty"`
}

// The kinds of file, and what else a message can hold: see the types of the same names in the Bot API.
type (
	// PhotoSize is one size of a photo.
	PhotoSize struct {
		FileRef
		Width  int `json:"width"`
		Height int `json:"height"`
	}
	// Document is any file.
	Document struct {
		FileRef
		FileName string `json:"file_name,omitempty"`
		MimeType string `json:"mime_type,omitempty"`
	}
	// Video is a video file.
	Video struct {
		FileRef
		Width    int    `json:"width"`
		Height   int    `json:"height"`
		Duration int    `json:"duration"`
		FileName string `json:"file_name,omitempty"`
		MimeType string `json:"mime_type,omitempty"`
	}
	// Animation is a GIF or a video without sound.
	Animation Video
	// Audio is music.
	Audio struct {
		FileRef
		Duration int    `json:"duration"`
		FileName string `json:"file_name,omitempty"`
		MimeType string `json:"mime_type,omitempty"`
	}
	// Voice is a voice note.
	Voice struct {
		FileRef
		Duration int    `json:"duration"`
		MimeType string `json:"mime_type,omitempty"`
	}
	// VideoNote is a round video.
	VideoNote struct {
		FileRef
		Length   int `json:"length"`
		Duration int `json:"duration"`
	}
	// Sticker is a sticker.
	Sticker struct {
		FileRef
		Type       string `json:"type"`
		Width      int    `json:"width"`
		Height     int    `json:"height"`
		IsAnimated bool   `json:"is_animated"`
		IsVideo    bool   `json:"is_video"`
		Emoji      string `json:"emoji,omitempty"`
	}
	// Contact is an address card.
	Contact struct {
		PhoneNumber string `json:"phone_number"`
		FirstName   string `json:"first_name"`
		LastName    string `json:"last_name,omitempty"`
		UserID      int64  `json:"user_id,omitempty"`
	}
	// Location is a point on earth.
	Location struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
	}
	// Venue is a place with a name.
	Venue struct {
		Location Location `json:"location"`
		Title    string   `json:"title"`
		Address  string   `json:"address"`
	}
	// PollOption is one answer of a Poll.
	PollOption struct {
		PersistentID string `json:"persistent_id"`
		Text         string `json:"text"`
		VoterCount   int    `json:"voter_count"`
	}
	// Poll is a question to vote on.
	Poll struct {
		ID                    string       `json:"id"`
		Question              string       `json:"question"`
		Options               []PollOption `json:"options"`
		TotalVoterCount       int          `json:"total_voter_count"`
		IsClosed              bool         `json:"is_closed"`
		IsAnonymous           bool         `json:"is_anonymous"`
		Type                  string       `json:"type"`
		AllowsMultipleAnswers bool         `json:"allows_multiple_answers"`
		AllowsRevoting        bool         `json:"allows_revoting"`
		MembersOnly           bool         `json:"members_only"`
	}
	// Origin says where a forwarded message comes from.
	Origin struct {
		Type           string `json:"type"`
		Date           int64  `json:"date"`
		SenderUser     *User  `json:"sender_user,omitempty"`
		SenderUserName string `json:"sender_user_name,omitempty"`
		SenderChat     *Chat  `json:"sender_chat,omitempty"`
		Chat           *Chat  `json:"chat,omitempty"`
		MessageID      int    `json:"message_id,omitempty"`
	}
	// Quote is the part of a message that a reply quotes.
	Quote struct {
		Text     string `json:"text"`
		Position int    `json:"position"`
		IsManual bool   `json:"is_manual,omitempty"`
	}
	// Topic is the conversation of one person with a channel.
	Topic struct {
		TopicID int64 `json:"topic_id"`
		User    *User `json:"user,omitempty"`
	}
)
