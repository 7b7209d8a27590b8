package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// attach makes an attachment; told is the length that its network tells.
func attach(name, content string, told int64) adapters.Attachment {
	return adapters.Attachment{File: conversation.File{Name: name}, Open: func(context.Context) (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(content)), told, nil
	}}
}

// shares lists the files in a thread: "message: name=content, …".
func (w *world) shares(thread conversation.Place) []string {
	var all []string
	for _, m := range w.sim.Thread(channel, thread.TS) {
		var files []string
		for _, f := range m.Files {
			_, content, _ := w.sim.File(f.ID)
			files = append(files, f.Title+"="+string(content))
		}
		if len(files) > 0 {
			all = append(all, strings.Join(files, ", "))
		}
	}
	return all
}

func TestUpload(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		var saved []string
		save := func(s string) error { saved = append(saved, s); return nil }
		receipt, err := w.desk.Upload(t.Context(), at, []adapters.Attachment{
			attach("foto.png", "12345", 5), attach("../weird/\u202Ename.pdf", "unknown length", -1), attach("wrong.txt", "longer than told", 4), attach("short.txt", "ab", 10),
		}, "", save)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(w.shares(at)), "[foto.png=12345, name.pdf=unknown length, wrong.txt=longer than told, short.txt=ab]"; got != want {
			t.Errorf("shared %s, want %s", got, want)
		}
		if m, ok := w.sim.Message(channel, receipt.Place.TS); !ok || len(m.Files) != 4 || m.ThreadTS != at.TS {
			t.Errorf("at %v: %+v", receipt, m)
		}
		if len(saved) != 5 {
			t.Errorf("saved %q", saved)
		}
	})
}

// Every way to fail at every step, tried again with what was saved: the files appear once, in one message.
func TestUploadGoesOnWhereItStopped(t *testing.T) {
	for _, method := range []string{"files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info"} {
		for _, kind := range []sim.Kind{sim.Busy, sim.ServerError, sim.Drop, sim.DropAfter, sim.TruncAfter, sim.FatalAfter, sim.ErrorAfter} {
			for skip := range 2 {
				t.Run(fmt.Sprint(method, " ", kind, " ", skip), func(t *testing.T) {
					inWorld(t, func(t *testing.T, w *world) {
						at := w.card()
						w.sim.Fail(sim.Fault{Method: method, Kind: kind, Skip: skip})
						progress, err := "", error(nil)
						var receipt conversation.Receipt
						for range 4 {
							receipt, err = w.desk.Upload(t.Context(), at, []adapters.Attachment{attach("a.txt", "aa", 2), attach("b.txt", "bbb", 3)}, progress, func(s string) error { progress = s; return nil })
							if err == nil {
								break
							}
							if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Later {
								t.Fatalf("error %v", err)
							}
							w.rest(10 * time.Second)
						}
						if err != nil {
							t.Fatal(err)
						}
						w.rest(time.Minute)
						if got := fmt.Sprint(w.shares(at)); got != "[a.txt=aa, b.txt=bbb]" || receipt.Place.IsZero() {
							t.Errorf("shared %s at %v", got, receipt)
						}
					})
				})
			}
		}
	}
}

func TestUploadThatIsLate(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		progress := ""
		try := func() error {
			_, err := w.desk.Upload(t.Context(), at, []adapters.Attachment{attach("a.txt", "aa", 2)}, progress, func(s string) error { progress = s; return nil })
			return err
		}
		w.sim.ShareFiles(2*time.Second, false)
		if err := try(); err != nil {
			t.Errorf("two seconds late: %v", err)
		}
		progress = ""
		w.sim.ShareFiles(0, true)
		if err := try(); err == nil || !strings.Contains(err.Error(), "later") {
			t.Errorf("a share that never comes: %v", err)
		}
		w.sim.ShareFiles(100*time.Millisecond, false)
		if err := try(); err != nil {
			t.Errorf("the share was not asked for again: %v", err)
		}
		if got := fmt.Sprint(w.shares(at)); got != "[a.txt=aa a.txt=aa]" {
			t.Errorf("shared %s", got)
		}
	})
}

// withheld makes an attachment that its network does not give.
func withheld(name string, reason conversation.Reason, asked *int) adapters.Attachment {
	return adapters.Attachment{File: conversation.File{Name: name}, Open: func(context.Context) (io.ReadCloser, int64, error) {
		*asked++
		return nil, 0, &adapters.SendError{Outcome: conversation.Refused, Reason: reason, Err: errors.New("no")}
	}}
}

// A file that is refused takes no other with it, and is named.
func TestUploadLeavesOutWhatIsRefused(t *testing.T) {
	var asked int
	ok := func(name string) adapters.Attachment { return attach(name, "x", 1) }
	big, lost := withheld("big.mp4", conversation.FileTooBig, &asked), withheld("lost.png", conversation.FileGone, &asked)
	for _, tt := range []struct {
		name    string
		files   []adapters.Attachment
		shared  string
		missing string
	}{
		{"the first", []adapters.Attachment{big, ok("a"), ok("b")}, "[a=x, b=x]", "[big.mp4 file_too_big]"},
		{"between", []adapters.Attachment{ok("a"), lost, ok("b")}, "[a=x, b=x]", "[lost.png file_gone]"},
		{"the last", []adapters.Attachment{ok("a"), ok("b"), big}, "[a=x, b=x]", "[big.mp4 file_too_big]"},
		{"several", []adapters.Attachment{big, ok("a"), lost}, "[a=x]", "[big.mp4 file_too_big lost.png file_gone]"},
		{"bigger than Slack takes", []adapters.Attachment{attach("huge", "", 2<<30), ok("a")}, "[a=x]", "[huge file_too_big]"},
		{"nothing in it", []adapters.Attachment{attach("empty", "", -1), ok("a")}, "[a=x]", "[empty empty]"},
		{"none", []adapters.Attachment{ok("a")}, "[a=x]", "[]"},
		{"all", []adapters.Attachment{lost, big}, "[]", "[lost.png file_gone big.mp4 file_too_big]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at, progress, before := w.card(), "", ""
				save := func(s string) error { before, progress = progress, s; return nil }
				missing := func(r conversation.Receipt) string {
					var all []string
					for _, m := range r.Missing {
						all = append(all, m.Name+" "+string(m.Reason))
					}
					return fmt.Sprint(all)
				}
				receipt, err := w.desk.Upload(t.Context(), at, tt.files, "", save)
				if got := missing(receipt); got != tt.missing {
					t.Errorf("missing %s, want %s", got, tt.missing)
				}
				if tt.shared == "[]" {
					wantError(t, err, conversation.Refused, conversation.FileTooBig, false, 0)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				w.rest(time.Minute)
				// Stopped behind the share, or before its bytes were known to be there: nothing is shared or asked twice.
				asked = 0
				again, err := w.desk.Upload(t.Context(), at, tt.files, progress, save)
				if err != nil || again.Place != receipt.Place || missing(again) != tt.missing || asked != 0 {
					t.Errorf("again: %+v %v, want %+v; asked for %d files", again, err, receipt, asked)
				}
				if got := fmt.Sprint(w.shares(at)); got != tt.shared {
					t.Errorf("shared %s, want %s", got, tt.shared)
				}
				// Stopped before the share was asked for: what was left out is left out again.
				if again, err = w.desk.Upload(t.Context(), at, tt.files, before, save); err != nil || missing(again) != tt.missing {
					t.Errorf("from before: %+v %v", again, err)
				}
			})
		})
	}
}

func TestUploadThatIsRefused(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		save := func(string) error { return nil }
		up := func(a ...adapters.Attachment) error {
			_, err := w.desk.Upload(t.Context(), at, a, "", save)
			return err
		}
		wantError(t, up(), conversation.Refused, conversation.Empty, false, 0)
		wantError(t, up(attach("empty", "", -1)), conversation.Refused, conversation.Empty, false, 0)
		wantError(t, up(attach("huge", "", 2<<30)), conversation.Refused, conversation.FileTooBig, false, 0)
		broken := attach("x", "", 0)
		broken.Open = func(context.Context) (io.ReadCloser, int64, error) {
			return nil, 0, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileTooBig}
		}
		wantError(t, up(broken), conversation.Refused, conversation.FileTooBig, false, 0)
		broken.Open = func(context.Context) (io.ReadCloser, int64, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("abc"), failingReader{})), 10, nil
		}
		wantError(t, up(broken), conversation.Later, conversation.Lost, false, 0)
		_, err := w.desk.Upload(t.Context(), at, []adapters.Attachment{attach("a", "a", 1)}, "", func(string) error { return errors.New("disk full") })
		wantError(t, err, conversation.Later, conversation.Crashed, false, 0)
		if err := w.sim.Delete(channel, at.TS); err != nil {
			t.Fatal(err)
		}
		wantError(t, up(attach("a", "a", 1)), conversation.Refused, conversation.Gone, false, 0)
		w.rest(time.Minute)
		for _, m := range w.sim.Messages(channel) {
			t.Errorf("left in the channel: %+v", m)
		}
	})
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("the network broke") }

func TestFetch(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		if _, err := w.sim.Say(sim.Saying{User: anna, Channel: channel, ThreadTS: at.TS, Files: []sim.Upload{{Name: "bon.pdf", Mimetype: "application/pdf", Content: []byte("%PDF")}}}); err != nil {
			t.Fatal(err)
		}
		w.rest(time.Second)
		f := w.box.last().Event.(conversation.Wrote).Message.Files[0]
		id, _, _ := strings.Cut(f.ID, " ")
		for name, f := range map[string]conversation.File{"as heard": f, "without its address": {ID: id}} {
			r, n, err := w.desk.Fetch(t.Context(), f)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			b, err := io.ReadAll(r)
			if err != nil || string(b) != "%PDF" || (n != 4 && n != -1) {
				t.Errorf("%s: %q (%d) %v", name, b, n, err)
			}
			_ = r.Close()
		}
		for _, tt := range []struct {
			name   string
			fault  sim.Kind
			f      conversation.File
			want   conversation.Outcome
			reason conversation.Reason
		}{
			{"outside", "", conversation.File{ID: "F1 -"}, conversation.Refused, conversation.FileGone},
			{"another host", "", conversation.File{ID: "F1 http://evil.test/x"}, conversation.Refused, conversation.FileGone},
			{"plain http to Slack", "", conversation.File{ID: "F1 http://files.slack.com/x"}, conversation.Refused, conversation.FileGone},
			{"a host that only looks like Slack", "", conversation.File{ID: "F1 https://notslack.com/x"}, conversation.Refused, conversation.FileGone},
			{"nowhere", "", conversation.File{ID: "F0NONE"}, conversation.Refused, conversation.FileGone},
			{"503", sim.ServerError, f, conversation.Later, conversation.Down},
			{"429", sim.Busy, f, conversation.Later, conversation.Busy},
			{"dropped", sim.Drop, f, conversation.Later, conversation.Down},
		} {
			if tt.fault != "" {
				w.sim.Fail(sim.Fault{Method: "download", Kind: tt.fault, Times: -1}) // net/http asks again by itself on a used connection
			}
			r, _, err := w.desk.Fetch(t.Context(), tt.f)
			w.sim.Heal()
			if err == nil {
				_ = r.Close()
			}
			if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != tt.want || e.Reason != tt.reason {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	})
}

func TestDownloadsStayWithSlack(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		for to, want := range map[string]bool{
			"https://files.slack.com/a": true, "https://acme.slack.com/files": true, "http://slack.test/files/a": true, "https://slack.test/a": false, "http://slack.test:81/a": false,
			"https://evil.test/a": false, "https://slack.com.evil.test/": false, "https://u:p@files.slack.com/": false, "http://169.254.169.254/": false, "https://acme.slack.com/?redir=%2Ffiles": false,
		} {
			u, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.desk.redirect(&http.Request{URL: u}, nil); (err == nil) != want {
				t.Errorf("%s: %v", to, err)
			}
		}
	})
}

// detour leads every download to another page of Slack's own, which is no file.
type detour struct{ kind string }

func (d detour) RoundTrip(req *http.Request) (*http.Response, error) {
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {d.kind}}, Body: io.NopCloser(strings.NewReader("<html>Sign in</html>")), Request: req}
	if !strings.HasSuffix(req.URL.Path, "/elsewhere") {
		resp.StatusCode, resp.Header = http.StatusFound, http.Header{"Location": {"/elsewhere"}}
	}
	return resp, nil
}

// A page that the download was led to is not sent to a customer as if it were the file.
func TestAPageIsNoFile(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		for kind, gone := range map[string]bool{"text/html; charset=utf-8": true, "image/png": false} {
			w.desk.bulk.Transport = detour{kind}
			body, _, err := w.desk.Fetch(t.Context(), conversation.File{ID: "F1 http://slack.test/files/a.png"})
			if gone {
				wantError(t, err, conversation.Refused, conversation.FileGone, false, 0)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = body.Close()
		}
	})
}

// A picture of our own comes with words for those who cannot see it.
func TestUploadSaysWhatAPictureShows(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for alt, want := range map[string]string{
			"": "", "Today: 40 answered\nof 52": "Today: 40 answered of 52", strings.Repeat("é", 2000): strings.Repeat("é", 999) + "…",
		} {
			at := w.card()
			file := adapters.Attachment{File: conversation.File{Name: "day.png"}, Alt: alt, Open: func(context.Context) (io.ReadCloser, int64, error) {
				return io.NopCloser(strings.NewReader("PNG")), 3, nil
			}}
			r, err := w.desk.Upload(t.Context(), at, []adapters.Attachment{file}, "", func(string) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			m, _ := w.sim.Message(channel, r.Place.TS)
			if len(m.Files) != 1 || m.Files[0].Alt != want {
				t.Errorf("%.20q: shared with %+v", alt, m.Files)
			}
		}
	})
}
