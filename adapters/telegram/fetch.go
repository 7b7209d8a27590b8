package telegram

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// maxDownload is the largest file that the Bot API gives to a bot (https://core.telegram.org/bots/api#getfile).
const maxDownload = 20 << 20

// Fetch opens a file that a customer sent.
func (t *Telegram) Fetch(ctx context.Context, _ conversation.Ref, f conversation.File) (io.ReadCloser, int64, error) {
	if f.Size > maxDownload {
		return nil, 0, fetchTooBig()
	}
	var at struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	if err := t.ask(ctx, "getFile", map[string]any{"file_id": f.ID}, &at); err != nil {
		return nil, 0, t.notFetched(err)
	}
	switch {
	case at.Size > maxDownload:
		return nil, 0, fetchTooBig()
	case !plainPath(at.Path):
		return nil, 0, refused(conversation.FileGone, "Telegram gave a path to the file that is none")
	}
	target := t.base() + "/file/bot" + t.settings.Token.Reveal() + "/" + (&url.URL{Path: at.Path}).EscapedPath()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return nil, 0, t.notFetched(t.scrub(err))
	}
	res, err := t.http.Do(req)
	if err != nil {
		return nil, 0, t.notFetched(t.scrub(err))
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		return nil, 0, t.notFetched(&fault{method: "file", code: res.StatusCode, text: http.StatusText(res.StatusCode)})
	}
	return res.Body, res.ContentLength, nil
}

// plainPath says that a path leads down from where it is put.
func plainPath(p string) bool {
	if p == "" || strings.HasPrefix(p, "/") || strings.Contains(p, `\`) {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

func fetchTooBig() *adapters.SendError {
	return refused(conversation.FileTooBig, "the file is larger than the %d MB that Telegram gives to a bot", maxDownload>>20)
}

// notFetched says why a file did not come. Fetching changes nothing, so it is never Maybe.
func (t *Telegram) notFetched(err error) *adapters.SendError {
	e := &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Err: fmt.Errorf("fetch a file: %w", err)}
	f, is := asFault(err)
	switch {
	case !is:
	case f.code == http.StatusTooManyRequests:
		e.Reason, e.After = conversation.Busy, f.after
	case f.code == http.StatusUnauthorized:
		e.Reason, e.Whole = conversation.TokenDead, true
	case f.code == http.StatusBadRequest && strings.Contains(f.text, "too big"):
		return fetchTooBig()
	case f.code/100 == 4:
		e.Outcome, e.Reason = conversation.Refused, conversation.FileGone
	case f.code/100 == 3:
		e.Outcome, e.Reason = conversation.Refused, conversation.FileGone
	}
	return e
}
