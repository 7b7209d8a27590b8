package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A response URL may be used five times within half an hour.
const (
	replyUses  = 5
	replyLives = 30 * time.Minute
)

// reply is a response URL.
type reply struct {
	channel, user string
	original      *Message // the one pressed on; nil after a command or shortcut
	left          int
	made          time.Time
}

// interact sends what a person did to the app. Slack does not send it again: without a socket, or without an ack in
// time, the person sees an error.
func (s *Sim) interact(kind string, payload object, accepts bool, onAck func(json.RawMessage)) error {
	if s.nextSocket() == nil {
		s.unanswered++
		return errNobody
	}
	s.deliver(&delivery{kind: kind, payload: raw(payload), accepts: accepts, onAck: onAck})
	s.touch()
	return nil
}

// actor is what every interactive payload says of who did it.
func (s *Sim) actor(kind, user string) object {
	u := s.users[user]
	return object{
		"type": kind, "token": "sim", "api_app_id": s.opts.App.ID, "enterprise": nil, "is_enterprise_install": false,
		"user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"team": object{"id": s.opts.Team.ID, "domain": s.opts.Team.Domain}, "trigger_id": s.newTrigger(user),
	}
}

// responseURL makes a response URL.
func (s *Sim) responseURL(c *room, user string, original *Message) string {
	id := s.newID("R") + s.born
	s.replies[id] = &reply{channel: c.ID, user: user, original: original, left: replyUses, made: time.Now()}
	return s.base() + "/response/" + id
}

// who checks that a user exists and may act in the channel.
func (s *Sim) who(user string, c *room) error {
	switch {
	case s.users[user] == nil:
		return fmt.Errorf("no user %s", user)
	case !c.has(user):
		return fmt.Errorf("%s is not in %s", user, c.ID)
	}
	return nil
}

// Press presses the button with this action_id on a message. The error says that there is no such button, that it
// only opens a link, or that the app has no socket open; the app's answer shows in the messages. A message that only
// this user sees can be pressed too; its payload then holds no message, only the container.
func (s *Sim) Press(user, channel, ts, actionID string) error {
	return s.press("press", user, channel, ts, actionID, func(e object) error {
		if e["type"] == "static_select" {
			return errors.New("it is a menu")
		}
		return nil
	})
}

// Choose takes the option with this value from the menu (static_select) with this action_id on a message.
func (s *Sim) Choose(user, channel, ts, actionID, value string) error {
	return s.press("choose", user, channel, ts, actionID, func(e object) error { return choose(e, value) })
}

// choose makes of a menu what Slack sends of it.
func choose(e object, value string) error {
	options, _ := e["options"].([]any)
	at := slices.IndexFunc(options, func(one any) bool { o, _ := one.(object); return o["value"] == value })
	if e["type"] != "static_select" || at < 0 {
		return fmt.Errorf("no menu with the option %q", value)
	}
	e["selected_option"] = options[at]
	delete(e, "options")
	return nil
}

// press sends what was done with an element of a message, once use has said what that is.
func (s *Sim) press(what, user, channel, ts, actionID string, use func(element object) error) error {
	return s.change(channel, func(c *room) error {
		if err := s.who(user, c); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		m := c.find(ts)
		if m == nil {
			m = s.whispered(user, c, ts)
		}
		if m == nil {
			return fmt.Errorf("%s: %s sees no message %s in %s", what, user, ts, channel)
		}
		found, ok := m.button(actionID)
		if !ok {
			return fmt.Errorf("%s: no button %s on %s", what, actionID, ts)
		}
		if err := use(found.element); err != nil {
			return fmt.Errorf("%s: %s on %s: %w", what, actionID, ts, err)
		}
		payload := s.actor("block_actions", user)
		payload["container"] = container(c, m, found.attachment)
		payload["channel"] = object{"id": c.ID, "name": nameOf(c)}
		if m.To == "" {
			payload["message"] = s.api(m, false)
		}
		payload["state"] = object{"values": object{}}
		payload["response_url"] = s.responseURL(c, user, m)
		found.element["block_id"], found.element["action_ts"] = found.block, stamp(s.opts.Now())
		payload["actions"] = []object{found.element}
		return s.interact("interactive", payload, false, nil)
	})
}

// whispered is the message with this ts that only the user sees; nil where there is none.
func (s *Sim) whispered(user string, c *room, ts string) *Message {
	for _, m := range s.whispers[user] {
		if m.Channel == c.ID && m.TS == ts {
			return m
		}
	}
	return nil
}

func nameOf(c *room) string {
	switch {
	case c.im != "":
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

func container(c *room, m *Message, attachment int) object {
	o := object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.To != ""}
	if attachment > 0 {
		o["type"], o["attachment_id"], o["is_app_unfurl"] = "message_attachment", attachment, false
	}
	if m.isReply() {
		o["thread_ts"] = m.ThreadTS
	}
	return o
}

// pressable is an interactive element and where it is; attachment counts from 1, 0 = in the message itself.
type pressable struct {
	element    object
	block      string
	attachment int
}

// button finds an interactive element by its action_id.
func (m *Message) button(actionID string) (pressable, bool) {
	return m.element(func(e object) bool { return e["action_id"] == actionID })
}

// ActionID is the action_id of the button that is labelled so, to Press it; "" = there is none.
func (m Message) ActionID(label string) string {
	found, _ := m.element(func(e object) bool {
		text, _ := e["text"].(map[string]any)
		return text["text"] == label
	})
	id, _ := found.element["action_id"].(string)
	return id
}

// element finds the first interactive element that is wanted.
func (m *Message) element(wanted func(object) bool) (pressable, bool) {
	var attachments []struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	lists := []json.RawMessage{m.Blocks}
	if json.Unmarshal(m.Attachments, &attachments) == nil {
		for _, a := range attachments {
			lists = append(lists, a.Blocks)
		}
	}
	for i, list := range lists {
		var blocks []struct {
			ID        string   `json:"block_id"`
			Elements  []object `json:"elements"`
			Accessory object   `json:"accessory"`
		}
		if json.Unmarshal(list, &blocks) != nil {
			continue
		}
		for _, b := range blocks {
			for _, e := range append(b.Elements, b.Accessory) {
				if e != nil && wanted(e) {
					return pressable{element: e, block: b.ID, attachment: i}, true
				}
			}
		}
	}
	return pressable{}, false
}

// Shortcut uses a message shortcut of the app on a message.
func (s *Sim) Shortcut(user, callbackID, channel, ts string) error {
	return s.act("shortcut", channel, ts, func(c *room, m *Message) error {
		if err := s.who(user, c); err != nil {
			return err
		}
		if s.needScope("commands") != nil {
			return errors.New("the app offers no shortcuts: it lacks the scope commands")
		}
		payload := s.actor("message_action", user)
		payload["callback_id"], payload["message_ts"], payload["action_ts"] = callbackID, m.TS, stamp(s.opts.Now())
		payload["channel"], payload["message"] = object{"id": c.ID, "name": nameOf(c)}, s.api(m, false)
		payload["response_url"] = s.responseURL(c, user, nil)
		return s.interact("interactive", payload, false, nil)
	})
}

// Slash types a slash command of the app, such as "/webcare status", in a channel. Slack has none in threads. What the
// app says to the person alone stands in Ephemerals; where it says nothing in time, Unanswered counts it.
func (s *Sim) Slash(user, channel, text string) error {
	return s.change(channel, func(c *room) error {
		if err := s.who(user, c); err != nil {
			return fmt.Errorf("slash: %w", err)
		}
		if s.needScope("commands") != nil {
			return errors.New("slash: the app has no commands: it lacks the scope commands")
		}
		command, rest, _ := strings.Cut(text, " ")
		u := s.users[user]
		return s.interact("slash_commands", object{
			"token": "sim", "team_id": s.opts.Team.ID, "team_domain": s.opts.Team.Domain, "channel_id": c.ID,
			"channel_name": nameOf(c), "user_id": user, "user_name": u.Name, "command": command, "text": rest,
			"api_app_id": s.opts.App.ID, "is_enterprise_install": "false",
			"response_url": s.responseURL(c, user, nil), "trigger_id": s.newTrigger(user),
		}, true, func(payload json.RawMessage) { s.replied(&reply{channel: c.ID, user: user}, payload) })
	})
}

// SubmitView sends the modal that is open for the user; values are the elements' states by block_id and action_id.
func (s *Sim) SubmitView(user string, values map[string]map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := s.modals[user]
	if len(stack) == 0 {
		return fmt.Errorf("submit: %s has no modal open", user)
	}
	v := stack[len(stack)-1]
	state := object{}
	for block, actions := range values {
		state[block] = actions
	}
	v.errors = nil
	payload := s.actor("view_submission", user)
	payload["view"], payload["response_urls"] = s.wireView(v, state), []object{}
	return s.interact("interactive", payload, true, func(answer json.RawMessage) { s.submitted(user, v, answer) })
}

// serveResponse takes what the app posts to a response URL.
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
func (s *Sim) serveResponse(w http.ResponseWriter, r *http.Request) {
	s.count("response")
	c := readCall("response", r)
	fault, answered := s.gate(w, r, "response", c.args)
	if answered {
		return
	}
	s.mu.Lock()
	to := s.replies[r.PathValue("id")]
	code := ""
	switch {
	case to == nil:
		code = "invalid_url"
	case to.left == 0:
		code = "used_url"
	case time.Since(to.made) > replyLives:
		code = "expired_url"
	case c.malformed != "":
		code = c.malformed
	default:
		to.left--
		code = s.reply(to, c)
	}
	s.touch()
	s.mu.Unlock()
	switch {
	case fault != nil:
		s.answerWrongly(w, r, fault, []byte(`{"ok":true}`))
	case code != "":
		answer(w, http.StatusNotFound, raw(object{"ok": false, "error": code}))
	default:
		answer(w, http.StatusOK, raw(object{"ok": true}))
	}
}

// replied is an answer inside the ack of a slash command.
func (s *Sim) replied(to *reply, payload json.RawMessage) {
	c := &call{method: "response", args: map[string]string{}}
	if len(payload) == 0 {
		return
	}
	if c.readJSON(payload); c.malformed == "" && len(c.args) > 0 {
		s.reply(to, c)
	}
}

// reply carries out an answer: a new message for all or for one, in place of the original, or the original's end.
func (s *Sim) reply(to *reply, c *call) (code string) {
	may := []string{"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"}
	for name := range c.args {
		if !slices.Contains(may, name) {
			return "the sim does not know the argument " + name
		}
	}
	ch, original := s.channels[to.channel], to.original
	switch {
	case c.flag("delete_original") && original != nil && original.To != "":
		s.whispers[original.To] = slices.DeleteFunc(s.whispers[original.To], func(m *Message) bool { return m == original })
		return ""
	case c.flag("delete_original"):
		if original != nil && ch.find(original.TS) == original {
			s.remove(ch, original)
		}
		return ""
	case c.flag("replace_original") && original != nil:
		return s.replace(ch, original, c)
	}
	m := &Message{User: s.opts.App.BotUser, BotID: s.opts.App.BotID, AppID: s.opts.App.ID, ThreadTS: c.str("thread_ts")}
	if fail := s.contents(c, m); fail != nil {
		return fail.code
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return "no_text"
	}
	if c.str("response_type") != "in_channel" {
		s.whisper(ch, to.user, m)
		return ""
	}
	s.put(ch, m)
	s.said(ch, m)
	return ""
}

func (s *Sim) replace(ch *room, m *Message, c *call) (code string) {
	was, next := s.wire(m), *m
	next.Blocks, next.Attachments = nil, nil
	if fail := s.contents(c, &next); fail != nil {
		return fail.code
	}
	*m = next
	if m.To == "" {
		s.altered(ch, m, was)
	}
	return ""
}
