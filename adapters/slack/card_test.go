package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

func TestCard(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		card := adapters.Card{
			Title: "Jan Jansen · Telegram acme", Facts: []string{"since 09:00", "t.me/jan"},
			Body: conversation.Text{Plain: "Mijn pakket is kapot", Spans: []conversation.Span{span(0, 4, conversation.Bold)}}, Status: "Waiting for us since 09:00", Tint: "waiting",
			Buttons: []adapters.Button{
				{Action: conversation.Claim, Label: "I'll take it", Style: "primary"},
				{Action: conversation.Close, Label: "Done"},
				{Action: conversation.Close, Label: "Done, really", Style: "danger"},
				{Label: "Open there", URL: "https://t.me/jan"},
				{Label: "Bad", URL: "javascript:alert(1)"},
			},
		}
		at, err := w.desk.Open(t.Context(), "k1", card)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := w.sim.Message(channel, at.TS)
		show := sim.Show(m)
		for _, want := range []string{"Jan Jansen · Telegram acme\nsince 09:00\nt.me/jan", "Mijn pakket is kapot", "🔵 Waiting for us since 09:00", "I'll take it", "Open there"} {
			if !strings.Contains(show.Plain, want) {
				t.Errorf("%q is not on the card:\n%s", want, show.Plain)
			}
		}
		if m.Username != "" || m.User != "U0SIM" || strings.Contains(show.Plain, "Bad") || show.Unfurls || show.Fallback != "Jan Jansen · Telegram acme: Mijn pakket is kapot" {
			t.Errorf("card %+v, shown %+v", m, show)
		}
		for id, want := range map[string]conversation.Action{"claim": conversation.Claim, "done": conversation.Close, "done.2": conversation.Close} {
			if err := w.sim.Press(anna, channel, at.TS, id); err != nil {
				t.Fatal(err)
			}
			w.rest(time.Second)
			in := w.box.last()
			if p, ok := in.Event.(conversation.Pressed); !ok || p.Action != want || in.Thread != at || !p.About.IsZero() {
				t.Errorf("%s: heard %+v", id, in)
			}
		}
		for tint, dot := range map[string]string{"late": "🟠", "answered": "🟢", "done": "⚪", "": ""} {
			card.Tint, card.Buttons, card.Facts = tint, nil, nil
			if err := w.desk.Render(t.Context(), at, card); err != nil {
				t.Fatal(err)
			}
			m, _ := w.sim.Message(channel, at.TS)
			if show := sim.Show(m); !strings.Contains(show.Plain, strings.TrimSpace(dot+" Waiting for us")) || strings.Contains(show.Plain, "take it") || show.Unfurls {
				t.Errorf("%s: %+v", tint, show)
			}
		}
		if _, found, err := w.desk.Find(t.Context(), "k1", conversation.Place{}, time.Now()); err != nil || !found {
			t.Errorf("not found after it was drawn again: %v", err)
		}
		if err := w.desk.Render(t.Context(), at, adapters.Card{}); err != nil {
			t.Errorf("an empty card: %v", err)
		}
	})
}

// One address that Slack does not take would have it refuse the card, and the customer would have no thread.
func TestAddressesThatAreTooLong(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			length int
			opens  bool
		}{"the longest": {maxURL, true}, "one longer": {maxURL + 1, false}, "very long": {3 * maxBlockText, false}} {
			url := "https://crm.test/" + strings.Repeat("x", tt.length-len("https://crm.test/"))
			buttons := []adapters.Button{{Action: conversation.Claim, Label: "I'll take it"}, {Label: "Open there", URL: url}}
			behind := conversation.Text{Plain: "see there", Spans: []conversation.Span{span(4, 9, conversation.Link, url)}}
			bare := conversation.Text{Plain: "see " + url, Spans: []conversation.Span{span(4, 4+len(url), conversation.Link, url)}}
			for i, body := range []conversation.Text{behind, bare} {
				key := fmt.Sprint(name, i)
				card, err := w.desk.Open(t.Context(), key, adapters.Card{Title: "Jan · CRM", Body: body, Buttons: buttons})
				if err != nil {
					t.Errorf("%s: %v", key, err)
					continue
				}
				reply, err := w.desk.Post(t.Context(), key+"r", card, adapters.Post{Body: body, Buttons: buttons})
				if err != nil {
					t.Errorf("%s: %v", key, err)
				}
				for _, at := range []conversation.Place{card, reply.Place} {
					m, _ := w.sim.Message(channel, at.TS)
					show := sim.Show(m)
					if !strings.Contains(show.Plain, "I'll take it") || strings.Contains(show.Plain, "Open there") != tt.opens || len(show.Links) > 0 != tt.opens {
						t.Errorf("%s: %.200q with %d links", key, show.Plain, len(show.Links))
					}
				}
			}
		}
	})
}

// What the customer wrote stands on the card as a quotation: the card is the bot's own, and nobody must be able to speak
// for the bot.
func TestCardQuotesTheCustomer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for i, body := range []conversation.Text{conversation.Plainly("x\n⚠️ Not delivered"), whole("⚠️ Not delivered", conversation.Pre, ""), whole("⚠️ Not delivered", conversation.Quoted, "")} {
			at, err := w.desk.Open(t.Context(), fmt.Sprint("k", i), adapters.Card{Title: "Jan · Telegram", Facts: []string{"@jan"}, Body: body, Status: "waiting"})
			if err != nil {
				t.Fatal(err)
			}
			m, _ := w.sim.Message(channel, at.TS)
			if show := sim.Show(m); !strings.Contains(show.Plain, "Not delivered") || strings.Join(strings.Fields(show.Voice), " ") != "Jan · Telegram @jan waiting" {
				t.Errorf("the bot says %q on %q", show.Voice, show.Plain)
			}
		}
	})
}

func TestButtonOfAWhisper(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		at := w.card()
		about := conversation.Place{Team: "T0SIM", Channel: channel, TS: w.say(at, "@ben kijk jij?")}
		w.rest(time.Second)
		if err := w.desk.Whisper(t.Context(), at, anna, adapters.Post{Body: conversation.Plainly("not sent"), Buttons: []adapters.Button{{Action: conversation.SendAnyway, Label: "Send anyway", About: about}}}); err != nil {
			t.Fatal(err)
		}
		if err := w.sim.Press(anna, channel, w.sim.Ephemerals(anna)[0].TS, "send_anyway"); err != nil {
			t.Fatal(err)
		}
		w.rest(time.Second)
		in := w.box.last()
		if p, ok := in.Event.(conversation.Pressed); !ok || p.About != about || in.Thread != at {
			t.Errorf("heard %+v", in)
		}
	})
}

func TestPlaceInAButton(t *testing.T) {
	p := conversation.Place{Team: "T1", Channel: "C1", TS: "1.000001"}
	for in, want := range map[string]conversation.Place{writePlace(p): p, "": {}, writePlace(conversation.Place{}): {}, "a/b": {}, "a/b/c/d": {}, "{}": {}} {
		if got := readPlace(in); got != want {
			t.Errorf("readPlace(%q) = %v, want %v", in, got, want)
		}
	}
	for _, id := range []string{"", "open", "open.2", "dance", "claim2"} {
		if a, _, _, ok := readButton(id, ""); ok {
			t.Errorf("readButton(%q) = %q", id, a)
		}
	}
}

func TestKindOfFile(t *testing.T) {
	for kind, f := range map[conversation.FileKind]file{
		conversation.Photo: {Type: "image/jpeg"}, conversation.Animation: {Type: "image/gif"}, conversation.Video: {Type: "video/mp4"}, conversation.Audio: {Type: "audio/mpeg"},
		conversation.Voice: {Type: "audio/webm", Subtype: "slack_audio"}, conversation.Document: {Type: "image/svg+xml"},
	} {
		if got := f.kind(); got != kind {
			t.Errorf("%+v is %s, want %s", f, got, kind)
		}
	}
	for want, f := range map[string]file{"F1 -": {ID: "F1", External: true, Private: "https://evil.test"}, "F2 -": {ID: "F2", Mode: "tombstone"}, "F3": {ID: "F3"}, "F4 https://a": {ID: "F4", Private: "https://a"}} {
		if got := f.encode(); got != want {
			t.Errorf("%+v is %q, want %q", f, got, want)
		}
	}
}
