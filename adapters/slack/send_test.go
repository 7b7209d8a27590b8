package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// posts tells how a call went wrong, whether it was done all the same, and what we must say of it.
func faults() []struct {
	name   string
	fault  sim.Fault
	done   bool
	want   conversation.Outcome
	reason conversation.Reason
	whole  bool
	after  time.Duration
} {
	type row = struct {
		name   string
		fault  sim.Fault
		done   bool
		want   conversation.Outcome
		reason conversation.Reason
		whole  bool
		after  time.Duration
	}
	refuse := func(code string) sim.Fault { return sim.Fault{Kind: sim.Refuse, Code: code} }
	return []row{
		// Failed and did not happen.
		{"429", sim.Fault{Kind: sim.Busy, After: 7 * time.Second}, false, conversation.Later, conversation.Busy, false, 7 * time.Second},
		{"429 that does not say how long", sim.Fault{Kind: sim.BusyBare}, false, conversation.Later, conversation.Busy, false, time.Second},
		{"200 ratelimited", sim.Fault{Kind: sim.BusyOK}, false, conversation.Later, conversation.Busy, false, time.Second},
		{"rate_limited", refuse("rate_limited"), false, conversation.Later, conversation.Busy, false, time.Second},
		{"503", sim.Fault{Kind: sim.ServerError}, false, conversation.Maybe, conversation.Down, true, 0},
		{"dropped before", sim.Fault{Kind: sim.Drop}, false, conversation.Maybe, conversation.Lost, false, 0},
		{"hangs", sim.Fault{Kind: sim.Hang}, false, conversation.Maybe, conversation.Lost, false, 0},
		{"invalid_auth", refuse("invalid_auth"), false, conversation.Later, conversation.TokenDead, true, 0},
		{"token_revoked", refuse("token_revoked"), false, conversation.Later, conversation.TokenDead, true, 0},
		{"account_inactive", refuse("account_inactive"), false, conversation.Later, conversation.TokenDead, true, 0},
		{"not_in_channel", refuse("not_in_channel"), false, conversation.Later, conversation.NotAllowed, true, 0},
		{"channel_not_found", refuse("channel_not_found"), false, conversation.Later, conversation.NotAllowed, true, 0},
		{"is_archived", refuse("is_archived"), false, conversation.Later, conversation.NotAllowed, true, 0},
		{"missing_scope", refuse("missing_scope"), false, conversation.Later, conversation.NotAllowed, true, 0},
		{"restricted_action", refuse("restricted_action"), false, conversation.Later, conversation.NotAllowed, true, 0},
		{"msg_too_long", refuse("msg_too_long"), false, conversation.Refused, conversation.TooLong, false, 0},
		{"msg_blocks_too_long", refuse("msg_blocks_too_long"), false, conversation.Refused, conversation.TooLong, false, 0},
		{"invalid_blocks", refuse("invalid_blocks"), false, conversation.Refused, conversation.Rejected, false, 0},
		{"cannot_reply_to_message", refuse("cannot_reply_to_message"), false, conversation.Refused, conversation.Gone, false, 0},
		{"a code nobody knows", refuse("moon_is_full"), false, conversation.Refused, conversation.Rejected, false, 0},
		{"fatal_error before", refuse("fatal_error"), false, conversation.Maybe, conversation.Down, false, 0},
		{"service_unavailable", refuse("service_unavailable"), false, conversation.Maybe, conversation.Down, false, 0},
		// Reported an error but did happen.
		{"dropped after", sim.Fault{Kind: sim.DropAfter}, true, conversation.Maybe, conversation.Lost, false, 0},
		{"hangs after", sim.Fault{Kind: sim.HangAfter}, true, conversation.Maybe, conversation.Lost, false, 0},
		{"half of the answer", sim.Fault{Kind: sim.TruncAfter}, true, conversation.Maybe, conversation.Lost, false, 0},
		{"fatal_error after", sim.Fault{Kind: sim.FatalAfter}, true, conversation.Maybe, conversation.Down, false, 0},
		{"internal_error after", sim.Fault{Kind: sim.FatalAfter, Code: "internal_error"}, true, conversation.Maybe, conversation.Down, false, 0},
		{"500 after", sim.Fault{Kind: sim.ErrorAfter}, true, conversation.Maybe, conversation.Down, true, 0},
		{"a no without a reason", sim.Fault{Kind: sim.EmptyAfter}, true, conversation.Maybe, conversation.Lost, false, 0},
	}
}

func TestPostsThatFail(t *testing.T) {
	for _, tt := range faults() {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				thread := w.card()
				w.rest(time.Second)
				tt.fault.Method = "chat.postMessage"
				for _, where := range []conversation.Place{thread, {}} {
					key, began := "key"+where.TS, time.Now()
					before := len(w.sim.Messages(channel)) + len(w.sim.Thread(channel, thread.TS))
					w.sim.Fail(tt.fault)
					at, err := w.desk.Post(t.Context(), key, where, adapters.Post{As: "Jan", Body: conversation.Plainly("Hi")})
					wantError(t, err, tt.want, tt.reason, tt.whole, tt.after)
					if !at.Place.IsZero() {
						t.Errorf("a place %v beside an error", at)
					}
					if now := len(w.sim.Messages(channel)) + len(w.sim.Thread(channel, thread.TS)); (now > before) != tt.done {
						t.Errorf("posted %v, want %v", now > before, tt.done)
					}
					w.rest(time.Second)
					at, found, err := w.desk.Find(t.Context(), key, where, began)
					if err != nil || found != tt.done || found != !at.Place.IsZero() {
						t.Errorf("Find: %v %v %v, want it there: %v", at, found, err, tt.done)
					}
					if m, _ := w.sim.Message(channel, at.Place.TS); found && m.Username != "Jan" {
						t.Errorf("found another message: %+v", m)
					}
				}
			})
		})
	}
}

// All other calls may simply be done again, so none of them may say Maybe.
func TestCallsThatFail(t *testing.T) {
	for _, tt := range faults() {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				said := conversation.Place{Team: at.Team, Channel: channel, TS: w.say(at, "x")}
				mine := post(t, w, at, adapters.Post{Body: conversation.Plainly("mine")})
				ctx := t.Context()
				for method, call := range map[string]func() error{
					"chat.update":      func() error { return w.desk.Render(ctx, at, adapters.Card{Title: "new", Status: "done"}) },
					"reactions.add":    func() error { return w.desk.Mark(ctx, said, conversation.NoMark, conversation.Held) },
					"reactions.remove": func() error { return w.desk.Mark(ctx, said, conversation.Held, conversation.NoMark) },
					"chat.delete":      func() error { return w.desk.Delete(ctx, mine) },
					"chat.postEphemeral": func() error {
						return w.desk.Whisper(ctx, at, anna, adapters.Post{Body: conversation.Plainly("psst")})
					},
					"users.info": func() error {
						w.desk.people.forget(anna)
						p, err := w.desk.Who(ctx, anna)
						if err == nil && p.Why == conversation.Unknown && tt.want == conversation.Refused { // a no is an answer
							return &adapters.SendError{Outcome: tt.want, Reason: p.Why}
						}
						return err
					},
					"conversations.members": func() error { w.desk.staff.forget(); _, err := w.desk.Who(ctx, anna); return err },
					"usergroups.users.list": func() error { _, err := w.desk.Members(ctx, "S0NONE"); return err },
					"conversations.replies": func() error { _, _, err := w.desk.Find(ctx, "k", at, time.Now()); return err },
				} {
					tt.fault.Method = method
					w.sim.Fail(tt.fault)
					err := call()
					e, ok := errors.AsType[*adapters.SendError](err)
					if !ok || e.Outcome == conversation.Maybe || e.Reason == "" {
						t.Errorf("%s: %v", method, err)
						continue
					}
					if tt.want == conversation.Later && (e.Reason != tt.reason && e.Reason != conversation.Gone || e.After != tt.after) {
						t.Errorf("%s: %v after %v, want %s after %v", method, err, e.After, tt.reason, tt.after)
					}
					if method != "usergroups.users.list" {
						if err := call(); err != nil {
							t.Errorf("%s again: %v", method, err)
						}
					}
				}
			})
		})
	}
}

func wantError(t *testing.T, err error, outcome conversation.Outcome, reason conversation.Reason, whole bool, after time.Duration) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), "xoxb-") || strings.Contains(err.Error(), "xapp-sim")) {
		t.Errorf("a token in the error %v", err)
	}
	e, ok := errors.AsType[*adapters.SendError](err)
	if !ok || e.Outcome != outcome || e.Reason != reason || e.Whole != whole || e.After != after {
		t.Errorf("error %v (whole %v, after %v), want %s: %s (whole %v, after %v)", err, e != nil && e.Whole, e, outcome, reason, whole, after)
	}
}

func TestSlackOutOfReach(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		_ = w.desk.Close()
		w.net.refuse(errors.New("dial tcp: connection refused"))
		_, err := w.desk.Post(t.Context(), "k", at, adapters.Post{Body: conversation.Plainly("x")})
		wantError(t, err, conversation.Later, conversation.Down, true, 0)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = w.desk.Post(ctx, "k", at, adapters.Post{Body: conversation.Plainly("x")})
		if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Later || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before the call: %v", err)
		}
		w.net.refuse(nil)
		w.sim.Fail(sim.Fault{Method: "chat.postMessage", Kind: sim.HangAfter})
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = w.desk.Post(ctx, "k", at, adapters.Post{Body: conversation.Plainly("x")})
		if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Maybe {
			t.Errorf("cancelled during the call: %v", err)
		}
	})
}

func TestThreadThatIsGone(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		if err := w.sim.Delete(channel, at.TS); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err := w.desk.Post(t.Context(), "k", at, adapters.Post{As: "Jan", Body: conversation.Plainly("x")})
		wantError(t, err, conversation.Refused, conversation.Gone, false, 0)
		if left := w.sim.Messages(channel); len(left) != 0 {
			t.Errorf("left in the channel: %+v", left)
		}
		if _, found, err := w.desk.Find(t.Context(), "k", at, began); found || err != nil {
			t.Errorf("Find: %v %v", found, err)
		}
		wantError(t, w.desk.Render(t.Context(), at, adapters.Card{Title: "x"}), conversation.Refused, conversation.Gone, false, 0)
		if err := w.desk.Delete(t.Context(), at); err != nil {
			t.Errorf("Delete: %v", err)
		}
		if err := w.desk.Mark(t.Context(), at, conversation.Held, conversation.Sent); err != nil {
			t.Errorf("Mark: %v", err)
		}
	})
}

func TestMark(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		ts := w.say(at, "answer")
		on := conversation.Place{Team: at.Team, Channel: channel, TS: ts}
		for _, step := range []struct {
			was, now conversation.Mark
			want     string
		}{
			{"", conversation.Held, "hourglass_flowing_sand"},
			{"", conversation.Held, "hourglass_flowing_sand"},
			{conversation.Held, conversation.Sent, "white_check_mark"},
			{conversation.Held, conversation.Sent, "white_check_mark"},
			{conversation.Sent, conversation.NoMark, ""},
			{conversation.Sent, conversation.NoMark, ""},
			{conversation.NoMark, conversation.NoMark, ""},
		} {
			if err := w.desk.Mark(t.Context(), on, step.was, step.now); err != nil {
				t.Errorf("%+v: %v", step, err)
			}
			m, _ := w.sim.Message(channel, ts)
			var names []string
			for _, r := range m.Reactions {
				names = append(names, r.Name)
			}
			if got := strings.Join(names, " "); got != step.want {
				t.Errorf("%+v: marks %q", step, got)
			}
		}
	})
}

func TestLongPostLosesNothing(t *testing.T) {
	long := strings.Repeat("Een regel van de klant, met émoji 👋🏼 erin.\n", 500)
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		before := w.sim.Calls("chat.postMessage")
		body := conversation.Text{Plain: long, Spans: []conversation.Span{{From: 0, To: len(long), Style: conversation.Bold}}}
		w.sim.Fail(sim.Fault{Method: "chat.postMessage", Kind: sim.DropAfter, Skip: 1})
		var err error
		var place conversation.Receipt
		for range 3 {
			if place, err = w.desk.Post(t.Context(), "long", at, adapters.Post{As: "Jan", Body: body}); err == nil {
				break
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		thread := w.sim.Thread(channel, at.TS)[1:]
		for _, m := range thread {
			all.WriteString(strings.TrimRight(sim.Show(m).Plain, "\n") + "\n")
		}
		if got := strings.TrimSpace(all.String()); got != strings.TrimSpace(long) {
			t.Errorf("%d bytes shown, want %d", len(got), len(long))
		}
		if n := w.sim.Calls("chat.postMessage") - before; n != len(thread) {
			t.Errorf("%d calls for %d messages", n, len(thread))
		}
		found, ok, err := w.desk.Find(t.Context(), "long", at, time.Now())
		if err != nil || !ok || !reflect.DeepEqual(found, place) {
			t.Errorf("Find: %v %v %v, want %v", found, ok, err, place)
		}
		if len(place.Also) != len(thread)-1 {
			t.Errorf("the receipt has %d posts of %d", len(place.Also)+1, len(thread))
		}
	})
}

// The parts of a long post keep to the rate of the channel, and a stop need not wait for the last of them.
// Who calls may say when each further part may go; where it may not, the others stay, and go on from there.
func TestPartsOfALongPostTakeTheirTurn(t *testing.T) {
	const parts = 6
	body := conversation.Plainly(strings.Repeat("x", parts*maxBlockText))
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		turns, left := 0, 2
		ctx := adapters.WithTurn(t.Context(), func() error {
			if turns++; turns > left {
				return context.Canceled
			}
			time.Sleep(time.Minute)
			return nil
		})
		_, err := w.desk.Post(ctx, "k", at, adapters.Post{As: "Jan", Body: body})
		wantError(t, err, conversation.Later, conversation.Lost, false, 0)
		if n := len(w.sim.Thread(channel, at.TS)) - 1; n != 3 {
			t.Errorf("%d parts are shown after two turns, want 3", n)
		}
		began := time.Now()
		turns, left = 0, parts
		if _, err := w.desk.Post(ctx, "k", at, adapters.Post{As: "Jan", Body: body}); err != nil {
			t.Fatal(err)
		}
		if n := len(w.sim.Thread(channel, at.TS)) - 1; n != parts || turns != 2 {
			t.Errorf("%d parts are shown, want %d, and %d turns were taken, want 2", n, parts, turns)
		}
		if took := time.Since(began); took < 2*time.Minute || took > 2*time.Minute+time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestPartsOfALongPostArePaced(t *testing.T) {
	const parts = 6
	body := conversation.Plainly(strings.Repeat("x", parts*maxBlockText))
	for _, tt := range []struct {
		name       string
		rate, most float64 // what we keep to, and what Slack takes
		took       time.Duration
	}{
		{"as Slack wants it", 1, 1, (parts - 1) * time.Second},
		{"faster", 4, 4, (parts - 1) * time.Second / 4},
		{"not at all", 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				w.desk.settings.PostRate = tt.rate
				w.rest(time.Minute)
				w.sim.RateLimit(tt.most, 1)
				began := time.Now()
				if _, err := w.desk.Post(t.Context(), "k", at, adapters.Post{As: "Jan", Body: body}); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took.Round(100*time.Millisecond) != tt.took.Round(100*time.Millisecond) {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if n := len(w.sim.Thread(channel, at.TS)) - 1; n != parts {
					t.Errorf("%d parts shown, want %d", n, parts)
				}
			})
		})
	}
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		_, err := w.desk.Post(ctx, "k", at, adapters.Post{As: "Jan", Body: body})
		wantError(t, err, conversation.Later, conversation.Lost, false, 0)
		if _, err := w.desk.Post(t.Context(), "k", at, adapters.Post{As: "Jan", Body: body}); err != nil {
			t.Fatal(err)
		}
		if n := len(w.sim.Thread(channel, at.TS)) - 1; n != parts {
			t.Errorf("%d parts shown after a stop, want %d", n, parts)
		}
	})
}

func TestDirectAndWhisper(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		place, err := w.desk.Direct(t.Context(), "d1", anna, adapters.Post{As: "Jan", Body: conversation.Plainly("a customer waits")})
		if err != nil {
			t.Fatal(err)
		}
		m, ok := w.sim.Message(w.sim.DM(anna), place.TS)
		if !ok || m.Username != "" || place.Channel != w.sim.DM(anna) {
			t.Errorf("direct message %+v at %v", m, place)
		}
		if err := w.desk.Delete(t.Context(), place); err != nil {
			t.Error(err)
		}
		_, err = w.desk.Direct(t.Context(), "d2", "U0NOBODY", adapters.Post{Body: conversation.Plainly("x")})
		wantError(t, err, conversation.Refused, conversation.Gone, false, 0)
		if err := w.desk.Whisper(t.Context(), at, anna, adapters.Post{Body: conversation.Plainly("not sent"), Buttons: []adapters.Button{{Action: conversation.SendAnyway, Label: "Send anyway", About: at}}}); err != nil {
			t.Fatal(err)
		}
		if got := w.sim.Ephemerals(anna); len(got) != 1 || got[0].ThreadTS != at.TS {
			t.Errorf("whispered %+v", got)
		}
	})
}

func TestMentionsPingAndNothingElseDoes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.sim.AddUserGroup(sim.UserGroup{ID: "S0DUTY", Handle: "duty", Users: []string{anna}})
		at := w.card()
		p := post(t, w, at, adapters.Post{Mention: []string{anna, "S0DUTY", "!here", "C0DESK", ""}, Body: conversation.Plainly("<!channel> waits")})
		m, _ := w.sim.Message(channel, p.TS)
		if got := fmt.Sprint(sim.Show(m).Pings); got != "["+anna+" S0DUTY]" {
			t.Errorf("pings %s", got)
		}
		var meta struct {
			Type    string         `json:"event_type"`
			Payload map[string]any `json:"event_payload"`
		}
		if err := json.Unmarshal(m.Metadata, &meta); err != nil || meta.Type != "webcare_post" || len(meta.Payload) != 1 {
			t.Errorf("metadata %s", m.Metadata)
		}
	})
}

func TestOnePostPerMessage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		before := w.sim.Calls("")
		for range 20 {
			post(t, w, at, adapters.Post{As: "Jan", Body: conversation.Plainly("x")})
		}
		if n := w.sim.Calls("") - before; n != 20 {
			t.Errorf("%d calls for 20 posts", n)
		}
	})
}
