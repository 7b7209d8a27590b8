package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// method is what must be known of a call to judge its failure.
type method struct {
	name string
	// posts: doing it twice shows it twice, so an unknown fate is Maybe; all others may simply be done again.
	posts bool
	// direct: it concerns one person or message, so that a missing channel says nothing about the desk.
	direct bool
	// finds: without it the desk cannot be found, so that nothing works.
	finds bool
}

// busyPause is how long we wait when Slack says "rate limited" without saying for how long.
const busyPause = time.Second

// verdict is what an error code of Slack means.
type verdict struct {
	outcome conversation.Outcome
	reason  conversation.Reason
	whole   bool
	say     *said // what to do; nil = the code says it
}

// judge returns nil where the call surely succeeded. The classes, by what is known:
//
//   - nothing was written: surely not done, and Slack is out of reach (Later, Down, Whole);
//   - rate limited, in any of Slack's three spellings: Later, Busy, After;
//   - a clear no by code: see meaning;
//   - the rest (5xx, unreadable, broken off, timed out, the codes of which Slack says that part may have happened): Maybe
//     for posts, Later for what may be repeated.
//
// Source of the codes: the error tables of the methods on docs.slack.dev.
func judge(m method, x *exchange, err error) *adapters.SendError {
	if x.status == 0 {
		if err == nil {
			err = errors.New("no answer")
		}
		err = plainly(err)
		if !x.written.Load() {
			return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Down, Whole: true, Err: sayf("%s: Slack cannot be reached: %w", m.name, err)}
		}
		return unsure(m, conversation.Lost, false, fmt.Errorf("%s: %w", m.name, err))
	}
	if x.status == http.StatusTooManyRequests {
		return busy(m, x)
	}
	if x.status >= 500 {
		return unsure(m, conversation.Down, true, sayf("%s: Slack answers with HTTP status %d", m.name, x.status))
	}
	var a answer
	if bad := json.Unmarshal(x.body, &a); bad != nil {
		if x.status != http.StatusOK {
			return &adapters.SendError{
				Outcome: conversation.Later, Reason: conversation.NotAllowed, Whole: true,
				Err: sayf("%s: HTTP status %d; check api_url, it does not lead to Slack's Web API", m.name, x.status),
			}
		}
		return unreadable(m, bad)
	}
	if a.OK {
		return nil
	}
	if a.Error == "" {
		return unsure(m, conversation.Lost, false, fmt.Errorf("%s: Slack says no without saying why", m.name))
	}
	return refuse(m, x, a)
}

// refuse reads an error code.
func refuse(m method, x *exchange, a answer) *adapters.SendError {
	code := string(a.Error)
	if code == "ratelimited" || code == "rate_limited" {
		return busy(m, x)
	}
	v, known := meaning(code)
	if !known {
		v = verdict{outcome: conversation.Refused, reason: conversation.Rejected}
	}
	if m.direct && v.whole && v.reason == conversation.NotAllowed {
		v = verdict{outcome: conversation.Refused, reason: conversation.Gone}
	}
	if code == "missing_scope" {
		v.whole = m.posts || m.finds
	}
	if code == "missing_scope" && a.Needed != "" {
		v.say = sayf("the Slack app lacks the scope %s; add it on the app's page OAuth & Permissions and install the app again", a.Needed)
	}
	no := &codeError{code: code, head: m.name + ": " + code, say: v.say}
	for _, detail := range lenient[more](a.Metadata).Messages {
		no.details += "; " + label(string(detail))
	}
	if v.outcome == conversation.Maybe {
		return unsure(m, v.reason, v.whole, errors.New(no.Error()))
	}
	return &adapters.SendError{Outcome: v.outcome, Reason: v.reason, Whole: v.whole, Err: no}
}

// codeError remembers Slack's code, and what to do about it.
type codeError struct {
	code, head string
	say        *said // may be nil
	details    string
}

var _ adapters.Worded = (*codeError)(nil)

// Error is what Slack said and what to do, in English.
func (e *codeError) Error() string { return e.In("en") }

// In is Error in the language with this tag.
func (e *codeError) In(tag string) string {
	if e.say == nil {
		return e.head + e.details
	}
	return e.head + ": " + e.say.In(tag) + e.details
}

// code gives Slack's error code, or "".
func code(err error) string {
	if e, ok := errors.AsType[*codeError](err); ok {
		return e.code
	}
	return ""
}

// meaning tells what an error code of Slack means; the second value is false for codes that are simply a no.
func meaning(code string) (verdict, bool) {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "user_removed_from_team":
		return verdict{
			conversation.Later, conversation.TokenDead, true,
			sayf("Slack does not accept the token; copy the current one from the app's page OAuth & Permissions into bot_token and restart"),
		}, true
	case "team_access_not_granted", "org_login_required", "access_denied", "no_permission", "not_allowed_token_type", "two_factor_setup_required", "ekm_access_denied",
		"accesslimited", "team_added_to_org":
		return verdict{
			conversation.Later, conversation.NotAllowed, true,
			sayf("Slack does not let this app in; install it again in the workspace, with an admin's consent"),
		}, true
	case "missing_scope":
		return verdict{
			conversation.Later, conversation.NotAllowed, false,
			sayf("the Slack app lacks a scope; compare it with `webcare manifest` and install the app again"),
		}, true
	case "not_in_channel":
		return verdict{conversation.Later, conversation.NotAllowed, true, sayf("the bot is not in the desk channel; invite it there with /invite")}, true
	case "channel_not_found":
		return verdict{conversation.Later, conversation.NotAllowed, true, sayf("the desk channel is not there, or it is private and the bot is not in it; invite it there with /invite")}, true
	case "is_archived":
		return verdict{conversation.Later, conversation.NotAllowed, true, sayf("the desk channel is archived; unarchive it, or choose another channel in the config")}, true
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel":
		return verdict{conversation.Later, conversation.NotAllowed, true, sayf("the workspace's settings do not let the bot write in the desk channel; ask an admin to allow it")}, true
	case "message_limit_exceeded":
		return verdict{conversation.Later, conversation.NotAllowed, true, sayf("the workspace has reached its limit of messages; an admin must raise the plan")}, true
	case "cannot_reply_to_message", "restricted_action_thread_locked", "thread_not_found", "message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed":
		return verdict{conversation.Refused, conversation.Gone, false, nil}, true
	case "user_not_found", "users_not_found", "user_disabled", "user_not_visible", "user_not_in_channel", "cannot_dm_bot", "messages_tab_disabled", "no_such_subteam", "subteam_not_found":
		return verdict{conversation.Refused, conversation.Gone, false, nil}, true
	case "file_not_found", "file_deleted":
		return verdict{conversation.Refused, conversation.FileGone, false, nil}, true
	case "file_upload_size_restricted":
		return verdict{conversation.Refused, conversation.FileTooBig, false, nil}, true
	case "file_upload_size_zero":
		return verdict{conversation.Refused, conversation.Empty, false, nil}, true
	case "file_uploads_disabled", "file_uploads_except_images_disabled", "slack_connect_blocked_file_type", "slack_connect_file_upload_sharing_blocked":
		return verdict{conversation.Refused, conversation.FileType, false, nil}, true
	case "msg_too_long", "msg_blocks_too_long":
		return verdict{conversation.Refused, conversation.TooLong, false, nil}, true
	case "no_text":
		return verdict{conversation.Refused, conversation.Empty, false, nil}, true
	case "fatal_error", "internal_error", "request_timeout", "service_unavailable":
		return verdict{conversation.Maybe, conversation.Down, false, nil}, true
	}
	return verdict{}, false
}

func busy(m method, x *exchange) *adapters.SendError {
	return &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: askedToWait(x.header), Err: sayf("%s: Slack asks us to wait", m.name)}
}

// askedToWait is how long Slack asks us to wait with the answer "rate limited".
func askedToWait(h http.Header) time.Duration {
	s, err := strconv.ParseFloat(strings.TrimSpace(h.Get("Retry-After")), 64)
	if err != nil || s <= 0 || s >= 24*3600 {
		return busyPause
	}
	return time.Duration(s * float64(time.Second))
}

// unsure is Maybe for posts and Later for what may be repeated.
func unsure(m method, r conversation.Reason, whole bool, err error) *adapters.SendError {
	outcome := conversation.Later
	if m.posts {
		outcome = conversation.Maybe
	}
	return &adapters.SendError{Outcome: outcome, Reason: r, Whole: whole, Err: err}
}

func unreadable(m method, err error) *adapters.SendError {
	return unsure(m, conversation.Lost, false, fmt.Errorf("%s: Slack's answer cannot be read: %w", m.name, err))
}

// plainly takes the address out of an HTTP client's error: addresses of files and sockets carry tickets.
func plainly(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return sayf("no answer in time: %w", context.DeadlineExceeded)
	}
	return err
}
