package sim_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

// TestFaults: every kind of fault, what a client sees of it, and whether the post is there all the same.
func TestFaults(t *testing.T) {
	rows := []struct {
		fault sim.Fault
		done  bool
		sees  string
	}{
		{sim.Fault{Kind: sim.Refuse, Code: "fatal_error"}, false, "slack: fatal_error"},
		{sim.Fault{Kind: sim.Busy, After: 7 * time.Second}, false, "limited: 7s"},
		{sim.Fault{Kind: sim.BusyBare}, false, "status: 429"},
		{sim.Fault{Kind: sim.BusyOK}, false, "slack: ratelimited"},
		{sim.Fault{Kind: sim.ServerError}, false, "status: 503"},
		{sim.Fault{Kind: sim.Drop}, false, "other"},
		{sim.Fault{Kind: sim.Hang}, false, "timeout"},
		{sim.Fault{Kind: sim.Hang, After: time.Second}, false, "status: 503"},
		{sim.Fault{Kind: sim.DropAfter}, true, "other"},
		{sim.Fault{Kind: sim.HangAfter}, true, "timeout"},
		{sim.Fault{Kind: sim.TruncAfter}, true, "other"},
		{sim.Fault{Kind: sim.FatalAfter}, true, "slack: fatal_error"},
		{sim.Fault{Kind: sim.FatalAfter, Code: "internal_error"}, true, "slack: internal_error"},
		{sim.Fault{Kind: sim.ErrorAfter}, true, "status: 500"},
		{sim.Fault{Kind: sim.EmptyAfter}, true, "nothing"},
		{sim.Fault{Kind: "unheard of"}, false, "slack: the sim does not know the fault unheard of"},
	}
	for _, row := range rows {
		t.Run(string(row.fault.Kind)+row.fault.Code+row.fault.After.String(), func(t *testing.T) {
			in(t, sim.Options{}, func(b *bench) {
				row.fault.Method = "chat.postMessage"
				b.Fail(row.fault)
				b.must("auth.test") // another method is not touched
				_, ts, err := b.api.PostMessageContext(b.t.Context(), "CDESK", slack.MsgOptionText("x", false))
				if got := sees(ts, err); got != row.sees {
					t.Errorf("client sees %q (%v), want %q", got, err, row.sees)
				}
				if done := len(b.Messages("CDESK")) == 1; done != row.done {
					t.Errorf("done: %v, want %v", done, row.done)
				}
				if n := b.Calls("chat.postMessage"); n != 1 {
					t.Errorf("%d calls", n)
				}
				b.post("text", "the next one goes through")
			})
		})
	}
}

// sees names what slack-go makes of an answer.
func sees(ts string, err error) string {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return "limited: " + limited.RetryAfter.String()
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return fmt.Sprint("status: ", status.Code)
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return "slack: " + refused.Err
	}
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil && ts == "":
		return "nothing"
	case err == nil:
		return "ok"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	}
	return "other"
}

func TestFaultTimesSkipMatchHeal(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		outcome := func(args ...string) string {
			if b.call("chat.postMessage", append([]string{"channel", "CDESK"}, args...)...)["ok"] == true {
				return "+"
			}
			return "-"
		}
		b.Fail(sim.Fault{Kind: sim.BusyOK, Skip: 1, Times: 2})
		if got := outcome("text", "1") + outcome("text", "2") + outcome("text", "3") + outcome("text", "4"); got != "+--+" {
			t.Errorf("skip 1, fail 2: %s", got)
		}
		b.Fail(sim.Fault{Kind: sim.BusyOK, Times: -1, Match: map[string]string{"text": "bad"}})
		if got := outcome("text", "bad") + outcome("text", "good") + outcome("text", "bad"); got != "-+-" {
			t.Errorf("match: %s", got)
		}
		b.Heal()
		if got := outcome("text", "bad"); got != "+" {
			t.Error("not healed")
		}
	})
}

func TestDownAndSlow(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		b.Down(true)
		<-k.gone
		if b.Sockets() != 0 {
			t.Error("a socket is open while Slack is down")
		}
		if got := b.call("auth.test"); got["error"] != "http 503 unreadable" {
			t.Errorf("down: %v", got)
		}
		b.Down(false)
		b.Slow(4 * time.Second)
		start := time.Now()
		b.must("auth.test")
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("slow by %v", took)
		}
	})
}

func TestCloseEndsHangingCalls(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.Fail(sim.Fault{Kind: sim.Hang})
		go func() {
			time.Sleep(time.Second)
			b.Close()
		}()
		start := time.Now()
		b.call("auth.test")
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("hung for %v", took)
		}
	})
}

func TestFiles(t *testing.T) {
	in(t, sim.Options{ShareAfter: 2 * time.Second}, func(b *bench) {
		ctx, content := b.t.Context(), []byte("not really a picture")
		root := b.post("text", "root")
		up, err := b.api.UploadFileContext(ctx, slack.UploadFileParameters{
			Reader: bytes.NewReader(content), FileSize: len(content), Filename: "pic.png", Channel: "CDESK", ThreadTimestamp: root,
		})
		if err != nil {
			t.Fatal(err)
		}
		info, _, _, err := b.api.GetFileInfoContext(ctx, up.ID, 0, 0)
		if err != nil || len(info.Shares.Public) != 0 {
			t.Fatalf("before the share: %v %+v", err, info)
		}
		time.Sleep(3 * time.Second)
		info, _, _, err = b.api.GetFileInfoContext(ctx, up.ID, 0, 0)
		if err != nil || len(info.Shares.Public["CDESK"]) != 1 || info.Shares.Public["CDESK"][0].ThreadTs != root {
			t.Fatalf("after the share: %v %+v", err, info)
		}
		thread := b.Thread("CDESK", root)
		if len(thread) != 2 || thread[1].Subtype != "file_share" || thread[1].Files[0].Mimetype != "image/png" {
			t.Fatalf("thread: %+v", thread)
		}
		var got bytes.Buffer
		if err := b.api.GetFileContext(ctx, info.URLPrivateDownload, &got); err != nil || !bytes.Equal(got.Bytes(), content) {
			t.Errorf("download: %v %q", err, got.Bytes())
		}
		b.must("files.completeUploadExternal", "files", `[{"id":"`+up.ID+`"}]`, "channel_id", "CDESK", "thread_ts", root)
		time.Sleep(3 * time.Second)
		if n := len(b.Thread("CDESK", root)); n != 2 {
			t.Errorf("completing twice shares twice: %d", n)
		}
		resp, err := b.http.Get(info.URLPrivate)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || resp.StatusCode != http.StatusOK {
			t.Errorf("without a token: %v", resp.Header)
		}
	})
}

func TestFileFaults(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		content := []byte("0123456789")
		upload := func() (string, error) {
			up, err := b.api.UploadFileContext(b.t.Context(), slack.UploadFileParameters{
				Reader: bytes.NewReader(content), FileSize: len(content), Filename: "a.txt", Channel: "CDESK",
			})
			if err != nil {
				return "", err
			}
			return up.ID, nil
		}
		b.ShareFiles(0, true)
		id, err := upload()
		if err != nil || len(b.Messages("CDESK")) != 0 {
			t.Fatalf("a dropped share: %v", err)
		}
		b.ShareFiles(0, false)
		b.must("files.completeUploadExternal", "files", `[{"id":"`+id+`"}]`, "channel_id", "CDESK")
		if len(b.Messages("CDESK")) != 1 {
			t.Error("completing again does not repair a dropped share")
		}
		b.Fail(sim.Fault{Method: "upload", Kind: sim.DropAfter})
		if _, err := upload(); err == nil {
			t.Error("no error from an upload that was cut")
		}
		b.Fail(sim.Fault{Method: "download", Kind: sim.TruncAfter})
		f, _, _ := b.File(id)
		var got bytes.Buffer
		if err := b.api.GetFileContext(b.t.Context(), f.URLPrivate, &got); err == nil {
			t.Errorf("half a download without an error: %q", got.Bytes())
		}
	})
}
