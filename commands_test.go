package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommandLine: the status, and a part of what is said on standard output and on standard error; where nothing is
// wanted there must be nothing.
func TestCommandLine(t *testing.T) {
	t.Chdir(t.TempDir()) // where there is no config.toml
	for _, tt := range []struct {
		args        string
		status      int
		out, errOut string
	}{
		{"", 2, "", "Usage: webcare COMMAND"},
		{"-h", 0, "Usage: webcare COMMAND", ""},
		{"--help", 0, "  backup    write a copy", ""},
		{"help", 0, "Usage: webcare COMMAND", ""},
		{"help run", 0, "Usage: webcare run [-config FILE]", ""},
		{"run -h", 0, "-config FILE", ""},
		{"demo -h", 0, "-listen ADDRESS", ""},
		{"check -h", 0, "Usage: webcare check [-config FILE]", ""},
		{"manifest -h", 0, "Usage: webcare manifest [en | nl]\n", ""},
		{"backup --help", 0, "TO must not exist yet", ""},
		{"verify -h", 0, "Usage: webcare verify [-config FILE] [COPY]\n", ""},
		{"verify one two", 2, "", `"two" is one word too many`},
		{"verify none.db", 1, "", "webcare: there is no data file none.db"},
		{"verify", 2, "", "there is no config file config.toml"},
		{"queue list -h", 0, "list (or nothing) names the jobs", ""},
		{"version -h", 0, "Usage: webcare version\n", ""},
		{"help demo", 0, "Usage: webcare demo", ""},
		{"help nonsense", 2, "", `webcare: there is no command "nonsense"`},
		{"nonsense", 2, "", `webcare: there is no command "nonsense"`},
		{"-config x run", 2, "", `there is no command "-config"`},
		{"run -nonsense", 2, "", "flag provided but not defined: -nonsense. webcare run -h tells how it is used"},
		{"run -config", 2, "", "flag needs an argument: -config"},
		{"run too much", 2, "", `webcare run: "too" is one word too many`},
		{"version 1", 2, "", `"1" is one word too many`},
		{"manifest -config x", 2, "", "not defined: -config"},
		{"backup", 2, "", "webcare backup FILE"},
		{"backup one two", 2, "", `"two" is one word too many`},
		{"queue nonsense", 2, "", "say one of: queue list, queue retry JOB, queue drop JOB"},
		{"queue retry", 2, "", "say one of"},
		{"queue list all", 2, "", "say one of"},
		{"run", 2, "", "there is no config file config.toml: copy config.example.toml to it"},
		{"check -config none.toml", 2, "", "there is no config file none.toml"},
		{"backup to.db -config none.toml", 2, "", "there is no config file none.toml"},
		{"queue -config none.toml list", 2, "", "there is no config file none.toml"},
		{"run -config .", 2, "", ". is a folder, not a config file"},
		{"version", 0, "webcare (devel)", ""},
		{"demo -listen 0.0.0.0:0", 1, "", "the demo has no password, so it listens on this machine only"},
		{"demo -listen nowhere", 1, "", `must look like 127.0.0.1:8090`},
	} {
		t.Run(tt.args, func(t *testing.T) {
			var out, errOut bytes.Buffer
			if got := webcare(t.Context(), strings.Fields(tt.args), &out, &errOut); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			for _, s := range []struct{ name, got, want string }{{"output", out.String(), tt.out}, {"standard error", errOut.String(), tt.errOut}} {
				if !strings.Contains(s.got, s.want) || s.want == "" && s.got != "" {
					t.Errorf("%s\n%s\nwant %q", s.name, s.got, s.want)
				}
			}
		})
	}
}

// TestHelpOfAll: every command has its help, both ways the same.
func TestHelpOfAll(t *testing.T) {
	for _, c := range commands() {
		var a, b, errOut bytes.Buffer
		if webcare(t.Context(), []string{c.name, "-h"}, &a, &errOut) != 0 || webcare(t.Context(), []string{"help", c.name}, &b, &errOut) != 0 || errOut.Len() > 0 {
			t.Errorf("%s -h and help %s fail: %s", c.name, c.name, errOut.String())
		}
		if a.String() != b.String() || !strings.Contains(a.String(), c.about) {
			t.Errorf("%s -h says %q, help %s says %q", c.name, a.String(), c.name, b.String())
		}
	}
}

func TestManifestIsJSON(t *testing.T) {
	var out, errOut bytes.Buffer
	if s := webcare(t.Context(), []string{"manifest"}, &out, &errOut); s != 0 || errOut.Len() > 0 {
		t.Fatal(s, errOut.String())
	}
	var m struct {
		Settings struct {
			Sockets bool `json:"socket_mode_enabled"`
		} `json:"settings"`
	}
	if err := json.Unmarshal(out.Bytes(), &m); err != nil || !m.Settings.Sockets {
		t.Errorf("%v in\n%s", err, out.String())
	}
}

// TestManifestInDutch: the names in Slack's own menus fit, and a language that is not spoken is told.
func TestManifestInDutch(t *testing.T) {
	var out, errOut bytes.Buffer
	if s := webcare(t.Context(), []string{"manifest", "nl"}, &out, &errOut); s != 0 || !strings.Contains(out.String(), "Bewaar als kant-en-klaar") {
		t.Error(s, out.String(), errOut.String())
	}
	if s := webcare(t.Context(), []string{"manifest", "tlh"}, &out, &errOut); s != 2 || !strings.Contains(errOut.String(), "use en or nl") {
		t.Error(s, errOut.String())
	}
}

// TestTenMistakes: all of them at once, with their lines, and nothing of what was pasted in the wrong place.
func TestTenMistakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	text := `[slack]
bot_token = "xapp-canary-swapped"
app_token = "xoxb-canary-swapped"
chanel = "#webcare"
post_rate = "fast"
[http]
listen = "8080"
[answer]
on_unsure = "canary-guess"
[hours]
timezone = "Europe/Canary"
[nudge]
[[nudge.step]]
after = "soon"
to = ["duty"]
[[account]]
name = "acme"
adapter = "telgram"
[[account]]
name = "crm"
adapter = "webhook"
secret = "canary-short"
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"run"}, {"check"}, {"queue"}, {"backup", "to.db"}} {
		var out, errOut bytes.Buffer
		if s := webcare(t.Context(), append(command, "-config", file), &out, &errOut); s != 2 || out.Len() > 0 {
			t.Errorf("%s: status %d, output %q", command, s, out.String())
		}
		said := errOut.String()
		for _, want := range []string{
			"mistakes in " + file,
			"line 2: slack.bot_token: holds the app-level token", "line 3: slack.app_token: holds the bot token", "line 4: slack.chanel: ", "did you mean channel?",
			"line 5: slack.post_rate: ", "line 7: http.listen: ", "line 9: answer.on_unsure: ", "line 11: hours.timezone: ", "line 14: nudge.step.after: ",
			"line 15: nudge.step.to: duty is named here, so set duty", "line 18: account.adapter: there is no such adapter; did you mean telegram?", "line 22: account.secret: ",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q:\n%s", command, want, said)
			}
		}
		if strings.Contains(strings.ToLower(said), "canary") {
			t.Errorf("%s repeats a value:\n%s", command, said)
		}
	}
}

func TestBrokenOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var errOut bytes.Buffer
	if s := status(ctx, ctx.Err(), &errOut); s != 1 || errOut.String() != "webcare: broken off\n" {
		t.Error(s, errOut.String())
	}
}

func TestProgress(t *testing.T) {
	var log, screen bytes.Buffer
	for _, p := range []*progress{{w: &log}, {w: &screen, on: true}} {
		for done := range 2001 {
			p.show(done, 2000)
		}
		p.show(0, 0)
		p.end()
	}
	if log.Len() > 0 {
		t.Errorf("a log is told %q", log.String())
	}
	if s := screen.String(); !strings.HasPrefix(s, "\r  0 %\r  1 %") || !strings.Contains(s, "\r 99 %\r100 %") || !strings.HasSuffix(s, "\r\x1b[K") {
		t.Errorf("a person sees %q", s)
	}
	if terminal(&log) {
		t.Error("a buffer is no terminal")
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil || terminal(file) {
		t.Error("a file is no terminal", err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{1: "1 kB", 65536: "66 kB", 999_001: "1000 kB", 1_000_000: "1.0 MB", 16_777_216: "16.8 MB"} {
		if got := size(bytes); got != want {
			t.Errorf("%d bytes are %q, want %q", bytes, got, want)
		}
	}
}
