package config

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const good = `
[slack]
bot_token = "xoxb-1"
channel = "#webcare"
post_rate = 2
[store]
path = "a.db"
[http]
listen = "127.0.0.1:8080"
[answer]
on_unsure = "resend"
[hours]
timezone = "America/New_York"
week = ["mon-fri 09:00-17:30", "sat 10:00-16:00"]
holidays = "nl"
good_friday = true
liberation_day = "never"
days = ["2026-12-24 09:00-15:00", "2026-12-31 closed"]
[nudge]
duty = "S0DUTY"
lead = "U0LEAD"
digest = false
[[nudge.step]]
after = "1h30m"
to = ["claimer|duty", "lead"]
how = "direct"
[[nudge.step]]
after = "2h"
[[account]]
name = "acme"
adapter = "pigeon"
token = "123:secret"
words = ["x"]
loud = true
rest = "2m"
[[account]]
name = "acme-2"
adapter = "telegraph"
language = "pt-BR"
week = ["sun 12:00-14:00"]
days = ["2026-12-25 12:00-14:00"]
silence = "90m"
closed_reply = true
ask_helped = true
`

func TestReadsEverything(t *testing.T) {
	slack := newFakeSlack()
	c, err := Parse("c.toml", []byte(good), slack, fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	if slack.Token.Reveal() != "xoxb-1" || slack.Rate != 2 || slack.Burst != 5 || slack.Chan != "#webcare" {
		t.Errorf("slack = %+v", slack)
	}
	if c.Slack != slack || c.Store.Path != "a.db" || c.HTTP.Listen != "127.0.0.1:8080" || c.Answer.OnUnsure != Resend {
		t.Errorf("got %+v", c)
	}
	if got := c.Hours.Timezone.Location().String(); got != "America/New_York" {
		t.Errorf("zone = %s", got)
	}
	if c.Nudge.Duty != "S0DUTY" || c.Nudge.Lead != "U0LEAD" || c.Nudge.Digest || len(c.Nudge.Steps) != 2 {
		t.Fatalf("nudge = %+v", c.Nudge)
	}
	if h := c.Hours; len(h.Week) != 2 || h.Holidays != Netherlands || !h.GoodFriday || h.LiberationDay != Never || len(h.Days) != 2 {
		t.Errorf("hours = %+v", h)
	}
	s := c.Nudge.Steps[0]
	if s.After != 90*time.Minute || s.How != Direct || strings.Join(s.To, " ") != "claimer|duty lead" {
		t.Errorf("step = %+v", s)
	}
	if s := c.Nudge.Steps[1]; s.After != 2*time.Hour || s.How != InThread || strings.Join(s.To, " ") != "claimer|duty" {
		t.Errorf("second step = %+v", s)
	}
	if len(c.Accounts) != 2 || c.Accounts[0].Name != "acme" || c.Accounts[1].Kind.Name != "telegraph" {
		t.Fatalf("accounts = %+v", c.Accounts)
	}
	p, ok := c.Accounts[0].Settings.(*fakePigeon)
	if !ok || p.Token.Reveal() != "123:secret" || !p.Loud || p.Rest != 2*time.Minute || p.URL != "https://loft.example" || len(p.Words) != 1 {
		t.Errorf("pigeon = %+v", p)
	}
	if c.Accounts[0].Manner.Language != "" || c.Accounts[1].Manner.Language != "pt-BR" {
		t.Errorf("languages %q and %q", c.Accounts[0].Manner.Language, c.Accounts[1].Manner.Language)
	}
	if m := c.Accounts[1].Manner; len(m.Week) != 1 || len(m.Days) != 1 || m.Silence != 90*time.Minute || !m.ClosedReply || !m.AskHelped {
		t.Errorf("manner = %+v", m)
	}
	if len(c.Warnings) != 0 {
		t.Errorf("warnings = %q", c.Warnings)
	}
}

func TestDefaults(t *testing.T) {
	c, err := Parse("c.toml", []byte("[slack]\nbot_token='x'\n[[account]]\nname='a'\nadapter='telegraph'\n"), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	if c.Store.Path != "webcare.db" || c.HTTP.Listen != "" || c.Answer.OnUnsure != Ask || c.Hours.Timezone.Location().String() != "Europe/Amsterdam" {
		t.Errorf("got %+v", c)
	}
	if len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0], "neither duty nor lead is set under [nudge]") {
		t.Errorf("warnings = %q, want one about duty and lead", c.Warnings)
	}
	h := c.Hours
	if len(h.Week) > 0 || len(h.Days) > 0 || h.Holidays != NoCountry || h.GoodFriday || h.LiberationDay != EveryFiveYears {
		t.Errorf("hours = %+v", h)
	}
}

func TestOtherWaysToWriteTOML(t *testing.T) {
	for _, text := range []string{
		"slack = {bot_token = 'x'}\naccount = [{name = 'a', adapter = 'telegraph', key = 'k'}]\nnudge = {duty = 'S1', step = [{after = '1m', to = ['duty']}]}\n",
		"slack.bot_token = 'x'\nnudge.duty = 'S1'\n[[nudge.step]]\nafter = '1m'\nto = [ # who\n 'duty',\n]\n[[account]]\nname = 'a'\nadapter = \"\"\"telegraph\"\"\"\nkey = 'k'\n",
		"\uFEFF[slack]\r\nbot_token = \"x\" # remark\r\n[nudge]\r\nduty='S1'\r\n[[nudge.step]]\r\nafter='1m'\r\nto=['duty']\r\n[[account]]\r\nname='a'\r\nadapter='telegraph'\r\nkey='k'",
	} {
		c, err := Parse("c.toml", []byte(text), newFakeSlack(), fakeKinds())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if c.Accounts[0].Settings.(*fakeWire).Key != "k" || len(c.Nudge.Steps) != 1 || c.Nudge.Steps[0].After != time.Minute {
			t.Errorf("%q: got %+v", text, c)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, mode os.FileMode, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, mode := range []os.FileMode{0o600, 0o400, 0o640, 0o604, 0o666} {
		path := write("it's.toml", mode, good)
		c, err := Load(path, newFakeSlack(), fakeKinds())
		if err != nil {
			t.Fatal(err)
		}
		warned := len(c.Warnings) == 1 && strings.Contains(c.Warnings[0], `run chmod 600 '`+dir+`/it'\''s.toml'`)
		if want := mode&0o077 != 0; warned != want {
			t.Errorf("mode %v: warnings %q", mode, c.Warnings)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct{ path, want string }{
		{filepath.Join(dir, "none.toml"), "copy config.example.toml"},
		{dir, "is a folder"},
		{write("big.toml", 0o600, strings.Repeat("#", sizeLimit+1)), "no config file of webcare"},
		{filepath.Join(write("file", 0o600, ""), "below"), "opening the config file"},
	} {
		if _, err := Load(row.path, newFakeSlack(), fakeKinds()); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.path, err, row.want)
		}
	}
	_, err := Load(write("bad.toml", 0o600, "[slack]\nbot_token = 1\n"), newFakeSlack(), fakeKinds())
	if m, ok := errors.AsType[*Mistakes](err); !ok || len(m.List) < 2 {
		t.Errorf("got %v, want *Mistakes", err)
	}
}

func TestSecretsFromElsewhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(" from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WEBCARE_TEST_TOKEN", "from-env")
	for _, row := range []struct{ value, want, mistake string }{
		{"env:WEBCARE_TEST_TOKEN", "from-env", ""},
		{"file:" + file, "from-file", ""},
		{"literally", "literally", ""},
		{"env:WEBCARE_TEST_NOT_SET", "", "line 2: slack.bot_token: the environment variable WEBCARE_TEST_NOT_SET is not set"},
		{"file:" + file + ".not", "", "line 2: slack.bot_token: the file " + file + ".not cannot be read: no such file or directory"},
	} {
		slack := newFakeSlack()
		text := "[slack]\nbot_token = '" + row.value + "'\n[[account]]\nname='a'\nadapter='telegraph'\n"
		_, err := Parse("c.toml", []byte(text), slack, fakeKinds())
		if row.mistake == "" {
			if err != nil || slack.Token.Reveal() != row.want {
				t.Errorf("%s: %q, %v", row.value, slack.Token.Reveal(), err)
			}
			continue
		}
		if err == nil || err.Error() != "1 mistake in c.toml:\n  "+row.mistake {
			t.Errorf("%s: %v", row.value, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	for _, row := range mistakeRows() {
		f.Add([]byte(row.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Parse("c.toml", text, newFakeSlack(), fakeKinds())
		if err != nil {
			m, ok := errors.AsType[*Mistakes](err)
			if !ok || len(m.List) == 0 {
				t.Fatalf("%T: %v", err, err)
			}
			last := 1 + strings.Count(string(text), "\n")
			for _, one := range m.List {
				if one.Line < 0 || one.Line > last || one.Text == "" {
					t.Fatalf("%+v in a file of %d lines", one, last)
				}
			}
			return
		}
		if !slices.IsSortedFunc(c.Nudge.Steps, func(a, b Step) int { return cmp.Compare(a.After, b.After) }) || len(c.Nudge.Steps) > mostSteps {
			t.Fatalf("steps %+v", c.Nudge.Steps)
		}
		for _, a := range append([]Account{{Manner: Manner{Week: c.Hours.Week, Days: c.Hours.Days}}}, c.Accounts...) {
			h := c.Hours.Service(a.Manner)
			if len(a.Manner.Week) > 0 && h.Week.Entries() == nil || len(a.Manner.Days) > 0 && h.Days.Entries() == nil {
				t.Fatalf("entries that say nothing: %+v", a.Manner)
			}
		}
		for _, a := range c.Accounts {
			if a.Settings == nil || a.Kind.Name == "" || !isName(a.Name) {
				t.Fatalf("account %+v", a)
			}
		}
	})
}
