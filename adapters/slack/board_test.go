package slack

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// board is an inbox with a queue and with ready answers.
type board struct {
	*shelf
	// pages is the queue. hangs: it is not told before somebody gives up.
	pages []adapters.Queue
	hangs bool
	asked int
}

var _ adapters.Board = (*board)(nil)

func (b *board) Queue(ctx context.Context, by string, page int) (adapters.Queue, error) {
	b.mu.Lock()
	b.asked++
	pages, hangs := b.pages, b.hangs
	b.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return adapters.Queue{}, ctx.Err()
	}
	if err := b.Admit(ctx, by); err != nil {
		return adapters.Queue{}, err
	}
	if len(pages) == 0 {
		return adapters.Queue{Title: "Nobody waits", Pages: 1}, nil
	}
	page = min(page, len(pages)-1)
	q := pages[page]
	q.Page, q.Pages = page, len(pages)
	return q, nil
}

func (b *board) HandOver(ctx context.Context, by string, thread conversation.Place, to string) error {
	b.note("hand %s to %s by %s", thread.TS, to, by)
	return b.Admit(ctx, by)
}

func (b *board) Moment(ctx context.Context, by, text string) (time.Time, string, error) {
	if err := b.Admit(ctx, by); err != nil {
		return time.Time{}, "", err
	}
	if text != "morgen 9 uur" {
		return time.Time{}, "", &adapters.Objections{All: []adapters.Objection{{Text: "Which day is that?"}}}
	}
	return time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("CET", 3600)), "Monday 23 November 09:00", nil
}

func (b *board) PutAside(ctx context.Context, by string, thread conversation.Place, until, _ time.Time) error {
	b.note("aside %s until %s by %s", thread.TS, until.Format(time.RFC3339), by)
	return b.Admit(ctx, by)
}

// set changes what the queue is.
func (b *board) set(pages ...adapters.Queue) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages = pages
}

func (b *board) hang(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hangs = on
}

// times is how often the queue was asked for.
func (b *board) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

// queueOf is a page with a section of so many lines.
func queueOf(title string, n int, thread conversation.Place) adapters.Queue {
	s := adapters.QueueSection{Title: "Waiting longest"}
	for i := range n {
		s.Lines = append(s.Lines, adapters.QueueLine{Who: fmt.Sprintf("Jan %d · Telegram", i), How: "since 09:00", Tint: "late", Thread: thread})
	}
	return adapters.Queue{Title: title, Sections: []adapters.QueueSection{s}}
}

// withBoard plays a test with the desk running on a board.
func withBoard(t *testing.T, play func(*testing.T, *world, *board)) {
	t.Helper()
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		b := &board{shelf: &shelf{box: w.box, all: two()}}
		w.in = b
		w.run()
		w.rest(0)
		play(t, w, b)
		w.rest(time.Second)
		if w.sim.Pending() != 0 {
			t.Errorf("%d events are not acknowledged", w.sim.Pending())
		}
	})
}

// answered: everything that people did was acknowledged.
func (w *world) answered() {
	w.t.Helper()
	if n := w.sim.Unanswered(); n != 0 {
		w.t.Errorf("%d acts were not acknowledged in time", n)
	}
}

func TestSnooze(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "Jan", Buttons: []adapters.Button{snoozing(conversation.Place{})}})
		w.must(err)
		w.must(w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OtherMoment))
		if got, want := w.modal(anna), "Snooze | Until when?"; got != want {
			t.Fatalf("the form is %q, want %q", got, want)
		}
		if got := w.box.said(); len(got) != 0 {
			t.Errorf("heard %q", got)
		}
		if w.sim.SubmitForm(anna, map[string]string{"moment": strings.Repeat("x", 101)}) == nil {
			t.Error("a moment that is too long was sent")
		}
		w.must(w.sim.SubmitForm(anna, map[string]string{"moment": "ooit"}))
		if v, _ := w.sim.Modal(anna); v.Errors["moment"] != "Which day is that?" {
			t.Errorf("open with %v", v.Errors)
		}
		w.must(w.sim.SubmitForm(anna, map[string]string{"moment": " morgen 9 uur "}))
		if got, want := w.modal(anna), "Snooze | Until Monday 23 November 09:00?"; got != want {
			t.Fatalf("the question is %q, want %q", got, want)
		}
		b.refuse(&adapters.Objections{All: []adapters.Objection{{Text: "They just wrote."}}})
		w.must(w.sim.SubmitForm(anna, nil))
		if got, want := w.modal(anna), "Snooze | ⚠️ They just wrote. | Until when? | [morgen 9 uur]"; got != want {
			t.Errorf("the form is %q, want %q", got, want)
		}
		b.refuse(nil)
		w.must(w.sim.SubmitForm(anna, nil))
		b.noted()
		w.must(w.sim.SubmitForm(anna, nil))
		if got, want := b.noted(), "aside "+at.TS+" until 2026-11-23T09:00:00+01:00 by U0ANNA"; got != want || w.modal(anna) != "" {
			t.Errorf("asked for %q, want %q; open %q", got, want, w.modal(anna))
		}
		w.must(w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OneHour))
		if p, _ := w.box.last().Event.(conversation.Pressed); p.Choice != conversation.OneHour {
			t.Errorf("heard %+v", w.box.last())
		}
		w.must(w.sim.Choose(guest, channel, at.TS, "snooze", conversation.OtherMoment))
		if got := w.modal(guest); got != "Snooze | Guests cannot." {
			t.Errorf("the form is %q", got)
		}
		w.answered()
	})
}

// What takes too long is said not to be done; the person does it again, and it is done once more, or is so already.
func TestSnoozeTakesTooLong(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "Jan", Buttons: []adapters.Button{snoozing(conversation.Place{})}})
		w.must(err)
		w.must(w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OtherMoment))
		b.slow = time.Minute
		w.must(w.sim.SubmitForm(anna, map[string]string{"moment": "morgen 9 uur"}))
		w.rest(time.Minute)
		if v, open := w.sim.Modal(anna); !open || !strings.Contains(v.Errors["moment"], "Try again") {
			t.Errorf("open %v with %v", open, v.Errors)
		}
		b.slow = 0
		w.must(w.sim.SubmitForm(anna, map[string]string{"moment": "morgen 9 uur"}))
		b.slow = time.Minute
		w.must(w.sim.SubmitForm(anna, nil))
		w.rest(time.Minute)
		if got := w.modal(anna); got != "Snooze | ⚠️ That could not be done just now. Try again. | Until when? | [morgen 9 uur]" {
			t.Errorf("the form is %q", got)
		}
		w.answered()
		b.slow = 0
		w.sim.Slow(4 * time.Second) // the right to open a form is over by then
		w.must(w.sim.CloseModal(anna))
		w.must(w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OtherMoment))
		w.rest(10 * time.Second)
		if got := w.modal(anna); got != "" {
			t.Errorf("open: %q", got)
		}
	})
}

// A form that could not be opened, or of which nobody knows whether it is, is asked for once more.
func TestFormsThatDoNotOpen(t *testing.T) {
	for _, kind := range []sim.Kind{sim.Refuse, sim.Busy, sim.BusyBare, sim.BusyOK, sim.ServerError, sim.Drop, sim.Hang, sim.DropAfter, sim.HangAfter, sim.TruncAfter, sim.FatalAfter, sim.ErrorAfter, sim.EmptyAfter} {
		withBoard(t, func(t *testing.T, w *world, b *board) {
			at, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "Jan", Buttons: []adapters.Button{snoozing(conversation.Place{})}})
			w.must(err)
			for what, ask := range map[string]func() error{
				"Snooze | Until when?":                          func() error { return w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OtherMoment) },
				"Hand to a colleague | Who gets this customer?": func() error { return w.sim.Shortcut(anna, "hand_over", channel, at.TS) },
			} {
				w.sim.Fail(sim.Fault{Method: "views.open", Kind: kind, Code: "fatal_error", After: time.Second})
				before := w.sim.Calls("views.open")
				w.must(ask())
				w.rest(5 * time.Second)
				if n := w.sim.Calls("views.open") - before; n != 1 {
					t.Errorf("%s: asked Slack %d times", kind, n)
				}
				if _, open := w.sim.Modal(anna); open != strings.HasSuffix(string(kind), "after") {
					t.Errorf("%s: open %v", kind, open)
				}
				w.must(ask())
				w.rest(time.Second)
				if got := w.modal(anna); got != what {
					t.Errorf("%s: the form is %q, want %q", kind, got, what)
				}
				w.must(w.sim.CloseModal(anna))
			}
			if got := b.noted(); got != "" {
				t.Errorf("%s: asked for %q", kind, got)
			}
			w.answered()
			if w.box.trouble() != nil {
				t.Errorf("%s: trouble %v", kind, w.box.trouble())
			}
		})
	}
}

func TestHandOver(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at := w.card()
		for _, ts := range []string{at.TS, w.say(at, "Hello")} {
			w.must(w.sim.Shortcut(anna, "hand_over", channel, ts))
			if got, want := w.modal(anna), "Hand to a colleague | Who gets this customer?"; got != want {
				t.Fatalf("the form is %q, want %q", got, want)
			}
			if w.sim.SubmitForm(anna, nil) == nil || w.sim.SubmitForm(anna, map[string]string{"to": "U0NOBODY"}) == nil {
				t.Error("sent to nobody")
			}
			b.refuse(&adapters.Objections{All: []adapters.Objection{{Text: "Ben is no member."}, {Text: "Ask Anna."}}})
			w.must(w.sim.SubmitForm(anna, map[string]string{"to": "U0BEN"}))
			if v, _ := w.sim.Modal(anna); v.Errors["to"] != "Ben is no member. Ask Anna." {
				t.Errorf("open with %v", v.Errors)
			}
			b.refuse(nil)
			b.noted()
			w.must(w.sim.SubmitForm(anna, map[string]string{"to": "U0BEN"}))
			if got, want := b.noted(), "hand "+at.TS+" to U0BEN by U0ANNA"; got != want || w.modal(anna) != "" {
				t.Errorf("asked for %q, want %q; open %q", got, want, w.modal(anna))
			}
		}
		b.slow = time.Minute
		w.must(w.sim.Shortcut(anna, "hand_over", channel, at.TS))
		if got := w.modal(anna); got != "" {
			t.Errorf("open before it is known who that is: %q", got)
		}
		b.slow = 0
		w.rest(time.Minute)
		w.answered()
	})
}

// Where there is no customer the shortcut says so.
func TestHandOverNobody(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		w.sim.AddChannel(sim.Channel{ID: "C0OTHER", Members: []string{anna, guest}})
		other, err := w.sim.Say(sim.Saying{User: anna, Channel: "C0OTHER", Text: "x"})
		w.must(err)
		talk, err := w.sim.Say(sim.Saying{User: anna, Channel: channel, Text: "Good morning"})
		w.must(err)
		for ts, in := range map[string]string{other: "C0OTHER", talk: channel} {
			w.must(w.sim.Shortcut(anna, "hand_over", in, ts))
			if got, want := w.modal(anna), "Hand to a colleague | This message is in no customer's thread. Use it on the card of a customer, or on a message below it."; got != want {
				t.Errorf("the form is %q, want %q", got, want)
			}
			if w.sim.SubmitForm(anna, nil) == nil {
				t.Error("it can be sent")
			}
		}
		w.must(w.sim.Shortcut(guest, "hand_over", channel, w.card().TS))
		if got := w.modal(guest); got != "Hand to a colleague | Guests cannot." {
			t.Errorf("the form is %q", got)
		}
		if got := b.noted(); got != "" {
			t.Errorf("asked for %q", got)
		}
		w.answered()
	})
}

// An inbox that has no queue, or neither queue nor ready answers, leaves all of this alone.
func TestNoBoard(t *testing.T) {
	play := func(t *testing.T, w *world) {
		at, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "Jan", Buttons: []adapters.Button{snoozing(conversation.Place{})}})
		w.must(err)
		w.must(w.sim.Choose(anna, channel, at.TS, "snooze", conversation.OtherMoment))
		w.must(w.sim.Shortcut(anna, "hand_over", channel, at.TS))
		w.must(w.sim.Slash(anna, channel, "/webcare"))
		w.desk.QueueChanged()
		w.must(w.sim.OpenHome(anna))
		w.rest(time.Minute)
		if p, _ := w.box.last().Event.(conversation.Pressed); p.Choice != conversation.OtherMoment || w.modal(anna) != "" || len(w.sim.Ephemerals(anna)) != 0 {
			t.Errorf("heard %+v, open %q", w.box.last(), w.modal(anna))
		}
		w.answered()
	}
	inWorld(t, play)
	withShelf(t, two(), func(t *testing.T, w *world, _ *shelf) { play(t, w) })
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) { // nothing runs
		w.desk.QueueChanged()
	})
}

// FuzzMoment: what a form carries comes back as it was, and whatever it carries is read or empty.
func FuzzMoment(f *testing.F) {
	f.Add("T1/C1/1.2 2026-11-23T09:00:00+01:00 2026-11-20T09:00:00Z morgen 9 uur")
	f.Add("T1/C1/1.2 x y z")
	f.Fuzz(func(t *testing.T, s string) {
		m := readMoment(s)
		if min(m.until.Year(), m.seen.Year()) < 0 || max(m.until.Year(), m.seen.Year()) > 9999 || len(m.typed) > maxMoment {
			return
		}
		got := readMoment(m.write())
		if got.thread != m.thread && writePlace(m.thread) != "" || !got.until.Equal(m.until) || !got.seen.Equal(m.seen) || got.typed != cut(m.typed, maxMoment) {
			t.Errorf("%+v came back as %+v", m, got)
		}
	})
}
