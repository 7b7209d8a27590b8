package bot_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// postOffice is one customer with a thread, in a bubble.
type postOffice struct {
	*testing.T
	w    *world
	jan  *telegramsim.Customer
	root string
}

func inPostOffice(t *testing.T, play func(p *postOffice)) {
	t.Helper()
	bubble(t, 1, func(t *testing.T, w *world, c *town) {
		c.write(0)
		time.Sleep(2 * time.Second)
		play(&postOffice{t, w, c.people[0], c.roots()[0][0]})
	})
}

// shares has Sanne share files.
func (p *postOffice) shares(text string, files ...slacksim.Upload) {
	p.Helper()
	if _, err := p.w.slack.Say(slacksim.Saying{User: "U0SANNE01", Channel: deskChannel, ThreadTS: p.root, Text: text, Files: files}); err != nil {
		p.Fatal(err)
	}
}

// desk lists what stands in the thread below its card, one entry a message: the text, and each file as {title size}.
func (p *postOffice) desk() []string {
	var out []string
	for _, m := range p.w.slack.Thread(deskChannel, p.root) {
		if m.TS == p.root {
			continue
		}
		var text strings.Builder
		text.WriteString(strings.Join(strings.Fields(plain(m)), " "))
		for _, f := range m.Files {
			_, content, _ := p.w.slack.File(f.ID)
			text.WriteString(fmt.Sprintf(" {%s %d}", f.Title, len(content)))
		}
		for _, mark := range marks(m) {
			text.WriteString(" " + mark)
		}
		out = append(out, strings.TrimSpace(text.String()))
	}
	return out
}

// phone lists what the customer got from us, each file as {kind name size}; messages of one album stand in one entry.
func (p *postOffice) phone() []string {
	var out []string
	album := ""
	for _, m := range p.jan.Messages() {
		if !m.ByBot {
			continue
		}
		text := strings.TrimSpace(onPhone(p.w, m) + " " + m.Text + m.Caption)
		if m.MediaGroupID != "" && m.MediaGroupID == album {
			out[len(out)-1] += " " + text
			continue
		}
		album = m.MediaGroupID
		out = append(out, text)
	}
	return out
}

// onPhone is the file of a message.
func onPhone(w *world, m telegramsim.Message) string {
	show := func(kind, name, id string) string {
		content, _, _ := w.telegram.File(id)
		return "{" + strings.TrimSpace(kind+" "+name) + fmt.Sprintf(" %d}", len(content))
	}
	switch {
	case len(m.Photo) > 0:
		return show("photo", "", m.Photo[len(m.Photo)-1].FileID)
	case m.Video != nil:
		return show("video", m.Video.FileName, m.Video.FileID)
	case m.Animation != nil:
		return show("animation", m.Animation.FileName, m.Animation.FileID)
	case m.Audio != nil:
		return show("audio", m.Audio.FileName, m.Audio.FileID)
	case m.Voice != nil:
		return show("voice", "", m.Voice.FileID)
	case m.Document != nil:
		return show("document", m.Document.FileName, m.Document.FileID)
	}
	return ""
}

func (p *postOffice) want(what string, got, want []string) {
	p.Helper()
	if !slices.Equal(got, want) {
		p.Errorf("%s:\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// bytesOf is a file of n bytes; the first are a picture's.
func bytesOf(n int) []byte { return append(slices.Clone(picture), make([]byte, n)...)[:n] }

// Everything that a customer can send arrives whole, as one message, with the words that came with it.
func TestEveryFileReachesTheDesk(t *testing.T) {
	t.Parallel()
	const big = 100
	album := func(n int) (titles string) {
		for i := range n {
			titles += fmt.Sprintf(" {photo.jpg %d}", big+i)
		}
		return strings.TrimSpace(titles)
	}
	pictures := func(n int) (all [][]byte) {
		for i := range n {
			all = append(all, bytesOf(big+i))
		}
		return all
	}
	for name, c := range map[string]struct {
		send func(p *postOffice)
		want []string
	}{
		"photo":        {func(p *postOffice) { p.jan.SendPhoto(bytesOf(big), "kijk") }, []string{"kijk", "{photo.jpg 100}"}},
		"document":     {func(p *postOffice) { p.jan.SendDocument("bon.pdf", bytesOf(big), "kijk") }, []string{"kijk", "{bon.pdf 100}"}},
		"video":        {func(p *postOffice) { p.jan.SendVideo(bytesOf(big), "kijk") }, []string{"kijk", "{video.mp4 100}"}},
		"round video":  {func(p *postOffice) { p.jan.SendVideoNote(bytesOf(big)) }, []string{"🎬 Video", "{video.mp4 100}"}},
		"voice":        {func(p *postOffice) { p.jan.SendVoice(bytesOf(big)) }, []string{"🎤 Voice message", "{voice.ogg 100}"}},
		"audio":        {func(p *postOffice) { p.jan.SendAudio("lied.mp3", bytesOf(big), "hoor") }, []string{"hoor", "{lied.mp3 100}"}},
		"animation":    {func(p *postOffice) { p.jan.SendAnimation(bytesOf(big), "") }, []string{"🎞️ Animation", "{animation.mp4 100}"}},
		"sticker":      {func(p *postOffice) { p.jan.SendSticker("😀", bytesOf(big)) }, []string{"😀", "{sticker.webp 100}"}},
		"album of two": {func(p *postOffice) { p.jan.SendAlbum(pictures(2), "twee") }, []string{"twee", album(2)}},
		"album of ten": {func(p *postOffice) { p.jan.SendAlbum(pictures(10), "") }, []string{"📷 Photo (10)", album(10)}},
		"album of photos and a video": {func(p *postOffice) {
			in := p.w.telegram.Album()
			p.jan.SendPhoto(bytesOf(big), "alles", in)
			p.jan.SendVideo(bytesOf(big+1), "", in)
			p.jan.SendPhoto(bytesOf(big+2), "", in)
		}, []string{"alles", "{photo.jpg 100} {video.mp4 101} {photo.jpg 102}"}},
		"album of documents": {func(p *postOffice) {
			in := p.w.telegram.Album()
			p.jan.SendDocument("bon.pdf", bytesOf(big), "", in)
			p.jan.SendDocument("bon.pdf", bytesOf(big+1), "beide", in)
		}, []string{"beide", "{bon.pdf 100} {bon.pdf 101}"}},
		"album of songs": {func(p *postOffice) {
			in := p.w.telegram.Album()
			p.jan.SendAudio("een.mp3", bytesOf(big), "", in)
			p.jan.SendAudio("twee.mp3", bytesOf(big+1), "", in)
		}, []string{"🎵 Audio (2)", "{een.mp3 100} {twee.mp3 101}"}},
		"an album that is late": {func(p *postOffice) {
			in := p.w.telegram.Album()
			p.jan.SendPhoto(bytesOf(big), "een", in)
			time.Sleep(20 * time.Second)
			p.jan.SendPhoto(bytesOf(big+1), "", in)
		}, []string{"een", "{photo.jpg 100}", "📷 Photo", "{photo.jpg 101}"}},
		"21 MB": {func(p *postOffice) { p.jan.SendDocument("film.mkv", bytesOf(21<<20), "mijn film") }, []string{
			"mijn film", "⚠️ The customer sent something that could not be shown here (film.mkv): the file is too big.",
		}},
		"21 MB in an album": {func(p *postOffice) {
			in := p.w.telegram.Album()
			p.jan.SendPhoto(bytesOf(big), "alles", in)
			p.jan.SendVideo(bytesOf(21<<20), "", in)
		}, []string{"alles", "{photo.jpg 100}", "⚠️ The customer sent something that could not be shown here (video.mp4): the file is too big."}},
		"Slack refuses the type of one": {func(p *postOffice) {
			p.w.slack.Fail(slacksim.Fault{Method: "files.getUploadURLExternal", Kind: slacksim.Refuse, Code: "file_uploads_except_images_disabled", Match: map[string]string{"filename": "bon.exe"}})
			in := p.w.telegram.Album()
			p.jan.SendDocument("bon.exe", bytesOf(big), "beide", in)
			p.jan.SendDocument("bon.pdf", bytesOf(big), "", in)
		}, []string{"beide", "{bon.pdf 100}", "⚠️ The customer sent something that could not be shown here (bon.exe): the network does not take such a file."}},
		"Slack refuses it for a reason of its own": {func(p *postOffice) {
			p.w.slack.Fail(slacksim.Fault{Method: "files.getUploadURLExternal", Kind: slacksim.Refuse, Code: "storage_limit_reached"})
			p.jan.SendPhoto(bytesOf(big), "kijk")
		}, []string{"kijk", "⚠️ The customer sent something that could not be shown here (photo.jpg): the network refused it (files.getUploadURLExternal: storage_limit_reached)."}},
		"nothing in it": {func(p *postOffice) { p.jan.SendDocument("leeg.txt", nil, "zie bijlage") }, []string{
			"zie bijlage", "⚠️ The customer sent something that could not be shown here (leeg.txt): there is nothing in it that can be sent.",
		}},
		"a name to frighten": {func(p *postOffice) {
			p.jan.SendDocument("../../\u202Egpj.exe\x00\n<!channel>"+strings.Repeat("x", 300)+".pdf", bytesOf(big), "")
		}, []string{"📎 File: gpj.exe <!channel>" + strings.Repeat("x", 81) + "…", "{gpj.exe _!channel_" + strings.Repeat("x", 77) + "….pdf 100}"}},
	} {
		t.Run(name, func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				c.send(p)
				time.Sleep(30 * time.Second)
				p.want("the thread", p.desk(), c.want)
			})
		})
	}
}

// Everything that staff can share arrives as what it is, with the words beside it where they fit, and says why not.
func TestEveryFileReachesTheCustomer(t *testing.T) {
	t.Parallel()
	file := func(name, mime string, n int) slacksim.Upload {
		return slacksim.Upload{Name: name, Mimetype: mime, Content: bytesOf(n)}
	}
	png, pdf, mp4, mp3 := file("a.png", "image/png", 100), file("b.pdf", "application/pdf", 101), file("c.mp4", "video/mp4", 102), file("d.mp3", "audio/mpeg", 103)
	clip := slacksim.Upload{Name: "clip.ogg", Mimetype: "audio/ogg", Subtype: "slack_audio", Content: bytesOf(104)}
	long := strings.Repeat("👍", 513) // 1026 UTF-16 units
	eleven := slices.Repeat([]slacksim.Upload{png}, 11)
	ten := strings.TrimSpace(strings.Repeat(" {photo 100}", 10))
	for name, c := range map[string]struct {
		text  string
		files []slacksim.Upload
		want  []string
		desk  []string // below the message itself
	}{
		"photo":                    {"Zo:", []slacksim.Upload{png}, []string{"{photo 100} Zo:\n— Sanne"}, nil},
		"photo without a word":     {"", []slacksim.Upload{png}, []string{"{photo 100} — Sanne"}, nil},
		"document":                 {"Zo:", []slacksim.Upload{pdf}, []string{"{document b.pdf 101} Zo:\n— Sanne"}, nil},
		"video":                    {"Zo:", []slacksim.Upload{mp4}, []string{"{video c.mp4 102} Zo:\n— Sanne"}, nil},
		"audio":                    {"Zo:", []slacksim.Upload{mp3}, []string{"{audio d.mp3 103} Zo:\n— Sanne"}, nil},
		"voice":                    {"", []slacksim.Upload{clip}, []string{"{voice 104} — Sanne"}, nil},
		"animation":                {"", []slacksim.Upload{file("e.gif", "image/gif", 105)}, []string{"{animation e.gif 105} — Sanne"}, nil},
		"album of two":             {"Zo:", []slacksim.Upload{png, png}, []string{"{photo 100} Zo:\n— Sanne {photo 100}"}, nil},
		"photos and a video":       {"Zo:", []slacksim.Upload{png, mp4, png}, []string{"{photo 100} Zo:\n— Sanne {video c.mp4 102} {photo 100}"}, nil},
		"of every kind":            {"Zo:", []slacksim.Upload{png, pdf, mp4, mp3, clip}, []string{"{document a.png 100} Zo:\n— Sanne {document b.pdf 101} {document c.mp4 102} {document d.mp3 103} {document clip.ogg 104}"}, nil},
		"ten":                      {"", eleven[:10], []string{"{photo 100} — Sanne" + strings.TrimPrefix(ten, "{photo 100}")}, nil},
		"eleven":                   {"", eleven, []string{"{photo 100} — Sanne" + strings.TrimPrefix(ten, "{photo 100}"), "{photo 100}"}, nil},
		"a caption that is long":   {long[:4*507], []slacksim.Upload{png}, []string{"{photo 100} " + long[:4*507] + "\n— Sanne"}, nil}, // 1023 with the name
		"a caption that is longer": {long, []slacksim.Upload{png}, []string{long + "\n— Sanne", "{photo 100}"}, nil},
		"50 MB":                    {"Zo:", []slacksim.Upload{file("film.mp4", "video/mp4", 50<<20)}, []string{fmt.Sprintf("{video film.mp4 %d} Zo:\n— Sanne", 50<<20)}, nil},
		"more than 50 MB": {
			"Zo:",
			[]slacksim.Upload{file("film.mp4", "video/mp4", 50<<20+1)},
			[]string{"Zo:\n— Sanne"},
			[]string{"⚠️ Only a part was delivered, without film.mp4: the file is too big. [Try again]"},
		},
		"more than 50 MB of three": {
			"Zo:",
			[]slacksim.Upload{png, file("film.mp4", "video/mp4", 50<<20+1), png},
			[]string{"{photo 100} Zo:\n— Sanne {photo 100}"},
			[]string{"⚠️ Only a part was delivered, without film.mp4: the file is too big. [Try again]"},
		},
		"nothing but more than 50 MB": {
			"",
			[]slacksim.Upload{file("film.mp4", "video/mp4", 50<<20+1)},
			nil,
			[]string{"⚠️ Not delivered (film.mp4): the file is too big. [Try again]"},
		},
		"a photo that is none":       {"", []slacksim.Upload{{Name: "a.png", Mimetype: "image/png", Content: []byte("no picture")}}, []string{"{document a.png 10} — Sanne"}, nil},
		"a photo of more than 10 MB": {"", []slacksim.Upload{file("a.png", "image/png", 10<<20+1)}, []string{fmt.Sprintf("{document a.png %d} — Sanne", 10<<20+1)}, nil},
		"an empty one beside another": {
			"Zo:",
			[]slacksim.Upload{png, {Name: "leeg.txt", Mimetype: "text/plain", Content: []byte{}}},
			[]string{"Zo:\n— Sanne", "{photo 100}"},
			[]string{"⚠️ Only a part was delivered, without leeg.txt: there is nothing in it that can be sent. [Try again]"},
		},
		"a name to frighten": {
			"",
			[]slacksim.Upload{file("../../\u202Egpj.exe\x00\r\n\""+strings.Repeat("x", 300)+".pdf", "application/pdf", 100)},
			[]string{"{document gpj.exe _" + strings.Repeat("x", 86) + "….pdf 100} — Sanne"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				p.shares(c.text, c.files...)
				time.Sleep(30 * time.Second)
				p.want("the phone", p.phone(), c.want)
				p.want("the thread", p.desk()[1:], c.desk)
				if done := strings.HasSuffix(p.desk()[0], " ✅"); done != (c.desk == nil) {
					t.Errorf("the message shows %q", p.desk()[0])
				}
			})
		})
	}
}

// The bytes that arrive are the bytes that were sent.
func TestFilesArriveAsTheyAre(t *testing.T) {
	inPostOffice(t, func(p *postOffice) {
		content := slices.Repeat([]byte("0123456789abcdef\r\n\x00\xff"), 60_000)
		p.jan.SendDocument("heen.bin", content, "")
		p.shares("", slacksim.Upload{Name: "terug.bin", Mimetype: "application/octet-stream", Content: content})
		time.Sleep(30 * time.Second)
		for _, m := range p.w.slack.Thread(deskChannel, p.root) {
			for _, f := range m.Files {
				if _, got, _ := p.w.slack.File(f.ID); !bytes.Equal(got, content) {
					t.Errorf("%s differs on the desk", f.Name)
				}
			}
		}
		all := p.jan.Messages()
		if got, _, _ := p.w.telegram.File(all[len(all)-1].Document.FileID); !bytes.Equal(got, content) {
			t.Error("it differs on the phone")
		}
	})
}
