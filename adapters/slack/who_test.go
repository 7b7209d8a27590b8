package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// TestWhoMaySpeak tries all 2^9 combinations: one wrong flag is enough, and nothing but the right team makes up.
func TestWhoMaySpeak(t *testing.T) {
	flags := []string{"is_bot", "is_app_user", "is_connector_bot", "is_workflow_bot", "is_stranger", "is_restricted", "is_ultra_restricted", "deleted"}
	for mask := range 1 << (len(flags) + 1) {
		u := map[string]any{"id": "U1", "team_id": "T1"}
		for i, f := range flags {
			u[f] = mask&(1<<i) != 0
		}
		if mask&(1<<len(flags)) != 0 {
			u["team_id"] = "T2"
		}
		b, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		p := lenient[account](b).person("T1")
		if p.MaySpeak != (mask == 0) || (p.Why == "") != p.MaySpeak {
			t.Errorf("%s: %+v", b, p)
		}
	}
	if p := lenient[account](json.RawMessage(`{"id":"W1","team_id":"E1","enterprise_user":{"teams":["T9","T1"]}}`)).person("T1"); !p.MaySpeak {
		t.Errorf("a member by the enterprise: %+v", p)
	}
	for _, odd := range []string{`{}`, `[]`, `{"id":"U1","team_id":["T1"]}`, `{"id":"U1","team_id":null}`} {
		if p := lenient[account](json.RawMessage(odd)).person("T1"); p.MaySpeak {
			t.Errorf("%s may speak", odd)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ user, name, initials string }{
		{`{"profile":{"first_name":"Anna","real_name":"Anna de Vries"}}`, "Anna", "AV"},
		{`{"profile":{"first_name":"","display_name":"@ben b","real_name":"Ben Bos"}}`, "ben", "BB"},
		{`{"real_name":"Carla","name":"c"}`, "Carla", "C"},
		{`{"name":"dirk"}`, "dirk", "D"},
		{`{"profile":{"first_name":"Jean Pierre","real_name":"Jean Pierre van den Berg"}}`, "Jean Pierre", "JPB"},
		{`{"profile":{"real_name":"\u202Eanna  (webcare) 't Hart"}}`, "anna", "AH"},
		{`{"profile":{"real_name":"李小龍"}}`, "李小龍", "李"},
		{`{}`, "", ""},
	} {
		p := lenient[account](json.RawMessage(tt.user)).person("T1")
		if p.Name != tt.name || p.Initials != tt.initials {
			t.Errorf("%s: %q %q, want %q %q", tt.user, p.Name, p.Initials, tt.name, tt.initials)
		}
	}
}

// Only an address that anybody can open, without a token, is shown outside.
func TestPhotos(t *testing.T) {
	const good = "https://avatars.slack-edge.com/2024-01-02/123_abc_192.png"
	for _, tt := range []struct{ small, large, want string }{
		{good, "https://avatars.slack-edge.com/large.png", good},
		{"", good, good},
		{"https://files.slack.com/x.png", good, good},
		{"https://secure.gravatar.com/avatar/0.jpg?s=192&d=https%3A%2F%2Fa.slack-edge.com%2Fa.png", "", "https://secure.gravatar.com/avatar/0.jpg?s=192&d=https%3A%2F%2Fa.slack-edge.com%2Fa.png"},
		{"https://A.slack-edge.com/80588/img/ava_0001-192.png", "", "https://A.slack-edge.com/80588/img/ava_0001-192.png"},
		{"http://avatars.slack-edge.com/a.png", "", ""},
		{"https://files.slack.com/files-pri/T1-F1/a.png", "https://example.slack.com/a.png", ""},
		{"https://avatars.slack-edge.com.evil.test/a.png", "https://evil.test/?avatars.slack-edge.com", ""},
		{"https://user:secret@avatars.slack-edge.com/a.png", "https://avatars.slack-edge.com:8443/a.png", ""},
		{"https://avatars.slack-edge.com/a\u202Egnp.exe", "//avatars.slack-edge.com/a.png", ""},
		{good + strings.Repeat("x", 500), "%zz", ""},
		{"", "", ""},
	} {
		if got := photo(tt.small, tt.large); got != tt.want {
			t.Errorf("%q %q: %q, want %q", tt.small, tt.large, got, tt.want)
		}
	}
	p := lenient[account](json.RawMessage(`{"profile":{"image_192":["odd"],"image_original":"` + good + `"}}`)).person("T1")
	if p.Photo != good {
		t.Errorf("read %q", p.Photo)
	}
}

func TestWhoIsRememberedForFiveMinutes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.rest(personAge)
		if _, ok := w.desk.Known(anna); ok {
			t.Error("known before anybody asked")
		}
		asked := w.sim.Calls("users.info")
		for range 3 {
			p, err := w.desk.Who(t.Context(), anna)
			if err != nil || p.Name != "Anna" || p.Initials != "AV" || !p.MaySpeak {
				t.Fatalf("%+v %v", p, err)
			}
		}
		if n := w.sim.Calls("users.info") - asked; n != 1 {
			t.Errorf("asked %d times", n)
		}
		if p, ok := w.desk.Known(anna); !ok || p.Name != "Anna" {
			t.Errorf("known: %+v %v", p, ok)
		}
		w.sim.AddUser(sim.User{ID: anna, Name: "anna", RealName: "Anna de Vries", FirstName: "Anna", Restricted: true})
		w.rest(time.Second)
		if _, ok := w.desk.Known(anna); ok {
			t.Error("still known after user_change")
		}
		if p, err := w.desk.Who(t.Context(), anna); err != nil || p.MaySpeak || p.Why != conversation.Guest {
			t.Errorf("%+v %v", p, err)
		}
		w.rest(personAge)
		if _, ok := w.desk.Known(anna); ok {
			t.Error("still known after five minutes")
		}
		for id, why := range map[string]conversation.Reason{guest: conversation.Guest, "U0NOBODY": conversation.Stranger, "U0SIM": conversation.Robot} {
			if p, err := w.desk.Who(t.Context(), id); err != nil || p.MaySpeak || p.Why != why || p.ID != id {
				t.Errorf("%s: %+v %v", id, p, err)
			}
		}
		calls := w.sim.Calls("users.info")
		if p, err := w.desk.Who(t.Context(), "U0BEN@T0OTHER"); err != nil || p.MaySpeak || p.Why != conversation.Stranger || p.ID != "U0BEN" || w.sim.Calls("users.info") != calls {
			t.Errorf("from another team: %+v %v", p, err)
		}
		w.sim.Fail(sim.Fault{Method: "users.info", Kind: sim.ServerError})
		if p, err := w.desk.Who(t.Context(), "U0BEN"); err == nil || p.MaySpeak {
			t.Errorf("Slack down: %+v %v", p, err)
		}
	})
}

// meantime lets something happen when Slack has answered a call for the first time and we have not read the answer yet.
type meantime struct {
	next   http.RoundTripper
	method string
	once   sync.Once
	then   func()
}

func (m *meantime) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := m.next.RoundTrip(req)
	if strings.HasSuffix(req.URL.Path, m.method) {
		m.once.Do(m.then)
	}
	return resp, err
}

// Who becomes a guest while Slack is being asked who they are may not speak.
func TestWhoChangesWhileAsked(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		demote := func() {
			w.sim.AddUser(sim.User{ID: anna, Name: "anna", RealName: "Anna de Vries", FirstName: "Anna", Restricted: true})
			time.Sleep(time.Second) // user_change comes in
		}
		w.desk.http.Transport = &meantime{next: w.desk.http.Transport, method: "users.info", then: demote}
		w.run() // asks about everybody in the channel, Anna first
		w.rest(2 * time.Second)
		if p, ok := w.desk.Known(anna); !ok || p.Why != conversation.Guest {
			t.Errorf("known %+v %v", p, ok)
		}
		if p, err := w.desk.Who(t.Context(), anna); err != nil || p.Why != conversation.Guest {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestWhatIsForgottenStaysForgotten(t *testing.T) {
	now := time.Now()
	who := conversation.Person{ID: anna, MaySpeak: true}
	for name, tt := range map[string]struct {
		meanwhile func(*people)
		kept      bool
	}{
		"nothing happens":     {func(*people) {}, true},
		"the person changes":  {func(p *people) { p.forget(anna) }, false},
		"somebody else does":  {func(p *people) { p.forget("U0BEN") }, true},
		"the memory was full": {func(p *people) { p.known = map[string]remembered{} }, false},
		"full, and asked again": {func(p *people) {
			p.known = map[string]remembered{}
			p.generation(anna)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var p people
			gen := p.generation(anna)
			tt.meanwhile(&p)
			if kept := p.put(gen, now, who); kept != tt.kept {
				t.Errorf("kept %v, want %v", kept, tt.kept)
			}
			if r, _ := p.get(anna); r.at.IsZero() == tt.kept {
				t.Errorf("remembered %+v", r)
			}
		})
	}
}

// Those in the channel are known soon after the start, and stay known for as long as they are heard of: no answer waits
// for Slack to say who typed it.
func TestWhoIsKnownBeforeItIsNeeded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.rest(time.Second)
		known := func(when string) {
			t.Helper()
			if p, ok := w.desk.Known(anna); !ok || !p.MaySpeak {
				t.Errorf("%s: %+v %v", when, p, ok)
			}
		}
		known("after the start")
		users, members := w.sim.Calls("users.info"), w.sim.Calls("conversations.members")
		w.rest(personAging)
		if w.sim.Calls("users.info") != users || w.sim.Calls("conversations.members") != members {
			t.Error("somebody is asked about whom nobody heard of")
		}
		for i := range 10 {
			for range 5 {
				known(fmt.Sprint("minute ", i))
			}
			w.rest(time.Minute)
		}
		if n, m := w.sim.Calls("users.info")-users, w.sim.Calls("conversations.members")-members; n != 3 || m != 3 {
			t.Errorf("in ten minutes the person was asked about %d times and the channel %d times, want 3", n, m)
		}
		w.sim.Fail(sim.Fault{Method: "users.info", Kind: sim.ServerError, Times: -1})
		w.rest(2 * time.Minute)
		known("while Slack is down")
		w.rest(time.Minute + time.Second)
		if _, ok := w.desk.Known(anna); ok {
			t.Error("what is older than five minutes is believed while Slack is down")
		}
	})
}

func TestMembers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var many []string
		for i := range 30 {
			id := fmt.Sprintf("U0MANY%d", i)
			w.sim.AddUser(sim.User{ID: id})
			many = append(many, id)
		}
		w.sim.AddUserGroup(sim.UserGroup{ID: "S0MANY", Handle: "many", Users: many})
		got, err := w.desk.Members(t.Context(), "S0MANY")
		if err != nil || len(got) != maxMembers || got[0] != "U0MANY0" {
			t.Errorf("%v %v", got, err)
		}
		_, err = w.desk.Members(t.Context(), "S0NONE")
		wantError(t, err, conversation.Refused, conversation.Gone, false, 0)
	})
}

func TestPermalink(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := conversation.Place{Team: "T0SIM", Channel: channel, TS: "1700000000.000100"}
		if got := w.desk.Permalink(at); got != "https://example.slack.com/archives/C0DESK/p1700000000000100" {
			t.Errorf("link %q", got)
		}
		if got := w.desk.Permalink(conversation.Place{}); got != "" {
			t.Errorf("link %q", got)
		}
	})
}

// Only those who are in the channel may speak; it is asked again after five minutes, and when somebody comes or leaves.
func TestOnlyThoseInTheChannelMaySpeak(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		who := func(id string, want conversation.Reason) {
			t.Helper()
			p, err := w.desk.Who(t.Context(), id)
			if err != nil || p.MaySpeak != (want == "") || p.Why != want || p.ID != id {
				t.Errorf("%s: %+v %v, want %q", id, p, err, want)
			}
			if known, ok := w.desk.Known(id); !ok || known != p {
				t.Errorf("%s: known %+v %v", id, known, ok)
			}
		}
		who(anna, "")
		who("U0BEN", conversation.NotHere)
		who(guest, conversation.Guest)
		if n := w.sim.Calls("conversations.members"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		_ = w.sim.Join(channel, "U0BEN")
		w.rest(time.Second)
		who("U0BEN", "")
		_ = w.sim.Kick(channel, anna)
		w.rest(time.Second)
		if p, ok := w.desk.Known(anna); ok {
			t.Errorf("still known after leaving: %+v", p)
		}
		who(anna, conversation.NotHere)
		_ = w.sim.Join(channel, anna)
		w.rest(time.Second)
		w.sim.Fail(sim.Fault{Method: "conversations.members", Kind: sim.ServerError})
		if p, err := w.desk.Who(t.Context(), anna); err == nil || p.MaySpeak {
			t.Errorf("while Slack cannot say who is here: %+v %v", p, err)
		}
		who(anna, "")
		w.rest(personAge)
		if _, ok := w.desk.Known(anna); ok {
			t.Error("still known after five minutes")
		}
		w.sim.AddUser(sim.User{ID: anna, Name: "anna", RealName: "Anna de Vries", Deleted: true})
		w.rest(time.Second)
		who(anna, conversation.Left)
	})
}

// The channel may have more members than one page shows.
func TestManyInTheChannel(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		members := []string{"U0SIM"}
		for i := range 2500 {
			id := fmt.Sprintf("U0MANY%d", i)
			w.sim.AddUser(sim.User{ID: id})
			members = append(members, id)
		}
		w.sim.AddChannel(sim.Channel{ID: channel, Name: "webcare", Members: members})
		for _, id := range []string{"U0MANY0", "U0MANY1500", "U0MANY2499"} {
			if p, err := w.desk.Who(t.Context(), id); err != nil || !p.MaySpeak {
				t.Errorf("%+v %v", p, err)
			}
		}
		if n := w.sim.Calls("conversations.members"); n != 3 {
			t.Errorf("asked %d times", n)
		}
	})
}

// The config may name those who answer, alone or by a user group.
func TestOnlyThoseListedMaySpeak(t *testing.T) {
	for name, tt := range map[string]struct {
		only []string
		anna conversation.Reason
	}{
		"nobody":         {nil, ""},
		"by id":          {[]string{"U0X", anna}, ""},
		"by group":       {[]string{"S0TEAM"}, ""},
		"not":            {[]string{"U0BEN"}, conversation.NotListed},
		"not in a group": {[]string{"S0REST"}, conversation.NotListed},
		"no such group":  {[]string{"S0NONE"}, conversation.NotListed},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
				w.sim.AddUserGroup(sim.UserGroup{ID: "S0TEAM", Handle: "team", Users: []string{anna, "U0BEN"}})
				w.sim.AddUserGroup(sim.UserGroup{ID: "S0REST", Handle: "rest", Users: []string{"U0BEN", guest}})
				w.desk.Staff(tt.only)
				p, err := w.desk.Who(t.Context(), anna)
				if err != nil || p.Why != tt.anna || p.MaySpeak != (tt.anna == "") {
					t.Errorf("%+v %v", p, err)
				}
				if p, err := w.desk.Who(t.Context(), "U0BEN"); err != nil || p.Why != conversation.NotHere {
					t.Errorf("listed, but elsewhere: %+v %v", p, err)
				}
			})
		})
	}
}

// Of whom Slack knows nothing, that is known; it holds up nobody.
func TestWhoIsUnknown(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, code := range []string{"users_not_found", "user_is_odd"} {
			w.sim.Fail(sim.Fault{Method: "users.info", Kind: sim.Refuse, Code: code})
			if p, err := w.desk.Who(t.Context(), "U0X"+code); err != nil || p.MaySpeak || p.Why != conversation.Unknown {
				t.Errorf("%s: %+v %v", code, p, err)
			}
		}
	})
}
