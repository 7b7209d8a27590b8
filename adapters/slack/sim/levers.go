package sim

import (
	"slices"
	"time"
)

// Kind is a way in which a call fails.
type Kind string

// The kinds of fault. "Before" means that nothing was done, "after" that all was done.
const (
	Refuse      Kind = "refuse"       // before: 200 with ok false and Code
	Busy        Kind = "busy"         // before: 429 with Retry-After (Fault.After, in whole seconds, at least 1)
	BusyBare    Kind = "busy_bare"    // before: 429 without Retry-After
	BusyOK      Kind = "busy_ok"      // before: 200 with ratelimited
	ServerError Kind = "server_error" // before: 503 with a page of HTML
	Drop        Kind = "drop"         // before: the connection is closed
	Hang        Kind = "hang"         // before: no answer until the caller gives up, or 503 after Fault.After
	DropAfter   Kind = "drop_after"   // after: the connection is closed
	HangAfter   Kind = "hang_after"   // after: no answer until the caller gives up, or 503 after Fault.After
	TruncAfter  Kind = "trunc_after"  // after: half of the JSON
	FatalAfter  Kind = "fatal_after"  // after: 200 with ok false and Code, default fatal_error
	ErrorAfter  Kind = "error_after"  // after: 500 with a page of HTML
	EmptyAfter  Kind = "empty_after"  // after: 200 with {"ok":false} and no error
	StallAfter  Kind = "stall_after"  // of a download: half of the file, then nothing until the caller gives up
)

// Fault makes calls fail.
type Fault struct {
	// Method is an API method, "upload", "download", "response" or "link"; "" = every one of them.
	Method string
	Kind   Kind
	// Code is the error for Refuse and FatalAfter.
	Code string
	// Times is how many calls fail; 0 = one, negative = all until Heal.
	Times int
	// Skip lets this many calls pass first.
	Skip int
	// After is Retry-After or the length of a hang.
	After time.Duration
	// Match limits the fault to calls with these arguments.
	Match map[string]string
}

// levers is what the faults are set to. Sim.mu guards it.
type levers struct {
	faults     []*Fault
	down       bool
	slow       time.Duration
	rate       float64
	burst      int
	scopes     []string
	revoked    string
	shareAfter time.Duration
	shareDrop  bool
	dedupe     bool
	terse      bool
}

// with runs f under the lock and tells the watchers.
func (s *Sim) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.touch()
}

// Fail adds a fault. Faults are asked in the order in which they were added; the first that fits is used.
func (s *Sim) Fail(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.with(func() { s.faults = append(s.faults, &f) })
}

// Heal takes away all faults, Down, Slow, RateLimit, HoldAcks, link_disabled, and the orders to duplicate and reorder.
func (s *Sim) Heal() {
	s.with(func() {
		s.faults, s.down, s.slow, s.rate = nil, false, 0, 0
		s.deaf, s.disabled, s.duplicate = false, false, 0
		s.releaseHeld()
		s.pump()
	})
}

// Down makes every request fail with 503 and cuts all sockets; events wait.
func (s *Sim) Down(on bool) {
	s.with(func() {
		if s.down = on; on {
			s.cutLocked()
		}
	})
}

// Slow makes every request take this much longer before it is carried out.
func (s *Sim) Slow(d time.Duration) { s.with(func() { s.slow = d }) }

// RateLimit limits chat.postMessage in each channel to rate messages a second with a burst; rate 0 = no limit.
func (s *Sim) RateLimit(rate float64, burst int) {
	s.with(func() {
		s.rate, s.burst = rate, burst
		for _, c := range s.channels {
			c.bucket = bucket{}
		}
	})
}

// RevokeToken makes the bot token invalid with a code (token_revoked where it is empty; account_inactive,
// token_expired, invalid_auth …), tells the app by tokens_revoked and cuts the sockets after a second.
func (s *Sim) RevokeToken(code string) {
	s.with(func() {
		fill(&code, "token_revoked")
		s.revoked = code
		s.emit("tokens_revoked", nil, object{
			"type": "tokens_revoked", "tokens": object{"oauth": []string{}, "bot": []string{s.opts.App.BotUser}},
		})
		time.AfterFunc(time.Second, func() { s.CutSockets() })
	})
}

// RestoreToken makes it valid again.
func (s *Sim) RestoreToken() { s.with(func() { s.revoked = "" }) }

// MissingScope takes a scope from the bot token; GrantScope gives it back.
func (s *Sim) MissingScope(scope string) {
	s.with(func() {
		s.scopes = slices.DeleteFunc(s.scopes, func(have string) bool { return have == scope })
	})
}

// GrantScope gives the bot token a scope.
func (s *Sim) GrantScope(scope string) { s.with(func() { s.scopes = append(s.scopes, scope) }) }

// ShareFiles says when a completed upload appears in its channel; drop = never, with ok all the same.
func (s *Sim) ShareFiles(after time.Duration, drop bool) {
	s.with(func() { s.shareAfter, s.shareDrop = after, drop })
}

// DedupeClientMsgID makes chat.postMessage honour client_msg_id, which Slack does not document: the same id in a
// channel gives the same message, and duplicate_message_not_found when that was deleted. Off at first.
func (s *Sim) DedupeClientMsgID(on bool) { s.with(func() { s.dedupe = on }) }

// bucket is the allowance of one channel.
type bucket struct {
	left float64
	at   time.Time
}

// take spends one message; where there is none left, it says how long to wait.
func (b *bucket) take(now time.Time, rate float64, burst int) (wait time.Duration) {
	full := float64(max(burst, 1))
	if b.at.IsZero() {
		b.left = full
	} else {
		b.left = min(full, b.left+now.Sub(b.at).Seconds()*rate)
	}
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) / rate * float64(time.Second))
	}
	b.left--
	return 0
}

// Terse has the event of a deletion tell only which message it was, as the example in Slack's documentation does
// (https://docs.slack.dev/reference/events/message/message_deleted). Off at first.
func (s *Sim) Terse(on bool) { s.with(func() { s.terse = on }) }
