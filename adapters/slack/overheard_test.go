package slack

import (
	"errors"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// While people from outside can read the channel, nothing is shown there and no call is made; a person can still be
// told by direct message.
func TestNothingIsShownToOutsiders(t *testing.T) {
	flag := func(on bool) func(*world) {
		return func(w *world) { _ = w.sim.Share(channel, on) }
	}
	for _, tt := range []struct {
		name         string
		break_, mend func(*world)
		lasts        bool
	}{
		{"told by an event", flag(true), flag(false), true},
		{"told by the flag of an envelope", func(w *world) {
			raw := []byte(`{"type":"events_api","envelope_id":"","payload":{"is_ext_shared_channel":true,"event":{"type":"message","channel":"` + channel + `","ts":"1.1"}}}`)
			w.desk.hear(w.desk.home.known.Load(), envelope{frame: lenient[frame](raw), raw: raw})
		}, func(*world) {}, false},
		{"another id", func(w *world) { _ = w.sim.ChangeChannelID(channel, "C0MOVED") }, func(w *world) { _ = w.sim.ChangeChannelID("C0MOVED", channel) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				at := w.card()
				w.rest(10 * time.Second)
				tt.break_(w)
				w.rest(time.Second)
				if err := w.box.trouble(); !tt.lasts && err == nil || tt.lasts && !errors.Is(err, adapters.ErrOverheard) {
					t.Errorf("trouble %v", err)
				}
				before := w.sim.Calls("")
				for name, err := range w.showEverything(at) {
					if e, ok := errors.AsType[*adapters.SendError](err); !ok || e.Outcome != conversation.Later || e.Reason != conversation.NotAllowed || !e.Whole {
						t.Errorf("%s: %v", name, err)
					}
				}
				if n := w.sim.Calls("") - before; n != 0 {
					t.Errorf("%d calls", n)
				}
				if _, err := w.desk.Direct(t.Context(), "dm", anna, adapters.Post{Body: conversation.Plainly("look")}); err != nil {
					t.Errorf("a direct message: %v", err)
				}
				w.rest(2 * time.Minute)
				if err := w.box.trouble(); tt.lasts && !errors.Is(err, adapters.ErrOverheard) {
					t.Errorf("after two minutes: trouble %v", err)
				}
				tt.mend(w)
				w.rest(31 * time.Second)
				if err := w.box.trouble(); err != nil {
					t.Errorf("trouble goes on: %v", err)
				}
				for name, err := range w.showEverything(at) {
					if err != nil {
						t.Errorf("afterwards, %s: %v", name, err)
					}
				}
			})
		})
	}
}

// showEverything calls each method that shows something in the channel.
func (w *world) showEverything(at conversation.Place) map[string]error {
	ctx, key := w.t.Context(), time.Now().String()
	post := adapters.Post{As: "Jan", Body: conversation.Plainly("secret")}
	card := adapters.Card{Title: "Jan", Body: conversation.Plainly("secret")}
	out := map[string]error{"Render": w.desk.Render(ctx, at, card), "Whisper": w.desk.Whisper(ctx, at, anna, post)}
	_, out["Open"] = w.desk.Open(ctx, key+"o", card)
	_, out["Post"] = w.desk.Post(ctx, key+"p", at, post)
	_, out["Direct into the channel"] = w.desk.Direct(ctx, key+"d", channel, post)
	_, out["Upload"] = w.desk.Upload(ctx, at, []adapters.Attachment{attach("a", "a", 1)}, "", func(string) error { return nil })
	return out
}

// A person can be told although the desk was never found, as when the channel was shared before the start.
func TestDirectWithoutADesk(t *testing.T) {
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		_ = w.sim.Share(channel, true)
		if _, err := w.desk.Direct(t.Context(), "dm", anna, adapters.Post{Body: conversation.Plainly("look")}); err != nil {
			t.Error(err)
		}
		if all := w.sim.Messages(w.sim.DM(anna)); len(all) != 1 {
			t.Errorf("%d direct messages", len(all))
		}
	})
}
