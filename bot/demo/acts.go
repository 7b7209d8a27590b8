package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	slack "webcare/adapters/slack/sim"
)

const (
	maxUpload    = 10 << 20 // bytes of a file chosen on the page
	maxTogether  = 32 << 20 // bytes of all that is chosen at once
	maxFiles     = 10       // files of one message
	maxText      = 4096     // characters of one message
	maxCustomers = 8
)

var errTooBig = errors.New("that is too big or broken: at most 10 MB a file, and 32 MB together")

// do carries out one act of the page: POST /do/<act> with form fields and perhaps a file. It answers 204, or 400 with
// {"error": a sentence}.
func (d *demo) do(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxTogether+1<<20)
	act, known := d.acts()[r.PathValue("act")]
	var err error
	switch parse := r.ParseMultipartForm(maxUpload); {
	case !known:
		err = errors.New("there is no such act")
	case parse != nil:
		err = errTooBig
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
		"customer": d.newCustomer, "write": d.write, "reword": d.reword, "files": d.sendFiles, "block": d.block,
		"say": d.say, "change": d.change, "remove": d.remove,
		"press": d.press, "choose": d.choose, "react": d.react, "slash": d.slash, "rest": d.rest,
		"lever":   func(f form) error { return d.levers.set(f.of("name"), f.on("on")) },
		"setting": d.changeSetting, "plug": d.movePlug,
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

// upload is a file that was chosen on the page.
type upload struct {
	name    string
	content []byte
}

// files are what was chosen, in order.
func (f form) files() ([]upload, error) {
	heads := f.r.MultipartForm.File["file"]
	if len(heads) > maxFiles {
		return nil, fmt.Errorf("at most %d files can be sent at once", maxFiles)
	}
	var all []upload
	for _, head := range heads {
		if head.Size > maxUpload {
			return nil, errTooBig
		}
		part, err := head.Open()
		if err != nil {
			return nil, errors.New("the file cannot be read")
		}
		content, err := io.ReadAll(part)
		_ = part.Close() // it was only read
		switch {
		case err != nil:
			return nil, errors.New("the file cannot be read")
		case len(content) == 0:
			return nil, errors.New("the file is empty")
		}
		all = append(all, upload{strings.ToValidUTF8(head.Filename, ""), content})
	}
	return all, nil
}

// say posts in a thread as a person of the staff.
func (d *demo) say(f form) error {
	files, err := f.files()
	if err != nil {
		return err
	}
	m := slack.Saying{User: f.of("by"), Channel: deskChannel, ThreadTS: f.of("thread"), Broadcast: f.on("also")}
	for _, x := range files {
		m.Files = append(m.Files, slack.Upload{Name: x.name, Content: x.content})
	}
	if m.Text, err = f.text("text"); err != nil && (files == nil || f.of("text") != "") {
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

func (d *demo) movePlug(f form) error {
	if f.on("on") {
		d.plug.plugIn()
		return nil
	}
	return d.plug.pull()
}
