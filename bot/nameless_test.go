package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// Nobody speaks for the company as long as Slack cannot say who they are: what they type waits, and its thread says so.
// When Slack can, it goes its way, and the line goes.
func TestWhileSlackCannotSayWhoTyped(t *testing.T) {
	t.Parallel()
	const line = "⏳ Not sent yet: Slack does not say who typed this. It goes its way as soon as Slack does; if that takes long, tell whoever runs webcare."
	always := func(method string, kind slacksim.Kind, code string) func(w *world) {
		return func(w *world) {
			w.slack.Fail(slacksim.Fault{Method: method, Kind: kind, Code: code, Times: -1, After: 40 * time.Second})
		}
	}
	heal := func(w *world) { w.slack.Heal() }
	again := make(chan struct{}) // closed when it runs again
	for name, c := range map[string]struct {
		staff       []string
		spoil, mend func(w *world)
		most        int // questions in ten minutes
	}{
		"users.info fails":            {nil, always("users.info", slacksim.ServerError, ""), heal, 210},
		"users.info is not allowed":   {nil, func(w *world) { w.slack.MissingScope("users:read") }, func(w *world) { w.slack.GrantScope("users:read") }, 25},
		"users.info must wait":        {nil, always("users.info", slacksim.Busy, ""), heal, 20},
		"the members cannot be asked": {nil, always("conversations.members", slacksim.ServerError, ""), heal, 210},
		"the group cannot be asked":   {[]string{groupDuty}, always("usergroups.users.list", slacksim.ServerError, ""), heal, 340},
		"and a crash": {nil, always("users.info", slacksim.ServerError, ""), func(w *world) {
			w.crash()
			w.slack.Heal()
			w.start()
		}, 210},
		"and a crash in between": {nil, func(w *world) {
			always("users.info", slacksim.ServerError, "")(w)
			go func() {
				defer close(again)
				time.Sleep(5 * time.Minute)
				w.crash()
				w.start()
			}()
		}, func(w *world) {
			<-again
			heal(w)
		}, 210},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, town *town) {
				w.staff = c.staff
				w.end()
				w.start()
				town.write(0)
				time.Sleep(6 * time.Minute) // what was known is too old
				p := &postOffice{t, w, town.people[0], town.roots()[0][0]}
				c.spoil(w)
				questions := w.slack.Calls("users.info") + w.slack.Calls("conversations.members") + w.slack.Calls("usergroups.users.list")
				p.shares("Dag")
				time.Sleep(time.Second)
				p.by("U0GUEST01", "Ook dag")
				time.Sleep(50 * time.Second)
				p.want("at first", p.desk(), []string{"Dag", "Ook dag"})
				time.Sleep(20 * time.Second)
				p.want("after a minute", p.desk(), []string{"Dag ⏳", "Ook dag ⏳", line})
				time.Sleep(7 * time.Minute)
				p.want("after a while", p.desk()[:3], []string{"Dag ⏳", "Ook dag ⏳", line})
				p.want("the phone", p.phone(), nil)
				if n := w.slack.Calls("users.info") + w.slack.Calls("conversations.members") + w.slack.Calls("usergroups.users.list") - questions; n > c.most {
					t.Errorf("Slack was asked %d times, want %d at most", n, c.most)
				}
				if n := strings.Count(w.log.String(), `level=WARN msg="slack cannot say who somebody is`); n > 2 {
					t.Errorf("the log says it %d times", n)
				}
				c.mend(w)
				time.Sleep(time.Minute)
				got := p.desk()
				if slices.Contains(got, line) || !slices.Contains(got, "Dag ✅") || !slices.Contains(got, "Ook dag 🔒") {
					t.Errorf("in the end the thread is %q", got)
				}
				p.want("the phone, in the end", p.phone(), []string{"Dag\n— Sanne"})
			})
		})
	}
}

// by has somebody type in the thread.
func (p *postOffice) by(id, text string) {
	p.Helper()
	if _, err := p.w.slack.Say(slacksim.Saying{User: id, Channel: deskChannel, ThreadTS: p.root, Text: text}); err != nil {
		p.Fatal(err)
	}
}

// While nothing at all goes into Slack, no line is kept for later: when Slack is back, it would be wrong.
func TestNoLineWhenSlackIsBack(t *testing.T) {
	inPostOffice(t, func(p *postOffice) {
		time.Sleep(6 * time.Minute)
		for _, method := range []string{"users.info", "chat.postMessage", "reactions.add"} {
			p.w.slack.Fail(slacksim.Fault{Method: method, Kind: slacksim.ServerError, Times: -1})
		}
		p.shares("Dag")
		time.Sleep(5 * time.Minute)
		p.w.slack.Heal()
		time.Sleep(2 * time.Minute)
		p.want("the thread", p.desk(), []string{"Dag ✅"})
		p.want("the phone", p.phone(), []string{"Dag\n— Sanne"})
	})
}

// Who may not speak, by whatever rule and since whenever, is told why, and nothing of what they type leaves.
func TestOnlyWhoMaySpeakIsHeard(t *testing.T) {
	sanne := slacksim.User{ID: "U0SANNE01", Name: "sanne", RealName: "Sanne Bakker", FirstName: "Sanne"}
	changed := func(change func(u *slacksim.User)) func(w *world) {
		return func(w *world) {
			u := sanne
			change(&u)
			w.slack.AddUser(u)
		}
	}
	stranger := func(u slacksim.User) func(w *world) {
		return func(w *world) {
			u.ID, u.Name, u.RealName, u.TeamID = "U0ELSE001", "else", "Else Anders", "T0OTHER"
			w.slack.AddUser(u)
			_ = w.slack.Join(deskChannel, u.ID)
		}
	}
	for name, c := range map[string]struct {
		staff  []string
		id     string
		before func(w *world) // somebody types, while all that was known before is remembered
		while  func(w *world) // the bot was down when they typed, and this happened before it came back
		why    string         // empty = it leaves
	}{
		"a full member":          {nil, sanne.ID, nil, nil, ""},
		"a guest":                {nil, "U0GUEST01", nil, nil, "guests of this workspace cannot answer customers"},
		"who has become a guest": {nil, sanne.ID, changed(func(u *slacksim.User) { u.UltraRestricted = true }), nil, "guests of this workspace cannot answer customers"},
		"who is a guest no more": {nil, "U0GUEST01", func(w *world) {
			w.slack.AddUser(slacksim.User{ID: "U0GUEST01", Name: "gast", RealName: "Gast Hier", FirstName: "Gast"})
		}, nil, ""},
		"somebody of another company":      {nil, "U0ELSE001", stranger(slacksim.User{Stranger: true}), nil, "people from other companies cannot answer customers"},
		"somebody of another workspace":    {nil, "U0ELSE001", stranger(slacksim.User{}), nil, "people from other companies cannot answer customers"},
		"an app in disguise":               {nil, sanne.ID, changed(func(u *slacksim.User) { u.AppUser = true }), nil, "bots and workflows cannot answer customers"},
		"on the list":                      {[]string{"U0BRAM001", sanne.ID}, sanne.ID, nil, nil, ""},
		"not on the list":                  {[]string{"U0BRAM001"}, sanne.ID, nil, nil, "you are not on the list of people who answer customers"},
		"a guest on the list":              {[]string{"U0GUEST01"}, "U0GUEST01", nil, nil, "guests of this workspace cannot answer customers"},
		"in the group":                     {[]string{groupDuty}, sanne.ID, nil, nil, ""},
		"not in the group":                 {[]string{groupDuty}, "U0LEAD001", nil, nil, "you are not on the list of people who answer customers"},
		"in the group or on the list":      {[]string{groupDuty, "U0LEAD001"}, "U0LEAD001", nil, nil, ""},
		"in a group that is not there":     {[]string{"S0NONE001"}, sanne.ID, nil, nil, "you are not on the list of people who answer customers"},
		"who has left the channel since":   {nil, sanne.ID, nil, func(w *world) { _ = w.slack.Kick(deskChannel, sanne.ID) }, "only those who are in the desk channel"},
		"who has left the workspace since": {nil, sanne.ID, nil, changed(func(u *slacksim.User) { u.Deleted = true }), "people who have left the workspace"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, 1, func(t *testing.T, w *world, town *town) {
				w.staff = c.staff
				w.end()
				w.start()
				town.write(0)
				time.Sleep(2 * time.Second)
				p := &postOffice{t, w, town.people[0], town.roots()[0][0]}
				switch {
				case c.before != nil:
					c.before(w)
					time.Sleep(2 * time.Second) // Slack tells
				case c.while != nil:
					w.end()
				}
				p.by(c.id, "Dag klant")
				if c.while != nil {
					c.while(w)
					w.start()
				}
				time.Sleep(25 * time.Second)
				leaves := c.why == ""
				if want := map[bool]string{true: "Dag klant ✅", false: "Dag klant 🔒"}[leaves]; !slices.Equal(p.desk(), []string{want}) {
					t.Errorf("the thread is %q, want %q", p.desk(), want)
				}
				if got := len(p.phone()); leaves != (got == 1) {
					t.Errorf("the customer got %d messages", got)
				}
				if leaves || c.while != nil { // nobody is there any more to be told
					return
				}
				var told strings.Builder
				for _, m := range w.slack.Ephemerals(c.id) {
					told.WriteString(plain(m))
				}
				if !strings.Contains(told.String(), "🔒 Not sent: "+c.why+".") {
					t.Errorf("they are told %q, want %q", told.String(), c.why)
				}
			})
		})
	}
}
