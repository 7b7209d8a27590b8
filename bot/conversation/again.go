package conversation

import "time"

// againAfter is how soon after a card was asked for another one is held back.
const againAfter = 10 * time.Second

// Pause is how long the next card is held back, should it take the place of one that was deleted now: so that somebody's
// clean-up bot and ours do not keep each other busy. It doubles with each thread there was, up to five minutes; 0 = not.
func (c Conversation) Pause(now time.Time) time.Duration {
	pause := againAfter << min(5, len(c.Old))
	if c.Carded.IsZero() || now.Sub(c.Carded) >= pause {
		return 0
	}
	return pause
}
