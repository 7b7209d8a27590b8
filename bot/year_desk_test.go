package bot_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// sightKind says what somebody sees in Slack, or a customer on their phone.
type sightKind string

const (
	sawCard    sightKind = "card"
	sawPost    sightKind = "post"    // in a thread, or in the channel
	sawDirect  sightKind = "direct"  // to one person
	sawGone    sightKind = "gone"    // a post was deleted
	sawWhisper sightKind = "whisper" // to one person, in a thread
	sawAnswer  sightKind = "answer"  // a customer has an answer, or an automatic message
	sawPicture sightKind = "picture"
)

// sighting is one thing that became visible.
type sighting struct {
	at     time.Time
	kind   sightKind
	place  conversation.Place
	thread conversation.Place // of a post; zero = the channel
	text   string
	to     []string // whom it mentions or goes to
	by     string   // of an answer: who speaks; "" = nobody
	whom   string   // of an answer: the customer
}

// journal is what became visible since it was read last.
type journal struct {
	mu  sync.Mutex
	all []sighting
}

func (j *journal) add(s sighting) {
	s.at = time.Now()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, s)
}

func (j *journal) take() []sighting {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := j.all
	j.all = nil
	return all
}

// yearDesk is a desk that takes no time. It outlives the bot, as Slack does.
type yearDesk struct {
	*journal
	in    chan adapters.DeskInbox
	began time.Time // when the bot began to hear it
	quiet func(id string, now time.Time) time.Time

	mu     sync.Mutex
	last   int
	keys   map[string]conversation.Place // of the latest posts
	recent []string
}

const (
	deskID  = "C0DESK001"
	dutyID  = "S0DUTY001"
	leadID  = "U00LEAD01"
	mostOld = 2000 // of the posts that can be looked up
)

var errNever = errors.New("nobody asks for that in this year")

// place makes a post and remembers its key, by which it can be looked up after a crash.
func (d *yearDesk) place(channel, key string) conversation.Place {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	at := conversation.Place{Team: "T0TEAM001", Channel: channel, TS: fmt.Sprintf("%d.%06d", 1_700_000_000+d.last/1_000_000, d.last%1_000_000)}
	d.keys[key] = at
	if d.recent = append(d.recent, key); len(d.recent) > mostOld {
		delete(d.keys, d.recent[0])
		d.recent = d.recent[1:]
	}
	return at
}

func (d *yearDesk) Run(ctx context.Context, in adapters.DeskInbox) error {
	d.mu.Lock()
	d.began = time.Now()
	d.mu.Unlock()
	d.in <- in
	<-ctx.Done()
	return nil
}

func (d *yearDesk) Open(_ context.Context, key string, c adapters.Card) (conversation.Place, error) {
	at := d.place(deskID, key)
	d.add(sighting{kind: sawCard, place: at, text: c.Title})
	return at, nil
}

func (d *yearDesk) Post(_ context.Context, key string, thread conversation.Place, p adapters.Post) (conversation.Receipt, error) {
	at := d.place(deskID, key)
	d.add(sighting{kind: sawPost, place: at, thread: thread, text: p.Body.Plain, to: p.Mention})
	return conversation.Receipt{Place: at}, nil
}

func (d *yearDesk) Direct(_ context.Context, key, to string, p adapters.Post) (conversation.Place, error) {
	at := d.place("D"+to, key)
	d.add(sighting{kind: sawDirect, place: at, text: p.Body.Plain, to: []string{to}})
	return at, nil
}

func (d *yearDesk) Upload(_ context.Context, thread conversation.Place, files []adapters.Attachment, _ string, save func(string) error) (conversation.Receipt, error) {
	r, _, err := files[0].Open(context.Background())
	if err == nil {
		err = errors.Join(r.Close(), save("shared"))
	}
	d.add(sighting{kind: sawPicture, thread: thread, text: files[0].Alt})
	return conversation.Receipt{Place: d.place(deskID, "picture")}, err
}

func (d *yearDesk) Find(_ context.Context, key string, _ conversation.Place, _ time.Time) (conversation.Receipt, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, found := d.keys[key]
	return conversation.Receipt{Place: at}, found, nil
}

func (d *yearDesk) Delete(_ context.Context, what conversation.Place) error {
	d.add(sighting{kind: sawGone, place: what})
	return nil
}

func (d *yearDesk) Whisper(_ context.Context, thread conversation.Place, to string, p adapters.Post) error {
	d.add(sighting{kind: sawWhisper, thread: thread, text: p.Body.Plain, to: []string{to}})
	return nil
}

func (d *yearDesk) Quiet(_ context.Context, id string) (time.Time, error) {
	return d.quiet(id, time.Now()), nil
}

func (d *yearDesk) CaughtUp() bool { return true }

func (d *yearDesk) Hearing() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.began
}

func (d *yearDesk) Known(id string) (conversation.Person, bool) {
	return conversation.Person{ID: id, Name: "Name " + id, Initials: "N" + id[len(id)-1:], MaySpeak: true}, true
}

func (d *yearDesk) Who(_ context.Context, id string) (conversation.Person, error) {
	p, _ := d.Known(id)
	return p, nil
}

func (d *yearDesk) Members(context.Context, string) ([]string, error) { return staffIDs[:4], nil }

func (d *yearDesk) Render(context.Context, conversation.Place, adapters.Card) error { return nil }

func (d *yearDesk) Mark(context.Context, conversation.Place, conversation.Mark, conversation.Mark) error {
	return nil
}

func (d *yearDesk) QueueChanged() {}

func (d *yearDesk) Located(context.Context) error { return nil }

func (d *yearDesk) Permalink(conversation.Place) string { return "" }

func (d *yearDesk) Look(context.Context, []conversation.Place, conversation.Place) ([]adapters.Incoming, error) {
	return nil, errNever
}

func (d *yearDesk) Fetch(context.Context, conversation.File) (io.ReadCloser, int64, error) {
	return nil, 0, errNever
}

// staffIDs are the ten who answer.
var staffIDs = func() (all []string) {
	for n := range 10 {
		all = append(all, fmt.Sprintf("U%08d", n+1))
	}
	return all
}()

// yearNet is an account on a network that takes no time, knows a message by its key, and outlives the bot. One with a
// window takes answers for that long after the customer wrote.
type yearNet struct {
	*journal
	name   string
	in     chan adapters.Inbox
	window time.Duration
	// backlog is what customers wrote and the bot has not heard yet.
	backlog []written

	mu     sync.Mutex
	keys   map[string]bool
	recent []string
}

// written is a message of a customer; then is what follows once it is heard.
type written struct {
	then func()
	in   adapters.Incoming
}

func (n *yearNet) Run(ctx context.Context, in adapters.Inbox) error {
	n.in <- in
	<-ctx.Done()
	return nil
}

func (n *yearNet) Send(_ context.Context, to conversation.Ref, m adapters.Outgoing) (conversation.Receipt, error) {
	n.mu.Lock()
	twice := n.keys[m.Key]
	n.keys[m.Key] = true
	if n.recent = append(n.recent, m.Key); len(n.recent) > mostOld {
		delete(n.keys, n.recent[0])
		n.recent = n.recent[1:]
	}
	n.mu.Unlock()
	if !twice {
		n.add(sighting{kind: sawAnswer, whom: to.Key, text: m.Text.Plain, by: m.By.ID})
	}
	return conversation.Receipt{IDs: []string{"i" + m.Key}}, nil
}

func (n *yearNet) Limits(_ conversation.Ref, last time.Time) conversation.Limits {
	l := conversation.Limits{}
	if n.window > 0 && !last.IsZero() {
		l.Until = last.Add(n.window)
	}
	return l
}

// KeyLives: see adapters.Keyed.
func (n *yearNet) KeyLives() time.Duration { return 24 * time.Hour }

// signs are what the bot's own posts begin with and hold, by a word for each kind.
var signs = [...][3]string{
	{"waits", "⏰ ", " has been waiting for an answer for "},
	{"many", "⏰ ", " customers have been waiting too long:"},
	{"many", "⏰ ", " customers need somebody now:"},
	{"back", "⏰ ", " is back: this was put aside"},
	{"promised", "📅 ", " was promised something for now"},
	{"handed", "🤝 ", " to you."},
	{"window", "⏳ ", " can be answered until "},
	{"returned", "↩️ ", " had this customer, and no answer came."},
	{"morning", "☀️ ", ""},
	{"evening", "🌙 ", ""},
}

// about says what a post of the bot's own is; "" = something else.
func about(text string) string {
	for _, s := range signs {
		if strings.HasPrefix(text, s[1]) && strings.Contains(text, s[2]) {
			return s[0]
		}
	}
	return ""
}
