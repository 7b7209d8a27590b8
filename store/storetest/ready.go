package storetest

import (
	"strings"
	"testing"

	"webcare/bot/conversation"
	"webcare/store"
)

func testReady(t *testing.T, x *exam) {
	in := func(word, language, text string) conversation.Ready {
		return conversation.Ready{Word: word, Language: language, Text: conversation.Text{
			Plain: text, Spans: []conversation.Span{{From: 0, To: 1, Style: conversation.Link, Target: "https://example.com"}},
		}}
	}
	put := func(all ...conversation.Ready) {
		t.Helper()
		x.update(func(tx store.Tx) error {
			for _, r := range all {
				if err := tx.PutReady(r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	check := func(all ...conversation.Ready) {
		t.Helper()
		x.twice(func(tx store.Tx) error {
			sameScan(t, "all ready answers", tx.ReadyAnswers(), all...)
			for _, word := range []string{"hours", "hour", "hours2", "a\x00b", "a", ""} {
				var want []conversation.Ready
				for _, r := range all {
					if r.Word == word {
						want = append(want, r)
					}
				}
				sameScan(t, "ready answers of "+word, tx.Ready(word), want...)
			}
			return nil
		})
	}
	check()
	any, en, nl, other, odd := in("hours", "", "Always"), in("hours", "en", "9 to 5"), in("hours", "nl", "9 tot 5"), in("hours2", "", "x"), in("a\x00b", "\xff", "odd")
	put(nl, other, any, odd, en)
	check(odd, any, en, nl, other)
	en.Text = conversation.Plainly("10 to 4")
	put(en, en)
	check(odd, any, en, nl, other)
	x.update(func(tx store.Tx) error {
		return joined(tx.DropReady("hours", "en"), tx.DropReady("hours", "en"), tx.DropReady("hour", ""), tx.DropReady("hours2", "nl"))
	})
	check(odd, any, nl, other)
	long := strings.Repeat("w", 255)
	put(in(long, long, "long"))
	for _, bad := range []conversation.Ready{in("", "nl", "x"), in(long+"w", "", "x"), in("x", long+"w", "x")} {
		if err := x.store.Update(t.Context(), func(tx store.Tx) error { return tx.PutReady(bad) }); err == nil {
			t.Errorf("a word of %d bytes in a language of %d was taken", len(bad.Word), len(bad.Language))
		}
	}
	check(odd, any, nl, other, in(long, long, "long"))
}
