package bot

import (
	"slices"
	"testing"

	"webcare/bot/conversation"
	"webcare/bot/language"
)

// TestFramed holds that what would be posted stands apart from what the bot says about it, styles and all.
func TestFramed(t *testing.T) {
	w := newWords(Options{Language: language.English})
	quote := conversation.Text{Plain: "from noon\nto five ^S", Spans: []conversation.Span{{From: 5, To: 9, Style: conversation.Bold}}}
	n := conversation.Notice{Kind: conversation.Previewed, Quote: quote, Count: 20, Of: 4096, Doubts: []conversation.Doubted{{Doubt: conversation.CustomerWrote}}}
	body := w.tell(n, nil, conversation.Place{}, 0).Body
	at := len(body.Plain) - len(quote.Plain)
	want := []conversation.Span{
		{From: at, To: len(body.Plain), Style: conversation.Quoted},
		{From: at + 5, To: at + 9, Style: conversation.Bold},
	}
	if at < 1 || body.Plain[at:] != quote.Plain || !slices.Equal(body.Spans, want) {
		t.Errorf("%q has the spans %+v, want %+v", body.Plain, body.Spans, want)
	}
	if len(quote.Spans) != 1 {
		t.Errorf("the quote was changed: %+v", quote)
	}
}
