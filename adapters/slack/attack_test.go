package slack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// oddFileNames are names that customers may give their files to have them land elsewhere, look like others, or hide.
func oddFileNames() []string {
	names := []string{
		"../../../etc/cron.d/x", `..\..\..\Windows\System32\x.dll`, "/etc/passwd", `C:\autoexec.bat`, `\\10.0.0.1\share\x`, "file:///etc/passwd", "....//....//x", "..", ".", "/", `\`, "", " ", "./x", "~/.ssh/authorized_keys",
		"CON", "con.txt", "NUL", "LPT1.pdf", "aux.h", "x.", "x ", "x:stream", "x::$DATA", "x\x00.png", "\x00", "x\n.png", "x\r\nSet-Cookie: a=b", "x\"; filename=\"evil.exe", "x;rm -rf ~", "$(id).png", "`id`.png", "-rf", "--help", "|id", "%2e%2e%2fx", "%00.png",
		"factuur\u202Efdp.exe", "foto\u202Egpj.scr", "a\u2066b\u2069.png", "\u200B.png", "\u3164.png", "\u2800.png", "x\u2028y.png", "\u00a0.png", "e\u0301.png", "Z" + strings.Repeat("\u0316", 50) + ".png",
		".htaccess", ".bashrc", "...", "x.pdf.exe", "x.pdf" + strings.Repeat(" ", 200) + ".exe", strings.Repeat("x", 5000) + ".png", "x." + strings.Repeat("y", 5000), strings.Repeat("é", 300), "😀.png", "<!here>.png", "<img src=x onerror=alert(1)>.png", "@channel.png", "a/b\x00/../c",
	}
	for _, v := range sim.Hostile() {
		names = append(names, v.Text, v.Text+".exe")
	}
	return names
}

// TestAttackFileNames: whatever a customer calls a file, it is a name and no path, on one line, as long as it may be, and
// reads as what it is; and on this machine nothing is ever written under it, also where a file's length is not told.
func TestAttackFileNames(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		dir := t.TempDir()
		t.Setenv("TMPDIR", dir)
		t.Chdir(dir)
		h := hostage{w, map[string]bool{}}
		at := w.card()
		h.fresh()
		for n, name := range oddFileNames() {
			length := int64(1)
			if n%2 == 0 {
				length = -1 // by way of a temporary file
			}
			_, err := w.desk.Upload(t.Context(), at, []adapters.Attachment{{
				File: conversation.File{ID: name, Name: name, Type: name},
				Open: func(context.Context) (io.ReadCloser, int64, error) {
					return io.NopCloser(&spying{t: t, dir: dir, left: "x"}), length, nil
				},
			}}, "", func(string) error { return nil })
			if err != nil {
				t.Fatalf("%.100q: %v", name, err)
			}
			for _, m := range h.fresh() {
				for _, harm := range sim.Harm(m) {
					t.Errorf("%.100q: %s", name, harm)
				}
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Fatalf("%.100q: %v is left on the disk, %v", name, left, err)
			}
		}
	})
}

// spying reads a file, and looks meanwhile at what is on the disk.
type spying struct {
	t         *testing.T
	dir, left string
}

func (s *spying) Read(p []byte) (int, error) {
	all, err := os.ReadDir(s.dir)
	if err != nil {
		s.t.Error(err)
	}
	for _, f := range all {
		info, err := f.Info()
		if err != nil || !strings.HasPrefix(f.Name(), "webcare-") || info.Mode() != 0o600 {
			s.t.Errorf("%v is on the disk, %v", info, err)
		}
	}
	n := copy(p, s.left)
	if s.left = s.left[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// FuzzFileName: whatever a file is called, its name is one that serves, and stays the same when it is made again.
func FuzzFileName(f *testing.F) {
	for _, name := range oddFileNames() {
		if len(name) <= fuzzed {
			f.Add(name)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := fileName(s)
		switch {
		case blank(n), strings.TrimSpace(n) != n, strings.HasPrefix(n, "."), strings.ContainsAny(n, "/\\:*?\"<>|\n\r\t\x00"):
			t.Errorf("%q becomes %q", s, n)
		case !utf8.ValidString(n) || !norm.NFC.IsNormalString(n) || utf8.RuneCountInString(n) > maxFile:
			t.Errorf("%q becomes %q, which is no text or too long", s, n)
		}
		if again := fileName(n); again != n {
			t.Errorf("%q becomes %q, and that %q", s, n, again)
		}
		if cleaned := clean(n); cleaned != n {
			t.Errorf("%q becomes %q, in which something is not to be seen", s, n)
		}
	})
}

// canary stands in every id and address below; no customer may ever read it.
const canary = "0CANARY1"

// insiderTokens is what Slack makes of a mention, or of an address inside it, that staff type.
func insiderTokens() []string {
	return []string{
		"<@U" + canary + ">", "<@U" + canary + "|jan>", "<@W" + canary + ">", "<#C" + canary + ">", "<#C" + canary + "|>", "<#C" + canary + "|klanten>", "<!subteam^S" + canary + ">", "<!subteam^S" + canary + "|@team>",
		"<" + teamURL + "archives/C" + canary + "/p1700000000000100>", "<" + teamURL + "archives/C" + canary + "/p1|hier>", "<" + teamURL + "files/U" + canary + "/F1/x.pdf|x.pdf>", "<https://files.slack.com/files-pri/T1-F" + canary + "/x.pdf>",
		"<https://app.slack.com/client/T1/C" + canary + "|Slack>", "<slack://user?team=T1&amp;id=U" + canary + ">", "<https://acme.enterprise.slack.com/archives/C" + canary + ">",
	}
}

// FuzzMrkdwn: whatever stands around them, the ids of people, groups and channels and the addresses inside Slack make a
// note of what staff type; and where a person says that it is to leave all the same, none of them leaves with it.
func FuzzMrkdwn(f *testing.F) {
	for i, token := range insiderTokens() {
		f.Add("zie ", " of bel", byte(i))
		f.Add("`", "`", byte(i))
		f.Add("```\n", "\n```", byte(i))
		f.Add("*_~", "~_*", byte(i))
		f.Add("> ", "\n>>> "+token, byte(i))
	}
	f.Fuzz(func(t *testing.T, before, after string, which byte) {
		if strings.Contains(before+after, canary) {
			return
		}
		all := insiderTokens()
		typed := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;") // as Slack delivers what people type
		got := readText(message{Text: lax(typed.Replace(before) + all[int(which)%len(all)] + typed.Replace(after))}, teamURL, names)
		sound(t, got)
		if !got.Has(conversation.Mention) {
			t.Errorf("%+v mentions nobody", got)
		}
		if v := conversation.Judge(conversation.Message{Text: got}, conversation.Person{ID: anna, MaySpeak: true}); v == conversation.IsAnswer {
			t.Errorf("%+v is an answer", got)
		}
		if left := got.WithoutMentions(); strings.Contains(left.Plain, canary) || strings.Contains(targets(left), canary) {
			t.Errorf("%+v lets out %+v", got, left)
		}
	})
}

// targets are the addresses in a text.
func targets(t conversation.Text) string {
	var all strings.Builder
	for _, s := range t.Spans {
		all.WriteString(s.Target + "\n")
	}
	return all.String()
}

// FuzzAnswer: whatever answers a call in Slack's place, a post counts as there only where it says so, as surely not there
// only where it says no; and there is something to tell staff of it.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{`{"ok":true,"ts":"1.2"}`, `{"ok":false,"error":"channel_not_found"}`, `{"ok":false,"error":"fatal_error"}`, `{"ok":false}`, `{"ok":"true"}`, `{"ok":true`, `<html>`, ``, `[]`, `null`, `{"ok":false,"error":"missing_scope","needed":"x\u001b[2J"}`, `{"ok":false,"error":"a\nb","response_metadata":{"messages":["[ERROR] \u202ex",7]}}`} {
		for _, status := range []int{200, 302, 400, 403, 404, 429, 500, 503} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		x := &exchange{status: status, body: body}
		x.written.Store(true)
		no := judge(method{name: "chat.postMessage", posts: true}, x, nil)
		var said struct {
			OK    bool `json:"ok"`
			Error any  `json:"error"`
		}
		readable := json.Unmarshal(body, &said) == nil
		switch {
		case no == nil:
			if !readable || !said.OK || status >= 500 || status == http.StatusTooManyRequests {
				t.Errorf("%d %q counts as posted", status, body)
			}
			return
		case readable && said.OK && status < 500 && status != http.StatusTooManyRequests:
			t.Errorf("%d %q counts as not posted: %v", status, body, no)
		case status >= 500 && no.Outcome != conversation.Maybe, status == http.StatusOK && !readable && no.Outcome != conversation.Maybe:
			t.Errorf("%d %q surely did not post: %v", status, body, no)
		}
		for _, tag := range []string{"en", "nl"} {
			if told := adapters.InWords(no, tag); told == "" || !utf8.ValidString(told) {
				t.Errorf("%d %q is told as %q", status, body, told)
			}
		}
	})
}
