package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	slack "webcare/adapters/slack/sim"
	telegram "webcare/adapters/telegram/sim"
)

const (
	maxUpload    = 10 << 20 // bytes of a file chosen on the page
	maxText      = 4096     // characters of one message
	maxCustomers = 8
)

// do carries out one act of the page: POST /do/<act> with form fields and perhaps a file. It answers 204, or 400 with
// {"error": a sentence}.
func (d *demo) do(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+1<<20)
	act, known := d.acts()[r.PathValue("act")]
	var err error
	switch parse := r.ParseMultipartForm(maxUpload); {
	case !known:
		err = errors.New("there is no such act")
	case parse != nil:
		err = errors.New("that is too big or broken: at most 10 MB")
	default:
		err = act(form{r})
		_ = r.MultipartForm.RemoveAll()
	}
	if err == nil {
		d.bell.ring()
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
}

func (d *demo) acts() map[string]func(form) error {
	return map[string]func(form) error{
		"customer": d.newCustomer, "write": d.write, "reword": d.reword, "picture": d.picture, "block": d.block,
		"say": d.say, "change": d.change, "remove": d.remove, "press": d.press,
		"lever":    func(f form) error { return d.levers.set(f.of("name"), f.on("on")) },
		"plug":     d.movePlug,
		"shortcut": d.shortcut, "home": d.openHome, "tap": d.tap, "fill": d.fill, "close": d.closeForm,
	}
}

// form reads the fields of an act.
type form struct{ r *http.Request }

func (f form) of(name string) string { return f.r.PostFormValue(name) }

func (f form) on(name string) bool { return f.of(name) == "true" }

// text is a field with something in it.
func (f form) text(name string) (string, error) {
	text := strings.ToValidUTF8(strings.TrimSpace(f.of(name)), "")
	switch {
	case text == "":
		return "", errors.New("there is nothing written")
	case utf8.RuneCountInString(text) > maxText:
		return "", fmt.Errorf("a message may have at most %d characters", maxText)
	}
	return text, nil
}

// file is what was chosen; nil where nothing was.
func (f form) file() ([]byte, string, error) {
	part, head, err := f.r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", errors.New("the file cannot be read")
	}
	defer part.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(part)
	switch {
	case err != nil:
		return nil, "", errors.New("the file cannot be read")
	case len(content) == 0:
		return nil, "", errors.New("the file is empty")
	}
	return content, strings.ToValidUTF8(head.Filename, ""), nil
}

// customer is whose phone it is.
func (d *demo) customer(f form) (*telegram.Customer, error) {
	for _, c := range d.telegram.Customers() {
		if strconv.FormatInt(c.ChatID(), 10) == f.of("phone") {
			return c, nil
		}
	}
	return nil, errors.New("there is no such phone")
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
	c, err := d.customer(f)
	if err != nil {
		return err
	}
	text, err := f.text("text")
	if err != nil {
		return err
	}
	c.Write(text)
	return nil
}

func (d *demo) reword(f form) error {
	c, err := d.customer(f)
	if err != nil {
		return err
	}
	text, err := f.text("text")
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(f.of("id"))
	if err != nil || !c.Edit(id, text) {
		return errors.New("that message cannot be edited")
	}
	return nil
}

// picture sends the file that was chosen, or a picture of the demo's own.
func (d *demo) picture(f form) error {
	c, err := d.customer(f)
	if err != nil {
		return err
	}
	content, name, err := f.file()
	if err != nil {
		return err
	}
	caption := strings.ToValidUTF8(strings.TrimSpace(f.of("text")), "")
	if utf8.RuneCountInString(caption) > 1024 {
		return errors.New("the text below a picture may have at most 1024 characters")
	}
	switch {
	case content == nil:
		if content, err = samplePicture(len(c.Messages())); err != nil {
			return err
		}
		c.SendPhoto(content, caption)
	case isPicture(http.DetectContentType(content)):
		c.SendPhoto(content, caption)
	default:
		c.SendDocument(name, content, caption)
	}
	return nil
}

func (d *demo) block(f form) error {
	c, err := d.customer(f)
	if err != nil {
		return err
	}
	if f.on("on") {
		c.Block()
	} else {
		c.Unblock()
	}
	return nil
}

// say posts in a thread as a person of the staff.
func (d *demo) say(f form) error {
	content, name, err := f.file()
	if err != nil {
		return err
	}
	m := slack.Saying{User: f.of("by"), Channel: deskChannel, ThreadTS: f.of("thread"), Broadcast: f.on("also")}
	if content != nil {
		m.Files = []slack.Upload{{Name: name, Content: content}}
	}
	if m.Text, err = f.text("text"); err != nil && (content == nil || f.of("text") != "") {
		return err
	}
	m.Text = mentioned(m.Text)
	_, err = d.slack.Say(m)
	return err
}

// mentioned turns @Name of the staff, and the group's handle, into what Slack's composer makes of it.
func mentioned(text string) string {
	words := map[string]string{"webcare-on-duty": "<!subteam^" + dutyGroup + ">", "here": "<!here>"}
	for _, u := range staff() {
		words[strings.ToLower(u.RealName)] = "<@" + u.ID + ">"
	}
	return regexp.MustCompile(`(^|\s)@([\p{L}\p{N}-]+)`).ReplaceAllStringFunc(text, func(found string) string {
		before, name, _ := strings.Cut(found, "@")
		if token, known := words[strings.ToLower(name)]; known {
			return before + token
		}
		return found
	})
}

func (d *demo) change(f form) error {
	text, err := f.text("text")
	if err != nil {
		return err
	}
	return d.slack.Edit(f.of("by"), deskChannel, f.of("ts"), mentioned(text))
}

// remove deletes what the person wrote.
func (d *demo) remove(f form) error {
	m, ok := d.slack.Message(deskChannel, f.of("ts"))
	if !ok || m.User != f.of("by") {
		return errors.New("only your own messages can be deleted")
	}
	return d.slack.Delete(deskChannel, m.TS)
}

// press presses a button of the bot's. Slack tells the app once: with nobody there the press is lost.
func (d *demo) press(f form) error {
	if d.slack.Sockets() == 0 {
		return errors.New("nobody hears that button: the bot is not connected to Slack at the moment")
	}
	return d.slack.Press(f.of("by"), f.of("channel"), f.of("ts"), f.of("action"))
}

func (d *demo) movePlug(f form) error {
	if f.on("on") {
		d.plug.plugIn()
		return nil
	}
	return d.plug.pull()
}
