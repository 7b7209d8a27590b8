package conversation

import "strings"

// Secrets finds what looks like personal data in a text; package personal implements it. It is pure. Nil finds nothing.
type Secrets func(text string) []string

// In lists what was seen.
func (s Secrets) In(text string) []string {
	if s == nil {
		return nil
	}
	return s(text)
}

// InText is In of what a reader sees and of where links lead: an address to write to or to call may stand behind words.
func (s Secrets) InText(t Text) []string {
	var all strings.Builder
	all.WriteString(t.Plain)
	for _, span := range t.Spans {
		if span.Style == Link && !strings.Contains(t.Plain, span.Target) {
			all.WriteString("\n|\n" + span.Target)
		}
	}
	return s.In(all.String())
}
