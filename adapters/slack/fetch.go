package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// outside marks a file that does not lie with Slack, or of which only a stub is left.
const outside = "-"

// encode makes the id of a conversation.File: Slack's id and the address, which takes the bot's token to open. Where
// Slack did not tell the address there is only the id.
func (f file) encode() string {
	at := string(first(f.Download, f.Private))
	if bool(f.External) || f.Mode == "external" || f.Mode == "tombstone" || f.Mode == "hidden_by_limit" {
		at = outside
	}
	return strings.TrimSpace(string(f.ID) + " " + at)
}

// Fetch opens a file that staff shared. The token goes to Slack's own hosts only, and to the host of api_url.
func (d *Desk) Fetch(ctx context.Context, f conversation.File) (io.ReadCloser, int64, error) {
	id, at, _ := strings.Cut(f.ID, " ")
	if at == "" {
		info, err := d.fileInfo(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		_, at, _ = strings.Cut(info.encode(), " ")
	}
	if at == outside || at == "" {
		return nil, 0, fileGone("the file does not lie in Slack, or is not to be had any more")
	}
	u, err := url.Parse(at)
	if err != nil || !d.trusted(u) {
		return nil, 0, fileGone("the file lies on a host that is not Slack's")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, fileGone("the file's address is none")
	}
	req.Header.Set("Authorization", "Bearer "+d.settings.BotToken.Reveal())
	resp, err := d.bulk.Do(req)
	if err != nil {
		if _, ok := errors.AsType[*adapters.SendError](err); ok {
			return nil, 0, errors.Unwrap(err)
		}
		return nil, 0, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Err: fmt.Errorf("fetching a file: %w", plainly(err))}
	}
	bad := download(resp)
	if led := resp.Request != nil && resp.Request.URL.String() != u.String(); bad == nil && led && strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		bad = fileGone("the download leads to a page for people") // Slack gives a file itself without a detour
	}
	if bad != nil {
		_ = resp.Body.Close()
		return nil, 0, bad
	}
	return resp.Body, resp.ContentLength, nil
}

// download judges the status of a download.
func download(resp *http.Response) error {
	switch s := resp.StatusCode; {
	case s == http.StatusOK:
		return nil
	case s == http.StatusTooManyRequests:
		return busy(method{name: "fetching a file"}, &exchange{header: resp.Header})
	case s >= 500:
		return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Err: fmt.Errorf("fetching a file: HTTP status %d", s)}
	default:
		return fileGone(fmt.Sprintf("fetching a file: HTTP status %d", s))
	}
}

func fileGone(text string) *adapters.SendError {
	return &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileGone, Err: errors.New(text)}
}

// trusted: the token may go there.
func (d *Desk) trusted(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	for _, own := range []string{"slack.com", "slack-gov.com"} {
		if u.Scheme == "https" && u.User == nil && (host == own || strings.HasSuffix(host, "."+own)) {
			return true
		}
	}
	api, err := url.Parse(d.settings.endpoint())
	return err == nil && u.User == nil && u.Scheme == api.Scheme && strings.EqualFold(u.Host, api.Host)
}

// redirect lets a download go on only within Slack, and not to the page where people sign in: Slack sends there who
// may not read the file.
func (d *Desk) redirect(req *http.Request, via []*http.Request) error {
	switch {
	case !d.trusted(req.URL):
		return fileGone("the download leads away from Slack")
	case len(via) >= 3:
		return fileGone("the download leads nowhere")
	case req.URL.Query().Has("redir"):
		return fileGone("the bot may not read the file; it needs the scope files:read")
	}
	return nil
}

// fileInfo asks for a file.
func (d *Desk) fileInfo(ctx context.Context, id string) (file, error) {
	var got struct {
		File file `json:"file"`
	}
	err := d.ask(ctx, method{name: "files.info", direct: true}, &got, func(ctx context.Context, api *slackgo.Client) error {
		_, _, _, err := api.GetFileInfoContext(ctx, id, 0, 0)
		return err
	})
	return got.File, err
}
