package telegram

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// outcome says what became of a call that failed. What the connection and the answer show decides; the error itself is
// only told. Whatever may have arrived is Maybe.
func (t *Telegram) outcome(ctx context.Context, err error, w *wiretap, files []*stream) *adapters.SendError {
	connected, written, status, answer := w.seen()
	said := &adapters.SendError{Outcome: conversation.Maybe, Reason: conversation.Lost, Err: t.scrub(err)}
	switch {
	case answer != nil && !answer.OK:
		return t.refusal(answer, status)
	case status == http.StatusTooManyRequests: // from something before Telegram
		said.Outcome, said.Reason = conversation.Later, conversation.Busy
	case status == http.StatusRequestEntityTooLarge:
		said.Outcome, said.Reason = conversation.Refused, conversation.FileTooBig
	case status != 0: // an answer that cannot be read
	case broken(files) != nil:
		return t.fileTrouble(ctx, broken(files))
	case !connected:
		said.Outcome, said.Reason, said.Whole = conversation.Later, conversation.Down, ctx.Err() == nil
	case ctx.Err() != nil || isTimeout(err): // the last bytes may be leaving while we look
	case !written:
		said.Outcome, said.Reason = conversation.Later, conversation.Down
	}
	return said
}

func isTimeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// refusal puts what Telegram says into an outcome.
func (t *Telegram) refusal(a *response, status int) *adapters.SendError {
	code := a.Code
	if code == 0 {
		code = status
	}
	e := &adapters.SendError{Err: &fault{method: "Telegram", code: code, text: t.clean(a.Description)}}
	switch {
	case code == http.StatusTooManyRequests:
		e.Outcome, e.Reason, e.After = conversation.Later, conversation.Busy, a.after()
	case code == http.StatusUnauthorized || code == http.StatusNotFound:
		e.Outcome, e.Reason, e.Whole = conversation.Later, conversation.TokenDead, true
	case code == http.StatusConflict:
		e.Outcome, e.Reason = conversation.Later, conversation.Busy
	case code == http.StatusRequestEntityTooLarge:
		e.Outcome, e.Reason = conversation.Refused, conversation.FileTooBig
	case code == http.StatusBadRequest || code == http.StatusForbidden:
		e.Outcome, e.Reason = conversation.Refused, reason(a.Description)
	default: // a server that fails may have acted
		e.Outcome, e.Reason = conversation.Maybe, conversation.Lost
	}
	return e
}

// reason finds what an error text of Telegram's means. The texts are those of the open-source server
// (tdlib/telegram-bot-api and tdlib/td), where most are passed through from inside.
func reason(text string) conversation.Reason {
	lower := strings.ToLower(text)
	for _, r := range reasons() {
		for _, part := range r.texts {
			if strings.Contains(lower, part) {
				return r.reason
			}
		}
	}
	return conversation.Rejected
}

type wording struct {
	reason conversation.Reason
	texts  []string
}

func reasons() []wording {
	return []wording{
		{conversation.Blocked, []string{"bot was blocked by the user", "user_is_blocked", "you_blocked_user"}},
		{conversation.Deactivated, []string{"user is deactivated", "user_deactivated", "input_user_deactivated"}},
		{conversation.NotStarted, []string{"can't initiate conversation"}},
		{conversation.WindowClosed, []string{"business_peer_usage_missing"}},
		{conversation.TooLong, []string{"message is too long", "caption is too long", "message_too_long", "caption_too_long"}},
		{conversation.FileTooBig, []string{"file is too big", "too large", "file_too_big"}},
		{conversation.Empty, []string{"text is empty", "must be non-empty", "message_empty"}},
		{conversation.FileType, []string{
			"photo_invalid", "image_process_failed", "photo_ext_invalid", "wrong type of the file", "wrong file",
			"photo_save_file_invalid", "video_file_invalid", "media_invalid", "failed to get http",
		}},
		{conversation.TooLate, []string{"can't be deleted"}}, // of what we sent, and nothing else is deleted, that is the only cause
		{conversation.NotAllowed, []string{
			"not enough rights", "have no rights", "no rights", "write_forbidden", "_forbidden", "administrator", "bot was kicked",
			"bot is not a member", "can't be edited", "business connection",
			"business_connection", "can't send messages to bots", "topic_closed",
		}},
		{conversation.Gone, []string{
			"chat not found", "not found", "peer_id_invalid", "chat_id_invalid", "group chat was deleted", "topic_deleted",
			"message_id_invalid", "upgraded to a supergroup",
		}},
	}
}

// broken is why a file of ours could not be read to its end.
func broken(files []*stream) error {
	for _, f := range files {
		if err := f.failed(); err != nil {
			return err
		}
	}
	return nil
}

// fileTrouble is the outcome where a file of ours could not be read: the request never was whole, so nothing was sent.
func (t *Telegram) fileTrouble(ctx context.Context, err error) *adapters.SendError {
	if e, is := errors.AsType[*adapters.SendError](err); is && e.Outcome != conversation.Maybe {
		return e
	}
	e := &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Lost, Err: fmt.Errorf("read the file to send: %w", t.scrub(err))}
	if ctx.Err() == nil && !isTimeout(err) {
		e.Outcome, e.Reason = conversation.Refused, conversation.FileGone
	}
	return e
}

// refused is a no of our own.
func refused(why conversation.Reason, format string, a ...any) *adapters.SendError {
	return &adapters.SendError{Outcome: conversation.Refused, Reason: why, Err: fmt.Errorf(format, a...)}
}
