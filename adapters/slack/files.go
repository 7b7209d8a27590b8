package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// maxUpload is the most bytes one file may have in Slack.
const maxUpload = 1 << 30

// maxAlt is how long the words for a picture may be, in characters (files.getUploadURLExternal on docs.slack.dev).
const maxAlt = 1000

// shareLooks is how often we look, 500 ms apart at first and then twice as long, whether a share has appeared: Slack
// makes the message some time after it said ok, and sometimes never (node-slack-sdk issues 1865 and 2260).
const shareLooks = 4

// uploaded is what an upload saves between its steps.
type uploaded struct {
	// Files are the ids of files whose bytes Slack has, in order; "" for one that was left out.
	Files []string `json:"files,omitempty"`
	// Missing are those that were left out.
	Missing []missingFile `json:"missing,omitempty"`
	// Asked: Slack was asked to share them, so that they may be in the thread already.
	Asked bool `json:"asked,omitempty"`
}

type missingFile struct {
	Name   string              `json:"name,omitempty"`
	Reason conversation.Reason `json:"why,omitempty"`
	Detail string              `json:"detail,omitempty"`
}

// missing lists what was left out, as the receipt has it.
func (p uploaded) missing() []conversation.Missing {
	var all []conversation.Missing
	for _, m := range p.Missing {
		all = append(all, conversation.Missing(m))
	}
	return all
}

// first is the id of a file that is shared; "" = there is none.
func (p uploaded) first() string {
	for _, id := range p.Files {
		if id != "" {
			return id
		}
	}
	return ""
}

// Upload shares files in a thread as one message. Its steps, for each file: ask for an address, send the bytes, save
// the file's id; then: save that the share was asked for, ask for it, look until it is there. A later try goes on where
// the one before stopped, and looks before it asks for the share again; so nothing here ever ends in Maybe. A file that
// is refused is left out, lest it take the others with it.
func (d *Desk) Upload(ctx context.Context, thread conversation.Place, files []adapters.Attachment, progress string, save func(string) error) (conversation.Receipt, error) {
	h, err := d.indoors(ctx)
	if err != nil {
		return conversation.Receipt{}, err
	}
	if elsewhere(h, thread) {
		return conversation.Receipt{}, gone("the thread is in a channel that is not the desk any more")
	}
	var p uploaded
	if progress != "" && json.Unmarshal([]byte(progress), &p) != nil {
		p = uploaded{}
	}
	keep := func() error {
		b, err := json.Marshal(p)
		if err != nil {
			return err
		}
		return save(string(b))
	}
	var no error = &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Empty, Err: errors.New("there are no files to share")}
	for i := len(p.Files); i < len(files); i++ {
		id, err := d.sendBytes(ctx, files[i])
		if e, is := errors.AsType[*adapters.SendError](err); is && e.Outcome == conversation.Refused {
			p.Files, p.Missing = append(p.Files, ""), append(p.Missing, missingFile{files[i].Name, e.Reason, cause(e).Error()})
			no = e
			continue // it is saved with the next step: until then it may as well be asked for again
		}
		if err != nil {
			return conversation.Receipt{}, err
		}
		p.Files = append(p.Files, id)
		if err := keep(); err != nil {
			return conversation.Receipt{}, notSaved(err)
		}
	}
	if p.first() == "" {
		return conversation.Receipt{Missing: p.missing()}, no
	}
	at, err := d.shareOnce(ctx, h, thread, files, &p, keep)
	if err != nil {
		return conversation.Receipt{}, err
	}
	return conversation.Receipt{Place: at, Missing: p.missing()}, nil
}

// shareOnce makes the message, unless an earlier try did.
func (d *Desk) shareOnce(ctx context.Context, h *home, thread conversation.Place, files []adapters.Attachment, p *uploaded, keep func() error) (conversation.Place, error) {
	if p.Asked {
		at, err := d.shared(ctx, h, p.first(), thread.TS)
		if err != nil || !at.IsZero() {
			return at, err
		}
	}
	p.Asked = true
	if err := keep(); err != nil {
		return conversation.Place{}, notSaved(err)
	}
	err := d.share(ctx, h, thread, files, p.Files)
	if code(err) == "file_not_found" || code(err) == "file_deleted" {
		if *p = (uploaded{}); keep() == nil { // Slack keeps bytes that nobody shared for a short time only
			err = &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: errors.New("the uploaded bytes are forgotten by Slack")}
		}
	}
	if err != nil {
		return conversation.Place{}, err
	}
	at, err := d.shared(ctx, h, p.first(), thread.TS)
	if err == nil && at.IsZero() {
		err = &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: errors.New("the files were taken by Slack, which does not show them yet")}
	}
	return at, err
}

func notSaved(err error) error {
	return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Crashed, Err: fmt.Errorf("saving how far the upload is: %w", err)}
}

// share makes the message.
func (d *Desk) share(ctx context.Context, h *home, thread conversation.Place, files []adapters.Attachment, ids []string) error {
	p := slackgo.CompleteUploadExternalParameters{Channel: h.channel, ThreadTimestamp: thread.TS}
	for i, id := range ids {
		if id == "" {
			continue
		}
		title := "file"
		if i < len(files) {
			title = fileName(files[i].Name)
		}
		p.Files = append(p.Files, slackgo.FileSummary{ID: id, Title: title})
	}
	return d.ask(ctx, again("files.completeUploadExternal"), nil, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.CompleteUploadExternalContext(ctx, p)
		return err
	})
}

// shared looks where a file was shared; a zero place = nowhere yet. A share that landed outside of its thread, because
// the thread is gone, is taken back.
func (d *Desk) shared(ctx context.Context, h *home, id, thread string) (conversation.Place, error) {
	wait := 500 * time.Millisecond
	for look := range shareLooks {
		if look > 0 {
			if err := pause(ctx, wait, nil); err != nil {
				return conversation.Place{}, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: err}
			}
			wait *= 2
		}
		info, err := d.fileInfo(ctx, id)
		if err != nil {
			return conversation.Place{}, err
		}
		ts, in, ok := info.shareIn(h.channel)
		if !ok {
			continue
		}
		if thread != "" && in == "" {
			d.deleteFile(ctx, id)
			return conversation.Place{}, d.takeBack(ctx, conversation.Place{Team: h.team, Channel: h.channel, TS: ts})
		}
		return conversation.Place{Team: h.team, Channel: h.channel, TS: ts}, nil
	}
	return conversation.Place{}, nil
}

// shareIn gives the message in which a file was shared in a channel, and the thread it is in.
func (f file) shareIn(channel string) (ts, thread string, ok bool) {
	type share struct {
		TS     lax `json:"ts"`
		Thread lax `json:"thread_ts"`
	}
	for _, class := range lenient[map[string]json.RawMessage](f.Shares) {
		for _, s := range lenient[map[string][]share](class)[channel] {
			if s.TS != "" {
				return string(s.TS), string(s.Thread), true
			}
		}
	}
	return "", "", false
}

// deleteFile removes the bytes; the message that showed them is another matter.
func (d *Desk) deleteFile(ctx context.Context, id string) {
	err := d.ask(ctx, method{name: "files.delete", direct: true}, nil, func(ctx context.Context, api *slackgo.Client) error {
		return api.DeleteFileContext(ctx, id)
	})
	if err != nil {
		d.log.Warn("slack: a file landed in the channel, since its thread is gone, and could not be deleted", "file", id, "error", err)
	}
}

// sendBytes uploads one file and gives its id. Slack wants the exact length first; a file whose length is not told, or
// told wrongly, goes by way of a temporary file.
func (d *Desk) sendBytes(ctx context.Context, a adapters.Attachment) (string, error) {
	body, length, err := a.Open(ctx)
	if err != nil {
		return "", opening(err)
	}
	defer body.Close()
	if length > maxUpload {
		return "", &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileTooBig, Err: errors.New("the file is bigger than Slack takes")}
	}
	if length <= 0 {
		spool, n, err := spooled(body)
		if err != nil {
			return "", err
		}
		defer spool.Close()
		return d.sendLength(ctx, a, spool, n)
	}
	id, err := d.sendLength(ctx, a, &exact{r: body, left: length}, length)
	if !errors.Is(err, errLength) {
		return id, err
	}
	second, _, err := a.Open(ctx)
	if err != nil {
		return "", opening(err)
	}
	defer second.Close()
	spool, n, err := spooled(second)
	if err != nil {
		return "", err
	}
	defer spool.Close()
	return d.sendLength(ctx, a, spool, n)
}

// opening keeps what the network said of its file.
func opening(err error) error {
	if e, ok := errors.AsType[*adapters.SendError](err); ok {
		return e
	}
	return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("opening a file: %w", plainly(err))}
}

// sendLength uploads n bytes.
func (d *Desk) sendLength(ctx context.Context, a adapters.Attachment, body io.Reader, n int64) (string, error) {
	if n == 0 {
		return "", &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.Empty, Err: errors.New("the file is empty")}
	}
	name := fileName(a.Name)
	var got struct {
		URL lax `json:"upload_url"`
		ID  lax `json:"file_id"`
	}
	err := d.ask(ctx, again("files.getUploadURLExternal"), &got, func(ctx context.Context, api *slackgo.Client) error {
		_, err := api.GetUploadURLExternalContext(ctx, slackgo.GetUploadURLExternalParameters{FileName: name, FileSize: int(n), AltTxt: cut(label(a.Alt), maxAlt)})
		return err
	})
	if err != nil {
		return "", err
	}
	source := &failing{r: body}
	err = d.files.UploadToURL(ctx, slackgo.UploadToURLParameters{UploadURL: string(got.URL), Reader: source, Filename: name})
	if e, is := errors.AsType[*adapters.SendError](source.err); is {
		return "", e // what the network said of its file
	}
	if source.err != nil {
		return "", &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("reading a file: %w", source.err)}
	}
	if err != nil {
		return "", &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("uploading a file: %w", plainly(err))}
	}
	return string(got.ID), nil
}

// errLength: a file is longer or shorter than was told.
var errLength = errors.New("the file's length is not what was told")

// exact reads as many bytes as were told and fails with errLength where there are more or fewer.
type exact struct {
	r    io.Reader
	left int64
}

func (e *exact) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	if e.left < 0 || (errors.Is(err, io.EOF) && e.left != 0) {
		return 0, errLength
	}
	return n, err
}

// failing remembers the error of its source, so that it is told from one of the connection.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// spool is a temporary file that vanishes when closed.
type spool struct{ *os.File }

func (s spool) Close() error {
	return errors.Join(s.File.Close(), os.Remove(s.Name()))
}

func spooled(r io.Reader) (*spool, int64, error) {
	f, err := os.CreateTemp("", "webcare-*")
	if err != nil {
		return nil, 0, &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("making a temporary file: %w", err)}
	}
	s := &spool{f}
	n, err := io.Copy(f, io.LimitReader(r, maxUpload+1))
	if err == nil && n > maxUpload {
		err = &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileTooBig, Err: errors.New("the file is bigger than Slack takes")}
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = s.Close()
		return nil, 0, opening(err)
	}
	return s, n, nil
}
