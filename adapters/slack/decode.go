package slack

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The structs here are what we read of Slack's JSON, in events and in answers alike. They are lenient on purpose:
// slack-go refuses a whole event for one field of a new type, and an answer of staff would be lost with it.

// lax is a string that takes any JSON: a number or bool becomes its literal, all else is empty.
type lax string

// UnmarshalJSON never fails.
func (l *lax) UnmarshalJSON(b []byte) error {
	*l = ""
	if len(b) == 0 {
		return nil
	}
	switch c := b[0]; {
	case c == '"':
		if in, closed := bytes.CutSuffix(b[1:], []byte{'"'}); closed && plain(in) {
			*l = lax(in)
			return nil
		}
		var s string
		if json.Unmarshal(b, &s) == nil {
			*l = lax(s)
		}
	case c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f':
		*l = lax(b)
	}
	return nil
}

// plain says that the inside of a JSON string stands for itself, as ids and timestamps do.
func plain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// flag is a bool that takes any JSON; what is not true is false.
type flag bool

// UnmarshalJSON never fails.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true" || string(b) == "1"
	return nil
}

// number is an integer that takes any JSON; what is none is 0.
type number int64

// UnmarshalJSON never fails.
func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil || f != f || f > 1<<53 || f < -(1<<53) {
		f = 0
	}
	*n = number(f)
	return nil
}

// lenient reads what it can; what does not fit is zero.
func lenient[T any](raw json.RawMessage) T {
	var v T
	if json.Unmarshal(raw, &v) != nil {
		var zero T
		return zero
	}
	return v
}

// frame is one frame of Socket Mode.
type frame struct {
	EnvelopeID lax             `json:"envelope_id"`
	Type       lax             `json:"type"`
	Reason     lax             `json:"reason"` // of a disconnect
	Payload    json.RawMessage `json:"payload"`
}

// callback is the payload of a frame of type events_api.
type callback struct {
	TeamID lax             `json:"team_id"`
	Shared flag            `json:"is_ext_shared_channel"`
	Event  json.RawMessage `json:"event"`
}

// message is a message, or an event of type message, or the start of any other event.
type message struct {
	Type        lax             `json:"type"`
	Subtype     lax             `json:"subtype"`
	Channel     lax             `json:"-"`
	ChannelRaw  json.RawMessage `json:"channel"` // an id, or an object in some events
	User        lax             `json:"-"`
	UserRaw     json.RawMessage `json:"user"` // an id, or an object in user_change
	UserTeam    lax             `json:"user_team"`
	SourceTeam  lax             `json:"source_team"`
	BotID       lax             `json:"bot_id"`
	BotProfile  json.RawMessage `json:"bot_profile"`
	AppID       lax             `json:"app_id"`
	Hidden      flag            `json:"hidden"`
	Ephemeral   flag            `json:"is_ephemeral"`
	Text        lax             `json:"text"`
	TS          lax             `json:"ts"`
	ThreadTS    lax             `json:"thread_ts"`
	LatestReply lax             `json:"latest_reply"`
	DeletedTS   lax             `json:"deleted_ts"`
	EditedRaw   json.RawMessage `json:"edited"`
	Tab         lax             `json:"tab"`
	View        json.RawMessage `json:"view"` // of app_home_opened: what was published
	EventTS     lax             `json:"event_ts"`
	Reaction    lax             `json:"reaction"`
	ItemRaw     json.RawMessage `json:"item"` // of a reaction: what it stands on
	ItemUser    lax             `json:"item_user"`
	OldChannel  lax             `json:"old_channel_id"`
	NewChannel  lax             `json:"new_channel_id"`
	Blocks      json.RawMessage `json:"blocks"`
	Files       json.RawMessage `json:"files"`
	Metadata    json.RawMessage `json:"metadata"`
	Message     json.RawMessage `json:"message"`
	Previous    json.RawMessage `json:"previous_message"`
}

// edited is when its writer changed the message last; "" = never.
func (m message) edited() string {
	return string(lenient[struct {
		TS lax `json:"ts"`
	}](m.EditedRaw).TS)
}

// readMessage reads a message; false where it is no JSON object.
func readMessage(raw json.RawMessage) (message, bool) {
	var m message
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return message{}, false
	}
	m.Channel, m.User = idOf(m.ChannelRaw), idOf(m.UserRaw)
	return m, true
}

// reactedTo is what a reaction stands on.
type reactedTo struct {
	Type    lax `json:"type"`
	Channel lax `json:"channel"`
	TS      lax `json:"ts"`
}

// item is what a reaction stands on; zero for other events.
func (m message) item() reactedTo { return lenient[reactedTo](m.ItemRaw) }

// idOf reads an id that stands alone or in an object.
func idOf(raw json.RawMessage) lax {
	if len(raw) > 0 && raw[0] == '{' {
		return lenient[struct {
			ID lax `json:"id"`
		}](raw).ID
	}
	return lenient[lax](raw)
}

// key is the id of our own that a post carries in its metadata, or "".
func (m message) key() string {
	meta := lenient[struct {
		Type    lax             `json:"event_type"`
		Payload json.RawMessage `json:"event_payload"`
	}](m.Metadata)
	if meta.Type != metadataType {
		return ""
	}
	return string(lenient[struct {
		ID lax `json:"id"`
	}](meta.Payload).ID)
}

// file is a file in a message.
type file struct {
	ID       lax             `json:"id"`
	Name     lax             `json:"name"`
	Title    lax             `json:"title"`
	Type     lax             `json:"mimetype"`
	Subtype  lax             `json:"subtype"`
	Mode     lax             `json:"mode"`
	Size     number          `json:"size"`
	External flag            `json:"is_external"`
	Download lax             `json:"url_private_download"`
	Private  lax             `json:"url_private"`
	Shares   json.RawMessage `json:"shares"`
}

// pressed is the payload of a frame of type interactive.
type pressed struct {
	Type lax `json:"type"`
	User struct {
		ID lax `json:"id"`
	} `json:"user"`
	Channel struct {
		ID lax `json:"id"`
	} `json:"channel"`
	Container struct {
		Channel   lax `json:"channel_id"`
		MessageTS lax `json:"message_ts"`
		ThreadTS  lax `json:"thread_ts"`
	} `json:"container"`
	Message struct {
		TS       lax `json:"ts"`
		ThreadTS lax `json:"thread_ts"`
	} `json:"message"`
	Actions []pressedButton `json:"actions"`
}

// pressedButton is a button that was pressed, or a menu from which something was chosen.
type pressedButton struct {
	Type     lax             `json:"type"`
	ActionID lax             `json:"action_id"`
	Value    lax             `json:"value"`
	TS       lax             `json:"action_ts"`
	Selected json.RawMessage `json:"selected_option"`
}

// choice is what was chosen from a menu; "" = it is none, or nothing was.
func (p pressedButton) choice() string {
	return string(lenient[struct {
		Value lax `json:"value"`
	}](p.Selected).Value)
}

// timeOf reads a Slack timestamp, "seconds.micros"; zero where it is none.
func timeOf(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	us, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	if err != nil {
		us = 0
	}
	return time.Unix(s, us*1000).UTC()
}

// stamp writes a time as Slack does.
func stamp(t time.Time) string {
	us := max(t.UnixMicro(), 0)
	return strconv.FormatInt(us/1e6, 10) + "." + strconv.FormatInt(us%1e6+1e6, 10)[1:]
}

// later says whether timestamp a is after b.
func later(a, b string) bool { return timeOf(a).After(timeOf(b)) }
