package slack

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"webcare/bot/conversation"
)

// tidy makes spans keep their promise: in order of From, the outer before the inner, within the text, on rune
// boundaries. Spans that cross are cut at the crossing.
func tidy(t conversation.Text) conversation.Text {
	var all []conversation.Span
	for _, s := range t.Spans {
		s.From, s.To = boundary(t.Plain, s.From), boundary(t.Plain, s.To)
		if s.From < s.To {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b conversation.Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	var stack, out []conversation.Span
	for _, s := range all {
		for len(stack) > 0 && stack[len(stack)-1].To <= s.From {
			stack = stack[:len(stack)-1]
		}
		for _, outer := range stack {
			s.To = min(s.To, outer.To)
		}
		if s.From < s.To {
			stack = append(stack, s)
			out = append(out, s)
		}
	}
	return conversation.Text{Plain: t.Plain, Spans: out}
}

// boundary moves a position into the text and down to the start of a rune.
func boundary(s string, i int) int {
	i = min(max(i, 0), len(s))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// run is a stretch of text over which no style changes.
type run struct {
	text string
	on   []conversation.Span // the spans over it, the outer first
}

// runs cuts a text where its styles change. Spans that cross are no trouble.
func runs(t conversation.Text) []run {
	cuts := []int{0, len(t.Plain)}
	for _, s := range t.Spans {
		cuts = append(cuts, boundary(t.Plain, s.From), boundary(t.Plain, s.To))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var all []run
	for i := range len(cuts) - 1 {
		from, to := cuts[i], cuts[i+1]
		r := run{text: t.Plain[from:to]}
		for _, s := range t.Spans {
			if s.From <= from && s.To >= to {
				r.on = append(r.on, s)
			}
		}
		all = append(all, r)
	}
	return all
}

// slice takes a part of a text with its spans.
func slice(t conversation.Text, from, to int) conversation.Text {
	out := conversation.Text{Plain: t.Plain[from:to]}
	for _, s := range t.Spans {
		s.From, s.To = max(s.From, from)-from, min(s.To, to)-from
		if s.From < s.To {
			out.Spans = append(out.Spans, s)
		}
	}
	return out
}
