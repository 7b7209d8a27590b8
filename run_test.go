package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	slacksim "webcare/adapters/slack/sim"
)

// TestBothWays: customers of both networks become threads, answers go back, and the HTTP pages tell of it.
func TestBothWays(t *testing.T) {
	w := newTown(t)
	r := w.start().up()
	jan := w.telegram.NewCustomer("Jan de Vries")
	jan.Write("Mijn pakket is kapot")
	thread := w.shown("Mijn pakket is kapot", r.log)
	sorry := w.answer(thread, "Wat vervelend!")
	w.got(jan, "Wat vervelend!", r.log)
	w.marked(sorry, "white_check_mark", r.log)

	body := `{"conversation":"c-17","id":"m-1","name":"A. Customer","text":"Where is my parcel?"}`
	if s := r.hook("msg-1", body, hookKey); s != 200 {
		t.Errorf("a signed webhook got %d", s)
	}
	if s := r.hook("msg-2", body, "another-key-another-key-another"); s != 401 {
		t.Errorf("a webhook with a wrong signature got %d", s)
	}
	if s := r.hook("msg-1", body, hookKey); s != 200 {
		t.Errorf("a webhook told twice got %d", s)
	}
	on := w.answer(w.shown("Where is my parcel?", r.log), "On its way.")
	w.marked(on, "white_check_mark", r.log)
	if !w.answered("On its way.") {
		t.Errorf("the other system got %q", w.answers)
	}

	if s, b := r.page("/healthz"); s != 200 || b != "ok\n" {
		t.Errorf("/healthz says %d %q", s, b)
	}
	if s, b := r.page("/readyz"); s != 200 || !strings.Contains(b, `"ready":true`) {
		t.Errorf("/readyz says %d %q", s, b)
	}
	s, metrics := r.page("/metrics")
	for _, want := range []string{`webcare_events_total{account="acme"}`, `webcare_events_total{account="crm"} 2`, `webcare_jobs_total{effect="send",outcome="done"} 2`, `webcare_network_down{gate="desk"} 0`} {
		if s != 200 || !strings.Contains(metrics, want) {
			t.Errorf("/metrics says %d, without %q:\n%s", s, want, metrics)
		}
	}
	if s, _ := r.page("/queue"); s != 404 {
		t.Errorf("the control of the queue is on the network: %d", s)
	}
	if s := r.stop(); s != 0 {
		t.Errorf("ended with status %d", s)
	}
	for _, text := range []string{"Mijn pakket", "Wat vervelend", "my parcel", "On its way", "Jan", "A. Customer"} {
		if strings.Contains(r.log.String(), text) {
			t.Errorf("the log holds %q:\n%s", text, r.log)
		}
	}
	if _, err := os.Lstat(w.db + ".sock"); err == nil {
		t.Error("the control socket is left behind")
	}
}

// TestRefusesToStart: status 1 and one clear message for each.
func TestRefusesToStart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*town)
		want  string
	}{
		{"dead bot token", func(w *town) { w.change(botToken, "xoxb-canary-4711-old") }, "webcare: Slack: bot_token: auth.test: invalid_auth: Slack does not accept the token; copy the current one from the app's page OAuth & Permissions into bot_token and restart\n"},
		{"revoked", func(w *town) { w.slack.RevokeToken(""); w.telegram.Revoke(true) }, "webcare: it cannot work like this:\n  Slack: bot_token: auth.test: token_revoked: "},
		{"dead app token", func(w *town) { w.change(appToken, "xapp-canary-4712-old") }, "webcare: Slack: app_token: "},
		{"dead Telegram token", func(w *town) { w.telegram.Revoke(true) }, "webcare: Telegram account acme: Telegram does not accept the bot's token (it was revoked or mistyped): ask @BotFather for a new one and put it in the config: getMe: 401 Unauthorized\n"},
		{"not in the channel", func(w *town) { _ = w.slack.Kick(desk, "U0SIM") }, "webcare: Slack: the bot is not in #webcare; type there: /invite @webcare\n"},
		{"archived", func(w *town) { _ = w.slack.Archive(desk, true) }, "webcare: Slack: the channel #webcare is archived; unarchive it, or choose another channel in the config\n"},
		{"renamed", func(w *town) { _ = w.slack.Rename(desk, "klanten") }, "webcare: Slack: there is no channel #webcare that the bot can see; if it was renamed, put its new name into the config"},
		{"shared outside", func(w *town) { _ = w.slack.Share(desk, true) }, "webcare: Slack: the channel #webcare is shared with people outside the company"},
		{"scope missing", func(w *town) { w.slack.MissingScope("files:write") }, "webcare: Slack: the scope files:write is missing, without which the bot cannot show customers' files; add it"},
		{"port in use", func(w *town) { occupy(w) }, `webcare: [http] listen = "127.0.0.1:`},
		{"no folder", func(w *town) { w.change(w.db, w.dir+"/none/webcare.db") }, "webcare: DIR/none/webcare.db cannot be made: the folder DIR/none does not exist. Make it, or change [store] path\n"},
		{"damaged", func(w *town) { _ = os.WriteFile(w.db, []byte(strings.Repeat("hello ", 9999)), 0o600) }, "webcare: DIR/webcare.db: the store is damaged: it does not begin as a store does; keep the file, put a backup in its place, or start with an empty store by naming another path\n"},
		{"emptied", func(w *town) { _ = os.WriteFile(w.db, nil, 0o600) }, "webcare: DIR/webcare.db: the store is damaged: it is empty; delete it to begin with an empty store, or put a backup in its place\n"},
		{"cut short", func(w *town) { w.start().up().stop(); _ = os.Truncate(w.db, 8192) }, "webcare: DIR/webcare.db: the store is damaged: "},
		{"a folder", func(w *town) { w.change(w.db, w.dir) }, "webcare: DIR: the store is damaged: it is no regular file; check the path\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t)
			tt.spoil(w)
			status, out, errOut := w.do("run")
			var said strings.Builder // all but the log
			for line := range strings.Lines(errOut) {
				if !strings.HasPrefix(line, "time=") {
					said.WriteString(line)
				}
			}
			if want := strings.ReplaceAll(tt.want, "DIR", w.dir); status != 1 || out != "" || !strings.HasPrefix(said.String(), want) {
				t.Errorf("status %d, output %q, standard error\n%s\nwant\n%s", status, out, errOut, want)
			}
			if strings.Contains(errOut, "goroutine ") {
				t.Errorf("a stack trace:\n%s", errOut)
			}
		})
	}
}

func occupy(w *town) {
	l, err := net.Listen("tcp", w.listen)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = l.Close() })
}

func TestNewerStore(t *testing.T) {
	w := newTown(t)
	w.start().up().stop()
	data, err := os.ReadFile(w.db)
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.ReplaceAll(data, []byte("format\x00\x00\x00\x01"), []byte("format\x00\x00\x00\x02"))
	if err := os.WriteFile(w.db, newer, 0o600); err != nil || bytes.Equal(newer, data) {
		t.Fatal("the format was not found", err)
	}
	want := "webcare: " + w.db + " was written by a newer webcare. Install that version again, or start with the backup made before the update\n"
	for _, command := range [][]string{{"run"}, {"queue"}, {"backup", w.dir + "/to.db"}} {
		if status, _, errOut := w.do(command...); status != 1 || errOut != want {
			t.Errorf("%s: status %d, standard error %q", command, status, errOut)
		}
	}
	if _, out, _ := w.do("check"); !strings.Contains(out, "✘ "+strings.TrimPrefix(want, "webcare: ")) {
		t.Errorf("check says\n%s", out)
	}
	if now, err := os.ReadFile(w.db); err != nil || !bytes.Equal(now, newer) {
		t.Error("the newer file was changed", err)
	}
}

func TestSecondInstance(t *testing.T) {
	w := newTown(t)
	first := w.start().up()
	w.change(w.listen, free(t))
	status, _, errOut := w.do("run")
	want := "webcare: " + w.db + " is in use: another webcare is running on it. Stop that one first; one data file serves one webcare\n"
	if status != 1 || !strings.HasSuffix(errOut, want) {
		t.Errorf("status %d, standard error\n%s\nwant at its end\n%s", status, errOut, want)
	}
	w.telegram.NewCustomer("Jan").Write("Bent u er nog?")
	w.shown("Bent u er nog?", first.log)
}

// TestStartsWithoutNetworks: what cannot be asked is no reason to end, and what was said meanwhile comes in.
func TestStartsWithoutNetworks(t *testing.T) {
	for _, tt := range []struct {
		name string
		down func(*town)
		up   func(*town)
		log  []string
		page string
	}{
		{
			"Slack down", func(w *town) { w.slack.Down(true) }, func(w *town) { w.slack.Down(false) },
			[]string{`webcare starts all the same, waits for it and tries again" where=Slack`},
			"HTTP status 503",
		},
		{
			"Slack breaks off", func(w *town) { w.slack.Fail(slacksim.Fault{Kind: slacksim.Drop, Times: -1}) }, func(w *town) { w.slack.Heal() },
			[]string{`waits for it and tries again" where=Slack`},
			"auth.test",
		},
		{
			"Telegram down", func(w *town) { w.telegram.Down(true) }, func(w *town) { w.telegram.Down(false) },
			[]string{`waits for it and tries again" where="Telegram account acme"`},
			"acme: Telegram cannot be reached or understood: getMe: 502",
		},
		{
			"both", func(w *town) { w.telegram.Down(true); w.slack.Down(true) }, func(w *town) { w.telegram.Down(false); w.slack.Down(false) },
			[]string{"where=Slack", `where="Telegram account acme"`},
			"acme: Telegram cannot be reached or understood: getMe: 502",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t)
			jan := w.telegram.NewCustomer("Jan")
			tt.down(w)
			r := w.start().up()
			for _, want := range tt.log {
				r.says(want)
			}
			await(t, "/readyz tells "+tt.page, func() bool {
				s, b := r.page("/readyz")
				return s == 503 && strings.Contains(b, tt.page) && strings.Contains(b, `"ready":false`)
			}, r.log)
			if s, _ := r.page("/healthz"); s != 200 {
				t.Errorf("/healthz says %d: the process lives all the same", s)
			}
			if r.hook("msg-1", `{"conversation":"c-1","id":"m-1","text":"Bent u daar?"}`, hookKey) != 200 {
				t.Error("a webhook is not taken while the others are away")
			}
			jan.Write("Hallo?")
			tt.up(w)
			w.shown("Bent u daar?", r.log)
			w.answer(w.shown("Hallo?", r.log), "Dag!")
			w.got(jan, "Dag!", r.log)
			await(t, "/readyz is well again", func() bool { s, _ := r.page("/readyz"); return s == 200 }, r.log)
		})
	}
}

// TestDeadWhileRunning: what breaks while it runs is told on /readyz, ends nothing, and loses nothing.
func TestDeadWhileRunning(t *testing.T) {
	for _, tt := range []struct {
		name        string
		spoil, heal func(*town)
		page        string
	}{
		{"Slack's token revoked", func(w *town) { w.slack.RevokeToken("") }, func(w *town) { w.slack.RestoreToken() }, "token"},
		{"removed from the channel", func(w *town) { _ = w.slack.Kick(desk, "U0SIM") }, func(w *town) { _ = w.slack.Join(desk, "U0SIM") }, "#webcare; type there: /invite @webcare"},
		{"archived", func(w *town) { _ = w.slack.Archive(desk, true) }, func(w *town) { _ = w.slack.Archive(desk, false) }, "archived; unarchive it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t)
			r := w.start().up()
			r.says("slack: socket open")
			tt.spoil(w)
			await(t, "/readyz tells "+tt.page, func() bool {
				s, b := r.page("/readyz")
				var page struct{ Trouble []string }
				return json.Unmarshal([]byte(b), &page) == nil && s == 503 && strings.Contains(strings.Join(page.Trouble, "\n"), tt.page)
			}, r.log)
			jan := w.telegram.NewCustomer("Jan")
			jan.Write("Hallo?")
			await(t, "Telegram is told that the message is kept", func() bool { return w.telegram.Pending() == 0 }, r.log)
			tt.heal(w)
			if s := r.stop(); s != 0 {
				t.Errorf("ended with status %d", s)
			}
			again := w.start().up()
			w.shown("Hallo?", again.log)
		})
	}
}

func TestOldSocket(t *testing.T) {
	w := newTown(t)
	if err := os.WriteFile(w.db+".sock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.start().up()
	info, err := os.Lstat(w.db + ".sock")
	if err != nil || info.Mode()&os.ModeSocket == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("the control socket: %v %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "webcare.db")); err != nil {
		t.Error(err)
	}
}
