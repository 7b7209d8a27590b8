package demo

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestCustomerActs plays a customer by the page's own requests.
func TestCustomerActs(t *testing.T) {
	w := newWorld(t)
	w.must(w.act("customer", "name", "Kiki van Test"))
	w.must(w.act("customer", "name", ""))
	phones := w.phones()
	if len(phones) != 3 || phones[1].Name != "Kiki van Test" || phones[2].Name != customerNames()[2] {
		t.Fatalf("phones %+v", phones)
	}
	id := phones[1].ID
	w.must(w.act("write", "phone", id, "text", "  Hi <b>there</b> https://example.com/x  "))
	w.must(w.act("picture", "phone", id, "text", "look"))
	w.must(w.actWith("picture", []byte("a letter"), "letter.txt", "phone", id))
	w.must(w.act("block", "phone", id, "on", "true"))
	p := w.phones()[1]
	if !p.Blocked || len(p.Said) != 3 {
		t.Fatalf("the phone is %+v", p)
	}
	if words := p.Said[0].Text; words[0].Text != "Hi <b>there</b> " || words[1].Link != "https://example.com/x" {
		t.Errorf("said %+v", words)
	}
	if pic := p.Said[1]; pic.File == nil || !pic.File.Picture || pic.Plain != "look" {
		t.Errorf("the picture is %+v", pic)
	}
	if doc := p.Said[2]; doc.File == nil || doc.File.Picture || doc.File.Name != "letter.txt" {
		t.Errorf("the letter is %+v", doc)
	}
	w.must(w.act("block", "phone", id, "on", "false"))
	w.must(w.act("reword", "phone", id, "id", "1", "text", "Hello"))
	if p = w.phones()[1]; p.Blocked || !p.Said[0].Edited || p.Said[0].Plain != "Hello" {
		t.Errorf("afterwards %+v", p)
	}
	if w.telegram.Pending() == 0 {
		t.Error("the bot hears nothing of it")
	}
}

func TestActsRefuse(t *testing.T) {
	w := newWorld(t)
	id := w.phones()[0].ID
	ts := w.say("U0SANNE", "", "mine")
	for _, c := range []struct {
		name, act string
		fields    []string
		want      string
	}{
		{"no phone", "write", []string{"phone", "1", "text", "x"}, "no such phone"},
		{"nothing", "write", []string{"phone", id, "text", " \n"}, "nothing written"},
		{"a novel", "write", []string{"phone", id, "text", strings.Repeat("é", maxText+1)}, "at most"},
		{"a long name", "customer", []string{"name", strings.Repeat("x", 61)}, "at most"},
		{"no message", "reword", []string{"phone", id, "id", "99", "text", "x"}, "cannot be edited"},
		{"no number", "reword", []string{"phone", id, "id", "x", "text", "x"}, "cannot be edited"},
		{"a stranger", "say", []string{"by", "U0NOBODY", "text", "x"}, "no user"},
		{"no thread", "say", []string{"by", "U0SANNE", "thread", "1.000001", "text", "x"}, "no thread"},
		{"an empty answer", "say", []string{"by", "U0SANNE", "text", ""}, "nothing written"},
		{"another's message", "remove", []string{"by", "U0BRAM", "ts", ts}, "your own"},
		{"another's words", "change", []string{"by", "U0BRAM", "ts", ts, "text", "x"}, "did not write that"},
		{"no button", "press", []string{"by", "U0SANNE", "channel", deskChannel, "ts", ts, "action", "claim"}, "nobody hears"},
		{"no lever", "lever", []string{"name", "gravity", "on", "true"}, "no lever"},
		{"no act", "fly", nil, "no such act"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if said := w.act(c.act, c.fields...); !strings.Contains(said, c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
		})
	}
	for range maxCustomers {
		w.act("customer", "name", "")
	}
	if n := len(w.phones()); n != maxCustomers {
		t.Errorf("%d customers, want %d", n, maxCustomers)
	}
	if said := w.actWith("picture", bytes.Repeat([]byte("x"), maxUpload+2<<20), "big.bin", "phone", id); !strings.Contains(said, "too big") {
		t.Errorf("a file that is too big: %q", said)
	}
}

// say posts as staff and returns the ts.
func (w *world) say(by, thread, text string, more ...string) string {
	w.t.Helper()
	w.must(w.act("say", append([]string{"by", by, "thread", thread, "text", text}, more...)...))
	all := w.slack.Messages(deskChannel)
	if thread != "" {
		all = w.slack.Thread(deskChannel, thread)
	}
	return all[len(all)-1].TS
}

// TestStaffActs plays staff by the page's own requests.
func TestStaffActs(t *testing.T) {
	w := newWorld(t)
	root := w.say("U0SANNE", "", "a root")
	w.say("U0BRAM", root, "look, @sanne and @webcare-on-duty: a@fatima.example", "also", "true")
	w.must(w.actWith("say", []byte("x"), "note.txt", "by", "U0GAST", "thread", root, "text", ""))
	mine := w.say("U0FATIMA", root, "one *two*")
	w.must(w.act("change", "by", "U0FATIMA", "ts", mine, "text", "three"))
	gone := w.say("U0FATIMA", root, "never mind")
	w.must(w.act("remove", "by", "U0FATIMA", "ts", gone))
	if err := w.slack.React("U0BRAM", deskChannel, mine, "white_check_mark"); err != nil {
		t.Fatal(err)
	}
	d := w.desk()
	at := slices.IndexFunc(d.Roots, func(p post) bool { return p.TS == root })
	if at < 0 || len(d.Roots[at].Replies) != 3 {
		t.Fatalf("roots %+v", d.Roots)
	}
	first, file, changed := d.Roots[at].Replies[0], d.Roots[at].Replies[1], d.Roots[at].Replies[2]
	if !first.Also || first.Name != "Bram" || first.Kind != "staff" || first.Thread != root {
		t.Errorf("the first reply is %+v", first)
	}
	var mentions []string
	for _, s := range first.Body[0].Spans {
		if s.Style == "m" {
			mentions = append(mentions, s.Text)
		}
	}
	if !slices.Equal(mentions, []string{"@Sanne", "@webcare-on-duty"}) {
		t.Errorf("it mentions %q: %+v", mentions, first.Body)
	}
	if len(file.Files) != 1 || file.Files[0].Name != "note.txt" || file.Name != "Gast" {
		t.Errorf("the file is %+v", file)
	}
	if !changed.Edited || changed.Plain != "three" || len(changed.Marks) != 1 || changed.Marks[0].Means != "the customer has it" {
		t.Errorf("the changed reply is %+v", changed)
	}
}

func TestMentioned(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"no one":               "no one",
		"@Sanne":               "<@U0SANNE>",
		"@sanne, @BRAM!":       "<@U0SANNE>, <@U0BRAM>!",
		"x@sanne":              "x@sanne",
		"@sannetje":            "@sannetje",
		"@":                    "@",
		"@@sanne":              "@@sanne",
		"see @webcare-on-duty": "see <!subteam^S0ONDUTY>",
		"naïve\n@here é":       "naïve\n<!here> é",
	} {
		if got := mentioned(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestWhispers holds that what only one person sees is told apart.
func TestWhispers(t *testing.T) {
	w := newWorld(t)
	root := w.say("U0SANNE", "", "a root")
	if rec := w.ask("POST", "/slack/api/chat.postEphemeral?token="+w.secrets.slackBot+"&channel="+deskChannel+"&user=U0BRAM&thread_ts="+root+"&text=psst", nil); !strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Fatal(rec.Body)
	}
	for _, p := range w.desk().Staff {
		want := 0
		if p.ID == "U0BRAM" {
			want = 1
		}
		if len(p.Whispers) != want {
			t.Errorf("%s sees %+v", p.Name, p.Whispers)
		}
	}
}

// TestTombstone shows the root of a thread that was deleted.
func TestTombstone(t *testing.T) {
	w := newWorld(t)
	root := w.say("U0SANNE", "", "a root")
	w.say("U0BRAM", root, "a reply")
	w.must(w.act("remove", "by", "U0SANNE", "ts", root))
	if roots := w.desk().Roots; len(roots) != 1 || roots[0].Kind != "gone" || len(roots[0].Replies) != 1 {
		t.Errorf("roots %+v", roots)
	}
}

// TestLoseAnswer holds that a lost answer was carried out, once, and only where the lever is on.
func TestLoseAnswer(t *testing.T) {
	w := newWorld(t)
	w.must(w.act("lever", "name", "loseSlack", "on", "true"))
	path := "/slack/api/chat.postMessage?token=" + w.secrets.slackBot + "&channel=" + deskChannel + "&text=x"
	if rec := w.ask("POST", "/slack/api/auth.test?token="+w.secrets.slackBot, nil); !strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Errorf("a call that sends nothing: %s", rec.Body)
	}
	if rec := w.ask("POST", path, nil); strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Errorf("the answer came: %s", rec.Body)
	}
	if rec := w.ask("POST", path, nil); !strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Errorf("the second was lost, too: %s", rec.Body)
	}
	posted := 0
	for _, m := range w.slack.Messages(deskChannel) {
		if m.User == "U0SIM" {
			posted++
		}
	}
	if posted != 2 || w.levers.state() != (leverState{}) {
		t.Errorf("%d posts, want 2; levers %+v", posted, w.levers.state())
	}
	c := w.telegram.Customers()[0]
	c.Start()
	w.must(w.act("lever", "name", "loseTelegram", "on", "true"))
	send := "/telegram/bot" + w.secrets.telegram + "/sendMessage?text=x&chat_id=" + w.phones()[0].ID
	if rec := w.ask("POST", send, nil); strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Errorf("the answer came: %s", rec.Body)
	}
	if rec := w.ask("POST", send, nil); !strings.Contains(rec.Body.String(), `"ok":true`) {
		t.Errorf("the second was lost, too: %s", rec.Body)
	}
	if n := len(w.phones()[0].Said); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}
