package telegram_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

// png is the beginning of a picture, enough for the sim.
var png = append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, 200)...)

// want is what a reader sees of a message.
type want struct {
	text, unknown, quote, from string
	file                       conversation.FileKind
	name, mime                 string
	place, contact             bool
}

func TestContentArrivesAsWhatItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		send func(*world, *sim.Customer)
		want want
	}{
		{"photo", func(_ *world, j *sim.Customer) { j.SendPhoto(png, "look") }, want{text: "look", file: conversation.Photo, name: "photo.jpg", mime: "image/jpeg"}},
		{"document", func(_ *world, j *sim.Customer) { j.SendDocument("../../etc/bill.pdf", png, "") }, want{file: conversation.Document, name: "bill.pdf", mime: "application/pdf"}},
		{"video", func(_ *world, j *sim.Customer) { j.SendVideo(png, "v") }, want{text: "v", file: conversation.Video, name: "video.mp4", mime: "video/mp4"}},
		{"voice", func(_ *world, j *sim.Customer) { j.SendVoice(png) }, want{file: conversation.Voice, name: "voice.ogg", mime: "audio/ogg"}},
		{"video note", func(_ *world, j *sim.Customer) { j.SendVideoNote(png) }, want{file: conversation.Video, name: "video.mp4", mime: "video/mp4"}},
		{"audio", func(_ *world, j *sim.Customer) { j.SendAudio("song.mp3", png, "") }, want{file: conversation.Audio, name: "song.mp3", mime: "audio/mpeg"}},
		{"animation", func(_ *world, j *sim.Customer) { j.SendAnimation(png, "") }, want{file: conversation.Animation, name: "animation.mp4", mime: "video/mp4"}},
		{"sticker", func(_ *world, j *sim.Customer) { j.SendSticker("😀", png) }, want{text: "😀", file: conversation.Sticker, name: "sticker.webp", mime: "image/webp"}},
		{"location", func(_ *world, j *sim.Customer) { j.SendLocation(52.1, 4.3, "", "") }, want{place: true}},
		{"venue", func(_ *world, j *sim.Customer) { j.SendLocation(52.1, 4.3, "Shop", "Street 1") }, want{place: true}},
		{"contact", func(_ *world, j *sim.Customer) { j.SendContact("Eva", "+31000") }, want{contact: true}},
		{"poll", func(_ *world, j *sim.Customer) { j.SendPoll("a or b?", []string{"a", "b"}) }, want{text: "📊 a or b?\n• a\n• b"}},
		{"poll that asks nothing", func(_ *world, j *sim.Customer) { j.SendPoll("", nil) }, want{unknown: "poll"}},
		{"forwarded", func(_ *world, j *sim.Customer) { j.Write("x", sim.ForwardedFrom("Somebody")) }, want{text: "x", from: "Somebody"}},
		{"quote", func(_ *world, j *sim.Customer) {
			id := j.Write("a long story")
			j.Write("this", sim.ReplyTo(id), sim.Quoting("long"))
		}, want{text: "this", quote: "long"}},
		{"reply", func(_ *world, j *sim.Customer) { id := j.Write("a long story"); j.Write("this", sim.ReplyTo(id)) }, want{text: "this", quote: "a long story"}},
		{"something of next year", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"hologram":{"a":[1]}}}`)
		}, want{unknown: "hologram"}},
		{"something of next year with a caption", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"hologram":{"a":[1]},"caption":"this is broken"}}`)
		}, want{text: "this is broken", unknown: "hologram"}},
		{"paid media with a caption", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"paid_media":{"star_count":1,"paid_media":[{"type":"live_photo"}]},"caption":"see","show_caption_above_media":true}}`)
		}, want{text: "see", unknown: "paid_media"}},
		{"a place with a caption", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"location":{"latitude":1,"longitude":2},"caption":"here"}}`)
		}, want{text: "here", place: true}},
		{"a story replied to", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"reply_to_story":{"id":1},"text":"nice"}}`)
		}, want{text: "nice"}},
		{"nothing at all", func(w *world, _ *sim.Customer) {
			w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"}}}`)
		}, want{unknown: "empty message"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				w.run()
				c.send(w, w.sim.NewCustomer("Jan Example"))
				w.settle()
				all := heards(w)
				if len(all) == 0 {
					t.Fatalf("heard nothing but %+v", w.in.events())
				}
				m := all[len(all)-1].Message
				got := want{text: m.Text.Plain, unknown: m.Unknown, quote: m.Quote, from: m.Forwarded, place: m.Location != nil, contact: m.Contact != nil}
				if len(m.Files) > 0 {
					got.file, got.name, got.mime = m.Files[0].Kind, m.Files[0].Name, m.Files[0].Type
					w.fetches(m.Files[0], png)
				}
				equal(t, "content", got, c.want)
			})
		})
	}
}

// fetches checks that a file can be fetched and is what was sent.
func (w *world) fetches(f conversation.File, sent []byte) {
	w.t.Helper()
	body, n, err := w.tg.Fetch(w.t.Context(), w.ref(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	content, err := io.ReadAll(body)
	_ = body.Close()
	if err != nil || !bytes.Equal(content, sent) || n != int64(len(sent)) {
		w.t.Errorf("fetched %d bytes (told %d): %v", len(content), n, err)
	}
}

func TestServiceMessagesAreNoMentions(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.InjectRaw(`{"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"J"},"pinned_message":{"message_id":3,"date":0,"chat":{"id":7,"type":"private"}}}}`)
		w.settle()
		equal(t, "events", len(w.in.events()), 0)
	})
}

func TestAnAlbumIsOneGroup(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		w.run()
		w.sim.NewCustomer("Jan Example").SendAlbum([][]byte{png, png, png}, "three")
		w.settle()
		all := heards(w)
		if len(all) != 3 || all[0].Message.Group == "" || all[0].Message.Group != all[2].Message.Group || all[0].Message.Text.Plain != "three" {
			t.Errorf("%+v", all)
		}
	})
}

func TestFilesThatCannotBeFetched(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*sim.Sim)
		file    func(conversation.File) conversation.File
		outcome conversation.Outcome
		reason  conversation.Reason
	}{
		{"too big by its own word", nil, func(f conversation.File) conversation.File { f.Size = 21 << 20; return f }, conversation.Refused, conversation.FileTooBig},
		{"unknown", nil, func(f conversation.File) conversation.File { f.ID = "nothing"; return f }, conversation.Refused, conversation.FileGone},
		{"gone", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "file", Fault: sim.Refuse, Code: 404, Text: "Not Found"}) }, nil, conversation.Refused, conversation.FileGone},
		{"down", func(s *sim.Sim) { s.Down(true) }, nil, conversation.Later, conversation.Down},
		{"dropped", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "file", Times: -1, Fault: sim.DropBefore}) }, nil, conversation.Later, conversation.Down},
		{"busy", func(s *sim.Sim) { s.Fail(sim.Rule{Method: "getFile", Fault: sim.TooMany, RetryAfter: 3}) }, nil, conversation.Later, conversation.Busy},
		{"token", func(s *sim.Sim) { s.Revoke(true) }, nil, conversation.Later, conversation.TokenDead},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				w.run()
				w.sim.NewCustomer("Jan Example").SendPhoto(png, "")
				w.settle()
				f := heards(w)[0].Message.Files[0]
				w.end()
				if c.file != nil {
					f = c.file(f)
				}
				if c.spoil != nil {
					c.spoil(w.sim)
				}
				_, _, err := w.tg.Fetch(context.WithoutCancel(w.t.Context()), conversation.Ref{}, f)
				no := asSendError(w.t, err)
				if no.Outcome != c.outcome || no.Reason != c.reason {
					t.Errorf("%v, want %s %s", err, c.outcome, c.reason)
				}
			})
		})
	}
}
