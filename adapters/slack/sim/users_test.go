package sim_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"

	"webcare/adapters/slack/sim"
)

func TestWhoIsWho(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		b.AddUser(sim.User{ID: "UGUEST", Name: "guest", UltraRestricted: true})
		b.AddUser(sim.User{ID: "USTRANGE", Name: "stranger", Stranger: true, TeamID: "T0OTHER"})
		b.AddUser(sim.User{ID: "UGONE", Name: "gone", Deleted: true})
		auth, err := b.api.AuthTestContext(ctx)
		if err != nil || auth.UserID != "U0SIM" || auth.BotID != "B0SIM" || auth.TeamID != "T0SIM" || auth.URL != "https://example.slack.com/" {
			t.Errorf("auth.test: %v %+v", err, auth)
		}
		ann, err := b.api.GetUserInfoContext(ctx, "UANN")
		if err != nil || ann.Profile.FirstName != "Ann" || ann.Profile.LastName != "Example" || ann.TZ != "Europe/Amsterdam" || ann.TZOffset == 0 {
			t.Errorf("users.info: %v %+v", err, ann)
		}
		guest, err := b.api.GetUserInfoContext(ctx, "UGUEST")
		if err != nil || !guest.IsRestricted || !guest.IsUltraRestricted {
			t.Errorf("guest: %v %+v", err, guest)
		}
		strange, err := b.api.GetUserInfoContext(ctx, "USTRANGE")
		if err != nil || !strange.IsStranger || strange.TeamID != "T0OTHER" {
			t.Errorf("stranger: %v %+v", err, strange)
		}
		if _, err := b.api.GetUserInfoContext(ctx, "UNOBODY"); err == nil || err.Error() != "user_not_found" {
			t.Errorf("nobody: %v", err)
		}
		users, err := b.api.GetUsersContext(ctx, slack.GetUsersOptionLimit(2))
		if err != nil || len(users) != 7 {
			t.Errorf("users.list: %v, %d users", err, len(users))
		}
		groups, err := b.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
		if err != nil || len(groups) != 1 || groups[0].Users[0] != "UANN" {
			t.Errorf("usergroups.list: %v %+v", err, groups)
		}
		members, err := b.api.GetUserGroupMembersContext(ctx, "SDUTY")
		if err != nil || len(members) != 1 {
			t.Errorf("usergroups.users.list: %v %v", err, members)
		}
		bot, err := b.api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: "B0SIM"})
		if err != nil || bot.AppID != "A0SIM" {
			t.Errorf("bots.info: %v %+v", err, bot)
		}
		team, err := b.api.GetTeamInfoContext(ctx)
		if err != nil || team.ID != "T0SIM" {
			t.Errorf("team.info: %v %+v", err, team)
		}
	})
}

func TestChannelsOfTheBot(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		b.AddChannel(sim.Channel{ID: "CPRIV", Private: true, Members: []string{"UANN"}})
		b.AddChannel(sim.Channel{ID: "CMINE", Private: true, Members: []string{"U0SIM"}})
		b.AddChannel(sim.Channel{ID: "COLD", Archived: true})
		b.AddChannel(sim.Channel{ID: "CFREE"})
		var names []string
		cursor := ""
		for range 9 {
			list, next, err := b.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
				Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true, Limit: 1, Cursor: cursor,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				names = append(names, c.ID)
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if len(names) != 3 {
			t.Errorf("conversations.list: %v", names)
		}
		info, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "CDESK", IncludeNumMembers: true})
		if err != nil || !info.IsMember || info.NumMembers != 3 || info.IsExtShared {
			t.Errorf("conversations.info: %v %+v", err, info)
		}
		if _, _, _, err := b.api.JoinConversationContext(ctx, "CFREE"); err != nil {
			t.Errorf("join: %v", err)
		}
		got, _, err := b.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: "CFREE"})
		if err != nil || len(got) != 1 {
			t.Errorf("members: %v %v", err, got)
		}
	})
}

func TestWhatHappensToAChannel(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		k.frames()
		b.AddUser(sim.User{ID: "UNEW", Name: "new"})
		for _, step := range []struct {
			name, want string
			do         func() error
		}{
			{"join", "member_joined_channel message/channel_join", func() error { return b.Join("CDESK", "UNEW") }},
			{"kick", "member_left_channel message/channel_leave", func() error { return b.Kick("CDESK", "UNEW") }},
			{"rename", "message/channel_name", func() error { return b.Rename("CDESK", "service") }},
			{"share", "channel_shared", func() error { return b.Share("CDESK", true) }},
			{"unshare", "channel_unshared", func() error { return b.Share("CDESK", false) }},
			{"new id", "channel_id_changed", func() error { return b.ChangeChannelID("CDESK", "CDESK2") }},
			{"archive", "channel_archive", func() error { return b.Archive("CDESK2", true) }},
			{"user", "user_change", func() error { b.AddUser(sim.User{ID: "UNEW", Name: "newer"}); return nil }},
			{"bot thrown out", "member_left_channel", func() error { return b.Kick("CDESK2", "U0SIM") }},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			if got := kinds(k.events()); got != step.want {
				t.Errorf("%s: %s, want %s", step.name, got, step.want)
			}
		}
	})
}

func TestReactionsPermalinkEphemeral(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		ctx := b.t.Context()
		root := b.say(sim.Saying{Text: "x"})
		ts := b.say(sim.Saying{Text: "y", ThreadTS: root})
		item := slack.NewRefToMessage("CDESK", ts)
		if err := b.api.AddReactionContext(ctx, "white_check_mark", item); err != nil {
			t.Fatal(err)
		}
		if err := b.api.AddReactionContext(ctx, "white_check_mark", item); err == nil || err.Error() != "already_reacted" {
			t.Errorf("twice: %v", err)
		}
		m, _ := b.Message("CDESK", ts)
		if len(m.Reactions) != 1 || m.Reactions[0].Users[0] != "U0SIM" {
			t.Errorf("reactions: %+v", m.Reactions)
		}
		got, err := b.api.GetReactionsContext(ctx, item, slack.GetReactionsParameters{})
		if err != nil || len(got.Reactions) != 1 {
			t.Errorf("reactions.get: %v %+v", err, got)
		}
		if err := b.api.RemoveReactionContext(ctx, "white_check_mark", item); err != nil {
			t.Error(err)
		}
		link, err := b.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: "CDESK", Ts: ts})
		if err != nil || link[:len("https://example.slack.com/archives/CDESK/p")] != "https://example.slack.com/archives/CDESK/p" {
			t.Errorf("permalink: %v %s", err, link)
		}
		if _, err := b.api.PostEphemeralContext(ctx, "CDESK", "UANN", slack.MsgOptionText("psst", false), slack.MsgOptionTS(root)); err != nil {
			t.Error(err)
		}
	})
}

func TestEditAndWatch(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		k := b.connect(true)
		ts := b.say(sim.Saying{Text: "tpyo"})
		k.frames()
		go func() {
			time.Sleep(time.Minute)
			if err := b.Edit("UANN", "CDESK", ts, "typo"); err != nil {
				t.Error(err)
			}
		}()
		err := b.Await(b.t.Context(), func() bool { m, _ := b.Message("CDESK", ts); return m.Text == "typo" })
		if err != nil {
			t.Fatal(err)
		}
		e := k.events()[0].Payload.Event
		now, was := e["message"].(map[string]any), e["previous_message"].(map[string]any)
		if e["subtype"] != "message_changed" || e["hidden"] != true || now["text"] != "typo" || was["text"] != "tpyo" || now["edited"] == nil {
			t.Errorf("event: %v", e)
		}
		if err := b.Edit("UBOB", "CDESK", ts, "mine"); err == nil {
			t.Error("somebody else edits")
		}
	})
}

func TestDeletions(t *testing.T) {
	for _, terse := range []bool{false, true} {
		in(t, sim.Options{}, func(b *bench) {
			k := b.connect(true)
			ts := b.say(sim.Saying{Text: "tpyo"})
			b.Terse(terse)
			k.frames()
			if err := b.Delete("CDESK", ts); err != nil {
				t.Fatal(err)
			}
			e := k.events()[0].Payload.Event
			if _, told := e["previous_message"]; e["subtype"] != "message_deleted" || e["deleted_ts"] != ts || told == terse {
				t.Errorf("terse: %v, event: %v", terse, e)
			}
		})
	}
}

func TestSmallReads(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		b.AddUser(sim.User{ID: "UNAP", Name: "nap", DND: true})
		if got := b.must("dnd.info", "user", "UNAP"); got["dnd_enabled"] != true {
			t.Errorf("dnd.info: %v", got)
		}
		now := time.Now()
		b.SetDND("UANN", sim.DND{From: now, To: now.Add(time.Hour), Snooze: now.Add(2 * time.Minute)})
		if got := b.must("dnd.info", "user", "UANN"); got["next_dnd_end_ts"] != float64(now.Add(time.Hour).Unix()) || got["snooze_enabled"] != nil {
			t.Errorf("dnd.info: %v", got)
		}
		b.SetDND("UNAP", sim.DND{Snooze: now.Add(2 * time.Minute), Told: true})
		if got := b.must("dnd.info", "user", "UNAP"); got["dnd_enabled"] != false || got["snooze_endtime"] != float64(now.Add(2*time.Minute).Unix()) || got["snooze_remaining"] != 120.0 {
			t.Errorf("dnd.info: %v", got)
		}
		if got := b.must("emoji.list"); got["emoji"].(map[string]any)["webcare"] == nil {
			t.Errorf("emoji.list: %v", got)
		}
		if len(b.Users()) != 5 || len(b.Channels()) != 1 || b.Calls("") != 4 {
			t.Errorf("users %d, channels %d, calls %d", len(b.Users()), len(b.Channels()), b.Calls(""))
		}
		for users, want := range map[string]string{"UNONE": "user_not_found", "U0SIM": "cannot_dm_bot", "UANN,UBOB": "invalid_arguments"} {
			if got := b.call("conversations.open", "users", users); got["error"] != want {
				t.Errorf("open %s: %v", users, got)
			}
		}
		if got := b.call("auth.test", "team_id", "T0OTHER"); got["error"] != "team_access_not_granted" {
			t.Errorf("another team: %v", got)
		}
	})
}

func TestCountersOfARootAfterDeletes(t *testing.T) {
	in(t, sim.Options{}, func(b *bench) {
		root := b.post("text", "root")
		first := b.say(sim.Saying{Text: "1", ThreadTS: root})
		second := b.say(sim.Saying{User: "UBOB", Text: "2", ThreadTS: root})
		for _, step := range []struct {
			gone, latest string
			count        int
		}{{second, first, 1}, {first, "", 0}} {
			if err := b.Delete("CDESK", step.gone); err != nil {
				t.Fatal(err)
			}
			if m, _ := b.Message("CDESK", root); m.ReplyCount != step.count || m.LatestReply != step.latest || len(m.ReplyUsers) != step.count {
				t.Errorf("root: %+v", m)
			}
		}
		last := b.say(sim.Saying{Text: "3", ThreadTS: root})
		b.must("chat.delete", "channel", "CDESK", "ts", root)
		if err := b.Delete("CDESK", last); err != nil {
			t.Fatal(err)
		}
		if all := b.Messages("CDESK"); len(all) != 0 {
			t.Errorf("a tombstone without replies stays: %+v", all)
		}
	})
}
