package config

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestExample(t *testing.T) {
	t.Setenv("PIGEON", "123")
	got := string(Example(newFakeSlack(), fakeKinds()))
	for _, want := range []string{
		"[slack]\n# The token.\nbot_token = \"xoxb-…\"\n",
		"# Messages a second.\npost_rate = 1.0\n# Messages at once.\npost_burst = 5\n",
		"timezone = \"Europe/Amsterdam\"\n",
		"# The hours of an ordinary week; empty = around the clock.\nweek = [\"mon-fri 09:00-17:30\", \"sat 10:00-16:00\"]\n",
		"holidays = \"nl\"\n", "good_friday = false\n", "liberation_day = \"every five years\"\n", "\ndays = []\n", "digest = true\n",
		"#\n# [[nudge.step]]\n# after = \"15m\"\n# to = [\"claimer|duty\"]\n# how = \"thread\"\n#\n# [[nudge.step]]\n",
		"language = \"\"\n# Hours of its own, as in [hours]; empty = those.\nweek = []\n", "silence = \"4h\"\n", "closed_reply = false\n", "ask_helped = false\n",
		"[[account]]\nname = \"my-pigeon\"\nadapter = \"pigeon\"\n# The ring number.\ntoken = \"env:PIGEON\"\n# The loft.\napi_url = \"https://loft.example\"\n",
		"words = [\"a\", \"b\"]\n# Coo.\nloud = false\n# Between flights.\nrest = \"1h30m\"\n",
		"adapter = \"telegraph\"\nkey = \"dot\"\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	c, err := Parse("config.example.toml", []byte(got), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatalf("the example is no valid config: %v\n%s", err, got)
	}
	if len(c.Accounts) != 3 || len(c.Nudge.Steps) != 2 {
		t.Errorf("got %+v", c)
	}
}

// The steps that the example shows in remarks are those that hold without them.
func TestExampleTellsTheUsualLadder(t *testing.T) {
	_, remarks, there := strings.Cut(string(Example(newFakeSlack(), fakeKinds())), "\n#\n# [[nudge.step]]\n")
	remarks, _, ends := strings.Cut(remarks, "\n\n")
	if !there || !ends {
		t.Fatal("the example has no ladder")
	}
	steps := "[[nudge.step]]\n" + strings.ReplaceAll(strings.ReplaceAll("\n"+remarks, "\n# ", "\n"), "\n#\n", "\n")
	nudge := "[nudge]\nduty = 'S1'\nlead = 'U1'\n"
	told, err := Parse("c.toml", []byte(minimal+nudge+steps), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatalf("%v in\n%s", err, steps)
	}
	silent, err := Parse("c.toml", []byte(minimal+nudge), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	for i := range told.Nudge.Steps {
		told.Nudge.Steps[i].line = 0
	}
	if !reflect.DeepEqual(told.Nudge, silent.Nudge) || len(told.Nudge.Steps) != len(usual()) {
		t.Errorf("the example tells %+v, and without it is %+v", told.Nudge.Steps, silent.Nudge.Steps)
	}
}

// What a config is by default says the same when it is written down.
func TestDefaultsSurviveBeingWritten(t *testing.T) {
	written := func(c *Config) string {
		var b bytes.Buffer
		for _, p := range sections(c) {
			b.WriteString("[" + p.name + "]\n")
			for _, f := range keysOf(p.settings) {
				b.WriteString(f.Tag.Get("toml") + " = " + literal(reflect.ValueOf(p.settings).Elem().FieldByIndex(f.Index)) + "\n")
			}
		}
		b.WriteString("[[account]]\nname = 'a'\nadapter = 'telegraph'\n")
		m := &c.Accounts[0].Manner
		for _, f := range keysOf(m) {
			b.WriteString(f.Tag.Get("toml") + " = " + literal(reflect.ValueOf(m).Elem().FieldByIndex(f.Index)) + "\n")
		}
		return strings.Replace(b.String(), `bot_token = ""`, `bot_token = "x"`, 1)
	}
	plain, err := Parse("c.toml", []byte(minimal), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatal(err)
	}
	text := written(plain)
	again, err := Parse("c.toml", []byte(text), newFakeSlack(), fakeKinds())
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if got := written(again); got != text {
		t.Errorf("got\n%s\nwant\n%s", got, text)
	}
	if !reflect.DeepEqual(again.Nudge, plain.Nudge) || !reflect.DeepEqual(again.Warnings, plain.Warnings) {
		t.Errorf("got %+v and %q, want %+v and %q", again.Nudge, again.Warnings, plain.Nudge, plain.Warnings)
	}
	for _, want := range []string{"week = []\n", "holidays = \"\"\n", "liberation_day = \"every five years\"\n", "digest = true\n", "silence = \"4h\"\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
