package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// KeyLives is how long the other side is asked to remember a webhook-id.
func (h *hook) KeyLives() time.Duration { return 24 * time.Hour }

// Limits: text of any length, no files.
func (h *hook) Limits(to conversation.Ref, _ time.Time) conversation.Limits {
	return conversation.Limits{Public: strings.HasPrefix(to.Key, public), ReadOnly: h.url == ""}
}

// Send posts {type: "answer", conversation, public, id, by, photo, text, spans: [{from, to, style, target}]}: id is the
// webhook-id, photo an address or "", a span says how text[from:to] looks, in bytes of UTF-8, style is a conversation.Style.
func (h *hook) Send(ctx context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	_, place, _ := strings.Cut(to.Key, ":")
	id := strings.ReplaceAll(m.Key, ".", "-") // in what is signed, a full stop ends the id
	spans := []map[string]any{}
	for _, s := range m.Text.Spans {
		spans = append(spans, map[string]any{"from": s.From, "to": s.To, "style": s.Style, "target": s.Target})
	}
	body, err1 := json.Marshal(map[string]any{"type": "answer", "conversation": place, "public": strings.HasPrefix(to.Key, public), "id": id, "by": m.By.Name, "photo": m.By.Photo, "text": m.Text.Plain, "spans": spans})
	now := time.Now()
	signature, err2 := h.secrets[0].Sign(id, now, body)
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err3 := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err := errors.Join(err1, err2, err3); err != nil || h.url == "" || len(m.Files) > 0 {
		return conversation.Receipt{}, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.NotAllowed, Err: errors.New("this account needs a url and takes text only")}
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Webhook-Id": {id}, "Webhook-Timestamp": {strconv.FormatInt(now.Unix(), 10)}, "Webhook-Signature": {signature}}
	response, err := h.client.Do(r)
	if err != nil {
		e := &adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost, Err: errors.Unwrap(err)} // a *url.Error tells the url, which may hold a token
		if !connected.Load() {
			e.Outcome, e.Reason, e.Whole = conversation.Later, conversation.Down, true
		}
		return conversation.Receipt{}, e
	}
	defer response.Body.Close()                                   //nolint:errcheck // only read
	words, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // the status alone decides
	if response.StatusCode/100 == 2 {
		return conversation.Receipt{IDs: []string{id}}, nil
	}
	return conversation.Receipt{}, judge(response, words)
}

// judge says what a status other than 2xx means for the answer.
func judge(r *http.Response, words []byte) *adapters.SendError {
	e := &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: fmt.Errorf("the other side said %d: %.200q", r.StatusCode, words)}
	n, _ := strconv.Atoi(r.Header.Get("Retry-After")) // 0 where it is missing or a date
	e.After = time.Duration(min(max(n, 0), 3600)) * time.Second
	switch code := r.StatusCode; {
	case code >= 500, code == http.StatusRequestTimeout: // sent again with the same webhook-id
		e.Outcome, e.Reason = conversation.Maybe, conversation.Lost
	case code == http.StatusTooManyRequests, code == http.StatusTooEarly:
		e.Outcome, e.Reason = conversation.Later, conversation.Busy
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Reason = conversation.NotAllowed
	case code == http.StatusNotFound, code == http.StatusGone:
		e.Reason = conversation.Gone
	case code == http.StatusRequestEntityTooLarge:
		e.Reason = conversation.TooLong
	}
	return e
}
