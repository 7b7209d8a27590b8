package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// input is an input block of a view, as far as a person can fill it in.
type input struct {
	Type    string `json:"type"`
	Block   string `json:"block_id"`
	May     bool   `json:"optional"`
	Element struct {
		Type    string `json:"type"`
		Action  string `json:"action_id"`
		Value   any    `json:"initial_value"`
		Chosen  object `json:"initial_option"`
		User    string `json:"initial_user"`
		Options []object
		Least   int `json:"min_length"`
		Most    int `json:"max_length"`
	} `json:"element"`
}

// inputs are the input blocks of a view.
func (v *view) inputs() []input {
	var all []input
	if json.Unmarshal(v.given["blocks"], &all) != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(i input) bool { return i.Type != "input" })
}

// shown is what Slack shows of errors that the app answers with: those beside inputs, and for any other key that the app
// is out of order. https://docs.slack.dev/surfaces/modals#displaying_errors
func (v *view) shown(told map[string]string) map[string]string {
	inputs := v.inputs()
	for block := range told {
		if !slices.ContainsFunc(inputs, func(i input) bool { return i.Block == block }) {
			return map[string]string{"": "We had some trouble connecting. Try again?"}
		}
	}
	return told
}

// state is what Slack sends of an input: what was typed or chosen, else what stood there at first.
func (s *Sim) state(i input, typed string, isTyped bool) (object, error) {
	e := i.Element
	out := object{"type": e.Type}
	empty := false
	switch e.Type {
	case "plain_text_input":
		if !isTyped {
			typed, _ = e.Value.(string)
		}
		n := utf8.RuneCountInString(typed)
		if n > 0 && (n < e.Least || e.Most > 0 && n > e.Most) {
			return nil, fmt.Errorf("%s takes %d to %d characters", i.Block, e.Least, e.Most)
		}
		out["value"] = typed
		if empty = n == 0; empty {
			out["value"] = nil
		}
	case "static_select":
		out["selected_option"] = e.Chosen
		if isTyped {
			n := slices.IndexFunc(e.Options, func(o object) bool { return o["value"] == typed })
			if n < 0 {
				return nil, fmt.Errorf("%s has no option %q", i.Block, typed)
			}
			out["selected_option"] = e.Options[n]
		}
		empty = out["selected_option"] == nil
	case "users_select":
		who := e.User
		if isTyped {
			who = typed
		}
		if out["selected_user"] = who; who != "" && s.users[who] == nil {
			return nil, fmt.Errorf("%s has no user %q", i.Block, who)
		}
		if empty = who == ""; empty {
			out["selected_user"] = nil
		}
	case "rich_text_input":
		out["rich_text_value"] = e.Value
		if isTyped {
			var blocks []any
			_, composed := s.typed(typed)
			out["rich_text_value"] = nil
			if json.Unmarshal(composed, &blocks) == nil && len(blocks) > 0 {
				out["rich_text_value"] = blocks[0]
			}
		}
		empty = out["rich_text_value"] == nil
	default:
		return nil, fmt.Errorf("the sim cannot fill in %s", e.Type)
	}
	if empty && !i.May {
		return nil, fmt.Errorf("%s must be filled in", i.Block)
	}
	return out, nil
}

// SubmitForm fills in the modal that is open for the user and sends it; filled is what is typed (with Slack's marks in a
// composer) or chosen (the value of an option, the id of a user) by block_id, and what it does not name stays as it stands. It is an error
// where Slack would not let the person send it.
func (s *Sim) SubmitForm(user string, filled map[string]string) error {
	s.mu.Lock()
	stack := s.modals[user]
	if len(stack) == 0 {
		s.mu.Unlock()
		return fmt.Errorf("submit: %s has no modal open", user)
	}
	v := stack[len(stack)-1]
	values := map[string]map[string]any{}
	err := error(nil)
	if v.given["submit"] == nil {
		err = errors.New("submit: the modal has no button for it")
	}
	inputs := v.inputs()
	for block := range filled {
		if !slices.ContainsFunc(inputs, func(i input) bool { return i.Block == block }) {
			err = errors.Join(err, fmt.Errorf("submit: no input %s", block))
		}
	}
	for _, i := range inputs {
		typed, is := filled[i.Block]
		state, wrong := s.state(i, typed, is)
		err = errors.Join(err, wrong)
		values[i.Block] = map[string]any{i.Element.Action: state}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.SubmitView(user, values)
}

// CloseModal closes the modal that is open for the user. The app hears of it only where it asked to, which the sim does
// not know.
func (s *Sim) CloseModal(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := s.modals[user]
	if len(stack) == 0 {
		return fmt.Errorf("close: %s has no modal open", user)
	}
	s.modals[user] = stack[:len(stack)-1]
	s.touch()
	return nil
}

// PressHome presses a button on the app's home of the user; where it asks for a confirmation, it is given. The block_id
// may be left empty where the action_id names one button.
func (s *Sim) PressHome(user, blockID, actionID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.homes[user]
	if v == nil {
		return fmt.Errorf("press: %s has no home", user)
	}
	var blocks []struct {
		ID       string   `json:"block_id"`
		Elements []object `json:"elements"`
	}
	if err := json.Unmarshal(v.given["blocks"], &blocks); err != nil {
		return fmt.Errorf("press: %w", err)
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if e["action_id"] != actionID || blockID != "" && b.ID != blockID {
				continue
			}
			e["block_id"], e["action_ts"] = b.ID, stamp(s.opts.Now())
			payload := s.actor("block_actions", user)
			payload["container"] = object{"type": "view", "view_id": v.id}
			payload["view"] = s.wireView(v, object{})
			payload["actions"] = []object{e}
			return s.interact("interactive", payload, false, nil)
		}
	}
	return fmt.Errorf("press: no button %s %s on the home of %s", blockID, actionID, user)
}
