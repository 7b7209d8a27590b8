package sim

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Link is a link as it is shown.
type Link struct {
	Label, URL string
	// Button: it opens by a button, whose label is no address.
	Button bool
	// Lies: whoever reads the label, where it stands, expects another place than the one that opens.
	Lies bool

	from, to int // where the label stands
}

// Shown is what a message does to those who see it.
type Shown struct {
	// Pings are user and group ids, and "here", "channel", "everyone", each once.
	Pings []string
	// Channels are the channels it links to.
	Channels []string
	Links    []Link
	// Images are addresses that Slack fetches and shows.
	Images []string
	// Unfurls: at least one link would be opened and previewed by Slack.
	Unfurls bool
	// Plain is what a person reads: of the blocks and attachments, or of the text where there are none.
	Plain string
	// Voice is the part of Plain that stands in no quote and in no preformatted text: what its author says in their own
	// name.
	Voice string
	// Fallback is what a notification reads.
	Fallback string
}

// viewer collects what a message shows.
type viewer struct {
	Shown
	out, voice strings.Builder
	cited      int // how many quotes we are in
}

// What may become a link, and a name, where Slack looks for them by itself.
var (
	bareLink = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|tel:)[^\s<>|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+(?:xn--[a-z0-9-]+|[a-z]{2,})\b[^\s<>|]*`)
	bareName = regexp.MustCompile(`(^|[^\p{L}\p{N}])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}])`)
)

// Show decides what a message pings, links and shows, from the rules of Slack's documentation alone. Where the rules
// leave room it says what is worse: a token in the text counts as a ping although blocks hide that text, and a bare
// name in a mrkdwn object counts unless verbatim is set.
func Show(m Message) Shown {
	v := &viewer{}
	names := m.LinkNames || m.Parse == "full"
	v.mrkdwn(m.Text, m.Parse != "none", names)
	v.Fallback, v.Voice = v.out.String(), v.voice.String()
	v.judge(v.Fallback)
	v.out.Reset()
	v.voice.Reset()
	fallbackLinks := v.Links
	v.Links = nil
	v.blocks(m.Blocks)
	v.attachments(m.Attachments)
	if m.Blocks == nil && m.Attachments == nil {
		v.Plain, v.Links = v.Fallback, fallbackLinks
	} else {
		v.Plain, v.Voice = v.out.String(), v.voice.String()
		v.judge(v.Plain)
	}
	v.Unfurls = (m.UnfurlLinks || m.UnfurlMedia) && slices.ContainsFunc(append(v.Links, fallbackLinks...), func(l Link) bool {
		return strings.HasPrefix(l.URL, "http")
	})
	return v.Shown
}

// write adds what a reader sees.
func (v *viewer) write(s string) {
	v.out.WriteString(s)
	if v.cited == 0 {
		v.voice.WriteString(s)
	}
}

// link adds a link.
func (v *viewer) link(label, url string) {
	from := v.out.Len()
	v.write(label)
	v.Links = append(v.Links, Link{Label: label, URL: url, from: from, to: v.out.Len()})
}

// judge finds the links that lie in what a person reads.
func (v *viewer) judge(plain string) {
	for i, l := range v.Links {
		v.Links[i].Lies = lies(l.URL, plain, l.from, l.to)
	}
}

// Pings are the pings of a message.
func Pings(m Message) []string { return Show(m).Pings }

func (v *viewer) ping(who string) {
	if !slices.Contains(v.Pings, who) {
		v.Pings = append(v.Pings, who)
	}
}

// mrkdwn reads markup: tokens always count; links makes bare addresses links, names makes bare names pings.
func (v *viewer) mrkdwn(text string, links, names bool) {
	for seg := range segments(text) {
		if seg.angle && v.token(seg.text) {
			continue
		}
		plain := seg.text
		if seg.angle {
			plain = "<" + plain + ">"
		}
		plain = unescape(plain)
		from := v.out.Len()
		v.write(plain)
		if links {
			for _, m := range bareLink.FindAllStringIndex(plain, -1) {
				v.Links = append(v.Links, Link{Label: plain[m[0]:m[1]], URL: plain[m[0]:m[1]], from: from + m[0], to: from + m[1]})
			}
		}
		if names {
			v.names(plain)
		}
	}
}

// names finds the bare names: of people, groups and everybody behind an @, of channels behind a #.
func (v *viewer) names(plain string) {
	for _, m := range bareName.FindAllStringSubmatch(plain, -1) {
		if m[2] == "#" {
			v.Channels = append(v.Channels, m[3])
			continue
		}
		v.ping(strings.ToLower(m[3]))
	}
}

// token reads what stands in angle brackets; false = it is just text.
func (v *viewer) token(inside string) bool {
	body, label, labelled := strings.Cut(inside, "|")
	switch {
	case strings.HasPrefix(body, "@U"), strings.HasPrefix(body, "@W"):
		v.ping(body[1:])
		v.write("@" + body[1:])
	case strings.HasPrefix(body, "#C"), strings.HasPrefix(body, "#G"):
		v.Channels = append(v.Channels, body[1:])
		v.write("#" + body[1:])
	case strings.HasPrefix(body, "!subteam^"):
		v.ping(strings.TrimPrefix(body, "!subteam^"))
		v.write("@" + strings.TrimPrefix(body, "!subteam^"))
	case body == "!here", body == "!channel", body == "!everyone", body == "!group":
		v.ping(body[1:])
		v.write("@" + body[1:])
	case strings.HasPrefix(body, "!date^"):
		if parts := strings.Split(body, "^"); len(parts) > 3 {
			v.link(unescape(label), parts[3])
		} else {
			v.write(unescape(label))
		}
	case body != "" && strings.ContainsAny(body, ":.") && !strings.ContainsAny(body[:1], "@#!"): // an address of any kind
		if !labelled {
			label = body
		}
		v.link(unescape(label), unescape(body))
	default:
		return false
	}
	return true
}

// node is any object in blocks; most of it is empty.
type node struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"`
	Title    *node           `json:"title"`
	Fields   []node          `json:"fields"`
	Elements []node          `json:"elements"`
	Access   *node           `json:"accessory"`
	Verbatim bool            `json:"verbatim"`
	URL      string          `json:"url"`
	ImageURL string          `json:"image_url"`
	AltText  string          `json:"alt_text"`
	Name     string          `json:"name"`
	UserID   string          `json:"user_id"`
	GroupID  string          `json:"usergroup_id"`
	Channel  string          `json:"channel_id"`
	Range    string          `json:"range"`
	Fallback string          `json:"fallback"`
	Holder   *node           `json:"placeholder"`
	Options  []node          `json:"options"`
}

// str is Text where it is a string.
func (n node) str() string {
	var t string
	if json.Unmarshal(n.Text, &t) != nil {
		return ""
	}
	return t
}

func (v *viewer) blocks(list json.RawMessage) {
	var all []node
	if json.Unmarshal(list, &all) != nil {
		return
	}
	for _, b := range all {
		v.node(b)
		v.line()
	}
}

// line ends a line of Plain.
func (v *viewer) line() {
	if s := v.out.String(); s != "" && !strings.HasSuffix(s, "\n") {
		v.write("\n")
	}
}

func (v *viewer) node(n node) {
	switch n.Type {
	case "mrkdwn":
		v.mrkdwn(n.str(), !n.Verbatim, !n.Verbatim)
	case "markdown":
		v.mrkdwn(n.str(), true, true)
	case "plain_text", "text":
		v.write(n.str())
	case "link":
		v.link(cmp.Or(n.str(), n.URL), n.URL)
	case "emoji":
		v.write(":" + n.Name + ":")
	case "user":
		v.ping(n.UserID)
		v.write("@" + n.UserID)
	case "usergroup":
		v.ping(n.GroupID)
		v.write("@" + n.GroupID)
	case "broadcast":
		v.ping(n.Range)
		v.write("@" + n.Range)
	case "channel":
		v.Channels = append(v.Channels, n.Channel)
		v.write("#" + n.Channel)
	case "date":
		if n.URL != "" {
			v.link(n.Fallback, n.URL)
		} else {
			v.write(n.Fallback)
		}
	case "button":
		v.button(n)
	case "static_select":
		v.menu(n)
	case "image":
		v.Images = append(v.Images, n.ImageURL)
		v.write(n.AltText)
	case "rich_text_quote", "rich_text_preformatted":
		v.cited++
		v.inside(n)
		v.cited--
	default:
		v.inside(n)
	}
}

// inside reads a block or element that holds others.
func (v *viewer) inside(n node) {
	var text node
	if json.Unmarshal(n.Text, &text) == nil && text.Type != "" {
		v.node(text)
		v.line()
	}
	for _, f := range n.Fields {
		v.node(f)
		v.line()
	}
	for _, e := range n.Elements {
		v.node(e)
		if strings.HasPrefix(e.Type, "rich_text_") || n.Type == "rich_text_list" || n.Type == "context" {
			v.line()
		}
	}
	if n.Access != nil {
		v.node(*n.Access)
	}
}

func (v *viewer) button(n node) {
	var label node
	if json.Unmarshal(n.Text, &label) == nil {
		v.write("[")
		from := v.out.Len()
		v.write(label.str() + "] ")
		if n.URL != "" {
			v.Links = append(v.Links, Link{Label: label.str(), URL: n.URL, Button: true, from: from, to: from + len(label.str())})
		}
	}
}

// menu shows a menu as it looks when it is open.
func (v *viewer) menu(n node) {
	v.write("[")
	if n.Holder != nil {
		v.write(n.Holder.str())
	}
	between := ": "
	for _, o := range n.Options {
		var label node
		if json.Unmarshal(o.Text, &label) == nil {
			v.write(between + label.str())
			between = " | "
		}
	}
	v.write("] ")
}

func (v *viewer) attachments(list json.RawMessage) {
	var all []struct {
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(list, &all) != nil {
		return
	}
	for _, a := range all {
		v.mrkdwn(a.Text, true, true)
		v.blocks(a.Blocks)
	}
}
