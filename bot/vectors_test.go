package bot_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
	"webcare/store"
)

// vector is a message in a customer's thread. It is played with everything real: it comes as Slack delivers it, and
// what counts is what the customer's phone shows.
type vector struct {
	// typed goes into Slack's composer. It is played with the rich_text blocks that the composer makes, and again
	// without, as old clients and programs send it.
	typed string
	// elements are those of a rich_text block, for what the composer of the sim does not make; wire is the text as Slack
	// delivers it, beside the block or alone.
	elements, wire string
	by             string // "" = sanne
	broadcast      bool   // also sent to the channel
	files          int    // pictures with it

	asks   bool   // of a note: its writer is asked
	listed bool   // of a note: it calls a ready answer that is not there, and its writer gets the list
	unseen bool   // of a note: it is not even marked
	want   string // of an answer: what the phone shows; "" = typed
	looks  string // of an answer: its entities
	bare   string // of an answer: what the phone shows where it came without blocks; "" = want
}

func (v vector) String() string { return fmt.Sprintf("%.90q", v.typed+v.elements+" "+v.wire) }

// saying is the message as its writer sends it.
func (v vector) saying(thread string, bare bool) slacksim.Saying {
	say := slacksim.Saying{
		User: v.by, Channel: deskChannel, ThreadTS: thread, Text: v.typed, Wire: v.wire,
		Bare: bare || v.typed == "" && v.elements == "", Broadcast: v.broadcast,
	}
	if v.by == "" {
		say.User = "U0SANNE01"
	}
	if v.elements != "" {
		say.Blocks = json.RawMessage(`[{"type":"rich_text","block_id":"b","elements":[` + v.elements + `]}]`)
	}
	for range v.files {
		say.Files = append(say.Files, slacksim.Upload{Name: "foto.png", Content: picture})
	}
	return say
}

// ways are with and without blocks, where both can be.
func (v vector) ways() []bool {
	if v.typed == "" || v.elements != "" {
		return []bool{false}
	}
	return []bool{false, true}
}

// line is a customer who has a thread and has been answered once, so that everybody's name is known.
type line struct {
	*world
	jan    *telegramsim.Customer
	thread string
}

// strangers are those in the desk channel who may not answer, beside the guest.
var strangers = []slacksim.User{
	{ID: "U0SINGLE1", Name: "enkel", RealName: "Enkel Gast", UltraRestricted: true},
	{ID: "U0OTHER01", Name: "ander", RealName: "Ander Bedrijf", TeamID: "T0OTHER"},
	{ID: "U0STRANGE", Name: "vreemd", RealName: "Vreemde", Stranger: true},
	{ID: "U0GONE001", Name: "weg", RealName: "Weg Gegaan", Deleted: true},
	{ID: "U0ROBOT01", Name: "robot", RealName: "Robot", IsBot: true},
	{ID: "U0APP0001", Name: "app", RealName: "App", AppUser: true},
	{ID: "U0CONN001", Name: "verbind", RealName: "Verbinder", ConnectorBot: true},
}

// pace is how long everything that follows from a message may take: Slack lets us set a mark and whisper only so often.
const pace = 5 * time.Second

func onTheLine(t *testing.T, hold time.Duration, play func(*testing.T, *line)) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{world: newWorld(t)}
		l.hold, l.rate, l.burst = hold, 100, 100
		l.ladder.Steps = nil
		for _, u := range strangers {
			l.slack.AddUser(u)
			if err := l.slack.Join(deskChannel, u.ID); err != nil {
				t.Fatal(err)
			}
		}
		l.start()
		l.jan = l.telegram.NewCustomer("Jan")
		l.jan.Start()
		l.jan.Write("Wanneer komt het?")
		l.rest(2 * time.Second)
		for _, m := range l.slack.Messages(deskChannel) {
			if strings.HasPrefix(plain(m), "Jan ·") {
				l.thread = m.TS
			}
		}
		l.say(vector{typed: "Goedemorgen"}, false)
		l.rest(2*time.Second + 2*hold)
		if got := l.phone(); !slices.Equal(got, []string{"Goedemorgen\n— Sanne"}) {
			t.Fatalf("the customer has %q", got)
		}
		play(t, l)
	})
}

func (l *line) rest(d time.Duration) {
	synctest.Wait()
	time.Sleep(d)
	synctest.Wait()
}

func (l *line) say(v vector, bare bool) (ts string) {
	l.t.Helper()
	ts, err := l.slack.Say(v.saying(l.thread, bare))
	if err != nil {
		l.t.Fatalf("%v: %v", v, err)
	}
	return ts
}

// phone is what the customer has from us: texts, each with its entities.
func (l *line) phone() (out []string) {
	for _, m := range l.jan.Messages() {
		if !m.ByBot {
			continue
		}
		text := m.Text + m.Caption
		if len(m.Photo) > 0 {
			text = "{photo} " + text
		}
		for _, e := range append(m.Entities, m.CaptionEntities...) {
			if e.Type == "mention" { // the phone's own find
				continue
			}
			text += strings.TrimRight(fmt.Sprintf(" {%s %s %s", e.Type, telegramsim.Covered(m.Text+m.Caption, e), e.URL), " ") + "}"
		}
		out = append(out, text)
	}
	return out
}

// marks are those on a staff message.
func (l *line) marks(ts string) string {
	for _, m := range l.slack.Thread(deskChannel, l.thread) {
		if m.TS == ts {
			return strings.Join(marks(m), "")
		}
	}
	return "no such message"
}

// questions counts the messages to one person alone that have the button Send anyway, and the others.
func (l *line) questions(user string) (asked, told int) {
	for _, m := range l.slack.Ephemerals(user) {
		if buttonID(m, "Send anyway") != "" {
			asked++
		} else {
			told++
		}
	}
	return asked, told
}

// sends counts the jobs for the customer that there ever were, done or not.
func (l *line) sends() (n int) {
	l.t.Helper()
	err := l.life.db.View(l.t.Context(), func(tx store.Tx) error {
		id, err := tx.ByThread(conversation.Place{Team: "T0SIM", Channel: deskChannel, TS: l.thread})
		if err != nil {
			return err
		}
		for r, err := range tx.History(id) {
			if err != nil {
				return err
			}
			if e, is := r.Event.(conversation.Ended); is && e.Effect.Way() == conversation.Outward {
				n++
			}
		}
		for lane, err := range tx.Lanes() {
			if err != nil {
				return err
			}
			if lane.Way == conversation.Outward {
				n++
			}
		}
		for j, err := range tx.Stuck() {
			if err != nil {
				return err
			}
			n++
			l.t.Errorf("a job is stuck: %+v", j)
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// stayed tells what is wrong where a note did not stay a note. before is what was before it.
func (l *line) stayed(v vector, ts, way string, before sight) {
	l.t.Helper()
	after := l.sight(v)
	user := v.saying("", false).User
	want := sight{phone: before.phone, asked: before.asked, told: before.told}
	mark := "🔒"
	switch {
	case v.unseen:
		mark = ""
	case v.asks:
		want.asked++
	case v.listed, user != "U0SANNE01":
		want.told++
	}
	if after.phone != before.phone {
		l.t.Errorf("%v (%s) REACHED THE CUSTOMER: %q", v, way, l.phone())
	}
	if after.asked != want.asked || after.told != want.told {
		l.t.Errorf("%v (%s): asked %d times and told %d times, want %d and %d", v, way, after.asked-before.asked, after.told-before.told, want.asked-before.asked, want.told-before.told)
	}
	if got := l.marks(ts); got != mark {
		l.t.Errorf("%v (%s): mark %q, want %q", v, way, got, mark)
	}
}

// sight is what there is to be seen of a message.
type sight struct {
	phone       string
	asked, told int
}

func (l *line) sight(v vector) sight {
	asked, told := l.questions(v.saying("", false).User)
	return sight{phone: strings.Join(l.phone(), "\x00"), asked: asked, told: told}
}

// TestNotesNeverLeave: whoever writes it and however it is written, what is a note stays inside.
func TestNotesNeverLeave(t *testing.T) {
	if len(noteVectors) < 80 {
		t.Errorf("only %d notes", len(noteVectors))
	}
	onTheLine(t, 0, func(t *testing.T, l *line) {
		for _, v := range sample(noteVectors, 4) {
			for _, bare := range v.ways() {
				before := l.sight(v)
				ts := l.say(v, bare)
				l.rest(pace)
				l.stayed(v, ts, fmt.Sprintf("without blocks: %v", bare), before)
			}
		}
		l.rest(time.Hour)
		if n := l.sends(); n != 1 {
			t.Errorf("%d jobs for the customer in all, want the greeting alone", n)
		}
		if got := l.phone(); len(got) != 1 {
			t.Errorf("the customer has %q", got)
		}
	})
}

// TestNotesByEditing: an answer that becomes a note while it is held stays inside; one that was sent stays as it is.
func TestNotesByEditing(t *testing.T) {
	onTheLine(t, 10*time.Second, func(t *testing.T, l *line) {
		for n, v := range sample(noteVectors, 4) {
			if v.typed == "" || v.by != "" || v.files > 0 || v.broadcast {
				continue
			}
			before := l.sight(v)
			ts := l.say(vector{typed: fmt.Sprint("Antwoord ", n)}, false)
			l.rest(3 * time.Second)
			l.edit(ts, v.typed)
			l.rest(10*time.Second + pace)
			l.stayed(v, ts, "edited in the hold", before)
		}
		sent := l.say(vector{typed: "Het pakket komt morgen"}, false)
		l.rest(30 * time.Second)
		before := l.phone()
		for _, v := range sample(noteVectors, 4) {
			if v.typed == "" || v.by != "" || v.files > 0 || v.broadcast {
				continue
			}
			l.edit(sent, v.typed)
			l.rest(pace)
			if got := l.phone(); !slices.Equal(got, before) {
				t.Errorf("%v: what was sent became %q", v, got[len(got)-1])
			}
		}
		if n := l.sends(); n != 2 {
			t.Errorf("%d jobs for the customer in all, want 2", n)
		}
	})
}

func (l *line) edit(ts, text string) {
	l.t.Helper()
	if err := l.slack.Edit("U0SANNE01", deskChannel, ts, text); err != nil {
		l.t.Fatal(err)
	}
}

// TestAnswersLeaveExactlySo: staff who think that they answered, while nothing left or something else did, are the
// opposite disaster.
func TestAnswersLeaveExactlySo(t *testing.T) {
	t.Parallel()
	if len(answerVectors) < 60 {
		t.Errorf("only %d answers", len(answerVectors))
	}
	onTheLine(t, 0, func(t *testing.T, l *line) {
		for _, v := range answerVectors {
			for _, bare := range v.ways() {
				want := v.typed
				if v.want != "" {
					want = v.want
				}
				if bare && v.bare != "" {
					want = v.bare
				}
				if v.looks != "" {
					want += " " + v.looks
				}
				if v.by != "" { // else a colleague's answer asks, so soon behind another
					l.rest(20 * time.Second)
				}
				n := len(l.phone())
				ts := l.say(v, bare)
				l.rest(pace)
				if got := l.phone()[n:]; !slices.Equal(got, []string{want}) {
					t.Errorf("%v (without blocks: %v): the customer gets %q, want %q", v, bare, got, want)
				}
				if got := l.marks(ts); got != "✅" {
					t.Errorf("%v: mark %q", v, got)
				}
			}
		}
	})
}
