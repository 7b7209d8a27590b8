package bot_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// The acts of ready answers (a language is nl, en … or any):
//
//	sanne makes WORD LANGUAGE "text"                    (in the app's home)
//	sanne changes WORD LANGUAGE "text"                  sanne drops WORD LANGUAGE        sanne reads home
//	sanne saves jan "message in the thread" WORD LANGUAGE    (by the shortcut)
//	jan speaks nl                                       (a customer whose network tells the language)
//	language nl                                         ([[account]] language)
//
// shelfAct carries one out; false = it is none.
func (s *stage) shelfAct(u slacksim.User, words []string) (bool, error) {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	language := func(i int) string { return strings.TrimSuffix(arg(i), "any") }
	var err error
	switch arg(0) {
	case "makes":
		err = s.fill(u, s.w.slack.PressHome, "", "ready_new", map[string]string{"word": arg(1), "language": arg(2), "text": arg(3)})
	case "changes":
		err = s.fill(u, s.w.slack.PressHome, "ready/"+arg(1)+"/"+language(2), "ready_change", map[string]string{"text": arg(3)})
	case "drops":
		if err = s.atShelf(u); err == nil {
			err = s.w.slack.PressHome(u.ID, "ready/"+arg(1)+"/"+language(2), "ready_remove")
		}
	case "reads": // who may not, reads why instead
		if err = s.atHome(u); err == nil {
			if s.w.slack.PressHome(u.ID, "", "queue_ready") == nil {
				s.settle()
			}
			v, _ := s.w.slack.Home(u.ID)
			s.r.note("%s reads: %s", u.FirstName, viewText(v))
		}
	case "forms": // an answer, in the form behind the button of the card
		return true, s.forms(u, arg(1), arg(2))
	case "saves":
		shortcut := func(user, ts, callback string) error {
			return s.w.slack.Shortcut(user, callback, deskChannel, ts)
		}
		ts, err := s.message(arg(1), arg(2))
		if err != nil {
			return true, err
		}
		return true, s.fill(u, shortcut, ts, "save_ready", map[string]string{"word": arg(3), "language": arg(4)})
	default:
		return false, nil
	}
	return true, err
}

// atHome opens the app's home.
func (s *stage) atHome(u slacksim.User) error {
	err := s.w.slack.OpenHome(u.ID)
	s.settle()
	return err
}

// atShelf opens the list of ready answers there.
func (s *stage) atShelf(u slacksim.User) error {
	if err := s.atHome(u); err != nil {
		return err
	}
	if s.w.slack.PressHome(u.ID, "", "queue_ready") == nil { // not everybody has it
		s.settle()
	}
	return nil
}

// fill opens a form, fills it in and sends it, and notes what came of it.
func (s *stage) fill(u slacksim.User, open func(user, where, what string) error, where, what string, with map[string]string) error {
	if err := s.atShelf(u); err != nil {
		return err
	}
	if err := open(u.ID, where, what); err != nil {
		return err
	}
	s.settle()
	v, is := s.w.slack.Modal(u.ID)
	if !is {
		return errors.New("no form has opened")
	}
	if v.CallbackID != "ready" {
		s.r.note("%s reads: %s", u.FirstName, viewText(v))
		return s.w.slack.CloseModal(u.ID)
	}
	if err := s.w.slack.SubmitForm(u.ID, with); err != nil {
		return err
	}
	s.settle()
	if v, is = s.w.slack.Modal(u.ID); !is {
		s.r.note("%s has kept it", u.FirstName)
		return nil
	}
	for _, field := range slices.Sorted(maps.Keys(v.Errors)) {
		s.r.note("%s reads beside %s: %s", u.FirstName, field, v.Errors[field])
	}
	return s.w.slack.CloseModal(u.ID)
}

// forms writes an answer in the form of a card, and notes what the form says.
func (s *stage) forms(u slacksim.User, customer, text string) error {
	root, err := s.thread(customer)
	if err != nil {
		return err
	}
	m, _ := s.w.slack.Message(deskChannel, root)
	id := buttonID(m, "Answer")
	if id == "" {
		return errors.New("the card has no button for it")
	}
	if err := s.w.slack.Press(u.ID, deskChannel, root, id); err != nil {
		return err
	}
	s.settle()
	v, is := s.w.slack.Modal(u.ID)
	if !is {
		return errors.New("no form has opened")
	}
	if v.CallbackID != "answer" {
		s.r.note("%s reads: %s", u.FirstName, viewText(v))
		return s.w.slack.CloseModal(u.ID)
	}
	if err := s.w.slack.SubmitForm(u.ID, map[string]string{"answer": text}); err != nil {
		return err
	}
	s.settle()
	if v, is = s.w.slack.Modal(u.ID); is {
		s.r.note("%s reads in the form: %s", u.FirstName, v.Errors["answer"])
		return s.w.slack.CloseModal(u.ID)
	}
	return nil
}

// message is the ts of what stands in the thread of a customer.
func (s *stage) message(customer, text string) (string, error) {
	root, err := s.thread(customer)
	if err != nil {
		return "", err
	}
	for _, m := range s.w.slack.Thread(deskChannel, root) {
		if strings.Contains(plain(m), text) {
			return m.TS, nil
		}
	}
	return "", fmt.Errorf("%q does not stand in the thread of %s", text, customer)
}

// viewText is what a person reads of a view.
func viewText(v slacksim.View) string {
	var view struct{ Blocks []any }
	if json.Unmarshal(v.JSON, &view) != nil {
		return ""
	}
	var out strings.Builder
	for _, b := range view.Blocks {
		out.WriteString(walk(b))
	}
	return strings.TrimSpace(out.String())
}

// speaks makes a customer whose network tells the language.
func (s *stage) speaks(name, language string) {
	c := s.w.telegram.NewUser(telegramsim.User{FirstName: strings.ToUpper(name[:1]) + name[1:], LanguageCode: language})
	c.Start()
	s.customers[name] = c
}
