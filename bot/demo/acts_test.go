package demo

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
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
	w.must(w.act("files", "phone", id, "text", "look", "samples", "1"))
	w.must(w.actWith("files", []upload{{"letter.txt", []byte("a letter")}}, "phone", id))
	w.must(w.act("block", "phone", id, "on", "true"))
	p := w.phones()[1]
	if !p.Blocked || len(p.Said) != 3 {
		t.Fatalf("the phone is %+v", p)
	}
	if words := p.Said[0].Text; words[0].Text != "Hi <b>there</b> " || words[1].Link != "https://example.com/x" {
		t.Errorf("said %+v", words)
	}
	if pic := p.Said[1]; len(pic.Files) != 1 || !pic.Files[0].Picture || pic.Plain != "look" {
		t.Errorf("the picture is %+v", pic)
	}
	if doc := p.Said[2]; len(doc.Files) != 1 || doc.Files[0].Picture || doc.Files[0].Name != "letter.txt" {
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
		{"no chat", "write", []string{"phone", id, "in", "the attic", "text", "x"}, "no chat"},
		{"a reply to nothing", "write", []string{"phone", id, "in", "group", "reply", "99", "text", "x"}, "is gone"},
		{"no samples", "files", []string{"phone", id, "samples", "0"}, "1 to 10"},
		{"too many samples", "files", []string{"phone", id, "samples", "11"}, "1 to 10"},
		{"a long caption", "files", []string{"phone", id, "samples", "1", "text", strings.Repeat("é", maxCaption+1)}, "at most"},
		{"no setting", "setting", []string{"name", "gravity", "on", "true"}, "no setting"},
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
	for name, files := range map[string][]upload{
		"too big":           {{"big.bin", bytes.Repeat([]byte("x"), maxUpload+1)}},
		"too many":          slices.Repeat([]upload{{"a.txt", []byte("a")}}, maxFiles+1),
		"too much together": slices.Repeat([]upload{{"half.bin", bytes.Repeat([]byte("x"), maxUpload)}}, 4),
		"an empty one":      {{"a.txt", []byte("a")}, {"empty.txt", nil}},
	} {
		want := map[string]string{"too many": "at most", "an empty one": "empty"}[name]
		if said := w.actWith("files", files, "phone", id); !strings.Contains(said, cmp.Or(want, "too big")) {
			t.Errorf("%s: %q", name, said)
		}
	}
	if n := len(w.phones()[0].Said); n != 0 {
		t.Errorf("%d messages were sent all the same", n)
	}
}

// TestGroup holds that all customers see the group, that an album is one bubble, and that nobody edits what another
// wrote.
func TestGroup(t *testing.T) {
	w := newWorld(t)
	w.must(w.act("customer", "name", "Jip"))
	noor, jip := w.phones()[0].ID, w.phones()[1].ID
	w.must(w.act("write", "phone", noor, "in", "group", "text", "@acme_bot are you open?"))
	said := func() []bubble { return w.groupChat().Said }
	w.must(w.act("write", "phone", jip, "in", "group", "text", "yes", "reply", strconv.Itoa(said()[0].ID)))
	three := []upload{{"a.jpg", nil}, {"b.txt", []byte("b")}, {"c.jpg", nil}}
	for _, i := range []int{0, 2} {
		picture, err := samplePicture(i)
		if err != nil {
			t.Fatal(err)
		}
		three[i].content = picture
	}
	w.must(w.actWith("files", three, "phone", noor, "in", "group", "text", "look"))
	w.must(w.act("files", "phone", jip, "in", "group", "samples", "3"))
	all := said()
	if len(all) != 5 {
		t.Fatalf("the group shows %+v", all)
	}
	if first, reply := all[0], all[1]; first.From != noor || first.Name != "Noor" || reply.From != jip || reply.Reply != "Noor: @acme_bot are you open?" {
		t.Errorf("they wrote %+v and %+v", first, reply)
	}
	for i, want := range []struct {
		by, text string
		files    int
	}{2: {noor, "look", 2}, 3: {noor, "", 1}, 4: {jip, "", 3}} {
		if got := all[i]; want.files > 0 && (got.From != want.by || got.Plain != want.text || len(got.Files) != want.files) {
			t.Errorf("number %d is %+v, want %+v", i, got, want)
		}
	}
	if said := w.act("reword", "phone", jip, "in", "group", "id", strconv.Itoa(all[0].ID), "text", "ha"); !strings.Contains(said, "cannot be edited") {
		t.Errorf("another's message: %q", said)
	}
	w.must(w.act("reword", "phone", noor, "in", "group", "id", strconv.Itoa(all[0].ID), "text", "@acme_bot open?"))
	if first := said()[0]; first.Plain != "@acme_bot open?" || !first.Edited {
		t.Errorf("the edited one is %+v", first)
	}
	if n := len(w.phones()[0].Said) + len(w.phones()[1].Said); n != 0 {
		t.Errorf("%d messages stand in private chats", n)
	}
	send := "/telegram/bot" + w.secrets.telegram + "/sendMessage?text=Yes&chat_id=" + strconv.FormatInt(w.group.ChatID(), 10)
	if rec := w.ask("POST", send, nil); rec.Code != 200 {
		t.Fatal(rec.Body)
	}
	if last := said()[5]; last.From != "" || last.Name != companyName {
		t.Errorf("the company's message is %+v", last)
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
	w.must(w.actWith("say", []upload{{"note.txt", []byte("x")}}, "by", "U0GAST", "thread", root, "text", ""))
	mine := w.say("U0FATIMA", root, "one *two*")
	w.must(w.act("change", "by", "U0FATIMA", "ts", mine, "text", "three"))
	gone := w.say("U0FATIMA", root, "never mind")
	w.must(w.act("remove", "by", "U0FATIMA", "ts", gone))
	w.must(w.actWith("say", []upload{{"a.txt", []byte("a")}, {"b.txt", []byte("b")}, {"c.txt", []byte("c")}}, "by", "U0BRAM", "thread", root, "text", "three"))
	if err := w.slack.React("U0BRAM", deskChannel, mine, "white_check_mark"); err != nil {
		t.Fatal(err)
	}
	d := w.desk()
	at := slices.IndexFunc(d.Roots, func(p post) bool { return p.TS == root })
	if at < 0 || len(d.Roots[at].Replies) != 4 {
		t.Fatalf("roots %+v", d.Roots)
	}
	if album := d.Roots[at].Replies[3]; len(album.Files) != 3 || album.Files[2].Name != "c.txt" || album.Plain != "three" {
		t.Errorf("three files at once are %+v", album)
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
