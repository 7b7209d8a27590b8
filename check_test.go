package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

func TestCheckAllRight(t *testing.T) {
	w := newTown(t)
	status, out, errOut := w.do("check")
	want := `config
  ✔ CONFIG has no mistakes
service hours
  ✔ open around the clock
data file
  ✔ DB does not exist yet; it is made at the first start
Slack
  ✔ bot_token belongs to the bot @webcare in the workspace Example
  ✔ the bot has every scope it needs
  ✔ app_token opens Socket Mode
  ✔ the channel #webcare is there (C0DESK001), and the bot is in it
  ✔ a trial message was posted, found again by its id, and deleted
  ✔ [nudge] duty (S0DUTY001) has 1 in it
  ✔ those who may answer customers (1 in the channel) have initials of their own
Telegram account acme
  ✔ the token belongs to the bot @example_bot
Webhook account crm
  ✔ its settings are right; there is nothing to ask from here

All is right: webcare can run.
`
	want = strings.NewReplacer("CONFIG", w.config, "DB", w.db).Replace(want)
	if out != want || status != 0 || errOut != "" {
		t.Errorf("status %d, standard error %q, standard output:\n%s", status, errOut, out)
	}
	if _, err := os.Stat(w.db); err == nil {
		t.Error("check made the data file")
	}
	if left := w.slack.Messages(desk); len(left) > 0 {
		t.Errorf("check left behind %+v", left)
	}
}

// TestCheckFaults has each fault alone. A line that must be there is told by its sign and a part of it; all other lines
// must be fine.
func TestCheckFaults(t *testing.T) {
	for _, tt := range []struct {
		name    string
		spoil   func(*town)
		lines   []string
		verdict string
		status  int
	}{
		{"config others can read", func(w *town) { chmod(w, w.config, 0o644) }, []string{"! other users of this machine can read CONFIG, and it may hold tokens: run chmod 600"}, "webcare can work; look at what is marked with !.", 0},
		{
			"data file others can read", func(w *town) { w.start().up().stop(); chmod(w, w.db, 0o644) },
			[]string{"! others can read the store; chmod 600 cures it"},
			"webcare can work", 0,
		},
		{"no folder for the data file", func(w *town) { w.change(w.db, w.dir+"/none/webcare.db") }, []string{"✘ DIR/none/webcare.db cannot be made: the folder DIR/none does not exist. Make it, or change [store] path"}, "One thing", 1},
		{"data file is a folder", func(w *town) { w.change(w.db, w.dir) }, []string{"✘ DIR: the store is damaged: it is no regular file; check the path", "! others can read the store"}, "One thing", 1},
		{"data file is text", func(w *town) { _ = os.WriteFile(w.db, []byte("hello"), 0o600) }, []string{"✘ DB: the store is damaged: it does not begin as a store does; keep the file"}, "One thing", 1},
		{"dead bot token", func(w *town) { w.change(botToken, "xoxb-canary-4711-old") }, []string{"✘ bot_token: auth.test: invalid_auth: Slack does not accept the token; copy the current one"}, "One thing", 1},
		{"dead app token", func(w *town) { w.change(appToken, "xapp-canary-4712-old") }, []string{"✘ app_token: apps.connections.open: invalid_auth: Slack does not accept app_token; make a new app-level token"}, "One thing", 1},
		{"revoked bot token", func(w *town) { w.slack.RevokeToken("") }, []string{"✘ bot_token: auth.test: token_revoked", "✘ app_token"}, "2 things", 1},
		{"scopes missing", func(w *town) { w.slack.MissingScope("files:read"); w.slack.MissingScope("users:read") }, []string{"✘ the scope users:read is missing", "✘ the scope files:read is missing"}, "2 things", 1},
		{"not in the channel", func(w *town) { _ = w.slack.Kick(desk, "U0SIM") }, []string{"✘ the bot is not in #webcare; type there: /invite @webcare"}, "One thing", 1},
		{"archived", func(w *town) { _ = w.slack.Archive(desk, true) }, []string{"✘ the channel #webcare is archived; unarchive it"}, "One thing", 1},
		{"renamed", func(w *town) { _ = w.slack.Rename(desk, "klanten") }, []string{"✘ there is no channel #webcare that the bot can see"}, "One thing", 1},
		{"shared outside", func(w *town) { _ = w.slack.Share(desk, true) }, []string{"✘ the channel #webcare is shared with people outside the company"}, "One thing", 1},
		{"api_url of something else", func(w *town) { w.change(w.slackURL+"/api/", w.hookURL+"/"); w.refuseAnswers(http.StatusNotFound) }, []string{"✘ bot_token: auth.test: HTTP status 404; check api_url", "✘ app_token: apps.connections.open: HTTP status 404; check api_url"}, "2 things", 1},
		{"trial message refused", func(w *town) {
			w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.Refuse, Code: "restricted_action"})
		}, []string{"✘ a trial message: chat.postMessage: restricted_action: the workspace's settings do not let the bot write"}, "One thing", 1},
		{"nobody hears of silence", func(w *town) { w.change(`silence = "0s"`, "") }, []string{"! when an account falls silent only the channel is told, because there is no lead; set lead below [nudge] in the config, or silence = \"0s\" below each [[account]]"}, "webcare can work", 0},
		{"somebody hears of silence", func(w *town) { w.change(`silence = "0s"`, "", `[nudge]`, "[nudge]\nlead = \"U0SANNE01\"") }, nil, "All is right", 0},
		{"a step that reaches nobody", func(w *town) {
			w.change(`how = "thread"`, "[[nudge.step]]\nafter = \"45m\"\nto = [\"lead\"]\nhow = \"direct\"", `[nudge]`, "[nudge]\nlead = \"\"")
		}, []string{"! the [[nudge.step]] at line 18 reaches nobody, because whom it names is empty under [nudge]"}, "webcare can work", 0},
		{"holidays without a week", func(w *town) { w.change(`[nudge]`, "[hours]\nholidays = \"nl\"\n[nudge]") }, []string{"! [hours] has holidays or days but no week, so staff are expected around the clock, but for those"}, "webcare can work", 0},
		{"days without a week", func(w *town) { w.change(`[nudge]`, "[hours]\ndays = [\"2001-12-31 closed\"]\n[nudge]") }, []string{"! [hours] has holidays or days but no week, so staff are expected around the clock, but for those"}, "webcare can work", 0},
		{"never open", func(w *town) { w.change(`[nudge]`, "[hours]\nweek = [\"mon-sun closed\"]\n[nudge]") }, []string{"! closed for the next 400 days and more, so nobody is reminded of anything; look at week and days in the config"}, "webcare can work", 0},
		{"nobody on duty", func(w *town) { w.change("S0DUTY001", "S0NOBODY1") }, []string{"✘ [nudge] duty (S0NOBODY1): there is no user group with this id"}, "One thing", 1},
		{"a lead who is not there", func(w *town) { w.change("S0DUTY001", "U0NOBODY1") }, []string{"✘ [nudge] duty (U0NOBODY1): nobody with this id is in the workspace"}, "One thing", 1},
		{"the same initials", func(w *town) { w.joins("U0STIJN01", "Stijn Bos") }, []string{`! some people have the same initials (SB: Sanne (U0SANNE01), Stijn (U0STIJN01)), so whoever is later to answer in public signs with others; to choose them, put this below [answer] in the config: initials = ["U0SANNE01 = SB", "U0STIJN01 = STB"]`}, "webcare can work", 0},
		{"the same initials, settled", func(w *town) {
			w.joins("U0STIJN01", "Stijn Bos")
			w.change(`[answer]`, "[answer]\ninitials = [\"U0SANNE01 = SB\", \"U0STIJN01 = STB\"]")
		}, nil, "All is right", 0},
		{"nobody may answer", func(w *town) { _ = w.slack.Kick(desk, sanne) }, []string{"! nobody may answer customers: invite full members of the workspace to the channel, or look at [answer] staff in the config"}, "webcare can work", 0},
		{"nobody of a list may answer", func(w *town) { w.change(`[answer]`, "[answer]\nstaff = [\"S0NOBODY1\"]") }, []string{"! nobody may answer customers"}, "webcare can work", 0},
		{"who may answer cannot be asked", func(w *town) {
			w.slack.Fail(slacksim.Fault{Method: "users.info", Kind: slacksim.ServerError, Times: -1})
		}, []string{"? who may answer could not be asked: "}, "Not everything", 1},
		{"Slack down", func(w *town) { w.slack.Down(true) }, []string{"? bot_token could not be tried, because Slack cannot be asked now", "? app_token could not be tried"}, "Not everything could be asked (?). webcare would start and wait; check again later.", 1},
		{"Slack unplugged", func(w *town) { w.change(w.slackURL, "http://"+free(w.t)) }, []string{"? bot_token could not be tried", "? app_token could not be tried"}, "Not everything", 1},
		{"Slack breaks off", func(w *town) { w.slack.Fail(slacksim.Fault{Kind: slacksim.Drop, Times: -1}) }, []string{"? bot_token could not be tried", "? app_token could not be tried"}, "Not everything", 1},
		{"trial message done, but not told so", func(w *town) {
			w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.DropAfter})
		}, []string{"? a trial message could not be tried"}, "Not everything", 1},
		{"revoked Telegram token", func(w *town) { w.telegram.Revoke(true) }, []string{"✘ Telegram does not accept the bot's token (it was revoked or mistyped): ask @BotFather"}, "One thing", 1},
		{"another program's webhook", func(w *town) { setWebhook(w) }, []string{"✘ another program has set a webhook for this bot"}, "One thing", 1},
		{"Telegram down", func(w *town) { w.telegram.Down(true) }, []string{"? Telegram cannot be reached, so nothing is known"}, "Not everything", 1},
		{"Telegram unplugged", func(w *town) { w.change(w.chatURL, "http://"+free(w.t)) }, []string{"? Telegram cannot be reached"}, "Not everything", 1},
		{"Telegram busy", func(w *town) { w.telegram.Fail(telegramsim.Rule{Fault: telegramsim.TooMany, RetryAfter: 9}) }, []string{"? Telegram does not serve us at the moment"}, "Not everything", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t)
			tt.spoil(w)
			status, out, errOut := w.do("check")
			if status != tt.status || errOut != "" {
				t.Errorf("status %d, want %d; standard error %q", status, tt.status, errOut)
			}
			names := strings.NewReplacer("CONFIG", w.config, "DB", w.db, "DIR", w.dir)
			var odd []string
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "  ✔") {
					odd = append(odd, strings.TrimSpace(line))
				}
			}
			if len(odd) != len(tt.lines) {
				t.Fatalf("the lines\n%s\nwant %q", strings.Join(odd, "\n"), tt.lines)
			}
			for i, want := range tt.lines {
				if !strings.HasPrefix(odd[i], names.Replace(want)) {
					t.Errorf("the line\n%s\nwant\n%s", odd[i], names.Replace(want))
				}
			}
			end := out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:]
			if !strings.HasPrefix(end, tt.verdict) {
				t.Errorf("the verdict %q, want %q", end, tt.verdict)
			}
		})
	}
}

func TestCheckBesideARun(t *testing.T) {
	w := newTown(t)
	w.start().up()
	status, out, _ := w.do("check")
	if status != 0 || !strings.Contains(out, "✔ "+w.db+" is in use by the webcare that runs now") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

func chmod(w *town, path string, mode os.FileMode) {
	if err := os.Chmod(path, mode); err != nil {
		w.t.Fatal(err)
	}
}

// setWebhook is what another program does with the same token.
func setWebhook(w *town) {
	res, err := http.Post(w.chatURL+"/bot"+chatToken+"/setWebhook", "application/json", strings.NewReader(`{"url":"`+w.hookURL+`"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	if status, body := read(w.t, res); status != http.StatusOK {
		w.t.Fatal(status, body)
	}
}
