package sim

import "time"

// Kind is a way in which a call fails.
type Kind string

// The kinds of fault. "Before" means that nothing was done, "after" that all was done.
const (
	Refuse      Kind = "refuse"       // before: 200 with ok false and Code
	Busy        Kind = "busy"         // before: 429 with Retry-After (Fault.After, in whole seconds)
	BusyBare    Kind = "busy_bare"    // before: 429 without Retry-After
	BusyOK      Kind = "busy_ok"      // before: 200 with ratelimited
	ServerError Kind = "server_error" // before: 503 with a page of HTML
	Drop        Kind = "drop"         // before: the connection is closed
	DropAfter   Kind = "drop_after"   // after: the connection is closed
	Hang        Kind = "hang"         // before: no answer until the caller gives up (or Fault.After)
	HangAfter   Kind = "hang_after"   // after: the same
	TruncAfter  Kind = "trunc_after"  // after: half of the JSON
	FatalAfter  Kind = "fatal_after"  // after: 200 with ok false and Code, default fatal_error
	ErrorAfter  Kind = "error_after"  // after: 500 with a page of HTML
	EmptyAfter  Kind = "empty_after"  // after: 200 with {"ok":false} and no error
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

// Fail adds a fault. Faults are asked in the order in which they were added; the first that fits is used.
func (s *Sim) Fail(f Fault) {}

// Heal takes away all faults, Down, Slow, HoldAcks, and the orders to duplicate and reorder.
func (s *Sim) Heal() {}

// Down makes every request fail with 503 and cuts all sockets; events wait.
func (s *Sim) Down(on bool) {}

// Slow makes every request take this much longer before it is carried out.
func (s *Sim) Slow(d time.Duration) {}

// RateLimit limits chat.postMessage in each channel to rate messages a second with a burst; rate 0 = no limit.
func (s *Sim) RateLimit(rate float64, burst int) {}

// CutSockets closes the TCP connections of all sockets without a word.
func (s *Sim) CutSockets() {}

// Disconnect sends a disconnect frame on every socket. Reasons: warning (closed 10 s later), refresh_requested,
// link_disabled, too_many_websockets (closed at once). With link_disabled every new socket gets the same until
// EnableLink.
func (s *Sim) Disconnect(reason string) {}

// EnableLink ends link_disabled.
func (s *Sim) EnableLink() {}

// Duplicate makes the next n events be delivered twice.
func (s *Sim) Duplicate(n int) {}

// Reorder holds the next n events and then delivers them the other way round.
func (s *Sim) Reorder(n int) {}

// HoldAcks makes the sim deaf to acknowledgements, so that events are redelivered.
func (s *Sim) HoldAcks(on bool) {}

// SendRaw sends one text frame as it is on one socket. It is not redelivered.
func (s *Sim) SendRaw(frame []byte) error { return nil }

// SendEvent delivers an inner event of any shape in an events_api envelope, with redelivery.
func (s *Sim) SendEvent(inner map[string]any) error { return nil }

// RevokeToken makes the bot token invalid (token_revoked), tells the app by tokens_revoked and cuts the sockets.
func (s *Sim) RevokeToken(code string) {}

// RestoreToken makes it valid again.
func (s *Sim) RestoreToken() {}

// MissingScope takes a scope from the bot token.
func (s *Sim) MissingScope(scope string) {}

// ShareFiles says when a completed upload appears in its channel; drop = never, with ok all the same.
func (s *Sim) ShareFiles(after time.Duration, drop bool) {}

// Acks lists the envelope ids acknowledged, oldest first.
func (s *Sim) Acks() []string { return nil }
