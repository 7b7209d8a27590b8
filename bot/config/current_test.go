package config_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"webcare/adapters/all"
	"webcare/adapters/slack"
	"webcare/bot/config"
)

// TestExampleIsCurrent holds config.example.toml against the settings structs; -update writes it.
func TestExampleIsCurrent(t *testing.T) {
	const path = "../../config.example.toml"
	want := config.Example(slack.NewSettings(), all.Kinds())
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("config.example.toml is not what the settings say: go test ./bot/config -run Example -update")
	}
}

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write config.example.toml")
	os.Exit(m.Run())
}

// The example, with tokens in it, is a config that works.
func TestExampleWorks(t *testing.T) {
	for name, value := range map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "WEBHOOK_SECRET": "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktMDAwMQ==",
	} {
		t.Setenv(name, value)
	}
	text := config.Example(slack.NewSettings(), all.Kinds())
	for old, filled := range map[string]string{`"123456:…"`: `"123456:abc"`, "\nduty = \"\"": "\nduty = \"S012AB3CD\"", "\nlead = \"\"": "\nlead = \"U012AB3CD\""} {
		if bytes.Count(text, []byte(old)) != 1 {
			t.Fatalf("%q does not stand there once", old)
		}
		text = bytes.Replace(text, []byte(old), []byte(filled), 1)
	}
	c, err := config.Parse("config.example.toml", text, slack.NewSettings(), all.Kinds())
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Accounts) != len(all.Kinds()) || len(c.Warnings) > 0 {
		t.Errorf("%d accounts, warnings %q", len(c.Accounts), c.Warnings)
	}
	if h := c.Hours.Service(c.Accounts[0].Manner); h.Always() || len(h.Week.Entries()) != 2 || !h.Holidays.Dutch || len(c.Nudge.Steps) != 4 {
		t.Errorf("hours %+v, steps %+v", h, c.Nudge.Steps)
	}
}
