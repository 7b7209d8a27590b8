package sim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

const cardBlocks = `[{"type":"section","text":{"type":"plain_text","text":"t"}},{"type":"actions","block_id":"acts","elements":[
	{"type":"button","action_id":"claim","value":"v1","style":"primary","text":{"type":"plain_text","text":"Claim"}}]}]`

// interaction is the payload of the only interactive envelope that arrived.
func interaction(t *testing.T, k *socket) (envelope, slack.InteractionCallback) {
	t.Helper()
	for _, e := range k.frames() {
		if e.Type != "interactive" {
			continue
		}
		var outer struct{ Payload slack.InteractionCallback }
		if err := json.Unmarshal(e.raw, &outer); err != nil {
			t.Fatal(err)
		}
		return e, outer.Payload
	}
	t.Fatal("no interactive envelope")
	return envelope{}, slack.InteractionCallback{}
}

func TestPress(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		root := b.post("text", "root")
		ts := b.post("thread_ts", root, "blocks", cardBlocks)
		if err := b.Press("UANN", "CDESK", ts, "claim"); err == nil || b.Unanswered() != 1 {
			t.Error("pressed without a socket")
		}
		k := b.connect(true)
		if err := b.Press("UANN", "CDESK", ts, "nothing"); err == nil {
			t.Error("pressed what is not there")
		}
		if err := b.Press("UANN", "CDESK", ts, "claim"); err != nil {
			t.Fatal(err)
		}
		_, p := interaction(t, k)
		a := p.ActionCallback.BlockActions[0]
		if p.Type != slack.InteractionTypeBlockActions || p.User.ID != "UANN" || p.Container.ThreadTs != root ||
			p.Container.MessageTs != ts || a.ActionID != "claim" || a.Value != "v1" || a.BlockID != "acts" || a.ActionTs == "" {
			t.Errorf("payload: %+v", p)
		}
		resp, err := b.http.Post(p.ResponseURL, "application/json", strings.NewReader(`{"text":"only you","response_type":"ephemeral"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if all := b.Ephemerals("UANN"); len(all) != 1 || all[0].Text != "only you" {
			t.Errorf("response URL: %+v", all)
		}
	})
}

func TestChoose(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		const menu = `[{"type":"actions","elements":[{"type":"static_select","action_id":"snooze","placeholder":{"type":"plain_text","text":"Snooze"},
			"options":[{"text":{"type":"plain_text","text":"1 hour"},"value":"1h"},{"text":{"type":"plain_text","text":"4 hours"},"value":"4h"}]}]}]`
		ts := b.post("text", "card", "blocks", menu)
		m, _ := b.Message("CDESK", ts)
		if got := sim.Show(m).Plain; got != "[Snooze: 1 hour | 4 hours] \n" {
			t.Errorf("it shows %q", got)
		}
		k := b.connect(true)
		for _, err := range []error{b.Press("UANN", "CDESK", ts, "snooze"), b.Choose("UANN", "CDESK", ts, "snooze", "2h"), b.Choose("UANN", "CDESK", ts, "other", "1h"), b.Choose("UNOBODY", "CDESK", ts, "snooze", "1h")} {
			if err == nil {
				t.Error("nobody can do that")
			}
		}
		if err := b.Choose("UANN", "CDESK", ts, "snooze", "4h"); err != nil {
			t.Fatal(err)
		}
		_, p := interaction(t, k)
		if a := p.ActionCallback.BlockActions[0]; string(a.Type) != "static_select" || a.SelectedOption.Value != "4h" || a.SelectedOption.Text.Text != "4 hours" || a.ActionTs == "" || a.Value != "" {
			t.Errorf("payload: %+v", a)
		}
		for _, wrong := range []string{`"value":""`, `"value":"` + strings.Repeat("x", 76) + `"`, `"values":"x"`} {
			if out := b.call("chat.postMessage", "channel", "CDESK", "text", "x", "blocks", strings.Replace(menu, `"value":"1h"`, wrong, 1)); out["error"] != "invalid_blocks" {
				t.Errorf("%s: %v", wrong, out)
			}
		}
	})
}

func TestPressInAnAttachmentAndUnanswered(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ts := b.post("text", "card", "attachments", `[{"color":"#ff0000","blocks":`+cardBlocks+`}]`)
		k := b.connect(false)
		if err := b.Press("UBOB", "CDESK", ts, "claim"); err != nil {
			t.Fatal(err)
		}
		_, p := interaction(t, k)
		if p.Container.Type != "message_attachment" || p.Container.AttachmentID.String() != "1" {
			t.Errorf("container: %+v", p.Container)
		}
		time.Sleep(time.Minute)
		if again := kinds(k.frames()); b.Unanswered() != 1 || strings.Contains(again, "interactive") {
			t.Errorf("unanswered %d, then %s", b.Unanswered(), again)
		}
	})
}

func modal(title string) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "edit", PrivateMetadata: "about",
		Title:  slack.NewTextBlockObject(slack.PlainTextType, title, false, false),
		Submit: slack.NewTextBlockObject(slack.PlainTextType, "Send", false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("body",
			slack.NewTextBlockObject(slack.PlainTextType, "Text", false, false), nil,
			slack.NewPlainTextInputBlockElement(nil, "text"))}},
	}
}

func TestModal(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		ts := b.say(sim.Saying{Text: "x"})
		k := b.connect(false)
		shortcut := func() slack.InteractionCallback {
			if err := b.Shortcut("UANN", "wc_edit", "CDESK", ts); err != nil {
				t.Fatal(err)
			}
			_, p := interaction(t, k)
			return p
		}
		p := shortcut()
		if p.CallbackID != "wc_edit" || p.MessageTs != ts {
			t.Errorf("shortcut: %+v", p)
		}
		time.Sleep(4 * time.Second)
		if _, err := b.api.OpenViewContext(ctx, p.TriggerID, modal("Late")); err == nil || !strings.HasPrefix(err.Error(), "expired_trigger_id") {
			t.Errorf("after 4 s: %v", err)
		}
		p = shortcut()
		opened, err := b.api.OpenViewContext(ctx, p.TriggerID, modal("Edit"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.api.OpenViewContext(ctx, p.TriggerID, modal("Edit")); err == nil || !strings.HasPrefix(err.Error(), "exchanged_trigger_id") {
			t.Errorf("twice: %v", err)
		}
		if _, err := b.api.UpdateViewContext(ctx, modal("More"), "", "stale", opened.ID); err == nil || !strings.HasPrefix(err.Error(), "hash_conflict") {
			t.Errorf("stale hash: %v", err)
		}
		if _, err := b.api.UpdateViewContext(ctx, modal("More"), "", opened.Hash, opened.ID); err != nil {
			t.Errorf("update: %v", err)
		}
		submit := func(answer string) {
			values := map[string]map[string]any{"body": {"text": map[string]any{"type": "plain_text_input", "value": "new"}}}
			if err := b.SubmitView("UANN", values); err != nil {
				t.Fatal(err)
			}
			e, p := interaction(t, k)
			if p.Type != slack.InteractionTypeViewSubmission || p.View.State.Values["body"]["text"].Value != "new" || p.View.PrivateMetadata != "about" {
				t.Errorf("submission: %+v", p.View)
			}
			ack := `{"envelope_id":"` + e.ID + `"` + answer + `}`
			if err := k.ws.WriteMessage(1, []byte(ack)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		submit(`,"payload":{"response_action":"errors","errors":{"body":"too short"}}`)
		if v, open := b.Modal("UANN"); !open || v.Errors["body"] != "too short" || v.CallbackID != "edit" {
			t.Errorf("after errors: %+v", v)
		}
		submit("")
		if _, open := b.Modal("UANN"); open {
			t.Error("still open")
		}
	})
}

func TestHome(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		k.frames()
		if err := b.OpenHome("UANN"); err != nil {
			t.Fatal(err)
		}
		if got := kinds(k.frames()); got != "app_home_opened" {
			t.Errorf("frames: %s", got)
		}
		home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
		req := slack.PublishViewContextRequest{UserID: "UANN", View: home}
		if _, err := b.api.PublishViewContext(b.t.Context(), req); err != nil {
			t.Fatal(err)
		}
		if v, ok := b.Home("UANN"); !ok || !strings.Contains(string(v.JSON), "divider") {
			t.Errorf("home: %s", v.JSON)
		}
		req.Hash = new("stale")
		if _, err := b.api.PublishViewContext(b.t.Context(), req); err == nil || !strings.HasPrefix(err.Error(), "hash_conflict") {
			t.Errorf("stale hash: %v", err)
		}
	})
}

func TestSlash(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(false)
		k.frames()
		if err := b.Slash("UANN", "CDESK", "/webcare status now"); err != nil {
			t.Fatal(err)
		}
		e := k.frames()[0]
		var outer struct {
			Payload struct{ Command, Text, ResponseURL string }
		}
		if err := json.Unmarshal(e.raw, &outer); err != nil || outer.Payload.Command != "/webcare" || outer.Payload.Text != "status now" {
			t.Errorf("payload: %v %+v", err, outer)
		}
		ack := `{"envelope_id":"` + e.ID + `","payload":{"text":"fine","response_type":"in_channel"}}`
		if err := k.ws.WriteMessage(1, []byte(ack)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if all := b.Messages("CDESK"); len(all) != 1 || all[0].Text != "fine" {
			t.Errorf("channel: %+v", all)
		}
	})
}

func TestResponseURL(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		press := func(ts string) string {
			if err := b.Press("UANN", "CDESK", ts, "claim"); err != nil {
				t.Fatal(err)
			}
			_, p := interaction(t, k)
			return p.ResponseURL
		}
		reply := func(to, body string) int {
			resp, err := b.http.Post(to, "application/json", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return resp.StatusCode
		}
		ts := b.post("blocks", cardBlocks)
		to := press(ts)
		if code := reply(to, `{"text":"changed","replace_original":true}`); code != 200 {
			t.Errorf("replace: %d", code)
		}
		if m, _ := b.Message("CDESK", ts); m.Text != "changed" || m.Blocks != nil {
			t.Errorf("replaced: %+v", m)
		}
		if code := reply(to, `{"shout":true}`); code != 404 {
			t.Errorf("unknown argument: %d", code)
		}
		if code := reply(to, `{"delete_original":true}`); code != 200 || len(b.Messages("CDESK")) != 0 {
			t.Errorf("delete: %d", code)
		}
		reply(to, `{"text":"4"}`)
		reply(to, `{"text":"5"}`)
		if code := reply(to, `{"text":"6"}`); code != 404 {
			t.Errorf("the sixth use: %d", code)
		}
		b.must("chat.postEphemeral", "channel", "CDESK", "user", "UANN", "blocks", cardBlocks)
		whisper := b.Ephemerals("UANN")[2]
		if err := b.Press("UBOB", "CDESK", whisper.TS, "claim"); err == nil {
			t.Error("Bob presses what only Ann sees")
		}
		to = press(whisper.TS)
		if code := reply(to, `{"delete_original":true}`); code != 200 || len(b.Ephemerals("UANN")) != 2 {
			t.Errorf("delete a whisper: %d", code)
		}
		ts = b.post("blocks", cardBlocks)
		to = press(ts)
		time.Sleep(31 * time.Minute)
		if code := reply(to, `{"text":"late"}`); code != 404 {
			t.Errorf("after half an hour: %d", code)
		}
	})
}

func TestModalStack(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		ts := b.say(sim.Saying{Text: "x"})
		k := b.connect(false)
		trigger := func() string {
			if err := b.Shortcut("UANN", "wc_edit", "CDESK", ts); err != nil {
				t.Fatal(err)
			}
			_, p := interaction(t, k)
			return p.TriggerID
		}
		if _, err := b.api.PushViewContext(ctx, trigger(), modal("Alone")); err == nil {
			t.Error("pushed on nothing")
		}
		if _, err := b.api.OpenViewContext(ctx, trigger(), modal("One")); err != nil {
			t.Fatal(err)
		}
		if _, err := b.api.PushViewContext(ctx, trigger(), modal("Two")); err != nil {
			t.Fatal(err)
		}
		if v, _ := b.Modal("UANN"); !strings.Contains(string(v.JSON), "Two") {
			t.Errorf("on top: %s", v.JSON)
		}
		view, _ := json.Marshal(modal("Three"))
		for _, step := range []struct{ answer, top string }{
			{`{"response_action":"update","view":` + string(view) + `}`, "Three"},
			{`{}`, "One"},
			{`{"response_action":"push","view":` + string(view) + `}`, "Three"},
			{`{"response_action":"clear"}`, ""},
		} {
			if err := b.SubmitView("UANN", nil); err != nil {
				t.Fatal(err)
			}
			e, _ := interaction(t, k)
			if err := k.ws.WriteMessage(1, []byte(`{"envelope_id":"`+e.ID+`","payload":`+step.answer+`}`)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			v, open := b.Modal("UANN")
			if open != (step.top != "") || !strings.Contains(string(v.JSON), step.top) {
				t.Errorf("after %s: %s", step.answer, v.JSON)
			}
		}
	})
}
