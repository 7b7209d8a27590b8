package config

import (
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
		"[[nudge.step]]\n# How long the customer has been waiting.\nafter = \"15m\"\n",
		"to = [\"claimer|duty\"]\n",
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
	if len(c.Accounts) != 3 || len(c.Nudge.Steps) != 1 {
		t.Errorf("got %+v", c)
	}
}
