package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// delivery is one envelope on its way to the app, in as many tries as it takes.
type delivery struct {
	kind    string // events_api, interactive, slash_commands
	payload json.RawMessage
	accepts bool // accepts_response_payload
	born    time.Time
	// attempt counts from 0. Only events_api has more than one.
	attempt int
	missed  time.Time // the deadline of the first try
	// onAck runs with the payload of the ack; the lock is held.
	onAck func(payload json.RawMessage)
	// once: not redelivered, and nobody minds when it gets lost.
	once bool
}

// link is the state of Socket Mode. Sim.mu guards it.
type link struct {
	sockets    []*socket
	tickets    map[string]bool
	open       map[*delivery]bool   // neither acknowledged nor given up
	waiting    []*delivery          // for a socket, in order
	flying     map[string]*delivery // by envelope id
	held       []*delivery          // by Reorder
	hold       int
	duplicate  int
	odd        int // deliveries that came twice, or out of order
	deaf       bool
	disabled   bool
	turn       int
	acks       []string
	lost       int
	unanswered int
}

func newLink() link {
	return link{tickets: map[string]bool{}, open: map[*delivery]bool{}, flying: map[string]*delivery{}}
}

// emit sends an event to the app, if it subscribed to it and its bot is in the channel. The lock is held.
func (s *Sim) emit(subscription string, c *room, inner object) {
	if s.opts.Events != nil && !slices.Contains(s.opts.Events, subscription) {
		return
	}
	if c != nil && !c.has(s.opts.App.BotUser) {
		return
	}
	s.deliver(&delivery{kind: "events_api", payload: s.callback(c, inner)})
}

// callback wraps an inner event as every event is.
func (s *Sim) callback(c *room, inner object) json.RawMessage {
	s.serial++
	return raw(object{
		"token": "sim", "team_id": s.opts.Team.ID, "context_team_id": s.opts.Team.ID, "context_enterprise_id": nil,
		"api_app_id": s.opts.App.ID, "event": inner, "type": "event_callback",
		"event_id": fmt.Sprintf("Ev%s%06X", s.born, s.serial), "event_time": s.opts.Now().Unix(),
		"authorizations": []object{{
			"enterprise_id": nil, "team_id": s.opts.Team.ID, "user_id": s.opts.App.BotUser, "is_bot": true,
			"is_enterprise_install": false,
		}},
		"is_ext_shared_channel": c != nil && c.ExtShared,
		"event_context":         fmt.Sprintf("4-sim%06x", s.serial),
	})
}

// deliver starts a delivery, in the order and as often as the levers say.
func (s *Sim) deliver(d *delivery) {
	if s.closed {
		return
	}
	d.born = time.Now()
	s.open[d] = true
	if s.hold > 0 && d.kind == "events_api" {
		s.held = append(s.held, d)
		if s.hold--; s.hold == 0 {
			s.releaseHeld()
			s.pump()
		}
		return
	}
	s.waiting = append(s.waiting, d)
	if s.duplicate > 0 && d.kind == "events_api" {
		s.duplicate--
		s.odd++
		twin := &delivery{kind: d.kind, payload: d.payload, born: d.born, once: true}
		s.open[twin] = true
		s.waiting = append(s.waiting, twin)
	}
	s.pump()
}

// releaseHeld puts the events that Reorder holds back in line, newest first.
func (s *Sim) releaseHeld() {
	slices.Reverse(s.held)
	s.odd += max(len(s.held)-1, 0)
	s.waiting = append(s.waiting, s.held...)
	s.held, s.hold = nil, 0
}

// pump sends everything that waits, if there is a socket.
func (s *Sim) pump() {
	for len(s.waiting) > 0 {
		sock := s.nextSocket()
		if sock == nil {
			return
		}
		d := s.waiting[0]
		s.waiting = s.waiting[1:]
		if time.Since(d.born) > s.opts.KeepFor {
			s.giveUp(d)
			continue
		}
		s.send(sock, d)
	}
}

// nextSocket takes turns: a payload may come on any connection, a redelivery too.
func (s *Sim) nextSocket() *socket {
	for range s.sockets {
		s.turn++
		if sock := s.sockets[s.turn%len(s.sockets)]; !sock.retired {
			return sock
		}
	}
	return nil
}

func (s *Sim) send(sock *socket, d *delivery) {
	s.serial++
	id := fmt.Sprintf("%08x-0000-4000-8000-%012x", s.serial, s.serial)
	frame := object{
		"envelope_id": id, "type": d.kind, "payload": d.payload, "accepts_response_payload": d.accepts,
	}
	if d.kind == "events_api" {
		frame["retry_attempt"] = d.attempt
		frame["retry_reason"] = ""
		if d.attempt > 0 {
			frame["retry_reason"] = "timeout"
		}
	}
	s.flying[id] = d
	sock.carries[id] = true
	sock.post(raw(frame))
	time.AfterFunc(s.opts.AckWithin, func() { s.overdue(id) })
}

// overdue is called when the time to acknowledge an envelope is over.
func (s *Sim) overdue(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.flying[id]
	if d == nil || s.closed {
		return
	}
	delete(s.flying, id)
	defer s.touch()
	if d.kind != "events_api" {
		s.unanswered++
		delete(s.open, d)
		return
	}
	if d.attempt == 0 {
		d.missed = time.Now()
	}
	if d.once || d.attempt >= len(s.opts.RetryAfter) {
		s.giveUp(d)
		return
	}
	at := d.missed.Add(s.opts.RetryAfter[d.attempt])
	d.attempt++
	time.AfterFunc(time.Until(at), func() {
		s.with(func() {
			if s.open[d] && !s.closed {
				s.waiting = append(s.waiting, d)
				s.pump()
			}
		})
	})
}

func (s *Sim) giveUp(d *delivery) {
	delete(s.open, d)
	if !d.once {
		s.lost++
	}
}

// ack is a frame from the app. An envelope counts only on the socket that carried its latest try.
func (s *Sim) ack(sock *socket, id string, payload json.RawMessage) {
	s.with(func() {
		d := s.flying[id]
		if d == nil || s.deaf || !sock.carries[id] {
			return
		}
		delete(s.flying, id)
		delete(sock.carries, id)
		delete(s.open, d)
		s.acks = append(s.acks, id)
		if d.onAck != nil {
			d.onAck(payload)
		}
	})
}

// said tells the app that a message was said or posted.
func (s *Sim) said(c *room, m *Message) {
	e := s.wire(m)
	e["channel"], e["event_ts"], e["channel_type"] = c.ID, m.TS, c.kind()
	if m.Subtype == "thread_broadcast" {
		if root := c.find(m.ThreadTS); root != nil {
			e["root"] = s.wireRoot(root)
		}
	}
	s.emit(c.subscription(), c, e)
	if m.User != s.opts.App.BotUser && m.Subtype == "" && slices.Contains(Pings(*m), s.opts.App.BotUser) {
		mention := s.wire(m)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", c.ID, m.TS
		delete(mention, "parent_user_id")
		s.emit("app_mention", c, mention)
	}
	s.noise(c, m)
}

// wireRoot is the root inside a broadcast reply: without blocks and files.
func (s *Sim) wireRoot(root *Message) object {
	o := s.wire(root)
	for _, k := range []string{"blocks", "attachments", "files", "upload", "display_as_bot", "client_msg_id", "is_locked"} {
		delete(o, k)
	}
	return o
}

// noise sends what tells nothing new.
func (s *Sim) noise(c *room, m *Message) {
	if !s.opts.Noise {
		return
	}
	if root := c.find(m.ThreadTS); m.isReply() && root != nil {
		s.emit(c.subscription(), c, object{
			"type": "message", "message": s.wire(root), "channel": c.ID, "hidden": true,
			"ts": stamp(s.opts.Now()), "event_ts": stamp(s.opts.Now()),
		})
		s.altered(c, root, s.wire(root))
	}
	if m.User != "" && m.BotID == "" && Show(*m).Unfurls {
		s.altered(c, m, s.wire(m))
	}
}

// altered tells the app that a message is no longer as it was.
func (s *Sim) altered(c *room, m *Message, was object) {
	now := stamp(s.opts.Now())
	s.emit(c.subscription(), c, object{
		"type": "message", "subtype": "message_changed", "channel": c.ID, "hidden": true, "message": s.wire(m),
		"previous_message": was, "ts": now, "event_ts": now, "channel_type": c.kind(),
	})
}

// remove deletes a message as Slack does: a root with replies leaves a tombstone, and its replies are told again.
func (s *Sim) remove(c *room, m *Message) {
	was := s.wire(m)
	if m.ReplyCount > 0 && !m.isReply() {
		s.entomb(m)
		s.altered(c, m, was)
		for _, reply := range slices.Clone(c.posts) {
			if reply.isReply() && reply.ThreadTS == m.TS {
				s.altered(c, reply, s.wire(reply))
			}
		}
		return
	}
	s.drop(c, m)
	now := stamp(s.opts.Now())
	e := object{
		"type": "message", "subtype": "message_deleted", "channel": c.ID, "hidden": true, "deleted_ts": m.TS,
		"previous_message": was, "ts": now, "event_ts": now, "channel_type": c.kind(),
	}
	if s.terse {
		delete(e, "previous_message")
	}
	s.emit(c.subscription(), c, e)
}

// entomb makes a root a tombstone.
func (s *Sim) entomb(m *Message) {
	*m = Message{
		Channel: m.Channel, TS: m.TS, ThreadTS: m.ThreadTS, Subtype: "tombstone", User: "USLACKBOT",
		Text: "This message was deleted.", ReplyCount: m.ReplyCount, ReplyUsers: m.ReplyUsers, LatestReply: m.LatestReply,
	}
}

// notice is a message that Slack writes itself, such as channel_join.
func (s *Sim) notice(c *room, user, subtype, text string, extra object) {
	m := s.put(c, &Message{Subtype: subtype, User: user, Text: text, extra: extra})
	e := s.wire(m)
	e["channel"], e["event_ts"], e["channel_type"] = c.ID, m.TS, c.kind()
	s.emit(c.subscription(), c, e)
}

// reacted tells the app of a reaction. A message that no user wrote has no item_user
// (https://docs.slack.dev/reference/events/reaction_added).
func (s *Sim) reacted(kind string, c *room, m *Message, user, name string) {
	e := object{
		"type": kind, "user": user, "reaction": name, "item": object{"type": "message", "channel": c.ID, "ts": m.TS},
		"event_ts": stamp(s.opts.Now()),
	}
	if m.User != "" {
		e["item_user"] = m.User
	}
	s.emit(kind, c, e)
}
