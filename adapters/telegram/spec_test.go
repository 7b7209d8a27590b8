package telegram_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"webcare/adapters"
	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

func TestEveryCallIsInTheReference(t *testing.T) {
	dir := os.Getenv("WEBCARE_REFERENCE_DATA")
	if dir == "" {
		t.Skip("WEBCARE_REFERENCE_DATA is not set: the calls are not compared with the reference of the Bot API")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "telegram-bot-api.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Methods map[string]struct {
			Fields []struct {
				Name     string `json:"name"`
				Required bool   `json:"required"`
			} `json:"fields"`
		} `json:"methods"`
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, call := range everyCall(t) {
		calls[call.Method] = true
		m, ok := spec.Methods[call.Method]
		if !ok {
			t.Errorf("the Bot API has no method %s", call.Method)
		}
		known := map[string]bool{}
		for _, f := range m.Fields {
			known[f.Name] = true
			if f.Required && !slices.Contains(call.Params, f.Name) {
				t.Errorf("%s lacks %s", call.Method, f.Name)
			}
		}
		for _, p := range call.Params {
			if !known[p] {
				t.Errorf("%s has no parameter %s", call.Method, p)
			}
		}
	}
	if len(calls) < 15 {
		t.Errorf("only %d methods were called: %v", len(calls), calls)
	}
}

// everyCall does all that the adapter can do and gives the calls it made.
func everyCall(t *testing.T) (calls []sim.Call) {
	owner := func(s *telegram.Settings) { s.Business = []string{"owner_example"} }
	play(t, sim.Options{ReadsGroups: true}, owner, func(w *world) {
		jan := w.sim.NewCustomer("Jan Example")
		b := w.sim.Connect(w.sim.NewUser(sim.User{FirstName: "Boss", Username: "owner_example"}))
		w.run()
		w.end()
		w.make()
		jan.SendPhoto(png, "")
		w.run()
		private := w.ref()
		if body, _, err := w.tg.Fetch(w.t.Context(), private, heards(w)[0].Message.Files[0]); err == nil {
			_ = body.Close()
		}
		var refs []conversation.Ref
		g := w.sim.NewGroup("Forum", sim.GroupOptions{Forum: true})
		for _, say := range []func(){
			func() { jan.Write("@example_bot", sim.In(g), sim.InTopic(4)) },
			func() { jan.Write("shop", sim.Via(b)) },
			func() { jan.Write("direct", sim.In(w.sim.NewDirectMessages("News"))) },
			func() { jan.Write("private") },
		} {
			say()
			w.settle()
			refs = append(refs, w.ref())
		}
		styled := conversation.Text{Plain: "hi there", Spans: []conversation.Span{{From: 0, To: 2, Style: conversation.Bold}}}
		for _, ref := range refs {
			r, no := w.send(ref, adapters.Outgoing{Text: styled})
			if no != nil {
				t.Fatal(no)
			}
			for _, kind := range []conversation.FileKind{"photo", "video", "audio", "voice", "animation", "document"} {
				if _, no := w.send(ref, adapters.Outgoing{Text: styled, Files: []adapters.Attachment{attachment("a", kind, png)}}); no != nil {
					t.Error(no)
				}
			}
			pic := attachment("a", conversation.Photo, png)
			album, no := w.send(ref, adapters.Outgoing{Text: styled, Files: []adapters.Attachment{pic, pic}})
			if no != nil {
				t.Fatal(no)
			}
			for _, id := range []string{r.IDs[0], album.IDs[0]} {
				if err := w.tg.Edit(w.t.Context(), ref, id, plain("changed")); err != nil {
					t.Error(err)
				}
			}
			if err := w.tg.Delete(w.t.Context(), ref, r.IDs[0]); err != nil {
				t.Error(err)
			}
		}
		w.tg.Check(w.t.Context())
		time.Sleep(time.Minute)
		calls = w.sim.Log()
	})
	return calls
}
