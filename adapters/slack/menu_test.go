package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// snoozing is a menu as it stands on a card.
func snoozing(about conversation.Place) adapters.Button {
	return adapters.Button{Action: conversation.Snooze, Label: "Snooze", About: about, Choices: []adapters.Choice{
		{Value: conversation.OneHour, Label: "1 hour"}, {Value: conversation.Tomorrow, Label: "Tomorrow 9:00"}, {Value: conversation.OtherMoment, Label: "Another moment …"},
	}}
}

func TestMenu(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		answer := conversation.Place{Team: "T0SIM", Channel: channel, TS: "1700000000.000100"}
		remind := snoozing(answer)
		remind.Action, remind.Label = conversation.Remind, "Remind me"
		card := adapters.Card{Title: "Jan · Telegram", Buttons: []adapters.Button{{Action: conversation.Claim, Label: "I'll take it"}, snoozing(conversation.Place{}), remind, remind}}
		at, err := w.desk.Open(t.Context(), "k", card)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := w.sim.Message(channel, at.TS)
		if want := "[I'll take it] [Snooze: 1 hour | Tomorrow 9:00 | Another moment …] [Remind me: "; !strings.Contains(sim.Show(m).Plain, want) {
			t.Errorf("the card shows %q", sim.Show(m).Plain)
		}
		for _, c := range []struct {
			id, value string
			want      conversation.Pressed
		}{
			{"snooze", "1h", conversation.Pressed{Action: conversation.Snooze, Choice: conversation.OneHour}},
			{"snooze", "tomorrow", conversation.Pressed{Action: conversation.Snooze, Choice: conversation.Tomorrow}},
			{"remind@T0SIM/C0DESK/1700000000.000100", "1h", conversation.Pressed{Action: conversation.Remind, Choice: conversation.OneHour, About: answer}},
			{"remind.2@T0SIM/C0DESK/1700000000.000100", "1h", conversation.Pressed{Action: conversation.Remind, Choice: conversation.OneHour, About: answer}},
		} {
			w.must(w.sim.Choose(anna, channel, at.TS, c.id, c.value))
			got, _ := w.box.last().Event.(conversation.Pressed)
			c.want.At, c.want.On = got.At, at
			if fmt.Sprint(got) != fmt.Sprint(c.want) || time.Since(got.At) > time.Second || w.box.last().Thread != at || w.box.last().By != anna {
				t.Errorf("%s %s: heard %+v", c.id, c.value, w.box.last())
			}
			w.rest(time.Millisecond)
		}
		w.must(w.sim.Press(anna, channel, at.TS, "claim"))
		if p, _ := w.box.last().Event.(conversation.Pressed); p.Action != conversation.Claim || p.Choice != "" {
			t.Errorf("heard %+v", p)
		}
		if w.sim.Unanswered() != 0 || w.sim.Pending() != 0 {
			t.Errorf("unanswered %d, pending %d", w.sim.Unanswered(), w.sim.Pending())
		}
	})
}

// Slack takes a card with any menu; of one that cannot be shown there is nothing.
func TestMenuBounds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var many, wide []adapters.Choice
		for i := range 150 {
			many = append(many, adapters.Choice{Value: fmt.Sprint("v", i), Label: fmt.Sprintf("no. %d.", i)})
		}
		wide = append(wide, adapters.Choice{Value: strings.Repeat("v", 75), Label: strings.Repeat("é", 80)}, adapters.Choice{Value: strings.Repeat("v", 76), Label: "long"},
			adapters.Choice{Label: "no value"}, adapters.Choice{Value: "blank", Label: " \u200B"}, adapters.Choice{Value: "two", Label: "two\nlines"})
		for _, tt := range []struct {
			name    string
			choices []adapters.Choice
			has     []string
			lacks   []string
		}{
			{"many", many, []string{"no. 0.", "no. 99."}, []string{"no. 100."}},
			{"wide", wide, []string{strings.Repeat("é", 74) + "…", "two lines"}, []string{"long", "no value", "blank"}},
			{"nothing to show", []adapters.Choice{{Label: "x"}}, nil, []string{"[Snooze"}},
		} {
			b := adapters.Button{Action: conversation.Snooze, Label: "Snooze", Choices: tt.choices}
			at, err := w.desk.Open(t.Context(), tt.name, adapters.Card{Title: "Jan", Buttons: []adapters.Button{b}})
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			m, _ := w.sim.Message(channel, at.TS)
			for _, want := range tt.has {
				if !strings.Contains(sim.Show(m).Plain, want) {
					t.Errorf("%s: %q is not in %s", tt.name, want, sim.Show(m).Plain)
				}
			}
			for _, lacks := range tt.lacks {
				if strings.Contains(sim.Show(m).Plain, lacks) {
					t.Errorf("%s: %q is in %s", tt.name, lacks, sim.Show(m).Plain)
				}
			}
		}
	})
}

// What a button or a menu speaks of comes back as it was, whatever of it there is.
func TestWhatAButtonIsAbout(t *testing.T) {
	for _, about := range []conversation.Place{{}, {Team: "T1", Channel: "C1", TS: "1.2"}} {
		for _, n := range []uint64{0, 1, 1 << 63} {
			b := adapters.Button{Action: conversation.Snooze, About: about, N: n, Choices: []adapters.Choice{{Value: "1h", Label: "1 hour"}}}
			menu := menuOf(b, "snooze.2", "Snooze").(*slackgo.SelectBlockElement)
			for id, value := range map[string]string{menu.ActionID: "", "snooze": writeAbout(about, n)} {
				if a, at, got, ok := readButton(id, value); !ok || a != conversation.Snooze || at != about || got != n {
					t.Errorf("%v, %d came back as %s, %v, %d", about, n, a, at, got)
				}
			}
		}
	}
}

// A menu from which nothing was chosen asks for nothing.
func TestMenuEvent(t *testing.T) {
	h := &home{team: "T1", channel: "C1"}
	for raw, want := range map[string]int{
		`{"type":"static_select","action_id":"snooze","selected_option":{"value":"1h"}}`: 1,
		`{"type":"static_select","action_id":"snooze","selected_option":null}`:           0,
		`{"type":"static_select","action_id":"snooze","selected_option":{"value":[]}}`:   0,
		`{"type":"static_select","action_id":"snooze"}`:                                  0,
		`{"type":"static_select","action_id":"other","selected_option":{"value":"1h"}}`:  0,
		`{"type":"button","action_id":"snooze@a/b","value":"x"}`:                         1,
	} {
		p := lenient[pressed]([]byte(`{"type":"block_actions","user":{"id":"U1"},"container":{"channel_id":"C1","message_ts":"1.0"},"actions":[` + raw + `]}`))
		if got := h.buttons(p, time.Now()); len(got) != want {
			t.Errorf("%s: %+v", raw, got)
		}
	}
}
