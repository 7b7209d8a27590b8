package telegram

import (
	"encoding/json"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// alarm is a log handler that fails the test where something is logged as an error: a contained panic.
func alarm(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(failing{t}, &slog.HandlerOptions{Level: slog.LevelError}))
}

type failing struct{ t *testing.T }

func (f failing) Write(p []byte) (int, error) {
	f.t.Errorf("logged: %s", p)
	return len(p), nil
}

func newReader(t *testing.T) *reader {
	tg, err := New("acme", &Settings{Token: adapters.NewSecret("123456:TEST"), APIURL: "http://telegram.test", Keywords: []string{"acme"}}, adapters.Env{Log: alarm(t)})
	if err != nil {
		t.Fatal(err)
	}
	return &reader{Telegram: tg, ctx: t.Context(), me: self{ID: 123456, Username: "example_bot"}}
}

func FuzzUpdate(f *testing.F) {
	for _, s := range []string{
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private","first_name":"J"},"from":{"id":7,"first_name":"J"},"text":"x","entities":[{"type":"bold","offset":0,"length":1}]}}`,
		`{"update_id":2,"edited_message":{"message_id":1,"date":1,"edit_date":2,"chat":{"id":-1007,"type":"supergroup","title":"G","username":"g"},"from":{"id":7,"first_name":"J"},"text":"@example_bot x","entities":[{"type":"mention","offset":0,"length":12}],"message_thread_id":3,"reply_to_message":{"message_id":3,"is_automatic_forward":true,"date":0,"chat":{"id":-1007,"type":"supergroup"}}}}`,
		`{"update_id":3,"message_reaction":{"chat":{"id":7,"type":"private"},"message_id":1,"user":{"id":7},"date":1,"old_reaction":[],"new_reaction":[{"type":"emoji","emoji":"👍"}]}}`,
		`{"update_id":4,"my_chat_member":{"chat":{"id":7,"type":"private"},"date":1,"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":5,"business_message":{"message_id":1,"date":1,"business_connection_id":"b","chat":{"id":7,"type":"private"},"from":{"id":8},"text":"x"}}`,
		`{"update_id":6,"message":{"message_id":1,"date":1,"chat":{"id":-1007,"type":"supergroup","is_direct_messages":true},"direct_messages_topic":{"topic_id":5},"from":{"id":7},"photo":[{"file_id":"a","width":1,"height":1}],"caption":"c","media_group_id":"9"}}`,
		`{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":-7,"type":"group"},"migrate_to_chat_id":-1007}}`,
		`{"update_id":8,"deleted_business_messages":{"business_connection_id":"b","chat":{"id":7},"message_ids":[1,2]}}`,
		`{"update_id":9,"a":{"b":[]},"message":null}`,
		`{"update_id":10,"message":{"message_id":9,"date":1,"chat":{"id":-1007,"type":"supergroup"},"message_thread_id":3,"sender_chat":{"id":-1007,"type":"supergroup"},"reply_to_message":{"message_id":4,"date":1,"chat":{"id":-1007},"from":{"id":5}},"text":"x"}}`,
		`[]`, `7`, `null`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := newReader(t).read(raw)
		if err != nil {
			t.Fatalf("no network is needed, yet: %v", err)
		}
		for _, in := range got {
			if in.ID == "" || in.Event == nil {
				t.Errorf("an event without an id or nothing: %+v", in)
			}
			if in.Ref.Key != "" {
				if _, err := parsePlace(in.Ref.Key); err != nil {
					t.Errorf("key %q: %v", in.Ref.Key, err)
				}
			}
			switch e := in.Event.(type) {
			case conversation.Heard:
				sound(t, e.Message.Text)
				if e.Message.IsEmpty() {
					t.Error("nothing to see was heard")
				}
			case conversation.Changed:
				sound(t, e.Message.Text)
			case conversation.Unreadable:
				if len(raw) > 0 && len(in.Raw) == 0 {
					t.Error("what cannot be read is not kept")
				}
			}
		}
		again, _ := newReader(t).read(raw)
		if len(again) != len(got) {
			t.Fatalf("read twice: %d and %d events", len(got), len(again))
		}
		slices.SortFunc(got, byID)
		slices.SortFunc(again, byID)
		for i := range got {
			if got[i].ID != again[i].ID || got[i].Ref != again[i].Ref {
				t.Errorf("read twice: %+v and %+v", got[i], again[i])
			}
		}
	})
}

func byID(a, b adapters.Incoming) int {
	if a.ID < b.ID {
		return -1
	}
	if a.ID > b.ID {
		return 1
	}
	return 0
}

// sound checks what Text promises.
func sound(t interface{ Errorf(string, ...any) }, x conversation.Text) {
	if !utf8.ValidString(x.Plain) {
		t.Errorf("%q is no UTF-8", x.Plain)
	}
	var open []int
	from := 0
	for _, s := range x.Spans {
		switch {
		case s.From < from:
			t.Errorf("spans are out of order: %+v", x.Spans)
		case s.From < 0 || s.To > len(x.Plain) || s.From >= s.To:
			t.Errorf("span %+v lies outside of %q", s, x.Plain)
			return
		case !boundary(x.Plain, s.From) || !boundary(x.Plain, s.To):
			t.Errorf("span %+v splits a character of %q", s, x.Plain)
		}
		from = s.From
		for len(open) > 0 && open[len(open)-1] <= s.From {
			open = open[:len(open)-1]
		}
		if len(open) > 0 && s.To > open[len(open)-1] {
			t.Errorf("spans cross: %+v", x.Spans)
		}
		open = append(open, s.To)
	}
}

func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

func TestAnyEntitiesMakeSoundText(t *testing.T) {
	types := []string{"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "text_link", "mention", "made_up"}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringOf(rapid.SampledFrom([]rune("a é👍🏽\u0301\n"))).Draw(t, "plain")
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entity {
			return entity{
				Type: rapid.SampledFrom(types).Draw(t, "type"), Offset: rapid.IntRange(-3, 30).Draw(t, "offset"),
				Length: rapid.IntRange(-3, 30).Draw(t, "length"), URL: "https://a.example",
			}
		}), 0, 6).Draw(t, "entities")
		got := text(plain, list)
		if got.Plain != plain {
			t.Fatalf("the text became %q", got.Plain)
		}
		sound(t, got)
		for _, e := range entities(got) { // and back
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(plain) {
				t.Fatalf("entity %+v lies outside of %q", e, plain)
			}
		}
	})
}

func TestEntitiesBecomeSpansAndBack(t *testing.T) {
	got := text("👍 bold and link", []entity{
		{Type: "bold", Offset: 3, Length: 4},
		{Type: "text_link", Offset: 12, Length: 4, URL: "https://a.example"},
		{Type: "italic", Offset: 3, Length: 8},
	})
	want := []conversation.Span{
		{From: 5, To: 13, Style: conversation.Italic},
		{From: 5, To: 9, Style: conversation.Bold},
		{From: 14, To: 18, Style: conversation.Link, Target: "https://a.example"},
	}
	if !reflect.DeepEqual(got.Spans, want) {
		t.Errorf("spans %+v", got.Spans)
	}
	for i, e := range entities(got) {
		if want := [][2]int{{3, 8}, {3, 4}, {12, 4}}[i]; e.Offset != want[0] || e.Length != want[1] {
			t.Errorf("entity %d: %+v, want %v", i, e, want)
		}
	}
}

func TestTextThatIsNoUTF8(t *testing.T) {
	sound(t, text("a\xffb", []entity{{Type: "bold", Offset: 0, Length: 2}}))
}

func TestPlacesAreWrittenAndRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := place{
			business: rapid.StringN(0, 8, -1).Draw(t, "business"), chat: rapid.Int64().Draw(t, "chat"),
			thread: rapid.IntRange(0, 1<<31).Draw(t, "thread"), topic: rapid.Int64().Draw(t, "topic"),
			post: rapid.IntRange(0, 1<<31).Draw(t, "post"), who: rapid.Int64().Draw(t, "who"),
		}
		got, err := parsePlace(p.key())
		if p.chat == 0 {
			if err == nil {
				t.Fatal("a place without a chat")
			}
			return
		}
		if err != nil || got != p {
			t.Fatalf("%+v became %q became %+v: %v", p, p.key(), got, err)
		}
	})
}

// TestKeysStayAsTheyAre holds what stands in stores: a change here loses everybody's conversations.
func TestKeysStayAsTheyAre(t *testing.T) {
	for want, p := range map[string]place{
		"c7":              {chat: 7},
		"bAb%2FC/c7":      {business: "Ab/C", chat: 7},
		"c-1007/u5":       {chat: -1007, who: 5},
		"c-1007/t3/u5":    {chat: -1007, thread: 3, who: 5},
		"c-1007/d9":       {chat: -1007, topic: 9},
		"c-1007/p3/u-100": {chat: -1007, post: 3, who: -100},
	} {
		if p.key() != want {
			t.Errorf("%+v is %q, want %q", p, p.key(), want)
		}
	}
}

func TestCursors(t *testing.T) {
	var m memory
	m.Next, m.At = 8, 9
	for i := range targets + 5 {
		m.remember(place{chat: -1, who: int64(i + 1)}.key(), i+100)
	}
	for i := range moves + 5 {
		m.moved(int64(-i-1), int64(-i-1000))
	}
	for i := range discussions + 5 {
		m.discuss(int64(-1002000000000-i), int64(-1003000000000-i))
	}
	got := recall(m.cursor())
	if !reflect.DeepEqual(got, m) || len(got.Last) != targets || len(got.Moved) != moves || len(got.Discussed) != discussions {
		t.Errorf("%+v became %+v", m, got)
	}
	if n := len(m.cursor()); n > 8<<10 {
		t.Errorf("a full cursor has %d bytes", n)
	}
	if got := recall("17"); got.Next != 17 {
		t.Errorf("a bare number is %+v", got)
	}
	for _, s := range []string{"", "{", "[]", `{"next":"x"}`} {
		if got := recall(s); got.Next != 0 {
			t.Errorf("%q is %+v", s, got)
		}
	}
	if m.now(-36) != -1035 || m.before(-1035) != -36 || m.now(-5000) != -5000 {
		t.Errorf("moves: %+v", m.Moved)
	}
}

// TestAnAnswerToAForgottenComment: the memory holds the latest conversations only, and the others have answers too.
func TestAnAnswerToAForgottenComment(t *testing.T) {
	r := newReader(t)
	r.memory.discuss(-1007, -1008)
	r.memory.remember("c-1001/p3/u5", 4)
	for name, c := range map[string]struct{ chat, want string }{
		"below a post":   {`{"id":-1007,"type":"supergroup"}`, "c-1007/p3/u5"},
		"in some group":  {`{"id":-1009,"type":"supergroup"}`, "c-1009/u5"},
		"in a small one": {`{"id":-9,"type":"group"}`, "c-9/u5"},
		"not forgotten":  {`{"id":-1001,"type":"supergroup"}`, "c-1001/p3/u5"},
	} {
		in, err := r.read(json.RawMessage(`{"update_id":1,"message":{"message_id":9,"date":1,"chat":` + c.chat + `,"message_thread_id":3,"sender_chat":` + c.chat +
			`,"reply_to_message":{"message_id":4,"date":1,"chat":` + c.chat + `,"from":{"id":5}},"text":"x"}}`))
		if err != nil || len(in) != 1 || in[0].Ref.Key != c.want {
			t.Errorf("%s: %+v %v, want %s", name, in, err, c.want)
		}
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	for in, want := range map[string]string{
		"bill.pdf": "bill.pdf", "../../etc/passwd": "passwd", `c:\x\y.txt`: "y.txt", "": "file", "..": "file", "a\r\nb\"c.txt": "abc.txt",
		"gnp\u202e.exe": "gnp.exe", "ünï 1.pdf": "ünï 1.pdf", "/": "file", "a\x00\x1b\u2028b.pdf": "ab.pdf", "\xff.pdf": ".pdf", "bon?*|<>:.pdf": "bon.pdf",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", 116) + ".pdf",
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// FuzzFileName: whatever staff call a file, the customer gets it under a name that is no path and hides nothing.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"bill.pdf", "../../etc/passwd", `c:\x\y.txt`, "..", "a\r\nb\"c.txt", "gnp\u202e.exe", "\xff.pdf", "a\x00\u2028b", "%2e%2e%2f", strings.Repeat("x/ .", 99), "\u200b", "./ ."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := fileName(s)
		switch {
		case strings.Trim(n, ". ") == "", strings.ContainsAny(n, "/\\:*?\"<>|%"), strings.ContainsFunc(n, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }):
			t.Errorf("%q becomes %q", s, n)
		case !utf8.ValidString(n) || utf8.RuneCountInString(n) > 120:
			t.Errorf("%q becomes %q, which is no text or too long", s, n)
		}
		if again := fileName(n); again != n {
			t.Errorf("%q becomes %q, and that %q", s, n, again)
		}
	})
}

func TestPathsOfFiles(t *testing.T) {
	for p, want := range map[string]bool{
		"photos/file_1.jpg": true, "a": true, "": false, "/etc/passwd": false, "a/../b": false, "..": false, "a//b": false, `a\b`: false, "./a": false,
	} {
		if plainPath(p) != want {
			t.Errorf("%q: %v", p, !want)
		}
	}
}

// TestUnknownNamesOneThing: of several unknown things the same one is named every time.
func TestUnknownNamesOneThing(t *testing.T) {
	fields := map[string]json.RawMessage{"message_id": nil, "zeta": nil, "alpha": nil, "pinned_message": nil}
	for range 20 {
		if got := unknown(fields); got != "alpha" {
			t.Fatalf("got %q", got)
		}
	}
}
