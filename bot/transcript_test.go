package bot_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/store"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// TestTranscripts plays every script in testdata/transcripts against the whole of webcare and compares what people saw
// with the transcript beside it. A script is a list of acts (see script_test.go); a transcript has a line for each
// thing that anybody could see, with its time in Amsterdam.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/transcripts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range sample(slices.DeleteFunc(files, func(f string) bool { return underRace && slices.Contains(longDays, filepath.Base(f)) }), 5) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script := section(archive, "script")
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, script) })
			if *update {
				archive.Files = []txtar.File{{Name: "script", Data: []byte(script)}, {Name: "transcript", Data: []byte(got)}}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := section(archive, "transcript"); got != want {
				t.Errorf("the transcript differs (go test -update writes it anew; read it):\n%s", difference(want, got))
			}
		})
	}
}

// longDays are the transcripts of many hours, which are played without the race detector.
var longDays = []string{
	"ladder_late.txtar", "changed_late.txtar", "snooze_crowd.txtar", "digest.txtar", "picture_hangs.txtar", "promise.txtar", "edited_while_down.txtar",
	"overdue_crowd.txtar", "told_once.txtar", "closed_reply.txtar", "window.txtar",
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(bytes.TrimLeft(f.Data, "\n"))
		}
	}
	return ""
}

// difference lists the lines that only one side has.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for i := 0; i < max(len(w), len(g)); i++ {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			out = append(out, "- "+a, "+ "+b)
		}
		if len(out) > 40 {
			break
		}
	}
	return strings.Join(out, "\n")
}

// promptly is a store in which nothing stands aside: of what happens at one moment a transcript tells all at that moment,
// whatever goes along with what.
type promptly struct{ store.Store }

// Update: see store.Store.
func (p promptly) Update(ctx context.Context, fn func(store.Tx) error) error {
	return p.Store.Update(store.Patient(ctx, 0), fn)
}

// play runs a script in a bubble and returns what was seen.
func play(t *testing.T, script string) string {
	w := newWorld(t)
	w.disk = func(s store.Store) store.Store { return promptly{s} }
	time.Sleep(time.Until(time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC))) // Monday, 09:00 in Amsterdam
	r := newRecorder(w)
	defer r.stop()
	s := &stage{w: w, r: r, customers: map[string]*telegramsim.Customer{}, threads: map[string]string{}}
	w.start()
	s.settle()
	for n, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.act(line); err != nil {
			t.Fatalf("line %d of the script, %q: %v", n+1, line, err)
		}
		s.settle()
	}
	r.stop()
	if w.life != nil {
		w.end()
	}
	return r.text()
}

// recorder writes down whatever becomes visible, when it does.
type recorder struct {
	w     *world
	quit  chan struct{}
	ended sync.WaitGroup
	once  sync.Once

	mu     sync.Mutex
	lines  []seen
	posts  map[string]slacksim.Message
	phones map[string]string
	rooms  map[string]int64
	crm    int // answers that crm has
}

// seen is a line of the transcript.
type seen struct {
	at   time.Time
	text string
}

func newRecorder(w *world) *recorder {
	r := &recorder{w: w, quit: make(chan struct{}), posts: map[string]slacksim.Message{}, phones: map[string]string{}, rooms: map[string]int64{}}
	changes, stop := w.telegram.Watch()
	r.ended.Go(func() {
		defer stop()
		for {
			slack := w.slack.Changed()
			r.look()
			select {
			case <-slack:
			case <-changes:
			case <-r.quit:
				return
			}
		}
	})
	return r
}

func (r *recorder) stop() {
	r.once.Do(func() { close(r.quit) })
	r.ended.Wait()
	r.look()
}

func (r *recorder) add(format string, args ...any) {
	r.lines = append(r.lines, seen{time.Now(), strings.TrimSpace(strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ⏎ "))})
}

// note adds a line of the stage's own.
func (r *recorder) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(format, args...)
}

// look compares what is there with what was there.
func (r *recorder) look() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := map[string]slacksim.Message{}
	r.channel(now, deskChannel, "desk")
	for _, u := range staff {
		for _, m := range r.w.slack.Ephemerals(u.ID) {
			r.post(now, m, "only "+u.FirstName+" sees")
		}
		for _, m := range r.w.slack.Messages(r.w.slack.DM(u.ID)) {
			r.post(now, m, "direct to "+u.FirstName)
		}
	}
	for key, was := range r.posts {
		if _, is := now[key]; !is {
			r.add("gone: %s", strings.TrimSpace(plain(was)))
		}
	}
	r.posts = now
	there := map[string]bool{}
	for _, c := range r.w.telegram.Customers() {
		for _, m := range c.Messages() {
			there[r.phone(c.User().FirstName, m)] = true
		}
	}
	for _, a := range r.w.crm.Answers()[r.crm:] {
		r.add("crm gets for %s, by %s: %s", a.Conversation, a.By, a.Text)
		r.crm++
	}
	for name, id := range r.rooms {
		for _, m := range r.w.telegram.Messages(id) {
			there[r.phone("in the "+name+", "+author(m), m)] = true
		}
	}
	for key, text := range r.phones {
		if !there[key] {
			name, _, _ := strings.Cut(key, "|")
			r.add("%s has no more: %s", name, text)
			delete(r.phones, key)
		}
	}
}

func author(m telegramsim.Message) string {
	if m.From != nil {
		return m.From.FirstName
	}
	return "somebody"
}

// room has a group looked at as well.
func (r *recorder) room(name string, chatID int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rooms[name] = chatID
}

func (r *recorder) channel(now map[string]slacksim.Message, channel, where string) {
	for _, root := range r.w.slack.Messages(channel) {
		if root.ThreadTS != "" && root.ThreadTS != root.TS {
			continue
		}
		r.post(now, root, where)
		for _, m := range r.w.slack.Thread(channel, root.TS) {
			if m.TS != root.TS {
				r.post(now, m, "thread")
			}
		}
	}
}

// post notes a new Slack message, or what changed on one.
func (r *recorder) post(now map[string]slacksim.Message, m slacksim.Message, where string) {
	key := m.Channel + m.TS + m.To
	now[key] = m
	was, old := r.posts[key]
	var text strings.Builder
	text.WriteString(strings.TrimSpace(plain(m)))
	for _, f := range m.Files {
		text.WriteString(fmt.Sprintf(" {file %s}", f.Name))
	}
	switch {
	case !old:
		r.add("%s: %s%s", where, r.author(m), text.String())
	case strings.TrimSpace(plain(was)) != strings.TrimSpace(plain(m)):
		r.add("%s, now: %s%s", where, r.author(m), text.String())
	}
	for _, reaction := range marks(m) {
		if !slices.Contains(marks(was), reaction) {
			r.add("mark %s on %q", reaction, strings.TrimSpace(plain(m)))
		}
	}
	for _, reaction := range marks(was) {
		if !slices.Contains(marks(m), reaction) {
			r.add("no more mark %s on %q", reaction, strings.TrimSpace(plain(m)))
		}
	}
}

func marks(m slacksim.Message) []string {
	signs := map[string]string{"hourglass_flowing_sand": "⏳", "white_check_mark": "✅", "lock": "🔒", "warning": "⚠️", "question": "❓"}
	var out []string
	for _, x := range m.Reactions {
		out = append(out, signs[x.Name])
	}
	return out
}

func (r *recorder) author(m slacksim.Message) string {
	if m.Username != "" {
		return m.Username + ": "
	}
	for _, u := range staff {
		if u.ID == m.User {
			return u.FirstName + ": "
		}
	}
	return ""
}

// phone notes what changed on a customer's phone, and gives the message's key.
func (r *recorder) phone(name string, m telegramsim.Message) (key string) {
	key = fmt.Sprint(name, "|", m.Chat.ID, " ", m.MessageID)
	text := m.Text + m.Caption
	for _, e := range append(m.Entities, m.CaptionEntities...) {
		text += fmt.Sprintf(" {%s %s %s}", e.Type, telegramsim.Covered(m.Text+m.Caption, e), e.URL)
	}
	switch {
	case len(m.Photo) > 0:
		text = "{photo} " + text
	case m.Document != nil:
		text = "{document " + m.Document.FileName + "} " + text
	case m.Voice != nil:
		text = "{voice} " + text
	case m.Video != nil:
		text = "{video} " + text
	case m.Sticker != nil:
		text = "{sticker} " + text
	}
	was, old := r.phones[key]
	r.phones[key] = text
	who := "writes"
	if m.ByBot {
		who = "gets"
	}
	switch {
	case !old:
		r.add("%s %s: %s", name, who, text)
	case was != text:
		r.add("%s, now: %s", name, text)
	}
	return key
}

// tick is how exactly a transcript tells the time: what follows from one event is one moment.
const tick = 10 * time.Millisecond

// text is the transcript; lines of the same moment in order of the alphabet, since nothing orders them. A mark that came
// and went in one instant is left out: nobody could see it, and whether the recorder did is chance.
func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Clone(r.lines)
	r.lines = slices.DeleteFunc(r.lines, func(l seen) bool {
		mark := strings.TrimPrefix(l.text, "no more ")
		return strings.HasPrefix(mark, "mark ") && slices.ContainsFunc(all, func(o seen) bool {
			return o.at.Equal(l.at) && o.text != l.text && strings.TrimPrefix(o.text, "no more ") == mark
		})
	})
	slices.SortStableFunc(r.lines, func(a, b seen) int {
		if c := a.at.Truncate(tick).Compare(b.at.Truncate(tick)); c != 0 {
			return c
		}
		return strings.Compare(a.text, b.text)
	})
	var b strings.Builder
	for _, l := range r.lines {
		fmt.Fprintf(&b, "%s %s\n", l.at.Truncate(tick).In(r.w.zone).Format("15:04:05.000"), l.text)
	}
	return b.String()
}

// settle waits until everybody is idle, and notes what is there.
func (s *stage) settle() {
	synctest.Wait()
	time.Sleep(s.pace())
	synctest.Wait()
	s.r.look()
}

func (s *stage) pace() time.Duration { return 2 * time.Second }
