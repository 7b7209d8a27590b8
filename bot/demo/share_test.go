package demo

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// marksOn are the reactions on a message of the channel, with who gave them.
func (w *world) marksOn(ts string) map[string][]string {
	w.t.Helper()
	for _, p := range w.desk().Roots {
		if p.TS == ts {
			all := map[string][]string{}
			for _, m := range p.Marks {
				all[m.Name] = m.By
			}
			return all
		}
	}
	w.t.Fatalf("no message %s", ts)
	return nil
}

// TestReact holds that everybody gives and takes away their own.
func TestReact(t *testing.T) {
	w := newWorld(t)
	ts := w.say("U0SANNE", "", "a root")
	w.must(w.act("react", "by", "U0SANNE", "ts", ts, "name", "eyes", "on", "true"))
	w.must(w.act("react", "by", "U0BRAM", "ts", ts, "name", "eyes", "on", "true"))
	w.must(w.act("react", "by", "U0BRAM", "ts", ts, "name", "white_check_mark", "on", "true"))
	if got := w.marksOn(ts); !slices.Equal(got["eyes"], []string{"U0SANNE", "U0BRAM"}) || !slices.Equal(got["white_check_mark"], []string{"U0BRAM"}) {
		t.Errorf("the reactions are %v", got)
	}
	w.must(w.act("react", "by", "U0SANNE", "ts", ts, "name", "eyes", "on", "false"))
	if got := w.marksOn(ts); !slices.Equal(got["eyes"], []string{"U0BRAM"}) {
		t.Errorf("the reactions are %v", got)
	}
}

func TestShareRefuses(t *testing.T) {
	w := newWorld(t)
	ts := w.say("U0SANNE", "", "mine")
	on := func(more ...string) []string {
		return append([]string{"by", "U0SANNE", "channel", deskChannel, "ts", ts}, more...)
	}
	for _, c := range []struct {
		act    string
		fields []string
		want   string
	}{
		{"press", on("action", "claim"), "nobody hears"},
		{"choose", on("action", "snooze", "value", "1h"), "nobody hears"},
		{"slash", on(), "nobody hears"},
		{"shortcut", on("name", "hand_over"), "nobody hears"},
		{"shortcut", on("name", "save_ready"), "nobody hears"},
		{"shortcut", on("name", "anything"), "no shortcut"},
		{"shortcut", on(), "no shortcut"},
		{"react", on("name", "tada", "on", "true"), "no reaction"},
		{"react", on("name", "eyes", "on", "false"), "no_reaction"},
		{"react", []string{"by", "U0SANNE", "ts", "1.0", "name", "eyes", "on", "true"}, "no message"},
		{"rest", []string{"by", "U0NOBODY", "on", "true"}, "no such person"},
		{"rest", []string{"on", "true"}, "no such person"},
	} {
		if said := w.act(c.act, c.fields...); !strings.Contains(said, c.want) {
			t.Errorf("%s %q: %q, want %q", c.act, c.fields, said, c.want)
		}
	}
}

// resting are those whom the page shows as not to be disturbed.
func (w *world) resting() (all []string) {
	for _, p := range w.desk().Staff {
		if p.Rests > 0 {
			all = append(all, p.ID)
		}
	}
	return all
}

// TestRest holds that Slack says what the page says, until it is over, and that the page is told then.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		says := func(want string) {
			t.Helper()
			rec := w.ask("POST", "/slack/api/dnd.info?"+url.Values{"user": {"U0BRAM"}, "token": {w.secrets.slackBot}}.Encode(), nil)
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("Slack says %s, want %s", rec.Body, want)
			}
		}
		w.must(w.act("rest", "by", "U0BRAM", "on", "true"))
		says(`"dnd_enabled":true`)
		rung := w.bell.next()
		time.Sleep(restFor - time.Second)
		if got := w.resting(); !slices.Equal(got, []string{"U0BRAM"}) {
			t.Errorf("%v rest, want Bram", got)
		}
		time.Sleep(2 * time.Second)
		select {
		case <-rung:
		default:
			t.Error("the page is not told that it is over")
		}
		if got := w.resting(); len(got) > 0 {
			t.Errorf("%v still rest", got)
		}
		w.must(w.act("rest", "by", "U0BRAM", "on", "true"))
		w.must(w.act("rest", "by", "U0BRAM", "on", "false"))
		says(`"dnd_enabled":false`)
		if got := w.resting(); len(got) > 0 {
			t.Errorf("%v rest", got)
		}
		time.Sleep(2 * restFor)
	})
}

// TestRoles holds that the page tells who leads and who is a guest.
func TestRoles(t *testing.T) {
	roles := map[string]string{}
	for _, p := range newWorld(t).desk().Staff {
		roles[p.Name] = p.Role
	}
	if roles["Fatima"] != "lead" || roles["Gast"] != "guest" || roles["Sanne"] != "" || roles["Bram"] != "" {
		t.Errorf("the roles are %v", roles)
	}
}
