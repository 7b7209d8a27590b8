package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// fault is an answer of the Bot API that says no.
type fault struct {
	method string
	code   int
	text   string
	after  time.Duration
}

func (f *fault) Error() string { return fmt.Sprintf("%s: %d %s", f.method, f.code, f.text) }

func asFault(err error) (*fault, bool) { return errors.AsType[*fault](err) }

// maxAnswer is the most bytes an answer may have: getUpdates gives about 4 MB.
const maxAnswer = 32 << 20

// askTime is how long a question may take.
const askTime = 20 * time.Second

// ask calls a method that changes nothing at Telegram.
func (t *Telegram) ask(ctx context.Context, method string, params map[string]any, into any) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return t.call(ctx, method, params, into)
}

// call calls a method with JSON. An error never holds the token; it is a *fault where Telegram said no.
func (t *Telegram) call(ctx context.Context, method string, params map[string]any, into any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base()+"/bot"+t.settings.Token.Reveal()+"/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", method, t.scrub(err))
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := t.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, t.scrub(err))
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("%s: read the answer: %w", method, t.scrub(err))
	}
	if len(raw) > maxAnswer {
		return fmt.Errorf("%s: the answer is longer than %d bytes", method, maxAnswer)
	}
	var a response
	if err := json.Unmarshal(raw, &a); err != nil {
		return fmt.Errorf("%s: %s with an answer that cannot be read", method, res.Status)
	}
	if !a.OK {
		f := &fault{method: method, code: a.Code, text: t.clean(a.Description), after: seconds(a.Parameters.RetryAfter)}
		if f.code == 0 {
			f.code = res.StatusCode
		}
		return f
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.Result, into); err != nil {
		return fmt.Errorf("%s: the result cannot be read: %w", method, t.scrub(err))
	}
	return nil
}

// scrub takes the token out of an error. What is left has no chain, since the token may stand anywhere in it, but for
// the ends of contexts.
func (t *Telegram) scrub(err error) error {
	if err == nil {
		return nil
	}
	clean := errors.New(t.clean(err.Error()))
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return &ended{text: clean.Error(), end: end}
		}
	}
	return clean
}

type ended struct {
	text string
	end  error
}

func (e *ended) Error() string { return e.text }
func (e *ended) Unwrap() error { return e.end }

// clean takes the token out of a text and cuts it to what a person reads.
func (t *Telegram) clean(s string) string {
	token := t.settings.Token.Reveal()
	_, secret, _ := strings.Cut(token, ":")
	s = strings.ReplaceAll(s, token, "[secret]")
	if len(secret) >= 4 {
		s = strings.ReplaceAll(s, secret, "[secret]")
	}
	return excerpt(strings.ToValidUTF8(s, "\uFFFD"), 300)
}
