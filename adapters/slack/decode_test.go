package slack

import (
	"encoding/json"
	"testing"
)

// A string is read as encoding/json reads it, also where it stands for itself; anything else is no error.
func TestLax(t *testing.T) {
	for _, raw := range []string{
		`""`, `"C0DESK001"`, `"1700000000.000100"`, `"a b"`, `"a\"b"`, `"a\\b"`, `"\u0041\n"`, `"é 👍🏽"`, "\"\xff\"", "\"\x7f\"", `"\ud83d"`,
	} {
		var want string
		if err := json.Unmarshal([]byte(raw), &want); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		var got lax
		if err := json.Unmarshal([]byte(raw), &got); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", raw, got, err, want)
		}
	}
	for raw, want := range map[string]lax{`12`: "12", `-1.5`: "-1.5", `true`: "true", `null`: "", `{"a":1}`: "", `[1]`: "", `"`: "", ``: ""} {
		got := lax("old")
		if err := got.UnmarshalJSON([]byte(raw)); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", raw, got, err, want)
		}
	}
}

// A post is taken back only where Slack shows that it stands in no thread.
func TestOutside(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"message":{"ts":"1.2"}}`: true, `{"message":{"ts":"1.2","thread_ts":""}}`: true, `{"message":{"ts":"1.2","thread_ts":"1.1"}}`: false,
		`{"message":{}}`: false, `{"message":null}`: false, `{"message":7}`: false, `{}`: false,
	} {
		if got := lenient[posted](json.RawMessage(raw)).outside(); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}
