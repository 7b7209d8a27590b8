package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

func TestHearsStaff(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		ts := w.say(at, "Hoi *Jan*, kijk op https://example.com 👋")
		w.rest(0)
		in := w.box.last()
		wrote, ok := in.Event.(conversation.Wrote)
		if !ok || in.ID != "m/"+channel+"/"+ts || in.By != anna || in.Thread != at {
			t.Fatalf("heard %+v", in)
		}
		if want := (conversation.Place{Team: "T0SIM", Channel: channel, TS: ts}); wrote.At != want || !wrote.Written.Equal(timeOf(ts)) {
			t.Errorf("at %v (%v), want %v", wrote.At, wrote.Written, want)
		}
		if got := wrote.Message.Text; got.Plain != "Hoi Jan, kijk op https://example.com 👋" || len(got.Spans) != 2 {
			t.Errorf("text %+v", got)
		}
		if w.sim.Pending() != 0 {
			t.Errorf("%d events are not acknowledged", w.sim.Pending())
		}
	})
}

func TestHearsOnlySpeechInThreads(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.sim.AddChannel(sim.Channel{ID: "C0OTHER", Name: "other", Members: []string{anna, "U0SIM"}})
		say := func(s sim.Saying) {
			t.Helper()
			if _, err := w.sim.Say(s); err != nil {
				t.Fatal(err)
			}
		}
		say(sim.Saying{User: anna, Channel: channel, Text: "not in a thread"})
		say(sim.Saying{User: anna, Channel: channel, ThreadTS: at.TS, Text: "me", Subtype: "me_message"})
		say(sim.Saying{User: anna, Channel: "C0OTHER", Text: "another channel"})
		say(sim.Saying{User: anna, Channel: channel, ThreadTS: at.TS, Text: "also to the channel", Broadcast: true})
		say(sim.Saying{User: anna, Channel: channel, ThreadTS: at.TS, Files: []sim.Upload{{Name: "bon.png", Mimetype: "image/png", Content: []byte("png")}}})
		ts := w.say(at, "old")
		if err := w.sim.Edit(anna, channel, ts, "new"); err != nil {
			t.Fatal(err)
		}
		if err := w.sim.Join(channel, "U0BEN"); err != nil {
			t.Fatal(err)
		}
		post(t, w, at, adapters.Post{As: "Jan", Body: conversation.Plainly("echo under a name")})
		post(t, w, at, adapters.Post{Body: conversation.Plainly("echo as ourselves")})
		w.rest(0)
		w.wantSaid("also to the channel", "", "old")
		for _, in := range w.box.heard {
			if wrote, is := in.Event.(conversation.Wrote); is && len(wrote.Message.Files) == 1 {
				f := wrote.Message.Files[0]
				if f.Name != "bon.png" || f.Kind != conversation.Photo || f.Size != 3 || f.Type != "image/png" {
					t.Errorf("file %+v", f)
				}
			}
		}
		if w.sim.Pending() != 0 {
			t.Errorf("%d events are not acknowledged", w.sim.Pending())
		}
	})
}

// An edit and a deletion by a person are events; what else Slack sends in the same shape is none.
func TestHearsWhatIsChanged(t *testing.T) {
	said := `{"type":"message","user":"U0ANNA","text":"old","ts":"1700000000.000100","thread_ts":"1700000000.000001"}`
	now := func(more string) string {
		return strings.TrimSuffix(strings.Replace(said, "old", "new", 1), "}") + more + "}"
	}
	changed := func(message, previous string) string {
		return `{"type":"message","subtype":"message_changed","hidden":true,"channel":"C0DESK","ts":"1700000009.000200","message":` + message + `,"previous_message":` + previous + `}`
	}
	deleted := func(previous string) string {
		return `{"type":"message","subtype":"message_deleted","hidden":true,"channel":"C0DESK","ts":"1700000009.000200","deleted_ts":"1700000000.000100","previous_message":` + previous + `}`
	}
	const edit = `,"edited":{"user":"U0ANNA","ts":"1700000005.000000"}`
	for name, c := range map[string]struct{ event, want string }{
		"an edit":                            {changed(now(edit), said), "e/m/C0DESK/1700000000.000100/1700000005.000000/11507a0e2f5e"},
		"an edit without the message before": {changed(now(edit), `null`), "e/m/C0DESK/1700000000.000100/1700000005.000000/11507a0e2f5e"},
		"a second edit":                      {changed(now(`,"edited":{"ts":"1700000007.000000"}`), now(edit)), "e/m/C0DESK/1700000000.000100/1700000007.000000/11507a0e2f5e"},
		"a second edit within a second":      {changed(now(edit), strings.Replace(now(edit), "new", "newer", 1)), "e/m/C0DESK/1700000000.000100/1700000005.000000/11507a0e2f5e"},
		"a preview of a link":                {changed(now(`,"attachments":[{"from_url":"https://a.b"}]`), said), ""},
		"a preview after an edit":            {changed(now(edit+`,"attachments":[{"from_url":"https://a.b"}]`), now(edit)), ""},
		"a count of replies":                 {changed(now(`,"reply_count":2`), said), ""},
		"a locale":                           {changed(now(`,"language":{"locale":"nl"}`), said), ""},
		"a tombstone":                        {changed(now(`,"subtype":"tombstone"`+edit), said), ""},
		"an edit by a bot":                   {changed(now(`,"bot_id":"B1"`+edit), said), ""},
		"an edit outside of a thread":        {changed(`{"type":"message","user":"U0ANNA","text":"x","ts":"1700000000.000100"`+edit+`}`, said), ""},
		"nothing":                            {changed(`null`, `null`), ""},
		"a deletion":                         {deleted(said), "d/m/C0DESK/1700000000.000100"},
		"a deletion of a bot's":              {deleted(now(`,"bot_id":"B1"`)), ""},
		"a deletion of who knows what":       {deleted(`null`), "d/m/C0DESK/1700000000.000100 somewhere"},
		"a deletion with little else":        {deleted(`{"type":"message","text":"old"}`), "d/m/C0DESK/1700000000.000100 somewhere"},
		"a deletion with something else":     {deleted(strings.Replace(said, "000100", "000200", 1)), "d/m/C0DESK/1700000000.000100 somewhere"},
		"a deletion of nothing":              {strings.Replace(deleted(`null`), "1700000000.000100", "", 1), ""},
		"a deletion in another channel":      {strings.Replace(deleted(`null`), "C0DESK", "C0OTHER", 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Desk{log: slog.New(slog.DiscardHandler)}
			h := &home{team: "T1", channel: "C0DESK", botUser: "U0SIM"}
			m, ok := readMessage([]byte(c.event))
			heard, _ := d.event(h, m)
			var got strings.Builder
			for _, in := range heard {
				got.WriteString(in.ID)
				if e, is := in.Event.(conversation.Unwrote); is && (e.At != conversation.Place{Team: "T1", Channel: "C0DESK", TS: "1700000000.000100"} || e.Of != "m/C0DESK/1700000000.000100" || e.Deleted.Unix() != 1700000009) {
					t.Errorf("heard %+v", in)
				}
				if in.Thread.IsZero() {
					got.WriteString(" somewhere")
				} else if in.Thread.TS != "1700000000.000001" {
					t.Errorf("in the thread %+v", in.Thread)
				}
				if e, is := in.Event.(conversation.Rewrote); is && (e.Message.Text.Plain != "new" || in.By != "U0ANNA" || e.At.TS != "1700000000.000100" || e.Of != "m/C0DESK/1700000000.000100" || e.Edited.IsZero()) {
					t.Errorf("heard %+v", in)
				}
			}
			if !ok || got.String() != c.want {
				t.Errorf("heard %q, want %q", got.String(), c.want)
			}
		})
	}
}

func post(t *testing.T, w *world, at conversation.Place, p adapters.Post) conversation.Place {
	t.Helper()
	place, err := w.desk.Post(t.Context(), fmt.Sprint("k", time.Now().UnixNano(), p.Body.Plain), at, p)
	if err != nil {
		t.Fatal(err)
	}
	return place.Place
}

func TestHearsButtons(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		about := conversation.Place{Team: "T0SIM", Channel: channel, TS: "1.000002"}
		on := post(t, w, at, adapters.Post{Body: conversation.Plainly("not sure"), Buttons: []adapters.Button{
			{Action: conversation.SendAgain, Label: "Send again", About: about, Style: "primary"},
			{Action: conversation.ItIsThere, Label: "It is there", About: about},
			{Label: "Open", URL: "https://example.com/x"},
		}})
		if err := w.sim.Press(guest, channel, on.TS, "send_again"); err != nil {
			t.Fatal(err)
		}
		w.rest(0)
		in := w.box.last()
		if p, ok := in.Event.(conversation.Pressed); !ok || p.Action != conversation.SendAgain || p.About != about || p.At.IsZero() || in.By != guest || in.Thread != at {
			t.Errorf("heard %+v", in)
		}
		if w.sim.Pending() != 0 || w.sim.Unanswered() != 0 {
			t.Errorf("pending %d, unanswered %d", w.sim.Pending(), w.sim.Unanswered())
		}
	})
}

func TestHearsThatTheCardIsGone(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		quiet, busy, root := w.card(), w.card(), ""
		w.say(busy, "a reply")
		root, err := w.sim.Say(sim.Saying{User: anna, Channel: channel, Text: "somebody's own"})
		if err != nil {
			t.Fatal(err)
		}
		reply := post(t, w, busy, adapters.Post{Body: conversation.Plainly("x")})
		for _, ts := range []string{reply.TS, quiet.TS, busy.TS, root} {
			if err := w.sim.Delete(channel, ts); err != nil {
				t.Fatal(err)
			}
		}
		w.rest(0)
		w.wantSaid("a reply", "gone "+quiet.TS, "gone "+busy.TS)
	})
}

func TestAcknowledgesOnlyWhatIsStored(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.rest(time.Second)
		w.box.setFail(true)
		w.say(at, "kept")
		w.rest(2 * time.Second)
		if w.sim.Pending() == 0 {
			t.Error("acknowledged although nothing was stored")
		}
		w.box.setFail(false)
		w.rest(time.Minute)
		w.wantSaid("kept")
		if w.sim.Pending() != 0 {
			t.Errorf("%d events are not acknowledged", w.sim.Pending())
		}
	})
}

func TestBacklogCostsFewDelivers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.box.setFail(true)
		for i := range 100 {
			w.say(at, fmt.Sprint(i))
		}
		w.rest(time.Second)
		before := w.box.delivers
		w.box.setFail(false)
		w.rest(10 * time.Second)
		if got := len(w.box.said()); got != 100 {
			t.Errorf("heard %d of 100", got)
		}
		if n := w.box.delivers - before; n > 10 {
			t.Errorf("%d delivers for one backlog", n)
		}
	})
}

func TestSameIDAtEachDelivery(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		w.sim.Duplicate(2)
		w.say(at, "twice")
		w.sim.HoldAcks(true)
		w.say(at, "redelivered")
		w.rest(2 * time.Minute)
		w.sim.HoldAcks(false)
		w.sim.Reorder(2)
		w.say(at, "a")
		w.say(at, "b")
		w.rest(10 * time.Minute)
		if got := w.box.said(); len(got) != 4 {
			t.Errorf("heard %q", got)
		}
	})
}

func TestEventsThatAreOdd(t *testing.T) {
	said := func(more string) string {
		return `{"type":"message","channel":"C0DESK","user":"U0ANNA","team":"T0SIM","ts":"946684900.000100","thread_ts":"ROOT","text":"odd"` + more + `}`
	}
	for _, tt := range []struct{ name, inner, want string }{
		{"metadata with a list", said(`,"metadata":{"event_type":"x","event_payload":[]}`), "odd"},
		{"a file with strings for numbers", said(`,"files":[{"id":"F1","original_w":"12","size":"3.5"}],"subtype":"file_share"`), "odd"},
		{"an attachment with an odd id", said(`,"attachments":[{"id":"x"}]`), "odd"},
		{"a block with a bad element", said(`,"blocks":[{"type":"input","element":{"type":7}}]`), "odd"},
		{"an inner event of an unknown type", `{"type":"moon_landed","moon":1}`, ""},
		{"a channel that is an object", `{"type":"channel_rename","channel":{"id":"C0DESK","name":"x","created":"y"}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				var inner map[string]any
				if err := json.Unmarshal([]byte(strings.ReplaceAll(tt.inner, "ROOT", at.TS)), &inner); err != nil {
					t.Fatal(err)
				}
				w.sim.SendEvent(inner)
				w.say(at, "next")
				w.rest(time.Second)
				if tt.want == "" {
					w.wantSaid("next")
				} else {
					w.wantSaid(tt.want, "next")
				}
				if w.sim.Pending() != 0 {
					t.Errorf("%d events are not acknowledged", w.sim.Pending())
				}
			})
		})
	}
}

func TestFramesThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct{ name, frame, want string }{
		{"an inner event that is no object", `{"envelope_id":"e","type":"events_api","payload":{"type":"event_callback","event":[1]}}`, "Slack events_api"},
		{"a payload that is no object", `{"envelope_id":"e","type":"events_api","payload":7}`, "Slack events_api"},
		{"an unknown type of envelope", `{"envelope_id":"e","type":"telepathy","payload":{}}`, "Slack telepathy"},
		{"an interaction of an odd shape", `{"envelope_id":"e","type":"interactive","payload":{"type":"block_actions","actions":{}}}`, "Slack interactive"},
		{"no JSON", `{"envelope_id":`, ""},
		{"JSON but no object", `"hello"`, "Slack"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				if err := w.sim.SendRaw([]byte(tt.frame)); err != nil {
					t.Fatal(err)
				}
				w.rest(time.Second)
				in := w.box.last()
				if e, ok := in.Event.(conversation.Unreadable); tt.want != "" && (!ok || strings.TrimSpace(e.What) != tt.want || len(in.Raw) == 0 || in.ID != e.RawID) {
					t.Errorf("heard %+v, want it unreadable as %q with its bytes", in, tt.want)
				}
				w.say(at, "next")
				w.rest(time.Second)
				if got := w.box.said(); len(got) == 0 || got[len(got)-1] != "next" {
					t.Errorf("the next message did not come through: %q", got)
				}
			})
		})
	}
}

func TestStartsWithoutADesk(t *testing.T) {
	for _, tt := range []struct {
		name, channel string
		break_        func(*sim.Sim)
		want          string
	}{
		{"archived", channel, func(s *sim.Sim) { _ = s.Archive(channel, true) }, "archived"},
		{"shared", channel, func(s *sim.Sim) { _ = s.Share(channel, true) }, "outside the company"},
		{"not in it", channel, func(s *sim.Sim) { _ = s.Kick(channel, "U0SIM") }, "/invite @webcare"},
		{"no such name", "#nowhere", func(*sim.Sim) {}, "no channel #nowhere"},
		{"no such id", "C0NOWHERE", func(*sim.Sim) {}, "desk channel is not there"},
		{"dead token", channel, func(s *sim.Sim) { s.RevokeToken("account_inactive") }, "bot_token"},
		{"missing scope", channel, func(s *sim.Sim) { s.MissingScope("channels:read") }, "scope"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
				w.desk = w.make(tt.channel)
				tt.break_(w.sim)
				err := w.desk.Run(t.Context(), w.box)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want one with %q", err, tt.want)
				}
				if trouble := w.box.trouble(); trouble == nil || !strings.Contains(err.Error(), trouble.Error()) {
					t.Errorf("trouble %v, error %v", trouble, err)
				}
				if _, err := w.desk.Open(t.Context(), "k", adapters.Card{Title: "x"}); err == nil {
					t.Error("Open goes through")
				} else if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Later || !e.Whole {
					t.Errorf("Open: %v", err)
				}
			})
		})
	}
}

// The line to type names the bot as it is called in this workspace.
func TestInvitesTheBotByItsName(t *testing.T) {
	inWorldWith(t, sim.Options{App: sim.App{Name: "klanten"}}, func(t *testing.T, w *world) {
		w.desk = w.make("#nowhere")
		if err := w.desk.Run(t.Context(), w.box); err == nil || !strings.HasSuffix(err.Error(), "/invite @klanten") {
			t.Errorf("error %v", err)
		}
	})
}

// A start while Slack is down is no fault: the desk comes up as soon as Slack does.
func TestStartsWhileSlackIsDown(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		w.sim.Down(true)
		w.run()
		w.rest(10 * time.Minute)
		if err := w.box.trouble(); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("trouble %v", err)
		}
		w.sim.Down(false)
		w.rest(4 * time.Second)
		if err := w.box.trouble(); err != nil || w.sim.Sockets() != sockets {
			t.Errorf("trouble %v, %d sockets", err, w.sim.Sockets())
		}
		w.say(w.card(), "up")
		w.rest(time.Second)
		w.wantSaid("up")
	})
}

// Trouble that only a post can show ends with a post that succeeds, and does not come and go until then.
func TestTroubleWithPosting(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		for _, code := range []string{"restricted_action", "missing_scope", "not_in_channel"} {
			w.sim.Fail(sim.Fault{Method: "chat.postMessage", Kind: sim.Refuse, Code: code})
			if _, err := w.desk.Post(t.Context(), code, at, adapters.Post{Body: conversation.Plainly("x")}); err == nil {
				t.Fatal("posted")
			}
			if err := w.box.trouble(); err == nil || !strings.Contains(err.Error(), code) {
				t.Errorf("%s: trouble %v", code, err)
			}
			w.rest(5 * time.Minute)
			if over := w.box.trouble() == nil; over != (code == "not_in_channel") {
				t.Errorf("%s: over without a post: %v", code, over)
			}
			post(t, w, at, adapters.Post{Body: conversation.Plainly("y")})
			if err := w.box.trouble(); err != nil {
				t.Errorf("%s: trouble goes on: %v", code, err)
			}
		}
	})
}

func TestThreadOfAnotherChannel(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		old := conversation.Place{Team: "T0SIM", Channel: "C0OLD", TS: "900000000.000100"}
		before := w.sim.Calls("")
		_, err := w.desk.Post(t.Context(), "k", old, adapters.Post{Body: conversation.Plainly("x")})
		wantError(t, err, conversation.Refused, conversation.Gone, false, 0)
		_, err = w.desk.Upload(t.Context(), old, []adapters.Attachment{attach("a", "a", 1)}, "", func(string) error { return nil })
		wantError(t, err, conversation.Refused, conversation.Gone, false, 0)
		if n := w.sim.Calls("") - before; n != 0 {
			t.Errorf("%d calls", n)
		}
	})
}

func FuzzHear(f *testing.F) {
	for _, s := range []string{
		`{"envelope_id":"e","type":"events_api","payload":{"team_id":"T1","event":{"type":"message","channel":"C0DESK","user":"U1","ts":"2.1","thread_ts":"1.1","text":"x"}}}`,
		`{"envelope_id":"e","type":"events_api","payload":{"event":{"type":"message","subtype":"message_deleted","channel":"C0DESK","deleted_ts":"1.1","previous_message":{"user":"U0SIM","ts":"1.1"}}}}`,
		`{"envelope_id":"e","type":"events_api","payload":{"event":{"type":"message","subtype":"message_deleted","channel":"C0DESK","deleted_ts":"1.1","ts":"2.1"}}}`,
		`{"envelope_id":"e","type":"events_api","payload":{"event":{"type":"message","subtype":"message_changed","channel":"C0DESK","message":{"subtype":"tombstone","ts":"1.1"}}}}`,
		`{"envelope_id":"e","type":"interactive","payload":{"type":"block_actions","user":{"id":"U1"},"channel":{"id":"C0DESK"},"container":{"message_ts":"2.2","thread_ts":"1.1"},"actions":[{"action_id":"claim","value":"a/b/c","action_ts":"3.3"}]}}`,
		`{"envelope_id":"e","type":"events_api","payload":{"event":{"type":"channel_archive","channel":"C0DESK"}}}`,
		`{"type":"hello"}`, `7`, `{"type":"events_api","payload":null}`,
	} {
		f.Add([]byte(s))
	}
	s := NewSettings()
	s.BotToken, s.AppToken, s.Channel = adapters.NewSecret("xoxb-1"), adapters.NewSecret("xapp-1"), channel
	d, err := New(s, adapters.Env{})
	if err != nil {
		f.Fatal(err)
	}
	h := &home{team: "T1", url: teamURL, botUser: "U0SIM", botID: "B0SIM", channel: channel}
	f.Fuzz(func(t *testing.T, raw []byte) {
		heard, _ := d.hear(h, envelope{frame: lenient[frame](raw), raw: raw})
		for _, in := range heard {
			_, odd := in.Event.(conversation.Unreadable)
			if e, is := in.Event.(conversation.Unwrote); is && in.Thread.IsZero() { // it may have stood anywhere
				in.Thread = e.At
			}
			if in.ID == "" || in.Event == nil || (!odd && (in.Thread.Team != "T1" || in.Thread.TS == "" && in.By == "")) || (odd && len(in.Raw) != len(raw)) {
				t.Errorf("incomplete: %+v", in)
			}
		}
	})
}

func TestFindsTheChannelByName(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		for i := range 1200 {
			w.sim.AddChannel(sim.Channel{Name: fmt.Sprintf("a%04d", i)})
		}
		w.desk = w.make("#webcare")
		if at := w.card(); at.Channel != channel {
			t.Errorf("opened at %v", at)
		}
	})
}

func TestTroubleWhileRunning(t *testing.T) {
	for _, tt := range []struct {
		name         string
		break_, mend func(*sim.Sim)
		want         string
	}{
		{"kicked", func(s *sim.Sim) { _ = s.Kick(channel, "U0SIM") }, func(s *sim.Sim) { _ = s.Join(channel, "U0SIM") }, "/invite @webcare"},
		{"archived", func(s *sim.Sim) { _ = s.Archive(channel, true) }, func(s *sim.Sim) { _ = s.Archive(channel, false) }, "archived"},
		{"shared", func(s *sim.Sim) { _ = s.Share(channel, true) }, func(s *sim.Sim) { _ = s.Share(channel, false) }, "outside the company"},
		{"revoked", func(s *sim.Sim) { s.RevokeToken("") }, func(s *sim.Sim) { s.RestoreToken() }, "token"},
		{"link disabled", func(s *sim.Sim) { s.Disconnect("link_disabled") }, func(s *sim.Sim) { s.EnableLink() }, "Socket Mode"},
		{"down", func(s *sim.Sim) { s.Down(true) }, func(s *sim.Sim) { s.Down(false) }, "cannot be reached"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				w.rest(10 * time.Second)
				tt.break_(w.sim)
				w.rest(20 * time.Second)
				if err := w.box.trouble(); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("trouble %v, want %q", err, tt.want)
				}
				before := w.sim.Calls("")
				w.rest(time.Minute)
				if n := w.sim.Calls("") - before; n > 250 {
					t.Errorf("%d calls in a minute", n)
				}
				tt.mend(w.sim)
				w.rest(35 * time.Second)
				if err := w.box.trouble(); err != nil {
					t.Errorf("trouble goes on: %v", err)
				}
				w.say(at, "again")
				w.rest(time.Second)
				w.wantSaid("again")
			})
		})
	}
}
