package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// apiError is an error as the Bot API tells it. Code 0 = give no answer at all.
type apiError struct {
	Code       int
	Text       string
	RetryAfter int
	MigrateTo  int64
}

func badf(format string, a ...any) *apiError {
	return &apiError{Code: http.StatusBadRequest, Text: "Bad Request: " + fmt.Sprintf(format, a...)}
}

// act carries out one method. The Sim's lock is held.
type act func(s *Sim, p *params) (any, *apiError)

// methods is what the sim can do.
func methods() map[string]act {
	return map[string]act{
		"getMe": (*Sim).getMe, "setWebhook": (*Sim).setWebhook, "deleteWebhook": (*Sim).deleteWebhook,
		"getWebhookInfo": (*Sim).getWebhookInfo, "sendMessage": (*Sim).sendMessage, "sendPhoto": sendFile("photo"),
		"sendDocument": sendFile("document"), "sendVideo": sendFile("video"), "sendVoice": sendFile("voice"),
		"sendAudio": sendFile("audio"), "sendAnimation": sendFile("animation"), "sendSticker": sendFile("sticker"),
		"sendVideoNote": sendFile("video_note"),
		"sendLocation":  (*Sim).sendLocation, "sendContact": (*Sim).sendContact, "sendMediaGroup": (*Sim).sendMediaGroup,
		"sendChatAction": (*Sim).sendChatAction, "editMessageText": (*Sim).editMessageText,
		"editMessageCaption": (*Sim).editMessageCaption, "editMessageReplyMarkup": (*Sim).editMessageReplyMarkup,
		"deleteMessage": (*Sim).deleteMessage, "deleteMessages": (*Sim).deleteMessages,
		"deleteBusinessMessages": (*Sim).deleteBusinessMessages, "setMessageReaction": (*Sim).setMessageReaction,
		"getFile": (*Sim).getFile, "getChat": (*Sim).getChat, "getChatMember": (*Sim).getChatMember,
		"getBusinessConnection": (*Sim).getBusinessConnection, "readBusinessMessage": (*Sim).readBusinessMessage,
		"setMyCommands": (*Sim).setMyCommands, "getMyCommands": (*Sim).getMyCommands,
		"deleteMyCommands":    (*Sim).deleteMyCommands,
		"answerCallbackQuery": (*Sim).answerCallbackQuery, "leaveChat": (*Sim).leaveChat,
	}
}

func (s *Sim) serveMethod(w http.ResponseWriter, r *http.Request, token, method string) {
	p, err := readParams(r)
	if err != nil {
		if err == errTooBig {
			writeError(w, apiError{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"})
			return
		}
		// A broken upload: nothing happened, and mostly nobody is there to hear it.
		writeError(w, *badf("%s", "can't read the request"))
		return
	}
	s.mu.Lock()
	s.calls[method]++
	down, slow := s.levers.down, s.levers.slow
	dead := token != s.opts.Token || s.levers.revoked
	var rule Rule
	faulty := false
	if !down {
		rule, faulty = s.fault(method)
	}
	s.mu.Unlock()
	if slow > 0 && method != "getUpdates" {
		wait(r.Context(), slow)
	}
	status := 0
	switch {
	case down:
		status = http.StatusBadGateway
		writeHTML(w, status)
	case dead:
		status = http.StatusUnauthorized
		writeError(w, apiError{Code: status, Text: "Unauthorized"})
	case faulty:
		status = s.goWrong(w, r, rule, func() (int, []byte) { return s.carryOut(r.Context(), method, p) })
	default:
		var body []byte
		if status, body = s.carryOut(r.Context(), method, p); status != 0 {
			writeBody(w, status, body)
		}
	}
	s.mu.Lock()
	s.log = append(s.log, Call{Method: method, Params: p.names(), Status: status})
	if len(s.log) > 10000 {
		s.log = s.log[len(s.log)-5000:]
	}
	s.changed(Change{Kind: "call"})
	s.mu.Unlock()
}

// carryOut does what the method asks and gives the answer's status and body; status 0 = nobody waits for it.
func (s *Sim) carryOut(ctx context.Context, method string, p *params) (int, []byte) {
	if method == "getUpdates" {
		list, bad := s.getUpdates(ctx, p)
		if bad != nil {
			return bad.Code, bad.body()
		}
		return http.StatusOK, append(append([]byte(`{"ok":true,"result":`), list.bytes()...), '}')
	}
	do, ok := methods()[method]
	if !ok {
		return http.StatusNotFound, apiError{Code: http.StatusNotFound, Text: "Not Found"}.body()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	result, bad := do(s, p)
	if bad != nil {
		return bad.Code, bad.body()
	}
	raw, err := json.Marshal(map[string]any{"ok": true, "result": result})
	if err != nil {
		return http.StatusInternalServerError, apiError{Code: 500, Text: "Internal Server Error"}.body()
	}
	return http.StatusOK, raw
}

func (e apiError) body() []byte {
	o := map[string]any{"ok": false, "error_code": e.Code, "description": e.Text}
	more := map[string]any{}
	if e.RetryAfter > 0 {
		more["retry_after"] = e.RetryAfter
	}
	if e.MigrateTo != 0 {
		more["migrate_to_chat_id"] = e.MigrateTo
	}
	if len(more) > 0 {
		o["parameters"] = more
	}
	raw, _ := json.Marshal(o)
	return raw
}

func writeError(w http.ResponseWriter, e apiError) { writeBody(w, e.Code, e.body()) }

func writeBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func writeHTML(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html>\r\n<head><title>%d %s</title></head>\r\n<body><center><h1>%d</h1></center></body>\r\n</html>", status, http.StatusText(status), status)
}

// wait sleeps without outliving its request.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
