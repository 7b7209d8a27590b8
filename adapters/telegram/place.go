package telegram

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// place is what a Ref's Key says: one customer in one place.
type place struct {
	business string // the business connection; its chats have the same ids as the bot's own
	chat     int64
	thread   int   // forum topic
	topic    int64 // direct messages to a channel: whose
	post     int   // comments: the channel post, as it stands in the discussion group
	who      int64 // groups: the customer; 0 in a private chat
}

// public says that others can read along.
func (p place) public() bool { return p.chat < 0 && p.topic == 0 }

// key writes the place as "b<connection>/c<chat>/t<thread>/d<topic>/p<post>/u<who>", leaving out what is not set. It
// stands in the store: a part may be added, none may change its meaning.
func (p place) key() string {
	var parts []string
	add := func(letter string, n int64) {
		if n != 0 {
			parts = append(parts, letter+strconv.FormatInt(n, 10))
		}
	}
	if p.business != "" {
		parts = append(parts, "b"+url.PathEscape(p.business))
	}
	parts = append(parts, "c"+strconv.FormatInt(p.chat, 10))
	add("t", int64(p.thread))
	add("d", p.topic)
	add("p", int64(p.post))
	add("u", p.who)
	return strings.Join(parts, "/")
}

var errKey = errors.New("this is no key of a Telegram conversation")

// parsePlace reads what key wrote.
func parsePlace(key string) (place, error) {
	var p place
	for part := range strings.SplitSeq(key, "/") {
		if part == "" {
			return place{}, errKey
		}
		letter, rest := part[0], part[1:]
		if letter == 'b' {
			id, err := url.PathUnescape(rest)
			if err != nil || id == "" {
				return place{}, errKey
			}
			p.business = id
			continue
		}
		n, err := strconv.ParseInt(rest, 10, 64)
		if err != nil {
			return place{}, errKey
		}
		switch letter {
		case 'c':
			p.chat = n
		case 't':
			p.thread = int(n)
		case 'd':
			p.topic = n
		case 'p':
			p.post = int(n)
		case 'u':
			p.who = n
		default:
			return place{}, errKey
		}
	}
	if p.chat == 0 {
		return place{}, errKey
	}
	return p, nil
}
