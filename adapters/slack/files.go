package slack

import (
	"context"
	"errors"
	"io"
	"net/http"

	"webcare/adapters"
	"webcare/bot/conversation"
)

func (f file) encode() string { return string(f.ID) }

func (d *Desk) redirect(req *http.Request, via []*http.Request) error {
	return errors.New("redirected")
}

// Upload shares files in a thread as one message.
func (d *Desk) Upload(ctx context.Context, thread conversation.Place, files []adapters.Attachment, progress string, save func(string) error) (conversation.Place, error) {
	return conversation.Place{}, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Rejected, Err: errors.New("not built yet")}
}

// Fetch opens a file that staff shared.
func (d *Desk) Fetch(ctx context.Context, f conversation.File) (io.ReadCloser, int64, error) {
	return nil, 0, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileGone, Err: errors.New("not built yet")}
}
