// Package sim is the other side of a webhook account: a system that posts what its customers say and takes the answers.
// It shares no code with the adapter and signs by itself, so that a mistake there is not mirrored here. It remembers
// every webhook-id and takes each answer once, as a good receiver does.
package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sim is an http.Handler that takes answers at any path. Its methods may be called by many goroutines.
type Sim struct {
	key []byte

	mu      sync.Mutex
	answers []Answer
	seen    map[string]bool
	faults  []Fault
	tries   int
	wrong   []string
}

// Answer is one answer to a customer.
type Answer struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Conversation string `json:"conversation"`
	Public       bool   `json:"public"`
	By           string `json:"by"`
	Photo        string `json:"photo"`
	Text         string `json:"text"`
	Spans        []Span `json:"spans"`
}

// Span styles Text[From:To], in bytes.
type Span struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Style  string `json:"style"`
	Target string `json:"target"`
}

// Fault makes requests go wrong.
type Fault struct {
	// Times is how many requests it is for.
	Times int
	// Act: the answer is taken all the same, before it goes wrong.
	Act bool
	// Drop closes the connection without an answer; else Status, RetryAfter (a header) and Body are the answer.
	Drop       bool
	Status     int
	RetryAfter string
	Body       string
	// Slow is waited before the answer, or until the request is given up.
	Slow time.Duration
}

// New makes one from a secret of the form whsec_ and base64.
func New(secret string) (*Sim, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return nil, fmt.Errorf("reading the secret: %w", err)
	}
	return &Sim{key: key, seen: map[string]bool{}}, nil
}

// Fail lines up a fault; each request takes the first that is left.
func (s *Sim) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Heal takes all faults away.
func (s *Sim) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Answers lists what was taken, each once, in order.
func (s *Sim) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}

// Tries counts the requests.
func (s *Sim) Tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries
}

// Wrong tells what was wrong with requests that no good sender makes.
func (s *Sim) Wrong() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wrong)
}

// Headers signs a body as id at the time given.
func (s *Sim) Headers(id string, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", "v1,"+s.sign(id, stamp, body))
	h.Set("Content-Type", "application/json")
	return h
}

// Request is a signed request that tells webcare something: message is marshalled to JSON.
func (s *Sim) Request(ctx context.Context, url, id string, message any) (*http.Request, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("marshalling the message: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	r.Header = s.Headers(id, time.Now(), body)
	return r, nil
}

func (s *Sim) sign(id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// ServeHTTP takes an answer.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return
	}
	fault := s.next()
	if fault == nil || fault.Act {
		if text := s.take(r, body); text != "" {
			s.complain(text)
			http.Error(w, text, http.StatusUnauthorized)
			return
		}
	}
	if fault == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if fault.Slow > 0 {
		timer := time.NewTimer(fault.Slow)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	if fault.Drop {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close() // it is meant to be lost
		}
		return
	}
	if fault.RetryAfter != "" {
		w.Header().Set("Retry-After", fault.RetryAfter)
	}
	if fault.Status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(max(fault.Status, http.StatusOK))
	_, _ = io.WriteString(w, fault.Body) // whoever does not read it has lost nothing
}

// next takes one request from the faults.
func (s *Sim) next() *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	for len(s.faults) > 0 {
		if s.faults[0].Times > 0 {
			s.faults[0].Times--
			return new(s.faults[0])
		}
		s.faults = s.faults[1:]
	}
	return nil
}

// take checks the request and keeps the answer; it says what is wrong.
func (s *Sim) take(r *http.Request, body []byte) string {
	id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)).Abs(); err != nil || age > 5*time.Minute {
		return "the timestamp is missing or more than five minutes off"
	}
	if r.Method != http.MethodPost || id == "" || strings.Contains(id, ".") || len(id) > 64 {
		return "the method or the webhook-id is wrong"
	}
	if !slices.ContainsFunc(strings.Fields(r.Header.Get("webhook-signature")), func(one string) bool {
		return hmac.Equal([]byte(one), []byte("v1,"+s.sign(id, stamp, body)))
	}) {
		return "the signature is wrong"
	}
	var a Answer
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil {
		return "the body is wrong: " + err.Error()
	}
	if a.ID != id || a.Type != "answer" || a.Conversation == "" {
		return "the body lacks its id, type or conversation"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.seen[id] {
		s.seen[id] = true
		s.answers = append(s.answers, a)
	}
	return ""
}

func (s *Sim) complain(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, text)
}
