package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// envelope is one frame that came in.
type envelope struct {
	frame
	raw []byte                  // the whole frame, where its type is unknown
	ack func(payload any) error // nil = nothing to acknowledge; the payload is what Slack is told besides, mostly nothing
}

// hear turns a frame into events, and notes what it says about the desk itself. No I/O. The second value is the
// timestamp of the newest message in it, or "".
func (d *Desk) hear(h *home, e envelope) (heard []adapters.Incoming, newest string) {
	switch e.Type {
	case "events_api":
		var c callback
		if json.Unmarshal(e.Payload, &c) != nil {
			return d.unreadable(e), ""
		}
		m, ok := readMessage(c.Event)
		if !ok {
			return d.unreadable(e), ""
		}
		if bool(c.Shared) && (string(m.Channel) == h.channel || string(m.item().Channel) == h.channel) {
			d.overheard(h.overheard())
		}
		return d.event(h, m)
	case "interactive":
		var p pressed
		if json.Unmarshal(e.Payload, &p) != nil {
			return d.unreadable(e), ""
		}
		return h.buttons(p, time.Now()), ""
	case "slash_commands", "hello", "disconnect":
		return nil, ""
	}
	return d.unreadable(e), ""
}

// unreadable hands the raw bytes on.
func (d *Desk) unreadable(e envelope) []adapters.Incoming {
	raw := e.raw
	if len(raw) == 0 {
		raw = e.Payload
	}
	sum := sha256.Sum256(raw)
	id := "x/" + hex.EncodeToString(sum[:12])
	d.log.Warn("slack: an event cannot be read", "type", string(e.Type), "raw", id)
	return []adapters.Incoming{{ID: id, Raw: raw, Event: conversation.Unreadable{RawID: id, At: time.Now(), What: strings.TrimSpace("Slack " + label(string(e.Type)))}}}
}

// event reads one inner event of the Events API.
func (d *Desk) event(h *home, m message) ([]adapters.Incoming, string) {
	switch m.Type {
	case "message":
	case "reaction_added", "reaction_removed":
		if in, ok := h.reaction(m, &d.reactions, d.people.robot); ok {
			return []adapters.Incoming{in}, ""
		}
		return nil, ""
	default:
		d.about(h, m)
		return nil, ""
	}
	if string(m.Channel) != h.channel && !anyChannel {
		return nil, ""
	}
	switch m.Subtype {
	case "message_deleted":
		before, ok := readMessage(m.Previous)
		if !ok || before.TS != m.DeletedTS { // as in Slack's own example of the event
			return h.deletedSomewhere(m)
		}
		if h.ours(before) && isRoot(before, string(m.DeletedTS)) {
			return one(h.gone(string(m.DeletedTS)))
		}
		if said, is := h.message(before, d.people.name); is {
			return one(h.deleted(said, m))
		}
		return nil, ""
	case "message_changed":
		now, ok := readMessage(m.Message)
		before, had := readMessage(m.Previous)
		if ok && now.Subtype == "tombstone" && isRoot(now, string(now.TS)) && (!had || h.ours(before)) {
			return one(h.gone(string(now.TS)))
		}
		// Slack tells of previews, translations and counts of replies in the same way: only a writer's own change has a
		// new time of editing, of which Slack keeps whole seconds.
		if ok && now.edited() != "" && (!had || before.edited() != now.edited() || before.Text != now.Text) {
			if said, is := h.message(now, d.people.name); is {
				return one(h.edited(said, now))
			}
		}
		return nil, ""
	}
	heard, ok := h.message(m, d.people.name)
	if !ok {
		return nil, ""
	}
	return one(heard)
}

func one(in adapters.Incoming) ([]adapters.Incoming, string) {
	newest := ""
	if w, ok := in.Event.(conversation.Wrote); ok {
		newest = w.At.TS
	}
	return []adapters.Incoming{in}, newest
}

// edited is the event of a message that its writer changed; said is the message as it is now.
func (h *home) edited(said adapters.Incoming, now message) adapters.Incoming {
	wrote := said.Event.(conversation.Wrote)
	sum := sha256.Sum256([]byte(now.Text)) // twice in a second may be said what is not the same
	return adapters.Incoming{
		ID: "e/" + said.ID + "/" + now.edited() + "/" + hex.EncodeToString(sum[:6]), Thread: said.Thread, By: said.By,
		Event: conversation.Rewrote{At: wrote.At, Written: wrote.Written, Message: wrote.Message, Of: said.ID, Edited: timeOf(now.edited())},
	}
}

// deleted is the event of a message that was deleted, by whomever; said is the message as it was.
func (h *home) deleted(said adapters.Incoming, m message) adapters.Incoming {
	return h.unwrote(said.Event.(conversation.Wrote).At.TS, said.Thread, m)
}

// deletedSomewhere is the event of a message that was deleted and of which nothing else is told: what it was and where
// it stood, the bot may know.
func (h *home) deletedSomewhere(m message) ([]adapters.Incoming, string) {
	if timeOf(string(m.DeletedTS)).IsZero() {
		return nil, ""
	}
	return one(h.unwrote(string(m.DeletedTS), conversation.Place{}, m))
}

func (h *home) unwrote(ts string, thread conversation.Place, m message) adapters.Incoming {
	when := timeOf(string(m.TS))
	if when.IsZero() {
		when = time.Now()
	}
	of := "m/" + h.channel + "/" + ts
	return adapters.Incoming{
		ID: "d/" + of, Thread: thread,
		Event: conversation.Unwrote{At: conversation.Place{Team: h.team, Channel: h.channel, TS: ts}, Of: of, Deleted: when},
	}
}

// now is what is there of a message that was found, rather than heard of: as typed, or as changed since.
func (h *home) now(m message, name func(string) string) (adapters.Incoming, bool) {
	said, ok := h.message(m, name)
	if ok && m.edited() != "" {
		said = h.edited(said, m)
	}
	return said, ok
}

// found is what is there of a message, with a panic turned into something that cannot be read: it would be found again,
// for ever.
func (d *Desk) found(h *home, m message, name func(string) string) (in adapters.Incoming, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("slack: a message that was found cannot be handled", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			id := "x/" + h.channel + "/" + string(m.TS)
			in, ok = adapters.Incoming{ID: id, Raw: fmt.Appendf(nil, "%+v", m), Event: conversation.Unreadable{RawID: id, At: time.Now(), What: "Slack message"}}, true
		}
	}()
	return h.now(m, name)
}

// isRoot: the message is no reply.
func isRoot(m message, ts string) bool {
	return ts != "" && (m.ThreadTS == "" || string(m.ThreadTS) == ts)
}

// ours: the bot itself posted it. The bot id says so under a customer's name too.
func (h *home) ours(m message) bool {
	return string(m.User) == h.botUser || (h.botID != "" && string(m.BotID) == h.botID)
}

// gone is the event of a root that was deleted.
func (h *home) gone(ts string) adapters.Incoming {
	return adapters.Incoming{
		ID:     "gone/" + h.channel + "/" + ts,
		Thread: conversation.Place{Team: h.team, Channel: h.channel, TS: ts},
		Event:  conversation.CardGone{At: time.Now()},
	}
}

// message reads what a person typed in a thread; false for all else. Only the subtypes that are speech count, and
// never what a bot or app wrote, so that two bots cannot talk to each other through a customer.
func (h *home) message(m message, name func(string) string) (adapters.Incoming, bool) {
	switch m.Subtype {
	case "", "file_share", "thread_broadcast":
	default:
		return adapters.Incoming{}, false
	}
	if m.ThreadTS == "" || m.ThreadTS == m.TS || timeOf(string(m.TS)).IsZero() {
		return adapters.Incoming{}, false
	}
	if m.User == "" || m.robot() || string(m.User) == h.botUser || bool(m.Hidden || m.Ephemeral) {
		return adapters.Incoming{}, false
	}
	at := conversation.Place{Team: h.team, Channel: h.channel, TS: string(m.TS)}
	said := conversation.Message{Text: readText(m, h.url, name), Files: readFiles(m.Files)}
	if said.IsEmpty() {
		said.Unknown = "attachment"
	}
	return adapters.Incoming{
		ID:     "m/" + h.channel + "/" + at.TS,
		Thread: conversation.Place{Team: h.team, Channel: h.channel, TS: string(m.ThreadTS)},
		By:     h.writer(m),
		Event:  conversation.Wrote{At: at, Written: timeOf(at.TS), Message: said},
	}, true
}

// robot: no person typed it, whoever User says did.
func (m message) robot() bool {
	return m.BotID != "" || m.AppID != "" || len(m.BotProfile) > 0 && string(m.BotProfile) != "null" || m.User == "USLACK" || m.User == "USLACKBOT"
}

// writer is who typed a message: the id, and behind an @ the team where Slack names another one than ours. Nobody of
// another team speaks for us, whatever Slack says of the person when it is asked. A whole organisation (E…) is none.
func (h *home) writer(m message) string {
	for _, team := range []lax{m.UserTeam, m.SourceTeam} {
		if strings.HasPrefix(string(team), "T") && string(team) != h.team {
			return string(m.User) + "@" + string(team)
		}
	}
	return string(m.User)
}

// readFiles reads the files of a message. All are named, also those that cannot be fetched: Fetch says why not.
func readFiles(raw json.RawMessage) []conversation.File {
	var out []conversation.File
	for _, one := range lenient[[]json.RawMessage](raw) {
		f := lenient[file](one)
		if f.ID == "" {
			continue
		}
		name := string(f.Name)
		if name == "" {
			name = string(f.Title)
		}
		out = append(out, conversation.File{ID: f.encode(), Name: fileName(name), Type: string(f.Type), Size: max(int64(f.Size), 0), Kind: f.kind()})
	}
	return out
}

// kind guesses how a file wants to be shown.
func (f file) kind() conversation.FileKind {
	class, sub, _ := strings.Cut(string(f.Type), "/")
	switch {
	case f.Subtype == "slack_audio":
		return conversation.Voice
	case class == "image" && (sub == "jpeg" || sub == "png" || sub == "webp"):
		return conversation.Photo
	case class == "image" && sub == "gif":
		return conversation.Animation
	case class == "video":
		return conversation.Video
	case class == "audio":
		return conversation.Audio
	}
	return conversation.Document
}

// buttons reads pressed buttons; what is none of ours is dropped (a button with a URL causes an event as well).
func (h *home) buttons(p pressed, now time.Time) []adapters.Incoming {
	if p.Type != "block_actions" || p.User.ID == "" {
		return nil
	}
	channel := first(p.Container.Channel, p.Channel.ID)
	ts := first(p.Container.MessageTS, p.Message.TS)
	root := first(p.Message.ThreadTS, p.Container.ThreadTS, ts)
	var all []adapters.Incoming
	for _, a := range p.Actions {
		action, about, n, ok := readButton(string(a.ActionID), string(a.Value))
		if !ok || a.Type == "static_select" && a.choice() == "" {
			continue
		}
		at := timeOf(string(a.TS))
		if at.IsZero() {
			at = now
		}
		all = append(all, adapters.Incoming{
			ID:     fmt.Sprintf("b/%s/%s/%s/%s", channel, ts, a.TS, p.User.ID),
			Thread: conversation.Place{Team: h.team, Channel: string(channel), TS: string(root)},
			By:     string(p.User.ID),
			Event: conversation.Pressed{
				Action: action, At: at, About: about, N: n, Choice: a.choice(), On: conversation.Place{Team: h.team, Channel: string(channel), TS: string(ts)},
			},
		})
	}
	return all
}

// first is the first that is not empty.
func first(all ...lax) lax {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// about notes what an event says about the desk: the channel, the app, a person.
func (d *Desk) about(h *home, m message) {
	trouble := func(why *said) { d.told.set(sourceChannel, notAllowed(why)) }
	switch m.Type {
	case "user_change":
		d.people.forget(string(m.User))
		return
	case "app_home_opened":
		if m.Tab == "home" {
			d.counter.Load().opened(string(m.User), len(m.View) > 0 && string(m.View) != "null")
		}
		return
	case "app_uninstalled", "tokens_revoked":
		d.told.set(sourceChannel, &adapters.SendError{
			Outcome: conversation.Later, Reason: conversation.TokenDead, Whole: true,
			Err: sayf("the Slack app was removed or its token was revoked; install the app again and put its new token in the config"),
		})
		return
	case "channel_id_changed":
		if string(m.OldChannel) == h.channel {
			d.overheard(moved(&home{channelName: h.channelName, channel: string(m.NewChannel)}))
		}
		return
	}
	if string(m.Channel) != h.channel {
		return
	}
	if m.Type == "member_joined_channel" || m.Type == "member_left_channel" {
		d.staff.forget()
	}
	switch m.Type {
	case "channel_archive", "group_archive":
		trouble(sayf("the channel #%s was archived; unarchive it, or choose another channel in the config", h.channelName))
	case "channel_deleted", "group_deleted":
		trouble(sayf("the channel #%s was deleted; choose another channel in the config and restart", h.channelName))
	case "channel_shared":
		d.overheard(h.overheard())
	case "member_left_channel", "channel_left", "group_left":
		if string(m.User) == h.botUser || m.Type != "member_left_channel" {
			trouble(sayf("the bot was removed from #%s; type there: /invite @%s", h.channelName, h.name))
		}
	case "member_joined_channel", "channel_unarchive", "group_unarchive", "channel_unshared":
		d.told.raise()
	case "channel_rename", "group_rename":
		d.log.Warn("slack: the desk channel was renamed; a config that names it needs the new name before the next start", "channel", h.channel)
	}
}
