package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// told is what the other side posts, at most 1 MiB of JSON with these names in lower case. Conversation is the same for
// all that belongs together, and so is Public (others can read along). ID and Link (optional) are the message's. Type is
// message, edited or deleted; Language a BCP 47 tag; At an RFC 3339 time, now if left out. U+FFFD is in no id. Files: at most 100.
type told struct {
	Type, Conversation, ID, Name, Text, Language, Link string
	At                                                 time.Time
	Public                                             bool
	Files                                              [mostFiles + 1]*struct{ Name, URL string }
}

const public, private, mostFiles = "public:", "private:", 100 // a Ref.Key begins with one of the first; told.Conversation follows

// Run has nothing to fetch: the other side calls Handler.
func (h *hook) Run(ctx context.Context, _ adapters.Inbox) error {
	<-ctx.Done()
	h.client.CloseIdleConnections()
	return nil
}

// Handler takes what the other side posts and answers {"error": "what to do"}, with 200 an empty one.
func (h *hook) Handler(in adapters.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, text := h.take(w, r, in)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": text}) // who does not read it cannot be told
	})
}

func (h *hook) take(w http.ResponseWriter, r *http.Request, in adapters.Inbox) (status int, text string) {
	id := r.Header.Get("webhook-id")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return http.StatusRequestEntityTooLarge, "the body may have 1 MiB: give files as links"
	} else if err != nil || r.Method != http.MethodPost || len(id) > 256 {
		return http.StatusBadRequest, "send a whole POST request, with a webhook-id of at most 256 bytes"
	}
	if !slices.ContainsFunc(h.secrets, func(s *standardwebhooks.Webhook) bool { return s.Verify(body, r.Header) == nil }) {
		return http.StatusUnauthorized, "no signature, or not ours, or more than 5 minutes off: check secret and clock"
	}
	heard, problem := read(body, time.Now().UTC())
	if heard.ID = id; problem != nil { // another ID, or a corrected request would be taken for a repetition
		heard = adapters.Incoming{ID: "unreadable/" + id, Event: conversation.Unreadable{At: time.Now().UTC(), What: problem.Error()}, Raw: body}
	}
	if err := in.Deliver(r.Context(), "", heard); err != nil {
		return http.StatusServiceUnavailable, "it could not be stored: send it again, with the same webhook-id"
	} else if problem != nil {
		return http.StatusBadRequest, problem.Error()
	}
	return http.StatusOK, ""
}

// read turns the body into an event. An error is a sentence for whoever writes the other side.
func read(body []byte, now time.Time) (heard adapters.Incoming, err error) {
	t, files := told{Type: "message", At: now}, ""
	err = json.Unmarshal(body, &t)
	for _, f := range slices.DeleteFunc(t.Files[:], func(f *struct{ Name, URL string }) bool { return f == nil }) { // never fetched: staff open the link
		files += f.Name + " " + f.URL + "\n"
	}
	heard.Ref.Key = map[bool]string{true: public, false: private}[t.Public] + t.Conversation
	said := conversation.Heard{ExternalID: t.ID, At: t.At, Message: conversation.Message{Text: conversation.Plainly(files + t.Text)}, Public: t.Public, Link: t.Link, Customer: conversation.Customer{ID: t.Conversation, Name: t.Name, Language: t.Language}}
	switch {
	case err != nil:
	case min(len(t.Conversation), len(t.ID)) == 0 || max(len(t.Conversation), len(t.ID)) > 256 || said.Message.IsEmpty() && t.Type != "deleted" || t.At.After(now.Add(time.Hour)) || slices.Contains([]rune(t.Conversation+t.ID), '\uFFFD') || t.Files[mostFiles] != nil:
		err = errors.New("conversation, id and text are needed, the first two of at most 256 bytes of UTF-8; at must not lie in the future, and files are at most 100")
	case t.Type == "message":
		heard.Event = said
	case t.Type == "edited":
		heard.Event, heard.Unheard = conversation.Changed{ExternalID: t.ID, At: t.At, Message: said.Message}, said
	case t.Type == "deleted":
		heard.Event = conversation.Withdrawn{ExternalIDs: []string{t.ID}, At: t.At}
	default:
		err = errors.New("type must be message, edited or deleted")
	}
	return heard, err
}
