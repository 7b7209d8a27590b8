package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Link is a link as it is shown.
type Link struct{ Label, URL string }

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
	// Fallback is what a notification reads.
	Fallback string
}

// viewer collects what a message shows.
type viewer struct {
	Shown
	out                strings.Builder
	bareLink, bareName *regexp.Regexp
}

// Show decides what a message pings, links and shows, from the rules of Slack's documentation alone. Where the rules
// leave room it says what is worse: a token in the text counts as a ping although blocks hide that text, and a bare
// name in a mrkdwn object counts unless verbatim is set.
func Show(m Message) Shown {
	v := &viewer{
		bareLink: regexp.MustCompile(`(?i)\bhttps?://[^\s<>|]+`),
		bareName: regexp.MustCompile(`@(here|channel|everyone)\b`),
	}
	names := m.LinkNames || m.Parse == "full"
	v.mrkdwn(m.Text, m.Parse != "none", names)
	v.Fallback = v.out.String()
	v.out.Reset()
	fallbackLinks := v.Links
	v.Links = nil
	v.blocks(m.Blocks)
	v.attachments(m.Attachments)
	if v.Plain = v.out.String(); m.Blocks == nil && m.Attachments == nil {
		v.Plain, v.Links = v.Fallback, fallbackLinks
	}
	v.Unfurls = (m.UnfurlLinks || m.UnfurlMedia) && slices.ContainsFunc(append(v.Links, fallbackLinks...), func(l Link) bool {
		return strings.HasPrefix(l.URL, "http")
	})
	return v.Shown
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
		v.out.WriteString(plain)
		if links {
			for _, u := range v.bareLink.FindAllString(plain, -1) {
				v.Links = append(v.Links, Link{Label: u, URL: u})
			}
		}
		if names {
			for _, m := range v.bareName.FindAllStringSubmatch(plain, -1) {
				v.ping(m[1])
			}
		}
	}
}

// token reads what stands in angle brackets; false = it is just text.
func (v *viewer) token(inside string) bool {
	body, label, labelled := strings.Cut(inside, "|")
	switch {
	case strings.HasPrefix(body, "@U"), strings.HasPrefix(body, "@W"):
		v.ping(body[1:])
		v.out.WriteString("@" + body[1:])
	case strings.HasPrefix(body, "#C"), strings.HasPrefix(body, "#G"):
		v.Channels = append(v.Channels, body[1:])
		v.out.WriteString("#" + body[1:])
	case strings.HasPrefix(body, "!subteam^"):
		v.ping(strings.TrimPrefix(body, "!subteam^"))
		v.out.WriteString("@" + strings.TrimPrefix(body, "!subteam^"))
	case body == "!here", body == "!channel", body == "!everyone", body == "!group":
		v.ping(body[1:])
		v.out.WriteString("@" + body[1:])
	case strings.HasPrefix(body, "!date^"):
		if parts := strings.Split(body, "^"); len(parts) > 3 {
			v.Links = append(v.Links, Link{Label: label, URL: parts[3]})
		}
		v.out.WriteString(unescape(label))
	case body != "" && (strings.Contains(body, "://") || strings.HasPrefix(body, "mailto:") || strings.HasPrefix(body, "tel:")):
		if !labelled {
			label = body
		}
		v.Links = append(v.Links, Link{Label: unescape(label), URL: unescape(body)})
		v.out.WriteString(unescape(label))
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
		v.out.WriteByte('\n')
	}
}

func (v *viewer) node(n node) {
	switch n.Type {
	case "mrkdwn":
		v.mrkdwn(n.str(), !n.Verbatim, !n.Verbatim)
	case "plain_text", "text":
		v.out.WriteString(n.str())
	case "link":
		label := n.str()
		if label == "" {
			label = n.URL
		}
		v.Links = append(v.Links, Link{Label: label, URL: n.URL})
		v.out.WriteString(label)
	case "emoji":
		v.out.WriteString(":" + n.Name + ":")
	case "user":
		v.ping(n.UserID)
		v.out.WriteString("@" + n.UserID)
	case "usergroup":
		v.ping(n.GroupID)
		v.out.WriteString("@" + n.GroupID)
	case "broadcast":
		v.ping(n.Range)
		v.out.WriteString("@" + n.Range)
	case "channel":
		v.Channels = append(v.Channels, n.Channel)
		v.out.WriteString("#" + n.Channel)
	case "button":
		v.button(n)
	case "image":
		v.Images = append(v.Images, n.ImageURL)
		v.out.WriteString(n.AltText)
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
		v.out.WriteString("[" + label.str() + "] ")
	}
	if n.URL != "" {
		v.Links = append(v.Links, Link{Label: label.str(), URL: n.URL})
	}
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
