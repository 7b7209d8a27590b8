package bot

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"webcare/bot/conversation"
)

// newID makes the id of a new conversation: milliseconds first, so that the store grows at its end, then 48 random
// bits, so that nobody can guess another.
func newID(now time.Time) conversation.ID {
	var b [12]byte
	ms := uint64(max(0, now.UnixMilli()))
	for i := range 6 {
		b[i] = byte(ms >> (8 * (5 - i)))
	}
	_, _ = rand.Read(b[6:]) // never fails: crypto/rand ends the process instead
	return conversation.ID(hex.EncodeToString(b[:]))
}
