package demo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	telegram "webcare/adapters/telegram/sim"
)

// maxBubbles is how many messages a phone shows.
const maxBubbles = 80

// phone is what one customer sees.
type phone struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Blocked bool     `json:"blocked"`
	Said    []bubble `json:"said"`
}

// bubble is one message on a phone.
type bubble struct {
	ID     int         `json:"id"`
	Mine   bool        `json:"mine"` // the customer's own
	At     int64       `json:"at"`   // ms
	Text   []span      `json:"text,omitempty"`
	Plain  string      `json:"plain,omitempty"` // for editing
	File   *attachment `json:"file,omitempty"`
	Note   string      `json:"note,omitempty"` // what cannot be drawn
	Reply  string      `json:"reply,omitempty"`
	Edited bool        `json:"edited,omitempty"`
	Emoji  []string    `json:"emoji,omitempty"`
}

func (d *demo) phones() []phone {
	all := []phone{}
	for _, c := range d.telegram.Customers() {
		u := c.User()
		p := phone{
			ID: strconv.FormatInt(u.ID, 10), Name: strings.TrimSpace(u.FirstName + " " + u.LastName), Blocked: c.Blocked(), Said: []bubble{},
		}
		for _, m := range last(c.Messages(), maxBubbles) {
			p.Said = append(p.Said, bubbleOf(m))
		}
		all = append(all, p)
	}
	return all
}

func bubbleOf(m telegram.Message) bubble {
	b := bubble{
		ID: m.MessageID, Mine: !m.ByBot, At: m.Date * 1000, Edited: m.EditDate > 0, Plain: m.Text + m.Caption,
		Text: spans(m.Text, m.Entities), File: fileOf(m), Note: noteOf(m),
	}
	if m.Caption != "" {
		b.Text = spans(m.Caption, m.CaptionEntities)
	}
	if to := m.ReplyToMessage; to != nil {
		b.Reply = to.Text + to.Caption
	}
	for _, by := range slices.Sorted(maps.Keys(m.Reactions)) {
		b.Emoji = append(b.Emoji, m.Reactions[by])
	}
	return b
}

// fileOf is the file of a message; nil where it has none.
func fileOf(m telegram.Message) *attachment {
	at := func(ref telegram.FileRef, name string, picture bool) *attachment {
		return &attachment{URL: "/media/phone/" + ref.FileID, Name: name, Picture: picture}
	}
	switch {
	case len(m.Photo) > 0:
		return at(m.Photo[len(m.Photo)-1].FileRef, "photo", true)
	case m.Document != nil:
		return at(m.Document.FileRef, m.Document.FileName, false)
	case m.Video != nil:
		return at(m.Video.FileRef, "video", false)
	case m.Audio != nil:
		return at(m.Audio.FileRef, m.Audio.FileName, false)
	case m.Voice != nil:
		return at(m.Voice.FileRef, "voice message", false)
	case m.Animation != nil:
		return at(m.Animation.FileRef, "animation", false)
	case m.Sticker != nil:
		return at(m.Sticker.FileRef, "sticker "+m.Sticker.Emoji, false)
	}
	return nil
}

// noteOf names what the page does not draw.
func noteOf(m telegram.Message) string {
	switch {
	case m.Location != nil:
		return fmt.Sprintf("📍 %.4f, %.4f", m.Location.Latitude, m.Location.Longitude)
	case m.Contact != nil:
		return "👤 " + m.Contact.FirstName + " " + m.Contact.PhoneNumber
	case m.Poll != nil:
		return "📊 " + m.Poll.Question
	}
	return ""
}

// entityStyles are the letters of span.Style. https://core.telegram.org/bots/api#messageentity
func entityStyles() map[string]string {
	return map[string]string{
		"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "c", "pre": "c", "mention": "m",
		"text_mention": "m", "bot_command": "m", "hashtag": "m", "spoiler": "x", "blockquote": "i", "expandable_blockquote": "i",
	}
}

// spans cuts a text at the bounds of its entities, which count UTF-16 units. What does not fit is ignored.
func spans(text string, entities []telegram.Entity) []span {
	if text == "" {
		return nil
	}
	units := utf16.Encode([]rune(text))
	cuts := []int{0, len(units)}
	for _, e := range entities {
		for _, at := range []int{e.Offset, e.Offset + e.Length} {
			if at > 0 && at < len(units) {
				cuts = append(cuts, at)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []span
	styles := entityStyles()
	for i := range len(cuts) - 1 {
		one := span{Text: string(utf16.Decode(units[cuts[i]:cuts[i+1]]))}
		for _, e := range entities {
			if e.Offset > cuts[i] || e.Offset+e.Length < cuts[i+1] {
				continue
			}
			switch e.Type {
			case "text_link":
				one.Link = webLink(e.URL)
			case "url":
				one.Link = webLink(one.Text)
			}
			if letter := styles[e.Type]; !strings.Contains(one.Style, letter) {
				one.Style += letter
			}
		}
		out = append(out, one)
	}
	return out
}

// webLink is an address that the page may link to; "" for any other.
func webLink(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}
