package telegram

import (
	"encoding/json"
	"strconv"
	"strings"

	"webcare/bot/conversation"
)

// The objects of the Bot API that are read, with no more fields than are used: what a new version adds or changes
// elsewhere cannot make a message unreadable.
type (
	user struct {
		ID        int64  `json:"id"`
		IsBot     bool   `json:"is_bot"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Username  string `json:"username"`
		Language  string `json:"language_code"`
	}
	chat struct {
		ID               int64  `json:"id"`
		Type             string `json:"type"`
		Title            string `json:"title"`
		Username         string `json:"username"`
		FirstName        string `json:"first_name"`
		LastName         string `json:"last_name"`
		IsDirectMessages bool   `json:"is_direct_messages"`
	}
	entity struct {
		Type     string `json:"type"`
		Offset   int    `json:"offset"`
		Length   int    `json:"length"`
		URL      string `json:"url"`
		User     *user  `json:"user"`
		Language string `json:"language"`
	}
	message struct {
		ID              int       `json:"message_id"`
		Thread          int       `json:"message_thread_id"`
		Topic           *topic    `json:"direct_messages_topic"`
		From            *user     `json:"from"`
		SenderChat      *chat     `json:"sender_chat"`
		SenderBot       *user     `json:"sender_business_bot"`
		Date            int64     `json:"date"`
		Business        string    `json:"business_connection_id"`
		Chat            chat      `json:"chat"`
		Origin          *origin   `json:"forward_origin"`
		IsTopic         bool      `json:"is_topic_message"`
		IsForwarded     bool      `json:"is_automatic_forward"`
		IsOffline       bool      `json:"is_from_offline"`
		ReplyTo         *message  `json:"reply_to_message"`
		ExternalReply   *external `json:"external_reply"`
		Quote           *quote    `json:"quote"`
		EditDate        int64     `json:"edit_date"`
		Group           string    `json:"media_group_id"`
		Text            string    `json:"text"`
		Entities        []entity  `json:"entities"`
		Caption         string    `json:"caption"`
		CaptionEntities []entity  `json:"caption_entities"`
		Photo           []media   `json:"photo"`
		Video           *media    `json:"video"`
		Animation       *media    `json:"animation"`
		Audio           *media    `json:"audio"`
		Voice           *media    `json:"voice"`
		VideoNote       *media    `json:"video_note"`
		Document        *media    `json:"document"`
		Sticker         *media    `json:"sticker"`
		Contact         *contact  `json:"contact"`
		Location        *point    `json:"location"`
		Venue           *venue    `json:"venue"`
		Poll            *poll     `json:"poll"`
		MovedTo         int64     `json:"migrate_to_chat_id"`
	}
	topic struct {
		ID   int64 `json:"topic_id"`
		User *user `json:"user"`
	}
	origin struct {
		Sender     *user  `json:"sender_user"`
		Name       string `json:"sender_user_name"`
		SenderChat *chat  `json:"sender_chat"`
		Chat       *chat  `json:"chat"`
	}
	external struct {
		Origin *origin `json:"origin"`
	}
	quote struct {
		Text string `json:"text"`
	}
	media struct {
		FileID     string `json:"file_id"`
		Name       string `json:"file_name"`
		Type       string `json:"mime_type"`
		Size       int64  `json:"file_size"`
		Width      int    `json:"width"`
		Height     int    `json:"height"`
		Emoji      string `json:"emoji"`
		IsAnimated bool   `json:"is_animated"`
		IsVideo    bool   `json:"is_video"`
	}
	contact struct {
		Phone     string `json:"phone_number"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
	}
	point struct {
		Lat  float64 `json:"latitude"`
		Long float64 `json:"longitude"`
	}
	venue struct {
		Location point  `json:"location"`
		Title    string `json:"title"`
		Address  string `json:"address"`
	}
	poll struct {
		Question string `json:"question"`
		Options  []struct {
			Text string `json:"text"`
		} `json:"options"`
	}
	connection struct {
		ID      string `json:"id"`
		User    user   `json:"user"`
		Enabled bool   `json:"is_enabled"`
	}
	withdrawn struct {
		Business string `json:"business_connection_id"`
		Chat     chat   `json:"chat"`
		IDs      []int  `json:"message_ids"`
	}
	membership struct {
		Chat chat  `json:"chat"`
		Date int64 `json:"date"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	}
	reaction struct {
		Chat chat  `json:"chat"`
		ID   int   `json:"message_id"`
		User *user `json:"user"`
		Date int64 `json:"date"`
		New  []struct {
			Type  string `json:"type"`
			Emoji string `json:"emoji"`
		} `json:"new_reaction"`
	}
	// self is the bot, as getMe tells.
	self struct {
		ID          int64  `json:"id"`
		Username    string `json:"username"`
		FirstName   string `json:"first_name"`
		ReadsGroups bool   `json:"can_read_all_group_messages"`
		CanBusiness bool   `json:"can_connect_to_business"`
	}
	// response is what every method answers.
	response struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			RetryAfter int   `json:"retry_after"`
			MigrateTo  int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
)

// customer is a person as the bot knows them.
func (u user) customer() conversation.Customer {
	return conversation.Customer{
		ID: strconv.FormatInt(u.ID, 10), Name: u.name(), First: strings.TrimSpace(u.FirstName), Handle: u.Username, Language: u.Language,
	}
}

// name is what a person is called.
func (u user) name() string {
	if n := strings.TrimSpace(u.FirstName + " " + u.LastName); n != "" {
		return n
	}
	return u.Username
}

func (c chat) name() string {
	if c.Title != "" {
		return c.Title
	}
	return user{FirstName: c.FirstName, LastName: c.LastName, Username: c.Username}.name()
}

// from names where a forwarded message comes from.
func (o *origin) from() string {
	switch {
	case o == nil:
		return ""
	case o.Sender != nil:
		return o.Sender.name()
	case o.SenderChat != nil:
		return o.SenderChat.name()
	case o.Chat != nil:
		return o.Chat.name()
	case o.Name != "":
		return o.Name
	}
	return "?"
}
