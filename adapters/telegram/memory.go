package telegram

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// memory is the cursor: what a crash must not take. It is stored with the events it was read with.
type memory struct {
	// Next is the offset of the next getUpdates; 0 = from the oldest that Telegram has.
	Next int64 `json:"next"`
	// At is when Telegram was last heard, in seconds since 1970.
	At int64 `json:"at,omitempty"`
	// Last holds the message that an answer replies to, for the groups' latest conversations.
	Last []target `json:"last,omitempty"`
	// Moved holds groups that got another id.
	Moved []move `json:"moved,omitempty"`
	// Discussed holds the channels whose posts are discussed in a group: a comment names its channel only where it
	// replies to the post itself.
	Discussed []discussion `json:"discussed,omitempty"`
}

type target struct {
	Key string `json:"k"`
	ID  int    `json:"m"`
}

type move struct {
	From int64 `json:"f"`
	To   int64 `json:"t"`
}

type discussion struct {
	Group   int64 `json:"g"`
	Channel int64 `json:"c"`
}

const (
	// targets is how many conversations in groups have their reply target remembered: an answer elsewhere is sent
	// without one.
	targets     = 64
	moves       = 32
	discussions = 32
	// restart is when Telegram may have begun to number anew (after a week without updates,
	// https://core.telegram.org/bots/api#update): then polling begins without an offset.
	restart = 6 * 24 * time.Hour
	// retention is how long Telegram keeps updates (https://core.telegram.org/bots/api#getting-updates).
	retention = 24 * time.Hour
)

// recall reads a cursor; one that is a bare number is an offset, one that is unreadable is as none.
func recall(cursor string) memory {
	if n, err := strconv.ParseInt(cursor, 10, 64); err == nil {
		return memory{Next: n}
	}
	var m memory
	if err := json.Unmarshal([]byte(cursor), &m); err != nil {
		return memory{}
	}
	return m
}

func (m memory) cursor() string {
	b, err := json.Marshal(m)
	if err != nil { // cannot be: numbers and strings
		return strconv.FormatInt(m.Next, 10)
	}
	return string(b)
}

// clone makes a copy that can be changed without the original.
func (m memory) clone() memory {
	m.Last, m.Moved, m.Discussed = slices.Clone(m.Last), slices.Clone(m.Moved), slices.Clone(m.Discussed)
	return m
}

// remember notes which message an answer replies to.
func (m *memory) remember(key string, id int) {
	m.Last = slices.DeleteFunc(m.Last, func(t target) bool { return t.Key == key })
	m.Last = append(m.Last, target{Key: key, ID: id})
	if len(m.Last) > targets {
		m.Last = m.Last[len(m.Last)-targets:]
	}
}

func (m memory) last(key string) int {
	for _, t := range m.Last {
		if t.Key == key {
			return t.ID
		}
	}
	return 0
}

func (m *memory) moved(from, to int64) {
	m.Moved = slices.DeleteFunc(m.Moved, func(v move) bool { return v.From == from })
	m.Moved = append(m.Moved, move{From: from, To: to})
	if len(m.Moved) > moves {
		m.Moved = m.Moved[len(m.Moved)-moves:]
	}
}

// before is the earlier id of a group; 0 = it had none.
func (m memory) before(chat int64) int64 {
	for _, v := range m.Moved {
		if v.To == chat {
			return v.From
		}
	}
	return 0
}

// now is the present id of a group.
func (m memory) now(chat int64) int64 {
	for _, v := range m.Moved {
		if v.From == chat {
			return v.To
		}
	}
	return chat
}

// discuss notes that the posts of a channel are discussed in a group.
func (m *memory) discuss(group, channel int64) {
	v := discussion{Group: group, Channel: channel}
	m.Discussed = append(slices.DeleteFunc(m.Discussed, func(d discussion) bool { return d == v }), v)
	if len(m.Discussed) > discussions {
		m.Discussed = m.Discussed[len(m.Discussed)-discussions:]
	}
}

// discusses says whether the posts of a channel are discussed in a group; 0 is any channel.
func (m memory) discusses(group, channel int64) bool {
	return slices.ContainsFunc(m.Discussed, func(d discussion) bool {
		return d.Group == group && (channel == 0 || d.Channel == channel)
	})
}
