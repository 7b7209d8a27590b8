package demo

import (
	"strconv"
	"strings"

	slack "webcare/adapters/slack/sim"
)

const (
	// maxRoots is how many messages of the channel the page shows, and maxReplies how many of a thread.
	maxRoots   = 40
	maxReplies = 80
)

// desk is what staff see.
type desk struct {
	Channel string   `json:"channel"`
	Name    string   `json:"name"`
	Staff   []person `json:"staff"`
	// Roots are the messages in the channel, newest first, with their threads.
	Roots []post `json:"roots"`
}

// person is somebody who can be played, with what only that person sees.
type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Guest bool   `json:"guest,omitempty"`
	// Role is what the person is called beside the name: "lead" or "guest".
	Role string `json:"role,omitempty"`
	// Rests is until when the person is not to be disturbed, in ms; 0 = they may be.
	Rests    int64  `json:"rests,omitempty"`
	Whispers []post `json:"whispers,omitempty"`
	Direct   []post `json:"direct,omitempty"`
	// Home is the app's home, Form the form that is open.
	Home *sight `json:"home,omitempty"`
	Form *sight `json:"form,omitempty"`
}

// post is one message in Slack.
type post struct {
	TS      string `json:"ts"`
	Channel string `json:"channel"`
	Thread  string `json:"thread,omitempty"`
	At      int64  `json:"at"` // ms
	// User is the id of who wrote it; Name what is shown; Kind "customer", "bot", "staff" or "gone".
	User    string       `json:"user,omitempty"`
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Body    []block      `json:"body,omitempty"`
	Plain   string       `json:"plain,omitempty"` // for editing
	Files   []attachment `json:"files,omitempty"`
	Marks   []mark       `json:"marks,omitempty"`
	Edited  bool         `json:"edited,omitempty"`
	Also    bool         `json:"also,omitempty"`    // also sent to the channel
	Whisper bool         `json:"whisper,omitempty"` // only one person sees it
	Replies []post       `json:"replies,omitempty"`
}

// mark is a reaction.
type mark struct {
	Emoji string `json:"emoji"`
	Name  string `json:"name"`
	Means string `json:"means,omitempty"`
	// By are the ids of who gave it.
	By []string `json:"by"`
}

func (d *demo) desk() desk {
	v := &viewer{d: d, names: map[string]string{}}
	for _, u := range d.slack.Users() {
		v.names[u.ID] = u.RealName
	}
	out := desk{Channel: deskChannel, Name: deskName, Roots: []post{}}
	for _, u := range staff() {
		p := person{ID: u.ID, Name: u.RealName, Guest: u.Restricted, Role: roleOf(u), Rests: d.rests.until(u.ID)}
		p.Whispers = v.posts(last(d.slack.Ephemerals(u.ID), maxRoots))
		p.Direct = v.posts(last(d.slack.Messages(d.slack.DM(u.ID)), maxRoots))
		p.Home, p.Form = v.home(u.ID), v.form(u.ID)
		out.Staff = append(out.Staff, p)
	}
	roots := last(d.slack.Messages(deskChannel), maxRoots)
	for i := range roots {
		m := roots[len(roots)-1-i]
		if m.Subtype == "channel_join" {
			continue
		}
		p := v.post(m)
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			if thread := d.slack.Thread(deskChannel, m.TS); len(thread) > 0 {
				p.Replies = v.posts(last(thread[1:], maxReplies))
			}
		}
		out.Roots = append(out.Roots, p)
	}
	return out
}

// viewer turns messages of the workspace into posts of the page.
type viewer struct {
	d     *demo
	names map[string]string
}

func (v *viewer) posts(all []slack.Message) []post {
	var out []post
	for _, m := range all {
		if m.Subtype != "channel_join" {
			out = append(out, v.post(m))
		}
	}
	return out
}

func (v *viewer) post(m slack.Message) post {
	p := post{
		TS: m.TS, Channel: m.Channel, At: millis(m.TS), User: m.User, Name: v.names[m.User], Kind: "staff",
		Edited: m.Edited != nil, Also: m.Subtype == "thread_broadcast", Whisper: m.To != "",
		Plain: unescape(m.Text), Body: v.body(m),
	}
	if m.ThreadTS != m.TS {
		p.Thread = m.ThreadTS
	}
	switch {
	case m.Subtype == "tombstone":
		p.Kind, p.Name, p.Body = "gone", "", []block{{Kind: "text", Spans: []span{{Text: "This message was deleted."}}}}
	case m.BotID != "" && m.Username != "":
		p.Kind, p.Name = "customer", m.Username
	case m.BotID != "":
		p.Kind, p.Name = "bot", "webcare"
	}
	if p.Name == "" && p.Kind != "gone" {
		p.Name = "somebody"
	}
	for _, f := range m.Files {
		if !f.Deleted {
			p.Files = append(p.Files, attachment{
				URL: "/media/desk/" + f.ID, Name: f.Name, Picture: isPicture(f.Mimetype),
			})
		}
	}
	for _, r := range m.Reactions {
		emoji, means := markOf(r.Name)
		p.Marks = append(p.Marks, mark{Emoji: emoji, Name: r.Name, Means: means, By: r.Users})
	}
	return p
}

// markOf is how a reaction looks and, where it is one of the bot's marks, what it says.
func markOf(name string) (emoji, means string) {
	switch name {
	case "hourglass_flowing_sand":
		return "⏳", "held for a moment, or on its way to the customer"
	case "white_check_mark":
		return "✅", "the customer has it"
	case "lock":
		return "🔒", "a note: it stays inside"
	case "warning":
		return "⚠️", "not delivered: see the thread"
	case "eyes":
		return "👀", "has an eye on it"
	case "question":
		return "❓", "nobody knows whether the customer has it: see the thread"
	}
	return ":" + name + ":", ""
}

// millis is the moment of a timestamp, in ms since 1970.
func millis(ts string) int64 {
	seconds, err := strconv.ParseFloat(ts, 64)
	if err != nil {
		return 0
	}
	return int64(seconds * 1000)
}

func unescape(text string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)
}
