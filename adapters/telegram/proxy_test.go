package telegram_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/bot/conversation"
)

// at makes an adapter whose Bot API answers as given: what no simulator of ours would say.
func at(t *testing.T, answer http.HandlerFunc) *telegram.Telegram {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	tg, err := telegram.New("acme", &telegram.Settings{Token: adapters.NewSecret(canary), APIURL: server.URL}, adapters.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

func TestAnswersFromSomethingBetween(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		body    string
		outcome conversation.Outcome // empty = sent
		reason  conversation.Reason
	}{
		{"a result that the library cannot read", 200, `{"ok":true,"result":{"message_id":5,"paid_media":{"paid_media":[{"type":"live_photo"}]}}}`, "", ""},
		{"a result without a message", 200, `{"ok":true,"result":true}`, conversation.Maybe, conversation.Lost},
		{"no result", 200, `{"ok":true}`, conversation.Maybe, conversation.Lost},
		{"words", 200, `hello`, conversation.Maybe, conversation.Lost},
		{"nothing", 200, ``, conversation.Maybe, conversation.Lost},
		{"429 in HTML", 429, `<html>`, conversation.Later, conversation.Busy},
		{"413 in HTML", 413, `<html>`, conversation.Refused, conversation.FileTooBig},
		{"403 in HTML", 403, `<html>`, conversation.Maybe, conversation.Lost},
		{"the token in an error", 400, `{"ok":false,"error_code":400,"description":"Bad Request: no ` + canary + ` CANARY-secret-half"}`, conversation.Refused, conversation.Rejected},
		{"an error without a code", 403, `{"ok":false}`, conversation.Refused, conversation.Rejected},
		{"an error that is endless", 400, `{"ok":false,"description":"` + strings.Repeat("x", 9000) + `"}`, conversation.Refused, conversation.Rejected},
		{"too long to read", 200, strings.Repeat(" ", 5<<20), conversation.Maybe, conversation.Lost},
	} {
		t.Run(c.name, func(t *testing.T) {
			tg := at(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			r, err := tg.Send(t.Context(), conversation.Ref{Key: "c7"}, plain("x"))
			if c.outcome == "" {
				if err != nil || len(r.IDs) != 1 || r.IDs[0] != "5" {
					t.Errorf("%+v %v", r, err)
				}
				return
			}
			no := asSendError(t, err)
			if no.Outcome != c.outcome || no.Reason != c.reason || len(no.Error()) > 600 {
				t.Errorf("got %v", no)
			}
		})
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s was asked for elsewhere", r.URL.Path)
	}))
	defer elsewhere.Close()
	tg := at(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getFile") {
			_, _ = w.Write([]byte(`{"ok":true,"result":{"file_path":"a/b.jpg"}}`))
			return
		}
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	})
	_, _, err := tg.Fetch(t.Context(), conversation.Ref{}, conversation.File{ID: "x"})
	if no := asSendError(t, err); no.Outcome != conversation.Refused || no.Reason != conversation.FileGone {
		t.Errorf("fetch: %v", no)
	}
	_, err = tg.Send(t.Context(), conversation.Ref{Key: "c7"}, plain("x"))
	if no := asSendError(t, err); no.Outcome != conversation.Maybe {
		t.Errorf("send: %v", no)
	}
}

func TestPathsThatLeadElsewhereAreNotFetched(t *testing.T) {
	for _, path := range []string{"", "/etc/passwd", "../bot/getMe", "a/../../b"} {
		tg := at(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/getFile") {
				t.Errorf("%s was asked for", r.URL.Path)
			}
			_, _ = w.Write([]byte(`{"ok":true,"result":{"file_path":"` + path + `"}}`))
		})
		_, _, err := tg.Fetch(t.Context(), conversation.Ref{}, conversation.File{ID: "x"})
		if no := asSendError(t, err); no.Reason != conversation.FileGone {
			t.Errorf("%q: %v", path, no)
		}
	}
}

func TestAnAdapterThatCannotBeMade(t *testing.T) {
	_, err := telegram.New("acme", &telegram.Settings{Token: adapters.NewSecret("CANARY")}, adapters.Env{})
	if err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsSentAfterTheEnd(t *testing.T) {
	tg := at(t, func(http.ResponseWriter, *http.Request) { t.Error("Telegram was called") })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := tg.Send(ctx, conversation.Ref{Key: "c7"}, plain("x"))
	if no := asSendError(t, err); no.Outcome != conversation.Later || no.Whole {
		t.Errorf("got %+v", no)
	}
}
