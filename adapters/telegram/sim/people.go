package sim

import (
	"mime"
	"path"
	"strings"
)

// Place is where something is said: a Customer's private chat, a Group, a Channel.
type Place interface{ ChatID() int64 }

// Customer is a person with a phone. What a customer does returns the id of the message it made, or 0 where nothing
// could be said there.
type Customer struct {
	sim  *Sim
	user User
}

// NewCustomer makes a person who has not pressed Start yet: the first message does that. The name is "first last".
func (s *Sim) NewCustomer(name string) *Customer { return s.NewUser(User{FirstName: name}) }

// NewUser is NewCustomer with all that a profile may hold. An ID of 0 gets one.
func (s *Sim) NewUser(u User) *Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.LastName == "" {
		u.FirstName, u.LastName, _ = strings.Cut(u.FirstName, " ")
	}
	if u.ID == 0 {
		s.nextUser++
		u.ID = s.nextUser
	}
	c := &Customer{sim: s, user: u}
	s.users[u.ID] = c
	s.private(c)
	return c
}

// private is the chat of the bot with a person. The lock is held.
func (s *Sim) private(c *Customer) *chat {
	return s.chat(chatKey{id: c.user.ID}, c.chat())
}

func (c *Customer) chat() Chat {
	u := c.user
	return Chat{ID: u.ID, Type: "private", FirstName: u.FirstName, LastName: u.LastName, Username: u.Username}
}

// ChatID is the id of the private chat with the bot, which is the id of the person.
func (c *Customer) ChatID() int64 { return c.user.ID }

// User is the profile.
func (c *Customer) User() User { return c.user }

// Messages is what the phone shows of the private chat with the bot.
func (c *Customer) Messages() []Message { return c.sim.Messages(c.user.ID) }

// Start presses the Start button: the bot may write from now on.
func (c *Customer) Start() int { return c.Write("/start") }

// Write says something.
func (c *Customer) Write(text string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		m.Text = text
		m.Entities = d.entities
		if d.entities == nil {
			m.Entities = found(text)
		}
	})
}

// SendPhoto sends a picture.
func (c *Customer) SendPhoto(content []byte, caption string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		c.caption(d, m, caption)
		m.Photo = c.sim.photo(content)
	})
}

// SendAlbum sends several pictures as one album, the caption on the first of them.
func (c *Customer) SendAlbum(pictures [][]byte, caption string, how ...Option) []int {
	c.sim.mu.Lock()
	group := c.sim.groupID()
	c.sim.mu.Unlock()
	var ids []int
	for i, p := range pictures {
		ids = append(ids, c.say(how, func(d *draft, m *Message) {
			if i == 0 {
				c.caption(d, m, caption)
			}
			m.MediaGroupID = group
			m.Photo = c.sim.photo(p)
		}))
	}
	return ids
}

// SendDocument sends a file.
func (c *Customer) SendDocument(name string, content []byte, caption string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		c.caption(d, m, caption)
		m.Document = &Document{FileRef: c.sim.keep(name, content), FileName: name, MimeType: typeOf(name)}
	})
}

// SendVideo sends a video.
func (c *Customer) SendVideo(content []byte, caption string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		c.caption(d, m, caption)
		m.Video = &Video{FileRef: c.sim.keep("video.mp4", content), Width: 640, Height: 360, Duration: 3, FileName: "video.mp4", MimeType: "video/mp4"}
	})
}

// SendVoice sends a voice note.
func (c *Customer) SendVoice(content []byte, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		m.Voice = &Voice{FileRef: c.sim.keep("voice.oga", content), Duration: 2, MimeType: "audio/ogg"}
	})
}

// SendVideoNote sends a round video.
func (c *Customer) SendVideoNote(content []byte, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		m.VideoNote = &VideoNote{FileRef: c.sim.keep("note.mp4", content), Length: 240, Duration: 2}
	})
}

// SendAudio sends music.
func (c *Customer) SendAudio(name string, content []byte, caption string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		c.caption(d, m, caption)
		m.Audio = &Audio{FileRef: c.sim.keep(name, content), Duration: 2, FileName: name, MimeType: typeOf(name)}
	})
}

// SendAnimation sends a GIF, with the document that the server adds for old clients.
func (c *Customer) SendAnimation(content []byte, caption string, how ...Option) int {
	return c.say(how, func(d *draft, m *Message) {
		c.caption(d, m, caption)
		ref := c.sim.keep("animation.mp4", content)
		m.Animation = &Animation{FileRef: ref, Width: 320, Height: 240, Duration: 1, FileName: "animation.mp4", MimeType: "video/mp4"}
		m.Document = &Document{FileRef: ref, FileName: "animation.mp4", MimeType: "video/mp4"}
	})
}

// SendSticker sends a sticker.
func (c *Customer) SendSticker(emoji string, content []byte, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		m.Sticker = &Sticker{FileRef: c.sim.keep("sticker.webp", content), Type: "regular", Width: 512, Height: 512, Emoji: emoji}
	})
}

// SendLocation sends a point on earth, in degrees; with a title it is a venue.
func (c *Customer) SendLocation(lat, long float64, title, address string, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		m.Location = &Location{Latitude: lat, Longitude: long}
		if title != "" {
			m.Venue = &Venue{Location: *m.Location, Title: title, Address: address}
		}
	})
}

// SendContact sends an address card.
func (c *Customer) SendContact(name, phone string, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		m.Contact = &Contact{PhoneNumber: phone, FirstName: name}
	})
}

// SendPoll asks a question to vote on.
func (c *Customer) SendPoll(question string, answers []string, how ...Option) int {
	return c.say(how, func(_ *draft, m *Message) {
		p := &Poll{ID: "1", Question: question, IsAnonymous: true, Type: "regular"}
		for _, a := range answers {
			p.Options = append(p.Options, PollOption{PersistentID: a, Text: a})
		}
		m.Poll = p
	})
}

func (c *Customer) caption(d *draft, m *Message, caption string) {
	m.Caption = caption
	m.CaptionEntities = d.entities
	if d.entities == nil {
		m.CaptionEntities = found(caption)
	}
}

func typeOf(name string) string {
	t, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(name)), ";")
	if t == "" {
		return "application/octet-stream"
	}
	return t
}
