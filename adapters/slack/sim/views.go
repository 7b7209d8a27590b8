package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// triggerLives is how long a trigger_id may be used (docs: 3 s).
const triggerLives = 3 * time.Second

// View is a snapshot of a modal or a home tab.
type View struct {
	ID, Type, CallbackID, Hash, PrivateMetadata string
	// JSON is the whole view object.
	JSON json.RawMessage
	// Errors are what the app said is wrong with the latest submission, by block_id.
	Errors map[string]string
}

// view is a view with the state that Slack keeps of it.
type view struct {
	id, user, hash, kind, external string
	given                          map[string]json.RawMessage
	root, previous                 string
	errors                         map[string]string
}

// trigger is the right to open a view, once and soon.
type trigger struct {
	user string
	made time.Time
	used bool
}

func (v *view) text(key string) string {
	var t string
	if json.Unmarshal(v.given[key], &t) != nil {
		return ""
	}
	return t
}

func (v *view) snapshot() View {
	return View{
		ID: v.id, Type: v.kind, CallbackID: v.text("callback_id"), Hash: v.hash,
		PrivateMetadata: v.text("private_metadata"), JSON: raw(v.given), Errors: maps.Clone(v.errors),
	}
}

// wireView is https://docs.slack.dev/reference/views
func (s *Sim) wireView(v *view, state object) object {
	o := object{
		"id": v.id, "team_id": s.opts.Team.ID, "type": v.kind, "callback_id": "", "private_metadata": "",
		"state": object{"values": state}, "hash": v.hash, "clear_on_close": false, "notify_on_close": false,
		"close": nil, "submit": nil, "previous_view_id": nil, "root_view_id": v.root, "app_id": s.opts.App.ID,
		"external_id": v.external, "app_installed_team_id": s.opts.Team.ID, "bot_id": s.opts.App.BotID,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	for k, value := range v.given {
		o[k] = value
	}
	return o
}

// newTrigger makes a trigger_id for what a user just did.
func (s *Sim) newTrigger(user string) string {
	s.serial++
	id := fmt.Sprintf("%d.%d.sim%d", s.opts.Now().UnixMilli(), s.serial, s.serial)
	s.triggers[id] = &trigger{user: user, made: time.Now()}
	return id
}

// useTrigger spends a trigger_id.
func (s *Sim) useTrigger(id string) (*trigger, *failure) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Since(t.made) > triggerLives:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// parseView checks a view that the app sends.
func (s *Sim) parseView(text string, kinds ...string) (*view, *failure) {
	v := &view{}
	if json.Unmarshal([]byte(text), &v.given) != nil {
		return nil, invalid("invalid_arguments", "view is no JSON object")
	}
	v.kind, v.external = v.text("type"), v.text("external_id")
	if !slices.Contains(kinds, v.kind) {
		return nil, invalid("invalid_arguments", "view type %q does not fit here", v.kind)
	}
	known := []string{"type", "blocks", "private_metadata", "callback_id", "external_id"}
	if v.kind == "modal" {
		known = append(known, "title", "close", "submit", "clear_on_close", "notify_on_close", "submit_disabled")
		p := &problems{s: s}
		p.text("/title", v.given["title"], 24, "plain_text")
		for _, k := range []string{"close", "submit"} {
			if v.given[k] != nil {
				p.text("/"+k, v.given[k], 24, "plain_text")
			}
		}
		if len(p.all) > 0 {
			return nil, &failure{code: "invalid_arguments", messages: p.all}
		}
	}
	for k := range v.given {
		if !slices.Contains(known, k) {
			return nil, invalid("invalid_arguments", "the sim does not know %q in a view", k)
		}
	}
	if utf8.RuneCountInString(v.text("private_metadata")) > 3000 {
		return nil, invalid("invalid_arguments", "private_metadata is longer than 3000 characters")
	}
	blocks, fail := s.checkBlocks(string(v.given["blocks"]), inView)
	if fail != nil {
		fail.code = "invalid_arguments"
		return nil, fail
	}
	v.given["blocks"] = blocks
	return v, nil
}

// keep stores a view under a new id, or in place of another.
func (s *Sim) keep(v, instead *view) *view {
	s.serial++
	v.hash = fmt.Sprintf("%d.sim%d", s.opts.Now().Unix(), s.serial)
	if instead != nil {
		instead.given, instead.hash, instead.kind, instead.external = v.given, v.hash, v.kind, v.external
		return instead
	}
	v.id = s.newID("V")
	v.root = v.id
	s.views[v.id] = v
	return v
}

func (s *Sim) openView(c *call, push bool) (object, *failure) {
	v, fail := s.parseView(c.str("view"), "modal")
	if fail != nil {
		return nil, fail
	}
	t, fail := s.useTrigger(c.str("trigger_id"))
	if fail != nil {
		return nil, fail
	}
	stack := s.modals[t.user]
	switch {
	case push && len(stack) == 0:
		return nil, refuse("not_found")
	case push && len(stack) >= 3:
		return nil, refuse("push_limit_reached")
	case !push:
		stack = nil
	}
	v.user = t.user
	s.keep(v, nil)
	if len(stack) > 0 {
		v.previous, v.root = stack[len(stack)-1].id, stack[0].id
	}
	s.modals[t.user] = append(slices.Clip(stack), v)
	return object{"view": s.wireView(v, object{})}, nil
}

func apiViewsOpen(s *Sim, c *call) (object, *failure) { return s.openView(c, false) }
func apiViewsPush(s *Sim, c *call) (object, *failure) { return s.openView(c, true) }

// apiViewsUpdate is https://docs.slack.dev/reference/methods/views.update
func apiViewsUpdate(s *Sim, c *call) (object, *failure) {
	old := s.views[c.str("view_id")]
	if old == nil && c.str("external_id") != "" {
		for _, v := range s.views {
			if v.external == c.str("external_id") {
				old = v
			}
		}
	}
	if old == nil {
		return nil, refuse("not_found")
	}
	if c.str("hash") != "" && c.str("hash") != old.hash {
		return nil, refuse("hash_conflict")
	}
	v, fail := s.parseView(c.str("view"), old.kind)
	if fail != nil {
		return nil, fail
	}
	return object{"view": s.wireView(s.keep(v, old), object{})}, nil
}

// apiViewsPublish is https://docs.slack.dev/reference/methods/views.publish
func apiViewsPublish(s *Sim, c *call) (object, *failure) {
	u := s.users[c.str("user_id")]
	if u == nil || u.IsBot {
		return nil, invalid("invalid_arguments", "no such user")
	}
	old := s.homes[u.ID]
	if c.str("hash") != "" && (old == nil || old.hash != c.str("hash")) {
		return nil, refuse("hash_conflict")
	}
	v, fail := s.parseView(c.str("view"), "home")
	if fail != nil {
		return nil, fail
	}
	v.user = u.ID
	s.homes[u.ID] = s.keep(v, old)
	return object{"view": s.wireView(s.homes[u.ID], object{})}, nil
}

// submitted answers what the app says to a view_submission: errors, update, push, clear, or nothing (close).
func (s *Sim) submitted(user string, v *view, payload json.RawMessage) {
	var a struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if len(payload) > 0 && json.Unmarshal(payload, &a) != nil {
		return
	}
	at := slices.Index(s.modals[user], v)
	if at < 0 {
		return
	}
	switch a.Action {
	case "errors":
		v.errors = v.shown(a.Errors)
	case "clear":
		delete(s.modals, user)
	case "update", "push":
		next, fail := s.parseView(string(a.View), "modal")
		if fail != nil {
			return // Slack shows the user an error
		}
		next.user = user
		if a.Action == "update" {
			s.keep(next, v)
			return
		}
		s.modals[user] = append(s.modals[user], s.keep(next, nil))
	default:
		s.modals[user] = slices.Delete(s.modals[user], at, at+1)
	}
}
