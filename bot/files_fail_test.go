package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// A file that fails on its way to the customer takes nothing with it: neither its own text, nor the other files, nor the
// answer behind it; and what was typed first arrives first. [Try again] sends what is missing.
func TestAFileThatFailsTakesNothingWithIt(t *testing.T) {
	bon := slacksim.Upload{Name: "bon.pdf", Mimetype: "application/pdf", Content: bytesOf(100)}
	foto := slacksim.Upload{Name: "foto.png", Mimetype: "image/png", Content: bytesOf(101)}
	const told = "⚠️ Only a part was delivered, without "
	for name, c := range map[string]struct {
		spoil  func(w *world)
		files  []slacksim.Upload
		within time.Duration // until everything but the file is there
		phone  []string
		desk   string
		mend   func(w *world)
		then   string // what [Try again] sends
	}{
		"Telegram refuses it": {
			func(w *world) {
				w.telegram.Fail(telegramsim.Rule{Method: "sendDocument", Fault: telegramsim.Refuse, Code: 400, Text: "Bad Request: wrong type of the file", Times: 2})
			},
			[]slacksim.Upload{bon},
			10 * time.Second,
			[]string{"Zo:\n— Sanne", "En dit:"},
			told + "bon.pdf: the network does not take such a file. [Try again]", nil, "{document bon.pdf 100}",
		},
		"Telegram refuses one of two": {
			func(w *world) {
				w.telegram.Fail(telegramsim.Rule{Method: "sendMediaGroup", Fault: telegramsim.Refuse, Code: 413, Text: "Request Entity Too Large"})
				w.telegram.Fail(telegramsim.Rule{Method: "sendDocument", Fault: telegramsim.Refuse, Code: 413, Text: "Request Entity Too Large"})
			},
			[]slacksim.Upload{bon, foto},
			10 * time.Second,
			[]string{"Zo:\n— Sanne", "{photo 101}", "En dit:"},
			told + "bon.pdf: the file is too big. [Try again]", nil, "{document bon.pdf 100}",
		},
		"Slack does not give it": {
			func(w *world) { w.slack.MissingScope("files:read") },
			[]slacksim.Upload{bon},
			10 * time.Second,
			[]string{"Zo:\n— Sanne", "En dit:"},
			told + "bon.pdf: the file cannot be fetched. [Try again]", func(w *world) { w.slack.GrantScope("files:read") }, "{document bon.pdf 100}",
		},
		"Slack fails at it again and again": {
			func(w *world) {
				w.slack.Fail(slacksim.Fault{Method: "download", Kind: slacksim.ServerError, Times: -1})
			},
			[]slacksim.Upload{bon},
			6 * time.Minute,
			[]string{"Zo:\n— Sanne", "En dit:"},
			told + "bon.pdf: the file cannot be fetched. [Try again]", func(w *world) { w.slack.Heal() }, "{document bon.pdf 100}",
		},
		"it breaks off again and again": {
			func(w *world) { w.slack.Fail(slacksim.Fault{Method: "download", Kind: slacksim.TruncAfter, Times: -1}) },
			[]slacksim.Upload{bon},
			6 * time.Minute,
			[]string{"Zo:\n— Sanne", "En dit:"},
			told + "bon.pdf: the file cannot be fetched. [Try again]", func(w *world) { w.slack.Heal() }, "{document bon.pdf 100}",
		},
		"it stands still again and again": {
			func(w *world) { w.slack.Fail(slacksim.Fault{Method: "download", Kind: slacksim.StallAfter, Times: -1}) },
			[]slacksim.Upload{bon},
			10 * time.Minute,
			[]string{"Zo:\n— Sanne", "En dit:"},
			told + "bon.pdf: the file cannot be fetched. [Try again]", func(w *world) { w.slack.Heal() }, "{document bon.pdf 100}",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				c.spoil(p.w)
				p.shares("Zo:", c.files...)
				time.Sleep(10 * time.Millisecond)
				p.shares("En dit:")
				time.Sleep(c.within)
				p.want("the phone", p.phone(), c.phone)
				all := p.desk()
				if !slices.Contains(all, c.desk) {
					t.Errorf("the thread says %q, want %q", all, c.desk)
				}
				if !strings.HasPrefix(all[0], "Zo: {") || !strings.HasSuffix(all[0], "⚠️") {
					t.Errorf("the answer shows %q", all[0])
				}
				if c.mend != nil {
					c.mend(p.w)
				}
				for _, m := range p.w.slack.Thread(deskChannel, p.root) {
					if id := buttonID(m, "Try again"); id != "" {
						if err := p.w.slack.Press("U0SANNE01", deskChannel, m.TS, id); err != nil {
							t.Fatal(err)
						}
					}
				}
				time.Sleep(10 * time.Second)
				p.want("the phone, in the end", p.phone(), append(c.phone, c.then))
				if all := p.desk(); !strings.HasSuffix(all[0], "✅") {
					t.Errorf("in the end the thread is %q", all)
				}
			})
		})
	}
}

// A download that breaks off once is started again, and nobody hears of it.
func TestADownloadThatBreaksOffOnce(t *testing.T) {
	for _, kind := range []slacksim.Kind{slacksim.TruncAfter, slacksim.StallAfter, slacksim.ServerError, slacksim.Drop} {
		t.Run(string(kind), func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				p.w.slack.Fail(slacksim.Fault{Method: "download", Kind: kind})
				p.shares("Zo:", slacksim.Upload{Name: "foto.png", Mimetype: "image/png", Content: bytesOf(1000)})
				time.Sleep(2 * time.Minute)
				p.want("the phone", p.phone(), []string{"{photo 1000} Zo:\n— Sanne"})
				p.want("the thread", p.desk(), []string{"Zo: {foto.png 1000} ✅"})
			})
		})
	}
}

// Slack makes the message of a share late, or never, though it said ok: it is looked for, asked for again, and there once.
func TestSharesThatSlackDrops(t *testing.T) {
	for name, c := range map[string]struct {
		spoil, mend func(w *world)
		after       time.Duration
	}{
		"late by 2 s":  {func(w *world) { w.slack.ShareFiles(2*time.Second, false) }, nil, 30 * time.Second},
		"late by 20 s": {func(w *world) { w.slack.ShareFiles(20*time.Second, false) }, nil, time.Minute},
		"dropped": {
			func(w *world) { w.slack.ShareFiles(0, true) },
			func(w *world) { w.slack.ShareFiles(200*time.Millisecond, false) }, time.Minute,
		},
		"dropped, and its answer lost": {
			func(w *world) {
				w.slack.ShareFiles(0, true)
				w.slack.Fail(slacksim.Fault{Method: "files.completeUploadExternal", Kind: slacksim.DropAfter})
			},
			func(w *world) { w.slack.ShareFiles(200*time.Millisecond, false) }, time.Minute,
		},
		"dropped, and a crash": {
			func(w *world) { w.slack.ShareFiles(0, true) },
			func(w *world) {
				w.crash()
				w.slack.ShareFiles(200*time.Millisecond, false)
				w.start()
			}, time.Minute,
		},
		"late, and a crash": {
			func(w *world) { w.slack.ShareFiles(10*time.Second, false) },
			func(w *world) {
				w.crash()
				w.start()
			}, time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				c.spoil(p.w)
				p.jan.SendPhoto(bytesOf(100), "kijk")
				p.jan.Write("ziet u het?")
				time.Sleep(5 * time.Second)
				if c.mend != nil {
					c.mend(p.w)
				}
				time.Sleep(c.after)
				p.want("the thread", p.desk(), []string{"kijk", "{photo.jpg 100}", "ziet u het?"})
			})
		})
	}
}

// A download from Telegram that breaks off or stands still is started again; one that always does takes only itself.
func TestADownloadFromTelegramThatBreaksOff(t *testing.T) {
	const missing = "⚠️ The customer sent something that could not be shown here (bon2.pdf): the file cannot be fetched."
	for _, fault := range []telegramsim.Fault{telegramsim.Truncated, telegramsim.Stall, telegramsim.DropBefore, telegramsim.Internal} {
		for times, want := range map[int][]string{
			1: {"drie", "{bon1.pdf 101} {bon2.pdf 102} {bon3.pdf 103}", "ziet u ze?"},
			// The first is fetched well, the second never; the third when its turn comes.
			100: {"drie", "{bon1.pdf 101} {bon3.pdf 103}", "ziet u ze?", missing},
		} {
			t.Run(fmt.Sprint(fault, " ", times), func(t *testing.T) {
				inPostOffice(t, func(p *postOffice) {
					in := p.w.telegram.Album()
					for n := 1; n <= 3; n++ {
						p.jan.SendDocument(fmt.Sprintf("bon%d.pdf", n), bytesOf(100+n), map[int]string{1: "drie"}[n], in)
					}
					p.w.telegram.Fail(telegramsim.Rule{Method: "file bon2.pdf", Fault: fault, Times: times})
					time.Sleep(3 * time.Second)
					p.jan.Write("ziet u ze?")
					time.Sleep(10 * time.Minute)
					p.want("the thread", p.desk(), want)
				})
			})
		}
	}
}

// TestAlbumWithOneBadFile: a file that is given up takes none of the others with it, though one call fails behind it.
func TestAlbumWithOneBadFile(t *testing.T) {
	for _, kind := range []slacksim.Kind{slacksim.DropAfter, slacksim.TruncAfter} {
		t.Run(string(kind), func(t *testing.T) {
			inPostOffice(t, func(p *postOffice) {
				in := p.w.telegram.Album()
				for n := 1; n <= 3; n++ {
					p.jan.SendDocument(fmt.Sprintf("bon%d.pdf", n), bytesOf(100+n), map[int]string{1: "drie"}[n], in)
				}
				p.w.telegram.Fail(telegramsim.Rule{Method: "file bon2.pdf", Fault: telegramsim.Internal, Times: 100})
				p.w.slack.Fail(slacksim.Fault{Method: "files.completeUploadExternal", Kind: kind})
				time.Sleep(3 * time.Second)
				p.jan.Write("ziet u ze?")
				time.Sleep(10 * time.Minute)
				p.want("the thread", p.desk(), []string{"drie", "{bon1.pdf 101} {bon3.pdf 103}", "ziet u ze?", "⚠️ The customer sent something that could not be shown here (bon2.pdf): the file cannot be fetched."})
			})
		})
	}
}
