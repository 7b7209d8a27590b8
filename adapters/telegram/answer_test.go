package telegram_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/bot/conversation"
)

// FuzzAnswer: whatever answers in Telegram's place, a message counts as sent only where the answer says so and names it,
// as surely not sent only where it says no, and no error tells the token.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"ok":true,"result":{"message_id":5}}`, `{"ok":true,"result":[{"message_id":5},{"message_id":6}]}`, `{"ok":true,"result":true}`, `{"ok":true}`, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`,
		`{"ok":false,"error_code":429,"parameters":{"retry_after":-9223372036854775808}}`, `{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-1007}}`, `{"ok":false,"error_code":500}`, `{"ok":false,"description":"` + canary + `"}`,
		`<html>`, ``, `[]`, `null`, `{"ok":true,"result":{"message_id":1e300}}`, `{"ok":true,"result":{"message_id":-1}}`,
	} {
		for _, status := range []int{200, 302, 400, 401, 404, 413, 429, 500, 502} {
			f.Add(status, []byte(body))
		}
	}
	_, secretHalf, _ := strings.Cut(canary, ":")
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 999 || status == http.StatusNoContent || status == http.StatusNotModified {
			return
		}
		dial := func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				defer server.Close() //nolint:errcheck // the end of the answer
				if r, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = fmt.Fprintf(server, "HTTP/1.1 %d x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
				}
			}()
			return client, nil
		}
		tg, err := telegram.New("acme", &telegram.Settings{Token: adapters.NewSecret(canary), APIURL: "http://telegram.test"}, adapters.Env{Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := tg.Send(t.Context(), conversation.Ref{Key: "c7"}, plain("x"))
		var said struct {
			OK bool `json:"ok"`
		}
		readable := json.Unmarshal(body, &said) == nil
		if err == nil {
			if !readable || !said.OK || len(receipt.IDs) == 0 {
				t.Errorf("%d %q counts as sent, as %q", status, body, receipt.IDs)
			}
			return
		}
		no, is := errors.AsType[*adapters.SendError](err)
		switch {
		case !is:
			t.Errorf("%d %q: %v", status, body, err)
		case readable && said.OK && no.Outcome == conversation.Refused && status != http.StatusRequestEntityTooLarge:
			t.Errorf("%d %q surely was not sent: %v", status, body, err)
		case !readable && no.Outcome != conversation.Maybe && status != http.StatusTooManyRequests && status != http.StatusRequestEntityTooLarge:
			t.Errorf("%d %q surely was not sent: %v", status, body, err)
		case no.After < 0:
			t.Errorf("%d %q asks to wait for %v", status, body, no.After)
		case strings.Contains(err.Error(), secretHalf):
			t.Errorf("%d %q tells the token: %v", status, body, err)
		}
	})
}
