package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"webcare/adapters"
	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// signed is a request of the other system, or of somebody who has its key.
func (w *town) signed(id string, body []byte) *http.Request {
	w.t.Helper()
	req, err := w.signedWith(id, body, hookKey)
	if err != nil {
		w.t.Fatal(err)
	}
	return req
}

// bomb is what is small to send and large to take in.
type bomb struct {
	name   string
	signed bool // by whom it comes from, which may hand on what its customers sent
	body   []byte
	kind   string // Content-Encoding
	status int
}

func bombs(t *testing.T) []bomb {
	t.Helper()
	const full = 1 << 20
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	for range 100 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	fill := func(head, some, tail string) []byte {
		return []byte(head + strings.Repeat(some, (full-len(head)-len(tail))/len(some)) + tail)
	}
	const head = `{"conversation":"c-bomb","id":"m","name":"B","text":"bom"`
	return []bomb{
		{"one byte too many", true, bytes.Repeat([]byte(" "), full+1), "", http.StatusRequestEntityTooLarge},
		{"20 MiB", false, bytes.Repeat([]byte("x"), 20*full), "", http.StatusRequestEntityTooLarge},
		{"a mebibyte without a signature", false, fill(head+`,"x":"`, "x", `"}`), "", http.StatusUnauthorized},
		{"100 MiB of zeros, zipped", true, zipped.Bytes(), "gzip", http.StatusBadRequest},
		{"lists in lists", true, fill("", "[", ""), "", http.StatusBadRequest},
		{"objects in objects", true, fill(head+`,"x":`, `{"a":`, ""), "", http.StatusBadRequest},
		{"lists in lists that end", true, []byte(head + `,"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}"), "", http.StatusOK},
		{"a key again and again", true, fill(head, `,"text":"bom"`, "}"), "", http.StatusOK},
		{"very many keys", true, fill(head, `,"":0`, "}"), "", http.StatusOK},
		{"a long number", true, fill(head+`,"at":1`, "0", "}"), "", http.StatusBadRequest},
		{"escapes", true, fill(head+`,"x":"`, `\u0000`, `"}`), "", http.StatusOK},
		{"very many files", true, fill(`{"conversation":"c-files","id":"m","files":[`, "{},", `{"name":"last"}],"text":"bom"}`), "", http.StatusBadRequest},
		{"a long name", true, fill(`{"conversation":"c-name","id":"m","text":"bom","name":"`, "Reus ", `"}`), "", http.StatusOK},
	}
}

// TestAttackBombs throws more than a thousand of them, from many sides at once, together with requests that never end, at a
// webcare in a process of its own: its heap stays below 100 MB, it goes on hearing others, and what it took in it shows.
func TestAttackBombs(t *testing.T) {
	const most, sides = 100 << 20, 40
	rounds := 80
	if underRace {
		rounds = 3
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	w.change(`api_url = "`+w.slackURL+`/api/"`, `api_url = "`+w.slackURL+`/api/"`+"\npost_rate = 100.0\npost_burst = 100")
	gauge := filepath.Join(t.TempDir(), "gauge")
	p := w.spawn("env", gaugePath+"="+gauge, self, "run", "-config", w.config)
	p.up().says("slack: socket open")
	ask(t, gauge, "m")

	stop := make(chan struct{})
	var slow sync.WaitGroup
	for range 200 { // each promises a mebibyte and sends a byte now and then
		slow.Go(func() { drip(w.listen, stop) })
	}
	all := bombs(t)
	client := &http.Client{Timeout: time.Minute}
	var thrown atomic.Int64
	todo := make(chan int)
	var group sync.WaitGroup
	for range sides {
		group.Go(func() {
			for n := range todo {
				b := all[n%len(all)]
				id := fmt.Sprintf("bomb-%d-%d", n%len(all), n/len(all)%3) // what is taken in comes again and again
				for range 100 {
					req := w.signed(id, b.body)
					if !b.signed {
						req.Header.Del("webhook-signature")
					}
					if b.kind != "" {
						req.Header.Set("Content-Encoding", b.kind)
					}
					res, err := client.Do(req)
					if err != nil { // it hung up on what was too long
						if b.status != http.StatusRequestEntityTooLarge {
							t.Errorf("%s: %v", b.name, err)
						}
						break
					}
					status, text := read(t, res)
					if status == http.StatusServiceUnavailable { // others were before it: once more
						continue
					}
					if status != b.status {
						t.Errorf("%s: %d %s, want %d", b.name, status, text, b.status)
					}
					break
				}
				thrown.Add(1)
			}
		})
	}
	jan := w.telegram.NewCustomer("Jan")
	for n := range rounds * len(all) {
		if n%200 == 100 { // in the midst of it
			jan.Write(fmt.Sprintf("Hallo %d?", n))
			thread := w.shown(fmt.Sprintf("Hallo %d?", n), p.log)
			w.answer(thread, fmt.Sprintf("Dag %d!", n))
			w.got(jan, fmt.Sprintf("Dag %d!", n), p.log)
		}
		todo <- n
	}
	close(todo)
	group.Wait()
	close(stop)
	slow.Wait()
	peak := ask(t, gauge, "?")
	t.Logf("%d bombs; at most %.1f MB of heap", thrown.Load(), float64(peak)/(1<<20))
	if peak >= most {
		t.Errorf("at most %d MB of heap, and it should be less than %d", peak>>20, most>>20)
	}
	if n := int64(rounds * len(all)); thrown.Load() != n || n < 1000 && !underRace {
		t.Errorf("only %d bombs", thrown.Load())
	}
	w.shown("bom", p.log)
	if s, b := p.page("/readyz"); s != http.StatusOK {
		t.Errorf("afterwards it says %d %s", s, b)
	}
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 {
		t.Errorf("ended with status %d", s)
	}
}

// drip makes requests that never come to an end.
func drip(addr string, stop chan struct{}) {
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_, err = io.WriteString(c, "POST /hook/crm HTTP/1.1\r\nHost: x\r\nwebhook-id: drip\r\nContent-Length: 1048576\r\n\r\n")
		}
		tick := time.NewTicker(500 * time.Millisecond)
		for err == nil {
			select {
			case <-tick.C:
				_, err = c.Write([]byte("x"))
			case <-stop:
				err = net.ErrClosed
			}
		}
		tick.Stop()
		if c != nil {
			_ = c.Close()
		}
		select {
		case <-stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// TestAttackFileModes: what webcare writes only its user can read, whatever the umask; what others can read is told, for
// each mode that a config and a data file may have.
func TestAttackFileModes(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	p := w.spawn("sh", "-c", `umask 0; exec env "$0" "$1" run -config "$2"`, gaugePath+"="+filepath.Join(t.TempDir(), "gauge"), self, w.config)
	p.up()
	jan := w.telegram.NewCustomer("Jan")
	jan.SendDocument("bon.pdf", []byte("%PDF"), "Hier")
	w.shown("Hier", p.log)
	if status, _, errOut := w.do("backup", filepath.Join(w.dir, "copy.db")); status != 0 {
		t.Fatalf("backup: %d %s", status, errOut)
	}
	seen := 0
	err = filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
		seen++
		return nil
	})
	if err != nil || seen < 4 { // the config, the data file, its socket, the copy
		t.Errorf("%d files, %v", seen, err)
	}
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 {
		t.Errorf("ended with status %d", s)
	}
	for mode := fs.FileMode(0o600); mode <= 0o666; mode++ {
		if mode&0o111 != 0 {
			continue
		}
		open := mode&0o077 != 0
		if err := os.Chmod(w.config, mode); err != nil {
			t.Fatal(err)
		}
		parts, err := load(w.config, adapters.Env{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(parts.cfg.Warnings, "\n"), "run chmod 600"); told != open {
			t.Errorf("a config of mode %o: told %v", mode, told)
		}
		if err := os.Chmod(w.db, mode); err != nil {
			t.Fatal(err)
		}
		told := false
		parts.log = slog.New(warnings{func(text string) { told = told || strings.Contains(text, "others can read the store") }})
		if err := parts.open(); err != nil {
			t.Fatal(err)
		}
		if err := parts.store.Close(); err != nil || told != open {
			t.Errorf("a data file of mode %o: told %v, %v", mode, told, err)
		}
	}
}

// TestAttackSecrets: a webcare that is in every kind of trouble, and then made to tell what it is doing, tells no token and
// no key: neither in its log nor in its pages, its commands and the stacks of its goroutines.
func TestAttackSecrets(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	p := w.spawn("env", "GOTRACEBACK=all", gaugePath+"="+filepath.Join(t.TempDir(), "gauge"), self, "run", "-config", w.config)
	p.up().says("slack: socket open")
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Hallo?")
	thread := w.shown("Hallo?", p.log)
	w.marked(w.answer(thread, "Dag!"), "white_check_mark", p.log)
	w.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.Refuse, Code: 400, Text: "Bad Request: " + chatToken + " canary-4713"})
	w.telegram.Fail(telegramsim.Rule{Method: "getFile", Fault: telegramsim.DropBefore})
	w.slack.Fail(slacksim.Fault{Method: "chat.update", Kind: slacksim.Drop})
	w.slack.Fail(slacksim.Fault{Method: "users.info", Kind: slacksim.Refuse, Code: "invalid_auth"})
	w.refuseAnswers(http.StatusTeapot)
	jan.SendDocument("bon.pdf", []byte("%PDF"), "Hier")
	p.hook("msg-1", `{"conversation":"c-1","id":"m-1","name":"A. Customer","text":"Where is it?"}`, hookKey)
	p.hook("msg-2", `{"conversation":"c-1"`, hookKey)
	w.marked(w.answer(w.shown("Where is it?", p.log), "On its way."), "warning", p.log)
	w.marked(w.answer(thread, "Nog iets?"), "warning", p.log)
	w.telegram.Revoke(true)
	jan.Write("Hoor je me?") // which ends the poll that waits
	await(t, "Telegram does not know the token any more", func() bool { s, _ := p.page("/readyz"); return s == http.StatusServiceUnavailable }, p.log)
	pages := w.record()
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/hook/crm", "/hook/acme"} {
		_, text := p.page(path)
		_, _ = io.WriteString(pages, text)
	}
	for _, command := range [][]string{{"queue"}, {"check"}, {"explain", thread}, {"queue", "drop", "x.1.0"}} {
		w.do(command...)
	}
	p.signal(syscall.SIGQUIT) // it tells of all its goroutines
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		t.Fatal("it did not end")
	}
	if log := p.log.String(); !strings.Contains(log, "goroutine ") || !strings.Contains(log, "SIGQUIT") {
		t.Errorf("it told nothing:\n%s", log)
	}
	parts, err := load(w.config, adapters.Env{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(pages, "%v %+v %#v %+v", parts.cfg, parts.cfg, parts.cfg.Slack, parts.cfg.Accounts)
	slog.New(slog.NewJSONHandler(pages, nil)).Info("everything", "config", parts.cfg, "slack", parts.cfg.Slack, "accounts", parts.cfg.Accounts)
}

// TestAttackTerminal: what networks say, and with it customers, cannot steer the terminal of whoever looks after webcare.
func TestAttackTerminal(t *testing.T) {
	const evil = "x\x1b[2J\x1b]0;y\x07\r\u009b31m\u202E"
	steers := func(what, text string) {
		t.Helper()
		if strings.ContainsAny(text, "\x1b\x07\r\u009b\u202E") {
			t.Errorf("%s: %q", what, text)
		}
	}
	w := newTown(t)
	r := w.start().up()
	jan := w.telegram.NewCustomer("Jan " + evil)
	jan.Write("Hallo " + evil)
	thread := w.shown("Hallo", r.log)
	w.telegram.Fail(telegramsim.Rule{Method: "sendMessage", Fault: telegramsim.Refuse, Code: 400, Text: "Bad Request: " + evil})
	w.marked(w.answer(thread, "Dag!"), "warning", r.log)
	for _, command := range [][]string{{"queue"}, {"explain", thread}, {"explain", evil}, {"queue", "drop", evil}, {"backup", filepath.Join(w.dir, "none", evil)}} {
		status, out, errOut := w.do(command...)
		steers(command[0], out+errOut)
		if out+errOut == "" {
			t.Errorf("%q says nothing, and ends with %d", command, status)
		}
	}
	r.stop()
	steers("the log", r.log.String())
	for name, spoil := range map[string]func(){
		"Telegram": func() {
			w.telegram.Fail(telegramsim.Rule{Method: "getMe", Fault: telegramsim.Refuse, Code: 401, Text: evil})
		},
		"Slack": func() { w.slack.Fail(slacksim.Fault{Method: "auth.test", Kind: slacksim.Refuse, Code: evil}) },
		"the names of Slack": func() {
			w.slack.AddUser(slacksim.User{ID: sanne, Name: evil, RealName: evil, FirstName: evil})
		},
	} {
		for _, command := range []string{"check", "run"} {
			w.telegram.Heal()
			w.slack.Heal()
			spoil()
			if command == "run" && name != "Slack" {
				continue // it would run
			}
			_, out, errOut := w.do(command)
			steers(name+", "+command, out+errOut)
		}
	}
}
