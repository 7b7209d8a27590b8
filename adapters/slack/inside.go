package slack

import (
	"net/url"
	"regexp"
	"strings"

	"webcare/bot/conversation"
)

// inside: the address leads into our own workspace, where no customer can follow.
func (r *reader) inside(target string) bool {
	if !strings.Contains(target, "://") {
		target = "https://" + target
	}
	u, err := url.Parse(target)
	if err != nil { // an odd escape or port: the host alone decides
		_, rest, _ := strings.Cut(target, "://")
		end := strings.IndexAny(rest, "/?#:")
		if end < 0 {
			end = len(rest)
		}
		u = &url.URL{Host: rest[:end]}
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if own, err := url.Parse(r.team); err == nil && own.Hostname() != "" && host == strings.ToLower(own.Hostname()) {
		return true
	}
	return strings.EqualFold(u.Scheme, "slack") || host == "app.slack.com" || host == "files.slack.com" || strings.HasSuffix(host, ".enterprise.slack.com")
}

// addresses are the stretches of a text that may be addresses, with a scheme or without.
func addresses(s string) [][]int {
	if !strings.ContainsAny(s, ".:") {
		return nil
	}
	return regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://)?[a-z0-9.-]+(?::[0-9]+)?(?:[/?#][^\s<>"“”„«»]*)?`).FindAllStringIndex(s, -1)
}

// insiders finds the addresses into our own workspace in all that is to be read, code and labels of links included,
// and makes mentions of them. What else is said of those stretches goes.
func (r *reader) insiders(t conversation.Text) conversation.Text {
	for _, at := range addresses(t.Plain) {
		from, to := at[0], at[0]+len(strings.TrimRight(t.Plain[at[0]:at[1]], ".,;:!?)]}'’"))
		target := t.Plain[from:to]
		if !strings.ContainsAny(target, ".:") || !r.inside(target) {
			continue
		}
		var spans []conversation.Span
		for _, s := range t.Spans {
			switch {
			case s.From >= from && s.To <= to: // within
				continue
			case s.From < from && s.To > from && s.To <= to:
				s.To = from
			case s.From >= from && s.From < to && s.To > to:
				s.From = to
			}
			spans = append(spans, s)
		}
		t.Spans = append(spans, conversation.Span{From: from, To: to, Style: conversation.Mention, Target: target})
	}
	return t
}
