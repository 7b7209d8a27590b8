package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

func asSendError(t *testing.T, err error) *adapters.SendError {
	t.Helper()
	no, is := errors.AsType[*adapters.SendError](err)
	if !is {
		t.Fatalf("%v is no SendError", err)
	}
	if strings.Contains(err.Error(), "CANARY") {
		t.Errorf("the token stands in an error: %v", err)
	}
	return no
}

// withJan is a world in which a customer has pressed Start.
func withJan(t *testing.T, f func(*world, *sim.Customer, conversation.Ref)) {
	t.Helper()
	play(t, sim.Options{}, nil, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		jan.Start()
		f(w, jan, conversation.Ref{Adapter: "telegram", Account: "acme", Key: fmt.Sprintf("c%d", jan.ChatID())})
	})
}

func TestEveryFaultOfASendHasOneOutcome(t *testing.T) {
	for _, c := range []struct {
		name    string
		rule    sim.Rule
		outcome conversation.Outcome
		reason  conversation.Reason
		after   time.Duration
		whole   bool
		arrived bool // whether the customer has it all the same
	}{
		{name: "429 with a time", rule: sim.Rule{Fault: sim.TooMany, RetryAfter: 5}, outcome: conversation.Later, reason: conversation.Busy, after: 5 * time.Second},
		{name: "429 without", rule: sim.Rule{Fault: sim.TooMany}, outcome: conversation.Later, reason: conversation.Busy},
		{name: "500", rule: sim.Rule{Fault: sim.Internal}, outcome: conversation.Maybe, reason: conversation.Lost},
		{name: "500, and yet", rule: sim.Rule{Fault: sim.InternalToo}, outcome: conversation.Maybe, reason: conversation.Lost, arrived: true},
		{name: "502 in HTML", rule: sim.Rule{Fault: sim.BadGateway}, outcome: conversation.Maybe, reason: conversation.Lost},
		{name: "502 in HTML, and yet", rule: sim.Rule{Fault: sim.GatewayAfter}, outcome: conversation.Maybe, reason: conversation.Lost, arrived: true},
		{name: "dropped", rule: sim.Rule{Fault: sim.DropBefore}, outcome: conversation.Maybe, reason: conversation.Lost},
		{name: "dropped, and yet", rule: sim.Rule{Fault: sim.DropAfter}, outcome: conversation.Maybe, reason: conversation.Lost, arrived: true},
		{name: "half an answer", rule: sim.Rule{Fault: sim.Truncated}, outcome: conversation.Maybe, reason: conversation.Lost, arrived: true},
		{name: "no answer", rule: sim.Rule{Fault: sim.Hang}, outcome: conversation.Maybe, reason: conversation.Lost},
		{name: "no answer, and yet", rule: sim.Rule{Fault: sim.HangAfter}, outcome: conversation.Maybe, reason: conversation.Lost, arrived: true},
		{name: "401", rule: sim.Rule{Fault: sim.Unauthorized}, outcome: conversation.Later, reason: conversation.TokenDead, whole: true},
		{name: "404", rule: refuse(404, "Not Found"), outcome: conversation.Later, reason: conversation.TokenDead, whole: true},
		{name: "413", rule: refuse(413, "Request Entity Too Large"), outcome: conversation.Refused, reason: conversation.FileTooBig},
		{name: "blocked", rule: refuse(403, "Forbidden: bot was blocked by the user"), outcome: conversation.Refused, reason: conversation.Blocked},
		{name: "deactivated", rule: refuse(403, "Forbidden: user is deactivated"), outcome: conversation.Refused, reason: conversation.Deactivated},
		{name: "kicked", rule: refuse(403, "Forbidden: bot was kicked from the supergroup chat"), outcome: conversation.Refused, reason: conversation.NotAllowed},
		{name: "not started", rule: refuse(403, "Forbidden: bot can't initiate conversation with a user"), outcome: conversation.Refused, reason: conversation.NotStarted},
		{name: "no chat", rule: refuse(400, "Bad Request: chat not found"), outcome: conversation.Refused, reason: conversation.Gone},
		{name: "no topic", rule: refuse(400, "Bad Request: message thread not found"), outcome: conversation.Refused, reason: conversation.Gone},
		{name: "too long", rule: refuse(400, "Bad Request: message is too long"), outcome: conversation.Refused, reason: conversation.TooLong},
		{name: "window", rule: refuse(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING"), outcome: conversation.Refused, reason: conversation.WindowClosed},
		{name: "no rights", rule: refuse(400, "Bad Request: not enough rights to send text messages to the chat"), outcome: conversation.Refused, reason: conversation.NotAllowed},
		{name: "something else", rule: refuse(400, "Bad Request: WHATEVER"), outcome: conversation.Refused, reason: conversation.Rejected},
	} {
		t.Run(c.name, func(t *testing.T) {
			withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
				c.rule.Method = "sendMessage"
				w.sim.Fail(c.rule)
				_, no := w.send(ref, plain("answer"))
				if no == nil {
					t.Fatal("no error")
				}
				if no.Outcome != c.outcome || no.Reason != c.reason || no.After != c.after || no.Whole != c.whole {
					t.Errorf("got %+v", no)
				}
				if has := len(jan.Messages()) == 2; has != c.arrived {
					t.Errorf("arrived: %v", has)
				}
				if n := w.sim.Calls()["sendMessage"]; n != 1 {
					t.Errorf("%d calls for one message", n)
				}
			})
		})
	}
}

func refuse(code int, text string) sim.Rule {
	return sim.Rule{Fault: sim.Refuse, Code: code, Text: text}
}

func TestWhatSurelyDidNotLeaveIsLater(t *testing.T) {
	for _, c := range []struct {
		name string
		dial func(*sim.Sim) func(context.Context, string, string) (net.Conn, error)
		full bool
		want conversation.Outcome
	}{
		{"refused", func(*sim.Sim) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("connection refused") }
		}, true, conversation.Later},
		{"nobody answers the dial", func(*sim.Sim) func(context.Context, string, string) (net.Conn, error) {
			return func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
		}, true, conversation.Later},
		{"the connection takes nothing", func(*sim.Sim) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				_ = theirs.Close()
				return ours, nil
			}
		}, false, conversation.Later},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sim.New(sim.Options{Token: canary})
				defer s.Close()
				cfg := telegram.Settings{Token: adapters.NewSecret(canary), APIURL: s.BaseURL()}
				tg, err := telegram.New("acme", &cfg, adapters.Env{Dial: c.dial(s)})
				if err != nil {
					t.Fatal(err)
				}
				_, err = tg.Send(t.Context(), conversation.Ref{Key: "c7"}, plain("x"))
				no := asSendError(t, err)
				if no.Outcome != c.want || no.Whole != c.full {
					t.Errorf("got %+v", no)
				}
			})
		})
	}
}

func TestAnEndingProgramLeavesMaybe(t *testing.T) {
	withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
		w.sim.Fail(sim.Rule{Method: "sendMessage", Fault: sim.HangAfter})
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Second)
		defer cancel()
		_, err := w.tg.Send(ctx, ref, plain("x"))
		if no := asSendError(w.t, err); no.Outcome != conversation.Maybe {
			t.Errorf("got %v", no)
		}
	})
}

func TestTextsThatDoNotFitAreRefusedHere(t *testing.T) {
	withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
		pic := attachment("a.png", conversation.Photo, png)
		for _, c := range []struct {
			name string
			m    adapters.Outgoing
			want conversation.Reason
		}{
			{"nothing", plain(" \n"), conversation.Empty},
			{"4096 units", plain(strings.Repeat("é", 4096)), ""},
			{"4097 units", plain(strings.Repeat("👍", 2048) + "x"), conversation.TooLong},
			{"a caption of 1024", adapters.Outgoing{Text: conversation.Plainly(strings.Repeat("é", 1024)), Files: []adapters.Attachment{pic}}, ""},
			{"a caption of 1025", adapters.Outgoing{Text: conversation.Plainly(strings.Repeat("é", 1025)), Files: []adapters.Attachment{pic}}, conversation.TooLong},
			{"eleven files", adapters.Outgoing{Files: []adapters.Attachment{pic, pic, pic, pic, pic, pic, pic, pic, pic, pic, pic}}, conversation.Rejected},
			{"51 MB", adapters.Outgoing{Files: []adapters.Attachment{{File: conversation.File{Size: 51 << 20}}}}, conversation.FileTooBig},
		} {
			before := len(w.sim.Log())
			_, no := w.send(ref, c.m)
			if c.want == "" && no != nil || c.want != "" && (no == nil || no.Reason != c.want || no.Outcome != conversation.Refused) {
				t.Errorf("%s: %v", c.name, no)
			}
			if c.want != "" && len(w.sim.Log()) != before {
				t.Errorf("%s: Telegram was called", c.name)
			}
		}
		for _, key := range []string{"", "x", "c", "cx", "c0", "c1/", "u5", "c1/z9", "b%zz/c1"} {
			if _, no := w.send(conversation.Ref{Key: key}, plain("x")); no == nil || no.Outcome != conversation.Refused {
				t.Errorf("key %q: %v", key, no)
			}
			if !w.tg.Limits(conversation.Ref{Key: key}, time.Time{}).ReadOnly {
				t.Errorf("key %q is not read-only", key)
			}
		}
	})
}

func TestStylesReachThePhone(t *testing.T) {
	withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
		m := adapters.Outgoing{Text: conversation.Text{Plain: "👍 bold link code", Spans: []conversation.Span{
			{From: 5, To: 9, Style: conversation.Bold},
			{From: 10, To: 14, Style: conversation.Link, Target: "https://shop.example/a?b=c&d"},
			{From: 15, To: 19, Style: conversation.Code},
			{From: 0, To: 4, Style: conversation.Mention, Target: "U1"},
		}}}
		if _, no := w.send(ref, m); no != nil {
			t.Fatal(no)
		}
		got := jan.Messages()[1]
		var parts []string
		for _, e := range got.Entities {
			parts = append(parts, e.Type+"="+sim.Covered(got.Text, e)+e.URL)
		}
		equal(t, "entities", parts, []string{"bold=bold", "text_link=linkhttps://shop.example/a?b=c&d", "code=code"})

		// Where Telegram dislikes them, the words go without.
		w.sim.Fail(sim.Rule{Method: "sendMessage", Fault: sim.Refuse, Code: 400, Text: "Bad Request: can't parse entities: whatever"})
		if _, no := w.send(ref, m); no != nil {
			t.Fatal(no)
		}
		if got := jan.Messages()[2]; got.Text != m.Text.Plain || len(got.Entities) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestFilesGoAsWhatTheyAre(t *testing.T) {
	doc := attachment("bill.pdf", conversation.Document, []byte("%PDF"))
	pic := attachment("a.png", conversation.Photo, png)
	film := attachment("a.mp4", conversation.Video, []byte("film"))
	song := attachment("a.mp3", conversation.Audio, []byte("song"))
	voice := attachment("a.ogg", conversation.Voice, []byte("voice"))
	fake := attachment("fake.png", conversation.Photo, []byte("no picture"))
	for _, c := range []struct {
		name  string
		files []adapters.Attachment
		want  string
	}{
		{"photo", []adapters.Attachment{pic}, "photo"},
		{"document", []adapters.Attachment{doc}, "document:bill.pdf"},
		{"video", []adapters.Attachment{film}, "video"},
		{"audio", []adapters.Attachment{song}, "audio"},
		{"voice", []adapters.Attachment{voice}, "voice"},
		{"animation", []adapters.Attachment{attachment("a.gif", conversation.Animation, []byte("GIF89a"))}, "animation"},
		{"sticker", []adapters.Attachment{attachment("a.webp", conversation.Sticker, []byte("x"))}, "document:a.webp"},
		{"a photo that is none", []adapters.Attachment{fake}, "document:fake.png"},
		{"photos and a video", []adapters.Attachment{pic, film, pic}, "photo video photo"},
		{"documents of one name", []adapters.Attachment{doc, doc}, "document:bill.pdf document:2-bill.pdf"},
		{"songs", []adapters.Attachment{song, song}, "audio audio"},
		{"a mixture", []adapters.Attachment{pic, doc}, "document:a.png document:bill.pdf"},
		{"an album with a photo that is none", []adapters.Attachment{pic, fake}, "document:a.png document:fake.png"},
	} {
		t.Run(c.name, func(t *testing.T) {
			withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
				r, no := w.send(ref, adapters.Outgoing{Text: conversation.Plainly("see"), Files: c.files})
				if no != nil {
					t.Fatal(no)
				}
				var kinds []string
				for _, m := range jan.Messages()[1:] {
					kinds = append(kinds, kindOf(m))
				}
				equal(t, "kinds", strings.Join(kinds, " "), c.want)
				equal(t, "ids", len(r.IDs), len(c.files))
				equal(t, "caption", jan.Messages()[1].Caption, "see")
			})
		})
	}
}

func kindOf(m sim.Message) string {
	switch {
	case m.Photo != nil:
		return "photo"
	case m.Video != nil:
		return "video"
	case m.Audio != nil:
		return "audio"
	case m.Voice != nil:
		return "voice"
	case m.Animation != nil:
		return "animation"
	case m.Document != nil:
		return "document:" + m.Document.FileName
	}
	return "text"
}

func TestFilesThatBreakOnTheWay(t *testing.T) {
	failing := func(open, read error, length int64) adapters.Attachment {
		return adapters.Attachment{File: conversation.File{Name: "a.pdf", Kind: conversation.Document}, Open: func(context.Context) (io.ReadCloser, int64, error) {
			if open != nil {
				return nil, 0, open
			}
			return io.NopCloser(io.MultiReader(bytes.NewReader(make([]byte, 4000)), &brokenReader{read})), length, nil
		}}
	}
	busy := &adapters.SendError{Outcome: conversation.Later, Reason: conversation.Busy, After: time.Second}
	for _, c := range []struct {
		name    string
		file    adapters.Attachment
		outcome conversation.Outcome
		reason  conversation.Reason
	}{
		{"cannot be opened", failing(errors.New("no such file"), nil, 0), conversation.Refused, conversation.FileGone},
		{"cannot be opened now", failing(busy, nil, 0), conversation.Later, conversation.Busy},
		{"breaks off", failing(nil, errors.New("connection reset"), -1), conversation.Refused, conversation.FileGone},
		{"breaks off in time", failing(nil, context.DeadlineExceeded, -1), conversation.Later, conversation.Lost},
		{"is too big by its length", failing(nil, io.EOF, 60<<20), conversation.Refused, conversation.FileTooBig},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, files := range [][]adapters.Attachment{{c.file}, {attachment("b.pdf", conversation.Document, []byte("b")), c.file}} {
				withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
					_, no := w.send(ref, adapters.Outgoing{Files: files})
					if no == nil || no.Outcome != c.outcome || no.Reason != c.reason {
						t.Errorf("%d files: got %v", len(files), no)
					}
					synctest.Wait()
					equal(t, "messages", len(jan.Messages()), 1)
				})
			}
		})
	}
}

type brokenReader struct{ err error }

func (b *brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestEditAndDelete(t *testing.T) {
	withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
		r, no := w.send(ref, plain("one"))
		if no != nil {
			t.Fatal(no)
		}
		pic, no := w.send(ref, adapters.Outgoing{Text: conversation.Plainly("cap"), Files: []adapters.Attachment{attachment("a.png", conversation.Photo, png)}})
		if no != nil {
			t.Fatal(no)
		}
		edit := func(id, text string) error { return w.tg.Edit(w.t.Context(), ref, id, plain(text)) }
		for _, err := range []error{edit(r.IDs[0], "two"), edit(r.IDs[0], "two"), edit(pic.IDs[0], "caption")} {
			if err != nil {
				t.Error(err)
			}
		}
		got := jan.Messages()
		equal(t, "texts", []string{got[1].Text, got[2].Caption}, []string{"two", "caption"})
		equal(t, "before", got[1].Was, []string{"one"})
		for range 2 {
			if err := w.tg.Delete(w.t.Context(), ref, r.IDs[0]); err != nil {
				t.Error(err)
			}
		}
		equal(t, "messages", len(jan.Messages()), 2)
		if no := asSendError(w.t, edit(r.IDs[0], "three")); no.Reason != conversation.Gone {
			t.Errorf("edit of what is gone: %v", no)
		}
		if no := asSendError(w.t, edit("x", "three")); no.Reason != conversation.Gone {
			t.Errorf("edit of no message: %v", no)
		}
		w.sim.Fail(sim.Rule{Method: "editMessageText", Fault: sim.DropAfter})
		if no := asSendError(w.t, edit(pic.IDs[0], "three")); no.Outcome != conversation.Maybe {
			t.Errorf("an edit whose answer is lost: %v", no)
		}
		w.sim.Fail(sim.Rule{Method: "deleteMessage", Fault: sim.Refuse, Code: 400, Text: "Bad Request: message can't be deleted"})
		if no := asSendError(w.t, w.tg.Delete(w.t.Context(), ref, pic.IDs[0])); no.Reason != conversation.TooLate {
			t.Errorf("a message that cannot be deleted: %v", no)
		}
		time.Sleep(49 * time.Hour)
		if no := asSendError(w.t, w.tg.Delete(w.t.Context(), ref, pic.IDs[0])); no.Reason != conversation.TooLate || no.Outcome != conversation.Refused {
			t.Errorf("delete after 49 hours: %v", no)
		}
	})
}

func TestAPhotoThatIsTooBigForOneIsADocument(t *testing.T) {
	big := append(bytes.Clone(png), make([]byte, 10<<20)...)
	unknown := attachment("b.png", conversation.Photo, big)
	unknown.Size = 0 // its size shows only when Telegram refuses it
	for _, file := range []adapters.Attachment{attachment("b.png", conversation.Photo, big), unknown} {
		withJan(t, func(w *world, jan *sim.Customer, ref conversation.Ref) {
			if _, no := w.send(ref, adapters.Outgoing{Files: []adapters.Attachment{file}}); no != nil {
				t.Fatal(no)
			}
			equal(t, "kind", kindOf(jan.Messages()[1]), "document:b.png")
		})
	}
}
