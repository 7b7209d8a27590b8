package demo

import (
	"cmp"
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

// phone is what one customer sees of the private chat.
type phone struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Blocked bool     `json:"blocked"`
	Said    []bubble `json:"said"`
}

// group is what every customer sees of the group.
type group struct {
	Title string `json:"title"`
	// Mention makes a message in the group one to the company.
	Mention string   `json:"mention"`
	Said    []bubble `json:"said"`
}

// bubble is one message on a phone, or an album.
type bubble struct {
	ID int `json:"id"` // of an album: of its first message
	// From is the phone of the customer who wrote it, "" for the company; Name is what others see.
	From   string       `json:"from,omitempty"`
	Name   string       `json:"name"`
	At     int64        `json:"at"` // ms
	Text   []span       `json:"text,omitempty"`
	Plain  string       `json:"plain,omitempty"` // for editing
	Files  []attachment `json:"files,omitempty"`
	Note   string       `json:"note,omitempty"` // what cannot be drawn
	Reply  string       `json:"reply,omitempty"`
	Edited bool         `json:"edited,omitempty"`
	Emoji  []string     `json:"emoji,omitempty"`
}

func (d *demo) phones() []phone {
	all := []phone{}
	for _, c := range d.telegram.Customers() {
		u := c.User()
		all = append(all, phone{ID: phoneID(u), Name: nameOf(u), Blocked: c.Blocked(), Said: bubbles(last(c.Messages(), maxBubbles))})
	}
	return all
}

func (d *demo) groupChat() group {
	return group{Title: groupTitle, Mention: "@" + botName, Said: bubbles(last(d.group.Messages(), maxBubbles))}
}

func phoneID(u telegram.User) string { return strconv.FormatInt(u.ID, 10) }

func nameOf(u telegram.User) string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }

// bubbles turns messages into what a phone shows: an album is one bubble.
func bubbles(all []telegram.Message) []bubble {
	out, album := []bubble{}, ""
	for _, m := range all {
		next := bubbleOf(m)
		if m.MediaGroupID != "" && m.MediaGroupID == album {
			out[len(out)-1].join(next)
		} else {
			out = append(out, next)
		}
		album = m.MediaGroupID
	}
	return out
}

func bubbleOf(m telegram.Message) bubble {
	b := bubble{
		ID: m.MessageID, Name: companyName, At: m.Date * 1000, Edited: m.EditDate > 0, Plain: m.Text + m.Caption,
		Text: spans(m.Text, m.Entities), Files: filesOf(m), Note: noteOf(m),
	}
	if !m.ByBot && m.From != nil {
		b.From, b.Name = phoneID(*m.From), nameOf(*m.From)
	}
	if m.Caption != "" {
		b.Text = spans(m.Caption, m.CaptionEntities)
	}
	if to := m.ReplyToMessage; to != nil {
		of := bubbleOf(*to)
		b.Reply = of.Name + ": " + cmp.Or(of.Plain, of.Note, "a picture or file")
	}
	for _, by := range slices.Sorted(maps.Keys(m.Reactions)) {
		b.Emoji = append(b.Emoji, m.Reactions[by])
	}
	return b
}

// join adds another message of the same album.
func (b *bubble) join(next bubble) {
	b.Files = append(b.Files, next.Files...)
	b.Emoji = append(b.Emoji, next.Emoji...)
	b.Edited = b.Edited || next.Edited
	if b.Plain == "" {
		b.Text = next.Text
	}
}

// filesOf is the file of a message, if it has one.
func filesOf(m telegram.Message) []attachment {
	at := func(ref telegram.FileRef, name string, picture bool) []attachment {
		return []attachment{{URL: "/media/phone/" + ref.FileID, Name: name, Picture: picture}}
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
