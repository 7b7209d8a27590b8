package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Harm lists what a message does that none may do in which a stranger's words stand: ping (but for those who are wanted),
// link to a channel, open another place than it says, fetch or preview anything, hide or turn what is read. Nothing in
// the list = harmless. Links are allowed where the label is the address itself, or a button's, or where one of those who
// are wanted is what the address begins with.
func Harm(m Message, wanted ...string) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	show := Show(m)
	notification := Show(Message{Text: m.Text, Parse: m.Parse, LinkNames: m.LinkNames, Username: m.Username})
	for _, who := range show.Pings {
		if !slices.Contains(wanted, who) {
			add("pings %s", who)
		}
	}
	for _, c := range show.Channels {
		add("links to the channel %s", c)
	}
	for _, u := range show.Images {
		add("fetches the picture %s", u)
	}
	for _, l := range append(slices.Clone(show.Links), notification.Links...) {
		ours := slices.ContainsFunc(wanted, func(w string) bool { return strings.Contains(w, "://") && strings.HasPrefix(l.URL, w) })
		if l.Lies || !l.Button && l.Label != l.URL && !ours {
			add("the link %q opens %q", l.Label, l.URL)
		}
	}
	switch {
	case show.Unfurls:
		add("unfurls a link")
	case m.Attachments != nil:
		add("has attachments: %s", m.Attachments)
	case m.To == "" && len(m.Files) == 0 && (m.UnfurlLinks || m.UnfurlMedia):
		add("would unfurl links")
	}
	if name := shout(show.Fallback); name != "" {
		add("%s stands whole in the notification", name)
	}
	for _, what := range veiled(show.Plain, m.Blocks == nil) {
		add("%s in the text", what)
	}
	for _, what := range veiled(m.Username, false) {
		add("%s in the name", what)
	}
	for _, what := range veiled(show.Fallback, true) {
		add("%s in the notification", what)
	}
	if m.Subtype == "bot_message" {
		all = append(all, oddName(m.Username)...)
	}
	for _, f := range m.Files {
		all = append(all, oddFile(f)...)
	}
	return all
}

// Message is the view as if it were a message, for Show and Harm.
func (v View) Message() Message {
	var view struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(v.JSON, &view) != nil {
		return Message{}
	}
	return Message{Blocks: view.Blocks}
}

// shout finds a word that pings everybody where names are looked for.
func shout(s string) string {
	for _, name := range []string{"@here", "@channel", "@everyone", "@group"} {
		if strings.Contains(strings.ToLower(s), name) {
			return name
		}
	}
	return ""
}

// veiled lists what hides, turns or overprints other text. A notification may hold word joiners (U+2060).
func veiled(s string, joiners bool) []string {
	var all []string
	add := func(r rune, what string) {
		if what += fmt.Sprintf(" %U", r); !slices.Contains(all, what) {
			all = append(all, what)
		}
	}
	marks := 0
	for _, r := range flags().Replace(s) {
		switch {
		case r == '\u200C', r == '\u200D', unicode.Is(unicode.Variation_Selector, r) && r < 0xE0000:
			continue // joiners and selectors are parts of emoji, Persian words, Chinese names
		case r == '\n', r == '\t', r == '\u2060' && joiners:
		case unicode.IsControl(r):
			add(r, "the control character")
		case r == '\u2028', r == '\u2029':
			add(r, "the line break")
		case !inked(r) && !unicode.IsSpace(r) && r != '\u2800':
			add(r, "the invisible character")
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks == tall+1 {
				add(r, "a tower of marks with")
			}
			continue
		}
		marks = 0
	}
	if !utf8.ValidString(s) {
		all = append(all, "broken text")
	}
	return all
}

// oddName lists what is wrong with the name of a post.
func oddName(name string) []string {
	var all []string
	if Ink(name) == "" || strings.ContainsAny(name, "\n\t") || utf8.RuneCountInString(name) > maxUsername {
		all = append(all, fmt.Sprintf("the name %q is empty, too long or on two lines", name))
	}
	switch strings.ToLower(Ink(norm.NFKC.String(name))) {
	case "slackbot", "slack", "here", "channel", "everyone", "group":
		all = append(all, fmt.Sprintf("the name %q belongs to Slack", name))
	}
	return all
}

// oddFile lists what is wrong with the names of a file.
func oddFile(f File) []string {
	var all []string
	for _, name := range []string{f.Name, f.Title} {
		if Ink(name) == "" || strings.ContainsAny(name, "/\\<>|:\n\t") || strings.HasPrefix(name, ".") || utf8.RuneCountInString(name) > 100 || strings.Contains(name, "  ") || strings.Contains(name, "\u2800") {
			all = append(all, fmt.Sprintf("the file is called %.200q", name))
		}
		for _, what := range veiled(name, false) {
			all = append(all, what+" in the name of the file")
		}
	}
	return all
}
