package telegram

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// wanted is what getUpdates is asked for. It is always sent: without it Telegram keeps whatever was asked for before.
func wanted() []string {
	return []string{
		"message", "edited_message", "business_connection", "business_message", "edited_business_message",
		"deleted_business_messages", "message_reaction", "my_chat_member",
	}
}

// unwanted lists what may still come in from before, or by itself, and says nothing of a customer's.
func unwanted() []string {
	return []string{
		"channel_post", "edited_channel_post", "message_reaction_count", "inline_query", "chosen_inline_result",
		"callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
		"chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
	}
}

// reader turns the updates of one answer of getUpdates into events. It works on a copy of the memory, which becomes the
// memory once the events are stored.
type reader struct {
	*Telegram
	ctx    context.Context
	me     self
	memory memory
}

// updateID is the id of an update; 0 where it has none that can be read.
func updateID(raw json.RawMessage) int64 {
	var u map[string]json.RawMessage // names of fields count to the letter
	var id int64
	if json.Unmarshal(raw, &u) != nil || json.Unmarshal(u["update_id"], &id) != nil {
		return 0
	}
	return id
}

// eventID names what has no id of its own by its update.
func eventID(raw json.RawMessage, kind string) string {
	return "u/" + strconv.FormatInt(updateID(raw), 10) + "/" + hash(raw) + "/" + kind
}

// read decodes one update. What cannot be decoded becomes an Unreadable event; an error means that Telegram could not
// be asked for what the update depends on, so that it must be read again later.
func (r *reader) read(raw json.RawMessage) (out []adapters.Incoming, err error) {
	defer func() {
		if v := recover(); v != nil { // one update must not stop the others, now and at every later try
			r.log.Error("an update could not be decoded", "update", updateID(raw), "panic", fmt.Sprint(v))
			out, err = []adapters.Incoming{unreadable(raw, "an update of an unknown form")}, nil
		}
	}()
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(raw, &fields) != nil || updateID(raw) == 0 {
		return []adapters.Incoming{unreadable(raw, "an update of an unknown form")}, nil
	}
	delete(fields, "update_id")
	for _, kind := range slices.Sorted(maps.Keys(fields)) { // there is one
		in, ok, err := r.readKind(kind, fields[kind], raw)
		if err != nil {
			return nil, err
		}
		if !ok {
			in = []adapters.Incoming{unreadable(raw, kind)}
		}
		out = append(out, in...)
	}
	if len(fields) == 0 {
		out = append(out, unreadable(raw, "an update of an unknown form"))
	}
	return out, nil
}

// readKind decodes the part of an update that its kind names; false = it cannot.
func (r *reader) readKind(kind string, body, raw json.RawMessage) ([]adapters.Incoming, bool, error) {
	switch kind {
	case "message", "edited_message", "business_message", "edited_business_message":
		return r.readMessage(body)
	case "business_connection":
		var c connection
		if json.Unmarshal(body, &c) != nil {
			return nil, false, nil
		}
		r.connected(c)
		return nil, true, nil
	case "deleted_business_messages":
		return r.readWithdrawn(body)
	case "message_reaction":
		in, ok := r.readReaction(body, raw)
		return in, ok, nil
	case "my_chat_member":
		in, ok := r.readMembership(body, raw)
		return in, ok, nil
	}
	return nil, slices.Contains(unwanted(), kind), nil
}

// unreadable shows that something came in that cannot be read, in the customer's conversation where that can be told.
func unreadable(raw json.RawMessage, what string) adapters.Incoming {
	what = excerpt(strings.ToValidUTF8(what, "\uFFFD"), 80)
	in := adapters.Incoming{ID: eventID(raw, what), Raw: bytes.Clone(raw)}
	e := conversation.Unreadable{What: what, At: time.Now().UTC()}
	var loose map[string]struct {
		ID       int             `json:"message_id"`
		Date     int64           `json:"date"`
		Business string          `json:"business_connection_id"`
		Chat     json.RawMessage `json:"chat"`
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil {
		delete(fields, "update_id")
		if b, err := json.Marshal(fields); err == nil && json.Unmarshal(b, &loose) == nil {
			for _, kind := range slices.Sorted(maps.Keys(loose)) {
				m := loose[kind]
				var c chat
				if json.Unmarshal(m.Chat, &c) != nil || m.Business != "" {
					continue
				}
				if c.Type == "private" && c.ID > 0 {
					in.Ref.Key = place{chat: c.ID}.key()
				}
				e.Link = link(c, m.ID)
				if m.Date > 0 {
					e.At = time.Unix(m.Date, 0).UTC()
				}
			}
		}
	}
	in.Event = e
	return in
}

// hash is short, the same for the same bytes, and different for others.
func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// link leads to a message in a group or channel, for those who may read there; a private chat has none
// (https://core.telegram.org/api/links#message-links).
func link(c chat, id int) string {
	const super = -1000000000000
	switch {
	case c.Type == "private" || c.IsDirectMessages || id == 0:
		return ""
	case c.Username != "":
		return "https://t.me/" + c.Username + "/" + strconv.Itoa(id)
	case c.ID < super:
		return "https://t.me/c/" + strconv.FormatInt(super-c.ID, 10) + "/" + strconv.Itoa(id)
	}
	return ""
}

func (r *reader) readWithdrawn(body json.RawMessage) ([]adapters.Incoming, bool, error) {
	var w withdrawn
	if json.Unmarshal(body, &w) != nil || w.Chat.ID == 0 || len(w.IDs) == 0 {
		return nil, false, nil
	}
	if ok, err := r.allowed(r.ctx, w.Business); !ok {
		return nil, true, err
	}
	var ids []string
	for _, id := range w.IDs {
		ids = append(ids, strconv.Itoa(id))
	}
	return []adapters.Incoming{{
		ID:    "d/" + w.Business + "/" + strconv.FormatInt(w.Chat.ID, 10) + "/" + hash(fmt.Append(nil, w.IDs)),
		Ref:   conversation.Ref{Key: place{business: w.Business, chat: w.Chat.ID}.key()},
		Event: conversation.Withdrawn{ExternalIDs: ids, At: time.Now().UTC()},
	}}, true, nil
}

func (r *reader) readReaction(body, raw json.RawMessage) ([]adapters.Incoming, bool) {
	var x reaction
	if json.Unmarshal(body, &x) != nil || x.Chat.ID == 0 {
		return nil, false
	}
	if x.User == nil || x.User.IsBot || x.Chat.IsDirectMessages {
		return nil, true // an anonymous administrator's, or a bot's
	}
	p := place{chat: x.Chat.ID}
	if x.Chat.Type != "private" {
		p.who = x.User.ID
	}
	emoji := ""
	for _, n := range x.New {
		switch n.Type {
		case "emoji":
			emoji = n.Emoji
		case "paid":
			emoji = "⭐"
		default: // the sticker set of a custom emoji would have to be asked for
			emoji = "❔"
		}
	}
	return []adapters.Incoming{{
		ID:    eventID(raw, "message_reaction"),
		Ref:   conversation.Ref{Key: p.key()},
		Event: conversation.Reacted{ExternalID: strconv.Itoa(x.ID), Emoji: emoji, At: time.Unix(x.Date, 0).UTC()},
	}}, true
}

func (r *reader) readMembership(body, raw json.RawMessage) ([]adapters.Incoming, bool) {
	var m membership
	if json.Unmarshal(body, &m) != nil || m.Chat.ID == 0 {
		return nil, false
	}
	if m.Chat.Type != "private" {
		r.log.Info("the bot's place in a group changed", "chat", m.Chat.ID, "status", m.New.Status)
		return nil, true
	}
	var why conversation.Reason
	if m.New.Status == "kicked" || m.New.Status == "left" {
		why = conversation.Blocked
	}
	return []adapters.Incoming{{
		ID:    eventID(raw, "my_chat_member"),
		Ref:   conversation.Ref{Key: place{chat: m.Chat.ID}.key()},
		Event: conversation.Reached{Why: why, At: time.Unix(m.Date, 0).UTC()},
	}}, true
}
