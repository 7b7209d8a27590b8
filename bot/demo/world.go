package demo

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	slack "webcare/adapters/slack/sim"
	telegram "webcare/adapters/telegram/sim"
)

// The desk and who works there.
const (
	deskChannel = "C0WEBCARE"
	deskName    = "webcare"
	dutyGroup   = "S0ONDUTY"
	leadUser    = "U0FATIMA"
)

// staff are the people who can be played on the page.
func staff() []slack.User {
	return []slack.User{
		{ID: "U0SANNE", RealName: "Sanne"},
		{ID: "U0BRAM", RealName: "Bram"},
		{ID: leadUser, RealName: "Fatima"},
		{ID: "U0GAST", RealName: "Gast", Restricted: true},
	}
}

// onStaff says that this is one of them.
func onStaff(id string) bool {
	return slices.ContainsFunc(staff(), func(u slack.User) bool { return u.ID == id })
}

// roleOf is what a person is called beside the name; "" for most.
func roleOf(u slack.User) string {
	switch {
	case u.ID == leadUser:
		return "lead"
	case u.Restricted:
		return "guest"
	}
	return ""
}

// newSlack makes the workspace: one channel, the staff, and the group that is on duty.
func (d *demo) newSlack() *slack.Sim {
	s := slack.New(slack.Options{
		BotToken: d.secrets.slackBot, AppToken: d.secrets.slackApp,
		BaseURL: func() string { return d.slackDoor.base() + "/slack" }, Log: d.log,
	})
	members := []string{"U0SIM"}
	for _, u := range staff() {
		members = append(members, s.AddUser(u).ID)
	}
	s.AddChannel(slack.Channel{ID: deskChannel, Name: deskName, Members: members})
	s.AddUserGroup(slack.UserGroup{ID: dutyGroup, Handle: "webcare-on-duty", Name: "webcare on duty", Users: []string{"U0SANNE", "U0BRAM"}})
	return s
}

// The company on Telegram.
const (
	companyName = "Acme"
	botName     = "acme_bot"
	groupTitle  = "Acme Club"
)

// newTelegram makes the company's bot, the first customer, who has not written yet, and a group of which the bot reads
// everything.
func (d *demo) newTelegram() (*telegram.Sim, *telegram.Group) {
	s := telegram.New(telegram.Options{
		Token: d.secrets.telegram, Username: botName, BaseURL: d.telegramDoor.base() + "/telegram", ReadsGroups: true,
	})
	s.NewCustomer(customerNames()[0])
	return s, s.NewGroup(groupTitle, telegram.GroupOptions{})
}

// customerNames are what new customers are called.
func customerNames() []string {
	return []string{"Noor", "Jip", "Daan", "Mila", "Sem", "Yara", "Teun", "Lot"}
}

// watchSlack rings at every change in the workspace.
func (d *demo) watchSlack(ctx context.Context) {
	for {
		changed := d.slack.Changed()
		d.bell.ring()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// watchTelegram rings at every change on a phone.
func (d *demo) watchTelegram(ctx context.Context) {
	changes, stop := d.telegram.Watch()
	defer stop()
	for {
		select {
		case _, open := <-changes:
			if !open {
				return
			}
			d.bell.ring()
		case <-ctx.Done():
			return
		}
	}
}

// zone is the time zone of this machine, by name, so that the bot's words and the page tell the same time.
func zone() *time.Location {
	link, _ := os.Readlink("/etc/localtime")
	_, linked, _ := strings.Cut(link, "zoneinfo/")
	for _, name := range []string{os.Getenv("TZ"), linked, "Europe/Amsterdam"} {
		if name == "" || name == "Local" {
			continue
		}
		if z, err := time.LoadLocation(name); err == nil {
			return z
		}
	}
	return time.UTC
}
