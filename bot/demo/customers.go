package demo

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	telegram "webcare/adapters/telegram/sim"
)

// maxCaption is how many characters may stand below a picture.
// https://core.telegram.org/bots/api#sendphoto
const maxCaption = 1024

// chat is where a customer acts: in the private chat with the company, or in the group.
type chat struct {
	who   *telegram.Customer
	group *telegram.Group // nil = private
}

// chat reads whose phone it is and where on it.
func (d *demo) chat(f form) (chat, error) {
	for _, c := range d.telegram.Customers() {
		if phoneID(c.User()) != f.of("phone") {
			continue
		}
		switch in := f.of("in"); in {
		case "":
			return chat{who: c}, nil
		case "group":
			return chat{c, d.group}, nil
		default:
			return chat{}, fmt.Errorf("there is no chat %q", in)
		}
	}
	return chat{}, errors.New("there is no such phone")
}

func (c chat) messages() []telegram.Message {
	if c.group != nil {
		return c.group.Messages()
	}
	return c.who.Messages()
}

// where says it in the chat.
func (c chat) where() []telegram.Option {
	if c.group != nil {
		return []telegram.Option{telegram.In(c.group)}
	}
	return nil
}

// how says it in the chat, as a reply where one is asked for.
func (c chat) how(f form) ([]telegram.Option, error) {
	if f.of("reply") == "" {
		return c.where(), nil
	}
	id, err := strconv.Atoi(f.of("reply"))
	if err != nil || !slices.ContainsFunc(c.messages(), func(m telegram.Message) bool { return m.MessageID == id }) {
		return nil, errors.New("the message that this replies to is gone")
	}
	return append(c.where(), telegram.ReplyTo(id)), nil
}

func (d *demo) newCustomer(f form) error {
	all := d.telegram.Customers()
	if len(all) >= maxCustomers {
		return fmt.Errorf("%d customers are enough for a demo", maxCustomers)
	}
	name := strings.ToValidUTF8(strings.TrimSpace(f.of("name")), "")
	if utf8.RuneCountInString(name) > 60 {
		return errors.New("a name may have at most 60 characters")
	}
	if name == "" {
		name = customerNames()[len(all)%len(customerNames())]
	}
	d.telegram.NewCustomer(name)
	return nil
}

func (d *demo) write(f form) error {
	c, err := d.chat(f)
	if err != nil {
		return err
	}
	text, err := f.text("text")
	if err != nil {
		return err
	}
	how, err := c.how(f)
	if err != nil {
		return err
	}
	c.who.Write(text, how...)
	return nil
}

// reword edits a message, which must be the customer's own.
func (d *demo) reword(f form) error {
	c, err := d.chat(f)
	if err != nil {
		return err
	}
	text, err := f.text("text")
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(f.of("id"))
	own := slices.ContainsFunc(c.messages(), func(m telegram.Message) bool {
		return m.MessageID == id && m.From != nil && m.From.ID == c.who.ChatID()
	})
	if err != nil || !own || !c.who.Edit(id, text, c.where()...) {
		return errors.New("that message cannot be edited")
	}
	return nil
}

// sendFiles sends the files that were chosen, or pictures of the demo's own: as many as "samples" says.
func (d *demo) sendFiles(f form) error {
	c, err := d.chat(f)
	if err != nil {
		return err
	}
	files, err := f.files()
	if err != nil {
		return err
	}
	caption := strings.ToValidUTF8(strings.TrimSpace(f.of("text")), "")
	if utf8.RuneCountInString(caption) > maxCaption {
		return fmt.Errorf("the text below a picture may have at most %d characters", maxCaption)
	}
	how, err := c.how(f)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		if files, err = samples(f.of("samples"), len(c.messages())); err != nil {
			return err
		}
	}
	c.send(files, caption, how)
	return nil
}

// samples are pictures of the demo's own, the first in the colours of number n.
func samples(count string, n int) ([]upload, error) {
	many, err := strconv.Atoi(count)
	if err != nil || many < 1 || many > maxFiles {
		return nil, fmt.Errorf("there are 1 to %d sample pictures", maxFiles)
	}
	var all []upload
	for i := range many {
		content, err := samplePicture(n + i)
		if err != nil {
			return nil, err
		}
		all = append(all, upload{"sample.jpg", content})
	}
	return all, nil
}

// send does with files what a phone does: several pictures are an album, everything else is a message of its own. The
// text stands at the first.
func (c chat) send(files []upload, caption string, how []telegram.Option) {
	var pictures [][]byte
	var others []upload
	for _, x := range files {
		if isPicture(http.DetectContentType(x.content)) {
			pictures = append(pictures, x.content)
		} else {
			others = append(others, x)
		}
	}
	switch len(pictures) {
	case 0:
	case 1:
		c.who.SendPhoto(pictures[0], caption, how...)
		caption = ""
	default:
		c.who.SendAlbum(pictures, caption, how...)
		caption = ""
	}
	for _, x := range others {
		c.who.SendDocument(x.name, x.content, caption, how...)
		caption = ""
	}
}

func (d *demo) block(f form) error {
	c, err := d.chat(f)
	if err != nil {
		return err
	}
	if f.on("on") {
		c.who.Block()
	} else {
		c.who.Unblock()
	}
	return nil
}
