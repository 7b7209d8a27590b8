package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// The acts of sharing the work:
//
//	sanne eyes jan | uneyes jan | checks jan       (👀 on the card, taken away again, ✅)
//	sanne snoozes jan 1h                            (from the menu of the card: 1h, 4h, tomorrow, monday)
//	sanne snoozes jan "morgen 10 uur"               (in the form behind its last entry)
//	sanne hands jan loes                            (by the shortcut on the card)
//	sanne sees queue | looks                        (opens the Home tab; looks at it as it is)
//	sanne slashes                                   (/webcare)
//	loes rests 1h30m                                (is not to be disturbed)
//
// deskAct carries one out; false = it is none.
func (s *stage) deskAct(u slacksim.User, words []string) (bool, error) {
	arg := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	sim := s.w.slack
	switch arg(0) {
	case "sees":
		if err := s.atHome(u); err != nil {
			return true, err
		}
		v, _ := sim.Home(u.ID)
		s.r.note("%s sees: %s", u.FirstName, viewText(v))
		return true, nil
	case "looks": // without opening it anew
		v, _ := sim.Home(u.ID)
		s.r.note("%s sees: %s", u.FirstName, viewText(v))
		return true, nil
	case "slashes":
		return true, sim.Slash(u.ID, deskChannel, "")
	case "rests":
		d, err := time.ParseDuration(arg(1))
		now := time.Now()
		sim.SetDND(u.ID, slacksim.DND{From: now, To: now.Add(d), Told: true})
		return true, err
	case "eyes", "uneyes", "checks", "snoozes", "hands":
	default:
		return false, nil
	}
	ts, err := s.thread(arg(1))
	if err != nil {
		return true, err
	}
	switch arg(0) {
	case "eyes":
		return true, sim.React(u.ID, deskChannel, ts, "eyes")
	case "uneyes":
		return true, sim.Unreact(u.ID, deskChannel, ts, "eyes")
	case "checks":
		return true, sim.React(u.ID, deskChannel, ts, "white_check_mark")
	case "hands":
		return true, s.hands(u, ts, arg(2))
	}
	return true, s.snoozes(u, ts, arg(2))
}

// snoozes takes an entry of the menu, or writes a moment in the form.
func (s *stage) snoozes(u slacksim.User, ts, until string) error {
	m, _ := s.w.slack.Message(deskChannel, ts)
	id := menuID(m, "snooze")
	if id == "" {
		return errors.New("the card has no menu for it")
	}
	for _, value := range []string{"1h", "4h", "tomorrow", "monday"} {
		if until == value {
			return s.w.slack.Choose(u.ID, deskChannel, ts, id, value)
		}
	}
	if err := s.w.slack.Choose(u.ID, deskChannel, ts, id, "other"); err != nil {
		return err
	}
	return s.form(u, map[string]string{"moment": until})
}

func (s *stage) hands(u slacksim.User, ts, to string) error {
	if err := s.w.slack.Shortcut(u.ID, "hand_over", deskChannel, ts); err != nil {
		return err
	}
	for _, other := range staff {
		if other.Name == to {
			return s.form(u, map[string]string{"to": other.ID})
		}
	}
	return fmt.Errorf("nobody is called %s", to)
}

// form fills in the form that has opened, and confirms what it asks, until it closes or objects.
func (s *stage) form(u slacksim.User, with map[string]string) error {
	for range 3 {
		s.settle()
		v, open := s.w.slack.Modal(u.ID)
		if !open {
			return nil
		}
		if len(v.Errors) > 0 {
			for field, text := range v.Errors {
				s.r.note("%s reads beside %s: %s", u.FirstName, field, text)
			}
			return s.w.slack.CloseModal(u.ID)
		}
		s.r.note("%s reads: %s", u.FirstName, viewText(v))
		if err := s.w.slack.SubmitForm(u.ID, with); err != nil {
			return err
		}
		with = nil
	}
	s.settle()
	if _, open := s.w.slack.Modal(u.ID); open {
		return errors.New("the form stays open")
	}
	return nil
}

// menuID is the action_id of the menu on a message that asks for an action.
func menuID(m slacksim.Message, action string) string {
	_, rest, _ := strings.Cut(string(m.Blocks), `"action_id":"`+action)
	if rest == "" {
		return ""
	}
	id, _, _ := strings.Cut(rest, `"`)
	return action + id
}
