package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// whole is a text under one style.
func whole(text string, style conversation.Style, target string) conversation.Text {
	return conversation.Text{Plain: text, Spans: []conversation.Span{{To: len(text), Style: style, Target: target}}}
}

// bodies are the ways in which a customer's network may hand over a text.
func bodies(v string) map[string]conversation.Text {
	styled := conversation.Text{Plain: v}
	for _, s := range []conversation.Style{conversation.Bold, conversation.Quoted, conversation.Mention} {
		styled.Spans = append(styled.Spans, conversation.Span{To: len(v), Style: s, Target: "U0ANNA"})
	}
	odd := conversation.Text{Plain: v, Spans: []conversation.Span{span(-3, len(v)/2, conversation.Link, v), span(len(v)/3, len(v)+9, conversation.Link, "https://evil.test/"), span(1, 2, conversation.Code)}}
	long := conversation.Text{}
	for range 6 {
		long = long.Add(whole("hier", conversation.Link, "https://evil.test/"+strings.Repeat("x", 2000))).Add(conversation.Plainly(" "))
	}
	return map[string]conversation.Text{
		"plain": conversation.Plainly(v), "styled": styled, "preformatted": whole(v, conversation.Pre, v), "label of a link": whole(v, conversation.Link, "https://evil.test/"),
		"its own link": whole(v, conversation.Link, v), "crossed spans": odd,
		"goes on behind a link":   whole("https://evil.test", conversation.Link, "https://evil.test").Add(conversation.Plainly(v)),
		"goes on before a link":   conversation.Plainly(v).Add(whole("evil.test", conversation.Link, "https://evil.test")),
		"behind many long links":  long.Add(conversation.Plainly(v)),
		"target of another label": whole("https://bank.test", conversation.Link, v).Add(conversation.Plainly(" " + v)),
	}
}

// hostage is the desk with all it has said, each post looked at once.
type hostage struct {
	*world
	seen map[string]bool
}

// fresh are the posts that came since it was asked last: in the channel, by direct message and to one person alone.
func (w hostage) fresh() []sim.Message {
	var all []sim.Message
	for _, c := range []string{channel, w.sim.DM(anna)} {
		for _, root := range w.sim.Messages(c) {
			all = append(all, root)
			for _, m := range w.sim.Thread(c, root.TS) {
				if m.TS != root.TS {
					all = append(all, m)
				}
			}
		}
	}
	all = append(all, w.sim.Ephemerals(anna)...)
	var news []sim.Message
	for _, m := range all {
		if key := m.Channel + m.TS + m.To; !w.seen[key] {
			w.seen[key] = true
			news = append(news, m)
		}
	}
	return news
}

// check judges what was posted: harmless, and v is there to be read, unless it is cut behind at least so many
// characters.
func (w hostage) check(what string, v string, least int, err error, wanted ...string) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	var plain strings.Builder
	for _, m := range w.fresh() {
		for _, harm := range sim.Harm(m, wanted...) {
			w.t.Errorf("%s: %s", what, harm)
		}
		plain.WriteString(strings.ReplaceAll(sim.Show(m).Plain, " (…)", "")) // stands for an address that was left out
	}
	if !sim.Reads(plain.String(), v, least) {
		w.t.Errorf("%s: %.300q does not show %.300q", what, plain.String(), v)
	}
}

// TestHarmless: every attack by every way to show it; the sim's own parser decides, which knows nothing of how we
// render.
func TestHarmless(t *testing.T) {
	if n := len(sim.Hostile()); n < 60 {
		t.Fatalf("only %d attacks", n)
	}
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) { // what it hears does not matter here
		w.sim.AddUserGroup(sim.UserGroup{ID: "S0DUTY", Handle: "duty", Users: []string{anna}})
		h := hostage{w, map[string]bool{}}
		for _, v := range sim.Hostile() {
			h.cards(v)
			at := w.card()
			h.fresh()
			for name, body := range bodies(v.Text) {
				_, err := w.desk.Post(t.Context(), v.Name+name, at, adapters.Post{As: v.Text + " · Telegram", Body: body})
				h.check(v.Name+", "+name, v.Text, 0, err)
			}
			_, err := w.desk.Post(t.Context(), v.Name, at, adapters.Post{Mention: []string{"S0DUTY", anna, v.Text}, Body: conversation.Plainly(v.Text)})
			h.check(v.Name+", a nudge", v.Text, 0, err, "S0DUTY", anna)
			_, err = w.desk.Direct(t.Context(), v.Name, anna, adapters.Post{As: v.Text, Body: bodies(v.Text)["label of a link"]})
			h.check(v.Name+", direct", v.Text, 1000, err)
			err = w.desk.Whisper(t.Context(), at, anna, adapters.Post{Body: bodies(v.Text)["label of a link"]})
			h.check(v.Name+", whispered", v.Text, 1000, err)
			h.files(at, v)
			h.forget(at)
		}
	})
}

// cards posts and draws cards.
func (w hostage) cards(v sim.Vector) {
	w.t.Helper()
	for name, body := range bodies(v.Text) {
		if !slices.Contains([]string{"plain", "behind many long links"}, name) {
			continue
		}
		c := adapters.Card{
			Title: v.Text + " · Telegram", Facts: []string{v.Text}, Body: body, Status: "waiting", Tint: "late",
			Buttons: []adapters.Button{{Action: conversation.Claim, Label: "I'll take it"}, {Label: "Open there", URL: v.Text}},
		}
		card, err := w.desk.Open(w.t.Context(), v.Name+name, c)
		m, _ := w.sim.Message(channel, card.TS)
		w.check(v.Name+", card, "+name, v.Text, 500, err)
		w.parts(v, name, m)
		for i, line := range strings.Split(sim.Show(m).Voice, "\n") {
			if i > 1 && line != "" && sim.Ink(line) == sim.Ink(v.Text) {
				w.t.Errorf("%s, card, %s: the bot seems to say %q", v.Name, name, line)
			}
		}
		err = w.desk.Render(w.t.Context(), card, c)
		if err != nil {
			w.t.Fatalf("%s, card again, %s: %v", v.Name, name, err)
		}
		m, _ = w.sim.Message(channel, card.TS)
		for _, harm := range sim.Harm(m) {
			w.t.Errorf("%s, card again, %s: %s", v.Name, name, harm)
		}
		w.parts(v, name, m)
		w.forget(card)
	}
}

// forget deletes a root with all that stands below it, which makes it quick to look through what is left.
func (w hostage) forget(at conversation.Place) {
	w.t.Helper()
	for _, m := range w.sim.Thread(channel, at.TS) {
		if err := w.sim.Delete(channel, m.TS); err != nil {
			w.t.Fatal(err)
		}
	}
}

// parts looks for what is said more than once on a card: in its title, in its facts and in its body.
func (w hostage) parts(v sim.Vector, name string, m sim.Message) {
	w.t.Helper()
	show := sim.Show(m)
	lines := strings.SplitN(show.Plain, "\n", 3)
	if !sim.Reads(lines[0], v.Text, 8) || !strings.Contains(lines[0], "Telegram") {
		w.t.Errorf("%s, card, %s: the title %.200q does not show %.200q", v.Name, name, lines[0], v.Text)
	}
	if sim.Ink(v.Text) != "" && !sim.Reads(lines[1], v.Text, 8) {
		w.t.Errorf("%s, card, %s: the fact %.200q does not show %.200q", v.Name, name, lines[1], v.Text)
	}
	if !sim.Reads(lines[2], v.Text, 500) {
		w.t.Errorf("%s, card, %s: the body %.200q does not show %.200q", v.Name, name, lines[2], v.Text)
	}
}

// files shares one.
func (w hostage) files(at conversation.Place, v sim.Vector) {
	w.t.Helper()
	_, err := w.desk.Upload(w.t.Context(), at, []adapters.Attachment{{
		File: conversation.File{Name: v.Text},
		Open: func(context.Context) (io.ReadCloser, int64, error) {
			return io.NopCloser(strings.NewReader("x")), 1, nil
		},
	}}, "", func(string) error { return nil })
	if err != nil {
		w.t.Fatalf("%s, a file: %v", v.Name, err)
	}
	all := w.fresh()
	if len(all) != 1 || len(all[0].Files) != 1 {
		w.t.Fatalf("%s, a file: %+v", v.Name, all)
	}
	for _, harm := range sim.Harm(all[0]) {
		w.t.Errorf("%s, a file: %s", v.Name, harm)
	}
	for _, name := range []string{all[0].Files[0].Name, all[0].Files[0].Title} {
		if want := lastOf(v.Text); !sim.Reads(strings.ReplaceAll(name, "_", ""), want, 8) {
			w.t.Errorf("%s, a file: %.200q does not show %.200q", v.Name, name, want)
		}
	}
}

// lastOf is what the name of a file keeps: the last part of a path, without the signs that mean something in one.
func lastOf(name string) string {
	name = path.Base(strings.ReplaceAll(strings.TrimSpace(name), `\`, "/"))
	return strings.TrimLeft(strings.NewReplacer("/", "", ":", "", "*", "", "?", "", `"`, "", "<", "", ">", "", "|", "", "_", "").Replace(name), ". ")
}

// TestHarmlessQueue: whatever a customer is called, the queue is harmless on the Home tab and in the answer to the command.
func TestHarmlessQueue(t *testing.T) {
	withBoard(t, func(t *testing.T, w *world, b *board) {
		at := w.card()
		ours := w.desk.Permalink(at)
		for _, v := range sim.Hostile() {
			b.set(adapters.Queue{Title: "1 waits", Sections: []adapters.QueueSection{{Title: "Waiting longest", Lines: []adapters.QueueLine{
				{Who: v.Text + " · Telegram", How: "since 09:00", Tint: "late", Thread: at}, {Who: v.Text, How: v.Text, Thread: at}, {Who: v.Text},
			}}}})
			w.must(w.sim.OpenHome(anna))
			view, _ := w.sim.Home(anna)
			w.must(w.sim.Slash(anna, channel, "/webcare"))
			all := w.sim.Ephemerals(anna)
			for where, m := range map[string]sim.Message{"Home": view.Message(), "command": all[len(all)-1]} {
				for _, harm := range sim.Harm(m, ours) {
					t.Errorf("%s, %s: %s", v.Name, where, harm)
				}
				show := sim.Show(m)
				_, lines, _ := strings.Cut(show.Plain, "Waiting longest\n")
				line := strings.Split(lines, "\n")
				if len(line) != 4 || !strings.Contains(line[0], "Telegram · since 09:00 → open") {
					t.Errorf("%s, %s: the lines are %q", v.Name, where, line)
					continue
				}
				for i, l := range line[:3] {
					if !sim.Reads(l, v.Text, 8) {
						t.Errorf("%s, %s: line %d is %.200q, which does not show %.200q", v.Name, where, i, l, v.Text)
					}
				}
				if len(show.Links) != 2 {
					t.Errorf("%s, %s: links %+v", v.Name, where, show.Links)
				}
			}
		}
	})
}

// TestLongFloods: what is cut off in the middle of an attack is no attack either.
func TestLongFloods(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := hostage{w, map[string]bool{}}
		at := w.card()
		h.fresh()
		for n := range 9 {
			v := strings.Repeat("x", maxBlockText-n) + "<!here> @channel " + strings.Repeat("&", 20)
			_, err := w.desk.Post(t.Context(), fmt.Sprint("k", n), at, adapters.Post{Body: conversation.Plainly(v)})
			h.check(fmt.Sprint("cut ", n), v, 0, err)
		}
	})
}

// FuzzHarmlessQueue: whatever a customer is called, their line of the queue is one that Slack takes, harmless, and read.
func FuzzHarmlessQueue(f *testing.F) {
	for _, v := range sim.Hostile() {
		if len(v.Text) <= fuzzed {
			f.Add(v.Text, "since 09:00")
		}
	}
	c := &counter{d: &Desk{}, words: newViewWords(NewSettings().words())}
	c.d.home.known.Store(&home{url: "https://example.slack.com/"})
	f.Fuzz(func(t *testing.T, who, how string) {
		if len(who)+len(how) > 2*fuzzed {
			return
		}
		at := conversation.Place{Team: "T0SIM", Channel: channel, TS: "1700000000.000100"}
		raw, err := json.Marshal([]any{c.queueLine(adapters.QueueLine{Who: who + between + "Telegram", How: how, Thread: at}, maxHow)})
		if err != nil {
			t.Fatal(err)
		}
		m := sim.Message{Blocks: raw}
		for _, harm := range sim.Harm(m, c.d.Permalink(at)) {
			t.Errorf("%q, %q: %s", who, how, harm)
		}
		if plain := sim.Show(m).Plain; !sim.Reads(plain, who, 3) || !strings.Contains(plain, "Telegram") || !strings.HasSuffix(plain, " → open\n") || strings.Count(plain, "\n") != 1 {
			t.Errorf("%q does not show %q", plain, who)
		}
	})
}

// fuzzed is how long inputs are, in bytes; TestHarmless tries longer ones.
const fuzzed = 300

// FuzzHarmless: whatever a customer writes and is called, and whatever spans the network says are in it, what Slack gets
// is taken by it, is harmless and can be read: on a card and in a thread.
func FuzzHarmless(f *testing.F) {
	for i, v := range sim.Hostile() {
		if len(v.Text) <= fuzzed {
			f.Add(i%2 == 0, v.Text, v.Text, []byte{byte(i), 0, 255, 8, 20, 90, 0, 40, 60}, "https://evil.test/"+v.Text)
		}
	}
	f.Add(true, "https://evil.test.bank.test/", "a\x00b", []byte{8, 0, 17}, "https://evil.test")
	s, used := sim.New(sim.Options{}), 0
	f.Fuzz(func(t *testing.T, onCard bool, text, name string, spans []byte, target string) {
		if len(text)+len(name)+len(target) > 3*fuzzed {
			return
		}
		if used++; used%200 == 1 { // a new one now and then, since it forgets nothing
			s = sim.New(sim.Options{})
			s.AddChannel(sim.Channel{ID: channel, Members: []string{"U0SIM"}})
		}
		desk := &Desk{settings: *NewSettings()}
		v := conversation.Text{Plain: text, Spans: spansOf(spans, len(text), target)}
		as := name + between + "Telegram"
		if onCard {
			card := adapters.Card{Title: as, Facts: []string{name}, Body: v, Buttons: []adapters.Button{{Label: "Open", URL: target}}}
			m := judged(t, s, "", desk.card(card))
			m = judged(t, s, m.TS, desk.card(card))
			plain := sim.Show(m).Plain
			if title, _, _ := strings.Cut(plain, "\n"); !sim.Reads(title, name, 3) {
				t.Errorf("the title %q does not show %q", title, name)
			}
			reads(t, plain, v, 200)
			return
		}
		var plain strings.Builder
		for _, part := range split(spell(visible(desk.settings.words(), v)), maxBlockText) {
			m := judged(t, s, "", desk.layout(adapters.Post{As: as, Body: part}))
			plain.WriteString(sim.Show(m).Plain)
			if !sim.Reads(m.Username, strings.TrimLeft(sim.Ink(name), "@#"), 3) {
				t.Errorf("the name %q does not show %q", m.Username, name)
			}
		}
		reads(t, plain.String(), v, 0)
	})
}

// spansOf makes spans of bytes, three for each: its style, its start and its end.
func spansOf(raw []byte, length int, target string) []conversation.Span {
	styles := []conversation.Style{
		conversation.Link, conversation.Bold, conversation.Italic, conversation.Underline, conversation.Strike, conversation.Spoiler, conversation.Code, conversation.Pre,
		conversation.Link, conversation.Quoted, conversation.Mention,
	}
	var all []conversation.Span
	for ; len(raw) >= 3; raw = raw[3:] {
		all = append(all, conversation.Span{From: int(raw[1]) * (length/255 + 1), To: int(raw[2]) * (length/255 + 1), Style: styles[int(raw[0])%len(styles)], Target: target})
	}
	return all
}

// handled is a connection to the sim without a network.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// judged posts a message, or with a ts draws it again, and gives what stands there, once it has been judged.
func judged(t *testing.T, s *sim.Sim, ts string, o slackgo.MsgOption) sim.Message {
	t.Helper()
	api := slackgo.New("xoxb-sim", slackgo.OptionHTTPClient(&http.Client{Transport: handled{s}}), slackgo.OptionAPIURL("http://slack.test/api/"))
	var err error
	if ts == "" {
		_, ts, err = api.PostMessageContext(t.Context(), channel, o, slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl())
	} else {
		_, ts, _, err = api.UpdateMessageContext(t.Context(), channel, ts, o)
	}
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	m, _ := s.Message(channel, ts)
	for _, harm := range sim.Harm(m) {
		t.Error(harm)
	}
	return m
}

// reads looks for all of a text, in its order: addresses may stand in between.
func reads(t *testing.T, plain string, v conversation.Text, least int) {
	t.Helper()
	read := sim.Reads
	if v.Has(conversation.Link) {
		read = sim.ReadsApart
	}
	if !read(plain, v.Plain, least) {
		t.Errorf("%q does not show %q", plain, v.Plain)
	}
}
