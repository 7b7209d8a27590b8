package sim

import (
	"cmp"
	"slices"
	"time"
)

// Fault is a way in which a call goes wrong. "Before" faults leave the world as it was; "after" faults have happened.
type Fault string

// The faults.
const (
	TooMany      Fault = "429"             // before: 429 with parameters.retry_after
	Internal     Fault = "500"             // before: 500 in JSON
	BadGateway   Fault = "502"             // before: 502 in HTML
	Unauthorized Fault = "401"             // before: the token is wrong
	Conflict     Fault = "409"             // before: another consumer
	DropBefore   Fault = "drop before"     // before: the connection breaks
	DropAfter    Fault = "drop after"      // after: the connection breaks
	Truncated    Fault = "truncated after" // after: half of the answer
	InternalToo  Fault = "500 after"       // after: 500 in JSON
	GatewayAfter Fault = "502 after"       // after: 502 in HTML
	Stall        Fault = "stall after"     // of a file: half of it, then nothing until the client gives up
	Hang         Fault = "hang"            // before: no answer until the client gives up
	HangAfter    Fault = "hang after"      // after: no answer until the client gives up
	Refuse       Fault = "refuse"          // before: Rule.Code and Rule.Text as an error of the Bot API
)

// Rule makes calls go wrong.
type Rule struct {
	// Method is the method it is for: "file" is every download, "file a.pdf" that of a file with this name; empty = all.
	Method string
	// Times is how many calls go wrong; 0 = one, -1 = all until Heal.
	Times int
	Fault Fault
	// RetryAfter is told with TooMany, in seconds; 0 = not told.
	RetryAfter int
	// Code and Text are told with Refuse.
	Code int
	Text string
}

// levers hold what is broken. The Sim's lock guards them.
type levers struct {
	down    bool
	slow    time.Duration
	rules   []Rule
	double  bool
	reverse bool
	revoked bool
}

// Down makes every call answer 502 with an HTML page, or ends that.
func (s *Sim) Down(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers.down = on
}

// Slow makes every call except getUpdates wait before it is carried out; 0 ends that.
func (s *Sim) Slow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers.slow = d
}

// Fail makes coming calls go wrong. Several rules are used up in the order in which they were given.
func (s *Sim) Fail(r Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Times = cmp.Or(r.Times, 1)
	s.levers.rules = append(s.levers.rules, r)
}

// Heal ends everything that Down, Slow, Fail, Duplicate, Reverse and Revoke began.
func (s *Sim) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers = levers{}
}

// Duplicate makes every coming update be handed out twice under different ids, or ends that.
func (s *Sim) Duplicate(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers.double = on
}

// Reverse hands out the updates of one answer newest first, or ends that.
func (s *Sim) Reverse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers.reverse = on
}

// Odd counts the updates that came twice or out of order, as Duplicate and Reverse said.
func (s *Sim) Odd() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.odd
}

// Revoke makes the token invalid, or valid again.
func (s *Sim) Revoke(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.levers.revoked = on
}

// fault takes the rule for a call, if there is one. The lock is held.
func (s *Sim) fault(method string) (Rule, bool) {
	for i := range s.levers.rules {
		r := &s.levers.rules[i]
		if r.Method != "" && r.Method != method {
			continue
		}
		taken := *r
		if r.Times > 0 {
			r.Times--
			if r.Times == 0 {
				s.levers.rules = slices.Delete(s.levers.rules, i, i+1)
			}
		}
		return taken, true
	}
	return Rule{}, false
}
