package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

func TestPostAndReadBackWithSlackGo(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		meta := slack.SlackMetadata{EventType: "webcare_post", EventPayload: map[string]any{"id": "k1"}}
		ch, ts, err := b.api.PostMessageContext(ctx, "CDESK", slack.MsgOptionText("hello & <b>", false),
			slack.MsgOptionMetadata(meta), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
			slack.MsgOptionParse(false))
		if err != nil || ch != "CDESK" {
			t.Fatalf("post: %v %q", err, ch)
		}
		_, reply, err := b.api.PostMessageContext(ctx, "CDESK", slack.MsgOptionText("in thread", false),
			slack.MsgOptionTS(ts), slack.MsgOptionUsername("Jan - Telegram"))
		if err != nil {
			t.Fatal(err)
		}
		hist, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: "CDESK", IncludeAllMetadata: true,
		})
		if err != nil || len(hist.Messages) != 1 {
			t.Fatalf("history: %v %+v", err, hist)
		}
		root := hist.Messages[0]
		if root.Text != "hello &amp; &lt;b&gt;" || root.Metadata.EventPayload["id"] != "k1" || root.LatestReply != reply ||
			root.ReplyCount != 1 || root.User != "U0SIM" || root.BotID != "B0SIM" || root.SubType != "" {
			t.Errorf("root: %+v", root)
		}
		msgs, _, _, err := b.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: "CDESK", Timestamp: ts,
		})
		if err != nil || len(msgs) != 2 {
			t.Fatalf("replies: %v %+v", err, msgs)
		}
		if msgs[0].Metadata.EventType != "" {
			t.Error("metadata came without being asked for")
		}
		if r := msgs[1]; r.SubType != "bot_message" || r.Username != "Jan - Telegram" || r.User != "" || r.BotID != "B0SIM" {
			t.Errorf("reply under a name: %+v", r)
		}
		if got := b.Calls("chat.postMessage"); got != 2 {
			t.Errorf("calls: %d", got)
		}
	})
}

func TestTimestampsAreUniqueInAChannelOnly(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.AddChannel(sim.Channel{ID: "COTHER", Members: []string{"U0SIM"}})
		seen := map[string]bool{}
		for range 5 {
			ts := b.post("text", "x")
			if seen[ts] {
				t.Fatalf("%s twice", ts)
			}
			seen[ts] = true
		}
		if ts := b.must("chat.postMessage", "channel", "COTHER", "text", "x")["ts"].(string); !seen[ts] {
			t.Errorf("the clock stands still, so that %s should exist in both channels", ts)
		}
	})
}

func TestUpdate(t *testing.T) {
	const rich = `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}]`
	const section = `[{"type":"section","text":{"type":"plain_text","text":"b"}}]`
	in(t, sim.Options{}, func(b *bench) {
		ts := b.post("text", "one", "username", "Jan", "icon_emoji", ":dog:", "metadata", `{"event_type":"e","event_payload":{}}`)
		b.must("chat.update", "channel", "CDESK", "ts", ts, "text", "two")
		m, _ := b.Message("CDESK", ts)
		if m.Username != "" || m.IconEmoji != "" || m.Text != "two" || m.Metadata == nil || m.Edited == nil {
			t.Errorf("after update: %+v", m)
		}
		ts = b.post("blocks", rich, "text", "fallback")
		for _, row := range []struct {
			name, want string
			args       []string
		}{
			{"rich text stays rich text", "block_mismatch", []string{"blocks", section}},
			{"rich text for rich text", "", []string{"blocks", rich}},
			{"text alone takes the blocks away", "", []string{"text", "plain"}},
			{"too long", "msg_too_long", []string{"text", strings.Repeat("x", 4001)}},
			{"no such message", "message_not_found", []string{"text", "x", "ts", "1.000001"}},
		} {
			got := b.call("chat.update", append([]string{"channel", "CDESK", "ts", ts}, row.args...)...)
			if e, _ := got["error"].(string); e != row.want {
				t.Errorf("%s: %v", row.name, got)
			}
		}
		if m, _ := b.Message("CDESK", ts); m.Blocks != nil || m.Text != "plain" {
			t.Errorf("blocks stayed: %+v", m)
		}
		person := b.say(sim.Saying{Text: "mine"})
		if got := b.call("chat.update", "channel", "CDESK", "ts", person, "text", "x"); got["error"] != "cant_update_message" {
			t.Errorf("a person's message: %v", got)
		}
	})
}

func TestDeletedRoot(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		root := b.post("text", "root")
		b.post("text", "reply", "thread_ts", root)
		b.say(sim.Saying{Text: "answer", ThreadTS: root})
		k.frames()
		if err := b.Delete("CDESK", root); err != nil {
			t.Fatal(err)
		}
		events := k.events()
		if got := kinds(events); got != "message/message_changed message/message_changed message/message_changed" {
			t.Fatalf("events: %s", got)
		}
		tomb := events[0].Payload.Event["message"].(map[string]any)
		if tomb["subtype"] != "tombstone" || tomb["text"] != "This message was deleted." {
			t.Errorf("tombstone: %v", tomb)
		}
		for _, e := range events[1:] {
			if _, edited := e.Payload.Event["message"].(map[string]any)["edited"]; edited {
				t.Error("a replayed reply looks edited")
			}
		}
		late := b.post("text", "late", "thread_ts", root)
		if m, _ := b.Message("CDESK", late); m.ThreadTS != "" {
			t.Errorf("a reply to a deleted root is in a thread: %+v", m)
		}
		if n := len(b.Thread("CDESK", root)); n != 3 {
			t.Errorf("thread has %d", n)
		}
		alone := b.post("text", "alone")
		b.must("chat.delete", "channel", "CDESK", "ts", alone)
		if _, there := b.Message("CDESK", alone); there {
			t.Error("a root without replies stayed")
		}
		if got := b.call("chat.delete", "channel", "CDESK", "ts", alone); got["error"] != "message_not_found" {
			t.Errorf("deleted twice: %v", got)
		}
	})
}

func TestReplyOfReplyAndBroadcast(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		root := b.post("text", "root")
		reply := b.post("text", "reply", "thread_ts", root)
		deep := b.post("text", "deep", "thread_ts", reply)
		if m, _ := b.Message("CDESK", deep); m.ThreadTS != root {
			t.Errorf("thread of a reply of a reply: %q", m.ThreadTS)
		}
		b.post("text", "all", "thread_ts", root, "reply_broadcast", "true")
		if all := b.Messages("CDESK"); len(all) != 2 || all[1].Subtype != "thread_broadcast" {
			t.Errorf("channel: %+v", all)
		}
	})
}

func TestPaging(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		var all []string
		for i := range 7 {
			all = append(all, b.post("text", fmt.Sprint(i)))
			time.Sleep(time.Second)
		}
		for i := range 5 {
			b.post("text", fmt.Sprint("r", i), "thread_ts", all[0])
			time.Sleep(time.Second)
		}
		if got := pages(b, "conversations.history", "limit", "3"); got != "654 321 0" {
			t.Errorf("history: %s", got)
		}
		if got := pages(b, "conversations.history", "limit", "2", "oldest", all[2]); got != "65 43" {
			t.Errorf("history since: %s", got)
		}
		if got := pages(b, "conversations.history", "oldest", all[5], "inclusive", "1"); got != "65" {
			t.Errorf("history inclusive: %s", got)
		}
		if got := pages(b, "conversations.replies", "ts", all[0], "limit", "2"); got != "0r0r1 0r2r3 0r4" {
			t.Errorf("replies: %s", got)
		}
	})
}

// pages walks through the pages of a list of messages and joins their texts.
func pages(b *bench, method string, args ...string) string {
	b.t.Helper()
	var out []string
	cursor := ""
	for range 20 {
		got := b.must(method, append([]string{"channel", "CDESK", "cursor", cursor}, args...)...)
		var text strings.Builder
		for _, m := range got["messages"].([]any) {
			text.WriteString(m.(map[string]any)["text"].(string))
		}
		out = append(out, text.String())
		cursor, _ = got["response_metadata"].(map[string]any)["next_cursor"].(string)
		if cursor == "" {
			break
		}
	}
	return strings.Join(out, " ")
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 3001)
	in(t, sim.Options{}, func(b *bench) {
		b.AddChannel(sim.Channel{ID: "COUT", Members: []string{"UANN"}})
		b.AddChannel(sim.Channel{ID: "CPRIV", Private: true, Members: []string{"UANN"}})
		b.AddChannel(sim.Channel{ID: "COLD", Archived: true, Members: []string{"U0SIM"}})
		for _, row := range []struct {
			name, want, method string
			args               []string
		}{
			{"unknown method", "unknown_method", "chat.shout", nil},
			{"unknown argument", "invalid_arguments", "chat.postMessage", []string{"channel", "CDESK", "text", "x", "colour", "red"}},
			{"missing argument", "invalid_arguments", "chat.postMessage", []string{"text", "x"}},
			{"unknown channel", "channel_not_found", "chat.postMessage", []string{"channel", "CNONE", "text", "x"}},
			{"not in a public one", "not_in_channel", "chat.postMessage", []string{"channel", "COUT", "text", "x"}},
			{"not in a private one", "channel_not_found", "chat.postMessage", []string{"channel", "CPRIV", "text", "x"}},
			{"archived", "is_archived", "chat.postMessage", []string{"channel", "COLD", "text", "x"}},
			{"nothing to say", "no_text", "chat.postMessage", []string{"channel", "CDESK", "text", ""}},
			{"as_user", "as_user_not_supported", "chat.postMessage", []string{"channel", "CDESK", "text", "x", "as_user", "true"}},
			{"reserved name", "reserved_username", "chat.postMessage", []string{"channel", "CDESK", "text", "x", "username", "Slackbot"}},
			{"metadata payload is a list", "invalid_metadata_format", "chat.postMessage", []string{"channel", "CDESK", "text", "x", "metadata", `{"event_type":"e","event_payload":[]}`}},
			{"unknown block", "invalid_blocks", "chat.postMessage", []string{"channel", "CDESK", "blocks", `[{"type":"marquee"}]`}},
			{"long section", "invalid_blocks", "chat.postMessage", []string{"channel", "CDESK", "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"` + long + `"}}]`}},
			{"no list", "invalid_blocks_format", "chat.postMessage", []string{"channel", "CDESK", "blocks", `{}`}},
			{"stranger to the channel", "user_not_in_channel", "chat.postEphemeral", []string{"channel", "CDESK", "user", "U0NOBODY", "text", "x"}},
			{"no such thread", "thread_not_found", "conversations.replies", []string{"channel", "CDESK", "ts", "1.000001"}},
			{"bad cursor", "invalid_cursor", "conversations.history", []string{"channel", "CDESK", "cursor", "zzz"}},
			{"no such emoji", "invalid_name", "reactions.add", []string{"channel", "CDESK", "timestamp", "TS", "name", "nonsense"}},
			{"no reaction", "no_reaction", "reactions.remove", []string{"channel", "CDESK", "timestamp", "TS", "name", "lock"}},
			{"upload of too many words", "invalid_arguments", "files.getUploadURLExternal", []string{"filename", "a", "length", "1", "alt_txt", strings.Repeat("x", 1001)}},
			{"empty upload", "invalid_arguments", "files.getUploadURLExternal", []string{"filename", "a", "length", "0"}},
			{"no such file", "file_not_found", "files.completeUploadExternal", []string{"files", `[{"id":"F0"}]`}},
			{"no such trigger", "invalid_trigger_id", "views.open", []string{"trigger_id", "1", "view", `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]}`}},
			{"wrong token", "invalid_auth", "auth.test", []string{"token", "xoxb-other"}},
			{"app token", "not_allowed_token_type", "auth.test", []string{"token", "xapp-sim"}},
			{"socket with the bot token", "not_authed", "apps.connections.open", nil},
		} {
			ts := b.say(sim.Saying{Text: "x"})
			args := append([]string{}, row.args...)
			for i := range args {
				if args[i] == "TS" {
					args[i] = ts
				}
			}
			if got := b.call(row.method, args...); got["error"] != row.want || got["ok"] != false {
				t.Errorf("%s: %v, want %s", row.name, got, row.want)
			}
		}
	})
}

func TestScopesAndRevocation(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.MissingScope("chat:write.customize")
		got := b.call("chat.postMessage", "channel", "CDESK", "text", "x", "username", "Jan")
		if got["error"] != "missing_scope" || got["needed"] != "chat:write.customize" || !strings.Contains(got["provided"].(string), "chat:write") {
			t.Errorf("missing scope: %v", got)
		}
		b.GrantScope("chat:write.customize")
		b.post("text", "x", "username", "Jan")
		b.MissingScope("groups:read")
		if got := b.call("conversations.list", "types", "public_channel,private_channel"); got["needed"] != "groups:read" {
			t.Errorf("list: %v", got)
		}
		k := b.connect(true)
		k.frames()
		b.RevokeToken("")
		if got := b.call("auth.test"); got["error"] != "token_revoked" {
			t.Errorf("revoked: %v", got)
		}
		if got := kinds(k.events()); got != "tokens_revoked" {
			t.Errorf("events: %s", got)
		}
		<-k.gone
		b.RestoreToken()
		b.must("auth.test")
	})
}

func TestRateLimit(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.RateLimit(1, 2)
		b.post("text", "1")
		b.post("text", "2")
		_, _, err := b.api.PostMessageContext(b.t.Context(), "CDESK", slack.MsgOptionText("3", false))
		limited, ok := err.(*slack.RateLimitedError)
		if !ok || limited.RetryAfter != time.Second {
			t.Fatalf("third: %v", err)
		}
		time.Sleep(time.Second)
		b.post("text", "3")
		if n := len(b.Messages("CDESK")); n != 3 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestClientMsgID(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		one := b.post("text", "x", "client_msg_id", "id-1")
		if two := b.post("text", "x", "client_msg_id", "id-1"); one == two {
			t.Error("deduplicated although that is off")
		}
		b.DedupeClientMsgID(true)
		one = b.post("text", "y", "client_msg_id", "id-2")
		if two := b.post("text", "y", "client_msg_id", "id-2"); one != two {
			t.Error("not deduplicated")
		}
		b.must("chat.delete", "channel", "CDESK", "ts", one)
		if got := b.call("chat.postMessage", "channel", "CDESK", "text", "y", "client_msg_id", "id-2"); got["error"] != "duplicate_message_not_found" {
			t.Errorf("after the end of the first: %v", got)
		}
	})
}

func TestDirectMessages(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.must("chat.postMessage", "channel", "UANN", "text", "psst")
		if all := b.Messages(b.DM("UANN")); len(all) != 1 || all[0].Text != "psst" {
			t.Errorf("direct message: %+v", all)
		}
		b.must("chat.postMessage", "channel", "UANN", "text", "psst", "username", "Other")
		if all := b.Messages(b.DM("UANN")); len(all) != 1 {
			t.Error("under another name it goes to Slackbot's channel")
		}
		b.must("chat.postEphemeral", "channel", "CDESK", "user", "UANN", "text", "you only")
		if all := b.Ephemerals("UANN"); len(all) != 1 || all[0].To != "UANN" {
			t.Errorf("ephemeral: %+v", all)
		}
		open := b.must("conversations.open", "users", "UBOB")
		if id := open["channel"].(map[string]any)["id"]; id != b.DM("UBOB") {
			t.Errorf("open: %v", open)
		}
	})
}

func TestBlockLimits(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		blocks := make([]map[string]any, 51)
		for i := range blocks {
			blocks[i] = map[string]any{"type": "divider"}
		}
		text, _ := json.Marshal(blocks)
		got := b.call("chat.postMessage", "channel", "CDESK", "blocks", string(text))
		if got["error"] != "invalid_blocks" || !strings.Contains(fmt.Sprint(got["response_metadata"]), "50 items") {
			t.Errorf("51 blocks: %v", got)
		}
		long := strings.Repeat("x", 11400)
		got = b.call("chat.postMessage", "channel", "CDESK", "blocks",
			`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"`+long+`"}]}]}]`)
		if got["error"] != "msg_blocks_too_long" {
			t.Errorf("long rich text: %v", got)
		}
	})
}
