package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// Keys are made of parts that sort as the things themselves do and that never run into each other: each begins with
// a byte that names its form, or has a fixed length.
const (
	hexID  = 0x01 // 12 bytes follow: an id of 24 lower case hexadecimal digits
	text   = 0x02 // the bytes follow, 00 as 00 FF, closed by 00 01
	hashed = 0x03 // 32 bytes follow: SHA-256 of a text too long for a key
)

const (
	// longestText is the most bytes of a text that stand in a key as they are.
	longestText = 1024
	// longestID is the most bytes of a conversation id, since ids are read back from keys.
	longestID = 255
	timeSize  = 12
)

func appendText(b []byte, s string) []byte {
	if len(s) > longestText {
		sum := sha256.Sum256([]byte(s))
		return append(append(b, hashed), sum[:]...)
	}
	b = append(b, text)
	for i := range len(s) {
		b = append(b, s[i])
		if s[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0, 1)
}

func cutText(b []byte) (string, []byte, error) {
	if len(b) == 0 || b[0] != text {
		return "", nil, damaged("no text in the key")
	}
	b = b[1:]
	var s []byte
	for {
		i := bytes.IndexByte(b, 0)
		if i < 0 || i+1 >= len(b) {
			return "", nil, damaged("a text in the key does not end")
		}
		s = append(s, b[:i]...)
		end := b[i+1] == 1
		b = b[i+2:]
		if end {
			return string(s), b, nil
		}
		s = append(s, 0)
	}
}

// skipText passes over a text, written out or hashed.
func skipText(b []byte) ([]byte, error) {
	if len(b) > sha256.Size && b[0] == hashed {
		return b[1+sha256.Size:], nil
	}
	_, rest, err := cutText(b)
	return rest, err
}

func checkID(id conversation.ID) error {
	if id == "" || len(id) > longestID {
		return fmt.Errorf("a conversation id has 1 to %d bytes, this one has %d", longestID, len(id))
	}
	return nil
}

func appendID(b []byte, id conversation.ID) []byte {
	if len(id) != 24 {
		return appendText(b, string(id))
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return appendText(b, string(id))
		}
	}
	b = append(b, hexID)
	for i := 0; i < len(id); i += 2 {
		b = append(b, nibble(id[i])<<4|nibble(id[i+1]))
	}
	return b
}

func nibble(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

func cutID(b []byte) (conversation.ID, []byte, error) {
	if len(b) > 12 && b[0] == hexID {
		return conversation.ID(hex.EncodeToString(b[1:13])), b[13:], nil
	}
	s, rest, err := cutText(b)
	return conversation.ID(s), rest, err
}

// appendTime sorts from the beginning to the end of time, to the nanosecond.
func appendTime(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix())^(1<<63))
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func cutTime(b []byte) (time.Time, []byte, error) {
	if len(b) < timeSize {
		return time.Time{}, nil, damaged("no time in the key")
	}
	sec := int64(binary.BigEndian.Uint64(b) ^ (1 << 63))
	return time.Unix(sec, int64(binary.BigEndian.Uint32(b[8:]))).UTC(), b[timeSize:], nil
}

func timeIDKey(t time.Time, id conversation.ID) []byte {
	return appendID(appendTime(make([]byte, 0, timeSize+13), t), id)
}

// inQueue begins the keys of the queue, behind all times.
const inQueue = 0xff

func queueKey(turn conversation.Turn, t time.Time, id conversation.ID) []byte {
	return appendID(appendTime(queuePrefix(turn), t), id)
}

func queuePrefix(turn conversation.Turn) []byte {
	return append(make([]byte, 0, 2+timeSize+13), inQueue, turn[0])
}

func idKey(id conversation.ID) []byte { return appendID(make([]byte, 0, 13), id) }

func refKey(r conversation.Ref) []byte {
	return appendText(appendText(appendText(nil, r.Adapter), r.Account), r.Key)
}

func placeKey(p conversation.Place) []byte {
	return appendText(appendText(appendText(nil, p.Team), p.Channel), p.TS)
}

func pairKey(account, id string) []byte { return appendText(appendText(nil, account), id) }

func wordKey(word string) []byte { return appendText(nil, word) }

func readyKey(word, language string) []byte { return appendText(wordKey(word), language) }

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

func eventKey(id conversation.ID, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(appendID(make([]byte, 0, 21), id), seq)
}

func jobKey(k store.Key) ([]byte, error) {
	if err := checkID(k.Conversation); err != nil {
		return nil, err
	}
	if k.N < 0 || k.N > math.MaxInt32 {
		return nil, fmt.Errorf("job %s: its number is out of range", k)
	}
	return appendStep(appendID(make([]byte, 0, 25), k.Conversation), k), nil
}

func appendStep(b []byte, k store.Key) []byte {
	b = binary.BigEndian.AppendUint64(b, k.Seq)
	return binary.BigEndian.AppendUint32(b, uint32(k.N))
}

func cutStep(b []byte) (seq uint64, n int, err error) {
	if len(b) != 12 {
		return 0, 0, damaged("no job in the key")
	}
	return binary.BigEndian.Uint64(b), int(binary.BigEndian.Uint32(b[8:])), nil
}

func cutJobKey(b []byte) (store.Key, error) {
	id, rest, err := cutID(b)
	if err != nil {
		return store.Key{}, err
	}
	seq, n, err := cutStep(rest)
	return store.Key{Conversation: id, Seq: seq, N: n}, err
}

func laneKey(l store.Lane) []byte {
	return appendText(appendID(make([]byte, 0, 32), l.Conversation), string(l.Way))
}

func cutLane(b []byte) (l store.Lane, rest []byte, err error) {
	id, rest, err := cutID(b)
	if err != nil {
		return l, nil, err
	}
	way, rest, err := cutText(rest)
	return store.Lane{Conversation: id, Way: conversation.Way(way)}, rest, err
}

// after is the first key behind all that begin with prefix; nil = there is no end.
func after(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// readable writes a key for people: the texts and ids in it, then what follows in hexadecimal.
func readable(key []byte) string {
	var b strings.Builder
	for len(key) > 0 {
		id, rest, err := cutID(key)
		if err != nil {
			fmt.Fprintf(&b, "%x", key)
			break
		}
		fmt.Fprintf(&b, "%q ", string(id))
		key = rest
	}
	return strings.TrimSpace(b.String())
}

func damaged(what string) error { return fmt.Errorf("%w: %s", store.ErrDamaged, what) }
