package bolt

import (
	"bytes"
	"cmp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/bot/conversation"
	"webcare/store"
)

func drawString(t *rapid.T, what string) string {
	return string(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 'a', 'b', 0xfe, 0xff}), 0, 6).Draw(t, what))
}

// Texts in keys sort as they do outside, also when more follows, and come back whole.
func TestTextKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawString(t, "a"), drawString(t, "b")
		x, y := drawString(t, "x"), drawString(t, "y")
		ka, kb := appendText(appendText(nil, a), x), appendText(appendText(nil, b), y)
		want := cmp.Or(strings.Compare(a, b), strings.Compare(x, y))
		if got := bytes.Compare(ka, kb); got != want {
			t.Fatalf("%q %q against %q %q: got %d, want %d", a, x, b, y, got, want)
		}
		first, rest, err := cutText(ka)
		second, end, err2 := cutText(rest)
		if first != a || second != x || len(end) != 0 || err != nil || err2 != nil {
			t.Fatalf("%q %q came back as %q %q %q: %v %v", a, x, first, second, end, err, err2)
		}
	})
}

func TestTimeKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(what string) time.Time {
			sec := rapid.Int64Range(-1<<40, 1<<40).Draw(t, what)
			return time.Unix(sec, rapid.Int64Range(0, 999_999_999).Draw(t, what+" ns")).UTC()
		}
		a, b := draw("a"), draw("b")
		if got, want := bytes.Compare(appendTime(nil, a), appendTime(nil, b)), a.Compare(b); got != want {
			t.Fatalf("%v against %v: got %d, want %d", a, b, got, want)
		}
		if back, rest, err := cutTime(append(appendTime(nil, a), 7)); !back.Equal(a) || len(rest) != 1 || err != nil {
			t.Fatalf("%v came back as %v, %v: %v", a, back, rest, err)
		}
	})
	if before, after := appendTime(nil, time.Time{}), appendTime(nil, time.Unix(0, 0)); bytes.Compare(before, after) >= 0 {
		t.Error("the year 1 does not come before 1970")
	}
}

func TestIDKeys(t *testing.T) {
	for _, tc := range []struct {
		id   conversation.ID
		size int
	}{
		{"0190aaaa00000123456789ab", 13},
		{"0190AAAA00000123456789AB", 27},
		{"0190aaaa00000123456789a", 26},
		{"0190aaaa00000123456789ag", 27},
		{"desk", 7},
		{"\x00", 5},
	} {
		key := idKey(tc.id)
		if len(key) != tc.size {
			t.Errorf("the key of %q has %d bytes, want %d", tc.id, len(key), tc.size)
		}
		if back, rest, err := cutID(append(key, 9)); back != tc.id || len(rest) != 1 || err != nil {
			t.Errorf("%q came back as %q, %v: %v", tc.id, back, rest, err)
		}
	}
}

func TestJobKeys(t *testing.T) {
	for _, k := range []store.Key{{Conversation: "desk"}, {Conversation: "0190aaaa00000123456789ab", Seq: 1<<64 - 1, N: 1<<31 - 1}} {
		key, err := jobKey(k)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := cutJobKey(key); back != k || err != nil {
			t.Errorf("%v came back as %v: %v", k, back, err)
		}
	}
	for _, k := range []store.Key{{}, {Conversation: "a", N: -1}, {Conversation: conversation.ID(strings.Repeat("x", 256))}} {
		if _, err := jobKey(k); err == nil {
			t.Errorf("%v has a key", k)
		}
	}
}

func TestAfter(t *testing.T) {
	for _, tc := range []struct{ prefix, want string }{{"a", "b"}, {"a\xff", "b"}, {"\xff\xff", ""}, {"", ""}, {"\x00", "\x01"}} {
		if got := after([]byte(tc.prefix)); string(got) != tc.want {
			t.Errorf("after %q: got %q, want %q", tc.prefix, got, tc.want)
		}
	}
}

// Keys that are cut short or made of anything are errors that say so.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(idKey("0190aaaa00000123456789ab"))
	f.Add(laneKey(store.Lane{Conversation: "desk", Way: conversation.Touch}))
	f.Add(timeIDKey(time.Unix(5, 5), "desk"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = readable(b)
		_, _ = timeKeyID(b)
		_, _ = cutJobKey(b)
		_, _, _ = cutLane(b)
	})
}
