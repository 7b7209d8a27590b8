package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"

	"webcare/adapters/slack/sim"
)

func TestHelloAndMessageEvent(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		ts := b.say(sim.Saying{Text: "hi *there* <@U0SIM>"})
		all := k.frames()
		if got := kinds(all); got != "hello message app_mention" {
			t.Fatalf("frames: %s", got)
		}
		e := all[1].Payload.Event
		if e["ts"] != ts || e["user"] != "UANN" || e["channel"] != "CDESK" || e["channel_type"] != "channel" ||
			e["text"] != "hi *there* <@U0SIM>" || e["client_msg_id"] == nil || e["blocks"] == nil {
			t.Errorf("event: %v", e)
		}
		if b.Pending() != 0 || len(b.Acks()) != 2 {
			t.Errorf("pending %d, acks %v", b.Pending(), b.Acks())
		}
	})
}

func TestRedelivery(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(false)
		k.frames()
		start := time.Now()
		b.say(sim.Saying{Text: "x"})
		time.Sleep(10 * time.Minute)
		var got []string
		ids := map[string]bool{}
		for _, e := range k.events() {
			got = append(got, fmt.Sprintf("%d@%v%s", e.Attempt, e.at.Sub(start), e.Why))
			ids[e.Payload.EventID] = true
		}
		if s := strings.Join(got, " "); s != "0@0s 1@3stimeout 2@1m3stimeout 3@5m3stimeout" {
			t.Errorf("deliveries: %s", s)
		}
		if len(ids) != 1 || b.Pending() != 0 || b.Lost() != 1 {
			t.Errorf("event ids %v, pending %d, lost %d", ids, b.Pending(), b.Lost())
		}
	})
}

func TestHeldAcksThenHeard(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		b.HoldAcks(true)
		b.say(sim.Saying{Text: "x"})
		time.Sleep(time.Second)
		b.HoldAcks(false)
		time.Sleep(time.Minute)
		if got := k.events(); len(got) != 2 || got[1].Attempt != 1 || b.Pending() != 0 {
			t.Errorf("%d deliveries, %d pending", len(got), b.Pending())
		}
	})
}

func TestEventsWaitForASocket(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.say(sim.Saying{Text: "one"})
		b.say(sim.Saying{Text: "two"})
		time.Sleep(time.Hour)
		k := b.connect(true)
		if got := k.events(); len(got) != 2 || got[0].Payload.Event["text"] != "one" {
			t.Errorf("after an hour: %s", kinds(got))
		}
		b.CutSockets()
		<-k.gone
		b.say(sim.Saying{Text: "three"})
		time.Sleep(3 * time.Hour)
		if got := b.connect(true).events(); len(got) != 0 || b.Lost() != 1 {
			t.Errorf("after three hours: %s, lost %d", kinds(got), b.Lost())
		}
		b.say(sim.Saying{Text: "four"})
		b.Forget()
		if b.Pending() != 0 {
			t.Error("pending after Forget")
		}
	})
}

func TestDuplicateAndReorder(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		texts := func() (all string) {
			for _, e := range k.events() {
				all += e.Payload.Event["text"].(string)
			}
			return all
		}
		b.Duplicate(1)
		b.say(sim.Saying{Text: "a"})
		b.say(sim.Saying{Text: "b"})
		if got := texts(); got != "aab" {
			t.Errorf("duplicate: %s", got)
		}
		b.Reorder(3)
		for _, text := range []string{"a", "b", "c", "d"} {
			b.say(sim.Saying{Text: text})
		}
		if got := texts(); got != "cbad" {
			t.Errorf("reorder: %s", got)
		}
		b.Reorder(5)
		b.say(sim.Saying{Text: "e"})
		b.Heal()
		if got := texts(); got != "e" {
			t.Errorf("held at Heal: %s", got)
		}
	})
}

func TestDisconnectReasons(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		k.frames()
		b.Disconnect("warning")
		b.say(sim.Saying{Text: "still here"})
		if got := k.frames(); kinds(got) != "disconnect message" || got[0].Reason != "warning" {
			t.Errorf("warning: %s", kinds(got))
		}
		start := time.Now()
		<-k.gone
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("closed after %v", took)
		}
		k = b.connect(true)
		k.frames()
		b.Disconnect("refresh_requested")
		b.say(sim.Saying{Text: "for the next one"})
		<-k.gone
		if got := kinds(k.frames()); got != "disconnect" {
			t.Errorf("refresh: %s", got)
		}
		if got := kinds(b.connect(true).events()); got != "message" {
			t.Errorf("next socket: %s", got)
		}
		b.Disconnect("link_disabled")
		if got := b.connect(true).frames(); kinds(got) != "disconnect" || got[0].Reason != "link_disabled" {
			t.Errorf("link disabled: %s", kinds(got))
		}
		b.EnableLink()
		if got := kinds(b.connect(true).frames()); got != "hello" {
			t.Errorf("enabled again: %s", got)
		}
	})
}

func TestTooManySocketsAndTickets(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		for range 10 {
			b.connect(true)
		}
		if got := b.connect(true).frames(); kinds(got) != "disconnect" || got[0].Reason != "too_many_websockets" {
			t.Errorf("the eleventh: %s", kinds(got))
		}
		if b.Sockets() != 10 {
			t.Errorf("%d sockets", b.Sockets())
		}
		d := websocket.Dialer{NetDialContext: b.pipe.dial}
		_, resp, err := d.Dial("ws://slack.test/link/?ticket=made-up", nil)
		if err == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("made-up ticket: %v", err)
		}
		resp.Body.Close()
	})
}

func TestOversizedAckIsIgnored(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(false)
		k.frames()
		b.say(sim.Saying{Text: "x"})
		e := k.events()[0]
		big := map[string]any{"envelope_id": e.ID, "payload": map[string]string{"text": strings.Repeat("x", 21000)}}
		if err := k.ws.WriteJSON(big); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.Pending() != 1 {
			t.Error("an ack of 21 KB was taken")
		}
		if err := k.ws.WriteJSON(map[string]string{"envelope_id": e.ID}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.Pending() != 0 {
			t.Error("an ack was not taken")
		}
	})
}

func TestRawFramesAndOddEvents(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		if err := b.SendRaw([]byte("{")); err == nil {
			t.Error("sent without a socket")
		}
		k := b.connect(true)
		k.frames()
		if err := b.SendRaw([]byte("{")); err != nil {
			t.Fatal(err)
		}
		b.SendEvent(map[string]any{"type": "never_heard_of"})
		if got := kinds(k.frames()); got != "unreadable never_heard_of" {
			t.Errorf("frames: %s", got)
		}
	})
}

func TestOnlyWhatTheBotSees(t *testing.T) {
	in(t, sim.Options{Events: []string{"message.channels", "reaction_added"}}, func(b *bench) {
		b.AddChannel(sim.Channel{ID: "COUT", Members: []string{"UANN"}})
		k := b.connect(true)
		k.frames()
		b.say(sim.Saying{Channel: "COUT", Text: "elsewhere"})
		ts := b.say(sim.Saying{Text: "here"})
		if err := b.React("UBOB", "CDESK", ts, "eyes"); err != nil {
			t.Fatal(err)
		}
		if err := b.Unreact("UBOB", "CDESK", ts, "eyes"); err != nil {
			t.Fatal(err)
		}
		if got := kinds(k.frames()); got != "message reaction_added" {
			t.Errorf("frames: %s", got)
		}
	})
}

// TestSlackGoSocketMode lives half an hour on the sim with slack-go's own client: pings keep it connected.
func TestSlackGoSocketMode(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx, stop := context.WithCancel(b.t.Context())
		client := socketmode.New(b.api, socketmode.OptionDialer(&websocket.Dialer{NetDialContext: b.pipe.dial, WriteBufferSize: 32 << 10}))
		ended := make(chan struct{})
		go func() { defer close(ended); client.RunContext(ctx) }()
		got := map[socketmode.EventType]int{}
		listened := make(chan struct{})
		go func() {
			defer close(listened)
			for {
				select {
				case e := <-client.Events:
					got[e.Type]++
					if e.Type == socketmode.EventTypeEventsAPI || e.Type == socketmode.EventTypeInteractive {
						if err := client.AckCtx(ctx, e.Request.EnvelopeID, nil); err != nil && ctx.Err() == nil {
							t.Errorf("ack: %v", err)
						}
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		if err := b.Await(ctx, func() bool { return b.Sockets() == 1 }); err != nil {
			t.Fatal(err)
		}
		ts := b.post("text", "card", "blocks", `[{"type":"actions","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}}]}]`)
		time.Sleep(30 * time.Minute)
		b.say(sim.Saying{Text: "half an hour later", ThreadTS: ts, Files: []sim.Upload{{Name: "a.txt", Content: []byte("a")}}})
		if err := b.Press("UANN", "CDESK", ts, "go"); err != nil {
			t.Fatal(err)
		}
		if err := b.Delete("CDESK", ts); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		stop()
		<-ended
		<-listened
		if got[socketmode.EventTypeHello] != 1 || got[socketmode.EventTypeErrorBadMessage] != 0 ||
			got[socketmode.EventTypeEventsAPI] != 4 || got[socketmode.EventTypeInteractive] != 1 || b.Pending() != 0 {
			t.Errorf("events: %v, pending %d", got, b.Pending())
		}
	})
}

func TestNoise(t *testing.T) {
	in(t, sim.Options{Noise: true}, func(b *bench) {
		k := b.connect(true)
		root := b.post("text", "root")
		k.frames()
		b.say(sim.Saying{Text: "see https://example.com/x", ThreadTS: root})
		all := k.events()
		if got := kinds(all); got != "message message message/message_changed message/message_changed" {
			t.Fatalf("events: %s", got)
		}
		if e := all[1].Payload.Event; e["message"] == nil || e["user"] != nil {
			t.Errorf("message_replied: %v", e)
		}
		text, _ := json.Marshal(all[3].Payload.Event["message"])
		if strings.Contains(string(text), `"edited"`) {
			t.Error("an unfurl looks like an edit")
		}
	})
}

func TestFragmentedAckIsIgnored(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(false)
		k.frames()
		b.say(sim.Saying{Text: "x"})
		e := k.events()[0]
		ack := `{"envelope_id":"` + e.ID + `"}`
		conn := k.ws.NetConn()
		first := append([]byte{0x01, 0x80 | 10, 0, 0, 0, 0}, ack[:10]...) // not final, masked with zeros
		rest := append([]byte{0x80, 0x80 | byte(len(ack)-10), 0, 0, 0, 0}, ack[10:]...)
		if _, err := conn.Write(append(first, rest...)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.Pending() != 1 {
			t.Error("an ack in two frames was taken")
		}
		if err := k.ws.WriteMessage(websocket.TextMessage, []byte(ack)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if b.Pending() != 0 {
			t.Error("the ack in one frame was not taken")
		}
	})
}
