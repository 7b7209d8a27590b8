package bolt

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

// clock reminds after a quarter of an hour.
type clock struct{}

func (clock) Deadlines(since time.Time) []time.Time     { return []time.Time{since.Add(15 * time.Minute)} }
func (clock) Warn(_, until time.Time) time.Time         { return until }
func (clock) OnDuty(conversation.Conversation) []string { return nil }
func (clock) AtWork(now time.Time) time.Time            { return now }
func (clock) Decide(c conversation.Conversation, _ time.Time) conversation.Decision {
	return conversation.Decision{Steps: c.Step}
}

var theirs = conversation.Ref{Adapter: "telegram", Account: "acme", Key: "7"}

const whose conversation.ID = "0190aaaa0000000000000007"

// lived stores what a life of the bot leaves: a customer with a thread, an answer that is being sent and one that is looked
// at, a line that shows what an answer says, one who has just written for the first time, and reminders.
func lived(t *testing.T, s *Store) {
	t.Helper()
	by := conversation.Person{ID: "U1", Name: "Jan", MaySpeak: true}
	now := fixtureTime(0)
	wrote := func(ts, text string, called ...conversation.Ready) conversation.Event {
		return conversation.Wrote{
			At: conversation.Place{Team: "T", Channel: "C", TS: ts}, Written: now, By: by, Message: conversation.Message{Text: conversation.Plainly(text)},
			Limits: conversation.Limits{Length: 4096}, Called: conversation.Called{Found: called},
		}
	}
	heard := conversation.Heard{ExternalID: "1", At: now, Message: conversation.Message{Text: conversation.Plainly("Hallo")}}
	card := conversation.Ended{Effect: conversation.OpenCard{}, Outcome: conversation.OK, Receipt: conversation.Receipt{Place: conversation.Place{Team: "T", Channel: "C", TS: "1"}}}
	c := conversation.New(whose, theirs)
	rules := conversation.Rules{Clock: clock{}, Mode: conversation.Direct}
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.KeepRaw(theirs.Account, "r", []byte("?")); err != nil {
			return err
		}
		for _, e := range []conversation.Event{heard, card, conversation.Unreadable{RawID: "r", At: now}, wrote("2", "Dag"), wrote("3", "!hours", conversation.Ready{Word: "hours", Text: conversation.Plainly("9-17")})} {
			rules.Hold = 0
			c = fold(t, tx, c, e, rules, now)
		}
		rules.Hold = time.Second
		c = fold(t, tx, c, wrote("4", "Nog iets"), rules, now)
		c = fold(t, tx, c, conversation.Ticked{}, rules, now.Add(time.Hour))   // nobody hears: it is held longer
		c = fold(t, tx, c, conversation.Ticked{}, rules, now.Add(2*time.Hour)) // and looked at
		fold(t, tx, conversation.New("0190aaaa0000000000000008", conversation.Ref{Adapter: "telegram", Account: "acme", Key: "8"}), heard, rules, now)
		return tx.Enqueue(store.Job{
			Key: store.Key{Conversation: conversation.LaneOf("U1"), Seq: 1}, State: store.Ready, At: now,
			Effect: conversation.NudgeOne{To: "U1", Of: []conversation.Waits{{ID: whose}}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fold stores what follows from an event, as the bot does.
func fold(t *testing.T, tx store.Tx, c conversation.Conversation, e conversation.Event, r conversation.Rules, now time.Time) conversation.Conversation {
	t.Helper()
	next, effects := conversation.Apply(c, e, r, now)
	err := errors.Join(tx.Put(next), tx.Append(next.ID, next.Seq, now, e))
	for n, effect := range effects {
		err = errors.Join(err, tx.Enqueue(store.Job{Key: store.Key{Conversation: next.ID, Seq: next.Seq, N: n}, Effect: effect, State: store.Ready, At: now}))
	}
	if ended, is := e.(conversation.Ended); is {
		err = errors.Join(err, dropFirst(tx, next.ID, ended.Effect.Way()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// dropFirst drops the first job of a lane.
func dropFirst(tx store.Tx, id conversation.ID, w conversation.Way) error {
	for j, err := range tx.Lane(store.Lane{Conversation: id, Way: w}) {
		return errors.Join(err, tx.Drop(j.Key))
	}
	return fmt.Errorf("%s has no job %s", id, w)
}

// What records say that cannot be true together, each damaged by a verb of the store itself, whose indexes stay right.
func TestContradictions(t *testing.T) {
	change := func(fn func(c *conversation.Conversation)) func(store.Tx) error {
		return func(tx store.Tx) error {
			c, err := tx.Conversation(whose)
			fn(&c)
			return errors.Join(err, tx.Put(c))
		}
	}
	drop := func(w conversation.Way, is func(conversation.Effect) bool) func(store.Tx) error {
		return func(tx store.Tx) error {
			err := errors.New("no such job")
			for l, e := range tx.Lanes() {
				for j := range tx.Lane(l) {
					if l.Way == w && l.Conversation.Customers() && is(j.Effect) {
						err = tx.Drop(j.Key)
					}
				}
				if e != nil {
					return e
				}
			}
			return err
		}
	}
	job := func(id conversation.ID, seq uint64, fn func(*store.Job)) func(store.Tx) error {
		return func(tx store.Tx) error {
			j := store.Job{Key: store.Key{Conversation: id, Seq: seq, N: 77}, Effect: conversation.Announce{}, State: store.Ready, At: fixtureTime(1)}
			fn(&j)
			return tx.Enqueue(j)
		}
	}
	same := func(*store.Job) {}
	for _, tc := range []struct {
		change func(store.Tx) error
		say    string
	}{
		{func(store.Tx) error { return nil }, ""},
		{change(func(c *conversation.Conversation) { c.Turn = "elsewhere" }), "conversation " + string(whose) + `: its turn is "elsewhere"`},
		{change(func(c *conversation.Conversation) { c.Seq-- }), "it counts 7 events, and its history has 8, numbers missing: false"},
		{func(tx store.Tx) error { return tx.Append(whose, 20, fixtureTime(1), conversation.Ticked{}) }, "it counts 8 events, and its history has 9, numbers missing: true"},
		{func(tx store.Tx) error { return tx.Append("nobody", 1, fixtureTime(1), conversation.Ticked{}) }, "there are 1 events of nobody, and no such conversation"},
		{func(tx store.Tx) error {
			return errors.Join(tx.Append(whose, 9, fixtureTime(1), conversation.Unreadable{RawID: "gone"}), change(func(c *conversation.Conversation) { c.Seq++ })(tx))
		}, "what could not be read as event 9 is not kept"},
		{drop(conversation.Inward, is[conversation.OpenCard]), "conversation 0190aaaa0000000000000008: it has no thread, and no job opens one"},
		{drop(conversation.Outward, is[conversation.Send]), "the answer {T C 2} is being sent, and no job sends it"},
		{drop(conversation.Touch, is[conversation.Look]), "the answer {T C 4} is being looked at, and no job looks"},
		{drop(conversation.Inward, is[conversation.ShowAnswer]), "a line shows what the customer gets of the answer {T C 3}, and no job posts it"},
		{change(func(c *conversation.Conversation) {
			c.Live = []conversation.Reminder{{At: conversation.Place{Channel: "C", TS: "9"}, With: []conversation.ID{"nobody"}}}
		}), "a reminder speaks of nobody as well, and there is no such conversation"},
		{job("nobody", 1, same), "job nobody.1.77: there is no such conversation"},
		{job(whose, 9, same), "job " + string(whose) + ".9.77: it follows from event 9 of 8"},
		{job("desk", 1, func(j *store.Job) { j.At = time.Time{} }), "job desk.1.77: nobody knows when it was enqueued"},
		{job("desk", 1, func(j *store.Job) { j.State = store.Doing }), "job desk.1.77: it is being done, and was begun 0 times"},
		{job("desk", 1, func(j *store.Job) {
			j.Effect = conversation.NudgeAll{Of: []conversation.Waits{{ID: "nobody"}}}
		}), "job desk.1.77: it reminds of nobody, and there is no such conversation"},
		{job(conversation.LaneOf("U2"), 1, func(j *store.Job) {
			j.Effect = conversation.NudgeOne{Of: []conversation.Waits{{ID: whose}, {ID: "nobody"}}}
		}), "job person/U2.1.77: it reminds of nobody"},
		{job(whose, 4, func(j *store.Job) {
			j.Effect, j.State = conversation.Send{Answer: conversation.Place{TS: "gone"}}, store.Refused
		}), "a person must decide about it (refused), and about the answer {  gone} there is nothing to decide"},
		{job("desk", 1, same), ""},
	} {
		s := openTest(t, filepath.Join(t.TempDir(), "x.db"), Options{noSync: true})
		lived(t, s)
		if err := s.Update(t.Context(), tc.change); err != nil {
			t.Fatal(err)
		}
		report, err := s.Verify(t.Context())
		beside, err2 := s.VerifyInUse(t.Context())
		if err := errors.Join(err, err2, s.Close()); err != nil || len(report.Problems) > 0 || !slices.Equal(beside.Contradictions, report.Contradictions) {
			t.Fatalf("%v, alone %+v, in use %+v", err, report, beside)
		}
		said := strings.Join(report.Contradictions, "\n")
		if !strings.Contains(said, tc.say) || tc.say == "" && said != "" {
			t.Errorf("want %q, got %q", tc.say, said)
		}
	}
}
